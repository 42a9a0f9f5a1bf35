/* What a training went through: snapshots of the weights at even steps, and the losses.
 *
 * Both keep within a bound: when one is full, every other entry is dropped and the step
 * doubled, so that what is left is even again. */
#pragma once

#include <st-model.h>

enum { ST_MOMENTS_MAX = 64, ST_CURVE_MAX = 512 };

typedef struct StMoment {
  double epoch;            /* when, in epochs from the start */
  uint64_t batch;          /* and in batches */
  uint64_t weights;        /* the number of these weights */
  StModel *model;
} StMoment;

/* Losses of the batches since the point before, as means. */
typedef struct StCurvePoint { double epoch, loss, reconstruction, kl, isometry; } StCurvePoint;

typedef struct StHistory {
  uint32_t moments, moments_most;
  uint64_t moment_step;    /* batches between moments */
  StMoment moment[ST_MOMENTS_MAX];
  uint32_t points;
  uint64_t point_step;
  uint32_t summed;         /* batches in `sum` */
  StCurvePoint sum;
  StCurvePoint point[ST_CURVE_MAX];
} StHistory;

/* bytes: what the snapshots of one model may take, at least two of them. */
void st_history_init (StHistory *history, const StSpec *spec, size_t bytes);
void st_history_clear (StHistory *history);
/* Takes references of its own. */
void st_history_copy (const StHistory *from, StHistory *to);
/* The same of what was until then: the beginning of a training that goes on from there. */
void st_history_copy_until (const StHistory *from, uint64_t batches, double epoch, StHistory *to);

/* Whether a snapshot is due after this many batches, and keeping it (a reference is taken).  One
 * that is not due, or that is there already, is not kept. */
bool st_history_wants (const StHistory *history, uint64_t batches);
void st_history_keep (StHistory *history, uint64_t batches, double epoch, uint64_t weights,
                      StModel *model);
/* The last weights of all, due or not. */
void st_history_end (StHistory *history, uint64_t batches, double epoch, uint64_t weights,
                     StModel *model);
/* The losses of the next batch; epoch: where it ended. */
void st_history_add_loss (StHistory *history, const StCurvePoint *losses);
/* Mean losses of the batches between two times, as near as the points tell; false if none does. */
bool st_history_mean (const StHistory *history, double from, double to, StCurvePoint *mean);
/* The moment nearest to an epoch; NULL if there is none. */
const StMoment *st_history_nearest (const StHistory *history, double epoch);
