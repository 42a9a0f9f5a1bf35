#include <st-run.h>

#include <gio/gio.h>
#include <st-bell.h>
#include <st-dataset-io.h>
#include <st-job.h>
#include <st-model-training.h>
#include <st-words.h>

static const double YIELD_SECONDS = 0.12;
static const gsize HISTORY_BYTES = 64 << 20;

struct _StRun {
  GObject parent_instance;
  GPtrArray *columns;
  char *dataset;
  guint images, epochs;
  guint64 seed;
  StTrainOptions options[ST_TRAINING_MAX];
  guint trained_images[ST_TRAINING_MAX];
  double learning_rate, beta;
  gboolean stop_on_plateau;
  guint64 steps;            /* asked for before there was a training */

  StTraining *training;     /* NULL while loading */
  GSource *bell;
  StTrainingReport *reports[ST_TRAINING_MAX];
  GCancellable *loading;
  gboolean paused, stopped;
  char *failure;

  gboolean following;
  double shown_epoch;       /* if not following */
};

enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StRun, st_run, G_TYPE_OBJECT)

static void
changed (StRun *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ---- what columns show ---- */

static void
show_moment (StRun *self, guint i)
{
  const StTrainingReport *report = self->reports[i];
  StColumn *column = st_run_get_column (self, i);
  if (report == NULL)
    return;
  const StMoment *moment = self->following
                             ? NULL : st_history_nearest (&report->history, self->shown_epoch);
  if (moment != NULL)
    st_column_set_model (column, moment->model, moment->weights, moment->epoch, self->epochs);
  else
    st_column_set_model (column, report->model, report->weights, report->epoch, self->epochs);
}

static void
show_moments (StRun *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    show_moment (self, i);
}

/* ---- the training's bell ---- */

static gboolean
take_reports (gpointer data)
{
  StRun *self = data;
  if (self->training == NULL)
    return G_SOURCE_CONTINUE;
  for (guint i = 0; i < self->columns->len; i++)
    {
      StTrainingReport *report = st_training_take (self->training, i);
      if (report == NULL)
        continue;
      st_training_report_unref (self->reports[i]);
      self->reports[i] = report;
      show_moment (self, i);
    }
  changed (self);
  return G_SOURCE_CONTINUE;
}

/* ---- starting ---- */

static gboolean
has_ended (const StTrainingReport *report)
{
  return report != NULL && report->state != ST_TRAINING_RUNNING
         && report->state != ST_TRAINING_PAUSED;
}

typedef struct Job {
  char *name, *path;
  guint n;
  StTrainingTask tasks[ST_TRAINING_MAX];
  StTrainState states[ST_TRAINING_MAX];             /* where runs that are gone on with stood */
  StTrainingReport *reports[ST_TRAINING_MAX];       /* have the history of those */
  GSource *bell;
  GCancellable *cancellable;
  StTraining *training;
  StStatus status;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;
  st_training_free (job->training);
  for (guint i = 0; i < job->n; i++)
    {
      st_model_unref (job->tasks[i].model);
      st_train_state_clear (&job->states[i]);
      st_training_report_unref (job->reports[i]);
    }
  g_source_unref (job->bell);
  g_object_unref (job->cancellable);
  g_free (job->name);
  g_free (job->path);
  g_free (job);
}

static void
start_training (Job *job, StDataset *dataset)
{
  guint available = st_dataset_count (dataset);
  g_autofree guint32 *indices = g_new (guint32, available);
  for (guint i = 0; i < available; i++)
    indices[i] = i;
  for (guint i = 0; i < job->n; i++)
    {
      job->tasks[i].dataset = dataset;
      job->tasks[i].indices = indices;
      job->tasks[i].count = MIN (job->tasks[i].count, available);
    }
  job->status = st_training_new (job->tasks, job->n, 0, HISTORY_BYTES, st_bell_ring, job->bell,
                                 &job->training);
}

static void
job_run (gpointer data)
{
  Job *job = data;
  StDataset *dataset = NULL;
  job->status = st_dataset_load (job->name, ST_SPLIT_TRAIN, &dataset, &job->path);
  if (st_ok (job->status) && !g_cancellable_is_cancelled (job->cancellable))
    start_training (job, dataset);
  st_dataset_unref (dataset);
}

static void
job_done (gpointer owner, gpointer data)
{
  StRun *self = owner;
  Job *job = data;
  if (self->stopped)
    return;   /* the job frees what it started */
  self->training = g_steal_pointer (&job->training);
  if (!st_ok (job->status))
    {
      self->failure = st_words_could_not_open (job->status,
                                               job->path != NULL ? job->path : job->name, NULL);
      self->stopped = TRUE;
    }
  else
    {
      for (guint i = 0; i < job->n; i++)
        self->trained_images[i] = job->tasks[i].count;
      st_training_stop_on_plateau (self->training, self->stop_on_plateau);
      if (self->paused)
        st_training_pause (self->training, TRUE);
      if (self->steps > 0)
        st_training_step (self->training, self->steps);
    }
  /* Reports may have come before there was a training to take them from. */
  st_bell_ring (self->bell);
  changed (self);
}

/* What has had its epochs gets as many again. */
static void
train_on (StTrainingTask *task, guint had)
{
  if (had >= task->options.epochs)
    task->options.epochs += had;
}

/* Goes on with a model from the moment that a run shows of it: exactly, where that is where the
 * run has ended, else with its weights alone. */
static void
go_on (Job *job, guint i, StRun *from)
{
  const StTrainingReport *report = from->reports[i];
  StTrainingTask *task = &job->tasks[i];
  if (report == NULL)
    return;
  const StMoment *moment = from->following
                             ? NULL : st_history_nearest (&report->history, from->shown_epoch);
  const gboolean last = moment == NULL || moment->batch == report->batches;
  job->reports[i] = st_training_report_ref (from->reports[i]);
  task->options = from->options[i];
  task->model = st_model_ref (last ? report->model : moment->model);
  task->batches = last ? report->batches : moment->batch;
  task->history = &report->history;
  if (last && has_ended (report)
      && st_ok (st_training_state (from->training, i, &job->states[i])))
    task->state = &job->states[i];
  task->count = from->trained_images[i];
  train_on (task, (guint) (task->batches / report->progress.batches));
}

/* Goes on with a file's weights: exactly, where the file has the optimizer's state, on as many
 * images in the same order; else with Adam begun anew.  What a hand has set counts for more than
 * what the file says of its rates. */
static void
go_on_with_file (Job *job, guint i, const StModelFile *file)
{
  StTrainingTask *task = &job->tasks[i];
  StTrainOptions told = task->options;
  guint64 images = task->count;
  task->model = st_model_ref (file->model);
  if (file->state == NULL || !st_ok (st_model_copy_state (file->state, &job->states[i])))
    return;
  task->state = &job->states[i];
  if (st_model_read_training (file, &told))
    task->options = told;
  st_model_read_whole (file, "seed", &task->options.seed);
  if (st_model_read_whole (file, "images", &images) && images >= 1 && images <= G_MAXUINT32)
    task->count = (guint) images;
  train_on (task, file->state->epoch);
}

static StTrainingTask
make_task (StRun *self, const StSpec *spec)
{
  StTrainOptions options = st_train_options_default (spec->kind, spec->encoder);
  options.spec = *spec;
  options.epochs = self->epochs;
  options.seed = self->seed;
  return (StTrainingTask) { .options = options, .count = self->images };
}

static void
set_rates (StRun *self, StTrainOptions *options)
{
  if (self->learning_rate > 0)
    options->learning_rate = self->learning_rate;
  if (self->beta >= 0)
    options->beta = self->beta;
}

/* All models train for as many epochs as the one that needs most, and each of their weights gets
 * a number. */
static void
align (StRun *self, Job *job)
{
  for (guint i = 0; i < job->n; i++)
    self->epochs = MAX (self->epochs, job->tasks[i].options.epochs);
  for (guint i = 0; i < job->n; i++)
    {
      StTrainingTask *task = &job->tasks[i];
      StColumn *column = st_run_get_column (self, i);
      guint64 batches = (guint64) self->epochs * (task->count / task->options.batch + 1);
      task->options.epochs = self->epochs;
      task->first_weights = st_column_reserve_weights (column, batches + 1);
      self->options[i] = task->options;
      st_column_describe_training (column, self->dataset, task->options.seed, self->epochs);
    }
}

static Job *
make_job (StRun *self, StRun *from, gboolean from_files)
{
  Job *job = g_new0 (Job, 1);
  job->name = g_strdup (self->dataset);
  job->n = self->columns->len;
  job->bell = g_source_ref (self->bell);   /* it may be rung when the run has gone */
  job->cancellable = g_object_ref (self->loading);
  for (guint i = 0; i < job->n; i++)
    {
      const StModelFile *file = st_column_get_file (st_run_get_column (self, i));
      job->tasks[i] = make_task (self, st_model_spec (file->model));
      if (from != NULL)
        go_on (job, i, from);
      else if (from_files)
        go_on_with_file (job, i, file);
      set_rates (self, &job->tasks[i].options);
    }
  align (self, job);
  return job;
}

StRun *
st_run_new (GPtrArray *columns, const StRunOptions *options)
{
  StRun *self = g_object_new (ST_TYPE_RUN, NULL);
  self->columns = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < MIN (columns->len, ST_TRAINING_MAX); i++)
    g_ptr_array_add (self->columns, g_object_ref (g_ptr_array_index (columns, i)));
  /* What is gone on with saw these images in this order. */
  StRun *from = options->from;
  self->dataset = g_strdup (from != NULL ? from->dataset : options->dataset);
  self->images = from != NULL ? from->images : options->images;
  self->epochs = from != NULL ? from->epochs : options->epochs;
  self->seed = from != NULL ? from->seed : options->seed;
  self->learning_rate = options->learning_rate;
  self->beta = options->beta;
  self->stop_on_plateau = options->stop_on_plateau;

  st_job_start (self, make_job (self, from, options->from_files), job_free, job_run, job_done);
  return self;
}

