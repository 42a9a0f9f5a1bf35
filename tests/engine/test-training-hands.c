/* What hands do to a training: steps, other rates, an end on a plateau, going on. */
#include "training-world.h"

#include <math.h>
#include <st-plateau.h>

enum { BATCHES = SMALL_COUNT / 8 };   /* of an epoch */

typedef struct World {
  Bell bell;
  StDataset *dataset;
  StTraining *training;
} World;

static void
world_open (World *world, const StTrainingTask *tasks, guint n, gboolean paused)
{
  world->training = start_training (tasks, n, 2, &world->bell);
  if (!paused)
    st_training_pause (world->training, FALSE);
}

static void
world_close (World *world)
{
  st_training_free (world->training);
  st_dataset_unref (world->dataset);
}

/* The first paused report of a task that has trained so many batches. */
static StTrainingReport *
wait_batches (World *world, guint task, uint64_t batches)
{
  for (;;)
    {
      StTrainingReport *report = wait_report (world->training, &world->bell, task);
      if (report->batches >= batches && report->state != ST_TRAINING_RUNNING)
        return report;
      st_training_report_unref (report);
    }
}

typedef void (*Interfere) (StTrainer *trainer, uint64_t batch);

/* What a trainer gives by itself after so many batches. */
static StModel *
train_alone (const StTrainingTask *task, uint64_t batches, Interfere interfere)
{
  StPool *pool;
  StTrainer *trainer;
  StModel *model;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  g_assert_true (st_ok (st_trainer_new (&task->options, task->dataset, task->indices, task->count,
                                        pool, &trainer)));
  for (uint64_t i = 0; i < batches; i++)
    {
      if (interfere != NULL)
        interfere (trainer, i);
      g_assert_true (st_ok (st_trainer_step (trainer)));
    }
  g_assert_true (st_ok (st_trainer_snapshot (trainer, &model)));
  st_trainer_free (trainer);
  st_pool_free (pool);
  return model;
}

static void
assert_is (const StTrainingReport *report, const StTrainingTask *task, uint64_t batches)
{
  StModel *model = train_alone (task, batches, NULL);
  g_assert_cmpuint (report->batches, ==, batches);
  assert_same_weights (report->model, model);
  st_model_unref (model);
}

/* Batches and epochs one by one give the bits of one run. */
static void
test_steps (void)
{
  World world = { .dataset = small_dataset () };
  StTrainingTask tasks[2] = { small_task (world.dataset, ST_KIND_CAE, 4),
                              small_task (world.dataset, ST_KIND_VAE, 4) };
  world_open (&world, tasks, 2, TRUE);
  st_training_step (world.training, 1);
  StTrainingReport *report = wait_batches (&world, 0, 1);
  assert_is (report, &tasks[0], 1);
  st_training_report_unref (report);

  for (guint epoch = 1; epoch <= 2; epoch++)   /* to the end of this one; all of the next */
    {
      st_training_step_epoch (world.training);
      for (guint i = 0; i < 2; i++)
        {
          report = wait_batches (&world, i, epoch * BATCHES);
          assert_is (report, &tasks[i], epoch * BATCHES);
          g_assert_cmpint (report->state, ==, ST_TRAINING_PAUSED);
          g_assert_cmpfloat (report->epoch, ==, epoch);
          st_training_report_unref (report);
        }
    }
  /* More than there is ends it. */
  st_training_step (world.training, 1000);
  for (guint i = 0; i < 2; i++)
    {
      report = wait_state (world.training, &world.bell, i, ST_TRAINING_FINISHED);
      assert_is (report, &tasks[i], 4 * BATCHES);
      st_training_report_unref (report);
    }
  world_close (&world);
}

static void
change_at_0 (StTrainer *trainer, uint64_t batch)
{
  if (batch == 0)
    {
      g_assert_true (st_ok (st_trainer_set_learning_rate (trainer, 2e-4)));
      g_assert_true (st_ok (st_trainer_set_beta (trainer, 3)));
    }
}

/* What hands want before there is anything to train holds from the first batch on: one batch, to
 * the end of that epoch and of the next, and two batches more. */
static void
test_early_orders (void)
{
  World world = { .dataset = small_dataset () };
  StTrainingTask task = small_task (world.dataset, ST_KIND_VAE, 4);
  g_assert_true (st_ok (st_training_new (ring, &world.bell, &world.training)));
  st_training_free (world.training);   /* one that never starts */
  g_assert_true (st_ok (st_training_new (ring, &world.bell, &world.training)));
  g_assert_null (st_training_take (world.training, 0));
  g_assert_true (st_ok (st_training_set_learning_rate (world.training, 2e-4)));
  g_assert_true (st_ok (st_training_set_beta (world.training, 3)));
  st_training_step (world.training, 1);
  st_training_step_epoch (world.training);
  st_training_step_epoch (world.training);
  st_training_step (world.training, 2);
  g_assert_true (st_ok (st_training_start (world.training, &task, 1, 2, 1 << 20)));
  StTrainingReport *report = wait_batches (&world, 0, 2 * BATCHES + 2);
  g_assert_cmpuint (report->batches, ==, 2 * BATCHES + 2);
  StModel *model = train_alone (&task, 2 * BATCHES + 2, change_at_0);
  assert_same_weights (report->model, model);
  st_model_unref (model);
  st_training_report_unref (report);
  world_close (&world);
}

