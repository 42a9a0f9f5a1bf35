#include "svg-reader.h"
#include "synthetic.h"

#include <st-alloc.h>
#include <st-export.h>
#include <st-scene-items.h>
#include <st-scene-svg.h>
#include <st-spectrum.h>

#include <locale.h>
#include <math.h>
#include <string.h>

static const Synthetic usual = { .images = 60, .columns = 2, .levels = 11, .level = 0.25 };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 405, .height = 200,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .level_axis = TRUE, .level_cursor = TRUE,
    .highlighted = -1, .model_title = "CAE" };
}

/* Every kind, plain and captioned, with data and without: valid, finite, and the same bytes
 * wherever it is written. */
static void
test_files (void)
{
  StFrame *frame = synthetic_frame (&usual);
  for (guint variant = 0; variant < 8 * ST_FIGURES; variant++)
    {
      StFigureRequest request = request_for ((StFigureKind) (variant / 8), frame);
      request.caption = variant & 1;
      request.style = st_style (variant >> 1 & 1);
      if (variant & 4)
        request.frame = NULL;
      StFigure *figure = st_figure_new (&request, NULL);
      StScene *scene = st_figure_scene (figure, &request);
      GBytes *svg = st_scene_svg (scene);
      SvgRead read;
      svg_read (svg, NULL, &read);
      char *label = st_figure_label (request.kind, "CAE");
      g_assert_true (g_str_has_prefix (read.words->str, label));
      gsize length;
      const char *data = g_bytes_get_data (svg, &length);
      g_assert_null (g_strstr_len (data, (gssize) length, "nan"));
      g_assert_null (g_strstr_len (data, (gssize) length, "=\"inf"));

      char *before = g_strdup (setlocale (LC_ALL, NULL));
      setlocale (LC_ALL, "de_DE.UTF-8");
      StFigure *again = st_figure_new (&request, NULL);
      StScene *german = st_figure_scene (again, &request);
      GBytes *same = st_scene_svg (german);
      setlocale (LC_ALL, before);
      g_assert_true (g_bytes_equal (svg, same));

      g_free (before);
      g_free (label);
      g_string_free (read.words, TRUE);
      g_bytes_unref (svg);
      g_bytes_unref (same);
      st_scene_unref (scene);
      st_scene_unref (german);
      st_figure_unref (figure);
      st_figure_unref (again);
    }
  st_frame_unref (frame);
}

static void
check_description (const StFigureRequest *request, const char *wanted)
{
  char *words = st_figure_description (request);
  g_assert_cmpstr (words, ==, wanted);
  g_free (words);
}

static void
test_descriptions (void)
{
  StLiveQuery query = { .level = 0.1, .levels = 1 };
  StFrame *frame = st_frame_new (1, &query);
  frame->query.columns = 1;
  frame->now[0] = synthetic_result (200, 7, 7, 48, 20, 16.5, 0.1);
  frame->sweep[0][0] = synthetic_result (200, 7, 7, 47, 20, 28, 0);
  StFigureRequest request = request_for (ST_FIGURE_STRATA, frame);
  check_description (&request, "level 0.10, 20 strata, S3 29 to 48, median 38");
  request.kind = ST_FIGURE_PSNR;
  check_description (&request, "level 0.10, mean PSNR 16.5 dB");
  request.kind = ST_FIGURE_RECONSTRUCTIONS;
  check_description (&request, "level 0.10, mean PSNR 16.5 dB, rank of S3 changed in 200 of 200 "
                               "images");
  frame->now[0]->done = 64;
  request.kind = ST_FIGURE_PSNR;
  check_description (&request, "level 0.10, mean PSNR 16.5 dB, 64 of 200 images");
  request.frame = NULL;
  check_description (&request, "nothing measured yet");
  st_frame_unref (frame);
}

