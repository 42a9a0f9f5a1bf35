#include <st-scrubber.h>

#include <math.h>

/* The curve lies between these, the ticks' baseline below. */
enum { CURVE_TOP = 9, CURVE_BOTTOM = 25, TICKS = 61 };

#define STALE 0.35

void
st_scrubber_levels (StScrubber *scrubber, const StFrame *frame, guint column, double tolerance,
                    StSummaries *summaries, const StStyle *style, guint model_index,
                    StNumbers numbers, double width, double from, double to)
{
  *scrubber = (StScrubber) { .style = style, .numbers = numbers, .width = width, .steps = TRUE,
                             .now = NAN, .colour = st_style_model (style, model_index),
                             .scale = { ST_SCALE_SQUARE_ROOT, 0, 1, from, to } };
  if (frame == NULL)
    return;
  scrubber->now = frame->query.level;
  if (frame->query.images != NULL
      && !st_perturb_square_root_scale (st_images_kind (frame->query.images)))
    scrubber->scale.kind = ST_SCALE_LINEAR;
  if (column >= frame->query.columns)
    return;
  scrubber->points = frame->query.levels;
  for (guint j = 0; j < scrubber->points; j++)
    {
      const StResult *result = frame->sweep[column][j];
      const StSummary *summary = st_summaries_get (summaries, result, tolerance);
      scrubber->x[j] = frame->query.grid[j];
      scrubber->y[j] = summary == NULL ? NAN : summary->strata;
      scrubber->stale[j] = summary != NULL && result->weights != frame->query.weights[column];
    }
}

/* Halfway to the next point, where one value hands over to the next. */
static double
edge_after (const StScrubber *scrubber, guint i)
{
  const double here = st_scale_place (&scrubber->scale, scrubber->x[i]);
  if (i + 1 == scrubber->points)
    return scrubber->scale.to;
  return (here + st_scale_place (&scrubber->scale, scrubber->x[i + 1])) / 2;
}

static double
edge_before (const StScrubber *scrubber, guint i)
{
  return i == 0 ? scrubber->scale.from : edge_after (scrubber, i - 1);
}

static StScale
curve_scale (const StScrubber *scrubber)
{
  StScale scale = { ST_SCALE_LINEAR, INFINITY, -INFINITY, CURVE_BOTTOM, CURVE_TOP };
  for (guint i = 0; i < scrubber->points; i++)
    if (isfinite (scrubber->y[i]))
      {
        scale.low = MIN (scale.low, scrubber->y[i]);
        scale.high = MAX (scale.high, scrubber->y[i]);
      }
  return scale;
}

/* A run of points that are all known and alike in staleness: [first, end). */
static guint
run_end (const StScrubber *scrubber, guint first)
{
  guint end = first;
  while (end < scrubber->points && isfinite (scrubber->y[end])
         && scrubber->stale[end] == scrubber->stale[first])
    end++;
  return end;
}

static void
draw_run (StSceneBuilder *builder, const StScrubber *scrubber, const StScale *y, guint first,
          guint end)
{
  StPoint points[2 * ST_SCRUBBER_POINTS];
  guint n = 0;
  for (guint i = first; i < end; i++)
    {
      const double at = st_scale_place (y, scrubber->y[i]);
      if (scrubber->steps)
        {
          points[n++] = (StPoint) { edge_before (scrubber, i), at };
          points[n++] = (StPoint) { edge_after (scrubber, i), at };
        }
      else
        points[n++] = (StPoint) { st_scale_place (&scrubber->scale, scrubber->x[i]), at };
    }
  const double alpha = scrubber->stale[first] ? STALE : 1;
  st_scene_polyline (builder, points, n, st_pen (st_colour_alpha (scrubber->colour, alpha), 1.25));
}

static void
write_end (StSceneBuilder *builder, const StScrubber *scrubber, const StScale *y, guint i,
           gboolean left)
{
  const StTextStyle style = { 11, 400, left ? ST_ALIGN_RIGHT : ST_ALIGN_LEFT, scrubber->colour, 0 };
  char *text = st_number_count (scrubber->numbers, (guint64) llround (MAX (scrubber->y[i], 0)));
  const double x = left ? edge_before (scrubber, i) - 8 : edge_after (scrubber, i) + 8;
  st_scene_text (builder, x, st_scale_place (y, scrubber->y[i]) + 4, text, &style);
  g_free (text);
}

static void
draw_curve (StSceneBuilder *builder, const StScrubber *scrubber)
{
  const StScale y = curve_scale (scrubber);
  guint first = G_MAXUINT, last = 0;
  for (guint i = 0; i < scrubber->points;)
    {
      const guint end = run_end (scrubber, i);
      if (end == i)
        {
          i++;
          continue;
        }
      draw_run (builder, scrubber, &y, i, end);
      first = MIN (first, i);
      last = end - 1;
      i = end;
    }
  if (first == G_MAXUINT)
    return;
  write_end (builder, scrubber, &y, first, TRUE);
  write_end (builder, scrubber, &y, last, FALSE);
}

static void
draw_trough (StSceneBuilder *builder, const StScrubber *scrubber)
{
  const double y = ST_SCRUBBER_TROUGH_Y - ST_SCRUBBER_TROUGH / 2.0;
  const double from = scrubber->scale.from, to = scrubber->scale.to;
  const double radius = ST_SCRUBBER_TROUGH / 2.0;
  st_scene_rect (builder, (StRect) { from, y, to - from, ST_SCRUBBER_TROUGH }, radius,
                 scrubber->style->rule);
  for (guint i = 0; i < scrubber->points;)
    {
      guint end = run_end (scrubber, i);
      if (end > i && !scrubber->stale[i])
        {
          const double left = edge_before (scrubber, i), right = edge_after (scrubber, end - 1);
          st_scene_rect (builder, (StRect) { left, y, right - left, ST_SCRUBBER_TROUGH }, radius,
                         scrubber->style->ghost);
        }
      i = MAX (end, i + 1);
    }
  for (guint i = 0; scrubber->notches && i < scrubber->points; i++)
    {
      const double x = st_scale_place (&scrubber->scale, scrubber->x[i]);
      st_scene_line (builder, x, y, x, y + ST_SCRUBBER_TROUGH, st_pen (scrubber->style->side, 1));
    }
}

static void
draw_ticks (StSceneBuilder *builder, const StScrubber *scrubber)
{
  double ticks[ST_TICKS_MAX];
  const guint n = st_scale_ticks (&scrubber->scale, 7, ticks);
  double free_from = -INFINITY;
  for (guint i = 0; i < n; i++)
    {
      const gboolean now = fabs (ticks[i] - scrubber->now) < 1e-9;
      const StTextStyle style = { 11, now ? 600 : 400, ST_ALIGN_CENTRE,
                                  now ? scrubber->style->accent : scrubber->style->dim, 0 };
      char *text = st_number_tick (scrubber->numbers, ticks[i]);
      const double x = st_scale_place (&scrubber->scale, ticks[i]);
      const double half = st_text_width (text, style.size, style.weight) / 2;
      if (x - half > free_from)
        {
          st_scene_text (builder, x, TICKS, text, &style);
          free_from = x + half + 6;
        }
      g_free (text);
    }
}

StScene *
st_scrubber_scene (const StScrubber *scrubber)
{
  StSceneBuilder *builder = st_scene_builder_new (scrubber->width, ST_SCRUBBER_HEIGHT);
  draw_curve (builder, scrubber);
  draw_trough (builder, scrubber);
  draw_ticks (builder, scrubber);
  return st_scene_builder_end (builder);
}
