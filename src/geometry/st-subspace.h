/* Subspaces of the Hilbert space that a kernel spans, and the principal angles between them.
 *
 * N points give a Gram matrix K; its top eigenvectors span the subspace along
 * which the points spread most.  With centring K becomes H K H, H = I - 11^T/N. */
#pragma once

#include <st-cancel.h>
#include <st-status.h>

#include <stddef.h>

enum { ST_SUBSPACE_MAX = 64 };  /* the most dimensions that a subspace may keep */

typedef struct StSubspace {
  uint32_t n;          /* points */
  uint32_t numerical;  /* min(n - 1, #{lambda > 1e-10 lambda_1}), 0 where all points coincide */
  uint32_t energy95;   /* the fewest eigenvalues that make up 0.95 of their sum */
  uint32_t energy99;
  uint32_t k;          /* vectors kept: as many as asked for, at most `numerical` */
  double largest;      /* max K(x, x) */
  double *values;      /* [n] eigenvalues, descending, not below 0 */
  double *vectors;     /* [k][n], unit, centred if the Gram matrix was */
} StSubspace;

typedef struct StAngles {
  uint32_t count;                   /* min(k, both numerical dimensions); 0: none are defined */
  double degrees[ST_SUBSPACE_MAX];  /* ascending */
  double mean, largest;             /* degrees */
  double chordal, geodesic;         /* |sin theta| and |theta|, of radians */
  double precision;                 /* radians: 1e-10 from bases; from Gram matrices 1e-7, or
                                       3 sqrt(2.2e-16 sqrt n (2 lambda_1 + 8 max K(x, x)) /
                                       lambda_k) where that is more */
} StAngles;

/* Scratch for fits to at most n points with at most k vectors. */
typedef struct StSubspaceWork StSubspaceWork;
StStatus st_subspace_work_new (uint32_t n, uint32_t k, StSubspaceWork **work);
/* From now on fits to many points end with ST_CANCELLED soon after this is asked; NULL, as at
 * first: they do not.  Borrowed. */
void st_subspace_work_set_cancel (StSubspaceWork *work, StCancel *cancel);
void st_subspace_work_free (StSubspaceWork *work);

/* An empty subspace of n points and at most k vectors, k at most ST_SUBSPACE_MAX. */
StStatus st_subspace_new (uint32_t n, uint32_t k, StSubspace **subspace);
void st_subspace_free (StSubspace *subspace);
/* Fits it to gram[n][n], keeping k vectors (at most those it was made for).  The points
 * coincide, and the dimension is 0, where lambda_1 <= 1e-12 n max K(x,x).  ST_NO_CONVERGENCE. */
StStatus st_subspace_fit (StSubspace *subspace, uint32_t k, const double *gram, bool centre,
                          StSubspaceWork *work);
/* The same to the rows and columns points[subspace->n] of a larger gram[][stride], with a third
 * less work: eigenvalues behind the k-th count as 0, so that the numerical dimension is at most
 * k, and those of the energy are not known and 0. */
StStatus st_subspace_fit_part (StSubspace *subspace, uint32_t k, const double *gram, size_t stride,
                               const uint32_t *points, bool centre, StSubspaceWork *work);
/* (lambda_k - lambda_{k+1}) / lambda_k, how well the top k are told from the rest; k counts
 * from 1; 0 where lambda_k is 0. */
double st_subspace_gap (const StSubspace *subspace, uint32_t k);

/* basis[k][length]: orthonormal vectors that span the subspace in the space of the
 * features[n][length] from which its Gram matrix came. */
void st_subspace_basis (const StSubspace *subspace, const double *features, size_t length,
                        double *basis);
/* The same in two steps, for many subspaces of the same features at once and for a pool to share
 * out: columns first .. first + count - 1 of rows[k][length] = vectors[k][n] features[n][length];
 * then the rows of each subspace made orthonormal. */
void st_subspace_combine (uint32_t n, const double *features, size_t length, size_t first,
                          size_t count, uint32_t k, const double *vectors, double *rows);
void st_subspace_orthonormalise (uint32_t k, size_t length, double *rows);

/* Angles between the top-k subspaces, k at most the vectors kept, from their bases: exact to
 * 1e-10 rad by the sine of small angles and the cosine of large ones (Bjorck and Golub,
 * Math. Comp. 1973; Knyazev and Argentati, SIAM J. Sci. Comput. 2002).
 * scratch: k * length doubles. */
StStatus st_angles_of_bases (const StSubspace *a, const double *basis_a, const StSubspace *b,
                             const double *basis_b, size_t length, uint32_t k, double *scratch,
                             StAngles *angles);
/* The same where there are Gram matrices alone, gram_ab[a->n][b->n]: cosines are the
 * singular values of Lambda_a^-1/2 V_a^T H K_ab H V_b Lambda_b^-1/2, and small angles good to
 * 1e-7.  scratch: k * a->n doubles. */
StStatus st_angles_of_grams (const StSubspace *a, const StSubspace *b, const double *gram_ab,
                             uint32_t k, double *scratch, StAngles *angles);
