/* Images picked out of figures, and what figures make of it. */
#include "synthetic.h"

#include <st-card.h>
#include <st-images.h>
#include <st-scene-items.h>
#include <st-spectrum.h>

#include <math.h>
#include <string.h>

enum { IMAGES = 60 };

static const Synthetic usual = { .images = IMAGES, .columns = 2, .levels = 11, .level = 0.25 };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 705, .height = 300,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .level_axis = TRUE, .level_cursor = TRUE,
    .highlighted = -1, .model_title = "CAE" };
}

static guint
brush (const StFigureRequest *request, StRect r, guint8 *mask)
{
  const StPoint polygon[] = { { r.x, r.y }, { r.x + r.width, r.y },
                              { r.x + r.width, r.y + r.height }, { r.x, r.y + r.height } };
  guint n = 0;
  st_figure_brush (request, polygon, G_N_ELEMENTS (polygon), mask, IMAGES);
  for (guint i = 0; i < IMAGES; i++)
    n += mask[i];
  return n;
}

static guint
count_hits (const StFigure *figure)
{
  gboolean seen[IMAGES] = { FALSE };
  guint n = 0;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const guint image = g_array_index (figure->hits, StFigureHit, i).image;
      n += !seen[image];
      seen[image] = TRUE;
    }
  return n;
}

