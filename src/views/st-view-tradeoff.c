/* Trade-off: what a decoder's distortion costs in error, as a line for each regulariser along
 * which its weight lambda grows, all from the one model that has none.  Lines, markers and points
 * differ in shape as well as in colour; what is not finished is hollow. */
#include <st-view-tradeoff.h>

#include <math.h>
#include <st-reading.h>
#include <string.h>

/* Ticks below the plot; a line's sample in the strip, and the room behind its name. */
enum { BASELINE = 13, SAMPLE = 20, APART = 9 };
/* How near the pointer must be to a point. */
enum { REACH = 16 };
#define DIM 0.35

/* Each line has its colour, its dashes and its marker. */
static const StMarker markers[ST_ISOMETRIES] = {
  [ST_ISOMETRY_SCALED] = ST_MARKER_CIRCLE, [ST_ISOMETRY_STRICT] = ST_MARKER_SQUARE,
  [ST_ISOMETRY_CONFORMAL] = ST_MARKER_TRIANGLE,
};

/* ---- layout ---- */

static void
key_words (StView *view, char *words)
{
  if (words != NULL)
    st_view_key (view, words, strlen (words) + 1);
  g_free (words);
}

static void
key_points (StView *view, const StTradeoffResult *result)
{
  const StDistortion distortion = st_view_tradeoff_distortion (view);
  const gint64 flags[] = { distortion, result->points, result->seeds };
  st_view_key (view, flags, sizeof flags);
  for (guint i = 0; i < result->points; i++)
    {
      const StTradeoffMean m = st_tradeoff_mean (result, i, distortion);
      const double values[] = { m.mse, m.low_mse, m.high_mse, m.value, m.low, m.high,
                                result->point[i].lambda };
      const guint counts[] = { m.seeds, m.failed, m.epochs, (guint) result->point[i].isometry };
      st_view_key (view, values, sizeof values);
      st_view_key (view, counts, sizeof counts);
    }
}

static gboolean
is_stale (const StView *view, guint column)
{
  const StPullback *pullback = st_view_tradeoff_pullback (view, column);
  if (pullback == NULL)
    return FALSE;
  return pullback->query.weights != view->frame->query.weights[column]
         || pullback->query.level != view->frame->query.level;
}

static void
key_models (StView *view)
{
  const char *title = view->request->model_title;
  const gint64 elsewhere = st_view_tradeoff_is_elsewhere (view);
  st_view_key_overlay (view, &elsewhere, sizeof elsewhere);
  if (title != NULL)
    st_view_key_overlay (view, title, strlen (title) + 1);
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      StPoint values = { NAN, NAN };
      const gint64 there = st_view_tradeoff_model (view, c, &values);
      const gint64 stale = there && is_stale (view, c);
      st_view_key_overlay (view, &there, sizeof there);
      st_view_key_overlay (view, &stale, sizeof stale);
      st_view_key_overlay (view, &values, sizeof values);
    }
}

static void
layout (StView *view)
{
  StScale whole[2], reach[2];
  st_view_tradeoff_scales (view, whole, reach);
  view->figure->plot = st_view_tradeoff_plot (view);
  st_view_zoom (view, 0, &whole[0], 1);
  view->y = st_view_zoom (view, 1, &whole[1], 1);
  for (guint i = 0; i < 2; i++)
    view->figure->axes[i].reach = reach[i];
  const double ends[] = { whole[0].low, whole[0].high, whole[1].low, whole[1].high };
  st_view_key (view, ends, sizeof ends);
  if (st_view_tradeoff (view) != NULL)
    key_points (view, st_view_tradeoff (view));
  key_words (view, st_view_tradeoff_missing (view));
  key_words (view, st_view_tradeoff_progress (view));
  key_words (view, st_view_tradeoff_notes (view));
  key_words (view, st_view_tradeoff_remark (view));
  key_models (view);
}

/* ---- the sweep ---- */

