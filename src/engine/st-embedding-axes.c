#include <st-embedding-axes.h>

#include <st-alloc.h>
#include <st-embedding-gram.h>
#include <st-pca.h>
#include <st-subspace.h>

#include <math.h>

enum { AXES = 2, ROWS = 16 };

/* ---- where points lie ---- */

typedef struct Projection {
  const StEmbeddingAxes *axes;
  uint32_t n;
  const double *points;
  double *kernels;        /* [n][count] k(x, x_i), of gaussian:K alone */
  double *coordinates;
} Projection;

/* A few points by their rows of the Gram matrix. */
static void
project_by_kernel (const Projection *projection, uint32_t first, uint32_t rows)
{
  const StEmbeddingAxes *axes = projection->axes;
  size_t count = axes->count;
  const double *points = projection->points + first * axes->length;
  double *k = projection->kernels + first * count, squares[ROWS];

  for (uint32_t i = 0; i < rows; i++)
    st_gram_block (axes->length, 1, points + i * axes->length, 1, points + i * axes->length,
                   &squares[i], 1);
  st_gram_block (axes->length, rows, points, axes->count, axes->features, k, count);
  st_gram_gaussian (rows, squares, axes->count, axes->squares, axes->sigma, k, count);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < AXES; j++)
      {
        double sum = 0.0;
        for (size_t l = 0; l < count; l++)
          sum += axes->weights[j * count + l] * (k[i * count + l] - axes->means[l]);
        projection->coordinates[AXES * (first + i) + j] = sum;
      }
}

static void
project_rows (void *context, uint32_t task, uint32_t worker)
{
  const Projection *projection = context;
  const StEmbeddingAxes *axes = projection->axes;
  uint32_t first = task * ROWS, left = projection->n - first, rows = left < ROWS ? left : ROWS;
  if (axes->pca == NULL)
    project_by_kernel (projection, first, rows);
  for (size_t i = first; i < first + rows; i++)
    {
      double *coordinates = projection->coordinates + AXES * i;
      if (axes->pca != NULL)
        st_pca_project (axes->pca, projection->points + i * axes->length, coordinates);
      for (uint32_t j = 0; j < AXES; j++)
        coordinates[j] /= axes->unit;
    }
}

StStatus
st_embedding_axes_project (const StEmbeddingAxes *axes, uint32_t n, const double *points,
                           StPool *pool, double *coordinates)
{
  size_t kernels = axes->pca == NULL ? (size_t) n * axes->count : 0;
  Projection projection = { axes, n, points, st_alloc (kernels, sizeof (double)), coordinates };
  if (projection.kernels == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (kernels * sizeof (double)), 0);
  st_pool_run (pool, (n + ROWS - 1) / ROWS, project_rows, &projection);
  st_free (projection.kernels);
  return st_success ();
}

/* ---- fitting ---- */

/* Turns axes round where they run against those of an earlier fit. */
static void
align (StEmbeddingAxes *axes, const StEmbeddingAxes *previous)
{
  size_t n = axes->count;
  if (previous == NULL || previous->count != axes->count)
    return;
  if (axes->pca != NULL)
    {
      st_pca_align (axes->pca, axes->count, previous->clean, axes->clean);
      return;
    }
  for (size_t j = 0; j < AXES; j++)
    {
      double product = 0.0;
      for (size_t i = 0; i < n; i++)
        product += previous->clean[AXES * i + j] * axes->clean[AXES * i + j];
      for (size_t i = 0; i < n && product < 0.0; i++)
        {
          axes->clean[AXES * i + j] = -axes->clean[AXES * i + j];
          axes->weights[j * n + i] = -axes->weights[j * n + i];
        }
    }
}

static StStatus
set_width (StEmbeddingAxes *axes, const double *gram)
{
  size_t n = axes->count, pairs = n * (n - 1) / 2;
  double *scratch = st_alloc (pairs, sizeof *scratch);
  if (scratch == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (pairs * sizeof *scratch), 0);
  axes->sigma = st_gram_median_distance (axes->count, gram, scratch);
  st_free (scratch);
  return axes->sigma > 0.0 ? st_success () : st_failure (ST_RANGE, 0, 0);
}

