#include <st-embeddings.h>

#include <st-bell.h>
#include <st-embedder.h>

G_STATIC_ASSERT ((int) ST_EMBEDDER_MAX >= (int) ST_COLUMNS_MAX);

/* What one column was asked, and the newest answer, which may be to a question before. */
typedef struct Slot {
  guint64 id;
  StEmbeddingQuery wanted;   /* ticket 0: nothing */
  StEmbedding *got;
} Slot;

struct _StEmbeddings {
  GObject parent_instance;
  StEmbedder *embedder;      /* NULL where there is no thread to be had */
  GSource *bell;
  StFrame *frame;
  gboolean training;
  gboolean watched;
  guint64 expected;          /* generation of the question that a frame is to answer */
  gboolean unasked, anew;    /* something else was chosen, or asked anew, and waits for a frame */
  guint64 tickets;
  Slot slots[ST_COLUMNS_MAX];
  StFigureEmbeddings shown;
};

enum { PROP_0, PROP_METHOD, PROP_METRIC, PROPS };
static GParamSpec *props[PROPS];
enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StEmbeddings, st_embeddings, G_TYPE_OBJECT)

static void
clear_slot (Slot *slot)
{
  st_embedding_query_clear (&slot->wanted);
  st_embedding_unref (slot->got);
  *slot = (Slot) { 0 };
}

static void
changed (StEmbeddings *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
show (StEmbeddings *self)
{
  gboolean differs = FALSE;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      differs = differs || self->shown.of[i] != self->slots[i].got;
      self->shown.of[i] = self->slots[i].got;
    }
  if (differs)
    changed (self);
}

/* ---- asking ---- */

static StEmbeddingQuery
query_of (StEmbeddings *self, guint column)
{
  const StLiveQuery *query = &self->frame->query;
  return (StEmbeddingQuery) {
    .column = query->ids[column], .method = self->shown.method, .metric = self->shown.metric,
    .kernel = query->kernel, .tolerance = query->tolerance,
    .of = { .model = query->models[column], .weights = query->weights[column],
            .images = query->images, .level = query->level, .latent = query->latents[column],
            .seed = query->seed, .reference = self->frame->references[column] },
  };
}

/* Whether an answer to one is a picture of the other, if of another level or other weights. */
static gboolean
is_alike (const StEmbeddingQuery *a, const StEmbeddingQuery *b)
{
  const gboolean tsne = a->method == ST_EMBEDDING_TSNE;
  const gboolean kernel = tsne ? a->metric == ST_METRIC_KERNEL
                               : a->method == ST_EMBEDDING_KERNEL_PCA;
  return a->method == b->method && a->of.images == b->of.images && a->of.latent == b->of.latent
         && a->of.seed == b->of.seed && (!tsne || a->metric == b->metric)
         && (!kernel || a->kernel == b->kernel);
}

static gboolean
is_same (const StEmbeddingQuery *a, const StEmbeddingQuery *b)
{
  return is_alike (a, b) && a->of.level == b->of.level && a->of.weights == b->of.weights
         && (a->tolerance == b->tolerance || a->method == ST_EMBEDDING_PCA
             || a->method == ST_EMBEDDING_RAW);
}

/* Whether the present question, or its answer, will do. */
static gboolean
serves (StEmbeddings *self, const Slot *slot, const StEmbeddingQuery *next)
{
  if (slot->wanted.ticket == 0 || !is_alike (&slot->wanted, next))
    return FALSE;
  return next->method == ST_EMBEDDING_TSNE || is_same (&slot->wanted, next)
         || (self->training && slot->wanted.of.level == next->of.level);
}

static void
ask_column (StEmbeddings *self, guint column, gboolean anew)
{
  Slot *slot = &self->slots[column];
  StEmbeddingQuery next = query_of (self, column);
  const StReference *axes = next.of.reference;
  const gboolean live = next.method == ST_EMBEDDING_PCA || next.method == ST_EMBEDDING_RAW;
  if (live && axes != NULL && axes->weights != next.of.weights)
    return;   /* its axes are on their way */
  if (!live)
    next.of.reference = NULL;   /* a large thing that nobody asks for */
  if (!st_ok (self->frame->status[column]) || !st_embedding_query_suits (&next)
      || (live && axes->pca != NULL && next.method == ST_EMBEDDING_RAW))
    {
      clear_slot (slot);
      slot->id = self->frame->query.ids[column];
      return;
    }
  if (!anew && serves (self, slot, &next))
    return;
  if (slot->got != NULL && !is_alike (&slot->got->query, &next))
    g_clear_pointer (&slot->got, st_embedding_unref);
  st_embedding_query_clear (&slot->wanted);
  next.ticket = ++self->tickets;
  st_embedding_query_copy (&next, &slot->wanted);
}

