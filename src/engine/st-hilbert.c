#include <st-hilbert.h>

#include <st-alloc.h>
#include <st-clean-points.h>
#include <st-compare.h>
#include <st-replicates.h>
#include <st-span.h>

#include <math.h>
#include <stdatomic.h>

/* Some 300 points of 7x7x128: as many as a window opens with are held. */
static const size_t HELD_BYTES = 20 << 20;

/* The public part comes first, so that a StHilbert * is a Counted *. */
typedef struct Counted {
  StHilbert hilbert;
  atomic_uint references;
} Counted;

static StStatus
make_points (const StHilbert *hilbert, const StQuery *query, bool others, StPool *pool,
             StCancel *cancel, StSpan *span)
{
  const StCleanPoints points = { .query = query, .others = others, .count = hilbert->count,
                                 .kernel = hilbert->kernel, .tolerance = hilbert->tolerance,
                                 .features = span->features };
  return st_clean_points_make (&points, pool, cancel);
}

/* From the Gram matrix at hand. */
static StStatus
median_distance (const StHilbert *hilbert, const StSpanWork *work, double *distance)
{
  size_t n = hilbert->count;
  double *scratch = st_alloc (n * (n - 1) / 2, sizeof *scratch);
  if (scratch == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (n * n / 2 * sizeof *scratch), 0);
  *distance = st_gram_median_distance (hilbert->count, work->gram, scratch);
  st_free (scratch);
  return st_success ();
}

static StStatus
find_floor (StHilbert *hilbert, const StQuery *query, StSpanWork *work, StPool *pool,
            StCancel *cancel)
{
  const StSpan *points = hilbert->points;
  StSpan *others = NULL;
  StAngles angles = { 0 };
  if (!st_images_have_others (query->images))
    return st_success ();
  StStatus status = st_span_new (hilbert->kernel, points->count, points->length, points->k,
                                 &others);
  if (!st_ok (status))
    return status;
  status = make_points (hilbert, query, true, pool, cancel, others);
  if (st_ok (status) && hilbert->mean != NULL)
    st_features_subtract (others->length, others->count, hilbert->mean, others->features);
  if (st_ok (status))
    status = st_span_gram (others, work, pool, cancel);
  if (st_ok (status))
    status = st_span_fit (others, hilbert->sigma, work, pool, cancel);
  if (st_ok (status))
    status = st_compare_with_clean (hilbert, others, work, pool, cancel, NULL, &angles);
  if (st_ok (status) && angles.count > 0)
    hilbert->floor = angles.mean;
  st_span_free (others);
  return status;
}

static StStatus
take_mean (StHilbert *hilbert)
{
  const StSpan *points = hilbert->points;
  hilbert->mean = st_alloc (points->length, sizeof *hilbert->mean);
  if (hilbert->mean == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (points->length * sizeof *hilbert->mean), 0);
  st_features_mean (points->length, points->count, points->features, hilbert->mean);
  st_features_subtract (points->length, points->count, hilbert->mean, points->features);
  return st_success ();
}

/* What the clean points come to, from their Gram matrix. */
static StStatus
fit_clean (StHilbert *hilbert, bool replicates, StSpanWork *work, StPool *pool, StCancel *cancel)
{
  StStatus status = st_span_fit (hilbert->points, hilbert->sigma, work, pool, cancel);
  if (st_ok (status))
    status = median_distance (hilbert, work, &hilbert->distance);
  if (st_ok (status) && replicates)
    status = st_replicates_new (hilbert->points, work->gram, pool, cancel, &hilbert->replicates);
  return status;
}

static StStatus
measure_clean (StHilbert *hilbert, const StQuery *query, StPool *pool, StCancel *cancel)
{
  StShape shape = st_spec_latent (st_model_spec (query->model));
  size_t length = st_kernel_features (hilbert->kernel, shape);
  StSpanWork *work = NULL;
  StStatus status = st_span_new (hilbert->kernel, hilbert->count, length, hilbert->subspace,
                                 &hilbert->points);
  if (st_ok (status))
    status = st_span_work_new (hilbert->points, &work);
  if (st_ok (status))
    status = make_points (hilbert, query, false, pool, cancel, hilbert->points);
  if (st_ok (status) && hilbert->points->gaussian)
    status = take_mean (hilbert);
  if (st_ok (status))
    status = st_span_gram (hilbert->points, work, pool, cancel);
  if (st_ok (status) && hilbert->points->gaussian)
    status = median_distance (hilbert, work, &hilbert->sigma);
  if (st_ok (status) && st_hilbert_is_defined (hilbert))
    status = fit_clean (hilbert, !query->quick, work, pool, cancel);
  /* Before the others, which take as much. */
  if (st_ok (status) && !st_hilbert_holds_features (query, hilbert->kernel))
    st_hilbert_forget_features (hilbert);
  if (st_ok (status) && st_hilbert_is_defined (hilbert))
    status = find_floor (hilbert, query, work, pool, cancel);
  st_span_work_free (work);
  return status;
}

