/* Private to the engine: what one worker of a trainer needs for a chunk of images. */
#pragma once

#include <st-trainer.h>

typedef struct StBench {
  StWorkspace *workspace;
  float *target, *noisy;   /* [chunk] images; noisy only where the kind denoises */
  float *epsilon;          /* [chunk] codes, only where it samples */
  StGradientTask task;     /* what was laid last */
} StBench;

/* To be cleared in any case. */
StStatus st_bench_init (const StSpec *spec, uint32_t chunk, StBench *bench);
void st_bench_clear (StBench *bench);

/* Draws images indices[n] as they are in an epoch, from 0; the task is then without a model. */
void st_bench_lay (StBench *bench, const StTrainOptions *options, StDataset *dataset,
                   uint32_t epoch, const uint32_t *indices, uint32_t n);

/* Of what is drawn anew in each epoch. */
static inline StRandomKey
st_train_key (uint64_t seed, uint32_t epoch, uint32_t number, StStream stream)
{
  return (StRandomKey) { seed, number, stream, ST_EPOCH_TRAINING + epoch };
}

/* The order in which an epoch takes images indices[count], into order[count]. */
void st_train_shuffle (uint64_t seed, uint32_t epoch, uint32_t count, const uint32_t *indices,
                       uint32_t *order);
