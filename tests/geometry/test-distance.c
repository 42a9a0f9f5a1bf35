/* Distances of the product manifold: facts from SciPy, closed forms, what holds for any. */
#include <st-distance.h>

#include "distance-facts.h"
#include "synthetic.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { N = 2 * SYNTHETIC_IMAGES };

static const StShape WIDE = { 7, 7, 128 }, NARROW = { 5, 4, 12 };
static const double PI = 3.14159265358979323846;

static void
assert_near (double value, double expected, double tolerance)
{
  if (!(fabs (value - expected) <= tolerance))
    g_error ("%.17g is not %.17g to %g", value, expected, tolerance);
}

static StSpectral *
spectral (StDistance kind, StShape shape, const float *latent)
{
  StPointWork *work = NULL;
  StSpectral *result = NULL;
  g_assert_cmpint (st_point_work_new (shape, &work).code, ==, ST_OK);
  g_assert_cmpint (st_spectral_new (kind, shape, &result).code, ==, ST_OK);
  g_assert_cmpint (st_spectral_set (result, latent, 1e-8, work).code, ==, ST_OK);
  st_point_work_free (work);
  return result;
}

static StSpectral *
synthetic_spectral (StDistance kind, StShape shape, uint32_t image)
{
  g_autofree float *latent = g_new (float, st_shape_size (shape));
  synthetic_latent (shape, image % SYNTHETIC_IMAGES, image >= SYNTHETIC_IMAGES, latent);
  return spectral (kind, shape, latent);
}

static StDistances
distance (const StSpectral *x, const StSpectral *y, const double *weights)
{
  StDistanceWork *work = NULL;
  StDistances result;
  g_assert_cmpint (st_distance_work_new (x->shape, &work).code, ==, ST_OK);
  g_assert_cmpint (st_distance (x, y, weights, work, &result).code, ==, ST_OK);
  st_distance_work_free (work);
  return result;
}

static StDistances
distance_of (StDistance kind, StShape shape, const float *a, const float *b)
{
  StSpectral *x = spectral (kind, shape, a), *y = spectral (kind, shape, b);
  StDistances result = distance (x, y, NULL);
  st_spectral_free (x);
  st_spectral_free (y);
  return result;
}

static void
test_names (void)
{
  StDistance found;
  for (int i = 0; i < ST_DISTANCES; i++)
    {
      g_assert_true (st_distance_from_name (st_distance_name ((StDistance) i), &found));
      g_assert_cmpint ((int) found, ==, i);
    }
  g_assert_false (st_distance_from_name ("projection", &found));
}

static void
check_fact (const DistanceFact *fact)
{
  StShape shape = { fact->height, fact->width, fact->channels };
  StDistance kind;
  g_assert_true (st_distance_from_name (fact->distance, &kind));
  StSpectral *x = synthetic_spectral (kind, shape, fact->i);
  StSpectral *y = synthetic_spectral (kind, shape, fact->j);
  const double weights[3] = { 0.5, 2.0, 3.0 };
  StDistances plain = distance (x, y, NULL), weighted = distance (x, y, weights);
  double sum = 0.0, weighted_sum = 0.0;
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (plain.used[i]);
      if (fact->factors[i] < 0.0)
        {
          g_assert_true (isnan (plain.factors[i]));
          g_assert_cmpint (plain.why[i], ==, kind == ST_DISTANCE_AFFINE_INVARIANT
                                               ? ST_UNDEFINED_RANK : ST_UNDEFINED_RANKS);
          sum = weighted_sum = NAN;
          continue;
        }
      g_assert_cmpint (plain.why[i], ==, ST_DEFINED);
      assert_near (plain.factors[i], fact->factors[i], 1e-10 * (1.0 + fact->factors[i]));
      sum += fact->factors[i] * fact->factors[i];
      weighted_sum += weights[i] * fact->factors[i] * fact->factors[i];
    }
  g_assert_true (isnan (plain.product) == isnan (sum));
  g_assert_true (isnan (weighted.product) == isnan (sum));
  if (!isnan (sum))
    {
      assert_near (plain.product, sqrt (sum), 1e-10 * (1.0 + sqrt (sum)));
      assert_near (weighted.product, sqrt (weighted_sum), 1e-10 * (1.0 + sqrt (weighted_sum)));
    }
  st_spectral_free (x);
  st_spectral_free (y);
}

