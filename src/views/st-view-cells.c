/* Cells: why an image has the rank it has.  The highlighted image (else the first), clean and
 * as shown, with the latent's h x w cells over it: cells that see equal patches in one colour,
 * the same in both pictures, the largest such group grey, those that are alone in theirs left
 * bare.  A convolution gives equal patches equal cells, whatever its weights, so D distinct ones
 * leave the rank of S3 no more than D - 1; below each picture that bound stands beside the rank that was measured. */
#include <st-cells.h>
#include <st-reading.h>

#include <math.h>
#include <st-images.h>
#include <stdlib.h>

/* Between the pictures; the lines below them; groups told apart by colour. */
enum { GAP = 16, FIRST_LINE = 16, SECOND_LINE = 32, TEXT = 38, COLOURS = 8 };

#define GROUP_TINT 0.62
#define LARGEST_TINT 0.55
#define BARE_LINE 0.4

/* ---- where things go ---- */

static double
half_width (const StView *view)
{
  return MAX ((view->body.width - GAP) / 2, 1);
}

static StRect
picture_rect (const StView *view, guint k)
{
  const double side = MAX (floor (MIN (half_width (view), view->body.height - TEXT)), 8);
  return (StRect) { view->body.x + round (k * (half_width (view) + GAP)), view->body.y, side,
                    side };
}

static StRect
cell_rect (const StCells *pair, StRect rect, guint cell)
{
  const guint rows = pair->latent.height, columns = pair->latent.width;
  const guint row = cell / columns, column = cell % columns;
  const double left = round (rect.x + rect.width * column / columns);
  const double top = round (rect.y + rect.height * row / rows);
  return (StRect) { left + 0.5, top + 0.5,
                    round (rect.x + rect.width * (column + 1) / columns) - left - 1,
                    round (rect.y + rect.height * (row + 1) / rows) - top - 1 };
}

static void
layout (StView *view)
{
}

static void
base (StView *view)
{
}

/* ---- cells ---- */

typedef struct Group { guint patch, size; } Group;

static int
compare_groups (const void *a, const void *b)
{
  const Group *one = a, *two = b;
  if (one->size != two->size)
    return one->size > two->size ? -1 : 1;
  return one->patch < two->patch ? -1 : one->patch > two->patch;
}

/* place[patch]: 0 the largest group in either picture, then by size; those that nowhere are
 * groups come last. */
static guint *
order_groups (const StCells *pair)
{
  Group *groups = g_new (Group, pair->patches);
  guint *place = g_new (guint, pair->patches);
  for (guint i = 0; i < pair->patches; i++)
    groups[i] = (Group) { i, MAX (pair->pictures[0].seen[i], pair->pictures[1].seen[i]) };
  qsort (groups, pair->patches, sizeof *groups, compare_groups);
  for (guint i = 0; i < pair->patches; i++)
    place[groups[i].patch] = i;
  g_free (groups);
  return place;
}

/* Classes' colours, but for black and grey, which would be lost on a picture. */
static StColour
group_colour (const StStyle *style, guint place)
{
  static const guint8 colours[COLOURS] = { 1, 4, 2, 3, 5, 7, 0, 9 };
  if (place == 0)
    return st_colour_alpha (style->ghost, LARGEST_TINT);
  return st_colour_alpha (style->classes[colours[(place - 1) % COLOURS]], GROUP_TINT);
}

static void
draw_cells (StView *view, const StCells *pair, const StCellsPicture *picture, StRect rect)
{
  guint *place = order_groups (pair);
  for (guint cell = 0; cell < pair->latent.height * pair->latent.width; cell++)
    {
      const StRect box = cell_rect (pair, rect, cell);
      const guint group = place[picture->cells[cell]];
      const gboolean alone = picture->seen[picture->cells[cell]] == 1;
      if (!alone)
        st_scene_rect (view->overlay, box, 1.5, group_colour (view->style, group));
      else
        st_scene_frame (view->overlay, box, 1.5,
                        st_pen (st_colour_alpha (view->style->ghost, BARE_LINE), 0.5));
      /* A ring from the ninth colour on, where colours come again. */
      if (!alone && group > COLOURS)
        st_scene_frame (view->overlay,
                        (StRect) { box.x + 2, box.y + 2, box.width - 4, box.height - 4 }, 1,
                        st_pen (view->style->paper, 1));
    }
  g_free (place);
}

/* ---- words ---- */

/* The longest of the wordings that fits, the last one if none does; frees the others. */
static char *
choose_words (char *const wordings[3], double width, const StTextStyle *style)
{
  guint chosen = 0;
  while (chosen < 2 && st_text_width (wordings[chosen], style->size, style->weight) > width)
    chosen++;
  for (guint i = 0; i < 3; i++)
    if (i != chosen)
      g_free (wordings[i]);
  return wordings[chosen];
}

