/* Private to views: the level axis that strata, angles and PSNR share, what is drawn along
 * it, and the playhead across it. */
#pragma once

#include <st-view.h>

/* Two points inside a panel, so that curves' ends are not cut. */
StScale st_level_scale (const StView *view, StRect panel);
/* Sets figure->plot, ->level and the key's share of it. */
void st_level_layout (StView *view, StRect plot);
/* The present level, or NaN. */
double st_level_now (const StView *view);
/* Playhead and, if asked for, tick labels below. */
void st_level_overlay (StView *view);
/* The model's marker at the present level. */
void st_level_marker (StView *view, double y);

/* The marked image's own value along the levels, into the marks, in accent: a fact about one
 * image, where all else is about many. */
typedef double (*StLevelValue) (const StView *view, const StResult *result, guint image);
void st_level_image_line (StView *view, const StScale *y, StLevelValue value, StPen pen);

/* The images one of whose values along the levels lies within a polygon. */
void st_level_brush (const StView *view, const StScale *y, StLevelValue value,
                     const StPoint *polygon, gsize corners, guint8 *mask, guint n);

/* Values at the levels of the grid: NaN where there is none. */
typedef struct StLevelSeries
{
  guint n;
  double x[ST_LEVELS_MAX], value[ST_LEVELS_MAX], low[ST_LEVELS_MAX], high[ST_LEVELS_MAX];
  gboolean stale[ST_LEVELS_MAX];
  gboolean from_zero;          /* the first level is 0: nothing was measured up to the second */
} StLevelSeries;

void st_level_series_init (const StView *view, StLevelSeries *series);
/* halo: width of the panel's colour beside it, 0 for none. */
void st_level_series_line (StView *view, const StLevelSeries *series, const StScale *y, StPen pen,
                           double halo);
void st_level_series_band (StView *view, const StLevelSeries *series, const StScale *y,
                           StColour colour);
/* One value of a model against the level, for models that share axes.  All are of the view's
 * column. */
typedef struct StViewCurve
{
  const char *title, *definition;
  double low, high;            /* of the axis; equal: what the values need */
  gboolean from_zero, unfolds; /* whether the axis begins there; whether d-vectors have none */
  gboolean own_axis;           /* not the figure's: the zoom of that is not about it */
  void (*series) (const StView *view, StLevelSeries *series);   /* which was initialised */
  /* The same of the selected images alone, and one image's own value; NULL where there is none. */
  void (*selected) (const StView *view, StLevelSeries *series);
  StLevelValue of;
  double (*now) (const StView *view);        /* at the present level; NaN: not known yet */
  char *(*early) (const StView *view);       /* words for what is known until then, perhaps of some
                                                images; NULL; may be NULL */
  double (*constant) (const StView *view);   /* the same at every level, or NaN; may be NULL */
  const char *constant_name;
  char *(*say) (StNumbers numbers, double value);
  char *(*tick) (StNumbers numbers, double value);
} StViewCurve;

extern const StViewCurve st_view_strata_curve;   /* st-view-strata-curve.c */

/* "faded: weights of epoch 2.6", "7 of 41 new", right-aligned under `baseline`. */
void st_level_stale_words (StView *view, double right, double baseline, double bottom);
