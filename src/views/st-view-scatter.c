/* Latent scatter: each image clean (ring) and perturbed (point), a trail between them, on
 * axes fitted to the clean points, which stay while the level moves.  Isotropic, in units of
 * the clean points' standard deviation along the first axis, the same scale in all columns. */
#include <st-view.h>

#include <math.h>

/* From DENSE points on they are drawn without edges, which would be all that is seen. */
enum { LARGE_PANEL = 260, DENSE = 1000 };

/* Room around the clean points for those that move out of their range; the reach is rounded up
 * to steps, so that the scale stays while a model trains. */
#define ROOM 1.15
/* How far out one can zoom. */
#define BEYOND 4
/* What is not selected. */
#define ASIDE 0.35
#define STEP 0.25

/* What one column shows. */
typedef struct Points
{
  const StReference *axes;
  const double *now;       /* [done][2], or NULL */
  guint count, done;
} Points;

static gboolean
get_points (const StView *view, Points *points)
{
  const guint column = view->request->column;
  if (column >= st_view_columns (view) || view->frame->references[column] == NULL)
    return FALSE;
  const StResult *now = st_view_now (view);
  *points = (Points) { .axes = view->frame->references[column] };
  points->count = points->axes->count;
  if (now != NULL && now->embedding != NULL)
    {
      points->now = now->embedding;
      points->done = MIN (now->done, points->count);
    }
  return TRUE;
}

/* How coordinates become places: a scale that is the same in all columns, and in both
 * directions, and stays while the level moves; the origin is where the mean is. */
typedef struct Fit { double unit, x, y; } Fit;

/* The middle and the half width of all columns' clean points along one axis, in whole steps, so
 * that a model in training does not make the axes tremble. */
static void
fit_axis (const StView *view, guint axis, double *middle, double *half)
{
  double low = -STEP, high = STEP;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StReference *axes = view->frame->references[c];
      for (guint i = 0; axes != NULL && i < axes->count; i++)
        {
          low = MIN (low, axes->clean[2 * i + axis]);
          high = MAX (high, axes->clean[2 * i + axis]);
        }
    }
  low = floor (low / STEP) * STEP;
  high = ceil (high / STEP) * STEP;
  *middle = (low + high) / 2;
  *half = (high - low) / 2 * ROOM;
}

/* All of the two axes, one unit the same in both. */
static void
whole_axes (const StView *view, StScale axes[2])
{
  double x, y, half_x, half_y;
  fit_axis (view, 0, &x, &half_x);
  fit_axis (view, 1, &y, &half_y);
  const StRect body = view->body;
  const double unit = MIN (body.width / half_x, body.height / half_y) / 2;
  const double wide = body.width / 2 / unit, high = body.height / 2 / unit;
  axes[0] = (StScale) { ST_SCALE_LINEAR, x - wide, x + wide, body.x, body.x + body.width };
  axes[1] = (StScale) { ST_SCALE_LINEAR, y - high, y + high, body.y + body.height, body.y };
}

/* A part of them is shown whole, whatever the shape of the panel. */
static Fit
fit_of (const StView *view)
{
  StScale axes[2];
  whole_axes (view, axes);
  for (guint i = 0; i < 2; i++)
    axes[i] = st_view_span (view, i, &axes[i]);
  const StRect body = view->body;
  const double unit = MIN (body.width / (axes[0].high - axes[0].low),
                           body.height / (axes[1].high - axes[1].low));
  return (Fit) { .unit = unit,
                 .x = body.x + body.width / 2 - (axes[0].low + axes[0].high) / 2 * unit,
                 .y = body.y + body.height / 2 + (axes[1].low + axes[1].high) / 2 * unit };
}

/* Points that moved away are found by zooming out beyond the clean ones. */
static void
tell_axes (StView *view, Fit fit)
{
  const StRect body = view->body;
  const double wide = body.width / fit.unit, high = body.height / fit.unit;
  StScale whole[2];
  whole_axes (view, whole);
  for (guint i = 0; i < 2; i++)
    st_view_zoom (view, i, &whole[i], BEYOND);
  StScale *x = &view->figure->axes[0].shown, *y = &view->figure->axes[1].shown;
  x->low = (body.x - fit.x) / fit.unit;
  x->high = x->low + wide;
  y->low = (fit.y - body.y - body.height) / fit.unit;
  y->high = y->low + high;
}

static StPoint
place_of (Fit fit, const double *pair)
{
  return (StPoint) { fit.x + pair[0] * fit.unit, fit.y - pair[1] * fit.unit };
}

static int
label_of (const StView *view, guint i)
{
  if (view->frame == NULL || view->frame->query.images == NULL
      || i >= st_images_count (view->frame->query.images))
    return -1;
  return st_images_label (view->frame->query.images, i);
}

static gboolean
is_within (StRect rect, StPoint at)
{
  return at.x >= rect.x && at.x <= rect.x + rect.width && at.y >= rect.y
         && at.y <= rect.y + rect.height;
}

