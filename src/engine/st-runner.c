#include <st-runner.h>

#include <st-alloc.h>

#include <math.h>
#include <stdatomic.h>

/* The public part comes first, so that a StTrainingReport * is a Counted *. */
typedef struct Counted {
  StTrainingReport report;
  atomic_uint references;
} Counted;

/* ---- beginning ---- */

/* An epoch that was begun before has losses too, which only the history still knows. */
static void
recall_losses (const StTrainingTask *task, double images, double begin, double end,
               StTrainState *state)
{
  StCurvePoint mean;
  if (task->history == NULL || !st_history_mean (task->history, begin, end, &mean))
    return;
  state->reconstruction = mean.reconstruction * images;
  state->kl = mean.kl * images;
  state->isometry = mean.isometry * images;
  state->penalty = (mean.loss - mean.reconstruction) * images;
}

/* Weights without a state: Adam's moments begin at zero. */
static StStatus
resume_weights (StRunner *runner, const StTrainingTask *task)
{
  StTrainProgress progress = st_trainer_progress (runner->trainer);
  StTrainState state;
  StStatus status = st_train_state_init (&state, st_spec_parameters (&task->options.spec));
  if (!st_ok (status))
    return status;
  state.epoch = (uint32_t) (task->batches / progress.batches);
  state.batch = (uint32_t) (task->batches % progress.batches);
  double images = (double) state.batch * task->options.batch;
  recall_losses (task, images, state.epoch,
                 state.epoch + (double) state.batch / progress.batches, &state);
  status = st_trainer_resume (runner->trainer, task->model, &state);
  st_train_state_clear (&state);
  return status;
}

static StStatus
resume (StRunner *runner, const StTrainingTask *task)
{
  StStatus status = task->state != NULL
                      ? st_trainer_resume (runner->trainer, task->model, task->state)
                      : resume_weights (runner, task);
  if (!st_ok (status))
    return status;
  StTrainProgress progress = st_trainer_progress (runner->trainer);
  bool whole = progress.batch == progress.batches;
  runner->before = progress;
  runner->batches = (uint64_t) progress.epoch * progress.batches + (whole ? 0 : progress.batch);
  runner->begun = runner->batches;
  if (task->history != NULL)
    {
      uint32_t most = runner->history.moments_most;
      st_history_copy_until (task->history, runner->batches, st_runner_epoch (runner),
                             &runner->history);
      runner->history.moments_most = most;
    }
  return status;
}

StStatus
st_runner_init (StRunner *runner, const StTrainingTask *task, size_t history_bytes, StPool *pool)
{
  *runner = (StRunner) {
    .options = task->options, .first_weights = task->first_weights,
    .learning_rate = task->options.learning_rate, .beta = task->options.beta,
    .isometry = task->options.isometry, .lambda = task->options.lambda,
  };
  StStatus status = st_trainer_new (&task->options, task->dataset, task->indices, task->count,
                                    pool, &runner->trainer);
  if (!st_ok (status))
    return status;
  st_history_init (&runner->history, &task->options.spec, history_bytes);
  return task->model != NULL ? resume (runner, task) : status;
}

void
st_runner_clear (StRunner *runner)
{
  st_trainer_free (runner->trainer);
  st_history_clear (&runner->history);
}

/* ---- batches ---- */

static double
epochs_trained (const StTrainProgress *progress)
{
  bool whole = progress->batch == progress->batches;
  return progress->epoch + (whole ? 0.0 : (double) progress->batch / progress->batches);
}

double
st_runner_epoch (const StRunner *runner)
{
  StTrainProgress progress = st_trainer_progress (runner->trainer);
  return epochs_trained (&progress);
}

bool
st_runner_is_through (const StRunner *runner)
{
  return runner->ended || !st_ok (runner->status) || runner->on_plateau
         || st_trainer_finished (runner->trainer);
}

/* A progress has means over its epoch; a batch's own losses are differences of their sums. */
static void
note_losses (StRunner *runner, const StTrainProgress *after)
{
  const StTrainProgress *before = &runner->before;
  bool first = after->batch == 1;
  double n = after->batch, m = first ? 0 : before->batch;
  StCurvePoint losses = {
    .epoch = epochs_trained (after),
    .loss = after->loss * n - (first ? 0 : before->loss * m),
    .reconstruction = after->reconstruction * n - (first ? 0 : before->reconstruction * m),
    .kl = after->kl * n - (first ? 0 : before->kl * m),
    .isometry = after->isometry * n - (first ? 0 : before->isometry * m),
  };
  st_history_add_loss (&runner->history, &losses);
  if (!runner->has_first_loss)
    runner->first_loss = losses.loss;
  runner->has_first_loss = true;
  runner->before = *after;
}

