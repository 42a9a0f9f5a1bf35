#include <st-isometry.h>

#include <st-alloc.h>
#include <st-eigen.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Means over the points, as they are added up. */
typedef struct Sums {
  uint32_t singular;
  double condition, condition_j, trace, squares, strict, conformal;
} Sums;

typedef struct Measuring {
  uint32_t n, d;
  const double *metrics;
  StEigen *eigen;
  double *values;              /* [d] */
  double *mean, *whitener;     /* [d][d] mean G; rows v_i / root of its eigenvalue i */
  double *half;                /* [d][d] scratch */
  double *conditions;          /* [n] */
  double *volumes;             /* [n] 1/2 ln det */
} Measuring;

static StStatus
allocate (Measuring *m)
{
  size_t square = (size_t) m->d * m->d;

  m->values = st_alloc (m->d, sizeof (double));
  m->mean = st_alloc (square, sizeof (double));
  m->whitener = st_alloc (square, sizeof (double));
  m->half = st_alloc (square, sizeof (double));
  m->conditions = st_alloc (m->n, sizeof (double));
  m->volumes = st_alloc (m->n, sizeof (double));
  if (m->values == NULL || m->mean == NULL || m->whitener == NULL || m->half == NULL
      || m->conditions == NULL || m->volumes == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (m->n * sizeof (double)), 0);
  return st_eigen_new (m->d, m->d, &m->eigen);
}

static void
clear (Measuring *m)
{
  st_eigen_free (m->eigen);
  st_free (m->values);
  st_free (m->mean);
  st_free (m->whitener);
  st_free (m->half);
  st_free (m->conditions);
  st_free (m->volumes);
}

static StStatus
check_finite (const Measuring *m)
{
  size_t square = (size_t) m->d * m->d;
  for (uint32_t p = 0; p < m->n; p++)
    for (size_t i = 0; i < square; i++)
      if (!isfinite (m->metrics[p * square + i]))
        return st_failure (ST_NON_FINITE, p, (int64_t) i);
  return st_success ();
}

/* values[d] of a symmetric matrix, descending, and vectors[d][d] unless that is NULL. */
static StStatus
solve (Measuring *m, const double *matrix, double *vectors)
{
  memcpy (st_eigen_matrix (m->eigen), matrix, (size_t) m->d * m->d * sizeof *matrix);
  StStatus status = st_eigen_solve (m->eigen, m->d, vectors == NULL ? 0 : m->d, m->values,
                                    vectors);
  for (uint32_t i = 0; i < m->d && st_ok (status); i++)
    m->values[i] = m->values[i] > 0.0 ? m->values[i] : 0.0;
  return status;
}

double
st_isometry_condition (uint32_t d, const double *values)
{
  return values[d - 1] > ST_SINGULAR * values[0] ? values[0] / values[d - 1] : (double) INFINITY;
}

static void
add_point (Measuring *m, uint32_t point, Sums *sums)
{
  double condition = st_isometry_condition (m->d, m->values);
  double trace = 0.0, squares = 0.0, strict = 0.0, volume = 0.0, d = m->d;

  for (uint32_t i = 0; i < m->d; i++)
    {
      double value = m->values[i];
      trace += value;
      squares += value * value;
      strict += (value - 1.0) * (value - 1.0);
      volume += 0.5 * log (value);
    }
  double conformal = 0.0;
  for (uint32_t i = 0; i < m->d; i++)
    conformal += (m->values[i] * d / trace - 1.0) * (m->values[i] * d / trace - 1.0);
  m->conditions[point] = condition;
  m->volumes[point] = volume;
  sums->singular += isinf (condition) ? 1 : 0;
  sums->condition += condition;
  sums->condition_j += sqrt (condition);
  sums->trace += trace;
  sums->squares += squares;
  sums->strict += strict;
  sums->conformal += conformal;
}

