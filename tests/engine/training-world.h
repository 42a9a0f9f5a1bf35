/* A training of the small world, and how tests wait for its reports. */
#pragma once

#include "small-world.h"

#include <st-training.h>

typedef struct Bell { GMutex mutex; GCond cond; } Bell;

static inline void
ring (void *context)
{
  Bell *bell = context;
  g_mutex_lock (&bell->mutex);
  g_cond_signal (&bell->cond);
  g_mutex_unlock (&bell->mutex);
}

/* Holds before the first batch. */
static inline StTraining *
start_training (const StTrainingTask *tasks, guint n, guint threads, Bell *bell)
{
  StTraining *training;
  g_assert_true (st_ok (st_training_new (ring, bell, &training)));
  g_assert_true (st_ok (st_training_start (training, tasks, n, threads, 1 << 20)));
  return training;
}

/* What starting these is answered by. */
static inline StCode
try_training (const StTrainingTask *tasks, guint n)
{
  Bell bell = { 0 };
  StTraining *training;
  g_assert_true (st_ok (st_training_new (ring, &bell, &training)));
  StStatus status = st_training_start (training, tasks, n, 1, 1 << 20);
  st_training_free (training);
  return status.code;
}

static inline StTrainingReport *
wait_report (StTraining *training, Bell *bell, uint32_t task)
{
  StTrainingReport *report;
  g_mutex_lock (&bell->mutex);
  while ((report = st_training_take (training, task)) == NULL)
    g_cond_wait (&bell->cond, &bell->mutex);
  g_mutex_unlock (&bell->mutex);
  return report;
}

/* The next report in this state; earlier ones must be younger and no better. */
static inline StTrainingReport *
wait_state (StTraining *training, Bell *bell, uint32_t task, StTrainingState state)
{
  uint64_t weights = 0;
  for (;;)
    {
      StTrainingReport *report = wait_report (training, bell, task);
      g_assert_cmpuint (report->weights, >=, weights);
      weights = report->weights;
      if (report->state == state)
        return report;
      st_training_report_unref (report);
    }
}

static const uint32_t all[SMALL_COUNT]
  = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
      20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39 };

static inline StTrainingTask
small_task (StDataset *dataset, StKind kind, uint32_t epochs)
{
  StTrainOptions options = st_train_options_default (kind, ST_ENCODER_S2);
  options.spec.image = (StShape) { SMALL_SIDE, SMALL_SIDE, 1 };
  options.spec.channels = SMALL_CHANNELS;
  options.spec.hidden[0] = 12;
  options.spec.hidden[1] = 0;
  options.batch = 8;
  options.epochs = epochs;
  return (StTrainingTask) { .options = options, .dataset = dataset, .indices = all,
                            .count = SMALL_COUNT, .first_weights = 100 };
}

static inline void
assert_same_weights (const StModel *a, const StModel *b)
{
  gsize bytes = st_spec_parameters (st_model_spec (a)) * sizeof (float);
  g_assert_cmpmem (st_model_parameters (a), bytes, st_model_parameters (b), bytes);
}
