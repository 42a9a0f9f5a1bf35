#include <st-level.h>

#include <math.h>

/* Faded: measured with older weights. */
#define STALE 0.35

StScale
st_level_scale (const StView *view, StRect panel)
{
  StScale scale = { ST_SCALE_SQUARE_ROOT, 0, 1, panel.x + 2, panel.x + panel.width - 2 };
  if (view->frame != NULL && view->frame->query.images != NULL
      && !st_perturb_square_root_scale (st_images_kind (view->frame->query.images)))
    scale.kind = ST_SCALE_LINEAR;
  return scale;
}

void
st_level_layout (StView *view, StRect plot)
{
  view->figure->plot = plot;
  view->figure->has_level = TRUE;
  const StScale whole = st_level_scale (view, plot);
  view->figure->level = st_view_zoom (view, 0, &whole, 1);
  const gint64 kind = view->figure->level.kind;
  st_view_key (view, &kind, sizeof kind);
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const double level = st_view_level (view, j);
      const gint64 stale = st_view_stale (view, view->request->column, j);
      st_view_key (view, &level, sizeof level);
      st_view_key (view, &stale, sizeof stale);
    }
}

double
st_level_now (const StView *view)
{
  return view->frame == NULL ? NAN : view->frame->query.level;
}

static void
draw_tick (StView *view, double level, double *free_from)
{
  const StScale *scale = &view->figure->level;
  const StRect plot = view->figure->plot;
  const gboolean now = view->request->level_cursor && fabs (level - st_level_now (view)) < 1e-9;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  if (now)
    {
      style.weight = 600;
      style.colour = view->style->accent;
    }
  char *text = st_number_tick (view->request->numbers, level);
  const double half = st_text_width (text, style.size, style.weight) / 2;
  double x = st_scale_place (scale, level);
  x = CLAMP (x, plot.x + half, MAX (plot.x + half, plot.x + plot.width - half));
  if (x - half >= *free_from)
    {
      st_scene_text (view->overlay, x, plot.y + plot.height + 14, text, &style);
      *free_from = x + half + 8;
    }
  g_free (text);
}

/* Of a part of the axis. */
static void
draw_zoomed_ticks (StView *view)
{
  const StRect plot = view->figure->plot;
  double ticks[ST_TICKS_MAX], free_from = plot.x - 1;
  const guint n = st_scale_ticks (&view->figure->level, plot.width < 200 ? 4 : 6, ticks);
  for (guint i = 0; i < n; i++)
    draw_tick (view, ticks[i], &free_from);
}

/* The ends are always named; between them what has room. */
static void
draw_ticks (StView *view)
{
  static const double square_root[] = { 0, 0.01, 0.05, 0.1, 0.25, 0.5, 1 };
  static const double linear[] = { 0, 0.25, 0.5, 0.75, 1 };
  const gboolean root = view->figure->level.kind == ST_SCALE_SQUARE_ROOT;
  const double *levels = root ? square_root : linear;
  const guint n = root ? G_N_ELEMENTS (square_root) : G_N_ELEMENTS (linear);
  double free_from = view->figure->plot.x - 1;
  const double last = view->figure->plot.x + view->figure->plot.width - 16;
  for (guint i = 0; i < n; i++)
    if (i == 0 || i == n - 1
        || st_scale_place (&view->figure->level, levels[i]) + 16 < last)
      draw_tick (view, levels[i], &free_from);
}

/* Whether it is on the part of the axis that is shown. */
static gboolean
is_shown (const StView *view, double level)
{
  const double x = st_scale_place (&view->figure->level, level);
  const StRect plot = view->figure->plot;
  return isfinite (x) && x >= plot.x && x <= plot.x + plot.width;
}

