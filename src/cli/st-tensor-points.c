#include "st-tensor-points.h"

#include "st-cli.h"
#include "st-distance-print.h"

#include <math.h>
#include <st-alloc.h>
#include <st-point.h>
#include <st-spectrum.h>
#include <string.h>

enum { CHUNK = 8 };   /* tensors that are measured together */

typedef struct Measuring {
  const StPointsQuery *query;
  StTensorPoints *points;
  StPointWork **works;     /* one for each of the pool's threads */
  StStatus *statuses;      /* [tasks] */
} Measuring;

void
st_tensor_points_clear (StTensorPoints *points)
{
  st_tensors_clear (&points->tensors);
  st_free (points->values);
  st_free (points->features);
  st_free (points->mean);
  st_free (points->squares);
  st_free (points->gram);
  st_free (points->basis);
  st_subspace_free (points->subspace);
  memset (points, 0, sizeof *points);
}

gboolean
st_tensor_points_are_defined (const StTensorPoints *points)
{
  return !points->tensors.vectors && points->sigma != 0.0;
}

/* ---- points ---- */

static StStatus
allocate (StTensorPoints *points, const StPointsQuery *query)
{
  guint n = points->tensors.count, k = MIN (query->subspace, n);
  gsize length = st_kernel_features (query->kernel, points->tensors.shape);
  gboolean gaussian = st_kernel_is_gaussian (query->kernel);
  st_spectrum_lengths (points->tensors.shape, points->lengths);
  points->values_length = points->lengths[0] + points->lengths[1] + points->lengths[2];
  points->features_length = length;
  points->values = st_alloc (n, points->values_length * sizeof (double));
  points->features = st_alloc (n, length * sizeof (double));
  points->gram = st_alloc (n, n * sizeof (double));
  if (gaussian)
    {
      points->mean = st_alloc (length, sizeof (double));
      points->squares = st_alloc (n, sizeof (double));
    }
  else
    points->basis = st_alloc (k, length * sizeof (double));
  if (points->values == NULL || points->features == NULL || points->gram == NULL
      || (gaussian ? points->mean == NULL || points->squares == NULL : points->basis == NULL))
    return st_failure (ST_NO_MEMORY, 0, 0);
  return st_subspace_new (n, k, &points->subspace);
}

static StStatus
measure_chunk (const Measuring *m, guint first, guint n, StPointWork *work)
{
  StTensorPoints *points = m->points;
  const StPointsQuery *query = m->query;
  gsize size = st_shape_size (points->tensors.shape);
  double *values = points->values + first * (gsize) points->values_length;
  double *features = points->features + first * points->features_length;
  bool zero[CHUNK][3];
  StStatus status = st_success ();
  if (points->tensors.doubles == NULL)
    return st_points (points->tensors.data + first * size, n, query->kernel, query->tolerance,
                      work, values, zero, features);
  for (guint i = 0; i < n && st_ok (status); i++)
    status = st_point_of_doubles (points->tensors.doubles + (first + i) * size, query->kernel,
                                  query->tolerance, work,
                                  values + i * (gsize) points->values_length, zero[i],
                                  features + i * points->features_length);
  return status;
}

static void
measure_task (void *context, uint32_t task, uint32_t worker)
{
  Measuring *m = context;
  guint first = task * CHUNK;
  if (st_cancel_asked (&st_cli_cancel))
    m->statuses[task] = st_failure (ST_CANCELLED, 0, 0);
  else
    m->statuses[task] = measure_chunk (m, first, MIN (CHUNK, m->points->tensors.count - first),
                                       m->works[worker]);
}

static void
measure_rows (void *context, uint32_t task, uint32_t worker)
{
  StTensorPoints *points = ((Measuring *) context)->points;
  guint n = points->tensors.count;
  st_gram_lower_rows (points->features_length, points->features, task, 1, points->gram, n);
}

