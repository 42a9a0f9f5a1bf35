/* Private to the engine: one level's points, measured against the clean ones. */
#pragma once

#include <st-hilbert.h>
#include <st-span.h>

/* Scratch that is kept from level to level. */
typedef struct StCompare StCompare;

/* Makes *compare, which may be NULL or of other sizes, fit for a comparison with `hilbert`,
 * borrowed; shape: of the latent tensors.  On failure it is gone. */
StStatus st_compare_begin (StCompare **compare, const StHilbert *hilbert, StShape shape,
                           uint32_t threads);
void st_compare_free (StCompare *compare);

/* Takes the latent tensor of an image below hilbert->count: st_point(). */
StStatus st_compare_point (StCompare *compare, uint32_t image, uint32_t worker,
                           const float *latent, double *values, bool zero[3]);
/* Once all are taken. */
StStatus st_compare_finish (StCompare *compare, StPool *pool, StCancel *cancel,
                            StHilbertResult *result);
