/* Models on one pair of axes. */
#include "svg-reader.h"
#include "synthetic.h"

#include <st-scene-items.h>
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
  frame->early_level[1] = 0.25;
  frame->early[1].angles.mean = 33.3;
  frame->now[1]->hilbert.known = FALSE;
  StFigure *figure = st_figure_new (&request, NULL);
  StScene *scene = st_figure_scene (figure, &request);
  g_autofree char *words = st_figure_description (&request);
  g_assert_true (has_text (scene, "33.3°, 24 of 60"));
  g_assert_nonnull (strstr (words, "DAE 33.3°, 24 of 60"));
  frame->early_level[1] = 0.2;
  g_autofree char *left = st_figure_description (&request);
  g_assert_nonnull (strstr (left, "DAE 33.3° at 0.20, 24 of 60"));
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

static guint
count_lines (const StScene *scene)
{
  guint n = 0;
  for (guint i = 0; i < scene->items->len; i++)
    n += g_array_index (scene->items, StItem, i).kind == ST_ITEM_POLYLINE;
  return n;
}

/* An image is picked out by its value in any of the models, and by nothing else. */
static void
test_brush (void)
{
  StFrame *frame = synthetic_frame (&usual);
  const StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  const StScale y = figure->axes[1].shown;
  guint8 mask[60], wanted[60];
  for (guint image = 0; image < 60; image += 7)
    for (guint c = 0; c < 3; c++)
      {
        const double around[2]
          = { st_scale_place (&figure->level, frame->query.grid[4]),
              st_scale_place (&y, frame->sweep[c][4]->psnr[image]) };
        const double left = around[0] - 1, right = around[0] + 1;
        const StPoint box[4] = { { left, around[1] - 4 }, { right, around[1] - 4 },
                                 { right, around[1] + 4 }, { left, around[1] + 4 } };
        memset (wanted, 0, sizeof wanted);
        for (guint m = 0; m < 3; m++)
          for (guint i = 0; i < 60; i++)
            wanted[i] |= fabs (st_scale_place (&y, frame->sweep[m][4]->psnr[i]) - around[1]) < 4;
        st_figure_brush (&request, box, 4, mask, 60);
        g_assert_cmpuint (mask[image], ==, 1);
        g_assert_cmpmem (mask, 60, wanted, 60);
      }
  g_assert_true (st_figure_can_brush_overlaid (ST_FIGURE_PSNR));
  g_assert_false (st_figure_can_brush_overlaid (ST_FIGURE_STRATA));   /* of a number of strata */
  g_assert_false (st_figure_can_brush_overlaid (ST_FIGURE_ANGLES));
  st_figure_unref (figure);
  st_frame_unref (frame);
}

/* What is selected has curves of its own over grey ones; one image has them in every model. */
static void
test_selection (void)
{
  static const StFigureKind both[] = { ST_FIGURE_PSNR, ST_FIGURE_STRATA };
  StFrame *frame = synthetic_frame (&usual);
  guint8 mask[60] = { 0 };
  mask[3] = mask[9] = 1;
  for (guint k = 0; k < G_N_ELEMENTS (both); k++)
    {
      StFigureRequest request = request_for (both[k], frame);
      StFigure *plain = st_figure_new (&request, NULL);
      request.mask = mask;
      request.n_mask = 60;
      request.serial = 1;
      StFigure *figure = st_figure_new (&request, plain);
      g_assert_true (figure->base != plain->base);
      g_assert_cmpuint (count_lines (figure->base), >=, count_lines (plain->base) + 3);
      request.pointed = 1 + 3;
      StFigure *marked = st_figure_new (&request, figure);
      g_assert_true (marked->base == figure->base);
      g_assert_cmpuint (count_lines (figure->marks), ==, 0);
      g_assert_cmpuint (count_lines (marked->marks), ==, k == 0 ? 6 : 0);
      st_figure_unref (marked);
      st_figure_unref (figure);
      st_figure_unref (plain);
    }
  StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  request.highlighted = 3;
  char *value = st_number_psnr (ST_NUMBERS_C, frame->now[1]->psnr[3]);
  char *words = st_figure_description (&request), *wanted = g_strconcat (", DAE ", value, NULL);
  g_assert_nonnull (strstr (words, ", image 3: CAE "));
  g_assert_nonnull (strstr (words, wanted));
  g_free (wanted);
  g_free (words);
  g_free (value);
  st_frame_unref (frame);
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
  g_test_add_func ("/views/overlaid/brush", test_brush);
  g_test_add_func ("/views/overlaid/selection", test_selection);
  return g_test_run ();
}
