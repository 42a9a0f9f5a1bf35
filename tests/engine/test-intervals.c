/* Kernels without explicit features, and intervals over images, as measuring gives them, against
 * the functions of the layers below put together by hand. */
#include "by-hand.h"

#include <st-jackknife.h>

enum { N = 23 };

/* Gram matrices of the clean points, of those at a level, and between both. */
typedef struct Grams {
  double aa[N * N], bb[N * N], ab[N * N];
  double sigma;
} Grams;

static void
turn (const double *from, const double *to, double sigma, double *gram)
{
  double squares[2][N];
  for (int i = 0; i < N; i++)
    {
      squares[0][i] = from[i * (N + 1)];
      squares[1][i] = to[i * (N + 1)];
    }
  st_gram_gaussian (N, squares[0], N, squares[1], sigma, gram, N);
}

/* level < 0: other images. */
static Grams *
grams_of (const StQuery *query, StKernel kernel, double level)
{
  double pairs[N * (N - 1) / 2];
  Points a = points_of (query, st_kernel_base (kernel), 0);
  Points b = points_of (query, st_kernel_base (kernel), level);
  Grams *grams = g_new0 (Grams, 1);
  memcpy (grams->aa, a.gram, sizeof grams->aa);
  memcpy (grams->bb, b.gram, sizeof grams->bb);
  st_gram_block (a.length, N, a.features, N, b.features, grams->ab, N);
  grams->sigma = st_gram_median_distance (N, a.gram, pairs);
  if (st_kernel_is_gaussian (kernel))
    {
      turn (a.gram, b.gram, grams->sigma, grams->ab);
      turn (a.gram, a.gram, grams->sigma, grams->aa);
      turn (b.gram, b.gram, grams->sigma, grams->bb);
    }
  points_clear (&a);
  points_clear (&b);
  return grams;
}

typedef struct Fit {
  StAngles angles;
  uint32_t numerical, energy95, energy99;
} Fit;

/* Of the rows and columns that are left without a group; group 10: of all. */
static Fit
fit_without (const Grams *grams, uint32_t group)
{
  double aa[N * N], bb[N * N], ab[N * N], scratch[K * N];
  uint32_t left[N], n = 0;
  StSubspace *one, *two;
  StSubspaceWork *work;
  Fit fit;
  for (uint32_t i = 0; i < N; i++)
    if (i % 10 != group)
      left[n++] = i;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      {
        aa[i * n + j] = grams->aa[left[i] * N + left[j]];
        bb[i * n + j] = grams->bb[left[i] * N + left[j]];
        ab[i * n + j] = grams->ab[left[i] * N + left[j]];
      }
  g_assert_true (st_ok (st_subspace_new (n, K, &one)) && st_ok (st_subspace_new (n, K, &two)));
  g_assert_true (st_ok (st_subspace_work_new (n, K, &work)));
  g_assert_true (st_ok (st_subspace_fit (one, K, aa, true, work)));
  g_assert_true (st_ok (st_subspace_fit (two, K, bb, true, work)));
  g_assert_true (st_ok (st_angles_of_grams (one, two, ab, K, scratch, &fit.angles)));
  fit.numerical = two->numerical;
  fit.energy95 = two->energy95;
  fit.energy99 = two->energy99;
  st_subspace_free (one);
  st_subspace_free (two);
  st_subspace_work_free (work);
  return fit;
}

/* The kernel's own distances, from its Gram matrices by definition. */
static double
ratio_of (const Grams *grams)
{
  double to_clean[N], among[N * (N - 1) / 2];
  guint pairs = 0;
  for (int i = 0; i < N; i++)
    {
      double square = grams->aa[i * (N + 1)] + grams->bb[i * (N + 1)] - 2 * grams->ab[i * (N + 1)];
      to_clean[i] = sqrt (fmax (0, square));
      for (int j = 0; j < i; j++)
        among[pairs++] = sqrt (fmax (0, grams->aa[i * (N + 1)] + grams->aa[j * (N + 1)]
                                          - 2 * grams->aa[i * N + j]));
    }
  return st_median (to_clean, N) / st_median (among, pairs);
}

static void
assert_interval (StInterval interval, StInterval expected)
{
  g_assert_true (isnan (interval.low) == isnan (expected.low));
  if (isnan (expected.low))
    return;
  g_assert_cmpfloat_with_epsilon (interval.low, expected.low, 1e-4);
  g_assert_cmpfloat_with_epsilon (interval.high, expected.high, 1e-4);
}

