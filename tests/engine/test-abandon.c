/* Work is abandoned wherever it looks whether it should be, and it looks often: counted, not timed. */
#include "small-world.h"

#include <math.h>

/* Fewer images than the latent tensor has numbers, 2 x 2 x CHANNELS. */
enum { COUNT = 96, CHANNELS = 32, K = 3 };

typedef struct World {
  StImages *images;
  StModel *model;
  StPool *pool;
  StQuery query;
} World;

/* More images than the small dataset has: enough for matrices that are worked at in steps. */
static void
world_init (World *world)
{
  uint8_t *pixels = st_alloc (2 * COUNT, SMALL_SIDE * SMALL_SIDE);
  uint32_t indices[2 * COUNT];
  StDataset *dataset;
  for (uint32_t i = 0; i < 2 * COUNT * SMALL_SIDE * SMALL_SIDE; i++)
    {
      uint32_t words[4];
      st_random_block ((StRandomKey) { 12, i, 99, 1 }, 0, words);
      pixels[i] = (uint8_t) words[0];
    }
  for (uint32_t i = 0; i < 2 * COUNT; i++)
    indices[i] = i;
  g_assert_true (st_ok (st_dataset_new_bytes (2 * COUNT, (StShape) { SMALL_SIDE, SMALL_SIDE, 1 },
                                              pixels, NULL, &dataset)));
  g_assert_true (st_ok (st_images_new (dataset, indices, indices + COUNT, COUNT,
                                       ST_PERTURB_SALT_PEPPER, 0, &world->images)));
  st_dataset_unref (dataset);
  const StSpec spec = { .kind = ST_KIND_CAE, .encoder = ST_ENCODER_S2,
                        .image = { SMALL_SIDE, SMALL_SIDE, 1 }, .channels = CHANNELS };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  st_model_initialise (&spec, 3, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &world->model)));
  /* One thread: with more the count of looks is not the same each time. */
  g_assert_true (st_ok (st_pool_new (1, &world->pool)));
  world->query = (StQuery) { .model = world->model, .images = world->images, .level = 0.1,
                             .pictures = TRUE };
}

static void
world_clear (World *world)
{
  st_pool_free (world->pool);
  st_model_unref (world->model);
  st_images_unref (world->images);
}

typedef StStatus (*Work) (World *world, StCancel *cancel);

static StStatus
refer (World *world, StCancel *cancel)
{
  StReference *reference = NULL;
  StStatus status = st_reference_new (&world->query, NULL, world->pool, cancel, &reference);
  g_assert_true (st_ok (status) == (reference != NULL));
  st_reference_unref (reference);
  return status;
}

static StStatus
find_clean (World *world, StCancel *cancel)
{
  StHilbert *hilbert = NULL;
  StStatus status = st_hilbert_new (&world->query, ST_KERNEL_FROBENIUS, 1e-8, K, world->pool,
                                    cancel, &hilbert);
  g_assert_true (st_ok (status) == (hilbert != NULL));
  st_hilbert_unref (hilbert);
  return status;
}

static StStatus
find_angles (World *world, StCancel *cancel)
{
  StQuery query = world->query;
  StResult *result = NULL;
  g_assert_true (st_ok (st_hilbert_new (&query, ST_KERNEL_FROBENIUS, 1e-8, K, world->pool, NULL,
                                        &query.hilbert)));
  StStatus status = st_measure_all (&query, world->pool, cancel, &result);
  g_assert_true (st_ok (status) == (result != NULL));
  st_result_unref (result);
  st_hilbert_unref (query.hilbert);
  return status;
}

/* All of it looks so often, at least; and ends at each of these looks. */
static void
check (Work work, unsigned least)
{
  World world;
  StCancel cancel = { 0 };
  world_init (&world);
  atomic_store (&cancel.after, UINT32_MAX);
  g_assert_true (st_ok (work (&world, &cancel)));
  const unsigned all = atomic_load (&cancel.looks);
  g_assert_cmpuint (all, >=, least);
  for (unsigned after = 1; after <= all; after += 1 + all / 200)
    {
      st_cancel_reset (&cancel);
      atomic_store (&cancel.after, after);
      g_assert_cmpint (work (&world, &cancel).code, ==, ST_CANCELLED);
    }
  world_clear (&world);
}

/* A chunk of images is 8; of an eigenproblem each column and each sweep is a step. */
static void
test_reference (void)
{
  check (refer, COUNT / 8 + 2 * COUNT);
}

/* The clean points, the other ones, and ten times nine tenths of the clean ones. */
static void
test_clean (void)
{
  check (find_clean, 2 * COUNT / 8 + 2 * COUNT + 10 * (COUNT * 9 / 10));
}

static void
test_angles (void)
{
  check (find_angles, COUNT / 8 + COUNT + 10 * (COUNT * 9 / 10));
}

int
main (int argc, char **argv)
{
  st_blas_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/abandon/reference", test_reference);
  g_test_add_func ("/abandon/clean-points", test_clean);
  g_test_add_func ("/abandon/angles", test_angles);
  return g_test_run ();
}
