#include <st-reference.h>

#include <st-alloc.h>
#include <st-float-gram.h>
#include <st-latents.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { AXES = 2, CHUNK = 16 };

/* The public part comes first, so that a StReference * is a Counted *. */
typedef struct Counted {
  StReference reference;
  atomic_uint references;
} Counted;

typedef struct Gathering {
  StReference *reference;
  size_t size;
  uint32_t fitted;      /* images */
  float *latents;       /* [fitted][size] */
  StCancel *cancel;
} Gathering;

/* From the origin, not scaled. */
static void
place (const StReference *reference, const float *latent, double coordinates[AXES])
{
  if (reference->pca != NULL)
    st_pca_project_floats (reference->pca, latent, coordinates);
  else
    for (int i = 0; i < AXES; i++)
      coordinates[i] = (double) latent[i] - reference->origin[i];
}

static StStatus
place_latent (void *context, uint32_t image, uint32_t worker, const float *latent)
{
  Gathering *gathering = context;
  place (gathering->reference, latent, gathering->reference->clean + AXES * image);
  return st_success ();
}

static StStatus
keep_latent (void *context, uint32_t image, uint32_t worker, const float *latent)
{
  Gathering *gathering = context;
  memcpy (gathering->latents + image * gathering->size, latent, gathering->size * sizeof *latent);
  return st_success ();
}

static void
place_chunk (void *context, uint32_t task, uint32_t worker)
{
  Gathering *gathering = context;
  if (st_cancel_asked (gathering->cancel))
    return;
  uint32_t first = task * CHUNK, left = gathering->fitted - first;
  for (uint32_t i = first; i < first + (left < CHUNK ? left : CHUNK); i++)
    place_latent (gathering, i, worker, gathering->latents + i * gathering->size);
}

/* Of all images: where there are more than axes were fitted to, encoding once more costs less
 * than holding all of them. */
static StStatus
place_all (Gathering *gathering, const StQuery *query, StPool *pool, StCancel *cancel)
{
  uint32_t n = gathering->reference->count;
  if (n > gathering->fitted)
    return st_latents_visit (query, false, n, pool, cancel, place_latent, gathering);
  st_pool_run (pool, (n + CHUNK - 1) / CHUNK, place_chunk, gathering);
  return st_cancel_asked (cancel) ? st_failure (ST_CANCELLED, 0, 0) : st_success ();
}

void
st_reference_find_ends (StReference *reference)
{
  for (int k = 0; k < AXES; k++)
    reference->low[k] = reference->high[k] = reference->count > 0 ? reference->clean[k] : 0.0;
  for (size_t i = 0; i < reference->count; i++)
    for (size_t k = 0; k < AXES; k++)
      {
        reference->low[k] = fmin (reference->low[k], reference->clean[AXES * i + k]);
        reference->high[k] = fmax (reference->high[k], reference->clean[AXES * i + k]);
      }
}

/* Clean coordinates are there as they were projected: turns and scales them. */
static void
set_unit (StReference *reference, const StReference *previous)
{
  if (previous != NULL && reference->pca != NULL
      && st_images_same_clean (previous->images, reference->images))
    st_pca_align (reference->pca, reference->count, previous->clean, reference->clean);
  double unit = st_pca_deviation (reference->count, AXES, reference->clean);
  reference->unit = unit > 0.0 ? unit : 1.0;
  for (uint32_t i = 0; i < AXES * reference->count; i++)
    reference->clean[i] /= reference->unit;
  st_reference_find_ends (reference);
}

/* The axes that the latent has by itself. */
static void
take_axes (StReference *reference, uint32_t n, const float *latents)
{
  double variance[AXES] = { 0.0 };
  for (uint32_t i = 0; i < n; i++)
    for (int k = 0; k < AXES; k++)
      reference->origin[k] += (double) latents[AXES * i + (uint32_t) k] / n;
  for (uint32_t i = 0; i < n; i++)
    for (int k = 0; k < AXES; k++)
      {
        double away = (double) latents[AXES * i + (uint32_t) k] - reference->origin[k];
        variance[k] += away * away;
      }
  for (int k = 0; k < AXES; k++)
    reference->shares[k] = variance[0] + variance[1] > 0.0
                             ? variance[k] / (variance[0] + variance[1]) : 0.0;
}

