#define _POSIX_C_SOURCE 200809L
#include <st-tradeoff.h>

#include <st-alloc.h>
#include <st-clock.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/* How often a run is measured on its way, so that one sees where it goes. */
enum { PARTS = 4 };

/* The public part comes first, so that a StTradeoffResult * is a Counted *. */
typedef struct Counted {
  StTradeoffResult result;
  atomic_uint references;
} Counted;

struct StTradeoff {
  StTradeoffBell bell;
  void *context;
  StCancel stop;

  /* Under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  double yield_until;        /* on the monotonic clock */
  StTradeoffResult *published;

  /* Of the thread that runs it. */
  StTradeoffQuery query;     /* with a reference and a copy of its own */
  uint32_t *indices;
  StPool *pool;
  StTradeoffResult now;
  StTrainer *trainer;        /* of the run under way; or NULL */
};

/* ---- results ---- */

StTradeoffResult *
st_tradeoff_result_ref (StTradeoffResult *result)
{
  atomic_fetch_add (&((Counted *) result)->references, 1);
  return result;
}

void
st_tradeoff_result_unref (StTradeoffResult *result)
{
  if (result != NULL && atomic_fetch_sub (&((Counted *) result)->references, 1) == 1)
    st_free (result);
}

/* Without memory nobody is told of this step, but of the next one. */
static void
publish (StTradeoff *tradeoff)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return;
  tradeoff->now.generation++;
  counted->result = tradeoff->now;
  atomic_init (&counted->references, 1);
  pthread_mutex_lock (&tradeoff->mutex);
  StTradeoffResult *old = tradeoff->published;
  tradeoff->published = &counted->result;
  pthread_mutex_unlock (&tradeoff->mutex);
  st_tradeoff_result_unref (old);
  tradeoff->bell (tradeoff->context);
}

StTradeoffResult *
st_tradeoff_take (StTradeoff *tradeoff)
{
  pthread_mutex_lock (&tradeoff->mutex);
  StTradeoffResult *result = tradeoff->published;
  tradeoff->published = NULL;
  pthread_mutex_unlock (&tradeoff->mutex);
  return result;
}

/* ---- hands ---- */

void
st_tradeoff_stop (StTradeoff *tradeoff, bool stop)
{
  pthread_mutex_lock (&tradeoff->mutex);
  if (stop)
    st_cancel_ask (&tradeoff->stop);
  else
    st_cancel_reset (&tradeoff->stop);
  pthread_cond_signal (&tradeoff->wake);
  pthread_mutex_unlock (&tradeoff->mutex);
}

void
st_tradeoff_yield (StTradeoff *tradeoff, double seconds)
{
  pthread_mutex_lock (&tradeoff->mutex);
  tradeoff->yield_until = st_clock_now () + seconds;
  pthread_mutex_unlock (&tradeoff->mutex);
}

/* Waits while a hand drags; false if it is to stop. */
static bool
may_go_on (StTradeoff *tradeoff)
{
  pthread_mutex_lock (&tradeoff->mutex);
  while (!st_cancel_asked (&tradeoff->stop) && tradeoff->yield_until > st_clock_now ())
    {
      const double until = tradeoff->yield_until;
      struct timespec time = { .tv_sec = (time_t) until,
                               .tv_nsec = (long) ((until - (double) (time_t) until) * 1e9) };
      pthread_cond_timedwait (&tradeoff->wake, &tradeoff->mutex, &time);
    }
  pthread_mutex_unlock (&tradeoff->mutex);
  return !st_cancel_asked (&tradeoff->stop);
}

/* ---- one run ---- */

static StTradeoffRun *
current_run (StTradeoff *tradeoff)
{
  return &tradeoff->now.run[tradeoff->now.ended];
}

static void
forget_numbers (StTradeoffRun *run)
{
  run->measured = 0;
  run->mse = NAN;
  run->measures = (StIsometryMeasures) {
    .mean_condition = NAN, .median_condition = NAN, .mean_condition_j = NAN,
    .median_condition_j = NAN, .variance = NAN, .relaxed = NAN, .strict = NAN, .conformal = NAN,
    .log_volume_variance = NAN };
}