static uint32_t
count_points (const StQuery *query)
{
  uint32_t count = st_images_count (query->images);
  return count < ST_ANGLES_MAX ? count : ST_ANGLES_MAX;
}

bool
st_hilbert_holds_features (const StQuery *query, StKernel kernel)
{
  size_t length = st_kernel_features (kernel, st_spec_latent (st_model_spec (query->model)));
  return count_points (query) * length * sizeof (double) <= HELD_BYTES;
}

StStatus
st_hilbert_new (const StQuery *query, StKernel kernel, double tolerance, uint32_t subspace,
                StPool *pool, StCancel *cancel, StHilbert **result)
{
  if (subspace > ST_SUBSPACE_MAX)
    return st_failure (ST_RANGE, 1, ST_SUBSPACE_MAX);
  if (!st_kind_unfolds (st_model_spec (query->model)->kind))
    return st_failure (ST_SHAPE, 1, 3);
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  counted->references = 1;
  counted->hilbert = (StHilbert) {
    .weights = query->weights, .kernel = kernel, .tolerance = tolerance, .subspace = subspace,
    .count = count_points (query), .floor = (double) NAN,
    .sigma = (double) NAN,
    .model = st_model_ref (query->model), .images = st_images_ref (query->images),
    .latent = query->latent, .seed = query->seed,
  };

  StHilbert *hilbert = &counted->hilbert;
  StStatus status = measure_clean (hilbert, query, pool, cancel);
  if (!st_ok (status))
    {
      st_hilbert_unref (hilbert);
      return status;
    }
  hilbert->numerical = hilbert->points->subspace->numerical;
  hilbert->energy95 = hilbert->points->subspace->energy95;
  hilbert->energy99 = hilbert->points->subspace->energy99;
  *result = hilbert;
  return status;
}

StHilbert *
st_hilbert_ref (StHilbert *hilbert)
{
  atomic_fetch_add (&((Counted *) hilbert)->references, 1);
  return hilbert;
}

void
st_hilbert_unref (StHilbert *hilbert)
{
  if (hilbert == NULL || atomic_fetch_sub (&((Counted *) hilbert)->references, 1) != 1)
    return;
  st_model_unref (hilbert->model);
  st_images_unref (hilbert->images);
  st_span_free (hilbert->points);
  st_replicates_free (hilbert->replicates);
  st_free (hilbert->mean);
  st_free (hilbert);
}

void
st_hilbert_forget_features (StHilbert *hilbert)
{
  st_span_forget_features (hilbert->points);
}

bool
st_hilbert_is_defined (const StHilbert *hilbert)
{
  return !st_kernel_is_gaussian (hilbert->kernel) || hilbert->sigma > 0.0;
}

static bool
same_measure (StKernel a, double tolerance_a, uint32_t subspace_a, StKernel b,
              double tolerance_b, uint32_t subspace_b)
{
  return a == b && subspace_a == subspace_b
         && (!st_kernel_knows_ranks (a) || tolerance_a == tolerance_b);
}

bool
st_hilbert_fits (const StHilbert *hilbert, const StQuery *query, StKernel kernel,
                 double tolerance, uint32_t subspace)
{
  return hilbert->weights == query->weights && hilbert->latent == query->latent
         && (query->latent == ST_LATENT_MEAN || hilbert->seed == query->seed)
         && st_images_same_clean (hilbert->images, query->images)
         && same_measure (hilbert->kernel, hilbert->tolerance, hilbert->subspace, kernel,
                          tolerance, subspace);
}

bool
st_hilbert_result_fits (const StHilbertResult *result, StKernel kernel, double tolerance,
                        uint32_t subspace)
{
  return result->known
         && same_measure (result->kernel, result->tolerance, result->subspace, kernel, tolerance,
                          subspace);
}
