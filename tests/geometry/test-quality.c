#include <st-quality.h>

#include <glib.h>
#include <math.h>

static void
test_psnr (void)
{
  const float clean[4] = { 0.0f, 0.25f, 0.5f, 1.0f };
  const float rebuilt[4] = { 0.5f, 0.25f, 0.0f, 1.0f };
  g_assert_cmpfloat_with_epsilon (st_psnr (clean, rebuilt, 4), 10 * log10 (8.0), 1e-12);
  g_assert_cmpfloat_with_epsilon (st_psnr (clean, clean, 4), 100.0, 1e-12);
  const float black = 0.0f, white = 1.0f, unknown = NAN;
  g_assert_cmpfloat (st_psnr (&black, &white, 1), ==, 0.0);
  g_assert_true (isnan (st_psnr (&black, &unknown, 1)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/psnr", test_psnr);
  return g_test_run ();
}
