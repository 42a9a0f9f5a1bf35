/* What of a sweep is drawn: one distortion against the error, means over the seeds. */
#pragma once

#include <st-tradeoff.h>

/* A regulariser's own measure says nothing of the others: so each can be chosen for all. */
typedef enum StDistortion {
  ST_DISTORTION_CONDITION,   /* mean cond (G) */
  ST_DISTORTION_SCALED,      /* relaxed - 1/d, which is 0 for a scaled isometry */
  ST_DISTORTION_ANGLES,      /* conformal */
  ST_DISTORTION_AREAS,       /* log_volume_variance */
  ST_DISTORTION_DISTANCES,   /* strict */
  ST_DISTORTIONS,
} StDistortion;

/* "condition", "scaled", "angles", "areas", "distances" */
const char *st_distortion_name (StDistortion distortion);
bool st_distortion_from_name (const char *name, StDistortion *distortion);
/* Infinite for a mean cond (G) where a G is singular. */
double st_distortion_of (StDistortion distortion, const StIsometryMeasures *measures, uint32_t d);

/* One point: means, least and largest over the seeds whose runs are done.  Where none is, but one
 * was measured on its way, that one's numbers, and after how many epochs. */
typedef struct StTradeoffMean {
  uint32_t seeds;            /* that it is of; 0: there are no numbers */
  uint32_t failed;           /* runs that failed */
  uint32_t epochs;           /* behind which its only run was measured; 0: all of it are done */
  double mse, low_mse, high_mse;
  double value, low, high;   /* infinite if one of them is */
} StTradeoffMean;

StTradeoffMean st_tradeoff_mean (const StTradeoffResult *result, uint32_t point,
                                 StDistortion distortion);
