/* One model, one perturbation level, one immutable result: the one function that
 * the live worker, sweeps and the command line all call. */
#pragma once

#include <st-cancel.h>
#include <st-images.h>
#include <st-model.h>
#include <st-pool.h>
#include <st-result.h>

typedef enum StLatent { ST_LATENT_MEAN, ST_LATENT_SAMPLE } StLatent;

typedef struct StQuery {
  StModel *model;
  uint64_t weights;        /* the caller's number for these weights, kept in the result */
  StImages *images;
  double level;
  StLatent latent;
  uint64_t seed;           /* of the latent sample */
  bool pictures;           /* keep the rebuilt images */
  bool oracle;             /* count distinct patches too, where they predict anything */
} StQuery;

/* Whether distinct patches predict the rank of S3: not for a latent that was sampled. */
bool st_query_has_oracle (const StQuery *query);

/* A workbench that measures one query after the other, in steps, so that a part can be
 * shown and the rest abandoned.  It keeps its scratch memory between queries about models
 * of the same spec.  The pool is borrowed; one thread at a time. */
typedef struct StMeasure StMeasure;

StStatus st_measure_new (StPool *pool, StMeasure **measure);
void st_measure_free (StMeasure *measure);
/* Begins a query, whose objects it references until the next one.  ST_SHAPE if the images do
 * not fit the model. */
StStatus st_measure_begin (StMeasure *measure, const StQuery *query);
/* Measures up to `images` further images, in chunks; ST_CANCELLED leaves whole chunks out, and
 * the result as it was before the step.  ST_NON_FINITE (a: the image's index in its file). */
StStatus st_measure_step (StMeasure *measure, uint32_t images, StCancel *cancel);
bool st_measure_finished (const StMeasure *measure);
/* What there is now, immutable: a copy, or the result itself once it is finished.  The caller
 * owns the reference. */
StStatus st_measure_take (StMeasure *measure, StResult **result);

/* All of it at once, blocking. */
StStatus st_measure_all (const StQuery *query, StPool *pool, StCancel *cancel, StResult **result);