/* Where there are fewer points than numbers in one their Gram matrix is the smaller one, and the
 * pool's work. */
static StStatus
fit_axes (StReference *reference, uint32_t n, const float *latents, StPool *pool, StCancel *cancel)
{
  const size_t length = reference->length;
  if (n >= length)
    return st_pca_fit_floats (n, length, latents, AXES, &reference->pca);
  double *gram = st_alloc (n, n * sizeof *gram), *mean = st_alloc (length, sizeof *mean);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * n * sizeof *gram), 0);
  if (gram != NULL && mean != NULL)
    {
      for (size_t i = 0; i < n && !st_cancel_asked (cancel); i++)
        for (size_t j = 0; j < length; j++)
          mean[j] += (double) latents[i * length + j] / n;
      status = st_float_gram (n, length, latents, mean, pool, cancel, gram);
    }
  if (st_ok (status))
    status = st_pca_fit_floats_gram (n, length, latents, gram, AXES, cancel,
                                     &reference->pca);
  st_free (gram);
  st_free (mean);
  return status;
}

static StStatus
fit (StReference *reference, const StQuery *query, const StReference *previous, StPool *pool,
     StCancel *cancel)
{
  uint32_t n = reference->count, fitted = n < ST_REFERENCE_MAX ? n : ST_REFERENCE_MAX;
  bool unfolds = st_kind_unfolds (st_model_spec (query->model)->kind);
  Gathering gathering = { .reference = reference, .size = reference->length,
                          .fitted = fitted, .cancel = cancel };
  gathering.latents = st_alloc (fitted, gathering.size * sizeof (float));
  if (gathering.latents == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (fitted * gathering.size * sizeof (float)), 0);

  StStatus status = st_latents_visit (query, false, fitted, pool, cancel, keep_latent,
                                      &gathering);
  if (st_ok (status) && !unfolds && gathering.size == AXES)
    take_axes (reference, fitted, gathering.latents);
  else if (st_ok (status))
    status = fit_axes (reference, fitted, gathering.latents, pool, cancel);
  if (st_ok (status) && reference->pca != NULL)
    memcpy (reference->shares, reference->pca->shares, sizeof reference->shares);
  if (st_ok (status))
    status = place_all (&gathering, query, pool, cancel);
  if (st_ok (status))
    set_unit (reference, previous);
  st_free (gathering.latents);
  return status;
}

StStatus
st_reference_new (const StQuery *query, const StReference *previous, StPool *pool,
                  StCancel *cancel, StReference **result)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  counted->references = 1;
  StReference *reference = &counted->reference;
  reference->weights = query->weights;
  reference->images = st_images_ref (query->images);
  reference->latent = query->latent;
  reference->seed = query->seed;
  reference->count = st_images_count (query->images);
  reference->length = st_shape_size (st_spec_latent (st_model_spec (query->model)));
  reference->clean = st_alloc (reference->count, AXES * sizeof (double));

  StStatus status = st_failure (ST_NO_MEMORY, 0, 0);
  if (reference->clean != NULL)
    status = fit (reference, query, previous, pool, cancel);
  if (st_ok (status))
    *result = reference;
  else
    st_reference_unref (reference);
  return status;
}

StReference *
st_reference_ref (StReference *reference)
{
  atomic_fetch_add (&((Counted *) reference)->references, 1);
  return reference;
}

void
st_reference_unref (StReference *reference)
{
  if (reference == NULL || atomic_fetch_sub (&((Counted *) reference)->references, 1) != 1)
    return;
  st_images_unref (reference->images);
  st_pca_free (reference->pca);
  st_free (reference->clean);
  st_free (reference);
}

bool
st_reference_fits (const StReference *reference, const StQuery *query)
{
  return reference->weights == query->weights && reference->latent == query->latent
         && (query->latent == ST_LATENT_MEAN || reference->seed == query->seed)
         && st_images_same_clean (reference->images, query->images);
}

void
st_reference_project (const StReference *reference, const float *latent, double coordinates[2])
{
  place (reference, latent, coordinates);
  for (int i = 0; i < AXES; i++)
    coordinates[i] /= reference->unit;
}
