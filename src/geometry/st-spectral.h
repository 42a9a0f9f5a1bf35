/* What a distance needs of one latent tensor, computed once, so that pairs are cheap.
 *
 * Frobenius and log-Euclidean distances compare the matrices of the kernels of the same
 * names; the others eigenvalues and eigenvectors. */
#pragma once

#include <st-point.h>

typedef enum StDistance {
  ST_DISTANCE_FROBENIUS,           /* |S / tr S - S' / tr S'|_F */
  ST_DISTANCE_LOG_EUCLIDEAN,       /* |log(S / tr S + eps/d I) - the same of S'|_F, eps = 1e-3 */
  ST_DISTANCE_AFFINE_INVARIANT,    /* |log(S^-1/2 S' S^-1/2)|_F, both of full rank */
  ST_DISTANCE_BONNABEL_SEPULCHRE,  /* equal ranks; SIAM J. Matrix Anal. Appl. 2009 */
  ST_DISTANCE_YE_LIM,              /* any ranks; SIAM J. Matrix Anal. Appl. 2016 */
  ST_DISTANCES,
} StDistance;

/* The name in arguments and files ("affine-invariant"). */
const char *st_distance_name (StDistance distance);
bool st_distance_from_name (const char *name, StDistance *distance);

typedef struct StSpectral {
  StDistance distance;
  StShape shape;
  uint32_t sides[3], lengths[3];  /* d_i, and how many eigenvalues there are */
  uint32_t ranks[3];              /* at the tolerance */
  bool zero[3];                   /* S_i counts as the zero matrix */
  double *values[3];              /* [lengths[i]] descending */
  double *bases[3];               /* [ranks[i]][sides[i]] orthonormal; NULL of the first two */
  double *features;               /* st_kernel_features() of the first two; else NULL */
  double *memory;                 /* all of these */
} StSpectral;

/* An empty one.  ST_SHAPE if a side is 0, ST_NO_MEMORY. */
StStatus st_spectral_new (StDistance distance, StShape shape, StSpectral **spectral);
void st_spectral_free (StSpectral *spectral);

/* Fills it in from latent[h][w][C], with scratch of the same shape.  Fails as st_point() does. */
StStatus st_spectral_set (StSpectral *spectral, const float *latent, double tolerance,
                          StPointWork *work);
/* The same from doubles, 0 or from 1e-100 to 1e100 in magnitude. */
StStatus st_spectral_set_doubles (StSpectral *spectral, const double *latent, double tolerance,
                                  StPointWork *work);
