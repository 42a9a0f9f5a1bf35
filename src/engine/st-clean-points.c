#include <st-clean-points.h>

#include <st-alloc.h>
#include <st-latents.h>
#include <st-point.h>
#include <st-spectrum.h>

/* What one worker needs. */
typedef struct Bench {
  StPointWork *work;
  double *values;     /* [ST_LATENTS_CHUNK][eigenvalues]: nobody asks for them here */
  double *features;   /* [ST_LATENTS_CHUNK][length], where nobody has a place for them */
} Bench;

typedef struct Making {
  const StCleanPoints *points;
  size_t length;
  Bench *benches;     /* [threads] */
} Making;

static StStatus
bench_init (Bench *bench, const StCleanPoints *points, StShape shape)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  bench->values = st_alloc (ST_LATENTS_CHUNK * sizeof (double),
                            lengths[0] + lengths[1] + lengths[2]);
  if (points->features == NULL)
    bench->features = st_alloc (ST_LATENTS_CHUNK * sizeof (double),
                                st_kernel_features (points->kernel, shape));
  if (bench->values == NULL || (points->features == NULL && bench->features == NULL))
    return st_failure (ST_NO_MEMORY, 0, 0);
  return st_point_work_new (shape, &bench->work);
}

static void
bench_clear (Bench *bench)
{
  st_point_work_free (bench->work);
  st_free (bench->values);
  st_free (bench->features);
}

static StStatus
make_chunk (void *context, uint32_t first, uint32_t n, uint32_t worker, const float *latents)
{
  const Making *making = context;
  const StCleanPoints *points = making->points;
  Bench *bench = &making->benches[worker];
  double *features = bench->features;
  bool zero[ST_LATENTS_CHUNK][3];
  if (points->features != NULL)
    features = points->features + first * making->length;
  StStatus status = st_points (latents, n, points->kernel, points->tolerance, bench->work,
                               bench->values, zero, features);
  if (st_ok (status) && points->visit != NULL)
    status = points->visit (points->context, first, n, features);
  return status;
}

StStatus
st_clean_points_make (const StCleanPoints *points, StPool *pool, StCancel *cancel)
{
  const StShape shape = st_spec_latent (st_model_spec (points->query->model));
  const uint32_t threads = st_pool_threads (pool);
  Making making = { .points = points, .length = st_kernel_features (points->kernel, shape),
                    .benches = st_alloc (threads, sizeof (Bench)) };
  if (making.benches == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  StStatus status = st_success ();
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = bench_init (&making.benches[i], points, shape);
  if (st_ok (status))
    status = st_latents_visit_chunks (points->query, points->others, points->count, pool, cancel,
                                      make_chunk, &making);
  for (uint32_t i = 0; i < threads; i++)
    bench_clear (&making.benches[i]);
  st_free (making.benches);
  return status;
}
