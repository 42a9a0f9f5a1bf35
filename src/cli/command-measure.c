#include "st-arguments.h"
#include "st-cli.h"
#include "st-commands.h"
#include "st-measure-print.h"

#include <st-names.h>

/* Below this, float32 activations' rounding is counted, not geometry. */
static const double TOLERANCE_OF_ROUNDING = 1e-10;

typedef struct Measure {
  StCommon common;
  StSelection selection;
  GPtrArray *models;       /* paths */
  const char *noise, *latent_name, *kernel_name;
  double tolerance;
  guint64 subspace;
  gboolean oracle;
  StKernel kernel;
  StPerturbKind kind;
  GArray *levels;
  StLatent latent;
} Measure;

static gboolean
parse (Measure *measure, const StCommand *command, int argc, char **argv, int *exit)
{
  const StOption options[] = {
    { "model", ST_OPTION_TEXTS, &measure->models, "M", "a model; may be given again", 0, 0 },
    ST_SELECTION_OPTIONS (&measure->selection),
    { "noise", ST_OPTION_TEXT, &measure->noise, "KIND:LEVELS",
      "levels as 0,0.1 or as 0..0.5/11 (gaussian:0)", 0, 0 },
    { "latent", ST_OPTION_TEXT, &measure->latent_name, "mean|sample",
      "which latent of a model that samples (mean)", 0, 0 },
    { "rank-tolerance", ST_OPTION_REAL, &measure->tolerance, "T",
      "a rank counts eigenvalues above T times the largest (1e-8)", 0, 1 },
    { "kernel", ST_OPTION_TEXT, &measure->kernel_name, "K",
      "projection (the default), frobenius or log-euclidean", 0, 0 },
    { "subspace", ST_OPTION_WHOLE, &measure->subspace, "K", "how many angles (5)", 1,
      ST_SUBSPACE_MAX },
    { "oracle", ST_OPTION_FLAG, &measure->oracle, NULL,
      "predict ranks of S3 from distinct patches", 0, 0 },
    ST_COMMON_OPTIONS (&measure->common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, exit);
}

static char *
interpret (Measure *measure)
{
  char *problem = NULL;
  if (measure->models->len == 0)
    return g_strdup ("--model is missing");
  if (measure->latent_name != NULL)
    problem = st_argument_latent (measure->latent_name, &measure->latent);
  if (problem == NULL && measure->kernel_name != NULL)
    problem = st_argument_kernel (measure->kernel_name, &measure->kernel);
  if (problem == NULL)
    problem = st_argument_noise (measure->noise != NULL ? measure->noise : "gaussian:0",
                                 &measure->kind, measure->levels);
  return problem;
}

static void
remark (const Measure *measure, const char *path, const StResult *result)
{
  if (result->zero_images > 0)
    st_cli_note (&measure->common, "%s: at level %g, %u of %u images have a latent tensor with a "
                 "covariance of zero, and rank 0 there", path, result->level, result->zero_images,
                 result->count);
}

/* One level; its JSON is appended to `levels`, its line follows the head if it is the first. */
static void
give_level (const Measure *measure, const char *path, const StModelFile *file,
            const StResult *result, gboolean first, json_t *levels)
{
  remark (measure, path, result);
  if (measure->common.json)
    {
      json_array_append_new (levels, st_measure_json (result, measure->tolerance));
      return;
    }
  if (first)
    st_measure_print_head (path, st_name_kind (st_model_spec (file->model)->kind));
  st_measure_print_line (result, measure->tolerance);
}

/* One model at all levels. */
static int
measure_model (const Measure *measure, const char *path, const StModelFile *file, StImages *images,
               StPool *pool, json_t *levels)
{
  StQuery query = { .model = file->model, .images = images, .latent = measure->latent,
                    .seed = measure->common.seed, .oracle = measure->oracle };
  g_autofree char *clean = g_strdup_printf ("%s: clean images", path);
  st_cli_progress (&measure->common, clean);
  StStatus status = st_success ();
  if (st_kind_unfolds (st_model_spec (file->model)->kind))
    status = st_hilbert_new (&query, measure->kernel, measure->tolerance,
                                    (guint32) measure->subspace, pool, &st_cli_cancel,
                                    &query.hilbert);
  for (guint i = 0; i < measure->levels->len && st_ok (status); i++)
    {
      StResult *result;
      g_autofree char *progress = g_strdup_printf ("%s: level %u of %u", path, i + 1,
                                                   measure->levels->len);
      st_cli_progress (&measure->common, progress);
      query.level = g_array_index (measure->levels, double, i);
      status = st_measure_all (&query, pool, &st_cli_cancel, &result);
      st_cli_progress (&measure->common, NULL);
      if (!st_ok (status))
        break;
      give_level (measure, path, file, result, i == 0, levels);
      st_result_unref (result);
    }
  st_hilbert_unref (query.hilbert);
  if (st_ok (status))
    return ST_EXIT_DONE;
  st_cli_progress (&measure->common, NULL);
  return st_cli_fail (status, path);
}

static int
measure_models (const Measure *measure, StImages *images, StPool *pool)
{
  int exit = ST_EXIT_DONE;
  json_t *models = json_array ();
  for (guint i = 0; i < measure->models->len && exit == ST_EXIT_DONE; i++)
    {
      const char *path = measure->models->pdata[i];
      StModelFile file;
      exit = st_cli_open_model (path, &file);
      if (exit != ST_EXIT_DONE)
        break;
      json_t *levels = json_array ();
      g_autofree char *name = g_filename_display_name (path);
      exit = measure_model (measure, path, &file, images, pool, levels);
      const char *kind = st_kind_name (st_model_spec (file.model)->kind);
      json_array_append_new (models, json_pack ("{s:s, s:s, s:o}", "file", name, "kind", kind,
                                                "levels", levels));
      st_model_file_clear (&file);
    }
  if (exit != ST_EXIT_DONE || !measure->common.json)
    {
      json_decref (models);
      return exit != ST_EXIT_DONE ? exit : st_cli_finish_output ();
    }
  return st_cli_print_json (json_pack ("{s:o}", "models", models));
}

static int
run (const Measure *measure)
{
  StChosen chosen;
  StImages *images;
  StPool *pool;

  int exit = st_cli_choose (&measure->common, &measure->selection, ST_SPLIT_TEST, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_images_new (chosen.dataset, chosen.indices, chosen.others, chosen.count,
                                   measure->kind, measure->common.seed, &images);
  st_chosen_clear (&chosen);
  if (!st_ok (status))
    return st_cli_fail (status, measure->selection.dataset);
  if (st_images_count (images) > ST_ANGLES_MAX)
    st_cli_note (&measure->common, "angles, dimensions and distances are those of the first %d "
                 "images", ST_ANGLES_MAX);
  exit = st_cli_open_pool (&measure->common, &pool);
  if (exit == ST_EXIT_DONE)
    {
      exit = measure_models (measure, images, pool);
      st_pool_free (pool);
    }
  st_images_unref (images);
  return exit;
}

int
st_command_measure (const StCommand *command, int argc, char **argv)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new ();
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (double));
  Measure measure = { .selection = ST_SELECTION_INIT, .models = models, .levels = levels,
                      .tolerance = 1e-8, .subspace = 5 };
  int exit;

  if (!parse (&measure, command, argc, argv, &exit))
    return exit;
  char *problem = interpret (&measure);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  if (measure.tolerance < TOLERANCE_OF_ROUNDING)
    st_cli_note (&measure.common, "below a tolerance of 1e-10 the rounding of 32-bit activations "
                 "is counted, not geometry");
  return run (&measure);
}
