#include "st-commands.h"
#include "st-train-arguments.h"

#include <st-file.h>
#include <st-model-training.h>
#include <st-names.h>
#include <st-plateau.h>
#include <st-words.h>
#include <stdio.h>
#include <string.h>

typedef struct Train {
  StCommon common;
  StSelection selection;
  StTrainArguments arguments;
  const char *output;
  gboolean keep_optimizer;
  StTrainOptions options;
  StModelFile resumed;      /* its model NULL: from the beginning */
  guint trained_images;
  double first_loss, last_loss;   /* of the first batch and the last epoch here */
} Train;

static gboolean
parse (Train *train, const StCommand *command, int argc, char **argv, int *exit)
{
  const StOption options[] = {
    ST_SELECTION_OPTIONS (&train->selection),
    { "classes", ST_OPTION_TEXT, &train->selection.classes, "0,1",
      "only images with these labels", 0, 0 },
    ST_TRAIN_OPTIONS (&train->arguments),
    { "noise", ST_OPTION_LATER, NULL, NULL, NULL, 0, 0 },
    { "keep-optimizer", ST_OPTION_FLAG, &train->keep_optimizer, NULL,
      "save Adam's moments too: --resume then goes on as if never stopped", 0, 0 },
    { "o", ST_OPTION_TEXT, &train->output, "M.safetensors", "where to save it", 0, 0 },
    ST_COMMON_OPTIONS (&train->common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, exit);
}

/* Opens what is to be gone on from, and takes its seed; unless one is given, which a second
 * reading of the arguments finds. */
static int
open_resumed (Train *train, const StCommand *command, int argc, char **argv)
{
  int exit = st_cli_open_model (train->arguments.resume, &train->resumed);
  if (exit != ST_EXIT_DONE)
    return exit;
  const char *seed = g_hash_table_lookup (train->resumed.metadata, "seed");
  if (seed != NULL)
    st_options_whole (seed, &train->common.seed);
  if (!parse (train, command, argc, argv, &exit))
    return exit;
  if (train->resumed.state == NULL)
    st_cli_note (&train->common, "%s holds no state of its optimizer: training begins anew, with "
                 "its weights", train->arguments.resume);
  return ST_EXIT_DONE;
}

static int
print_epoch (const Train *train, StTrainProgress progress, double images_per_second)
{
  gboolean samples = st_kind_samples (train->options.spec.kind);
  gboolean has_isometry = train->options.lambda > 0.0;
  if (train->common.json)
    return st_cli_print_json (json_pack (
      "{s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "event", "epoch", "epoch", (int) progress.epoch,
      "loss", st_json_number (progress.loss),
      "reconstruction", st_json_number (progress.reconstruction),
      "kl", samples ? st_json_number (progress.kl) : json_null (),
      "isometry", has_isometry ? st_json_number (progress.isometry) : json_null (),
      "images_per_second", st_json_number (images_per_second)));
  if (train->common.quiet)
    return ST_EXIT_DONE;
  printf ("epoch %u of %u: loss %.3f", progress.epoch, train->options.epochs, progress.loss);
  if (samples || has_isometry)
    printf (", reconstruction %.3f", progress.reconstruction);
  if (samples)
    printf (", KL %.3f", progress.kl);
  if (has_isometry)
    printf (", isometry %.4f", progress.isometry);
  printf (", %.0f images/s\n", images_per_second);
  return st_cli_finish_output ();
}

/* A sentence about a training that made its net worse, or NULL. */
static char *
describe_rise (const Train *train)
{
  if (!st_loss_rose (train->first_loss, train->last_loss))
    return NULL;
  return g_strdup_printf ("the loss ended above where it began: %.4g at first, %.4g in the end; "
                          "a lower --learning-rate may help", train->first_loss,
                          train->last_loss);
}

static int
print_done (const Train *train, double seconds)
{
  gsize parameters = st_spec_parameters (&train->options.spec);
  g_autofree char *rise = describe_rise (train);
  if (rise != NULL)
    st_cli_note (&train->common, "%s: %s", train->output, rise);
  if (train->common.json)
    return st_cli_print_json (json_pack ("{s:s, s:I, s:o, s:s*}", "event", "done", "parameters",
                                         (json_int_t) parameters, "seconds",
                                         st_json_number (seconds), "warning", rise));
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

static void
set_metadata (const Train *train, guint images, GHashTable *metadata)
{
  GHashTableIter iter;
  gpointer key, value;

  if (train->resumed.metadata != NULL)
    {
      g_hash_table_iter_init (&iter, train->resumed.metadata);
      while (g_hash_table_iter_next (&iter, &key, &value))
        g_hash_table_insert (metadata, g_strdup (key), g_strdup (value));
    }
  /* A file's folder says nothing to others, and would change the bytes. */
  g_hash_table_insert (metadata, g_strdup ("dataset"),
                       g_filename_display_basename (train->selection.dataset));
  g_hash_table_remove (metadata, "classes");
  if (train->selection.classes != NULL)
    g_hash_table_insert (metadata, g_strdup ("classes"), g_strdup (train->selection.classes));
  g_hash_table_insert (metadata, g_strdup ("seed"),
                       g_strdup_printf ("%" G_GUINT64_FORMAT, train->options.seed));
  g_hash_table_insert (metadata, g_strdup ("epochs"),
                       g_strdup_printf ("%u", train->options.epochs));
  st_model_describe_isometry (&train->options, metadata);
  if (train->keep_optimizer)
    st_model_describe_training (&train->options, images, metadata);
}

static int
save (const Train *train, guint images, const StTrainer *trainer)
{
  StModelFile file = { .metadata = st_model_metadata_new () };
  set_metadata (train, images, file.metadata);
  StStatus status = st_trainer_snapshot (trainer, &file.model);
  if (st_ok (status) && train->keep_optimizer)
    {
      file.state = g_new0 (StTrainState, 1);
      status = st_trainer_state (trainer, file.state);
    }
  if (st_ok (status))
    status = st_model_save (train->output, &file);
  st_model_file_clear (&file);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail_save (status, train->output);
}

/* The weights are those from before; nothing that was there is lost for weights that have seen
 * nothing. */
static int
end_diverged (Train *train, const StTrainer *trainer, StStatus status, gboolean began)
{
  g_autofree char *reason = st_words_status (status, NULL, NULL);
  if (!began)
    return st_cli_fail_save (status, train->output);
  train->options.epochs = st_trainer_progress (trainer).epoch;   /* whole ones */
  int exit = save (train, train->trained_images, trainer);
  if (exit != ST_EXIT_DONE)
    return exit;
  g_printerr ("stratoscope-cli: %s; %s has the weights from before\n", reason, train->output);
  return ST_EXIT_FAILED;
}

/* Steps to the end; ST_EXIT_DONE if it got there. */
static int
run_trainer (Train *train, StTrainer *trainer)
{
  gint64 shown = 0, epoch_began = g_get_monotonic_time ();
  gboolean began = FALSE;
  while (!st_trainer_finished (trainer))
    {
      StStatus status = st_cancel_asked (&st_cli_cancel) ? st_failure (ST_CANCELLED, 0, 0)
                                                         : st_trainer_step (trainer);
      if (!st_ok (status))
        {
          st_cli_progress (&train->common, NULL);
          return status.code == ST_DIVERGED ? end_diverged (train, trainer, status, began)
                                            : st_cli_fail_save (status, train->output);
        }
      StTrainProgress progress = st_trainer_progress (trainer);
      train->last_loss = progress.loss;
      if (!began)
        train->first_loss = progress.loss;
      began = TRUE;
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

/* Says where what is gone on with was trained on something else: the bits will not be those of
 * a training that never stopped. */
static void
compare_images (const Train *train, guint count)
{
  GHashTable *metadata = train->resumed.metadata;
  g_autofree char *dataset = g_filename_display_basename (train->selection.dataset);
  g_autofree char *images = g_strdup_printf ("%u", count);
  const char *old_dataset = g_hash_table_lookup (metadata, "dataset");
  const char *old_images = g_hash_table_lookup (metadata, "images");

  if ((old_dataset != NULL && strcmp (old_dataset, dataset) != 0)
      || (old_images != NULL && strcmp (old_images, images) != 0))
    st_cli_note (&train->common, "%s was trained on other images: %s of %s",
                 train->arguments.resume, old_images != NULL ? old_images : "some",
                 old_dataset != NULL ? old_dataset : "a dataset that it does not name");
}

/* Without a state of the optimizer: its moments are zero, and no epoch is done. */
static StStatus
go_on (const Train *train, StTrainer *trainer)
{
  const StModelFile *file = &train->resumed;
  StTrainState fresh = { 0 };
  StStatus status = st_success ();

  if (file->state == NULL)
    status = st_train_state_init (&fresh, st_spec_parameters (st_model_spec (file->model)));
  if (st_ok (status))
    status = st_trainer_resume (trainer, file->model, file->state != NULL ? file->state : &fresh);
  st_train_state_clear (&fresh);
  return status;
}

/* The images' shape is part of the net. */
static StStatus
check_shape (Train *train, StShape shape)
{
  const StSpec *spec = &train->options.spec;
  if (train->resumed.model != NULL && !st_shape_equal (spec->image, shape))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                       (int64_t) st_shape_size (spec->image));
  train->options.spec.image = shape;
  return st_spec_check (spec);
}

static int
train_on (Train *train, const StChosen *chosen, StPool *pool)
{
  StTrainer *trainer;
  gint64 began = g_get_monotonic_time ();

  StStatus status = check_shape (train, st_dataset_shape (chosen->dataset));
  if (!st_ok (status))
    return st_cli_fail (status, train->selection.dataset);
  if (chosen->count < train->options.batch)
    return st_cli_take_wrong (g_strdup_printf ("%u images are fewer than a batch of %u",
                                               chosen->count, train->options.batch));
  status = st_trainer_new (&train->options, chosen->dataset, chosen->indices, chosen->count, pool,
                           &trainer);
  if (!st_ok (status))
    return st_cli_fail (status, train->selection.dataset);

  int exit = ST_EXIT_DONE;
  if (train->resumed.model != NULL)
    {
      compare_images (train, chosen->count);
      status = go_on (train, trainer);
      if (!st_ok (status))
        exit = st_cli_fail (status, train->arguments.resume);
    }
  train->trained_images = chosen->count;
  if (exit == ST_EXIT_DONE)
    exit = run_trainer (train, trainer);
  if (exit == ST_EXIT_DONE)
    exit = save (train, chosen->count, trainer);
  if (exit == ST_EXIT_DONE)
    exit = print_done (train, (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  st_trainer_free (trainer);
  return exit;
}

static int
run (Train *train)
{
  StChosen chosen;
  StPool *pool;

  char *problem = st_train_arguments_interpret (
    &train->arguments, train->resumed.model != NULL ? &train->resumed : NULL, &train->options);
  if (problem == NULL && train->output == NULL)
    problem = g_strdup ("-o is missing: where to save the model");
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  train->options.seed = train->common.seed;
  /* Known now rather than after minutes. */
  StStatus status = st_file_can_save (train->output);
  if (!st_ok (status))
    return st_cli_fail_save (status, train->output);

  int exit = st_cli_choose (&train->common, &train->selection, ST_SPLIT_TRAIN, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  exit = st_cli_open_pool (&train->common, &pool);
  if (exit == ST_EXIT_DONE)
    {
      exit = train_on (train, &chosen, pool);
      st_pool_free (pool);
    }
  st_chosen_clear (&chosen);
  return exit;
}

int
st_command_train (const StCommand *command, int argc, char **argv)
{
  Train train = { .selection = ST_SELECTION_INIT, .arguments = ST_TRAIN_ARGUMENTS_INIT };
  int exit;

  if (!parse (&train, command, argc, argv, &exit))
    return exit;
  if (train.arguments.resume != NULL)
    exit = open_resumed (&train, command, argc, argv);
  else
    exit = ST_EXIT_DONE;
  if (exit == ST_EXIT_DONE)
    exit = run (&train);
  st_model_file_clear (&train.resumed);
  return exit;
}
