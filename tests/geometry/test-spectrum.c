#include <st-rng.h>
#include <st-spectrum.h>

#include "spectrum-facts.h"
#include "synthetic.h"

#include <glib.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static const StShape K4 = { 7, 7, 128 };
enum { K4_SIZE = 7 * 7 * 128 };

/* The precision that the design promises. */
static void
assert_close (double value, double expected, double largest)
{
  g_assert_cmpfloat (fabs (value - expected), <=, 1e-9 * expected + 1e-14 * largest);
}

static float *
load_latents (void)
{
  char *bytes;
  gsize length;
  g_assert_true (g_file_get_contents (FACTS "/latents-k4.f32", &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, SPECTRUM_IMAGES * K4_SIZE * sizeof (float));
  return (float *) (void *) bytes;
}

static StStatus
spectrum (const float *latent, StShape shape, double *values, bool zero[3])
{
  StSpectrumWork *work = NULL;
  g_assert_cmpint (st_spectrum_work_new (shape, &work).code, ==, ST_OK);
  StStatus status = st_spectrum (latent, work, values, zero);
  st_spectrum_work_free (work);
  return status;
}

/* Normals, some of them cut off at zero as ReLU does. */
static void
random_latent (uint32_t seed, StShape shape, bool rectified, float *latent)
{
  size_t n = st_shape_size (shape);
  double *normals = g_new (double, n);
  st_random_normal ((StRandomKey) { .seed = seed }, n, normals);
  for (size_t i = 0; i < n; i++)
    latent[i] = rectified && normals[i] < 0.0 ? 0.0f : (float) normals[i];
  g_free (normals);
}

static void
test_facts (void)
{
  float *latents = load_latents ();
  for (int image = 0; image < SPECTRUM_IMAGES; image++)
    {
      static const double TOLERANCES[] = { 1e-4, 1e-6, 1e-8 };
      const double *expected = SPECTRA + image * SPECTRUM_VALUES;
      double values[SPECTRUM_VALUES];
      const double *value = values;
      bool zero[3];
      uint32_t lengths[3];
      st_spectrum_lengths (K4, lengths);
      g_assert_cmpint (spectrum (latents + image * K4_SIZE, K4, values, zero).code, ==, ST_OK);
      for (int i = 0; i < 3; value += lengths[i], expected += lengths[i], i++)
        {
          g_assert_false (zero[i]);
          for (uint32_t j = 0; j < lengths[i]; j++)
            assert_close (value[j], expected[j], expected[0]);
          for (int t = 0; t < 3; t++)
            g_assert_cmpuint (st_rank (value, lengths[i], TOLERANCES[t]), ==,
                              RANKS[3 * image + i][t]);
        }
    }
  g_free (latents);
}

static void
test_covariances (void)
{
  float *latents = load_latents ();
  const double *expected = COVARIANCES, *channel = CHANNELS;
  double s1[49], s2[49], *s3 = g_new (double, 128 * 128);
  for (int image = 0; image < SPECTRUM_IMAGES; image++)
    {
      g_assert_cmpint (st_covariances (latents + image * K4_SIZE, K4, s1, s2, s3).code, ==, ST_OK);
      for (int i = 0; i < 49; i++)
        g_assert_cmpfloat_with_epsilon (s1[i], *expected++, 1e-14);
      for (int i = 0; i < 49; i++)
        g_assert_cmpfloat_with_epsilon (s2[i], *expected++, 1e-14);
      for (int i = 5; i < 128; i += 41)
        for (int j = 2; j < 128; j += 31)
          {
            g_assert_cmpfloat_with_epsilon (s3[i * 128 + j], *channel++, 1e-14);
            g_assert_cmpfloat (s3[i * 128 + j], ==, s3[j * 128 + i]);
          }
    }
  g_free (s3);
  g_free (latents);
}

/* Squared singular values of one centred unfolding, by LAPACK's SVD; axis 0, 1 or 2. */
static void
naive_spectrum (const float *latent, StShape shape, int axis, uint32_t length, double *values)
{
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t at[3], n = sides[axis], m = (uint32_t) st_shape_size (shape) / n;
  double *x = g_new (double, (size_t) n * m), *sigma = g_new0 (double, MAX (n, m));
  double *superb = g_new (double, MAX (n, m));
  uint32_t *filled = g_new0 (uint32_t, n);
  for (at[0] = 0; at[0] < sides[0]; at[0]++)
    for (at[1] = 0; at[1] < sides[1]; at[1]++)
      for (at[2] = 0; at[2] < sides[2]; at[2]++)
        x[at[axis] + (size_t) n * filled[at[axis]]++] = (double) *latent++;
  for (uint32_t row = 0; row < n; row++)
    {
      double mean = 0.0;
      for (uint32_t j = 0; j < m; j++)
        mean += x[row + (size_t) n * j];
      mean /= m;
      for (uint32_t j = 0; j < m; j++)
        x[row + (size_t) n * j] -= mean;
    }
  lapack_int info = LAPACKE_dgesvd (LAPACK_COL_MAJOR, 'N', 'N', (lapack_int) n, (lapack_int) m, x,
                                    (lapack_int) n, sigma, NULL, 1, NULL, 1, superb);
  g_assert_cmpint (info, ==, 0);
  for (uint32_t i = 0; i < length; i++)
    values[i] = i < MIN (n, m) ? sigma[i] * sigma[i] / MAX (m - 1, 1) : 0.0;
  g_free (filled);
  g_free (superb);
  g_free (sigma);
  g_free (x);
}

static void
check_against_svd (const float *latent, StShape shape)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  double *values = g_new (double, lengths[0] + lengths[1] + lengths[2]), *value = values;
  bool zero[3];
  g_assert_cmpint (spectrum (latent, shape, values, zero).code, ==, ST_OK);
  for (int axis = 0; axis < 3; value += lengths[axis], axis++)
    {
      double *expected = g_new (double, lengths[axis]);
      naive_spectrum (latent, shape, axis, lengths[axis], expected);
      for (uint32_t i = 0; i < lengths[axis]; i++)
        {
          assert_close (value[i], expected[i], expected[0]);
          g_assert_cmpfloat (value[i], >=, 0.0);
          g_assert_true (i == 0 || value[i] <= value[i - 1]);
        }
      g_free (expected);
    }
  g_free (values);
}