static void
test_angles_described (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StHilbertResult *now = &frame->now[1]->hilbert;
  StFigureRequest request = request_for (ST_FIGURE_ANGLES, frame);
  request.column = 1;
  now->angles.mean = 71.04;
  now->angles.degrees[0] = 60.1;
  now->angles.largest = 80.25;
  now->intervals.mean = (StInterval) { 68.96, 73.12 };
  check_description (&request, "level 0.25, mean angle 71.0°, 95 % interval 69.0° to 73.1°, least "
                               "60.1°, largest 80.2°, other clean images 43.0°");
  now->intervals.mean = (StInterval) { NAN, NAN };
  check_description (&request, "level 0.25, mean angle 71.0°, least 60.1°, largest 80.2°, other "
                               "clean images 43.0°");
  /* Angles of older weights are nothing to be said; the floor comes from levels that are new. */
  now->weights = 1;
  now->floor = 12;
  check_description (&request, "level 0.25, other clean images 43.0°");
  /* Nor are those of another kernel, or of another tolerance. */
  frame->query.kernel = ST_KERNEL_FROBENIUS;
  check_description (&request, "level 0.25");
  frame->query.kernel = ST_KERNEL_PROJECTION;
  frame->query.tolerance = 1e-4;
  check_description (&request, "level 0.25");
  st_frame_unref (frame);
}

/* The texts of a figure as it is shown. */
static char *
figure_words (const StFigureRequest *request)
{
  SvgRead read;
  StFigure *figure = st_figure_new (request, NULL);
  StScene *scene = st_figure_scene (figure, request);
  GBytes *svg = st_scene_svg (scene);
  svg_read (svg, NULL, &read);
  g_bytes_unref (svg);
  st_scene_unref (scene);
  st_figure_unref (figure);
  return g_string_free (read.words, FALSE);
}

/* Whether two tables have the same numbers, and lack the same. */
static gboolean
same_table (const StTable *a, const StTable *b)
{
  gboolean same = st_table_rows (a) == st_table_rows (b);
  for (guint i = 0; same && i < st_table_rows (a); i++)
    for (guint j = 0; j < st_table_columns (a); j++)
      {
        const double x = st_table_value (a, i, j), y = st_table_value (b, i, j);
        same = same && (x == y || (isnan (x) && isnan (y)));
      }
  return same;
}

/* Angles of some images stand for those of all only until these are there, say of how many they
 * are wherever they are told, have their own floor, and are in no table. */
static void
test_early_angles (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StHilbertResult *now = &frame->now[1]->hilbert, *early = &frame->early[1];
  StFigureRequest request = request_for (ST_FIGURE_ANGLES, frame);
  request.column = 1;
  *early = *now;
  early->count = 24;
  early->floor = 51;
  frame->early_level[1] = 0.25;
  early->angles.mean = 77.04;
  early->angles.degrees[0] = 60.1;
  early->angles.largest = 80.25;
  early->intervals.mean = (StInterval) { NAN, NAN };
  g_autofree char *exact = figure_words (&request);
  g_assert_null (strstr (exact, "24 of 60"));

  const StHilbertResult gone = *now;
  StTable *table = st_figure_table (&request);
  now->known = FALSE;
  check_description (&request, "level 0.25, mean angle 77.0° (24 of 60 images), least 60.1°, "
                               "largest 80.2°, as many other clean images 51.0°");
  g_autofree char *facts = st_figure_facts (&request);
  g_assert_nonnull (strstr (facts, "Of a sample of 24 of 60 images"));
  g_autofree char *words = figure_words (&request);
  g_assert_nonnull (strstr (words, "24 of 60"));
  g_assert_nonnull (strstr (words, "77°"));
  g_assert_nonnull (strstr (words, "floor 51°"));
  StTable *same = st_figure_table (&request);
  g_assert_true (same_table (table, same));
  st_table_free (table);
  st_table_free (same);

  /* Those of a level that the hand has left say so, and are no facts of the one shown. */
  frame->early_level[1] = 0.2;
  check_description (&request, "level 0.25, mean angle 77.0° at 0.20 (24 of 60 images), least 60.1°, "
                               "largest 80.2°, as many other clean images 51.0°");
  g_autofree char *no_facts = st_figure_facts (&request);
  g_assert_cmpstr (no_facts, ==, "");
  g_autofree char *left = figure_words (&request);
  g_assert_nonnull (strstr (left, "24 of 60"));
  g_assert_nonnull (strstr (left, "at 0.20"));
  /* Where it is narrow the floor goes first, and all of it before words run into each other. */
  request.width = 200 + ST_FIGURE_GUTTER;
  g_autofree char *narrow = figure_words (&request);
  g_assert_null (strstr (narrow, "floor 51°"));
  g_assert_nonnull (strstr (narrow, "24/60"));
  request.width = 150 + ST_FIGURE_GUTTER;
  g_autofree char *narrowest = figure_words (&request);
  g_assert_null (strstr (narrowest, "24/60"));
  g_assert_null (strstr (narrowest, "77°"));
  request.width = 405;
  frame->early_level[1] = 0.25;

  /* Rather than those of older weights. */
  *now = gone;
  now->weights = 1;
  g_autofree char *stale = figure_words (&request);
  g_assert_nonnull (strstr (stale, "24 of 60"));
  /* But not if they are of older weights, of another level's kernel, or of none themselves. */
  early->weights = 1;
  g_autofree char *older = figure_words (&request);
  g_assert_null (strstr (older, "24 of 60"));

  /* Of all images nothing is missing but intervals. */
  early->weights = 2;
  early->count = 60;
  now->known = FALSE;
  check_description (&request, "level 0.25, mean angle 77.0°, least 60.1°, largest 80.2°, other "
                               "clean images 43.0°");
  g_autofree char *all = st_figure_facts (&request);
  g_assert_nonnull (strstr (all, "Of 60 images; intervals are still computed"));
  st_frame_unref (frame);
}

