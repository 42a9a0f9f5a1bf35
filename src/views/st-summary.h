/* What figures and verdicts need of one StResult at one tolerance, counted once.
 *
 * A StSummaries remembers them, and keeps the results alive while it does, so that a
 * drag that changes only the level counts nothing twice.  Main thread only. */
#pragma once

#include <glib.h>
#include <st-frame.h>

typedef struct StSummary
{
  guint done, count;               /* images measured, and all */
  guint strata;                    /* distinct triples */
  StTriple first;                  /* the most frequent one */
  guint low[3], median[3], tenth[3], high[3];   /* of each rank over images */
  guint *images[3];                /* [sides[i] + 1] images by rank of S1, S2, S3 */
  guint sides[3];                  /* the largest rank there can be */
  double psnr, psnr_low, psnr_high;             /* mean, 10th and 90th percentile */
  guint zero_images;
} StSummary;

typedef struct StSummaries StSummaries;

StSummaries *st_summaries_new (void);
void st_summaries_free (StSummaries *summaries);
/* NULL for a result that is NULL or has no image yet.  Valid until st_summaries_trim(). */
const StSummary *st_summaries_get (StSummaries *summaries, const StResult *result,
                                   double tolerance);
/* Forgets all that is not of this frame (NULL: everything) at this tolerance. */
void st_summaries_trim (StSummaries *summaries, const StFrame *frame, double tolerance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StSummaries, st_summaries_free)
