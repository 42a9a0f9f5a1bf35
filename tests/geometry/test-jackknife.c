/* Intervals by leaving groups of images out, against facts from SciPy. */
#include <st-jackknife.h>
#include <st-point.h>

#include "jackknife-facts.h"
#include "synthetic.h"

#include <glib.h>
#include <math.h>

enum { N = JACKKNIFE_N, K = JACKKNIFE_K };

typedef struct Grams {
  double aa[N * N], bb[N * N], ab[N * N];
} Grams;

static void
assert_near (double value, double expected, double tolerance)
{
  if (!(fabs (value - expected) <= tolerance))
    g_error ("%.17g is not %.17g to %g", value, expected, tolerance);
}

static double *
points (StShape shape, StKernel kernel, bool perturbed)
{
  size_t length = st_kernel_features (kernel, shape);
  double *features = g_new (double, N * length), values[512];
  g_autofree float *latent = g_new (float, st_shape_size (shape));
  StPointWork *work = NULL;
  bool zero[3];
  st_point_work_new (shape, &work);
  for (uint32_t i = 0; i < N; i++)
    {
      synthetic_latent (shape, i, perturbed, latent);
      st_point (latent, kernel, 1e-8, work, values, zero, features + i * length);
    }
  st_point_work_free (work);
  return features;
}

static void
fill_grams (StShape shape, StKernel kernel, Grams *grams)
{
  size_t length = st_kernel_features (kernel, shape);
  g_autofree double *a = points (shape, kernel, false), *b = points (shape, kernel, true);
  double pairs[N * (N - 1) / 2], squares_a[N], squares_b[N];
  st_gram_block (length, N, a, N, a, grams->aa, N);
  st_gram_block (length, N, b, N, b, grams->bb, N);
  st_gram_block (length, N, a, N, b, grams->ab, N);
  if (!st_kernel_is_gaussian (kernel))
    return;
  double sigma = st_gram_median_distance (N, grams->aa, pairs);
  for (int i = 0; i < N; i++)
    {
      squares_a[i] = grams->aa[i * (N + 1)];
      squares_b[i] = grams->bb[i * (N + 1)];
    }
  st_gram_gaussian (N, squares_a, N, squares_a, sigma, grams->aa, N);
  st_gram_gaussian (N, squares_b, N, squares_b, sigma, grams->bb, N);
  st_gram_gaussian (N, squares_a, N, squares_b, sigma, grams->ab, N);
}

static StAngles
all_angles (uint32_t n, const Grams *grams)
{
  StSubspaceWork *work = NULL;
  StSubspace *a = NULL, *b = NULL;
  StAngles angles;
  double scratch[K * N];
  st_subspace_work_new (n, K, &work);
  st_subspace_new (n, K, &a);
  st_subspace_new (n, K, &b);
  st_subspace_fit (a, K, grams->aa, true, work);
  st_subspace_fit (b, K, grams->bb, true, work);
  st_angles_of_grams (a, b, grams->ab, K, scratch, &angles);
  st_subspace_work_free (work);
  st_subspace_free (a);
  st_subspace_free (b);
  return angles;
}

static StAngleIntervals
intervals_of (uint32_t n, const Grams *grams)
{
  StJackknife *jackknife = NULL;
  StAngles angles = all_angles (n, grams), replicates[ST_JACKKNIFE_GROUPS];
  StAngleIntervals intervals;
  g_assert_cmpint (st_jackknife_new (n, K, &jackknife).code, ==, ST_OK);
  for (uint32_t j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    g_assert_cmpint (st_jackknife_angles (jackknife, n, grams->aa, grams->bb, grams->ab, K, true,
                                          j, &replicates[j]).code, ==, ST_OK);
  st_jackknife_free (jackknife);
  st_jackknife_summary (n, &angles, replicates, &intervals);
  return intervals;
}

static void
check_interval (StInterval interval, double low, double high)
{
  if (low < 0.0)
    {
      g_assert_true (isnan (interval.low) && isnan (interval.high));
      return;
    }
  assert_near (interval.low, low, 1e-5);
  assert_near (interval.high, high, 1e-5);
}

static void
test_facts (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (JACKKNIFE_FACTS); i++)
    {
      const JackknifeFact *fact = &JACKKNIFE_FACTS[i];
      StKernel kernel;
      Grams grams;
      g_assert_true (st_kernel_from_any_name (fact->kernel, &kernel));
      fill_grams ((StShape) { fact->height, fact->width, fact->channels }, kernel, &grams);
      StAngleIntervals intervals = intervals_of (N, &grams);
      g_assert_cmpuint (intervals.count, ==, fact->count);
      check_interval (intervals.mean, fact->mean[0], fact->mean[1]);
      for (uint32_t j = 0; j < fact->count; j++)
        check_interval (intervals.degrees[j], fact->low[j], fact->high[j]);
    }
}