static void
set_weights (StEmbeddingAxes *axes, const StSubspace *subspace, const double *gram)
{
  size_t n = axes->count;
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += subspace->values[i];
  for (size_t i = 0; i < n; i++)
    {
      for (size_t j = 0; j < n; j++)
        axes->means[i] += gram[i * n + j];
      axes->means[i] /= (double) n;
    }
  for (size_t j = 0; j < subspace->k; j++)
    {
      axes->shares[j] = subspace->values[j] / sum;
      for (size_t i = 0; i < n; i++)
        axes->weights[j * n + i] = subspace->vectors[j * n + i] / sqrt (subspace->values[j]);
    }
}

static StStatus
fit_gaussian (StEmbeddingAxes *axes, double *gram)
{
  size_t n = axes->count;
  StSubspace *subspace = NULL;
  StSubspaceWork *work = NULL;
  axes->squares = st_alloc (n, sizeof (double));
  axes->means = st_alloc (n, sizeof (double));
  axes->weights = st_alloc (AXES * n, sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (AXES * n * sizeof (double)), 0);
  if (axes->squares != NULL && axes->means != NULL && axes->weights != NULL)
    status = set_width (axes, gram);
  if (st_ok (status))
    status = st_subspace_new (axes->count, AXES, &subspace);
  if (st_ok (status))
    status = st_subspace_work_new (axes->count, AXES, &work);
  if (st_ok (status))
    {
      st_embedding_gaussian (axes->count, axes->sigma, gram, axes->squares);
      status = st_subspace_fit (subspace, AXES, gram, true, work);
    }
  if (st_ok (status))
    set_weights (axes, subspace, gram);
  st_subspace_work_free (work);
  st_subspace_free (subspace);
  return status;
}

static StStatus
fit (StEmbeddingAxes *axes, const StEmbeddingAxes *previous, StPool *pool, StCancel *cancel)
{
  size_t n = axes->count;
  double *gram = st_alloc (n, n * sizeof *gram);
  axes->clean = st_alloc (AXES * n, sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * n * sizeof *gram), 0);
  if (gram != NULL && axes->clean != NULL)
    status = st_embedding_gram (axes->count, axes->length, axes->features, pool, cancel, gram);
  if (st_ok (status) && st_kernel_is_gaussian (axes->kernel))
    status = fit_gaussian (axes, gram);
  else if (st_ok (status))
    status = st_pca_fit (axes->count, axes->length, axes->features, gram, AXES, &axes->pca);
  st_free (gram);
  axes->unit = 1.0;
  if (st_ok (status))
    status = st_embedding_axes_project (axes, axes->count, axes->features, pool, axes->clean);
  if (!st_ok (status))
    return status;

  align (axes, previous);
  double unit = st_pca_deviation (axes->count, AXES, axes->clean);
  axes->unit = unit > 0.0 ? unit : 1.0;
  for (size_t i = 0; i < AXES * n; i++)
    axes->clean[i] /= axes->unit;
  for (uint32_t j = 0; j < AXES && axes->pca != NULL; j++)
    axes->shares[j] = axes->pca->shares[j];
  return status;
}

StStatus
st_embedding_axes_new (StKernel kernel, uint32_t n, size_t length, double *features,
                       const StEmbeddingAxes *previous, StPool *pool, StCancel *cancel,
                       StEmbeddingAxes **result)
{
  StEmbeddingAxes *axes = st_alloc (1, sizeof *axes);
  if (axes == NULL)
    {
      st_free (features);
      return st_failure (ST_NO_MEMORY, sizeof *axes, 0);
    }
  *axes = (StEmbeddingAxes) { .kernel = kernel, .count = n, .length = length,
                              .features = features };
  StStatus status = fit (axes, previous, pool, cancel);
  if (!st_ok (status))
    {
      st_embedding_axes_free (axes);
      return status;
    }
  if (axes->pca != NULL)
    {
      st_free (axes->features);   /* axes of their own replace them */
      axes->features = NULL;
    }
  *result = axes;
  return status;
}

void
st_embedding_axes_free (StEmbeddingAxes *axes)
{
  if (axes == NULL)
    return;
  st_pca_free (axes->pca);
  st_free (axes->clean);
  st_free (axes->features);
  st_free (axes->squares);
  st_free (axes->means);
  st_free (axes->weights);
  st_free (axes);
}