static void
test_facts (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (DISTANCE_FACTS); i++)
    check_fact (&DISTANCE_FACTS[i]);
}

/* Either way round the same, 0 from a point to itself, and for all but one no detour is
 * shorter. */
static void
check_metric (StDistance kind, StShape shape)
{
  StSpectral *points[N];
  static double d[3][N][N];
  for (uint32_t i = 0; i < N; i++)
    points[i] = synthetic_spectral (kind, shape, i);
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = 0; j < N; j++)
      {
        StDistances result = distance (points[i], points[j], NULL);
        for (int f = 0; f < 3; f++)
          d[f][i][j] = result.factors[f];
      }
  for (int f = 0; f < 3; f++)
    for (uint32_t i = 0; i < N; i++)
      for (uint32_t j = 0; j < N; j++)
        {
          g_assert_true (isnan (d[f][i][j]) == isnan (d[f][j][i]));
          if (isnan (d[f][i][j]))
            continue;
          assert_near (d[f][i][j], d[f][j][i], 1e-11 * (1.0 + d[f][i][j]));
          if (i == j)
            assert_near (d[f][i][i], 0.0, 1e-11);
          for (uint32_t k = 0; k < N && kind != ST_DISTANCE_BONNABEL_SEPULCHRE; k++)
            if (!isnan (d[f][i][k]) && !isnan (d[f][k][j]))
              g_assert_cmpfloat (d[f][i][j], <=, d[f][i][k] + d[f][k][j] + 1e-10);
        }
  for (uint32_t i = 0; i < N; i++)
    st_spectral_free (points[i]);
}

static void
test_metric (void)
{
  for (int kind = 0; kind < ST_DISTANCES; kind++)
    {
      check_metric ((StDistance) kind, NARROW);
      check_metric ((StDistance) kind, (StShape) { 1, 6, 8 });
      check_metric ((StDistance) kind, (StShape) { 3, 3, 1 });
    }
  check_metric (ST_DISTANCE_YE_LIM, WIDE);
}

/* A vector turned about the axis from x to y, which are 60 degrees apart, as x is to get to y. */
static void
carry (const double x[3], const double y[3], const double vector[3], double out[3])
{
  const double sine = sin (PI / 3), cosine = cos (PI / 3);
  double axis[3], across[3], along = 0.0;
  for (int i = 0; i < 3; i++)
    axis[i] = (x[(i + 1) % 3] * y[(i + 2) % 3] - x[(i + 2) % 3] * y[(i + 1) % 3]) / sine;
  for (int i = 0; i < 3; i++)
    {
      across[i] = axis[(i + 1) % 3] * vector[(i + 2) % 3] - axis[(i + 2) % 3] * vector[(i + 1) % 3];
      along += axis[i] * vector[i];
    }
  for (int i = 0; i < 3; i++)
    out[i] = cosine * vector[i] + sine * across[i] + (1 - cosine) * along * axis[i];
}

/* Bonnabel and Sepulchre's is no metric.  Planes in space whose normals are 60 degrees apart each
 * from each: carried from the first over the second to the third a matrix does not change, and
 * each step costs 60 degrees; but the triangle turns it within its plane by its area, so the
 * direct way finds other axes there, and ratios of eigenvalues make that as dear as one likes. */
static void
test_no_metric (void)
{
  static const double NORMALS[3][3] = { { 0, 0, 1 }, { 0, 0.86602540378443865, 0.5 },
                                        { 0.81649658092772603, 0.28867513459481288, 0.5 } };
  static const double VALUES[3] = { 1000, 1, 0 }, FIRST[2][3] = { { 1, 0, 0 }, { 0, 1, 0 } };
  StSpectral *points[3];
  for (int i = 0; i < 3; i++)
    {
      st_spectral_new (ST_DISTANCE_BONNABEL_SEPULCHRE, (StShape) { 2, 2, 3 }, &points[i]);
      points[i]->ranks[0] = points[i]->ranks[1] = 0;
      points[i]->ranks[2] = 2;
      memcpy (points[i]->values[2], VALUES, sizeof VALUES);
      for (int v = 0; v < 2; v++)
        if (i == 0)
          memcpy (points[0]->bases[2] + 3 * v, FIRST[v], sizeof FIRST[v]);
        else
          carry (NORMALS[i - 1], NORMALS[i], points[i - 1]->bases[2] + 3 * v,
                 points[i]->bases[2] + 3 * v);
    }
  double there = distance (points[0], points[1], NULL).product;
  double on = distance (points[1], points[2], NULL).product;
  double direct = distance (points[0], points[2], NULL).product;
  assert_near (there, PI / 3, 1e-12);
  assert_near (on, PI / 3, 1e-12);
  g_assert_cmpfloat (direct, >, 2 * (there + on));
  for (int i = 0; i < 3; i++)
    st_spectral_free (points[i]);
}

