/* Points made several at a time against those made by LAPACK one by one, and points of
 * doubles. */
#include <st-point.h>
#include <st-spectrum.h>

#include "synthetic.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { N = 2 * SYNTHETIC_IMAGES };

static const StShape SHAPES[] = { { 7, 7, 128 }, { 5, 4, 12 }, { 1, 6, 8 }, { 3, 3, 1 },
                                  { 1, 1, 4 }, { 2, 7, 49 } };

typedef struct Points {
  size_t stride, length;
  double *values, *features;
  bool zero[N][3];
} Points;

static Points
points_new (StShape shape, StKernel kernel)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  Points points = { .stride = (size_t) lengths[0] + lengths[1] + lengths[2],
                    .length = st_kernel_features (kernel, shape) };
  points.values = g_new0 (double, N * points.stride);
  points.features = g_new0 (double, N * points.length);
  return points;
}

static void
points_clear (Points *points)
{
  g_free (points->values);
  g_free (points->features);
}

static StPointWork *
work_of (StShape shape)
{
  StPointWork *work = NULL;
  g_assert_cmpint (st_point_work_new (shape, &work).code, ==, ST_OK);
  return work;
}

static float *
latents_of (StShape shape)
{
  size_t size = st_shape_size (shape);
  float *latents = g_new (float, N * size);
  for (uint32_t i = 0; i < N; i++)
    synthetic_latent (shape, i / 2, i % 2 == 1, latents + i * size);
  return latents;
}

static void
assert_close (const double *values, const double *expected, size_t n, double tolerance)
{
  double largest = 0.0, worst = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      largest = fmax (largest, fabs (expected[i]));
      worst = fmax (worst, fabs (values[i] - expected[i]));
    }
  g_assert_cmpfloat (worst, <=, tolerance * largest);
}

/* Ranks are exact here: below them is nothing but rounding, so both ways see one subspace. */
static void
test_together (void)
{
  for (size_t s = 0; s < G_N_ELEMENTS (SHAPES); s++)
    for (int kernel = 0; kernel < ST_KERNELS; kernel++)
      {
        StShape shape = SHAPES[s];
        size_t size = st_shape_size (shape);
        g_autofree float *latents = latents_of (shape);
        StPointWork *work = work_of (shape);
        Points alone = points_new (shape, (StKernel) kernel);
        Points together = points_new (shape, (StKernel) kernel);
        g_assert_cmpint (st_points (latents, N, (StKernel) kernel, 1e-8, work, together.values,
                                    together.zero, together.features).code, ==, ST_OK);
        for (uint32_t i = 0; i < N; i++)
          {
            double *values = alone.values + i * alone.stride;
            double *features = alone.features + i * alone.length;
            g_assert_cmpint (st_point (latents + i * size, (StKernel) kernel, 1e-8, work, values,
                                       alone.zero[i], features).code, ==, ST_OK);
            assert_close (together.features + i * alone.length, features, alone.length, 1e-12);
            assert_close (together.values + i * alone.stride, values, alone.stride, 1e-12);
          }
        g_assert_cmpmem (together.zero, sizeof together.zero, alone.zero, sizeof alone.zero);
        points_clear (&alone);
        points_clear (&together);
        st_point_work_free (work);
      }
}

/* However the images are cut into calls, the bits are the same. */
static void
test_cuts (void)
{
  StShape shape = SHAPES[0];
  size_t size = st_shape_size (shape);
  g_autofree float *latents = latents_of (shape);
  StPointWork *work = work_of (shape);
  Points all = points_new (shape, ST_KERNEL_PROJECTION);
  st_points (latents, N, ST_KERNEL_PROJECTION, 1e-8, work, all.values, all.zero, all.features);
  for (uint32_t step = 1; step <= 11; step += 5)
    {
      Points cut = points_new (shape, ST_KERNEL_PROJECTION);
      for (uint32_t i = 0; i < N; i += step)
        st_points (latents + i * size, MIN (step, N - i), ST_KERNEL_PROJECTION, 1e-8, work,
                   cut.values + i * cut.stride, cut.zero + i, cut.features + i * cut.length);
      g_assert_cmpmem (cut.values, N * cut.stride * sizeof (double), all.values,
                       N * cut.stride * sizeof (double));
      g_assert_cmpmem (cut.features, N * cut.length * sizeof (double), all.features,
                       N * cut.length * sizeof (double));
      points_clear (&cut);
    }
  points_clear (&all);
  st_point_work_free (work);
}