static void
post (StEmbeddings *self)
{
  StEmbeddingQuery queries[ST_COLUMNS_MAX];
  guint n = 0;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    if (self->slots[i].wanted.ticket != 0)
      queries[n++] = self->slots[i].wanted;
  if (self->embedder != NULL)
    st_embedder_post (self->embedder, n, queries);
}

static void
ask (StEmbeddings *self, gboolean anew)
{
  const StFrame *frame = self->frame;
  self->unasked = TRUE;
  self->anew = self->anew || anew;
  if (!self->watched || frame == NULL || !frame->complete || frame->query.images == NULL
      || (frame->generation < self->expected && !self->training))
    return;
  for (guint i = 0; i < frame->query.columns; i++)
    ask_column (self, i, self->anew);
  self->unasked = self->anew = FALSE;
  post (self);
  show (self);
}

/* Slots follow their columns to their new places; those that are gone are dropped. */
static void
move_slots (StEmbeddings *self)
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
        if (old[j].id == query->ids[i])
          {
            self->slots[i] = old[j];
            old[j] = (Slot) { 0 };
          }
    }
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    clear_slot (&old[i]);
}

void
st_embeddings_expect (StEmbeddings *self, guint64 generation)
{
  self->expected = generation;
  self->unasked = TRUE;
}

void
st_embeddings_follow (StEmbeddings *self, StFrame *frame, gboolean training)
{
  st_frame_ref (frame);
  st_frame_unref (self->frame);
  self->frame = frame;
  self->training = training;
  move_slots (self);
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      /* Other images: what is there would be drawn in their places. */
      Slot *slot = &self->slots[i];
      if (slot->got != NULL && slot->got->query.of.images != frame->query.images)
        g_clear_pointer (&slot->got, st_embedding_unref);
    }
  show (self);
  ask (self, FALSE);
}

/* ---- answers ---- */

static gboolean
take_answers (gpointer data)
{
  StEmbeddings *self = data;
  StEmbedding *answer;
  while ((answer = st_embedder_take (self->embedder)) != NULL)
    for (guint i = 0; i < ST_COLUMNS_MAX && answer != NULL; i++)
      if (self->slots[i].wanted.ticket == answer->query.ticket)
        {
          st_embedding_unref (self->slots[i].got);
          self->slots[i].got = g_steal_pointer (&answer);
        }
      else if (i + 1 == ST_COLUMNS_MAX)
        st_embedding_unref (g_steal_pointer (&answer));
  show (self);
  return G_SOURCE_CONTINUE;
}

/* Whether its question has no last answer. */
static gboolean
is_open (const Slot *slot)
{
  return slot->wanted.ticket != 0
         && (slot->got == NULL || slot->got->query.ticket != slot->wanted.ticket
             || slot->got->state == ST_EMBEDDING_RUNNING);
}

static gboolean
any_open (StEmbeddings *self)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    if (is_open (&self->slots[i]))
      return self->embedder != NULL;
  return FALSE;
}

gboolean
st_embeddings_is_busy (StEmbeddings *self)
{
  if (self->unasked && self->watched && self->frame != NULL && self->frame->query.columns > 0)
    return self->embedder != NULL;
  return any_open (self);
}

gboolean
st_embeddings_get_running (StEmbeddings *self, guint64 *column, const StEmbedding **embedding)
{
  for (guint i = 0; i < ST_COLUMNS_MAX && self->shown.method == ST_EMBEDDING_TSNE; i++)
    if (is_open (&self->slots[i]))
      {
        const StEmbedding *got = self->slots[i].got;
        *column = self->slots[i].id;
        *embedding = got != NULL && got->query.ticket == self->slots[i].wanted.ticket ? got : NULL;
        return TRUE;
      }
  return FALSE;
}

gboolean
st_embeddings_can_stop (StEmbeddings *self)
{
  return self->shown.method == ST_EMBEDDING_TSNE && any_open (self);
}

