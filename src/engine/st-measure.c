/* Images are measured in chunks of CHUNK, one task of the pool each.  A chunk passes through
 * the network at once and writes only its own entries of the result, so nothing depends on
 * which worker had it. */
#include <st-measure.h>

#include <st-alloc.h>
#include <st-compare.h>
#include <st-latents.h>
#include <st-patches.h>
#include <st-quality.h>
#include <st-spectrum.h>

#include <math.h>
#include <string.h>

enum { CHUNK = 8 };

/* What one worker needs to measure a chunk. */
typedef struct Bench {
  StWorkspace *workspace;
  StSpectrumWork *spectrum;   /* NULL for kinds that do not unfold */
  float *clean;         /* [pixels] room for one image */
  float *shown;         /* [CHUNK][pixels], perturbed */
  float *rebuilt;       /* [CHUNK][pixels] */
  float *latent;        /* [CHUNK][h][w][C] */
} Bench;

struct StMeasure {
  StPool *pool;
  StQuery query;
  StResult *result;
  bool has_spec;
  StSpec spec;          /* what the benches were made for */
  uint32_t benches;
  Bench *bench;         /* [benches], one for each worker */
  StCompare *compare;   /* for queries with a hilbert */
};

/* One step under way, shared by its tasks. */
typedef struct Step {
  StMeasure *measure;
  uint32_t first, end;
  StCancel *cancel;
  StStatus *status;     /* [tasks] */
  uint32_t *zero;       /* [tasks] images with a zero S_i */
} Step;

/* ---- scratch ---- */

static void
bench_clear (Bench *bench)
{
  st_workspace_free (bench->workspace);
  st_spectrum_work_free (bench->spectrum);
  st_free (bench->clean);
  st_free (bench->shown);
  st_free (bench->rebuilt);
  st_free (bench->latent);
  *bench = (Bench) { 0 };
}

static StStatus
bench_init (Bench *bench, const StSpec *spec)
{
  size_t pixels = st_shape_size (spec->image);
  size_t size = st_shape_size (st_spec_latent (spec));

  StStatus status = st_workspace_new (spec, CHUNK, &bench->workspace);
  if (st_ok (status) && st_kind_unfolds (spec->kind))
    status = st_spectrum_work_new (st_spec_latent (spec), &bench->spectrum);
  if (!st_ok (status))
    return status;
  bench->clean = st_alloc (pixels, sizeof (float));
  bench->shown = st_alloc (CHUNK * pixels, sizeof (float));
  bench->rebuilt = st_alloc (CHUNK * pixels, sizeof (float));
  bench->latent = st_alloc (CHUNK * size, sizeof (float));
  if (bench->clean == NULL || bench->shown == NULL || bench->rebuilt == NULL
      || bench->latent == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  return st_success ();
}

static void
clear_benches (StMeasure *measure)
{
  for (uint32_t i = 0; i < measure->benches; i++)
    bench_clear (&measure->bench[i]);
  measure->has_spec = false;
}

static StStatus
prepare_benches (StMeasure *measure, const StSpec *spec)
{
  if (measure->has_spec && st_spec_equal (&measure->spec, spec))
    return st_success ();

  clear_benches (measure);
  for (uint32_t i = 0; i < measure->benches; i++)
    {
      StStatus status = bench_init (&measure->bench[i], spec);
      if (!st_ok (status))
        {
          clear_benches (measure);
          return status;
        }
    }
  measure->spec = *spec;
  measure->has_spec = true;
  return st_success ();
}

/* ---- life ---- */

StStatus
st_measure_new (StPool *pool, StMeasure **result)
{
  uint32_t threads = st_pool_threads (pool);
  StMeasure *measure = st_alloc (1, sizeof *measure);
  Bench *bench = st_alloc (threads, sizeof *bench);
  if (measure == NULL || bench == NULL)
    {
      st_free (measure);
      st_free (bench);
      return st_failure (ST_NO_MEMORY, 0, 0);
    }
  *measure = (StMeasure) { .pool = pool, .benches = threads, .bench = bench };
  *result = measure;
  return st_success ();
}

static void
forget_query (StMeasure *measure)
{
  st_model_unref (measure->query.model);
  st_images_unref (measure->query.images);
  st_reference_unref (measure->query.reference);
  st_hilbert_unref (measure->query.hilbert);
  st_result_unref (measure->result);
  measure->query = (StQuery) { 0 };
  measure->result = NULL;
}

void
st_measure_free (StMeasure *measure)
{
  if (measure == NULL)
    return;
  forget_query (measure);
  clear_benches (measure);
  st_compare_free (measure->compare);
  st_free (measure->bench);
  st_free (measure);
}

/* ---- a query ---- */

bool
st_query_has_oracle (const StQuery *query)
{
  StKind kind = st_model_spec (query->model)->kind;
  return st_kind_has_oracle (kind)
         && (query->latent == ST_LATENT_MEAN || !st_kind_samples (kind));
}

static uint32_t
count_images (const StQuery *query)
{
  uint32_t count = st_images_count (query->images);
  return query->most > 0 && query->most < count ? query->most : count;
}

static StStatus
check_sizes (size_t came, size_t needed)
{
  return came == needed ? st_success ()
                        : st_failure (ST_SHAPE, (int64_t) came, (int64_t) needed);
}

static StStatus
check_query (const StQuery *query)
{
  const StSpec *spec = st_model_spec (query->model);
  StShape shape = st_images_shape (query->images), latent = st_spec_latent (spec);
  StStatus status = st_success ();
  if (!st_shape_equal (spec->image, shape))
    status = st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                         (int64_t) st_shape_size (spec->image));
  if (st_ok (status) && query->reference != NULL)
    status = check_sizes (query->reference->length, st_shape_size (latent));
  if (st_ok (status) && query->hilbert != NULL && !st_kind_unfolds (spec->kind))
    status = st_failure (ST_SHAPE, 1, 3);
  if (st_ok (status) && query->hilbert != NULL)
    status = check_sizes (query->hilbert->points->length,
                          st_kernel_features (query->hilbert->kernel, latent));
  if (st_ok (status) && query->hilbert != NULL
      && query->hilbert->count > count_images (query))
    status = st_failure (ST_SHAPE, query->hilbert->count, count_images (query));
  return status;
}