static char *
when_words (const StView *view, const StCellsPicture *picture, guint k)
{
  if (k == 0)
    return g_strdup (_("clean"));
  char *level = st_number_level (view->request->numbers, picture->level);
  char *words = g_strdup_printf (_("at %s"), level);
  g_free (level);
  return words;
}

static void
draw_line (StView *view, StRect rect, double y, char *const wordings[3], gboolean strong)
{
  const StTextStyle style = { strong ? 12 : 11, strong ? 500 : 400, ST_ALIGN_LEFT,
                              strong ? view->style->text : view->style->dim, half_width (view) };
  char *words = choose_words (wordings, half_width (view), &style);
  st_scene_text (view->overlay, rect.x, rect.y + rect.height + y, words, &style);
  g_free (words);
}

static void
draw_words (StView *view, const StCells *pair, guint k)
{
  const StCellsPicture *picture = &pair->pictures[k];
  const StRect rect = picture_rect (view, k);
  const gboolean measured = picture->result != NULL;
  const guint rank = measured ? st_cells_rank (view, pair, k) : 0;
  char *when = when_words (view, picture, k);
  if (picture->cells != NULL)
    {
      char *const first[3] = { g_strdup_printf (_("%s: %u distinct patches"), when,
                                                picture->distinct),
                               g_strdup_printf (_("%s: %u patches"), when, picture->distinct),
                               g_strdup_printf ("%u", picture->distinct) };
      draw_line (view, rect, FIRST_LINE, first, TRUE);
      char *const second[3]
        = { measured ? g_strdup_printf (_("rank ≤ %u, measured %u"), picture->bound, rank)
                     : g_strdup_printf (_("rank ≤ %u"), picture->bound),
            measured ? g_strdup_printf (_("≤ %u, is %u"), picture->bound, rank)
                     : g_strdup_printf ("≤ %u", picture->bound),
            g_strdup_printf ("≤ %u", picture->bound) };
      draw_line (view, rect, SECOND_LINE, second, FALSE);
    }
  else
    {
      char *const first[3]
        = { measured ? g_strdup_printf (_("%s: rank %u measured"), when, rank) : g_strdup (when),
            measured ? g_strdup_printf (_("%s: rank %u"), when, rank) : g_strdup (when),
            g_strdup (when) };
      draw_line (view, rect, FIRST_LINE, first, TRUE);
    }
  g_free (when);
}

static void
draw_reason (StView *view, const StCells *pair)
{
  const StRect rect = picture_rect (view, 0);
  const StTextStyle style = { 11, 400, ST_ALIGN_LEFT, view->style->dim, view->body.width };
  char *whole = g_strdup_printf (_("Patches predict nothing: %s"), pair->reason);
  const gboolean fits = st_text_width (whole, style.size, style.weight) <= view->body.width;
  st_scene_text (view->overlay, rect.x, rect.y + rect.height + SECOND_LINE,
                 fits ? whole : pair->reason, &style);
  g_free (whole);
}

static void
overlay (StView *view)
{
  StCells pair;
  if (!st_cells_init (view, &pair))
    return;
  const StShape shape = st_images_shape (view->frame->query.images);
  for (guint k = 0; k < 2; k++)
    {
      const StRect rect = picture_rect (view, k);
      st_view_floats (view, pair.pictures[k].pixels, shape, rect, FALSE);
      if (pair.pictures[k].cells != NULL)
        draw_cells (view, &pair, &pair.pictures[k], rect);
      draw_words (view, &pair, k);
    }
  if (pair.reason != NULL)
    draw_reason (view, &pair);

  StValueLine line = st_view_values (view);
  char *name = g_strdup_printf (_("image %u"),
                                st_images_index (view->frame->query.images, pair.image));
  st_view_value (view, &line, name, FALSE);
  g_free (name);
  st_cells_clear (&pair);
}

/* ---- the cell under the pointer ---- */

/* The picture, and its cell, that are there. */
static gboolean
find_cell (const StView *view, const StCells *pair, guint *k, guint *cell)
{
  StPoint at;
  const guint cells = pair->latent.height * pair->latent.width;
  for (*k = 0; *k < 2; ++*k)
    {
      const StRect rect = picture_rect (view, *k);
      if (pair->pictures[*k].cells == NULL || !st_reading_place (view, rect, &at))
        continue;
      for (*cell = 0; *cell < cells; ++*cell)
        {
          const StRect box = cell_rect (pair, rect, *cell);
          if (st_view_holds ((StRect) { box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1 },
                             at))
            return TRUE;
        }
    }
  return FALSE;
}

