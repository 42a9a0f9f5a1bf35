/* From latent tensors to angles, against facts from SciPy. */
#include <st-pca.h>
#include <st-point.h>
#include <st-subspace.h>

#include "hilbert-facts.h"
#include "synthetic.h"

#include <glib.h>
#include <math.h>

enum { N = HILBERT_N, K = HILBERT_K };

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
  float *latent = g_new (float, st_shape_size (shape));
  StPointWork *work = NULL;
  bool zero[3];
  g_assert_cmpint (st_point_work_new (shape, &work).code, ==, ST_OK);
  for (uint32_t i = 0; i < N; i++)
    {
      synthetic_latent (shape, i, perturbed, latent);
      StStatus status = st_point (latent, kernel, 1e-8, work, values, zero, features + i * length);
      g_assert_cmpint (status.code, ==, ST_OK);
    }
  st_point_work_free (work);
  g_free (latent);
  return features;
}

static StSubspace *
fit (const double *gram, const double *values, const unsigned *dimensions)
{
  StSubspaceWork *work = NULL;
  StSubspace *subspace = NULL;
  g_assert_cmpint (st_subspace_work_new (N, K, &work).code, ==, ST_OK);
  g_assert_cmpint (st_subspace_new (N, K, &subspace).code, ==, ST_OK);
  g_assert_cmpint (st_subspace_fit (subspace, K, gram, true, work).code, ==, ST_OK);
  st_subspace_work_free (work);
  for (int i = 0; i < N - 1; i++)
    assert_near (subspace->values[i], values[i], 1e-11 * values[0] + 1e-12 * gram[N * N - 1]);
  g_assert_cmpuint (subspace->numerical, ==, dimensions[0]);
  g_assert_cmpuint (subspace->energy95, ==, dimensions[1]);
  g_assert_cmpuint (subspace->energy99, ==, dimensions[2]);
  return subspace;
}

static void
check_angles (const StAngles *angles, const HilbertFact *fact, double tolerance)
{
  double mean = 0.0, chordal = 0.0, geodesic = 0.0, radians = 3.14159265358979323846 / 180;
  g_assert_cmpuint (angles->count, ==, fact->count);
  for (unsigned i = 0; i < fact->count; i++)
    {
      double theta = fact->degrees[i];
      assert_near (angles->degrees[i], theta, tolerance);
      mean += theta / fact->count;
      chordal += sin (theta * radians) * sin (theta * radians);
      geodesic += theta * theta * radians * radians;
    }
  assert_near (angles->mean, mean, tolerance);
  assert_near (angles->largest, fact->degrees[fact->count - 1], tolerance);
  assert_near (angles->chordal, sqrt (chordal), tolerance);
  assert_near (angles->geodesic, sqrt (geodesic), tolerance);
}

/* length 0: there are no features. */
static void
check_subspaces (const HilbertFact *fact, size_t length, const double *a, const double *b,
                 const double *aa, const double *bb, const double *ab)
{
  StSubspace *one = fit (aa, fact->values_a, fact->dimensions_a);
  StSubspace *two = fit (bb, fact->values_b, fact->dimensions_b);
  double *basis_a = g_new (double, K * length), *basis_b = g_new (double, K * length);
  double *scratch = g_new (double, K * MAX (length, N));
  StAngles angles;
  st_angles_of_grams (one, two, ab, K, scratch, &angles);
  check_angles (&angles, fact, 6e-6);
  g_assert_cmpfloat (angles.precision, >=, 1e-7);
  if (length > 0)
    {
      st_subspace_basis (one, a, length, basis_a);
      st_subspace_basis (two, b, length, basis_b);
      st_angles_of_bases (one, basis_a, two, basis_b, length, K, scratch, &angles);
      check_angles (&angles, fact, 1e-9);
      g_assert_cmpfloat (angles.precision, ==, 1e-10);
      /* The other way round they are the same. */
      st_angles_of_bases (two, basis_b, one, basis_a, length, K, scratch, &angles);
      check_angles (&angles, fact, 1e-9);
    }
  g_free (scratch);
  g_free (basis_a);
  g_free (basis_b);
  st_subspace_free (one);
  st_subspace_free (two);
}

