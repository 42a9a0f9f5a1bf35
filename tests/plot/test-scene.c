#include "svg-reader.h"

#include <st-scene-cairo.h>
#include <st-scene-items.h>
#include <st-scene-svg.h>
#include <st-text.h>

#include <locale.h>
#include <math.h>
#include <string.h>

enum { SIDE = 120 };

static cairo_surface_t *
blank (void)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_destroy (cr);
  return surface;
}

static guint32
pixel (cairo_surface_t *surface, int x, int y)
{
  cairo_surface_flush (surface);
  const guchar *line = cairo_image_surface_get_data (surface)
                       + (gssize) y * cairo_image_surface_get_stride (surface);
  return ((const guint32 *) (const void *) line)[x] & 0xffffff;
}

static cairo_surface_t *
paint (const StScene *scene)
{
  cairo_surface_t *surface = blank ();
  cairo_t *cr = cairo_create (surface);
  st_scene_paint (scene, cr);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  return surface;
}

/* Ink on white, in pixels. */
static double
ink_of (cairo_surface_t *surface)
{
  double ink = 0;
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      ink += 1 - (pixel (surface, x, y) & 255) / 255.0;
  return ink;
}

static void
test_rect (void)
{
  StSceneBuilder *builder = st_scene_builder_new (SIDE, SIDE);
  st_scene_rect (builder, (StRect) { 10, 20, 30, 5 }, 0, st_colour (0x102030));
  StScene *scene = st_scene_builder_end (builder);
  cairo_surface_t *surface = paint (scene);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      g_assert_cmphex (pixel (surface, x, y), ==,
                       x >= 10 && x < 40 && y >= 20 && y < 25 ? 0x102030 : 0xffffff);
  cairo_surface_destroy (surface);
  st_scene_unref (scene);
}

/* Painted area against the closed form, for every marker. */
static void
test_marker_areas (void)
{
  const double radius = 20;
  for (guint shape = 0; shape < ST_MARKERS; shape++)
    {
      const StMarkerStyle style = { .shape = (StMarker) shape, .radius = radius,
                                    .fill = st_colour (0) };
      StSceneBuilder *builder = st_scene_builder_new (SIDE, SIDE);
      st_scene_marker (builder, SIDE / 2.0, SIDE / 2.0, &style);
      StScene *scene = st_scene_builder_end (builder);
      cairo_surface_t *surface = paint (scene);
      const gboolean triangle
        = shape == ST_MARKER_TRIANGLE || shape == ST_MARKER_DOWN_TRIANGLE;
      const double wanted = G_PI * radius * radius * (triangle ? 0.8 : 1);
      g_assert_cmpfloat_with_epsilon (ink_of (surface), wanted, 0.01 * wanted);
      cairo_surface_destroy (surface);
      st_scene_unref (scene);
    }
}

static void
draw_all_but_text (StSceneBuilder *builder)
{
  static const StPoint line[] = { { 5, 5 }, { 60.3, 40.7 }, { 115, 9.25 } };
  static const StPoint area[] = { { 10, 100 }, { 50, 60 }, { 90.5, 110 }, { 40, 115 } };
  StPen dashed = { st_colour_alpha (st_colour (0x8a3fa0), 0.7), 2.5, 6, 3 };
  st_scene_rect (builder, (StRect) { 3.5, 50, 40, 12.25 }, 0,
                 st_colour_alpha (st_colour (0x00757d), 0.4));
  st_scene_polygon (builder, area, G_N_ELEMENTS (area),
                    st_colour_alpha (st_colour (0xb5500b), 0.25));
  st_scene_polyline (builder, line, G_N_ELEMENTS (line), dashed);
  st_scene_frame (builder, (StRect) { 70, 50, 30, 20 }, 0, st_pen (st_colour (0x1a5fb4), 2));
  st_scene_clip (builder, (StRect) { 60, 70, 40, 25 });
  for (guint i = 0; i < 40; i++)
    {
      const StMarkerStyle style
        = { .shape = (StMarker) (i / 7 % ST_MARKERS), .radius = 3 + i % 3,
            .fill = st_colour_alpha (st_colour (0x0072b2 + i * 0x50301), i % 2 ? 1 : 0),
            .outline = st_pen (st_colour (0x202020), i % 4 ? 0.7 : 0),
            .halo = st_pen (st_colour (0xffffff), i % 5 ? 0.8 : 0) };
      st_scene_marker (builder, 55 + i * 1.3, 74 + (i * 7) % 25, &style);
    }
  st_scene_unclip (builder);
  st_scene_line (builder, 0, 118.5, 120, 118.5, st_pen (st_colour (0x62626a), 1));
}

