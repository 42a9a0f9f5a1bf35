/* Private to views: models that share one pair of axes. */
#pragma once

#include <st-level.h>

/* Between values above each other. */
enum { ST_OVERLAID_VALUE_LINE = 15 };

typedef struct StOverlaidModel
{
  StFigureRequest request;     /* of the whole, but about this column */
  StView view;                 /* of that request */
  StLevelSeries series;
  double now, constant;        /* NaN: not known */
  gboolean early;              /* there may be words until there is a number */
  const StFigureModel *model;
} StOverlaidModel;

typedef struct StOverlaid
{
  const StViewCurve *curve;
  guint n;
  StOverlaidModel models[ST_COLUMNS_MAX];
} StOverlaid;

/* Of all columns that have such a curve. */
void st_overlaid_collect (const StView *view, StOverlaid *all);

/* st-overlaid-table.c: in the corner that is most free; where it does not fit the curves have the
 * place. */
void st_overlaid_draw_table (StView *view, const StOverlaid *all);

/* st-overlaid-hands.c: what is under the pointer, one image's curves, and whose curves a polygon
 * touches, in any model. */
void st_overlaid_marks (StView *view);
void st_overlaid_read (StView *view);
void st_overlaid_brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n);