static void
layout (StView *view)
{
  Points points;
  const Fit fit = fit_of (view);
  tell_axes (view, fit);
  st_view_key (view, &fit, sizeof fit);
  if (!get_points (view, &points))
    return;
  const gpointer images = view->frame->query.images;
  const double *clean = points.axes->clean;
  st_view_key (view, &images, sizeof images);
  st_view_key (view, points.axes->shares, sizeof points.axes->shares);
  st_view_key (view, clean, 2 * points.count * sizeof *clean);
  for (guint i = 0; i < points.count; i++)
    {
      const StPoint at = place_of (fit, (i < points.done ? points.now : clean) + 2 * i);
      const StFigureHit hit = { { at.x - 8, at.y - 8, 16, 16 }, i };
      if (is_within (view->body, at))
        g_array_append_val (view->figure->hits, hit);
    }
}

static void
draw_axes (StView *view, Fit fit)
{
  const StRect p = view->body;
  const StPen pen = st_pen (view->style->rule, 1);
  const double x = round (fit.x) + 0.5, y = round (fit.y) + 0.5;
  st_scene_clip (view->base, p);
  st_scene_line (view->base, x, p.y, x, p.y + p.height, pen);
  st_scene_line (view->base, p.x, y, p.x + p.width, y, pen);
  st_scene_unclip (view->base);
}

/* "1 σ": the one measure that an isotropic plot without axes needs; less or more of it where one
 * has zoomed. */
static void
draw_bar (StView *view, double unit)
{
  const StScale room = { ST_SCALE_LINEAR, 0, view->body.width / 3 / unit, 0, 1 };
  double steps[ST_TICKS_MAX], length = 1;
  const guint n = st_scale_ticks (&room, 4, steps);
  if (st_view_is_zoomed (view, 0) && n > 1)
    length = steps[n - 1];
  char *sigmas = st_number_tick (view->request->numbers, length);
  char *text = g_strdup_printf (_("%s σ"), sigmas);
  const double right = view->body.x + view->body.width - 8;
  const double y = view->body.y + view->body.height - 8, left = right - unit * length;
  const StPen pen = st_pen (view->style->dim, 1);
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  st_scene_line (view->base, left, y, right, y, pen);
  st_scene_line (view->base, left, y - 3, left, y + 3, pen);
  st_scene_line (view->base, right, y - 3, right, y + 3, pen);
  st_scene_text (view->base, (left + right) / 2, y - 6, text, &style);
  g_free (sigmas);
  g_free (text);
}

static void
draw_shares (StView *view, const StReference *axes)
{
  char *first = st_number_percent (view->request->numbers, axes->shares[0]);
  char *second = st_number_percent (view->request->numbers, axes->shares[1]);
  char *text = axes->pca == NULL ? g_strdup_printf (_("z1 %s, z2 %s"), first, second)
                                 : g_strdup_printf (_("PC1 %s, PC2 %s"), first, second);
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  st_scene_text (view->base, view->body.x + view->body.width,
                 view->body.y + view->body.height + 14, text, &style);
  g_free (first);
  g_free (second);
  g_free (text);
}

static StMarkerStyle
ring_style (const StView *view, int label)
{
  const StColour colour = st_style_class (view->style, label);
  return (StMarkerStyle) { .shape = ST_MARKER_CIRCLE, .radius = 1.9,
                           .outline = st_pen (st_colour_alpha (colour, 0.55), 0.9) };
}

static void
base (StView *view)
{
  Points points;
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  const Fit fit = fit_of (view);
  draw_axes (view, fit);
  if (!get_points (view, &points))
    return;
  st_scene_clip (view->base, view->body);
  for (guint i = 0; i < points.count; i++)
    {
      StMarkerStyle ring = ring_style (view, label_of (view, i));
      if (st_view_is_aside (view, i))
        ring.outline.colour = st_view_aside_colour (view, ASIDE);
      const StPoint at = place_of (fit, points.axes->clean + 2 * i);
      st_scene_marker (view->base, at.x, at.y, &ring);
    }
  st_scene_unclip (view->base);
  if (view->request->title)
    draw_bar (view, fit.unit);
  draw_shares (view, points.axes);
}

static void
draw_trail (StSceneBuilder *builder, Fit fit, const Points *points, guint i, StPen pen)
{
  const StPoint from = place_of (fit, points->axes->clean + 2 * i);
  const StPoint to = place_of (fit, points->now + 2 * i);
  st_scene_line (builder, from.x, from.y, to.x, to.y, pen);
}

static void
draw_point (StView *view, StSceneBuilder *builder, Fit fit, const Points *points, guint i)
{
  const int label = label_of (view, i);
  const StColour colour = st_style_class (view->style, label);
  const gboolean large = view->body.width > LARGE_PANEL && view->body.height > LARGE_PANEL;
  const gboolean aside = st_view_is_aside (view, i) && builder == view->overlay;
  const gboolean dense = points->count >= DENSE || aside;
  StMarkerStyle style = { .shape = st_style_class_marker (label), .radius = large ? 3 : 2.5,
                          .fill = colour, .halo = st_pen (view->style->paper, dense ? 0 : 0.8) };
  if (!view->style->dark && !dense)
    style.outline = st_pen (st_colour_shade (colour, 0.62), 0.7);
  if (aside)
    style.fill = st_view_aside_colour (view, ASIDE);
  const StPoint at = place_of (fit, points->now + 2 * i);
  st_scene_marker (builder, at.x, at.y, &style);
}