/* Eigenvalues and features. */
static StStatus
measure_points (Measuring *m, StPool *pool)
{
  guint n = m->points->tensors.count, threads = st_pool_threads (pool);
  guint tasks = (n + CHUNK - 1) / CHUNK;
  StStatus status = st_success ();
  m->works = g_new0 (StPointWork *, threads);
  m->statuses = g_new0 (StStatus, tasks);
  for (guint i = 0; i < threads && st_ok (status); i++)
    status = st_point_work_new (m->points->tensors.shape, &m->works[i]);
  if (st_ok (status))
    st_pool_run (pool, tasks, measure_task, m);
  for (guint i = 0; i < tasks && st_ok (status); i++)
    status = m->statuses[i];
  for (guint i = 0; i < threads; i++)
    st_point_work_free (m->works[i]);
  g_free (m->works);
  g_free (m->statuses);
  return status;
}

static void
centre_features (StTensorPoints *points, const StTensorPoints *clean)
{
  gsize length = points->features_length;
  if (clean != NULL)
    memcpy (points->mean, clean->mean, length * sizeof (double));
  else
    st_features_mean (length, points->tensors.count, points->features, points->mean);
  st_features_subtract (length, points->tensors.count, points->mean, points->features);
}

static StStatus
find_sigma (StTensorPoints *points, const StTensorPoints *clean)
{
  gsize n = points->tensors.count;
  if (clean != NULL)
    {
      points->sigma = clean->sigma;
      return st_success ();
    }
  double *scratch = st_alloc (n * (n - 1) / 2, sizeof *scratch);
  if (scratch == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  points->sigma = st_gram_median_distance ((guint) n, points->gram, scratch);
  st_free (scratch);
  return st_success ();
}

static StStatus
fit (StTensorPoints *points, const StPointsQuery *query)
{
  guint n = points->tensors.count, k = MIN (query->subspace, n);
  StSubspaceWork *work;
  if (points->squares != NULL)
    {
      for (gsize i = 0; i < n; i++)
        points->squares[i] = points->gram[i * n + i];
      st_gram_gaussian (n, points->squares, n, points->squares, points->sigma, points->gram, n);
    }
  StStatus status = st_subspace_work_new (n, k, &work);
  if (!st_ok (status))
    return status;
  status = st_subspace_fit (points->subspace, k, points->gram, query->centre, work);
  if (st_ok (status) && points->basis != NULL)
    st_subspace_basis (points->subspace, points->features, points->features_length, points->basis);
  st_subspace_work_free (work);
  return status;
}

StStatus
st_tensor_points_measure (StTensorPoints *points, const StPointsQuery *query,
                          const StTensorPoints *clean, StPool *pool)
{
  guint n = points->tensors.count;
  Measuring measuring = { .query = query, .points = points };
  points->sigma = NAN;
  if (points->tensors.vectors)
    return st_success ();
  StStatus status = allocate (points, query);
  if (st_ok (status))
    status = measure_points (&measuring, pool);
  if (!st_ok (status))
    return status;
  if (points->mean != NULL)
    centre_features (points, clean);
  st_pool_run (pool, n, measure_rows, &measuring);
  st_gram_mirror (n, points->gram, n);
  if (points->mean != NULL)
    status = find_sigma (points, clean);
  if (st_ok (status) && st_tensor_points_are_defined (points))
    status = fit (points, query);
  return status;
}

void
st_tensor_points_ranks (const StTensorPoints *points, const StPointsQuery *query,
                        StTriple *triples)
{
  for (guint n = 0; n < points->tensors.count; n++)
    {
      const double *values = points->values + n * (gsize) points->values_length;
      for (guint i = 0; i < 3; values += points->lengths[i++])
        triples[n].r[i] = (uint16_t) st_rank (values, points->lengths[i], query->tolerance);
    }
}

double *
st_tensor_points_between (const StTensorPoints *a, const StTensorPoints *b)
{
  guint rows = a->tensors.count, columns = b->tensors.count;
  double *gram = st_alloc (rows, columns * sizeof *gram);
  if (gram == NULL)
    return NULL;
  st_gram_block (a->features_length, rows, a->features, columns, b->features, gram, columns);
  if (a->squares != NULL)
    st_gram_gaussian (rows, a->squares, columns, b->squares, a->sigma, gram, columns);
  return gram;
}

/* ---- angles ---- */

/* What turns two subspaces into angles: bases, or the Gram matrix between. */
typedef struct Angling {
  const StTensorPoints *a, *b;
  const StPointsQuery *query;
  double *between;                     /* of gaussian:K only */
  double *basis_a, *basis_b, *scratch; /* of one replicate */
  StSubspace *one, *two;
  StJackknife *jackknife;
} Angling;

static StStatus
angles_of (Angling *angling, const StSubspace *one, const double *basis_a, const StSubspace *two,
           const double *basis_b, StAngles *angles)
{
  guint k = MIN (one->k, two->k);
  if (angling->between != NULL)
    return st_angles_of_grams (one, two, angling->between, k, angling->scratch, angles);
  return st_angles_of_bases (one, basis_a, two, basis_b, angling->a->features_length, k,
                             angling->scratch, angles);
}

static StStatus
leave_out (Angling *angling, guint group, StAngles *replicate)
{
  const StTensorPoints *a = angling->a, *b = angling->b;
  guint n = a->tensors.count, k = MIN (angling->query->subspace, n);
  gboolean centre = angling->query->centre;
  StStatus status = st_jackknife_fit (angling->jackknife, n, a->gram, k, centre, group,
                                      angling->one);
  if (st_ok (status))
    status = st_jackknife_fit (angling->jackknife, n, b->gram, k, centre, group, angling->two);
  if (!st_ok (status))
    return status;
  if (angling->between == NULL)
    {
      st_subspace_basis (angling->one, a->features, a->features_length, angling->basis_a);
      st_subspace_basis (angling->two, b->features, b->features_length, angling->basis_b);
    }
  return angles_of (angling, angling->one, angling->basis_a, angling->two, angling->basis_b,
                    replicate);
}

static StStatus
angling_init (Angling *angling)
{
  guint n = MAX (angling->a->tensors.count, angling->b->tensors.count);
  guint k = MIN (angling->query->subspace, n);
  gsize longest = MAX (angling->a->features_length, n);
  angling->basis_a = st_alloc (k, longest * sizeof (double));
  angling->basis_b = st_alloc (k, longest * sizeof (double));
  angling->scratch = st_alloc (k, longest * sizeof (double));
  if (angling->a->squares != NULL)
    angling->between = st_tensor_points_between (angling->a, angling->b);
  if (angling->basis_a == NULL || angling->basis_b == NULL || angling->scratch == NULL
      || (angling->a->squares != NULL && angling->between == NULL))
    return st_failure (ST_NO_MEMORY, 0, 0);
  StStatus status = st_subspace_new (n, k, &angling->one);
  if (st_ok (status))
    status = st_subspace_new (n, k, &angling->two);
  if (st_ok (status))
    status = st_jackknife_new (n, k, &angling->jackknife);
  return status;
}

static void
angling_clear (Angling *angling)
{
  st_free (angling->basis_a);
  st_free (angling->basis_b);
  st_free (angling->scratch);
  st_free (angling->between);
  st_subspace_free (angling->one);
  st_subspace_free (angling->two);
  st_jackknife_free (angling->jackknife);
}

StStatus
st_tensor_points_angles (const StTensorPoints *a, const StTensorPoints *b,
                         const StPointsQuery *query, StTensorAngles *angles)
{
  guint n = a->tensors.count;
  StAngles replicates[ST_JACKKNIFE_GROUPS] = { 0 };
  Angling angling = { .a = a, .b = b, .query = query };
  memset (angles, 0, sizeof *angles);
  if (!st_tensor_points_are_defined (a) || !st_tensor_points_are_defined (b))
    return st_success ();
  StStatus status = angling_init (&angling);
  if (st_ok (status))
    status = angles_of (&angling, a->subspace, a->basis, b->subspace, b->basis, &angles->angles);
  gboolean paired = n == b->tensors.count && n >= ST_JACKKNIFE_GROUPS && angles->angles.count > 0;
  for (guint group = 0; group < ST_JACKKNIFE_GROUPS && paired && st_ok (status); group++)
    status = st_cancel_asked (&st_cli_cancel) ? st_failure (ST_CANCELLED, 0, 0)
                                              : leave_out (&angling, group, &replicates[group]);
  angling_clear (&angling);
  if (!st_ok (status))
    return status;
  st_jackknife_summary (paired ? n : 0, &angles->angles, replicates, &angles->intervals);
  angles->gap = fmin (st_subspace_gap (a->subspace, angles->angles.count),
                      st_subspace_gap (b->subspace, angles->angles.count));
  return status;
}

/* ---- distances ---- */

typedef struct Bench {
  StPointWork *point;
  StDistanceWork *distance;
  StSpectral *one, *two;
} Bench;

typedef struct Pairing {
  const StTensors *a, *b;
  double tolerance, weights[3];
  StDistances *distances;
  StStatus *statuses;   /* [count] */
  Bench *benches;
} Pairing;

static StStatus
set_spectral (StSpectral *spectral, const StTensors *tensors, guint i, double tolerance,
              StPointWork *work)
{
  gsize at = i * st_shape_size (tensors->shape);
  return tensors->doubles != NULL
           ? st_spectral_set_doubles (spectral, tensors->doubles + at, tolerance, work)
           : st_spectral_set (spectral, tensors->data + at, tolerance, work);
}

static void
pair_task (void *context, uint32_t task, uint32_t worker)
{
  Pairing *pairing = context;
  Bench *bench = &pairing->benches[worker];
  StStatus status = st_success ();
  if (st_cancel_asked (&st_cli_cancel))
    status = st_failure (ST_CANCELLED, 0, 0);
  if (st_ok (status))
    status = set_spectral (bench->one, pairing->a, task, pairing->tolerance, bench->point);
  if (st_ok (status))
    status = set_spectral (bench->two, pairing->b, task, pairing->tolerance, bench->point);
  if (st_ok (status))
    status = st_distance (bench->one, bench->two, pairing->weights, bench->distance,
                          &pairing->distances[task]);
  pairing->statuses[task] = status;
}

static StStatus
bench_init (Bench *bench, StDistance distance, StShape shape)
{
  StStatus status = st_point_work_new (shape, &bench->point);
  if (st_ok (status))
    status = st_distance_work_new (shape, &bench->distance);
  if (st_ok (status))
    status = st_spectral_new (distance, shape, &bench->one);
  if (st_ok (status))
    status = st_spectral_new (distance, shape, &bench->two);
  return status;
}

StStatus
st_tensor_distances (const StTensors *a, const StTensors *b, StDistance distance,
                     double tolerance, StPool *pool, StDistances *distances)
{
  guint threads = st_pool_threads (pool);
  g_autofree Bench *benches = g_new0 (Bench, threads);
  g_autofree StStatus *statuses = g_new0 (StStatus, a->count);
  Pairing pairing = { .a = a, .b = b, .tolerance = tolerance, .distances = distances,
                      .statuses = statuses, .benches = benches };
  StStatus status = st_success ();
  st_distance_weights (distance, a->shape, pairing.weights);
  for (guint i = 0; i < threads && st_ok (status); i++)
    status = bench_init (&benches[i], distance, a->shape);
  if (st_ok (status))
    st_pool_run (pool, a->count, pair_task, &pairing);
  for (guint i = 0; i < a->count && st_ok (status); i++)
    status = statuses[i];
  for (guint i = 0; i < threads; i++)
    {
      st_point_work_free (benches[i].point);
      st_distance_work_free (benches[i].distance);
      st_spectral_free (benches[i].one);
      st_spectral_free (benches[i].two);
    }
  return status;
}
