#include <st-point.h>
#include <st-spectrum.h>

#include "synthetic.h"

#include <glib.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 2 * SYNTHETIC_IMAGES };  /* clean and perturbed */

static const StShape SHAPES[] = { { 7, 7, 128 }, { 5, 4, 12 }, { 1, 6, 8 }, { 3, 3, 1 } };

static void
point (const float *latent, StShape shape, StKernel kernel, double tolerance, double *features)
{
  StPointWork *work = NULL;
  double values[512];
  bool zero[3];
  g_assert_cmpint (st_point_work_new (shape, &work).code, ==, ST_OK);
  g_assert_cmpint (st_point (latent, kernel, tolerance, work, values, zero, features).code, ==,
                   ST_OK);
  st_point_work_free (work);
}

static double *
points (StShape shape, StKernel kernel, double tolerance)
{
  size_t length = st_kernel_features (kernel, shape);
  double *features = g_new (double, N * length);
  float *latent = g_new (float, st_shape_size (shape));
  for (uint32_t i = 0; i < N; i++)
    {
      synthetic_latent (shape, i / 2, i % 2 == 1, latent);
      point (latent, shape, kernel, tolerance, features + i * length);
    }
  g_free (latent);
  return features;
}

static void
test_names (void)
{
  StKernel found;
  for (int i = 0; i < ST_KERNELS; i++)
    {
      g_assert_true (st_kernel_from_name (st_kernel_name ((StKernel) i), &found));
      g_assert_cmpint ((int) found, ==, i);
    }
  for (int i = 0; i < ST_KERNELS_ALL; i++)
    {
      g_assert_true (st_kernel_from_any_name (st_kernel_name ((StKernel) i), &found));
      g_assert_cmpint ((int) found, ==, i);
      g_autofree char *name = g_strdup_printf ("gaussian:%s",
                                               st_kernel_name (st_kernel_base (found)));
      g_assert_true (st_kernel_is_gaussian (found) == g_str_equal (name, st_kernel_name (found)));
    }
  /* Gaussians of geodesic distances, and what other functions have to carry out. */
  g_assert_false (st_kernel_from_any_name ("gaussian:affine-invariant", &found));
  g_assert_false (st_kernel_from_any_name ("gaussian:ye-lim", &found));
  g_assert_false (st_kernel_from_any_name ("geodesic", &found));
  g_assert_false (st_kernel_from_name ("gaussian:projection", &found));
}

static void
assert_positive_semidefinite (double *gram)
{
  double values[N];
  lapack_int info = LAPACKE_dsyev (LAPACK_COL_MAJOR, 'N', 'L', N, gram, N, values);
  g_assert_cmpint (info, ==, 0);
  g_assert_cmpfloat (values[N - 1], >, 0.0);
  g_assert_cmpfloat (values[0], >, -1e-13 * values[N - 1]);
}

/* At every mix of ranks, and whatever the tolerance. */
static void
test_positive_semidefinite (void)
{
  static const double TOLERANCES[] = { 1e-10, 1e-6, 1e-2, 0.3 };
  for (size_t s = 0; s < G_N_ELEMENTS (SHAPES); s++)
    for (int kernel = 0; kernel < ST_KERNELS; kernel++)
      for (size_t t = 0; t < G_N_ELEMENTS (TOLERANCES); t++)
        {
          size_t length = st_kernel_features ((StKernel) kernel, SHAPES[s]);
          double *features = points (SHAPES[s], (StKernel) kernel, TOLERANCES[t]);
          double gram[N * N], gaussian[N * N], squares[N], pairs[N * (N - 1) / 2];
          st_gram_block (length, N, features, N, features, gram, N);
          memcpy (gaussian, gram, sizeof gram);
          for (int i = 0; i < N; i++)
            squares[i] = gram[i * N + i];
          double sigma = st_gram_median_distance (N, gram, pairs);
          g_assert_cmpfloat (sigma, >, 0.0);
          st_gram_gaussian (N, squares, N, squares, sigma, gaussian, N);
          for (int i = 0; i < N; i++)
            g_assert_cmpfloat (gaussian[i * N + i], ==, 1.0);
          assert_positive_semidefinite (gaussian);
          assert_positive_semidefinite (gram);
          g_free (features);
        }
}

