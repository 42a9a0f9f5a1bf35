#include <st-codes.h>

#include <st-alloc.h>

#include <math.h>

enum { CHUNK = 16 };

typedef struct Bench {
  StWorkspace *workspace;
  float *shown;          /* [CHUNK][pixels] */
} Bench;

typedef struct Encoding {
  StModel *model;
  const StImages *images;
  uint32_t n, d;
  const uint32_t *which;
  double level;
  StCancel *cancel;
  float *codes;
  Bench *benches;        /* [threads] */
  StStatus *status;      /* [tasks] */
} Encoding;

static uint32_t
position (const Encoding *e, uint32_t i)
{
  return e->which != NULL ? e->which[i] : i;
}

static void
encode_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  const Encoding *e = context;
  const Bench *bench = &e->benches[worker];
  uint32_t first = chunk * CHUNK, n = e->n - first < CHUNK ? e->n - first : CHUNK;
  size_t pixels = st_shape_size (st_images_shape (e->images));
  float *codes = e->codes + (size_t) first * e->d;

  e->status[chunk] = st_cancel_asked (e->cancel) ? st_failure (ST_CANCELLED, 0, 0) : st_success ();
  if (!st_ok (e->status[chunk]))
    return;
  for (uint32_t i = 0; i < n; i++)
    st_images_perturbed (e->images, position (e, first + i), e->level, bench->shown + i * pixels);
  st_model_code (e->model, bench->workspace, n, bench->shown, codes);
  for (uint32_t i = 0; i < n * e->d && st_ok (e->status[chunk]); i++)
    if (!isfinite (codes[i]))
      e->status[chunk] = st_failure (ST_NON_FINITE,
                                     st_images_index (e->images, position (e, first + i / e->d)),
                                     i % e->d);
}

static StStatus
run (Encoding *e, StPool *pool)
{
  uint32_t threads = st_pool_threads (pool), tasks = (e->n + CHUNK - 1) / CHUNK;
  const StSpec *spec = st_model_spec (e->model);
  size_t pixels = st_shape_size (spec->image);
  StStatus status = st_success ();

  e->benches = st_alloc (threads, sizeof *e->benches);
  e->status = st_alloc (tasks, sizeof *e->status);
  if (e->benches == NULL || e->status == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (tasks * sizeof *e->status), 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    {
      e->benches[i].shown = st_alloc (CHUNK * pixels, sizeof (float));
      status = e->benches[i].shown == NULL
                 ? st_failure (ST_NO_MEMORY, (int64_t) (CHUNK * pixels * sizeof (float)), 0)
                 : st_workspace_new (spec, CHUNK, &e->benches[i].workspace);
    }
  if (st_ok (status))
    st_pool_run (pool, tasks, encode_chunk, e);
  for (uint32_t i = 0; i < tasks && st_ok (status); i++)
    status = e->status[i];
  for (uint32_t i = 0; e->benches != NULL && i < threads; i++)
    {
      st_workspace_free (e->benches[i].workspace);
      st_free (e->benches[i].shown);
    }
  st_free (e->benches);
  st_free (e->status);
  return status;
}

StStatus
st_codes_encode (StModel *model, const StImages *images, uint32_t n, const uint32_t *which,
                 double level, StPool *pool, StCancel *cancel, float *codes)
{
  const StSpec *spec = st_model_spec (model);
  StShape shape = st_images_shape (images);
  uint32_t count = st_images_count (images);
  Encoding e = { .model = model, .images = images, .n = n, .d = spec->dimension, .which = which,
                 .level = level, .cancel = cancel, .codes = codes };

  if (!st_kind_has_dimension (spec->kind))
    return st_failure (ST_RANGE, 0, 0);
  if (!st_shape_equal (spec->image, shape))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                       (int64_t) st_shape_size (spec->image));
  for (uint32_t i = 0; i < n; i++)
    if (position (&e, i) >= count)
      return st_failure (ST_RANGE, position (&e, i), count);
  return run (&e, pool);
}
