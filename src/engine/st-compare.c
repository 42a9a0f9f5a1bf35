#include <st-compare.h>

#include <st-alloc.h>
#include <st-point.h>
#include <st-replicates.h>

#include <math.h>

struct StCompare {
  const StHilbert *hilbert;
  StShape shape;
  StSpan *span;
  StSpanWork *work;
  double *distances;      /* [count] to each image's clean point */
  uint32_t threads;
  StPointWork **points;   /* [threads] */
};

void
st_compare_free (StCompare *compare)
{
  if (compare == NULL)
    return;
  for (uint32_t i = 0; compare->points != NULL && i < compare->threads; i++)
    st_point_work_free (compare->points[i]);
  st_free (compare->points);
  st_free (compare->distances);
  st_span_work_free (compare->work);
  st_span_free (compare->span);
  st_free (compare);
}

static bool
has_size (const StCompare *compare, const StSpan *clean, StShape shape)
{
  const StSpan *span = compare->span;
  return span->gaussian == clean->gaussian && span->count == clean->count
         && span->length == clean->length && span->k == clean->k
         && st_shape_equal (compare->shape, shape);
}

static StStatus
allocate (StCompare *compare, StKernel kernel, const StSpan *clean)
{
  compare->distances = st_alloc (clean->count, sizeof *compare->distances);
  compare->points = st_alloc (compare->threads, sizeof *compare->points);
  if (compare->distances == NULL || compare->points == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  StStatus status = st_span_new (kernel, clean->count, clean->length, clean->k, &compare->span);
  if (st_ok (status))
    status = st_span_work_new (compare->span, &compare->work);
  for (uint32_t i = 0; i < compare->threads && st_ok (status); i++)
    status = st_point_work_new (compare->shape, &compare->points[i]);
  return status;
}

StStatus
st_compare_begin (StCompare **compare, const StHilbert *hilbert, StShape shape, uint32_t threads)
{
  if (*compare == NULL || !has_size (*compare, hilbert->points, shape))
    {
      st_compare_free (*compare);
      *compare = st_alloc (1, sizeof **compare);
      if (*compare == NULL)
        return st_failure (ST_NO_MEMORY, sizeof **compare, 0);
      (*compare)->shape = shape;
      (*compare)->threads = threads;
      StStatus status = allocate (*compare, hilbert->kernel, hilbert->points);
      if (!st_ok (status))
        {
          st_compare_free (*compare);
          *compare = NULL;
          return status;
        }
    }
  (*compare)->hilbert = hilbert;
  return st_success ();
}

StStatus
st_compare_points (StCompare *compare, uint32_t first, uint32_t n, uint32_t worker,
                   const float *latents, double *values, bool (*zero)[3])
{
  const StHilbert *hilbert = compare->hilbert;
  size_t length = compare->span->length;
  double *features = compare->span->features + first * length;
  const double *clean = hilbert->points->features + first * length;
  StStatus status = st_points (latents, n, hilbert->kernel, hilbert->tolerance,
                               compare->points[worker], values, zero, features);
  if (st_ok (status) && hilbert->mean != NULL)
    st_features_subtract (length, n, hilbert->mean, features);
  for (uint32_t i = 0; i < n && st_ok (status); i++)
    {
      double distance = st_kernel_distance (length, features + i * length, clean + i * length);
      if (hilbert->sigma > 0.0)
        distance = st_gaussian_distance (distance, hilbert->sigma);
      compare->distances[first + i] = distance;
    }
  return status;
}

static StStatus
find_angles (StCompare *compare, StPool *pool, StCancel *cancel, StHilbertResult *result)
{
  const StHilbert *hilbert = compare->hilbert;
  StSpanWork *work = compare->work;
  StStatus status = st_span_gram (compare->span, work, pool, cancel);
  if (st_ok (status))
    status = st_span_fit (compare->span, hilbert->sigma, work);
  if (st_ok (status))
    status = st_span_angles (hilbert->points, compare->span, hilbert->sigma, work, pool, cancel,
                             &result->angles);
  if (st_ok (status))
    status = st_replicates_compare (hilbert->replicates, compare->span, work->gram, work->between,
                                    &result->angles, pool, cancel, &result->intervals);
  if (!st_ok (status))
    return status;

  const StSubspace *clean = hilbert->points->subspace, *now = compare->span->subspace;
  uint32_t k = result->angles.count;
  result->numerical = now->numerical;
  result->energy95 = now->energy95;
  result->energy99 = now->energy99;
  result->gap = fmin (st_subspace_gap (clean, k), st_subspace_gap (now, k));
  if (hilbert->distance > 0.0)
    result->distance_ratio = st_median (compare->distances, hilbert->count) / hilbert->distance;
  return status;
}

StStatus
st_compare_finish (StCompare *compare, StPool *pool, StCancel *cancel, StHilbertResult *result)
{
  const StHilbert *hilbert = compare->hilbert;
  StHilbertResult found = {
    .known = true, .weights = hilbert->weights, .kernel = hilbert->kernel,
    .tolerance = hilbert->tolerance, .subspace = hilbert->subspace, .count = hilbert->count,
    .sigma = hilbert->sigma, .defined = st_hilbert_is_defined (hilbert), .floor = hilbert->floor,
    .distance_ratio = (double) NAN,
  };
  StStatus status = st_success ();
  if (found.defined)
    status = find_angles (compare, pool, cancel, &found);
  if (st_ok (status))
    *result = found;
  return status;
}
