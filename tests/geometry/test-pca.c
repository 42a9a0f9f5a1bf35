#include <st-pca.h>
#include <st-rng.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { N = 20, LENGTH = 50, K = 3 };

/* Points that spread along the first numbers most. */
static void
make_points (double *rows, uint32_t n, uint32_t length)
{
  st_random_normal ((StRandomKey) { .seed = 6 }, (size_t) n * length, rows);
  for (uint32_t i = 0; i < n * length; i++)
    rows[i] = 5.0 + rows[i] * pow (0.7, i % length);
}

static StPca *
fit (const double *rows, const double *gram, uint32_t n, uint32_t length, uint32_t k)
{
  StPca *pca = NULL;
  g_assert_cmpint (st_pca_fit (n, length, rows, gram, k, &pca).code, ==, ST_OK);
  return pca;
}

/* With as many axes as points have dimensions, distances are kept and shares make 1. */
static void
test_complete (void)
{
  enum { FEW = 6 };
  double rows[FEW * LENGTH], at[FEW][ST_PCA_MAX], shares = 0.0;
  make_points (rows, FEW, LENGTH);
  StPca *pca = fit (rows, NULL, FEW, LENGTH, FEW);
  for (int i = 0; i < FEW; i++)
    st_pca_project (pca, rows + i * LENGTH, at[i]);
  for (int i = 0; i < FEW; i++)
    for (int j = 0; j < i; j++)
      {
        double whole = 0.0, seen = 0.0;
        for (int l = 0; l < LENGTH; l++)
          whole += pow (rows[i * LENGTH + l] - rows[j * LENGTH + l], 2);
        for (int l = 0; l < FEW; l++)
          seen += pow (at[i][l] - at[j][l], 2);
        g_assert_cmpfloat_with_epsilon (seen, whole, 1e-12);
      }
  for (int l = 0; l < FEW; l++)
    shares += pca->shares[l];
  g_assert_cmpfloat_with_epsilon (shares, 1.0, 1e-14);
  g_assert_cmpfloat (pca->shares[FEW - 1], ==, 0.0);
  st_pca_free (pca);
}

static void
assert_same (const StPca *a, const StPca *b)
{
  for (uint32_t j = 0; j < a->k; j++)
    g_assert_cmpfloat_with_epsilon (a->shares[j], b->shares[j], 1e-13);
  for (size_t i = 0; i < a->k * a->length; i++)
    g_assert_cmpfloat_with_epsilon (a->axes[i], b->axes[i], 1e-11);
}

/* From the Gram matrix of the points, from that of their numbers, and from one given. */
static void
test_ways (void)
{
  double rows[N * LENGTH], gram[N * N], few[N * 10], few_gram[N * N];
  make_points (rows, N, LENGTH);
  make_points (few, N, 10);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      {
        gram[i * N + j] = few_gram[i * N + j] = 0.0;
        for (int l = 0; l < LENGTH; l++)
          gram[i * N + j] += rows[i * LENGTH + l] * rows[j * LENGTH + l];
        for (int l = 0; l < 10; l++)
          few_gram[i * N + j] += few[i * 10 + l] * few[j * 10 + l];
      }
  StPca *points = fit (rows, NULL, N, LENGTH, K), *given = fit (rows, gram, N, LENGTH, K);
  assert_same (points, given);
  st_pca_free (points);
  st_pca_free (given);
  StPca *numbers = fit (few, NULL, N, 10, K);
  given = fit (few, few_gram, N, 10, K);
  assert_same (numbers, given);
  st_pca_free (numbers);
  st_pca_free (given);
}

/* One point; equal points; points on a line; fewer numbers than axes. */
static void
test_degenerate (void)
{
  double rows[4 * LENGTH], at[K];
  make_points (rows, 1, LENGTH);
  for (int i = 1; i < 4; i++)
    memcpy (rows + i * LENGTH, rows, LENGTH * sizeof *rows);
  for (uint32_t n = 1; n <= 4; n += 3)
    {
      StPca *pca = fit (rows, NULL, n, LENGTH, K);
      st_pca_project (pca, rows, at);
      for (int j = 0; j < K; j++)
        {
          g_assert_cmpfloat (at[j], ==, 0.0);
          g_assert_cmpfloat (pca->shares[j], ==, 0.0);
        }
      st_pca_free (pca);
    }
  for (int i = 0; i < 4; i++)
    rows[i * LENGTH + 3] = (double) (i * i);
  StPca *pca = fit (rows, NULL, 4, LENGTH, K);
  st_pca_project (pca, rows, at);
  g_assert_cmpfloat_with_epsilon (at[0], -3.5, 1e-14);
  g_assert_cmpfloat (at[1], ==, 0.0);
  g_assert_cmpfloat_with_epsilon (pca->shares[0], 1.0, 1e-15);
  st_pca_free (pca);

  pca = fit (rows, NULL, 20, 2, K);
  g_assert_cmpfloat_with_epsilon (pca->shares[0] + pca->shares[1], 1.0, 1e-14);
  g_assert_cmpfloat (pca->shares[2], ==, 0.0);
  st_pca_free (pca);
  g_assert_cmpint (st_pca_fit (0, 3, rows, NULL, 2, &pca).code, ==, ST_RANGE);
  g_assert_cmpint (st_pca_fit (3, 3, rows, NULL, ST_PCA_MAX + 1, &pca).code, ==, ST_RANGE);
}

static void
test_align (void)
{
  double rows[N * LENGTH], reference[N * K], at[N * K], again[K];
  make_points (rows, N, LENGTH);
  StPca *pca = fit (rows, NULL, N, LENGTH, K);
  for (int i = 0; i < N; i++)
    {
      st_pca_project (pca, rows + i * LENGTH, at + i * K);
      for (int j = 0; j < K; j++)
        reference[i * K + j] = at[i * K + j] * (j == 1 ? -2.0 : 0.5) + 0.1;
    }
  st_pca_align (pca, N, reference, at);
  for (int i = 0; i < N; i++)
    {
      st_pca_project (pca, rows + i * LENGTH, again);
      for (int j = 0; j < K; j++)
        {
          g_assert_cmpfloat_with_epsilon (again[j], at[i * K + j], 1e-13);
          g_assert_cmpfloat_with_epsilon (again[j] * (j == 1 ? 2.0 : 0.5) + 0.1,
                                          reference[i * K + j], 1e-13);
        }
    }
  st_pca_free (pca);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pca/complete", test_complete);
  g_test_add_func ("/pca/ways", test_ways);
  g_test_add_func ("/pca/degenerate", test_degenerate);
  g_test_add_func ("/pca/align", test_align);
  return g_test_run ();
}
