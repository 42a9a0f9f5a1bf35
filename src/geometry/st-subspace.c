#include <st-subspace.h>

#include <st-alloc.h>
#include <st-eigen.h>

#include <math.h>

struct StSubspaceWork {
  StEigen *eigen;
  double *means;  /* n: of each row of the Gram matrix */
};

StStatus
st_subspace_work_new (uint32_t n, uint32_t k, StSubspaceWork **result)
{
  StSubspaceWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  StStatus status = st_eigen_new (n, k, &work->eigen);
  work->means = st_alloc (n, sizeof (double));
  if (st_ok (status) && work->means == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (n * sizeof (double)), 0);
  if (st_ok (status))
    *result = work;
  else
    st_subspace_work_free (work);
  return status;
}

void
st_subspace_work_set_cancel (StSubspaceWork *work, StCancel *cancel)
{
  st_eigen_set_cancel (work->eigen, cancel);
}

void
st_subspace_work_free (StSubspaceWork *work)
{
  if (work == NULL)
    return;
  st_eigen_free (work->eigen);
  st_free (work->means);
  st_free (work);
}

StStatus
st_subspace_new (uint32_t n, uint32_t k, StSubspace **result)
{
  if (k > ST_SUBSPACE_MAX)
    return st_failure (ST_RANGE, 1, ST_SUBSPACE_MAX);
  StSubspace *subspace = st_alloc (1, sizeof *subspace);
  if (subspace == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *subspace, 0);
  subspace->n = n;
  subspace->values = st_alloc (n, sizeof (double));
  subspace->vectors = st_alloc ((size_t) n * k, sizeof (double));
  if (subspace->values == NULL || subspace->vectors == NULL)
    {
      st_subspace_free (subspace);
      return st_failure (ST_NO_MEMORY, (int64_t) ((size_t) n * (k + 1) * sizeof (double)), 0);
    }
  *result = subspace;
  return st_success ();
}

void
st_subspace_free (StSubspace *subspace)
{
  if (subspace == NULL)
    return;
  st_free (subspace->values);
  st_free (subspace->vectors);
  st_free (subspace);
}

/* A Gram matrix, or some rows and columns of one. */
typedef struct Gram {
  const double *values;
  size_t stride;
  const uint32_t *points;   /* or NULL: all */
} Gram;

static const double *
row_of (const Gram *gram, size_t i)
{
  return gram->values + (gram->points != NULL ? gram->points[i] : i) * gram->stride;
}

static double
entry (const Gram *gram, const double *row, size_t j)
{
  return row[gram->points != NULL ? gram->points[j] : j];
}

/* H K H, its lower triangle; or K itself. */
static void
centre_gram (uint32_t n, const Gram *gram, bool centre, double *means, double *out)
{
  double all = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      const double *row = row_of (gram, i);
      means[i] = 0.0;
      for (size_t j = 0; centre && j < n; j++)
        means[i] += entry (gram, row, j);
      means[i] /= n;
      all += means[i] / n;
    }
  for (size_t j = 0; j < n; j++)
    {
      const double *row = row_of (gram, j);   /* as good as the column */
      for (size_t i = j; i < n; i++)
        out[j * n + i] = entry (gram, row, i) - means[i] - means[j] + all;
    }
}

/* The fewest of n descending values that make up a share of their sum. */
static uint32_t
count_share (const double *values, uint32_t n, double share)
{
  double all = 0.0, sum = 0.0;
  for (uint32_t i = 0; i < n; i++)
    all += values[i];
  for (uint32_t i = 0; i < n; i++)
    {
      sum += values[i];
      if (sum >= share * all)
        return i + 1;
    }
  return n;
}

static void
set_dimensions (StSubspace *subspace, double largest_diagonal, bool centre)
{
  uint32_t n = subspace->n, most = centre && n > 0 ? n - 1 : n;
  double *values = subspace->values;
  subspace->numerical = subspace->energy95 = subspace->energy99 = 0;
  for (uint32_t i = 0; i < n; i++)
    values[i] = values[i] > 0.0 ? values[i] : 0.0;
  if (n == 0 || !(values[0] > 1e-12 * n * largest_diagonal))
    return;
  while (subspace->numerical < most && values[subspace->numerical] > 1e-10 * values[0])
    subspace->numerical++;
  subspace->energy95 = count_share (values, n, 0.95);
  subspace->energy99 = count_share (values, n, 0.99);
}

/* Vectors of nonzero eigenvalues of H K H are centred already, but for rounding, which the
 * large common part of some kernels would magnify. */
static void
centre_vector (double *vector, uint32_t n)
{
  double mean = 0.0;
  for (uint32_t i = 0; i < n; i++)
    mean += vector[i];
  mean /= n;
  for (uint32_t i = 0; i < n; i++)
    vector[i] -= mean;
}

static StStatus
fit (StSubspace *subspace, uint32_t k, const Gram *gram, bool centre, bool largest_only,
     StSubspaceWork *work)
{
  uint32_t n = subspace->n;
  double largest = 0.0;
  for (size_t i = 0; i < n; i++)
    largest = fmax (largest, entry (gram, row_of (gram, i), i));
  k = k < n ? k : n;
  subspace->largest = largest;
  centre_gram (n, gram, centre, work->means, st_eigen_matrix (work->eigen));
  for (uint32_t i = largest_only ? k : n; i < n; i++)
    subspace->values[i] = 0.0;
  StStatus status;
  if (largest_only)
    status = st_eigen_solve_largest (work->eigen, n, k, subspace->values, subspace->vectors);
  else
    status = st_eigen_solve (work->eigen, n, k, subspace->values, subspace->vectors);
  if (!st_ok (status))
    return status;
  set_dimensions (subspace, largest, centre);
  if (largest_only)
    subspace->energy95 = subspace->energy99 = 0;
  subspace->k = k < subspace->numerical ? k : subspace->numerical;
  for (size_t j = 0; centre && j < subspace->k; j++)
    centre_vector (subspace->vectors + j * n, n);
  return status;
}

StStatus
st_subspace_fit (StSubspace *subspace, uint32_t k, const double *gram, bool centre,
                 StSubspaceWork *work)
{
  return fit (subspace, k, &(Gram) { gram, subspace->n, NULL }, centre, false, work);
}

StStatus
st_subspace_fit_part (StSubspace *subspace, uint32_t k, const double *gram, size_t stride,
                      const uint32_t *points, bool centre, StSubspaceWork *work)
{
  return fit (subspace, k, &(Gram) { gram, stride, points }, centre, true, work);
}

double
st_subspace_gap (const StSubspace *subspace, uint32_t k)
{
  if (k == 0 || k > subspace->n || !(subspace->values[k - 1] > 0.0))
    return 0.0;
  double next = k < subspace->n ? subspace->values[k] : 0.0;
  return (subspace->values[k - 1] - next) / subspace->values[k - 1];
}
