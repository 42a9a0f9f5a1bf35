#include "st-session-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <st-job.h>
#include <st-model-training.h>
#include <st-words.h>

/* ---- untrained models, made in the background ---- */

typedef struct UntrainedJob {
  guint n;
  StSpec specs[ST_TRAINING_MAX];
  StModel *models[ST_TRAINING_MAX];
  StColumn *columns[ST_TRAINING_MAX];   /* that get them; NULL: a new one */
  gboolean train;                       /* then train all of them */
  guint64 seed;
  StStatus status;
} UntrainedJob;

static void
untrained_job_free (gpointer data)
{
  UntrainedJob *job = data;
  for (guint i = 0; i < job->n; i++)
    {
      st_model_unref (job->models[i]);
      g_clear_object (&job->columns[i]);
    }
  g_free (job);
}

static void
untrained_job_run (gpointer data)
{
  UntrainedJob *job = data;
  for (guint i = 0; i < job->n && st_ok (job->status); i++)
    {
      g_autofree float *parameters = g_new (float, st_spec_parameters (&job->specs[i]));
      st_model_initialise (&job->specs[i], job->seed, parameters);
      job->status = st_model_new (&job->specs[i], parameters, &job->models[i]);
    }
}

static void start_run (StSession *self, GPtrArray *columns);

static StColumn *
give_model (StSession *self, UntrainedJob *job, guint i)
{
  StColumn *column = job->columns[i];
  if (column != NULL && !job->train)
    st_column_set_model (column, job->models[i], st_column_reserve_weights (column, 1), 0,
                         self->epochs);
  if (column != NULL)
    return column;
  StModelFile file = { .model = g_steal_pointer (&job->models[i]),
                       .metadata = st_model_metadata_new () };
  return st_session_add_column (self, &file, NULL);
}

static void
untrained_job_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  UntrainedJob *job = data;
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  self->loading--;
  if (!st_ok (job->status))
    {
      g_autofree char *sentence = st_words_status (job->status, NULL, NULL);
      st_session_say (self, sentence);
      return;
    }
  for (guint i = 0; i < job->n; i++)
    g_ptr_array_add (columns, give_model (self, job, i));
  if (job->train)
    start_run (self, columns);
  st_session_update_status (self);
}

static void
begin (StSession *self, UntrainedJob *job)
{
  job->seed = self->training_seed;
  self->loading++;
  st_job_start (self, job, untrained_job_free, untrained_job_run, untrained_job_done);
}

static void
add_to_job (UntrainedJob *job, StColumn *column, StKind kind)
{
  if (job->n == ST_TRAINING_MAX)
    return;
  job->specs[job->n] = column != NULL ? *st_model_spec (st_column_get_model (column))
                                      : st_spec_default (kind, ST_ENCODER_S2);
  job->columns[job->n++] = column != NULL ? g_object_ref (column) : NULL;
}

/* ---- runs ---- */

/* What ended a model before its last epoch is said once, when the run has ended. */
static void
say_failures (StSession *self)
{
  if (st_run_is_active (self->run))
    return;
  if (st_run_get_failure (self->run) != NULL)
    st_session_say (self, st_run_get_failure (self->run));
  for (guint i = 0; i < st_run_get_columns (self->run); i++)
    {
      const StTrainingReport *report = st_run_get_report (self->run, i);
      const char *title = st_column_get_title (st_run_get_column (self->run, i));
      if (report != NULL && report->state == ST_TRAINING_PLATEAU)
        {
          g_autofree char *ended = g_strdup_printf (
            _("Stopped %s at epoch %u: its loss has fallen by not more than 0.1 %% in 2 epochs"),
            title, (guint) (report->epoch + 0.5));
          st_session_say (self, ended);
        }
      if (report == NULL || report->state != ST_TRAINING_FAILED)
        continue;
      g_autofree char *sentence = st_words_status (report->status, title, NULL);
      st_session_say (self, sentence);
    }
}

static void
run_changed (StSession *self, StRun *run)
{
  if (run != self->run)
    return;
  say_failures (self);
  st_session_update_status (self);
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_TRAINING], 0);
}

static void
drop_run (StSession *self)
{
  if (self->run == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->run, run_changed, self);
  st_run_stop (self->run);
  g_clear_object (&self->run);
}

static void
begin_run (StSession *self, GPtrArray *columns, StRun *from, gboolean from_files)
{
  StRunOptions options = { .dataset = self->dataset_name, .images = self->training_images,
                           .epochs = self->epochs, .seed = self->training_seed,
                           .learning_rate = self->learning_rate, .beta = self->beta,
                           .stop_on_plateau = self->stop_on_plateau, .from = from,
                           .from_files = from_files };
  StRun *run = st_run_new (columns, &options);
  drop_run (self);
  self->run = run;
  g_signal_connect_object (self->run, "changed", G_CALLBACK (run_changed), self,
                           G_CONNECT_SWAPPED);
  run_changed (self, self->run);
}

