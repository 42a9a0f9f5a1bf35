/* One model, one perturbation level, one immutable result: the one function that
 * the live worker, sweeps and the command line all call. */
#pragma once

#include <st-cancel.h>
#include <st-hilbert.h>
#include <st-pool.h>
#include <st-query.h>
#include <st-reference.h>
#include <st-result.h>

/* Whether distinct patches predict the rank of S3: not for a latent that was sampled. */
bool st_query_has_oracle (const StQuery *query);

/* A workbench that measures one query after the other, in steps, so that a part can be
 * shown and the rest abandoned.  It keeps its scratch memory between queries about models
 * of the same spec.  The pool is borrowed; one thread at a time. */
typedef struct StMeasure StMeasure;

StStatus st_measure_new (StPool *pool, StMeasure **measure);
void st_measure_free (StMeasure *measure);
/* Begins a query, whose objects it references until the next one.  ST_SHAPE if the images do
 * not fit the model, or the reference or the clean points are of other tensors. */
StStatus st_measure_begin (StMeasure *measure, const StQuery *query);
/* Measures up to `images` further images, in chunks, or, in a step of its own behind the last
 * one, the angles; ST_CANCELLED leaves the result as it was before the step.  ST_NON_FINITE
 * (a: the image's index in its file). */
StStatus st_measure_step (StMeasure *measure, uint32_t images, StCancel *cancel);
bool st_measure_finished (const StMeasure *measure);
/* What there is now, immutable: a copy, or the result itself once it is finished.  The caller
 * owns the reference. */
StStatus st_measure_take (StMeasure *measure, StResult **result);

/* All of it at once, blocking. */
StStatus st_measure_all (const StQuery *query, StPool *pool, StCancel *cancel, StResult **result);
