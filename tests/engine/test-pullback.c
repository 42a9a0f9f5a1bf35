/* The pullback metric over a scatter: where images lie, G in its plane, and the grid, against
 * eigenvalues in closed form and differences of the decoder along the scatter's own axes. */
#include "small-world.h"

#include <st-jacobian.h>
#include <st-pullback.h>

#include <math.h>
#include <string.h>

enum { COUNT = 23, PIXELS = SMALL_SIDE * SMALL_SIDE };

typedef struct World {
  StModel *model;
  StImages *images;
  StPool *pool;
  StReference *reference;
} World;

static void
world_init (World *world, StKind kind, uint32_t d, uint32_t threads)
{
  StSpec spec = { .kind = kind, .encoder = ST_ENCODER_S2, .image = { SMALL_SIDE, SMALL_SIDE, 1 },
                  .channels = SMALL_CHANNELS, .dimension = d, .hidden = { 12 } };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  st_model_initialise (&spec, 3, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &world->model)));
  g_assert_true (st_ok (st_pool_new (threads, &world->pool)));
  world->images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StQuery query = { .model = world->model, .weights = 4, .images = world->images };
  g_assert_true (st_ok (st_reference_new (&query, NULL, world->pool, NULL, &world->reference)));
}

static void
world_clear (World *world)
{
  st_model_unref (world->model);
  st_images_unref (world->images);
  st_reference_unref (world->reference);
  st_pool_free (world->pool);
}

static StPullback *
make (const World *world, double level)
{
  const StPullbackQuery query = { .column = 2, .model = world->model, .weights = 4,
                                  .images = world->images, .level = level,
                                  .reference = world->reference };
  StPullback *pullback;
  g_assert_true (st_ok (st_pullback_make (&query, world->pool, NULL, &pullback)));
  return pullback;
}

/* z of a place in the scatter. */
static void
from_scatter (const StReference *reference, uint32_t d, const double *place, double *z)
{
  for (uint32_t i = 0; i < d; i++)
    if (reference->pca == NULL)
      z[i] = reference->origin[i] + reference->unit * place[i];
    else
      z[i] = reference->pca->mean[i]
             + reference->unit * (place[0] * reference->pca->axes[i]
                                  + place[1] * reference->pca->axes[d + i]);
}

static void
decode (StModel *model, const double *z, double *image)
{
  StJacobian *jacobian;
  g_assert_true (st_ok (st_jacobian_new (model, &jacobian)));
  st_jacobian_push (jacobian, 1, z, 0, NULL, image, NULL);
  st_jacobian_free (jacobian);
}

/* What the image changes by, for a unit of the scatter along an axis; the place need not lie in
 * the plane, so that what is taken is a step away from it. */
static void
difference (const World *world, uint32_t d, const double *z, uint32_t axis, double *product)
{
  const double step = 1e-6, zero[2] = { 0 }, unit[2] = { axis == 0, axis == 1 };
  g_autofree double *from = g_new (double, d), *to = g_new (double, d);
  double low[PIXELS], high[PIXELS];
  from_scatter (world->reference, d, zero, from);
  from_scatter (world->reference, d, unit, to);
  for (uint32_t i = 0; i < d; i++)
    {
      double along = to[i] - from[i];
      from[i] = z[i] - step * along;
      to[i] = z[i] + step * along;
    }
  decode (world->model, from, low);
  decode (world->model, to, high);
  for (int i = 0; i < PIXELS; i++)
    product[i] = (high[i] - low[i]) / (2 * step);
}

static double
product_of (const double *a, const double *b)
{
  double sum = 0;
  for (int i = 0; i < PIXELS; i++)
    sum += a[i] * b[i];
  return sum;
}

static void
test_plane (gconstpointer data)
{
  const uint32_t d = GPOINTER_TO_UINT (data);
  World world;
  double first[PIXELS], second[PIXELS];
  world_init (&world, ST_KIND_IRAE, d, 2);
  StPullback *pullback = make (&world, 0);

  g_assert_cmpuint (pullback->count, ==, COUNT);
  for (uint32_t i = 0; i < COUNT; i++)
    {
      const double *planar = pullback->planar + 3 * i;
      const double *z = pullback->isometry->codes + i * d;
      /* Where the scatter has them, which projects floats. */
      g_assert_cmpfloat_with_epsilon (pullback->places[2 * i], world.reference->clean[2 * i],
                                      1e-5);
      g_assert_cmpfloat_with_epsilon (pullback->places[2 * i + 1],
                                      world.reference->clean[2 * i + 1], 1e-5);
      difference (&world, d, z, 0, first);
      difference (&world, d, z, 1, second);
      const double size = product_of (first, first) + product_of (second, second);
      g_assert_cmpfloat_with_epsilon (planar[0], product_of (first, first), 1e-5 * size);
      g_assert_cmpfloat_with_epsilon (planar[1], product_of (first, second), 1e-5 * size);
      g_assert_cmpfloat_with_epsilon (planar[2], product_of (second, second), 1e-5 * size);
    }
  st_pullback_unref (pullback);
  world_clear (&world);
}

/* Of 2 x 2. */
static void
check_two (const double *metric, const double *values, double condition, double volume)
{
  const double middle = (metric[0] + metric[3]) / 2;
  const double apart = hypot ((metric[0] - metric[3]) / 2, metric[1]);
  const double low = middle - apart, high = middle + apart;
  if (values != NULL)
    {
      g_assert_cmpfloat_with_epsilon (values[0], high, 1e-12 * high);
      g_assert_cmpfloat_with_epsilon (values[1], low, 1e-12 * high);
      return;
    }
  g_assert_cmpfloat_with_epsilon (condition, high / low, 1e-9 * high / low * high / low);
  g_assert_cmpfloat_with_epsilon (volume, sqrt (metric[0] * metric[3] - metric[1] * metric[1]),
                                  1e-7 * high);
}

