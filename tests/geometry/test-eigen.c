#include <st-eigen.h>
#include <st-rng.h>

#include <glib.h>
#include <math.h>
#include <string.h>

/* The largest alone are what they are among all. */
static void
check_largest (StEigen *eigen, const double *a, uint32_t n, uint32_t k, const double *values,
               const double *vectors, double scale)
{
  double *largest = g_new (double, k), *same = g_new (double, n * k);
  for (uint32_t j = 0; j < n; j++)
    for (uint32_t i = 0; i < n; i++)
      st_eigen_matrix (eigen)[j * n + i] = i >= j ? a[j * n + i] : NAN;
  g_assert_cmpint (st_eigen_solve_largest (eigen, n, k, largest, same).code, ==, ST_OK);
  for (uint32_t i = 0; i < k; i++)
    g_assert_cmpfloat_with_epsilon (largest[i], values[i], 1e-13 * n * scale);
  g_assert_cmpmem (same, n * k * sizeof *same, vectors, n * k * sizeof *vectors);
  g_free (largest);
  g_free (same);
}

/* A v = lambda v, V^T V = I, values in order and with the trace of A. */
static void
check (const double *a, uint32_t n, uint32_t k, double scale)
{
  StEigen *eigen = NULL;
  double *values = g_new (double, n), *vectors = g_new (double, n * k), trace = 0.0, sum = 0.0;
  g_assert_cmpint (st_eigen_new (n, k, &eigen).code, ==, ST_OK);
  /* The upper triangle is not read. */
  for (uint32_t j = 0; j < n; j++)
    for (uint32_t i = 0; i < n; i++)
      st_eigen_matrix (eigen)[j * n + i] = i >= j ? a[j * n + i] : NAN;
  g_assert_cmpint (st_eigen_solve (eigen, n, k, values, vectors).code, ==, ST_OK);

  for (uint32_t i = 0; i < n; i++)
    {
      g_assert_true (i == 0 || values[i] <= values[i - 1]);
      trace += a[i * n + i];
      sum += values[i];
    }
  g_assert_cmpfloat_with_epsilon (sum, trace, 1e-13 * n * scale);
  for (uint32_t v = 0; v < k; v++)
    {
      const double *vector = vectors + v * n;
      double most = 0.0;
      for (uint32_t i = 0; i < n; i++)
        {
          double product = 0.0;
          for (uint32_t j = 0; j < n; j++)
            product += a[MIN (i, j) * n + MAX (i, j)] * vector[j];
          g_assert_cmpfloat_with_epsilon (product, values[v] * vector[i], 1e-13 * n * scale);
          most = fabs (vector[i]) > fabs (most) ? vector[i] : most;
        }
      g_assert_cmpfloat (most, >, 0.0);
      for (uint32_t other = 0; other <= v; other++)
        {
          double product = 0.0;
          for (uint32_t i = 0; i < n; i++)
            product += vector[i] * vectors[other * n + i];
          g_assert_cmpfloat_with_epsilon (product, other == v ? 1.0 : 0.0, 1e-13 * n);
        }
    }
  check_largest (eigen, a, n, k, values, vectors, scale);
  st_eigen_free (eigen);
  g_free (values);
  g_free (vectors);
}

static void
test_random (void)
{
  static const uint32_t SIDES[] = { 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 96, 97, 150 };
  for (size_t s = 0; s < G_N_ELEMENTS (SIDES); s++)
    {
      uint32_t n = SIDES[s];
      double *a = g_new (double, n * n);
      st_random_normal ((StRandomKey) { .seed = n }, n * n, a);
      check (a, n, MIN (n, 6), 1.0 * n);
      check (a, n, n, 1.0 * n);
      g_free (a);
    }
}

/* Many equal eigenvalues, and none at all. */
static void
check_clusters (uint32_t side)
{
  const uint32_t size = side * side;
  g_autofree double *a = g_new0 (double, size);
  check (a, side, 4, 1.0);
  for (uint32_t i = 0; i < side; i++)
    a[i * side + i] = 3.0;
  check (a, side, 4, 3.0);
  for (uint32_t i = 0; i < size; i++)
    a[i] += 1.0;
  check (a, side, 7, side);
  for (uint32_t i = 0; i < size; i++)
    a[i] = i / side % 3 == i % side % 3;
  check (a, side, 5, side);
}

static void
test_clusters (void)
{
  check_clusters (40);
  check_clusters (100);
}

/* Entries far from 1, and eigenvalues far from each other. */
static void
test_scales (void)
{
  enum { SIDE = 100 };
  const double scales[] = { 1e-130, 1.0, 1e130 };
  g_autofree double *a = g_new (double, SIDE * SIDE);
  for (size_t s = 0; s < G_N_ELEMENTS (scales); s++)
    {
      st_random_normal ((StRandomKey) { .seed = s }, SIDE * SIDE, a);
      for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
          a[i * SIDE + j] *= scales[s] * pow (0.7, i) * pow (0.7, j);
      check (a, SIDE, 6, scales[s] * SIDE);
    }
}

/* Asked before or while it works: nothing is said of the matrix. */
static void
test_cancel (void)
{
  enum { SIDE = 100 };
  StEigen *eigen = NULL;
  StCancel cancel = { 0 };
  double values[SIDE];
  g_assert_cmpint (st_eigen_new (SIDE, 2, &eigen).code, ==, ST_OK);
  st_eigen_set_cancel (eigen, &cancel);
  for (unsigned after = 1; after < 2 * SIDE; after += 13)
    {
      st_random_normal ((StRandomKey) { .seed = 8 }, SIDE * SIDE, st_eigen_matrix (eigen));
      st_cancel_reset (&cancel);
      atomic_store (&cancel.after, after);
      g_assert_cmpint (st_eigen_solve (eigen, SIDE, 0, values, NULL).code, ==, ST_CANCELLED);
    }
  st_eigen_set_cancel (eigen, NULL);
  st_random_normal ((StRandomKey) { .seed = 8 }, SIDE * SIDE, st_eigen_matrix (eigen));
  g_assert_cmpint (st_eigen_solve (eigen, SIDE, 0, values, NULL).code, ==, ST_OK);
  st_eigen_free (eigen);
}

/* One scratch serves smaller matrices too, and values alone. */
static void
test_reuse (void)
{
  StEigen *eigen = NULL;
  double values[9];
  g_assert_cmpint (st_eigen_new (9, 2, &eigen).code, ==, ST_OK);
  memcpy (st_eigen_matrix (eigen), (double[]) { 2.0, 1.0, 0.0, 2.0 }, 4 * sizeof (double));
  g_assert_cmpint (st_eigen_solve (eigen, 2, 0, values, NULL).code, ==, ST_OK);
  g_assert_cmpfloat_with_epsilon (values[0], 3.0, 1e-15);
  g_assert_cmpfloat_with_epsilon (values[1], 1.0, 1e-15);
  st_eigen_free (eigen);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eigen/random", test_random);
  g_test_add_func ("/eigen/clusters", test_clusters);
  g_test_add_func ("/eigen/scales", test_scales);
  g_test_add_func ("/eigen/cancel", test_cancel);
  g_test_add_func ("/eigen/reuse", test_reuse);
  return g_test_run ();
}
