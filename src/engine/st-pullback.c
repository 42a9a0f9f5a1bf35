#include <st-pullback.h>

#include <st-alloc.h>
#include <st-eigen.h>
#include <st-jacobian.h>
#include <st-plane.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { CHUNK = 10, POINTS_AND_NUMBERS = 3200 };

/* The grid reaches beyond the clean points by this share of their range, and never covers less
 * than this on either side of their middle. */
static const double ROOM = 0.1, HALF_LEAST = 0.25;

/* The public part comes first, so that a StPullback * is a Counted *. */
typedef struct Counted {
  StPullback pullback;
  atomic_uint references;
} Counted;

typedef struct Bench {
  StJacobian *jacobian;
  StEigen *eigen;
  double *points, *metrics, *values;   /* [CHUNK][d], [CHUNK][d][d], [d] */
} Bench;

typedef struct Making {
  StPullback *pullback;
  uint32_t d;
  StPlane *plane;
  StCancel *cancel;
  Bench *benches;          /* [threads] */
  StStatus *status;        /* [tasks] */
} Making;

/* ---- queries and results ---- */

void
st_pullback_query_copy (const StPullbackQuery *from, StPullbackQuery *to)
{
  *to = *from;
  st_model_ref (to->model);
  st_images_ref (to->images);
  if (to->reference != NULL)
    st_reference_ref (to->reference);
}

void
st_pullback_query_clear (StPullbackQuery *query)
{
  st_model_unref (query->model);
  st_images_unref (query->images);
  st_reference_unref (query->reference);
  *query = (StPullbackQuery) { 0 };
}

bool
st_pullback_has_plane (const StModel *model)
{
  const StSpec *spec = st_model_spec (model);
  return !st_kind_unfolds (spec->kind) && spec->dimension >= 2;
}

uint32_t
st_pullback_side (uint32_t d)
{
  uint32_t side = (uint32_t) sqrt ((double) POINTS_AND_NUMBERS / d);
  side = side < ST_PULLBACK_SIDE_MAX ? side : ST_PULLBACK_SIDE_MAX;
  return side > ST_PULLBACK_SIDE_MIN ? side : ST_PULLBACK_SIDE_MIN;
}

StPullback *
st_pullback_ref (StPullback *pullback)
{
  atomic_fetch_add (&((Counted *) pullback)->references, 1);
  return pullback;
}

void
st_pullback_unref (StPullback *pullback)
{
  if (pullback == NULL || atomic_fetch_sub (&((Counted *) pullback)->references, 1) != 1)
    return;
  st_pullback_query_clear (&pullback->query);
  st_isometry_result_unref (pullback->isometry);
  st_free (pullback->values);
  st_free (pullback->places);
  st_free (pullback->planar);
  st_free (pullback->condition);
  st_free (pullback->volume);
  st_free (pullback);
}

/* ---- the plane ---- */

static void
find_extent (Making *m)
{
  for (uint32_t k = 0; k < 2; k++)
    {
      double low = m->plane->low[k], high = m->plane->high[k];
      double half = (0.5 + ROOM) * (high - low), middle = 0.5 * (low + high);
      half = half > HALF_LEAST ? half : HALF_LEAST;
      m->pullback->low[k] = middle - half;
      m->pullback->high[k] = middle + half;
    }
}

static double
dot (uint32_t n, const double *a, const double *b)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* axis^T G axis' */
static double
restrict_metric (const Making *m, const double *metric, uint32_t first, uint32_t second)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < m->d; i++)
    sum += m->plane->axes[first * m->d + i]
           * dot (m->d, metric + i * m->d, m->plane->axes + second * m->d);
  return sum;
}

/* Where a latent mean lies, and G in the plane there. */
static void
place_image (const Making *m, uint32_t image)
{
  StPullback *pullback = m->pullback;
  const double *code = pullback->isometry->codes + (size_t) image * m->d;
  const double *metric = pullback->isometry->metrics + (size_t) image * m->d * m->d;
  double *planar = pullback->planar + 3 * image;

  st_plane_place (m->plane, code, pullback->places + 2 * image);
  planar[0] = restrict_metric (m, metric, 0, 0);
  planar[1] = restrict_metric (m, metric, 0, 1);
  planar[2] = restrict_metric (m, metric, 1, 1);
}

/* ---- points of the grid ---- */

