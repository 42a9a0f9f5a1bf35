/* The screen's painter against the paths that it stands for. */
#include <st-scene-cairo.h>
#include <st-scene-items.h>

#include <math.h>

enum { WIDTH = 160, HEIGHT = 120, POINTS = 900 };

static StMarkerStyle
style_of (guint i)
{
  static const guint32 colours[] = { 0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9 };
  const StColour colour = st_colour (colours[i % G_N_ELEMENTS (colours)]);
  StMarkerStyle style = { .shape = (StMarker) (i % ST_MARKERS), .radius = 2 + i % 4 * 0.75,
                          .fill = st_colour_alpha (colour, i % 3 == 0 ? 0.5 : 1) };
  if (i % 2 == 0)
    style.outline = st_pen (st_colour_shade (colour, 0.6), 0.7);
  if (i % 5 == 0)
    style.halo = st_pen (st_colour (0xffffff), 0.8);
  if (i % 7 == 0)
    style.fill.a = 0;
  return style;
}

/* Places in steps of 1/grid of a point, some outside, in a clip within a moved scene. */
static StScene *
make_scene (guint grid, guint points)
{
  GRand *random = g_rand_new_with_seed (grid);
  StSceneBuilder *inner = st_scene_builder_new (WIDTH, HEIGHT);
  st_scene_clip (inner, (StRect) { 10, 8, WIDTH - 30, HEIGHT - 20 });
  for (guint i = 0; i < points; i++)
    {
      const StMarkerStyle style = style_of (i / 3 % 30);
      const double x = g_rand_int_range (random, -20 * (int) grid, (WIDTH + 20) * (int) grid);
      const double y = g_rand_int_range (random, -20 * (int) grid, (HEIGHT + 20) * (int) grid);
      st_scene_marker (inner, x / grid, y / grid, &style);
    }
  st_scene_unclip (inner);
  StScene *moved = st_scene_builder_end (inner);
  StSceneBuilder *builder = st_scene_builder_new (WIDTH, HEIGHT);
  st_scene_rect (builder, (StRect) { 0, 0, WIDTH, HEIGHT }, 0, st_colour (0xf4f4f5));
  st_scene_add (builder, moved, 3, 2);
  st_scene_unref (moved);
  g_rand_free (random);
  return st_scene_builder_end (builder);
}