static void
draw_highlight (StView *view, Fit fit, const Points *points, guint i)
{
  const StColour accent = view->style->accent;
  const StMarkerStyle ghost = { .shape = ST_MARKER_CIRCLE, .radius = 2.6,
                                .outline = st_pen (accent, 1.5) };
  const StMarkerStyle around = { .shape = ST_MARKER_CIRCLE, .radius = 5,
                                 .fill = view->style->paper, .outline = st_pen (accent, 1.75) };
  const StPoint clean = place_of (fit, points->axes->clean + 2 * i);
  if (i >= points->done)
    {
      st_scene_marker (view->marks, clean.x, clean.y, &ghost);
      return;
    }
  const StPoint now = place_of (fit, points->now + 2 * i);
  draw_trail (view->marks, fit, points, i, st_pen (accent, 1.25));
  st_scene_marker (view->marks, clean.x, clean.y, &ghost);
  st_scene_marker (view->marks, now.x, now.y, &around);
  draw_point (view, view->marks, fit, points, i);
}

/* Those that are not selected lie beneath. */
static void
draw_points (StView *view, Fit fit, const Points *points, gboolean aside)
{
  for (guint i = 0; i < points->done; i++)
    {
      const StColour colour = aside ? view->style->ghost
                                    : st_style_class (view->style, label_of (view, i));
      if (st_view_is_aside (view, i) == aside)
        draw_trail (view->overlay, fit, points, i,
                    st_pen (st_colour_alpha (colour, aside ? ASIDE / 2 : 0.38), 0.8));
    }
  for (guint i = 0; i < points->done; i++)
    if (st_view_is_aside (view, i) == aside)
      draw_point (view, view->overlay, fit, points, i);
}

static void
overlay (StView *view)
{
  Points points;
  StValueLine line = st_view_values (view);
  st_view_partial (view, &line, st_view_now (view));
  if (!get_points (view, &points))
    return;
  const Fit fit = fit_of (view);
  st_scene_clip (view->overlay, view->body);
  if (st_view_selects (view))
    draw_points (view, fit, &points, TRUE);
  draw_points (view, fit, &points, FALSE);
  st_scene_unclip (view->overlay);
}

static void
marks (StView *view)
{
  Points points;
  const gint64 image = st_view_marked_image (view);
  if (!get_points (view, &points) || image < 0 || image >= points.count)
    return;
  st_scene_clip (view->marks, view->body);
  draw_highlight (view, fit_of (view), &points, (guint) image);
  st_scene_unclip (view->marks);
}

static void
describe (StView *view, GString *out)
{
  Points points;
  if (!get_points (view, &points) || points.done == 0
      || points.axes->weights != st_view_now (view)->weights)
    return;
  const double *clean = points.axes->clean;
  double sum = 0;
  for (guint i = 0; i < points.done; i++)
    sum += hypot (points.now[2 * i] - clean[2 * i], points.now[2 * i + 1] - clean[2 * i + 1]);
  char *moved = st_number_fixed (view->request->numbers, sum / points.done, 2);
  char *first = st_number_percent (view->request->numbers, points.axes->shares[0]);
  char *second = st_number_percent (view->request->numbers, points.axes->shares[1]);
  g_string_append_printf (out, _(", points moved %s σ on average, axes hold %s and %s"), moved,
                          first, second);
  g_free (moved);
  g_free (first);
  g_free (second);
  if (view->request->highlighted < 0 || view->request->highlighted >= points.done)
    return;
  const guint i = (guint) view->request->highlighted;
  char *own = st_number_fixed (view->request->numbers,
                               hypot (points.now[2 * i] - clean[2 * i],
                                      points.now[2 * i + 1] - clean[2 * i + 1]), 2);
  st_view_append_image (view, out, i);
  g_string_append_printf (out, _(" moved %s σ"), own);
  g_free (own);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "position", "label", "clean_1", "clean_2", "now_1",
                                       "now_2" };
  StTable *out = st_table_new ();
  Points points;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  if (!get_points (view, &points))
    return out;
  for (guint i = 0; i < points.count; i++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, i);
      if (label_of (view, i) >= 0)
        st_table_set (out, 1, label_of (view, i));
      for (guint k = 0; k < 2; k++)
        {
          st_table_set (out, 2 + k, points.axes->clean[2 * i + k]);
          if (i < points.done)
            st_table_set (out, 4 + k, points.now[2 * i + k]);
        }
    }
  return out;
}

const StViewClass st_view_scatter = {
  .id = "scatter",
  .name = N_("Latent scatter"),
  .title = N_("Latent scatter"),
  .definition = N_("Latent tensors on their two first principal axes, fitted to the clean ones: "
                   "ring clean, point now; σ of the first axis."),
  .foot = TRUE,
  .axes = { ST_AXIS_SCATTER_X, ST_AXIS_SCATTER_Y },
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .describe = describe,
  .table = table,
};
