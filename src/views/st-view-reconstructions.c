/* Reconstructions: one image is one vertical triple, clean, shown to the model, rebuilt by
 * it; below it the rank of its S3, clean and now. */
#include <st-view.h>

#include <math.h>
#include <st-images.h>
#include <st-spectrum.h>

enum { THUMB = 44, SMALL_THUMB = 40, SMALL_BELOW = 330, INSIDE = 2, BETWEEN = 8, ROWS = 3 };

/* What covers an image that is not selected. */
#define ASIDE 0.72

static double
thumb_side (double width)
{
  return width < SMALL_BELOW ? SMALL_THUMB : THUMB;
}

guint
st_figure_visible (double width)
{
  const double side = thumb_side (width);
  return width < side ? 1 : (guint) ((width + BETWEEN) / (side + BETWEEN));
}

/* How many are drawn: what fits, if there are as many. */
static guint
shown_count (const StView *view)
{
  if (view->frame == NULL || view->frame->query.images == NULL)
    return 0;
  return MIN (st_figure_visible (view->body.width), st_images_count (view->frame->query.images));
}

/* The image in a place: the last one is left to the marked image, if it is further back. */
static guint
image_of (const StView *view, guint place)
{
  const guint n = shown_count (view);
  const gint64 chosen = st_view_marked_image (view);
  if (place + 1 == n && chosen >= n && chosen < st_images_count (view->frame->query.images))
    return (guint) chosen;
  return place;
}

static double
column_x (const StView *view, guint i)
{
  const double side = thumb_side (view->body.width);
  const guint fit = st_figure_visible (view->body.width);
  const double gap = fit > 1 ? (view->body.width - fit * side) / (fit - 1) : 0;
  return view->body.x + round (i * (side + gap));
}

static double
row_y (const StView *view, guint row)
{
  return view->body.y + row * (thumb_side (view->body.width) + INSIDE);
}

static double
rank_baseline (const StView *view)
{
  return row_y (view, ROWS) - INSIDE + 15;
}

static void
layout (StView *view)
{
  const double side = thumb_side (view->body.width);
  view->figure->plot.height = ROWS * side + (ROWS - 1) * INSIDE;
  for (guint i = 0; i < shown_count (view); i++)
    {
      const StFigureHit hit = { { column_x (view, i) - BETWEEN / 2.0, view->body.y,
                                  side + BETWEEN, view->figure->plot.height + 20 },
                                image_of (view, i) };
      g_array_append_val (view->figure->hits, hit);
    }
}

static void
base (StView *view)
{
  if (!(view->request->gutter > 0))
    return;
  const char *const names[ROWS] = { _("clean"), _("shown"), _("rebuilt") };
  const double side = thumb_side (view->body.width);
  for (guint row = 0; row < ROWS; row++)
    st_view_gutter_label (view, view->base, row_y (view, row) + side / 2, 0,
                          view->request->height, names[row]);
  st_view_gutter_label (view, view->base, rank_baseline (view) - 4, 0, view->request->height,
                        _("rank"));
}

/* A frame that waits for its picture. */
static void
draw_waiting (StView *view, StRect rect)
{
  StPen pen = st_pen (view->style->ghost, 1);
  pen.on = pen.off = 3;
  rect.x += 0.5;
  rect.y += 0.5;
  rect.width -= 1;
  rect.height -= 1;
  st_scene_frame (view->overlay, rect, 0, pen);
}

static void
draw_triple (StView *view, guint place, float *scratch)
{
  const guint i = image_of (view, place);
  const StImages *images = view->frame->query.images;
  const StShape shape = st_images_shape (images);
  const StResult *now = st_view_now (view);
  const double side = thumb_side (view->body.width);
  StRect rect = { column_x (view, place), row_y (view, 0), side, side };
  st_view_floats (view, st_images_clean (images, i), shape, rect, TRUE);

  rect.y = row_y (view, 1);
  st_images_perturbed (images, i, view->frame->query.level, scratch);
  st_view_floats (view, scratch, shape, rect, TRUE);

  rect.y = row_y (view, 2);
  if (now != NULL && now->pictures != NULL && i < now->done)
    st_view_bytes (view, now->pictures + i * st_shape_size (shape), shape, rect, TRUE);
  else
    draw_waiting (view, rect);
  const StRect all = { rect.x, view->body.y, side, ROWS * side + (ROWS - 1) * INSIDE };
  if (st_view_is_aside (view, i))
    st_scene_rect (view->overlay, all, 0, st_colour_alpha (view->style->paper, ASIDE));
}