static void
test_grid (void)
{
  World world;
  StJacobian *jacobian;
  double metric[4], z[2];
  world_init (&world, ST_KIND_IRAE, 2, 2);
  StPullback *pullback = make (&world, 0.2);
  g_assert_true (st_ok (st_jacobian_new (world.model, &jacobian)));

  g_assert_cmpuint (pullback->side, ==, ST_PULLBACK_SIDE_MAX);
  for (uint32_t cell = 0; cell < pullback->side * pullback->side; cell++)
    {
      const uint32_t at[2] = { cell % pullback->side, cell / pullback->side };
      double place[2];
      for (int k = 0; k < 2; k++)
        place[k] = pullback->low[k] + (at[k] + 0.5) / pullback->side
                                      * (pullback->high[k] - pullback->low[k]);
      from_scatter (world.reference, 2, place, z);
      st_jacobian_metrics (jacobian, 1, z, NULL, metric);
      check_two (metric, NULL, pullback->condition[cell], pullback->volume[cell]);
    }
  for (uint32_t i = 0; i < COUNT; i++)
    {
      check_two (pullback->isometry->metrics + 4 * i, pullback->values + 2 * i, 0, 0);
      for (int k = 0; k < 2; k++)
        {
          const double clean = world.reference->clean[2 * i + (uint32_t) k];
          g_assert_cmpfloat (pullback->low[k], <, clean);
          g_assert_cmpfloat (pullback->high[k], >, clean);
        }
    }
  st_jacobian_free (jacobian);
  st_pullback_unref (pullback);
  world_clear (&world);
}

static void
test_threads (void)
{
  World one, two;
  world_init (&one, ST_KIND_IRVAE, 3, 1);
  world_init (&two, ST_KIND_IRVAE, 3, 2);
  StPullback *a = make (&one, 0.1), *b = make (&two, 0.1);
  const gsize size = a->side * a->side * sizeof (double);
  g_assert_cmpuint (a->side, <, ST_PULLBACK_SIDE_MAX);
  g_assert_cmpmem (a->condition, size, b->condition, size);
  g_assert_cmpmem (a->volume, size, b->volume, size);
  g_assert_cmpmem (a->planar, COUNT * 3 * sizeof (double), b->planar, COUNT * 3 * sizeof (double));
  st_pullback_unref (st_pullback_ref (a));
  st_pullback_unref (a);
  st_pullback_unref (b);
  world_clear (&one);
  world_clear (&two);
}

/* Kinds whose scatter is of a map have measures and no plane, as has a vector of one number. */
static void
test_no_plane (void)
{
  static const struct { StKind kind; uint32_t d; } cases[] = { { ST_KIND_AE_DENSE, 4 },
                                                               { ST_KIND_AE_MLP, 1 } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      World world;
      world_init (&world, cases[i].kind, cases[i].d, 2);
      StPullback *pullback = make (&world, 0);
      g_assert_null (pullback->places);
      g_assert_null (pullback->condition);
      g_assert_cmpuint (pullback->side, ==, 0);
      g_assert_cmpfloat (pullback->values[0], >=, pullback->values[cases[i].d - 1]);
      st_pullback_unref (pullback);
      world_clear (&world);
    }
}

static void
test_decode (void)
{
  for (uint32_t d = 2; d <= 5; d += 3)
    {
      const double place[2] = { 0.7, -1.3 };
      double z[5], expected[PIXELS];
      float image[PIXELS];
      World world;
      world_init (&world, ST_KIND_IRAE, d, 1);
      g_assert_true (st_ok (st_pullback_decode (world.model, world.reference, place, image)));
      from_scatter (world.reference, d, place, z);
      decode (world.model, z, expected);
      for (int i = 0; i < PIXELS; i++)
        g_assert_cmpfloat_with_epsilon ((double) image[i], expected[i], 1e-6);
      world_clear (&world);
    }
}

static void
test_refused (void)
{
  World world;
  StPullback *pullback = NULL;
  StCancel cancel;
  world_init (&world, ST_KIND_IRAE, 2, 2);
  StModel *map = small_model (ST_KIND_CAE, 1);
  StPullbackQuery query = { .model = map, .images = world.images };
  g_assert_cmpint (st_pullback_make (&query, world.pool, NULL, &pullback).code, ==, ST_RANGE);
  st_cancel_reset (&cancel);
  st_cancel_ask (&cancel);
  query.model = world.model;
  g_assert_cmpint (st_pullback_make (&query, world.pool, &cancel, &pullback).code, ==,
                   ST_CANCELLED);
  g_assert_null (pullback);
  st_model_unref (map);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/pullback/plane/2", GUINT_TO_POINTER (2), test_plane);
  g_test_add_data_func ("/pullback/plane/5", GUINT_TO_POINTER (5), test_plane);
  g_test_add_func ("/pullback/grid", test_grid);
  g_test_add_func ("/pullback/threads", test_threads);
  g_test_add_func ("/pullback/no-plane", test_no_plane);
  g_test_add_func ("/pullback/decode", test_decode);
  g_test_add_func ("/pullback/refused", test_refused);
  return g_test_run ();
}
