#include "small-world.h"

#include <st-patches.h>
#include <st-quality.h>
#include <st-spectrum.h>
#include <st-summary.h>

static StPool *
pool_of (uint32_t threads)
{
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  return pool;
}

static StResult *
measure (const StQuery *query, uint32_t threads)
{
  StPool *pool = pool_of (threads);
  StResult *result;
  g_assert_true (st_ok (st_measure_all (query, pool, NULL, &result)));
  st_pool_free (pool);
  return result;
}

static void
assert_same (const StResult *a, const StResult *b)
{
  gsize stride = a->lengths[0] + a->lengths[1] + a->lengths[2];
  g_assert_cmpuint (a->done, ==, b->done);
  g_assert_cmpmem (a->psnr, a->done * sizeof (double), b->psnr, b->done * sizeof (double));
  g_assert_cmpmem (a->eigenvalues, a->done * stride * sizeof (double), b->eigenvalues,
                   b->done * stride * sizeof (double));
}

/* Each number against the functions of the layers below, image by image. */
static void
test_against_parts (void)
{
  StModel *model = small_model (ST_KIND_VAE, 3);
  StImages *images = small_images (9, ST_PERTURB_GAUSSIAN, 5);
  const StSpec *spec = st_model_spec (model);
  StQuery query = { .model = model, .images = images, .level = 0.2, .pictures = TRUE,
                    .latent = ST_LATENT_SAMPLE, .seed = 4 };
  StResult *result = measure (&query, 2);
  StWorkspace *workspace;
  StSpectrumWork *work;
  g_assert_true (st_ok (st_workspace_new (spec, 1, &workspace)));
  g_assert_true (st_ok (st_spectrum_work_new (st_spec_latent (spec), &work)));

  for (uint32_t i = 0; i < 9; i++)
    {
      float shown[64], rebuilt[64], latent[16], log_variance[16], room[64];
      const float *clean = st_images_clean (images, i, room);
      double values[16];
      bool zero[3];
      st_images_perturbed (images, i, 0.2, shown);
      st_model_encode (model, workspace, 1, shown, latent, log_variance);
      st_model_sample (spec, 4, st_images_index (images, i), log_variance, latent);
      st_model_decode (model, workspace, 1, latent, rebuilt);
      g_assert_true (st_ok (st_spectrum (latent, work, values, zero)));
      g_assert_cmpfloat (result->psnr[i], ==, st_psnr (clean, rebuilt, 64));
      for (uint32_t j = 0; j < 3; j++)
        g_assert_cmpfloat (st_result_eigenvalues (result, i, 2)[j], ==, values[4 + j]);
      for (uint32_t p = 0; p < 64; p++)
        g_assert_cmpfloat_with_epsilon (result->pictures[i * 64 + p] / 255.0f, rebuilt[p],
                                        0.51 / 255);
    }
  st_spectrum_work_free (work);
  st_workspace_free (workspace);
  st_result_unref (result);
  st_images_unref (images);
  st_model_unref (model);
}

/* The first so many images have the numbers that they have among all of them. */
static void
test_most (void)
{
  StModel *model = small_model (ST_KIND_CAE, 1);
  StImages *images = small_images (20, ST_PERTURB_GAUSSIAN, 5);
  StQuery query = { .model = model, .images = images, .level = 0.2 };
  StResult *all = measure (&query, 2);
  query.most = 7;
  StResult *first = measure (&query, 2);
  g_assert_cmpuint (first->count, ==, 7);
  g_assert_cmpmem (first->psnr, 7 * sizeof (double), all->psnr, 7 * sizeof (double));

  StSummary *one, *other;
  g_assert_true (st_ok (st_summary_new (first, 0, 1e-6, &one)));
  g_assert_true (st_ok (st_summary_new (all, 7, 1e-6, &other)));
  g_assert_cmpuint (other->done, ==, 7);
  g_assert_cmpuint (other->count, ==, 7);
  g_assert_cmpuint (one->strata, ==, other->strata);
  g_assert_cmpfloat (one->psnr, ==, other->psnr);
  g_assert_cmpfloat (one->psnr, ==, st_result_psnr (first));
  st_summary_unref (one);
  st_summary_unref (other);
  st_result_unref (first);
  st_result_unref (all);
  st_images_unref (images);
  st_model_unref (model);
}

/* Draws that are not held are drawn as if they were. */
static void
test_not_held (void)
{
  enum { COUNT = ST_IMAGES_DRAWN + SMALL_COUNT };
  uint32_t indices[COUNT];
  StDataset *dataset = small_dataset ();
  StImages *images;
  for (uint32_t i = 0; i < COUNT; i++)
    indices[i] = i % SMALL_COUNT;
  g_assert_true (st_ok (st_images_new (dataset, indices, NULL, COUNT, ST_PERTURB_SPECKLE, 3,
                                       &images)));
  for (uint32_t i = ST_IMAGES_DRAWN; i < COUNT; i++)
    {
      float held[64], drawn[64];
      st_images_perturbed (images, i % SMALL_COUNT, 0.5, held);
      st_images_perturbed (images, i, 0.5, drawn);
      g_assert_cmpmem (held, sizeof held, drawn, sizeof drawn);
    }
  st_images_unref (images);
  st_dataset_unref (dataset);
}

