/* A sweep: which models it trains, that its numbers are theirs, and that stopping it loses
 * nothing. */
#include "training-world.h"

#include <st-tradeoff-mean.h>

#include <math.h>

enum { EPOCHS = 8, TRAINED = 24, MEASURED = 12 };

typedef struct World {
  StDataset *dataset;
  StImages *images;
  StPool *pool;
  StTradeoffQuery query;
} World;

/* Measured on images that nothing is trained on. */
static void
world_init (World *world, guint threads)
{
  world->dataset = small_dataset ();
  const StTrainingTask task = small_task (world->dataset, ST_KIND_IRVAE, EPOCHS);
  g_assert_true (st_ok (st_images_new (world->dataset, all + TRAINED, NULL, MEASURED,
                                       ST_PERTURB_GAUSSIAN, 1, &world->images)));
  g_assert_true (st_ok (st_pool_new (threads, &world->pool)));
  world->query = (StTradeoffQuery) {
    .options = task.options, .dataset = world->dataset, .indices = all, .count = TRAINED,
    .measured = world->images, .points = 5, .seeds = 1,
    .point = { { ST_ISOMETRY_SCALED, 0 }, { ST_ISOMETRY_STRICT, 0 }, { ST_ISOMETRY_CONFORMAL, 0 },
               { ST_ISOMETRY_SCALED, 10 }, { ST_ISOMETRY_CONFORMAL, 1 } } };
  world->query.options.seed = 5;
}

static void
world_clear (World *world)
{
  st_pool_free (world->pool);
  st_images_unref (world->images);
  st_dataset_unref (world->dataset);
}

/* What a bell is rung with: what was told, and where to stop. */
typedef struct Told {
  StTradeoff *tradeoff;
  StTradeoffResult *last;
  guint bells;
  guint stop_at;        /* this bell; 0: none */
} Told;

static void
hear (void *context)
{
  Told *told = context;
  StTradeoffResult *result = st_tradeoff_take (told->tradeoff);
  g_assert_nonnull (result);
  g_assert_null (st_tradeoff_take (told->tradeoff));
  if (told->last != NULL)
    {
      g_assert_cmpuint (result->generation, >, told->last->generation);
      g_assert_cmpuint (result->ended, >=, told->last->ended);
    }
  st_tradeoff_result_unref (told->last);
  told->last = result;
  if (++told->bells == told->stop_at)
    st_tradeoff_stop (told->tradeoff, true);
}

static void
told_begin (Told *told, const World *world)
{
  g_assert_true (st_ok (st_tradeoff_new (hear, told, &told->tradeoff)));
  g_assert_true (st_ok (st_tradeoff_begin (told->tradeoff, &world->query, world->pool)));
}

static void
told_clear (Told *told)
{
  st_tradeoff_result_unref (told->last);
  st_tradeoff_free (told->tradeoff);
}

static StTradeoffResult *
sweep (const World *world)
{
  Told told = { 0 };
  told_begin (&told, world);
  g_assert_true (st_ok (st_tradeoff_run (told.tradeoff)));
  StTradeoffResult *result = st_tradeoff_result_ref (told.last);
  told_clear (&told);
  g_assert_false (result->running);
  g_assert_cmpuint (result->ended, ==, result->runs);
  return result;
}

static void
assert_same_runs (const StTradeoffResult *a, const StTradeoffResult *b)
{
  g_assert_cmpuint (a->runs, ==, b->runs);
  for (guint i = 0; i < a->runs; i++)
    {
      g_assert_cmpint (a->run[i].state, ==, b->run[i].state);
      g_assert_cmpuint (a->run[i].measured, ==, b->run[i].measured);
      g_assert_cmpmem (&a->run[i].mse, sizeof (double), &b->run[i].mse, sizeof (double));
      g_assert_cmpmem (&a->run[i].measures, sizeof (StIsometryMeasures), &b->run[i].measures,
                       sizeof (StIsometryMeasures));
    }
}

