#include <st-kernel.h>
#include <st-rng.h>
#include <st-subspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { LENGTH = 40, POINTS = 24, PLANES = 5 };

static const double DEGREES = 57.295779513082320876798154814105170;

static StSubspace *
fit_gram (uint32_t n, uint32_t k, const double *gram, bool centre)
{
  StSubspaceWork *work = NULL;
  StSubspace *subspace = NULL;
  g_assert_cmpint (st_subspace_work_new (n, k, &work).code, ==, ST_OK);
  g_assert_cmpint (st_subspace_new (n, k, &subspace).code, ==, ST_OK);
  g_assert_cmpint (st_subspace_fit (subspace, k, gram, centre, work).code, ==, ST_OK);
  st_subspace_work_free (work);
  return subspace;
}

static StSubspace *
fit (uint32_t n, uint32_t k, const double *features, bool centre)
{
  double *gram = g_new (double, n * n);
  st_gram_block (LENGTH, n, features, n, features, gram, n);
  StSubspace *subspace = fit_gram (n, k, gram, centre);
  g_free (gram);
  return subspace;
}

static StAngles
angles_of_bases (const double *a, uint32_t n_a, const double *b, uint32_t n_b, uint32_t k,
                 bool centre)
{
  StSubspace *one = fit (n_a, k, a, centre), *two = fit (n_b, k, b, centre);
  double basis_a[PLANES * LENGTH], basis_b[PLANES * LENGTH], scratch[PLANES * LENGTH];
  StAngles angles;
  st_subspace_basis (one, a, LENGTH, basis_a);
  st_subspace_basis (two, b, LENGTH, basis_b);
  g_assert_cmpint (
    st_angles_of_bases (one, basis_a, two, basis_b, LENGTH, k, scratch, &angles).code, ==, ST_OK);
  st_subspace_free (one);
  st_subspace_free (two);
  return angles;
}

static StAngles
angles_of_grams (const double *a, uint32_t n_a, const double *b, uint32_t n_b, uint32_t k,
                 bool centre)
{
  StSubspace *one = fit (n_a, k, a, centre), *two = fit (n_b, k, b, centre);
  double *gram = g_new (double, n_a * n_b), *scratch = g_new (double, k * n_a);
  StAngles angles;
  st_gram_block (LENGTH, n_a, a, n_b, b, gram, n_b);
  g_assert_cmpint (st_angles_of_grams (one, two, gram, k, scratch, &angles).code, ==, ST_OK);
  g_free (gram);
  g_free (scratch);
  st_subspace_free (one);
  st_subspace_free (two);
  return angles;
}

/* Points that spread along PLANES axes, around an offset (which centring removes); axis j is
 * turned by theta[j] in a plane of its own. */
static void
turned_points (const double *theta, double offset, double *features)
{
  double normals[POINTS * PLANES];
  st_random_normal ((StRandomKey) { .seed = 3 }, POINTS * PLANES, normals);
  memset (features, 0, POINTS * LENGTH * sizeof *features);
  for (int i = 0; i < POINTS; i++)
    for (int j = 0; j < PLANES; j++)
      {
        double value = normals[i * PLANES + j] * (PLANES - j);
        features[i * LENGTH + 2 * j] = value * cos (theta[j]);
        features[i * LENGTH + 2 * j + 1] = value * sin (theta[j]);
        features[i * LENGTH + 20 + j] = offset;
      }
}

