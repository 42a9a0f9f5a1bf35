/* What figures and verdicts say of one StResult at one tolerance: strata, and how ranks and PSNR
 * are spread over its images. */
#pragma once

#include <st-result.h>

/* Immutable and reference-counted.  zero_images counts all that were measured. */
typedef struct StSummary {
  StResult *result;                             /* a reference */
  double tolerance;
  uint32_t done, count;                         /* images counted, and to be counted */
  uint32_t strata;                              /* distinct triples */
  StTriple first;                               /* the most frequent one */
  uint32_t low[3], median[3], tenth[3], high[3];   /* of each rank over images */
  uint32_t *images[3];                          /* [sides[i] + 1] images by rank of S1, S2, S3 */
  uint32_t sides[3];                            /* the largest rank there can be */
  double psnr, psnr_low, psnr_high;             /* mean, 10th and 90th percentile */
  uint32_t zero_images;
} StSummary;

/* Of the first `most` images (0: all) of a result that has at least one.  ST_NO_MEMORY is the only
 * failure. */
StStatus st_summary_new (StResult *result, uint32_t most, double tolerance,
                         StSummary **summary);
StSummary *st_summary_ref (StSummary *summary);
void st_summary_unref (StSummary *summary);
/* Whether it is what st_summary_new() would give; false for NULL. */
bool st_summary_is_of (const StSummary *summary, const StResult *result, double tolerance);
