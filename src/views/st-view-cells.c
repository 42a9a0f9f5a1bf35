/* Cells: why an image has the rank it has.  The highlighted image (else the first), clean and
 * as shown, with the latent's h x w cells over it: cells that see equal patches in one colour,
 * the same in both pictures, the largest such group grey, those that are alone in theirs left
 * bare.  A convolution gives equal patches equal cells, whatever its weights, so D distinct ones
 * leave the rank of S3 no more than D - 1; below each picture that bound stands beside the rank that was measured. */
#include <st-view.h>

#include <math.h>
#include <st-images.h>
#include <st-patches.h>
#include <st-verdict.h>
#include <stdlib.h>

/* Between the pictures; the lines below them; groups told apart by colour. */
enum { GAP = 16, FIRST_LINE = 16, SECOND_LINE = 32, TEXT = 38, COLOURS = 8 };

#define GROUP_TINT 0.62
#define LARGEST_TINT 0.55
#define BARE_LINE 0.4

/* What is known of the image, clean or now. */
typedef struct Picture
{
  double level;
  float *pixels;
  const StResult *result;      /* that measured its rank, or NULL */
  const guint *cells;          /* [h w] number of each cell's patch; NULL where none is predicted */
  guint *seen;                 /* [patches] by how many cells */
  guint distinct, bound;
} Picture;

typedef struct Pair
{
  guint image;
  const StModel *model;        /* or NULL */
  StShape latent;
  char *reason;                /* why patches predict nothing, or NULL */
  guint *cells, patches;       /* of both pictures */
  Picture pictures[2];
} Pair;

/* Patches of both pictures are numbered together, so that a colour means one patch. */
static void
count_patches (Pair *pair, StShape shape)
{
  const StSpec *spec = st_model_spec (pair->model);
  const float *const images[2] = { pair->pictures[0].pixels, pair->pictures[1].pixels };
  const guint cells = pair->latent.height * pair->latent.width;
  StField field;
  st_spec_field (spec, &field.size, &field.padding, &field.stride);
  pair->cells = g_new (guint, 2 * cells);
  StStatus status = st_patches_number (images, 2, shape, field, pair->latent.height,
                                       pair->latent.width,
                                       !st_model_padding_is_black (pair->model), pair->cells,
                                       &pair->patches);
  if (!st_ok (status))
    return;
  for (guint k = 0; k < 2; k++)
    {
      Picture *picture = &pair->pictures[k];
      picture->cells = pair->cells + k * cells;
      picture->seen = g_new0 (guint, pair->patches);
      for (guint cell = 0; cell < cells; cell++)
        picture->distinct += picture->seen[picture->cells[cell]]++ == 0;
      picture->bound = MIN (MIN (pair->latent.channels, cells - 1), picture->distinct - 1);
    }
}

static gboolean
pair_init (const StView *view, Pair *pair)
{
  *pair = (Pair) { 0 };
  if (view->frame == NULL || view->frame->query.images == NULL)
    return FALSE;
  const StLiveQuery *query = &view->frame->query;
  const StShape shape = st_images_shape (query->images);
  const gint64 chosen = st_view_marked_image (view);
  pair->image = chosen >= 0 && chosen < st_images_count (query->images) ? (guint) chosen : 0;
  if (view->request->column < query->columns)
    pair->model = query->models[view->request->column];
  if (pair->model != NULL)
    {
      const StSpec *spec = st_model_spec (pair->model);
      const StLatent latent = query->latents[view->request->column];
      pair->reason = st_verdict_patches (spec->kind,
                                         view->request->sample ? ST_LATENT_SAMPLE : latent);
      pair->latent = st_spec_latent (spec);
    }
  pair->pictures[1].level = query->level;
  pair->pictures[0].result = st_view_clean (view);
  pair->pictures[1].result = st_view_now (view);
  for (guint k = 0; k < 2; k++)
    {
      Picture *picture = &pair->pictures[k];
      picture->pixels = g_new (float, st_shape_size (shape));
      st_images_perturbed (query->images, pair->image, picture->level, picture->pixels);
      if (picture->result != NULL
          && (pair->image >= picture->result->done || picture->result->lengths[2] == 0))
        picture->result = NULL;
    }
  if (pair->model != NULL && pair->reason == NULL)
    count_patches (pair, shape);
  return TRUE;
}

static void
pair_clear (Pair *pair)
{
  for (guint k = 0; k < 2; k++)
    {
      g_free (pair->pictures[k].pixels);
      g_free (pair->pictures[k].seen);
    }
  g_free (pair->cells);
  g_free (pair->reason);
}

static guint
rank_of (const StView *view, const Pair *pair, guint k)
{
  return st_view_triple (view, pair->pictures[k].result, pair->image).r[2];
}

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
order_groups (const Pair *pair)
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
draw_cells (StView *view, const Pair *pair, const Picture *picture, StRect rect)
{
  const guint rows = pair->latent.height, columns = pair->latent.width;
  guint *place = order_groups (pair);
  for (guint cell = 0; cell < rows * columns; cell++)
    {
      const guint row = cell / columns, column = cell % columns;
      const double left = round (rect.x + rect.width * column / columns);
      const double top = round (rect.y + rect.height * row / rows);
      const StRect box = { left + 0.5, top + 0.5,
                           round (rect.x + rect.width * (column + 1) / columns) - left - 1,
                           round (rect.y + rect.height * (row + 1) / rows) - top - 1 };
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
when_words (const StView *view, const Picture *picture, guint k)
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
draw_words (StView *view, const Pair *pair, guint k)
{
  const Picture *picture = &pair->pictures[k];
  const StRect rect = picture_rect (view, k);
  const gboolean measured = picture->result != NULL;
  const guint rank = measured ? rank_of (view, pair, k) : 0;
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
draw_reason (StView *view, const Pair *pair)
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
  Pair pair;
  if (!pair_init (view, &pair))
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
  pair_clear (&pair);
}

static void
describe_picture (const StView *view, GString *out, const Pair *pair, guint k)
{
  const Picture *picture = &pair->pictures[k];
  g_string_append (out, k == 0 ? _(", clean:") : _("; now:"));
  if (picture->cells != NULL)
    g_string_append_printf (out, _(" %u distinct patches, so rank at most %u,"),
                            picture->distinct, picture->bound);
  if (picture->result != NULL)
    g_string_append_printf (out, _(" measured rank %u"), rank_of (view, pair, k));
  else
    g_string_append (out, _(" rank not measured yet"));
}

static void
describe (StView *view, GString *out)
{
  Pair pair;
  if (!pair_init (view, &pair))
    return;
  st_view_append_image (view, out, pair.image);
  for (guint k = 0; k < 2; k++)
    describe_picture (view, out, &pair, k);
  if (pair.reason != NULL)
    g_string_append_printf (out, _(". Patches predict nothing: %s"), pair.reason);
  pair_clear (&pair);
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
  Pair pair;
  if (!pair_init (view, &pair))
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
          const Picture *picture = &pair.pictures[k];
          st_table_set (out, 3 + k, picture->cells[cell]);
          st_table_set (out, 5 + k, picture->distinct);
          st_table_set (out, 7 + k, picture->bound);
          if (picture->result != NULL)
            st_table_set (out, 9 + k, rank_of (view, &pair, k));
        }
    }
  pair_clear (&pair);
  return out;
}

const StViewClass st_view_cells = {
  .id = "cells",
  .name = N_("Cells"),
  .title = N_("Cells: why this rank"),
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
  .describe = describe,
  .table = table,
};
