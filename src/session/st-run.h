/* One training run: which columns it trains, how far it is, and which moment of it is shown.
 *
 * While it runs the columns follow the newest weights; the history's scrubber shows an earlier
 * moment instead.  Main thread only. */
#pragma once

#include <st-classes.h>
#include <st-column.h>
#include <st-training.h>

typedef enum StRunState {
  ST_RUN_LOADING,    /* reading the images to train on */
  ST_RUN_RUNNING,
  ST_RUN_PAUSED,
  ST_RUN_ENDED,      /* stopped, finished or failed: all models are */
} StRunState;

#define ST_TYPE_RUN (st_run_get_type ())
G_DECLARE_FINAL_TYPE (StRun, st_run, ST, RUN, GObject)

typedef struct StRunOptions {
  const char *dataset;    /* a name or a path; its training part where it has one */
  StClasses classes;      /* only images of these */
  guint images;           /* the first so many; more than there are is clamped */
  guint epochs;
  guint64 seed;
  double learning_rate;   /* 0: each kind's own */
  double beta, lambda;    /* below 0: each kind's own */
  int isometry;           /* StIsometry, what lambda weighs; below 0: each kind's own */
  gboolean stop_on_plateau;
  StRun *from;            /* goes on from the moment that this one shows; its models train on */
  gboolean from_files;    /* goes on with the columns' weights, from their files' states if any */
} StRunOptions;

/* Signals: "changed" (a report came, the state or the moment changed).
 * Begins at once, in the background; columns are StColumn, at most ST_TRAINING_MAX. */
StRun *st_run_new (GPtrArray *columns, const StRunOptions *options);
StRunState st_run_get_state (StRun *run);
/* Whether weights still change. */
gboolean st_run_is_active (StRun *run);
/* Why it could not begin, as a sentence; NULL if it could. */
const char *st_run_get_failure (StRun *run);

guint st_run_get_columns (StRun *run);
StColumn *st_run_get_column (StRun *run, guint i);
/* Borrowed until the next "changed"; NULL before the first. */
const StTrainingReport *st_run_get_report (StRun *run, guint i);
guint st_run_get_epochs (StRun *run);

/* Hands are heard from the beginning: what they want while images are read holds from the first
 * batch on.  Pausing forgets the steps that were not done. */
void st_run_pause (StRun *run, gboolean paused);
/* Whether it stands, or will as soon as its images are read: not while there are steps to do. */
gboolean st_run_is_paused (StRun *run);
void st_run_stop (StRun *run);
/* One batch of each model, or to the end of the epoch, and then it pauses. */
void st_run_step (StRun *run);
void st_run_step_epoch (StRun *run);
/* From the next batch on. */
void st_run_set_learning_rate (StRun *run, double learning_rate);
void st_run_set_beta (StRun *run, double beta);
void st_run_set_lambda (StRun *run, double lambda);
void st_run_set_isometry (StRun *run, StIsometry isometry);
void st_run_stop_on_plateau (StRun *run, gboolean stop);
/* Whether a run that goes on from the moment shown would be another one than this. */
gboolean st_run_can_continue (StRun *run);
/* Where the training of exactly the weights that a column has stands, if that is known: it has
 * ended or is paused there.  Clear the state; images: how many it trains on. */
gboolean st_run_get_training (StRun *run, StColumn *column, StTrainState *state,
                              StTrainOptions *options, guint *images);
/* Lets a hand that drags have the processors for a moment. */
void st_run_yield (StRun *run);
/* Shows an earlier moment, or (following) the newest weights. */
void st_run_show_epoch (StRun *run, double epoch);
void st_run_follow (StRun *run, gboolean following);
gboolean st_run_is_following (StRun *run);
/* The epoch that is shown, or reached. */
double st_run_get_epoch (StRun *run);
