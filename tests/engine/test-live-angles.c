/* Angles and scatter coordinates in the live worker's frames. */
#include "live-world.h"

#include <math.h>

static void
assert_same_angles (const StHilbertResult *a, const StHilbertResult *b)
{
  g_assert_true (a->known && b->known);
  g_assert_cmpuint (a->angles.count, ==, b->angles.count);
  g_assert_cmpmem (a->angles.degrees, a->angles.count * sizeof (double), b->angles.degrees,
                   b->angles.count * sizeof (double));
  g_assert_true (a->floor == b->floor || (isnan (a->floor) && isnan (b->floor)));
  g_assert_cmpfloat (a->distance_ratio, ==, b->distance_ratio);
  g_assert_cmpuint (a->numerical, ==, b->numerical);
}

static void
start (StLiveQuery *query, uint32_t columns, Bell *bell, StLive **live)
{
  query_init (query, columns);
  query->subspace = 3;
  query->tolerance = 1e-8;
  g_assert_true (st_ok (st_live_new (2, ring, bell, live)));
}

static void
stop (StLiveQuery *query, StLive *live)
{
  st_live_free (live);
  st_live_query_clear (query);
}

/* What is shown live is what measuring gives, at the level and on the grid. */
static void
test_same_numbers (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  StPool *pool;
  start (&query, 2, &bell, &live);
  query.level = 0.3;
  query.kernel = ST_KERNEL_LOG_EUCLIDEAN;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  StFrame *frame = wait_angles (live, &bell, st_live_post (live, &query));

  StReference *first = NULL;
  for (uint32_t c = 0; c < 2; c++)
    {
      StQuery alone = { .model = query.models[c], .images = query.images, .level = 0.3,
                        .weights = 1 };
      StReference *reference;
      StHilbert *hilbert;
      g_assert_true (st_ok (st_reference_new (&alone, first, pool, NULL, &reference)));
      g_assert_true (st_ok (st_hilbert_new (&alone, query.kernel, query.tolerance, query.subspace,
                                            pool, NULL, &hilbert)));
      gsize bytes = 20 * 2 * sizeof (double);
      g_assert_cmpmem (frame->references[c]->clean, bytes, reference->clean, bytes);
      alone.reference = reference;
      alone.hilbert = hilbert;
      for (uint32_t l = 0; l <= query.levels; l++)
        {
          StResult *seen = l < query.levels ? frame->sweep[c][l] : frame->now[c], *result;
          alone.level = l < query.levels ? query.grid[l] : query.level;
          g_assert_true (st_ok (st_measure_all (&alone, pool, NULL, &result)));
          assert_same_angles (&seen->hilbert, &result->hilbert);
          if (l == query.levels)
            g_assert_cmpmem (seen->embedding, bytes, result->embedding, bytes);
          st_result_unref (result);
        }
      st_hilbert_unref (hilbert);
      st_reference_unref (first);
      first = reference;
    }
  st_reference_unref (first);
  st_frame_unref (frame);
  st_pool_free (pool);
  stop (&query, live);
}

/* Complete frames have coordinates, whole frames before the sweep have angles, and each frame's
 * coordinates are on the axes that it carries. */
static void
test_order (void)
{
  Bell bell = { .sleep_us = 500 };
  StLiveQuery query;
  StLive *live;
  start (&query, 2, &bell, &live);
  uint64_t generation = st_live_post (live, &query);
  gboolean done = FALSE, angles = FALSE;
  for (uint32_t swept = 0; !done;)
    {
      StFrame *frame = wait_frame (live, &bell);
      g_assert_cmpuint (frame->generation, ==, generation);
      for (uint32_t c = 0; c < 2; c++)
        {
          g_assert_true (frame->now[c]->embedding == NULL || frame->references[c] != NULL);
          if (frame->complete)
            g_assert_nonnull (frame->now[c]->embedding);
          if (frame->sweep_done > 0)
            g_assert_true (frame->now[c]->hilbert.known);
        }
      g_assert_true (frame->sweep_done == 0 || frame->angles_complete);
      g_assert_true (frame->angles_done == 0 || frame->sweep_complete);
      g_assert_cmpuint (frame->sweep_done, >=, swept);
      g_assert_true (frame->angles_complete || !angles);
      swept = frame->sweep_done;
      angles = frame->angles_complete;
      done = frame->angles_done == query.levels;
      st_frame_unref (frame);
    }
  stop (&query, live);
}

