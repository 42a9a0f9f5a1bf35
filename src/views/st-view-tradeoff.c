/* Trade-off: what a decoder's distortion costs in error, as a line for each regulariser along
 * which its weight lambda grows, all from the one model that has none.  Lines, markers and points
 * differ in shape as well as in colour; what is not finished is hollow. */
#include <st-view-tradeoff.h>

#include <math.h>
#include <st-reading.h>
#include <string.h>

/* The strip with the name of y, the line with that of x, and how far points stay from edges. */
enum { STRIP = 18, NAME = 15, INSET = 14, BASELINE = 13 };
/* A point, its reach for the pointer, a column's own model, and the others'. */
enum { RADIUS = 4, REACH = 16, OWN = 6, OTHER = 4 };
#define TEXT 10.5
#define DIM 0.35
/* A lone value gets this room on either side. */
#define ALONE 1.25
/* How much of a line is left under a label. */
#define UNDER 0.2

/* Boxes that labels keep clear of. */
enum { BOXES_MAX = 80 };
typedef struct Boxes {
  StRect box[BOXES_MAX];
  guint n;
} Boxes;

static const StMarker markers[ST_ISOMETRIES] = {
  [ST_ISOMETRY_SCALED] = ST_MARKER_CIRCLE, [ST_ISOMETRY_STRICT] = ST_MARKER_SQUARE,
  [ST_ISOMETRY_CONFORMAL] = ST_MARKER_TRIANGLE,
};

const StTradeoffResult *
st_view_tradeoff (const StView *view)
{
  return view->request->tradeoff != NULL ? view->request->tradeoff->result : NULL;
}

StDistortion
st_view_tradeoff_distortion (const StView *view)
{
  return view->request->tradeoff != NULL ? view->request->tradeoff->distortion
                                         : ST_DISTORTION_CONDITION;
}

gboolean
st_view_tradeoff_is_whole (const StTradeoffResult *result, const StTradeoffMean *mean)
{
  return mean->seeds == result->seeds && mean->epochs == 0;
}

gboolean
st_view_tradeoff_has_place (const StTradeoffMean *mean)
{
  return mean->seeds > 0 && isfinite (mean->mse) && isfinite (mean->value) && mean->value > 0;
}

gboolean
st_view_tradeoff_is_repeated (const StTradeoffResult *result, guint point)
{
  for (guint i = 0; i < point; i++)
    if (result->of[0][i] == result->of[0][point])
      return TRUE;
  return FALSE;
}

static const StPullback *
pullback_of (const StView *view, guint column)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  return pullbacks != NULL && column < st_view_columns (view) ? pullbacks->of[column] : NULL;
}

gboolean
st_view_tradeoff_model (const StView *view, guint column, StPoint *values)
{
  const StPullback *pullback = pullback_of (view, column);
  if (pullback == NULL)
    return FALSE;
  values->x = pullback->isometry->mse;
  values->y = st_distortion_of (st_view_tradeoff_distortion (view), &pullback->isometry->measures,
                                pullback->isometry->dimension);
  return isfinite (values->x) && isfinite (values->y) && values->y > 0;
}

/* ---- axes ---- */

static StRect
plot_of (const StView *view)
{
  StRect plot = view->body;
  plot.height = MAX (plot.height - NAME, 1);
  return plot;
}

typedef struct Range { double low, high; } Range;

static void
widen (Range *range, double value)
{
  range->low = MIN (range->low, value);
  range->high = MAX (range->high, value);
}

/* Of all that has a place: points with their ranges, and columns' own models. */
static gboolean
find_ranges (const StView *view, Range *x, Range *y)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  StPoint values;
  *x = *y = (Range) { INFINITY, -INFINITY };
  for (guint i = 0; result != NULL && i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (!st_view_tradeoff_has_place (&mean))
        continue;
      widen (x, mean.low_mse);
      widen (x, mean.high_mse);
      widen (y, mean.high);
      widen (y, mean.low > 0 ? mean.low : mean.value);
    }
  for (guint c = 0; result != NULL && c < st_view_columns (view); c++)
    if (st_view_tradeoff_model (view, c, &values))
      {
        widen (x, values.x);
        widen (y, values.y);
      }
  return x->low <= x->high;
}

static void
find_scales (const StView *view, StScale *x, StScale *y)
{
  const StRect plot = plot_of (view);
  Range of_x, of_y;
  const gboolean any = find_ranges (view, &of_x, &of_y);
  *x = (StScale) { ST_SCALE_LOG10, 0.01, 0.1, plot.x + INSET, plot.x + plot.width - INSET };
  *y = (StScale) { ST_SCALE_LOG10, 1, 10, plot.y + plot.height - INSET, plot.y + STRIP + INSET };
  if (!any)
    return;
  const gboolean one_x = of_x.high - of_x.low < 1e-6 * of_x.high;
  const gboolean one_y = of_y.high < of_y.low * (1 + 1e-6);
  x->low = one_x ? of_x.low / ALONE : of_x.low;
  x->high = one_x ? of_x.high * ALONE : of_x.high;
  y->low = one_y ? of_y.low / ALONE : of_y.low;
  y->high = one_y ? of_y.high * ALONE : of_y.high;
}