/* A vertical line that leaves the texts in its way free. */
static void
draw_playhead (StView *view, double x, double top, double bottom)
{
  const StPen pen = st_pen (view->style->accent, 1);
  double from = top;
  while (from < bottom)
    {
      double to = bottom, next = bottom;
      for (guint i = 0; i < view->knocks->len; i++)
        {
          const StRect *knock = &g_array_index (view->knocks, StRect, i);
          if (x < knock->x || x > knock->x + knock->width || knock->y + knock->height <= from)
            continue;
          if (knock->y < to)
            {
              to = MAX (knock->y, from);
              next = knock->y + knock->height;
            }
        }
      if (to > from)
        st_scene_line (view->overlay, x, from, x, to, pen);
      from = MAX (next, from);
      if (to >= bottom)
        break;
    }
}

void
st_level_overlay (StView *view)
{
  const StRect plot = view->figure->plot;
  if (view->request->level_axis && st_view_is_zoomed (view, 0))
    draw_zoomed_ticks (view);
  else if (view->request->level_axis)
    draw_ticks (view);
  const double level = st_level_now (view);
  if (!view->request->level_cursor || !is_shown (view, level))
    return;
  const double top = view->request->first_in_group ? plot.y : 0;
  const double bottom = view->request->level_axis ? plot.y + plot.height : view->request->height;
  draw_playhead (view, st_scale_place (&view->figure->level, level), top, bottom);
}

void
st_level_marker (StView *view, double y)
{
  const double level = st_level_now (view);
  const StRect plot = view->figure->plot;
  if (!view->request->level_cursor || !is_shown (view, level) || !(y >= plot.y - 2)
      || !(y <= plot.y + plot.height + 2))
    return;
  const StMarkerStyle style = st_style_model_marker (view->style, view->request->model_index, 4);
  st_scene_marker (view->overlay, st_scale_place (&view->figure->level, level), y, &style);
}

void
st_level_image_line (StView *view, const StScale *y, StLevelValue value, StPen pen)
{
  StPoint points[ST_LEVELS_MAX];
  guint n = 0;
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const StResult *result = st_view_sweep (view, view->request->column, j);
      const gint64 image = st_view_marked (view, result);
      if (image >= 0 && !st_view_stale (view, view->request->column, j))
        points[n++] = (StPoint) { st_scale_place (&view->figure->level, st_view_level (view, j)),
                                  st_scale_place (y, value (view, result, (guint) image)) };
    }
  st_scene_clip (view->marks, view->figure->plot);
  st_scene_polyline (view->marks, points, n, pen);
  st_scene_unclip (view->marks);
}

void
st_level_brush (const StView *view, const StScale *y, StLevelValue value, const StPoint *polygon,
                gsize corners, guint8 *mask, guint n)
{
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const StResult *result = st_view_sweep (view, view->request->column, j);
      const double x = st_scale_place (&view->figure->level, st_view_level (view, j));
      for (guint i = 0; result != NULL && i < MIN (result->done, n); i++)
        if (!mask[i])
          mask[i] = st_view_inside (polygon, corners, x,
                                    st_scale_place (y, value (view, result, i)));
    }
}

void
st_level_series_init (const StView *view, StLevelSeries *series)
{
  const guint n = st_view_levels (view);
  series->n = n;
  series->from_zero = n > 1 && st_view_level (view, 0) == 0;
  for (guint j = 0; j < n; j++)
    {
      /* Words and tables have values, but no places. */
      series->x[j] = view->figure != NULL
                       ? st_scale_place (&view->figure->level, st_view_level (view, j)) : NAN;
      series->value[j] = series->low[j] = series->high[j] = NAN;
      series->stale[j] = st_view_stale (view, view->request->column, j);
    }
}

/* How segment j, from level j to j + 1, is drawn: none, whole, dotted, faded. */
typedef enum Segment { NONE, WHOLE, DOTTED, FADED } Segment;

static Segment
segment_of (const StLevelSeries *series, guint j)
{
  if (j + 1 >= series->n || !isfinite (series->value[j]) || !isfinite (series->value[j + 1]))
    return NONE;
  /* Old and new weights are not one curve. */
  if (series->stale[j] != series->stale[j + 1])
    return NONE;
  if (series->stale[j])
    return FADED;
  return j == 0 && series->from_zero ? DOTTED : WHOLE;
}

