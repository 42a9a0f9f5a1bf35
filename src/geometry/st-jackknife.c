#include <st-jackknife.h>

#include <st-alloc.h>

#include <math.h>

static const StInterval NONE = { (double) NAN, (double) NAN };

StInterval
st_jackknife_interval (double estimate, const double replicates[ST_JACKKNIFE_GROUPS], double least,
                       double most)
{
  double mean = 0.0, squares = 0.0;
  for (int j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    mean += replicates[j] / ST_JACKKNIFE_GROUPS;
  for (int j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    squares += (replicates[j] - mean) * (replicates[j] - mean);
  double half = 1.96 * sqrt ((ST_JACKKNIFE_GROUPS - 1.0) / ST_JACKKNIFE_GROUPS * squares);
  if (!isfinite (estimate) || !isfinite (half))
    return NONE;
  return (StInterval) { fmax (least, estimate - half), fmin (most, estimate + half) };
}

StInterval
st_jackknife_mean (uint32_t n, const double *values)
{
  double all = 0.0, sums[ST_JACKKNIFE_GROUPS] = { 0 }, replicates[ST_JACKKNIFE_GROUPS];
  if (n < ST_JACKKNIFE_GROUPS)
    return NONE;
  for (uint32_t i = 0; i < n; i++)
    {
      all += values[i] / n;
      for (uint32_t j = 0; j < ST_JACKKNIFE_GROUPS; j++)
        if (i % ST_JACKKNIFE_GROUPS != j)
          sums[j] += values[i];
    }
  for (uint32_t j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    {
      uint32_t gone = (n - j + ST_JACKKNIFE_GROUPS - 1) / ST_JACKKNIFE_GROUPS;
      replicates[j] = sums[j] / (n - gone);
    }
  return st_jackknife_interval (all, replicates, -HUGE_VAL, HUGE_VAL);
}

struct StJackknife {
  uint32_t n, k;
  uint32_t *left;    /* [n] points without a group */
  double *scratch;   /* [k][n] */
  StSubspace *a, *b;
  StSubspaceWork *work;
};

StStatus
st_jackknife_new (uint32_t n, uint32_t k, StJackknife **result)
{
  StJackknife *jackknife = st_alloc (1, sizeof *jackknife);
  if (jackknife == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *jackknife, 0);
  jackknife->n = n;
  jackknife->k = k;
  jackknife->left = st_alloc (n, sizeof *jackknife->left);
  jackknife->scratch = st_alloc (k, n * sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (n * sizeof (double)) * k, 0);
  if (jackknife->left != NULL && jackknife->scratch != NULL)
    status = st_subspace_new (n, k, &jackknife->a);
  if (st_ok (status))
    status = st_subspace_new (n, k, &jackknife->b);
  if (st_ok (status))
    status = st_subspace_work_new (n, k, &jackknife->work);
  if (st_ok (status))
    *result = jackknife;
  else
    st_jackknife_free (jackknife);
  return status;
}

void
st_jackknife_set_cancel (StJackknife *jackknife, StCancel *cancel)
{
  st_subspace_work_set_cancel (jackknife->work, cancel);
}

void
st_jackknife_free (StJackknife *jackknife)
{
  if (jackknife == NULL)
    return;
  st_free (jackknife->left);
  st_free (jackknife->scratch);
  st_subspace_free (jackknife->a);
  st_subspace_free (jackknife->b);
  st_subspace_work_free (jackknife->work);
  st_free (jackknife);
}

/* Points outside of a group; returns how many. */
static uint32_t
leave_out (uint32_t n, uint32_t group, uint32_t *points)
{
  uint32_t left = 0;
  for (uint32_t i = 0; i < n; i++)
    if (i % ST_JACKKNIFE_GROUPS != group)
      points[left++] = i;
  return left;
}

/* vectors[k][left] to [k][n], in place from the end: no entry moves forward. */
static void
spread (StSubspace *subspace, uint32_t left, uint32_t n, uint32_t group)
{
  double *vectors = subspace->vectors;
  for (size_t j = subspace->k; j-- > 0;)
    {
      size_t from = left;
      for (size_t i = n; i-- > 0;)
        vectors[j * n + i]
          = i % ST_JACKKNIFE_GROUPS == group ? 0.0 : vectors[j * left + --from];
    }
  for (uint32_t i = left; i < n; i++)
    subspace->values[i] = 0.0;
  subspace->n = n;
}

StStatus
st_jackknife_fit (StJackknife *jackknife, uint32_t n, const double *gram, uint32_t k, bool centre,
                  uint32_t group, StSubspace *subspace)
{
  if (n > jackknife->n || k > jackknife->k)
    return st_failure (ST_SHAPE, n, jackknife->n);
  uint32_t left = leave_out (n, group, jackknife->left);
  subspace->n = left;
  StStatus status = st_subspace_fit_part (subspace, k, gram, n, jackknife->left, centre,
                                          jackknife->work);
  if (st_ok (status))
    spread (subspace, left, n, group);
  return status;
}

StStatus
st_jackknife_angles (StJackknife *jackknife, uint32_t n, const double *gram_aa,
                     const double *gram_bb, const double *gram_ab, uint32_t k, bool centre,
                     uint32_t group, StAngles *replicate)
{
  StSubspace *a = jackknife->a, *b = jackknife->b;
  *replicate = (StAngles) { 0 };
  StStatus status = st_jackknife_fit (jackknife, n, gram_aa, k, centre, group, a);
  if (st_ok (status))
    status = st_jackknife_fit (jackknife, n, gram_bb, k, centre, group, b);
  if (st_ok (status))
    status = st_angles_of_grams (a, b, gram_ab, k, jackknife->scratch, replicate);
  return status;
}

void
st_jackknife_summary (uint32_t n, const StAngles *angles,
                      const StAngles replicates[ST_JACKKNIFE_GROUPS], StAngleIntervals *intervals)
{
  double values[ST_JACKKNIFE_GROUPS];
  bool same = n >= ST_JACKKNIFE_GROUPS && angles->count > 0;
  *intervals = (StAngleIntervals) { .count = angles->count, .mean = NONE };
  /* Angles of subspaces of another dimension do not compare. */
  for (int j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    same = same && replicates[j].count == angles->count;
  for (uint32_t i = 0; i < angles->count; i++)
    {
      for (int j = 0; j < ST_JACKKNIFE_GROUPS; j++)
        values[j] = replicates[j].degrees[i];
      intervals->degrees[i]
        = same ? st_jackknife_interval (angles->degrees[i], values, 0.0, 90.0) : NONE;
    }
  for (int j = 0; j < ST_JACKKNIFE_GROUPS; j++)
    values[j] = replicates[j].mean;
  if (same)
    intervals->mean = st_jackknife_interval (angles->mean, values, 0.0, 90.0);
}