/* Blocks and rows in pieces, into a wider array, are the same matrix. */
static void
test_pieces (void)
{
  enum { STRIDE = N + 3 };
  StShape shape = SHAPES[0];
  size_t length = st_kernel_features (ST_KERNEL_PROJECTION, shape);
  double *features = points (shape, ST_KERNEL_PROJECTION, 1e-8);
  double gram[N * N], lower[N * STRIDE];
  st_gram_block (length, N, features, N, features, gram, N);
  for (int i = 0; i < N * STRIDE; i++)
    lower[i] = -7.0;
  for (uint32_t first = 0; first < N; first += 5)
    st_gram_lower_rows (length, features, first, MIN (5, N - first), lower, STRIDE);
  st_gram_mirror (N, lower, STRIDE);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < STRIDE; j++)
      if (j < N)
        {
          g_assert_cmpfloat_with_epsilon (lower[i * STRIDE + j], gram[i * N + j], 1e-13);
          g_assert_cmpfloat (lower[i * STRIDE + j], ==, lower[j * STRIDE + i]);
        }
      else
        g_assert_cmpfloat (lower[i * STRIDE + j], ==, -7.0);
  g_free (features);
}

/* K(x, x) of projection is sum r_i / d_i: the features know the ranks. */
static void
test_ranks (void)
{
  StShape shape = SHAPES[0];
  size_t length = st_kernel_features (ST_KERNEL_PROJECTION, shape), size = st_shape_size (shape);
  double *features = g_new (double, length), values[63], spectrum[63], norm;
  float *latent = g_new (float, size);
  StPointWork *work = NULL;
  StSpectrumWork *spectrum_work = NULL;
  bool zero[3];
  st_point_work_new (shape, &work);
  st_spectrum_work_new (shape, &spectrum_work);
  for (uint32_t i = 0; i < SYNTHETIC_IMAGES; i++)
    {
      synthetic_latent (shape, i, false, latent);
      st_spectrum (latent, spectrum_work, spectrum, zero);
      st_point (latent, ST_KERNEL_PROJECTION, 1e-8, work, values, zero, features);
      for (int j = 0; j < 63; j++)
        g_assert_cmpfloat_with_epsilon (values[j], spectrum[j],
                                        1e-300 + 1e-14 * spectrum[j < 7 ? 0 : j < 14 ? 7 : 14]);
      st_gram_block (length, 1, features, 1, features, &norm, 1);
      g_assert_cmpfloat_with_epsilon (
        norm, st_rank (values, 7, 1e-8) / 7.0 + st_rank (values + 7, 7, 1e-8) / 7.0
                + st_rank (values + 14, 49, 1e-8) / 128.0, 1e-13);
    }
  st_point_work_free (work);
  st_spectrum_work_free (spectrum_work);
  g_free (latent);
  g_free (features);
}

/* A projector stays one, P P = P, where the spectrum falls right through the tolerance. */
static void
test_graded (void)
{
  enum { SIDE = 128, SIZE = 7 * 7 * SIDE };
  StShape shape = SHAPES[0];
  float latent[SIZE];
  double *features = g_new (double, st_kernel_features (ST_KERNEL_PROJECTION, shape));
  double *p = g_new (double, SIDE * SIDE);
  synthetic_latent (shape, 11, true, latent);
  for (int i = 0; i < SIZE; i++)
    latent[i] *= powf (10.0f, -(float) (i / SIDE) / 8.0f);
  for (double tolerance = 1e-4; tolerance > 0.5e-10; tolerance /= 100)
    {
      point (latent, shape, ST_KERNEL_PROJECTION, tolerance, features);
      const double *feature = features + 2 * 28;
      for (int j = 0; j < SIDE; j++)
        for (int i = j; i < SIDE; i++)
          p[i * SIDE + j] = p[j * SIDE + i] = *feature++ * sqrt (i == j ? SIDE : SIDE / 2);
      for (int i = 0; i < SIDE; i++)
        {
          double product = 0.0;
          for (int j = 0; j < SIDE; j++)
            product += p[i * SIDE + j] * p[j * SIDE + i];
          g_assert_cmpfloat_with_epsilon (product, p[i * SIDE + i], 1e-13);
        }
    }
  g_free (features);
  g_free (p);
}