/* All three blocks with the clean set's sigma. */
static void
make_gaussian (double *aa, double *bb, double *ab)
{
  double pairs[N * (N - 1) / 2], squares_a[N], squares_b[N];
  double sigma = st_gram_median_distance (N, aa, pairs);
  for (int i = 0; i < N; i++)
    {
      squares_a[i] = aa[i * N + i];
      squares_b[i] = bb[i * N + i];
    }
  st_gram_gaussian (N, squares_a, N, squares_a, sigma, aa, N);
  st_gram_gaussian (N, squares_b, N, squares_b, sigma, bb, N);
  /* In pieces. */
  st_gram_gaussian (5, squares_a, N, squares_b, sigma, ab, N);
  st_gram_gaussian (N - 5, squares_a + 5, N, squares_b, sigma, ab + 5 * N, N);
}

static void
check_fact (const HilbertFact *fact)
{
  StShape shape = { fact->height, fact->width, fact->channels };
  StKernel kernel;
  double aa[N * N], bb[N * N], ab[N * N], pairs[N * (N - 1) / 2];
  g_assert_true (st_kernel_from_any_name (fact->kernel, &kernel));
  size_t length = st_kernel_features (kernel, shape);
  double *a = points (shape, kernel, false), *b = points (shape, kernel, true);
  st_gram_block (length, N, a, N, a, aa, N);
  st_gram_block (length, N, b, N, b, bb, N);
  st_gram_block (length, N, a, N, b, ab, N);
  if (st_kernel_is_gaussian (kernel))
    make_gaussian (aa, bb, ab);
  for (int i = 0; i < N; i++)
    {
      assert_near (aa[i * N + i], fact->diagonal_a[i], 1e-12 * fact->diagonal_a[i]);
      assert_near (bb[i * N + i], fact->diagonal_b[i], 1e-12 * fact->diagonal_b[i]);
      assert_near (aa[5 * N + i], fact->row_aa[i], 1e-12 * fact->diagonal_a[5]);
      assert_near (ab[5 * N + i], fact->row_ab[i], 1e-12 * fact->diagonal_a[5]);
    }
  check_subspaces (fact, st_kernel_is_gaussian (kernel) ? 0 : length, a, b, aa, bb, ab);

  assert_near (st_gram_median_distance (N, aa, pairs), fact->median_clean, 1e-10);
  for (size_t i = 0; i < N; i++)
    pairs[i] = st_kernel_is_gaussian (kernel)
                 ? sqrt (2.0 - 2.0 * ab[i * N + i])
                 : st_kernel_distance (length, a + i * length, b + i * length);
  /* A small distance that is known by its square alone is good to the root of rounding. */
  assert_near (st_median (pairs, N), fact->median_pairs,
               st_kernel_is_gaussian (kernel) ? 1e-7 : 1e-10);
  g_free (a);
  g_free (b);
}

static void
test_facts (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (HILBERT_FACTS); i++)
    check_fact (&HILBERT_FACTS[i]);
}

static void
test_pca (void)
{
  static const StShape SHAPES[] = { { 7, 7, 128 }, { 5, 4, 12 } };
  for (int i = 0; i < 2; i++)
    {
      size_t length = st_shape_size (SHAPES[i]);
      float *clean = g_new (float, N * length), *shown = g_new (float, length);
      StPca *pca = NULL;
      for (uint32_t j = 0; j < N; j++)
        synthetic_latent (SHAPES[i], j, false, clean + j * length);
      g_assert_cmpint (st_pca_fit_floats (N, length, clean, 2, &pca).code, ==, ST_OK);
      for (uint32_t j = 0; j < N; j++)
        {
          double at[2];
          st_pca_project_floats (pca, clean + j * length, at);
          assert_near (at[0], PCA_FACTS[i][2 * j], 1e-9);
          assert_near (at[1], PCA_FACTS[i][2 * j + 1], 1e-9);
          synthetic_latent (SHAPES[i], j, true, shown);
          st_pca_project_floats (pca, shown, at);
          assert_near (at[0], PCA_FACTS[i][2 * (N + j)], 1e-9);
          assert_near (at[1], PCA_FACTS[i][2 * (N + j) + 1], 1e-9);
        }
      assert_near (pca->shares[0], PCA_FACTS[i][4 * N], 1e-12);
      assert_near (pca->shares[1], PCA_FACTS[i][4 * N + 1], 1e-12);
      st_pca_free (pca);
      g_free (clean);
      g_free (shown);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hilbert/facts", test_facts);
  g_test_add_func ("/hilbert/pca", test_pca);
  return g_test_run ();
}
