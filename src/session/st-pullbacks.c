#include <st-pullbacks.h>

#include <st-job.h>

/* How long a hand must rest, and how long a training goes on alone between two of them: so many
 * times what the last one took, and never less. */
enum { REST_US = 120000, APART_US = 300000, APART_TIMES = 3 };

/* Threads for what is made, which may outlive the object by one piece of work. */
typedef struct Shop { StPool *pool; } Shop;

/* A metric, or where its model is NULL a path. */
typedef struct Work {
  Shop *shop;
  StPullbackQuery query;
  StPathQuery path;
  StCancel cancel;
  StPullback *result;
  StLatentPath *path_result;
  StStatus status;
  gint64 begun, ended;
} Work;

/* What one column was asked last, and what came of it: NULL where that failed. */
typedef struct Slot {
  guint64 id;
  StPullbackQuery asked;     /* model NULL: nothing */
  StPullback *got;
  StStatus status;
  StPathQuery path_asked;    /* the same of the path */
  StLatentPath *path;
  StStatus path_status;
} Slot;

struct _StPullbacks {
  GObject parent_instance;
  Shop *shop;                /* NULL where there are no threads to be had */
  Work *work;                /* under way; it belongs to its job */
  StFrame *frame;
  gboolean training;
  gboolean scatter, isometry, paths;   /* looked at */
  guint64 expected;          /* generation of the question that a frame is to answer */
  gint64 not_before;         /* on the monotonic clock */
  guint timer;
  Slot slots[ST_COLUMNS_MAX];
  StFigurePullbacks shown;
};

enum { PROP_0, PROP_MAP, PROP_ELLIPSES, PROPS };
static GParamSpec *props[PROPS];
enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StPullbacks, st_pullbacks, G_TYPE_OBJECT)

static void consider (StPullbacks *self);

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

static void
clear_path (Slot *slot)
{
  if (slot->path_asked.model != NULL)
    st_path_query_clear (&slot->path_asked);
  g_clear_pointer (&slot->path, st_latent_path_unref);
  slot->path_status = st_success ();
}

static void
clear_slot (Slot *slot)
{
  clear_asked (slot);
  clear_path (slot);
  st_pullback_unref (slot->got);
  *slot = (Slot) { 0 };
}

static void
show (StPullbacks *self)
{
  gboolean differs = FALSE;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      differs = differs || self->shown.of[i] != self->slots[i].got
                || self->shown.status[i].code != self->slots[i].status.code
                || self->shown.paths[i] != self->slots[i].path
                || self->shown.path_status[i].code != self->slots[i].path_status.code;
      self->shown.paths[i] = self->slots[i].path;
      self->shown.path_status[i] = self->slots[i].path_status;
      self->shown.of[i] = self->slots[i].got;
      self->shown.status[i] = self->slots[i].status;
    }
  if (differs)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
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
  g_atomic_rc_box_release_full (work->shop, shop_clear);
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
      clear_path (slot);
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
  show (self);
  consider (self);
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
  consider (self);
  return G_SOURCE_REMOVE;
}

static void
consider (StPullbacks *self)
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

/* ---- following ---- */

/* Slots follow their columns to their new places; what is of other images is dropped. */
static void
move_slots (StPullbacks *self)
{
  Slot old[ST_COLUMNS_MAX];
  const StLiveQuery *query = &self->frame->query;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      old[i] = self->slots[i];
      self->slots[i] = (Slot) { 0 };
    }
  for (guint i = 0; i < query->columns; i++)
    {
      self->slots[i].id = query->ids[i];
      for (guint j = 0; j < ST_COLUMNS_MAX; j++)
        if (old[j].id == query->ids[i]
            && (old[j].asked.model == NULL || old[j].asked.images == query->images)
            && (old[j].path_asked.model == NULL || old[j].path_asked.images == query->images))
          {
            self->slots[i] = old[j];
            old[j] = (Slot) { 0 };
          }
    }
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    clear_slot (&old[i]);
}

void
st_pullbacks_expect (StPullbacks *self, guint64 generation)
{
  self->expected = generation;
}

void
st_pullbacks_follow (StPullbacks *self, StFrame *frame, gboolean training)
{
  const StImages *before = self->frame != NULL ? self->frame->query.images : NULL;
  const StImages *images = frame->query.images;
  if (before != NULL && images != before
      && (images == NULL || !st_images_same_clean (before, images)))
    self->shown.ends[0] = self->shown.ends[1] = -1;
  st_frame_ref (frame);
  st_frame_unref (self->frame);
  self->frame = frame;
  self->training = training;
  move_slots (self);
  show (self);
  consider (self);
}

