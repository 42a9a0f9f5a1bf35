/* Figures of which a part is shown: axes, places, files. */
#include "svg-reader.h"
#include "synthetic.h"

#include <st-scene-cairo.h>
#include <st-scene-svg.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 405, HEIGHT = 240 };

static const Synthetic usual = { .images = 60, .columns = 2, .levels = 11, .level = 0.25 };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = WIDTH, .height = HEIGHT,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .level_axis = TRUE, .level_cursor = TRUE,
    .highlighted = -1, .model_title = "CAE" };
}

/* The part between two shares of an axis. */
static StSpan
span_of (const StFigureAxis *axis, double from, double to)
{
  const StScale *whole = &axis->whole;
  const double length = whole->to - whole->from;
  return (StSpan) { st_scale_value (whole, whole->from + from * length),
                    st_scale_value (whole, whole->from + to * length) };
}

static void
test_axes (void)
{
  StFrame *frame = synthetic_frame (&usual);
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      StFigureRequest request = request_for ((StFigureKind) kind, frame);
      StAxis axes[2];
      st_figure_axes (request.kind, axes);
      StFigure *figure = st_figure_new (&request, NULL);
      for (guint i = 0; i < 2; i++)
        {
          const StFigureAxis *axis = &figure->axes[i];
          g_assert_cmpint (axis->known, ==, axes[i] != ST_AXIS_NONE);
          if (!axis->known)
            continue;
          g_assert_cmpfloat (axis->whole.low, <, axis->whole.high);
          g_assert_cmpfloat (axis->reach.low, <=, axis->whole.low);
          g_assert_cmpfloat (axis->reach.high, >=, axis->whole.high);
          g_assert_cmpfloat_with_epsilon (axis->shown.low, axis->whole.low, 1e-9);
          g_assert_cmpfloat_with_epsilon (axis->shown.high, axis->whole.high, 1e-9);
          request.spans[i] = span_of (axis, 0.3, 0.5);
        }
      StFigure *zoomed = st_figure_new (&request, figure);
      g_assert_cmpint (zoomed->base == figure->base, ==, !figure->axes[0].known);
      for (guint i = 0; i < 2 && zoomed->axes[i].known; i++)
        {
          const double slack = 1e-9 * fabs (zoomed->axes[i].whole.high);
          g_assert_cmpfloat_with_epsilon (zoomed->axes[i].shown.low, request.spans[i].low, slack);
          g_assert_cmpfloat_with_epsilon (zoomed->axes[i].shown.high, request.spans[i].high, slack);
          g_assert_cmpfloat (zoomed->axes[i].whole.low, ==, figure->axes[i].whole.low);
        }
      st_figure_unref (figure);
      st_figure_unref (zoomed);
    }
  st_frame_unref (frame);
}

/* A point of the scatter is where its axes say, and what is out of sight cannot be pointed at. */
static void
test_scatter_places (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_SCATTER, frame);
  const double *now = frame->now[0]->embedding;
  request.spans[0] = (StSpan) { -1, 0.5 };
  request.spans[1] = (StSpan) { -0.5, 1 };
  StFigure *figure = st_figure_new (&request, NULL);
  const StScale *x = &figure->axes[0].shown, *y = &figure->axes[1].shown;
  /* One unit in both directions, and all that was asked for within. */
  g_assert_cmpfloat_with_epsilon ((x->to - x->from) / (x->high - x->low),
                                  (y->from - y->to) / (y->high - y->low), 1e-9);
  g_assert_cmpfloat (x->low, <=, -1 + 1e-9);
  g_assert_cmpfloat (y->high, >=, 1 - 1e-9);
  g_assert_cmpuint (figure->hits->len, >, 0);
  g_assert_cmpuint (figure->hits->len, <, usual.images);
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      const double cx = hit->rect.x + hit->rect.width / 2, cy = hit->rect.y + hit->rect.height / 2;
      g_assert_cmpfloat_with_epsilon (cx, st_scale_place (x, now[2 * hit->image]), 1e-6);
      g_assert_cmpfloat_with_epsilon (cy, st_scale_place (y, now[2 * hit->image + 1]), 1e-6);
      g_assert_cmpfloat (cx, >=, figure->plot.x);
      g_assert_cmpfloat (cx, <=, figure->plot.x + figure->plot.width);
    }
  st_figure_unref (figure);
  st_frame_unref (frame);
}

