/* Private to views: what a curve is worth where the pointer is: a dot on it, and its value with its
 * unit in a small box beside the pointer, into the marks. */
#pragma once

#include <st-level.h>

/* The pointer's place if it is within the panel, which readings are of. */
gboolean st_reading_place (const StView *view, StRect panel, StPoint *place);
/* The level of the grid that is nearest to the pointer, of those at which the series has a value;
 * -1 if none is near, or if the present level, which is no one of them, is nearer. */
gint64 st_reading_level (const StView *view, const StLevelSeries *series);
/* A dot in a model's colour. */
void st_reading_dot (StView *view, StRect panel, double x, double y, guint model);
/* Lines beside the pointer, the first one strong; char *, which the box does not keep. */
void st_reading_box (StView *view, GPtrArray *lines);

/* A dot on the curve at the level nearest to the pointer, and the value with "at 0.05".  What is of
 * older weights is said to be so. */
typedef char *(*StReadingSay) (const StView *view, guint j, double value);
void st_reading_series (StView *view, const StLevelSeries *series, const StScale *y,
                        StReadingSay say);
/* "16.3 dB at 0.05" of words and a level; caller frees. */
char *st_reading_at (const StView *view, const char *words, guint j);
