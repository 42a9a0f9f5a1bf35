#include "st-run-private.h"

#include <st-bell.h>
#include <st-job.h>

static const double YIELD_SECONDS = 0.12;

enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StRun, st_run, G_TYPE_OBJECT)

void
st_run_changed (StRun *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ---- what columns show ---- */

static void
show_moment (StRun *self, guint i)
{
  const StTrainingReport *report = self->reports[i];
  StColumn *column = st_run_get_column (self, i);
  if (report == NULL)
    return;
  const StMoment *moment = self->following
                             ? NULL : st_history_nearest (&report->history, self->shown_epoch);
  if (moment != NULL)
    st_column_set_model (column, moment->model, moment->weights, moment->epoch, self->epochs);
  else
    st_column_set_model (column, report->model, report->weights, report->epoch, self->epochs);
}

static void
show_moments (StRun *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    show_moment (self, i);
}

/* ---- the training's bell ---- */

gboolean
st_run_report_has_ended (const StTrainingReport *report)
{
  return report != NULL && report->state != ST_TRAINING_RUNNING
         && report->state != ST_TRAINING_PAUSED;
}

static gboolean
take_reports (gpointer data)
{
  StRun *self = data;
  if (self->training == NULL)
    return G_SOURCE_CONTINUE;
  for (guint i = 0; i < self->columns->len; i++)
    {
      StTrainingReport *report = st_training_take (self->training, i);
      if (report == NULL)
        continue;
      st_training_report_unref (self->reports[i]);
      self->reports[i] = report;
      show_moment (self, i);
    }
  st_run_changed (self);
  return G_SOURCE_CONTINUE;
}

/* ---- hands: the training hears them also while it is being started ---- */

void
st_run_pause (StRun *self, gboolean paused)
{
  if (paused == st_run_is_paused (self) || !st_run_is_active (self))
    return;
  self->paused = paused;
  self->stepping = FALSE;
  if (self->training != NULL)
    st_training_pause (self->training, paused);
  st_run_changed (self);
}

void
st_run_stop (StRun *self)
{
  if (self->stopped)
    return;
  g_cancellable_cancel (self->cancel_loading);
  if (self->loading || self->training == NULL)
    self->stopped = TRUE;
  else
    st_training_stop (self->training);   /* its last reports end it */
  st_run_changed (self);
}

static gboolean
begin_step (StRun *self)
{
  if (!st_run_is_active (self) || self->training == NULL)
    return FALSE;
  self->paused = TRUE;
  self->stepping = TRUE;
  self->following = TRUE;
  return TRUE;
}

void
st_run_step (StRun *self)
{
  if (begin_step (self))
    st_training_step (self->training, 1);
  st_run_changed (self);
}

void
st_run_step_epoch (StRun *self)
{
  if (begin_step (self))
    st_training_step_epoch (self->training);
  st_run_changed (self);
}

void
st_run_set_learning_rate (StRun *self, double learning_rate)
{
  if (self->training != NULL)
    st_training_set_learning_rate (self->training, learning_rate);
}

void
st_run_set_beta (StRun *self, double beta)
{
  if (self->training != NULL)
    st_training_set_beta (self->training, beta);
}

void
st_run_set_lambda (StRun *self, double lambda)
{
  if (self->training != NULL)
    st_training_set_lambda (self->training, lambda);
}

void
st_run_set_isometry (StRun *self, StIsometry isometry)
{
  if (self->training != NULL)
    st_training_set_isometry (self->training, isometry);
}

void
st_run_stop_on_plateau (StRun *self, gboolean stop)
{
  if (self->training != NULL)
    st_training_stop_on_plateau (self->training, stop);
}

gboolean
st_run_can_continue (StRun *self)
{
  if (self->loading || self->training == NULL || self->reports[0] == NULL)
    return FALSE;
  return !st_run_is_active (self) || !self->following;
}

gboolean
st_run_get_training (StRun *self, StColumn *column, StTrainState *state, StTrainOptions *options,
                     guint *images)
{
  guint i = 0;
  if (self->loading || self->training == NULL || !g_ptr_array_find (self->columns, column, &i))
    return FALSE;
  const StTrainingReport *report = self->reports[i];
  if (report == NULL || report->state == ST_TRAINING_RUNNING
      || report->weights != st_column_get_weights (column)
      || !st_ok (st_training_state (self->training, i, state)))
    return FALSE;
  /* A report that has not been taken yet may be ahead of the one that is shown. */
  const StTrainProgress *shown = &report->progress;
  if (state->epoch != shown->epoch || state->batch != shown->batch % shown->batches)
    {
      st_train_state_clear (state);
      return FALSE;
    }
  *options = self->options[i];
  options->learning_rate = report->learning_rate;
  options->beta = report->beta;
  options->isometry = report->isometry;
  options->lambda = report->lambda;
  *images = self->trained_images[i];
  return TRUE;
}

void
st_run_yield (StRun *self)
{
  if (self->training != NULL && st_run_get_state (self) == ST_RUN_RUNNING)
    st_training_yield (self->training, YIELD_SECONDS);
}

void
st_run_show_epoch (StRun *self, double epoch)
{
  self->following = FALSE;
  self->shown_epoch = epoch;
  show_moments (self);
  st_run_changed (self);
}

void
st_run_follow (StRun *self, gboolean following)
{
  if (following == self->following)
    return;
  self->shown_epoch = st_run_get_epoch (self);
  self->following = following;
  show_moments (self);
  st_run_changed (self);
}

/* ---- what is known ---- */

StRunState
st_run_get_state (StRun *self)
{
  if (self->stopped)
    return ST_RUN_ENDED;
  if (self->loading)
    return ST_RUN_LOADING;
  for (guint i = 0; i < self->columns->len; i++)
    if (!st_run_report_has_ended (self->reports[i]))
      return st_run_is_paused (self) ? ST_RUN_PAUSED : ST_RUN_RUNNING;
  return ST_RUN_ENDED;
}

gboolean
st_run_is_paused (StRun *self)
{
  gboolean stepping = self->stepping && self->training != NULL
                      && !st_training_rests (self->training);
  return self->paused && !stepping;
}

gboolean
st_run_is_active (StRun *self)
{
  return st_run_get_state (self) != ST_RUN_ENDED;
}

double
st_run_get_epoch (StRun *self)
{
  double reached = 0;
  if (!self->following)
    return self->shown_epoch;
  for (guint i = 0; i < self->columns->len; i++)
    if (self->reports[i] != NULL)
      reached = MAX (reached, self->reports[i]->epoch);
  return reached;
}

const char *st_run_get_failure (StRun *self) { return self->failure; }
guint st_run_get_columns (StRun *self) { return self->columns->len; }
guint st_run_get_epochs (StRun *self) { return self->epochs; }
gboolean st_run_is_following (StRun *self) { return self->following; }

StColumn *
st_run_get_column (StRun *self, guint i)
{
  return g_ptr_array_index (self->columns, i);
}

const StTrainingReport *
st_run_get_report (StRun *self, guint i)
{
  return self->reports[i];
}

/* ---- object ---- */

/* A training ends with its batch, which the main thread does not wait for. */
typedef struct Ending { StTraining *training; GSource *bell; } Ending;

static void
end_training (gpointer data)
{
  Ending *ending = data;
  st_training_free (ending->training);
  ending->training = NULL;
}

static void
ending_free (gpointer data)
{
  Ending *ending = data;
  g_source_unref (ending->bell);
  g_free (ending);
}

static void
st_run_finalize (GObject *object)
{
  StRun *self = ST_RUN (object);
  g_cancellable_cancel (self->cancel_loading);
  Ending *ending = g_new0 (Ending, 1);
  ending->training = self->loading ? NULL : g_steal_pointer (&self->training);
  ending->bell = g_source_ref (self->bell);
  st_job_start (NULL, ending, ending_free, end_training, NULL);
  st_bell_free (self->bell);
  for (guint i = 0; i < ST_TRAINING_MAX; i++)
    st_training_report_unref (self->reports[i]);
  g_ptr_array_unref (self->columns);
  g_object_unref (self->cancel_loading);
  g_free (self->dataset);
  g_free (self->failure);
  G_OBJECT_CLASS (st_run_parent_class)->finalize (object);
}

static void
st_run_class_init (StRunClass *class)
{
  G_OBJECT_CLASS (class)->finalize = st_run_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_run_init (StRun *self)
{
  self->following = TRUE;
  self->cancel_loading = g_cancellable_new ();
  self->bell = st_bell_new (take_reports, self);
  if (!st_ok (st_training_new (st_bell_ring, self->bell, &self->training)))
    self->training = NULL;
}

StRun *
st_run_new (GPtrArray *columns, const StRunOptions *options)
{
  StRun *self = g_object_new (ST_TYPE_RUN, NULL);
  self->columns = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < MIN (columns->len, ST_TRAINING_MAX); i++)
    g_ptr_array_add (self->columns, g_object_ref (g_ptr_array_index (columns, i)));
  /* What is gone on with saw these images in this order. */
  StRun *from = options->from;
  self->dataset = g_strdup (from != NULL ? from->dataset : options->dataset);
  self->classes = from != NULL ? from->classes : options->classes;
  self->images = from != NULL ? from->images : options->images;
  self->epochs = from != NULL ? from->epochs : options->epochs;
  self->seed = from != NULL ? from->seed : options->seed;
  self->learning_rate = options->learning_rate;
  self->beta = options->beta;
  self->lambda = options->lambda;
  self->isometry = options->isometry;
  if (self->training != NULL)
    {
      st_training_stop_on_plateau (self->training, options->stop_on_plateau);
      st_training_pause (self->training, FALSE);
    }
  st_run_start (self, from, options->from_files);
  return self;
}

