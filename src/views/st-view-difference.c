/* Difference: what a model rebuilds, what it is held against, and, between them, brighter pixels in
 * one colour and darker ones in another.  Held against the clean image, another model's
 * reconstruction at the same level, or this model's at a level that was kept. */
#include <st-strip.h>

#include <math.h>
#include <st-images.h>
#include <string.h>

/* Where pictures must be compared for words, so many, the first ones. */
enum { ROWS = 3, MEAN_MAX = 16 };

/* A difference of so much has the full colour. */
#define FULL 0.5

/* ---- what it is held against ---- */

/* This column's result in the frame that was kept, if that is of the same images. */
static const StResult *
kept_result (const StView *view)
{
  const StFrame *kept = view->request->kept;
  const StLiveQuery *query = &view->frame->query;
  if (kept == NULL || kept->query.images == NULL
      || !st_images_same_clean (kept->query.images, query->images))
    return NULL;
  for (guint c = 0; c < kept->query.columns; c++)
    if (kept->query.ids[c] == query->ids[view->request->column])
      return kept->now[c];
  return NULL;
}

static const StResult *
other_result (const StView *view)
{
  const guint64 id = view->request->against_column;
  for (guint c = 0; c < view->frame->query.columns; c++)
    if (view->frame->query.ids[c] == id)
      return view->frame->now[c];
  return NULL;
}

static gboolean
fill_rebuilt (const StResult *result, guint i, float *pixels)
{
  if (result == NULL || result->pictures == NULL || i >= result->done)
    return FALSE;
  const gsize size = st_shape_size (result->image);
  for (gsize p = 0; p < size; p++)
    pixels[p] = result->pictures[i * size + p] / 255.0f;
  return TRUE;
}

/* What image i is held against; FALSE where that is not there. */
static gboolean
fill_reference (const StView *view, guint i, float *pixels)
{
  const StImages *images = view->frame->query.images;
  switch (view->request->against)
    {
    case ST_AGAINST_COLUMN: return fill_rebuilt (other_result (view), i, pixels);
    case ST_AGAINST_LEVEL: return fill_rebuilt (kept_result (view), i, pixels);
    case ST_AGAINST_CLEAN: break;
    }
  const float *clean = st_images_clean (images, i, pixels);
  if (clean != pixels)
    memcpy (pixels, clean, st_shape_size (st_images_shape (images)) * sizeof *pixels);
  return TRUE;
}

/* "against DAE". */
static char *
against_words (const StView *view)
{
  const StFigureRequest *request = view->request;
  char *level, *words;
  switch (request->against)
    {
    case ST_AGAINST_COLUMN:
      return g_strdup_printf (_("against %s"), request->against_title != NULL
                                                 ? request->against_title : "–");
    case ST_AGAINST_LEVEL:
      if (request->kept == NULL)
        return g_strdup (_("against a level that is not kept"));
      level = st_number_level (request->numbers, request->kept->query.level);
      words = g_strdup_printf (_("against level %s"), level);
      g_free (level);
      return words;
    case ST_AGAINST_CLEAN: break;
    }
  return g_strdup (_("against clean"));
}

/* ---- differences ---- */

static double
root_mean_square (const float *a, const float *b, gsize n)
{
  double sum = 0;
  for (gsize p = 0; p < n; p++)
    sum += ((double) a[p] - b[p]) * ((double) a[p] - b[p]);
  return sqrt (sum / n);
}

/* Of image i, or NaN; mine and other have room for an image. */
static double
difference_of (const StView *view, guint i, float *mine, float *other)
{
  const gsize size = st_shape_size (st_images_shape (view->frame->query.images));
  if (!fill_rebuilt (st_view_now (view), i, mine) || !fill_reference (view, i, other))
    return NAN;
  return root_mean_square (mine, other, size);
}

/* Against clean images it is what PSNR is made of: 10^(-PSNR / 20). */
static double
mean_from_clean (const StResult *now, guint *images)
{
  double sum = 0;
  *images = now != NULL ? now->done : 0;
  for (guint i = 0; i < *images; i++)
    sum += pow (10, -now->psnr[i] / 20);
  return *images > 0 ? sum / *images : NAN;
}

/* Over the first images that both have. */
static double
mean_difference (const StView *view, guint *images)
{
  const StResult *now = st_view_now (view);
  if (view->request->against == ST_AGAINST_CLEAN)
    return mean_from_clean (now, images);
  const guint n = now != NULL ? MIN (now->done, MEAN_MAX) : 0;
  const gsize size = st_shape_size (st_images_shape (view->frame->query.images));
  float *mine = g_new (float, 2 * size);
  double sum = 0;
  *images = 0;
  for (guint i = 0; i < n; i++)
    {
      const double difference = difference_of (view, i, mine, mine + size);
      if (!isfinite (difference))
        continue;
      sum += difference;
      ++*images;
    }
  g_free (mine);
  return *images > 0 ? sum / *images : NAN;
}

/* Brighter and darker are two colours that everybody tells apart; of coloured images the mean over
 * their channels counts. */
