/* Measures of isometry: against NumPy and SciPy, in closed form, and what they do not see. */
#include <st-isometry.h>

#include <isometry-facts.h>

#include <glib.h>
#include <math.h>
#include <string.h>

static double
draw (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return 2.0 * *state / 4294967296.0 - 1.0;
}

/* G = B^T B + 0.05 I, as tests/reference/geometry_isometry.py draws them. */
static double *
draw_metrics (uint32_t n, uint32_t d)
{
  double *metrics = g_new0 (double, n * d * d);
  g_autofree double *b = g_new (double, (d + 1) * d);
  guint32 state = 5;

  for (uint32_t p = 0; p < n; p++)
    {
      for (uint32_t i = 0; i < (d + 1) * d; i++)
        b[i] = draw (&state);
      for (uint32_t i = 0; i < d * d; i++)
        {
          double *g = &metrics[p * d * d + i];
          for (uint32_t row = 0; row <= d; row++)
            *g += b[row * d + i / d] * b[row * d + i % d];
          *g += i / d == i % d ? 0.05 : 0.0;
        }
    }
  return metrics;
}

static StIsometryMeasures
measure (uint32_t n, uint32_t d, const double *metrics)
{
  StIsometryMeasures m;
  g_assert_true (st_ok (st_isometry_measures (n, d, metrics, &m)));
  return m;
}

/* Every number of a but the count of singular points, and its namesake of b. */
static void
assert_near (const StIsometryMeasures *a, const StIsometryMeasures *b, double relative)
{
  const double *x = &a->mean_condition, *y = &b->mean_condition;
  gsize n = (sizeof *a - G_STRUCT_OFFSET (StIsometryMeasures, mean_condition)) / sizeof *x;

  g_assert_cmpuint (a->singular_points, ==, b->singular_points);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (x[i], y[i], relative * fabs (y[i]) + 1e-13);
}

static void
test_facts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ISOMETRY_FACTS); i++)
    {
      uint32_t n = ISOMETRY_FACTS[i].n, d = ISOMETRY_FACTS[i].d;
      g_autofree double *metrics = draw_metrics (n, d);
      StIsometryMeasures m = measure (n, d, metrics);
      assert_near (&m, &ISOMETRY_FACTS[i].measures, 1e-10);
    }
}

static void
test_closed_forms (void)
{
  const double stretched[] = { 4.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 4.0 };
  const double grown[] = { 1.0, 0.0, 0.0, 1.0, 4.0, 0.0, 0.0, 4.0 };
  const double small = log (0.4), large = log (1.6), log_4 = log (4.0);
  const StIsometryMeasures of_stretched = {
    .mean_condition = 4.0, .median_condition = 4.0, .mean_condition_j = 2.0,
    .median_condition_j = 2.0, .variance = small * small + large * large, .relaxed = 17.0 / 25.0,
    .strict = 9.0, .conformal = 0.72, .log_volume_variance = 0.0 };
  const StIsometryMeasures of_grown = {
    .mean_condition = 1.0, .median_condition = 1.0, .mean_condition_j = 1.0,
    .median_condition_j = 1.0, .variance = small * small + large * large,
    .relaxed = 17.0 / 25.0, .strict = 9.0, .conformal = 0.0,
    .log_volume_variance = log_4 * log_4 / 4.0 };
  StIsometryMeasures m = measure (2, 2, stretched);
  assert_near (&m, &of_stretched, 1e-13);
  m = measure (2, 2, grown);
  assert_near (&m, &of_grown, 1e-13);
}

/* A multiple of an isometry is one but for distances: 1/d is the least the relaxed one can be. */
static void
test_scaled_isometry (void)
{
  for (uint32_t d = 1; d <= 40; d = 3 * d + 1)
    {
      g_autofree double *metrics = g_new0 (double, 3 * d * d);
      g_autofree double *other = draw_metrics (3, d);
      for (uint32_t p = 0; p < 3; p++)
        for (uint32_t i = 0; i < d; i++)
          metrics[p * d * d + i * d + i] = 7.0;
      StIsometryMeasures expected = {
        .mean_condition = 1.0, .median_condition = 1.0, .mean_condition_j = 1.0,
        .median_condition_j = 1.0, .relaxed = 1.0 / d, .strict = 36.0 * d };
      StIsometryMeasures m = measure (3, d, metrics);
      assert_near (&m, &expected, 1e-12);
      g_assert_cmpfloat (measure (3, d, other).relaxed, >, 1.0 / d);
    }
}