static void
assert_none (StInterval interval)
{
  g_assert_true (isnan (interval.low) && isnan (interval.high));
}

/* Fewer images than groups, one image, no angles, a replicate of fewer dimensions. */
static void
test_none (void)
{
  Grams grams, small;
  fill_grams ((StShape) { 5, 4, 12 }, ST_KERNEL_FROBENIUS, &grams);
  for (uint32_t n = 1; n < ST_JACKKNIFE_GROUPS; n += 4)
    {
      for (uint32_t i = 0; i < n * n; i++)
        {
          small.aa[i] = grams.aa[i / n * N + i % n];
          small.bb[i] = grams.bb[i / n * N + i % n];
          small.ab[i] = grams.ab[i / n * N + i % n];
        }
      StAngleIntervals intervals = intervals_of (n, &small);
      g_assert_cmpuint (intervals.count, ==, MIN (n - 1, K));
      assert_none (intervals.mean);
      for (uint32_t i = 0; i < intervals.count; i++)
        assert_none (intervals.degrees[i]);
    }

  /* Six points apart, the others at one place: without one of the six there are four angles. */
  Grams few = { 0 };
  for (int i = 0; i < 5; i++)
    few.aa[i * N + i] = few.bb[i * N + i] = few.ab[i * N + i] = 1.0 + i;
  StAngleIntervals intervals = intervals_of (N, &few);
  g_assert_cmpuint (intervals.count, ==, 5);
  assert_none (intervals.mean);
  assert_none (intervals.degrees[0]);
}

static void
test_interval (void)
{
  double replicates[ST_JACKKNIFE_GROUPS], values[25], sum = 0.0, squares = 0.0;
  for (int j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    replicates[j] = 40.0 + (j % 2 == 0 ? 1.0 : -1.0);
  /* sum of squares 10, times 9/10. */
  StInterval interval = st_jackknife_interval (39.0, replicates, 0.0, 90.0);
  assert_near (interval.low, 39.0 - 1.96 * 3, 1e-12);
  assert_near (interval.high, 39.0 + 1.96 * 3, 1e-12);
  interval = st_jackknife_interval (89.0, replicates, 85.0, 90.0);
  g_assert_cmpfloat (interval.low, ==, 85.0);
  g_assert_cmpfloat (interval.high, ==, 90.0);
  replicates[3] = NAN;
  assert_none (st_jackknife_interval (39.0, replicates, 0.0, 90.0));

  /* Groups of one: the standard error of a mean. */
  for (int i = 0; i < 25; i++)
    values[i] = sin (i * 1.7) * 10;
  for (int i = 0; i < 10; i++)
    sum += values[i];
  for (int i = 0; i < 10; i++)
    squares += (values[i] - sum / 10) * (values[i] - sum / 10);
  interval = st_jackknife_mean (10, values);
  assert_near (interval.low, sum / 10 - 1.96 * sqrt (squares / 90), 1e-12);
  assert_near (interval.high, sum / 10 + 1.96 * sqrt (squares / 90), 1e-12);
  assert_none (st_jackknife_mean (9, values));

  /* Groups of two and three. */
  double all = 0.0;
  for (int i = 0; i < 25; i++)
    all += values[i] / 25;
  for (int j = 0; j < 10; j++)
    {
      double left = 0.0;
      int count = 0;
      for (int i = 0; i < 25; i++)
        if (i % 10 != j)
          {
            left += values[i];
            count++;
          }
      replicates[j] = left / count;
    }
  StInterval expected = st_jackknife_interval (all, replicates, -100.0, 100.0);
  interval = st_jackknife_mean (25, values);
  assert_near (interval.low, expected.low, 1e-12);
  assert_near (interval.high, expected.high, 1e-12);
}

static void
test_too_many (void)
{
  StJackknife *jackknife = NULL;
  StAngles angles;
  g_assert_cmpint (st_jackknife_new (10, ST_SUBSPACE_MAX + 1, &jackknife).code, ==, ST_RANGE);
  g_assert_cmpint (st_jackknife_new (10, 2, &jackknife).code, ==, ST_OK);
  g_assert_cmpint (st_jackknife_angles (jackknife, 11, NULL, NULL, NULL, 2, true, 0, &angles).code,
                   ==, ST_SHAPE);
  g_assert_cmpint (st_jackknife_angles (jackknife, 9, NULL, NULL, NULL, 3, true, 0, &angles).code,
                   ==, ST_SHAPE);
  st_jackknife_free (jackknife);
  st_jackknife_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jackknife/facts", test_facts);
  g_test_add_func ("/jackknife/none", test_none);
  g_test_add_func ("/jackknife/interval", test_interval);
  g_test_add_func ("/jackknife/too-many", test_too_many);
  return g_test_run ();
}
