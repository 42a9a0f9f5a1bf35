/* Private to geometry: a symmetric matrix's tridiagonal form, and the eigenvalues of that, in steps
 * of less than a millisecond that can be abandoned. */
#pragma once

#include <st-cancel.h>
#include <st-status.h>

enum { ST_TRIDIAGONAL_PANEL = 32 };

/* matrix: n x n, column-major, its lower triangle alone; becomes the reflectors below the
 * subdiagonal, as LAPACK's dsytrd leaves them, with tau[n - 1].  diagonal[n], off[n - 1];
 * work[n][ST_TRIDIAGONAL_PANEL].  ST_CANCELLED. */
StStatus st_tridiagonalise (uint32_t n, double *matrix, double *diagonal, double *off, double *tau,
                            double *work, StCancel *cancel);
/* diagonal[n] becomes the eigenvalues, descending; off[n - 1] is destroyed.  ST_CANCELLED,
 * ST_NO_CONVERGENCE. */
StStatus st_tridiagonal_values (uint32_t n, double *diagonal, double *off, StCancel *cancel);