/* A level between two that are not known is a short stroke. */
static gboolean
stands_alone (const StLevelSeries *series, guint j)
{
  return isfinite (series->value[j]) && segment_of (series, j) == NONE
         && (j == 0 || segment_of (series, j - 1) == NONE);
}

static void
draw_run (StView *view, const StPoint *points, guint n, Segment segment, StPen pen, double halo)
{
  if (segment == FADED)
    pen.colour = st_colour_alpha (pen.colour, STALE);
  if (segment == DOTTED)
    {
      pen.on = 1.5;
      pen.off = 2;
    }
  if (halo > 0)
    {
      const StColour around = st_colour_alpha (view->style->panel, segment == FADED ? STALE : 0.85);
      st_scene_polyline (view->base, points, n, st_pen (around, pen.width + 2 * halo));
    }
  st_scene_polyline (view->base, points, n, pen);
}

void
st_level_series_line (StView *view, const StLevelSeries *series, const StScale *y, StPen pen,
                      double halo)
{
  StPoint points[ST_LEVELS_MAX];
  guint n = 0;
  Segment run = NONE;
  for (guint j = 0; j < series->n; j++)
    {
      const StPoint here = { series->x[j], st_scale_place (y, series->value[j]) };
      if (stands_alone (series, j))
        {
          const StPoint stub[2] = { { here.x - 2, here.y }, { here.x + 2, here.y } };
          draw_run (view, stub, 2, series->stale[j] ? FADED : WHOLE, pen, halo);
        }
      const Segment next = segment_of (series, j);
      if (next != run && n > 0)
        {
          points[n++] = here;
          draw_run (view, points, n, run, pen, halo);
          n = 0;
        }
      run = next;
      if (run != NONE)
        points[n++] = here;
    }
}

void
st_level_series_band (StView *view, const StLevelSeries *series, const StScale *y, StColour colour)
{
  StPoint corners[2 * ST_LEVELS_MAX];
  guint first = 0;
  for (guint j = 0; j < series->n; j++)
    {
      const Segment here = segment_of (series, j);
      const gboolean faded = here == FADED;
      if (j > first && (segment_of (series, j - 1) == NONE
                        || faded != (segment_of (series, j - 1) == FADED)))
        first = j;
      const gboolean ends = here != NONE
                            && (segment_of (series, j + 1) == NONE
                                || faded != (segment_of (series, j + 1) == FADED));
      if (!ends)
        continue;
      const guint n = j + 2 - first;
      for (guint i = 0; i < n; i++)
        {
          corners[i] = (StPoint) { series->x[first + i],
                                   st_scale_place (y, series->high[first + i]) };
          corners[2 * n - 1 - i] = (StPoint) { series->x[first + i],
                                               st_scale_place (y, series->low[first + i]) };
        }
      st_scene_polygon (view->base, corners, 2 * n,
                        st_colour_alpha (colour, faded ? 0.15 * STALE : 0.15));
      first = j + 1;
    }
}

void
st_level_stale_words (StView *view, double right, double baseline, double bottom)
{
  const guint column = view->request->column, levels = st_view_levels (view);
  guint known = 0, stale = 0;
  for (guint j = 0; j < levels; j++)
    {
      known += st_view_sweep (view, column, j) != NULL;
      stale += st_view_stale (view, column, j);
    }
  if (stale == 0)
    return;
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  char *epoch = st_number_fixed (view->request->numbers, view->request->stale_epoch, 1);
  char *faded = isfinite (view->request->stale_epoch)
                  ? g_strdup_printf (_("faded: weights of epoch %s"), epoch)
                  : g_strdup (_("faded: older weights"));
  char *fresh = g_strdup_printf (_("%u of %u new"), known - stale, levels);
  st_scene_text (view->base, right, baseline, faded, &style);
  if (baseline + 14 < bottom)
    st_scene_text (view->base, right, baseline + 14, fresh, &style);
  g_free (epoch);
  g_free (faded);
  g_free (fresh);
}