/* All there is to know of the angles, and nothing of figures that say it all already. */
static void
test_angle_facts (void)
{
  static const char *const told[] = { "Angle 1: 60.10°, 95 % interval 50.0° to 70.0°\n",
                                      "Mean 71.04°, 95 % interval 69.0° to 73.1°; largest 80.25°\n",
                                      "Chordal distance 1.500, geodesic (Grassmann) 2.250 rad\n",
                                      "last eigenvalue 0.250; angles exact to 1e−7 rad\n",
                                      "span 59 dimensions; 95 % of their energy is in 30, 99 % in "
                                      "45\n",
                                      "between clean images: 0.250\n",
                                      "Kernel: Gaussian of Frobenius, σ 0.6125, ",
                                      "Of 60 images" };
  StFrame *frame = synthetic_frame (&usual);
  StHilbertResult *now = &frame->now[0]->hilbert;
  StFigureRequest request = request_for (ST_FIGURE_ANGLES, frame);
  now->kernel = frame->query.kernel = ST_KERNEL_GAUSSIAN_FROBENIUS;
  now->sigma = 0.6125;
  now->angles.precision = 1e-7;
  now->angles.mean = 71.04;
  now->angles.degrees[0] = 60.1;
  now->angles.largest = 80.25;
  now->angles.chordal = 1.5;
  now->angles.geodesic = 2.25;
  now->intervals.mean = (StInterval) { 68.96, 73.12 };
  now->intervals.degrees[0] = (StInterval) { 50, 70 };
  g_autofree char *facts = st_figure_facts (&request);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      if (strstr (facts, told[i]) == NULL)
        g_test_message ("%s\nhas no\n%s", facts, told[i]);
      g_assert_nonnull (strstr (facts, told[i]));
    }
  now->weights = 1;
  g_autofree char *stale = st_figure_facts (&request);
  g_assert_cmpstr (stale, ==, "");
  request.kind = ST_FIGURE_PSNR;
  g_autofree char *none = st_figure_facts (&request);
  g_assert_cmpstr (none, ==, "");

  /* A Gaussian without a width is no failure, and is told. */
  request.kind = ST_FIGURE_ANGLES;
  *now = (StHilbertResult) { .known = true, .weights = 2, .kernel = frame->query.kernel,
                             .tolerance = frame->query.tolerance,
                             .subspace = frame->query.subspace, .floor = NAN };
  frame->query.levels = 0;
  check_description (&request, "level 0.25, no angles: most clean images are one point, so the "
                               "kernel has no width");
  st_frame_unref (frame);
}

