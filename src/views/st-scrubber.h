/* What is drawn behind a scrubber's knob: a thin curve of what changes, a trough that shows
 * what is computed, ticks below. */
#pragma once

#include <st-figure.h>

enum { ST_SCRUBBER_HEIGHT = 68, ST_SCRUBBER_TROUGH_Y = 36, ST_SCRUBBER_TROUGH = 5,
       ST_SCRUBBER_POINTS = 256 };

typedef struct StScrubber
{
  const StStyle *style;
  StNumbers numbers;
  double width;                    /* of the whole; ends of the curve are written outside the trough */
  StScale scale;                   /* values to x; from and to are the trough's ends */
  double now;                      /* the present value: its tick, if it has one, is accented */
  StColour colour;                 /* of the curve */
  gboolean steps;
  guint points;
  double x[ST_SCRUBBER_POINTS], y[ST_SCRUBBER_POINTS];   /* the curve; y NaN: not computed */
  gboolean stale[ST_SCRUBBER_POINTS];
  gboolean notches;                /* one in the trough at each point: snapshots */
} StScrubber;

/* The strata of a column along the level, between the places from and to. */
void st_scrubber_levels (StScrubber *scrubber, const StFrame *frame, guint column,
                         double tolerance, StSummaries *summaries, const StStyle *style,
                         guint model_index, StNumbers numbers, double width, double from,
                         double to);
/* ST_SCRUBBER_HEIGHT high; caller owns. */
StScene *st_scrubber_scene (const StScrubber *scrubber);
