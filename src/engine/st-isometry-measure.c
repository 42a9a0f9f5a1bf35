#include <st-isometry-measure.h>

#include <st-alloc.h>
#include <st-jacobian.h>

#include <math.h>
#include <stdatomic.h>

enum { CHUNK = 10 };   /* two blocks of five points with d = 2, see st-jacobian.c */

/* The public part comes first, so that a StIsometryResult * is a Counted *. */
typedef struct Counted {
  StIsometryResult result;
  atomic_uint references;
} Counted;

/* What one worker needs for a chunk. */
typedef struct Bench {
  StWorkspace *workspace;
  StJacobian *jacobian;
  float *shown, *codes;
  double *rebuilt;
} Bench;

typedef struct Measuring {
  StModel *model;
  StImages *images;
  double level;
  StCancel *cancel;
  StIsometryResult *result;
  Bench *benches;      /* [threads] */
  StStatus *status;    /* [tasks] */
  double *squares;     /* [count] errors of each image, summed over its pixels */
} Measuring;

StIsometryResult *
st_isometry_result_ref (StIsometryResult *result)
{
  atomic_fetch_add (&((Counted *) result)->references, 1);
  return result;
}

void
st_isometry_result_unref (StIsometryResult *result)
{
  if (result == NULL || atomic_fetch_sub (&((Counted *) result)->references, 1) != 1)
    return;
  st_free (result->codes);
  st_free (result->metrics);
  st_free (result);
}

static StStatus
result_new (uint32_t count, uint32_t d, StIsometryResult **out)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  atomic_init (&counted->references, 1);
  StIsometryResult *result = &counted->result;
  result->count = count;
  result->dimension = d;
  result->codes = st_alloc (count, d * sizeof *result->codes);
  result->metrics = st_alloc (count, (size_t) d * d * sizeof *result->metrics);
  if (result->codes == NULL || result->metrics == NULL)
    {
      st_isometry_result_unref (result);
      return st_failure (ST_NO_MEMORY, (int64_t) ((size_t) count * d * d * sizeof (double)), 0);
    }
  *out = result;
  return st_success ();
}

static StStatus
bench_init (Bench *bench, StModel *model)
{
  const StSpec *spec = st_model_spec (model);
  size_t pixels = st_shape_size (spec->image);

  bench->shown = st_alloc (CHUNK * pixels, sizeof (float));
  bench->codes = st_alloc ((size_t) CHUNK * spec->dimension, sizeof (float));
  bench->rebuilt = st_alloc (CHUNK * pixels, sizeof (double));
  if (bench->shown == NULL || bench->codes == NULL || bench->rebuilt == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (CHUNK * pixels * sizeof (double)), 0);
  StStatus status = st_workspace_new (spec, CHUNK, &bench->workspace);
  return st_ok (status) ? st_jacobian_new (model, &bench->jacobian) : status;
}

static void
bench_clear (Bench *bench)
{
  st_workspace_free (bench->workspace);
  st_jacobian_free (bench->jacobian);
  st_free (bench->shown);
  st_free (bench->codes);
  st_free (bench->rebuilt);
}

/* Codes of images first .. first + n - 1. */
static StStatus
encode (const Measuring *m, Bench *bench, uint32_t first, uint32_t n)
{
  uint32_t d = m->result->dimension;
  size_t pixels = st_shape_size (st_images_shape (m->images));

  for (uint32_t i = 0; i < n; i++)
    st_images_perturbed (m->images, first + i, m->level, bench->shown + i * pixels);
  st_model_code (m->model, bench->workspace, n, bench->shown, bench->codes);
  for (size_t i = 0; i < (size_t) n * d; i++)
    {
      if (!isfinite (bench->codes[i]))
        return st_failure (ST_NON_FINITE,
                           st_images_index (m->images, first + (uint32_t) (i / d)),
                           (int64_t) (i % d));
      m->result->codes[(size_t) first * d + i] = (double) bench->codes[i];
    }
  return st_success ();
}

static double
squared_error (size_t n, const double *rebuilt, const float *clean)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      double error = rebuilt[i] - (double) clean[i];
      sum += error * error;
    }
  return sum;
}

static void
measure_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  Measuring *m = context;
  Bench *bench = &m->benches[worker];
  uint32_t first = chunk * CHUNK, left = m->result->count - first, d = m->result->dimension;
  uint32_t n = left < CHUNK ? left : CHUNK;
  size_t pixels = st_shape_size (st_images_shape (m->images));

  if (st_cancel_asked (m->cancel))
    {
      m->status[chunk] = st_failure (ST_CANCELLED, 0, 0);
      return;
    }
  m->status[chunk] = encode (m, bench, first, n);
  if (!st_ok (m->status[chunk]))
    return;
  st_jacobian_metrics (bench->jacobian, n, m->result->codes + (size_t) first * d, bench->rebuilt,
                       m->result->metrics + (size_t) first * d * d);
  /* What was shown has been encoded. */
  for (uint32_t i = 0; i < n; i++)
    m->squares[first + i] = squared_error (pixels, bench->rebuilt + i * pixels,
                                           st_images_clean (m->images, first + i, bench->shown));
}

static StStatus
first_failure (const StStatus *status, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++)
    if (!st_ok (status[i]))
      return status[i];
  return st_success ();
}

/* The errors' mean, and the measures of all metrics. */
static StStatus
finish (Measuring *m)
{
  StIsometryResult *result = m->result;
  double numbers = (double) result->count * (double) st_shape_size (st_images_shape (m->images));

  for (uint32_t i = 0; i < result->count; i++)
    result->mse += m->squares[i] / numbers;
  StStatus status = st_isometry_measures (result->count, result->dimension, result->metrics,
                                          &result->measures);
  if (status.code == ST_NON_FINITE)
    status.a = st_images_index (m->images, (uint32_t) status.a);
  return status;
}

static StStatus
run (Measuring *m, StPool *pool)
{
  uint32_t threads = st_pool_threads (pool), tasks = (m->result->count + CHUNK - 1) / CHUNK;
  StStatus status = st_success ();

  m->benches = st_alloc (threads, sizeof *m->benches);
  m->status = st_alloc (tasks, sizeof *m->status);
  m->squares = st_alloc (m->result->count, sizeof *m->squares);
  if (m->benches == NULL || m->status == NULL || m->squares == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (tasks * sizeof *m->status), 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = bench_init (&m->benches[i], m->model);
  if (st_ok (status))
    {
      st_pool_run (pool, tasks, measure_chunk, m);
      status = first_failure (m->status, tasks);
    }
  if (st_ok (status))
    status = finish (m);
  for (uint32_t i = 0; m->benches != NULL && i < threads; i++)
    bench_clear (&m->benches[i]);
  st_free (m->benches);
  st_free (m->status);
  st_free (m->squares);
  return status;
}

StStatus
st_isometry_measure (StModel *model, StImages *images, double level, StPool *pool,
                     StCancel *cancel, StIsometryResult **result)
{
  const StSpec *spec = st_model_spec (model);
  StShape shape = st_images_shape (images);
  Measuring m = { .model = model, .images = images, .level = level, .cancel = cancel };

  if (!st_kind_has_dimension (spec->kind))
    return st_failure (ST_RANGE, 0, 0);
  if (!st_shape_equal (spec->image, shape))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                       (int64_t) st_shape_size (spec->image));
  StStatus status = result_new (st_images_count (images), spec->dimension, &m.result);
  if (!st_ok (status))
    return status;
  status = run (&m, pool);
  if (st_ok (status))
    *result = m.result;
  else
    st_isometry_result_unref (m.result);
  return status;
}