/* Around everything: every image that is shown; around nothing: none. */
static void
test_brush_all (void)
{
  StFrame *frame = synthetic_frame (&usual);
  guint8 mask[IMAGES];
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      const StFigureRequest request = request_for ((StFigureKind) kind, frame);
      const StRect all = { -100, -100, request.width + 200, request.height + 200 };
      StFigure *figure = st_figure_new (&request, NULL);
      const guint shown = figure->hits->len > 0 ? count_hits (figure) : IMAGES;
      g_assert_cmpuint (brush (&request, all, mask), ==,
                        st_figure_can_brush (request.kind) ? shown : 0);
      g_assert_cmpuint (brush (&request, (StRect) { -50, -50, 20, 20 }, mask), ==, 0);
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

/* By what the figure says of where things are. */
static void
test_brush_part (void)
{
  StFrame *frame = synthetic_frame (&usual);
  guint8 mask[IMAGES];
  StFigureRequest request = request_for (ST_FIGURE_SCATTER, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  const StRect half = { figure->plot.x, figure->plot.y, figure->plot.width / 2,
                        figure->plot.height };
  brush (&request, half, mask);
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      g_assert_cmpint (mask[hit->image], ==, hit->rect.x + hit->rect.width / 2 < half.x + half.width);
    }
  st_figure_unref (figure);

  /* At one level, all ranks of S3 from 40 on; and the dB of the PSNR. */
  const double level = frame->query.grid[5];
  const StResult *result = frame->sweep[0][5];
  request.kind = ST_FIGURE_STRATA;
  figure = st_figure_new (&request, NULL);
  const double x = st_scale_place (&figure->level, level);
  const double y = st_scale_place (&figure->axes[1].shown, 39.5);
  brush (&request, (StRect) { x - 2, 0, 4, y }, mask);
  for (guint i = 0; i < IMAGES; i++)
    g_assert_cmpint (mask[i], ==, st_rank (st_result_eigenvalues (result, i, 2),
                                           result->lengths[2], 1e-8) >= 40);
  st_figure_unref (figure);
  request.kind = ST_FIGURE_PSNR;
  figure = st_figure_new (&request, NULL);
  const double middle = (result->psnr[0] + result->psnr[1]) / 2 + 1e-4;
  const double above = st_scale_place (&figure->axes[1].shown, middle);
  brush (&request, (StRect) { x - 2, -1000, 4, 1000 + above }, mask);
  for (guint i = 0; i < IMAGES; i++)
    g_assert_cmpint (mask[i], ==, result->psnr[i] > middle);
  st_figure_unref (figure);
  st_frame_unref (frame);
}

static void
test_alike (void)
{
  StFrame *frame = synthetic_frame (&usual);
  const StFigureRequest request = request_for (ST_FIGURE_STRATA, frame);
  const StResult *now = frame->now[0];
  StTriple triples[IMAGES];
  guint8 mask[IMAGES];
  st_result_ranks (now, 1e-8, triples);
  for (guint image = 0; image < IMAGES; image++)
    {
      g_assert_true (st_figure_same_stratum (&request, image, mask, IMAGES));
      for (guint i = 0; i < IMAGES; i++)
        g_assert_cmpint (mask[i], ==, triples[i].r[0] == triples[image].r[0]
                                        && triples[i].r[1] == triples[image].r[1]
                                        && triples[i].r[2] == triples[image].r[2]);
      if (!st_figure_same_class (&request, image, mask, IMAGES))
        continue;
      for (guint i = 0; i < IMAGES; i++)
        g_assert_cmpint (mask[i], ==, st_images_label (frame->query.images, i)
                                        == st_images_label (frame->query.images, image));
    }
  g_assert_false (st_figure_same_stratum (&request, IMAGES, mask, IMAGES));
  g_assert_false (st_figure_same_class (&request, IMAGES, mask, IMAGES));
  st_frame_unref (frame);
}

static guint
count_items (const StScene *scene, StItemKind kind)
{
  guint n = 0;
  for (guint i = 0; i < scene->items->len; i++)
    n += g_array_index (scene->items, StItem, i).kind == kind;
  return n;
}

/* What is not selected is grey, and there: no point, picture or curve less than before. */
static void
test_nothing_hides (void)
{
  static const StItemKind kinds[] = { ST_ITEM_MARKER, ST_ITEM_IMAGE, ST_ITEM_POLYLINE,
                                      ST_ITEM_POLYGON, ST_ITEM_TEXT };
  StFrame *frame = synthetic_frame (&usual);
  guint8 mask[IMAGES] = { 0 };
  for (guint i = 0; i < IMAGES; i += 3)
    mask[i] = 1;
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      StFigureRequest request = request_for ((StFigureKind) kind, frame);
      StFigure *plain = st_figure_new (&request, NULL);
      request.mask = mask;
      request.n_mask = IMAGES;
      request.serial = 1;
      StFigure *some = st_figure_new (&request, plain);
      g_assert_true (some->base != plain->base);
      StFigure *same = st_figure_new (&request, some);
      g_assert_true (same->base == some->base);
      g_assert_true (same->overlay == some->overlay);
      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        g_assert_cmpuint (count_items (some->base, kinds[k]) + count_items (some->overlay, kinds[k]),
                          >=, count_items (plain->base, kinds[k])
                                + count_items (plain->overlay, kinds[k]));
      g_assert_cmpuint (some->hits->len, ==, plain->hits->len);
      request.serial = 2;
      StFigure *other = st_figure_new (&request, some);
      g_assert_true (other->base != some->base);
      st_figure_unref (plain);
      st_figure_unref (some);
      st_figure_unref (same);
      st_figure_unref (other);
    }
  st_frame_unref (frame);
}

static StPoint
place_of (const StFigure *figure, gint64 image)
{
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      if (hit->image == image)
        return (StPoint) { hit->rect.x + hit->rect.width / 2, hit->rect.y + hit->rect.height / 2 };
    }
  g_assert_not_reached ();
}

