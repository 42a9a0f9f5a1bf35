/* Angles before the exact ones: of a sample, or of all without intervals.  The worker's own steps,
 * so that nothing depends on when they are taken. */
#include "live-world.h"

#include <math.h>
#include <st-sample.h>
#include <st-work.h>

enum { COUNT = 90, CLASSES = 3, OTHERS = COUNT };

/* Noise, of three classes, half of them of the first; as many others. */
static StDataset *
labelled_dataset (gboolean labels)
{
  const gsize n = 2 * COUNT, pixels = SMALL_SIDE * SMALL_SIDE;
  uint8_t *values = st_alloc (n, pixels), *classes = labels ? st_alloc (n, 1) : NULL;
  StDataset *dataset;
  for (gsize i = 0; i < n * pixels; i++)
    {
      uint32_t words[4];
      st_random_block ((StRandomKey) { 13, (uint32_t) i, 99, 1 }, 0, words);
      values[i] = i % 3 == 0 ? 0 : (uint8_t) words[0];
    }
  for (gsize i = 0; i < n && labels; i++)
    classes[i] = i % 2 == 0 ? 0 : i % 3 == 0 ? 1 : 2;
  g_assert_true (st_ok (st_dataset_new_bytes ((uint32_t) n,
                                              (StShape) { SMALL_SIDE, SMALL_SIDE, 1 }, values,
                                              classes, &dataset)));
  return dataset;
}

static StImages *
images_of (StDataset *dataset, StPerturbKind kind)
{
  uint32_t indices[2 * COUNT];
  StImages *images;
  for (uint32_t i = 0; i < 2 * COUNT; i++)
    indices[i] = i;
  g_assert_true (st_ok (st_images_new (dataset, indices, indices + OTHERS, COUNT, kind, 5,
                                       &images)));
  return images;
}

typedef struct World {
  StDataset *dataset;
  StLiveQuery query;
  StPool *pool;
  StCancel cancel;
  StWork work;
} World;

static void
world_init (World *world, StKernel kernel)
{
  *world = (World) { .dataset = labelled_dataset (TRUE) };
  query_init (&world->query, 2);
  st_images_unref (world->query.images);
  world->query.images = images_of (world->dataset, ST_PERTURB_SALT_PEPPER);
  world->query.level = 0.1;
  world->query.subspace = 3;
  world->query.tolerance = 1e-8;
  world->query.kernel = kernel;
  world->query.levels = 0;
  g_assert_true (st_ok (st_pool_new (2, &world->pool)));
  world->work = (StWork) { .pool = world->pool, .cancel = &world->cancel };
}

static void
world_clear (World *world)
{
  st_work_clear (&world->work);
  st_live_query_clear (&world->query);
  st_dataset_unref (world->dataset);
  st_pool_free (world->pool);
}

static void
ask (World *world, double level)
{
  StLiveQuery copy;
  world->query.level = level;
  st_live_query_copy (&world->query, &copy);
  st_work_adopt (&world->work, &copy);
}

/* As the worker does it. */
static gboolean
answer (World *world)
{
  StWork *work = &world->work;
  st_work_begin (work);
  return st_work_advance (work, 3) && st_work_refer (work) && st_work_find_early (work, false)
         && st_work_advance (work, 64) && st_work_find_early (work, true)
         && st_work_advance (work, COUNT) && (work->answered = TRUE);
}

static void
rest (World *world)
{
  while (st_work_idle (&world->work) != ST_WORK_RESTED)
    continue;
}

static StFrame *
show (World *world)
{
  StFrame *frame = st_frame_new (1, &world->work.query);
  g_assert_nonnull (frame);
  st_work_show (&world->work, frame);
  return frame;
}

/* What angles of some of the images are, by themselves. */
static StHilbertResult
alone (World *world, uint32_t column, StImages *images)
{
  const StLiveQuery *asked = &world->query;
  StQuery query = { .model = asked->models[column], .weights = 1, .images = images,
                    .level = asked->level };
  StResult *result;
  g_assert_true (st_ok (st_hilbert_new (&query, asked->kernel, asked->tolerance, asked->subspace,
                                        world->pool, NULL, &query.hilbert)));
  g_assert_true (st_ok (st_measure_all (&query, world->pool, NULL, &result)));
  StHilbertResult angles = result->hilbert;
  st_result_unref (result);
  st_hilbert_unref (query.hilbert);
  return angles;
}