static void
test_bits (void)
{
  World world, other;
  world_init (&world, 1);
  world_init (&other, 3);
  StTradeoffResult *one = sweep (&world), *again = sweep (&world), *three = sweep (&other);
  assert_same_runs (one, again);
  assert_same_runs (one, three);
  st_tradeoff_result_unref (one);
  st_tradeoff_result_unref (again);
  st_tradeoff_result_unref (three);
  world_clear (&world);
  world_clear (&other);
}

/* One model without the term; its points are the same run, whatever their regulariser. */
static void
test_shared (void)
{
  World world;
  world_init (&world, 2);
  world.query.seeds = 2;
  StTradeoffResult *result = sweep (&world);
  g_assert_cmpuint (result->runs, ==, 6);
  for (guint seed = 0; seed < 2; seed++)
    {
      const guint plain = result->of[seed][0];
      g_assert_cmpuint (result->of[seed][1], ==, plain);
      g_assert_cmpuint (result->of[seed][2], ==, plain);
      g_assert_cmpfloat (result->run[plain].point.lambda, ==, 0);
      for (guint i = 3; i < 5; i++)
        {
          const StTradeoffRun *run = &result->run[result->of[seed][i]];
          g_assert_cmpint (run->point.isometry, ==, world.query.point[i].isometry);
          g_assert_cmpfloat (run->point.lambda, ==, world.query.point[i].lambda);
          g_assert_cmpuint (run->seed, ==, 5 + seed);
        }
    }
  g_assert_true (result->run[result->of[0][3]].mse != result->run[result->of[1][3]].mse);
  st_tradeoff_result_unref (result);
  world_clear (&world);
}

/* The same model trained by itself and measured by itself. */
static void
check_run (const World *world, const StTradeoffRun *run)
{
  StTrainOptions options = world->query.options;
  StTrainer *trainer;
  StModel *model;
  StIsometryResult *expected;
  options.isometry = run->point.isometry;
  options.lambda = run->point.lambda;
  options.seed = run->seed;
  g_assert_true (st_ok (st_trainer_new (&options, world->dataset, all, TRAINED, world->pool,
                                        &trainer)));
  while (!st_trainer_finished (trainer))
    g_assert_true (st_ok (st_trainer_step (trainer)));
  g_assert_true (st_ok (st_trainer_snapshot (trainer, &model)));
  g_assert_true (st_ok (st_isometry_measure (model, world->images, 0.0, world->pool, NULL,
                                             &expected)));
  g_assert_cmpint (run->state, ==, ST_TRADEOFF_DONE);
  g_assert_cmpuint (run->measured, ==, EPOCHS);
  g_assert_cmpfloat (run->mse, ==, expected->mse);
  g_assert_cmpmem (&run->measures, sizeof run->measures, &expected->measures,
                   sizeof expected->measures);
  st_isometry_result_unref (expected);
  st_model_unref (model);
  st_trainer_free (trainer);
}

static void
test_measures (void)
{
  World world;
  world_init (&world, 2);
  StTradeoffResult *result = sweep (&world);
  for (guint i = 0; i < result->runs; i++)
    check_run (&world, &result->run[i]);
  g_assert_cmpuint (result->count, ==, TRAINED);
  g_assert_cmpuint (result->measured, ==, MEASURED);
  st_tradeoff_result_unref (result);
  world_clear (&world);
}

/* Stopped at every bell in turn, and gone on with: nothing is lost, and nothing differs. */
static void
test_stops (void)
{
  World world;
  world_init (&world, 2);
  StTradeoffResult *whole = sweep (&world);
  for (guint stop = 1; ; stop++)
    {
      Told told = { .stop_at = stop };
      told_begin (&told, &world);
      const StStatus status = st_tradeoff_run (told.tradeoff);
      if (st_ok (status))
        {
          g_assert_cmpuint (stop, >, 1 + whole->runs * EPOCHS);
          told_clear (&told);
          break;
        }
      g_assert_cmpint (status.code, ==, ST_CANCELLED);
      g_assert_false (told.last->running);
      const guint ended = told.last->ended;
      for (guint i = 0; i < ended; i++)
        g_assert_cmpfloat (told.last->run[i].mse, ==, whole->run[i].mse);
      for (guint i = ended + 1; i < whole->runs; i++)
        {
          g_assert_cmpint (told.last->run[i].state, ==, ST_TRADEOFF_WAITING);
          g_assert_true (isnan (told.last->run[i].mse));
        }

      /* It stays stopped until it may run again. */
      g_assert_cmpint (st_tradeoff_run (told.tradeoff).code, ==, ST_CANCELLED);
      st_tradeoff_stop (told.tradeoff, false);
      g_assert_true (st_ok (st_tradeoff_run (told.tradeoff)));
      assert_same_runs (told.last, whole);
      told_clear (&told);
    }
  st_tradeoff_result_unref (whole);
  world_clear (&world);
}

