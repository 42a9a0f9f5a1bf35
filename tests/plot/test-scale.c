#include <st-scale.h>

#include <math.h>

static StScale
random_scale (StScaleKind kind)
{
  StScale scale = { .kind = kind, .from = g_test_rand_double_range (-50, 50) };
  scale.to = scale.from + (g_test_rand_bit () ? 1 : -1) * g_test_rand_double_range (20, 900);
  switch (kind)
    {
    case ST_SCALE_LOG10:
      scale.low = pow (10, g_test_rand_double_range (-16, 2));
      scale.high = scale.low * pow (10, g_test_rand_double_range (0.5, 14));
      break;
    case ST_SCALE_SQUARE_ROOT:
      scale.low = 0;
      scale.high = g_test_rand_double_range (0.01, 1);
      break;
    case ST_SCALE_LINEAR:
    default:
      scale.low = g_test_rand_double_range (-1000, 1000);
      scale.high = scale.low + pow (10, g_test_rand_double_range (-3, 4));
    }
  return scale;
}

static void
test_inverse (void)
{
  for (guint i = 0; i < 3000; i++)
    {
      const StScale scale = random_scale ((StScaleKind) (i % 3));
      const double share = g_test_rand_double_range (0, 1);
      const double place = scale.from + share * (scale.to - scale.from);
      const double value = st_scale_value (&scale, place);
      g_assert_cmpfloat (value, >=, scale.low);
      g_assert_cmpfloat (value, <=, scale.high);
      g_assert_cmpfloat_with_epsilon (st_scale_place (&scale, value), place, 1e-6);
    }
}

static void
test_ends (void)
{
  const StScale scale = { ST_SCALE_SQUARE_ROOT, 0, 1, 10, 110 };
  g_assert_cmpfloat (st_scale_place (&scale, 0), ==, 10);
  g_assert_cmpfloat (st_scale_place (&scale, 0.25), ==, 60);
  g_assert_cmpfloat (st_scale_place (&scale, 1), ==, 110);
  g_assert_cmpfloat (st_scale_value (&scale, 9), ==, 0);
  g_assert_cmpfloat (st_scale_value (&scale, 110.5), ==, 1);
  g_assert_cmpfloat (st_scale_value (&scale, NAN), ==, 0);
  const StScale log = { ST_SCALE_LOG10, 1e-12, 1, 120, 0 };
  g_assert_cmpfloat_with_epsilon (st_scale_place (&log, 1e-8), 80, 1e-9);
  g_assert_true (isnan (st_scale_place (&log, 0)));
  const StScale empty = { ST_SCALE_LINEAR, 3, 3, 0, 100 };
  g_assert_cmpfloat (st_scale_place (&empty, 3), ==, 50);
  g_assert_cmpfloat (st_scale_value (&empty, 20), ==, 3);
}

static void
test_tick_properties (void)
{
  for (guint i = 0; i < 6000; i++)
    {
      const StScale scale = random_scale ((StScaleKind) (i % 3));
      const guint most = (guint) g_test_rand_int_range (2, ST_TICKS_MAX + 1);
      double ticks[ST_TICKS_MAX];
      const guint n = st_scale_ticks (&scale, most, ticks);
      const double slack = 1e-6 * (scale.high - scale.low);
      g_assert_cmpuint (n, <=, most);
      for (guint k = 0; k < n; k++)
        {
          g_assert_cmpfloat (ticks[k], >=, scale.low - slack);
          g_assert_cmpfloat (ticks[k], <=, scale.high + slack);
          if (k > 0)
            g_assert_cmpfloat (ticks[k], >, ticks[k - 1]);
        }
      /* Enough to read a linear axis by. */
      if (scale.kind == ST_SCALE_LINEAR && most >= 5)
        g_assert_cmpuint (n, >=, 2);
    }
}