static void
start_run (StSession *self, GPtrArray *columns)
{
  begin_run (self, columns, NULL, FALSE);
}

/* Whether a column that the newest run trained is still looked at. */
static gboolean
run_is_shown (StSession *self)
{
  for (guint i = 0; self->run != NULL && i < st_run_get_columns (self->run); i++)
    {
      StColumn *column = st_run_get_column (self->run, i);
      if (st_column_get_shown (column) && g_list_store_find (self->columns, column, NULL))
        return TRUE;
    }
  return FALSE;
}

/* Says what training goes on from, where that is not the same for all. */
static void
say_what_goes_on (StSession *self, GPtrArray *columns)
{
  g_autoptr (GString) anew = g_string_new (NULL);
  for (guint i = 0; i < columns->len; i++)
    {
      StColumn *column = g_ptr_array_index (columns, i);
      if (st_column_get_file (column)->state == NULL)
        g_string_append_printf (anew, "%s%s", anew->len > 0 ? "; " : "",
                                st_column_get_title (column));
    }
  if (anew->len == 0)
    return;
  g_autofree char *sentence = g_strdup_printf (
    _("No state of the optimizer is known: training begins anew from the weights of %s"),
    anew->str);
  st_session_say (self, sentence);
}

static void
continue_files (StSession *self)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  for (guint i = 0; i < ST_TRAINING_MAX; i++)
    if (st_session_get_shown_column (self, i) != NULL)
      g_ptr_array_add (columns, st_session_get_shown_column (self, i));
  say_what_goes_on (self, columns);
  begin_run (self, columns, NULL, TRUE);
}

gboolean
st_session_can_continue (StSession *self)
{
  if (run_is_shown (self))
    return st_run_can_continue (self->run);
  return (self->run == NULL || !st_run_is_active (self->run)) && self->loading == 0
         && self->dataset_name != NULL && st_session_get_shown_column (self, 0) != NULL;
}

void
st_session_continue_training (StSession *self)
{
  if (!st_session_can_continue (self))
    return;
  g_clear_pointer (&self->message, g_free);
  if (!run_is_shown (self))
    {
      continue_files (self);
      return;
    }
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  for (guint i = 0; i < st_run_get_columns (self->run); i++)
    g_ptr_array_add (columns, st_run_get_column (self->run, i));
  begin_run (self, columns, self->run, FALSE);
}

static StColumn *
find_column (StSession *self, StKind kind)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      StColumn *column = st_session_get_shown_column (self, i);
      if (column != NULL && st_model_spec (st_column_get_model (column))->kind == kind)
        return column;
    }
  return NULL;
}

/* Whether its new columns find a place; if not, says so. */
static gboolean
has_room (StSession *self, const UntrainedJob *job)
{
  guint new = 0;
  for (guint i = 0; i < job->n; i++)
    new += job->columns[i] == NULL;
  return st_session_has_room (self, new);
}

void
st_session_train (StSession *self, int kind)
{
  if (self->dataset_name == NULL || self->loading > 0)
    return;
  UntrainedJob *job = g_new0 (UntrainedJob, 1);
  job->train = TRUE;
  if (kind != ST_SESSION_ALL_KINDS)
    add_to_job (job, find_column (self, (StKind) kind), (StKind) kind);
  for (guint i = 0; i < ST_COLUMNS_MAX && kind == ST_SESSION_ALL_KINDS; i++)
    if (st_session_get_shown_column (self, i) != NULL)
      add_to_job (job, st_session_get_shown_column (self, i), ST_KIND_CAE);
  static const StKind compared[] = { ST_KIND_CAE, ST_KIND_DAE, ST_KIND_VAE };
  gboolean none = job->n == 0;
  for (guint i = 0; none && i < G_N_ELEMENTS (compared); i++)
    add_to_job (job, NULL, compared[i]);
  g_clear_pointer (&self->message, g_free);
  if (has_room (self, job))
    begin (self, job);
  else
    untrained_job_free (job);
}

void
st_session_reset_training (StSession *self)
{
  if (self->run == NULL)
    return;
  UntrainedJob *job = g_new0 (UntrainedJob, 1);
  for (guint i = 0; i < st_run_get_columns (self->run); i++)
    add_to_job (job, st_run_get_column (self->run, i), ST_KIND_CAE);
  drop_run (self);
  g_clear_pointer (&self->message, g_free);
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_TRAINING], 0);
  begin (self, job);
}

void
st_session_set_training (StSession *self, guint images, guint epochs)
{
  self->training_images = CLAMP (images, 64, ST_TRAINING_IMAGES_MAX);
  self->epochs = CLAMP (epochs, 1, 1000);
}

/* A value that a control set, told to all of them. */
static void
training_changed (StSession *self)
{
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_TRAINING], 0);
}

