/* Which points a scatter has, and the scale that they are shown at. */
#include <st-scatter.h>
#include <st-view-embedding.h>

#include <math.h>

enum { NOTES_HEIGHT = ST_SCATTER_NOTES * ST_SCATTER_LEADING };

#define FADED 0.3

/* Room around the clean points for those that move out of their range; the reach is rounded up
 * to steps, so that the scale stays while a model trains. */
#define ROOM 1.15
#define STEP 0.25
/* How far out one can zoom. */
#define BEYOND 4

static gboolean
live_points (const StView *view, guint column, StScatterPoints *points)
{
  const StReference *axes = view->frame->references[column];
  const StResult *now = view->frame->now[column];
  if (axes == NULL)
    return FALSE;
  points->axes = axes;
  points->clean = axes->clean;
  points->count = axes->count;
  if (now != NULL && now->done > 0 && now->embedding != NULL)
    {
      points->now = now->embedding;
      points->done = MIN (now->done, points->count);
    }
  return TRUE;
}

static gboolean
points_of (const StView *view, guint column, StScatterPoints *points)
{
  *points = (StScatterPoints) { .fade = 1 };
  if (column >= st_view_columns (view))
    return FALSE;
  if (st_view_is_live (view, column))
    return live_points (view, column, points);
  const StEmbedding *embedding = st_view_embedding (view, column);
  if (embedding == NULL || embedding->clean == NULL)
    return FALSE;
  points->clean = embedding->clean;
  points->now = embedding->now;
  points->count = points->done = embedding->count;
  return TRUE;
}

gboolean
st_scatter_points (const StView *view, StScatterPoints *points)
{
  if (!points_of (view, view->request->column, points))
    return FALSE;
  if (st_view_embedding_is_stale (view))
    points->fade = FADED;
  return TRUE;
}

static void
stretch (const double *places, guint n, guint axis, double *low, double *high)
{
  for (guint i = 0; i < n; i++)
    {
      *low = MIN (*low, places[2 * i + axis]);
      *high = MAX (*high, places[2 * i + axis]);
    }
}

/* The middle and the half width of all columns' clean points along one axis, in whole steps, so
 * that a model in training does not make the axes tremble; of a map, which is of one level, of all
 * its points. */
static void
fit_axis (const StView *view, guint axis, double *middle, double *half)
{
  const gboolean map = st_view_method (view) == ST_EMBEDDING_TSNE;
  double low = -STEP, high = STEP;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      StScatterPoints points;
      if (!points_of (view, c, &points))
        continue;
      if (points.axes != NULL)
        {
          low = MIN (low, points.axes->low[axis]);
          high = MAX (high, points.axes->high[axis]);
        }
      else
        stretch (points.clean, points.count, axis, &low, &high);
      if (map)
        stretch (points.now, points.done, axis, &low, &high);
    }
  if (map && axis == 1)   /* above it stands what it is of */
    high += (high - low) * NOTES_HEIGHT / MAX (view->body.height, 2 * NOTES_HEIGHT);
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
StScatterFit
st_scatter_fit (const StView *view)
{
  StScale axes[2];
  whole_axes (view, axes);
  for (guint i = 0; i < 2; i++)
    axes[i] = st_view_span (view, i, &axes[i]);
  const StRect body = view->body;
  const double unit = MIN (body.width / (axes[0].high - axes[0].low),
                           body.height / (axes[1].high - axes[1].low));
  return (StScatterFit) { .unit = unit,
                 .x = body.x + body.width / 2 - (axes[0].low + axes[0].high) / 2 * unit,
                 .y = body.y + body.height / 2 + (axes[1].low + axes[1].high) / 2 * unit };
}

/* StScatterPoints that moved away are found by zooming out beyond the clean ones. */
void
st_scatter_tell_axes (StView *view, StScatterFit fit)
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

StPoint
st_scatter_place (StScatterFit fit, const double *pair)
{
  return (StPoint) { fit.x + pair[0] * fit.unit, fit.y - pair[1] * fit.unit };
}
