/* Private to the engine: a span without each of the ten groups of the jackknife in turn, and
 * the intervals of the angles that come of it (st-jackknife.h).
 *
 * They are fitted to what is held already, the Gram matrix and the features: no latent tensor
 * is seen again. */
#pragma once

#include <st-jackknife.h>
#include <st-span.h>

/* Immutable.  Of the clean points, which all levels share. */
typedef struct StReplicates StReplicates;

/* From a fitted span and its Gram matrix.  NULL where there are fewer points than groups.
 * ST_CANCELLED, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_replicates_new (const StSpan *span, const double *gram, StPool *pool, StCancel *cancel,
                            StReplicates **replicates);
void st_replicates_free (StReplicates *replicates);

/* Intervals of the angles between the clean points and those of a span with its Gram matrix;
 * between: the one between the two, of gaussian:K.  None are known without replicates. */
StStatus st_replicates_compare (const StReplicates *clean, const StSpan *span, const double *gram,
                                const double *between, const StAngles *angles, StPool *pool,
                                StCancel *cancel, StAngleIntervals *intervals);
