/* Scatter points on a screen, and trails: as cairo paints paths, and into a buffer, in one run.  Each picture is
 * of points that have all moved since the last one. */
#include <math.h>
#include <st-scene-cairo.h>
#include <stdio.h>
#include <stdlib.h>

enum { POINTS = 60000, TRAILS = 10000, WIDTH = 700, HEIGHT = 560, CLASSES = 10, ROUNDS = 40, PATH_ROUNDS = 5 };

/* As a scatter of so many points has them: no edges, one shape and colour a class; with their
 * trails beneath, if asked for. */
static StScene *
make_scene (double phase, guint points, gboolean trails)
{
  static const guint32 colours[CLASSES] = { 0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9,
                                            0xd55e00, 0x000000, 0xf0e442, 0x999999, 0x882255 };
  GRand *random = g_rand_new_with_seed (7);
  StSceneBuilder *builder = st_scene_builder_new (WIDTH, HEIGHT);
  st_scene_clip (builder, (StRect) { 0, 0, WIDTH, HEIGHT });
  for (guint i = 0; i < points; i++)
    {
      const guint class = i % CLASSES;
      const StMarkerStyle style = { .shape = (StMarker) (class % ST_MARKERS), .radius = 2.5,
                                    .fill = st_colour (colours[class]) };
      const double angle = class * G_PI / 5 + phase * g_rand_double (random);
      const double radius = 60 + 180 * sqrt (g_rand_double (random));
      const double x = WIDTH / 2.0 + radius * cos (angle) * g_rand_double (random) * 1.3;
      const double y = HEIGHT / 2.0 + radius * sin (angle);
      if (trails)
        st_scene_line (builder, x, y, x + 20 * cos (i), y + 20 * sin (i),
                       st_pen (st_colour_alpha (style.fill, 0.38), 0.8));
      else
        st_scene_marker (builder, x, y, &style);
    }
  st_scene_unclip (builder);
  g_rand_free (random);
  return st_scene_builder_end (builder);
}

static int
ascending (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
measure (const char *what, guint points, gboolean trails, guint rounds, guint scale,
         StSprites *sprites)
{
  double build[ROUNDS], draw[ROUNDS];
  cairo_surface_t *screen = cairo_image_surface_create (
    CAIRO_FORMAT_RGB24, WIDTH * (int) scale, HEIGHT * (int) scale);
  cairo_surface_set_device_scale (screen, scale, scale);
  for (guint i = 0; i < rounds; i++)
    {
      const gint64 start = g_get_monotonic_time ();
      StScene *scene = make_scene (i * 0.01, points, trails);
      const gint64 built = g_get_monotonic_time ();
      cairo_t *cr = cairo_create (screen);
      if (sprites != NULL)
        st_scene_paint_on_screen (scene, cr, sprites, scale);
      else
        st_scene_paint (scene, cr);
      cairo_destroy (cr);
      cairo_surface_flush (screen);
      build[i] = (double) (built - start) / 1000;
      draw[i] = (double) (g_get_monotonic_time () - built) / 1000;
      st_scene_unref (scene);
    }
  cairo_surface_destroy (screen);
  qsort (build, rounds, sizeof *build, ascending);
  qsort (draw, rounds, sizeof *draw, ascending);
  printf ("%-22s scale %u   painted: p50 %6.1f ms, max %6.1f ms   scene made: p50 %5.1f ms\n",
          what, scale, draw[rounds / 2], draw[rounds - 1], build[rounds / 2]);
}

int
main (void)
{
  printf ("on %d x %d\n", WIDTH, HEIGHT);
  g_autoptr (StSprites) sprites = st_sprites_new ();
  for (guint scale = 1; scale <= 2; scale++)
    {
      measure ("60000 points, paths", POINTS, FALSE, PATH_ROUNDS, scale, NULL);
      measure ("60000 points, sprites", POINTS, FALSE, ROUNDS, scale, sprites);
      measure ("10000 trails, paths", TRAILS, TRUE, PATH_ROUNDS, scale, NULL);
      measure ("10000 trails, buffer", TRAILS, TRUE, ROUNDS, scale, sprites);
    }
  return 0;
}