static void
test_scatter_described (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_SCATTER, frame);
  const double *clean = frame->references[0]->clean;
  for (guint i = 0; i < 60; i++)
    {
      frame->now[0]->embedding[2 * i] = clean[2 * i] + 3;
      frame->now[0]->embedding[2 * i + 1] = clean[2 * i + 1] - 4;
    }
  check_description (&request, "level 0.25, points moved 5.00 σ on average, axes hold 39 % and 17 %");
  StTable *table = st_figure_table (&request);
  g_assert_cmpuint (st_table_rows (table), ==, 60);
  g_assert_cmpfloat (st_table_value (table, 7, 1), ==, 7);
  g_assert_cmpfloat (st_table_value (table, 7, 2), ==, clean[14]);
  g_assert_cmpfloat (st_table_value (table, 7, 5), ==, clean[15] - 4);
  st_table_free (table);

  /* Without coordinates there are only the clean ones; on older axes nothing is said. */
  st_free (frame->now[0]->embedding);
  frame->now[0]->embedding = NULL;
  check_description (&request, "level 0.25");
  StFigure *figure = st_figure_new (&request, NULL);
  g_assert_cmpuint (figure->hits->len, ==, 60);
  st_figure_unref (figure);
  request.column = 1;
  frame->references[1]->weights = 1;
  check_description (&request, "level 0.25");
  st_frame_unref (frame);
}

static StFrame *
same_sweep_at (StFrame *from, double level)
{
  const StLiveQuery query = { .levels = 0 };
  StFrame *frame = st_frame_new (from->generation + 1, &query);
  frame->query = from->query;
  st_images_ref (frame->query.images);
  frame->query.level = level;
  for (guint c = 0; c < from->query.columns; c++)
    {
      frame->now[c] = synthetic_result (60, 7, 7, 48, 3, 17, level);
      frame->now[c]->weights = 2;
      frame->references[c] = st_reference_ref (from->references[c]);
      st_model_ref (frame->query.models[c]);
      for (guint j = 0; j < from->query.levels; j++)
        frame->sweep[c][j] = from->sweep[c][j] != NULL ? st_result_ref (from->sweep[c][j]) : NULL;
    }
  return frame;
}

/* A drag keeps the base of the level figures; what changes it makes a new one. */
static void
test_base_is_kept (void)
{
  StFrame *frame = synthetic_frame (&usual), *dragged = same_sweep_at (frame, 0.5);
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      StFigureRequest request = request_for ((StFigureKind) kind, frame);
      StFigure *first = st_figure_new (&request, NULL);
      request.frame = dragged;
      request.highlighted = 2;
      StFigure *second = st_figure_new (&request, first);
      g_assert_true (second->base == first->base);
      g_assert_true (second->overlay != first->overlay);

      /* The pointer moves marks, and only what shows one image alone is drawn anew. */
      request.pointed = 1 + 5;
      StFigure *pointed = st_figure_new (&request, second);
      g_assert_true (pointed->base == second->base);
      g_assert_cmpint (pointed->overlay != second->overlay, ==,
                       kind == ST_FIGURE_CELLS || kind == ST_FIGURE_RECONSTRUCTIONS
                         || kind == ST_FIGURE_DIFFERENCE);
      g_assert_true (pointed->marks != second->marks);
      st_figure_unref (pointed);
      request.pointed = 0;

      request.width += 1;
      StFigure *wider = st_figure_new (&request, second);
      g_assert_true (wider->base != second->base);
      st_figure_unref (first);
      st_figure_unref (second);
      st_figure_unref (wider);
    }
  StFigureRequest request = request_for (ST_FIGURE_ANGLES, frame);
  StFigure *angles = st_figure_new (&request, NULL);
  frame->sweep[0][2]->hilbert.known = false;
  StFigure *gone = st_figure_new (&request, angles);
  g_assert_true (gone->base != angles->base);
  st_figure_unref (angles);
  st_figure_unref (gone);

  request = request_for (ST_FIGURE_STRATA, frame);
  StFigure *first = st_figure_new (&request, NULL);
  request.tolerance = 1e-6;
  StFigure *stricter = st_figure_new (&request, first);
  g_assert_true (stricter->base != first->base);
  st_result_unref (frame->sweep[0][3]);
  frame->sweep[0][3] = NULL;
  StFigure *fewer = st_figure_new (&request, stricter);
  g_assert_true (fewer->base != stricter->base);
  st_figure_unref (first);
  st_figure_unref (stricter);
  st_figure_unref (fewer);
  st_frame_unref (frame);
  st_frame_unref (dragged);
}

