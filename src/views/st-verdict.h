/* What the numbers say, in one computed and hedged sentence.  Callers free. */
#pragma once

#include <st-figure.h>

/* Above a column: "Stratified: 26 strata when clean, 3 at 0.20". */
char *st_verdict (const StFrame *frame, guint column, double tolerance, StSummaries *summaries,
                  StNumbers numbers);
/* What there is to know about a tolerance, or NULL: below 1e-10 ranks count rounding. */
char *st_verdict_tolerance (double tolerance);
/* Why distinct patches of the image say nothing about the rank of S3; NULL: they bound it. */
char *st_verdict_patches (StKind kind, StLatent latent);
/* "Computing levels, 33 of 41", "Measuring, 64 of 200 images" or "Ready, 200 of 200 images". */
char *st_verdict_progress (const StFrame *frame, StNumbers numbers);