static StStatus
new_result (const StQuery *query, StResult **out)
{
  const StSpec *spec = st_model_spec (query->model);
  uint32_t lengths[3] = { 0 }, count = count_images (query);
  if (st_kind_unfolds (spec->kind))
    st_spectrum_lengths (st_spec_latent (spec), lengths);
  StResult *result;
  StStatus status = st_result_new (count, spec->image, lengths[0] + lengths[1] + lengths[2],
                                   query->pictures,
                                   query->oracle && st_query_has_oracle (query), &result);
  if (!st_ok (status))
    return status;
  result->weights = query->weights;
  result->level = query->level;
  result->latent = st_spec_latent (spec);
  memcpy (result->lengths, lengths, sizeof lengths);
  if (query->reference != NULL)
    result->embedding = st_alloc (count, 2 * sizeof *result->embedding);
  if (query->reference != NULL && result->embedding == NULL)
    {
      st_result_unref (result);
      return st_failure (ST_NO_MEMORY, 0, 0);
    }
  *out = result;
  return status;
}

StStatus
st_measure_begin (StMeasure *measure, const StQuery *query)
{
  StStatus status = check_query (query);
  if (st_ok (status))
    status = prepare_benches (measure, st_model_spec (query->model));
  if (st_ok (status) && query->hilbert != NULL)
    status = st_compare_begin (&measure->compare, query->hilbert,
                               st_spec_latent (st_model_spec (query->model)), measure->benches);
  StResult *result;
  if (st_ok (status))
    status = new_result (query, &result);
  if (!st_ok (status))
    return status;

  StQuery taken = *query;
  st_model_ref (taken.model);
  st_images_ref (taken.images);
  if (taken.reference != NULL)
    st_reference_ref (taken.reference);
  if (taken.hilbert != NULL)
    st_hilbert_ref (taken.hilbert);
  forget_query (measure);
  measure->query = taken;
  measure->result = result;
  return st_success ();
}