static cairo_surface_t *
paint (const StScene *scene)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  st_scene_paint (scene, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* Nothing that belongs into a panel is painted beside it, wherever one looks: between the gutter's
 * labels and the panel there is nothing at all. */
static void
test_clipped (void)
{
  StFrame *frame = synthetic_frame (&usual);
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    for (guint part = 0; part < 4; part++)
      {
        StFigureRequest request = request_for ((StFigureKind) kind, frame);
        request.highlighted = 3;
        StFigure *whole = st_figure_new (&request, NULL);
        for (guint i = 0; i < 2 && whole->axes[i].known; i++)
          request.spans[i] = span_of (&whole->axes[i], 0.2 * part + 0.05, 0.2 * part + 0.15);
        StFigure *figure = st_figure_new (&request, whole);
        const StScene *const scenes[] = { figure->base, figure->overlay, figure->marks };
        for (guint s = 0; s < G_N_ELEMENTS (scenes) && whole->axes[0].known; s++)
          {
            cairo_surface_t *surface = paint (scenes[s]);
            const int stride = cairo_image_surface_get_stride (surface);
            const guchar *data = cairo_image_surface_get_data (surface);
            for (int y = (int) figure->plot.y + 4; y < figure->plot.y + figure->plot.height; y++)
              for (int x = ST_FIGURE_GUTTER - 6; x < ST_FIGURE_GUTTER - 4; x++)
                g_assert_cmpint (data[y * stride + 4 * x + 3], ==, 0);
            cairo_surface_destroy (surface);
          }
        st_figure_unref (whole);
        st_figure_unref (figure);
      }
  st_frame_unref (frame);
}

/* A zoomed figure's file is as valid as any, and tells its ticks. */
static void
test_files (void)
{
  StFrame *frame = synthetic_frame (&usual);
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      StFigureRequest request = request_for ((StFigureKind) kind, frame);
      request.caption = TRUE;
      StFigure *whole = st_figure_new (&request, NULL);
      for (guint i = 0; i < 2 && whole->axes[i].known; i++)
        request.spans[i] = span_of (&whole->axes[i], 0.41, 0.43);
      StFigure *figure = st_figure_new (&request, NULL);
      StScene *scene = st_figure_scene (figure, &request);
      GBytes *svg = st_scene_svg (scene);
      SvgRead read;
      svg_read (svg, NULL, &read);
      char *text = g_strndup (g_bytes_get_data (svg, NULL), g_bytes_get_size (svg));
      g_assert_null (strstr (text, "nan"));
      g_assert_null (strstr (text, "=\"inf"));
      g_free (text);
      g_string_free (read.words, TRUE);
      g_bytes_unref (svg);
      st_scene_unref (scene);
      st_figure_unref (whole);
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

static int
compare_doubles (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* The spectrum's band against values in order. */
static void
test_band (void)
{
  for (guint images = 1; images < 80; images += 1 + images / 5)
    {
      const Synthetic some = { .images = images, .columns = 1, .levels = 3, .level = 0.25 };
      StFrame *frame = synthetic_frame (&some);
      const StResult *now = frame->now[0];
      const StFigureRequest request = request_for (ST_FIGURE_SPECTRUM, frame);
      StTable *table = st_figure_table (&request);
      double *values = g_new (double, images);
      for (guint row = 0; row < st_table_rows (table); row++)
        {
          const guint s = (guint) st_table_value (table, row, 0) - 1;
          const guint place = (guint) st_table_value (table, row, 1) - 1;
          for (guint i = 0; i < images; i++)
            {
              const double *own = st_result_eigenvalues (now, i, s);
              values[i] = MAX (own[place] / own[0], 1e-16);
            }
          qsort (values, images, sizeof *values, compare_doubles);
          const double low = values[(images - 1) / 10];
          const double high = values[images - 1 - (images - 1) / 10];
          g_assert_cmpfloat_with_epsilon (st_table_value (table, row, 6), low, 1e-9 * low);
          g_assert_cmpfloat_with_epsilon (st_table_value (table, row, 7), high, 1e-9 * high);
        }
      g_free (values);
      st_table_free (table);
      st_frame_unref (frame);
    }
}

/* Without a gutter ticks are within, if they are asked for. */
static void
test_own_ticks (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  request.gutter = 0;
  StFigure *bare = st_figure_new (&request, NULL);
  request.own_ticks = TRUE;
  StFigure *own = st_figure_new (&request, bare);
  GBytes *before = st_scene_svg (bare->base), *after = st_scene_svg (own->base);
  SvgRead few, more;
  svg_read (before, NULL, &few);
  svg_read (after, NULL, &more);
  g_assert_cmpuint (more.texts, >=, few.texts + 2);
  g_string_free (few.words, TRUE);
  g_string_free (more.words, TRUE);
  g_bytes_unref (before);
  g_bytes_unref (after);
  st_figure_unref (bare);
  st_figure_unref (own);
  st_frame_unref (frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/zoom/axes", test_axes);
  g_test_add_func ("/views/zoom/scatter-places", test_scatter_places);
  g_test_add_func ("/views/zoom/clipped", test_clipped);
  g_test_add_func ("/views/zoom/files", test_files);
  g_test_add_func ("/views/zoom/band", test_band);
  g_test_add_func ("/views/zoom/own-ticks", test_own_ticks);
  return g_test_run ();
}