static void
check_ticks (StScaleKind kind, double low, double high, guint most, guint n, const double *wanted)
{
  const StScale scale = { kind, low, high, 0, 100 };
  double ticks[ST_TICKS_MAX];
  g_assert_cmpuint (st_scale_ticks (&scale, most, ticks), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (ticks[i], wanted[i], 1e-9 * fabs (wanted[i]) + 1e-15);
}

static void
test_known_ticks (void)
{
  check_ticks (ST_SCALE_LINEAR, 5, 35, 4, 3, (const double[]) { 10, 20, 30 });
  check_ticks (ST_SCALE_LINEAR, -1, 1, 5, 5, (const double[]) { -1, -0.5, 0, 0.5, 1 });
  check_ticks (ST_SCALE_LINEAR, 0, 0.3, 4, 4, (const double[]) { 0, 0.1, 0.2, 0.3 });
  check_ticks (ST_SCALE_LOG10, 1e-12, 1, 4, 4, (const double[]) { 1e-12, 1e-8, 1e-4, 1 });
  check_ticks (ST_SCALE_SQUARE_ROOT, 0, 1, 7, 7,
               (const double[]) { 0, 0.01, 0.05, 0.1, 0.25, 0.5, 1 });
  check_ticks (ST_SCALE_SQUARE_ROOT, 0, 1, 2, 2, (const double[]) { 0, 1 });
  /* Zoomed in to where none of the usual ones is. */
  check_ticks (ST_SCALE_SQUARE_ROOT, 0.26, 0.35, 5, 5,
               (const double[]) { 0.26, 0.28, 0.3, 0.32, 0.34 });
  check_ticks (ST_SCALE_LOG10, 2e-5, 8e-5, 4, 4, (const double[]) { 2e-5, 4e-5, 6e-5, 8e-5 });
  check_ticks (ST_SCALE_LINEAR, 7, 7, 4, 1, (const double[]) { 7 });
}

static double
share_of (StScaleKind kind, const StScale *reach, double value)
{
  const StScale unit = { kind, reach->low, reach->high, 0, 1 };
  return st_scale_place (&unit, value);
}

/* What is under the pointer stays there, the length is a factor shorter, and it never leaves its
 * reach, whatever is asked. */
static void
test_zoom (void)
{
  for (guint i = 0; i < 4000; i++)
    {
      const StScaleKind kind = (StScaleKind) (i % 3);
      const StScale reach = random_scale (kind);
      const double place = reach.from + g_test_rand_double_range (0, 1) * (reach.to - reach.from);
      const double factor = pow (10, g_test_rand_double_range (0.01, 2));
      const double value = st_scale_value (&reach, place);
      const StScale near = st_scale_zoom (&reach, &reach, place, factor, 0);
      g_assert_cmpint (near.kind, ==, kind);
      g_assert_cmpfloat_with_epsilon (st_scale_place (&near, value), place, 1e-4);
      const double low = share_of (kind, &reach, near.low), high = share_of (kind, &reach, near.high);
      g_assert_cmpfloat_with_epsilon (high - low, 1 / factor, 1e-6);
      g_assert_cmpfloat (low, >=, -1e-9);
      g_assert_cmpfloat (high, <=, 1 + 1e-9);

      /* And back: the ends are exactly what they were. */
      const StScale far = st_scale_zoom (&near, &reach, place, 1 / (factor * 1.01), 0);
      g_assert_cmpfloat (far.low, ==, reach.low);
      g_assert_cmpfloat (far.high, ==, reach.high);

      /* Pulled by some pixels, what it shows goes with the hand, as far as there is any. */
      const double shift = g_test_rand_double_range (-2, 2) * (reach.to - reach.from);
      const StScale moved = st_scale_zoom (&near, &reach, place, 1, shift);
      const double begin = share_of (kind, &reach, moved.low);
      const double end = share_of (kind, &reach, moved.high);
      g_assert_cmpfloat_with_epsilon (end - begin, 1 / factor, 1e-6);
      g_assert_cmpfloat (begin, >=, -1e-9);
      g_assert_cmpfloat (end, <=, 1 + 1e-9);
      if (begin > 1e-6 && end < 1 - 1e-6)
        g_assert_cmpfloat_with_epsilon (st_scale_place (&moved, value), place + shift, 1e-3);
    }
  const StScale unit = { ST_SCALE_LINEAR, 0, 1, 0, 100 };
  const StScale closest = st_scale_zoom (&unit, &unit, 50, 1e30, 0);
  g_assert_cmpfloat_with_epsilon (closest.high - closest.low, 1e-6, 1e-9);
  const StScale wide = st_scale_widen (&unit, 4);
  g_assert_cmpfloat_with_epsilon (wide.low, -1.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (wide.high, 2.5, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/scale/inverse", test_inverse);
  g_test_add_func ("/plot/scale/ends", test_ends);
  g_test_add_func ("/plot/scale/zoom", test_zoom);
  g_test_add_func ("/plot/scale/tick-properties", test_tick_properties);
  g_test_add_func ("/plot/scale/known-ticks", test_known_ticks);
  return g_test_run ();
}