enum { CHANGES = 4, GENERAL = 3 };

/* 0: rows, columns and channels in another order; 1: times 3; 2 and 3: channels rotated, with
 * and without the vector of ones fixed. */
static void
changed (StShape shape, uint32_t image, int change, float *latent)
{
  size_t size = st_shape_size (shape);
  g_autofree float *before = g_new (float, size);
  synthetic_latent (shape, image % SYNTHETIC_IMAGES, image >= SYNTHETIC_IMAGES, before);
  synthetic_round (shape, before);
  memcpy (latent, before, size * sizeof *latent);
  for (uint32_t i = 0; i < size && change == 0; i++)
    {
      uint32_t c = i % shape.channels, x = i / shape.channels % shape.width;
      uint32_t y = i / shape.channels / shape.width;
      c = c * 5 % shape.channels;
      x = (x + 1) * 3 % shape.width;
      y = (y + 2) * 2 % shape.height;
      latent[(y * shape.width + x) * shape.channels + c] = before[i];
    }
  for (size_t i = 0; i < size && change == 1; i++)
    latent[i] *= 3.0f;
  if (change == 2 || change == GENERAL)
    {
      synthetic_reflect (shape, 0, change == 2, latent);
      synthetic_reflect (shape, 2, change == 2, latent);
    }
}

static void
check_invariance (StDistance kind, StShape shape, int change)
{
  static const uint32_t IMAGES[] = { 0, 4, 16, 5, 6, 18, 10, 11 };
  enum { COUNT = G_N_ELEMENTS (IMAGES) };
  StSpectral *before[COUNT], *after[COUNT];
  g_autofree float *latent = g_new (float, st_shape_size (shape));
  bool s1_same = true;
  for (int i = 0; i < COUNT; i++)
    {
      changed (shape, IMAGES[i], -1, latent);
      before[i] = spectral (kind, shape, latent);
      changed (shape, IMAGES[i], change, latent);
      after[i] = spectral (kind, shape, latent);
      double scale = change == 1 ? 9.0 : 1.0;
      for (int f = change == GENERAL ? 2 : 0; f < 3; f++)
        {
          g_assert_cmpuint (before[i]->ranks[f], ==, after[i]->ranks[f]);
          for (uint32_t j = 0; j < before[i]->lengths[f]; j++)
            assert_near (after[i]->values[f][j], scale * before[i]->values[f][j],
                         1e-13 * after[i]->values[f][0]);
        }
      if (fabs (after[i]->values[0][0] - before[i]->values[0][0]) > 1e-3)
        s1_same = false;
    }
  for (int i = 0; i < COUNT && change != GENERAL; i++)
    for (int j = 0; j < COUNT; j++)
      {
        StDistances one = distance (before[i], before[j], NULL);
        StDistances two = distance (after[i], after[j], NULL);
        for (int f = 0; f < 3; f++)
          {
            g_assert_cmpint (one.why[f], ==, two.why[f]);
            if (one.why[f] == ST_DEFINED)
              assert_near (two.factors[f], one.factors[f], 1e-9 * (1.0 + one.factors[f]));
          }
      }
  g_assert_true (change != GENERAL || !s1_same);
  for (int i = 0; i < COUNT; i++)
    {
      st_spectral_free (before[i]);
      st_spectral_free (after[i]);
    }
}

static void
test_invariance (void)
{
  for (int change = 0; change < CHANGES; change++)
    for (int kind = 0; kind < ST_DISTANCES; kind++)
      {
        check_invariance ((StDistance) kind, (StShape) { 5, 4, 16 }, change);
        check_invariance ((StDistance) kind, WIDE, change);
      }
}