/* More cells than channels, fewer, one of each; whole and rectified. */
static void
test_shapes (void)
{
  static const StShape SHAPES[] = { { 7, 7, 128 }, { 7, 7, 49 }, { 7, 7, 48 }, { 7, 7, 8 },
                                    { 7, 7, 1 },   { 1, 9, 20 }, { 9, 1, 20 }, { 1, 1, 30 },
                                    { 3, 5, 17 },  { 8, 4, 32 }, { 2, 1, 1 },  { 12, 12, 16 } };
  for (uint32_t i = 0; i < G_N_ELEMENTS (SHAPES); i++)
    for (int rectified = 0; rectified < 2; rectified++)
      {
        float *latent = g_new (float, st_shape_size (SHAPES[i]));
        random_latent (i + 1, SHAPES[i], rectified, latent);
        check_against_svd (latent, SHAPES[i]);
        g_free (latent);
      }
}

/* Spectra that fall over many decades, and a mean that is large beside the spread. */
static void
test_graded (void)
{
  float latent[K4_SIZE];
  random_latent (1, K4, false, latent);
  for (int i = 0; i < K4_SIZE; i++)
    latent[i] *= powf (10.0f, -(float) (i % 128) / 16.0f);
  check_against_svd (latent, K4);
  random_latent (2, K4, false, latent);
  for (int i = 0; i < K4_SIZE; i++)
    latent[i] = 1000.0f + latent[i] * powf (2.0f, -(float) (i / 128) / 4.0f);
  check_against_svd (latent, K4);
}

/* D distinct cells leave rank(S3) = D - 1, to the last bit of what is asked for. */
static void
test_equal_cells (void)
{
  float latent[K4_SIZE], cells[K4_SIZE];
  double values[SPECTRUM_VALUES];
  bool zero[3];
  random_latent (5, K4, true, cells);
  for (uint32_t distinct = 1; distinct <= 49; distinct++)
    {
      for (uint32_t cell = 0; cell < 49; cell++)
        memcpy (latent + cell * 128, cells + (cell * 53 % distinct) * 128, 128 * sizeof (float));
      g_assert_cmpint (spectrum (latent, K4, values, zero).code, ==, ST_OK);
      for (double tolerance = 1e-4; tolerance > 0.5e-10; tolerance /= 10)
        g_assert_cmpuint (st_rank (values + 14, 49, tolerance), ==, distinct - 1);
      g_assert_cmpint (zero[2], ==, distinct == 1);
    }
}