/* A kernel, or a tolerance that it depends on, leaves the sweep's eigenvalues where they are. */
static void
test_kernel (void)
{
  Bell bell = { .sleep_us = 200 };
  StLiveQuery query;
  StLive *live;
  start (&query, 1, &bell, &live);
  StFrame *before = wait_angles (live, &bell, st_live_post (live, &query));

  query.kernel = ST_KERNEL_FROBENIUS;
  uint64_t generation = st_live_post (live, &query);
  StFrame *frame = wait_answer (live, &bell, generation);
  g_assert_true (frame->complete);
  g_assert_true (frame->sweep_complete);
  g_assert_cmpuint (frame->angles_done, <, query.levels);
  g_assert_true (frame->sweep[0][4] == before->sweep[0][4]);
  g_assert_false (st_hilbert_result_fits (&frame->sweep[0][4]->hilbert, query.kernel,
                                          query.tolerance, query.subspace));
  st_frame_unref (frame);
  frame = wait_angles (live, &bell, generation);
  g_assert_cmpint (frame->now[0]->hilbert.kernel, ==, ST_KERNEL_FROBENIUS);
  for (uint32_t l = 0; l < query.levels; l++)
    g_assert_cmpint (frame->sweep[0][l]->hilbert.kernel, ==, ST_KERNEL_FROBENIUS);
  st_frame_unref (before);
  before = frame;

  /* This kernel does not know ranks: nothing is to be done. */
  query.tolerance = 1e-4;
  frame = wait_answer (live, &bell, st_live_post (live, &query));
  g_assert_true (frame->angles_complete);
  g_assert_cmpuint (frame->angles_done, ==, query.levels);
  g_assert_true (frame->now[0] == before->now[0]);
  st_frame_unref (before);
  st_frame_unref (frame);

  query.kernel = ST_KERNEL_PROJECTION;
  before = wait_angles (live, &bell, st_live_post (live, &query));
  g_assert_cmpfloat (before->now[0]->hilbert.tolerance, ==, 1e-4);
  st_frame_unref (before);
  stop (&query, live);
}

/* Angles of the weights before stay, to be seen as stale, until there are new ones. */
static void
test_new_weights (void)
{
  Bell bell = { .sleep_us = 200 };
  StLiveQuery query;
  StLive *live;
  start (&query, 2, &bell, &live);
  query.level = 0.25;
  StFrame *before = wait_angles (live, &bell, st_live_post (live, &query));

  st_model_unref (query.models[1]);
  query.models[1] = small_model (ST_KIND_VAE, 77);
  query.weights[1] = 2;
  uint64_t generation = st_live_post (live, &query);
  StFrame *frame = wait_answer (live, &bell, generation);
  g_assert_true (frame->complete);   /* new weights alone are shown whole */
  g_assert_cmpuint (frame->now[1]->weights, ==, 2);
  g_assert_cmpuint (frame->references[1]->weights, ==, 2);
  for (gboolean done = FALSE; !done;)
    {
      for (uint32_t l = 0; l < query.levels; l++)
        g_assert_true (frame->sweep[1][l]->hilbert.known);
      g_assert_true (frame->now[1]->hilbert.known);
      if (frame->now[1]->hilbert.weights == 1)
        {
          g_assert_false (frame->angles_complete);
          assert_same_angles (&frame->now[1]->hilbert, &before->now[1]->hilbert);
        }
      assert_same_angles (&frame->now[0]->hilbert, &before->now[0]->hilbert);
      done = frame->angles_done == query.levels;
      if (!done)
        {
          st_frame_unref (frame);
          frame = wait_frame (live, &bell);
        }
    }
  g_assert_true (frame->angles_complete);
  g_assert_cmpuint (frame->now[1]->hilbert.weights, ==, 2);
  g_assert_cmpfloat (frame->now[1]->hilbert.angles.mean, !=, before->now[1]->hilbert.angles.mean);
  st_frame_unref (frame);
  st_frame_unref (before);

  /* At another level there is nothing to be shown before there is. */
  query.level = 0.3;
  frame = wait_answer (live, &bell, st_live_post (live, &query));
  g_assert_false (frame->now[1]->hilbert.known);
  st_frame_unref (frame);
  stop (&query, live);
}

/* While weights keep coming every level of every column is renewed now and then, and angles of
 * the present one are too. */
static void
test_all_get_their_turn (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  start (&query, 2, &bell, &live);
  st_frame_unref (wait_angles (live, &bell, st_live_post (live, &query)));

  gboolean everything = FALSE;
  for (guint i = 0; i < 5000 && !everything; i++)
    {
      query.weights[0] = query.weights[1] = i + 2;
      uint64_t generation = st_live_post (live, &query);
      StFrame *frame = wait_answer (live, &bell, generation);
      everything = TRUE;
      for (uint32_t c = 0; c < 2; c++)
        {
          everything = everything && frame->now[c]->hilbert.weights > 1;
          for (uint32_t l = 0; l < query.levels; l++)
            everything = everything && frame->sweep[c][l]->weights > 1;
        }
      st_frame_unref (frame);
      g_usleep (500);
    }
  g_assert_true (everything);
  stop (&query, live);
}

