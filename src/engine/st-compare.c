#include <st-compare.h>

#include <st-alloc.h>
#include <st-point.h>

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
  return compare->span->count == clean->count && compare->span->length == clean->length
         && compare->span->k == clean->k && st_shape_equal (compare->shape, shape);
}

static StStatus
allocate (StCompare *compare, const StSpan *clean)
{
  compare->distances = st_alloc (clean->count, sizeof *compare->distances);
  compare->points = st_alloc (compare->threads, sizeof *compare->points);
  if (compare->distances == NULL || compare->points == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  StStatus status = st_span_new (clean->count, clean->length, clean->k, &compare->span);
  if (st_ok (status))
    status = st_span_work_new (clean->count, clean->length, clean->k, &compare->work);
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
      StStatus status = allocate (*compare, hilbert->points);
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
st_compare_point (StCompare *compare, uint32_t image, uint32_t worker, const float *latent,
                  double *values, bool zero[3])
{
  const StHilbert *hilbert = compare->hilbert;
  size_t length = compare->span->length;
  double *features = compare->span->features + image * length;
  StStatus status = st_point (latent, hilbert->kernel, hilbert->tolerance,
                              compare->points[worker], values, zero, features);
  if (st_ok (status))
    compare->distances[image]
      = st_kernel_distance (length, features, hilbert->points->features + image * length);
  return status;
}

StStatus
st_compare_finish (StCompare *compare, StPool *pool, StCancel *cancel, StHilbertResult *result)
{
  const StHilbert *hilbert = compare->hilbert;
  const StSubspace *clean = hilbert->points->subspace, *now = compare->span->subspace;
  StAngles angles;
  StStatus status = st_span_fit (compare->span, compare->work, pool, cancel);
  if (st_ok (status))
    status = st_span_angles (hilbert->points, compare->span, compare->work, &angles);
  if (!st_ok (status))
    return status;

  *result = (StHilbertResult) {
    .known = true, .weights = hilbert->weights, .kernel = hilbert->kernel,
    .tolerance = hilbert->tolerance, .subspace = hilbert->subspace, .count = hilbert->count,
    .angles = angles, .floor = hilbert->floor, .numerical = now->numerical,
    .energy95 = now->energy95, .energy99 = now->energy99,
    .gap = fmin (st_subspace_gap (clean, angles.count), st_subspace_gap (now, angles.count)),
    .distance_ratio = (double) NAN,
  };
  if (hilbert->distance > 0.0)
    result->distance_ratio = st_median (compare->distances, hilbert->count) / hilbert->distance;
  return status;
}