/* ---- hands ---- */

void
st_run_pause (StRun *self, gboolean paused)
{
  if (paused == self->paused || !st_run_is_active (self))
    return;
  self->paused = paused;
  if (self->training != NULL)
    st_training_pause (self->training, paused);
  changed (self);
}

void
st_run_stop (StRun *self)
{
  if (self->stopped)
    return;
  g_cancellable_cancel (self->loading);
  if (self->training != NULL)
    st_training_stop (self->training);   /* its last reports end it */
  else
    self->stopped = TRUE;
  changed (self);
}

static gboolean
begin_step (StRun *self)
{
  if (!st_run_is_active (self))
    return FALSE;
  self->paused = TRUE;
  self->following = TRUE;
  return self->training != NULL;
}

void
st_run_step (StRun *self)
{
  if (begin_step (self))
    st_training_step (self->training, 1);
  else if (st_run_is_active (self))
    self->steps++;
  changed (self);
}

void
st_run_step_epoch (StRun *self)
{
  if (begin_step (self))
    st_training_step_epoch (self->training);
  changed (self);
}

void
st_run_set_learning_rate (StRun *self, double learning_rate)
{
  if (self->training != NULL)
    st_training_set_learning_rate (self->training, learning_rate);
}

void
st_run_set_beta (StRun *self, double beta)
{
  if (self->training != NULL)
    st_training_set_beta (self->training, beta);
}