/* Another perturbation of the same images keeps the axes; nobody needs to be told. */
static void
test_other_perturbation (void)
{
  StLiveQuery query;
  StLive *live;
  query_init (&query, 1);
  g_assert_true (st_ok (st_live_new (1, NULL, NULL, &live)));
  StFrame *before = NULL, *frame = NULL;
  st_live_post (live, &query);
  while (before == NULL || !before->sweep_complete)
    {
      st_frame_unref (before);
      before = st_live_take (live);
      g_usleep (100);
    }

  StDataset *dataset = st_images_dataset (query.images);
  uint32_t indices[SMALL_COUNT];
  for (uint32_t i = 0; i < SMALL_COUNT; i++)
    indices[i] = i;
  StImages *images;
  g_assert_true (st_ok (st_images_new (dataset, indices, indices + 20, 20, ST_PERTURB_BLUR, 1,
                                       &images)));
  st_images_unref (query.images);
  query.images = images;
  uint64_t generation = st_live_post (live, &query);
  while (frame == NULL || frame->generation != generation || !frame->complete)
    {
      st_frame_unref (frame);
      frame = st_live_take (live);
      g_usleep (100);
    }
  g_assert_true (frame->references[0] == before->references[0]);
  g_assert_true (frame->angles_complete);   /* none were asked for */
  st_frame_unref (frame);
  st_frame_unref (before);
  stop (&query, live);
}

static StImages *
many_images (uint32_t count)
{
  gsize n = count * SMALL_SIDE * SMALL_SIDE;
  uint8_t *pixels = st_alloc (n, 1);
  for (gsize i = 0; i < n; i += 4)
    {
      uint32_t words[4];
      st_random_block ((StRandomKey) { 12, (uint32_t) i, 99, 1 }, 0, words);
      for (gsize j = 0; j < 4; j++)
        pixels[i + j] = (uint8_t) words[j];
    }
  g_autofree uint32_t *indices = g_new (uint32_t, count);
  for (uint32_t i = 0; i < count; i++)
    indices[i] = i;
  StDataset *dataset;
  StImages *images;
  g_assert_true (st_ok (st_dataset_new_bytes (
    count, (StShape) { SMALL_SIDE, SMALL_SIDE, 1 }, pixels, NULL, &dataset)));
  g_assert_true (st_ok (st_images_new (dataset, indices, NULL, count, ST_PERTURB_GAUSSIAN, 0,
                                       &images)));
  st_dataset_unref (dataset);
  return images;
}

/* Of more images than angles are made of only the first are looked at again, and the others are
 * there still. */
static void
test_many_images (void)
{
  enum { MANY = ST_ANGLES_MAX + 20 };
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  start (&query, 1, &bell, &live);
  st_images_unref (query.images);
  query.images = many_images (MANY);
  query.level = 0.1;
  query.levels = 0;
  StFrame *frame = wait_angles (live, &bell, st_live_post (live, &query));
  const StResult *now = frame->now[0];

  StPool *pool;
  StResult *result;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  StQuery alone = { .model = query.models[0], .weights = 1, .images = query.images, .level = 0.1,
                    .pictures = true, .reference = frame->references[0] };
  g_assert_true (st_ok (st_hilbert_new (&alone, query.kernel, query.tolerance, query.subspace,
                                        pool, NULL, &alone.hilbert)));
  g_assert_true (st_ok (st_measure_all (&alone, pool, NULL, &result)));
  g_assert_cmpuint (now->done, ==, MANY);
  g_assert_cmpuint (now->hilbert.count, ==, ST_ANGLES_MAX);
  assert_same_angles (&now->hilbert, &result->hilbert);
  g_assert_cmpmem (now->psnr, MANY * sizeof (double), result->psnr, MANY * sizeof (double));
  g_assert_cmpmem (now->embedding, MANY * 2 * sizeof (double), result->embedding,
                   MANY * 2 * sizeof (double));
  g_assert_cmpmem (now->pictures, MANY * SMALL_SIDE * SMALL_SIDE, result->pictures,
                   MANY * SMALL_SIDE * SMALL_SIDE);
  st_result_unref (result);
  st_hilbert_unref (alone.hilbert);
  st_pool_free (pool);
  st_frame_unref (frame);
  stop (&query, live);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/live-angles/same-numbers", test_same_numbers);
  g_test_add_func ("/live-angles/order", test_order);
  g_test_add_func ("/live-angles/kernel", test_kernel);
  g_test_add_func ("/live-angles/new-weights", test_new_weights);
  g_test_add_func ("/live-angles/all-get-their-turn", test_all_get_their_turn);
  g_test_add_func ("/live-angles/other-perturbation", test_other_perturbation);
  g_test_add_func ("/live-angles/many-images", test_many_images);
  return g_test_run ();
}