static void
assert_by_hand (const StQuery *query, StKernel kernel)
{
  StQuery asked = *query;
  asked.hilbert = hilbert_of (query, kernel, 2);
  StResult *result = measure (&asked, 2);
  const StHilbertResult *h = &result->hilbert;
  Grams *grams = grams_of (query, kernel, query->level), *others = grams_of (query, kernel, -1);
  Fit all = fit_without (grams, 10);
  StAngles replicates[ST_JACKKNIFE_GROUPS];
  StAngleIntervals intervals;
  for (uint32_t group = 0; group < ST_JACKKNIFE_GROUPS; group++)
    replicates[group] = fit_without (grams, group).angles;
  st_jackknife_summary (N, &all.angles, replicates, &intervals);

  g_assert_true (h->known && h->defined);
  g_assert_cmpuint (h->angles.count, ==, all.angles.count);
  for (uint32_t i = 0; i < all.angles.count; i++)
    g_assert_cmpfloat_with_epsilon (h->angles.degrees[i], all.angles.degrees[i], 1e-4);
  g_assert_cmpfloat_with_epsilon (h->angles.chordal, all.angles.chordal, 1e-5);
  g_assert_cmpfloat_with_epsilon (h->angles.geodesic, all.angles.geodesic, 1e-5);
  g_assert_cmpuint (h->numerical, ==, all.numerical);
  g_assert_cmpuint (h->energy95, ==, all.energy95);
  g_assert_cmpuint (h->energy99, ==, all.energy99);
  g_assert_cmpfloat_with_epsilon (h->floor, fit_without (others, 10).angles.mean, 1e-4);
  g_assert_cmpfloat_with_epsilon (h->distance_ratio, ratio_of (grams), 1e-7);
  g_assert_cmpuint (h->intervals.count, ==, all.angles.count);
  assert_interval (h->intervals.mean, intervals.mean);
  for (uint32_t i = 0; i < all.angles.count; i++)
    assert_interval (h->intervals.degrees[i], intervals.degrees[i]);
  if (st_kernel_is_gaussian (kernel))
    {
      g_assert_cmpfloat_with_epsilon (h->sigma, grams->sigma, 1e-12 * grams->sigma);
      g_assert_cmpfloat (h->angles.precision, >=, 1e-7);
    }
  else
    {
      g_assert_true (isnan (h->sigma));
      g_assert_cmpfloat (h->angles.precision, ==, 1e-10);
    }
  g_free (grams);
  g_free (others);
  st_result_unref (result);
  st_hilbert_unref (asked.hilbert);
}

static void
test_by_hand (void)
{
  StImages *images = small_images (N, ST_PERTURB_SALT_PEPPER, 2);
  StDataset *dataset = st_images_dataset (images);
  uint32_t indices[N], others[N];
  for (uint32_t i = 0; i < N; i++)
    {
      indices[i] = i;
      others[i] = SMALL_COUNT - 1 - i;
    }
  StImages *with_others;
  g_assert_true (st_ok (st_images_new (dataset, indices, others, N, ST_PERTURB_SALT_PEPPER, 2,
                                       &with_others)));
  StQuery query = { .model = small_model (ST_KIND_CAE, 1), .images = with_others, .level = 0.05 };
  for (int kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    assert_by_hand (&query, (StKernel) kernel);
  st_model_unref (query.model);
  st_images_unref (with_others);
  st_images_unref (images);
}

static bool
has_same_intervals (const StHilbertResult *a, const StHilbertResult *b)
{
  return memcmp (a->intervals.degrees, b->intervals.degrees, K * sizeof (StInterval)) == 0
         && memcmp (&a->intervals.mean, &b->intervals.mean, sizeof (StInterval)) == 0
         && memcmp (a->angles.degrees, b->angles.degrees, K * sizeof (double)) == 0;
}

/* Threads change no bit. */
static void
test_same_bits (void)
{
  StImages *images = small_images (19, ST_PERTURB_GAUSSIAN, 0);
  StQuery query = { .model = small_model (ST_KIND_CAE, 4), .images = images, .level = 0.1 };
  const StKernel kernels[] = { ST_KERNEL_LOG_EUCLIDEAN, ST_KERNEL_GAUSSIAN_FROBENIUS };
  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      query.hilbert = NULL;
      query.hilbert = hilbert_of (&query, kernels[k], 1);
      StResult *wanted = measure (&query, 1);
      g_assert_true (isfinite (wanted->hilbert.intervals.mean.low));
      st_hilbert_unref (query.hilbert);
      for (uint32_t threads = 2; threads <= 4; threads++)
        {
          query.hilbert = hilbert_of (&query, kernels[k], threads);
          StResult *result = measure (&query, threads);
          g_assert_true (has_same_intervals (&result->hilbert, &wanted->hilbert));
          g_assert_cmpfloat (result->hilbert.distance_ratio, ==, wanted->hilbert.distance_ratio);
          st_result_unref (result);
          st_hilbert_unref (query.hilbert);
        }
      st_result_unref (wanted);
    }
  st_model_unref (query.model);
  st_images_unref (images);
}

