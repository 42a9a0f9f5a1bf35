#include <st-view.h>

#include <math.h>
#include <st-images.h>
#include <st-spectrum.h>

/* Of present values; of sentences. */
enum { VALUE_SIZE = 12, VALUE_GAP = 6, LEADING = 14, INSET = 8 };

void
st_view_key (StView *view, gconstpointer data, gsize size)
{
  g_byte_array_append (view->key, data, (guint) size);
}

void
st_view_key_overlay (StView *view, gconstpointer data, gsize size)
{
  g_byte_array_append (view->overlay_key, data, (guint) size);
}

void
st_view_key_result (StView *view, StResult *result)
{
  st_view_key (view, &result, sizeof result);
  if (result != NULL)
    g_ptr_array_add (view->seen, st_result_ref (result));
}

guint
st_view_columns (const StView *view)
{
  return view->frame == NULL ? 0 : view->frame->query.columns;
}

StResult *
st_view_now (const StView *view)
{
  if (view->request->column >= st_view_columns (view))
    return NULL;
  StResult *now = view->frame->now[view->request->column];
  return now != NULL && now->done > 0 ? now : NULL;
}

guint
st_view_levels (const StView *view)
{
  return view->frame == NULL ? 0 : view->frame->query.levels;
}

double
st_view_level (const StView *view, guint j)
{
  return view->frame->query.grid[j];
}

StResult *
st_view_sweep (const StView *view, guint column, guint j)
{
  if (column >= st_view_columns (view) || j >= st_view_levels (view))
    return NULL;
  StResult *result = view->frame->sweep[column][j];
  return result != NULL && result->done > 0 ? result : NULL;
}

gboolean
st_view_stale (const StView *view, guint column, guint j)
{
  const StResult *result = st_view_sweep (view, column, j);
  return result != NULL && result->weights != view->frame->query.weights[column];
}

StResult *
st_view_clean (const StView *view)
{
  const guint column = view->request->column;
  StResult *now = st_view_now (view);
  if (now != NULL && now->level == 0)
    return now;
  if (st_view_levels (view) == 0 || st_view_level (view, 0) != 0
      || st_view_stale (view, column, 0))
    return NULL;
  return st_view_sweep (view, column, 0);
}

const StSummary *
st_view_summary (const StView *view, StResult *result)
{
  return st_summaries_get (view->summaries, result, view->request->tolerance);
}

StTriple
st_view_triple (const StView *view, const StResult *result, guint image)
{
  StTriple triple;
  for (guint s = 0; s < 3; s++)
    triple.r[s] = (guint16) st_rank (st_result_eigenvalues (result, image, s), result->lengths[s],
                                     view->request->tolerance);
  return triple;
}

char *
st_view_triple_words (StTriple triple)
{
  return g_strdup_printf ("%u,%u,%u", triple.r[0], triple.r[1], triple.r[2]);
}

gint64
st_view_marked_image (const StView *view)
{
  return view->request->pointed > 0 ? (gint64) view->request->pointed - 1
                                    : view->request->highlighted;
}

gint64
st_view_marked (const StView *view, const StResult *result)
{
  const gint64 image = st_view_marked_image (view);
  return result != NULL && image >= 0 && image < result->done ? image : -1;
}

gint64
st_view_highlighted (const StView *view, const StResult *result)
{
  const gint64 image = view->request->highlighted;
  return result != NULL && image >= 0 && image < result->done ? image : -1;
}

gboolean
st_view_selects (const StView *view)
{
  return view->request->mask != NULL;
}

gboolean
st_view_is_selected (const StView *view, guint image)
{
  return st_view_selects (view) && image < view->request->n_mask && view->request->mask[image];
}

gboolean
st_view_is_aside (const StView *view, guint image)
{
  return st_view_selects (view) && !st_view_is_selected (view, image);
}

StColour
st_view_aside_colour (const StView *view, double strength)
{
  return st_colour_alpha (view->style->ghost, strength);
}

