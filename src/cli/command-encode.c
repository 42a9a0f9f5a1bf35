/* encode and decode: passes over many images, cut into chunks that the pool shares out. */
#include "st-arguments.h"
#include "st-array-output.h"
#include "st-commands.h"

#include <st-alloc.h>
#include <st-file.h>

enum { CHUNK = 16 };

typedef struct Passes {
  const StModel *model;
  StWorkspace **workspaces;      /* one for each of the pool's threads */
  guint count;
  /* encode */
  const StImages *images;
  double level;
  StLatent latent;
  guint64 seed;
  /* decode */
  const StTensors *tensors;
  float *out;
} Passes;

/* Latents of one chunk, channel outermost. */
static void
encode_chunk (void *context, uint32_t task, uint32_t worker)
{
  Passes *passes = context;
  const StSpec *spec = st_model_spec (passes->model);
  StShape shape = st_spec_latent (spec);
  gsize pixels = st_shape_size (spec->image), size = st_shape_size (shape);
  guint first = task * CHUNK, n = MIN (CHUNK, passes->count - first);
  gboolean sample = passes->latent == ST_LATENT_SAMPLE && st_kind_samples (spec->kind);

  if (st_cancel_asked (&st_cli_cancel))
    return;
  g_autofree float *input = g_new (float, n * pixels);
  g_autofree float *latent = g_new (float, n * size);
  guint32 indices[CHUNK];
  for (guint i = 0; i < n; i++)
    {
      indices[i] = st_images_index (passes->images, first + i);
      st_images_perturbed (passes->images, first + i, passes->level, input + i * pixels);
    }
  st_model_latent (passes->model, passes->workspaces[worker], n, input, passes->seed,
                   sample ? indices : NULL, latent);
  for (guint i = 0; i < n; i++)
    st_layout_to_planes (shape, latent + i * size, passes->out + (first + i) * size);
}

static void
decode_chunk (void *context, uint32_t task, uint32_t worker)
{
  Passes *passes = context;
  gsize pixels = st_shape_size (st_model_spec (passes->model)->image);
  gsize size = st_shape_size (passes->tensors->shape);
  guint first = task * CHUNK, n = MIN (CHUNK, passes->count - first);
  if (!st_cancel_asked (&st_cli_cancel))
    st_model_decode (passes->model, passes->workspaces[worker], n,
                     passes->tensors->data + first * size, passes->out + first * pixels);
}

/* Runs the passes; *out, of `size` floats an image, is the caller's. */
static StStatus
run_passes (Passes *passes, StPoolTask chunk, gsize size, const StCommon *common)
{
  StPool *pool;
  StStatus status = st_pool_new ((guint32) common->threads, &pool);
  if (!st_ok (status))
    return status;
  guint threads = st_pool_threads (pool);
  passes->workspaces = g_new0 (StWorkspace *, threads);
  passes->out = st_alloc (passes->count, size * sizeof (float));
  if (passes->out == NULL)
    status = st_failure (ST_NO_MEMORY, 0, 0);
  for (guint i = 0; i < threads && st_ok (status); i++)
    status = st_workspace_new (st_model_spec (passes->model), CHUNK, &passes->workspaces[i]);
  if (st_ok (status))
    {
      st_pool_run (pool, (passes->count + CHUNK - 1) / CHUNK, chunk, passes);
      if (st_cancel_asked (&st_cli_cancel))
        status = st_failure (ST_CANCELLED, 0, 0);
    }
  for (guint i = 0; i < threads; i++)
    st_workspace_free (passes->workspaces[i]);
  g_free (passes->workspaces);
  st_pool_free (pool);
  return status;
}

static int
encode (const StCommon *common, Passes *passes, const char *model_path, const char *output)
{
  const StSpec *spec = st_model_spec (passes->model);
  StShape shape = st_spec_latent (spec), image = st_images_shape (passes->images);
  const gsize sizes[4] = { passes->count, shape.channels, shape.height, shape.width };

  if (!st_shape_equal (spec->image, image))
    return st_cli_fail (st_failure (ST_SHAPE, (int64_t) st_shape_size (image),
                                    (int64_t) st_shape_size (spec->image)), model_path);
  StStatus status = run_passes (passes, encode_chunk, st_shape_size (shape), common);
  int exit = st_ok (status) ? st_cli_save_array (output, 4, sizes, passes->out)
                            : st_cli_fail (status, model_path);
  st_free (passes->out);
  return exit;
}

typedef struct Encode {
  StCommon common;
  StSelection selection;
  const char *model, *noise, *latent_name, *output;
  StPerturbKind kind;
  double level;
  StLatent latent;
} Encode;

