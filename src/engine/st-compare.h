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

/* Takes the latent tensors of images first .. first + n - 1, below hilbert->count: st_points(). */
StStatus st_compare_points (StCompare *compare, uint32_t first, uint32_t n, uint32_t worker,
                            const float *latents, double *values, bool (*zero)[3]);
/* Once all are taken; with or without the intervals of the angles, which are most of it. */
StStatus st_compare_finish (StCompare *compare, bool intervals, StPool *pool, StCancel *cancel,
                            StHilbertResult *result);

/* Angles between the clean points and those of a fitted span, and the distance of each to its
 * clean point, distances[count], if that is not NULL.  ST_CANCELLED, ST_NO_MEMORY,
 * ST_NO_CONVERGENCE. */
StStatus st_compare_with_clean (const StHilbert *hilbert, const StSpan *span, StSpanWork *work,
                                StPool *pool, StCancel *cancel, double *distances,
                                StAngles *angles);