/* Those of classes, which nothing here is about: they are told apart by most eyes. */
static StColour
colour_of (const StView *view, StIsometry isometry)
{
  static const guint colours[ST_ISOMETRIES] = { [ST_ISOMETRY_SCALED] = 0, [ST_ISOMETRY_STRICT] = 5,
                                                [ST_ISOMETRY_CONFORMAL] = 2 };
  return view->style->classes[colours[isometry]];
}

static StPen
pen_of (const StView *view, StIsometry isometry)
{
  StPen pen = st_pen (colour_of (view, isometry), 1.5);
  if (isometry == ST_ISOMETRY_SCALED)
    return pen;
  pen.on = isometry == ST_ISOMETRY_STRICT ? 6 : 1.5;
  pen.off = isometry == ST_ISOMETRY_STRICT ? 3 : 2.5;
  return pen;
}

/* The run without a regulariser is none's own. */
static StColour
point_colour (const StView *view, const StTradeoffPoint *point)
{
  return point->lambda > 0 ? colour_of (view, point->isometry) : view->style->text;
}

/* Where points are; lines that leave it do not run through names. */
static StRect
below_strip (const StView *view)
{
  StRect rect = view->figure->plot;
  const double strip = MIN (st_view_tradeoff_strip (view), rect.height);
  rect.y += strip;
  rect.height -= strip;
  return rect;
}

static void
draw_range (StView *view, const StTradeoffMean *mean, StColour colour)
{
  const StPen pen = st_pen (st_colour_alpha (colour, 0.6), 1);
  const StPoint low = st_view_tradeoff_place (view, mean->low_mse,
                                              mean->low > 0 ? mean->low : mean->value);
  const StPoint high = st_view_tradeoff_place (view, mean->high_mse, mean->high);
  const StPoint at = st_view_tradeoff_place (view, mean->mse, mean->value);
  if (mean->seeds < 2)
    return;
  st_scene_line (view->base, low.x, at.y, high.x, at.y, pen);
  st_scene_line (view->base, at.x, low.y, at.x, high.y, pen);
}

static void
draw_point (StView *view, guint point, const StTradeoffMean *mean)
{
  const StTradeoffPoint *p = &st_view_tradeoff (view)->point[point];
  const StColour colour = point_colour (view, p);
  const gboolean whole = st_view_tradeoff_is_whole (st_view_tradeoff (view), mean);
  const StPoint at = st_view_tradeoff_place (view, mean->mse, mean->value);
  const StMarkerStyle style = { .shape = p->lambda > 0 ? markers[p->isometry] : ST_MARKER_DIAMOND,
                                .radius = ST_TRADEOFF_RADIUS,
                                .fill = whole ? colour : view->style->panel,
                                .outline = st_pen (colour, 1.5) };
  draw_range (view, mean, colour);
  st_scene_marker (view->base, at.x, at.y, &style);
}

/* From lambda to lambda as far as there are values; where one has none the line is cut. */
static void
draw_line (StView *view, StIsometry isometry)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  StPoint line[ST_TRADEOFF_POINTS_MAX];
  guint n = 0;
  for (guint i = 0; i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (result->point[i].isometry != isometry)
        continue;
      line[n++] = st_view_tradeoff_has_place (&mean) ? st_view_tradeoff_place (view, mean.mse, mean.value)
                                                     : (StPoint) { NAN, NAN };
    }
  st_scene_polyline (view->base, line, n, pen_of (view, isometry));
}

static void
draw_sweep (StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  st_scene_clip (view->base, below_strip (view));
  for (StIsometry isometry = 0; isometry < ST_ISOMETRIES; isometry++)
    draw_line (view, isometry);
  for (guint i = 0; i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (st_view_tradeoff_has_place (&mean) && !st_view_tradeoff_is_repeated (result, i))
        draw_point (view, i, &mean);
    }
  st_scene_unclip (view->base);
}

/* ---- around it ---- */

