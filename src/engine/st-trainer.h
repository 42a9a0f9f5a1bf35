/* Trains one model on a dataset by Adam, batch by batch.
 *
 * A batch is cut into fixed chunks; each chunk's gradient is summed by itself
 * and the chunks are added in order, so the bits of the weights do not depend
 * on the number of threads.  Noise, permutations and samples come from the seed. */
#pragma once

#include <st-cancel.h>
#include <st-dataset.h>
#include <st-gradient.h>
#include <st-isometry-term.h>
#include <st-pool.h>

typedef struct StTrainOptions {
  StSpec spec;
  uint32_t epochs, batch;
  double learning_rate;
  StLossKind loss;       /* the Gaussian one: of the MLP kinds only */
  double beta;
  uint64_t seed;
  double sigma;          /* of the Gaussian loss; 0: learned, from 1 on */
  /* lambda times the isometry term of each batch, at its codes as the decoder is given them, each
   * mixed with another's (st_isometry_mix()), alpha uniform in (-0.2, 1.2).  0: none. */
  double lambda;         /* of kinds that have it, with d from 2 on */
  StIsometry isometry;   /* the conformal one with d to ST_CONFORMAL_DIMENSION_MAX */
} StTrainOptions;

/* Section 1's recipe: 5 epochs, batch 64, Adam 1e-3, BCE, beta 0.2, seed 0; for the MLP kinds
 * batch 100, the Gaussian loss with a learned sigma, beta 1; for irvae and irae lambda 100, else
 * 0, scaled. */
StTrainOptions st_train_options_default (StKind kind, StEncoder encoder);
/* Whether its latent is small enough for the isometry term that it has, if lambda is above 0. */
bool st_train_options_allow_isometry (const StTrainOptions *options);
/* ST_RANGE or ST_SHAPE where they make no sense. */
StStatus st_train_options_check (const StTrainOptions *options);

/* What a denoising model is shown in an epoch, from 0, of image `index` of its dataset:
 * clip (x + sigma n), sigma uniform in (0, 0.5); clean[n] and noisy[n] pixels, apart. */
void st_train_noise (uint64_t seed, uint32_t epoch, uint32_t index, size_t n, const float *clean,
                     float *noisy);

/* Losses are means over the images seen so far in an epoch, as trained.  Right behind the
 * last batch of an epoch, batch == batches, epoch already counts it, and the losses are
 * still its own. */
typedef struct StTrainProgress {
  uint32_t epoch;            /* completed */
  uint32_t batch, batches;   /* done in the present epoch, and an epoch's number */
  double loss, reconstruction, kl;
  double isometry;           /* the term, not times lambda; 0 without it */
} StTrainProgress;

/* Where a training stands, besides its weights: with both, and the same options, dataset and
 * indices, it goes on as if it had never stopped, bit for bit. */
typedef struct StTrainState {
  uint64_t step;             /* of Adam: batches so far */
  uint32_t epoch, batch;     /* completed epochs, and batches of the one behind them */
  double reconstruction, kl, isometry, penalty;   /* sums over the images of the present epoch */
  size_t count;              /* parameters */
  float *first, *second;     /* [count] Adam's moments */
} StTrainState;

/* The arrays, zeroed. */
StStatus st_train_state_init (StTrainState *state, size_t count);
void st_train_state_clear (StTrainState *state);

typedef struct StTrainer StTrainer;

/* Takes a reference on the dataset and copies indices[count] of the images to train
 * on.  The pool is borrowed and must outlive the trainer.  ST_RANGE where the
 * options make no sense; ST_SHAPE if the images do not fit the spec or are fewer
 * than a batch. */
StStatus st_trainer_new (const StTrainOptions *options, StDataset *dataset,
                         const uint32_t *indices, uint32_t count, StPool *pool,
                         StTrainer **trainer);
void st_trainer_free (StTrainer *trainer);

/* One batch.  ST_DIVERGED (a: epoch, b: batch, from 1) if its loss or its gradient is not
 * finite: the weights stay as they were before it.  Does nothing when finished. */
StStatus st_trainer_step (StTrainer *trainer);
bool st_trainer_finished (const StTrainer *trainer);
StTrainProgress st_trainer_progress (const StTrainer *trainer);
/* The weights of now, as a model of its own; the caller owns the reference. */
StStatus st_trainer_snapshot (const StTrainer *trainer, StModel **model);

/* A copy of the state of now; st_train_state_clear() it. */
StStatus st_trainer_state (const StTrainer *trainer, StTrainState *state);
/* Puts a trainer where another was, whose weights were those of the model.  Where the options
 * have a sigma of their own, that is kept.  ST_SHAPE if the model is another net or the
 * state's parameters are not as many, ST_RANGE if it is further than the options go or within
 * an epoch of another length: then nothing has changed. */
StStatus st_trainer_resume (StTrainer *trainer, const StModel *model, const StTrainState *state);

/* From the next batch on.  ST_RANGE as in st_trainer_new(). */
StStatus st_trainer_set_learning_rate (StTrainer *trainer, double learning_rate);
StStatus st_trainer_set_beta (StTrainer *trainer, double beta);
/* Also ST_NO_MEMORY: then it trains as before. */
StStatus st_trainer_set_isometry (StTrainer *trainer, StIsometry isometry, double lambda);