static void
assert_zero (const float *latent, StShape shape)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  uint32_t n = lengths[0] + lengths[1] + lengths[2];
  double *values = g_new (double, n);
  bool zero[3];
  g_assert_cmpint (spectrum (latent, shape, values, zero).code, ==, ST_OK);
  for (uint32_t i = 0; i < n; i++)
    g_assert_cmpfloat (values[i], ==, 0.0);
  for (int i = 0; i < 3; i++)
    g_assert_true (zero[i]);
  g_assert_cmpuint (st_rank (values, lengths[0], 1e-8), ==, 0);
  g_free (values);
}

static void
test_constant (void)
{
  static const float VALUES[] = { 0.0f, 0.1f, 1.0f / 3.0f, -7.7e30f, 3.3e-30f, 1e-45f, 3.4e38f };
  float latent[K4_SIZE];
  for (size_t v = 0; v < G_N_ELEMENTS (VALUES); v++)
    {
      for (int i = 0; i < K4_SIZE; i++)
        latent[i] = VALUES[v];
      assert_zero (latent, K4);
      assert_zero (latent, (StShape) { 1, 1, 128 });
      assert_zero (latent, (StShape) { 7, 1, 1 });
      assert_zero (latent, (StShape) { 1, 1, 1 });
    }
}

/* Each image row constant: S1 is zero, the others are not. */
static void
test_one_zero (void)
{
  float latent[K4_SIZE];
  double values[SPECTRUM_VALUES];
  bool zero[3];
  for (int i = 0; i < K4_SIZE; i++)
    latent[i] = 0.1f * (float) (i / (7 * 128));
  g_assert_cmpint (spectrum (latent, K4, values, zero).code, ==, ST_OK);
  g_assert_true (zero[0] && !zero[1] && !zero[2]);
  g_assert_cmpuint (st_rank (values, 7, 1e-8), ==, 0);
  g_assert_cmpuint (st_rank (values + 7, 7, 1e-8), ==, 1);
  g_assert_cmpuint (st_rank (values + 14, 49, 1e-8), ==, 1);
}

static void
test_not_finite (void)
{
  static const float BAD[] = { NAN, INFINITY, -INFINITY };
  static const int PLACES[] = { 0, 4321, K4_SIZE - 1 };
  float latent[K4_SIZE];
  double values[SPECTRUM_VALUES], s1[49], s2[49], *s3 = g_new (double, 128 * 128);
  bool zero[3];
  for (int bad = 0; bad < 3; bad++)
    for (int place = 0; place < 3; place++)
      {
        random_latent (1, K4, false, latent);
        latent[PLACES[place]] = BAD[bad];
        StStatus status = spectrum (latent, K4, values, zero);
        g_assert_cmpint (status.code, ==, ST_NON_FINITE);
        g_assert_cmpint (status.b, ==, PLACES[place]);
        status = st_covariances (latent, K4, s1, s2, s3);
        g_assert_cmpint (status.code, ==, ST_NON_FINITE);
        g_assert_cmpint (status.b, ==, PLACES[place]);
      }
  g_free (s3);
}

/* T -> a T scales the spectra by a^2 and leaves the ranks; also far from 1. */
static void
test_scale (void)
{
  static const float SCALES[] = { 1e30f, 1e-30f, 3.0f, -0.125f };
  float latent[K4_SIZE], scaled[K4_SIZE];
  double values[SPECTRUM_VALUES], other[SPECTRUM_VALUES];
  bool zero[3];
  random_latent (3, K4, true, latent);
  memcpy (latent + 128, latent, 128 * sizeof (float));
  g_assert_cmpint (spectrum (latent, K4, values, zero).code, ==, ST_OK);
  for (size_t s = 0; s < G_N_ELEMENTS (SCALES); s++)
    {
      double square = (double) SCALES[s] * (double) SCALES[s];
      for (int i = 0; i < K4_SIZE; i++)
        scaled[i] = latent[i] * SCALES[s];
      g_assert_cmpint (spectrum (scaled, K4, other, zero).code, ==, ST_OK);
      for (int i = 0; i < SPECTRUM_VALUES; i++)
        {
          int first = i < 7 ? 0 : i < 14 ? 7 : 14;
          /* Floats were rounded anew: relative to the largest. */
          g_assert_cmpfloat_with_epsilon (other[i] / square, values[i], 1e-6 * values[first]);
        }
      g_assert_cmpuint (st_rank (other + 14, 49, 1e-8), ==, 47);
    }
}

