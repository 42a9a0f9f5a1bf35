/* A run's insides, for its own files: st-run.c has the object, hands and what is shown,
 * st-run-start.c how one begins or goes on from another or from files. */
#pragma once

#include <gio/gio.h>
#include <st-run.h>

struct _StRun {
  GObject parent_instance;
  GPtrArray *columns;
  char *dataset;
  StClasses classes;
  guint images, epochs;
  guint64 seed;
  StTrainOptions options[ST_TRAINING_MAX];
  guint trained_images[ST_TRAINING_MAX];
  double learning_rate, beta, lambda;
  int isometry;

  StTraining *training;     /* hears hands from the beginning; NULL if there is no memory */
  gboolean loading;         /* it is being started: the job that does it owns it until it is done */
  GSource *bell;
  StTrainingReport *reports[ST_TRAINING_MAX];
  GCancellable *cancel_loading;
  gboolean paused;          /* what hands want, in the end */
  gboolean stepping;        /* but steps were asked for since, if the training does not rest */
  gboolean stopped;
  char *failure;

  gboolean following;
  double shown_epoch;       /* if not following */
};

/* Reads the images and starts the training in the background. */
void st_run_start (StRun *run, StRun *from, gboolean from_files);
void st_run_changed (StRun *run);
gboolean st_run_report_has_ended (const StTrainingReport *report);