/* G -> M^T G M is what z -> M^-1 z makes of it. */
static void
change (uint32_t n, uint32_t d, const double *m, const double *metrics, double *out)
{
  for (uint32_t p = 0; p < n; p++)
    for (uint32_t i = 0; i < d * d; i++)
      {
        double *to = &out[p * d * d + i];
        *to = 0.0;
        for (uint32_t k = 0; k < d; k++)
          for (uint32_t l = 0; l < d; l++)
            *to += m[k * d + i / d] * metrics[p * d * d + k * d + l] * m[l * d + i % d];
      }
}

static void
test_invariance (void)
{
  enum { N = 8, D = 3 };
  static const double scale[] = { 5.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 5.0 };
  static const double any[] = { 2.0, 0.3, -1.0, 0.0, 0.5, 0.7, 1.5, -0.2, 3.0 };
  const double turn[] = { 0.6, -0.8, 0.0, 0.8, 0.6, 0.0, 0.0, 0.0, 1.0 };
  g_autofree double *metrics = draw_metrics (N, D);
  double changed[N * D * D];
  StIsometryMeasures before = measure (N, D, metrics), after, expected = before;

  change (N, D, turn, metrics, changed);
  after = measure (N, D, changed);
  assert_near (&after, &before, 1e-11);

  change (N, D, scale, metrics, changed);
  after = measure (N, D, changed);
  g_assert_cmpfloat (fabs (after.strict - before.strict), >, 1.0);
  expected.strict = after.strict;
  assert_near (&after, &expected, 1e-11);

  change (N, D, any, metrics, changed);
  after = measure (N, D, changed);
  g_assert_cmpfloat_with_epsilon (after.variance, before.variance, 1e-10);
  g_assert_cmpfloat_with_epsilon (after.log_volume_variance, before.log_volume_variance, 1e-10);
  g_assert_cmpfloat (fabs (after.conformal - before.conformal), >, 1e-3);
}

/* What a singular G leaves undefined is not a number; the median is infinite once most are. */
static void
test_singular (void)
{
  const double metrics[] = { 1.0, 0.0, 0.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 3.0,
                             0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0 };
  StIsometryMeasures m = measure (3, 2, metrics);
  g_assert_cmpuint (m.singular_points, ==, 1);
  g_assert_true (isnan (m.mean_condition) && isnan (m.mean_condition_j));
  g_assert_true (isnan (m.variance) && isnan (m.log_volume_variance));
  g_assert_cmpfloat_with_epsilon (m.median_condition, 3.0, 1e-14);
  g_assert_cmpfloat_with_epsilon (m.conformal, (2.0 / 9.0 + 2.0 + 0.5) / 3.0, 1e-14);
  g_assert_cmpfloat_with_epsilon (m.strict, (1.0 + 2.0 + 4.0) / 3.0, 1e-14);

  m = measure (5, 2, metrics);
  g_assert_cmpuint (m.singular_points, ==, 3);
  g_assert_true (isinf (m.median_condition) && isinf (m.median_condition_j));
  g_assert_true (isnan (m.conformal));   /* G = 0 has no mean eigenvalue to divide by */
  m = measure (1, 2, metrics + 12);
  g_assert_true (isnan (m.relaxed));
}

static void
test_refused (void)
{
  double metrics[] = { 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, NAN, 1.0 };
  StIsometryMeasures m;
  StStatus status = st_isometry_measures (2, 2, metrics, &m);
  g_assert_cmpint (status.code, ==, ST_NON_FINITE);
  g_assert_cmpint (status.a, ==, 1);
  g_assert_cmpint (status.b, ==, 2);
  g_assert_cmpint (st_isometry_measures (0, 2, metrics, &m).code, ==, ST_RANGE);
  g_assert_cmpint (st_isometry_measures (2, 0, metrics, &m).code, ==, ST_RANGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/isometry/facts", test_facts);
  g_test_add_func ("/isometry/closed-forms", test_closed_forms);
  g_test_add_func ("/isometry/scaled-isometry", test_scaled_isometry);
  g_test_add_func ("/isometry/invariance", test_invariance);
  g_test_add_func ("/isometry/singular", test_singular);
  g_test_add_func ("/isometry/refused", test_refused);
  return g_test_run ();
}
