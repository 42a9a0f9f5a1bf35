/* Two jobs load things: one the dataset and models asked for, one the set of images that
 * count, perturbation and seed describe.  Each finishes on the main thread with its result or
 * a sentence; an answer to a question that was changed meanwhile is dropped by its number. */
#include <st-session.h>

#include <glib/gi18n.h>
#include <math.h>
#include <st-export.h>
#include <st-file.h>
#include <st-live.h>
#include <st-names.h>
#include <st-places.h>
#include <st-words.h>
#include <string.h>

enum { GRID_LEVELS = 41 };

struct _StSession {
  GObject parent_instance;

  char *dataset_name;
  StDataset *dataset;
  StImages *images;         /* of the present parameters, or the last ones that worked */
  guint64 dataset_request;  /* number of the newest question */
  gboolean images_loading, images_stale;
  guint loading;            /* datasets and models under way */

  guint count;
  StPerturbKind kind;
  guint64 seed;
  double level;
  StLatent latent;
  double tolerance;
  guint visible;

  GListStore *columns;
  StLive *live;
  GSource *bell;
  StFrame *frame;

  char *message;            /* said until the user does the next thing */
  char *status;
};

enum {
  PROP_0, PROP_DATASET, PROP_IMAGES, PROP_PERTURBATION, PROP_SEED, PROP_LEVEL, PROP_LATENT,
  PROP_TOLERANCE, PROP_STATUS, PROP_AVAILABLE, PROPS
};
static GParamSpec *props[PROPS];
enum { SIGNAL_FRAME, SIGNAL_COLUMNS, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StSession, st_session, G_TYPE_OBJECT)

/* ---- status ---- */

static char *
describe_state (StSession *self)
{
  const StFrame *frame = self->frame;
  if (self->loading > 0)
    return g_strdup (_("Opening files"));
  if (self->images == NULL)
    return g_strdup (_("No images open"));
  if (st_session_get_shown_column (self, 0) == NULL)
    return g_strdup (_("No model open"));
  if (frame == NULL || frame->query.images != self->images)
    return g_strdup (_("Computing"));
  for (guint i = 0; i < frame->query.columns; i++)
    if (!st_ok (frame->status[i]))
      {
        StColumn *column = st_session_get_shown_column (self, i);
        return st_words_status (frame->status[i],
                                column != NULL ? st_column_get_title (column) : NULL, NULL);
      }
  if (!frame->sweep_complete)
    return g_strdup_printf (_("Computing levels, %u of %u"), frame->sweep_done,
                            frame->query.levels);
  return g_strdup_printf (_("Ready, %u of %u images"), st_images_count (self->images),
                          st_images_count (self->images));
}

static void
update_status (StSession *self)
{
  g_autofree char *status = self->message != NULL ? g_strdup (self->message)
                                                  : describe_state (self);
  if (g_strcmp0 (status, self->status) == 0)
    return;
  g_free (self->status);
  self->status = g_steal_pointer (&status);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
}

void
st_session_say (StSession *self, const char *sentence)
{
  g_autofree char *copy = g_strdup (sentence);
  g_free (self->message);
  self->message = g_steal_pointer (&copy);
  update_status (self);
}

/* ---- asking the live worker ---- */

static void
fill_grid (StSession *self, StLiveQuery *query)
{
  query->levels = GRID_LEVELS;
  for (guint i = 0; i < GRID_LEVELS; i++)
    {
      double x = (double) i / (GRID_LEVELS - 1);
      query->grid[i] = st_perturb_square_root_scale (self->kind) ? x * x : x;
    }
}

static void
ask (StSession *self)
{
  StLiveQuery query = { 0 };
  if (self->live == NULL || self->images == NULL)
    {
      update_status (self);
      return;
    }
  query.images = self->images;
  query.latent = self->latent;
  query.seed = self->seed;
  query.level = self->level;
  query.visible = self->visible;
  fill_grid (self, &query);
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      StColumn *column = st_session_get_shown_column (self, i);
      if (column == NULL)
        break;
      query.ids[i] = st_column_get_id (column);
      query.models[i] = st_column_get_model (column);
      query.weights[i] = st_column_get_weights (column);
      query.columns++;
    }
  st_live_post (self->live, &query);
  update_status (self);
}

