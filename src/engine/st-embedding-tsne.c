/* t-SNE of the clean and the shown points of one level, and what is shown of it on the way. */
#define _POSIX_C_SOURCE 200809L
#include <st-embedding-making.h>

#include <st-alloc.h>
#include <st-clock.h>
#include <st-embedding-points.h>

#include <math.h>
#include <string.h>

enum { STEP = 5 };   /* iterations between two looks at the clock */

static const double SHOW_SECONDS = 0.1;

/* ---- what is shown on the way ---- */

/* The map's coordinates into the embedding, whose points are clean ones and then shown ones, or
 * one set that is both. */
static StStatus
take_map (StEmbeddingMaking *making)
{
  StEmbedding *embedding = making->embedding;
  size_t count = embedding->count, n = embedding->points;
  double *map = st_alloc (n, 2 * sizeof *map), squares = 0.0;
  if (map == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (2 * n * sizeof *map), 0);
  st_tsne_points (making->tsne, map);
  for (size_t i = 0; i < 2 * n; i++)
    squares += map[i] * map[i];
  double unit = squares > 0.0 ? sqrt (squares / (2.0 * (double) n)) : 1.0;
  for (size_t i = 0; i < 2 * count; i++)
    {
      embedding->clean[i] = map[i] / unit;
      embedding->now[i] = map[2 * (n - count) + i] / unit;
    }
  st_free (map);
  making->placed = true;
  embedding->iteration = st_tsne_iterations (making->tsne);
  embedding->divergence = st_tsne_divergence (making->tsne, making->pool);
  return st_success ();
}

/* A copy of the embedding as it is, for whoever watches; none where there is no memory. */
static void
show (StEmbeddingMaking *making)
{
  const StEmbedding *from = making->embedding;
  StEmbedding *copy;
  making->shown = st_clock_now ();
  if (!st_ok (st_embedding_new (making->query, from->count, making->placed, &copy)))
    return;
  copy->points = from->points;
  copy->perplexity = from->perplexity;
  copy->sigma = from->sigma;
  memcpy (copy->factors, from->factors, sizeof copy->factors);
  copy->distances = from->distances;
  copy->iteration = from->iteration;
  copy->divergence = from->divergence;
  if (making->placed)
    {
      memcpy (copy->clean, from->clean, 2 * from->count * sizeof *copy->clean);
      memcpy (copy->now, from->now, 2 * from->count * sizeof *copy->now);
    }
  making->watch->show (making->watch->context, copy);
}

static bool
is_due (const StEmbeddingMaking *making)
{
  return making->watch->show != NULL && st_clock_now () - making->shown >= SHOW_SECONDS;
}

static void
tell_distances (void *context, double done)
{
  StEmbeddingMaking *making = context;
  making->embedding->distances = done;
  if (is_due (making))
    show (making);
}

/* ---- t-SNE ---- */

/* The width of a Gaussian: of the clean points' part of a Gram matrix of K. */
static StStatus
find_width (uint32_t count, const double *gram, uint32_t stride, double *sigma)
{
  size_t n = count, pairs = n * (n - 1) / 2;
  double *clean = st_alloc (n, n * sizeof *clean), *scratch = st_alloc (pairs, sizeof *scratch);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * n * sizeof *clean), 0);
  if (clean != NULL && scratch != NULL)
    {
      for (size_t i = 0; i < n; i++)
        memcpy (clean + i * n, gram + i * stride, n * sizeof *clean);
      *sigma = st_gram_median_distance (count, clean, scratch);
      status = st_success ();
    }
  st_free (scratch);
  st_free (clean);
  return status;
}

static StStatus
distances_of_features (StEmbeddingMaking *making, const StEmbeddingPoints *points,
                       double *distances)
{
  StEmbedding *embedding = making->embedding;
  const StEmbeddingQuery *query = making->query;
  bool gaussian = query->metric == ST_METRIC_KERNEL && st_kernel_is_gaussian (query->kernel);
  StStatus status = st_embedding_gram (points->n, points->length, points->features, making->pool,
                                       making->watch->cancel, distances);
  if (st_ok (status) && gaussian)
    status = find_width (embedding->count, distances, points->n, &embedding->sigma);
  if (!st_ok (status))
    return status;
  if (gaussian && !(embedding->sigma > 0.0))
    embedding->state = ST_EMBEDDING_UNDEFINED;
  else if (gaussian)
    {
      double *squares = st_alloc (points->n, sizeof *squares);
      if (squares == NULL)
        return st_failure (ST_NO_MEMORY, (int64_t) (points->n * sizeof *squares), 0);
      st_embedding_gaussian (points->n, embedding->sigma, distances, squares);
      st_free (squares);
    }
  st_embedding_gram_distances (points->n, distances);
  return status;
}

