/* What curves are worth at the pointer. */
#include "svg-reader.h"
#include "synthetic.h"

#include <st-scene-svg.h>

#include <math.h>
#include <string.h>

static const Synthetic usual = { .images = 60, .columns = 3, .levels = 11, .level = 0.25 };
static const StFigureModel models[] = { { "CAE", 0 }, { "DAE", 1 }, { "VAE, mean", 5 } };
static const StFigureKind kinds[] = { ST_FIGURE_CELLS, ST_FIGURE_SPECTRUM, ST_FIGURE_RIBBONS,
                                      ST_FIGURE_STRATA, ST_FIGURE_ANGLES, ST_FIGURE_PSNR };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 500, .height = 200,
    .gutter = ST_FIGURE_GUTTER, .level_axis = TRUE, .level_cursor = TRUE, .first_in_group = TRUE,
    .highlighted = -1, .model_title = "CAE" };
}

/* All that the marks say, as SVG; caller frees. */
static char *
marks_of (const StFigureRequest *request)
{
  StFigure *figure = st_figure_new (request, NULL);
  GBytes *svg = st_scene_svg (figure->marks);
  gsize length;
  const char *data = g_bytes_get_data (svg, &length);
  char *text = g_strndup (data, length);
  g_bytes_unref (svg);
  st_figure_unref (figure);
  return text;
}

static void
test_which (void)
{
  guint n = 0;
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    n += st_figure_can_read ((StFigureKind) kind);
  /* What they say is no value at a level: test-tradeoff.c, and the traversal's own test. */
  static const StFigureKind others[] = { ST_FIGURE_TRADEOFF, ST_FIGURE_TRAVERSAL };
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (kinds) + G_N_ELEMENTS (others));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_true (st_figure_can_read (others[i]));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_true (st_figure_can_read (kinds[i]));
}

/* The value at the level that the pointer is nearest to is that of the table, with its unit. */
static void
test_value (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  StTable *table = st_figure_table (&request);
  const StRect plot = figure->plot;
  for (guint j = 0; j < usual.levels; j++)
    {
      const double level = st_table_value (table, j, 0);
      char *value = st_number_psnr (ST_NUMBERS_C, st_table_value (table, j, 2));
      char *where = st_number_level (ST_NUMBERS_C, level);
      char *wanted = g_strdup_printf (">%s at %s<", value, where);
      request.reads = TRUE;
      request.pointer = (StPoint) { CLAMP (st_scale_place (&figure->level, level) + 1, plot.x,
                                           plot.x + plot.width), plot.y + 20 };
      char *svg = marks_of (&request);
      g_assert_nonnull (strstr (svg, wanted));
      g_free (svg);
      g_free (wanted);
      g_free (where);
      g_free (value);
    }
  st_table_free (table);
  st_figure_unref (figure);
  st_frame_unref (frame);
}

/* Nothing is said but within the panel, and base and overlay are not drawn anew for it. */
static void
test_only_there (void)
{
  StFrame *frame = synthetic_frame (&usual);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      StFigureRequest request = request_for (kinds[i], frame);
      StFigure *figure = st_figure_new (&request, NULL);
      char *before = marks_of (&request);
      request.reads = TRUE;
      request.pointer = (StPoint) { 2, 2 };
      char *outside = marks_of (&request);
      request.pointer = (StPoint) { figure->plot.x + 0.7 * figure->plot.width,
                                    figure->plot.y + 20 };
      char *within = marks_of (&request);
      StFigure *read = st_figure_new (&request, figure);
      g_assert_true (read->base == figure->base);
      g_assert_true (read->overlay == figure->overlay);
      g_assert_cmpstr (before, ==, outside);
      g_assert_cmpstr (before, !=, within);
      g_free (before);
      g_free (outside);
      g_free (within);
      st_figure_unref (figure);
      st_figure_unref (read);
    }
  st_frame_unref (frame);
}

/* Of all models on one pair of axes, each by its name. */
static void
test_overlaid (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  request.overlaid = models;
  request.width = 900;
  request.height = 500;
  request.reads = TRUE;
  request.pointer = (StPoint) { 400, 200 };
  char *svg = marks_of (&request);
  for (guint m = 0; m < G_N_ELEMENTS (models); m++)
    g_assert_nonnull (strstr (svg, models[m].title));
  g_assert_nonnull (strstr (svg, " dB<"));
  g_free (svg);
  st_frame_unref (frame);
}

/* Nothing measured, one level, no spectra, no room: it says what there is. */
static void
test_little (void)
{
  Synthetic little[] = { usual, usual, usual };
  little[0].computed = 1;
  little[1].stale = 6;
  little[2].kind = ST_KIND_AE_MLP;
  for (guint k = 0; k <= G_N_ELEMENTS (little); k++)
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      for (guint width = 20; width <= 500; width += 160)
        {
          StFrame *frame = k < G_N_ELEMENTS (little) ? synthetic_frame (&little[k]) : NULL;
          StFigureRequest request = request_for (kinds[i], frame);
          request.width = width;
          request.gutter = 0;
          request.reads = TRUE;
          request.pointer = (StPoint) { width - 5.0, 60 };
          char *svg = marks_of (&request);
          g_assert_null (strstr (svg, "nan"));
          g_free (svg);
          st_frame_unref (frame);
        }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/reading/which", test_which);
  g_test_add_func ("/views/reading/value", test_value);
  g_test_add_func ("/views/reading/only-there", test_only_there);
  g_test_add_func ("/views/reading/overlaid", test_overlaid);
  g_test_add_func ("/views/reading/little", test_little);
  return g_test_run ();
}
