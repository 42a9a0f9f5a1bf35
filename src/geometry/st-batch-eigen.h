/* Eigenvalues and eigenvectors of many small symmetric matrices, as many at a time as a register
 * has numbers: Householder's reduction (st-batch-eigen-reduce.c), then QL without square
 * roots for values alone (st-batch-eigen-values.c), with rotations for vectors too
 * (st-batch-eigen-vectors.c).  On 49 x 49 that is about ten times as fast as LAPACK's dsyevd
 * one by one, and within 1e-14 of the largest eigenvalue of what it gives.
 *
 * What a matrix gives depends on nothing but the matrix and the processor: not on the others,
 * nor on how many there are. */
#pragma once

#include <st-lanes.h>
#include <st-status.h>

#include <stdbool.h>
#include <stddef.h>

/* Larger matrices leave the caches when several lie side by side, and LAPACK, which works in
 * blocks, solves them one by one (tests/bench/bench-eigen.c). */
enum { ST_BATCH_EIGEN_SIDE_MAX = 160 };

typedef struct StBatchEigen StBatchEigen;

/* Scratch of one thread for matrices up to n x n. */
StStatus st_batch_eigen_new (uint32_t n, bool vectors, StBatchEigen **batch);
/* The same with another set of loops than the best. */
StStatus st_batch_eigen_new_with (const StLanes *lanes, uint32_t n, bool vectors,
                                  StBatchEigen **batch);
void st_batch_eigen_free (StBatchEigen *batch);

/* How many matrices take the time of one. */
uint32_t st_batch_eigen_width (const StBatchEigen *batch);

/* values[count][n], descending, of matrices[count][n][n], of which the lower triangles are read,
 * column-major; vectors[count][n][n], or NULL: unit eigenvectors in the same order, each
 * with its component of largest magnitude positive.  ST_NON_FINITE (a: matrix, b: index inside
 * it), ST_NO_CONVERGENCE (a: info) from LAPACK, which takes over where the batch does not
 * converge or its range of numbers (2^-900 to 2^900) ends. */
StStatus st_batch_eigen_solve (StBatchEigen *batch, uint32_t n, uint32_t count,
                               const double *matrices, double *values, double *vectors);
