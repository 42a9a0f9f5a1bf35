/* Axes: from values to places and back, and where ticks go. */
#pragma once

#include <glib.h>

typedef enum StScaleKind { ST_SCALE_LINEAR, ST_SCALE_SQUARE_ROOT, ST_SCALE_LOG10 } StScaleKind;

/* low and high are values, from and to their places (to may be below from). */
typedef struct StScale
{
  StScaleKind kind;
  double low, high, from, to;
} StScale;

/* NaN for a value that the scale cannot show (log of 0). */
double st_scale_place (const StScale *scale, double value);
/* The value at a place, kept within low and high. */
double st_scale_value (const StScale *scale, double place);

/* The axis zoomed `factor` times about a place, whose value stays where it is, then moved by
 * `shift` places with what it shows; within `reach`, an axis of the same kind, and not closer than
 * a millionth of it.  Near the end of its reach it moves less rather than growing smaller. */
StScale st_scale_zoom (const StScale *scale, const StScale *reach, double place, double factor,
                       double shift);
/* A linear axis that is `factor` times as long about the same middle, in the same places. */
StScale st_scale_widen (const StScale *scale, double factor);

enum { ST_TICKS_MAX = 16 };

/* Round values within [low, high], ascending, at most `most` of them (2 to ST_TICKS_MAX);
 * linear: steps of 1, 2, 5 times a power of ten; log: decades; square root: 0, 0.01, 0.05,
 * 0.1, 0.25, 0.5, 1 as far as they fit into it.  Where fewer than two of those fit, as linear. */
guint st_scale_ticks (const StScale *scale, guint most, double ticks[ST_TICKS_MAX]);
