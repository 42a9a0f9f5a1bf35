/* Paths between images of the shipped models that have a vector: for each of some pairs its length
 * as a straight line and as a geodesic, the steps that took, and the seconds.  Argument: how many
 * pairs of the first images (4). */
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>
#include <st-blas.h>
#include <st-dataset-io.h>
#include <st-latent-path.h>
#include <st-model-io.h>
#include <st-places.h>

static const char *const models[] = { "vae-mlp", "irvae", "vae-dense", "ae-dense" };

static StModel *
load_model (const char *name)
{
  g_autofree char *data = st_places_data ();
  g_autofree char *file = g_strconcat (name, ".safetensors", NULL);
  g_autofree char *path = g_build_filename (data, "models", file, NULL);
  StModelFile loaded;
  g_autofree char *tensor = NULL;
  if (!st_ok (st_model_load (path, &loaded, &tensor)))
    g_error ("cannot load %s", path);
  StModel *model = st_model_ref (loaded.model);
  st_model_file_clear (&loaded);
  return model;
}

static StImages *
take_images (StDataset *dataset, guint n)
{
  g_autofree guint32 *indices = g_new (guint32, n);
  StImages *images = NULL;
  for (guint i = 0; i < n; i++)
    indices[i] = i;
  if (!st_ok (st_images_new (dataset, indices, NULL, n, ST_PERTURB_SALT_PEPPER, 0, &images)))
    g_error ("cannot make %u images", n);
  return images;
}

static void
run (const char *name, StModel *model, StImages *images, guint pair, StPool *pool)
{
  const StPullbackQuery query = { .model = model, .images = images };
  const guint ends[2] = { 2 * pair, 2 * pair + 1 };
  StLatentPath *path = NULL;
  const gint64 start = g_get_monotonic_time ();
  if (!st_ok (st_latent_path_make (&query, ends, NULL, ST_GEODESIC_STEPS, pool, NULL, &path)))
    g_error ("no path");
  printf ("%-9s %3u-%-3u straight %9.5f geodesic %9.5f, %3u steps%s, %7.3f s\n", name,
          ends[0], ends[1], path->lengths[ST_PATH_STRAIGHT],
          path->lengths[ST_PATH_GEODESIC], path->end.steps,
          path->end.converged ? "" : " (not converged)",
          (double) (g_get_monotonic_time () - start) * 1e-6);
  fflush (stdout);
  st_latent_path_unref (path);
}

int
main (int argc, char *argv[])
{
  const guint pairs = argc > 1 ? (guint) atoi (argv[1]) : 4;
  StDataset *dataset = NULL;
  StPool *pool = NULL;
  g_autofree char *path = NULL;
  st_blas_prepare ();
  if (!st_ok (st_pool_new (0, &pool))
      || !st_ok (st_dataset_load (st_dataset_has_fashion_mnist () ? "fashion-mnist" : "builtin",
                                  ST_SPLIT_TEST, &dataset, &path)))
    return 1;
  StImages *images = take_images (dataset, 2 * pairs);
  for (gsize m = 0; m < G_N_ELEMENTS (models); m++)
    {
      StModel *model = load_model (models[m]);
      for (guint pair = 0; pair < pairs; pair++)
        run (models[m], model, images, pair, pool);
      st_model_unref (model);
    }
  st_images_unref (images);
  st_dataset_unref (dataset);
  st_pool_free (pool);
  return 0;
}
