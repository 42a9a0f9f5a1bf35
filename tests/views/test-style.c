/* Text reaches WCAG's AA (4.5 : 1) on what it stands on, in both styles. */
#include <st-style.h>

#include <math.h>

static double
linear (float channel)
{
  const double c = (double) channel;
  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
luminance (StColour c)
{
  return 0.2126 * linear (c.r) + 0.7152 * linear (c.g) + 0.0722 * linear (c.b);
}

static double
contrast (StColour a, StColour b)
{
  const double x = luminance (a), y = luminance (b);
  return (MAX (x, y) + 0.05) / (MIN (x, y) + 0.05);
}

static void
test_contrast (void)
{
  for (int dark = 0; dark < 2; dark++)
    {
      const StStyle *s = st_style (dark);
      const StColour grounds[] = { s->paper, s->panel, s->side };
      for (guint g = 0; g < G_N_ELEMENTS (grounds); g++)
        {
          g_assert_cmpfloat (contrast (s->text, grounds[g]), >=, 4.5);
          g_assert_cmpfloat (contrast (s->dim, grounds[g]), >=, 4.5);
          g_assert_cmpfloat (contrast (s->accent, grounds[g]), >=, 4.5);
          for (guint m = 0; m < ST_STYLE_MODELS; m++)
            g_assert_cmpfloat (contrast (s->models[m], grounds[g]), >=, 4.5);
        }
    }
}

static void
test_models (void)
{
  const StStyle *s = st_style (FALSE);
  char *hex = st_colour_hex (st_style_model (s, 0));
  g_assert_cmpstr (hex, ==, "#b5500b");
  g_free (hex);
  /* Told apart by marker too, and the dashed ones by dashes. */
  for (guint m = 0; m < ST_STYLE_MODELS; m++)
    {
      for (guint k = 0; k < m; k++)
        g_assert_cmpint (st_style_marker (m), !=, st_style_marker (k));
      g_assert_true ((st_style_curve (s, m, 2).on > 0) == (m >= 4));
    }
  g_assert_cmpint (st_style_marker (ST_STYLE_MODELS), ==, st_style_marker (0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/style/contrast", test_contrast);
  g_test_add_func ("/views/style/models", test_models);
  return g_test_run ();
}
