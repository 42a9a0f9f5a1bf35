/* Whether the suite really runs in the locale that its setup asks for. */
#include <locale.h>
#include <string.h>

#include <glib.h>

static void
test_decimal_point (void)
{
  const char *locale = g_getenv ("LC_ALL");
  gboolean german = locale != NULL && g_str_has_prefix (locale, "de_DE");
  g_autofree char *half = g_strdup_printf ("%.1f", 0.5);

  g_assert_cmpstr (localeconv ()->decimal_point, ==, german ? "," : ".");
  g_assert_cmpstr (half, ==, german ? "0,5" : "0.5");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locale/decimal-point", test_decimal_point);
  return g_test_run ();
}
