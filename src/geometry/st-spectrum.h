/* From a latent tensor to the spectra of its three covariance matrices: a point
 * on a product of positive semidefinite manifolds (arXiv 2412.04755).
 *
 * X1 is h x (w C), X2 is w x (h C), X3 is C x (h w); each row's mean is
 * subtracted (its sum divided by the number of columns m, never times 1/m, so
 * that a constant row becomes exactly 0); S_i = X_i X_i^T / (m_i - 1), in
 * double.  The nonzero spectrum of S3 is that of the hw x hw Gram matrix. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef struct StSpectrumWork StSpectrumWork;

/* Scratch for one thread and one shape. */
StStatus st_spectrum_work_new (StShape shape, StSpectrumWork **work);
void st_spectrum_work_free (StSpectrumWork *work);

/* How many eigenvalues of S1, S2 and S3 there are: h, w, min(C, h w). */
void st_spectrum_lengths (StShape shape, uint32_t lengths[3]);

/* Eigenvalues, descending and not below 0, of S1, S2, S3 of latent[h][w][C],
 * one behind the other in values[lengths[0] + lengths[1] + lengths[2]].
 * zero[i] is set where lambda_max <= 1e-24 max|T|^2: S_i counts as the zero
 * matrix and its eigenvalues are given as 0.  ST_NON_FINITE (b: index) if the
 * tensor holds such a number, ST_NO_CONVERGENCE (a: info) from LAPACK. */
StStatus st_spectrum (const float *latent, StSpectrumWork *work, double *values, bool zero[3]);

/* The same of latents[n][h][w][C], n at a time: values[n][lengths[0] + lengths[1] + lengths[2]],
 * zero[n].  Twice as fast from 8 images on as one by one, and bit for bit what they give alone.
 * ST_NON_FINITE (a: which of them, b: index inside it); what else fails is as above. */
StStatus st_spectrum_batch (const float *latents, uint32_t n, StSpectrumWork *work, double *values,
                            bool (*zero)[3]);

/* The matrices themselves, column-major: s1[h*h], s2[w*w], s3[C*C]. */
StStatus st_covariances (const float *latent, StShape shape, double *s1, double *s2, double *s3);

/* Eigenvalues as LAPACK gives them, ascending, made into what st_spectrum() gives; largest is
 * max|T|.  Returns whether the matrix counts as zero. */
bool st_spectrum_finish (uint32_t n, double largest, double *values);
/* The same of eigenvalues that descend already. */
bool st_spectrum_clip (uint32_t n, double largest, double *values);

/* #{lambda > tolerance * lambda_max} of n descending eigenvalues. */
uint32_t st_rank (const double *values, uint32_t n, double tolerance);