static void
assert_same (const StHilbertResult *a, const StHilbertResult *b)
{
  g_assert_true (a->known && b->known);
  g_assert_cmpuint (a->count, ==, b->count);
  g_assert_cmpuint (a->angles.count, ==, 3);
  g_assert_cmpmem (a->angles.degrees, 3 * sizeof (double), b->angles.degrees, 3 * sizeof (double));
  g_assert_true (a->floor == b->floor);
  g_assert_cmpfloat (a->distance_ratio, ==, b->distance_ratio);
  g_assert_cmpuint (a->numerical, ==, b->numerical);
}

/* ---- the sample ---- */

static void
test_sample (void)
{
  StDataset *dataset = labelled_dataset (TRUE);
  StImages *images = images_of (dataset, ST_PERTURB_SPECKLE), *sample, *again;
  uint32_t of_all[CLASSES] = { 0 }, of_sample[CLASSES] = { 0 };
  g_assert_true (st_ok (st_sample_images (images, 30, &sample)));
  g_assert_true (st_ok (st_sample_images (images, 30, &again)));
  g_assert_true (st_images_same (sample, again));
  g_assert_cmpuint (st_images_count (sample), ==, 30);
  g_assert_cmpint (st_images_kind (sample), ==, ST_PERTURB_SPECKLE);
  g_assert_cmpuint (st_images_seed (sample), ==, 5);
  for (uint32_t i = 0; i < COUNT; i++)
    of_all[st_images_label (images, i)]++;
  for (uint32_t i = 0; i < 30; i++)
    {
      of_sample[st_images_label (sample, i)]++;
      g_assert_cmpuint (st_images_other_index (sample, i), ==,
                        st_images_index (sample, i) + OTHERS);
      if (i > 0)
        g_assert_cmpuint (st_images_index (sample, i), >, st_images_index (sample, i - 1));
    }
  for (uint32_t c = 0; c < CLASSES; c++)
    g_assert_cmpfloat (fabs (of_sample[c] - of_all[c] / 3.0), <, 1);
  st_images_unref (sample);
  st_images_unref (again);

  /* All of them, and more than there are. */
  g_assert_true (st_ok (st_sample_images (images, COUNT, &sample)));
  g_assert_true (st_images_same (sample, images));
  g_assert_cmpint (st_sample_images (images, COUNT + 1, &again).code, ==, ST_RANGE);
  g_assert_cmpint (st_sample_images (images, 0, &again).code, ==, ST_RANGE);
  st_images_unref (sample);
  st_images_unref (images);
  st_dataset_unref (dataset);

  dataset = labelled_dataset (FALSE);
  images = images_of (dataset, ST_PERTURB_SPECKLE);
  g_assert_true (st_ok (st_sample_images (images, 30, &sample)));
  for (uint32_t i = 0; i < 30; i++)
    g_assert_cmpuint (st_images_index (sample, i), ==, 3 * i + 1);
  st_images_unref (sample);
  st_images_unref (images);
  st_dataset_unref (dataset);
}

/* ---- the worker ---- */

/* Angles of the sample are what it has by itself, stand beside the result, and go when those of
 * all images come. */
static void
test_some_then_all (gconstpointer data)
{
  World world;
  world_init (&world, (StKernel) GPOINTER_TO_INT (data));
  ask (&world, 0.1);
  g_assert_true (answer (&world));
  rest (&world);
  ask (&world, 0.2);
  g_assert_true (answer (&world));

  StImages *sample;
  StFrame *frame = show (&world);
  g_assert_true (st_ok (st_sample_images (world.query.images, 64, &sample)));
  g_assert_false (frame->angles_complete);
  for (uint32_t c = 0; c < 2; c++)
    {
      const StHilbertResult expected = alone (&world, c, sample);
      assert_same (&frame->early[c], &expected);
      g_assert_cmpuint (frame->early[c].count, ==, 64);
      g_assert_true (isnan (frame->early[c].intervals.mean.low));
      g_assert_false (frame->now[c]->hilbert.known);
      g_assert_cmpuint (frame->now[c]->done, ==, COUNT);
    }
  st_frame_unref (frame);
  st_images_unref (sample);

  rest (&world);
  frame = show (&world);
  g_assert_true (frame->angles_complete);
  for (uint32_t c = 0; c < 2; c++)
    {
      const StHilbertResult expected = alone (&world, c, world.query.images);
      assert_same (&frame->now[c]->hilbert, &expected);
      g_assert_cmpuint (frame->now[c]->hilbert.count, ==, COUNT);
      g_assert_true (isfinite (frame->now[c]->hilbert.intervals.mean.low));
      g_assert_false (frame->early[c].known);
    }
  st_frame_unref (frame);
  world_clear (&world);
}

