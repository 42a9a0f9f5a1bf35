#define _POSIX_C_SOURCE 200809L
#include <st-training.h>

#include <st-alloc.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

static const double PUBLISH_SECONDS = 0.033;

/* The public part comes first, so that a StTrainingReport * is a Counted *. */
typedef struct Counted {
  StTrainingReport report;
  atomic_uint references;
} Counted;

/* One model, the thread's own. */
typedef struct Runner {
  StTrainer *trainer;
  uint32_t batch;            /* images in one */
  uint32_t epochs;
  uint64_t first_weights;
  uint64_t batches;          /* trained in all */
  StHistory history;
  StTrainProgress before;    /* where the last batch began: batch losses are differences */
  double busy;               /* seconds spent in its batches */
  StStatus status;
  bool ended;                /* and its last report is out */
} Runner;

struct StTraining {
  pthread_t thread;
  StPool *pool;
  StTrainingBell bell;
  void *context;

  /* Under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  bool quit, stop, paused;
  double yield_until;        /* on the monotonic clock */
  StTrainingReport *report[ST_TRAINING_MAX];

  /* The thread's own. */
  uint32_t n;
  Runner runner[ST_TRAINING_MAX];
  double published;
};

static double
now (void)
{
  struct timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

/* ---- reports ---- */

StTrainingReport *
st_training_report_ref (StTrainingReport *report)
{
  atomic_fetch_add (&((Counted *) report)->references, 1);
  return report;
}

void
st_training_report_unref (StTrainingReport *report)
{
  if (report == NULL || atomic_fetch_sub (&((Counted *) report)->references, 1) != 1)
    return;
  st_model_unref (report->model);
  st_history_clear (&report->history);
  st_free (report);
}

static double
epochs_trained (const StTrainProgress *progress)
{
  bool whole = progress->batch == progress->batches;
  return progress->epoch + (whole ? 0.0 : (double) progress->batch / progress->batches);
}

static double
seconds_left (const StTraining *training)
{
  double left = 0;
  for (uint32_t i = 0; i < training->n; i++)
    {
      const Runner *runner = &training->runner[i];
      StTrainProgress progress = st_trainer_progress (runner->trainer);
      double to_go = (runner->epochs - epochs_trained (&progress)) * progress.batches;
      if (!runner->ended && st_ok (runner->status) && runner->batches > 0)
        left += to_go * runner->busy / (double) runner->batches;
    }
  return left;
}

static StTrainingState
runner_state (const Runner *runner, bool stopping, bool paused)
{
  if (!st_ok (runner->status))
    return ST_TRAINING_FAILED;
  if (st_trainer_finished (runner->trainer))
    return ST_TRAINING_FINISHED;
  return stopping ? ST_TRAINING_STOPPED : paused ? ST_TRAINING_PAUSED : ST_TRAINING_RUNNING;
}

static StTrainingReport *
make_report (StTraining *training, Runner *runner, StTrainingState state)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  StModel *model = NULL;
  if (counted == NULL || !st_ok (st_trainer_snapshot (runner->trainer, &model)))
    {
      st_free (counted);
      return NULL;   /* the screen keeps what it shows; the next one may fit */
    }
  counted->references = 1;
  StTrainingReport *report = &counted->report;
  report->state = state;
  report->status = runner->status;
  report->model = model;
  report->weights = runner->first_weights + runner->batches;
  report->progress = st_trainer_progress (runner->trainer);
  report->epoch = epochs_trained (&report->progress);
  report->epochs = runner->epochs;
  report->images_per_second
    = runner->busy > 0 ? (double) runner->batches * runner->batch / runner->busy : 0;
  report->seconds_left = seconds_left (training);
  if (runner->batches == 0)
    st_history_keep (&runner->history, 0, 0, report->weights, model);
  if (state != ST_TRAINING_RUNNING && state != ST_TRAINING_PAUSED)
    st_history_end (&runner->history, report->epoch, report->weights, model);
  st_history_copy (&runner->history, &report->history);
  return report;
}

static void
publish (StTraining *training, bool stopping, bool paused)
{
  for (uint32_t i = 0; i < training->n; i++)
    {
      Runner *runner = &training->runner[i];
      if (runner->ended)
        continue;
      StTrainingState state = runner_state (runner, stopping, paused);
      StTrainingReport *report = make_report (training, runner, state);
      if (report == NULL)
        continue;
      runner->ended = state != ST_TRAINING_RUNNING && state != ST_TRAINING_PAUSED;
      pthread_mutex_lock (&training->mutex);
      StTrainingReport *old = training->report[i];
      training->report[i] = report;
      pthread_mutex_unlock (&training->mutex);
      st_training_report_unref (old);
    }
  training->published = now ();
  training->bell (training->context);
}

StTrainingReport *
st_training_take (StTraining *training, uint32_t task)
{
  pthread_mutex_lock (&training->mutex);
  StTrainingReport *report = training->report[task];
  training->report[task] = NULL;
  pthread_mutex_unlock (&training->mutex);
  return report;
}

/* ---- the thread ---- */

/* A progress has means over its epoch; a batch's own losses are differences of their sums. */
static void
note_losses (Runner *runner, const StTrainProgress *after)
{
  const StTrainProgress *before = &runner->before;
  bool first = after->batch == 1;
  double n = after->batch, m = first ? 0 : before->batch;
  StCurvePoint losses = {
    .epoch = epochs_trained (after),
    .loss = after->loss * n - (first ? 0 : before->loss * m),
    .reconstruction = after->reconstruction * n - (first ? 0 : before->reconstruction * m),
    .kl = after->kl * n - (first ? 0 : before->kl * m),
  };
  st_history_add_loss (&runner->history, &losses);
  runner->before = *after;
}