void
st_pullbacks_yield (StPullbacks *self)
{
  self->not_before = MAX (self->not_before, g_get_monotonic_time () + REST_US);
}

void
st_pullbacks_set_watched (StPullbacks *self, gboolean scatter, gboolean isometry, gboolean paths)
{
  self->scatter = scatter;
  self->isometry = isometry;
  self->paths = paths;
  consider (self);
}

gboolean
st_pullbacks_is_busy (StPullbacks *self)
{
  return self->work != NULL || next_column (self) >= 0 || next_path (self) >= 0;
}

const StFigurePullbacks *
st_pullbacks_get (StPullbacks *self)
{
  return &self->shown;
}

/* ---- choices ---- */

void
st_pullbacks_set_map (StPullbacks *self, StFigureMap map)
{
  if (map == self->shown.map)
    return;
  self->shown.map = map;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MAP]);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  consider (self);
}

StFigureMap
st_pullbacks_get_map (StPullbacks *self)
{
  return self->shown.map;
}

void
st_pullbacks_set_ellipses (StPullbacks *self, gboolean ellipses)
{
  if (!ellipses == !self->shown.ellipses)
    return;
  self->shown.ellipses = ellipses;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ELLIPSES]);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  consider (self);
}

gboolean
st_pullbacks_get_ellipses (StPullbacks *self)
{
  return self->shown.ellipses;
}

/* What lay between other ends is shown no more. */
void
st_pullbacks_set_path_end (StPullbacks *self, guint end, int image)
{
  if (image == self->shown.ends[end])
    return;
  self->shown.ends[end] = image;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      clear_path (&self->slots[i]);
      self->shown.paths[i] = NULL;
      self->shown.path_status[i] = st_success ();
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  consider (self);
}

int
st_pullbacks_get_path_end (StPullbacks *self, guint end)
{
  return self->shown.ends[end];
}

/* ---- object ---- */

static void
st_pullbacks_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StPullbacks *self = ST_PULLBACKS (object);
  switch (id)
    {
    case PROP_MAP: g_value_set_string (value, st_figure_map_id (self->shown.map)); break;
    case PROP_ELLIPSES: g_value_set_boolean (value, self->shown.ellipses); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

/* Names that nobody knows, from settings of another version, change nothing. */
static void
st_pullbacks_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StPullbacks *self = ST_PULLBACKS (object);
  StFigureMap map;
  switch (id)
    {
    case PROP_MAP:
      if (g_value_get_string (value) != NULL
          && st_figure_map_from_id (g_value_get_string (value), &map))
        st_pullbacks_set_map (self, map);
      break;
    case PROP_ELLIPSES: st_pullbacks_set_ellipses (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_pullbacks_dispose (GObject *object)
{
  StPullbacks *self = ST_PULLBACKS (object);
  if (self->work != NULL)
    st_cancel_ask (&self->work->cancel);
  self->work = NULL;
  g_clear_handle_id (&self->timer, g_source_remove);
  G_OBJECT_CLASS (st_pullbacks_parent_class)->dispose (object);
}

static void
st_pullbacks_finalize (GObject *object)
{
  StPullbacks *self = ST_PULLBACKS (object);
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    clear_slot (&self->slots[i]);
  st_frame_unref (self->frame);
  if (self->shop != NULL)
    g_atomic_rc_box_release_full (self->shop, shop_clear);
  G_OBJECT_CLASS (st_pullbacks_parent_class)->finalize (object);
}

static void
st_pullbacks_class_init (StPullbacksClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  object_class->get_property = st_pullbacks_get_property;
  object_class->set_property = st_pullbacks_set_property;
  object_class->dispose = st_pullbacks_dispose;
  object_class->finalize = st_pullbacks_finalize;
  props[PROP_MAP] = g_param_spec_string ("map", NULL, NULL, NULL, flags);
  props[PROP_ELLIPSES] = g_param_spec_boolean ("ellipses", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, PROPS, props);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_pullbacks_init (StPullbacks *self)
{
  self->shown.ellipses = TRUE;
  self->shown.ends[0] = self->shown.ends[1] = -1;
  self->scatter = TRUE;
  self->shop = g_atomic_rc_box_new0 (Shop);
  if (!st_ok (st_pool_new (0, &self->shop->pool)))
    g_clear_pointer (&self->shop, g_atomic_rc_box_release);
}

StPullbacks *
st_pullbacks_new (void)
{
  return g_object_new (ST_TYPE_PULLBACKS, NULL);
}
