/* How far a model's decoder is from an isometry on images: its pullback metric G = J^T J in
 * double at each image's latent mean (st_spec_code(): not a sample, and of kinds that expand a
 * d-vector to a map, that vector), and the measures of geometry/st-isometry.h. */
#pragma once

#include <st-cancel.h>
#include <st-images.h>
#include <st-isometry.h>
#include <st-model.h>
#include <st-pool.h>

/* Immutable and reference-counted. */
typedef struct StIsometryResult {
  uint32_t count, dimension;
  double *codes;      /* [count][d] */
  double *metrics;    /* [count][d][d] */
  double mse;         /* of what is rebuilt of the means, against the clean images, by the pixel */
  StIsometryMeasures measures;
} StIsometryResult;

/* On the images as they are at a level of their perturbation; 0 is clean.  ST_RANGE for a kind
 * without a d-vector, ST_SHAPE if the images do not fit the model, ST_NON_FINITE (a: the image's
 * index in its file), ST_CANCELLED. */
StStatus st_isometry_measure (StModel *model, StImages *images, double level, StPool *pool,
                              StCancel *cancel, StIsometryResult **result);
StIsometryResult *st_isometry_result_ref (StIsometryResult *result);
void st_isometry_result_unref (StIsometryResult *result);