static void
test_known_angles (void)
{
  static const double SETS[][PLANES] = { { 0.0, 0.1, 0.7, 1.2, 1.5 },
                                         { 1e-12, 1e-9, 1e-6, 1e-3, 1.0 },
                                         { 0.78, 0.785398163, 0.7854, 0.79, 0.8 },
                                         { 0.0, 0.0, 0.0, 0.0, 1.5707963267948966 } };
  static const double NONE[PLANES] = { 0 };
  static double a[POINTS * LENGTH], b[POINTS * LENGTH];
  for (size_t s = 0; s < G_N_ELEMENTS (SETS); s++)
    for (int centre = 0; centre < 2; centre++)
      {
        turned_points (NONE, centre ? 2.0 : 0.0, a);
        turned_points (SETS[s], centre ? -3.0 : 0.0, b);
        StAngles angles = angles_of_bases (a, POINTS, b, POINTS, PLANES, centre);
        StAngles others = angles_of_grams (a, POINTS, b, POINTS, PLANES, centre);
        g_assert_cmpuint (angles.count, ==, PLANES);
        g_assert_cmpuint (others.count, ==, PLANES);
        double mean = 0.0, chordal = 0.0, geodesic = 0.0;
        for (int i = 0; i < PLANES; i++)
          {
            double theta = SETS[s][i];
            g_assert_cmpfloat_with_epsilon (angles.degrees[i] / DEGREES, theta, 1e-13);
            g_assert_cmpfloat_with_epsilon (others.degrees[i] / DEGREES, theta, 1e-7);
            mean += theta * DEGREES / PLANES;
            chordal += sin (theta) * sin (theta);
            geodesic += theta * theta;
          }
        g_assert_cmpfloat_with_epsilon (angles.mean, mean, 1e-11);
        g_assert_cmpfloat_with_epsilon (angles.largest, SETS[s][PLANES - 1] * DEGREES, 1e-11);
        g_assert_cmpfloat_with_epsilon (angles.chordal, sqrt (chordal), 1e-12);
        g_assert_cmpfloat_with_epsilon (angles.geodesic, sqrt (geodesic), 1e-12);
      }
}

/* Directions that spread 1e4 times less cost Gram matrices precision, which they tell. */
static void
test_precision (void)
{
  static const double THETA[PLANES] = { 0.0, 1e-9, 1e-5, 0.01, 1.0 }, NONE[PLANES] = { 0 };
  static double a[POINTS * LENGTH], b[POINTS * LENGTH];
  double before = 0.0;
  for (double spread = 1.0; spread > 1e-5; spread /= 10)
    {
      turned_points (NONE, 1.0, a);
      turned_points (THETA, 1.0, b);
      for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < 2 * PLANES; j++)
          {
            a[i * LENGTH + j] *= pow (spread, j / 2 / (PLANES - 1.0));
            b[i * LENGTH + j] *= pow (spread, j / 2 / (PLANES - 1.0));
          }
      StAngles exact = angles_of_bases (a, POINTS, b, POINTS, PLANES, true);
      StAngles angles = angles_of_grams (a, POINTS, b, POINTS, PLANES, true);
      g_assert_cmpfloat (exact.precision, ==, 1e-10);
      g_assert_cmpfloat (angles.precision, >=, fmax (1e-7, before));
      before = angles.precision;
      for (int i = 0; i < PLANES; i++)
        {
          g_assert_cmpfloat_with_epsilon (exact.degrees[i] / DEGREES, THETA[i], 1e-10);
          g_assert_cmpfloat_with_epsilon (angles.degrees[i] / DEGREES, THETA[i], before);
        }
    }
  g_assert_cmpfloat (before, <, 2e-2);
}

static void
test_same_points (void)
{
  static double a[POINTS * LENGTH], b[POINTS * LENGTH];
  st_random_normal ((StRandomKey) { .seed = 8 }, POINTS * LENGTH, a);
  memcpy (b, a, sizeof a);
  StAngles angles = angles_of_bases (a, POINTS, b, POINTS, PLANES, true);
  g_assert_cmpfloat (angles.largest, <, 1e-12);
  /* In another order they span the same. */
  for (size_t i = 0; i < POINTS; i++)
    memcpy (b + i * LENGTH, a + (i * 5 % POINTS) * LENGTH, LENGTH * sizeof *a);
  angles = angles_of_bases (a, POINTS, b, POINTS, PLANES, true);
  g_assert_cmpfloat (angles.largest, <, 1e-10);
  angles = angles_of_grams (a, POINTS, b, POINTS, PLANES, true);
  g_assert_cmpfloat (angles.largest / DEGREES, <, 1e-7);
}

/* Different numbers of points; fewer dimensions on one side than asked for. */
static void
test_fewer (void)
{
  static double a[POINTS * LENGTH], b[3 * LENGTH];
  st_random_normal ((StRandomKey) { .seed = 8 }, POINTS * LENGTH, a);
  memcpy (b, a, sizeof b);
  StAngles angles = angles_of_bases (a, POINTS, b, 3, PLANES, true);
  StAngles others = angles_of_grams (a, POINTS, b, 3, PLANES, true);
  g_assert_cmpuint (angles.count, ==, 2);
  g_assert_cmpuint (others.count, ==, 2);
  for (int i = 0; i < 2; i++)
    g_assert_cmpfloat_with_epsilon (angles.degrees[i], others.degrees[i], 1e-5);
  g_assert_cmpuint (angles_of_bases (a, POINTS, b, 3, PLANES, false).count, ==, 3);
}

