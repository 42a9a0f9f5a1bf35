/* What a training is given besides images: options, and where an earlier one stopped. */
#include <st-trainer.h>

#include <st-alloc.h>

#include <math.h>

enum { BATCH_MAX = 1024, EPOCHS_MAX = 100000 };

StTrainOptions
st_train_options_default (StKind kind, StEncoder encoder)
{
  bool mlp = !st_kind_unfolds (kind);

  return (StTrainOptions) {
    .spec = st_spec_default (kind, encoder), .epochs = 5, .batch = mlp ? 100 : 64,
    .learning_rate = 1e-3, .loss = mlp ? ST_LOSS_GAUSSIAN : ST_LOSS_BCE,
    .beta = mlp ? 1.0 : 0.2, .seed = 0,
    .lambda = mlp && st_kind_has_isometry (kind) ? 100.0 : 0.0, .isometry = ST_ISOMETRY_SCALED,
  };
}

static StStatus
check_loss (const StTrainOptions *options)
{
  bool gaussian = options->loss == ST_LOSS_GAUSSIAN;

  if ((unsigned) options->loss >= ST_LOSSES)
    return st_failure (ST_RANGE, 0, ST_LOSSES - 1);
  if (gaussian && st_kind_unfolds (options->spec.kind))
    return st_failure (ST_RANGE, 0, ST_LOSS_GAUSSIAN - 1);
  if (!(options->sigma >= 0.0 && isfinite (options->sigma)) || (options->sigma > 0.0 && !gaussian))
    return st_failure (ST_RANGE, 0, 0);
  return st_success ();
}

bool
st_train_options_allow_isometry (const StTrainOptions *options)
{
  return options->lambda == 0.0 || options->isometry != ST_ISOMETRY_CONFORMAL
         || options->spec.dimension <= ST_CONFORMAL_DIMENSION_MAX;
}

static StStatus
check_isometry (const StTrainOptions *options)
{
  uint32_t d = options->spec.dimension;

  if ((unsigned) options->isometry >= ST_ISOMETRIES)
    return st_failure (ST_RANGE, 0, ST_ISOMETRIES - 1);
  if (!(options->lambda >= 0.0 && isfinite (options->lambda)))
    return st_failure (ST_RANGE, 0, 1);
  if (options->lambda == 0.0)
    return st_success ();
  if (!st_kind_has_isometry (options->spec.kind) || d < 2)
    return st_failure (ST_RANGE, 0, 0);
  if (!st_train_options_allow_isometry (options))
    return st_failure (ST_RANGE, 2, ST_CONFORMAL_DIMENSION_MAX);
  return st_success ();
}

StStatus
st_train_options_check (const StTrainOptions *options)
{
  StStatus status = st_spec_check (&options->spec);
  if (!st_ok (status))
    return status;
  if (options->epochs < 1 || options->epochs > EPOCHS_MAX)
    return st_failure (ST_RANGE, 1, EPOCHS_MAX);
  if (options->batch < 1 || options->batch > BATCH_MAX)
    return st_failure (ST_RANGE, 1, BATCH_MAX);
  if (!(options->learning_rate > 0.0 && isfinite (options->learning_rate)))
    return st_failure (ST_RANGE, 0, 1);
  if (!(options->beta >= 0.0 && isfinite (options->beta)))
    return st_failure (ST_RANGE, 0, 1);
  status = check_loss (options);
  return st_ok (status) ? check_isometry (options) : status;
}

StStatus
st_train_state_init (StTrainState *state, size_t count)
{
  *state = (StTrainState) {
    .count = count,
    .first = st_alloc (count, sizeof (float)), .second = st_alloc (count, sizeof (float)),
  };
  if (state->first != NULL && state->second != NULL)
    return st_success ();
  st_train_state_clear (state);
  return st_failure (ST_NO_MEMORY, (int64_t) (count * sizeof (float)), 0);
}

void
st_train_state_clear (StTrainState *state)
{
  st_free (state->first);
  st_free (state->second);
  *state = (StTrainState) { 0 };
}
