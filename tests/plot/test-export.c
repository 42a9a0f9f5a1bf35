#include <st-export.h>

#include <string.h>

static StScene *
small_scene (void)
{
  const StTextStyle style = { 11, 400, ST_ALIGN_LEFT, st_colour (0), 0 };
  StSceneBuilder *builder = st_scene_builder_new (120, 48);
  st_scene_set_words (builder, "PSNR, CAE", "level 0.10");
  st_scene_rect (builder, (StRect) { 0, 0, 120, 48 }, 0, st_colour (0xfefdfc));
  st_scene_text (builder, 4, 20, "16.5 dB", &style);
  return st_scene_builder_end (builder);
}

static GBytes *
export_twice (StExportFormat format, double dpi)
{
  GError *error = NULL;
  StScene *one = small_scene (), *two = small_scene ();
  GBytes *first = st_export (one, format, dpi, &error);
  g_assert_no_error (error);
  GBytes *second = st_export (two, format, dpi, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, second));
  g_bytes_unref (second);
  st_scene_unref (one);
  st_scene_unref (two);
  return first;
}

static guint32
big_endian (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

/* Its size in pixels, and its resolution in pixels a metre. */
static void
test_png (void)
{
  GBytes *bytes = export_twice (ST_EXPORT_PNG, 192);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gboolean found = FALSE;
  g_assert_cmpmem (data, 8, "\211PNG\r\n\032\n", 8);
  g_assert_cmpuint (big_endian (data + 16), ==, 240);
  g_assert_cmpuint (big_endian (data + 20), ==, 96);
  for (gsize at = 8; at + 12 <= length; at += 12 + big_endian (data + at))
    {
      if (memcmp (data + at + 4, "tIME", 4) == 0)
        g_assert_not_reached ();
      if (memcmp (data + at + 4, "pHYs", 4) != 0)
        continue;
      found = TRUE;
      g_assert_cmpuint (big_endian (data + at + 8), ==, 7559);   /* 192 / 0.0254 */
      g_assert_cmpuint (big_endian (data + at + 12), ==, 7559);
      g_assert_cmpuint (data[at + 16], ==, 1);
    }
  g_assert_true (found);
  g_bytes_unref (bytes);
}

static void
test_pdf (void)
{
  GBytes *bytes = export_twice (ST_EXPORT_PDF, 96);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_assert_true (length > 4 && memcmp (data, "%PDF", 4) == 0);
  /* 120 x 48 at 96 in an inch are 90 x 36 points. */
  g_assert_nonnull (g_strstr_len (data, (gssize) length, "MediaBox [ 0 0 90 36 ]"));
  g_assert_null (g_strstr_len (data, (gssize) length, "CreationDate"));
  g_bytes_unref (bytes);
}

static void
test_svg (void)
{
  GBytes *bytes = export_twice (ST_EXPORT_SVG, 96);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_assert_nonnull (g_strstr_len (data, (gssize) length, "<title>PSNR, CAE</title>"));
  g_assert_nonnull (g_strstr_len (data, (gssize) length, ">16.5 dB</text>"));
  g_bytes_unref (bytes);
}

static void
test_too_large (void)
{
  GError *error = NULL;
  StScene *scene = small_scene ();
  g_assert_null (st_export (scene, ST_EXPORT_PNG, 1e6, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (st_export (scene, ST_EXPORT_PNG, 0, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  st_scene_unref (scene);
}

static void
test_names (void)
{
  StExportFormat format;
  g_assert_true (st_export_format_from_name ("a/b.c/strata.SVG", &format));
  g_assert_cmpint (format, ==, ST_EXPORT_SVG);
  g_assert_true (st_export_format_from_name ("strata.pdf", &format));
  g_assert_cmpint (format, ==, ST_EXPORT_PDF);
  g_assert_true (st_export_format_from_name ("strata.png", &format));
  g_assert_cmpint (format, ==, ST_EXPORT_PNG);
  g_assert_false (st_export_format_from_name ("strata.jpg", &format));
  g_assert_false (st_export_format_from_name (".png", &format));
  g_assert_false (st_export_format_from_name ("", &format));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/export/png", test_png);
  g_test_add_func ("/plot/export/pdf", test_pdf);
  g_test_add_func ("/plot/export/svg", test_svg);
  g_test_add_func ("/plot/export/too-large", test_too_large);
  g_test_add_func ("/plot/export/names", test_names);
  return g_test_run ();
}
