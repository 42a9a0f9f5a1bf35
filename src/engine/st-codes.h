/* Private to the engine: what a model's encoder makes of images, where that is a d-vector. */
#pragma once

#include <st-cancel.h>
#include <st-images.h>
#include <st-model.h>
#include <st-pool.h>

/* Means codes[n][d] of images which[n] at a level, by their positions; of the first n where `which`
 * is NULL.  ST_RANGE for a kind without a d-vector, or a position that there is none of; ST_SHAPE,
 * ST_NON_FINITE (a: the image's index in its file, b: the number), ST_NO_MEMORY, ST_CANCELLED. */
StStatus st_codes_encode (StModel *model, const StImages *images, uint32_t n,
                          const uint32_t *which, double level, StPool *pool, StCancel *cancel,
                          float *codes);
