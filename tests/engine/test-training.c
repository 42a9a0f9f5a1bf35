#include "training-world.h"

#include <math.h>
#include <string.h>

/* Several on one clock, paused and held back in between, give what each gives alone. */
static void
test_same_as_alone (void)
{
  static const StKind kinds[] = { ST_KIND_CAE, ST_KIND_DAE, ST_KIND_VAE, ST_KIND_IRVAE };
  Bell bell = { 0 };
  StDataset *dataset = small_dataset ();
  StTrainingTask tasks[4];
  StPool *pool;
  for (guint i = 0; i < 4; i++)
    tasks[i] = small_task (dataset, kinds[i], 6);
  StTraining *training = start_training (tasks, 4, 2, &bell);
  StTrainingReport *first = wait_state (training, &bell, 0, ST_TRAINING_PAUSED);
  g_assert_cmpuint (first->batches, ==, 0);
  st_training_report_unref (first);
  st_training_yield (training, 0.01);
  st_training_pause (training, FALSE);

  g_assert_true (st_ok (st_pool_new (1, &pool)));
  for (guint i = 0; i < 4; i++)
    {
      StTrainingReport *report = wait_state (training, &bell, i, ST_TRAINING_FINISHED);
      StTrainer *alone;
      StModel *model;
      g_assert_true (st_ok (st_trainer_new (&tasks[i].options, dataset, all, SMALL_COUNT, pool,
                                            &alone)));
      while (!st_trainer_finished (alone))
        g_assert_true (st_ok (st_trainer_step (alone)));
      g_assert_true (st_ok (st_trainer_snapshot (alone, &model)));
      assert_same_weights (report->model, model);
      g_assert_cmpfloat (report->epoch, ==, 6);
      g_assert_cmpuint (report->weights, ==, 100 + 6 * 5);

      const StHistory *history = &report->history;
      g_assert_cmpfloat (history->moment[0].epoch, ==, 0);
      g_assert_cmpfloat (history->moment[history->moments - 1].epoch, ==, 6);
      assert_same_weights (history->moment[history->moments - 1].model, model);
      g_assert_cmpuint (history->points, ==, 30);
      /* The mean of an epoch's points is the loss that the trainer reports for it. */
      StTrainProgress progress = st_trainer_progress (alone);
      double mean = 0, isometry = 0;
      for (guint p = 25; p < 30; p++)
        {
          mean += history->point[p].loss / 5;
          isometry += history->point[p].isometry / 5;
        }
      g_assert_cmpfloat_with_epsilon (mean, progress.loss, 1e-9 * fabs (mean));
      g_assert_cmpfloat_with_epsilon (isometry, progress.isometry, 1e-9 * isometry + 1e-12);
      g_assert_cmpint (isometry > 0.0, ==, kinds[i] == ST_KIND_IRVAE);
      st_model_unref (model);
      st_trainer_free (alone);
      st_training_report_unref (report);
    }
  st_training_free (training);
  st_pool_free (pool);
  st_dataset_unref (dataset);
}

static void
wait_first_batch (StTraining *training, Bell *bell)
{
  gboolean begun = FALSE;
  while (!begun)
    {
      StTrainingReport *report = wait_report (training, bell, 0);
      begun = report->batches > 0;
      st_training_report_unref (report);
    }
}

static void
test_stop_keeps_model (void)
{
  Bell bell = { 0 };
  StDataset *dataset = small_dataset ();
  StTrainingTask task = small_task (dataset, ST_KIND_CAE, 100000);
  StTraining *training = start_training (&task, 1, 1, &bell);
  st_training_pause (training, FALSE);
  wait_first_batch (training, &bell);
  st_training_stop (training);
  StTrainingReport *report = wait_state (training, &bell, 0, ST_TRAINING_STOPPED);
  g_assert_cmpfloat (report->epoch, >, 0);
  g_assert_cmpuint (report->history.moments, <=, ST_MOMENTS_MAX);
  assert_same_weights (report->history.moment[report->history.moments - 1].model, report->model);
  st_training_report_unref (report);
  st_training_free (training);

  /* Freeing one that runs, or is paused, ends it. */
  training = start_training (&task, 1, 1, &bell);
  st_training_free (training);
  training = start_training (&task, 1, 1, &bell);
  st_training_pause (training, FALSE);
  wait_first_batch (training, &bell);
  st_training_free (training);
  st_dataset_unref (dataset);
}