/* ---- one chunk ---- */

static StStatus
predict_rank (const StQuery *query, const float *shown, uint32_t *rank)
{
  const StSpec *spec = st_model_spec (query->model);
  StShape latent = st_spec_latent (spec);
  StField field;
  uint32_t distinct;
  st_spec_field (spec, &field.size, &field.padding, &field.stride);
  StStatus status = st_patches_distinct (shown, spec->image, field, latent.height, latent.width,
                                         !st_model_padding_is_black (query->model), NULL,
                                         &distinct);
  if (!st_ok (status))
    return status;

  uint32_t bound = latent.height * latent.width - 1;
  if (latent.channels < bound)
    bound = latent.channels;
  *rank = distinct - 1 < bound ? distinct - 1 : bound;
  return st_success ();
}

static void
keep_picture (const float *rebuilt, size_t pixels, uint8_t *picture)
{
  for (size_t p = 0; p < pixels; p++)
    {
      float value = rebuilt[p] * 255.0f + 0.5f;
      picture[p] = value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t) value;
    }
}

/* ST_NON_FINITE (a: which of n vectors, b: index inside it). */
static StStatus
check_finite (uint32_t n, size_t length, const float *vectors)
{
  for (size_t i = 0; i < n * length; i++)
    if (!isfinite (vectors[i]))
      return st_failure (ST_NON_FINITE, (int64_t) (i / length), (int64_t) (i % length));
  return st_success ();
}

/* Eigenvalues of the chunk's images first .. first + n - 1; with a hilbert its images' points
 * on the way; nothing of vectors, which do not unfold.  ST_NON_FINITE (a: the image's index in
 * its file). */
static StStatus
measure_latents (StMeasure *measure, uint32_t worker, uint32_t first, uint32_t n,
                 bool zero[CHUNK][3])
{
  StResult *result = measure->result;
  const Bench *bench = &measure->bench[worker];
  uint32_t stride = result->lengths[0] + result->lengths[1] + result->lengths[2];
  uint32_t compared = measure->query.hilbert != NULL ? measure->query.hilbert->count : 0;
  double *values = result->eigenvalues + (size_t) first * stride;
  size_t size = st_shape_size (result->latent);
  StStatus status = st_success ();

  memset (zero, 0, CHUNK * sizeof *zero);
  compared = compared > first ? compared - first : 0;
  compared = compared < n ? compared : n;
  if (bench->spectrum == NULL)
    status = check_finite (n, size, bench->latent);
  else if (compared > 0)
    status = st_compare_points (measure->compare, first, compared, worker, bench->latent, values,
                                zero);
  if (st_ok (status) && bench->spectrum != NULL && compared < n)
    {
      status = st_spectrum_batch (bench->latent + compared * size, n - compared, bench->spectrum,
                                  values + (size_t) compared * stride, zero + compared);
      status.a += status.code == ST_NON_FINITE ? compared : 0;
    }
  if (status.code == ST_NON_FINITE)
    status.a = st_images_index (measure->query.images, first + (uint32_t) status.a);
  return status;
}

/* The other numbers of image i, whose latent and rebuilt pixels are in the bench at place j. */
static StStatus
measure_image (StMeasure *measure, const Bench *bench, uint32_t i, uint32_t j)
{
  const StQuery *query = &measure->query;
  StResult *result = measure->result;
  size_t pixels = st_shape_size (result->image);
  if (query->only_angles)
    return st_success ();
  const float *latent = bench->latent + j * st_shape_size (result->latent);

  result->psnr[i] = st_psnr (st_images_clean (query->images, i, bench->clean),
                             bench->rebuilt + j * pixels, pixels);
  if (result->embedding != NULL)
    st_reference_project (query->reference, latent, result->embedding + 2 * i);
  if (result->pictures != NULL)
    keep_picture (bench->rebuilt + j * pixels, pixels, result->pictures + i * pixels);
  if (result->oracle != NULL)
    return predict_rank (query, bench->shown + j * pixels, &result->oracle[i]);
  return st_success ();
}