/* What cairo paints, and what the file says when somebody else paints it. */
static void
test_painters_agree (void)
{
  StSceneBuilder *inner = st_scene_builder_new (SIDE, SIDE);
  draw_all_but_text (inner);
  StScene *moved = st_scene_builder_end (inner);
  StSceneBuilder *builder = st_scene_builder_new (SIDE, SIDE);
  st_scene_add (builder, moved, 2.25, -1.5);
  StScene *scene = st_scene_builder_end (builder);
  st_scene_unref (moved);

  cairo_surface_t *ours = paint (scene), *theirs = blank ();
  GBytes *svg = st_scene_svg (scene);
  cairo_t *cr = cairo_create (theirs);
  SvgRead read;
  svg_read (svg, cr, &read);
  cairo_destroy (cr);
  guint different = 0;
  g_assert_cmpfloat (ink_of (ours), >, 500);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      for (int shift = 0; shift < 24; shift += 8)
        {
          const int a = pixel (ours, x, y) >> shift & 255, b = pixel (theirs, x, y) >> shift & 255;
          /* Rounding to hundredths may move an edge across one or two of cairo's 15 sample rows. */
          g_assert_cmpint (ABS (a - b), <=, 26);
          different += ABS (a - b);
        }
  g_assert_cmpuint (different, <, SIDE * SIDE / 10);
  g_string_free (read.words, TRUE);
  g_bytes_unref (svg);
  cairo_surface_destroy (ours);
  cairo_surface_destroy (theirs);
  st_scene_unref (scene);
}

static void
test_not_finite (void)
{
  const double bad[] = { NAN, INFINITY, -INFINITY };
  StSceneBuilder *builder = st_scene_builder_new (NAN, INFINITY);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const double v = bad[i];
      const StPoint points[] = { { 0, 0 }, { 1, 1 }, { v, 2 }, { 3, 3 },
                                 { 4, v }, { 5, 5 }, { 6, 6 } };
      const StMarkerStyle marker = { .radius = 2, .fill = st_colour (0) };
      const StTextStyle style = { 11, 400, ST_ALIGN_LEFT, st_colour (0), 0 };
      const guint8 grey = 7;
      st_scene_rect (builder, (StRect) { v, 0, 1, 1 }, 0, st_colour (0));
      st_scene_frame (builder, (StRect) { 0, 0, v, 1 }, 0, st_pen (st_colour (0), 1));
      st_scene_polyline (builder, points, G_N_ELEMENTS (points), st_pen (st_colour (0), 1));
      st_scene_polygon (builder, points, G_N_ELEMENTS (points), st_colour (0));
      st_scene_marker (builder, v, 0, &marker);
      st_scene_text (builder, 0, v, "nothing", &style);
      st_scene_image (builder, (StRect) { 0, v, 1, 1 }, 1, 1, 1, &grey, TRUE);
      st_scene_clip (builder, (StRect) { 0, 0, 1, v });
      st_scene_unclip (builder);
    }
  StScene *scene = st_scene_builder_end (builder);
  guint lines = 0;
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItemKind kind = g_array_index (scene->items, StItem, i).kind;
      g_assert_true (kind == ST_ITEM_POLYLINE || kind == ST_ITEM_CLIP || kind == ST_ITEM_UNCLIP);
      lines += kind == ST_ITEM_POLYLINE;
    }
  /* Two pieces of each: 0 to 1 and 5 to 6. */
  g_assert_cmpuint (lines, ==, 2 * G_N_ELEMENTS (bad));
  GBytes *svg = st_scene_svg (scene);
  char *text = g_strndup (g_bytes_get_data (svg, NULL), g_bytes_get_size (svg));
  g_assert_null (strstr (text, "nan"));
  g_assert_null (strstr (text, "inf"));
  g_free (text);
  g_bytes_unref (svg);
  cairo_surface_destroy (paint (scene));
  st_scene_unref (scene);
}

