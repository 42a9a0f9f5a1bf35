#include <st-lanes.h>
#include <st-neighbours.h>
#include <st-tsne.h>

#include "tsne-facts.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { SEED = 11 };

/* As in tests/reference/geometry_tsne.py. */
static double *
reference_distances (uint32_t n)
{
  double *distances = g_new (double, n * n);
  g_autofree double *x = g_new (double, 4 * n);
  for (uint32_t i = 0; i < n; i++)
    {
      x[4 * i] = cos (i);
      x[4 * i + 1] = sin (1.7 * i);
      x[4 * i + 2] = 0.25 * (i % 5);
      x[4 * i + 3] = 1.5 * (i % 2);
    }
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      {
        double sum = 0.0;
        for (int k = 0; k < 4; k++)
          sum += (x[4 * i + k] - x[4 * j + k]) * (x[4 * i + k] - x[4 * j + k]);
        distances[i * n + j] = sqrt (sum);
      }
  return distances;
}

static StTsne *
begin (uint32_t n, const double *distances, uint64_t seed, StPool *pool)
{
  StTsne *tsne = NULL;
  g_assert_cmpint (st_tsne_new (n, distances, seed, pool, NULL, &tsne).code, ==, ST_OK);
  return tsne;
}

static void
step (StTsne *tsne, uint32_t iterations, StPool *pool)
{
  g_assert_cmpint (st_tsne_step (tsne, iterations, pool, NULL).code, ==, ST_OK);
}

static void
assert_finite (const StTsne *tsne, uint32_t n)
{
  g_autofree double *points = g_new (double, 2 * n);
  st_tsne_points (tsne, points);
  for (uint32_t i = 0; i < 2 * n; i++)
    g_assert_true (isfinite (points[i]));
}

static void
test_facts (void)
{
  const double *expected = TSNE_MAPS, *divergence = TSNE_DIVERGENCES;
  for (size_t s = 0; s < G_N_ELEMENTS (TSNE_SIZES); s++)
    {
      uint32_t n = TSNE_SIZES[s];
      g_autofree double *distances = reference_distances (n), *points = g_new (double, 2 * n);
      StTsne *tsne = begin (n, distances, SEED, NULL);
      for (size_t t = 0; t < G_N_ELEMENTS (TSNE_STEPS); t++, expected += 2 * n)
        {
          double extent = 0.0;
          step (tsne, TSNE_STEPS[t] - st_tsne_iterations (tsne), NULL);
          st_tsne_points (tsne, points);
          for (uint32_t i = 0; i < 2 * n; i++)
            extent = MAX (extent, fabs (expected[i]));
          for (uint32_t i = 0; i < 2 * n; i++)
            g_assert_cmpfloat_with_epsilon (points[i], expected[i], 1e-8 * extent);
          g_assert_cmpfloat_with_epsilon (st_tsne_divergence (tsne, NULL), *divergence++, 1e-10);
        }
      st_tsne_free (tsne);
    }
}

/* Each level's row against a plain loop. */
static void
test_rows (void)
{
  enum { N = 29, WIDE = 32 };
  double p[WIDE] = { 0 }, x[WIDE], y[WIDE];
  for (uint32_t j = 0; j < WIDE; j++)
    {
      p[j] = j < N ? fabs (sin (j)) : 0.0;
      x[j] = j < N ? cos (2.0 * j) : 1e100;
      y[j] = j < N ? sin (3.0 * j) : 1e100;
    }
  for (uint32_t level = 0; st_lanes_nth (level) != NULL; level++)
    for (uint32_t i = 0; i < N; i++)
      {
        StTsneSums sums, plain = { 0 };
        st_lanes_nth (level)->tsne_row (&(StTsneRow) { WIDE, i, p, x, y }, &sums);
        for (uint32_t j = 0; j < N; j++)
          {
            double dx = x[i] - x[j], dy = y[i] - y[j], num = 1.0 / (1.0 + dx * dx + dy * dy);
            plain.normal += j == i ? 0.0 : num;
            plain.pull_x += p[j] * num * dx;
            plain.pull_y += p[j] * num * dy;
            plain.push_x += num * num * dx;
            plain.push_y += num * num * dy;
          }
        g_assert_cmpfloat_with_epsilon (sums.normal, plain.normal, 1e-13);
        g_assert_cmpfloat_with_epsilon (sums.pull_x, plain.pull_x, 1e-13);
        g_assert_cmpfloat_with_epsilon (sums.pull_y, plain.pull_y, 1e-13);
        g_assert_cmpfloat_with_epsilon (sums.push_x, plain.push_x, 1e-13);
        g_assert_cmpfloat_with_epsilon (sums.push_y, plain.push_y, 1e-13);
      }
}

