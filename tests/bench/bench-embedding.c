/* Pictures of the latents of a shipped model: each method and distance, of 100 clean and 100 shown
 * images, then the cheap ones of 1,000 and 1,000.  Seconds from the question to the last answer,
 * and the most memory that the process has had so far.  Arguments: the model's name (cae) and the
 * dataset (fashion-mnist where it is installed). */
#include <stdio.h>
#include <sys/resource.h>

#include <glib.h>
#include <st-blas.h>
#include <st-dataset-io.h>
#include <st-embedding.h>
#include <st-model-io.h>
#include <st-places.h>

typedef struct Job {
  StEmbeddingMethod method;
  StEmbeddingMetric metric;
  guint images;
} Job;

static const Job jobs[] = {
  { ST_EMBEDDING_PCA, ST_METRIC_KERNEL, 100 },
  { ST_EMBEDDING_KERNEL_PCA, ST_METRIC_KERNEL, 100 },
  { ST_EMBEDDING_TSNE, ST_METRIC_KERNEL, 100 },
  { ST_EMBEDDING_TSNE, ST_METRIC_EUCLIDEAN, 100 },
  { ST_EMBEDDING_TSNE, ST_METRIC_LOG_EUCLIDEAN, 100 },
  { ST_EMBEDDING_TSNE, ST_METRIC_AFFINE_INVARIANT, 100 },
  { ST_EMBEDDING_TSNE, ST_METRIC_BONNABEL_SEPULCHRE, 100 },
  { ST_EMBEDDING_TSNE, ST_METRIC_YE_LIM, 100 },
  { ST_EMBEDDING_PCA, ST_METRIC_KERNEL, 1000 },
  { ST_EMBEDDING_KERNEL_PCA, ST_METRIC_KERNEL, 1000 },
  { ST_EMBEDDING_TSNE, ST_METRIC_EUCLIDEAN, 1000 },
  { ST_EMBEDDING_TSNE, ST_METRIC_KERNEL, 1000 },
};

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

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) * 1e-6;
}

static void
run (const Job *job, StModel *model, StDataset *dataset, StPool *pool)
{
  guint n = MIN (job->images, st_dataset_count (dataset));
  StEmbeddingQuery query = {
    .method = job->method, .metric = job->metric, .tolerance = 1e-8,
    .of = { .model = model, .images = take_images (dataset, n), .level = 0.05 },
  };
  StEmbedding *embedding = NULL;
  struct rusage usage;
  if (job->method == ST_EMBEDDING_PCA
      && !st_ok (st_reference_new (&query.of, NULL, pool, NULL, &query.of.reference)))
    g_error ("no axes");
  gint64 start = g_get_monotonic_time ();
  if (!st_ok (st_embedding_make (&query, NULL, NULL, pool, NULL, &embedding)))
    g_error ("no embedding");
  double seconds = seconds_since (start);
  getrusage (RUSAGE_SELF, &usage);
  printf ("%-10s %-18s %4u images: %7.2f s, %4ld MB", st_embedding_method_name (job->method),
          job->method == ST_EMBEDDING_TSNE ? st_embedding_metric_name (job->metric) : "", n, seconds,
          usage.ru_maxrss / 1024);
  if (embedding->state == ST_EMBEDDING_UNDEFINED)
    printf (", not defined\n");
  else
    printf (", T %.3f, C %.3f, KL %.3f\n", embedding->neighbours.trustworthiness,
            embedding->neighbours.continuity, embedding->divergence);
  st_embedding_unref (embedding);
  st_reference_unref (query.of.reference);
  st_images_unref (query.of.images);
}

int
main (int argc, char *argv[])
{
  const char *name = argc > 2 ? argv[2] : st_dataset_has_fashion_mnist () ? "fashion-mnist"
                                                                          : "builtin";
  StDataset *dataset = NULL;
  StPool *pool = NULL;
  g_autofree char *path = NULL;
  st_blas_prepare ();
  if (!st_ok (st_pool_new (0, &pool))
      || !st_ok (st_dataset_load (name, ST_SPLIT_TEST, &dataset, &path)))
    return 1;
  StModel *model = load_model (argc > 1 ? argv[1] : "cae");
  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    run (&jobs[i], model, dataset, pool);
  st_model_unref (model);
  st_dataset_unref (dataset);
  st_pool_free (pool);
  return 0;
}
