/* What of a sweep has a place in Trade-off, and where its axes end. */
#include <st-view-tradeoff.h>

#include <math.h>
#include <string.h>

/* Below it the strip has two lines. */
enum { NARROW = 340 };
/* A lone value gets this room on either side. */
#define ALONE 1.25
/* Who errs so many times as much as the best rebuilds next to nothing: all others would stand in a
 * corner for it, so it stands outside, where zooming out shows it. */
#define OUTSIDE 3.0

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

const StPullback *
st_view_tradeoff_pullback (const StView *view, guint column)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  return pullbacks != NULL && column < st_view_columns (view) ? pullbacks->of[column] : NULL;
}

gboolean
st_view_tradeoff_model (const StView *view, guint column, StPoint *values)
{
  const StPullback *pullback = st_view_tradeoff_pullback (view, column);
  if (pullback == NULL)
    return FALSE;
  values->x = pullback->isometry->mse;
  values->y = st_distortion_of (st_view_tradeoff_distortion (view), &pullback->isometry->measures,
                                pullback->isometry->dimension);
  return isfinite (values->x) && isfinite (values->y) && values->y > 0;
}

gboolean
st_view_tradeoff_is_elsewhere (const StView *view)
{
  return st_view_tradeoff (view) != NULL && view->request->tradeoff->elsewhere;
}

StRect
st_view_tradeoff_plot (const StView *view)
{
  StRect plot = view->body;
  plot.height = MAX (plot.height - ST_TRADEOFF_NAME, 1);
  return plot;
}

typedef struct Range { double low, high; } Range;

static void
widen (Range *range, double value)
{
  range->low = MIN (range->low, value);
  range->high = MAX (range->high, value);
}

/* The largest error that the axes are to show. */
static double
find_bound (const StView *view)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  double least = INFINITY;
  for (guint i = 0; result != NULL && i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (st_view_tradeoff_has_place (&mean))
        least = MIN (least, mean.mse);
    }
  return OUTSIDE * least;
}

gboolean
st_view_tradeoff_is_outside (const StView *view, const StTradeoffMean *mean)
{
  return st_view_tradeoff_has_place (mean) && mean->mse > find_bound (view);
}

/* Of all that has a place up to an error: points with their ranges, and columns' own models. */
static gboolean
find_ranges (const StView *view, double bound, Range *x, Range *y)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  StPoint values;
  *x = *y = (Range) { INFINITY, -INFINITY };
  for (guint i = 0; result != NULL && i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (!st_view_tradeoff_has_place (&mean) || mean.mse > bound)
        continue;
      widen (x, mean.low_mse);
      widen (x, mean.high_mse);
      widen (y, mean.high);
      widen (y, mean.low > 0 ? mean.low : mean.value);
    }
  for (guint c = 0; result != NULL && c < st_view_columns (view); c++)
    if (st_view_tradeoff_model (view, c, &values) && values.x <= bound)
      {
        widen (x, values.x);
        widen (y, values.y);
      }
  return x->low <= x->high;
}

static void
set_range (StScale *scale, const Range *range)
{
  const gboolean one = range->high < range->low * (1 + 1e-6);
  scale->low = one ? range->low / ALONE : range->low;
  scale->high = one ? range->high * ALONE : range->high;
}

double
st_view_tradeoff_strip (const StView *view)
{
  return st_view_tradeoff_plot (view).width < NARROW ? 2 * ST_TRADEOFF_STRIP : ST_TRADEOFF_STRIP;
}

/* As they are to be shown, and with what stands outside. */
void
st_view_tradeoff_scales (const StView *view, StScale whole[2], StScale reach[2])
{
  const StRect plot = st_view_tradeoff_plot (view);
  Range x, y;
  whole[0] = (StScale) { ST_SCALE_LOG10, 0.01, 0.1, plot.x + ST_TRADEOFF_INSET,
                         plot.x + plot.width - ST_TRADEOFF_INSET };
  whole[1] = (StScale) { ST_SCALE_LOG10, 1, 10, plot.y + plot.height - ST_TRADEOFF_INSET,
                         plot.y + st_view_tradeoff_strip (view) + ST_TRADEOFF_INSET };
  if (find_ranges (view, find_bound (view), &x, &y))
    {
      set_range (&whole[0], &x);
      set_range (&whole[1], &y);
    }
  memcpy (reach, whole, 2 * sizeof *whole);
  if (find_ranges (view, INFINITY, &x, &y))
    {
      set_range (&reach[0], &x);
      set_range (&reach[1], &y);
    }
}

StPoint
st_view_tradeoff_place (const StView *view, double mse, double value)
{
  const StFigureAxis *axes = view->figure->axes;
  return (StPoint) { st_scale_place (&axes[0].shown, mse), st_scale_place (&axes[1].shown, value) };
}