/* The angles of two spans without a group of their points, by its own bases. */
static StAngles
angles_without (const Points *a, const Points *b, uint32_t k, uint32_t group)
{
  const Points *both[2] = { a, b };
  g_autofree double *scratch = g_new (double, k * a->length);
  StSubspace *subspaces[2];
  double *bases[2];
  StAngles angles;
  for (int i = 0; i < 2; i++)
    {
      StJackknife *jackknife;
      bases[i] = g_new (double, k * a->length);
      g_assert_true (st_ok (st_jackknife_new (a->n, k, &jackknife)));
      g_assert_true (st_ok (st_subspace_new (a->n, k, &subspaces[i])));
      g_assert_true (st_ok (st_jackknife_fit (jackknife, a->n, both[i]->gram, k, true, group,
                                              subspaces[i])));
      st_subspace_basis (subspaces[i], both[i]->features, a->length, bases[i]);
      st_jackknife_free (jackknife);
    }
  g_assert_true (st_ok (st_angles_of_bases (subspaces[0], bases[0], subspaces[1], bases[1],
                                            a->length, k, scratch, &angles)));
  for (int i = 0; i < 2; i++)
    {
      st_subspace_free (subspaces[i]);
      g_free (bases[i]);
    }
  return angles;
}

/* Of so many angles that bases are not made of all ten groups at once. */
static void
test_many_angles (void)
{
  enum { MANY = 9 };
  StImages *images = small_images (N - 3, ST_PERTURB_SALT_PEPPER, 2);
  StQuery query = { .model = small_model (ST_KIND_CAE, 1), .images = images, .level = 0.05 };
  StPool *pool;
  StResult *result;
  StAngles angles[ST_JACKKNIFE_GROUPS];
  StAngleIntervals wanted;
  Points a = points_of (&query, ST_KERNEL_LOG_EUCLIDEAN, 0);
  Points b = points_of (&query, ST_KERNEL_LOG_EUCLIDEAN, query.level);
  g_assert_true (st_ok (st_pool_new (2, &pool)));
  g_assert_true (st_ok (st_hilbert_new (&query, ST_KERNEL_LOG_EUCLIDEAN, TOLERANCE, MANY, pool,
                                        NULL, &query.hilbert)));
  g_assert_true (st_ok (st_measure_all (&query, pool, NULL, &result)));
  const StHilbertResult *h = &result->hilbert;
  g_assert_cmpuint (h->angles.count, ==, MANY);
  for (uint32_t group = 0; group < ST_JACKKNIFE_GROUPS; group++)
    angles[group] = angles_without (&a, &b, MANY, group);
  st_jackknife_summary (a.n, &h->angles, angles, &wanted);
  for (uint32_t i = 0; i < MANY; i++)
    {
      g_assert_cmpfloat_with_epsilon (h->intervals.degrees[i].low, wanted.degrees[i].low, 1e-6);
      g_assert_cmpfloat_with_epsilon (h->intervals.degrees[i].high, wanted.degrees[i].high, 1e-6);
    }
  g_assert_cmpfloat_with_epsilon (h->intervals.mean.low, wanted.mean.low, 1e-6);
  points_clear (&a);
  points_clear (&b);
  st_result_unref (result);
  st_hilbert_unref (query.hilbert);
  st_pool_free (pool);
  st_model_unref (query.model);
  st_images_unref (images);
}

/* Nothing has moved at level 0, so its angle is 0 without any doubt: a Gaussian's to what Gram
 * matrices alone can tell. */
