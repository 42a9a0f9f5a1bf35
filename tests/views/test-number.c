#include <st-number.h>

#include <locale.h>
#include <math.h>

/* Takes the string. */
static void
same (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_c (void)
{
  same (st_number_fixed (ST_NUMBERS_C, 16.46, 1), "16.5");
  same (st_number_fixed (ST_NUMBERS_C, -0.04, 1), "0.0");
  same (st_number_fixed (ST_NUMBERS_C, -2.5, 1), "−2.5");
  same (st_number_fixed (ST_NUMBERS_C, NAN, 1), "–");
  same (st_number_fixed (ST_NUMBERS_C, INFINITY, 1), "–");
  same (st_number_tick (ST_NUMBERS_C, 0.01), "0.01");
  same (st_number_tick (ST_NUMBERS_C, 1e-8), "1e−8");
  same (st_number_tick (ST_NUMBERS_C, 1e-12), "1e−12");
  same (st_number_tick (ST_NUMBERS_C, 1e20), "1e20");
  same (st_number_tick (ST_NUMBERS_C, 0), "0");
  same (st_number_tick (ST_NUMBERS_C, 48), "48");
  same (st_number_power (ST_NUMBERS_C, 1e-4), "1e−4");
  same (st_number_power (ST_NUMBERS_C, 1), "1");
  same (st_number_level (ST_NUMBERS_C, 0), "0");
  same (st_number_level (ST_NUMBERS_C, 0.1), "0.10");
  same (st_number_level (ST_NUMBERS_C, 0.2), "0.20");
  same (st_number_level (ST_NUMBERS_C, 1), "1.00");
  same (st_number_level (ST_NUMBERS_C, 0.125), "0.125");
  same (st_number_level (ST_NUMBERS_C, 0.0006), "0.0006");
  same (st_number_level (ST_NUMBERS_C, 0.00001), "1e−5");
  same (st_number_count (ST_NUMBERS_C, 0), "0");
  same (st_number_count (ST_NUMBERS_C, 999), "999");
  same (st_number_count (ST_NUMBERS_C, 66209), "66,209");
  same (st_number_count (ST_NUMBERS_C, 1234567), "1,234,567");
  same (st_number_psnr (ST_NUMBERS_C, 16.5), "16.5 dB");
  same (st_number_degrees (ST_NUMBERS_C, 71.2, 0), "71°");
  same (st_number_degrees (ST_NUMBERS_C, 59.46, 1), "59.5°");
  same (st_number_percent (ST_NUMBERS_C, 0.391), "39 %");
}

/* The dialect of files stays as it is; the window's follows. */
static void
test_german (void)
{
  char *before = g_strdup (setlocale (LC_ALL, NULL));
  if (setlocale (LC_ALL, "de_DE.UTF-8") != NULL)
    {
      test_c ();
      same (st_number_fixed (ST_NUMBERS_LOCALE, -16.46, 1), "−16,5");
      same (st_number_level (ST_NUMBERS_LOCALE, 0.1), "0,10");
      same (st_number_count (ST_NUMBERS_LOCALE, 66209), "66.209");
      same (st_number_tick (ST_NUMBERS_LOCALE, 1e-8), "1e−8");
    }
  else
    g_test_message ("no German locale here");
  setlocale (LC_ALL, before);
  g_free (before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/number/c", test_c);
  g_test_add_func ("/views/number/german", test_german);
  return g_test_run ();
}
