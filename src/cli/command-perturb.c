#include "st-arguments.h"
#include "st-array-output.h"
#include "st-commands.h"

#include <st-alloc.h>

static int
perturb (const StSelection *selection, StImages *images, double level, const char *output)
{
  StShape shape = st_images_shape (images);
  gsize size = st_shape_size (shape);
  guint count = st_images_count (images);
  float *data = st_alloc (count, size * sizeof *data);
  if (data == NULL)
    return st_cli_fail (st_failure (ST_NO_MEMORY, 0, 0), selection->dataset);
  for (guint i = 0; i < count; i++)
    st_images_perturbed (images, i, level, data + i * size);
  int exit = st_cli_save_images (output, count, shape, data);
  st_free (data);
  return exit;
}

static char *
interpret (const char *noise, const char *output, StPerturbKind *kind, double *level)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (double));
  if (noise == NULL)
    return g_strdup ("--noise is missing");
  if (output == NULL)
    return g_strdup ("-o is missing: where to write the images");
  char *problem = st_argument_noise (noise, kind, levels);
  if (problem == NULL && levels->len != 1)
    problem = g_strdup ("--noise needs just one level here");
  if (problem == NULL)
    *level = g_array_index (levels, double, 0);
  return problem;
}

int
st_command_perturb (const StCommand *command, int argc, char **argv)
{
  StCommon common = { 0 };
  StSelection selection = ST_SELECTION_INIT;
  const char *noise = NULL, *output = NULL;
  const StOption options[] = {
    ST_SELECTION_OPTIONS (&selection),
    { "noise", ST_OPTION_TEXT, &noise, "KIND:L", "the perturbation and its level", 0, 0 },
    { "o", ST_OPTION_TEXT, &output, "X.npy", "where to write N x height x width", 0, 0 },
    ST_COMMON_OPTIONS (&common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  StPerturbKind kind;
  StChosen chosen;
  StImages *images;
  double level = 0.0;
  int exit;

  if (!st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, &exit))
    return exit;
  char *problem = interpret (noise, output, &kind, &level);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  exit = st_cli_choose (&common, &selection, ST_SPLIT_TEST, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_images_new (chosen.dataset, chosen.indices, NULL, chosen.count, kind,
                                   common.seed, &images);
  st_chosen_clear (&chosen);
  if (!st_ok (status))
    return st_cli_fail (status, selection.dataset);
  exit = perturb (&selection, images, level, output);
  st_images_unref (images);
  return exit;
}