void
st_run_stop_on_plateau (StRun *self, gboolean stop)
{
  self->stop_on_plateau = stop;
  if (self->training != NULL)
    st_training_stop_on_plateau (self->training, stop);
}

gboolean
st_run_can_continue (StRun *self)
{
  if (self->training == NULL || self->reports[0] == NULL)
    return FALSE;
  return !st_run_is_active (self) || !self->following;
}

gboolean
st_run_get_training (StRun *self, StColumn *column, StTrainState *state, StTrainOptions *options,
                     guint *images)
{
  guint i = 0;
  if (self->training == NULL || !g_ptr_array_find (self->columns, column, &i))
    return FALSE;
  const StTrainingReport *report = self->reports[i];
  if (report == NULL || report->state == ST_TRAINING_RUNNING
      || report->weights != st_column_get_weights (column)
      || !st_ok (st_training_state (self->training, i, state)))
    return FALSE;
  /* A report that has not been taken yet may be ahead of the one that is shown. */
  const StTrainProgress *shown = &report->progress;
  if (state->epoch != shown->epoch || state->batch != shown->batch % shown->batches)
    {
      st_train_state_clear (state);
      return FALSE;
    }
  *options = self->options[i];
  options->learning_rate = report->learning_rate;
  options->beta = report->beta;
  *images = self->trained_images[i];
  return TRUE;
}