static void
test_level_zero (void)
{
  StImages *images = small_images (20, ST_PERTURB_SALT_PEPPER, 0);
  StQuery query = { .model = small_model (ST_KIND_CAE, 2), .images = images };
  for (int kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    {
      query.hilbert = NULL;
      query.hilbert = hilbert_of (&query, (StKernel) kernel, 2);
      StResult *result = measure (&query, 2);
      const StHilbertResult *h = &result->hilbert;
      double degrees = kernel < ST_KERNELS ? 1e-7 : h->angles.precision * 57.3;
      g_assert_cmpfloat (h->angles.largest, <=, degrees);
      g_assert_cmpfloat (h->distance_ratio, ==, 0);
      g_assert_cmpfloat (h->intervals.mean.low, <=, degrees);
      g_assert_cmpfloat (h->intervals.mean.high, <=, 6 * degrees);
      st_result_unref (result);
      st_hilbert_unref (query.hilbert);
    }
  st_model_unref (query.model);
  st_images_unref (images);
}

/* Where all points coincide a Gaussian has no width, and there is nothing to say; the others
 * have no dimension.  Fewer images than groups have no intervals. */
static void
test_undefined (void)
{
  StImages *images = small_images (12, ST_PERTURB_GAUSSIAN, 0);
  StModel *model = small_model (ST_KIND_CAE, 1);
  StSpec spec = *st_model_spec (model);
  g_autofree float *parameters = g_new0 (float, st_spec_parameters (&spec));
  StQuery query = { .images = images, .level = 0.2 };
  g_assert_true (st_ok (st_model_new (&spec, parameters, &query.model)));
  for (int kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    {
      query.hilbert = NULL;
      query.hilbert = hilbert_of (&query, (StKernel) kernel, 2);
      StResult *result = measure (&query, 2);
      const StHilbertResult *h = &result->hilbert;
      g_assert_true (h->known);
      g_assert_true (h->defined == (kernel < ST_KERNELS));
      g_assert_true (st_hilbert_is_defined (query.hilbert) == h->defined);
      g_assert_true (kernel < ST_KERNELS ? isnan (h->sigma) : h->sigma == 0);
      g_assert_cmpuint (h->angles.count, ==, 0);
      g_assert_cmpuint (h->numerical, ==, 0);
      g_assert_cmpuint (h->intervals.count, ==, 0);
      g_assert_true (isnan (h->floor) && isnan (h->distance_ratio));
      st_result_unref (result);
      st_hilbert_unref (query.hilbert);
    }
  st_model_unref (query.model);
  st_images_unref (images);

  images = small_images (9, ST_PERTURB_GAUSSIAN, 0);
  query = (StQuery) { .model = model, .images = images, .level = 0.2 };
  query.hilbert = hilbert_of (&query, ST_KERNEL_FROBENIUS, 1);
  StResult *result = measure (&query, 1);
  g_assert_cmpuint (result->hilbert.angles.count, ==, K);
  g_assert_true (isnan (result->hilbert.intervals.mean.low));
  g_assert_true (isnan (result->hilbert.intervals.degrees[0].high));
  st_result_unref (result);
  st_hilbert_unref (query.hilbert);
  st_model_unref (model);
  st_images_unref (images);
}

/* A tolerance matters to the kernels that know of ranks. */
static void
test_fits (void)
{
  StHilbertResult result = { .known = true, .tolerance = 1e-8, .subspace = K };
  for (int kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    {
      const StKernel base = st_kernel_base ((StKernel) kernel);
      const bool knows = base == ST_KERNEL_PROJECTION || base == ST_KERNEL_BONNABEL_SEPULCHRE;
      result.kernel = (StKernel) kernel;
      g_assert_true (st_hilbert_result_fits (&result, (StKernel) kernel, 1e-8, K));
      g_assert_true (st_hilbert_result_fits (&result, (StKernel) kernel, 1e-6, K) == !knows);
      g_assert_false (st_hilbert_result_fits (&result, (StKernel) ((kernel + 1) % ST_KERNELS_ALL),
                                              1e-8, K));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/intervals/by-hand", test_by_hand);
  g_test_add_func ("/intervals/many-angles", test_many_angles);
  g_test_add_func ("/intervals/same-bits", test_same_bits);
  g_test_add_func ("/intervals/level-zero", test_level_zero);
  g_test_add_func ("/intervals/undefined", test_undefined);
  g_test_add_func ("/intervals/fits", test_fits);
  return g_test_run ();
}
