/* Models on one pair of axes. */
#include "svg-reader.h"
#include "synthetic.h"

#include <st-scene-svg.h>

#include <math.h>
#include <string.h>

static const Synthetic usual = { .images = 60, .columns = 3, .levels = 11, .level = 0.25 };
static const StFigureModel models[] = { { "CAE", 0 }, { "DAE", 1 }, { "VAE, mean", 5 } };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 900, .height = 600,
    .gutter = ST_FIGURE_GUTTER, .level_axis = TRUE, .level_cursor = TRUE, .first_in_group = TRUE,
    .highlighted = -1, .model_title = "all models", .overlaid = models };
}

static const StFigureKind kinds[] = { ST_FIGURE_STRATA, ST_FIGURE_ANGLES, ST_FIGURE_PSNR };

static void
test_which (void)
{
  guint n = 0;
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    n += st_figure_can_overlay ((StFigureKind) kind);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < n; i++)
    g_assert_true (st_figure_can_overlay (kinds[i]));
}

static gboolean
has_text (const StScene *scene, const char *text)
{
  GBytes *svg = st_scene_svg (scene);
  gsize length;
  const char *data = g_bytes_get_data (svg, &length);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  gboolean found = g_strstr_len (data, (gssize) length, escaped) != NULL;
  g_bytes_unref (svg);
  return found;
}

/* Angles of some images are said to be so beside their marker and in words, and are none of the
 * table's. */
static void
test_some (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_ANGLES, frame);
  frame->early[1] = frame->now[1]->hilbert;
  frame->early[1].count = 24;
  frame->early[1].angles.mean = 33.3;
  frame->now[1]->hilbert.known = FALSE;
  StFigure *figure = st_figure_new (&request, NULL);
  StScene *scene = st_figure_scene (figure, &request);
  g_autofree char *words = st_figure_description (&request);
  g_assert_true (has_text (scene, "33.3°, 24 of 60"));
  g_assert_nonnull (strstr (words, "DAE 33.3°, 24 of 60"));
  st_scene_unref (scene);
  st_figure_unref (figure);
  st_frame_unref (frame);
}

/* Every model is named beside its curve, and in words and numbers. */
static void
test_names (void)
{
  StFrame *frame = synthetic_frame (&usual);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      StFigureRequest request = request_for (kinds[i], frame);
      StFigure *figure = st_figure_new (&request, NULL);
      char *words = st_figure_description (&request);
      StTable *table = st_figure_table (&request);
      g_assert_true (figure->has_level);
      g_assert_cmpuint (st_table_rows (table), ==, usual.levels);
      for (guint m = 0; m < G_N_ELEMENTS (models); m++)
        {
          g_assert_true (has_text (figure->base, models[m].title));
          g_assert_nonnull (strstr (words, models[m].title));
          g_assert_true (isfinite (st_table_value (table, usual.levels - 1, 1 + m)));
        }
      g_free (words);
      st_table_free (table);
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

/* The numbers are those that each model's own figure has. */
static void
test_same_numbers (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  StTable *all = st_figure_table (&request);
  request.overlaid = NULL;
  for (guint c = 0; c < 3; c++)
    {
      request.column = c;
      StTable *own = st_figure_table (&request);
      for (guint j = 0; j < usual.levels; j++)
        g_assert_cmpfloat (st_table_value (all, j, 1 + c), ==, st_table_value (own, j, 2));
      st_table_free (own);
    }
  st_table_free (all);
  st_frame_unref (frame);
}

/* The present level moves only what lies over the base. */
static void
test_base_stays (void)
{
  Synthetic later = usual;
  later.level = 0.5;
  StFrame *frame = synthetic_frame (&usual), *next = synthetic_frame (&later);
  StFigureRequest request = request_for (ST_FIGURE_ANGLES, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  request.frame = next;
  StFigure *moved = st_figure_new (&request, figure);
  g_assert_true (moved->base == figure->base);
  g_assert_true (moved->overlay != figure->overlay);
  st_figure_unref (figure);
  st_figure_unref (moved);
  st_frame_unref (frame);
  st_frame_unref (next);
}

/* Nothing measured, a part of it, or no model that has any: it draws what there is. */
static void
test_little (void)
{
  Synthetic little[] = { usual, usual, usual };
  little[0].computed = 1;
  little[1].done = 5;
  little[2].kind = ST_KIND_AE_MLP;
  for (guint k = 0; k < G_N_ELEMENTS (little); k++)
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      {
        StFrame *frame = k == 2 ? NULL : synthetic_frame (&little[k]);
        StFigureRequest request = request_for (kinds[i], frame);
        StFigure *figure = st_figure_new (&request, NULL);
        g_assert_nonnull (figure->base);
        StTable *table = st_figure_table (&request);
        st_table_free (table);
        st_figure_unref (figure);
        st_frame_unref (frame);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/overlaid/which", test_which);
  g_test_add_func ("/views/overlaid/names", test_names);
  g_test_add_func ("/views/overlaid/some", test_some);
  g_test_add_func ("/views/overlaid/same-numbers", test_same_numbers);
  g_test_add_func ("/views/overlaid/base-stays", test_base_stays);
  g_test_add_func ("/views/overlaid/little", test_little);
  return g_test_run ();
}
