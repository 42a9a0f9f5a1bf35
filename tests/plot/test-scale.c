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
  check_ticks (ST_SCALE_LINEAR, 7, 7, 4, 1, (const double[]) { 7 });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/scale/inverse", test_inverse);
  g_test_add_func ("/plot/scale/ends", test_ends);
  g_test_add_func ("/plot/scale/tick-properties", test_tick_properties);
  g_test_add_func ("/plot/scale/known-ticks", test_known_ticks);
  return g_test_run ();
}
