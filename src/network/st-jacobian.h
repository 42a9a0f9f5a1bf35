/* The decoder and its Jacobian J(z) in double, from a model's float weights: what measures that
 * are to be exact, and paths, are made of.  Of kinds that have a d-vector (st_spec_code()): from
 * that vector to the pixels, the sigmoid at the end included.
 *
 * Derivatives run forward beside the values, up to 15 directions at once.  Where a ReLU's input
 * is exactly 0 its derivative counts as 0. */
#pragma once

#include <st-model.h>

/* Scratch of one thread, and the model (a reference is taken). */
typedef struct StJacobian StJacobian;

/* ST_RANGE for a kind without a d-vector. */
StStatus st_jacobian_new (StModel *model, StJacobian **jacobian);
void st_jacobian_free (StJacobian *jacobian);
/* d, and the pixels of an image, its channels outermost. */
uint32_t st_jacobian_dimension (const StJacobian *jacobian);
size_t st_jacobian_pixels (const StJacobian *jacobian);

/* At n points z[n][d]: images[n][pixels], and products[n][k][pixels], J(z) times each of the k
 * vectors v[n][k][d], or, where v is NULL and k is d, J's columns.  Either result may be NULL. */
void st_jacobian_push (StJacobian *jacobian, uint32_t n, const double *z, uint32_t k,
                       const double *v, double *images, double *products);
/* G = J^T J, metrics[n][d][d], and images[n][pixels] unless that is NULL. */
void st_jacobian_metrics (StJacobian *jacobian, uint32_t n, const double *z, double *images,
                          double *metrics);
