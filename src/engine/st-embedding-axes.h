/* Kernel PCA (Schoelkopf, Smola and Mueller, "Nonlinear Component Analysis as a Kernel
 * Eigenvalue Problem", Neural Computation 1998): the first two principal axes of the clean
 * points in a kernel's Hilbert space.
 *
 * With H K H = V Lambda V^T, H = I - 11^T/n, clean point i lies at sqrt(lambda_j) v_ij, and any
 * point x at sum_i v_ij (k(x, x_i) - mean_l k(x_i, x_l)) / sqrt(lambda_j): on the axes of the
 * clean points, centred by their mean alone.  So a level moves points and never the axes.
 * Coordinates are in units of the clean points' standard deviation along the first axis. */
#pragma once

#include <st-cancel.h>
#include <st-kernel.h>
#include <st-pool.h>

/* Immutable. */
typedef struct StEmbeddingAxes {
  StKernel kernel;
  uint32_t count;
  size_t length;
  double shares[2];       /* lambda over the sum of the positive ones, 0 to 1 */
  double sigma;           /* of gaussian:K; else 0 */
  double unit;            /* the standard deviation; 1 where that is 0 */
  double *clean;          /* [count][2] */
  struct StPca *pca;      /* of a kernel with features of its own; */
  double *features;       /* else the clean points' [count][length] of K, */
  double *squares;        /* [count] K(x, x), */
  double *means;          /* [count] of gaussian:K over the clean points, */
  double *weights;        /* [2][count] v_ij / sqrt(lambda_j) */
} StEmbeddingAxes;

/* From features[n][length], which come from st_alloc() and are taken in any case.  Axes point as
 * those of `previous` do, if it has as many points and is not NULL: the caller says so where
 * they are the same images.  ST_RANGE where a Gaussian has no width, because the median distance
 * between clean points is 0; ST_CANCELLED, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_embedding_axes_new (StKernel kernel, uint32_t n, size_t length, double *features,
                                const StEmbeddingAxes *previous, StPool *pool, StCancel *cancel,
                                StEmbeddingAxes **axes);
void st_embedding_axes_free (StEmbeddingAxes *axes);

/* Where points[n][length] lie: coordinates[n][2].  ST_NO_MEMORY. */
StStatus st_embedding_axes_project (const StEmbeddingAxes *axes, uint32_t n, const double *points,
                                    StPool *pool, double *coordinates);
