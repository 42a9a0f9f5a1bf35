/* The isometry term of a batch: how far the decoder is from keeping angles or distances, and its
 * gradient (Lee, Yoon, Son, Park, "Regularized Autoencoders for Isometric Representation
 * Learning", ICLR 2022).
 *
 * With J the Jacobian of the decoder, sigmoid included, at a d-vector z, G = J^T J, v ~ N(0, I),
 * and E the mean over the batch's points, each with one v:
 *   scaled      E |J^T J v|^2 / (E |J v|^2)^2: of tr G^2 and tr G by Hutchinson's estimate;
 *   strict      E |J^T J v - v|^2;
 *   conformal   E sum_i (lambda_i / mean lambda - 1)^2 = E [d^2 tr G^2 / (tr G)^2 - d], exactly,
 *               from all d columns of J.
 *
 * The first couples all points, so a batch goes in two passes: forward through every chunk, then,
 * with the sums of all, back through every chunk. */
#pragma once

#include <st-model.h>

typedef enum StIsometry {
  ST_ISOMETRY_SCALED,
  ST_ISOMETRY_STRICT,
  ST_ISOMETRY_CONFORMAL,
  ST_ISOMETRIES,
} StIsometry;

/* More columns than these would be dear. */
enum { ST_CONFORMAL_DIMENSION_MAX = 8 };

const char *st_isometry_name (StIsometry isometry);
bool st_isometry_from_name (const char *name, StIsometry *isometry);
/* Whether it takes a v for each point. */
bool st_isometry_has_probes (StIsometry isometry);

/* out[i] = alpha[i] z[i] + (1 - alpha[i]) z[other[i]], of n vectors of d numbers. */
void st_isometry_mix (uint32_t n, uint32_t d, const float *z, const uint32_t *other,
                      const float *alpha, float *out);
/* The adjoint: adds to dz from derivatives by out. */
void st_isometry_mix_back (uint32_t n, uint32_t d, const float *dout, const uint32_t *other,
                           const float *alpha, float *dz);

/* Sums over points: |J v|^2, and what the numerator (or the whole) is the mean of. */
typedef struct StIsometrySums { double squares, terms; } StIsometrySums;

/* The term of so many points from their sums. */
double st_isometry_value (StIsometry isometry, const StIsometrySums *sums, uint32_t points);

/* What one chunk's pass forward leaves for the pass back. */
typedef struct StIsometryPass StIsometryPass;

/* For at most `points` points.  ST_RANGE for a kind without a d-vector, d below 2, or too large
 * for `conformal`. */
StStatus st_isometry_pass_new (const StSpec *spec, StIsometry isometry, uint32_t points,
                               StIsometryPass **pass);
void st_isometry_pass_free (StIsometryPass *pass);

/* At n points z[n][d], with probes[n][d] if there are any, else NULL.  The workspace is one for
 * the same spec. */
StIsometrySums st_isometry_pass_forward (StIsometryPass *pass, const StModel *model,
                                         StWorkspace *workspace, uint32_t n, const float *z,
                                         const float *probes);
/* Adds weight times the gradient of the batch's term, `points` and `sums` of all its points,
 * through this chunk's, to gradient[st_spec_parameters()], and gives that by z in dz[n][d]. */
void st_isometry_pass_back (StIsometryPass *pass, const StModel *model, StWorkspace *workspace,
                            const StIsometrySums *sums, uint32_t points, double weight,
                            float *gradient, float *dz);