/* A hand that never rests, and one that stops it nevertheless. */
static gpointer
stop_it (gpointer tradeoff)
{
  st_tradeoff_stop (tradeoff, true);
  return NULL;
}

static void
test_yields (void)
{
  World world;
  Told told = { 0 };
  world_init (&world, 2);
  told_begin (&told, &world);
  st_tradeoff_yield (told.tradeoff, 1e6);
  GThread *thread = g_thread_new ("hand", stop_it, told.tradeoff);
  g_assert_cmpint (st_tradeoff_run (told.tradeoff).code, ==, ST_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpuint (told.last->ended, ==, 0);
  g_assert_cmpuint (told.last->run[0].epoch, ==, 0);
  st_tradeoff_yield (told.tradeoff, 0);
  st_tradeoff_stop (told.tradeoff, false);
  g_assert_true (st_ok (st_tradeoff_run (told.tradeoff)));
  told_clear (&told);
  world_clear (&world);
}

/* What diverges has no numbers, and keeps nobody else from having some. */
static void
test_diverges (void)
{
  World world;
  world_init (&world, 2);
  world.query.points = 3;
  world.query.point[1] = (StTradeoffPoint) { ST_ISOMETRY_STRICT, 1e200 };
  world.query.point[2] = (StTradeoffPoint) { ST_ISOMETRY_STRICT, 1 };
  StTradeoffResult *result = sweep (&world);
  const StTradeoffRun *run = &result->run[1];
  g_assert_cmpint (run->state, ==, ST_TRADEOFF_FAILED);
  g_assert_cmpint (run->status.code, ==, ST_DIVERGED);
  g_assert_true (isnan (run->mse));
  g_assert_true (isnan (run->measures.mean_condition));
  check_run (&world, &result->run[0]);
  check_run (&world, &result->run[2]);
  const StTradeoffMean mean = st_tradeoff_mean (result, 1, ST_DISTORTION_CONDITION);
  g_assert_cmpuint (mean.failed, ==, 1);
  g_assert_cmpuint (mean.seeds, ==, 0);
  g_assert_true (isnan (mean.mse));
  st_tradeoff_result_unref (result);
  world_clear (&world);
}

static StStatus
try_query (const World *world)
{
  Told told = { 0 };
  g_assert_true (st_ok (st_tradeoff_new (hear, &told, &told.tradeoff)));
  const StStatus status = st_tradeoff_begin (told.tradeoff, &world->query, world->pool);
  told_clear (&told);
  return status;
}

static void
test_refused (void)
{
  World world;
  world_init (&world, 1);
  const StTradeoffQuery good = world.query;
  world.query.options.spec.dimension = ST_CONFORMAL_DIMENSION_MAX + 1;
  StStatus status = try_query (&world);
  g_assert_cmpint (status.code, ==, ST_RANGE);
  g_assert_cmpint (status.b, ==, ST_CONFORMAL_DIMENSION_MAX);
  world.query.points = 4;   /* the conformal point whose lambda is 0 is none */
  g_assert_true (st_ok (try_query (&world)));
  world.query = good;
  world.query.points = 0;
  g_assert_cmpint (try_query (&world).code, ==, ST_RANGE);
  world.query = good;
  world.query.seeds = ST_TRADEOFF_SEEDS_MAX + 1;
  g_assert_cmpint (try_query (&world).code, ==, ST_RANGE);
  world.query = good;
  world.query.options.spec.kind = ST_KIND_CAE;
  g_assert_cmpint (try_query (&world).code, ==, ST_RANGE);
  world.query = good;
  world.query.count = 2;
  g_assert_cmpint (try_query (&world).code, ==, ST_SHAPE);
  world.query = good;
  world.query.options.spec.image.width = 12;
  g_assert_cmpint (try_query (&world).code, ==, ST_SHAPE);
  world_clear (&world);
}

/* ---- means ---- */

static StTradeoffResult
made_up (void)
{
  StTradeoffResult result = { .points = 1, .seeds = 3, .runs = 3,
                              .of = { { 0 }, { 1 }, { 2 } } };
  result.options.spec.dimension = 2;
  for (guint i = 0; i < 3; i++)
    {
      result.run[i].state = ST_TRADEOFF_DONE;
      result.run[i].mse = 1 + i;
      result.run[i].measures = (StIsometryMeasures) {
        .mean_condition = 4 - i, .relaxed = 0.75, .strict = 7, .conformal = 0.25,
        .log_volume_variance = 3 };
    }
  return result;
}

static void
test_means (void)
{
  StTradeoffResult result = made_up ();
  StTradeoffMean mean = st_tradeoff_mean (&result, 0, ST_DISTORTION_CONDITION);
  g_assert_cmpuint (mean.seeds, ==, 3);
  g_assert_cmpuint (mean.epochs, ==, 0);
  g_assert_cmpfloat_with_epsilon (mean.mse, 2, 1e-15);
  g_assert_cmpfloat (mean.low_mse, ==, 1);
  g_assert_cmpfloat (mean.high_mse, ==, 3);
  g_assert_cmpfloat_with_epsilon (mean.value, 3, 1e-15);
  g_assert_cmpfloat (mean.low, ==, 2);
  g_assert_cmpfloat (mean.high, ==, 4);
  static const double expected[ST_DISTORTIONS] = { 3, 0.25, 0.25, 3, 7 };
  for (StDistortion i = 0; i < ST_DISTORTIONS; i++)
    g_assert_cmpfloat_with_epsilon (st_tradeoff_mean (&result, 0, i).value, expected[i], 1e-15);

  /* A singular G leaves no mean of cond (G), and nothing else undefined. */
  result.run[1].measures.singular_points = 1;
  g_assert_true (isinf (st_tradeoff_mean (&result, 0, ST_DISTORTION_CONDITION).value));
  g_assert_cmpfloat (st_tradeoff_mean (&result, 0, ST_DISTORTION_DISTANCES).value, ==, 7);

  /* Done, failed, and on the way: of the one that is done. */
  result.run[1].state = ST_TRADEOFF_FAILED;
  result.run[2].state = ST_TRADEOFF_TRAINING;
  result.run[2].measured = 4;
  mean = st_tradeoff_mean (&result, 0, ST_DISTORTION_CONDITION);
  g_assert_cmpuint (mean.seeds, ==, 1);
  g_assert_cmpuint (mean.failed, ==, 1);
  g_assert_cmpfloat (mean.mse, ==, 1);
  result.run[0].state = ST_TRADEOFF_WAITING;
  mean = st_tradeoff_mean (&result, 0, ST_DISTORTION_CONDITION);
  g_assert_cmpuint (mean.seeds, ==, 1);
  g_assert_cmpuint (mean.epochs, ==, 4);
  g_assert_cmpfloat (mean.mse, ==, 3);
}

static void
test_names (void)
{
  StDistortion found;
  for (StDistortion i = 0; i < ST_DISTORTIONS; i++)
    {
      g_assert_true (st_distortion_from_name (st_distortion_name (i), &found));
      g_assert_cmpint (found, ==, i);
    }
  g_assert_false (st_distortion_from_name ("mse", &found));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/tradeoff/bits", test_bits);
  g_test_add_func ("/tradeoff/shared", test_shared);
  g_test_add_func ("/tradeoff/measures", test_measures);
  g_test_add_func ("/tradeoff/stops", test_stops);
  g_test_add_func ("/tradeoff/yields", test_yields);
  g_test_add_func ("/tradeoff/diverges", test_diverges);
  g_test_add_func ("/tradeoff/refused", test_refused);
  g_test_add_func ("/tradeoff/means", test_means);
  g_test_add_func ("/tradeoff/names", test_names);
  return g_test_run ();
}