/* Pausing forgets the steps that were not done. */
static void
test_pause_steps (void)
{
  World world = { .dataset = small_dataset () };
  StTrainingTask task = small_task (world.dataset, ST_KIND_CAE, 100000);
  const uint64_t many = 400000;
  world_open (&world, &task, 1, TRUE);
  st_training_report_unref (wait_batches (&world, 0, 0));
  st_training_step (world.training, many);
  st_training_report_unref (wait_state (world.training, &world.bell, 0, ST_TRAINING_RUNNING));
  st_training_pause (world.training, TRUE);
  StTrainingReport *report = wait_batches (&world, 0, 1);
  uint64_t batches = report->batches;
  g_assert_cmpuint (batches, <, many);
  st_training_report_unref (report);
  st_training_step (world.training, 1);
  report = wait_batches (&world, 0, batches + 1);
  g_assert_cmpuint (report->batches, ==, batches + 1);
  st_training_report_unref (report);
  world_close (&world);
}

static void
change_at_7 (StTrainer *trainer, uint64_t batch)
{
  if (batch == 7)
    {
      g_assert_true (st_ok (st_trainer_set_learning_rate (trainer, 5e-4)));
      g_assert_true (st_ok (st_trainer_set_beta (trainer, 2)));
    }
}

/* Rates changed while it is paused hold from the next batch on. */
static void
test_rates (void)
{
  World world = { .dataset = small_dataset () };
  StTrainingTask task = small_task (world.dataset, ST_KIND_VAE, 3);
  world_open (&world, &task, 1, TRUE);
  StTraining *training = world.training;
  st_training_step (training, 7);
  st_training_report_unref (wait_batches (&world, 0, 7));
  g_assert_true (st_ok (st_training_set_learning_rate (training, 5e-4)));
  g_assert_true (st_ok (st_training_set_beta (training, 2)));
  g_assert_cmpint (st_training_set_learning_rate (training, -1).code, ==, ST_RANGE);
  g_assert_cmpint (st_training_set_learning_rate (training, NAN).code, ==, ST_RANGE);
  g_assert_cmpint (st_training_set_beta (training, -1).code, ==, ST_RANGE);
  g_assert_cmpint (st_training_set_lambda (training, -1).code, ==, ST_RANGE);
  g_assert_cmpint (st_training_set_isometry (training, ST_ISOMETRIES).code, ==, ST_RANGE);
  st_training_pause (training, FALSE);
  StTrainingReport *report = wait_state (training, &world.bell, 0, ST_TRAINING_FINISHED);
  StModel *model = train_alone (&task, 3 * BATCHES, change_at_7);
  assert_same_weights (report->model, model);
  g_assert_cmpfloat (report->learning_rate, ==, 5e-4);
  g_assert_cmpfloat (report->beta, ==, 2);
  st_model_unref (model);
  st_training_report_unref (report);
  world_close (&world);
}

/* Stopped and gone on with the state, a training is as if it had never stopped. */
static void
test_go_on (void)
{
  World world = { .dataset = small_dataset () };
  StTrainingTask task = small_task (world.dataset, ST_KIND_DAE, 40);
  StTrainState state;
  world_open (&world, &task, 1, TRUE);
  st_training_step (world.training, 8);
  st_training_report_unref (wait_batches (&world, 0, 8));
  st_training_stop (world.training);
  StTrainingReport *stopped = wait_state (world.training, &world.bell, 0, ST_TRAINING_STOPPED);
  g_assert_true (st_ok (st_training_state (world.training, 0, &state)));
  st_training_free (world.training);

  task.model = stopped->model;
  task.state = &state;
  task.history = &stopped->history;
  task.first_weights = 5000;
  world_open (&world, &task, 1, FALSE);
  StTrainingReport *report = wait_state (world.training, &world.bell, 0, ST_TRAINING_FINISHED);
  assert_is (report, &task, 40 * BATCHES);
  g_assert_cmpuint (report->weights, ==, 5000 + 40 * BATCHES - stopped->batches);
  g_assert_cmpfloat (report->history.moment[0].epoch, ==, 0);
  g_assert_cmpuint (report->history.moment[0].weights, ==, 100);   /* from before */
  for (guint i = 0; i + 1 < report->history.moments; i++)
    g_assert_cmpuint (report->history.moment[i].batch, ==, i * report->history.moment_step);
  g_assert_cmpuint (report->history.points, ==, 40 * BATCHES);
  st_training_report_unref (report);
  st_training_report_unref (stopped);
  st_train_state_clear (&state);
  world_close (&world);
}

