/* One thread, which takes its orders at batch boundaries: they are under a mutex, everything
 * else is the thread's own until it has told a model's end.  Orders may be given before there is
 * a thread, and hold from its first batch on. */
#define _POSIX_C_SOURCE 200809L
#include <st-training.h>

#include <st-alloc.h>
#include <st-clock.h>
#include <st-runner.h>

#include <math.h>
#include <pthread.h>
#include <time.h>

static const double PUBLISH_SECONDS = 0.033;

/* What hands want; what they want once (from no_goal on) is taken away by whom it is told. */
typedef struct Orders {
  bool quit, stop, paused, stop_on_plateau;
  bool no_goal;              /* forget the steps under way */
  uint64_t batches;          /* to step while paused, */
  uint32_t epochs;           /* then to step to the end of, */
  uint64_t behind;           /* then batches again */
  double learning_rate;      /* 0: as it is */
  double beta, lambda;       /* below 0: as it is */
  int isometry;              /* the same */
} Orders;

struct StTraining {
  pthread_t thread;
  StPool *pool;
  StTrainingBell bell;
  void *context;
  uint32_t n;                /* 0: not started */

  /* Under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  Orders orders;
  double yield_until;        /* on the monotonic clock */
  bool resting;              /* it is paused, and its thread touches nothing */
  StTrainingReport *report[ST_TRAINING_MAX];

  /* The thread's own. */
  StRunner runner[ST_TRAINING_MAX];
  double published;
};

/* ---- reports ---- */

static StTrainingState
runner_state (const StRunner *runner, bool stopping, bool paused)
{
  if (!st_ok (runner->status))
    return ST_TRAINING_FAILED;
  if (st_trainer_finished (runner->trainer))
    return ST_TRAINING_FINISHED;
  if (runner->on_plateau)
    return ST_TRAINING_PLATEAU;
  return stopping ? ST_TRAINING_STOPPED : paused ? ST_TRAINING_PAUSED : ST_TRAINING_RUNNING;
}

