/* Distances between two points of the product manifold, factor by factor.
 *
 * d^2 = sum_i w_i d_i^2.  Where a d_i does not exist the result says so and why; nothing is
 * regularised.  With U, U' the eigenvectors above the tolerance and theta their principal
 * angles (radians):
 *   affine-invariant    |log(S^-1/2 S' S^-1/2)|_F where both ranks are d_i; never S3 where
 *                       C > hw - 1
 *   bonnabel-sepulchre  sqrt(|theta|^2 + |log(Q^-1/2 P Q^-1/2)|_F^2), equal ranks, with
 *                       U^T U' = O1 cos(theta) O2^T, P = O1^T Lambda O1, Q = O2^T Lambda' O2
 *   ye-lim              sqrt(|theta|^2 + |r - r'| pi^2 / 4), of the subspaces alone
 * The triangle inequality holds for all but bonnabel-sepulchre. */
#pragma once

#include <st-spectral.h>

typedef enum StUndefined {
  ST_DEFINED,
  ST_UNDEFINED_RANK,   /* a matrix without full rank has no logarithm */
  ST_UNDEFINED_RANKS,  /* the ranks differ: points of two strata */
  ST_UNDEFINED_ANGLE,  /* a direction at 90 degrees (cosine below 1e-12, where rounding decides)
                          has no nearest one in the other subspace: O1 and O2 are not determined */
} StUndefined;

typedef struct StDistances {
  double factors[3];   /* d_i; NaN where it is not defined */
  StUndefined why[3];
  bool used[3];        /* w_i != 0: the factors that the product is made of */
  double product;      /* NaN where a d_i with w_i != 0 is not defined */
} StDistances;

typedef struct StDistanceWork StDistanceWork;

/* Scratch for one thread and one shape. */
StStatus st_distance_work_new (StShape shape, StDistanceWork **work);
void st_distance_work_free (StDistanceWork *work);

/* The distance that both were made for; weights[3], not below 0, or NULL for ones.  ST_SHAPE
 * if they do not fit each other, ST_NO_CONVERGENCE (a: info) from LAPACK. */
StStatus st_distance (const StSpectral *x, const StSpectral *y, const double *weights,
                      StDistanceWork *work, StDistances *distances);
