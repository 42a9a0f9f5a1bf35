/* Coordinates and angles as measuring gives them, against the functions of the layers below
 * put together by hand. */
#include "by-hand.h"

static StReference *
reference_of (const StQuery *query, const StReference *previous, uint32_t threads)
{
  StPool *pool = pool_of (threads);
  StReference *reference;
  g_assert_true (st_ok (st_reference_new (query, previous, pool, NULL, &reference)));
  st_pool_free (pool);
  return reference;
}

/* ---- angles ---- */

static double
ratio_between (const Points *a, const Points *b)
{
  double *to_clean = g_new (double, a->n), *among = g_new (double, a->n * a->n);
  for (uint32_t i = 0; i < a->n; i++)
    to_clean[i] = st_kernel_distance (a->length, a->features + i * a->length,
                                      b->features + i * a->length);
  double ratio = st_median (to_clean, a->n) / st_gram_median_distance (a->n, a->gram, among);
  g_free (to_clean);
  g_free (among);
  return ratio;
}

static void
assert_by_hand (const StQuery *query, StKernel kernel)
{
  StQuery asked = *query;
  asked.hilbert = hilbert_of (query, kernel, 2);
  StResult *result = measure (&asked, 2);
  const StHilbertResult *h = &result->hilbert;
  Points clean = points_of (query, kernel, 0), now = points_of (query, kernel, query->level);
  Points other = points_of (query, kernel, -1);
  StAngles angles = angles_between (&clean, &now);

  g_assert_true (h->known);
  g_assert_cmpuint (h->angles.count, ==, angles.count);
  for (uint32_t i = 0; i < angles.count; i++)
    g_assert_cmpfloat_with_epsilon (h->angles.degrees[i], angles.degrees[i], 1e-6);
  g_assert_cmpfloat_with_epsilon (h->angles.mean, angles.mean, 1e-6);
  g_assert_cmpfloat_with_epsilon (h->floor, angles_between (&clean, &other).mean, 1e-6);
  g_assert_cmpfloat_with_epsilon (h->distance_ratio, ratio_between (&clean, &now), 1e-9);
  g_assert_cmpuint (h->numerical, ==, now.subspace->numerical);
  g_assert_cmpuint (h->energy95, ==, now.subspace->energy95);
  g_assert_cmpuint (h->energy99, ==, now.subspace->energy99);
  g_assert_cmpuint (asked.hilbert->numerical, ==, clean.subspace->numerical);

  points_clear (&clean);
  points_clear (&now);
  points_clear (&other);
  st_result_unref (result);
  st_hilbert_unref (asked.hilbert);
}

static void
test_by_hand (void)
{
  StImages *images = small_images (17, ST_PERTURB_GAUSSIAN, 2);
  StModel *models[] = { small_model (ST_KIND_CAE, 1), small_model (ST_KIND_VAE, 2) };
  for (guint m = 0; m < 2; m++)
    for (guint kernel = 0; kernel < ST_KERNELS; kernel++)
      {
        StQuery query = { .model = models[m], .images = images, .level = 0.15, .seed = 3,
                          .latent = m == 0 ? ST_LATENT_MEAN : ST_LATENT_SAMPLE };
        assert_by_hand (&query, (StKernel) kernel);
      }
  st_model_unref (models[0]);
  st_model_unref (models[1]);
  st_images_unref (images);
}

/* Unperturbed images are the clean ones to the last bit, sampled or not; the kernel distances
 * to them are 0. */
static void
test_level_zero (void)
{
  StImages *images = small_images (20, ST_PERTURB_SALT_PEPPER, 0);
  StQuery query = { .model = small_model (ST_KIND_VAE, 2), .images = images };
  for (guint kernel = 0; kernel < 2 * ST_KERNELS; kernel++)
    {
      query.latent = kernel & 1 ? ST_LATENT_SAMPLE : ST_LATENT_MEAN;
      query.hilbert = NULL;
      query.hilbert = hilbert_of (&query, (StKernel) (kernel / 2), 1);
      StResult *result = measure (&query, 2);
      g_assert_cmpuint (result->hilbert.angles.count, ==, K);
      g_assert_cmpfloat (result->hilbert.angles.largest, <, 1e-6);
      g_assert_cmpfloat (result->hilbert.distance_ratio, ==, 0);
      g_assert_cmpfloat (result->hilbert.floor, >, 1);
      st_result_unref (result);
      st_hilbert_unref (query.hilbert);
    }
  st_model_unref (query.model);
  st_images_unref (images);
}

/* Clean points that were given up are made again as they were: to the last bit, but for Gram
 * matrices between both sets, which are cut into other rows. */