static void
keep_moment (StRunner *runner, double epoch)
{
  StModel *model;
  if (!st_history_wants (&runner->history, runner->batches)
      || !st_ok (st_trainer_snapshot (runner->trainer, &model)))
    return;
  st_history_keep (&runner->history, runner->batches, epoch,
                   runner->first_weights + runner->batches - runner->begun, model);
  st_model_unref (model);
}

void
st_runner_step (StRunner *runner, bool stop_on_plateau, double (*now) (void))
{
  double start = now ();
  runner->status = st_trainer_step (runner->trainer);
  if (!st_ok (runner->status))
    return;
  runner->batches++;
  StTrainProgress after = st_trainer_progress (runner->trainer);
  note_losses (runner, &after);
  keep_moment (runner, epochs_trained (&after));
  if (after.batch == after.batches && st_plateau_add (&runner->plateau, after.loss))
    runner->on_plateau = stop_on_plateau && !st_trainer_finished (runner->trainer);
  runner->busy += now () - start;
}

void
st_runner_aim (StRunner *runner, uint64_t batches)
{
  StTrainProgress progress = st_trainer_progress (runner->trainer);
  uint64_t from = runner->goal > runner->batches ? runner->goal : runner->batches;
  uint64_t rest = progress.batches - from % progress.batches;
  runner->goal = from + (batches > 0 ? batches : rest);
}

void
st_runner_set_learning_rate (StRunner *runner, double learning_rate)
{
  if (st_ok (st_trainer_set_learning_rate (runner->trainer, learning_rate)))
    runner->learning_rate = learning_rate;
}

/* From here on the loss means something else. */
static void
forget_losses (StRunner *runner)
{
  runner->plateau = (StPlateau) { 0 };
  runner->has_first_loss = false;
}

void
st_runner_set_beta (StRunner *runner, double beta)
{
  if (beta == runner->beta || !st_ok (st_trainer_set_beta (runner->trainer, beta)))
    return;
  runner->beta = beta;
  forget_losses (runner);
}

void
st_runner_set_isometry (StRunner *runner, StIsometry isometry, double lambda)
{
  if ((isometry == runner->isometry && lambda == runner->lambda)
      || !st_ok (st_trainer_set_isometry (runner->trainer, isometry, lambda)))
    return;
  runner->isometry = isometry;
  runner->lambda = lambda;
  forget_losses (runner);
}

/* ---- reports ---- */

double
st_runner_seconds_left (const StRunner *runner)
{
  StTrainProgress progress = st_trainer_progress (runner->trainer);
  uint64_t trained = runner->batches - runner->begun;
  double to_go = (runner->options.epochs - epochs_trained (&progress)) * progress.batches;
  if (st_runner_is_through (runner) || trained == 0)
    return 0;
  return to_go * runner->busy / (double) trained;
}

StTrainingReport *
st_runner_report (StRunner *runner, StTrainingState state)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  StModel *model = NULL;
  if (counted == NULL || !st_ok (st_trainer_snapshot (runner->trainer, &model)))
    {
      st_free (counted);
      return NULL;   /* the screen keeps what it shows; the next one may fit */
    }
  counted->references = 1;
  StTrainingReport *report = &counted->report;
  uint64_t trained = runner->batches - runner->begun;
  report->state = state;
  report->status = runner->status;
  report->model = model;
  report->weights = runner->first_weights + trained;
  report->progress = st_trainer_progress (runner->trainer);
  report->epoch = epochs_trained (&report->progress);
  report->epochs = runner->options.epochs;
  report->batches = runner->batches;
  report->first_loss = runner->first_loss;
  report->learning_rate = runner->learning_rate;
  report->beta = runner->beta;
  report->isometry = runner->isometry;
  report->lambda = runner->lambda;
  report->images_per_second
    = runner->busy > 0 ? (double) trained * runner->options.batch / runner->busy : 0;
  if (runner->batches == 0)
    st_history_keep (&runner->history, 0, 0, report->weights, model);
  if (state != ST_TRAINING_RUNNING && state != ST_TRAINING_PAUSED)
    st_history_end (&runner->history, runner->batches, report->epoch, report->weights, model);
  st_history_copy (&runner->history, &report->history);
  return report;
}

StTrainingReport *
st_training_report_ref (StTrainingReport *report)
{
  atomic_fetch_add (&((Counted *) report)->references, 1);
  return report;
}

void
st_training_report_unref (StTrainingReport *report)
{
  if (report == NULL || atomic_fetch_sub (&((Counted *) report)->references, 1) != 1)
    return;
  st_model_unref (report->model);
  st_history_clear (&report->history);
  st_free (report);
}