/* A change by the user: what was said before is old news. */
static void
changed (StSession *self, guint prop)
{
  g_clear_pointer (&self->message, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

/* The worker's bell: coalesces, and may be rung from any thread. */
static void
ring (void *data)
{
  g_source_set_ready_time (data, 0);
}

static gboolean
bell_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static GSourceFuncs bell_funcs = { .dispatch = bell_dispatch };

static gboolean
take_frame (gpointer data)
{
  StSession *self = data;
  StFrame *frame = st_live_take (self->live);
  if (frame == NULL)
    return G_SOURCE_CONTINUE;
  if (self->frame != NULL && frame->generation < self->frame->generation)
    {
      st_frame_unref (frame);
      return G_SOURCE_CONTINUE;
    }
  st_frame_unref (self->frame);
  self->frame = frame;
  update_status (self);
  g_signal_emit (self, signals[SIGNAL_FRAME], 0);
  return G_SOURCE_CONTINUE;
}

/* ---- the set of images ---- */

typedef struct ImagesJob {
  StDataset *dataset;
  guint count;
  StPerturbKind kind;
  guint64 seed;
  StImages *images;
  StStatus status;
} ImagesJob;

static void
images_job_free (gpointer data)
{
  ImagesJob *job = data;
  st_dataset_unref (job->dataset);
  st_images_unref (job->images);
  g_free (job);
}

static void
images_job_run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ImagesJob *job = data;
  g_autofree guint32 *indices = g_new (guint32, job->count);
  for (guint i = 0; i < job->count; i++)
    indices[i] = i;
  job->status = st_images_new (job->dataset, indices, job->count, job->kind, job->seed,
                               &job->images);
  g_task_return_boolean (task, TRUE);
}

static void load_images (StSession *self);

static void
images_job_done (GObject *object, GAsyncResult *result, gpointer data)
{
  StSession *self = ST_SESSION (object);
  ImagesJob *job = g_task_get_task_data (G_TASK (result));
  self->images_loading = FALSE;
  if (self->images_stale)
    {
      load_images (self);
      return;
    }
  if (st_ok (job->status))
    {
      st_images_unref (self->images);
      self->images = g_steal_pointer (&job->images);
      ask (self);
    }
  else
    {
      g_autofree char *sentence = st_words_status (job->status, self->dataset_name, NULL);
      st_session_say (self, sentence);
    }
}

/* One at a time; the newest parameters win. */
static void
load_images (StSession *self)
{
  if (self->dataset == NULL)
    return;
  self->images_stale = self->images_loading;
  if (self->images_loading)
    return;

  ImagesJob *job = g_new0 (ImagesJob, 1);
  job->dataset = st_dataset_ref (self->dataset);
  job->count = MIN (self->count, st_dataset_count (self->dataset));
  job->kind = self->kind;
  job->seed = self->seed;
  self->images_loading = TRUE;
  g_autoptr (GTask) task = g_task_new (self, NULL, images_job_done, NULL);
  g_task_set_task_data (task, job, images_job_free);
  g_task_run_in_thread (task, images_job_run);
}

/* ---- datasets ---- */

typedef struct DatasetJob {
  char *name, *path;
  guint64 request;
  StDataset *dataset;
  StStatus status;
} DatasetJob;

static void
dataset_job_free (gpointer data)
{
  DatasetJob *job = data;
  g_free (job->name);
  g_free (job->path);
  st_dataset_unref (job->dataset);
  g_free (job);
}

static void
dataset_job_run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  DatasetJob *job = data;
  job->status = st_dataset_load (job->name, ST_SPLIT_TEST, &job->dataset, &job->path);
  g_task_return_boolean (task, TRUE);
}

static void
say_could_not_open (StSession *self, StStatus status, const char *path, const char *tensor)
{
  g_autofree char *sentence = st_words_could_not_open (status, path, tensor);
  st_session_say (self, sentence);
}

static void
dataset_job_done (GObject *object, GAsyncResult *result, gpointer data)
{
  StSession *self = ST_SESSION (object);
  DatasetJob *job = g_task_get_task_data (G_TASK (result));
  self->loading--;
  if (job->request != self->dataset_request)
    {
      update_status (self);
      return;
    }
  if (st_ok (job->status))
    {
      st_dataset_unref (self->dataset);
      self->dataset = g_steal_pointer (&job->dataset);
      g_free (self->dataset_name);
      self->dataset_name = g_strdup (job->name);
      g_object_notify_by_pspec (object, props[PROP_AVAILABLE]);
      if (self->count > st_dataset_count (self->dataset))
        {
          self->count = st_dataset_count (self->dataset);
          g_object_notify_by_pspec (object, props[PROP_IMAGES]);
        }
      load_images (self);
    }
  else
    say_could_not_open (self, job->status, job->path != NULL ? job->path : job->name, NULL);
  /* After a failure too: a control that showed the new name goes back to the old one. */
  g_object_notify_by_pspec (object, props[PROP_DATASET]);
  update_status (self);
}