/* T -> a T changes nothing; nor does moving rows, columns and channels of all images alike, or
 * rotating channels around the vector of ones. */
static void
test_invariance (void)
{
  enum { SIZE = 7 * 7 * 128 };
  StShape shape = SHAPES[0];
  static float latent[2][SIZE], scaled[2][SIZE], moved[2][SIZE], rotated[2][SIZE];
  float (*const tensors[])[SIZE] = { latent, scaled, moved, rotated };
  for (int i = 0; i < 2; i++)
    {
      synthetic_latent (shape, 5 + (uint32_t) i, true, latent[i]);
      synthetic_round (shape, latent[i]);
      memcpy (rotated[i], latent[i], sizeof latent[i]);
      synthetic_reflect (shape, 0, true, rotated[i]);
      synthetic_reflect (shape, 2, true, rotated[i]);
      for (int j = 0; j < SIZE; j++)
        {
          int y = j / 128 / 7, x = j / 128 % 7, c = j % 128;
          scaled[i][j] = latent[i][j] * (i == 0 ? 0x1p60f : -0x1p-70f);
          moved[i][((y * 2 % 7) * 7 + x * 3 % 7) * 128 + c * 5 % 128] = latent[i][j];
        }
    }
  for (int kernel = 0; kernel < ST_KERNELS; kernel++)
    {
      size_t length = st_kernel_features ((StKernel) kernel, shape);
      double *features = g_new (double, 2 * length), gram[4][4];
      for (int i = 0; i < 4; i++)
        {
          for (size_t j = 0; j < 2; j++)
            point (tensors[i][j], shape, (StKernel) kernel, 1e-8, features + j * length);
          st_gram_block (length, 2, features, 2, features, gram[i], 2);
        }
      for (int j = 0; j < 4; j++)
        {
          g_assert_cmpfloat_with_epsilon (gram[1][j], gram[0][j], 1e-12 * gram[0][0]);
          g_assert_cmpfloat_with_epsilon (gram[2][j], gram[0][j], 1e-11 * gram[0][0]);
          g_assert_cmpfloat_with_epsilon (gram[3][j], gram[0][j], 1e-11 * gram[0][0]);
        }
      g_free (features);
    }
}

/* A constant tensor is the zero matrix, or its logarithm with epsilon; a tolerance of 1
 * leaves no eigenvectors. */
static void
test_rank_zero (void)
{
  StShape shape = { 4, 3, 6 };
  float latent[72];
  double features[2 * (10 + 6 + 21)];
  for (int i = 0; i < 72; i++)
    latent[i] = 0.3f;
  for (int kernel = 0; kernel < ST_KERNELS; kernel++)
    {
      const uint32_t sides[] = { 4, 3, 6 };
      const double *feature = features;
      point (latent, shape, (StKernel) kernel, 1e-8, features);
      for (int i = 0; i < 3 && kernel != ST_KERNEL_BONNABEL_SEPULCHRE; i++)
        for (uint32_t column = 0; column < sides[i]; column++)
          for (uint32_t row = column; row < sides[i]; row++)
            g_assert_cmpfloat_with_epsilon (
              *feature++,
              kernel == ST_KERNEL_LOG_EUCLIDEAN && row == column ? log (1e-3 / sides[i]) : 0.0,
              1e-15);
    }
  for (int round = 0; round < 2; round++)
    {
      point (latent, shape, ST_KERNEL_BONNABEL_SEPULCHRE, round == 0 ? 1e-8 : 1.0, features);
      for (size_t i = 0; i < G_N_ELEMENTS (features); i++)
        g_assert_cmpfloat (features[i], ==, 0.0);
      synthetic_latent (shape, 9, false, latent);
    }
  point (latent, shape, ST_KERNEL_PROJECTION, 1.0, features);
  for (size_t i = 0; i < G_N_ELEMENTS (features) / 2; i++)
    g_assert_cmpfloat (features[i], ==, 0.0);
}