static guint
rank_of (const StView *view, const StResult *result, guint i)
{
  return st_rank (st_result_eigenvalues (result, i, 2), result->lengths[2],
                  view->request->tolerance);
}

/* "29→48", or one number where nothing changed, or where the clean rank is not known. */
static void
draw_rank (StView *view, guint place)
{
  const guint i = image_of (view, place);
  const StResult *now = st_view_now (view), *clean = st_view_clean (view);
  if (now == NULL || i >= now->done || now->lengths[2] == 0)
    return;
  const guint rank = rank_of (view, now, i);
  const gboolean compare = clean != NULL && i < clean->done;
  const guint before = compare ? rank_of (view, clean, i) : rank;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  if (before != rank && !st_view_is_aside (view, i))
    style.colour = view->style->text;
  char *text = before == rank ? g_strdup_printf ("%u", rank)
                              : g_strdup_printf ("%u\342\206\222%u", before, rank);
  st_scene_text (view->overlay, column_x (view, place) + thumb_side (view->body.width) / 2,
                 rank_baseline (view), text, &style);
  g_free (text);
}

static void
overlay (StView *view)
{
  StValueLine line = st_view_values (view);
  st_view_partial (view, &line, st_view_now (view));
  const guint n = shown_count (view);
  if (n == 0)
    return;
  float *scratch = g_new (float, st_shape_size (st_images_shape (view->frame->query.images)));
  for (guint i = 0; i < n; i++)
    {
      draw_triple (view, i, scratch);
      draw_rank (view, i);
    }
  g_free (scratch);
}

static void
marks (StView *view)
{
  const double side = thumb_side (view->body.width);
  for (guint i = 0; i < shown_count (view); i++)
    if (image_of (view, i) == st_view_marked_image (view))
      {
        const StRect around = { column_x (view, i) - 2, view->body.y - 2, side + 4,
                                view->figure->plot.height + 4 };
        st_scene_frame (view->marks, around, 0, st_pen (view->style->accent, 2));
      }
}

static void
describe (StView *view, GString *out)
{
  const StResult *now = st_view_now (view), *clean = st_view_clean (view);
  if (now == NULL)
    return;
  guint changed = 0, compared = 0;
  for (guint i = 0; clean != NULL && now->lengths[2] > 0 && i < MIN (now->done, clean->done); i++, compared++)
    changed += rank_of (view, now, i) != rank_of (view, clean, i);
  char *mean = st_number_psnr (view->request->numbers, st_result_psnr (now));
  g_string_append_printf (out, _(", mean PSNR %s"), mean);
  if (compared > 0)
    g_string_append_printf (out, _(", rank of S3 changed in %u of %u images"), changed, compared);
  g_free (mean);
  const gint64 chosen = st_view_highlighted (view, now);
  if (chosen < 0)
    return;
  st_view_append_image (view, out, (guint) chosen);
  if (clean != NULL && chosen < clean->done && now->lengths[2] > 0)
    g_string_append_printf (out, _(": rank of S3 %u when clean, %u now"),
                            rank_of (view, clean, (guint) chosen),
                            rank_of (view, now, (guint) chosen));
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "position", "index", "label", "psnr_db", "s3_clean", "s3" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  const StResult *now = st_view_now (view), *clean = st_view_clean (view);
  const StImages *images = view->frame != NULL ? view->frame->query.images : NULL;
  for (guint i = 0; now != NULL && i < now->done; i++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, i);
      if (images != NULL)
        {
          st_table_set (out, 1, st_images_index (images, i));
          if (st_images_label (images, i) >= 0)
            st_table_set (out, 2, st_images_label (images, i));
        }
      st_table_set (out, 3, now->psnr[i]);
      if (clean != NULL && i < clean->done)
        st_table_set (out, 4, rank_of (view, clean, i));
      st_table_set (out, 5, rank_of (view, now, i));
    }
  return out;
}

const StViewClass st_view_reconstructions = {
  .id = "reconstructions",
  .name = N_("Reconstructions"),
  .title = N_("Reconstructions"),
  .definition = N_("From above: the clean image, what the model was shown, what it rebuilt; below "
                   "them the rank of S3, clean and as shown."),
  .follows = ST_VIEW_FOLLOWS_MARKED,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .describe = describe,
  .table = table,
};