static void
draw_x_ticks (StView *view)
{
  const StScale *x = &view->figure->axes[0].shown;
  const StRect plot = view->figure->plot;
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  double ticks[ST_TICKS_MAX], free_from = plot.x;
  const guint n = st_scale_ticks (x, plot.width < 260 ? 4 : 6, ticks);
  for (guint i = 0; i < n; i++)
    {
      char *text = st_number_tick (view->request->numbers, ticks[i]);
      const double at = st_scale_place (x, ticks[i]);
      const double half = st_text_width (text, style.size, style.weight) / 2;
      if (at - half >= free_from && at + half <= plot.x + plot.width)
        {
          st_scene_text (view->base, at, plot.y + plot.height + BASELINE, text, &style);
          free_from = at + half + 8;
        }
      g_free (text);
    }
}

/* How far the sweep is, where models are measured, and what has no place and why; caller frees. */
static char *
foot_words (const StView *view)
{
  char *parts[] = { st_view_tradeoff_progress (view), st_view_tradeoff_remark (view),
                    st_view_tradeoff_notes (view) };
  GString *words = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (*parts[i] != '\0')
        g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", parts[i]);
      g_free (parts[i]);
    }
  return g_string_free (words, FALSE);
}

/* The name of x under its ticks, at the right; what needs saying, at its left. */
static void
draw_foot (StView *view)
{
  const StRect plot = view->figure->plot;
  const double y = plot.y + plot.height + BASELINE + ST_TRADEOFF_NAME;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  const double width = st_scene_text (view->base, plot.x + plot.width, y, _("MSE per pixel"),
                                      &style);
  char *words = foot_words (view);
  style.align = ST_ALIGN_LEFT;
  style.width = plot.width - width - 12;
  if (*words != '\0' && style.width > 40)
    st_scene_text (view->base, plot.x, y, words, &style);
  g_free (words);
}

/* A piece of a line with its marker, and its name; from the right.  Returns where it begins. */
static double
draw_sample (StView *view, StIsometry isometry, double right, double y)
{
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  const StMarkerStyle marker = { .shape = markers[isometry], .radius = ST_TRADEOFF_RADIUS - 0.5,
                                 .fill = colour_of (view, isometry) };
  const double from = right - st_scene_text (view->base, right, y, st_name_regulariser (isometry),
                                             &style) - SAMPLE - 4;
  st_scene_line (view->base, from, y - 4, from + SAMPLE, y - 4, pen_of (view, isometry));
  st_scene_marker (view->base, from + SAMPLE / 2.0, y - 4, &marker);
  return from;
}

/* The name of y, and those of lines. */
static void
draw_strip (StView *view)
{
  const StRect plot = view->figure->plot;
  const gboolean narrow = st_view_tradeoff_strip (view) > ST_TRADEOFF_STRIP;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  double right = plot.x + plot.width - 6;
  const double baseline = plot.y + BASELINE + (narrow ? ST_TRADEOFF_STRIP : 0);
  for (guint i = ST_ISOMETRIES; i-- > 0; )
    right = draw_sample (view, (StIsometry) i, right, baseline) - APART;
  style.width = narrow ? plot.width - 12 : right - plot.x - 6;
  st_scene_text (view->base, plot.x + 6, plot.y + BASELINE,
                 st_name_distortion (st_view_tradeoff_distortion (view)), &style);
}

static void
base (StView *view)
{
  char *words = st_view_tradeoff_missing (view);
  if (st_view_tradeoff (view) == NULL)
    {
      st_scene_rect (view->base, view->body, 0, view->style->panel);
      if (words != NULL)
        st_view_sentence (view, words);
      g_free (words);
      return;
    }
  g_free (words);
  st_scene_rect (view->base, view->figure->plot, 0, view->style->panel);
  st_view_y_ticks (view, view->figure->plot, 4, st_number_tick);
  draw_x_ticks (view);
  draw_strip (view);
  draw_foot (view);
  draw_sweep (view);
}

/* ---- columns' own models ---- */

