#include "st-cli.h"
#include "st-commands.h"

#include <math.h>
#include <st-isometry-measure.h>
#include <stdio.h>

static int
print_json (const StIsometryResult *result)
{
  const StIsometryMeasures *m = &result->measures;
  return st_cli_print_json (json_pack (
    "{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o}",
    "mean_condition_number", st_json_number (m->mean_condition),
    "median_condition_number", st_json_number (m->median_condition),
    "singular_points", (int) m->singular_points,
    "variance", st_json_number (m->variance),
    "relaxed_distortion", st_json_number (m->relaxed),
    "strict_isometry", st_json_number (m->strict),
    "conformal", st_json_number (m->conformal),
    "log_volume_variance", st_json_number (m->log_volume_variance),
    "mse", st_json_number (result->mse)));
}

static int
print_table (const char *path, const StIsometryResult *result)
{
  const StIsometryMeasures *m = &result->measures;
  const struct { const char *name; double value; } rows[] = {
    { "mean cond (G)", m->mean_condition }, { "median cond (G)", m->median_condition },
    { "mean cond (J)", m->mean_condition_j }, { "median cond (J)", m->median_condition_j },
    { "angles (conformal)", m->conformal },
    { "areas (Var of log volume)", m->log_volume_variance },
    { "distances (strict)", m->strict }, { "scaled distances (relaxed)", m->relaxed },
    { "variance", m->variance }, { "MSE", result->mse },
  };

  printf ("%s: %u images, d = %u\n", path, result->count, result->dimension);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (isnan (rows[i].value))
      printf ("%-28s%12s\n", rows[i].name, "—");
    else
      printf ("%-28s%12.6g\n", rows[i].name, rows[i].value);
  if (m->singular_points > 0)
    printf ("%-28s%12u\n", "points with a singular G", m->singular_points);
  return st_cli_finish_output ();
}

static int
measure (const StCommon *common, const char *path, StModel *model, StImages *images)
{
  StIsometryResult *result;
  StPool *pool;

  int exit = st_cli_open_pool (common, &pool);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_isometry_measure (model, images, 0.0, pool, &st_cli_cancel, &result);
  st_pool_free (pool);
  if (!st_ok (status))
    return st_cli_fail (status, path);
  exit = common->json ? print_json (result) : print_table (path, result);
  st_isometry_result_unref (result);
  return exit;
}

static int
choose_and_measure (const StCommon *common, const StSelection *selection, const char *path,
                    StModel *model)
{
  StChosen chosen;
  StImages *images;

  if (!st_kind_has_dimension (st_model_spec (model)->kind))
    return st_cli_take_wrong (g_strdup_printf (
      "%s: isometry is measured where the latent is a vector; that of %s is a map", path,
      st_kind_name (st_model_spec (model)->kind)));
  int exit = st_cli_choose (common, selection, ST_SPLIT_TEST, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_images_new (chosen.dataset, chosen.indices, NULL, chosen.count,
                                   ST_PERTURB_GAUSSIAN, common->seed, &images);
  st_chosen_clear (&chosen);
  if (!st_ok (status))
    return st_cli_fail (status, selection->dataset);
  exit = measure (common, path, model, images);
  st_images_unref (images);
  return exit;
}

int
st_command_isometry (const StCommand *command, int argc, char **argv)
{
  StCommon common = { 0 };
  StSelection selection = ST_SELECTION_INIT;
  const char *path = NULL;
  const StOption options[] = {
    { "model", ST_OPTION_TEXT, &path, "M", "a model with a latent vector", 0, 0 },
    ST_SELECTION_OPTIONS (&selection),
    { "classes", ST_OPTION_TEXT, &selection.classes, "0,1", "only images with these labels", 0,
      0 },
    ST_COMMON_OPTIONS (&common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  StModelFile file;
  int exit;

  if (!st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, &exit))
    return exit;
  if (path == NULL)
    return st_cli_wrong ("--model is missing");
  exit = st_cli_open_model (path, &file);
  if (exit != ST_EXIT_DONE)
    return exit;
  exit = choose_and_measure (&common, &selection, path, file.model);
  st_model_file_clear (&file);
  return exit;
}