void
st_session_set_learning_rate (StSession *self, double learning_rate)
{
  if (learning_rate == self->learning_rate || !(learning_rate >= 0))
    return;
  self->learning_rate = learning_rate;
  if (self->run != NULL && learning_rate > 0)
    st_run_set_learning_rate (self->run, learning_rate);
  training_changed (self);
}

void
st_session_set_beta (StSession *self, double beta)
{
  if (beta == self->beta)
    return;
  self->beta = beta;
  if (self->run != NULL && beta >= 0)
    st_run_set_beta (self->run, beta);
  training_changed (self);
}

void
st_session_set_training_seed (StSession *self, guint64 seed)
{
  if (seed == self->training_seed)
    return;
  self->training_seed = seed;
  training_changed (self);
}

void
st_session_set_stop_on_plateau (StSession *self, gboolean stop)
{
  if (stop == self->stop_on_plateau)
    return;
  self->stop_on_plateau = stop;
  if (self->run != NULL)
    st_run_stop_on_plateau (self->run, stop);
  training_changed (self);
}

double st_session_get_learning_rate (StSession *self) { return self->learning_rate; }
double st_session_get_beta (StSession *self) { return self->beta; }
guint64 st_session_get_training_seed (StSession *self) { return self->training_seed; }
gboolean st_session_get_stop_on_plateau (StSession *self) { return self->stop_on_plateau; }
guint st_session_get_training_images (StSession *self) { return self->training_images; }
guint st_session_get_epochs (StSession *self) { return self->epochs; }
StRun *st_session_get_run (StSession *self) { return self->run; }

gboolean
st_session_would_lose (StSession *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->columns));
  if (self->run != NULL && st_run_is_active (self->run))
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      if (st_column_get_unsaved (column))
        return TRUE;
    }
  return FALSE;
}

/* ---- saving a model ---- */

typedef struct ModelSave {
  StModelFile file;
  StColumn *column;
  guint64 weights;
  char *path;
  StStatus status;
} ModelSave;

static void
model_save_free (gpointer data)
{
  ModelSave *save = data;
  st_model_file_clear (&save->file);
  g_object_unref (save->column);
  g_free (save->path);
  g_free (save);
}

static void
model_save_run (gpointer data)
{
  ModelSave *save = data;
  save->status = st_model_save (save->path, &save->file);
}

static void
model_save_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  ModelSave *save = data;
  /* Only what was written is saved: a model in training may have gone on. */
  if (st_ok (save->status) && st_column_get_weights (save->column) == save->weights)
    st_column_set_saved (save->column, save->path);
  g_autofree char *sentence = st_ok (save->status)
                                ? g_strdup_printf (_("Saved %s"), save->path)
                                : st_words_could_not_save (save->status, save->path);
  st_session_say (self, sentence);
}

static GHashTable *
copy_metadata (GHashTable *metadata)
{
  GHashTable *copy = st_model_metadata_new ();
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

/* The table of a file says how many epochs the weights in it have seen, not how many were
 * wished. */
static void
note_epoch (GHashTable *metadata, double epoch)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isnan (epoch))
    g_hash_table_insert (metadata, g_strdup ("epochs"),
                         g_strdup (g_ascii_formatd (digits, sizeof digits, "%.4g", epoch)));
}

/* The optimizer's state of exactly the column's weights, from the run or from its file, and what
 * is needed to go on with it; FALSE if that is not known. */
static gboolean
take_state (StSession *self, StColumn *column, StModelFile *save)
{
  const StModelFile *file = st_column_get_file (column);
  StTrainState state;
  StTrainOptions options;
  guint images;
  if (file->state != NULL)
    {
      if (!st_ok (st_model_copy_state (file->state, &state)))
        return FALSE;
    }
  else if (self->run != NULL && st_run_get_training (self->run, column, &state, &options, &images))
    st_model_describe_training (&options, images, save->metadata);
  else
    return FALSE;
  save->state = g_memdup2 (&state, sizeof state);
  return TRUE;
}

gboolean
st_session_knows_state (StSession *self, StColumn *column)
{
  StModelFile file = { .metadata = st_model_metadata_new () };
  gboolean known = take_state (self, column, &file);
  st_model_file_clear (&file);
  return known;
}

void
st_session_save_model (StSession *self, StColumn *column, const char *path, gboolean with_state)
{
  const StModelFile *file = st_column_get_file (column);
  ModelSave *save = g_new0 (ModelSave, 1);
  save->file.model = st_model_ref (file->model);
  save->file.metadata = copy_metadata (file->metadata);
  note_epoch (save->file.metadata, st_column_get_epoch (column));
  save->column = g_object_ref (column);
  save->weights = st_column_get_weights (column);
  save->path = g_strdup (path);
  if (with_state && !take_state (self, column, &save->file))
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Could not save %s: the optimizer's state is known only of weights at which training is "
          "paused or has ended."), path);
      st_session_say (self, sentence);
      model_save_free (save);
      return;
    }
  st_job_start (self, save, model_save_free, model_save_run, model_save_done);
}
