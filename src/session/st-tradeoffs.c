#include <st-tradeoffs.h>

#include <st-bell.h>
#include <st-dataset-io.h>
#include <st-images.h>
#include <st-job.h>
#include <st-words.h>

/* On two processors these take one to two minutes. */
enum { IMAGES = 10000, EPOCHS = 20 };

static const double YIELD_SECONDS = 0.12;
static const double lambdas[] = { 0, 1, 10, 100, 1000 };
G_STATIC_ASSERT (G_N_ELEMENTS (lambdas) * ST_ISOMETRIES <= ST_TRADEOFF_POINTS_MAX);

/* A sweep and its threads, which may outlive the object by one batch. */
typedef struct Sweep {
  StTradeoff *tradeoff;
  StPool *pool;              /* NULL before it has begun */
  GSource *bell;             /* it may be rung when the object has gone */
} Sweep;

typedef struct Work {
  Sweep *sweep;
  char *dataset, *path;      /* to be read, and the file that the status is about */
  guint wanted;              /* images to train on, */
  StClasses classes;         /* of these */
  StImages *measured;
  StTrainOptions options;
  guint seeds;
  guint few;                 /* images that there are besides those; 0: enough */
  StStatus status;
} Work;

/* What is to be swept. */
typedef struct Choice {
  StKind kind;
  StClasses classes;         /* of those that it trains on */
  guint count, epochs, seeds;
} Choice;

struct _StTradeoffs {
  GObject parent_instance;
  GSource *bell;
  char *dataset;             /* that is open */
  StImages *images;
  Choice choice;

  Choice asked;              /* of the newest sweep, and what it is measured on */
  StImages *measured;
  Sweep *sweep;              /* the newest; NULL: none */
  Work *work;                /* under way; it belongs to its job */
  gboolean stopping;
  StTradeoffResult *result;
  char *swept, *failure;     /* the result's dataset; why there is none */
  StFigureTradeoff shown;
};

enum { PROP_0, PROP_KIND, PROP_IMAGES, PROP_EPOCHS, PROP_SEEDS, PROP_DISTORTION, PROPS };
static GParamSpec *props[PROPS];
enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StTradeoffs, st_tradeoffs, G_TYPE_OBJECT)