/* The farthest right that ink of a colour, whatever its opacity, reaches. */
static double
reach_of (const StScene *scene, StColour colour)
{
  double reach = -INFINITY;
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind == ST_ITEM_RECT && item->box.fill.r == colour.r
          && item->box.fill.b == colour.b)
        reach = MAX (reach, item->box.rect.x + item->box.rect.width);
      for (gsize k = 0; item->kind == ST_ITEM_POLYLINE && item->path.pen.colour.r == colour.r
                        && k < item->path.n; k++)
        reach = MAX (reach, g_array_index (scene->points, StPoint, item->path.first + k).x);
    }
  return reach;
}

/* Nothing is drawn where nothing was computed. */
static void
test_only_computed_levels (void)
{
  Synthetic some = usual;
  some.computed = 6;
  StFrame *frame = synthetic_frame (&some);
  const StFigureKind kinds[] = { ST_FIGURE_STRATA, ST_FIGURE_PSNR };
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      StFigureRequest request = request_for (kinds[i], frame);
      StFigure *figure = st_figure_new (&request, NULL);
      const double last = st_scale_place (&figure->level, frame->query.grid[5]);
      const double next = st_scale_place (&figure->level, frame->query.grid[6]);
      const StColour model = st_style_model (request.style, 0);
      g_assert_cmpfloat_with_epsilon (reach_of (figure->base, model), last, 1e-6);
      if (kinds[i] == ST_FIGURE_STRATA)
        g_assert_cmpfloat (reach_of (figure->base, request.style->text), <=,
                           ceil ((last + next) / 2));
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

/* Cells' ink is the share of the images: summed back over a column it is all of them. */
static void
test_cells (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_STRATA, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  const StStyle *style = request.style;
  for (guint j = 0; j < frame->query.levels; j++)
    {
      const double x = CLAMP (st_scale_place (&figure->level, frame->query.grid[j]),
                              figure->plot.x + 2.5, figure->plot.x + figure->plot.width - 2.5);
      double share = 0;
      for (guint i = 0; i < figure->base->items->len; i++)
        {
          const StItem *item = &g_array_index (figure->base->items, StItem, i);
          if (item->kind != ST_ITEM_RECT || item->box.fill.r != style->text.r
              || item->box.rect.x > x || item->box.rect.x + item->box.rect.width <= x
              || item->box.rect.y >= figure->plot.y + figure->plot.height - 22)
            continue;
          const double root = ((double) item->box.fill.a - style->ink) / style->ink_share;
          share += root * root;
          g_assert_cmpfloat (item->box.rect.x, ==, round (item->box.rect.x));
          g_assert_cmpfloat (item->box.rect.height, ==, round (item->box.rect.height));
        }
      g_assert_cmpfloat_with_epsilon (share, 1, 1e-5);
    }
  st_figure_unref (figure);
  st_frame_unref (frame);
}

static void
test_places (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_RECONSTRUCTIONS, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  g_assert_cmpuint (st_figure_visible (357), ==, 7);
  g_assert_cmpuint (st_figure_visible (300), ==, 6);
  g_assert_cmpuint (figure->hits->len, ==, 7);
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StRect r = g_array_index (figure->hits, StFigureHit, i).rect;
      g_assert_cmpint (st_figure_image_at (figure, r.x + 10, r.y + 10), ==, i);
    }
  g_assert_cmpint (st_figure_image_at (figure, 4, 100), ==, -1);
  g_assert_false (figure->has_level);
  st_figure_unref (figure);

  request.kind = ST_FIGURE_PSNR;
  figure = st_figure_new (&request, NULL);
  g_assert_true (figure->has_level);
  g_assert_cmpfloat (figure->level.from, ==, ST_FIGURE_GUTTER + 2);
  g_assert_cmpfloat_with_epsilon (
    st_scale_value (&figure->level, st_scale_place (&figure->level, 0.3)), 0.3, 1e-12);
  /* The same places, moved, when it stands alone. */
  request.caption = TRUE;
  StFigure *alone = st_figure_new (&request, NULL);
  g_assert_cmpfloat (alone->plot.x, >, figure->plot.x);
  g_assert_cmpfloat_with_epsilon (alone->level.from - alone->plot.x, 2, 1e-9);
  st_figure_unref (figure);
  st_figure_unref (alone);
  st_frame_unref (frame);
}

