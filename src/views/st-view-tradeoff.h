/* Private to views: Trade-off, between st-view-tradeoff.c, which draws it,
 * st-view-tradeoff-axes.c, which knows what has a place, st-view-tradeoff-labels.c, which names it
 * there, and st-view-tradeoff-words.c, which says it. */
#pragma once

#include <st-view-pullback.h>

/* A line of the strip with the name of y and those of lines, the line with that of x, and how far
 * points stay from edges. */
enum { ST_TRADEOFF_STRIP = 17, ST_TRADEOFF_NAME = 15, ST_TRADEOFF_INSET = 14 };
/* Markers: a point, a column's own model, and the others'. */
enum { ST_TRADEOFF_RADIUS = 4, ST_TRADEOFF_OWN = 6, ST_TRADEOFF_OTHER = 4 };

/* What is swept; NULL before anything is. */
const StTradeoffResult *st_view_tradeoff (const StView *view);
StDistortion st_view_tradeoff_distortion (const StView *view);
/* Whether all of a point's seeds are done. */
gboolean st_view_tradeoff_is_whole (const StTradeoffResult *result, const StTradeoffMean *mean);
/* Whether it has a place: both are known, and y has a logarithm. */
gboolean st_view_tradeoff_has_place (const StTradeoffMean *mean);
/* Whether the axes end before it, unless they are zoomed out. */
gboolean st_view_tradeoff_is_outside (const StView *view, const StTradeoffMean *mean);
/* Whether its run is one of a point before it: all regularisers share that without any. */
gboolean st_view_tradeoff_is_repeated (const StTradeoffResult *result, guint point);
/* A column's own model, if it has a dense code and is measured: its mse, and y. */
gboolean st_view_tradeoff_model (const StView *view, guint column, StPoint *values);
/* Whether those are of other images than the sweep is measured on. */
gboolean st_view_tradeoff_is_elsewhere (const StView *view);
/* The metric that this is of; or NULL. */
const StPullback *st_view_tradeoff_pullback (const StView *view, guint column);
/* The panel, and how high the strip at its top is: one line, or two where it is narrow. */
StRect st_view_tradeoff_plot (const StView *view);
double st_view_tradeoff_strip (const StView *view);
/* Axes as they are to be shown, and with what stands outside. */
void st_view_tradeoff_scales (const StView *view, StScale whole[2], StScale reach[2]);
/* Where the axes that are shown have these values. */
StPoint st_view_tradeoff_place (const StView *view, double mse, double value);

/* Those of points, and the name of the column's own model. */
void st_view_tradeoff_labels (StView *view);

/* Why there is nothing to draw: a sentence, or NULL; caller frees. */
char *st_view_tradeoff_missing (const StView *view);
/* "model 3 of 13, epoch 4 of 20", "stopped: 3 of 13 models"; caller frees. */
char *st_view_tradeoff_progress (const StView *view);
/* What has no place and why, and what else is not as it seems: "diverged: strict λ 1000"; "" for
 * nothing.  Caller frees. */
char *st_view_tradeoff_notes (const StView *view);
/* That columns' own models are not measured where the sweep is, if any is marked; "" otherwise, or
 * where they are.  Caller frees. */
char *st_view_tradeoff_remark (const StView *view);
/* "strict, λ 10" of a point, "λ 0" of what all regularisers share; caller frees. */
char *st_view_tradeoff_point_name (const StView *view, guint point);
/* "epoch 10 of 20", "mean of 2 of 3 seeds", "1 of 3 seeds diverged"; NULL for a whole point of one
 * seed.  Caller frees. */
char *st_view_tradeoff_part (const StView *view, const StTradeoffMean *mean);
/* "0.0372", or with several seeds "0.0372 (0.0370 to 0.0375)"; caller frees. */
char *st_view_tradeoff_range (const StView *view, const StTradeoffMean *mean, double value,
                              double low, double high);

void st_view_tradeoff_describe (StView *view, GString *out);
void st_view_tradeoff_facts (StView *view, GString *out);
StTable *st_view_tradeoff_table (StView *view);
char *st_view_tradeoff_define (const StView *view);
