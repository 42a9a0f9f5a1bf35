/* What a decoder's distortion costs, swept over lambda and the three regularisers: what is to be
 * swept, and what there is of it.
 *
 * Nothing is swept before somebody asks for it.  A sweep trains on the open dataset's training
 * part, or, where it has none, on the images behind those that are shown, and measures on those
 * that are shown when it begins, clean.  It is kept, and can be stopped and gone on with, until
 * another dataset is opened.  Main thread only. */
#pragma once

#include <glib-object.h>
#include <st-classes.h>
#include <st-figure-tradeoff.h>

#define ST_TYPE_TRADEOFFS (st_tradeoffs_get_type ())
G_DECLARE_FINAL_TYPE (StTradeoffs, st_tradeoffs, ST, TRADEOFFS, GObject)

enum { ST_TRADEOFFS_IMAGES_MAX = 60000, ST_TRADEOFFS_EPOCHS_MAX = 1000 };

/* Signal: "changed" (something else is to be shown, or can be done).
 * Properties: kind, "irvae" or "irae"; images, epochs and seeds, of the next sweep; distortion, by
 * its name (st-tradeoff-mean.h), of what is shown. */
StTradeoffs *st_tradeoffs_new (void);

/* What is open, and of which classes the images are that are shown and trained on; of another
 * dataset what was swept is forgotten. */
void st_tradeoffs_follow (StTradeoffs *tradeoffs, const char *dataset,
                          const StClasses *classes, StImages *images);

/* Begins anew with what is chosen; not while one runs. */
void st_tradeoffs_start (StTradeoffs *tradeoffs);
gboolean st_tradeoffs_can_start (StTradeoffs *tradeoffs);
/* Ends it at the next batch; what is finished stays. */
void st_tradeoffs_stop (StTradeoffs *tradeoffs);
gboolean st_tradeoffs_can_stop (StTradeoffs *tradeoffs);
/* Goes on with one that was stopped, as if it never had been. */
void st_tradeoffs_continue (StTradeoffs *tradeoffs);
gboolean st_tradeoffs_can_continue (StTradeoffs *tradeoffs);
/* Whether one runs, or is about to end. */
gboolean st_tradeoffs_is_busy (StTradeoffs *tradeoffs);
/* Lets a hand that drags have the processors for a moment. */
void st_tradeoffs_yield (StTradeoffs *tradeoffs);

/* What is shown; borrowed until the main loop runs. */
const StFigureTradeoff *st_tradeoffs_get (StTradeoffs *tradeoffs);