gboolean
st_view_holds (StRect rect, StPoint at)
{
  return at.x >= rect.x && at.x <= rect.x + rect.width && at.y >= rect.y
         && at.y <= rect.y + rect.height;
}

/* How often a ray to the right crosses its edges. */
gboolean
st_view_inside (const StPoint *polygon, gsize corners, double x, double y)
{
  gboolean inside = FALSE;
  for (gsize i = 0, j = corners - 1; i < corners; j = i++)
    {
      const StPoint a = polygon[i], b = polygon[j];
      if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
        inside = !inside;
    }
  return inside;
}

void
st_view_append_image (const StView *view, GString *out, guint image)
{
  const StImages *images = view->frame->query.images;
  const gboolean named = images != NULL && image < st_images_count (images);
  g_string_append_printf (out, _(", image %u"), named ? st_images_index (images, image) : image);
}

void
st_view_bytes (StView *view, const guint8 *bytes, StShape shape, StRect rect, gboolean smooth)
{
  const gsize plane = (gsize) shape.height * shape.width;
  if (shape.channels < 3)
    {
      st_scene_image (view->overlay, rect, shape.width, shape.height, 1, bytes, smooth);
      return;
    }
  guint8 *pixels = g_malloc (plane * 3);
  for (gsize i = 0; i < plane; i++)
    for (gsize c = 0; c < 3; c++)
      pixels[3 * i + c] = bytes[c * plane + i];
  st_scene_image (view->overlay, rect, shape.width, shape.height, 3, pixels, smooth);
  g_free (pixels);
}

void
st_view_floats (StView *view, const float *values, StShape shape, StRect rect, gboolean smooth)
{
  const gsize size = st_shape_size (shape);
  guint8 *bytes = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (CLAMP (values[i], 0.0f, 1.0f) * 255.0f + 0.5f);
  st_view_bytes (view, bytes, shape, rect, smooth);
  g_free (bytes);
}

StTextStyle
st_view_tick_style (const StView *view, StAlign align)
{
  return (StTextStyle) { .size = 11, .weight = 400, .align = align, .colour = view->style->dim };
}

StTextStyle
st_view_label_style (const StView *view, StAlign align)
{
  return (StTextStyle) { .size = 11, .weight = 400, .align = align, .colour = view->colour };
}

void
st_view_sentence (StView *view, const char *words)
{
  const StRect p = view->body;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  style.width = p.width - 2 * INSET;
  GPtrArray *lines = st_view_break_lines (words, &style, style.width);
  double y = p.y + p.height / 2 - (lines->len - 1) * LEADING / 2.0 + 4;
  for (guint i = 0; i < lines->len; i++, y += LEADING)
    st_scene_text (view->base, p.x + p.width / 2, y, lines->pdata[i], &style);
  g_ptr_array_unref (lines);
}

/* ---- the part of an axis that is shown ---- */

gboolean
st_view_is_zoomed (const StView *view, guint axis)
{
  return view->request->spans[axis].low < view->request->spans[axis].high;
}

StScale
st_view_span (const StView *view, guint axis, const StScale *whole)
{
  StScale shown = *whole;
  if (st_view_is_zoomed (view, axis))
    {
      shown.low = view->request->spans[axis].low;
      shown.high = view->request->spans[axis].high;
    }
  return shown;
}

StScale
st_view_zoom (StView *view, guint axis, const StScale *whole, double beyond)
{
  StFigureAxis *out = &view->figure->axes[axis];
  *out = (StFigureAxis) { .known = TRUE, .whole = *whole };
  out->reach = beyond > 1 ? st_scale_widen (whole, beyond) : *whole;
  out->shown = st_view_span (view, axis, whole);
  return out->shown;
}

gboolean
st_view_has_ticks (const StView *view)
{
  return view->request->gutter > 0 || view->request->own_ticks;
}