static void
publish (StTraining *training, bool stopping, bool paused)
{
  double left = 0;
  for (uint32_t i = 0; i < training->n; i++)
    left += st_runner_seconds_left (&training->runner[i]);
  for (uint32_t i = 0; i < training->n; i++)
    {
      StRunner *runner = &training->runner[i];
      if (runner->ended)
        continue;
      StTrainingState state = runner_state (runner, stopping, paused);
      StTrainingReport *report = st_runner_report (runner, state);
      if (report == NULL)
        continue;
      report->seconds_left = left;
      pthread_mutex_lock (&training->mutex);
      runner->ended = state != ST_TRAINING_RUNNING && state != ST_TRAINING_PAUSED;
      StTrainingReport *old = training->report[i];
      training->report[i] = report;
      pthread_mutex_unlock (&training->mutex);
      st_training_report_unref (old);
    }
  pthread_mutex_lock (&training->mutex);
  training->resting = paused && !stopping;   /* nothing is touched from here to the next orders */
  pthread_mutex_unlock (&training->mutex);
  training->published = st_clock_now ();
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

static void
wait_until (StTraining *training, double until)
{
  struct timespec time = { .tv_sec = (time_t) until,
                           .tv_nsec = (long) ((until - (double) (time_t) until) * 1e9) };
  pthread_cond_timedwait (&training->wake, &training->mutex, &time);
}

static bool
has_steps (const Orders *orders)
{
  return orders->batches > 0 || orders->epochs > 0;
}

static void
forget_steps (Orders *orders)
{
  orders->batches = orders->behind = 0;
  orders->epochs = 0;
}

/* Sleeps while there is nothing to do; but once round, to tell that it paused. */
static Orders
take_orders (StTraining *training, bool stepping, bool held)
{
  pthread_mutex_lock (&training->mutex);
  Orders *orders = &training->orders;
  for (;;)
    {
      bool hold = orders->paused && !has_steps (orders) && (!stepping || orders->no_goal);
      if (orders->quit || orders->stop || (hold && !held))
        break;
      if (hold)
        pthread_cond_wait (&training->wake, &training->mutex);
      else if (training->yield_until > st_clock_now ())
        wait_until (training, training->yield_until);
      else
        break;
    }
  training->resting = false;
  Orders taken = *orders;
  orders->no_goal = false;
  forget_steps (orders);
  orders->learning_rate = 0;
  orders->beta = orders->lambda = -1;
  orders->isometry = -1;
  pthread_mutex_unlock (&training->mutex);
  return taken;
}

static void
obey (StTraining *training, const Orders *orders)
{
  for (uint32_t i = 0; i < training->n; i++)
    {
      StRunner *runner = &training->runner[i];
      if (st_runner_is_through (runner))
        continue;
      if (orders->learning_rate > 0)
        st_runner_set_learning_rate (runner, orders->learning_rate);
      if (orders->beta >= 0)
        st_runner_set_beta (runner, orders->beta);
      if (orders->lambda >= 0 || orders->isometry >= 0)
        st_runner_set_isometry (
          runner, orders->isometry >= 0 ? (StIsometry) orders->isometry : runner->isometry,
          orders->lambda >= 0 ? orders->lambda : runner->lambda);
      if (!orders->paused || orders->no_goal)
        runner->goal = 0;
      if (orders->batches > 0)
        st_runner_aim (runner, orders->batches);
      for (uint32_t epoch = 0; epoch < orders->epochs; epoch++)
        st_runner_aim (runner, 0);
      if (orders->behind > 0)
        st_runner_aim (runner, orders->behind);
    }
}

/* One batch of each model that is not through, or, in steps, at its goal; false if none is left. */
static bool
run_round (StTraining *training, const Orders *orders)
{
  bool any = false;
  for (uint32_t i = 0; i < training->n; i++)
    {
      StRunner *runner = &training->runner[i];
      if (st_runner_is_through (runner) || (orders->paused && runner->batches >= runner->goal))
        continue;
      st_runner_step (runner, orders->stop_on_plateau, st_clock_now);
      any = true;
    }
  return any;
}

static bool
is_stepping (const StTraining *training)
{
  for (uint32_t i = 0; i < training->n; i++)
    if (!st_runner_is_through (&training->runner[i])
        && training->runner[i].batches < training->runner[i].goal)
      return true;
  return false;
}

static bool
is_held (StTraining *training)
{
  pthread_mutex_lock (&training->mutex);
  bool held = training->orders.paused && !has_steps (&training->orders);
  pthread_mutex_unlock (&training->mutex);
  return held;
}

static void *
training_main (void *data)
{
  StTraining *training = data;
  bool held = is_held (training), going = true;

  publish (training, false, held);   /* the weights that it begins with */
  while (going)
    {
      Orders orders = take_orders (training, is_stepping (training), held);
      if (orders.quit)
        break;
      obey (training, &orders);
      held = orders.paused && !orders.stop && !is_stepping (training);
      going = !orders.stop && (held || run_round (training, &orders));
      if (!going || held || st_clock_now () - training->published >= PUBLISH_SECONDS)
        publish (training, orders.stop, held);
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
      st_runner_clear (&training->runner[i]);
    }
  st_pool_free (training->pool);
  pthread_cond_destroy (&training->wake);
  pthread_mutex_destroy (&training->mutex);
  st_free (training);
}

StStatus
st_training_new (StTrainingBell bell, void *context, StTraining **result)
{
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
  training->orders = (Orders) { .paused = true, .beta = -1, .lambda = -1, .isometry = -1 };
  *result = training;
  return st_success ();
}

StStatus
st_training_start (StTraining *training, const StTrainingTask *tasks, uint32_t n,
                   uint32_t threads, size_t history_bytes)
{
  if (n < 1 || n > ST_TRAINING_MAX)
    return st_failure (ST_RANGE, 1, ST_TRAINING_MAX);
  StStatus status = st_pool_new (threads, &training->pool);
  for (uint32_t i = 0; i < n && st_ok (status); i++)
    status = st_runner_init (&training->runner[i], &tasks[i], history_bytes, training->pool);
  if (!st_ok (status))
    return status;
  training->n = n;
  int error = pthread_create (&training->thread, NULL, training_main, training);
  if (error == 0)
    return status;
  training->n = 0;
  return st_failure (ST_NO_THREAD, error, 0);
}

void
st_training_free (StTraining *training)
{
  if (training == NULL)
    return;
  pthread_mutex_lock (&training->mutex);
  training->orders.quit = true;
  pthread_cond_signal (&training->wake);
  pthread_mutex_unlock (&training->mutex);
  if (training->n > 0)
    pthread_join (training->thread, NULL);
  release (training);
}

/* ---- hands ---- */

static Orders *
begin_orders (StTraining *training)
{
  pthread_mutex_lock (&training->mutex);
  return &training->orders;
}

static void
give_orders (StTraining *training)
{
  pthread_cond_signal (&training->wake);
  pthread_mutex_unlock (&training->mutex);
}

void
st_training_pause (StTraining *training, bool paused)
{
  Orders *orders = begin_orders (training);
  orders->paused = paused;
  orders->no_goal = true;
  forget_steps (orders);
  give_orders (training);
}

void
st_training_stop (StTraining *training)
{
  begin_orders (training)->stop = true;
  give_orders (training);
}

void
st_training_step (StTraining *training, uint64_t batches)
{
  Orders *orders = begin_orders (training);
  orders->paused = true;
  if (orders->epochs > 0)
    orders->behind += batches;
  else
    orders->batches += batches;
  give_orders (training);
}

void
st_training_step_epoch (StTraining *training)
{
  Orders *orders = begin_orders (training);
  orders->paused = true;
  orders->epochs++;
  orders->behind = 0;   /* they end within that epoch */
  give_orders (training);
}

void
st_training_stop_on_plateau (StTraining *training, bool stop)
{
  begin_orders (training)->stop_on_plateau = stop;
  give_orders (training);
}

/* What rates may be is the same for all kinds. */
static StStatus
check_rates (double learning_rate, double beta)
{
  StTrainOptions options = st_train_options_default (ST_KIND_CAE, ST_ENCODER_S2);
  options.learning_rate = learning_rate;
  options.beta = beta;
  return st_train_options_check (&options);
}

StStatus
st_training_set_learning_rate (StTraining *training, double learning_rate)
{
  StStatus status = check_rates (learning_rate, 0);
  if (!st_ok (status))
    return status;
  begin_orders (training)->learning_rate = learning_rate;
  give_orders (training);
  return status;
}

StStatus
st_training_set_beta (StTraining *training, double beta)
{
  StStatus status = check_rates (1, beta);
  if (!st_ok (status))
    return status;
  begin_orders (training)->beta = beta;
  give_orders (training);
  return status;
}

StStatus
st_training_set_lambda (StTraining *training, double lambda)
{
  if (!(lambda >= 0.0 && isfinite (lambda)))
    return st_failure (ST_RANGE, 0, 1);
  begin_orders (training)->lambda = lambda;
  give_orders (training);
  return st_success ();
}

StStatus
st_training_set_isometry (StTraining *training, StIsometry isometry)
{
  if ((unsigned) isometry >= ST_ISOMETRIES)
    return st_failure (ST_RANGE, 0, ST_ISOMETRIES - 1);
  begin_orders (training)->isometry = (int) isometry;
  give_orders (training);
  return st_success ();
}

void
st_training_yield (StTraining *training, double seconds)
{
  pthread_mutex_lock (&training->mutex);
  training->yield_until = st_clock_now () + seconds;
  pthread_mutex_unlock (&training->mutex);
}

bool
st_training_rests (StTraining *training)
{
  pthread_mutex_lock (&training->mutex);
  bool rests = training->resting && training->orders.paused && !has_steps (&training->orders);
  pthread_mutex_unlock (&training->mutex);
  return rests;
}

StStatus
st_training_state (StTraining *training, uint32_t task, StTrainState *state)
{
  StStatus status = st_failure (ST_CANCELLED, 0, 0);
  pthread_mutex_lock (&training->mutex);
  const StRunner *runner = &training->runner[task];
  if (runner->ended || training->resting)
    status = st_trainer_state (runner->trainer, state);
  pthread_mutex_unlock (&training->mutex);
  return status;
}