/* Bases made by hand: angles that no tensor of floats would give. */
static void
test_small_angles (void)
{
  static const double ANGLES[] = { 0.0, 1e-13, 1e-9, 1e-4, 0.0099, 0.0101, 0.7, 1.5, 1.5707 };
  StShape shape = { 1, 1, 12 };
  shape.width = 20;
  for (int kind = ST_DISTANCE_BONNABEL_SEPULCHRE; kind <= ST_DISTANCE_YE_LIM; kind++)
    for (size_t i = 0; i < G_N_ELEMENTS (ANGLES); i++)
      for (size_t j = 0; j < G_N_ELEMENTS (ANGLES); j++)
        {
          StSpectral *x = synthetic_spectral ((StDistance) kind, shape, 0);
          StSpectral *y = synthetic_spectral ((StDistance) kind, shape, 0);
          double pair[2] = { ANGLES[i], ANGLES[j] };
          x->ranks[2] = y->ranks[2] = 2;
          memset (x->bases[2], 0, 24 * sizeof (double));
          memset (y->bases[2], 0, 24 * sizeof (double));
          for (int v = 0; v < 2; v++)
            {
              x->values[2][v] = y->values[2][v] = 3.0;
              x->bases[2][12 * v + v] = 1.0;
              y->bases[2][12 * v + v] = cos (pair[v]);
              y->bases[2][12 * v + 5 + v] = sin (pair[v]);
            }
          StDistances result = distance (x, y, NULL);
          assert_near (result.factors[2], hypot (pair[0], pair[1]), 1e-12);
          st_spectral_free (x);
          st_spectral_free (y);
        }
}

/* A tensor of which only some channels are not 0. */
static void
some_channels (StShape shape, uint32_t from, uint32_t to, float scale, float *latent)
{
  synthetic_latent (shape, 11, true, latent);
  for (size_t i = 0; i < st_shape_size (shape); i++)
    latent[i] *= i % shape.channels >= from && i % shape.channels < to ? scale : 0.0f;
}

static void
test_closed_forms (void)
{
  enum { SIZE = 4 * 4 * 12 };
  StShape shape = { 4, 4, 12 };
  float low[SIZE], high[SIZE], part[SIZE], all[SIZE], twice[SIZE];
  some_channels (shape, 0, 4, 1.0f, low);
  some_channels (shape, 4, 8, 1.0f, high);
  some_channels (shape, 0, 2, 1.0f, part);
  some_channels (shape, 0, 12, 1.0f, all);
  some_channels (shape, 0, 12, -2.0f, twice);

  assert_near (distance_of (ST_DISTANCE_YE_LIM, shape, low, high).factors[2], PI, 1e-13);
  assert_near (distance_of (ST_DISTANCE_YE_LIM, shape, low, part).factors[2], PI / sqrt (2.0),
               1e-13);
  assert_near (distance_of (ST_DISTANCE_YE_LIM, shape, all, part).factors[2],
               sqrt (10.0) * PI / 2, 1e-13);
  for (int i = 0; i < 3; i++)
    {
      double side = i < 2 ? 4.0 : 12.0, expected = sqrt (side) * log (4.0);
      assert_near (distance_of (ST_DISTANCE_AFFINE_INVARIANT, shape, all, twice).factors[i],
                   expected, 1e-11);
      assert_near (distance_of (ST_DISTANCE_BONNABEL_SEPULCHRE, shape, all, twice).factors[i],
                   expected, 1e-11);
      assert_near (distance_of (ST_DISTANCE_FROBENIUS, shape, all, twice).factors[i], 0.0, 1e-14);
    }
  some_channels (shape, 0, 4, 2.0f, high);
  assert_near (distance_of (ST_DISTANCE_BONNABEL_SEPULCHRE, shape, low, high).factors[2],
               2.0 * log (4.0), 1e-11);
}

/* What is not defined says why, and spoils the product unless its weight is 0. */
static void
test_undefined (void)
{
  enum { SIZE = 4 * 4 * 12 };
  static const double FIRST_TWO[3] = { 1.0, 1.0, 0.0 };
  StShape shape = { 4, 4, 12 };
  float low[SIZE], high[SIZE];
  some_channels (shape, 0, 4, 1.0f, low);
  some_channels (shape, 4, 8, 1.0f, high);
  for (int kind = ST_DISTANCE_AFFINE_INVARIANT; kind <= ST_DISTANCE_BONNABEL_SEPULCHRE; kind++)
    {
      StSpectral *x = spectral ((StDistance) kind, shape, low);
      StSpectral *y = spectral ((StDistance) kind, shape, high);
      StDistances result = distance (x, y, NULL), two = distance (x, y, FIRST_TWO);
      g_assert_cmpint (result.why[0], ==, ST_DEFINED);
      g_assert_cmpint (result.why[1], ==, ST_DEFINED);
      g_assert_cmpint (result.why[2], ==, kind == ST_DISTANCE_AFFINE_INVARIANT
                                            ? ST_UNDEFINED_RANK : ST_UNDEFINED_ANGLE);
      g_assert_true (isnan (result.factors[2]));
      g_assert_true (isnan (result.product));
      g_assert_true (two.used[0] && two.used[1] && !two.used[2]);
      g_assert_true (isnan (two.factors[2]));
      assert_near (two.product, hypot (result.factors[0], result.factors[1]), 1e-14);
      st_spectral_free (x);
      st_spectral_free (y);
    }
}

