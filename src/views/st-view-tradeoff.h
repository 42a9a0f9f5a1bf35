/* Private to views: Trade-off, between st-view-tradeoff.c, which draws it, and
 * st-view-tradeoff-words.c, which says it. */
#pragma once

#include <st-view-pullback.h>

/* What is swept; NULL before anything is. */
const StTradeoffResult *st_view_tradeoff (const StView *view);
StDistortion st_view_tradeoff_distortion (const StView *view);
/* Whether all of a point's seeds are done. */
gboolean st_view_tradeoff_is_whole (const StTradeoffResult *result, const StTradeoffMean *mean);
/* Whether it has a place: both are known, and y has a logarithm. */
gboolean st_view_tradeoff_has_place (const StTradeoffMean *mean);
/* Whether its run is one of a point before it: all regularisers share that without any. */
gboolean st_view_tradeoff_is_repeated (const StTradeoffResult *result, guint point);
/* A column's own model, if it has a dense code and is measured: its mse, and y. */
gboolean st_view_tradeoff_model (const StView *view, guint column, StPoint *values);

/* Why there is nothing to draw: a sentence, or NULL; caller frees. */
char *st_view_tradeoff_missing (const StView *view);
/* "model 3 of 13, epoch 4 of 20", "stopped: 3 of 13 models"; caller frees. */
char *st_view_tradeoff_progress (const StView *view);
/* What has no place and why, and what else is not as it seems: "diverged: strict λ 1000"; "" for
 * nothing.  Caller frees. */
char *st_view_tradeoff_notes (const StView *view);
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