/* All cells that see this patch, in both pictures. */
static void
mark_equal (StView *view, const StCells *pair, guint patch)
{
  for (guint k = 0; k < 2; k++)
    for (guint cell = 0; cell < pair->latent.height * pair->latent.width; cell++)
      if (pair->pictures[k].cells[cell] == patch)
        st_scene_frame (view->marks, cell_rect (pair, picture_rect (view, k), cell), 1.5,
                        st_pen (view->style->accent, 1.5));
}

static char *
count_words (const StView *view, const StCells *pair, guint k, guint patch)
{
  const guint seen = pair->pictures[k].seen[patch];
  char *when = when_words (view, &pair->pictures[k], k);
  char *words = g_strdup_printf (ngettext ("%s: %u cell sees it", "%s: %u cells see it", seen),
                                 when, seen);
  g_free (when);
  return words;
}

/* Numbers are those of its table. */
static void
reading (StView *view)
{
  StCells pair;
  guint k, cell;
  if (!view->request->reads || !st_cells_init (view, &pair))
    return;
  if (find_cell (view, &pair, &k, &cell))
    {
      const guint patch = pair.pictures[k].cells[cell];
      GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (lines, g_strdup_printf (_("row %u, column %u: patch %u"),
                                               cell / pair.latent.width,
                                               cell % pair.latent.width, patch));
      for (guint i = 0; i < 2; i++)
        g_ptr_array_add (lines, count_words (view, &pair, i, patch));
      mark_equal (view, &pair, patch);
      st_reading_box (view, lines);
      g_ptr_array_unref (lines);
    }
  st_cells_clear (&pair);
}

static void
describe_picture (const StView *view, GString *out, const StCells *pair, guint k)
{
  const StCellsPicture *picture = &pair->pictures[k];
  g_string_append (out, k == 0 ? _(", clean:") : _("; now:"));
  if (picture->cells != NULL)
    g_string_append_printf (out, _(" %u distinct patches, so rank at most %u,"),
                            picture->distinct, picture->bound);
  if (picture->result != NULL)
    g_string_append_printf (out, _(" measured rank %u"), st_cells_rank (view, pair, k));
  else
    g_string_append (out, _(" rank not measured yet"));
}

static void
describe (StView *view, GString *out)
{
  StCells pair;
  if (!st_cells_init (view, &pair))
    return;
  st_view_append_image (view, out, pair.image);
  for (guint k = 0; k < 2; k++)
    describe_picture (view, out, &pair, k);
  if (pair.reason != NULL)
    g_string_append_printf (out, _(". Patches predict nothing: %s"), pair.reason);
  st_cells_clear (&pair);
}

/* A row for each cell; what belongs to the whole image stands in all of them. */
static StTable *
table (StView *view)
{
  static const char *const names[] = {
    "index", "row", "column", "clean_patch", "patch", "clean_distinct", "distinct",
    "clean_rank_bound", "rank_bound", "clean_s3", "s3" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  StCells pair;
  if (!st_cells_init (view, &pair))
    return out;
  const guint cells = pair.latent.height * pair.latent.width;
  const gboolean known = pair.pictures[0].cells != NULL && pair.pictures[1].cells != NULL;
  for (guint cell = 0; known && cell < cells; cell++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, st_images_index (view->frame->query.images, pair.image));
      st_table_set (out, 1, cell / pair.latent.width);
      st_table_set (out, 2, cell % pair.latent.width);
      for (guint k = 0; k < 2; k++)
        {
          const StCellsPicture *picture = &pair.pictures[k];
          st_table_set (out, 3 + k, picture->cells[cell]);
          st_table_set (out, 5 + k, picture->distinct);
          st_table_set (out, 7 + k, picture->bound);
          if (picture->result != NULL)
            st_table_set (out, 9 + k, st_cells_rank (view, &pair, k));
        }
    }
  st_cells_clear (&pair);
  return out;
}

const StViewClass st_view_cells = {
  .id = "cells",
  .name = N_("Cells"),
  .definition = N_("The image with the latent's cells over it. Cells of one colour see equal "
                   "patches of it, and a convolution gives equal patches equal cells; bare ones "
                   "see a patch of their own. D distinct patches bound the rank of S3 by D − 1, "
                   "whatever the weights: that is where strata come from."),
  .whole = TRUE,
  .follows = ST_VIEW_FOLLOWS_MARKED,
  .height = 460,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .read = reading,
  .describe = describe,
  .table = table,
};