static int
compare (const void *a, const void *b)
{
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Of sorted numbers: the mean of the two middle ones, or of their roots. */
static double
median (uint32_t n, const double *sorted, bool root)
{
  double low = sorted[(n - 1) / 2], high = sorted[n / 2];
  return root ? 0.5 * (sqrt (low) + sqrt (high)) : 0.5 * (low + high);
}

static double
variance_of (uint32_t n, const double *x)
{
  double mean = 0.0, sum = 0.0;
  for (uint32_t i = 0; i < n; i++)
    mean += x[i] / n;
  for (uint32_t i = 0; i < n; i++)
    sum += (x[i] - mean) * (x[i] - mean) / n;
  return sum;
}

/* half = whitener G whitener^T, whose eigenvalues are those of (mean G)^-1 G; `mean` is spent. */
static void
whiten (Measuring *m, const double *metric)
{
  uint32_t d = m->d;
  double *first = m->mean;

  for (uint32_t i = 0; i < d; i++)
    for (uint32_t j = 0; j < d; j++)
      {
        double sum = 0.0;
        for (uint32_t k = 0; k < d; k++)
          sum += m->whitener[i * d + k] * metric[k * d + j];
        first[i * d + j] = sum;
      }
  for (uint32_t i = 0; i < d; i++)
    for (uint32_t j = 0; j <= i; j++)
      {
        double sum = 0.0;
        for (uint32_t k = 0; k < d; k++)
          sum += first[i * d + k] * m->whitener[j * d + k];
        m->half[i * d + j] = m->half[j * d + i] = sum;
      }
}

/* Where every G is regular, so is their mean. */
static StStatus
find_variance (Measuring *m, double *variance)
{
  size_t square = (size_t) m->d * m->d;
  double sum = 0.0;

  for (uint32_t p = 0; p < m->n; p++)
    for (size_t i = 0; i < square; i++)
      m->mean[i] += m->metrics[p * square + i] / m->n;
  StStatus status = solve (m, m->mean, m->whitener);
  for (size_t i = 0; i < square && st_ok (status); i++)
    m->whitener[i] /= sqrt (m->values[i / m->d]);
  for (uint32_t p = 0; p < m->n && st_ok (status); p++)
    {
      whiten (m, m->metrics + p * square);
      status = solve (m, m->half, NULL);
      for (uint32_t i = 0; i < m->d; i++)
        sum += log (m->values[i]) * log (m->values[i]);
    }
  *variance = sum / m->n;
  return status;
}

static void
finish (Measuring *m, const Sums *sums, StIsometryMeasures *out)
{
  double n = m->n;
  bool singular = sums->singular > 0;

  out->singular_points = sums->singular;
  out->mean_condition = singular ? (double) NAN : sums->condition / n;
  out->mean_condition_j = singular ? (double) NAN : sums->condition_j / n;
  out->log_volume_variance = singular ? (double) NAN : variance_of (m->n, m->volumes);
  out->relaxed = sums->squares / n / (sums->trace / n * (sums->trace / n));
  out->strict = sums->strict / n;
  out->conformal = sums->conformal / n;
  qsort (m->conditions, m->n, sizeof *m->conditions, compare);
  out->median_condition = median (m->n, m->conditions, false);
  out->median_condition_j = median (m->n, m->conditions, true);
}

StStatus
st_isometry_measures (uint32_t n, uint32_t d, const double *metrics, StIsometryMeasures *measures)
{
  Measuring m = { .n = n, .d = d, .metrics = metrics };
  Sums sums = { 0 };

  if (n == 0 || d == 0)
    return st_failure (ST_RANGE, 1, UINT32_MAX);
  StStatus status = check_finite (&m);
  if (!st_ok (status))
    return status;
  status = allocate (&m);
  for (uint32_t p = 0; p < n && st_ok (status); p++)
    {
      status = solve (&m, metrics + (size_t) p * d * d, NULL);
      if (st_ok (status))
        add_point (&m, p, &sums);
    }
  *measures = (StIsometryMeasures) { .variance = (double) NAN };
  if (st_ok (status))
    finish (&m, &sums, measures);
  if (st_ok (status) && sums.singular == 0)
    status = find_variance (&m, &measures->variance);
  clear (&m);
  return status;
}