static StStatus
bench_init (Bench *bench, StModel *model, uint32_t d)
{
  bench->points = st_alloc (CHUNK * d, sizeof (double));
  bench->metrics = st_alloc ((size_t) CHUNK * d * d, sizeof (double));
  bench->values = st_alloc (d, sizeof (double));
  if (bench->points == NULL || bench->metrics == NULL || bench->values == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) ((size_t) CHUNK * d * d * sizeof (double)), 0);
  StStatus status = st_eigen_new (d, 0, &bench->eigen);
  return st_ok (status) ? st_jacobian_new (model, &bench->jacobian) : status;
}

static void
bench_clear (Bench *bench)
{
  st_jacobian_free (bench->jacobian);
  st_eigen_free (bench->eigen);
  st_free (bench->points);
  st_free (bench->metrics);
  st_free (bench->values);
}

/* Eigenvalues of one G, not below 0. */
static StStatus
find_values (const Bench *bench, uint32_t d, const double *metric, double *values)
{
  for (uint32_t i = 0; i < d * d; i++)
    if (!isfinite (metric[i]))
      return st_failure (ST_NON_FINITE, -1, 0);
  memcpy (st_eigen_matrix (bench->eigen), metric, (size_t) d * d * sizeof *metric);
  StStatus status = st_eigen_solve (bench->eigen, d, 0, values, NULL);
  for (uint32_t i = 0; i < d && st_ok (status); i++)
    values[i] = values[i] > 0.0 ? values[i] : 0.0;
  return status;
}

static double
middle_of (const StPullback *pullback, uint32_t axis, uint32_t cell)
{
  double share = (cell + 0.5) / pullback->side;
  return pullback->low[axis] + share * (pullback->high[axis] - pullback->low[axis]);
}

static void
set_point (const Making *m, uint32_t cell, double *z)
{
  const StPullback *pullback = m->pullback;
  st_plane_point (m->plane, middle_of (pullback, 0, cell % pullback->side),
                  middle_of (pullback, 1, cell / pullback->side), z);
}

static void
grid_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  Making *m = context;
  Bench *bench = &m->benches[worker];
  uint32_t cells = m->pullback->side * m->pullback->side, first = chunk * CHUNK, d = m->d;
  uint32_t n = cells - first < CHUNK ? cells - first : CHUNK;
  StStatus *status = &m->status[chunk];

  *status = st_cancel_asked (m->cancel) ? st_failure (ST_CANCELLED, 0, 0) : st_success ();
  if (!st_ok (*status))
    return;
  for (uint32_t i = 0; i < n; i++)
    set_point (m, first + i, bench->points + i * d);
  st_jacobian_metrics (bench->jacobian, n, bench->points, NULL, bench->metrics);
  for (uint32_t i = 0; i < n && st_ok (*status); i++)
    {
      double volume = 1.0;
      *status = find_values (bench, d, bench->metrics + (size_t) i * d * d, bench->values);
      for (uint32_t k = 0; k < d; k++)
        volume *= sqrt (bench->values[k]);
      m->pullback->condition[first + i] = st_isometry_condition (d, bench->values);
      m->pullback->volume[first + i] = volume;
    }
}