static StStatus
make_trainer (StTradeoff *tradeoff, const StTradeoffRun *run)
{
  const StTradeoffQuery *query = &tradeoff->query;
  StTrainOptions options = query->options;
  options.isometry = run->point.isometry;
  options.lambda = run->point.lambda;
  options.seed = run->seed;
  return st_trainer_new (&options, query->dataset, query->indices, query->count, tradeoff->pool,
                         &tradeoff->trainer);
}

static StStatus
measure (StTradeoff *tradeoff, StTradeoffRun *run)
{
  StModel *model = NULL;
  StIsometryResult *result = NULL;
  StStatus status = st_trainer_snapshot (tradeoff->trainer, &model);
  if (st_ok (status))
    status = st_isometry_measure (model, tradeoff->query.measured, 0.0, tradeoff->pool,
                                  &tradeoff->stop, &result);
  if (st_ok (status))
    {
      run->measured = run->epoch;
      run->mse = result->mse;
      run->measures = result->measures;
    }
  st_isometry_result_unref (result);
  st_model_unref (model);
  return status;
}

/* Whether a part of the epochs ends with this one; the last one is measured at the end. */
static bool
ends_part (const StTradeoff *tradeoff, uint32_t epoch)
{
  const uint64_t epochs = tradeoff->query.options.epochs;
  return epoch < epochs && PARTS * (uint64_t) epoch / epochs != PARTS * (epoch - 1ull) / epochs;
}

static StStatus
step (StTradeoff *tradeoff, StTradeoffRun *run)
{
  if (!may_go_on (tradeoff))
    return st_failure (ST_CANCELLED, 0, 0);
  StStatus status = st_trainer_step (tradeoff->trainer);
  const uint32_t epoch = st_trainer_progress (tradeoff->trainer).epoch;
  if (!st_ok (status) || epoch == run->epoch)
    return status;
  run->epoch = epoch;
  /* Stopped in this, it is measured at the next part or in the end. */
  if (ends_part (tradeoff, epoch))
    status = measure (tradeoff, run);
  publish (tradeoff);
  return status;
}

/* What is the matter with the machine, or with a hand, is not the run's own failure. */
static bool
is_of_all (StStatus status)
{
  return status.code == ST_CANCELLED || status.code == ST_NO_MEMORY || status.code == ST_NO_THREAD;
}

static StStatus
train (StTradeoff *tradeoff)
{
  StTradeoffRun *run = current_run (tradeoff);
  StStatus status = st_success ();
  if (tradeoff->trainer == NULL)
    status = make_trainer (tradeoff, run);
  if (!st_ok (status))
    return status;
  run->state = ST_TRADEOFF_TRAINING;
  while (st_ok (status) && !st_trainer_finished (tradeoff->trainer))
    status = step (tradeoff, run);
  return st_ok (status) ? measure (tradeoff, run) : status;
}

static StStatus
run_next (StTradeoff *tradeoff)
{
  StTradeoffRun *run = current_run (tradeoff);
  StStatus status = train (tradeoff);
  if (is_of_all (status))
    return status;
  run->state = st_ok (status) ? ST_TRADEOFF_DONE : ST_TRADEOFF_FAILED;
  run->status = status;
  if (!st_ok (status))
    forget_numbers (run);
  st_trainer_free (tradeoff->trainer);
  tradeoff->trainer = NULL;
  tradeoff->now.ended++;
  publish (tradeoff);
  return st_success ();
}

StStatus
st_tradeoff_run (StTradeoff *tradeoff)
{
  StStatus status = st_success ();
  tradeoff->now.running = true;
  publish (tradeoff);
  while (st_ok (status) && tradeoff->now.ended < tradeoff->now.runs)
    status = run_next (tradeoff);
  tradeoff->now.running = false;
  publish (tradeoff);
  return status;
}

/* ---- beginning ---- */

