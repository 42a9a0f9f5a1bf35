#include <st-latents.h>

#include <st-alloc.h>

#include <math.h>
#include <string.h>

enum { CHUNK = ST_LATENTS_CHUNK };

/* What one worker needs for a chunk. */
typedef struct Bench {
  StWorkspace *workspace;
  float *shown, *latent;   /* [CHUNK] each */
} Bench;

typedef enum Which { CLEAN, OTHERS, SHOWN } Which;

typedef struct Visiting {
  const StQuery *query;
  Which which;
  uint32_t count;
  StCancel *cancel;
  StLatentsVisit visit;            /* one of the two */
  StLatentsVisitChunk visit_chunk;
  void *context;
  Bench *bench;        /* [threads] */
  StStatus *status;    /* [tasks] */
} Visiting;

void
st_latents_encode (const StQuery *query, StWorkspace *workspace, uint32_t n,
                   const uint32_t *indices, const float *shown, float *latent)
{
  bool sample = query->latent == ST_LATENT_SAMPLE;
  st_model_latent (query->model, workspace, n, shown, query->seed, sample ? indices : NULL,
                   latent);
}

static StStatus
bench_init (Bench *bench, const StSpec *spec)
{
  size_t pixels = st_shape_size (spec->image), size = st_shape_size (st_spec_latent (spec));
  bench->shown = st_alloc (CHUNK * pixels, sizeof (float));
  bench->latent = st_alloc (CHUNK * size, sizeof (float));
  if (bench->shown == NULL || bench->latent == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (CHUNK * size * sizeof (float)), 0);
  return st_workspace_new (spec, CHUNK, &bench->workspace);
}

static void
bench_clear (Bench *bench)
{
  st_workspace_free (bench->workspace);
  st_free (bench->shown);
  st_free (bench->latent);
}

static StStatus
check_finite (const float *latent, size_t size, uint32_t index)
{
  for (size_t i = 0; i < size; i++)
    if (!isfinite (latent[i]))
      return st_failure (ST_NON_FINITE, index, (int64_t) i);
  return st_success ();
}

static StStatus
visit_images (const Visiting *visiting, uint32_t first, uint32_t n, const uint32_t *indices,
              uint32_t worker, const float *latents)
{
  size_t size = st_shape_size (st_spec_latent (st_model_spec (visiting->query->model)));
  StStatus status = st_success ();
  for (uint32_t j = 0; j < n && st_ok (status); j++)
    {
      status = check_finite (latents + j * size, size, indices[j]);
      if (st_ok (status) && visiting->visit != NULL)
        status = visiting->visit (visiting->context, first + j, worker, latents + j * size);
    }
  if (st_ok (status) && visiting->visit_chunk != NULL)
    status = visiting->visit_chunk (visiting->context, first, n, worker, latents);
  return status;
}

/* Its pixels as the model is to see them; returns its index in its file. */
static uint32_t
prepare_image (const Visiting *visiting, uint32_t i, float *shown)
{
  const StImages *images = visiting->query->images;
  switch (visiting->which)
    {
    case OTHERS:
      st_images_other (images, i, shown);
      return st_images_other_index (images, i);
    case SHOWN:
      st_images_perturbed (images, i, visiting->query->level, shown);
      break;
    case CLEAN:
      st_images_perturbed (images, i, 0.0, shown);
      break;
    }
  return st_images_index (images, i);
}

static void
visit_chunk (void *context, uint32_t task, uint32_t worker)
{
  const Visiting *visiting = context;
  const StImages *images = visiting->query->images;
  Bench *bench = &visiting->bench[worker];
  size_t pixels = st_shape_size (st_images_shape (images));
  uint32_t first = task * CHUNK, left = visiting->count - first, n = left < CHUNK ? left : CHUNK;
  uint32_t indices[CHUNK];

  if (st_cancel_asked (visiting->cancel))
    {
      visiting->status[task] = st_failure (ST_CANCELLED, 0, 0);
      return;
    }
  for (uint32_t j = 0; j < n; j++)
    indices[j] = prepare_image (visiting, first + j, bench->shown + j * pixels);
  st_latents_encode (visiting->query, bench->workspace, n, indices, bench->shown,
                     bench->latent);
  visiting->status[task] = visit_images (visiting, first, n, indices, worker, bench->latent);
}

/* what: all that the caller knows of the visiting. */
static StStatus
visit_all (const Visiting *what, StPool *pool)
{
  const StQuery *query = what->query;
  uint32_t count = what->count;
  const StSpec *spec = st_model_spec (query->model);
  uint32_t tasks = (count + CHUNK - 1) / CHUNK, threads = st_pool_threads (pool);
  if (!st_shape_equal (spec->image, st_images_shape (query->images)))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (st_images_shape (query->images)),
                       (int64_t) st_shape_size (spec->image));

  Visiting visiting = *what;
  visiting.bench = st_alloc (threads, sizeof *visiting.bench);
  visiting.status = st_alloc (tasks, sizeof *visiting.status);
  StStatus status = st_failure (ST_NO_MEMORY, 0, 0);
  if (visiting.bench != NULL && visiting.status != NULL)
    status = st_success ();
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = bench_init (&visiting.bench[i], spec);
  if (st_ok (status))
    st_pool_run (pool, tasks, visit_chunk, &visiting);
  for (uint32_t task = 0; task < tasks && st_ok (status); task++)
    status = visiting.status[task];

  for (uint32_t i = 0; visiting.bench != NULL && i < threads; i++)
    bench_clear (&visiting.bench[i]);
  st_free (visiting.bench);
  st_free (visiting.status);
  return status;
}

StStatus
st_latents_visit (const StQuery *query, bool others, uint32_t count, StPool *pool,
                  StCancel *cancel, StLatentsVisit visit, void *context)
{
  return visit_all (&(Visiting) { .query = query, .which = others ? OTHERS : CLEAN, .count = count,
                                  .cancel = cancel, .visit = visit, .context = context }, pool);
}

StStatus
st_latents_visit_shown (const StQuery *query, uint32_t count, StPool *pool, StCancel *cancel,
                        StLatentsVisit visit, void *context)
{
  return visit_all (&(Visiting) { .query = query, .which = SHOWN, .count = count,
                                  .cancel = cancel, .visit = visit, .context = context }, pool);
}

StStatus
st_latents_visit_chunks (const StQuery *query, bool others, uint32_t count, StPool *pool,
                         StCancel *cancel, StLatentsVisitChunk visit, void *context)
{
  return visit_all (&(Visiting) { .query = query, .which = others ? OTHERS : CLEAN, .count = count,
                                  .cancel = cancel, .visit_chunk = visit, .context = context },
                    pool);
}