void
st_session_open_dataset (StSession *self, const char *name)
{
  DatasetJob *job = g_new0 (DatasetJob, 1);
  job->name = g_strdup (name);
  job->request = ++self->dataset_request;
  self->loading++;
  g_clear_pointer (&self->message, g_free);
  g_autoptr (GTask) task = g_task_new (self, NULL, dataset_job_done, NULL);
  g_task_set_task_data (task, job, dataset_job_free);
  g_task_run_in_thread (task, dataset_job_run);
  update_status (self);
}

/* ---- models ---- */

typedef struct ModelJob {
  char *path, *tensor;
  StModelFile file;
  StStatus status;
} ModelJob;

static void
model_job_free (gpointer data)
{
  ModelJob *job = data;
  g_free (job->path);
  g_free (job->tensor);
  st_model_file_clear (&job->file);
  g_free (job);
}

static void
model_job_run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ModelJob *job = data;
  job->status = st_model_load (job->path, &job->file, &job->tensor);
  g_task_return_boolean (task, TRUE);
}

/* Titles tell columns of one kind apart by a number, and say which latent is shown. */
static void
retitle (StSession *self)
{
  guint seen[ST_KINDS] = { 0 };
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->columns)); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      StKind kind = st_model_spec (st_column_get_model (column))->kind;
      g_autofree char *title = st_name_model (kind, self->latent, ++seen[kind]);
      st_column_set_title (column, title);
    }
}

/* Each kind has its own colour, so that a CAE looks the same in every window; a second model of a
 * kind gets the first colour behind those that nobody has. */
static guint
free_place (StSession *self, StKind kind)
{
  guint used = 0, n = g_list_model_get_n_items (G_LIST_MODEL (self->columns));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      used |= 1u << st_column_get_place (column);
    }
  if (!(used & (1u << kind)))
    return kind;
  guint place = ST_KINDS;
  while (used & (1u << place))
    place++;
  return place;
}

static void
column_shown_changed (StSession *self)
{
  g_clear_pointer (&self->message, g_free);
  g_signal_emit (self, signals[SIGNAL_COLUMNS], 0);
  ask (self);
}

static void
add_column (StSession *self, StModelFile *file, const char *path)
{
  g_autoptr (StColumn) column = st_column_new (
    file, path, free_place (self, st_model_spec (file->model)->kind));
  g_signal_connect_object (column, "notify::shown", G_CALLBACK (column_shown_changed), self,
                           G_CONNECT_SWAPPED);
  g_list_store_append (self->columns, column);
  retitle (self);
  g_signal_emit (self, signals[SIGNAL_COLUMNS], 0);
  ask (self);
}

static void
model_job_done (GObject *object, GAsyncResult *result, gpointer data)
{
  StSession *self = ST_SESSION (object);
  ModelJob *job = g_task_get_task_data (G_TASK (result));
  self->loading--;
  if (!st_ok (job->status))
    say_could_not_open (self, job->status, job->path, job->tensor);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->columns)) >= ST_COLUMNS_MAX)
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Could not open %s: %d models are open, which is the most; close one first."),
        job->path, ST_COLUMNS_MAX);
      st_session_say (self, sentence);
    }
  else
    add_column (self, &job->file, job->path);
  update_status (self);
}

void
st_session_open_model (StSession *self, const char *path)
{
  ModelJob *job = g_new0 (ModelJob, 1);
  job->path = g_strdup (path);
  self->loading++;
  g_clear_pointer (&self->message, g_free);
  g_autoptr (GTask) task = g_task_new (self, NULL, model_job_done, NULL);
  g_task_set_task_data (task, job, model_job_free);
  g_task_run_in_thread (task, model_job_run);
  update_status (self);
}

void
st_session_open_shipped_models (StSession *self)
{
  static const char *const names[] = { "cae.safetensors", "vae.safetensors" };
  g_autofree char *folder = st_places_data ();
  if (folder == NULL)
    {
      st_session_say (self, _("The shipped models were not found: install the program again, or "
                              "open a model file."));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, "models", names[i], NULL);
      st_session_open_model (self, path);
    }
}

void
st_session_remove_column (StSession *self, StColumn *column)
{
  guint place;
  if (!g_list_store_find (self->columns, column, &place))
    return;
  g_list_store_remove (self->columns, place);
  retitle (self);
  column_shown_changed (self);
}

GListModel *
st_session_get_columns (StSession *self)
{
  return G_LIST_MODEL (self->columns);
}

