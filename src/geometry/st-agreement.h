/* How far one measure is another one times a number: of n pairs (x, y). */
#pragma once

#include <st-status.h>

/* NaN where it is not defined: correlations of fewer than three pairs, or where one of the two is
 * the same everywhere; a scale where all x are 0, a residual where all y are. */
typedef struct StAgreement {
  double pearson, spearman;   /* the latter of ranks, equal ones sharing their mean */
  double scale;               /* c that makes sum (y - c x)^2 least */
  double residual;            /* sqrt (sum (y - c x)^2 / sum y^2) */
} StAgreement;

/* x[n], y[n], finite.  ST_NO_MEMORY. */
StStatus st_agreement (uint32_t n, const double *x, const double *y, StAgreement *agreement);
