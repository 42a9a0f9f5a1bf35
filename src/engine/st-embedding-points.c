#include <st-embedding-points.h>

#include <st-alloc.h>
#include <st-latents.h>
#include <st-point.h>
#include <st-spectrum.h>

/* Latents on their way to points, on the pool's threads. */
typedef struct Gathering {
  const StEmbeddingQuery *query;
  StEmbeddingPoints *points;
  uint32_t first;            /* place of the image 0 */
  bool latents;              /* are the features themselves */
  StKernel kernel;
  uint32_t threads;
  StPointWork **work;        /* [threads]; NULL for latents */
  double **values;           /* [threads][eigenvalues], which nobody asks for here */
} Gathering;

static StStatus
take_latent (void *context, uint32_t image, uint32_t worker, const float *latent)
{
  const Gathering *gathering = context;
  const StEmbeddingPoints *points = gathering->points;
  uint32_t place = gathering->first + image;
  double tolerance = gathering->query->tolerance;
  bool zero[3];
  if (points->spectral != NULL)
    return st_spectral_set (points->spectral[place], latent, tolerance, gathering->work[worker]);
  double *features = points->features + place * points->length;
  if (!gathering->latents)
    return st_point (latent, gathering->kernel, tolerance, gathering->work[worker],
                     gathering->values[worker], zero, features);
  for (size_t i = 0; i < points->length; i++)
    features[i] = (double) latent[i];
  return st_success ();
}

static bool
is_spectral (StEmbeddingMetric metric)
{
  return metric >= ST_METRIC_AFFINE_INVARIANT;
}

static StKernel
kernel_of (const StEmbeddingQuery *query, StEmbeddingMetric metric)
{
  if (metric == ST_METRIC_FROBENIUS)
    return ST_KERNEL_FROBENIUS;
  if (metric == ST_METRIC_LOG_EUCLIDEAN)
    return ST_KERNEL_LOG_EUCLIDEAN;
  return st_kernel_base (query->kernel);
}

static StStatus
allocate_points (StEmbeddingPoints *points, StEmbeddingMetric metric, StShape shape)
{
  StStatus status = st_success ();
  if (is_spectral (metric))
    {
      points->spectral = st_alloc (points->n, sizeof *points->spectral);
      if (points->spectral == NULL)
        return st_failure (ST_NO_MEMORY, 0, 0);
      for (uint32_t i = 0; i < points->n && st_ok (status); i++)
        status = st_spectral_new ((StDistance) (metric - ST_METRIC_FROBENIUS), shape,
                                  &points->spectral[i]);
      return status;
    }
  points->features = st_alloc (points->n, points->length * sizeof (double));
  if (points->features == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (points->n * points->length * sizeof (double)), 0);
  return status;
}

static StStatus
allocate_work (Gathering *gathering, StShape shape)
{
  uint32_t lengths[3];
  StStatus status = st_success ();
  if (gathering->latents)
    return status;
  st_spectrum_lengths (shape, lengths);
  gathering->work = st_alloc (gathering->threads, sizeof *gathering->work);
  gathering->values = st_alloc (gathering->threads, sizeof *gathering->values);
  if (gathering->work == NULL || gathering->values == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (uint32_t i = 0; i < gathering->threads && st_ok (status); i++)
    {
      status = st_point_work_new (shape, &gathering->work[i]);
      gathering->values[i] = st_alloc (lengths[0] + lengths[1] + lengths[2], sizeof (double));
      if (st_ok (status) && gathering->values[i] == NULL)
        status = st_failure (ST_NO_MEMORY, 0, 0);
    }
  return status;
}

static void
free_work (Gathering *gathering)
{
  for (uint32_t i = 0; i < gathering->threads; i++)
    {
      if (gathering->work != NULL)
        st_point_work_free (gathering->work[i]);
      if (gathering->values != NULL)
        st_free (gathering->values[i]);
    }
  st_free (gathering->work);
  st_free (gathering->values);
}

StStatus
st_embedding_points_new (const StEmbeddingQuery *query, StEmbeddingMetric metric, uint32_t count,
                         bool clean, bool shown, StPool *pool, StCancel *cancel,
                         StEmbeddingPoints *points)
{
  StShape shape = st_spec_latent (st_model_spec (query->of.model));
  Gathering gathering = {
    .query = query, .points = points, .latents = metric == ST_METRIC_EUCLIDEAN,
    .kernel = kernel_of (query, metric), .threads = st_pool_threads (pool),
  };
  *points = (StEmbeddingPoints) { .n = count * ((uint32_t) clean + (uint32_t) shown) };
  points->length = gathering.latents ? st_shape_size (shape)
                                     : st_kernel_features (gathering.kernel, shape);
  StStatus status = allocate_points (points, metric, shape);
  if (st_ok (status))
    status = allocate_work (&gathering, shape);
  if (st_ok (status) && clean)
    status = st_latents_visit (&query->of, false, count, pool, cancel, take_latent, &gathering);
  gathering.first = clean ? count : 0;
  if (st_ok (status) && shown)
    status = st_latents_visit_shown (&query->of, count, pool, cancel, take_latent, &gathering);
  free_work (&gathering);
  if (!st_ok (status))
    st_embedding_points_clear (points);
  return status;
}

void
st_embedding_points_clear (StEmbeddingPoints *points)
{
  for (uint32_t i = 0; points->spectral != NULL && i < points->n; i++)
    st_spectral_free (points->spectral[i]);
  st_free (points->spectral);
  st_free (points->features);
  *points = (StEmbeddingPoints) { 0 };
}
