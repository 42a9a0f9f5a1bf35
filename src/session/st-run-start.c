#include "st-run-private.h"

#include <st-bell.h>
#include <st-dataset-io.h>
#include <st-job.h>
#include <st-model-training.h>
#include <st-words.h>

static const gsize HISTORY_BYTES = 64 << 20;

/* ---- reading images and starting, in the background ---- */

typedef struct Job {
  char *name, *path;
  StClasses classes;
  guint n;
  StTrainingTask tasks[ST_TRAINING_MAX];
  StTrainState states[ST_TRAINING_MAX];             /* where runs that are gone on with stood */
  StTrainingReport *reports[ST_TRAINING_MAX];       /* have the history of those */
  GSource *bell;
  GCancellable *cancellable;
  StTraining *training;                             /* its own until the run takes it */
  char *refusal;                                    /* why nothing can begin, or NULL */
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
  g_free (job->refusal);
  g_free (job);
}

static void
start_training (Job *job, StDataset *dataset)
{
  const guint all = st_dataset_count (dataset);
  g_autofree guint32 *indices = g_new (guint32, all);
  const guint available = st_classes_choose (&job->classes, dataset, 0, all, indices);
  for (guint i = 0; i < job->n; i++)
    {
      job->tasks[i].dataset = dataset;
      job->tasks[i].indices = indices;
      job->tasks[i].count = MIN (job->tasks[i].count, available);
    }
  job->status = st_training_start (job->training, job->tasks, job->n, 0, HISTORY_BYTES);
}

static void
job_run (gpointer data)
{
  Job *job = data;
  StDataset *dataset = NULL;
  if (job->refusal != NULL)
    return;
  if (st_ok (job->status))
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
  self->loading = FALSE;
  if (self->stopped || !st_ok (job->status) || job->refusal != NULL)
    self->training = NULL;   /* the job frees it */
  else
    job->training = NULL;
  if (!self->stopped && job->refusal != NULL)
    {
      self->failure = g_steal_pointer (&job->refusal);
      self->stopped = TRUE;
    }
  if (!self->stopped && !st_ok (job->status))
    {
      self->failure = st_words_could_not_open (job->status,
                                               job->path != NULL ? job->path : job->name, NULL);
      self->stopped = TRUE;
    }
  for (guint i = 0; i < job->n; i++)
    self->trained_images[i] = job->tasks[i].count;
  st_run_changed (self);
}

/* ---- what there is to train ---- */

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
  if (last && st_run_report_has_ended (report)
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
  if (!st_kind_has_isometry (options->spec.kind))
    return;
  if (self->lambda >= 0)
    options->lambda = self->lambda;
  if (self->isometry >= 0)
    options->isometry = (StIsometry) self->isometry;
}

/* All models train for as many epochs as the one that needs most, and each of their weights gets
 * a number. */
static void
align (StRun *self, Job *job)
{
  /* A file's folder says nothing to others. */
  g_autofree char *dataset = g_filename_display_basename (self->dataset);
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
      st_column_describe_training (column, dataset, &self->classes, task->options.seed,
                                   self->epochs);
    }
}

static Job *
make_job (StRun *self, StRun *from, gboolean from_files)
{
  Job *job = g_new0 (Job, 1);
  job->name = g_strdup (self->dataset);
  job->classes = self->classes;
  job->n = self->columns->len;
  job->bell = g_source_ref (self->bell);   /* it may be rung when the run has gone */
  job->cancellable = g_object_ref (self->cancel_loading);
  job->training = self->training;
  if (job->training == NULL)
    job->status = st_failure (ST_NO_MEMORY, 0, 0);
  for (guint i = 0; i < job->n; i++)
    {
      const StModelFile *file = st_column_get_file (st_run_get_column (self, i));
      job->tasks[i] = make_task (self, st_model_spec (file->model));
      if (from != NULL)
        go_on (job, i, from);
      else if (from_files)
        go_on_with_file (job, i, file);
      set_rates (self, &job->tasks[i].options);
      if (job->refusal == NULL && !st_train_options_allow_isometry (&job->tasks[i].options))
        job->refusal = st_words_conformal (st_column_get_title (st_run_get_column (self, i)),
                                           job->tasks[i].options.spec.dimension);
    }
  align (self, job);
  return job;
}

void
st_run_start (StRun *self, StRun *from, gboolean from_files)
{
  self->loading = TRUE;
  st_job_start (self, make_job (self, from, from_files), job_free, job_run, job_done);
}