static StStatus
check_query (const StTradeoffQuery *query)
{
  StTrainOptions options = query->options;
  StStatus status = st_success ();

  if (query->points < 1 || query->points > ST_TRADEOFF_POINTS_MAX)
    return st_failure (ST_RANGE, 1, ST_TRADEOFF_POINTS_MAX);
  if (query->seeds < 1 || query->seeds > ST_TRADEOFF_SEEDS_MAX)
    return st_failure (ST_RANGE, 1, ST_TRADEOFF_SEEDS_MAX);
  if (!st_kind_has_isometry (options.spec.kind))
    return st_failure (ST_RANGE, 0, 0);
  for (uint32_t i = 0; i < query->points && st_ok (status); i++)
    {
      options.isometry = query->point[i].isometry;
      options.lambda = query->point[i].lambda;
      status = st_train_options_check (&options);
    }
  if (!st_ok (status))
    return status;
  StShape shape = st_images_shape (query->measured);
  if (!st_shape_equal (shape, options.spec.image))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                       (int64_t) st_shape_size (options.spec.image));
  return status;
}

/* Points without the term are one run. */
static void
list_runs (const StTradeoffQuery *query, StTradeoffResult *result)
{
  for (uint32_t seed = 0; seed < query->seeds; seed++)
    {
      uint32_t plain = ST_TRADEOFF_RUNS_MAX;
      for (uint32_t i = 0; i < query->points; i++)
        {
          const bool is_plain = query->point[i].lambda == 0.0;
          if (is_plain && plain < ST_TRADEOFF_RUNS_MAX)
            {
              result->of[seed][i] = plain;
              continue;
            }
          if (is_plain)
            plain = result->runs;
          StTradeoffRun *run = &result->run[result->runs];
          run->point = query->point[i];
          run->seed = query->options.seed + seed;
          forget_numbers (run);
          result->of[seed][i] = result->runs++;
        }
    }
}

StStatus
st_tradeoff_begin (StTradeoff *tradeoff, const StTradeoffQuery *query, StPool *pool)
{
  StStatus status = check_query (query);
  if (!st_ok (status))
    return status;
  tradeoff->indices = st_alloc (query->count, sizeof *tradeoff->indices);
  if (tradeoff->indices == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (query->count * sizeof *tradeoff->indices), 0);
  memcpy (tradeoff->indices, query->indices, query->count * sizeof *query->indices);
  tradeoff->pool = pool;
  tradeoff->query = *query;
  tradeoff->query.indices = tradeoff->indices;
  st_dataset_ref (query->dataset);
  st_images_ref (query->measured);
  tradeoff->now = (StTradeoffResult) {
    .options = query->options, .count = query->count,
    .measured = st_images_count (query->measured), .points = query->points,
    .seeds = query->seeds };
  memcpy (tradeoff->now.point, query->point, sizeof query->point);
  list_runs (query, &tradeoff->now);
  /* What does not fit the first run fits none. */
  return make_trainer (tradeoff, current_run (tradeoff));
}

/* ---- life ---- */

StStatus
st_tradeoff_new (StTradeoffBell bell, void *context, StTradeoff **result)
{
  StTradeoff *tradeoff = st_alloc (1, sizeof *tradeoff);
  if (tradeoff == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *tradeoff, 0);
  pthread_condattr_t monotonic;
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init (&tradeoff->mutex, NULL);
  pthread_cond_init (&tradeoff->wake, &monotonic);
  pthread_condattr_destroy (&monotonic);
  st_cancel_reset (&tradeoff->stop);
  tradeoff->bell = bell;
  tradeoff->context = context;
  *result = tradeoff;
  return st_success ();
}

void
st_tradeoff_free (StTradeoff *tradeoff)
{
  if (tradeoff == NULL)
    return;
  st_trainer_free (tradeoff->trainer);
  st_tradeoff_result_unref (tradeoff->published);
  st_dataset_unref (tradeoff->query.dataset);
  st_images_unref (tradeoff->query.measured);
  st_free (tradeoff->indices);
  pthread_cond_destroy (&tradeoff->wake);
  pthread_mutex_destroy (&tradeoff->mutex);
  st_free (tradeoff);
}