static void
test_points_made_again (void)
{
  StImages *images = small_images (20, ST_PERTURB_SALT_PEPPER, 0);
  StQuery query = { .model = small_model (ST_KIND_VAE, 2), .images = images, .level = 0.1,
                    .latent = ST_LATENT_SAMPLE, .seed = 3 };
  for (guint kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    for (uint32_t threads = 1; threads <= 3; threads++)
      {
        StHilbert *held = hilbert_of (&query, (StKernel) kernel, 1);
        StHilbert *made = hilbert_of (&query, (StKernel) kernel, 1);
        StQuery one = query, other = query;
        st_hilbert_forget_features (made);
        one.hilbert = held;
        other.hilbert = made;
        StResult *a = measure (&one, 1), *b = measure (&other, threads);
        g_assert_cmpuint (a->hilbert.angles.count, ==, K);
        g_assert_cmpuint (b->hilbert.angles.count, ==, K);
        g_assert_cmpfloat (a->hilbert.distance_ratio, >, 0.0);
        g_assert_cmpfloat (a->hilbert.distance_ratio, ==, b->hilbert.distance_ratio);
        double most = st_kernel_is_gaussian ((StKernel) kernel) ? 1e-6 : 1e-300;
        for (guint i = 0; i < K; i++)
          g_assert_cmpfloat_with_epsilon (a->hilbert.angles.degrees[i],
                                          b->hilbert.angles.degrees[i], most);
        g_assert_cmpfloat_with_epsilon (a->hilbert.intervals.mean.low,
                                        b->hilbert.intervals.mean.low, 10 * most);
        st_result_unref (a);
        st_result_unref (b);
        st_hilbert_unref (held);
        st_hilbert_unref (made);
      }
  st_model_unref (query.model);
  st_images_unref (images);
}

/* Neither threads nor steps change a bit. */
static void
test_same_bits (void)
{
  StImages *images = small_images (19, ST_PERTURB_GAUSSIAN, 0);
  StQuery plain = { .model = small_model (ST_KIND_CAE, 4), .images = images, .level = 0.1 };
  StHilbert *one = hilbert_of (&plain, ST_KERNEL_PROJECTION, 1);
  StReference *axes = reference_of (&plain, NULL, 1);
  StQuery first = plain;
  first.hilbert = one;
  first.reference = axes;
  StResult *wanted = measure (&first, 1);

  for (uint32_t threads = 2; threads <= 4; threads++)
    {
      StQuery query = plain;
      query.hilbert = hilbert_of (&plain, ST_KERNEL_PROJECTION, threads);
      query.reference = reference_of (&plain, NULL, threads);
      g_assert_cmpfloat (query.hilbert->floor, ==, one->floor);
      g_assert_cmpmem (query.reference->clean, 19 * 2 * sizeof (double), axes->clean,
                       19 * 2 * sizeof (double));
      StPool *pool = pool_of (threads);
      StMeasure *stepped;
      StResult *result;
      g_assert_true (st_ok (st_measure_new (pool, &stepped)));
      g_assert_true (st_ok (st_measure_begin (stepped, &query)));
      while (!st_measure_finished (stepped))
        g_assert_true (st_ok (st_measure_step (stepped, threads, NULL)));
      g_assert_true (st_ok (st_measure_take (stepped, &result)));
      g_assert_cmpmem (result->hilbert.angles.degrees, K * sizeof (double),
                       wanted->hilbert.angles.degrees, K * sizeof (double));
      g_assert_cmpfloat (result->hilbert.distance_ratio, ==, wanted->hilbert.distance_ratio);
      g_assert_cmpmem (result->embedding, 19 * 2 * sizeof (double), wanted->embedding,
                       19 * 2 * sizeof (double));
      st_result_unref (result);
      st_measure_free (stepped);
      st_pool_free (pool);
      st_hilbert_unref (query.hilbert);
      st_reference_unref (query.reference);
    }
  st_result_unref (wanted);
  st_hilbert_unref (one);
  st_reference_unref (axes);
  st_model_unref (plain.model);
  st_images_unref (images);
}

/* Few images leave few dimensions, and none leave none; without others there is no floor. */
static void
test_few_images (void)
{
  StModel *model = small_model (ST_KIND_CAE, 1);
  for (uint32_t n = 1; n <= 3; n++)
    {
      StImages *images = small_images (n, ST_PERTURB_GAUSSIAN, 0);
      StQuery query = { .model = model, .images = images, .level = 0.2 };
      query.hilbert = hilbert_of (&query, ST_KERNEL_LOG_EUCLIDEAN, 2);
      query.reference = reference_of (&query, NULL, 2);
      StResult *result = measure (&query, 2);
      g_assert_true (result->hilbert.known);
      g_assert_cmpuint (result->hilbert.numerical, ==, n - 1);
      g_assert_cmpuint (result->hilbert.angles.count, ==, n - 1);
      g_assert_cmpint (isnan (result->hilbert.floor), ==, n == 1);
      g_assert_cmpint (isnan (result->hilbert.distance_ratio), ==, n == 1);
      for (uint32_t i = 0; i < 2 * n; i++)
        g_assert_true (isfinite (result->embedding[i]));
      st_result_unref (result);
      st_hilbert_unref (query.hilbert);
      st_reference_unref (query.reference);
      st_images_unref (images);
    }

  StImages *most = small_images (SMALL_COUNT - 5, ST_PERTURB_GAUSSIAN, 0);
  StQuery query = { .model = model, .images = most };
  g_assert_false (st_images_have_others (most));
  query.hilbert = hilbert_of (&query, ST_KERNEL_PROJECTION, 1);
  g_assert_true (isnan (query.hilbert->floor));
  st_hilbert_unref (query.hilbert);
  st_images_unref (most);
  st_model_unref (model);
}

/* ---- coordinates ---- */

static void
test_embedding (void)
{
  enum { N = 23 };
  StImages *images = small_images (20, ST_PERTURB_GAUSSIAN, 0), *more;
  more = small_images (N, ST_PERTURB_GAUSSIAN, 0);
  StQuery query = { .model = small_model (ST_KIND_CAE, 6), .images = more, .level = 0.3 };
  float clean[N * LATENT], now[N * LATENT];
  double at[N][2], mean = 0, square = 0;
  StPca *pca;
  for (uint32_t i = 0; i < N; i++)
    {
      encode (&query, i, 0, clean + i * LATENT);
      encode (&query, i, 0.3, now + i * LATENT);
    }
  g_assert_true (st_ok (st_pca_fit_floats (N, LATENT, clean, 2, &pca)));
  for (uint32_t i = 0; i < N; i++)
    {
      st_pca_project_floats (pca, clean + i * LATENT, at[i]);
      mean += at[i][0] / N;
    }
  for (uint32_t i = 0; i < N; i++)
    square += (at[i][0] - mean) * (at[i][0] - mean) / N;

  query.reference = reference_of (&query, NULL, 2);
  StResult *result = measure (&query, 2);
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t k = 0; k < 2; k++)
      {
        g_assert_cmpfloat_with_epsilon (query.reference->clean[2 * i + k],
                                        at[i][k] / sqrt (square), 1e-12);
        double moved[2];
        st_pca_project_floats (pca, now + i * LATENT, moved);
        g_assert_cmpfloat_with_epsilon (result->embedding[2 * i + k], moved[k] / sqrt (square),
                                        1e-12);
      }
  g_assert_cmpfloat (query.reference->shares[0], ==, pca->shares[0]);
  g_assert_cmpfloat (query.reference->shares[1], ==, pca->shares[1]);
  st_result_unref (result);

  /* Level 0 is where the clean ones are. */
  query.level = 0;
  result = measure (&query, 1);
  g_assert_cmpmem (result->embedding, sizeof at, query.reference->clean, sizeof at);
  st_result_unref (result);

  /* Axes of tensors of another size are refused. */
  StSpec spec = *st_model_spec (query.model);
  spec.channels = SMALL_CHANNELS + 1;
  g_autofree float *parameters = g_new0 (float, st_spec_parameters (&spec));
  StQuery other = query;
  StPool *pool = pool_of (1);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &other.model)));
  g_assert_cmpint (st_measure_all (&other, pool, NULL, &result).code, ==, ST_SHAPE);
  st_pool_free (pool);
  st_model_unref (other.model);

  st_reference_unref (query.reference);
  st_pca_free (pca);
  st_model_unref (query.model);
  st_images_unref (more);
  st_images_unref (images);
}