/* Rows, columns and channels may change places. */
static void
test_permutation (void)
{
  float latent[K4_SIZE], moved[K4_SIZE];
  double values[SPECTRUM_VALUES], other[SPECTRUM_VALUES];
  bool zero[3];
  random_latent (4, K4, true, latent);
  for (int y = 0; y < 7; y++)
    for (int x = 0; x < 7; x++)
      for (int c = 0; c < 128; c++)
        moved[((y * 3 % 7) * 7 + x * 5 % 7) * 128 + c * 37 % 128] = latent[(y * 7 + x) * 128 + c];
  g_assert_cmpint (spectrum (latent, K4, values, zero).code, ==, ST_OK);
  g_assert_cmpint (spectrum (moved, K4, other, zero).code, ==, ST_OK);
  for (int i = 0; i < SPECTRUM_VALUES; i++)
    assert_close (other[i], values[i], values[i < 7 ? 0 : i < 14 ? 7 : 14]);
}

/* Eigenvalues of a symmetric n x n matrix by LAPACK, as st_spectrum() would give them. */
static void
lapack_spectrum (uint32_t n, double *matrix, uint32_t kept, double largest, double *values)
{
  g_autofree double *ascending = g_new (double, n);
  lapack_int side = (lapack_int) n;
  g_assert_cmpint (LAPACKE_dsyevd (LAPACK_COL_MAJOR, 'N', 'L', side, matrix, side, ascending), ==,
                   0);
  bool zero = ascending[n - 1] <= 1e-24 * largest * largest;
  for (uint32_t i = 0; i < kept; i++)
    values[i] = zero ? 0.0 : MAX (ascending[n - 1 - i], 0.0);
}

static void
check_ranks (const double *values, const double *expected, uint32_t n)
{
  for (double tolerance = 1e-4; tolerance > 0.5e-10; tolerance /= 10)
    {
      bool near = false;
      for (uint32_t i = 0; i < n; i++)
        near |= fabs (expected[i] / (tolerance * expected[0]) - 1.0) < 1e-4;
      if (!near)
        g_assert_cmpuint (st_rank (values, n, tolerance), ==, st_rank (expected, n, tolerance));
    }
}

static void
check_against_lapack (const float *latent, StShape shape, const double *values)
{
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  double *s[3], largest = 0.0;
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  for (size_t i = 0; i < st_shape_size (shape); i++)
    largest = MAX (largest, fabs ((double) latent[i]));
  for (int axis = 0; axis < 3; axis++)
    s[axis] = g_new (double, sides[axis] * sides[axis]);
  g_assert_cmpint (st_covariances (latent, shape, s[0], s[1], s[2]).code, ==, ST_OK);
  for (int axis = 0; axis < 3; values += lengths[axis], axis++)
    {
      g_autofree double *expected = g_new (double, lengths[axis]);
      lapack_spectrum (sides[axis], s[axis], lengths[axis], largest, expected);
      for (uint32_t i = 0; i < lengths[axis]; i++)
        g_assert_cmpfloat (fabs (values[i] - expected[i]), <=, 1e-12 * expected[0]);
      check_ranks (values, expected, lengths[axis]);
      g_free (s[axis]);
    }
}

