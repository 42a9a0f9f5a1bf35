#include "st-pullbacks-private.h"

#include <st-job.h>

/* How long a training goes on alone between two of them: so many times what the last one took,
 * and never less. */
enum { APART_US = 300000, APART_TIMES = 3 };

static void
shop_clear (gpointer shop)
{
  st_pool_free (((Shop *) shop)->pool);
}

static void
clear_asked (Slot *slot)
{
  if (slot->asked.model != NULL)
    st_pullback_query_clear (&slot->asked);
}

void
st_pullbacks_clear_path (Slot *slot)
{
  if (slot->path_asked.model != NULL)
    st_path_query_clear (&slot->path_asked);
  g_clear_pointer (&slot->path, st_latent_path_unref);
  slot->path_status = st_success ();
}

void
st_pullbacks_clear_slot (Slot *slot)
{
  clear_asked (slot);
  st_pullbacks_clear_path (slot);
  st_pullback_unref (slot->got);
  *slot = (Slot) { 0 };
}

void
st_pullbacks_release_shop (Shop *shop)
{
  g_atomic_rc_box_release_full (shop, shop_clear);
}

/* ---- what is wanted ---- */

static StPullbackQuery
query_of (StPullbacks *self, guint column)
{
  const StLiveQuery *query = &self->frame->query;
  StReference *axes = self->frame->references[column];
  const gboolean plane = st_pullback_has_plane (query->models[column]);
  return (StPullbackQuery) { .column = query->ids[column], .model = query->models[column],
                             .weights = query->weights[column], .images = query->images,
                             .level = query->level, .reference = plane ? axes : NULL };
}

static gboolean
is_same (const StPullbackQuery *a, const StPullbackQuery *b)
{
  return a->column == b->column && a->weights == b->weights && a->images == b->images
         && a->level == b->level && (a->reference != NULL) == (b->reference != NULL);
}

/* Of a column that has a vector, and whose axes are there where its scatter shows a plane: whether
 * somebody would see what is about vectors, or what lies over the scatter. */
static gboolean
is_seen (StPullbacks *self, guint column, gboolean vectors, gboolean over)
{
  const StFrame *frame = self->frame;
  const StModel *model = frame->query.models[column];
  if (model == NULL || !st_ok (frame->status[column])
      || !st_kind_has_dimension (st_model_spec (model)->kind))
    return FALSE;
  if (!st_pullback_has_plane (model))
    return vectors;
  const StReference *axes = frame->references[column];
  return (vectors || over) && axes != NULL && axes->weights == frame->query.weights[column];
}

static gboolean
is_wanted (StPullbacks *self, guint column)
{
  const gboolean drawn = self->shown.ellipses || self->shown.map != ST_MAP_NONE;
  return is_seen (self, column, self->isometry, self->scatter && drawn);
}

static gboolean
is_path_wanted (StPullbacks *self, guint column)
{
  const int *ends = self->shown.ends;
  const int count = (int) st_images_count (self->frame->query.images);
  return ends[0] >= 0 && ends[1] >= 0 && ends[0] != ends[1] && ends[0] < count && ends[1] < count
         && is_seen (self, column, self->paths, self->scatter);
}

static StPathQuery
path_query_of (StPullbacks *self, guint column)
{
  const StPullbackQuery q = query_of (self, column);
  return (StPathQuery) { .column = q.column, .model = q.model, .weights = q.weights,
                         .images = q.images, .level = q.level, .reference = q.reference,
                         .ends = { (uint32_t) self->shown.ends[0],
                                   (uint32_t) self->shown.ends[1] } };
}

static gboolean
is_same_path (const StPathQuery *a, const StPathQuery *b)
{
  return a->column == b->column && a->weights == b->weights && a->images == b->images
         && a->level == b->level && a->ends[0] == b->ends[0] && a->ends[1] == b->ends[1]
         && (a->reference != NULL) == (b->reference != NULL);
}

static gboolean
is_ready (StPullbacks *self)
{
  const StFrame *frame = self->frame;
  return self->shop != NULL && frame != NULL && frame->complete && frame->query.images != NULL
         && (frame->generation >= self->expected || self->training);
}

/* The first column that lacks what it should have; -1: none. */
static int
next_column (StPullbacks *self)
{
  for (guint i = 0; is_ready (self) && i < self->frame->query.columns; i++)
    {
      if (!is_wanted (self, i))
        continue;
      const StPullbackQuery next = query_of (self, i);
      if (self->slots[i].asked.model == NULL || !is_same (&self->slots[i].asked, &next))
        return (int) i;
    }
  return -1;
}

static int
next_path (StPullbacks *self)
{
  for (guint i = 0; is_ready (self) && i < self->frame->query.columns; i++)
    {
      if (!is_path_wanted (self, i))
        continue;
      const StPathQuery next = path_query_of (self, i);
      if (self->slots[i].path_asked.model == NULL
          || !is_same_path (&self->slots[i].path_asked, &next))
        return (int) i;
    }
  return -1;
}