static StStatus
run_grid (Making *m, StPool *pool)
{
  uint32_t threads = st_pool_threads (pool);
  uint32_t tasks = (m->pullback->side * m->pullback->side + CHUNK - 1) / CHUNK;
  StStatus status = st_success ();

  m->benches = st_alloc (threads, sizeof *m->benches);
  m->status = st_alloc (tasks, sizeof *m->status);
  if (m->benches == NULL || m->status == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (tasks * sizeof *m->status), 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = bench_init (&m->benches[i], m->pullback->query.model, m->d);
  if (st_ok (status))
    st_pool_run (pool, tasks, grid_chunk, m);
  for (uint32_t i = 0; i < tasks && st_ok (status); i++)
    status = m->status[i];
  for (uint32_t i = 0; m->benches != NULL && i < threads; i++)
    bench_clear (&m->benches[i]);
  st_free (m->benches);
  st_free (m->status);
  return status;
}

static StStatus
make_plane (Making *m, StPool *pool)
{
  StPullback *pullback = m->pullback;
  uint32_t side = st_pullback_side (m->d);

  pullback->places = st_alloc (pullback->count, 2 * sizeof (double));
  pullback->planar = st_alloc (pullback->count, 3 * sizeof (double));
  pullback->condition = st_alloc (side * side, sizeof (double));
  pullback->volume = st_alloc (side * side, sizeof (double));
  if (pullback->places == NULL || pullback->planar == NULL || pullback->condition == NULL
      || pullback->volume == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (side * side * sizeof (double)), 0);
  StStatus status = st_plane_new (pullback->query.reference, m->d, &m->plane);
  if (st_ok (status))
    {
      pullback->side = side;
      find_extent (m);
      for (uint32_t i = 0; i < pullback->count; i++)
        place_image (m, i);
      status = run_grid (m, pool);
    }
  st_plane_free (m->plane);
  return status;
}

/* ---- images ---- */

static uint32_t
images_taken (const StPullbackQuery *query, uint32_t d)
{
  uint32_t most = ST_PULLBACK_NUMBERS / (d * d), count = st_images_count (query->images);
  most = most < ST_PULLBACK_IMAGES_MAX ? most : ST_PULLBACK_IMAGES_MAX;
  return count < most ? count : most;
}

/* The first so many. */
static StStatus
take_images (const StPullbackQuery *query, uint32_t count, StImages **images)
{
  uint32_t *indices = st_alloc (count, sizeof *indices);
  if (indices == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (count * sizeof *indices), 0);
  for (uint32_t i = 0; i < count; i++)
    indices[i] = st_images_index (query->images, i);
  StStatus status = st_images_new (st_images_dataset (query->images), indices, NULL, count,
                                   st_images_kind (query->images), st_images_seed (query->images),
                                   images);
  st_free (indices);
  return status;
}

static StStatus
measure (Making *m, StPool *pool)
{
  StPullback *pullback = m->pullback;
  const StPullbackQuery *query = &pullback->query;
  StImages *images = query->images, *fewer = NULL;
  StStatus status = st_success ();

  pullback->count = images_taken (query, m->d);
  if (pullback->count < st_images_count (images))
    {
      status = take_images (query, pullback->count, &fewer);
      images = fewer;
    }
  if (st_ok (status))
    status = st_isometry_measure (query->model, images, query->level, pool, m->cancel,
                                  &pullback->isometry);
  st_images_unref (fewer);
  return status;
}

static StStatus
find_all_values (Making *m)
{
  StPullback *pullback = m->pullback;
  Bench bench = { 0 };

  pullback->values = st_alloc (pullback->count, m->d * sizeof (double));
  if (pullback->values == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (pullback->count * m->d * sizeof (double)), 0);
  StStatus status = st_eigen_new (m->d, 0, &bench.eigen);
  for (uint32_t i = 0; i < pullback->count && st_ok (status); i++)
    status = find_values (&bench, m->d, pullback->isometry->metrics + (size_t) i * m->d * m->d,
                          pullback->values + (size_t) i * m->d);
  st_eigen_free (bench.eigen);
  return status;
}

StStatus
st_pullback_make (const StPullbackQuery *query, StPool *pool, StCancel *cancel,
                  StPullback **result)
{
  const StSpec *spec = st_model_spec (query->model);
  if (!st_kind_has_dimension (spec->kind))
    return st_failure (ST_RANGE, 0, 0);
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  atomic_init (&counted->references, 1);
  Making m = { .pullback = &counted->pullback, .d = spec->dimension, .cancel = cancel };
  st_pullback_query_copy (query, &m.pullback->query);

  StStatus status = measure (&m, pool);
  if (st_ok (status))
    status = find_all_values (&m);
  if (st_ok (status) && query->reference != NULL && st_pullback_has_plane (query->model))
    status = make_plane (&m, pool);
  if (st_ok (status))
    *result = m.pullback;
  else
    st_pullback_unref (m.pullback);
  return status;
}

/* ---- one place ---- */

StStatus
st_pullback_decode (StModel *model, const StReference *reference, const double place[2],
                    float *image)
{
  uint32_t d = st_model_spec (model)->dimension;
  size_t pixels = st_shape_size (st_model_spec (model)->image);
  StJacobian *jacobian = NULL;
  StPlane *plane = NULL;

  if (!st_pullback_has_plane (model))
    return st_failure (ST_RANGE, 0, 0);
  double *z = st_alloc (d, sizeof *z), *decoded = st_alloc (pixels, sizeof *decoded);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (pixels * sizeof *decoded), 0);
  if (z != NULL && decoded != NULL)
    status = st_plane_new (reference, d, &plane);
  if (st_ok (status))
    status = st_jacobian_new (model, &jacobian);
  if (st_ok (status))
    {
      st_plane_point (plane, place[0], place[1], z);
      st_jacobian_push (jacobian, 1, z, 0, NULL, decoded, NULL);
      for (size_t l = 0; l < pixels; l++)
        image[l] = (float) decoded[l];
    }
  st_jacobian_free (jacobian);
  st_plane_free (plane);
  st_free (z);
  st_free (decoded);
  return status;
}