static void
test_table (void)
{
  Synthetic some = usual;
  some.computed = 6;
  StFrame *frame = synthetic_frame (&some);
  StFigureRequest request = request_for (ST_FIGURE_PSNR, frame);
  StTable *table = st_figure_table (&request);
  g_assert_cmpuint (st_table_rows (table), ==, 6);
  g_assert_cmpstr (st_table_name (table, 2), ==, "psnr_db");
  for (guint j = 0; j < 6; j++)
    {
      g_assert_cmpfloat (st_table_value (table, j, 0), ==, frame->query.grid[j]);
      g_assert_cmpfloat (st_table_value (table, j, 2), ==, st_result_psnr (frame->sweep[0][j]));
    }
  st_table_free (table);
  st_frame_unref (frame);
}

static void
test_csv (void)
{
  StTable *table = st_table_new ();
  st_table_add_column (table, "level");
  st_table_add_column (table, "a \"b\", c");
  st_table_add_row (table);
  st_table_set (table, 0, 0.1);
  st_table_set (table, 1, INFINITY);
  GBytes *csv = st_table_csv (table);
  const char *wanted = "level,\"a \"\"b\"\", c\"\n0.10000000000000001,\n";
  g_assert_cmpmem (g_bytes_get_data (csv, NULL), g_bytes_get_size (csv), wanted, strlen (wanted));
  g_bytes_unref (csv);
  st_table_free (table);
}

/* Counted again from the eigenvalues, the slow way. */
static void
test_summary (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StSummaries *summaries = st_summaries_new ();
  const StResult *result = frame->now[0];
  const StSummary *summary = st_summaries_get (summaries, result, 1e-6);
  guint counts[49] = { 0 }, sorted[60], n = 0;
  for (guint i = 0; i < result->done; i++)
    counts[MIN (st_rank (st_result_eigenvalues (result, i, 2), 49, 1e-6), 48)]++;
  for (guint r = 0; r <= 48; r++)
    {
      g_assert_cmpuint (summary->images[2][r], ==, counts[r]);
      for (guint k = 0; k < counts[r]; k++)
        sorted[n++] = r;
    }
  g_assert_cmpuint (summary->low[2], ==, sorted[0]);
  g_assert_cmpuint (summary->tenth[2], ==, sorted[5]);
  g_assert_cmpuint (summary->median[2], ==, sorted[29]);
  g_assert_cmpuint (summary->high[2], ==, sorted[59]);
  g_assert_true (st_summaries_get (summaries, result, 1e-6) == summary);

  /* What comes with a frame is not counted again. */
  g_assert_true (st_ok (st_summary_new (frame->now[0], 0, 1e-6, &frame->now_summary[0])));
  st_summaries_follow (summaries, frame);
  g_assert_true (st_summaries_get (summaries, result, 1e-6) == frame->now_summary[0]);
  st_summaries_follow (summaries, NULL);
  g_assert_true (st_summaries_get (summaries, result, 1e-6) != frame->now_summary[0]);
  st_summaries_free (summaries);
  st_frame_unref (frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/figure/files", test_files);
  g_test_add_func ("/views/figure/descriptions", test_descriptions);
  g_test_add_func ("/views/figure/angles-described", test_angles_described);
  g_test_add_func ("/views/figure/early-angles", test_early_angles);
  g_test_add_func ("/views/figure/angle-facts", test_angle_facts);
  g_test_add_func ("/views/figure/scatter-described", test_scatter_described);
  g_test_add_func ("/views/figure/base-is-kept", test_base_is_kept);
  g_test_add_func ("/views/figure/only-computed-levels", test_only_computed_levels);
  g_test_add_func ("/views/figure/cells", test_cells);
  g_test_add_func ("/views/figure/places", test_places);
  g_test_add_func ("/views/figure/table", test_table);
  g_test_add_func ("/views/figure/csv", test_csv);
  g_test_add_func ("/views/figure/summary", test_summary);
  return g_test_run ();
}
