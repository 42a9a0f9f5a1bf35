/* Clean points take no part before the last of a level's points is there: then they pass by once,
 * in chunks, from memory or made anew where there are too many to be held (st-hilbert.h). */
#include <st-compare.h>

#include <st-alloc.h>
#include <st-clean-points.h>
#include <st-point.h>
#include <st-replicates.h>

#include <math.h>

enum { ROWS = 32 };   /* of held points in one task */

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
  StStatus status = st_points (latents, n, hilbert->kernel, hilbert->tolerance,
                               compare->points[worker], values, zero, features);
  if (st_ok (status) && hilbert->mean != NULL)
    st_features_subtract (length, n, hilbert->mean, features);
  return status;
}

/* ---- the clean points ---- */

typedef struct Meeting {
  const StHilbert *hilbert;
  const StSpan *span;
  StSpanWork *work;
  double *distances;
  StCancel *cancel;
} Meeting;

static void
meet (const Meeting *meeting, uint32_t first, uint32_t n, const double *clean)
{
  const StHilbert *hilbert = meeting->hilbert;
  const StSpan *span = meeting->span;
  for (uint32_t i = 0; i < n && meeting->distances != NULL; i++)
    {
      double distance = st_kernel_distance (span->length, clean + i * span->length,
                                            span->features + (first + i) * span->length);
      if (hilbert->sigma > 0.0)
        distance = st_gaussian_distance (distance, hilbert->sigma);
      meeting->distances[first + i] = distance;
    }
  if (span->gaussian)
    st_span_fill_between (hilbert->points, first, n, clean, span, hilbert->sigma, meeting->work);
}

static void
meet_held (void *context, uint32_t task, uint32_t worker)
{
  const Meeting *meeting = context;
  const StSpan *points = meeting->hilbert->points;
  uint32_t first = task * ROWS, left = points->count - first;
  if (!st_cancel_asked (meeting->cancel))
    meet (meeting, first, left < ROWS ? left : ROWS, points->features + first * points->length);
}

static StStatus
meet_made (void *context, uint32_t first, uint32_t n, double *features)
{
  const Meeting *meeting = context;
  const StHilbert *hilbert = meeting->hilbert;
  if (hilbert->mean != NULL)
    st_features_subtract (hilbert->points->length, n, hilbert->mean, features);
  meet (meeting, first, n, features);
  return st_success ();
}

static StStatus
meet_all (Meeting *meeting, StPool *pool)
{
  const StHilbert *hilbert = meeting->hilbert;
  const uint32_t count = hilbert->count;
  if (hilbert->points->features != NULL)
    {
      st_pool_run (pool, (count + ROWS - 1) / ROWS, meet_held, meeting);
      return st_cancel_asked (meeting->cancel) ? st_failure (ST_CANCELLED, 0, 0) : st_success ();
    }
  const StQuery query = { .model = hilbert->model, .images = hilbert->images,
                          .latent = hilbert->latent, .seed = hilbert->seed };
  const StCleanPoints points = { .query = &query, .count = count, .kernel = hilbert->kernel,
                                 .tolerance = hilbert->tolerance, .visit = meet_made,
                                 .context = meeting };
  return st_clean_points_make (&points, pool, meeting->cancel);
}

StStatus
st_compare_with_clean (const StHilbert *hilbert, const StSpan *span, StSpanWork *work,
                       StPool *pool, StCancel *cancel, double *distances, StAngles *angles)
{
  Meeting meeting = { .hilbert = hilbert, .span = span, .work = work, .distances = distances,
                      .cancel = cancel };
  StStatus status = st_success ();
  if (distances != NULL || span->gaussian)
    status = meet_all (&meeting, pool);
  if (st_ok (status))
    status = st_span_angles (hilbert->points, span, work, angles);
  return status;
}

/* ---- angles ---- */

static StStatus
find_angles (StCompare *compare, bool intervals, StPool *pool, StCancel *cancel,
             StHilbertResult *result)
{
  const StHilbert *hilbert = compare->hilbert;
  StSpanWork *work = compare->work;
  StStatus status = st_span_gram (compare->span, work, pool, cancel);
  if (st_ok (status))
    status = st_span_fit (compare->span, hilbert->sigma, work, pool, cancel);
  if (st_ok (status))
    status = st_compare_with_clean (hilbert, compare->span, work, pool, cancel, compare->distances,
                                    &result->angles);
  if (st_ok (status))
    status = st_replicates_compare (intervals ? hilbert->replicates : NULL, compare->span,
                                    work->gram, work->between, &result->angles, pool, cancel,
                                    &result->intervals);
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
st_compare_finish (StCompare *compare, bool intervals, StPool *pool, StCancel *cancel,
                   StHilbertResult *result)
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
    status = find_angles (compare, intervals, pool, cancel, &found);
  if (st_ok (status))
    *result = found;
  return status;
}