static void
draw_model (StView *view, guint column)
{
  const gboolean own = column == view->request->column;
  StPoint values;
  if (!st_view_tradeoff_model (view, column, &values))
    return;
  const StPoint at = st_view_tradeoff_place (view, values.x, values.y);
  StMarkerStyle style = st_style_model_marker (view->style, view->request->model_index,
                                               ST_TRADEOFF_OWN);
  if (!own)
    style = (StMarkerStyle) { .shape = ST_MARKER_CIRCLE, .radius = ST_TRADEOFF_OTHER,
                              .outline = st_pen (st_colour_alpha (view->style->dim, 2 * DIM), 1) };
  else if (st_view_tradeoff_is_elsewhere (view))
    {
      style.outline = st_pen (style.fill, 1.5);
      style.fill = st_colour_alpha (style.fill, 0);
    }
  else if (is_stale (view, column))
    style.fill = st_colour_alpha (style.fill, 0.5);
  st_scene_marker (view->overlay, at.x, at.y, &style);
}

static void
overlay (StView *view)
{
  if (st_view_tradeoff (view) == NULL)
    return;
  st_scene_clip (view->overlay, below_strip (view));
  for (guint c = 0; c < st_view_columns (view); c++)
    if (c != view->request->column)
      draw_model (view, c);
  draw_model (view, view->request->column);
  st_view_tradeoff_labels (view);
  st_scene_unclip (view->overlay);
}

/* ---- what is under the pointer ---- */

/* The nearest point; -1 if none is near. */
static int
find_point (const StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  double nearest = REACH;
  int found = -1;
  for (guint i = 0; i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      const StPoint at = st_view_tradeoff_place (view, mean.mse, mean.value);
      const double away = hypot (at.x - view->request->pointer.x, at.y - view->request->pointer.y);
      if (!st_view_tradeoff_has_place (&mean) || !(away < nearest))
        continue;
      nearest = away;
      found = (int) i;
    }
  return found;
}

static char *
named (const char *name, char *value)
{
  char *text = g_strdup_printf ("%s %s", name, value);
  g_free (value);
  return text;
}

static void
reading (StView *view)
{
  StPoint place;
  if (st_view_tradeoff (view) == NULL
      || !st_reading_place (view, view->figure->plot, &place))
    return;
  const StDistortion distortion = st_view_tradeoff_distortion (view);
  const int point = find_point (view);
  if (point < 0)
    return;
  const StTradeoffMean m = st_tradeoff_mean (st_view_tradeoff (view), (guint) point, distortion);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (lines, st_view_tradeoff_point_name (view, (guint) point));
  g_ptr_array_add (lines, named (_("MSE"), st_view_tradeoff_range (view, &m, m.mse, m.low_mse,
                                                                   m.high_mse)));
  g_ptr_array_add (lines, named (st_name_distortion (distortion),
                                 st_view_tradeoff_range (view, &m, m.value, m.low, m.high)));
  char *part = st_view_tradeoff_part (view, &m);
  if (part != NULL)
    g_ptr_array_add (lines, part);
  st_reading_box (view, lines);
  g_ptr_array_unref (lines);
}

const StViewClass st_view_tradeoff_class = {
  .id = "trade-off",
  .name = N_("Trade-off"),
  .definition = N_("What keeping geometry costs: models that differ only in the regulariser and "
                   "its weight λ (Lee, Yoon, Son, Park 2022). Across: mean squared error per "
                   "pixel of what is rebuilt of latent means. Up: the distortion that is named, "
                   "at those means, from G = JᵀJ; none of the regularisers’ own measures compares "
                   "all, so it can be chosen. Circles, solid line: scaled; squares, dashed: "
                   "strict; triangles, dotted: conformal; diamond: λ = 0, which all share; both "
                   "axes are logarithmic, and end where the error is three times the least: "
                   "zooming out shows the rest. Hollow: not finished. Large marker: this column’s "
                   "model; rings: the others."),
  .foot = TRUE,
  .whole = TRUE,
  .any_latent = TRUE,
  .height = 560,
  .axes = { ST_AXIS_MSE, ST_AXIS_DISTORTION },
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .read = reading,
  .describe = st_view_tradeoff_describe,
  .facts = st_view_tradeoff_facts,
  .table = st_view_tradeoff_table,
  .define = st_view_tradeoff_define,
};
