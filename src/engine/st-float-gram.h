/* Private to the engine: the Gram matrix of many vectors of floats, in double, without a copy of
 * them all in double. */
#pragma once

#include <st-cancel.h>
#include <st-pool.h>

#include <stddef.h>

/* gram[n][n] of rows[n][length], from which mean[length] is taken.  It is cut into the same tiles
 * whatever the number of threads, and so are its bits; cancelling waits for about a millisecond.
 * ST_CANCELLED, ST_NO_MEMORY. */
StStatus st_float_gram (uint32_t n, size_t length, const float *rows, const double *mean,
                        StPool *pool, StCancel *cancel, double *gram);