static StPoint
place_of (const StView *view, double mse, double value)
{
  const StFigureAxis *axes = view->figure->axes;
  return (StPoint) { st_scale_place (&axes[0].shown, mse), st_scale_place (&axes[1].shown, value) };
}

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
  const StPullback *pullback = pullback_of (view, column);
  if (pullback == NULL)
    return FALSE;
  return pullback->query.weights != view->frame->query.weights[column]
         || pullback->query.level != view->frame->query.level;
}

static void
key_models (StView *view)
{
  const char *title = view->request->model_title;
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
  StScale x, y;
  find_scales (view, &x, &y);
  view->figure->plot = plot_of (view);
  st_view_zoom (view, 0, &x, 1);
  view->y = st_view_zoom (view, 1, &y, 1);
  st_view_key (view, &x, sizeof x);
  st_view_key (view, &y, sizeof y);
  if (st_view_tradeoff (view) != NULL)
    key_points (view, st_view_tradeoff (view));
  key_words (view, st_view_tradeoff_missing (view));
  key_words (view, st_view_tradeoff_progress (view));
  key_words (view, st_view_tradeoff_notes (view));
  key_models (view);
}

/* ---- labels ---- */

static gboolean
is_free (const Boxes *boxes, StRect box)
{
  for (guint i = 0; i < boxes->n; i++)
    {
      const StRect *other = &boxes->box[i];
      if (box.x < other->x + other->width && other->x < box.x + box.width
          && box.y < other->y + other->height && other->y < box.y + box.height)
        return FALSE;
    }
  return TRUE;
}

static void
add_box (Boxes *boxes, StRect box)
{
  if (boxes->n < BOXES_MAX)
    boxes->box[boxes->n++] = box;
}

/* Beside a point on the side where there is room; nowhere if there is none. */
static void
label_point (StView *view, Boxes *boxes, StPoint at, double radius, const char *text,
             const StTextStyle *style)
{
  const StRect plot = view->figure->plot;
  const double width = st_text_width (text, style->size, style->weight), height = style->size;
  const double aside = radius + 3;
  const StPoint corners[] = {
    { at.x + aside, at.y - height / 2 }, { at.x - width / 2, at.y - aside - height },
    { at.x - width / 2, at.y + aside }, { at.x - aside - width, at.y - height / 2 },
    { at.x + radius, at.y - radius - height }, { at.x - radius - width, at.y - radius - height },
    { at.x + radius, at.y + radius }, { at.x - radius - width, at.y + radius } };
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    {
      const StRect box = { corners[i].x, corners[i].y, width, height };
      if (box.x < plot.x + 2 || box.x + width > plot.x + plot.width - 2
          || box.y < plot.y + STRIP || box.y + height > plot.y + plot.height - 1
          || !is_free (boxes, box))
        continue;
      st_scene_rect (view->overlay, box, 2, st_colour_alpha (view->style->panel, 1 - UNDER));
      st_scene_text (view->overlay, box.x, box.y + height - 2, text, style);
      add_box (boxes, box);
      return;
    }
}

static void
add_marker_box (const StView *view, Boxes *boxes, StPoint at, double radius)
{
  if (st_view_holds (view->figure->plot, at))
    add_box (boxes, (StRect) { at.x - radius, at.y - radius, 2 * radius, 2 * radius });
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

static void
draw_range (StView *view, const StTradeoffMean *mean, StColour colour)
{
  const StPen pen = st_pen (st_colour_alpha (colour, 0.6), 1);
  const StPoint low = place_of (view, mean->low_mse, mean->low > 0 ? mean->low : mean->value);
  const StPoint high = place_of (view, mean->high_mse, mean->high);
  const StPoint at = place_of (view, mean->mse, mean->value);
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
  const StPoint at = place_of (view, mean->mse, mean->value);
  const StMarkerStyle style = { .shape = p->lambda > 0 ? markers[p->isometry] : ST_MARKER_DIAMOND,
                                .radius = RADIUS,
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
      line[n++] = st_view_tradeoff_has_place (&mean) ? place_of (view, mean.mse, mean.value)
                                                     : (StPoint) { NAN, NAN };
    }
  st_scene_polyline (view->base, line, n, pen_of (view, isometry));
}

/* "10", at the first of a line "λ 1", at its last "1000 strict". */
static char *
label_of (const StView *view, guint point)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  const StTradeoffPoint *p = &result->point[point];
  char *lambda = st_number_tick (view->request->numbers, p->lambda);
  gboolean last = p->lambda > 0;
  for (guint i = point + 1; i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (result->point[i].isometry == p->isometry && st_view_tradeoff_has_place (&mean))
        last = FALSE;
    }
  char *label = last ? g_strdup_printf ("%s %s", lambda, st_name_regulariser (p->isometry))
                     : g_strdup (lambda);
  if (!(p->lambda > 0))
    {
      g_free (label);
      label = g_strdup_printf (_("λ %s"), lambda);
    }
  g_free (lambda);
  return label;
}

