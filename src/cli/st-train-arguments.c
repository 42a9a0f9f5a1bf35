#include "st-train-arguments.h"

#include "st-arguments.h"

#include <st-model-training.h>

/* Options that only some kinds have. */
static char *
misplaced_option (const StTrainArguments *a, StKind kind)
{
  gboolean unfolds = st_kind_unfolds (kind), samples = st_kind_samples (kind);
  const struct { gboolean given, fits; const char *option, *of; } options[] = {
    { a->encoder != NULL, unfolds, "--encoder", "convolutions" },
    { a->channels != 0, unfolds, "--channels", "convolutions" },
    { a->dimension != 0, st_kind_has_dimension (kind), "--dimension", "a dense layer" },
    { a->hidden != NULL, !unfolds, "--hidden", "hidden layers" },
    { a->activation != NULL, !unfolds, "--activation", "hidden layers" },
    { a->sigma != NULL, !unfolds, "--sigma", "a gaussian loss" },
    { a->beta >= 0.0, samples, "--beta", "a KL term" },
    { a->lambda >= 0.0, st_kind_has_isometry (kind), "--lambda", "an isometry term" },
    { a->isometry != NULL, st_kind_has_isometry (kind), "--isometry", "an isometry term" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].given && !options[i].fits)
      return g_strdup_printf ("%s is for kinds with %s, which %s does not have",
                              options[i].option, options[i].of, st_kind_name (kind));
  return NULL;
}

static char *
interpret_net (const StTrainArguments *a, StSpec *spec)
{
  char *problem = NULL;
  if (a->encoder != NULL)
    problem = st_argument_encoder (a->encoder, &spec->encoder);
  if (problem == NULL && a->hidden != NULL)
    problem = st_argument_hidden (a->hidden, spec->hidden);
  if (problem == NULL && a->activation != NULL)
    problem = st_argument_activation (a->activation, &spec->activation);
  if (a->channels != 0)
    spec->channels = (guint32) a->channels;
  if (a->dimension != 0)
    spec->dimension = (guint32) a->dimension;
  return problem;
}

static char *
interpret_loss (const StTrainArguments *a, StTrainOptions *options)
{
  char *problem = NULL;
  if (a->loss != NULL)
    problem = st_argument_loss (a->loss, &options->loss);
  if (problem != NULL)
    return problem;
  if (options->loss == ST_LOSS_GAUSSIAN && st_kind_unfolds (options->spec.kind))
    return g_strdup_printf ("the loss gaussian is for MLPs; %s takes bce or mse",
                            st_kind_name (options->spec.kind));
  if (options->loss != ST_LOSS_GAUSSIAN && a->sigma != NULL)
    return g_strdup_printf ("--sigma belongs to the loss gaussian, not to %s",
                            st_loss_name (options->loss));
  if (options->loss != ST_LOSS_GAUSSIAN)
    options->sigma = 0.0;
  return a->sigma != NULL ? st_argument_sigma (a->sigma, &options->sigma) : NULL;
}

static char *
interpret_isometry (const StTrainArguments *a, StTrainOptions *options)
{
  char *problem = NULL;
  if (a->lambda >= 0.0)
    options->lambda = a->lambda;
  if (a->isometry != NULL)
    problem = st_argument_isometry (a->isometry, &options->isometry);
  if (problem != NULL)
    return problem;
  gboolean needs_two = options->lambda > 0.0 || !st_kind_unfolds (options->spec.kind);
  if (st_kind_has_isometry (options->spec.kind) && needs_two && options->spec.dimension < 2)
    return g_strdup_printf ("the isometry term needs a --dimension of at least 2, not %u",
                            options->spec.dimension);
  if (options->lambda == 0.0)
    return a->isometry == NULL
             ? NULL : g_strdup_printf ("--isometry needs a --lambda above 0%s",
                                       a->lambda == 0.0 ? "" : ", which is 0 unless given");
  if (options->isometry == ST_ISOMETRY_CONFORMAL
      && options->spec.dimension > ST_CONFORMAL_DIMENSION_MAX)
    return g_strdup_printf ("--isometry conformal is for a --dimension up to %d, not %u: one "
                            "random direction cannot estimate it",
                            ST_CONFORMAL_DIMENSION_MAX, options->spec.dimension);
  return NULL;
}

static char *
interpret_training (const StTrainArguments *a, StTrainOptions *options)
{
  if (a->epochs != 0)
    options->epochs = (guint32) a->epochs;
  if (a->batch != 0)
    options->batch = (guint32) a->batch;
  if (a->learning_rate > 0.0)
    options->learning_rate = a->learning_rate;
  if (a->beta >= 0.0)
    options->beta = a->beta;
  char *problem = interpret_loss (a, options);
  return problem != NULL ? problem : interpret_isometry (a, options);
}

static char *
read_options (const StModelFile *file, const char *path, StTrainOptions *options)
{
  if (st_model_read_training (file, options))
    return NULL;
  return g_strdup_printf ("%s: its metadata say nothing sensible of how it was trained", path);
}

/* What the file holds is given by it: options may repeat that, not change it. */
static char *
check_resumed (const StTrainArguments *a, const StTrainOptions *options, const StModelFile *file)
{
  const StSpec *spec = st_model_spec (file->model);
  if (!st_spec_equal (spec, &options->spec))
    return g_strdup_printf ("%s: it holds another net than these options ask for; leave out "
                            "what describes the net", a->resume);
  if (file->state != NULL && file->state->epoch >= options->epochs)
    return g_strdup_printf ("%s: it has been trained for %u %s already; --epochs must be more",
                            a->resume, file->state->epoch,
                            file->state->epoch == 1 ? "epoch" : "epochs");
  return NULL;
}

char *
st_train_arguments_interpret (const StTrainArguments *a, const StModelFile *resumed,
                              StTrainOptions *options)
{
  StKind kind = resumed != NULL ? st_model_spec (resumed->model)->kind : ST_KIND_CAE, asked = kind;
  char *problem = NULL;

  if (a->kind == NULL && resumed == NULL)
    return g_strdup ("--kind is missing");
  if (a->kind != NULL)
    problem = st_argument_kind (a->kind, &asked);
  if (problem == NULL && resumed != NULL && asked != kind)
    problem = g_strdup_printf ("%s: it holds a model of kind %s, not %s", a->resume,
                               st_kind_name (kind), st_kind_name (asked));
  if (problem == NULL)
    problem = misplaced_option (a, asked);
  if (problem != NULL)
    return problem;

  *options = st_train_options_default (asked, ST_ENCODER_S2);
  if (resumed != NULL)
    problem = read_options (resumed, a->resume, options);
  if (problem == NULL)
    problem = interpret_net (a, &options->spec);
  if (problem == NULL)
    problem = interpret_training (a, options);
  if (problem == NULL && resumed != NULL)
    problem = check_resumed (a, options, resumed);
  return problem;
}