/* Perturbs, encodes, samples and decodes images first .. first + n - 1 into the bench. */
static void
pass_chunk (StMeasure *measure, Bench *bench, uint32_t first, uint32_t n)
{
  const StQuery *query = &measure->query;
  size_t pixels = st_shape_size (measure->spec.image);
  uint32_t indices[CHUNK] = { 0 };

  for (uint32_t j = 0; j < n; j++)
    {
      indices[j] = st_images_index (query->images, first + j);
      st_images_perturbed (query->images, first + j, query->level, bench->shown + j * pixels);
    }
  st_latents_encode (query, bench->workspace, n, indices, bench->shown, bench->latent);
  if (!query->only_angles)
    st_model_decode (query->model, bench->workspace, n, bench->latent, bench->rebuilt);
}

static void
measure_chunk (void *context, uint32_t task, uint32_t worker)
{
  Step *step = context;
  uint32_t first = step->first + task * CHUNK;
  uint32_t n = step->end - first < CHUNK ? step->end - first : CHUNK;
  Bench *bench = &step->measure->bench[worker];

  if (st_cancel_asked (step->cancel))
    {
      step->status[task] = st_failure (ST_CANCELLED, 0, 0);
      return;
    }
  bool zero[CHUNK][3];
  pass_chunk (step->measure, bench, first, n);
  StStatus status = measure_latents (step->measure, worker, first, n, zero);
  for (uint32_t j = 0; j < n && st_ok (status); j++)
    {
      status = measure_image (step->measure, bench, first + j, j);
      step->zero[task] += zero[j][0] || zero[j][1] || zero[j][2];
    }
  step->status[task] = status;
}

static StStatus
measure_images (StMeasure *measure, uint32_t images, StCancel *cancel)
{
  StResult *result = measure->result;
  uint32_t left = result->count - result->done;
  uint32_t n = images < left ? images : left;
  uint32_t tasks = (n + CHUNK - 1) / CHUNK;
  Step step = {
    .measure = measure, .first = result->done, .end = result->done + n, .cancel = cancel,
    .status = st_alloc (tasks, sizeof *step.status), .zero = st_alloc (tasks, sizeof *step.zero),
  };
  StStatus status = st_failure (ST_NO_MEMORY, 0, 0);

  if (step.status != NULL && step.zero != NULL)
    {
      status = st_success ();
      st_pool_run (measure->pool, tasks, measure_chunk, &step);
      for (uint32_t task = 0; task < tasks && st_ok (status); task++)
        status = step.status[task];
    }
  if (st_ok (status))
    {
      result->done += n;
      for (uint32_t task = 0; task < tasks; task++)
        result->zero_images += step.zero[task];
    }
  st_free (step.zero);
  st_free (step.status);
  return status;
}

StStatus
st_measure_step (StMeasure *measure, uint32_t images, StCancel *cancel)
{
  if (st_measure_finished (measure))
    return st_success ();
  if (measure->result->done < measure->result->count)
    return measure_images (measure, images, cancel);
  return st_compare_finish (measure->compare, !measure->query.quick, measure->pool, cancel,
                            &measure->result->hilbert);
}

bool
st_measure_finished (const StMeasure *measure)
{
  const StResult *result = measure->result;
  return result != NULL && result->done == result->count
         && (measure->query.hilbert == NULL || result->hilbert.known);
}

StStatus
st_measure_take (StMeasure *measure, StResult **result)
{
  if (!st_measure_finished (measure))
    return st_result_copy (measure->result, result);
  *result = st_result_ref (measure->result);
  return st_success ();
}

StStatus
st_measure_all (const StQuery *query, StPool *pool, StCancel *cancel, StResult **result)
{
  StMeasure *measure;
  StStatus status = st_measure_new (pool, &measure);
  if (!st_ok (status))
    return status;
  status = st_measure_begin (measure, query);
  /* A step is what cancelling costs at the most. */
  while (st_ok (status) && !st_measure_finished (measure))
    status = st_measure_step (measure, 8 * CHUNK, cancel);
  if (st_ok (status))
    status = st_measure_take (measure, result);
  st_measure_free (measure);
  return status;
}