gboolean
st_embeddings_can_refit (StEmbeddings *self)
{
  if (self->frame == NULL || self->shown.method != ST_EMBEDDING_TSNE || any_open (self))
    return FALSE;
  for (guint i = 0; i < self->frame->query.columns; i++)
    {
      const StEmbeddingQuery next = query_of (self, i);
      const Slot *slot = &self->slots[i];
      if (slot->wanted.ticket != 0
          && (!is_same (&slot->wanted, &next)
              || (slot->got != NULL && slot->got->state == ST_EMBEDDING_STOPPED)))
        return TRUE;
    }
  return FALSE;
}

/* ---- hands ---- */

/* Nothing of what was chosen before is shown until there is something else. */
static void
choose_anew (StEmbeddings *self)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      const guint64 id = self->slots[i].id;
      clear_slot (&self->slots[i]);
      self->slots[i].id = id;
      self->shown.of[i] = NULL;
    }
  changed (self);
  ask (self, FALSE);
}

void
st_embeddings_refit (StEmbeddings *self)
{
  if (self->shown.method != ST_EMBEDDING_TSNE)
    return;
  ask (self, TRUE);
  changed (self);
}

void
st_embeddings_stop (StEmbeddings *self)
{
  if (self->embedder != NULL)
    st_embedder_stop (self->embedder);
}

void
st_embeddings_set_watched (StEmbeddings *self, gboolean watched)
{
  if (watched == self->watched)
    return;
  self->watched = watched;
  ask (self, FALSE);
}

void
st_embeddings_yield (StEmbeddings *self)
{
  if (self->embedder != NULL)
    st_embedder_yield (self->embedder);
}

void
st_embeddings_set_method (StEmbeddings *self, StEmbeddingMethod method)
{
  if (method == self->shown.method || method >= ST_EMBEDDING_METHODS)
    return;
  self->shown.method = method;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_METHOD]);
  choose_anew (self);
}

void
st_embeddings_set_metric (StEmbeddings *self, StEmbeddingMetric metric)
{
  if (metric == self->shown.metric || metric >= ST_METRICS)
    return;
  self->shown.metric = metric;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_METRIC]);
  if (self->shown.method == ST_EMBEDDING_TSNE)
    choose_anew (self);
  else
    changed (self);
}

StEmbeddingMethod
st_embeddings_get_method (StEmbeddings *self)
{
  return self->shown.method;
}

StEmbeddingMetric
st_embeddings_get_metric (StEmbeddings *self)
{
  return self->shown.metric;
}

const StFigureEmbeddings *
st_embeddings_get (StEmbeddings *self)
{
  return &self->shown;
}

/* ---- object ---- */

static void
st_embeddings_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StEmbeddings *self = ST_EMBEDDINGS (object);
  switch (id)
    {
    case PROP_METHOD:
      g_value_set_string (value, st_embedding_method_name (self->shown.method));
      break;
    case PROP_METRIC:
      g_value_set_string (value, st_embedding_metric_name (self->shown.metric));
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

/* Names that nobody knows, from settings of another version, change nothing. */
static void
st_embeddings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StEmbeddings *self = ST_EMBEDDINGS (object);
  const char *name = g_value_get_string (value);
  StEmbeddingMethod method;
  StEmbeddingMetric metric;
  switch (id)
    {
    case PROP_METHOD:
      if (name != NULL && st_embedding_method_from_name (name, &method))
        st_embeddings_set_method (self, method);
      break;
    case PROP_METRIC:
      if (name != NULL && st_embedding_metric_from_name (name, &metric))
        st_embeddings_set_metric (self, metric);
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_embeddings_finalize (GObject *object)
{
  StEmbeddings *self = ST_EMBEDDINGS (object);
  st_embedder_free (self->embedder);
  st_bell_free (self->bell);
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    clear_slot (&self->slots[i]);
  st_frame_unref (self->frame);
  G_OBJECT_CLASS (st_embeddings_parent_class)->finalize (object);
}

static void
st_embeddings_class_init (StEmbeddingsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  object_class->get_property = st_embeddings_get_property;
  object_class->set_property = st_embeddings_set_property;
  object_class->finalize = st_embeddings_finalize;
  props[PROP_METHOD] = g_param_spec_string ("method", NULL, NULL, NULL, flags);
  props[PROP_METRIC] = g_param_spec_string ("metric", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, PROPS, props);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_embeddings_init (StEmbeddings *self)
{
  self->watched = TRUE;
  self->bell = st_bell_new (take_answers, self);
  if (!st_ok (st_embedder_new (0, st_bell_ring, self->bell, &self->embedder)))
    self->embedder = NULL;
}

StEmbeddings *
st_embeddings_new (void)
{
  return g_object_new (ST_TYPE_EMBEDDINGS, NULL);
}