/* Neither threads, nor steps, nor what else is selected, change a bit. */
static void
test_same_bits (void)
{
  StModel *model = small_model (ST_KIND_CAE, 1);
  StImages *images = small_images (SMALL_COUNT, ST_PERTURB_SALT_PEPPER, 0);
  StImages *few = small_images (7, ST_PERTURB_SALT_PEPPER, 0);
  StQuery query = { .model = model, .images = images, .level = 0.1 };
  StResult *one = measure (&query, 1), *three = measure (&query, 3);
  assert_same (one, three);

  StPool *pool = pool_of (2);
  StMeasure *stepped;
  g_assert_true (st_ok (st_measure_new (pool, &stepped)));
  g_assert_true (st_ok (st_measure_begin (stepped, &query)));
  while (!st_measure_finished (stepped))
    g_assert_true (st_ok (st_measure_step (stepped, 3, NULL)));
  StResult *taken;
  g_assert_true (st_ok (st_measure_take (stepped, &taken)));
  assert_same (one, taken);
  st_result_unref (taken);
  st_measure_free (stepped);
  st_pool_free (pool);

  query.images = few;
  StResult *part = measure (&query, 2);
  g_assert_cmpmem (part->psnr, 7 * sizeof (double), one->psnr, 7 * sizeof (double));
  st_result_unref (part);
  st_result_unref (three);
  st_result_unref (one);
  st_images_unref (few);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_oracle_bounds_rank (void)
{
  StModel *model = small_model (ST_KIND_VAE, 2);
  StImages *images = small_images (SMALL_COUNT, ST_PERTURB_SALT_PEPPER, 0);
  StQuery query = { .model = model, .images = images, .oracle = TRUE };
  StTriple ranks[SMALL_COUNT];
  StResult *result = measure (&query, 2);
  g_assert_nonnull (result->oracle);
  st_result_ranks (result, 1e-8, ranks);
  for (uint32_t i = 0; i < SMALL_COUNT; i++)
    g_assert_cmpuint (ranks[i].r[2], <=, result->oracle[i]);
  st_result_unref (result);

  query.latent = ST_LATENT_SAMPLE;
  result = measure (&query, 2);
  g_assert_null (result->oracle);   /* patches predict nothing of a sampled latent */
  st_result_unref (result);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_bad_input (void)
{
  StPool *pool = pool_of (2);
  StImages *images = small_images (5, ST_PERTURB_GAUSSIAN, 0);
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);
  g_autofree float *parameters = g_new0 (float, st_spec_parameters (&spec));
  StModel *large, *sick;
  StResult *result;
  g_assert_true (st_ok (st_model_new (&spec, parameters, &large)));
  StQuery query = { .model = large, .images = images };
  g_assert_cmpint (st_measure_all (&query, pool, NULL, &result).code, ==, ST_SHAPE);

  /* Weights whose latents overflow are an error that names the image. */
  spec = *st_model_spec (query.model = small_model (ST_KIND_CAE, 0));
  StModel *healthy = query.model;
  for (gsize i = 0; i < st_spec_parameters (&spec); i++)
    parameters[i] = 3e38f;
  g_assert_true (st_ok (st_model_new (&spec, parameters, &sick)));
  query.model = sick;
  StStatus status = st_measure_all (&query, pool, NULL, &result);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.a, ==, 0);

  StCancel cancel = { 0 };
  st_cancel_ask (&cancel);
  query.model = healthy;
  g_assert_cmpint (st_measure_all (&query, pool, &cancel, &result).code, ==, ST_CANCELLED);

  uint32_t outside = SMALL_COUNT;
  StDataset *dataset = small_dataset ();
  StImages *none;
  g_assert_cmpint (st_images_new (dataset, &outside, NULL, 1, ST_PERTURB_GAUSSIAN, 0,
                                  &none).code, ==, ST_RANGE);
  st_dataset_unref (dataset);
  st_model_unref (sick);
  st_model_unref (healthy);
  st_model_unref (large);
  st_images_unref (images);
  st_pool_free (pool);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/measure/most", test_most);
  g_test_add_func ("/measure/not-held", test_not_held);
  g_test_add_func ("/measure/against-parts", test_against_parts);
  g_test_add_func ("/measure/same-bits", test_same_bits);
  g_test_add_func ("/measure/oracle-bounds-rank", test_oracle_bounds_rank);
  g_test_add_func ("/measure/bad-input", test_bad_input);
  return g_test_run ();
}
