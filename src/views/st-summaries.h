/* The summaries of results that figures and verdicts ask for again and again.
 *
 * Those of a frame come with it; others are counted when they are asked for, and remembered.
 * Main thread only. */
#pragma once

#include <glib.h>
#include <st-frame.h>

typedef struct StSummaries StSummaries;

StSummaries *st_summaries_new (void);
void st_summaries_free (StSummaries *summaries);
/* NULL for a result that is NULL or has no image yet.  Valid until st_summaries_follow(). */
const StSummary *st_summaries_get (StSummaries *summaries, const StResult *result,
                                   double tolerance);
/* Knows those of this frame, and none else (NULL: none at all). */
void st_summaries_follow (StSummaries *summaries, const StFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StSummaries, st_summaries_free)
