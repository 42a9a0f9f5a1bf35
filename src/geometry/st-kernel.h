/* Kernels between points of the product manifold, and Gram matrices of them.
 *
 * Each kernel is the plain inner product of explicit features (st-point.h), so
 * a Gram matrix is positive semidefinite at any mix of ranks, and a block of it
 * is one matrix product.  Features of n points are n rows of `length` doubles;
 * Gram blocks are row-major with `stride` doubles from row to row. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef enum StKernel {
  ST_KERNEL_PROJECTION,     /* sum_i |U_i^T U'_i|_F^2 / d_i */
  ST_KERNEL_FROBENIUS,      /* sum_i <S_i / tr S_i, S'_i / tr S'_i> */
  ST_KERNEL_LOG_EUCLIDEAN,  /* sum_i <log(S_i / tr S_i + eps/d_i I), the same of S'_i> */
  ST_KERNELS,
} StKernel;

/* The name in arguments and files ("log-euclidean"). */
const char *st_kernel_name (StKernel kernel);
bool st_kernel_from_name (const char *name, StKernel *kernel);

/* Doubles in one point's features: d(d+1)/2 for each of h, w, C. */
size_t st_kernel_features (StKernel kernel, StShape shape);

/* out[i][j] = K(a_i, b_j): rows of a against columns of b.  Blocks may be
 * computed by several threads; their bits depend on how the rows are cut. */
void st_gram_block (size_t length, uint32_t rows, const double *a, uint32_t columns,
                    const double *b, double *out, size_t stride);
/* Rows first .. first + count - 1 of K(a, a), n x n, as far as the diagonal.
 * st_gram_mirror() fills in the rest once all rows are there. */
void st_gram_lower_rows (size_t length, const double *a, uint32_t first, uint32_t count,
                         double *out, size_t stride);
void st_gram_mirror (uint32_t n, double *gram, size_t stride);

/* d(x, y) = |features of x - features of y|, exact also where they nearly agree. */
double st_kernel_distance (size_t length, const double *x, const double *y);
/* The median of n values, which are reordered: the mean of the two middle ones
 * if n is even, 0 if there are none. */
double st_median (double *values, size_t n);
/* The median over i < j of d(x_i, x_j) from a Gram matrix [n][n]; scratch has n (n - 1) / 2
 * doubles.  Distances within rounding of 0 count as 0. */
double st_gram_median_distance (uint32_t n, const double *gram, double *scratch);
