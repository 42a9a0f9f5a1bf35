#include "st-session-private.h"

#include <st-job.h>
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

/* What was said before a hand held the run or let it go, or it ended, is no longer the newest. */
static void
forget_message (StSession *self)
{
  StRunState state = st_run_get_state (self->run);
  if (state == ST_RUN_LOADING)
    state = ST_RUN_RUNNING;
  if (state != self->run_was)
    g_clear_pointer (&self->message, g_free);
  self->run_was = state;
}

static void
run_changed (StSession *self, StRun *run)
{
  if (run != self->run)
    return;
  forget_message (self);
  st_session_say_how_it_ended (self);
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
  StRunOptions options = { .dataset = self->dataset_name, .classes = self->classes,
                           .images = self->training_images,
                           .epochs = self->epochs, .seed = self->training_seed,
                           .learning_rate = self->learning_rate, .beta = self->beta,
                           .lambda = self->lambda, .isometry = self->isometry,
                           .stop_on_plateau = self->stop_on_plateau, .from = from,
                           .from_files = from_files };
  StRun *run = st_run_new (columns, &options);
  drop_run (self);
  self->run = run;
  self->run_told = FALSE;
  self->run_was = ST_RUN_RUNNING;
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

static void
continue_files (StSession *self)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  for (guint i = 0; i < ST_TRAINING_MAX; i++)
    if (st_session_get_shown_column (self, i) != NULL)
      g_ptr_array_add (columns, st_session_get_shown_column (self, i));
  st_session_say_what_goes_on (self, columns);
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

/* Says so where a model in training cannot have this term. */
static gboolean
refuses (StSession *self, int isometry, double lambda)
{
  const gboolean active = self->run != NULL && st_run_is_active (self->run);
  for (guint i = 0; active && i < st_run_get_columns (self->run); i++)
    {
      StColumn *column = st_run_get_column (self->run, i);
      const StTrainingReport *report = st_run_get_report (self->run, i);
      StTrainOptions options = { .spec = *st_model_spec (st_column_get_model (column)) };
      options.isometry = isometry >= 0 || report == NULL ? (StIsometry) MAX (isometry, 0)
                                                         : report->isometry;
      options.lambda = lambda >= 0 || report == NULL ? lambda : report->lambda;
      if (!st_kind_has_isometry (options.spec.kind) || st_train_options_allow_isometry (&options))
        continue;
      g_autofree char *sentence = st_words_conformal (st_column_get_title (column),
                                                     options.spec.dimension);
      st_session_say (self, sentence);
      training_changed (self);
      return TRUE;
    }
  return FALSE;
}

void
st_session_set_lambda (StSession *self, double lambda)
{
  if (lambda == self->lambda || refuses (self, self->isometry, lambda))
    return;
  self->lambda = lambda;
  if (self->run != NULL && lambda >= 0)
    st_run_set_lambda (self->run, lambda);
  training_changed (self);
}

void
st_session_set_isometry (StSession *self, int isometry)
{
  if (isometry == self->isometry || refuses (self, isometry, self->lambda))
    return;
  self->isometry = isometry;
  if (self->run != NULL && isometry >= 0)
    st_run_set_isometry (self->run, (StIsometry) isometry);
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
double st_session_get_lambda (StSession *self) { return self->lambda; }
int st_session_get_isometry (StSession *self) { return self->isometry; }
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