void
st_run_yield (StRun *self)
{
  if (self->training != NULL && st_run_get_state (self) == ST_RUN_RUNNING)
    st_training_yield (self->training, YIELD_SECONDS);
}

void
st_run_show_epoch (StRun *self, double epoch)
{
  self->following = FALSE;
  self->shown_epoch = epoch;
  show_moments (self);
  changed (self);
}

void
st_run_follow (StRun *self, gboolean following)
{
  if (following == self->following)
    return;
  self->shown_epoch = st_run_get_epoch (self);
  self->following = following;
  show_moments (self);
  changed (self);
}

/* ---- what is known ---- */

StRunState
st_run_get_state (StRun *self)
{
  if (self->stopped)
    return ST_RUN_ENDED;
  if (self->training == NULL)
    return ST_RUN_LOADING;
  for (guint i = 0; i < self->columns->len; i++)
    if (!has_ended (self->reports[i]))
      return self->paused ? ST_RUN_PAUSED : ST_RUN_RUNNING;
  return ST_RUN_ENDED;
}

gboolean
st_run_is_active (StRun *self)
{
  return st_run_get_state (self) != ST_RUN_ENDED;
}

double
st_run_get_epoch (StRun *self)
{
  double reached = 0;
  if (!self->following)
    return self->shown_epoch;
  for (guint i = 0; i < self->columns->len; i++)
    if (self->reports[i] != NULL)
      reached = MAX (reached, self->reports[i]->epoch);
  return reached;
}

const char *st_run_get_failure (StRun *self) { return self->failure; }
guint st_run_get_columns (StRun *self) { return self->columns->len; }
guint st_run_get_epochs (StRun *self) { return self->epochs; }
gboolean st_run_is_following (StRun *self) { return self->following; }

StColumn *
st_run_get_column (StRun *self, guint i)
{
  return g_ptr_array_index (self->columns, i);
}

const StTrainingReport *
st_run_get_report (StRun *self, guint i)
{
  return self->reports[i];
}

/* ---- object ---- */

/* A training ends with its batch, which the main thread does not wait for. */
typedef struct Ending { StTraining *training; GSource *bell; } Ending;

static void
end_training (gpointer data)
{
  Ending *ending = data;
  st_training_free (ending->training);
  ending->training = NULL;
}

static void
ending_free (gpointer data)
{
  Ending *ending = data;
  g_source_unref (ending->bell);
  g_free (ending);
}

static void
st_run_finalize (GObject *object)
{
  StRun *self = ST_RUN (object);
  g_cancellable_cancel (self->loading);
  Ending *ending = g_new0 (Ending, 1);
  ending->training = g_steal_pointer (&self->training);
  ending->bell = g_source_ref (self->bell);
  st_job_start (NULL, ending, ending_free, end_training, NULL);
  st_bell_free (self->bell);
  for (guint i = 0; i < ST_TRAINING_MAX; i++)
    st_training_report_unref (self->reports[i]);
  g_ptr_array_unref (self->columns);
  g_object_unref (self->loading);
  g_free (self->dataset);
  g_free (self->failure);
  G_OBJECT_CLASS (st_run_parent_class)->finalize (object);
}

static void
st_run_class_init (StRunClass *class)
{
  G_OBJECT_CLASS (class)->finalize = st_run_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_run_init (StRun *self)
{
  self->following = TRUE;
  self->loading = g_cancellable_new ();
  self->bell = st_bell_new (take_reports, self);
}