/* A reference turns its axes as the previous one's, and holds for other perturbations of the
 * same images. */
static void
test_reference (void)
{
  StImages *images = small_images (15, ST_PERTURB_GAUSSIAN, 0);
  StQuery query = { .model = small_model (ST_KIND_CAE, 6), .images = images, .weights = 7 };
  StReference *first = reference_of (&query, NULL, 1);
  StReference mirrored = *first;
  mirrored.clean = g_memdup2 (first->clean, 15 * 2 * sizeof (double));
  for (uint32_t i = 0; i < 15; i++)
    mirrored.clean[2 * i + 1] *= -1;
  StReference *second = reference_of (&query, &mirrored, 2);
  for (uint32_t i = 0; i < 15; i++)
    {
      g_assert_cmpfloat (second->clean[2 * i], ==, first->clean[2 * i]);
      g_assert_cmpfloat (second->clean[2 * i + 1], ==, -first->clean[2 * i + 1]);
    }

  g_assert_true (st_reference_fits (first, &query));
  StDataset *dataset = st_images_dataset (images);
  uint32_t indices[30];
  for (uint32_t i = 0; i < 30; i++)
    indices[i] = i;
  g_assert_true (st_ok (st_images_new (dataset, indices, indices + 15, 15, ST_PERTURB_BLUR, 9,
                                       &query.images)));
  g_assert_true (st_reference_fits (first, &query));
  StHilbert *hilbert = hilbert_of (&query, ST_KERNEL_FROBENIUS, 1);
  query.latent = ST_LATENT_SAMPLE;
  g_assert_false (st_reference_fits (first, &query));
  query.latent = ST_LATENT_MEAN;
  query.weights = 8;
  g_assert_false (st_reference_fits (first, &query));
  query.weights = 7;
  st_images_unref (query.images);
  g_assert_true (st_ok (st_images_new (dataset, indices + 1, NULL, 15, ST_PERTURB_BLUR, 9,
                                       &query.images)));
  g_assert_false (st_reference_fits (first, &query));
  st_images_unref (query.images);

  /* Only the projection kernel depends on the tolerance. */
  query.images = images;
  g_assert_true (st_hilbert_fits (hilbert, &query, ST_KERNEL_FROBENIUS, 1e-4, K));
  g_assert_false (st_hilbert_fits (hilbert, &query, ST_KERNEL_PROJECTION, TOLERANCE, K));
  g_assert_false (st_hilbert_fits (hilbert, &query, ST_KERNEL_FROBENIUS, TOLERANCE, K - 1));
  StHilbertResult result = { .known = true, .kernel = ST_KERNEL_PROJECTION, .tolerance = 1e-8,
                             .subspace = K };
  g_assert_true (st_hilbert_result_fits (&result, ST_KERNEL_PROJECTION, 1e-8, K));
  g_assert_false (st_hilbert_result_fits (&result, ST_KERNEL_PROJECTION, 1e-4, K));
  result.known = false;
  g_assert_false (st_hilbert_result_fits (&result, ST_KERNEL_PROJECTION, 1e-8, K));

  g_free (mirrored.clean);
  st_hilbert_unref (hilbert);
  st_reference_unref (second);
  st_reference_unref (first);
  st_model_unref (query.model);
  st_images_unref (images);
}