/* However many threads there are, and however the steps are cut. */
static void
test_same_bits (void)
{
  enum { N = 150, STEPS = 300 };
  g_autofree double *distances = reference_distances (N);
  double first[2 * N], other[2 * N], divergence = 0.0;
  for (uint32_t threads = 0; threads <= 3; threads++)
    {
      StPool *pool = NULL;
      if (threads > 0)
        g_assert_cmpint (st_pool_new (threads, &pool).code, ==, ST_OK);
      StTsne *tsne = begin (N, distances, SEED, pool);
      for (uint32_t done = 0; done < STEPS; done += 50 * (threads + 1))
        step (tsne, MIN (50 * (threads + 1), STEPS - done), pool);
      st_tsne_points (tsne, threads == 0 ? first : other);
      if (threads == 0)
        divergence = st_tsne_divergence (tsne, pool);
      else
        {
          g_assert_cmpmem (first, sizeof first, other, sizeof other);
          g_assert_cmpfloat (st_tsne_divergence (tsne, pool), ==, divergence);
        }
      st_tsne_free (tsne);
      st_pool_free (pool);
    }

  StTsne *tsne = begin (N, distances, SEED + 1, NULL);
  step (tsne, STEPS, NULL);
  st_tsne_points (tsne, other);
  g_assert_cmpint (memcmp (first, other, sizeof first), !=, 0);
  st_tsne_free (tsne);
}

/* The unit of the distances does not matter, however large or small they are. */
static void
test_unit (void)
{
  enum { N = 40 };
  g_autofree double *distances = reference_distances (N), *scaled = g_new (double, N * N);
  double first[2 * N], other[2 * N];
  for (int exponent = -900; exponent <= 900; exponent += 300)
    {
      for (uint32_t i = 0; i < N * N; i++)
        scaled[i] = ldexp (distances[i], exponent);
      StTsne *tsne = begin (N, scaled, SEED, NULL);
      step (tsne, 100, NULL);
      st_tsne_points (tsne, exponent == -900 ? first : other);
      if (exponent > -900)
        g_assert_cmpmem (first, sizeof first, other, sizeof other);
      st_tsne_free (tsne);
    }
}

/* Once P is taken once, the divergence falls; the mean stays where it is. */
static void
test_descent (void)
{
  static const uint32_t SIZES[] = { 3, 5, 12, 40, 200 };
  for (size_t s = 0; s < G_N_ELEMENTS (SIZES); s++)
    {
      uint32_t n = SIZES[s];
      g_autofree double *distances = reference_distances (n), *points = g_new (double, 2 * n);
      StTsne *tsne = begin (n, distances, SEED, NULL);
      double start = st_tsne_divergence (tsne, NULL), last = INFINITY, x = 0.0, extent = 0.0;
      step (tsne, ST_TSNE_EXAGGERATED + 250, NULL);
      while (st_tsne_iterations (tsne) < ST_TSNE_ITERATIONS)
        {
          double divergence = st_tsne_divergence (tsne, NULL);
          g_assert_cmpfloat (divergence, >=, 0.0);
          g_assert_cmpfloat (divergence, <=, last + 1e-9);
          last = divergence;
          step (tsne, 50, NULL);
        }
      g_assert_cmpfloat (st_tsne_divergence (tsne, NULL), <, 0.5 * start);
      st_tsne_points (tsne, points);
      for (uint32_t i = 0; i < n; i++)
        {
          x += points[2 * i];
          extent = MAX (extent, fabs (points[2 * i]));
        }
      g_assert_cmpfloat (fabs (x), <=, 1e-12 * n * extent);

      step (tsne, 5, NULL);
      g_assert_cmpuint (st_tsne_iterations (tsne), ==, ST_TSNE_ITERATIONS);
      st_tsne_free (tsne);
    }
}

static void
test_clusters (void)
{
  enum { N = 60 };
  double distances[N * N], points[2 * N], x[2] = { 0 }, y[2] = { 0 }, radius = 0.0;
  StNeighbours neighbours;
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = 0; j < N; j++)
      distances[i * N + j] = i == j ? 0.0 : i % 2 != j % 2 ? 10.0 : 1.0 + 0.01 * ((i + j) % 7);
  StTsne *tsne = begin (N, distances, SEED, NULL);
  step (tsne, ST_TSNE_ITERATIONS, NULL);
  st_tsne_points (tsne, points);
  for (uint32_t i = 0; i < N; i++)
    {
      x[i % 2] += points[2 * i] / (N / 2);
      y[i % 2] += points[2 * i + 1] / (N / 2);
    }
  for (uint32_t i = 0; i < N; i++)
    radius = MAX (radius, hypot (points[2 * i] - x[i % 2], points[2 * i + 1] - y[i % 2]));
  g_assert_cmpfloat (hypot (x[0] - x[1], y[0] - y[1]), >, 2.5 * radius);
  g_assert_cmpint (st_neighbours (N, distances, points, &neighbours).code, ==, ST_OK);
  g_assert_cmpfloat (neighbours.trustworthiness, >, 0.7);
  st_tsne_free (tsne);
}

