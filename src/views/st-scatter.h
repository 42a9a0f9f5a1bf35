/* Private to views: the points of a latent scatter, and where they are. */
#pragma once

#include <st-view.h>

/* Lines of words at the top, and the height of one. */
enum { ST_SCATTER_NOTES = 2, ST_SCATTER_LEADING = 14 };

/* What one column shows. */
typedef struct StScatterPoints
{
  const StReference *axes; /* that all of clean is of; or NULL */
  const double *clean;     /* [count][2] */
  const double *now;       /* [done][2], or NULL */
  guint count, done;
  double fade;             /* 1, or less where it is of something else than what is chosen */
} StScatterPoints;

/* How coordinates become places: a scale that is the same in all columns, and in both
 * directions, and stays while the level moves; the origin is where the mean is. */
typedef struct StScatterFit { double unit, x, y; } StScatterFit;

/* Those of the view's column; FALSE where there are none yet. */
gboolean st_scatter_points (const StView *view, StScatterPoints *points);
StScatterFit st_scatter_fit (const StView *view);
/* Which axes there are, and which part of them is shown: points that moved away are found by
 * zooming out beyond the clean ones. */
void st_scatter_tell_axes (StView *view, StScatterFit fit);
StPoint st_scatter_place (StScatterFit fit, const double *pair);
