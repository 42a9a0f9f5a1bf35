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
query_copy (const StProductQuery *from, StProductQuery *to)
{
  *to = *from;
  st_pullback_query_copy (&from->of, &to->of);
}

static void
query_clear (StProductQuery *query)
{
  if (query->of.model != NULL)
    st_pullback_query_clear (&query->of);
}

void
st_pullbacks_clear_made (Slot *slot, StProduct product)
{
  Made *made = &slot->made[product];
  query_clear (&made->asked);
  st_product_unref (product, made->got);
  *made = (Made) { 0 };
}

void
st_pullbacks_clear_slot (Slot *slot)
{
  for (StProduct product = 0; product < ST_PRODUCTS; product++)
    st_pullbacks_clear_made (slot, product);
  slot->id = 0;
}

void
st_pullbacks_release_shop (Shop *shop)
{
  g_atomic_rc_box_release_full (shop, shop_clear);
}

/* ---- what is wanted ---- */

static gboolean
looks_at (StPullbacks *self, StFigureKind kind)
{
  return (self->watched & 1u << kind) != 0;
}

static gboolean
has_ends (StPullbacks *self)
{
  const int *ends = self->shown.ends;
  const int count = (int) st_images_count (self->frame->query.images);
  return ends[0] >= 0 && ends[1] >= 0 && ends[0] != ends[1] && ends[0] < count && ends[1] < count;
}

/* Whether somebody would see a product; plane: of a model whose scatter shows a plane of vectors,
 * over which it is drawn as well. */
static gboolean
is_looked_at (StPullbacks *self, StProduct product, gboolean plane)
{
  const gboolean over = plane && looks_at (self, ST_FIGURE_SCATTER);
  const gboolean drawn = self->shown.ellipses || self->shown.map != ST_MAP_NONE;
  switch (product)
    {
    case ST_PRODUCT_METRIC:
      return looks_at (self, ST_FIGURE_ISOMETRY) || looks_at (self, ST_FIGURE_TRADEOFF)
             || (over && drawn);
    case ST_PRODUCT_TRAVERSAL: return looks_at (self, ST_FIGURE_TRAVERSAL);
    case ST_PRODUCT_PATH: return has_ends (self) && (looks_at (self, ST_FIGURE_PATHS) || over);
    case ST_PRODUCT_LENGTHS: return looks_at (self, ST_FIGURE_DISTANCES);
    case ST_PRODUCTS:
    default: return FALSE;
    }
}

/* Of a column that has a vector, and whose axes are there where its scatter shows a plane. */
static gboolean
is_wanted (StPullbacks *self, guint column, StProduct product)
{
  const StFrame *frame = self->frame;
  const StModel *model = frame->query.models[column];
  if (model == NULL || !st_ok (frame->status[column])
      || !st_kind_has_dimension (st_model_spec (model)->kind))
    return FALSE;
  const gboolean plane = st_pullback_has_plane (model);
  const StReference *axes = frame->references[column];
  return is_looked_at (self, product, plane)
         && (!plane || (axes != NULL && axes->weights == frame->query.weights[column]));
}

static StProductQuery
query_of (StPullbacks *self, guint column, StProduct product)
{
  const StLiveQuery *query = &self->frame->query;
  StReference *axes = self->frame->references[column];
  const gboolean plane = st_pullback_has_plane (query->models[column])
                         && product != ST_PRODUCT_LENGTHS;
  StProductQuery out = { .of = { .column = query->ids[column], .model = query->models[column],
                                 .weights = query->weights[column], .images = query->images,
                                 .level = query->level, .reference = plane ? axes : NULL } };
  for (guint i = 0; i < 2 && product == ST_PRODUCT_PATH; i++)
    out.ends[i] = self->shown.ends[i];
  return out;
}

static gboolean
is_same (const StProductQuery *a, const StProductQuery *b)
{
  return a->of.column == b->of.column && a->of.weights == b->of.weights
         && a->of.images == b->of.images && a->of.level == b->of.level
         && (a->of.reference != NULL) == (b->of.reference != NULL) && a->ends[0] == b->ends[0]
         && a->ends[1] == b->ends[1];
}

/* Whether what was made is of the query, or a part of it. */
static gboolean
is_answered (const Made *made, const StProductQuery *query)
{
  return made->asked.of.model != NULL && is_same (&made->asked, query);
}

static gboolean
is_ready (StPullbacks *self)
{
  const StFrame *frame = self->frame;
  return self->shop != NULL && frame != NULL && frame->complete && frame->query.images != NULL
         && (frame->generation >= self->expected || self->training);
}