StColumn *
st_session_get_shown_column (StSession *self, guint wanted)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->columns));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      if (st_column_get_shown (column) && wanted-- == 0)
        return column;   /* the list keeps it alive */
    }
  return NULL;
}

/* ---- export ---- */

enum { EXPORT_DPI = 300 };

typedef struct ExportJob {
  StScene *scene;
  char *path;
  StStatus status;
  char *reason;      /* why a scene could not be written, where no status says it */
} ExportJob;

static void
export_job_free (gpointer data)
{
  ExportJob *job = data;
  st_scene_unref (job->scene);
  g_free (job->path);
  g_free (job->reason);
  g_free (job);
}

static void
export_job_run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ExportJob *job = data;
  StExportFormat format = ST_EXPORT_PNG;
  g_autoptr (GError) error = NULL;
  st_export_format_from_name (job->path, &format);
  g_autoptr (GBytes) bytes = st_export (job->scene, format, EXPORT_DPI, &error);
  if (bytes != NULL)
    job->status = st_file_save (job->path, bytes);
  else
    job->reason = g_strdup (error->message);
  g_task_return_boolean (task, TRUE);
}

static void
export_job_done (GObject *object, GAsyncResult *result, gpointer data)
{
  StSession *self = ST_SESSION (object);
  ExportJob *job = g_task_get_task_data (G_TASK (result));
  g_autofree char *sentence = NULL;
  if (job->reason != NULL)
    sentence = g_strdup_printf (_("Could not save %s: %s"), job->path, job->reason);
  else if (!st_ok (job->status))
    sentence = st_words_could_not_save (job->status, job->path);
  else
    sentence = g_strdup_printf (_("Saved %s"), job->path);
  st_session_say (self, sentence);
}

void
st_session_export (StSession *self, StScene *scene, const char *path)
{
  StExportFormat format;
  if (!st_export_format_from_name (path, &format))
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Could not save %s: its name should end in .png, .svg or .pdf."), path);
      st_session_say (self, sentence);
      return;
    }
  ExportJob *job = g_new0 (ExportJob, 1);
  job->scene = st_scene_ref (scene);
  job->path = g_strdup (path);
  g_autoptr (GTask) task = g_task_new (self, NULL, export_job_done, NULL);
  g_task_set_task_data (task, job, export_job_free);
  g_task_run_in_thread (task, export_job_run);
}

/* ---- parameters ---- */

void
st_session_set_images (StSession *self, guint images)
{
  images = CLAMP (images, 1, ST_IMAGES_MAX);
  if (images == self->count)
    return;
  self->count = images;
  changed (self, PROP_IMAGES);
  load_images (self);
}

void
st_session_set_perturbation (StSession *self, StPerturbKind kind)
{
  if (kind == self->kind || kind >= ST_PERTURB_KINDS)
    return;
  self->kind = kind;
  changed (self, PROP_PERTURBATION);
  load_images (self);
}

void
st_session_set_seed (StSession *self, guint64 seed)
{
  if (seed == self->seed)
    return;
  self->seed = seed;
  changed (self, PROP_SEED);
  load_images (self);
}

void
st_session_set_level (StSession *self, double level)
{
  level = CLAMP (level, 0, 1);
  if (level == self->level)
    return;
  self->level = level;
  changed (self, PROP_LEVEL);
  ask (self);
}

void
st_session_set_latent (StSession *self, StLatent latent)
{
  if (latent == self->latent)
    return;
  self->latent = latent;
  retitle (self);
  changed (self, PROP_LATENT);
  ask (self);
}

void
st_session_set_tolerance (StSession *self, double tolerance)
{
  tolerance = CLAMP (tolerance, 1e-14, 0.1);
  if (tolerance == self->tolerance)
    return;
  self->tolerance = tolerance;
  changed (self, PROP_TOLERANCE);
  /* Ranks are counted from eigenvalues that are there: nothing to measure again. */
  g_signal_emit (self, signals[SIGNAL_FRAME], 0);
}

void
st_session_set_visible (StSession *self, guint visible)
{
  if (visible == self->visible)
    return;
  self->visible = visible;
  ask (self);
}

const char *st_session_get_dataset (StSession *self) { return self->dataset_name; }
guint st_session_get_images (StSession *self) { return self->count; }
StPerturbKind st_session_get_perturbation (StSession *self) { return self->kind; }
guint64 st_session_get_seed (StSession *self) { return self->seed; }
double st_session_get_level (StSession *self) { return self->level; }
StLatent st_session_get_latent (StSession *self) { return self->latent; }
double st_session_get_tolerance (StSession *self) { return self->tolerance; }
StFrame *st_session_get_frame (StSession *self) { return self->frame; }
StImages *st_session_get_image_set (StSession *self) { return self->images; }
const char *st_session_get_status (StSession *self) { return self->status; }

