/* How embeddings are made: points, distances, then what the method does with them. */
#include <st-embedding-making.h>

#include <st-alloc.h>
#include <st-embedding-points.h>
#include <st-float-gram.h>
#include <st-latents.h>

#include <string.h>

/* ---- how far it may be trusted ---- */

StStatus
st_embedding_judge (StEmbedding *embedding, const double *distances, uint32_t stride)
{
  size_t n = embedding->count, first = stride - n;
  if (first == 0)
    return st_neighbours (embedding->count, distances, embedding->now, &embedding->neighbours);
  double *own = st_alloc (n, n * sizeof *own);
  if (own == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (n * n * sizeof *own), 0);
  for (size_t i = 0; i < n; i++)
    memcpy (own + i * n, distances + (first + i) * stride + first, n * sizeof *own);
  StStatus status = st_neighbours (embedding->count, own, embedding->now, &embedding->neighbours);
  st_free (own);
  return status;
}

/* Distances of all points from their features; sigma as of a kernel, 0: none. */
static StStatus
distances_of (StEmbeddingMaking *making, const StEmbeddingPoints *points, double sigma,
              double **result)
{
  size_t n = points->n;
  double *gram = st_alloc (n, n * sizeof *gram), *squares = st_alloc (n, sizeof *squares);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * n * sizeof *gram), 0);
  if (gram != NULL && squares != NULL)
    status = st_embedding_gram (points->n, points->length, points->features, making->pool,
                                making->watch->cancel, gram);
  if (st_ok (status) && sigma > 0.0)
    st_embedding_gaussian (points->n, sigma, gram, squares);
  if (st_ok (status))
    st_embedding_gram_distances (points->n, gram);
  else
    {
      st_free (gram);
      gram = NULL;
    }
  st_free (squares);
  *result = gram;
  return status;
}

/* ---- axes that the live worker draws ---- */

typedef struct Gathering {
  const StReference *reference;
  float *latents;        /* [n][length] */
  double *coordinates;   /* [n][2] */
} Gathering;

static StStatus
take_latent (void *context, uint32_t image, uint32_t worker, const float *latent)
{
  const Gathering *gathering = context;
  const size_t length = gathering->reference->length;
  memcpy (gathering->latents + image * length, latent, length * sizeof *latent);
  st_reference_project (gathering->reference, latent, gathering->coordinates + 2 * image);
  return st_success ();
}

/* Of latents as they are: their plain distances. */
static StStatus
distances_of_latents (StEmbeddingMaking *making, uint32_t n, size_t length, const float *latents,
                      double *distances)
{
  double *mean = st_alloc (length, sizeof *mean);
  if (mean == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (length * sizeof *mean), 0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < length; j++)
      mean[j] += (double) latents[i * length + j] / n;
  StStatus status = st_float_gram (n, length, latents, mean, making->pool, making->watch->cancel,
                                   distances);
  if (st_ok (status))
    st_embedding_gram_distances (n, distances);
  st_free (mean);
  return status;
}

static StStatus
make_judgement (StEmbeddingMaking *making)
{
  const StReference *reference = making->query->of.reference;
  StEmbedding *embedding = making->embedding;
  const uint32_t n = embedding->count;
  const size_t length = st_shape_size (st_spec_latent (st_model_spec (making->query->of.model)));
  if (length != reference->length)
    return st_failure (ST_SHAPE, (int64_t) reference->length, (int64_t) length);
  Gathering gathering = { .reference = reference, .coordinates = embedding->now,
                          .latents = st_alloc (n, length * sizeof (float)) };
  double *distances = st_alloc (n, n * sizeof *distances);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * length * sizeof (float)), 0);
  if (gathering.latents != NULL && distances != NULL)
    status = st_latents_visit_shown (&making->query->of, n, making->pool, making->watch->cancel,
                                     take_latent, &gathering);
  if (st_ok (status))
    {
      making->placed = true;
      memcpy (embedding->clean, reference->clean, 2 * n * sizeof *embedding->clean);
      memcpy (embedding->shares, reference->shares, sizeof embedding->shares);
      status = distances_of_latents (making, n, length, gathering.latents, distances);
    }
  st_free (gathering.latents);
  if (st_ok (status))
    status = st_embedding_judge (embedding, distances, n);
  st_free (distances);
  return status;
}

/* ---- kernel PCA ---- */

static bool
keep_fits (const StEmbeddingKeep *keep, const StEmbeddingQuery *query)
{
  const StEmbeddingQuery *had = &keep->query;
  return keep->axes != NULL && had->column == query->column
         && had->of.weights == query->of.weights && had->of.latent == query->of.latent
         && (query->of.latent == ST_LATENT_MEAN || had->of.seed == query->of.seed)
         && had->kernel == query->kernel
         && (!st_kernel_knows_ranks (query->kernel) || had->tolerance == query->tolerance)
         && st_images_same_clean (had->of.images, query->of.images);
}