static gboolean
is_lacking (StPullbacks *self, guint column, StProduct product)
{
  const Made *made = &self->slots[column].made[product];
  if (!is_wanted (self, column, product))
    return FALSE;
  const StProductQuery next = query_of (self, column, product);
  return !is_answered (made, &next)
         || (made->got != NULL && !st_product_is_whole (product, made->got));
}

/* Of the columns that lack some of a product one whose vectors have the fewest numbers: it waits the
 * least for others, and they for it.  -1: none. */
static int
next_column (StPullbacks *self, StProduct product)
{
  guint fewest = G_MAXUINT;
  int next = -1;
  for (guint i = 0; is_ready (self) && i < self->frame->query.columns; i++)
    {
      if (!is_lacking (self, i, product))
        continue;
      const guint numbers = st_model_spec (self->frame->query.models[i])->dimension;
      if (numbers >= fewest)
        continue;
      fewest = numbers;
      next = (int) i;
    }
  return next;
}

/* What is cheap goes first, of all columns; while a model trains there is always more of that, so
 * that they take turns. */
static int
choose (StPullbacks *self, StProduct *product)
{
  for (guint i = 0; i < ST_PRODUCTS; i++)
    {
      *product = (self->training ? self->turn + i : i) % ST_PRODUCTS;
      const int column = next_column (self, *product);
      if (column >= 0)
        return column;
    }
  return -1;
}

/* Whether what is under way will still be of use: while a model trains its weights may be older. */
static gboolean
is_of_use (StPullbacks *self, const Work *work)
{
  for (guint i = 0; i < self->frame->query.columns; i++)
    {
      if (self->frame->query.ids[i] != work->query.of.column
          || !is_wanted (self, i, work->product))
        continue;
      StProductQuery next = query_of (self, i, work->product);
      if (self->training)
        next.of.weights = work->query.of.weights;
      return is_same (&work->query, &next);
    }
  return FALSE;
}

/* ---- work ---- */

static void
work_free (gpointer data)
{
  Work *work = data;
  query_clear (&work->query);
  st_product_unref (work->product, work->from);
  st_product_unref (work->product, work->result);
  st_pullbacks_release_shop (work->shop);
  g_free (work);
}

static void
work_run (gpointer data)
{
  Work *work = data;
  work->begun = g_get_monotonic_time ();
  st_product_make (work);
  work->ended = g_get_monotonic_time ();
}

static void
take (StPullbacks *self, Work *work)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      Made *made = &self->slots[i].made[work->product];
      if (self->slots[i].id != work->query.of.column)
        continue;
      st_pullbacks_clear_made (&self->slots[i], work->product);
      query_copy (&work->query, &made->asked);
      made->got = g_steal_pointer (&work->result);
      made->status = work->status;
    }
}

static void
work_done (gpointer owner, gpointer data)
{
  StPullbacks *self = owner;
  Work *work = data;
  self->work = NULL;
  const StImages *images = self->frame != NULL ? self->frame->query.images : NULL;
  if (work->status.code != ST_CANCELLED && work->query.of.images == images)
    take (self, work);
  if (self->training)
    self->not_before = MAX (self->not_before,
                            work->ended + MAX (APART_US, APART_TIMES
                                                           * (work->ended - work->begun)));
  st_pullbacks_show (self);
  st_pullbacks_consider (self);
}

static void
begin (StPullbacks *self, guint column, StProduct product)
{
  Work *work = g_new0 (Work, 1);
  const StProductQuery query = query_of (self, column, product);
  const Made *made = &self->slots[column].made[product];
  work->shop = g_atomic_rc_box_acquire (self->shop);
  work->product = product;
  query_copy (&query, &work->query);
  if (is_answered (made, &query))
    work->from = st_product_ref (product, made->got);
  st_cancel_reset (&work->cancel);
  self->work = work;
  self->turn = (product + 1) % ST_PRODUCTS;
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
  StProduct product;
  if (self->work != NULL)
    {
      if (!is_of_use (self, self->work))
        st_cancel_ask (&self->work->cancel);
      return;
    }
  const int column = choose (self, &product);
  const gint64 now = g_get_monotonic_time ();
  if (column < 0 || self->timer != 0)
    return;
  if (now < self->not_before)
    self->timer = g_timeout_add ((guint) ((self->not_before - now) / 1000 + 1), rested, self);
  else
    begin (self, (guint) column, product);
}

gboolean
st_pullbacks_lack (StPullbacks *self)
{
  StProduct product;
  return choose (self, &product) >= 0;
}
