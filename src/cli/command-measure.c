#include "st-arguments.h"
#include "st-cli.h"
#include "st-commands.h"
#include "st-distance-print.h"
#include "st-measure-print.h"

#include <st-names.h>
#include <st-pairs.h>


typedef struct Measure {
  StCommon common;
  StSelection selection;
  GPtrArray *models;       /* paths */
  const char *noise, *latent_name, *kernel_name, *distance_name;
  double tolerance;
  guint64 subspace;
  gboolean oracle;
  StKernel kernel;
  StDistance distance;     /* only with distance_name */
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
    { "kernel", ST_OPTION_TEXT, &measure->kernel_name, "K", ST_KERNEL_HELP, 0, 0 },
    { "distance", ST_OPTION_TEXT, &measure->distance_name, "D",
      "of each image to its clean one: " ST_DISTANCE_HELP, 0, 0 },
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
  if (problem == NULL && measure->distance_name != NULL)
    problem = st_argument_distance (measure->distance_name, &measure->distance);
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

/* One level, as it is to be given. */
typedef struct Level {
  const StResult *result;
  guint pairs;
  StDistances *distances;   /* [pairs]; NULL: not asked for, or of vectors */
} Level;

static json_t *
level_json (const Measure *measure, const Level *level)
{
  json_t *json = st_measure_json (level->result, measure->tolerance);
  if (measure->distance_name != NULL)
    json_object_set_new (json, "distance",
                         level->distances != NULL
                           ? st_distances_json (measure->distance, level->pairs, level->distances)
                           : json_null ());
  return json;
}

/* Its JSON is appended to `levels`, its line follows the head if it is the first. */
static void
give_level (const Measure *measure, const char *path, const StModelFile *file,
            const Level *level, gboolean first, json_t *levels)
{
  const StResult *result = level->result;
  remark (measure, path, result);
  if (measure->common.json)
    {
      json_array_append_new (levels, level_json (measure, level));
      return;
    }
  if (first)
    st_measure_print_head (path, st_name_kind (st_model_spec (file->model)->kind),
                           &result->hilbert);
  st_measure_print_line (result, measure->tolerance);
  if (level->distances != NULL)
    st_distances_print (measure->distance, level->pairs, level->distances);
}

/* What the levels of one model are compared with; nothing of vectors. */
typedef struct Clean {
  StPairs *pairs;
  double weights[3];
} Clean;

static StStatus
measure_clean (const Measure *measure, StQuery *query, StPool *pool, Clean *clean)
{
  const StSpec *spec = st_model_spec (query->model);
  if (!st_kind_unfolds (spec->kind))
    return st_success ();
  StStatus status = st_hilbert_new (query, measure->kernel, measure->tolerance,
                                    (guint32) measure->subspace, pool, &st_cli_cancel,
                                    &query->hilbert);
  st_distance_weights (measure->distance, st_spec_latent (spec), clean->weights);
  if (st_ok (status) && measure->distance_name != NULL)
    status = st_pairs_new (query, measure->distance, measure->tolerance, pool, &st_cli_cancel,
                           &clean->pairs);
  return status;
}

static StStatus
measure_level (const Measure *measure, const char *path, const StModelFile *file,
               const StQuery *query, const Clean *clean, StPool *pool, gboolean first,
               json_t *levels)
{
  StResult *result;
  g_autofree StDistances *distances = NULL;
  StStatus status = st_measure_all (query, pool, &st_cli_cancel, &result);
  if (!st_ok (status))
    return status;
  Level level = { .result = result };
  if (clean->pairs != NULL)
    {
      level.pairs = st_pairs_count (clean->pairs);
      level.distances = distances = g_new (StDistances, level.pairs);
      status = st_pairs_measure (clean->pairs, query, clean->weights, pool, &st_cli_cancel,
                                 distances);
    }
  st_cli_progress (&measure->common, NULL);
  if (st_ok (status))
    give_level (measure, path, file, &level, first, levels);
  st_result_unref (result);
  return status;
}

/* One model at all levels. */
static int
measure_model (const Measure *measure, const char *path, const StModelFile *file, StImages *images,
               StPool *pool, json_t *levels)
{
  StQuery query = { .model = file->model, .images = images, .latent = measure->latent,
                    .seed = measure->common.seed, .oracle = measure->oracle };
  Clean clean = { 0 };
  g_autofree char *text = g_strdup_printf ("%s: clean images", path);
  st_cli_progress (&measure->common, text);
  StStatus status = measure_clean (measure, &query, pool, &clean);
  for (guint i = 0; i < measure->levels->len && st_ok (status); i++)
    {
      g_autofree char *progress = g_strdup_printf ("%s: level %u of %u", path, i + 1,
                                                   measure->levels->len);
      st_cli_progress (&measure->common, progress);
      query.level = g_array_index (measure->levels, double, i);
      status = measure_level (measure, path, file, &query, &clean, pool, i == 0, levels);
    }
  st_pairs_free (clean.pairs);
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
  st_cli_warn_of_tolerance (&measure.common, measure.tolerance);
  return run (&measure);
}