static cairo_surface_t *
paint (const StScene *scene, StSprites *sprites, guint scale)
{
  cairo_surface_t *surface = cairo_image_surface_create (
    CAIRO_FORMAT_RGB24, WIDTH * (int) scale, HEIGHT * (int) scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_t *cr = cairo_create (surface);
  if (sprites != NULL)
    st_scene_paint_on_screen (scene, cr, sprites, scale);
  else
    st_scene_paint (scene, cr);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

typedef struct Difference { int most; double mean; } Difference;

static Difference
compare (cairo_surface_t *a, cairo_surface_t *b)
{
  const guchar *one = cairo_image_surface_get_data (a), *two = cairo_image_surface_get_data (b);
  const int width = cairo_image_surface_get_width (a) * 4;
  const int stride = cairo_image_surface_get_stride (a);
  const int height = cairo_image_surface_get_height (a);
  Difference difference = { 0, 0 };
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        if (x % 4 == 3)
          continue;
        const int apart = ABS (one[y * stride + x] - two[y * stride + x]);
        difference.most = MAX (difference.most, apart);
        difference.mean += apart;
      }
  difference.mean /= height * width * 0.75;
  return difference;
}

static Difference
differ (const StScene *scene, StSprites *sprites, guint scale)
{
  cairo_surface_t *paths = paint (scene, NULL, scale);
  cairo_surface_t *blitted = paint (scene, sprites, scale);
  const Difference difference = compare (paths, blitted);
  cairo_surface_destroy (paths);
  cairo_surface_destroy (blitted);
  return difference;
}

/* Where a place is one that sprites are made for there is nothing but rounding between the two
 * pictures; anywhere else they are a sixteenth of a point apart. */
static void
test_agrees (gconstpointer data)
{
  const guint scale = GPOINTER_TO_UINT (data);
  StSprites *sprites = st_sprites_new ();
  StScene *exact = make_scene (8, POINTS), *any = make_scene (1000, POINTS);
  StScene *empty = make_scene (8, 0);
  const Difference on_grid = differ (exact, sprites, scale);
  g_assert_cmpint (on_grid.most, <=, 3);
  const Difference off_grid = differ (any, sprites, scale);
  g_assert_cmpint (off_grid.most, >, 0);
  g_assert_cmpint (off_grid.most, <=, scale == 1 ? 40 : 64);
  g_assert_cmpfloat (off_grid.mean, <, 1.5);
  /* And they are pictures of something. */
  cairo_surface_t *some = paint (any, sprites, scale), *nothing = paint (empty, sprites, scale);
  g_assert_cmpfloat (compare (some, nothing).mean, >, 20);
  cairo_surface_destroy (some);
  cairo_surface_destroy (nothing);
  st_scene_unref (exact);
  st_scene_unref (any);
  st_scene_unref (empty);
  st_sprites_free (sprites);
}

/* Strokes in all directions, long and shorter than a pixel, some outside. */
static StScene *
make_strokes (guint n)
{
  GRand *random = g_rand_new_with_seed (n);
  StSceneBuilder *builder = st_scene_builder_new (WIDTH, HEIGHT);
  st_scene_rect (builder, (StRect) { 0, 0, WIDTH, HEIGHT }, 0, st_colour (0xf4f4f5));
  for (guint i = 0; i < n; i++)
    {
      const double x = g_rand_double_range (random, -20, WIDTH + 20);
      const double y = g_rand_double_range (random, -20, HEIGHT + 20);
      const double angle = g_rand_double_range (random, 0, 2 * G_PI);
      const double length = pow (10, g_rand_double_range (random, -1, 2));
      const StColour colour = st_colour_alpha (st_colour (0x0072b2 + 0x33 * i), i % 2 ? 0.38 : 1);
      st_scene_line (builder, x, y, x + length * cos (angle), y + length * sin (angle),
                     st_pen (colour, 0.8 + i % 3 * 0.2));
      const StMarkerStyle style = style_of (i);
      if (i % 7 == 0)
        st_scene_marker (builder, x, y, &style);
    }
  g_rand_free (random);
  return st_scene_builder_end (builder);
}

static void
test_strokes (gconstpointer data)
{
  const guint scale = GPOINTER_TO_UINT (data);
  StSprites *sprites = st_sprites_new ();
  StScene *scene = make_strokes (60);
  const Difference difference = differ (scene, sprites, scale);
  g_assert_cmpint (difference.most, >, 0);
  /* Only their ends are cut otherwise. */
  g_assert_cmpint (difference.most, <=, scale == 1 ? 90 : 160);
  g_assert_cmpfloat (difference.mean, <, 0.3);
  StScene *nothing = make_scene (8, 0);
  cairo_surface_t *some = paint (scene, sprites, scale), *none = paint (nothing, sprites, scale);
  g_assert_cmpfloat (compare (some, none).mean, >, 3);
  cairo_surface_destroy (some);
  cairo_surface_destroy (none);
  st_scene_unref (nothing);
  st_scene_unref (scene);
  st_sprites_free (sprites);
}

/* A window that moves to another screen. */
static void
test_scale_changes (void)
{
  StSprites *sprites = st_sprites_new ();
  StScene *scene = make_scene (8, POINTS);
  for (guint turn = 0; turn < 4; turn++)
    g_assert_cmpint (differ (scene, sprites, 1 + turn % 2).most, <=, 3);
  st_scene_unref (scene);
  st_sprites_free (sprites);
}

/* Markers too large to keep, and more styles than are kept, are painted all the same. */
static void
test_odd_markers (void)
{
  StSprites *sprites = st_sprites_new ();
  for (guint turn = 0; turn < 2; turn++)
    {
      StSceneBuilder *builder = st_scene_builder_new (WIDTH, HEIGHT);
      for (guint i = 0; i < 1200; i++)
        {
          StMarkerStyle style = style_of (i);
          style.radius = turn == 0 ? 40 + i % 3 : 2 + i / 1000.0;
          st_scene_marker (builder, i % 40 * 4, i / 40 * 4, &style);
        }
      StScene *scene = st_scene_builder_end (builder);
      g_assert_cmpint (differ (scene, sprites, 1).most, <=, turn == 0 ? 0 : 3);
      st_scene_unref (scene);
    }
  st_sprites_free (sprites);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/plot/sprites/agrees/1", GUINT_TO_POINTER (1), test_agrees);
  g_test_add_data_func ("/plot/sprites/agrees/2", GUINT_TO_POINTER (2), test_agrees);
  g_test_add_data_func ("/plot/sprites/strokes/1", GUINT_TO_POINTER (1), test_strokes);
  g_test_add_data_func ("/plot/sprites/strokes/2", GUINT_TO_POINTER (2), test_strokes);
  g_test_add_func ("/plot/sprites/scale-changes", test_scale_changes);
  g_test_add_func ("/plot/sprites/odd-markers", test_odd_markers);
  return g_test_run ();
}
