#include <st-pairs.h>

#include <st-alloc.h>
#include <st-latents.h>

struct StPairs {
  StDistance distance;
  double tolerance;
  StShape shape;
  uint32_t count;
  StSpectral **clean;   /* [count] */
};

/* What one worker needs. */
typedef struct Bench {
  StPointWork *point;
  StDistanceWork *distance;
  StSpectral *shown;
} Bench;

typedef struct Pairing {
  const StPairs *pairs;
  const double *weights;
  StDistances *distances;
  uint32_t threads;
  Bench *benches;       /* [threads] */
} Pairing;

static void
pairing_clear (Pairing *pairing)
{
  for (uint32_t i = 0; pairing->benches != NULL && i < pairing->threads; i++)
    {
      st_point_work_free (pairing->benches[i].point);
      st_distance_work_free (pairing->benches[i].distance);
      st_spectral_free (pairing->benches[i].shown);
    }
  st_free (pairing->benches);
}

static StStatus
pairing_init (Pairing *pairing, const StPairs *pairs, uint32_t threads)
{
  StStatus status = st_success ();
  *pairing = (Pairing) { .pairs = pairs, .threads = threads,
                         .benches = st_alloc (threads, sizeof *pairing->benches) };
  if (pairing->benches == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    {
      status = st_point_work_new (pairs->shape, &pairing->benches[i].point);
      if (st_ok (status))
        status = st_distance_work_new (pairs->shape, &pairing->benches[i].distance);
      if (st_ok (status))
        status = st_spectral_new (pairs->distance, pairs->shape, &pairing->benches[i].shown);
    }
  return status;
}

static StStatus
keep_clean (void *context, uint32_t image, uint32_t worker, const float *latent)
{
  const Pairing *pairing = context;
  const StPairs *pairs = pairing->pairs;
  return st_spectral_set (pairs->clean[image], latent, pairs->tolerance,
                          pairing->benches[worker].point);
}

static StStatus
compare_shown (void *context, uint32_t image, uint32_t worker, const float *latent)
{
  const Pairing *pairing = context;
  const StPairs *pairs = pairing->pairs;
  const Bench *bench = &pairing->benches[worker];
  StStatus status = st_spectral_set (bench->shown, latent, pairs->tolerance, bench->point);
  if (st_ok (status))
    status = st_distance (pairs->clean[image], bench->shown, pairing->weights, bench->distance,
                          &pairing->distances[image]);
  return status;
}

StStatus
st_pairs_new (const StQuery *query, StDistance distance, double tolerance, StPool *pool,
              StCancel *cancel, StPairs **result)
{
  const StSpec *spec = st_model_spec (query->model);
  uint32_t count = st_images_count (query->images);
  if (!st_kind_unfolds (spec->kind))
    return st_failure (ST_SHAPE, 1, 3);
  StPairs *pairs = st_alloc (1, sizeof *pairs);
  if (pairs == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *pairs, 0);
  *pairs = (StPairs) { .distance = distance, .tolerance = tolerance,
                       .shape = st_spec_latent (spec),
                       .count = count < ST_PAIRS_MAX ? count : ST_PAIRS_MAX };
  pairs->clean = st_alloc (pairs->count, sizeof *pairs->clean);
  Pairing pairing;
  StStatus status = pairing_init (&pairing, pairs, st_pool_threads (pool));
  if (st_ok (status) && pairs->clean == NULL)
    status = st_failure (ST_NO_MEMORY, 0, 0);
  for (uint32_t i = 0; i < pairs->count && st_ok (status); i++)
    status = st_spectral_new (distance, pairs->shape, &pairs->clean[i]);
  if (st_ok (status))
    status = st_latents_visit (query, false, pairs->count, pool, cancel, keep_clean, &pairing);
  pairing_clear (&pairing);
  if (st_ok (status))
    *result = pairs;
  else
    st_pairs_free (pairs);
  return status;
}

void
st_pairs_free (StPairs *pairs)
{
  if (pairs == NULL)
    return;
  for (uint32_t i = 0; pairs->clean != NULL && i < pairs->count; i++)
    st_spectral_free (pairs->clean[i]);
  st_free (pairs->clean);
  st_free (pairs);
}

uint32_t
st_pairs_count (const StPairs *pairs)
{
  return pairs->count;
}

StStatus
st_pairs_measure (const StPairs *pairs, const StQuery *query, const double *weights, StPool *pool,
                  StCancel *cancel, StDistances *distances)
{
  Pairing pairing;
  if (!st_shape_equal (pairs->shape, st_spec_latent (st_model_spec (query->model))))
    return st_failure (ST_SHAPE,
                       (int64_t) st_shape_size (st_spec_latent (st_model_spec (query->model))),
                       (int64_t) st_shape_size (pairs->shape));
  StStatus status = pairing_init (&pairing, pairs, st_pool_threads (pool));
  pairing.weights = weights;
  pairing.distances = distances;
  if (st_ok (status))
    status = st_latents_visit_shown (query, pairs->count, pool, cancel, compare_shown, &pairing);
  pairing_clear (&pairing);
  return status;
}
