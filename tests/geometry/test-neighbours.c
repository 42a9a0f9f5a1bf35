#include <st-neighbours.h>

#include "neighbour-facts.h"

#include <glib.h>
#include <math.h>

/* As in tests/reference/geometry_tsne.py; the map is rounded, so that there are ties. */
static void
reference (uint32_t n, double *distances, double *points)
{
  g_autofree double *x = g_new (double, 4 * n);
  for (uint32_t i = 0; i < n; i++)
    {
      x[4 * i] = cos (i);
      x[4 * i + 1] = sin (1.7 * i);
      x[4 * i + 2] = 0.25 * (i % 5);
      x[4 * i + 3] = 1.5 * (i % 2);
      points[2 * i] = rint (2.0 * x[4 * i]) / 2.0;
      points[2 * i + 1] = rint (2.0 * x[4 * i + 1]) / 2.0;
    }
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      {
        double sum = 0.0;
        for (int k = 0; k < 4; k++)
          sum += (x[4 * i + k] - x[4 * j + k]) * (x[4 * i + k] - x[4 * j + k]);
        distances[i * n + j] = sqrt (sum);
      }
}

static void
test_facts (void)
{
  const double *expected = NEIGHBOURS;
  for (size_t s = 0; s < G_N_ELEMENTS (NEIGHBOUR_SIZES); s++)
    {
      uint32_t n = NEIGHBOUR_SIZES[s];
      g_autofree double *distances = g_new (double, n * n), *points = g_new (double, 2 * n);
      StNeighbours found;
      reference (n, distances, points);
      g_assert_cmpint (st_neighbours (n, distances, points, &found).code, ==, ST_OK);
      g_assert_true (found.known);
      g_assert_cmpuint (found.k, ==, MIN (5, (n - 1) / 2));
      g_assert_cmpfloat_with_epsilon (found.trustworthiness, *expected++, 1e-14);
      g_assert_cmpfloat_with_epsilon (found.continuity, *expected++, 1e-14);
    }
}

/* A map that shows all distances as they are is perfect; exchanging map and truth exchanges the
 * measures. */
static void
test_exchange (void)
{
  enum { N = 37 };
  g_autofree double *distances = g_new (double, N * N), *flat = g_new (double, N * N);
  double points[2 * N], truth[2 * N];
  StNeighbours one, other;
  reference (N, distances, points);
  for (uint32_t i = 0; i < N; i++)
    {
      truth[2 * i] = i % 6;
      truth[2 * i + 1] = i / 6;
    }
  for (uint32_t i = 0; i < N * N; i++)
    {
      uint32_t a = i / N, b = i % N;
      flat[i] = hypot (points[2 * a] - points[2 * b], points[2 * a + 1] - points[2 * b + 1]);
      distances[i] = hypot (truth[2 * a] - truth[2 * b], truth[2 * a + 1] - truth[2 * b + 1]);
    }
  g_assert_cmpint (st_neighbours (N, flat, points, &one).code, ==, ST_OK);
  g_assert_cmpfloat (one.trustworthiness, ==, 1.0);
  g_assert_cmpfloat (one.continuity, ==, 1.0);
  g_assert_cmpint (st_neighbours (N, distances, points, &one).code, ==, ST_OK);
  g_assert_cmpint (st_neighbours (N, flat, truth, &other).code, ==, ST_OK);
  g_assert_cmpfloat (one.trustworthiness, <, 1.0);
  g_assert_cmpfloat (one.trustworthiness, ==, other.continuity);
  g_assert_cmpfloat (one.continuity, ==, other.trustworthiness);
}

/* The farthest neighbours in the place of the nearest: as bad as it gets. */
static void
test_worst (void)
{
  enum { N = 21 };
  double distances[N * N], points[2 * N] = { 0 };
  StNeighbours found;
  for (uint32_t i = 0; i < N; i++)
    points[2 * i] = pow (1.3, i);
  for (uint32_t i = 0; i < N * N; i++)
    distances[i] = i / N == i % N ? 0.0
                                  : 1000.0 - fabs (points[2 * (i / N)] - points[2 * (i % N)]);
  g_assert_cmpint (st_neighbours (N, distances, points, &found).code, ==, ST_OK);
  g_assert_cmpfloat_with_epsilon (found.trustworthiness, 0.0, 1e-14);
}

static void
test_few (void)
{
  double distances[9] = { 0 }, points[6] = { 0 };
  StNeighbours found;
  for (uint32_t n = 0; n < 4; n++)
    {
      g_assert_cmpint (st_neighbours (n, distances, points, &found).code, ==, ST_OK);
      g_assert_cmpint (found.known, ==, n == 3);
    }
  /* All the same: ties by index, in both. */
  g_assert_cmpuint (found.k, ==, 1);
  g_assert_cmpfloat (found.trustworthiness, ==, 1.0);
  g_assert_cmpfloat (found.continuity, ==, 1.0);
}

static void
test_not_finite (void)
{
  enum { N = 12 };
  double distances[N * N], points[2 * N];
  StNeighbours found;
  reference (N, distances, points);
  distances[3 * N + 8] = NAN;
  StStatus status = st_neighbours (N, distances, points, &found);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.a, ==, 3);
  g_assert_cmpint (status.b, ==, 8);
  g_assert_false (found.known);
  reference (N, distances, points);
  points[2 * 4 + 1] = INFINITY;
  status = st_neighbours (N, distances, points, &found);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.b, ==, N + 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/neighbours/facts", test_facts);
  g_test_add_func ("/neighbours/exchange", test_exchange);
  g_test_add_func ("/neighbours/worst", test_worst);
  g_test_add_func ("/neighbours/few", test_few);
  g_test_add_func ("/neighbours/not-finite", test_not_finite);
  return g_test_run ();
}