/* From an earlier moment it goes on with those weights, Adam's moments from zero, and what came
 * after that moment is forgotten. */
static void
test_go_on_from_moment (void)
{
  World world = { .dataset = small_dataset () };
  StTrainingTask task = small_task (world.dataset, ST_KIND_IRVAE, 4);
  world_open (&world, &task, 1, FALSE);
  StTrainingReport *first = wait_state (world.training, &world.bell, 0, ST_TRAINING_FINISHED);
  st_training_free (world.training);

  const StMoment *moment = &first->history.moment[8];
  g_assert_cmpuint (moment->batch, ==, 8);
  task.model = moment->model;
  task.batches = moment->batch;
  task.history = &first->history;
  task.first_weights = 900;
  world_open (&world, &task, 1, TRUE);
  StTrainingReport *report = wait_state (world.training, &world.bell, 0, ST_TRAINING_PAUSED);
  g_assert_cmpuint (report->batches, ==, 8);
  assert_same_weights (report->model, moment->model);
  /* The losses of the epoch that was begun are remembered. */
  StCurvePoint mean;
  g_assert_true (st_history_mean (&first->history, 1, 1.6, &mean));
  g_assert_cmpfloat_with_epsilon (report->progress.loss, mean.loss, 1e-9 * fabs (mean.loss));
  g_assert_cmpfloat_with_epsilon (report->progress.isometry, mean.isometry, 1e-9 * mean.isometry);
  g_assert_cmpuint (report->history.moments, ==, 9);
  g_assert_cmpuint (report->history.points, ==, 8);
  st_training_report_unref (report);
  st_training_pause (world.training, FALSE);
  report = wait_state (world.training, &world.bell, 0, ST_TRAINING_FINISHED);
  g_assert_cmpuint (report->batches, ==, 4 * BATCHES);
  g_assert_cmpuint (report->history.moments, ==, 4 * BATCHES + 1);
  g_assert_cmpuint (report->history.points, ==, 4 * BATCHES);
  assert_same_weights (report->history.moment[8].model, moment->model);
  st_training_report_unref (report);

  /* Weights of another net, and more than the epochs wanted, are refused. */
  StModel *other = small_model (ST_KIND_CAE, 0);
  task.batches = 4 * BATCHES + 1;
  g_assert_cmpint (try_training (&task, 1), ==, ST_RANGE);
  task.model = other;
  g_assert_cmpint (try_training (&task, 1), ==, ST_SHAPE);
  st_model_unref (other);
  st_training_report_unref (first);
  world_close (&world);
}

static void
test_plateau (void)
{
  static const double losses[] = { 100, 99, 98.95, 98.85, 98.85, 98.8 };
  static const gboolean flat[] = { FALSE, FALSE, FALSE, FALSE, FALSE, TRUE };
  StPlateau plateau = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    g_assert_true (st_plateau_add (&plateau, losses[i]) == flat[i]);
  /* Losses below zero fall too. */
  plateau = (StPlateau) { 0 };
  for (guint i = 0; i < 10; i++)
    g_assert_false (st_plateau_add (&plateau, -100 - (double) i));
  g_assert_false (st_plateau_add (&plateau, -109.05));
  g_assert_true (st_plateau_add (&plateau, -109.05));

  g_assert_true (st_loss_rose (540, 700));
  g_assert_false (st_loss_rose (540, 541));
  g_assert_false (st_loss_rose (540, 200));
  g_assert_true (st_loss_rose (-100, -70));
  g_assert_false (st_loss_rose (-100, -180));

  /* With next to no rate nothing is learned: it ends if asked to, and only then. */
  World world = { .dataset = small_dataset () };
  for (guint stop = 0; stop < 2; stop++)
    {
      StTrainingTask task = small_task (world.dataset, ST_KIND_CAE, 8);
      task.options.learning_rate = 1e-12;
      world_open (&world, &task, 1, TRUE);
      st_training_stop_on_plateau (world.training, stop == 1);
      st_training_pause (world.training, FALSE);
      StTrainingReport *report
        = wait_state (world.training, &world.bell, 0,
                      stop == 1 ? ST_TRAINING_PLATEAU : ST_TRAINING_FINISHED);
      g_assert_cmpfloat (report->epoch, >=, stop == 1 ? 3 : 8);
      g_assert_cmpfloat (report->epoch, <, stop == 1 ? 8 : 9);
      st_training_report_unref (report);
      st_training_free (world.training);
    }
  st_dataset_unref (world.dataset);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training-hands/steps", test_steps);
  g_test_add_func ("/training-hands/early-orders", test_early_orders);
  g_test_add_func ("/training-hands/pause-steps", test_pause_steps);
  g_test_add_func ("/training-hands/rates", test_rates);
  g_test_add_func ("/training-hands/go-on", test_go_on);
  g_test_add_func ("/training-hands/go-on-from-moment", test_go_on_from_moment);
  g_test_add_func ("/training-hands/plateau", test_plateau);
  return g_test_run ();
}
