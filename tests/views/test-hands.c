/* What a hand finds where one thing stands for several: ribbons for images, cells for patches. */
#include "synthetic.h"

#include <st-scene-items.h>
#include <math.h>
#include <string.h>

enum { IMAGES = 60, SIDE = 7, CELLS = SIDE * SIDE };

static const Synthetic usual = { .images = IMAGES, .columns = 2, .levels = 11, .level = 0.04 };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 405, .height = 260,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .level_cursor = TRUE, .highlighted = -1,
    .model_title = "CAE" };
}

static const StItem *
item_at (const StScene *scene, guint i)
{
  return &g_array_index (scene->items, StItem, i);
}

static gboolean
says (const StScene *scene, const char *words)
{
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = item_at (scene, i);
      if (item->kind == ST_ITEM_TEXT && strstr (item->text.text, words) != NULL)
        return TRUE;
    }
  g_test_message ("nothing says \"%s\"", words);
  return FALSE;
}

/* Where the k-th picture is. */
static StRect
picture_rect (const StScene *overlay, guint k)
{
  for (guint i = 0; i < overlay->items->len; i++)
    if (item_at (overlay, i)->kind == ST_ITEM_IMAGE && k-- == 0)
      return item_at (overlay, i)->image.rect;
  g_assert_not_reached ();
}

static guint
count_frames (const StScene *marks)
{
  guint n = 0;
  for (guint i = 0; i < marks->items->len; i++)
    n += item_at (marks, i)->kind == ST_ITEM_FRAME;
  return n;
}

static guint
count_patch (const StTable *table, guint k, double patch)
{
  guint n = 0;
  for (guint cell = 0; cell < CELLS; cell++)
    n += st_table_value (table, cell, 3 + k) == patch;
  return n;
}

/* Each cell is told with its patch, and with all that see the same one, in both pictures. */
static void
test_cells (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_CELLS, frame);
  request.highlighted = 3;
  request.reads = TRUE;
  StTable *table = st_figure_table (&request);
  for (guint k = 0; k < 2; k++)
    for (guint cell = 0; cell < CELLS; cell++)
      {
        StFigure *plain = st_figure_new (&request, NULL);
        const StRect rect = picture_rect (plain->overlay, k);
        request.pointer = (StPoint) { rect.x + rect.width * (cell % SIDE + 0.5) / SIDE,
                                      rect.y + rect.height * (cell / SIDE + 0.5) / SIDE };
        StFigure *figure = st_figure_new (&request, plain);
        const double patch = st_table_value (table, cell, 3 + k);
        const guint clean = count_patch (table, 0, patch), now = count_patch (table, 1, patch);
        char *where = g_strdup_printf ("row %u, column %u: patch %g", cell / SIDE, cell % SIDE,
                                       patch);
        char *before = g_strdup_printf ("clean: %u cell", clean);
        char *after = g_strdup_printf ("at 0.04: %u cell", now);
        g_assert_true (says (figure->marks, where));
        g_assert_true (says (figure->marks, before));
        g_assert_true (says (figure->marks, after));
        g_assert_cmpuint (count_frames (figure->marks), ==, clean + now);
        g_free (after);
        g_free (before);
        g_free (where);
        st_figure_unref (figure);
        st_figure_unref (plain);
      }
  st_table_free (table);
  st_frame_unref (frame);
}

/* Slices of bars: one for each image on both sides, none over another. */
static void
check_slices (const StFigure *figure)
{
  g_assert_cmpuint (figure->hits->len, ==, 2 * IMAGES);
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *a = &g_array_index (figure->hits, StFigureHit, i);
      g_assert_cmpint (st_figure_image_at (figure, a->rect.x + a->rect.width / 2,
                                           a->rect.y + a->rect.height / 2), ==, a->image);
      for (guint j = 0; j < i; j++)
        {
          const StFigureHit *b = &g_array_index (figure->hits, StFigureHit, j);
          g_assert_true (a->rect.x != b->rect.x
                         || fabs (a->rect.y - b->rect.y) > a->rect.height - 1e-6);
        }
    }
}

/* A ribbon stands for the images that made the same move, however it is found. */
static void
test_ribbons (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_RIBBONS, frame);
  StTriple before[IMAGES], now[IMAGES];
  guint8 selected[IMAGES] = { 0 };
  st_result_ranks (frame->sweep[0][0], 1e-8, before);
  st_result_ranks (frame->now[0], 1e-8, now);
  for (guint i = 0; i < IMAGES; i++)
    selected[i] = i % 3 == 0;
  for (guint part = 0; part < 2; part++)
    {
      request.mask = part > 0 ? selected : NULL;
      request.n_mask = IMAGES;
      request.reads = FALSE;
      StFigure *figure = st_figure_new (&request, NULL);
      check_slices (figure);
      for (guint h = 0; h < figure->hits->len; h += 2)
        {
          const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, h);
          guint8 own[IMAGES], there[IMAGES];
          guint all = 0;
          g_assert_true (st_figure_pick (&request, hit->image, (StPoint) { 0, 0 }, own, IMAGES));
          for (guint i = 0; i < IMAGES; i++)
            {
              all += own[i];
              if (memcmp (&before[i], &before[hit->image], sizeof *before) == 0
                  && memcmp (&now[i], &now[hit->image], sizeof *now) == 0)
                g_assert_cmpuint (own[i], ==, 1);
            }
          /* At the end of its bar ribbons do not lie over each other. */
          request.pointer = (StPoint) { hit->rect.x + hit->rect.width - 2,
                                        hit->rect.y + hit->rect.height / 2 };
          g_assert_true (st_figure_pick (&request, -1, request.pointer, there, IMAGES));
          g_assert_cmpmem (own, IMAGES, there, IMAGES);
          request.reads = TRUE;
          StFigure *read = st_figure_new (&request, figure);
          char *words = g_strdup_printf ("%u of %d images", all, IMAGES);
          g_assert_true (says (read->marks, words));
          g_free (words);
          st_figure_unref (read);
        }
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

/* A bar stands for a stratum of one side; beside everything there is nothing. */
static void
test_bars (void)
{
  StFrame *frame = synthetic_frame (&usual);
  const StFigureRequest request = request_for (ST_FIGURE_RIBBONS, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  StTriple triples[IMAGES];
  st_result_ranks (frame->now[0], 1e-8, triples);
  for (guint h = 1; h < figure->hits->len; h += 2)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, h);
      const StPoint at = { hit->rect.x + hit->rect.width / 2, hit->rect.y + hit->rect.height / 2 };
      guint8 mask[IMAGES];
      g_assert_true (st_figure_pick (&request, -1, at, mask, IMAGES));
      for (guint i = 0; i < IMAGES; i++)
        if (memcmp (&triples[i], &triples[hit->image], sizeof *triples) == 0)
          g_assert_cmpuint (mask[i], ==, 1);
    }
  guint8 none[IMAGES];
  g_assert_false (st_figure_pick (&request, -1, (StPoint) { 100, 2 }, none, IMAGES));
  g_assert_false (st_figure_pick (&request, IMAGES, (StPoint) { 100, 100 }, none, IMAGES));
  const StFigureRequest other = request_for (ST_FIGURE_PSNR, frame);
  g_assert_false (st_figure_pick (&other, 0, (StPoint) { 100, 100 }, none, IMAGES));
  st_figure_unref (figure);
  st_frame_unref (frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/hands/cells", test_cells);
  g_test_add_func ("/views/hands/ribbons", test_ribbons);
  g_test_add_func ("/views/hands/bars", test_bars);
  return g_test_run ();
}