/* Arrows lead in their direction, and to an end. */
static void
test_beside (void)
{
  static const int ways[][2] = { { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } };
  StFrame *frame = synthetic_frame (&usual);
  const StFigureRequest request = request_for (ST_FIGURE_SCATTER, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  for (guint way = 0; way < G_N_ELEMENTS (ways); way++)
    {
      const int dx = ways[way][0], dy = ways[way][1];
      gint64 image = st_figure_image_beside (figure, -1, dx, dy);
      guint steps = 0;
      g_assert_cmpint (image, >=, 0);
      for (gint64 next; (next = st_figure_image_beside (figure, image, dx, dy)) >= 0; image = next)
        {
          const StPoint a = place_of (figure, image), b = place_of (figure, next);
          const double along = (b.x - a.x) * dx + (b.y - a.y) * dy;
          const double across = fabs ((b.x - a.x) * dy) + fabs ((b.y - a.y) * dx);
          g_assert_cmpfloat (along, >, 0);
          g_assert_cmpfloat (along, >=, across);
          g_assert_cmpuint (++steps, <, IMAGES);
        }
    }
  st_figure_unref (figure);
  st_frame_unref (frame);
}

static char *
rank_words (const StResult *result, guint image)
{
  StTriple triples[IMAGES];
  st_result_ranks (result, 1e-8, triples);
  return g_strdup_printf ("%u,%u,%u", triples[image].r[0], triples[image].r[1],
                          triples[image].r[2]);
}

/* A card says of each model what the results say. */
static void
test_card (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StCardRequest request = { .frame = frame, .image = 7, .tolerance = 1e-8,
                            .style = st_style (FALSE), .numbers = ST_NUMBERS_C,
                            .titles = { "CAE", "DAE" }, .places = { 0, 1 } };
  char *label = st_card_label (&request);
  char *wanted = g_strdup_printf ("Image %u", st_images_index (frame->query.images, 7));
  g_assert_true (g_str_has_prefix (label, wanted));
  char *words = st_card_description (&request);
  GString *all = g_string_new ("level 0.25");
  for (guint c = 0; c < 2; c++)
    {
      char *now = rank_words (frame->now[c], 7), *clean = rank_words (frame->sweep[c][0], 7);
      char *psnr = st_number_psnr (ST_NUMBERS_C, frame->now[c]->psnr[7]);
      g_string_append_printf (all, "; %s: PSNR %s, ranks (%s)", request.titles[c], psnr, now);
      g_free (psnr);
      if (!g_str_equal (now, clean))
        g_string_append_printf (all, ", clean (%s)", clean);
      g_free (now);
      g_free (clean);
    }
  g_assert_cmpstr (words, ==, all->str);
  StScene *scene = st_card_scene (&request);
  const guint pictures = 2 + (frame->now[0]->pictures != NULL) + (frame->now[1]->pictures != NULL);
  g_assert_cmpuint (count_items (scene, ST_ITEM_IMAGE), ==, pictures);
  st_scene_unref (scene);
  g_string_free (all, TRUE);
  g_free (words);
  g_free (label);
  g_free (wanted);

  /* What is not measured yet says so, and what is not there says nothing. */
  frame->now[1]->done = 3;
  words = st_card_description (&request);
  g_assert_true (g_str_has_suffix (words, "; DAE: not measured yet"));
  g_free (words);
  /* What is known of another level stands there, faded. */
  guint8 last[28 * 28] = { 0 };
  const guint8 *const picture = st_card_picture (&request, 0);
  g_assert_null (st_card_picture (&request, 1));
  scene = st_card_scene (&request);
  const guint known = 2 + (picture != NULL);
  g_assert_cmpuint (count_items (scene, ST_ITEM_IMAGE), ==, known);
  g_assert_cmpuint (count_items (scene, ST_ITEM_RECT), ==, 0);
  const double height = st_scene_height (scene);
  st_scene_unref (scene);
  request.kept[1] = last;
  request.slim = TRUE;
  scene = st_card_scene (&request);
  g_assert_cmpuint (count_items (scene, ST_ITEM_IMAGE), ==, known + 1);
  g_assert_cmpuint (count_items (scene, ST_ITEM_RECT), ==, 1);
  g_assert_cmpfloat (st_scene_height (scene), <, height);
  st_scene_unref (scene);
  request.image = IMAGES;
  g_assert_null (st_card_scene (&request));
  g_assert_null (st_card_label (&request));
  g_assert_null (st_card_description (&request));
  st_frame_unref (frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/selection/brush-all", test_brush_all);
  g_test_add_func ("/views/selection/brush-part", test_brush_part);
  g_test_add_func ("/views/selection/alike", test_alike);
  g_test_add_func ("/views/selection/nothing-hides", test_nothing_hides);
  g_test_add_func ("/views/selection/card", test_card);
  g_test_add_func ("/views/selection/beside", test_beside);
  return g_test_run ();
}
