/* How far maps are from keeping angles, areas and distances, from their pullback metrics
 * G = J^T J at points: the hierarchy of Lee, Yoon, Son, Park, "Regularized Autoencoders for
 * Isometric Representation Learning", ICLR 2022.  lambda_i are the eigenvalues of a G; means,
 * moments and medians are those of the points themselves. */
#pragma once

#include <st-status.h>

/* A smallest eigenvalue not above this times the largest is 0: the G is singular. */
#define ST_SINGULAR 1e-13

/* What is not defined is NaN; an infinite median is infinite. */
typedef struct StIsometryMeasures {
  uint32_t singular_points;
  /* lambda_max / lambda_min of G, and its root, that of J; infinite where G is singular, and then
   * there is no mean. */
  double mean_condition, median_condition, mean_condition_j, median_condition_j;
  /* Mean of sum log^2 of the eigenvalues of (mean G)^-1 G: the same for z -> M z. */
  double variance;
  double relaxed;       /* mean tr G^2 / (mean tr G)^2, at least 1/d: scaled distances */
  double strict;        /* mean sum (lambda_i - 1)^2: distances */
  double conformal;     /* mean sum (lambda_i / mean lambda - 1)^2: angles */
  double log_volume_variance;   /* Var (1/2 ln det G): areas */
} StIsometryMeasures;

/* metrics[n][d][d], symmetric, n and d at least 1.  ST_NON_FINITE (a: the point, b: the index
 * inside), ST_NO_CONVERGENCE, ST_RANGE. */
StStatus st_isometry_measures (uint32_t n, uint32_t d, const double *metrics,
                               StIsometryMeasures *measures);

/* The condition number of one G by its eigenvalues values[d], descending, not below 0: infinite
 * if it is singular. */
double st_isometry_condition (uint32_t d, const double *values);