/* Of a kernel that is not dear all angles come with the level, but for their intervals, and all
 * else is what measuring gives. */
static void
test_all_at_once (void)
{
  World world;
  world_init (&world, ST_KERNEL_FROBENIUS);
  ask (&world, 0.1);
  g_assert_true (answer (&world));
  rest (&world);
  ask (&world, 0.2);
  g_assert_true (answer (&world));

  StFrame *early = show (&world);
  g_assert_false (early->angles_complete);
  rest (&world);

  /* From a rest straight to all of them; a hand that moves on sees a subset first. */
  ask (&world, 0.3);
  g_assert_true (st_work_leaps (&world.work));
  st_work_count_hurry (&world.work);
  ask (&world, 0.4);
  g_assert_false (st_work_leaps (&world.work));
  ask (&world, 0.2);
  g_assert_true (answer (&world));
  rest (&world);
  StFrame *exact = show (&world);
  for (uint32_t c = 0; c < 2; c++)
    {
      const StResult *now = early->now[c];
      StResult *result;
      StQuery query = { .model = world.query.models[c], .weights = 1, .level = 0.2,
                        .images = world.query.images };
      g_assert_true (st_ok (st_measure_all (&query, world.pool, NULL, &result)));
      g_assert_cmpuint (now->done, ==, COUNT);
      g_assert_cmpmem (now->psnr, COUNT * sizeof (double), result->psnr, COUNT * sizeof (double));
      g_assert_nonnull (now->pictures);
      g_assert_nonnull (now->embedding);
      st_result_unref (result);
      g_assert_false (now->hilbert.known);
      g_assert_cmpfloat (early->early_level[c], ==, 0.2);
      assert_same (&early->early[c], &exact->now[c]->hilbert);
      g_assert_true (isnan (early->early[c].intervals.mean.low));
      g_assert_true (isfinite (exact->now[c]->hilbert.intervals.mean.low));
      g_assert_false (exact->early[c].known);
    }
  st_frame_unref (early);
  st_frame_unref (exact);
  world_clear (&world);
}

/* A query that was abandoned leaves nothing behind, and a sample is never taken for all. */
static void
test_abandoned (void)
{
  World world;
  world_init (&world, ST_KERNEL_PROJECTION);
  ask (&world, 0.1);
  g_assert_true (answer (&world));
  rest (&world);

  ask (&world, 0.2);
  st_work_begin (&world.work);
  g_assert_true (st_work_advance (&world.work, 3));
  st_cancel_ask (&world.cancel);
  g_assert_false (st_work_find_early (&world.work, false));
  st_cancel_reset (&world.cancel);
  for (uint32_t c = 0; c < 2; c++)
    g_assert_false (world.work.columns[c].early.known);

  /* Abandoned behind them: they are said to be of their level, and are not of another kernel. */
  ask (&world, 0.3);
  st_work_begin (&world.work);
  g_assert_true (st_work_advance (&world.work, 3));
  g_assert_true (st_work_find_early (&world.work, false));
  StFrame *frame = show (&world);
  g_assert_true (frame->early[0].known && frame->early[1].known);
  g_assert_false (frame->now[0]->hilbert.known || frame->angles_complete);
  st_frame_unref (frame);
  ask (&world, 0.4);
  st_work_begin (&world.work);
  g_assert_true (st_work_advance (&world.work, 3));
  frame = show (&world);
  g_assert_cmpfloat (frame->early_level[0], ==, 0.3);
  g_assert_cmpfloat (frame->early_level[1], ==, 0.3);
  g_assert_false (frame->now[0]->hilbert.known || frame->angles_complete);
  st_frame_unref (frame);
  g_assert_true (st_work_find_early (&world.work, false));
  world.query.kernel = ST_KERNEL_BONNABEL_SEPULCHRE;
  ask (&world, 0.4);
  frame = show (&world);
  g_assert_false (frame->early[0].known || frame->early[1].known);
  st_frame_unref (frame);
  world_clear (&world);
}

