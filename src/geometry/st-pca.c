/* With fewer points than numbers, the n x n Gram matrix of the centred points has the
 * spectrum of their covariance, and the axes are combinations of the points; otherwise the
 * length x length scatter matrix gives the axes themselves. */
#include <st-pca.h>

#include <st-alloc.h>
#include <st-eigen.h>

#include <cblas.h>
#include <math.h>
#include <string.h>

static StStatus
new_pca (size_t length, uint32_t k, StPca **result)
{
  StPca *pca = st_alloc (1, sizeof *pca);
  if (pca == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *pca, 0);
  pca->length = length;
  pca->k = k;
  pca->mean = st_alloc (length, sizeof (double));
  pca->axes = st_alloc (k * length, sizeof (double));
  if (pca->mean == NULL || pca->axes == NULL)
    {
      st_pca_free (pca);
      return st_failure (ST_NO_MEMORY, (int64_t) ((k + 1) * length * sizeof (double)), 0);
    }
  *result = pca;
  return st_success ();
}

void
st_pca_free (StPca *pca)
{
  if (pca == NULL)
    return;
  st_free (pca->mean);
  st_free (pca->axes);
  st_free (pca);
}

/* The points: doubles, which have been centred, or floats as they are.  What is done with floats
 * stops at any of them once it is abandoned. */
typedef struct Rows {
  uint32_t n;
  StCancel *cancel;
  double *doubles;
  const float *floats;
} Rows;

/* rows, n x length, become centred. */
static void
centre (StPca *pca, uint32_t n, double *rows)
{
  size_t length = pca->length;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < length; j++)
      pca->mean[j] += rows[i * length + j];
  for (size_t j = 0; j < length; j++)
    pca->mean[j] /= n;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < length; j++)
      rows[i * length + j] -= pca->mean[j];
}

/* The lower triangle of the matrix whose eigenvectors are wanted, from centred rows. */
static void
fill_matrix (uint32_t n, size_t length, const double *rows, bool by_points, double *matrix)
{
  blasint points = (blasint) n, numbers = (blasint) length;
  if (by_points)
    cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, points, numbers, 1.0, rows, numbers, 0.0,
                 matrix, points);
  else
    cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, numbers, points, 1.0, rows, numbers, 0.0,
                 matrix, numbers);
}

/* H K H of a Gram matrix that is there already. */
static void
fill_from_gram (uint32_t n, const double *gram, double *matrix)
{
  double *means = matrix;  /* the first column, written last */
  double all = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        sum += gram[i * n + j];
      means[i] = sum / n;
      all += means[i] / n;
    }
  for (size_t j = n; j-- > 0;)
    for (size_t i = n; i-- > j;)
      matrix[j * n + i] = gram[j * n + i] - means[i] - means[j] + all;
}

static void
fix_axis (double *axis, size_t length)
{
  size_t most = 0;
  for (size_t i = 1; i < length; i++)
    if (fabs (axis[i]) > fabs (axis[most]))
      most = i;
  double norm = cblas_dnrm2 ((blasint) length, axis, 1);
  if (norm > 0.0)
    cblas_dscal ((blasint) length, (axis[most] < 0.0 ? -1.0 : 1.0) / norm, axis, 1);
}

/* axis = sum_i weights_i (row_i - mean). */
static void
combine (const StPca *pca, const Rows *rows, const double *weights, double *axis)
{
  size_t length = pca->length;
  if (rows->doubles != NULL)
    {
      cblas_dgemv (CblasColMajor, CblasNoTrans, (blasint) length, (blasint) rows->n, 1.0,
                   rows->doubles, (blasint) length, weights, 1, 0.0, axis, 1);
      return;
    }
  for (size_t i = 0; i < rows->n && !st_cancel_asked (rows->cancel); i++)
    for (size_t j = 0; j < length; j++)
      axis[j] += weights[i] * ((double) rows->floats[i * length + j] - pca->mean[j]);
}

static void
set_axes (StPca *pca, const Rows *rows, bool by_points, uint32_t side, const double *values,
          const double *vectors)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < side; i++)
    sum += values[i] > 0.0 ? values[i] : 0.0;
  for (uint32_t j = 0; j < pca->k && j < side; j++)
    {
      double *axis = pca->axes + j * pca->length;
      /* Behind the rank a direction is nothing but rounding. */
      if (!(values[j] > 1e-12 * values[0]))
        break;
      pca->shares[j] = values[j] / sum;
      if (by_points)
        combine (pca, rows, vectors + (size_t) j * side, axis);
      else
        memcpy (axis, vectors + (size_t) j * side, pca->length * sizeof (double));
      fix_axis (axis, pca->length);
    }
}

static void
take_mean (StPca *pca, const Rows *rows)
{
  for (size_t i = 0; i < rows->n && !st_cancel_asked (rows->cancel); i++)
    for (size_t j = 0; j < pca->length; j++)
      pca->mean[j] += (double) rows->floats[i * pca->length + j];
  for (size_t j = 0; j < pca->length; j++)
    pca->mean[j] /= rows->n;
}