/* As few as there can be, and points that cannot be told apart. */
static void
test_degenerate (void)
{
  enum { N = 20 };
  double distances[N * N] = { 0 }, points[2 * N];
  for (uint32_t n = 1; n <= N; n++)
    for (int kind = 0; kind < 3; kind++)
      {
        /* All the same, all equally far, two groups of the same ones. */
        for (uint32_t i = 0; i < n * n; i++)
          distances[i] = kind == 0 ? 0.0 : kind == 1 ? i % (n + 1) != 0
                                         : i / n % 2 != i % n % 2;
        StTsne *tsne = begin (n, distances, SEED, NULL);
        for (int part = 0; part < 10; part++)
          {
            step (tsne, 100, NULL);
            assert_finite (tsne, n);
            g_assert_cmpfloat (fabs (st_tsne_divergence (tsne, NULL)), <, 5.0);
          }
        st_tsne_free (tsne);
      }
  StTsne *tsne = begin (1, distances, SEED, NULL);
  step (tsne, 10, NULL);
  g_assert_cmpuint (st_tsne_iterations (tsne), ==, 10);
  st_tsne_points (tsne, points);
  g_assert_cmpfloat (hypot (points[0], points[1]), <, 1e-3);
  st_tsne_free (tsne);
  g_assert_cmpfloat (st_tsne_perplexity (1), ==, 0.0);
  g_assert_cmpfloat (st_tsne_perplexity (25), ==, 8.0);
  g_assert_cmpfloat (st_tsne_perplexity (2000), ==, 30.0);
}

static void
test_cancel (void)
{
  enum { N = 50 };
  g_autofree double *distances = reference_distances (N);
  double whole[2 * N], parts[2 * N];
  StCancel cancel = { 0 };
  StTsne *tsne = NULL;
  st_cancel_ask (&cancel);
  g_assert_cmpint (st_tsne_new (N, distances, SEED, NULL, &cancel, &tsne).code, ==,
                   ST_CANCELLED);
  g_assert_null (tsne);

  tsne = begin (N, distances, SEED, NULL);
  step (tsne, 20, NULL);
  g_assert_cmpint (st_tsne_step (tsne, 20, NULL, &cancel).code, ==, ST_CANCELLED);
  g_assert_cmpuint (st_tsne_iterations (tsne), ==, 20);
  st_cancel_reset (&cancel);
  g_assert_cmpint (st_tsne_step (tsne, 20, NULL, &cancel).code, ==, ST_OK);
  st_tsne_points (tsne, parts);
  st_tsne_free (tsne);
  tsne = begin (N, distances, SEED, NULL);
  step (tsne, 40, NULL);
  st_tsne_points (tsne, whole);
  g_assert_cmpmem (whole, sizeof whole, parts, sizeof parts);
  st_tsne_free (tsne);
}

static void
test_refused (void)
{
  static const double BAD[] = { NAN, INFINITY, -INFINITY };
  enum { N = 9 };
  StTsne *tsne = NULL;
  g_assert_cmpint (st_tsne_new (0, NULL, SEED, NULL, NULL, &tsne).code, ==, ST_RANGE);
  g_assert_cmpint (st_tsne_new (ST_TSNE_MAX + 1, NULL, SEED, NULL, NULL, &tsne).code, ==,
                   ST_RANGE);
  for (int bad = 0; bad < 3; bad++)
    {
      g_autofree double *distances = reference_distances (N);
      distances[5 * N + 7] = BAD[bad];
      StStatus status = st_tsne_new (N, distances, SEED, NULL, NULL, &tsne);
      g_assert_cmpint (status.code, ==, ST_NON_FINITE);
      g_assert_cmpint (status.a, ==, 5);
      g_assert_cmpint (status.b, ==, 7);
    }
  g_assert_null (tsne);
  st_tsne_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsne/facts", test_facts);
  g_test_add_func ("/tsne/rows", test_rows);
  g_test_add_func ("/tsne/same-bits", test_same_bits);
  g_test_add_func ("/tsne/unit", test_unit);
  g_test_add_func ("/tsne/descent", test_descent);
  g_test_add_func ("/tsne/clusters", test_clusters);
  g_test_add_func ("/tsne/degenerate", test_degenerate);
  g_test_add_func ("/tsne/cancel", test_cancel);
  g_test_add_func ("/tsne/refused", test_refused);
  return g_test_run ();
}