static void
test_not_finite (void)
{
  StShape shape = { 5, 4, 12 };
  size_t size = st_shape_size (shape);
  g_autofree float *latents = latents_of (shape);
  g_autofree double *doubles = g_new0 (double, size);
  StPointWork *work = work_of (shape);
  Points points = points_new (shape, ST_KERNEL_FROBENIUS);
  latents[19 * size + 7] = NAN;
  StStatus status = st_points (latents, N, ST_KERNEL_FROBENIUS, 1e-8, work, points.values,
                               points.zero, points.features);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.a, ==, 19);
  g_assert_cmpint (status.b, ==, 7);
  doubles[100] = -INFINITY;
  status = st_point_of_doubles (doubles, ST_KERNEL_FROBENIUS, 1e-8, work, points.values,
                                points.zero[0], points.features);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.b, ==, 100);
  points_clear (&points);
  st_point_work_free (work);
}

/* ---- doubles ---- */

/* S1 / tr S1 by its definition. */
static void
naive_first (StShape shape, const double *t, double *s)
{
  size_t h = shape.height, m = (size_t) shape.width * shape.channels;
  double trace = 0.0;
  for (size_t i = 0; i < h; i++)
    for (size_t j = 0; j < h; j++)
      {
        double mean_i = 0.0, mean_j = 0.0, sum = 0.0;
        for (size_t c = 0; c < m; c++)
          {
            mean_i += t[i * m + c] / (double) m;
            mean_j += t[j * m + c] / (double) m;
          }
        for (size_t c = 0; c < m; c++)
          sum += (t[i * m + c] - mean_i) * (t[j * m + c] - mean_j);
        s[i * h + j] = sum;
        trace += i == j ? sum : 0.0;
      }
  for (size_t i = 0; i < h * h; i++)
    s[i] /= trace;
}

/* Nothing is rounded to float on the way. */
static void
test_doubles (void)
{
  StShape shape = { 4, 3, 6 };
  double t[72], s[16], features[10 + 6 + 21], rounded[10 + 6 + 21], values[13], worst = 0.0;
  float floats[72];
  bool zero[3];
  StPointWork *work = work_of (shape);
  for (int i = 0; i < 72; i++)
    floats[i] = (float) (t[i] = 1000.0 + sin (1.7 * i * i));
  naive_first (shape, t, s);
  st_point_of_doubles (t, ST_KERNEL_FROBENIUS, 1e-8, work, values, zero, features);
  st_point (floats, ST_KERNEL_FROBENIUS, 1e-8, work, values, zero, rounded);
  const double *feature = features;
  for (int j = 0; j < 4; j++)
    for (int i = j; i < 4; i++, feature++)
      {
        double expected = i == j ? s[j * 4 + i] : sqrt (2.0) * s[j * 4 + i];
        g_assert_cmpfloat_with_epsilon (*feature, expected, 1e-11);
        worst = fmax (worst, fabs (rounded[feature - features] - expected));
      }
  g_assert_cmpfloat (worst, >, 1e-7);
  st_point_work_free (work);
}

/* Where doubles are floats, they give the same; c T gives what T gives, from one end of the
 * range to the other; constant rows, channels and tensors count as exactly 0. */
static void
test_doubles_like_floats (void)
{
  StShape shape = { 5, 4, 12 };
  size_t size = st_shape_size (shape);
  StPointWork *work = work_of (shape);
  for (int kernel = 0; kernel < ST_KERNELS; kernel++)
    for (uint32_t image = 0; image < SYNTHETIC_IMAGES; image++)
      {
        Points one = points_new (shape, (StKernel) kernel), two = points_new (shape, (StKernel) kernel);
        g_autofree float *floats = g_new (float, size);
        g_autofree double *doubles = g_new (double, size);
        synthetic_latent (shape, image, false, floats);
        st_point (floats, (StKernel) kernel, 1e-8, work, one.values, one.zero[0], one.features);
        for (int power = -300; power <= 300; power += 300)
          {
            for (size_t i = 0; i < size; i++)
              doubles[i] = ldexp ((double) floats[i], power);
            st_point_of_doubles (doubles, (StKernel) kernel, 1e-8, work, two.values, two.zero[0],
                                 two.features);
            assert_close (two.features, one.features, one.length, 1e-11);
            g_assert_cmpmem (two.zero[0], sizeof two.zero[0], one.zero[0], sizeof one.zero[0]);
          }
        points_clear (&one);
        points_clear (&two);
      }
  double constant[240], values[21], features[15 + 10 + 78];
  bool zero[3];
  for (int i = 0; i < 240; i++)
    constant[i] = 0.1;
  st_point_of_doubles (constant, ST_KERNEL_PROJECTION, 1e-8, work, values, zero, features);
  g_assert_true (zero[0] && zero[1] && zero[2]);
  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpfloat (values[i], ==, 0.0);
  for (size_t i = 0; i < G_N_ELEMENTS (features); i++)
    g_assert_cmpfloat (features[i], ==, 0.0);
  st_point_work_free (work);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/point/together", test_together);
  g_test_add_func ("/point/cuts", test_cuts);
  g_test_add_func ("/point/not-finite", test_not_finite);
  g_test_add_func ("/point/doubles", test_doubles);
  g_test_add_func ("/point/doubles-like-floats", test_doubles_like_floats);
  return g_test_run ();
}