static void
draw_difference (StView *view, const float *mine, const float *other, StShape shape, StRect rect)
{
  const gsize plane = (gsize) shape.height * shape.width;
  const StColour brighter = view->style->classes[1], darker = view->style->classes[4];
  float *pixels = g_new (float, 3 * plane);
  for (gsize p = 0; p < plane; p++)
    {
      double difference = 0;
      for (gsize c = 0; c < shape.channels; c++)
        difference += ((double) mine[c * plane + p] - other[c * plane + p]) / shape.channels;
      const StColour *colour = difference > 0 ? &brighter : &darker;
      const float share = (float) MIN (fabs (difference) / FULL, 1);
      pixels[p] = colour->r * share;
      pixels[plane + p] = colour->g * share;
      pixels[2 * plane + p] = colour->b * share;
    }
  st_view_floats (view, pixels, (StShape) { shape.height, shape.width, 3 }, rect, FALSE);
  g_free (pixels);
}

static void
draw_number (StView *view, guint place, double difference)
{
  const StRect rect = st_strip_rect (view, place, 0);
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  char *text = st_number_fixed (view->request->numbers, difference, 3);
  st_scene_text (view->overlay, rect.x + rect.width / 2, st_strip_baseline (view, ROWS), text,
                 &style);
  g_free (text);
}

static void
draw_image (StView *view, guint place, float *mine, float *other)
{
  const guint i = st_strip_image (view, place);
  const StShape shape = st_images_shape (view->frame->query.images);
  const gboolean rebuilt = fill_rebuilt (st_view_now (view), i, mine);
  const gboolean known = fill_reference (view, i, other);
  if (rebuilt)
    st_view_floats (view, mine, shape, st_strip_rect (view, place, 0), TRUE);
  else
    st_strip_waiting (view, st_strip_rect (view, place, 0));
  if (known)
    st_view_floats (view, other, shape, st_strip_rect (view, place, 1), TRUE);
  else
    st_strip_waiting (view, st_strip_rect (view, place, 1));
  if (rebuilt && known)
    {
      draw_difference (view, mine, other, shape, st_strip_rect (view, place, 2));
      draw_number (view, place, root_mean_square (mine, other, st_shape_size (shape)));
    }
  else
    st_strip_waiting (view, st_strip_rect (view, place, 2));
  st_strip_cover (view, place, ROWS);
}

/* ---- the figure ---- */

static void
layout (StView *view)
{
  const gint64 against[] = { view->request->against, (gint64) view->request->against_column };
  st_strip_layout (view, ROWS);
  st_view_key_overlay (view, against, sizeof against);
  st_view_key_overlay (view, &view->request->kept, sizeof view->request->kept);
}

static void
base (StView *view)
{
  const char *const names[ROWS] = { _("rebuilt"), _("against"), "Δ" };
  st_strip_names (view, ROWS, names, _("RMS"));
}

static void
overlay (StView *view)
{
  const guint n = st_strip_count (view);
  StValueLine line = st_view_values (view);
  char *words = against_words (view);
  st_view_value (view, &line, words, FALSE);
  g_free (words);
  st_view_partial (view, &line, st_view_now (view));
  if (n == 0)
    return;
  const gsize size = st_shape_size (st_images_shape (view->frame->query.images));
  float *pixels = g_new (float, 2 * size);
  for (guint i = 0; i < n; i++)
    draw_image (view, i, pixels, pixels + size);
  g_free (pixels);
}

static void
describe (StView *view, GString *out)
{
  guint images;
  if (view->frame->query.images == NULL)
    return;
  char *words = against_words (view);
  const double mean = mean_difference (view, &images);
  char *number = st_number_fixed (view->request->numbers, mean, 3);
  const gboolean all = images == 0 || images == st_images_count (view->frame->query.images);
  g_string_append_printf (out, all ? _(", %s: mean RMS difference %s over %u images")
                                   : _(", %s: mean RMS difference %s over the first %u images"),
                          words, number, images);
  g_free (words);
  g_free (number);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "position", "index", "rms_difference" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  const StResult *now = st_view_now (view);
  const StImages *images = view->frame != NULL ? view->frame->query.images : NULL;
  if (now == NULL || images == NULL)
    return out;
  const gsize size = st_shape_size (st_images_shape (images));
  float *pixels = g_new (float, 2 * size);
  for (guint i = 0; i < now->done; i++)
    {
      const double difference = difference_of (view, i, pixels, pixels + size);
      st_table_add_row (out);
      st_table_set (out, 0, i);
      st_table_set (out, 1, st_images_index (images, i));
      if (isfinite (difference))
        st_table_set (out, 2, difference);
    }
  g_free (pixels);
  return out;
}

const StViewClass st_view_difference = {
  .id = "difference",
  .name = N_("Difference"),
  .definition = N_("What the model rebuilt, what that is held against, and the difference: orange "
                   "where it is brighter, blue where darker, in full colour from 0.5 of the range "
                   "on; below, its root mean square over the pixels, which go from 0 to 1."),
  .follows = ST_VIEW_FOLLOWS_MARKED,
  .any_latent = TRUE,
  .height = 300,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = st_strip_mark,
  .describe = describe,
  .table = table,
};
