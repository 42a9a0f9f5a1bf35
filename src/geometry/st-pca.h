/* Principal component analysis of n points of `length` numbers each: of latent tensors, or
 * of manifold points by their features (kernel PCA).
 *
 * Axes are fitted once; other points are projected on the same ones, so that
 * a point moves with the level and the axes do not. */
#pragma once

#include <st-cancel.h>
#include <st-status.h>

#include <stddef.h>

enum { ST_PCA_MAX = 8 };

typedef struct StPca {
  size_t length;
  uint32_t k;
  double shares[ST_PCA_MAX];  /* lambda over the sum of the positive ones; 0 behind the rank */
  double *mean;               /* [length] */
  double *axes;               /* [k][length], unit; zeros behind the rank */
} StPca;

/* Fits k axes (at most ST_PCA_MAX) to rows[n][length].  gram is rows times their transpose,
 * [n][n], if the caller has it, else NULL.  Each axis points where its component of
 * largest magnitude is positive.  ST_RANGE if n is 0, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_pca_fit (uint32_t n, size_t length, const double *rows, const double *gram, uint32_t k,
                     StPca **pca);
/* The same from floats. */
StStatus st_pca_fit_floats (uint32_t n, size_t length, const float *rows, uint32_t k, StPca **pca);
/* The same from floats and their Gram matrix, of which a mean was taken or not: there is no copy
 * of the points in double.  ST_CANCELLED. */
StStatus st_pca_fit_floats_gram (uint32_t n, size_t length, const float *rows, const double *gram,
                                 uint32_t k, StCancel *cancel, StPca **pca);
void st_pca_free (StPca *pca);

/* coordinates[k] of one point. */
void st_pca_project (const StPca *pca, const double *point, double *coordinates);
void st_pca_project_floats (const StPca *pca, const float *point, double *coordinates);

/* Turns axes round where coordinates[n][k] of some points run against reference[n][k], their
 * coordinates in an earlier fit, and the coordinates with them: between two fits
 * of a model in training nothing is mirrored. */
void st_pca_align (StPca *pca, uint32_t n, const double *reference, double *coordinates);

/* The standard deviation (population) along the first axis of coordinates[n][axes]. */
double st_pca_deviation (uint32_t n, uint32_t axes, const double *coordinates);
