/* What a decoder's distortion costs: models of one kind that differ in nothing but the isometry
 * term that they are trained with and its weight lambda, each trained from the same seed and then
 * measured on images that none of them was trained on (Lee, Yoon, Son, Park, ICLR 2022: distortion
 * against reconstruction).
 *
 * A sweep is a list of runs, one behind the other: for each seed one for each point, but one for
 * all points whose lambda is 0, which are the same model.  It runs in whoever calls
 * st_tradeoff_run(), and publishes an immutable result at the end of each epoch and of each run;
 * the bell carries no data.  A run under way is measured at quarters of its epochs too.  Whatever
 * stops it, what was finished stays, and it goes on from the same batch: the bits are those of a
 * sweep that never stopped, on any number of threads. */
#pragma once

#include <st-isometry-measure.h>
#include <st-trainer.h>

enum {
  ST_TRADEOFF_POINTS_MAX = 24,
  ST_TRADEOFF_SEEDS_MAX = 3,
  ST_TRADEOFF_RUNS_MAX = ST_TRADEOFF_POINTS_MAX * ST_TRADEOFF_SEEDS_MAX,
};

typedef struct StTradeoffPoint {
  StIsometry isometry;
  double lambda;
} StTradeoffPoint;

typedef struct StTradeoffQuery {
  StTrainOptions options;      /* what all share; isometry and lambda are the points', and seeds
                                * are numbered from its own on */
  StDataset *dataset;          /* to train on: indices[count] of its images */
  const uint32_t *indices;
  uint32_t count;
  StImages *measured;          /* as they are when clean */
  uint32_t points, seeds;
  StTradeoffPoint point[ST_TRADEOFF_POINTS_MAX];
} StTradeoffQuery;

typedef enum StTradeoffState {
  ST_TRADEOFF_WAITING,
  ST_TRADEOFF_TRAINING,
  ST_TRADEOFF_DONE,
  ST_TRADEOFF_FAILED,          /* it diverged, say: status has why, and there are no numbers */
} StTradeoffState;

typedef struct StTradeoffRun {
  StTradeoffPoint point;       /* the first one that it is of */
  uint64_t seed;
  StTradeoffState state;
  StStatus status;
  uint32_t epoch;              /* trained */
  uint32_t measured;           /* the epoch behind which it was measured last; 0: not yet */
  double mse;                  /* what follows is of then, by st-isometry-measure.h; else NaN */
  StIsometryMeasures measures;
} StTradeoffRun;

/* Immutable and reference-counted. */
typedef struct StTradeoffResult {
  uint64_t generation;         /* from 1 on */
  bool running;
  StTrainOptions options;      /* as asked for */
  uint32_t count, measured;    /* images to train on, and to be measured on */
  uint32_t points, seeds;
  StTradeoffPoint point[ST_TRADEOFF_POINTS_MAX];
  uint32_t runs, ended;        /* ended ones are the first, done or failed */
  StTradeoffRun run[ST_TRADEOFF_RUNS_MAX];
  uint32_t of[ST_TRADEOFF_SEEDS_MAX][ST_TRADEOFF_POINTS_MAX];   /* a point's run */
} StTradeoffResult;

StTradeoffResult *st_tradeoff_result_ref (StTradeoffResult *result);
void st_tradeoff_result_unref (StTradeoffResult *result);

typedef struct StTradeoff StTradeoff;
/* Called on the thread that runs it, without locks held. */
typedef void (*StTradeoffBell) (void *context);

/* Has nothing to run yet, but hears what hands want. */
StStatus st_tradeoff_new (StTradeoffBell bell, void *context, StTradeoff **tradeoff);
/* Not while it runs. */
void st_tradeoff_free (StTradeoff *tradeoff);

/* What to run, once, from any thread: takes references and copies indices.  The pool is borrowed
 * until the sweep is freed.  ST_RANGE and ST_SHAPE as st_trainer_new() has them, of any point, or
 * where there are too many; ST_RANGE (a: 2, b: ST_CONFORMAL_DIMENSION_MAX) for the conformal
 * regulariser of more dimensions: then it is only to be freed. */
StStatus st_tradeoff_begin (StTradeoff *tradeoff, const StTradeoffQuery *query, StPool *pool);
/* Runs what is not finished.  ST_CANCELLED where it was stopped, ST_NO_MEMORY: it may be called
 * again.  What fails of a run alone is said in that run. */
StStatus st_tradeoff_run (StTradeoff *tradeoff);

/* What follows, from any thread. */

/* Ends it at the next batch, or lets it run again. */
void st_tradeoff_stop (StTradeoff *tradeoff, bool stop);
/* Holds the next batches back for so long, so that a hand that drags has the processors. */
void st_tradeoff_yield (StTradeoff *tradeoff, double seconds);
/* The newest result that was not taken before; else NULL.  The caller owns it. */
StTradeoffResult *st_tradeoff_take (StTradeoff *tradeoff);
