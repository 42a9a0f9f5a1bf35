/* Trains several models on one clock, in a thread of its own.
 *
 * The models take turns batch by batch, so that side by side they are comparable at every
 * moment.  At batch boundaries, at most every 33 ms, each publishes a report: its weights as an
 * immutable model, how far it is, and its history.  The bell carries no data.  Reports not taken
 * are overwritten by newer ones. */
#pragma once

#include <st-history.h>
#include <st-trainer.h>

enum { ST_TRAINING_MAX = 6 };

typedef struct StTrainingTask {
  StTrainOptions options;
  StDataset *dataset;
  const uint32_t *indices;
  uint32_t count;
  uint64_t first_weights;   /* weights are numbered from here, one for each batch */
  /* To go on from weights of an earlier training, else NULL. */
  StModel *model;
  const StTrainState *state;    /* where it stood: it goes on as if it had never stopped; or NULL */
  uint64_t batches;             /* if there is no state: how many it had; Adam's moments are 0 */
  const StHistory *history;     /* what is kept of up to there; or NULL */
} StTrainingTask;

typedef enum StTrainingState {
  ST_TRAINING_RUNNING,
  ST_TRAINING_PAUSED,
  ST_TRAINING_STOPPED,      /* before its last epoch, because somebody wished it */
  ST_TRAINING_FINISHED,
  ST_TRAINING_PLATEAU,      /* before its last epoch, because its loss had stopped falling */
  ST_TRAINING_FAILED,       /* status says why; the model has the last good weights */
} StTrainingState;

/* Immutable, reference-counted. */
typedef struct StTrainingReport {
  StTrainingState state;
  StStatus status;
  StModel *model;
  uint64_t weights;
  double epoch;              /* trained, in epochs, 2.6 say */
  uint32_t epochs;           /* wanted */
  uint64_t batches;          /* trained, earlier trainings included */
  double learning_rate, beta, lambda;
  StIsometry isometry;       /* that lambda weighs */
  StTrainProgress progress;
  double first_loss;         /* of the first batch here, or since the loss means something else */
  double images_per_second;  /* of this model, while it ran; 0: not known yet */
  double seconds_left;       /* for all models, at this rate; 0: not known yet */
  StHistory history;
} StTrainingReport;

StTrainingReport *st_training_report_ref (StTrainingReport *report);
void st_training_report_unref (StTrainingReport *report);

typedef struct StTraining StTraining;
/* Called on the training's thread, without locks held. */
typedef void (*StTrainingBell) (void *context);

/* Has nothing to train yet, but hears what hands want: it holds from the first batch on. */
StStatus st_training_new (StTrainingBell bell, void *context, StTraining **training);
/* Begins with tasks[n], 1 to ST_TRAINING_MAX, and a pool of `threads` (0: all processors);
 * datasets are referenced, indices copied.  history_bytes: for the snapshots of each model.  To
 * be called once, from any thread.  Fails as st_trainer_new() does: then it is only to be freed. */
StStatus st_training_start (StTraining *training, const StTrainingTask *tasks, uint32_t n,
                            uint32_t threads, size_t history_bytes);
/* Ends it at the next batch boundary, without a last report; not while it is being started. */
void st_training_free (StTraining *training);

/* Pausing forgets the steps that were not done. */
void st_training_pause (StTraining *training, bool paused);
/* Pauses it if it is not, and trains so many batches more of each model, or to the end of the
 * epoch that each is then in; one behind the other in the order of the calls. */
void st_training_step (StTraining *training, uint64_t batches);
void st_training_step_epoch (StTraining *training);
/* From the next batch on, of all models.  ST_RANGE if that is none: nothing has changed. */
StStatus st_training_set_learning_rate (StTraining *training, double learning_rate);
StStatus st_training_set_beta (StTraining *training, double beta);
/* Of those that can have it: others train on as they are. */
StStatus st_training_set_lambda (StTraining *training, double lambda);
StStatus st_training_set_isometry (StTraining *training, StIsometry isometry);
/* Whether a model ends where its loss has stopped falling: after two epochs in a row whose loss
 * is not more than 0.1 % below the best one before them. */
void st_training_stop_on_plateau (StTraining *training, bool stop);
/* Ends it at the next batch boundary; the last reports have what was reached. */
void st_training_stop (StTraining *training);
/* Holds the next batches back for so long, so that a hand that drags has the processors. */
void st_training_yield (StTraining *training, double seconds);
/* The newest report of a task that was not taken before; else NULL.  The caller owns it. */
StTrainingReport *st_training_take (StTraining *training, uint32_t task);
/* Whether it stands in a pause with no steps left to do; the bell is rung when it comes to. */
bool st_training_rests (StTraining *training);
/* Where a task stands that has ended or rests in a pause, so that it can be gone on with exactly;
 * once it has told a report; to be freed with st_train_state_clear().  ST_CANCELLED while it trains. */
StStatus st_training_state (StTraining *training, uint32_t task, StTrainState *state);
