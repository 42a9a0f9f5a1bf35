/* Anybody's tensors as points of the Hilbert space: what `geometry` measures of a file. */
#pragma once

#include "st-array-output.h"

#include <st-distance.h>
#include <st-jackknife.h>
#include <st-pool.h>
#include <st-strata.h>

/* What is asked of all files alike. */
typedef struct StPointsQuery {
  StKernel kernel;
  double tolerance;
  guint subspace;
  gboolean centre;
} StPointsQuery;

/* One file's.  Of vectors there are the tensors alone. */
typedef struct StTensorPoints {
  StTensors tensors;
  guint lengths[3], values_length;
  gsize features_length;
  double *values;          /* [count][values_length] eigenvalues */
  double *features;        /* [count][features_length] */
  double *mean;            /* [features_length], which features are from, of gaussian:K only */
  double *squares;         /* [count] K(x, x), of gaussian:K only */
  double sigma;            /* of gaussian:K, 0 where it is not defined; NaN of other kernels */
  double *gram;            /* [count][count] */
  StSubspace *subspace;    /* of no dimension where the kernel is not defined */
  double *basis;           /* [k][features_length]; NULL of gaussian:K */
} StTensorPoints;

/* From points->tensors, which are there.  clean: whose mean and sigma a gaussian:K takes, or NULL
 * if these are the clean ones.  ST_CANCELLED, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_tensor_points_measure (StTensorPoints *points, const StPointsQuery *query,
                                   const StTensorPoints *clean, StPool *pool);
void st_tensor_points_clear (StTensorPoints *points);
gboolean st_tensor_points_are_defined (const StTensorPoints *points);

/* Ranks of all tensors at the query's tolerance. */
void st_tensor_points_ranks (const StTensorPoints *points, const StPointsQuery *query,
                             StTriple *triples);

/* gram[a][b], or NULL without memory; free with st_free(). */
double *st_tensor_points_between (const StTensorPoints *a, const StTensorPoints *b);

/* Angles between two of the same shape, their intervals where both have as many tensors, and
 * the smaller gap behind the last angle. */
typedef struct StTensorAngles {
  StAngles angles;
  StAngleIntervals intervals;
  double gap;
} StTensorAngles;

StStatus st_tensor_points_angles (const StTensorPoints *a, const StTensorPoints *b,
                                  const StPointsQuery *query, StTensorAngles *angles);

/* distances[count] of the i-th tensors of both, which have as many and the same shape. */
StStatus st_tensor_distances (const StTensors *a, const StTensors *b, StDistance distance,
                              double tolerance, StPool *pool, StDistances *distances);