static void
test_not_finite (void)
{
  StShape shape = { 4, 3, 6 };
  StPointWork *work = NULL;
  float latent[72];
  double features[2 * 37], values[13];
  bool zero[3];
  synthetic_latent (shape, 9, false, latent);
  latent[50] = INFINITY;
  st_point_work_new (shape, &work);
  for (int kernel = 0; kernel < ST_KERNELS; kernel++)
    {
      StStatus status = st_point (latent, (StKernel) kernel, 1e-8, work, values, zero, features);
      g_assert_cmpint (status.code, ==, ST_NON_FINITE);
      g_assert_cmpint (status.b, ==, 50);
    }
  st_point_work_free (work);
  g_assert_cmpint (st_point_work_new ((StShape) { 0, 3, 3 }, &work).code, ==, ST_SHAPE);
}

static int
compare (const void *a, const void *b)
{
  const double *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static void
test_median (void)
{
  g_assert_cmpfloat (st_median (NULL, 0), ==, 0.0);
  for (int round = 0; round < 2000; round++)
    {
      size_t n = (size_t) g_test_rand_int_range (1, 60);
      int kinds = g_test_rand_int_range (1, 20);  /* few: many are equal */
      double values[60], sorted[60];
      for (size_t i = 0; i < n; i++)
        values[i] = sorted[i] = g_test_rand_int_range (0, kinds);
      qsort (sorted, n, sizeof *sorted, compare);
      g_assert_cmpfloat (st_median (values, n), ==, (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
      qsort (values, n, sizeof *values, compare);
      g_assert_cmpmem (values, n * sizeof *values, sorted, n * sizeof *sorted);
    }
}

/* Equal points are at distance 0, not at the square root of rounding. */
static void
test_distance (void)
{
  enum { COPIES = 4 };
  StShape shape = SHAPES[0];
  size_t length = st_kernel_features (ST_KERNEL_LOG_EUCLIDEAN, shape);
  float *latent = g_new (float, st_shape_size (shape));
  double *features = g_new (double, COPIES * length), gram[COPIES * COPIES], scratch[6];
  synthetic_latent (shape, 8, true, latent);
  for (size_t i = 0; i < COPIES; i++)
    point (latent, shape, ST_KERNEL_LOG_EUCLIDEAN, 1e-8, features + i * length);
  st_gram_block (length, COPIES, features, COPIES, features, gram, COPIES);
  g_assert_cmpfloat (st_gram_median_distance (COPIES, gram, scratch), ==, 0.0);
  g_assert_cmpfloat (st_kernel_distance (length, features, features + length), ==, 0.0);
  features[length] += 1e-9;
  g_assert_cmpfloat_with_epsilon (st_kernel_distance (length, features, features + length), 1e-9,
                                  1e-14);
  g_assert_cmpfloat (st_gram_median_distance (1, gram, scratch), ==, 0.0);
  g_free (features);
  g_free (latent);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel/names", test_names);
  g_test_add_func ("/kernel/positive-semidefinite", test_positive_semidefinite);
  g_test_add_func ("/kernel/pieces", test_pieces);
  g_test_add_func ("/kernel/ranks", test_ranks);
  g_test_add_func ("/kernel/graded", test_graded);
  g_test_add_func ("/kernel/invariance", test_invariance);
  g_test_add_func ("/kernel/rank-zero", test_rank_zero);
  g_test_add_func ("/kernel/not-finite", test_not_finite);
  g_test_add_func ("/kernel/median", test_median);
  g_test_add_func ("/kernel/distance", test_distance);
  return g_test_run ();
}