static void
test_bad_input (void)
{
  StPool *pool = pool_of (2);
  StImages *images = small_images (9, ST_PERTURB_GAUSSIAN, 0);
  StQuery query = { .model = small_model (ST_KIND_CAE, 0), .images = images };
  StHilbert *hilbert;
  StReference *reference;
  StCancel cancel = { 0 };
  st_cancel_ask (&cancel);
  g_assert_cmpint (st_hilbert_new (&query, ST_KERNEL_PROJECTION, 1e-8, K, pool, &cancel,
                                   &hilbert).code, ==, ST_CANCELLED);
  g_assert_cmpint (st_reference_new (&query, NULL, pool, &cancel, &reference).code, ==,
                   ST_CANCELLED);
  g_assert_cmpint (st_hilbert_new (&query, ST_KERNEL_PROJECTION, 1e-8, ST_SUBSPACE_MAX + 1, pool,
                                   NULL, &hilbert).code, ==, ST_RANGE);

  StSpec spec = *st_model_spec (query.model);
  StModel *healthy = query.model;
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  for (gsize i = 0; i < st_spec_parameters (&spec); i++)
    parameters[i] = 3e38f;
  g_assert_true (st_ok (st_model_new (&spec, parameters, &query.model)));
  StStatus status = st_reference_new (&query, NULL, pool, NULL, &reference);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.a, ==, 0);
  status = st_hilbert_new (&query, ST_KERNEL_FROBENIUS, 1e-8, K, pool, NULL, &hilbert);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  st_model_unref (query.model);
  st_model_unref (healthy);
  st_images_unref (images);
  st_pool_free (pool);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/angles/by-hand", test_by_hand);
  g_test_add_func ("/angles/level-zero", test_level_zero);
  g_test_add_func ("/angles/points-made-again", test_points_made_again);
  g_test_add_func ("/angles/same-bits", test_same_bits);
  g_test_add_func ("/angles/few-images", test_few_images);
  g_test_add_func ("/angles/embedding", test_embedding);
  g_test_add_func ("/angles/reference", test_reference);
  g_test_add_func ("/angles/bad-input", test_bad_input);
  return g_test_run ();
}
