/* 95% intervals over images by a delete-a-group jackknife: ten groups by index mod 10, each
 * left out in turn, of both sets at once where they are paired:
 *   theta +- 1.96 sqrt(9/10 sum_j (theta_j - mean theta_j)^2).
 * (A bootstrap repeats images, which lowers a subspace's dimension.)  The ten are
 * independent, for a pool to share out. */
#pragma once

#include <st-subspace.h>

enum { ST_JACKKNIFE_GROUPS = 10 };

/* NaN twice where there is none: fewer images than groups, a replicate that is not defined. */
typedef struct StInterval {
  double low, high;
} StInterval;

/* Cut to [least, most]. */
StInterval st_jackknife_interval (double estimate, const double replicates[ST_JACKKNIFE_GROUPS],
                                  double least, double most);
/* Of the mean of one number an image; not cut. */
StInterval st_jackknife_mean (uint32_t n, const double *values);

/* Scratch for one thread, up to n images and k vectors. */
typedef struct StJackknife StJackknife;
StStatus st_jackknife_new (uint32_t n, uint32_t k, StJackknife **jackknife);
/* As st_subspace_work_set_cancel(). */
void st_jackknife_set_cancel (StJackknife *jackknife, StCancel *cancel);
void st_jackknife_free (StJackknife *jackknife);

/* The top-k subspace of n points without one group, from all n points' gram[n][n].  It has n
 * points still, those of the group with 0 in every vector: bases come from all features, and
 * angles from a whole Gram matrix, as those of any subspace.  ST_SHAPE, ST_NO_CONVERGENCE. */
StStatus st_jackknife_fit (StJackknife *jackknife, uint32_t n, const double *gram, uint32_t k,
                           bool centre, uint32_t group, StSubspace *subspace);
/* The angles between the top-k subspaces without one group, from the Gram matrices [n][n] of
 * n clean points, n perturbed ones and between them.  A replicate with fewer angles than k is
 * no failure.  ST_NO_CONVERGENCE. */
StStatus st_jackknife_angles (StJackknife *jackknife, uint32_t n, const double *gram_aa,
                              const double *gram_bb, const double *gram_ab, uint32_t k, bool centre,
                              uint32_t group, StAngles *replicate);

typedef struct StAngleIntervals {
  uint32_t count;  /* angles->count */
  StInterval degrees[ST_SUBSPACE_MAX];
  StInterval mean;
} StAngleIntervals;

/* From the angles of all n images and the ten replicates, cut to [0, 90] degrees. */
void st_jackknife_summary (uint32_t n, const StAngles *angles,
                           const StAngles replicates[ST_JACKKNIFE_GROUPS],
                           StAngleIntervals *intervals);