static gboolean
parse_encode (Encode *e, const StCommand *command, int argc, char **argv, int *exit)
{
  const StOption options[] = {
    { "model", ST_OPTION_TEXT, &e->model, "M", "the model", 0, 0 },
    ST_SELECTION_OPTIONS (&e->selection),
    { "noise", ST_OPTION_TEXT, &e->noise, "KIND:L", "perturbs the images first (none)", 0, 0 },
    { "latent", ST_OPTION_TEXT, &e->latent_name, "mean|sample",
      "which latent of a model that samples (mean)", 0, 0 },
    { "o", ST_OPTION_TEXT, &e->output, "L.npy", "where to write N x C x height x width", 0, 0 },
    ST_COMMON_OPTIONS (&e->common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, exit);
}

static char *
interpret_encode (Encode *e)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (double));
  char *problem = NULL;
  if (e->model == NULL)
    return g_strdup ("--model is missing");
  if (e->output == NULL)
    return g_strdup ("-o is missing: where to write the latent tensors");
  if (e->latent_name != NULL)
    problem = st_argument_latent (e->latent_name, &e->latent);
  if (problem == NULL)
    problem = st_argument_noise (e->noise != NULL ? e->noise : "gaussian:0", &e->kind, levels);
  if (problem == NULL && levels->len != 1)
    problem = g_strdup ("--noise needs just one level here");
  if (problem == NULL)
    e->level = g_array_index (levels, double, 0);
  return problem;
}

static int
encode_with (const Encode *e, const StModelFile *file)
{
  StChosen chosen;
  StImages *images;
  int exit = st_cli_choose (&e->common, &e->selection, ST_SPLIT_TEST, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_images_new (chosen.dataset, chosen.indices, NULL, chosen.count, e->kind,
                                   e->common.seed, &images);
  st_chosen_clear (&chosen);
  if (!st_ok (status))
    return st_cli_fail (status, e->selection.dataset);
  Passes passes = { .model = file->model, .count = st_images_count (images), .images = images,
                    .level = e->level, .latent = e->latent, .seed = e->common.seed };
  exit = encode (&e->common, &passes, e->model, e->output);
  st_images_unref (images);
  return exit;
}

int
st_command_encode (const StCommand *command, int argc, char **argv)
{
  Encode e = { .selection = ST_SELECTION_INIT };
  StModelFile file;
  int exit;

  if (!parse_encode (&e, command, argc, argv, &exit))
    return exit;
  char *problem = interpret_encode (&e);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  exit = st_cli_open_model (e.model, &file);
  if (exit == ST_EXIT_DONE)
    {
      exit = encode_with (&e, &file);
      st_model_file_clear (&file);
    }
  return exit;
}

static int
decode (const StCommon *common, const StModelFile *file, const char *path, const char *output)
{
  StTensors tensors;
  StShape latent = st_spec_latent (st_model_spec (file->model));
  StShape image = st_model_spec (file->model)->image;
  int exit = st_cli_open_tensors (common, path, ST_LAYOUT_NCHW, &tensors);
  if (exit != ST_EXIT_DONE)
    return exit;

  Passes passes = { .model = file->model, .count = tensors.count, .tensors = &tensors };
  StStatus status;
  if (st_shape_equal (tensors.shape, latent))
    status = run_passes (&passes, decode_chunk, st_shape_size (image), common);
  else
    status = st_failure (ST_SHAPE, (int64_t) st_shape_size (tensors.shape),
                         (int64_t) st_shape_size (latent));
  exit = st_ok (status) ? st_cli_save_images (output, tensors.count, image, passes.out)
                        : st_cli_fail (status, path);
  st_free (passes.out);
  st_tensors_clear (&tensors);
  return exit;
}

int
st_command_decode (const StCommand *command, int argc, char **argv)
{
  StCommon common = { 0 };
  const char *model = NULL, *output = NULL;
  const StOption options[] = {
    { "model", ST_OPTION_TEXT, &model, "M", "the model", 0, 0 },
    { "o", ST_OPTION_TEXT, &output, "X.npy", "where to write N x height x width", 0, 0 },
    ST_COMMON_OPTIONS (&common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  StModelFile file;
  int exit;

  if (!st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 1, 1, operands, &exit))
    return exit;
  if (model == NULL)
    return st_cli_wrong ("--model is missing");
  if (output == NULL)
    return st_cli_wrong ("-o is missing: where to write the images");
  exit = st_cli_open_model (model, &file);
  if (exit == ST_EXIT_DONE)
    {
      exit = decode (&common, &file, operands->pdata[0], output);
      st_model_file_clear (&file);
    }
  return exit;
}