/* Whose axes new ones are to point like: their own of before, else those beside. */
static const StEmbeddingAxes *
example (const StEmbeddingKeep *keep, const StEmbeddingKeep *beside, const StEmbeddingQuery *query)
{
  if (keep->axes != NULL && st_images_same_clean (keep->query.of.images, query->of.images))
    return keep->axes;
  if (beside != NULL && beside->axes != NULL
      && st_images_same_clean (beside->query.of.images, query->of.images))
    return beside->axes;
  return NULL;
}

static StStatus
renew_axes (StEmbeddingMaking *making, StEmbeddingKeep *keep, const StEmbeddingKeep *beside)
{
  StCancel *cancel = making->watch->cancel;
  StEmbeddingPoints points;
  StEmbeddingAxes *axes = NULL;
  StStatus status = st_embedding_points_new (making->query, ST_METRIC_KERNEL,
                                             making->embedding->count, true, false, making->pool,
                                             cancel, &points);
  if (!st_ok (status))
    return status;
  status = st_embedding_axes_new (making->query->kernel, points.n, points.length, points.features,
                                  example (keep, beside, making->query), making->pool, cancel,
                                  &axes);
  points.features = NULL;   /* the axes took them */
  st_embedding_points_clear (&points);
  if (!st_ok (status))
    return status;
  st_embedding_keep_clear (keep);
  keep->axes = axes;
  st_embedding_query_copy (making->query, &keep->query);
  return status;
}

static StStatus
place_on_axes (StEmbeddingMaking *making, const StEmbeddingAxes *axes)
{
  StEmbedding *embedding = making->embedding;
  StEmbeddingPoints points;
  double *distances = NULL;
  StStatus status = st_embedding_points_new (making->query, ST_METRIC_KERNEL, embedding->count,
                                             false, true, making->pool, making->watch->cancel,
                                             &points);
  if (!st_ok (status))
    return status;
  status = st_embedding_axes_project (axes, points.n, points.features, making->pool,
                                      embedding->now);
  making->placed = st_ok (status);
  memcpy (embedding->clean, axes->clean, 2 * axes->count * sizeof *axes->clean);
  memcpy (embedding->shares, axes->shares, sizeof embedding->shares);
  embedding->sigma = axes->sigma;
  if (st_ok (status))
    status = distances_of (making, &points, axes->sigma, &distances);
  if (st_ok (status))
    status = st_embedding_judge (embedding, distances, points.n);
  st_free (distances);
  st_embedding_points_clear (&points);
  return status;
}

static StStatus
make_kernel_pca (StEmbeddingMaking *making, StEmbeddingKeep *keep,
                 const StEmbeddingKeep *beside)
{
  StStatus status = st_success ();
  if (!keep_fits (keep, making->query) || keep->axes->count != making->embedding->count)
    status = renew_axes (making, keep, beside);
  if (st_ok (status))
    status = place_on_axes (making, keep->axes);
  if (status.code == ST_RANGE)   /* a Gaussian without width */
    {
      making->embedding->state = ST_EMBEDDING_UNDEFINED;
      status = st_success ();
    }
  return status;
}

/* ---- all of them ---- */

/* How many images take part. */
static uint32_t
count_images (const StEmbeddingQuery *query)
{
  uint32_t count = st_images_count (query->of.images), most = ST_REFERENCE_MAX;
  if (query->method == ST_EMBEDDING_TSNE)
    most = query->of.level > 0.0 ? ST_TSNE_MAX / 2 : ST_TSNE_MAX;
  return count < most ? count : most;
}

/* Coordinates that were never found are not there. */
static void
drop_places (StEmbedding *embedding)
{
  st_free (embedding->clean);
  st_free (embedding->now);
  embedding->clean = embedding->now = NULL;
}

StStatus
st_embedding_make (const StEmbeddingQuery *query, StEmbeddingKeep *keep,
                   const StEmbeddingKeep *beside, StPool *pool, const StEmbeddingWatch *watch,
                   StEmbedding **result)
{
  static const StEmbeddingWatch nobody = { 0 };
  StEmbeddingKeep own = { 0 };
  StEmbeddingMaking making = { .query = query, .pool = pool,
                               .watch = watch != NULL ? watch : &nobody };
  StStatus status = st_embedding_new (query, count_images (query), true, &making.embedding);
  if (!st_ok (status))
    return status;
  if (!st_embedding_query_suits (query))
    status = st_failure (ST_SHAPE, 1, 3);
  else if (query->method == ST_EMBEDDING_TSNE)
    status = st_embedding_tsne (&making);
  else if (query->method == ST_EMBEDDING_KERNEL_PCA)
    status = make_kernel_pca (&making, keep != NULL ? keep : &own, beside);
  else
    status = make_judgement (&making);
  st_embedding_keep_clear (&own);

  StEmbedding *embedding = making.embedding;
  if (status.code == ST_CANCELLED)
    {
      st_embedding_unref (embedding);
      return status;
    }
  if (!st_ok (status))
    embedding->state = ST_EMBEDDING_FAILED;
  else if (embedding->state == ST_EMBEDDING_RUNNING)
    embedding->state = ST_EMBEDDING_DONE;
  embedding->status = status;
  if (!making.placed)
    drop_places (embedding);
  *result = embedding;
  return st_success ();
}