/* Constant and all-zero tensors are points too, of rank 0; C = 1. */
static void
test_rank_zero (void)
{
  enum { SIZE = 4 * 3 * 6 };
  StShape shape = { 4, 3, 6 };
  float constant[SIZE], none[SIZE] = { 0 }, some[SIZE];
  for (int i = 0; i < SIZE; i++)
    constant[i] = 0.3f;
  synthetic_latent (shape, 11, true, some);
  for (int kind = 0; kind < ST_DISTANCES; kind++)
    {
      StDistances same = distance_of ((StDistance) kind, shape, constant, none);
      StDistances other = distance_of ((StDistance) kind, shape, constant, some);
      for (int i = 0; i < 3; i++)
        if (kind == ST_DISTANCE_AFFINE_INVARIANT)
          {
            g_assert_cmpint (same.why[i], ==, ST_UNDEFINED_RANK);
            g_assert_cmpint (other.why[i], ==, ST_UNDEFINED_RANK);
          }
        else
          {
            g_assert_cmpfloat (same.factors[i], ==, 0.0);
            g_assert_cmpint (other.why[i], ==, kind == ST_DISTANCE_BONNABEL_SEPULCHRE
                                                 ? ST_UNDEFINED_RANKS : ST_DEFINED);
          }
      g_assert_true (isnan (same.product) == (kind == ST_DISTANCE_AFFINE_INVARIANT));
      if (kind == ST_DISTANCE_YE_LIM)
        assert_near (other.factors[2], sqrt (6.0) * PI / 2, 1e-13);
    }
}

static void
test_refused (void)
{
  StDistances result;
  StDistanceWork *work = NULL;
  StPointWork *point = NULL;
  StSpectral *x = synthetic_spectral (ST_DISTANCE_YE_LIM, NARROW, 5);
  StSpectral *y = synthetic_spectral (ST_DISTANCE_FROBENIUS, NARROW, 5);
  StSpectral *z = synthetic_spectral (ST_DISTANCE_YE_LIM, (StShape) { 4, 5, 12 }, 5);
  float latent[5 * 4 * 12] = { [17] = INFINITY };
  st_distance_work_new (NARROW, &work);
  g_assert_cmpint (st_distance (x, y, NULL, work, &result).code, ==, ST_SHAPE);
  g_assert_cmpint (st_distance (x, z, NULL, work, &result).code, ==, ST_SHAPE);
  g_assert_cmpint (st_distance (z, z, NULL, work, &result).code, ==, ST_SHAPE);
  st_point_work_new (NARROW, &point);
  StStatus status = st_spectral_set (x, latent, 1e-8, point);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.b, ==, 17);
  st_point_work_free (point);
  st_distance_work_free (work);
  st_spectral_free (x);
  st_spectral_free (y);
  st_spectral_free (z);
  StShape none = { 0, 4, 3 };
  g_assert_cmpint (st_distance_work_new (none, &work).code, ==, ST_SHAPE);
  g_assert_cmpint (st_spectral_new (ST_DISTANCE_YE_LIM, none, &x).code, ==, ST_SHAPE);
  st_distance_work_free (NULL);
  st_spectral_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/distance/names", test_names);
  g_test_add_func ("/distance/facts", test_facts);
  g_test_add_func ("/distance/metric", test_metric);
  g_test_add_func ("/distance/no-metric", test_no_metric);
  g_test_add_func ("/distance/invariance", test_invariance);
  g_test_add_func ("/distance/small-angles", test_small_angles);
  g_test_add_func ("/distance/closed-forms", test_closed_forms);
  g_test_add_func ("/distance/undefined", test_undefined);
  g_test_add_func ("/distance/rank-zero", test_rank_zero);
  g_test_add_func ("/distance/refused", test_refused);
  return g_test_run ();
}