static StStatus
distances_of_pairs (StEmbeddingMaking *making, const StEmbeddingPoints *points, double *distances)
{
  StEmbedding *embedding = making->embedding;
  StShape shape = points->spectral[0]->shape;
  /* S3 never has full rank then: there is nothing that it could say. */
  bool partial = making->query->metric == ST_METRIC_AFFINE_INVARIANT
                 && shape.channels > shape.height * shape.width - 1;
  double weights[3] = { 1.0, 1.0, partial ? 0.0 : 1.0 };
  StEmbeddingPair *pair = &embedding->pair;
  for (int i = 0; i < 3; i++)
    embedding->factors[i] = weights[i] > 0.0;
  StStatus status = st_embedding_distances (points->n, points->spectral, weights, making->pool,
                                            making->watch->cancel, tell_distances, making,
                                            distances, pair);
  if (st_ok (status) && pair->found)
    {
      embedding->state = ST_EMBEDDING_UNDEFINED;
      memcpy (embedding->ranks[0], points->spectral[pair->a]->ranks, sizeof embedding->ranks[0]);
      memcpy (embedding->ranks[1], points->spectral[pair->b]->ranks, sizeof embedding->ranks[1]);
    }
  return status;
}

static StStatus
find_distances (StEmbeddingMaking *making, double *distances)
{
  StEmbeddingPoints points;
  StStatus status = st_embedding_points_new (
    making->query, making->query->metric, making->embedding->count, true,
    making->embedding->points > making->embedding->count, making->pool, making->watch->cancel,
    &points);
  if (!st_ok (status))
    return status;
  if (points.spectral != NULL)
    status = distances_of_pairs (making, &points, distances);
  else
    status = distances_of_features (making, &points, distances);
  making->embedding->distances = 1.0;
  st_embedding_points_clear (&points);
  return status;
}

static StStatus
descend (StEmbeddingMaking *making)
{
  const StEmbeddingWatch *watch = making->watch;
  StStatus status = st_success ();
  while (st_ok (status) && st_tsne_iterations (making->tsne) < ST_TSNE_ITERATIONS)
    {
      if (watch->rest != NULL)
        watch->rest (watch->context);
      status = st_tsne_step (making->tsne, STEP, making->pool, watch->cancel);
      if (st_ok (status) && is_due (making) && st_ok (take_map (making)))
        show (making);
    }
  return status;
}

/* What was being done is over, and what is there is kept. */
static bool
is_stopped (const StEmbeddingMaking *making, StStatus status)
{
  return status.code == ST_CANCELLED && st_cancel_asked (making->watch->stop);
}

static StStatus
map_distances (StEmbeddingMaking *making, const double *distances)
{
  StEmbedding *embedding = making->embedding;
  embedding->perplexity = st_tsne_perplexity (embedding->points);
  StStatus status = st_tsne_new (embedding->points, distances, making->query->of.seed,
                                 making->pool, making->watch->cancel, &making->tsne);
  if (st_ok (status))
    status = descend (making);
  if (making->tsne == NULL || (!st_ok (status) && !is_stopped (making, status)))
    return status;
  if (st_tsne_iterations (making->tsne) == 0)
    return status;   /* stopped where nothing but chance has placed the points */
  if (!st_ok (status))
    embedding->state = ST_EMBEDDING_STOPPED;
  status = take_map (making);
  if (st_ok (status))
    status = st_embedding_judge (embedding, distances, embedding->points);
  return status;
}

StStatus
st_embedding_tsne (StEmbeddingMaking *making)
{
  StEmbedding *embedding = making->embedding;
  embedding->points = making->query->of.level > 0.0 ? 2 * embedding->count : embedding->count;
  size_t n = embedding->points;
  double *distances = st_alloc (n, n * sizeof *distances);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * n * sizeof *distances), 0);
  if (distances != NULL)
    status = find_distances (making, distances);
  if (st_ok (status) && embedding->state != ST_EMBEDDING_UNDEFINED)
    status = map_distances (making, distances);
  if (is_stopped (making, status))
    {
      embedding->state = ST_EMBEDDING_STOPPED;
      status = st_success ();
    }
  st_tsne_free (making->tsne);
  st_free (distances);
  return status;
}