static void
changed (StTradeoffs *self)
{
  self->shown.result = self->result;
  self->shown.dataset = self->swept;
  self->shown.classes = self->asked.classes;
  self->shown.elsewhere = self->images != NULL && self->measured != NULL
                          && !st_images_same_clean (self->images, self->measured);
  self->shown.failure = self->failure;
  self->shown.reading = self->work != NULL && self->result == NULL;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ---- the sweep ---- */

static void
sweep_clear (gpointer data)
{
  Sweep *sweep = data;
  st_tradeoff_free (sweep->tradeoff);
  st_pool_free (sweep->pool);
  g_source_unref (sweep->bell);
}

static void
sweep_release (Sweep *sweep)
{
  g_atomic_rc_box_release_full (sweep, sweep_clear);
}

static Sweep *
sweep_new (GSource *bell)
{
  Sweep *sweep = g_atomic_rc_box_new0 (Sweep);
  sweep->bell = g_source_ref (bell);
  if (!st_ok (st_tradeoff_new (st_bell_ring, bell, &sweep->tradeoff)))
    g_clear_pointer (&sweep, sweep_release);
  return sweep;
}

/* ---- in the background ---- */

static void
work_free (gpointer data)
{
  Work *work = data;
  sweep_release (work->sweep);
  st_images_unref (work->measured);
  g_free (work->dataset);
  g_free (work->path);
  g_free (work);
}

/* The images that it trains on; those that it is measured on are not among them. */
static guint32 *
list_images (const Work *work, StDataset *dataset, guint *count)
{
  guint first = 0;
  for (guint i = 0; !st_dataset_has_splits (work->dataset) && i < st_images_count (work->measured);
       i++)
    first = MAX (first, st_images_index (work->measured, i) + 1);
  guint32 *indices = g_new (guint32, MIN (work->wanted, st_dataset_count (dataset)));
  *count = st_classes_choose (&work->classes, dataset, first, work->wanted, indices);
  return indices;
}

/* Lambda grows for all regularisers together, so that their lines do. */
static void
list_points (StTradeoffQuery *query)
{
  for (guint i = 0; i < G_N_ELEMENTS (lambdas); i++)
    for (StIsometry isometry = 0; isometry < ST_ISOMETRIES; isometry++)
      query->point[query->points++] = (StTradeoffPoint) { isometry, lambdas[i] };
}

static void
begin (Work *work)
{
  StDataset *dataset = NULL;
  StTradeoffQuery query = { .options = work->options, .measured = work->measured,
                            .seeds = work->seeds };
  work->status = st_dataset_load (work->dataset, ST_SPLIT_TRAIN, &dataset, &work->path);
  if (!st_ok (work->status))
    return;
  g_autofree guint32 *indices = list_images (work, dataset, &query.count);
  query.dataset = dataset;
  query.indices = indices;
  list_points (&query);
  if (query.count < query.options.batch)
    work->few = query.options.batch - query.count;
  else
    work->status = st_pool_new (0, &work->sweep->pool);
  if (st_ok (work->status) && work->few == 0)
    work->status = st_tradeoff_begin (work->sweep->tradeoff, &query, work->sweep->pool);
  st_dataset_unref (dataset);
}

static void
work_run (gpointer data)
{
  Work *work = data;
  if (work->dataset != NULL)
    begin (work);
  if (st_ok (work->status) && work->few == 0)
    work->status = st_tradeoff_run (work->sweep->tradeoff);
}

/* ---- what comes of it ---- */

static gboolean
take (gpointer data)
{
  StTradeoffs *self = data;
  StTradeoffResult *result = self->sweep != NULL ? st_tradeoff_take (self->sweep->tradeoff) : NULL;
  if (result == NULL)
    return G_SOURCE_CONTINUE;
  st_tradeoff_result_unref (self->result);
  self->result = result;
  changed (self);
  return G_SOURCE_CONTINUE;
}

static char *
describe_failure (const Work *work)
{
  if (work->few > 0)
    return st_tradeoff_words_few (work->options.batch - work->few, work->options.batch);
  if (st_ok (work->status) || work->status.code == ST_CANCELLED)
    return NULL;
  return work->path != NULL && work->sweep->pool == NULL
           ? st_words_could_not_open (work->status, work->path, NULL)
           : st_words_status (work->status, NULL, NULL);
}

static void
work_done (gpointer owner, gpointer data)
{
  StTradeoffs *self = owner;
  Work *work = data;
  if (self->work != work)   /* of a dataset that was left */
    return;
  self->work = NULL;
  self->stopping = FALSE;
  self->failure = describe_failure (work);
  take (self);
  if (self->result == NULL)
    g_clear_pointer (&self->sweep, sweep_release);
  changed (self);
}

static void
run (StTradeoffs *self, Work *work)
{
  g_clear_pointer (&self->failure, g_free);
  work->sweep = g_atomic_rc_box_acquire (self->sweep);
  self->work = work;
  st_job_start (self, work, work_free, work_run, work_done);
  changed (self);
}

/* ---- hands ---- */

static void
forget (StTradeoffs *self)
{
  if (self->sweep != NULL)
    st_tradeoff_stop (self->sweep->tradeoff, true);
  self->work = NULL;
  self->stopping = FALSE;
  g_clear_pointer (&self->sweep, sweep_release);
  g_clear_pointer (&self->measured, st_images_unref);
  g_clear_pointer (&self->result, st_tradeoff_result_unref);
  g_clear_pointer (&self->swept, g_free);
  g_clear_pointer (&self->failure, g_free);
}

void
st_tradeoffs_follow (StTradeoffs *self, const char *dataset, const StClasses *classes,
                     StImages *images)
{
  st_images_ref (images);
  st_images_unref (self->images);
  self->images = images;
  self->choice.classes = *classes;
  if (g_strcmp0 (dataset, self->dataset) != 0)
    {
      forget (self);
      g_free (self->dataset);
      self->dataset = g_strdup (dataset);
    }
  changed (self);
}

/* Whether another sweep would have other numbers than the newest has, or will have. */
static gboolean
would_differ (StTradeoffs *self)
{
  const Choice *a = &self->choice, *b = &self->asked;
  return self->result == NULL || a->kind != b->kind || a->count != b->count
         || a->epochs != b->epochs || a->seeds != b->seeds
         || !st_classes_equal (&a->classes, &b->classes)
         || !st_images_same_clean (self->images, self->measured);
}

gboolean
st_tradeoffs_can_start (StTradeoffs *self)
{
  return self->images != NULL && self->work == NULL
         && (would_differ (self) || self->result->ended < self->result->runs);
}

void
st_tradeoffs_start (StTradeoffs *self)
{
  if (!st_tradeoffs_can_start (self))
    return;
  forget (self);
  self->sweep = sweep_new (self->bell);
  if (self->sweep == NULL)
    return;
  Work *work = g_new0 (Work, 1);
  work->dataset = g_strdup (self->dataset);
  work->wanted = self->choice.count;
  work->classes = self->choice.classes;
  work->measured = st_images_ref (self->images);
  work->options = st_train_options_default (self->choice.kind, ST_ENCODER_S2);
  work->options.spec.image = st_images_shape (self->images);
  work->options.epochs = self->choice.epochs;
  work->seeds = self->choice.seeds;
  self->asked = self->choice;
  self->measured = st_images_ref (self->images);
  self->swept = g_strdup (self->dataset);
  run (self, work);
}

gboolean
st_tradeoffs_can_stop (StTradeoffs *self)
{
  return self->work != NULL && !self->stopping;
}

void
st_tradeoffs_stop (StTradeoffs *self)
{
  if (!st_tradeoffs_can_stop (self))
    return;
  self->stopping = TRUE;
  st_tradeoff_stop (self->sweep->tradeoff, true);
  changed (self);
}

gboolean
st_tradeoffs_can_continue (StTradeoffs *self)
{
  return self->work == NULL && self->sweep != NULL && self->result != NULL
         && self->result->ended < self->result->runs;
}

void
st_tradeoffs_continue (StTradeoffs *self)
{
  if (!st_tradeoffs_can_continue (self))
    return;
  st_tradeoff_stop (self->sweep->tradeoff, false);
  run (self, g_new0 (Work, 1));
}

gboolean
st_tradeoffs_is_busy (StTradeoffs *self)
{
  return self->work != NULL;
}

void
st_tradeoffs_yield (StTradeoffs *self)
{
  if (self->work != NULL)
    st_tradeoff_yield (self->sweep->tradeoff, YIELD_SECONDS);
}

const StFigureTradeoff *
st_tradeoffs_get (StTradeoffs *self)
{
  return &self->shown;
}

/* ---- choices ---- */

static void
st_tradeoffs_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StTradeoffs *self = ST_TRADEOFFS (object);
  switch (id)
    {
    case PROP_KIND: g_value_set_string (value, st_kind_name (self->choice.kind)); break;
    case PROP_IMAGES: g_value_set_uint (value, self->choice.count); break;
    case PROP_EPOCHS: g_value_set_uint (value, self->choice.epochs); break;
    case PROP_SEEDS: g_value_set_uint (value, self->choice.seeds); break;
    case PROP_DISTORTION:
      g_value_set_string (value, st_distortion_name (self->shown.distortion));
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static gboolean
choose_kind (StTradeoffs *self, const char *name)
{
  StKind kind;
  if (name == NULL || !st_kind_from_name (name, &kind) || kind == self->choice.kind
      || (kind != ST_KIND_IRVAE && kind != ST_KIND_IRAE))
    return FALSE;
  self->choice.kind = kind;
  return TRUE;
}

static gboolean
choose_distortion (StTradeoffs *self, const char *name)
{
  StDistortion distortion;
  if (name == NULL || !st_distortion_from_name (name, &distortion)
      || distortion == self->shown.distortion)
    return FALSE;
  self->shown.distortion = distortion;
  return TRUE;
}

static gboolean
choose_number (guint *number, guint wanted)
{
  const gboolean differs = *number != wanted;
  *number = wanted;
  return differs;
}

/* Names that nobody knows, from settings of another version, change nothing. */
static void
st_tradeoffs_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StTradeoffs *self = ST_TRADEOFFS (object);
  gboolean differs = FALSE;
  switch (id)
    {
    case PROP_KIND: differs = choose_kind (self, g_value_get_string (value)); break;
    case PROP_IMAGES:
      differs = choose_number (&self->choice.count, g_value_get_uint (value));
      break;
    case PROP_EPOCHS:
      differs = choose_number (&self->choice.epochs, g_value_get_uint (value));
      break;
    case PROP_SEEDS: differs = choose_number (&self->choice.seeds, g_value_get_uint (value)); break;
    case PROP_DISTORTION: differs = choose_distortion (self, g_value_get_string (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
  if (!differs)
    return;
  g_object_notify_by_pspec (object, spec);
  changed (self);
}

/* ---- object ---- */

static void
st_tradeoffs_dispose (GObject *object)
{
  StTradeoffs *self = ST_TRADEOFFS (object);
  forget (self);
  g_clear_pointer (&self->bell, st_bell_free);
  G_OBJECT_CLASS (st_tradeoffs_parent_class)->dispose (object);
}

static void
st_tradeoffs_finalize (GObject *object)
{
  StTradeoffs *self = ST_TRADEOFFS (object);
  st_images_unref (self->images);
  g_free (self->dataset);
  G_OBJECT_CLASS (st_tradeoffs_parent_class)->finalize (object);
}

static void
st_tradeoffs_class_init (StTradeoffsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  object_class->get_property = st_tradeoffs_get_property;
  object_class->set_property = st_tradeoffs_set_property;
  object_class->dispose = st_tradeoffs_dispose;
  object_class->finalize = st_tradeoffs_finalize;
  props[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
  props[PROP_IMAGES] = g_param_spec_uint ("images", NULL, NULL, 1, ST_TRADEOFFS_IMAGES_MAX, IMAGES,
                                          flags);
  props[PROP_EPOCHS] = g_param_spec_uint ("epochs", NULL, NULL, 1, ST_TRADEOFFS_EPOCHS_MAX,
                                          EPOCHS, flags);
  props[PROP_SEEDS] = g_param_spec_uint ("seeds", NULL, NULL, 1, ST_TRADEOFF_SEEDS_MAX, 1, flags);
  props[PROP_DISTORTION] = g_param_spec_string ("distortion", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, PROPS, props);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_tradeoffs_init (StTradeoffs *self)
{
  self->bell = st_bell_new (take, self);
  self->choice.kind = ST_KIND_IRVAE;
  self->choice.count = IMAGES;
  self->choice.epochs = EPOCHS;
  self->choice.seeds = 1;
}

StTradeoffs *
st_tradeoffs_new (void)
{
  return g_object_new (ST_TYPE_TRADEOFFS, NULL);
}