void
st_view_gutter_label (StView *view, StSceneBuilder *builder, double y, double top, double bottom,
                      const char *text)
{
  const gboolean within = !(view->request->gutter > 0);
  const StTextStyle style = st_view_tick_style (view, within ? ST_ALIGN_LEFT : ST_ALIGN_RIGHT);
  const double baseline = MIN (MAX (y + 4, top + 8), within ? bottom - 2 : bottom);
  st_scene_text (builder, view->body.x + (within ? 3 : -8), baseline, text, &style);
}

void
st_view_y_ticks (StView *view, StRect panel, guint most, char *(*format) (StNumbers, double))
{
  if (!st_view_has_ticks (view))
    return;
  double ticks[ST_TICKS_MAX];
  guint n = st_scale_ticks (&view->y, most, ticks);
  for (guint i = 0; i < n; i++)
    {
      char *text = format (view->request->numbers, ticks[i]);
      st_view_gutter_label (view, view->base, st_scale_place (&view->y, ticks[i]), panel.y,
                            panel.y + panel.height, text);
      g_free (text);
    }
}

StValueLine
st_view_values (StView *view)
{
  return (StValueLine) { view->body.x + view->body.width };
}

void
st_view_value (StView *view, StValueLine *line, const char *text, gboolean strong)
{
  const StTextStyle style = { .size = VALUE_SIZE, .weight = strong ? 600 : 400,
                              .align = ST_ALIGN_RIGHT,
                              .colour = strong ? view->style->text : view->style->dim };
  const double y = view->body.y - 9;
  const double width = st_scene_text (view->overlay, line->right, y, text, &style);
  const StRect knock = { line->right - width - 3, y - 12, width + 6, 16 };
  g_array_append_val (view->knocks, knock);
  line->right -= width + VALUE_GAP;
}

/* The name's knock is the first one, where there is a name. */
static double
title_end (const StView *view)
{
  if (!view->request->title || view->knocks->len == 0)
    return view->body.x;
  const StRect name = g_array_index (view->knocks, StRect, 0);
  return name.x + name.width;
}

double
st_view_value_width (const char *text, gboolean strong)
{
  return st_text_width (text, VALUE_SIZE, strong ? 600 : 400) + VALUE_GAP;
}

gboolean
st_view_has_room (const StView *view, const StValueLine *line, double width)
{
  return line->right - (width - VALUE_GAP) >= title_end (view);
}

void
st_view_first (StView *view, StValueLine *line, guint count, guint all)
{
  if (count >= all)
    return;
  char *number = st_number_count (view->request->numbers, count);
  char *text = g_strdup_printf (_("first %s"), number);
  st_view_value (view, line, text, FALSE);
  g_free (text);
  g_free (number);
}

void
st_view_append_first (const StView *view, GString *out, guint count, guint all)
{
  if (count >= all)
    return;
  char *number = st_number_count (view->request->numbers, count);
  g_string_append_printf (out, _(", of the first %s images"), number);
  g_free (number);
}

void
st_view_part (StView *view, StValueLine *line, const StSummary *summary)
{
  if (summary->result->done == summary->result->count)
    st_view_first (view, line, summary->count, summary->result->count);
}

void
st_view_append_part (const StView *view, GString *out, const StSummary *summary)
{
  st_view_append_first (view, out, summary->count, summary->result->count);
}

void
st_view_some (StView *view, StValueLine *line, guint some, guint all)
{
  if (some >= all)
    return;
  char *text = g_strdup_printf (_("%u of %u"), some, all);
  char *brief = g_strdup_printf ("%u/%u", some, all);
  /* In a narrow figure it would run into the name; in a narrower one both would. */
  if (st_view_has_room (view, line, st_view_value_width (text, FALSE)))
    st_view_value (view, line, text, FALSE);
  else if (st_view_has_room (view, line, st_view_value_width (brief, FALSE)))
    st_view_value (view, line, brief, FALSE);
  g_free (text);
  g_free (brief);
}

void
st_view_partial (StView *view, StValueLine *line, const StResult *result)
{
  if (result != NULL)
    st_view_some (view, line, result->done, result->count);
}
