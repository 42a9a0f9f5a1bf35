/* Private to the engine: the isometry term of a trainer's batches, chunk by chunk on its pool.
 *
 * A batch's codes are all there before any is mixed with another's, and all sums before any
 * derivative: three rounds of the pool, whose results are added up in the order of the chunks. */
#pragma once

#include <st-trainer.h>

typedef struct StTrainIsometry StTrainIsometry;

/* For batches of options->batch images in chunks; workspaces[n], which are borrowed: one for each
 * chunk, or for each of the pool's threads. */
StStatus st_train_isometry_new (const StTrainOptions *options, uint32_t chunk,
                                StWorkspace *const *workspaces, uint32_t n, bool by_chunk,
                                StPool *pool, StTrainIsometry **isometry);
void st_train_isometry_free (StTrainIsometry *isometry);

/* Where the codes of a chunk are to be put, and then the derivatives by them are. */
float *st_train_isometry_codes (StTrainIsometry *isometry, uint32_t chunk);
const float *st_train_isometry_code_gradient (const StTrainIsometry *isometry, uint32_t chunk);

/* One batch of these images, numbered in its epoch.  Sets the gradients of the chunks, `step`
 * floats apart, to batch * lambda times that of the term, which it returns. */
double st_train_isometry_run (StTrainIsometry *isometry, const StModel *model, uint32_t epoch,
                              uint32_t batch, const uint32_t *indices, float *gradients,
                              size_t step);