static StScene *
scene_with_words (void)
{
  static const guint8 pixels[2 * 2 * 3] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9 };
  const StTextStyle style = { 12.5, 600, ST_ALIGN_RIGHT, st_colour (0x2b2b2f), 0 };
  StSceneBuilder *builder = st_scene_builder_new (240.5, 60);
  st_scene_set_words (builder, "A & B", "<level> \"0.10\"");
  st_scene_text (builder, 230.25, 20,
                 "29\342\206\22248 & <b> \"q\" \001\033 \377 1e\342\210\2228", &style);
  st_scene_image (builder, (StRect) { 1.5, 2, 44, 44 }, 2, 2, 3, pixels, TRUE);
  return st_scene_builder_end (builder);
}

static void
test_words (void)
{
  StScene *scene = scene_with_words ();
  GBytes *svg = st_scene_svg (scene);
  SvgRead read;
  svg_read (svg, NULL, &read);
  g_assert_cmpuint (read.texts, ==, 1);
  g_assert_cmpuint (read.images, ==, 1);
  g_assert_nonnull (strstr (read.words->str, "A & B\n<level> \"0.10\"\n"));
  g_assert_nonnull (strstr (read.words->str, "29\342\206\22248 & <b> \"q\""));
  g_assert_nonnull (strstr (read.words->str, "1e\342\210\2228"));
  g_string_free (read.words, TRUE);
  g_bytes_unref (svg);
  st_scene_unref (scene);
}

/* Same input, same bytes; in any locale. */
static void
test_same_bytes (void)
{
  StScene *one = scene_with_words (), *two = scene_with_words ();
  GBytes *first = st_scene_svg (one);
  char *before = g_strdup (setlocale (LC_ALL, NULL));
  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    g_test_message ("no German locale here");
  GBytes *second = st_scene_svg (two);
  setlocale (LC_ALL, before);
  g_assert_true (g_bytes_equal (first, second));
  g_free (before);
  g_bytes_unref (first);
  g_bytes_unref (second);
  st_scene_unref (one);
  st_scene_unref (two);
}

static void
test_ellipsis (void)
{
  const char *text = "Stratified: 26 strata when clean, 3 at 0.20";
  const double whole = st_text_width (text, 13, 400);
  for (double width = 10; width < whole; width += 17)
    {
      char *cut = st_text_ellipsize (text, 13, 400, width);
      g_assert_true (g_str_has_suffix (cut, "…"));
      if (g_utf8_strlen (cut, -1) > 1)
        g_assert_cmpfloat (st_text_width (cut, 13, 400), <=, width);
      g_free (cut);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/scene/rect", test_rect);
  g_test_add_func ("/plot/scene/marker-areas", test_marker_areas);
  g_test_add_func ("/plot/scene/painters-agree", test_painters_agree);
  g_test_add_func ("/plot/scene/not-finite", test_not_finite);
  g_test_add_func ("/plot/scene/words", test_words);
  g_test_add_func ("/plot/scene/same-bytes", test_same_bytes);
  g_test_add_func ("/plot/scene/ellipsis", test_ellipsis);
  return g_test_run ();
}
