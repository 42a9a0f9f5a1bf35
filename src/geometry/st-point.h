/* One latent tensor as a point of the product manifold S+(r1,h) x S+(r2,w) x S+(r3,C), given
 * by the features of a kernel: K(x, y) is the inner product of the features of x and y.
 *
 * For each factor they are the symmetric matrix that the kernel compares, its
 * lower triangle column by column with entries off the diagonal times sqrt 2
 * (so that inner products are those of the whole matrices):
 *   projection          U U^T / sqrt d, U the eigenvectors above the tolerance
 *   frobenius           S / tr S
 *   log-euclidean       log(S / tr S + eps/d I), eps = 1e-3
 *   bonnabel-sepulchre  U U^T / sqrt d, then U diag(ln(lambda / tr S) / ln tol) U^T / sqrt d
 * Where S counts as zero, U is empty and S / tr S is the zero matrix.  A kernel gaussian:K
 * has the features of K, of which its Gram matrices are made (st_gram_gaussian()). */
#pragma once

#include <st-kernel.h>

typedef struct StPointWork StPointWork;

/* Scratch for one thread and one shape. */
StStatus st_point_work_new (StShape shape, StPointWork **work);
void st_point_work_free (StPointWork *work);

/* Features of latent[h][w][C] into features[st_kernel_features()]; on the way the eigenvalues
 * and zero[3] of st_spectrum(), which need not be asked for again.  The tolerance is that of
 * the ranks.  Fails as st_spectrum() does. */
StStatus st_point (const float *latent, StKernel kernel, double tolerance, StPointWork *work,
                   double *values, bool zero[3], double *features);

/* The same of doubles, 0 or from 1e-100 to 1e100 in magnitude, which are not rounded. */
StStatus st_point_of_doubles (const double *latent, StKernel kernel, double tolerance,
                              StPointWork *work, double *values, bool zero[3], double *features);

/* Of n tensors, one behind the other in each array, with eigenproblems solved several at a time
 * (st-batch-eigen.h): about twice as fast, within rounding of st_point(), and what one gives
 * does not depend on the others.  ST_NON_FINITE (a: which of them, b: index inside it). */
StStatus st_points (const float *latents, uint32_t n, StKernel kernel, double tolerance,
                    StPointWork *work, double *values, bool (*zero)[3], double *features);

/* Eigenvalues and zero[3] as above, the ranks at the tolerance, and orthonormal
 * bases[i][ranks[i]][d_i]: the eigenvectors of S_i of the eigenvalues above it, descending.
 * bases[i] has room for st_spectrum_lengths()[i] vectors. */
StStatus st_point_bases (const float *latent, double tolerance, StPointWork *work, double *values,
                         bool zero[3], uint32_t ranks[3], double *const bases[3]);
StStatus st_point_bases_of_doubles (const double *latent, double tolerance, StPointWork *work,
                                    double *values, bool zero[3], uint32_t ranks[3],
                                    double *const bases[3]);