char *
st_session_describe_images (StSession *self, StNumbers numbers)
{
  if (self->images == NULL)
    return g_strdup ("");
  return st_name_images (self->dataset_name, st_images_count (self->images), numbers);
}

guint
st_session_get_available (StSession *self)
{
  return self->dataset != NULL ? st_dataset_count (self->dataset) : 0;
}

/* ---- object ---- */

static void
st_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StSession *self = ST_SESSION (object);
  switch (id)
    {
    case PROP_DATASET: g_value_set_string (value, self->dataset_name); break;
    case PROP_IMAGES: g_value_set_uint (value, self->count); break;
    case PROP_PERTURBATION: g_value_set_uint (value, self->kind); break;
    case PROP_SEED: g_value_set_uint64 (value, self->seed); break;
    case PROP_LEVEL: g_value_set_double (value, self->level); break;
    case PROP_LATENT: g_value_set_uint (value, self->latent); break;
    case PROP_TOLERANCE: g_value_set_double (value, self->tolerance); break;
    case PROP_STATUS: g_value_set_string (value, self->status); break;
    case PROP_AVAILABLE: g_value_set_uint (value, st_session_get_available (self)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StSession *self = ST_SESSION (object);
  switch (id)
    {
    case PROP_IMAGES: st_session_set_images (self, g_value_get_uint (value)); break;
    case PROP_PERTURBATION: st_session_set_perturbation (self, g_value_get_uint (value)); break;
    case PROP_SEED: st_session_set_seed (self, g_value_get_uint64 (value)); break;
    case PROP_LEVEL: st_session_set_level (self, g_value_get_double (value)); break;
    case PROP_LATENT: st_session_set_latent (self, g_value_get_uint (value)); break;
    case PROP_TOLERANCE: st_session_set_tolerance (self, g_value_get_double (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_session_finalize (GObject *object)
{
  StSession *self = ST_SESSION (object);
  st_live_free (self->live);
  g_source_destroy (self->bell);
  g_source_unref (self->bell);
  st_frame_unref (self->frame);
  st_images_unref (self->images);
  st_dataset_unref (self->dataset);
  g_object_unref (self->columns);
  g_free (self->dataset_name);
  g_free (self->message);
  g_free (self->status);
  G_OBJECT_CLASS (st_session_parent_class)->finalize (object);
}

static void
st_session_class_init (StSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  object_class->get_property = st_session_get_property;
  object_class->set_property = st_session_set_property;
  object_class->finalize = st_session_finalize;

  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GParamFlags write = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  props[PROP_DATASET] = g_param_spec_string ("dataset", NULL, NULL, NULL, read);
  props[PROP_IMAGES] = g_param_spec_uint ("images", NULL, NULL, 1, ST_IMAGES_MAX, 200, write);
  props[PROP_PERTURBATION] = g_param_spec_uint ("perturbation", NULL, NULL, 0,
                                                ST_PERTURB_KINDS - 1, 0, write);
  props[PROP_SEED] = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXUINT64, 0, write);
  props[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, 0, 1, 0, write);
  props[PROP_LATENT] = g_param_spec_uint ("latent", NULL, NULL, 0, ST_LATENT_SAMPLE, 0, write);
  props[PROP_TOLERANCE] = g_param_spec_double ("tolerance", NULL, NULL, 1e-14, 0.1, 1e-8, write);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, read);
  props[PROP_AVAILABLE] = g_param_spec_uint ("available", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, PROPS, props);

  signals[SIGNAL_FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_COLUMNS] = g_signal_new ("columns", G_TYPE_FROM_CLASS (class),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_session_init (StSession *self)
{
  self->count = 200;
  self->kind = ST_PERTURB_SALT_PEPPER;
  self->tolerance = 1e-8;
  self->visible = 8;
  self->columns = g_list_store_new (ST_TYPE_COLUMN);
  self->bell = g_source_new (&bell_funcs, sizeof (GSource));
  g_source_set_callback (self->bell, take_frame, self, NULL);
  g_source_set_ready_time (self->bell, -1);
  g_source_attach (self->bell, NULL);
  StStatus status = st_live_new (0, ring, self->bell, &self->live);
  if (!st_ok (status))
    {
      g_autofree char *sentence = st_words_status (status, NULL, NULL);
      st_session_say (self, sentence);
    }
  update_status (self);
}

StSession *
st_session_new (void)
{
  return g_object_new (ST_TYPE_SESSION, NULL);
}