/* Many at once: what LAPACK gives one by one, and bit for bit what each gives alone. */
static void
test_batch (void)
{
  enum { COUNT = 19 };
  static const StShape SHAPES[] = { { 7, 7, 128 }, { 7, 7, 8 }, { 3, 5, 17 }, { 1, 1, 4 } };
  for (size_t s = 0; s < G_N_ELEMENTS (SHAPES); s++)
    {
      StShape shape = SHAPES[s];
      size_t size = st_shape_size (shape);
      uint32_t lengths[3];
      st_spectrum_lengths (shape, lengths);
      size_t stride = lengths[0] + lengths[1] + lengths[2];
      g_autofree float *latents = g_new (float, COUNT * size);
      g_autofree double *values = g_new (double, COUNT * stride);
      g_autofree double *parts = g_new (double, COUNT * stride);
      bool zero[COUNT][3], zero_parts[COUNT][3];
      StSpectrumWork *work = NULL;

      for (uint32_t i = 0; i < COUNT; i++)
        if (i == 0)
          memset (latents, 0, size * sizeof *latents);
        else if (i % 3 == 0)
          random_latent (i, shape, true, latents + i * size);
        else
          synthetic_latent (shape, i % SYNTHETIC_IMAGES, i % 2, latents + i * size);
      g_assert_cmpint (st_spectrum_work_new (shape, &work).code, ==, ST_OK);
      g_assert_cmpint (st_spectrum_batch (latents, COUNT, work, values, zero).code, ==, ST_OK);
      for (uint32_t i = 0; i < COUNT; i++)
        check_against_lapack (latents + i * size, shape, values + i * stride);
      for (uint32_t chunk = 1; chunk < COUNT; chunk += 3)
        {
          for (uint32_t i = 0; i < COUNT; i += chunk)
            g_assert_cmpint (st_spectrum_batch (latents + i * size, MIN (chunk, COUNT - i), work,
                                                parts + i * stride, zero_parts + i).code, ==,
                             ST_OK);
          g_assert_cmpmem (parts, COUNT * stride * sizeof *parts, values,
                           COUNT * stride * sizeof *values);
          g_assert_cmpmem (zero_parts, sizeof zero, zero, sizeof zero);
        }
      g_assert_true (zero[0][0] && zero[0][1] && zero[0][2]);

      latents[(COUNT - 2) * size + size / 2] = NAN;
      StStatus status = st_spectrum_batch (latents, COUNT, work, values, zero);
      g_assert_cmpint (status.code, ==, ST_NON_FINITE);
      g_assert_cmpint (status.a, ==, COUNT - 2);
      g_assert_cmpint (status.b, ==, size / 2);
      g_assert_cmpint (st_spectrum_batch (latents, 0, work, values, zero).code, ==, ST_OK);
      st_spectrum_work_free (work);
    }
}

static void
test_rank (void)
{
  const double values[] = { 2.0, 1.0, 2e-6, 1e-12, 0.0 };
  g_assert_cmpuint (st_rank (values, 5, 0.0), ==, 4);
  g_assert_cmpuint (st_rank (values, 5, 1e-8), ==, 3);
  g_assert_cmpuint (st_rank (values, 5, 1e-6), ==, 2);  /* above, not at */
  g_assert_cmpuint (st_rank (values, 5, 1.0), ==, 0);
  g_assert_cmpuint (st_rank (values, 0, 1e-8), ==, 0);
}

static void
test_empty_shape (void)
{
  StSpectrumWork *work = NULL;
  g_assert_cmpint (st_spectrum_work_new ((StShape) { 7, 0, 3 }, &work).code, ==, ST_SHAPE);
  g_assert_null (work);
  st_spectrum_work_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spectrum/facts", test_facts);
  g_test_add_func ("/spectrum/covariances", test_covariances);
  g_test_add_func ("/spectrum/shapes", test_shapes);
  g_test_add_func ("/spectrum/graded", test_graded);
  g_test_add_func ("/spectrum/equal-cells", test_equal_cells);
  g_test_add_func ("/spectrum/constant", test_constant);
  g_test_add_func ("/spectrum/one-zero", test_one_zero);
  g_test_add_func ("/spectrum/not-finite", test_not_finite);
  g_test_add_func ("/spectrum/scale", test_scale);
  g_test_add_func ("/spectrum/permutation", test_permutation);
  g_test_add_func ("/spectrum/batch", test_batch);
  g_test_add_func ("/spectrum/rank", test_rank);
  g_test_add_func ("/spectrum/empty-shape", test_empty_shape);
  return g_test_run ();
}