static void
keep_moment (Runner *runner, double epoch)
{
  StModel *model;
  if (!st_history_wants (&runner->history, runner->batches)
      || !st_ok (st_trainer_snapshot (runner->trainer, &model)))
    return;
  st_history_keep (&runner->history, runner->batches, epoch,
                   runner->first_weights + runner->batches, model);
  st_model_unref (model);
}

static void
run_batch (Runner *runner)
{
  double start = now ();
  runner->status = st_trainer_step (runner->trainer);
  if (!st_ok (runner->status))
    return;
  runner->batches++;
  StTrainProgress after = st_trainer_progress (runner->trainer);
  note_losses (runner, &after);
  keep_moment (runner, epochs_trained (&after));
  runner->busy += now () - start;
}

/* Sleeps while it is to wait; false if it is over. */
static bool
may_go_on (StTraining *training, bool *stopping, bool *was_paused)
{
  bool paused = false;
  pthread_mutex_lock (&training->mutex);
  for (;;)
    {
      double wait = training->yield_until - now ();
      paused = training->paused;
      if (training->quit || training->stop || (!paused && wait <= 0))
        break;
      if (paused && !*was_paused)
        break;   /* once round, to tell that it paused */
      if (paused)
        pthread_cond_wait (&training->wake, &training->mutex);
      else
        {
          double until = training->yield_until;
          struct timespec time = { .tv_sec = (time_t) until,
                                   .tv_nsec = (long) ((until - (double) (time_t) until) * 1e9) };
          pthread_cond_timedwait (&training->wake, &training->mutex, &time);
        }
    }
  bool quit = training->quit;
  *stopping = training->stop;
  pthread_mutex_unlock (&training->mutex);
  *was_paused = paused && !*stopping;
  return !quit;
}

/* One batch of each model that is not through; false if none is left. */
static bool
run_round (StTraining *training)
{
  bool any = false;
  for (uint32_t i = 0; i < training->n; i++)
    {
      Runner *runner = &training->runner[i];
      if (runner->ended || !st_ok (runner->status) || st_trainer_finished (runner->trainer))
        continue;
      run_batch (runner);
      any = true;
    }
  return any;
}

static void *
training_main (void *data)
{
  StTraining *training = data;
  bool stopping = false, paused = false;

  publish (training, false, false);   /* the weights that it begins with */
  while (may_go_on (training, &stopping, &paused))
    {
      bool going = !stopping && (paused || run_round (training));
      if (!going || paused || now () - training->published >= PUBLISH_SECONDS)
        publish (training, stopping, paused);
      if (!going)
        break;
    }
  return NULL;
}

/* ---- life ---- */

static void
release (StTraining *training)
{
  for (uint32_t i = 0; i < ST_TRAINING_MAX; i++)
    {
      st_training_report_unref (training->report[i]);
      st_trainer_free (training->runner[i].trainer);
      st_history_clear (&training->runner[i].history);
    }
  st_pool_free (training->pool);
  pthread_cond_destroy (&training->wake);
  pthread_mutex_destroy (&training->mutex);
  st_free (training);
}

static StStatus
init_runner (StTraining *training, Runner *runner, const StTrainingTask *task,
             size_t history_bytes)
{
  runner->batch = task->options.batch;
  runner->epochs = task->options.epochs;
  runner->first_weights = task->first_weights;
  st_history_init (&runner->history, &task->options.spec, history_bytes);
  return st_trainer_new (&task->options, task->dataset, task->indices, task->count,
                         training->pool, &runner->trainer);
}

StStatus
st_training_new (const StTrainingTask *tasks, uint32_t n, uint32_t threads, size_t history_bytes,
                 StTrainingBell bell, void *context, StTraining **result)
{
  if (n < 1 || n > ST_TRAINING_MAX)
    return st_failure (ST_RANGE, 1, ST_TRAINING_MAX);
  StTraining *training = st_alloc (1, sizeof *training);
  if (training == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *training, 0);
  pthread_condattr_t monotonic;
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init (&training->mutex, NULL);
  pthread_cond_init (&training->wake, &monotonic);
  pthread_condattr_destroy (&monotonic);
  training->bell = bell;
  training->context = context;
  training->n = n;

  StStatus status = st_pool_new (threads, &training->pool);
  for (uint32_t i = 0; i < n && st_ok (status); i++)
    status = init_runner (training, &training->runner[i], &tasks[i], history_bytes);
  if (st_ok (status))
    {
      int error = pthread_create (&training->thread, NULL, training_main, training);
      if (error != 0)
        status = st_failure (ST_NO_THREAD, error, 0);
    }
  if (!st_ok (status))
    {
      release (training);
      return status;
    }
  *result = training;
  return st_success ();
}

static void
set_flag (StTraining *training, bool *flag, bool value)
{
  pthread_mutex_lock (&training->mutex);
  *flag = value;
  pthread_cond_signal (&training->wake);
  pthread_mutex_unlock (&training->mutex);
}

void
st_training_pause (StTraining *training, bool paused)
{
  set_flag (training, &training->paused, paused);
}

void
st_training_stop (StTraining *training)
{
  set_flag (training, &training->stop, true);
}

void
st_training_yield (StTraining *training, double seconds)
{
  pthread_mutex_lock (&training->mutex);
  training->yield_until = now () + seconds;
  pthread_mutex_unlock (&training->mutex);
}

void
st_training_free (StTraining *training)
{
  if (training == NULL)
    return;
  set_flag (training, &training->quit, true);
  pthread_join (training->thread, NULL);
  release (training);
}
