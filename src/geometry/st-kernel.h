/* Kernels between points of the product manifold, and Gram matrices of them.
 *
 * Most kernels are the plain inner product of explicit features (st-point.h), so
 * a Gram matrix is positive semidefinite at any mix of ranks, and a block of it
 * is one matrix product.  Features of n points are n rows of `length` doubles;
 * Gram blocks are row-major with `stride` doubles from row to row.
 *
 * gaussian:K = exp(-d_K^2 / 2 sigma^2) has none: its blocks are made of those of K by
 * st_gram_gaussian(), and angles come from Gram matrices alone.  Gaussians of geodesic
 * distances are not positive semidefinite and do not exist here. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef enum StKernel {
  ST_KERNEL_PROJECTION,          /* sum_i |U_i^T U'_i|_F^2 / d_i */
  ST_KERNEL_FROBENIUS,           /* sum_i <S_i / tr S_i, S'_i / tr S'_i> */
  ST_KERNEL_LOG_EUCLIDEAN,       /* sum_i <log(S_i / tr S_i + eps/d_i I), the same of S'_i> */
  ST_KERNEL_BONNABEL_SEPULCHRE,  /* sum_i (|U_i^T U'_i|_F^2 + <L_i, L'_i> / (ln tol)^2) / d_i,
                                    L = U diag(ln(lambda / tr S)) U^T above the tolerance */
  ST_KERNELS,                    /* so many have explicit features */
  ST_KERNEL_GAUSSIAN_PROJECTION = ST_KERNELS,
  ST_KERNEL_GAUSSIAN_FROBENIUS,
  ST_KERNEL_GAUSSIAN_LOG_EUCLIDEAN,
  ST_KERNEL_GAUSSIAN_BONNABEL_SEPULCHRE,
  ST_KERNELS_ALL,
} StKernel;

/* The name in arguments and files ("log-euclidean", "gaussian:log-euclidean"). */
const char *st_kernel_name (StKernel kernel);
/* Of those with explicit features. */
bool st_kernel_from_name (const char *name, StKernel *kernel);
/* Of all. */
bool st_kernel_from_any_name (const char *name, StKernel *kernel);

/* K of gaussian:K; any other kernel itself. */
StKernel st_kernel_base (StKernel kernel);
static inline bool st_kernel_is_gaussian (StKernel kernel) { return kernel >= ST_KERNELS; }
/* Whether K(x, y) depends on the tolerance of the ranks. */
bool st_kernel_knows_ranks (StKernel kernel);

/* Doubles in one point's features of the kernel, or of K of gaussian:K: those of each factor,
 * of sides h, w and C, one behind the other. */
size_t st_kernel_features (StKernel kernel, StShape shape);
size_t st_kernel_factor (StKernel kernel, size_t side);

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

/* Turns a block of K between points a (rows) and b (columns) into one of gaussian:K, in place.
 * squares_a, squares_b: K(x, x) of each point; sigma: st_gram_median_distance() of the clean
 * set under K, the same in every block and at every level.  Where it is 0 the kernel is not
 * defined, and this must not be called.  Rows may be cut among threads. */
void st_gram_gaussian (uint32_t rows, const double *squares_a, uint32_t columns,
                       const double *squares_b, double sigma, double *gram, size_t stride);
/* The mean of n points' features, and what each of n is away from a mean, in place.  Distances
 * stay as they are, but K(x, x) + K(y, y) - 2 K(x, y) cancels far less: do both before the blocks
 * of K that are to be turned into gaussian:K, with the mean of the clean set everywhere. */
void st_features_mean (size_t length, uint32_t n, const double *features, double *mean);
void st_features_subtract (size_t length, uint32_t n, const double *mean, double *features);

/* sqrt (2 - 2 k): the distance under gaussian:K of points that lie `distance` apart under K. */
double st_gaussian_distance (double distance, double sigma);