/* A hand that never rests has angles of the sample now and then, of any kernel. */
static void
test_patience (gconstpointer data)
{
  World world;
  world_init (&world, (StKernel) GPOINTER_TO_INT (data));
  ask (&world, 0.1);
  g_assert_true (answer (&world));
  st_work_count_hurry (&world.work);
  rest (&world);
  guint angled = 0;
  for (guint i = 0; i < 10; i++)
    {
      ask (&world, 0.2 + i / 100.0);
      st_work_begin (&world.work);
      g_assert_true (st_work_advance (&world.work, 3));
      st_cancel_ask (&world.cancel);
      const gboolean patient = st_work_is_patient (&world.work);
      g_assert_true (patient == (i == 4 || i == 9));
      st_work_find_early (&world.work, false);
      g_assert_false (st_work_advance (&world.work, 64));
      st_cancel_reset (&world.cancel);
      StFrame *frame = show (&world);
      if (frame->early[1].known && frame->early_level[1] == world.query.level)
        {
          g_assert_true (patient);
          g_assert_cmpuint (frame->early[1].count, ==, 64);
          angled++;
        }
      st_frame_unref (frame);
      st_work_count_hurry (&world.work);
    }
  g_assert_cmpuint (angled, ==, 2);
  world_clear (&world);
}

/* A column whose sample could not be made has no early angles, however patient a query is: the
 * hurry ends with those of the others. */
static void
test_no_sample (void)
{
  World world;
  world_init (&world, ST_KERNEL_PROJECTION);
  ask (&world, 0.1);
  g_assert_true (answer (&world));
  rest (&world);
  StWorkColumn *columns = world.work.columns;
  st_hilbert_unref (columns[0].sample);
  columns[0].sample = NULL;
  columns[0].no_sample = true;
  columns[0].no_sample_weights = world.query.weights[0];

  ask (&world, 0.2);
  st_work_begin (&world.work);
  g_assert_true (st_work_advance (&world.work, 3));
  st_work_count_hurry (&world.work);
  g_assert_cmpuint (world.work.hurried, ==, 1);   /* the other one has none yet */
  g_assert_true (st_work_find_early (&world.work, false));
  g_assert_false (columns[0].early.known && columns[0].early_level == world.query.level);
  g_assert_true (columns[1].early.known && columns[1].early_level == world.query.level);
  st_work_count_hurry (&world.work);
  g_assert_cmpuint (world.work.hurried, ==, 0);

  /* Another kernel, or other weights, may have one. */
  ask (&world, 0.3);
  g_assert_true (columns[0].no_sample);
  world.query.kernel = ST_KERNEL_BONNABEL_SEPULCHRE;
  ask (&world, 0.3);
  g_assert_false (columns[0].no_sample);
  columns[0].no_sample = true;
  world.query.weights[0]++;
  ask (&world, 0.3);
  g_assert_false (columns[0].no_sample);
  world_clear (&world);
}

/* The clean points of the sample, and those of all images, are made once: for other levels and
 * another perturbation of the same images they are the same. */
static void
test_kept (void)
{
  World world;
  world_init (&world, ST_KERNEL_LOG_EUCLIDEAN);
  ask (&world, 0.1);
  g_assert_true (answer (&world));
  rest (&world);
  const StWorkColumn *columns = world.work.columns;
  StHilbert *all = st_hilbert_ref (columns[1].hilbert);
  StHilbert *some = st_hilbert_ref (columns[1].sample);
  for (uint32_t i = 0; i < 6; i++)
    {
      if (i == 3)
        {
          st_images_unref (world.query.images);
          world.query.images = images_of (world.dataset, ST_PERTURB_BLUR);
        }
      ask (&world, 0.2 + i / 10.0);
      g_assert_true (answer (&world));
      g_assert_true (columns[1].early.known);
      rest (&world);
      g_assert_true (columns[1].hilbert == all && columns[1].sample == some);
    }
  st_hilbert_unref (all);
  st_hilbert_unref (some);
  world_clear (&world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/early/sample", test_sample);
  g_test_add_data_func ("/early/some-then-all/projection",
                        GINT_TO_POINTER (ST_KERNEL_PROJECTION), test_some_then_all);
  g_test_add_data_func ("/early/some-then-all/gaussian",
                        GINT_TO_POINTER (ST_KERNEL_GAUSSIAN_FROBENIUS), test_some_then_all);
  g_test_add_func ("/early/all-at-once", test_all_at_once);
  g_test_add_func ("/early/abandoned", test_abandoned);
  g_test_add_data_func ("/early/patience/projection", GINT_TO_POINTER (ST_KERNEL_PROJECTION),
                        test_patience);
  g_test_add_data_func ("/early/patience/frobenius", GINT_TO_POINTER (ST_KERNEL_FROBENIUS),
                        test_patience);
  g_test_add_func ("/early/no-sample", test_no_sample);
  g_test_add_func ("/early/kept", test_kept);
  return g_test_run ();
}