static void
assert_empty (const double *features, uint32_t n)
{
  static double other[POINTS * LENGTH];
  st_random_normal ((StRandomKey) { .seed = 8 }, POINTS * LENGTH, other);
  StSubspace *subspace = fit (n, PLANES, features, true);
  g_assert_cmpuint (subspace->numerical, ==, 0);
  g_assert_cmpuint (subspace->energy95, ==, 0);
  g_assert_cmpuint (subspace->energy99, ==, 0);
  g_assert_cmpuint (subspace->k, ==, 0);
  st_subspace_free (subspace);
  g_assert_cmpuint (angles_of_bases (features, n, other, POINTS, PLANES, true).count, ==, 0);
  g_assert_cmpuint (angles_of_grams (other, POINTS, features, n, PLANES, true).count, ==, 0);
  g_assert_cmpuint (angles_of_grams (features, n, features, n, PLANES, true).count, ==, 0);
}

/* One point, points that coincide, points at the origin. */
static void
test_no_dimension (void)
{
  static double features[POINTS * LENGTH];
  assert_empty (features, POINTS);
  st_random_normal ((StRandomKey) { .seed = 9 }, LENGTH, features);
  assert_empty (features, 1);
  for (size_t i = 1; i < POINTS; i++)
    memcpy (features + i * LENGTH, features, LENGTH * sizeof *features);
  assert_empty (features, POINTS);
  /* As apart as rounding leaves equal points. */
  for (size_t i = 0; i < POINTS; i++)
    features[i * LENGTH + i] *= 1.0 + 1e-15;
  assert_empty (features, POINTS);
}

static void
test_dimensions (void)
{
  static const double VALUES[] = { 60.0, 30.0, 5.5, 4.0, 0.5, 3e-9, 1e-9, 0.0 };
  double gram[64] = { 0 };
  for (int i = 0; i < 8; i++)
    gram[9 * i] = VALUES[7 - i];
  StSubspace *subspace = fit_gram (8, 8, gram, false);
  g_assert_cmpuint (subspace->numerical, ==, 5);
  g_assert_cmpuint (subspace->energy95, ==, 3);
  g_assert_cmpuint (subspace->energy99, ==, 4);
  g_assert_cmpuint (subspace->k, ==, 5);
  for (int i = 0; i < 8; i++)
    g_assert_cmpfloat_with_epsilon (subspace->values[i], VALUES[i], 1e-13);
  g_assert_cmpfloat_with_epsilon (st_subspace_gap (subspace, 1), 0.5, 1e-14);
  g_assert_cmpfloat_with_epsilon (st_subspace_gap (subspace, 2), 24.5 / 30, 1e-14);
  g_assert_cmpfloat (st_subspace_gap (subspace, 0), ==, 0.0);
  g_assert_cmpfloat (st_subspace_gap (subspace, 9), ==, 0.0);
  st_subspace_free (subspace);

  /* Centred, an orthonormal set spans one dimension less than it has points. */
  memset (gram, 0, sizeof gram);
  for (int i = 0; i < 8; i++)
    gram[9 * i] = 1.0;
  subspace = fit_gram (8, 3, gram, true);
  g_assert_cmpuint (subspace->numerical, ==, 7);
  g_assert_cmpuint (subspace->k, ==, 3);
  g_assert_cmpfloat_with_epsilon (subspace->values[6], 1.0, 1e-14);
  g_assert_cmpfloat_with_epsilon (subspace->values[7], 0.0, 1e-14);
  st_subspace_free (subspace);
}

static void
test_too_many (void)
{
  StSubspace *subspace = NULL;
  g_assert_cmpint (st_subspace_new (100, ST_SUBSPACE_MAX + 1, &subspace).code, ==, ST_RANGE);
  st_subspace_free (NULL);
  st_subspace_work_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/subspace/known-angles", test_known_angles);
  g_test_add_func ("/subspace/precision", test_precision);
  g_test_add_func ("/subspace/same-points", test_same_points);
  g_test_add_func ("/subspace/fewer", test_fewer);
  g_test_add_func ("/subspace/no-dimension", test_no_dimension);
  g_test_add_func ("/subspace/dimensions", test_dimensions);
  g_test_add_func ("/subspace/too-many", test_too_many);
  return g_test_run ();
}