/* How far a point is that is not whole: "10/20". */
static char *
with_part (const StView *view, const StTradeoffMean *mean, char *label)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  if (mean->epochs == 0)
    return label;
  char *longer = g_strdup_printf (_("%s: %u of %u epochs"), label, mean->epochs,
                                  result->options.epochs);
  g_free (label);
  return longer;
}

/* The last of each line first: they have its name. */
static void
label_points (StView *view, Boxes *boxes)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  const StTextStyle plain = { .size = TEXT, .weight = 400, .colour = view->style->dim };
  for (guint i = result->points; i-- > 0; )
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      const StPoint at = place_of (view, mean.mse, mean.value);
      if (st_view_tradeoff_is_repeated (result, i) || !st_view_tradeoff_has_place (&mean)
          || !st_view_holds (view->figure->plot, at))
        continue;
      char *label = with_part (view, &mean, label_of (view, i));
      label_point (view, boxes, at, RADIUS, label, &plain);
      g_free (label);
    }
}

static void
collect_boxes (const StView *view, Boxes *boxes)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  StPoint values;
  for (guint i = 0; i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (st_view_tradeoff_has_place (&mean))
        add_marker_box (view, boxes, place_of (view, mean.mse, mean.value), RADIUS);
    }
  for (guint c = 0; c < st_view_columns (view); c++)
    if (st_view_tradeoff_model (view, c, &values))
      add_marker_box (view, boxes, place_of (view, values.x, values.y),
                      c == view->request->column ? OWN + 1 : OTHER);
}

static void
draw_sweep (StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  st_scene_clip (view->base, view->figure->plot);
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

/* The name of x under its ticks, at the right; what needs saying, at its left. */
static void
draw_foot (StView *view)
{
  const StRect plot = view->figure->plot;
  const double y = plot.y + plot.height + BASELINE + NAME;
  const char *name = _("MSE per pixel");
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  const double width = st_scene_text (view->base, plot.x + plot.width, y, name, &style);
  char *notes = st_view_tradeoff_notes (view);
  style.align = ST_ALIGN_LEFT;
  style.width = plot.width - width - 12;
  if (*notes != '\0' && style.width > 40)
    st_scene_text (view->base, plot.x, y, notes, &style);
  g_free (notes);
}

/* The name of y, and how far the sweep is. */
static void
draw_strip (StView *view)
{
  const StRect plot = view->figure->plot;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  char *progress = st_view_tradeoff_progress (view);
  const double width = *progress != '\0'
                         ? st_scene_text (view->base, plot.x + plot.width - 6, plot.y + BASELINE,
                                          progress, &style)
                         : 0;
  style.align = ST_ALIGN_LEFT;
  style.width = plot.width - width - 20;
  if (style.width > 30)
    st_scene_text (view->base, plot.x + 6, plot.y + BASELINE,
                   st_name_distortion (st_view_tradeoff_distortion (view)), &style);
  g_free (progress);
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
  const StPoint at = place_of (view, values.x, values.y);
  StMarkerStyle style = st_style_model_marker (view->style, view->request->model_index, OWN);
  if (!own)
    style = (StMarkerStyle) { .shape = ST_MARKER_CIRCLE, .radius = OTHER,
                              .outline = st_pen (st_colour_alpha (view->style->dim, 2 * DIM), 1) };
  else if (is_stale (view, column))
    style.fill = st_colour_alpha (style.fill, 0.5);
  st_scene_marker (view->overlay, at.x, at.y, &style);
}

/* Its name, which is the same as the column's. */
static void
label_model (StView *view, Boxes *boxes)
{
  const StTextStyle style = { .size = 11, .weight = 600, .colour = view->colour };
  StPoint values;
  if (view->request->model_title == NULL
      || !st_view_tradeoff_model (view, view->request->column, &values))
    return;
  const StPoint at = place_of (view, values.x, values.y);
  if (st_view_holds (view->figure->plot, at))
    label_point (view, boxes, at, OWN + 1, view->request->model_title, &style);
}

/* All labels are here, so that they keep clear of each other. */
static void
overlay (StView *view)
{
  if (st_view_tradeoff (view) == NULL)
    return;
  Boxes boxes = { .n = 0 };
  collect_boxes (view, &boxes);
  st_scene_clip (view->overlay, view->figure->plot);
  for (guint c = 0; c < st_view_columns (view); c++)
    if (c != view->request->column)
      draw_model (view, c);
  draw_model (view, view->request->column);
  label_model (view, &boxes);
  label_points (view, &boxes);
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
      const StPoint at = place_of (view, mean.mse, mean.value);
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
                   "axes are logarithmic. Hollow: not finished. Large marker: this column’s model; rings: the others."),
  .foot = TRUE,
  .whole = TRUE,
  .any_latent = TRUE,
  .height = 460,
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
