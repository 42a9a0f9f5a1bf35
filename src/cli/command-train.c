#include "st-arguments.h"
#include "st-cli.h"
#include "st-commands.h"

#include <st-file.h>
#include <st-names.h>
#include <st-trainer.h>
#include <stdio.h>
#include <string.h>

typedef struct Train {
  StCommon common;
  StSelection selection;
  const char *kind, *encoder, *loss, *output;
  guint64 epochs, batch, channels;
  double learning_rate, beta;
  StTrainOptions options;
} Train;

static gboolean
parse (Train *train, const StCommand *command, int argc, char **argv, int *exit)
{
  const StOption options[] = {
    { "kind", ST_OPTION_TEXT, &train->kind, "K", "cae, dae or vae", 0, 0 },
    ST_SELECTION_OPTIONS (&train->selection),
    { "classes", ST_OPTION_TEXT, &train->selection.classes, "0,1",
      "only images with these labels", 0, 0 },
    { "encoder", ST_OPTION_TEXT, &train->encoder, "E", "s2 (the default) or k4", 0, 0 },
    { "channels", ST_OPTION_WHOLE, &train->channels, "C",
      "of the latent tensor (128)", 1, 256 },
    { "epochs", ST_OPTION_WHOLE, &train->epochs, "E", "times through the images (5)", 1, 1e6 },
    { "batch", ST_OPTION_WHOLE, &train->batch, "B", "images in a step (64)", 1, 4096 },
    { "learning-rate", ST_OPTION_REAL, &train->learning_rate, "R", "of Adam (0.001)", 0, 1e3 },
    { "loss", ST_OPTION_TEXT, &train->loss, "bce|mse", "what is made small (bce)", 0, 0 },
    { "beta", ST_OPTION_REAL, &train->beta, "B", "weight of the KL term (0.2)", 0, 1e6 },
    { "lambda", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "isometry", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "sigma", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "hidden", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "activation", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "noise", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "dimension", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "resume", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "o", ST_OPTION_TEXT, &train->output, "M.safetensors", "where to save it", 0, 0 },
    ST_COMMON_OPTIONS (&train->common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, exit);
}

/* From texts to the trainer's options. */
static char *
interpret (Train *train)
{
  StTrainOptions *options = &train->options;
  StKind kind;
  StEncoder encoder = ST_ENCODER_S2;

  if (train->kind == NULL)
    return g_strdup ("--kind is missing");
  char *problem = st_argument_kind (train->kind, &kind);
  if (problem == NULL && train->encoder != NULL)
    problem = st_argument_encoder (train->encoder, &encoder);
  if (problem != NULL)
    return problem;
  if (train->output == NULL)
    return g_strdup ("-o is missing: where to save the model");

  *options = st_train_options_default (kind, encoder);
  if (train->loss != NULL && strcmp (train->loss, "mse") == 0)
    options->loss = ST_LOSS_MSE;
  else if (train->loss != NULL && strcmp (train->loss, "gaussian") == 0)
    return g_strdup ("the loss gaussian is not built yet");
  else if (train->loss != NULL && strcmp (train->loss, "bce") != 0)
    return g_strdup_printf ("there is no loss “%s”", train->loss);
  if (train->channels != 0)
    options->spec.channels = (guint32) train->channels;
  if (train->epochs != 0)
    options->epochs = (guint32) train->epochs;
  if (train->batch != 0)
    options->batch = (guint32) train->batch;
  if (train->learning_rate >= 0.0)
    options->learning_rate = train->learning_rate;
  if (train->beta >= 0.0)
    options->beta = train->beta;
  options->seed = train->common.seed;
  return NULL;
}

static int
print_epoch (const Train *train, StTrainProgress progress, double images_per_second)
{
  gboolean samples = st_kind_samples (train->options.spec.kind);
  if (train->common.json)
    return st_cli_print_json (json_pack (
      "{s:s, s:i, s:o, s:o, s:o, s:n, s:o}", "event", "epoch", "epoch", (int) progress.epoch,
      "loss", st_json_number (progress.loss),
      "reconstruction", st_json_number (progress.reconstruction),
      "kl", samples ? st_json_number (progress.kl) : json_null (),
      "isometry", "images_per_second", st_json_number (images_per_second)));
  if (train->common.quiet)
    return ST_EXIT_DONE;
  printf ("epoch %u of %u: loss %.3f", progress.epoch, train->options.epochs, progress.loss);
  if (samples)
    printf (", reconstruction %.3f, KL %.3f", progress.reconstruction, progress.kl);
  printf (", %.0f images/s\n", images_per_second);
  return st_cli_finish_output ();
}

static int
print_done (const Train *train, double seconds)
{
  gsize parameters = st_spec_parameters (&train->options.spec);
  if (train->common.json)
    return st_cli_print_json (json_pack ("{s:s, s:I, s:o}", "event", "done", "parameters",
                                         (json_int_t) parameters, "seconds",
                                         st_json_number (seconds)));
  if (train->common.quiet)
    return ST_EXIT_DONE;
  printf ("saved %s: %" G_GSIZE_FORMAT " parameters, %.1f s\n", train->output, parameters, seconds);
  return st_cli_finish_output ();
}

static void
show_progress (const Train *train, StTrainProgress progress, gint64 *shown)
{
  gint64 now = g_get_monotonic_time ();
  if (now - *shown < G_USEC_PER_SEC / 10)
    return;
  *shown = now;
  g_autofree char *text
    = g_strdup_printf ("Training %s: epoch %u of %u, batch %u of %u",
                       st_name_kind (train->options.spec.kind), progress.epoch + 1,
                       train->options.epochs, progress.batch, progress.batches);
  st_cli_progress (&train->common, text);
}

/* Steps to the end; ST_EXIT_DONE if it got there. */
static int
run_trainer (const Train *train, StTrainer *trainer)
{
  gint64 shown = 0, epoch_began = g_get_monotonic_time ();
  while (!st_trainer_finished (trainer))
    {
      StStatus status = st_cancel_asked (&st_cli_cancel) ? st_failure (ST_CANCELLED, 0, 0)
                                                         : st_trainer_step (trainer);
      if (!st_ok (status))
        {
          st_cli_progress (&train->common, NULL);
          return st_cli_fail_save (status, train->output);
        }
      StTrainProgress progress = st_trainer_progress (trainer);
      show_progress (train, progress, &shown);
      if (progress.batch < progress.batches)
        continue;

      st_cli_progress (&train->common, NULL);
      gint64 now = g_get_monotonic_time ();
      double seconds = (double) MAX (now - epoch_began, 1) / G_USEC_PER_SEC;
      epoch_began = now;
      int exit = print_epoch (train, progress, progress.batches * (double) train->options.batch
                                                 / seconds);
      if (exit != ST_EXIT_DONE)
        return exit;
    }
  return ST_EXIT_DONE;
}

static void
set_metadata (const Train *train, GHashTable *metadata)
{
  /* A file's folder says nothing to others, and would change the bytes. */
  g_hash_table_insert (metadata, g_strdup ("dataset"),
                       g_filename_display_basename (train->selection.dataset));
  g_hash_table_insert (metadata, g_strdup ("seed"),
                       g_strdup_printf ("%" G_GUINT64_FORMAT, train->options.seed));
  g_hash_table_insert (metadata, g_strdup ("epochs"),
                       g_strdup_printf ("%u", train->options.epochs));
}

static int
save (const Train *train, const StTrainer *trainer)
{
  StModelFile file = { .metadata = st_model_metadata_new () };
  set_metadata (train, file.metadata);
  StStatus status = st_trainer_snapshot (trainer, &file.model);
  if (st_ok (status))
    status = st_model_save (train->output, &file);
  st_model_file_clear (&file);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail_save (status, train->output);
}

static int
train_on (Train *train, const StChosen *chosen, StPool *pool)
{
  StTrainer *trainer;
  gint64 began = g_get_monotonic_time ();

  train->options.spec.image = st_dataset_shape (chosen->dataset);
  StStatus status = st_spec_check (&train->options.spec);
  if (!st_ok (status))
    return st_cli_fail (status, train->selection.dataset);
  if (chosen->count < train->options.batch)
    return st_cli_take_wrong (g_strdup_printf ("%u images are fewer than a batch of %u",
                                               chosen->count, train->options.batch));
  status = st_trainer_new (&train->options, chosen->dataset, chosen->indices, chosen->count, pool,
                           &trainer);
  if (!st_ok (status))
    return st_cli_fail (status, train->selection.dataset);

  int exit = run_trainer (train, trainer);
  if (exit == ST_EXIT_DONE)
    exit = save (train, trainer);
  if (exit == ST_EXIT_DONE)
    exit = print_done (train, (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  st_trainer_free (trainer);
  return exit;
}

int
st_command_train (const StCommand *command, int argc, char **argv)
{
  Train train = { .selection = ST_SELECTION_INIT, .learning_rate = -1.0, .beta = -1.0 };
  StChosen chosen;
  StPool *pool;
  int exit;

  if (!parse (&train, command, argc, argv, &exit))
    return exit;
  char *problem = interpret (&train);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  /* Known now rather than after minutes. */
  StStatus status = st_file_can_save (train.output);
  if (!st_ok (status))
    return st_cli_fail_save (status, train.output);

  exit = st_cli_choose (&train.common, &train.selection, ST_SPLIT_TRAIN, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  exit = st_cli_open_pool (&train.common, &pool);
  if (exit == ST_EXIT_DONE)
    {
      exit = train_on (&train, &chosen, pool);
      st_pool_free (pool);
    }
  st_chosen_clear (&chosen);
  return exit;
}