/* Takes rows, and centres doubles; floats come with a Gram matrix. */
static StStatus
fit (const Rows *rows, size_t length, const double *gram, uint32_t k, StPca **result)
{
  uint32_t n = rows->n;
  bool by_points = gram != NULL || n < length;
  uint32_t side = by_points ? n : (uint32_t) length, vectors_found = k < side ? k : side;
  StPca *pca = NULL;
  StEigen *eigen = NULL;
  double *values = st_alloc (side, sizeof (double));
  double *vectors = st_alloc ((size_t) side * vectors_found, sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (side * sizeof (double)), 0);
  if (values != NULL && vectors != NULL)
    status = st_eigen_new (side, vectors_found, &eigen);
  if (st_ok (status))
    status = new_pca (length, k, &pca);
  if (st_ok (status))
    {
      if (rows->doubles != NULL)
        centre (pca, n, rows->doubles);
      else
        take_mean (pca, rows);
      if (gram != NULL)
        fill_from_gram (n, gram, st_eigen_matrix (eigen));
      else
        fill_matrix (n, length, rows->doubles, by_points, st_eigen_matrix (eigen));
      st_eigen_set_cancel (eigen, rows->cancel);
      status = st_eigen_solve (eigen, side, vectors_found, values, vectors);
    }
  if (st_ok (status))
    {
      set_axes (pca, rows, by_points, side, values, vectors);
      if (st_cancel_asked (rows->cancel))
        status = st_failure (ST_CANCELLED, 0, 0);
    }
  if (st_ok (status))
    *result = pca;
  else
    st_pca_free (pca);
  st_eigen_free (eigen);
  st_free (vectors);
  st_free (values);
  return status;
}

static StStatus
check (uint32_t n, size_t length, uint32_t k)
{
  if (n == 0 || length == 0 || k > ST_PCA_MAX)
    return st_failure (ST_RANGE, 1, ST_PCA_MAX);
  return st_success ();
}

static StStatus
check_and_copy (uint32_t n, size_t length, uint32_t k, double **copy)
{
  size_t numbers;
  StStatus status = check (n, length, k);
  if (!st_ok (status))
    return status;
  *copy = st_multiply (n, length, &numbers) ? st_alloc (numbers, sizeof (double)) : NULL;
  if (*copy == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (n * length * sizeof (double)), 0);
  return st_success ();
}

StStatus
st_pca_fit (uint32_t n, size_t length, const double *rows, const double *gram, uint32_t k,
            StPca **pca)
{
  double *copy;
  StStatus status = check_and_copy (n, length, k, &copy);
  if (!st_ok (status))
    return status;
  memcpy (copy, rows, n * length * sizeof *copy);
  status = fit (&(Rows) { .n = n, .doubles = copy }, length, gram, k, pca);
  st_free (copy);
  return status;
}

StStatus
st_pca_fit_floats (uint32_t n, size_t length, const float *rows, uint32_t k, StPca **pca)
{
  double *copy;
  StStatus status = check_and_copy (n, length, k, &copy);
  if (!st_ok (status))
    return status;
  for (size_t i = 0; i < n * length; i++)
    copy[i] = (double) rows[i];
  status = fit (&(Rows) { .n = n, .doubles = copy }, length, NULL, k, pca);
  st_free (copy);
  return status;
}

StStatus
st_pca_fit_floats_gram (uint32_t n, size_t length, const float *rows, const double *gram,
                        uint32_t k, StCancel *cancel, StPca **pca)
{
  StStatus status = check (n, length, k);
  if (st_ok (status))
    status = fit (&(Rows) { .n = n, .cancel = cancel, .floats = rows }, length, gram, k, pca);
  return status;
}

void
st_pca_project (const StPca *pca, const double *point, double *coordinates)
{
  for (uint32_t j = 0; j < pca->k; j++)
    {
      const double *axis = pca->axes + j * pca->length;
      double sum = 0.0;
      for (size_t i = 0; i < pca->length; i++)
        sum += (point[i] - pca->mean[i]) * axis[i];
      coordinates[j] = sum;
    }
}

void
st_pca_project_floats (const StPca *pca, const float *point, double *coordinates)
{
  for (uint32_t j = 0; j < pca->k; j++)
    {
      const double *axis = pca->axes + j * pca->length;
      double sum = 0.0;
      for (size_t i = 0; i < pca->length; i++)
        sum += ((double) point[i] - pca->mean[i]) * axis[i];
      coordinates[j] = sum;
    }
}

void
st_pca_align (StPca *pca, uint32_t n, const double *reference, double *coordinates)
{
  uint32_t k = pca->k;
  for (uint32_t j = 0; j < k; j++)
    {
      double product = 0.0;
      for (size_t i = 0; i < n; i++)
        product += reference[i * k + j] * coordinates[i * k + j];
      if (product >= 0.0)
        continue;
      for (size_t i = 0; i < n; i++)
        coordinates[i * k + j] = -coordinates[i * k + j];
      cblas_dscal ((blasint) pca->length, -1.0, pca->axes + j * pca->length, 1);
    }
}

double
st_pca_deviation (uint32_t n, uint32_t axes, const double *coordinates)
{
  double mean = 0.0, squares = 0.0;
  for (size_t i = 0; i < n; i++)
    mean += coordinates[axes * i] / n;
  for (size_t i = 0; i < n; i++)
    squares += (coordinates[axes * i] - mean) * (coordinates[axes * i] - mean);
  return sqrt (squares / n);
}