/* Whether what is under way will still be of use: while a model trains its weights may be older. */
static gboolean
is_of_use (StPullbacks *self, const StPullbackQuery *query)
{
  for (guint i = 0; i < self->frame->query.columns; i++)
    {
      if (self->frame->query.ids[i] != query->column || !is_wanted (self, i))
        continue;
      StPullbackQuery next = query_of (self, i);
      if (self->training)
        next.weights = query->weights;
      return is_same (query, &next);
    }
  return FALSE;
}

static gboolean
is_path_of_use (StPullbacks *self, const StPathQuery *query)
{
  for (guint i = 0; i < self->frame->query.columns; i++)
    {
      if (self->frame->query.ids[i] != query->column || !is_path_wanted (self, i))
        continue;
      StPathQuery next = path_query_of (self, i);
      if (self->training)
        next.weights = query->weights;
      return is_same_path (query, &next);
    }
  return FALSE;
}

/* ---- work ---- */

static void
work_free (gpointer data)
{
  Work *work = data;
  if (work->query.model != NULL)
    st_pullback_query_clear (&work->query);
  else
    st_path_query_clear (&work->path);
  st_pullback_unref (work->result);
  st_latent_path_unref (work->path_result);
  st_pullbacks_release_shop (work->shop);
  g_free (work);
}

static void
work_run (gpointer data)
{
  Work *work = data;
  work->begun = g_get_monotonic_time ();
  if (work->query.model != NULL)
    work->status = st_pullback_make (&work->query, work->shop->pool, &work->cancel,
                                     &work->result);
  else
    work->status = st_latent_path_make (&work->path, work->shop->pool, &work->cancel,
                                        &work->path_result);
  work->ended = g_get_monotonic_time ();
}

static void
take (StPullbacks *self, Work *work)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      Slot *slot = &self->slots[i];
      if (slot->id != work->query.column)
        continue;
      clear_asked (slot);
      st_pullback_query_copy (&work->query, &slot->asked);
      st_pullback_unref (slot->got);
      slot->got = g_steal_pointer (&work->result);
      slot->status = work->status;
    }
}

static void
take_path (StPullbacks *self, Work *work)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      Slot *slot = &self->slots[i];
      if (slot->id != work->path.column)
        continue;
      st_pullbacks_clear_path (slot);
      st_path_query_copy (&work->path, &slot->path_asked);
      slot->path = g_steal_pointer (&work->path_result);
      slot->path_status = work->status;
    }
}

static void
work_done (gpointer owner, gpointer data)
{
  StPullbacks *self = owner;
  Work *work = data;
  self->work = NULL;
  const StImages *images = self->frame != NULL ? self->frame->query.images : NULL;
  if (work->query.model != NULL && work->status.code != ST_CANCELLED
      && work->query.images == images)
    take (self, work);
  else if (work->query.model == NULL && work->status.code != ST_CANCELLED
           && work->path.images == images)
    take_path (self, work);
  if (self->training)
    self->not_before = MAX (self->not_before,
                            work->ended + MAX (APART_US, APART_TIMES
                                                           * (work->ended - work->begun)));
  st_pullbacks_show (self);
  st_pullbacks_consider (self);
}

static void
begin (StPullbacks *self, guint column, gboolean path)
{
  Work *work = g_new0 (Work, 1);
  const StPullbackQuery query = query_of (self, column);
  const StPathQuery path_query = path_query_of (self, column);
  work->shop = g_atomic_rc_box_acquire (self->shop);
  if (path)
    st_path_query_copy (&path_query, &work->path);
  else
    st_pullback_query_copy (&query, &work->query);
  st_cancel_reset (&work->cancel);
  self->work = work;
  st_job_start (self, work, work_free, work_run, work_done);
}

static gboolean
rested (gpointer data)
{
  StPullbacks *self = data;
  self->timer = 0;
  st_pullbacks_consider (self);
  return G_SOURCE_REMOVE;
}

void
st_pullbacks_consider (StPullbacks *self)
{
  if (self->work != NULL)
    {
      const Work *work = self->work;
      if (!(work->query.model != NULL ? is_of_use (self, &work->query)
                                      : is_path_of_use (self, &work->path)))
        st_cancel_ask (&self->work->cancel);
      return;
    }
  const int metric = next_column (self), column = metric >= 0 ? metric : next_path (self);
  const gint64 now = g_get_monotonic_time ();
  if (column < 0 || self->timer != 0)
    return;
  if (now < self->not_before)
    self->timer = g_timeout_add ((guint) ((self->not_before - now) / 1000 + 1), rested, self);
  else
    begin (self, (guint) column, metric < 0);
}

gboolean
st_pullbacks_lack (StPullbacks *self)
{
  return next_column (self) >= 0 || next_path (self) >= 0;
}
