/* Private to the engine: one model in training, its history, and what it reports. */
#pragma once

#include <st-plateau.h>
#include <st-training.h>

/* The training thread's own. */
typedef struct StRunner {
  StTrainOptions options;    /* as the task had them */
  StTrainer *trainer;
  uint64_t first_weights;
  uint64_t batches, begun;   /* trained in all, and before this training */
  uint64_t goal;             /* batches to step to while paused */
  StHistory history;
  StTrainProgress before;    /* where the last batch began: batch losses are differences */
  double busy;               /* seconds spent in its batches */
  double learning_rate, beta, lambda;
  StIsometry isometry;
  StStatus status;
  StPlateau plateau;
  bool has_first_loss;       /* since the loss means what it does */
  double first_loss;
  bool on_plateau;           /* and was to end there */
  bool ended;                /* and its last report is out */
} StRunner;

/* Fails as st_trainer_new() and st_trainer_resume() do; to be cleared in any case. */
StStatus st_runner_init (StRunner *runner, const StTrainingTask *task, size_t history_bytes,
                         StPool *pool);
void st_runner_clear (StRunner *runner);

/* Whether there is nothing left to train. */
bool st_runner_is_through (const StRunner *runner);
/* Trains one batch; stop_on_plateau: ends where the loss has stopped falling. */
void st_runner_step (StRunner *runner, bool stop_on_plateau, double (*now) (void));
/* Sets its goal so many batches further, or, with 0, at the end of its epoch. */
void st_runner_aim (StRunner *runner, uint64_t batches);
void st_runner_set_learning_rate (StRunner *runner, double learning_rate);
void st_runner_set_beta (StRunner *runner, double beta);
/* Does nothing to kinds without the term, nor where its dimension does not allow it. */
void st_runner_set_isometry (StRunner *runner, StIsometry isometry, double lambda);

/* Epochs trained in all. */
double st_runner_epoch (const StRunner *runner);
double st_runner_seconds_left (const StRunner *runner);
/* Its report in this state, without the rate of the whole; NULL if there is no memory. */
StTrainingReport *st_runner_report (StRunner *runner, StTrainingState state);
