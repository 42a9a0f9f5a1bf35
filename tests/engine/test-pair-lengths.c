/* Latent distances and decoded lengths of pairs: in closed form where the decoder is linear, and the
 * same in parts as at once, whatever the number of threads. */
#include "small-world.h"

#include <st-latent-path.h>
#include <st-layers.h>
#include <st-pair-lengths.h>

#include <math.h>

enum { COUNT = 17, HIDDEN = 12, PIXELS = SMALL_SIDE * SMALL_SIDE, HALF = PIXELS / 2 };

/* So small that neither tanh nor the sigmoid, whose slope is 1/4, bends. */
#define SMALL 1e-4

static StSpec
spec_of (StActivation activation)
{
  return (StSpec) { .kind = ST_KIND_IRAE, .image = { SMALL_SIDE, SMALL_SIDE, 1 }, .dimension = 2,
                    .hidden = { HIDDEN }, .activation = activation };
}

static StModel *
bent_model (void)
{
  const StSpec spec = spec_of (ST_ACTIVATION_TANH);
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  st_model_initialise (&spec, 3, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}

/* J's columns are two halves of the pixels, of norms `first` and `second` times SMALL. */
static StModel *
linear_model (double first, double second)
{
  const StSpec spec = spec_of (ST_ACTIVATION_TANH);
  const double norms[] = { first, second };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  StPlan plan;
  st_plan_make (&spec, &plan);
  st_model_initialise (&spec, 3, parameters);
  g_assert_cmpuint (plan.layers - plan.code, ==, 3);
  for (guint l = plan.code + 1; l < plan.layers; l++)
    {
      const StLayer *layer = &plan.layer[l];
      for (gsize i = 0; i < st_layer_weights (layer); i++)
        parameters[layer->weight[0] + i] = 0;
      for (gsize i = 0; i < st_shape_size (layer->out); i++)
        parameters[layer->bias[0] + i] = 0;
    }
  for (guint k = 0; k < 2; k++)
    {
      parameters[plan.layer[plan.code + 1].weight[0] + k * 2 + k] = (float) SMALL;
      for (guint i = 0; i < HALF; i++)
        parameters[plan.layer[plan.code + 2].weight[0] + (k * HALF + i) * HIDDEN + k]
          = (float) (4 * norms[k] / sqrt (HALF));
    }
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}

static StPairLengths *
make (StModel *model, StImages *images, uint32_t threads, uint32_t most)
{
  const StPullbackQuery query = { .model = model, .weights = 1, .images = images, .level = 0.1 };
  StPairLengths *lengths = NULL;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  while (lengths == NULL || lengths->done < lengths->pairs)
    {
      const uint32_t before = lengths != NULL ? lengths->done : 0;
      const bool measured = lengths != NULL && lengths->measured == lengths->pairs;
      StPairLengths *more;
      g_assert_true (st_ok (st_pair_lengths_make (&query, lengths, most, pool, NULL, &more)));
      /* All straight lines come before any geodesic. */
      g_assert_cmpuint (more->done, ==, measured ? MIN (before + most, more->pairs) : 0);
      g_assert_cmpuint (more->measured, >, more->done == 0 && lengths != NULL && !measured
                                             ? lengths->measured : 0);
      st_pair_lengths_unref (lengths);
      lengths = more;
    }
  st_pool_free (pool);
  return lengths;
}

static void
encode (StModel *model, StImages *images, uint32_t image, float code[2])
{
  float shown[PIXELS];
  StWorkspace *workspace;
  g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
  st_images_perturbed (images, image, 0.1, shown);
  st_model_code (model, workspace, 1, shown, code);
  st_workspace_free (workspace);
}

static void
check_linear (double first, double second)
{
  StModel *model = linear_model (first, second);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StPairLengths *lengths = make (model, images, 2, 3);
  g_assert_cmpuint (lengths->pairs, ==, COUNT / 2);
  g_assert_cmpuint (lengths->unconverged, ==, 0);
  for (guint i = 0; i < lengths->pairs; i++)
    {
      float a[2], b[2];
      encode (model, images, i, a);
      encode (model, images, lengths->pairs + i, b);
      const double x = (double) b[0] - (double) a[0], y = (double) b[1] - (double) a[1];
      const double expected = SMALL * hypot (first * x, second * y);
      g_assert_cmpfloat_with_epsilon (lengths->latent[i], hypot (x, y), 1e-12);
      g_assert_cmpfloat_with_epsilon (lengths->straight[i], expected, 1e-6 * expected);
      g_assert_cmpfloat_with_epsilon (lengths->geodesic[i], expected, 1e-6 * expected);
    }
  if (first == second)
    {
      g_assert_cmpfloat_with_epsilon (lengths->by_geodesic.pearson, 1, 1e-9);
      g_assert_cmpfloat_with_epsilon (lengths->by_geodesic.spearman, 1, 1e-9);
      g_assert_cmpfloat_with_epsilon (lengths->by_geodesic.scale, SMALL * first,
                                      1e-6 * SMALL * first);
      g_assert_cmpfloat (lengths->by_geodesic.residual, <, 1e-6);
    }
  else
    g_assert_cmpfloat (lengths->by_geodesic.residual, >, 0.05);
  st_pair_lengths_unref (st_pair_lengths_ref (lengths));
  st_pair_lengths_unref (lengths);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_linear (void)
{
  check_linear (3, 3);
  check_linear (1, 6);
}

/* The same lengths as a path that is drawn, and the same whatever the parts and the threads. */
static void
test_parts (void)
{
  StModel *model = bent_model ();
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StPairLengths *one = make (model, images, 1, 100), *many = make (model, images, 3, 2);
  const gsize size = one->pairs * sizeof (double);
  StPool *pool;
  g_assert_cmpmem (one->latent, size, many->latent, size);
  g_assert_cmpmem (one->straight, size, many->straight, size);
  g_assert_cmpmem (one->geodesic, size, many->geodesic, size);
  g_assert_cmpfloat (one->by_geodesic.residual, ==, many->by_geodesic.residual);
  g_assert_true (st_ok (st_pool_new (2, &pool)));
  for (uint32_t i = 0; i < 3; i++)
    {
      const uint32_t ends[] = { i, one->pairs + i };
      StLatentPath *path;
      g_assert_true (st_ok (st_latent_path_make (&one->query, ends, NULL, ST_GEODESIC_STEPS, pool,
                                                 NULL, &path)));
      g_assert_cmpfloat (path->lengths[ST_PATH_STRAIGHT], ==, one->straight[i]);
      g_assert_cmpfloat (path->lengths[ST_PATH_GEODESIC], ==, one->geodesic[i]);
      g_assert_cmpint (path->end.converged, ==, one->converged[i]);
      st_latent_path_unref (path);
    }
  st_pool_free (pool);
  st_pair_lengths_unref (one);
  st_pair_lengths_unref (many);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_refused (void)
{
  StModel *map = small_model (ST_KIND_CAE, 1), *model = bent_model ();
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StImages *single = small_images (1, ST_PERTURB_GAUSSIAN, 1);
  StPullbackQuery query = { .model = map, .images = images };
  StPairLengths *lengths = NULL;
  StCancel cancel;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  g_assert_cmpint (st_pair_lengths_make (&query, NULL, 4, pool, NULL, &lengths).code, ==,
                   ST_RANGE);
  query.model = model;
  st_cancel_reset (&cancel);
  st_cancel_ask (&cancel);
  g_assert_cmpint (st_pair_lengths_make (&query, NULL, 4, pool, &cancel, &lengths).code, ==,
                   ST_CANCELLED);
  g_assert_null (lengths);
  query.images = single;
  g_assert_true (st_ok (st_pair_lengths_make (&query, NULL, 4, pool, NULL, &lengths)));
  g_assert_cmpuint (lengths->pairs, ==, 0);
  g_assert_true (isnan (lengths->by_geodesic.pearson));
  st_pair_lengths_unref (lengths);
  st_pool_free (pool);
  st_images_unref (single);
  st_images_unref (images);
  st_model_unref (model);
  st_model_unref (map);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair-lengths/linear", test_linear);
  g_test_add_func ("/pair-lengths/parts", test_parts);
  g_test_add_func ("/pair-lengths/refused", test_refused);
  return g_test_run ();
}
