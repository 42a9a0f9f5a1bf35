#include "st-report-isometry.h"

#include <math.h>
#include <st-latent-path.h>
#include <string.h>

enum { WITHOUT, WITH, PAIR };
enum { PATHS = 24 };   /* each between two images of its own */

/* ---- which models ---- */

typedef struct Pair {
  StModelFile files[PAIR];
  const char *paths[PAIR];
} Pair;

static const char *
said_of (const StModelFile *file, const char *key)
{
  return g_hash_table_lookup (file->metadata, key);
}

/* WITHOUT or WITH; -1 for a model that is neither. */
static int
side_of (const StModelFile *file)
{
  const StSpec *spec = st_model_spec (file->model);
  const char *lambda = said_of (file, "lambda");
  if (!st_kind_has_dimension (spec->kind) || st_kind_unfolds (spec->kind))
    return -1;
  return st_kind_has_isometry (spec->kind) && lambda != NULL && g_ascii_strtod (lambda, NULL) > 0
           ? WITH : WITHOUT;
}

/* Alike in all but the term, as far as their files say. */
static gboolean
comparable (const Pair *pair)
{
  static const char *const same[] = { "dataset", "classes", "epochs", "images" };
  const StSpec *a = st_model_spec (pair->files[WITHOUT].model);
  const StSpec *b = st_model_spec (pair->files[WITH].model);
  if (!st_shape_equal (a->image, b->image) || a->dimension != b->dimension
      || memcmp (a->hidden, b->hidden, sizeof a->hidden) != 0 || a->activation != b->activation
      || st_kind_samples (a->kind) != st_kind_samples (b->kind))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    if (g_strcmp0 (said_of (&pair->files[WITHOUT], same[i]), said_of (&pair->files[WITH], same[i]))
        != 0)
      return FALSE;
  return said_of (&pair->files[WITH], "classes") != NULL;
}

/* The built-in images are some of Fashion-MNIST's. */
static gboolean
trained_on (const Pair *pair, const char *dataset)
{
  const char *told = said_of (&pair->files[WITH], "dataset");
  g_autofree char *name = g_path_get_basename (dataset);
  return g_strcmp0 (told, name) == 0
         || (g_strcmp0 (told, "fashion-mnist") == 0 && strcmp (name, "builtin") == 0);
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < PAIR; i++)
    if (pair->paths[i] != NULL)
      st_model_file_clear (&pair->files[i]);
}

static int
open_pair (const GPtrArray *paths, Pair *pair)
{
  for (guint i = 0; i < paths->len; i++)
    {
      StModelFile file;
      const int exit = st_cli_open_model (paths->pdata[i], &file);
      if (exit != ST_EXIT_DONE)
        return exit;
      const int side = side_of (&file);
      if (side < 0 || pair->paths[side] != NULL)
        {
          st_model_file_clear (&file);
          continue;
        }
      pair->files[side] = file;
      pair->paths[side] = paths->pdata[i];
    }
  return ST_EXIT_DONE;
}

/* ---- what they come to ---- */

static StStatus
measure_paths (StReportIsometry *isometry, guint side, StModel *model, StImages *images,
               StPool *pool)
{
  const guint count = MIN (PATHS, st_images_count (images) / 2);
  double sum = 0;
  isometry->paths = count;
  for (guint i = 0; i < count; i++)
    {
      const StPullbackQuery query = { .model = model, .images = images };
      const guint ends[2] = { 2 * i, 2 * i + 1 };
      StLatentPath *path;
      StStatus status = st_latent_path_make (&query, ends, NULL, ST_GEODESIC_STEPS, pool,
                                             &st_cli_cancel, &path);
      if (!st_ok (status))
        return status;
      if (path->end.converged && path->lengths[ST_PATH_GEODESIC] > 0)
        {
          sum += path->lengths[ST_PATH_STRAIGHT] / path->lengths[ST_PATH_GEODESIC] - 1;
          isometry->converged[side]++;
        }
      st_latent_path_unref (path);
    }
  isometry->excess[side] = isometry->converged[side] > 0 ? sum / isometry->converged[side] : NAN;
  return st_success ();
}

static int
measure (StReport *report, const StCommon *common, const Pair *pair, StImages *images,
         StPool *pool)
{
  StReportIsometry *isometry = &report->isometry;
  for (guint i = 0; i < PAIR; i++)
    {
      StModel *model = pair->files[i].model;
      isometry->files[i] = g_filename_display_basename (pair->paths[i]);
      g_autofree char *text = g_strdup_printf ("Measuring %s: isometry", isometry->files[i]);
      st_cli_progress (common, text);
      StStatus status = st_isometry_measure (model, images, 0, pool, &st_cli_cancel,
                                             &isometry->results[i]);
      if (st_ok (status))
        status = measure_paths (isometry, i, model, images, pool);
      st_cli_progress (common, NULL);
      if (!st_ok (status))
        return st_cli_fail (status, pair->paths[i]);
    }
  isometry->classes = g_strdup (said_of (&pair->files[WITH], "classes"));
  return ST_EXIT_DONE;
}

static int
measure_pair (StReport *report, const StCommon *common, const StSelection *selection,
              const Pair *pair, StPool *pool)
{
  StSelection own = *selection;
  StChosen chosen;
  StImages *images;
  own.classes = said_of (&pair->files[WITH], "classes");
  int exit = st_cli_choose (common, &own, ST_SPLIT_TEST, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_images_new (chosen.dataset, chosen.indices, NULL, chosen.count,
                                   ST_PERTURB_GAUSSIAN, common->seed, &images);
  st_chosen_clear (&chosen);
  if (!st_ok (status))
    return st_cli_fail (status, selection->dataset);
  exit = measure (report, common, pair, images, pool);
  st_images_unref (images);
  return exit;
}

int
st_report_measure_isometry (StReport *report, const StCommon *common,
                            const StSelection *selection, const GPtrArray *paths, StPool *pool)
{
  Pair pair = { 0 };
  int exit = open_pair (paths, &pair);
  if (exit == ST_EXIT_DONE && pair.paths[WITHOUT] != NULL && pair.paths[WITH] != NULL
      && comparable (&pair) && trained_on (&pair, selection->dataset))
    exit = measure_pair (report, common, selection, &pair, pool);
  pair_clear (&pair);
  return exit;
}
