/* The measures of a model on images: what it makes of st-jacobian.h and st-isometry.h. */
#include "small-world.h"

#include <st-isometry-measure.h>
#include <st-jacobian.h>

#include <math.h>
#include <string.h>

enum { COUNT = 23, D = 3, PIXELS = SMALL_SIDE * SMALL_SIDE };

static StModel *
vector_model (StKind kind)
{
  StSpec spec = { .kind = kind, .encoder = ST_ENCODER_S2, .image = { SMALL_SIDE, SMALL_SIDE, 1 },
                  .channels = SMALL_CHANNELS, .dimension = D, .hidden = { 12 } };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  st_model_initialise (&spec, 3, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}

static StIsometryResult *
measure (StModel *model, StImages *images, double level, uint32_t threads)
{
  StIsometryResult *result;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  g_assert_true (st_ok (st_isometry_measure (model, images, level, pool, NULL, &result)));
  st_pool_free (pool);
  return result;
}

/* Point by point: the code of the image as it is at the level, G there, the error to the clean
 * one. */
static void
check_points (StModel *model, StImages *images, double level)
{
  StIsometryResult *result = measure (model, images, level, 2);
  float shown[PIXELS], code[D];
  double z[D], metric[D * D], rebuilt[PIXELS], squares = 0.0;
  StIsometryMeasures expected;
  StJacobian *jacobian;
  StWorkspace *workspace;

  g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
  g_assert_true (st_ok (st_jacobian_new (model, &jacobian)));
  g_assert_cmpuint (result->count, ==, COUNT);
  g_assert_cmpuint (result->dimension, ==, D);
  for (uint32_t i = 0; i < COUNT; i++)
    {
      float room[PIXELS];
      const float *clean = st_images_clean (images, i, room);
      st_images_perturbed (images, i, level, shown);
      st_model_code (model, workspace, 1, shown, code);
      for (int k = 0; k < D; k++)
        z[k] = (double) code[k];
      st_jacobian_metrics (jacobian, 1, z, rebuilt, metric);
      g_assert_cmpmem (z, sizeof z, result->codes + i * D, sizeof z);
      g_assert_cmpmem (metric, sizeof metric, result->metrics + i * D * D, sizeof metric);
      for (int l = 0; l < PIXELS; l++)
        squares += pow (rebuilt[l] - (double) clean[l], 2.0);
    }
  g_assert_cmpfloat_with_epsilon (result->mse, squares / (COUNT * PIXELS), 1e-14);
  g_assert_true (st_ok (st_isometry_measures (COUNT, D, result->metrics, &expected)));
  g_assert_cmpmem (&expected, sizeof expected, &result->measures, sizeof expected);
  st_workspace_free (workspace);
  st_jacobian_free (jacobian);
  st_isometry_result_unref (result);
}

static void
test_points (gconstpointer data)
{
  StModel *model = vector_model ((StKind) GPOINTER_TO_UINT (data));
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  check_points (model, images, 0.0);
  check_points (model, images, 0.3);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_threads (void)
{
  StModel *model = vector_model (ST_KIND_IRVAE);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StIsometryResult *one = measure (model, images, 0.0, 1);
  for (uint32_t threads = 2; threads <= 3; threads++)
    {
      StIsometryResult *same = measure (model, images, 0.0, threads);
      g_assert_cmpmem (one->metrics, COUNT * D * D * sizeof (double), same->metrics,
                       COUNT * D * D * sizeof (double));
      g_assert_cmpfloat (one->mse, ==, same->mse);
      st_isometry_result_unref (st_isometry_result_ref (same));
      st_isometry_result_unref (same);
    }
  st_isometry_result_unref (one);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_refused (void)
{
  StModel *map = small_model (ST_KIND_VAE, 1), *model = vector_model (ST_KIND_IRAE);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StIsometryResult *result = NULL;
  StSpec large = st_spec_default (ST_KIND_AE_MLP, ST_ENCODER_S2);
  g_autofree float *parameters = g_new0 (float, st_spec_parameters (&large));
  StModel *other;
  StCancel cancel;
  StPool *pool;

  g_assert_true (st_ok (st_pool_new (2, &pool)));
  g_assert_true (st_ok (st_model_new (&large, parameters, &other)));
  st_cancel_reset (&cancel);
  st_cancel_ask (&cancel);
  g_assert_cmpint (st_isometry_measure (map, images, 0.0, pool, NULL, &result).code, ==, ST_RANGE);
  g_assert_cmpint (st_isometry_measure (other, images, 0.0, pool, NULL, &result).code, ==,
                   ST_SHAPE);
  g_assert_cmpint (st_isometry_measure (model, images, 0.0, pool, &cancel, &result).code, ==,
                   ST_CANCELLED);
  g_assert_null (result);
  st_pool_free (pool);
  st_images_unref (images);
  st_model_unref (map);
  st_model_unref (other);
  st_model_unref (model);
}

/* Weights that overflow: the image is named. */
static void
test_not_finite (void)
{
  StSpec spec = { .kind = ST_KIND_AE_MLP, .image = { SMALL_SIDE, SMALL_SIDE, 1 },
                  .dimension = D, .hidden = { 12 } };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StIsometryResult *result = NULL;
  StModel *model;
  StPool *pool;

  for (size_t i = 0; i < st_spec_parameters (&spec); i++)
    parameters[i] = 3e38f;
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  g_assert_true (st_ok (st_pool_new (2, &pool)));
  StStatus status = st_isometry_measure (model, images, 0.0, pool, NULL, &result);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.a, ==, 0);
  g_assert_null (result);
  st_pool_free (pool);
  st_images_unref (images);
  st_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/isometry-measure/points/irae", GUINT_TO_POINTER (ST_KIND_IRAE),
                        test_points);
  g_test_add_data_func ("/isometry-measure/points/vae-dense",
                        GUINT_TO_POINTER (ST_KIND_VAE_DENSE), test_points);
  g_test_add_func ("/isometry-measure/threads", test_threads);
  g_test_add_func ("/isometry-measure/refused", test_refused);
  g_test_add_func ("/isometry-measure/not-finite", test_not_finite);
  return g_test_run ();
}