/* A rate that blows the weights up ends that model with its last good ones; the other goes on. */
static void
test_divergence (void)
{
  Bell bell = { 0 };
  StDataset *dataset = small_dataset ();
  StTrainingTask tasks[2] = { small_task (dataset, ST_KIND_VAE, 30),
                              small_task (dataset, ST_KIND_CAE, 30) };
  tasks[0].options.learning_rate = 1e18;
  StTraining *training = start_training (tasks, 2, 2, &bell);
  st_training_pause (training, FALSE);
  StTrainingReport *report = wait_state (training, &bell, 0, ST_TRAINING_FAILED);
  g_assert_cmpint (report->status.code, ==, ST_DIVERGED);
  gsize n = st_spec_parameters (st_model_spec (report->model));
  for (gsize i = 0; i < n; i++)
    g_assert_true (isfinite (st_model_parameters (report->model)[i]));
  st_training_report_unref (report);
  report = wait_state (training, &bell, 1, ST_TRAINING_FINISHED);
  st_training_report_unref (report);
  st_training_free (training);
  st_dataset_unref (dataset);
}

/* However long it lasts, moments stay even and within the bound. */
static void
test_history_stays_even (void)
{
  StModel *model = small_model (ST_KIND_CAE, 0);
  StHistory history;
  for (uint32_t most = 2; most <= ST_MOMENTS_MAX; most += 31)
    {
      gsize bytes = most * 2 * st_spec_parameters (st_model_spec (model)) * sizeof (float);
      st_history_init (&history, st_model_spec (model), bytes);
      g_assert_cmpuint (history.moments_most, ==, most);
      for (uint64_t batch = 0; batch <= 5000; batch++)
        {
          StCurvePoint losses = { .epoch = (double) batch, .loss = 1, .kl = 2, .isometry = 3 };
          st_history_keep (&history, batch, (double) batch, batch, model);
          st_history_add_loss (&history, &losses);
          g_assert_cmpuint (history.moments, <=, most);
          for (uint32_t i = 0; i < history.moments; i++)
            g_assert_cmpuint (history.moment[i].weights, ==, i * history.moment_step);
        }
      g_assert_cmpuint (history.points, >=, ST_CURVE_MAX / 2);
      for (uint32_t i = 0; i < history.points; i++)
        {
          g_assert_cmpfloat (history.point[i].loss, ==, 1);
          g_assert_cmpfloat (history.point[i].kl, ==, 2);
          g_assert_cmpfloat (history.point[i].isometry, ==, 3);
        }
      g_assert_cmpfloat (st_history_nearest (&history, 0.4)->epoch, ==, 0);
      st_history_clear (&history);
    }
  g_assert_null (st_history_nearest (&history, 0));
  st_model_unref (model);
}

static void
test_bad_input (void)
{
  StDataset *dataset = small_dataset ();
  StTrainingTask task = small_task (dataset, ST_KIND_CAE, 1);
  g_assert_cmpint (try_training (&task, 0), ==, ST_RANGE);
  task.options.learning_rate = -1;
  g_assert_cmpint (try_training (&task, 1), ==, ST_RANGE);
  task = small_task (dataset, ST_KIND_CAE, 1);
  task.count = 3;   /* less than a batch */
  g_assert_cmpint (try_training (&task, 1), ==, ST_SHAPE);
  st_dataset_unref (dataset);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/same-as-alone", test_same_as_alone);
  g_test_add_func ("/training/stop-keeps-model", test_stop_keeps_model);
  g_test_add_func ("/training/divergence", test_divergence);
  g_test_add_func ("/training/history-stays-even", test_history_stays_even);
  g_test_add_func ("/training/bad-input", test_bad_input);
  return g_test_run ();
}
