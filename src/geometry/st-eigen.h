/* All eigenvalues of a symmetric matrix, and the eigenvectors of its largest ones. */
#pragma once

#include <st-cancel.h>
#include <st-status.h>

#include <stddef.h>

typedef struct StEigen StEigen;

/* Scratch for matrices up to n x n and up to k eigenvectors. */
StStatus st_eigen_new (uint32_t n, uint32_t k, StEigen **eigen);
void st_eigen_free (StEigen *eigen);
/* Its n x n matrix, column-major, for the caller to fill (the lower triangle is enough). */
double *st_eigen_matrix (StEigen *eigen);

/* From now on solving for a large matrix ends with ST_CANCELLED soon after this is asked; NULL, as
 * at first: it does not.  Borrowed. */
void st_eigen_set_cancel (StEigen *eigen, StCancel *cancel);

/* Destroys the matrix, of which n x n are used.  values[n]: descending; vectors[k][n], or NULL:
 * unit eigenvectors of the k largest, each with its component of largest magnitude
 * positive.  ST_NO_CONVERGENCE (a: info) from LAPACK. */
StStatus st_eigen_solve (StEigen *eigen, uint32_t n, uint32_t k, double *values, double *vectors);
/* The same of the k largest alone, values[k]: a third less work. */
StStatus st_eigen_solve_largest (StEigen *eigen, uint32_t n, uint32_t k, double *values,
                                 double *vectors);
