/* Reduction to a tridiagonal matrix once (dsytrd); all its eigenvalues without vectors
 * (dsterf), the few vectors by relatively robust representations (dstemr), turned back by
 * the reflectors (dormtr).  Of 200 x 200 this takes less than half of what a full
 * decomposition does.  Of matrices that take milliseconds the first two are our own, since
 * somebody may wait for the processor. */
#include <st-eigen.h>

#include <st-alloc.h>
#include <st-tridiagonal.h>

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { LARGE = 64 };

struct StEigen {
  uint32_t n, k;
  StCancel *cancel;
  double *matrix;                /* n x n */
  double *diagonal, *off, *tau;  /* of the tridiagonal form, and its reflectors */
  double *spare;                 /* 3 n: copies that dstemr may destroy, its eigenvalues */
  double *work;
  lapack_int *integers, *support;
  lapack_int work_length, integers_length;
};

StStatus
st_eigen_new (uint32_t n, uint32_t k, StEigen **result)
{
  enum { BLOCK = 64 };
  size_t side = n > 0 ? n : 1;
  StEigen *eigen = st_alloc (1, sizeof *eigen);
  if (eigen == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *eigen, 0);
  eigen->n = n;
  eigen->k = k;
  /* dstemr wants 18 n; dsytrd and dormtr are fastest with n and k blocks, dormtr's own
   * triangle of 65 x 64 beside them. */
  eigen->work_length = (lapack_int) (side * BLOCK + 65 * BLOCK);
  eigen->integers_length = (lapack_int) (10 * side);
  eigen->matrix = st_alloc (side * side, sizeof (double));
  eigen->diagonal = st_alloc (side, sizeof (double));
  eigen->off = st_alloc (side, sizeof (double));
  eigen->tau = st_alloc (side, sizeof (double));
  eigen->spare = st_alloc (3 * side, sizeof (double));
  eigen->work = st_alloc ((size_t) eigen->work_length, sizeof (double));
  eigen->integers = st_alloc ((size_t) eigen->integers_length, sizeof (lapack_int));
  eigen->support = st_alloc (2 * side, sizeof (lapack_int));
  if (eigen->matrix == NULL || eigen->diagonal == NULL || eigen->off == NULL || eigen->tau == NULL
      || eigen->spare == NULL || eigen->work == NULL || eigen->integers == NULL
      || eigen->support == NULL)
    {
      st_eigen_free (eigen);
      return st_failure (ST_NO_MEMORY, (int64_t) (side * side * sizeof (double)), 0);
    }
  *result = eigen;
  return st_success ();
}

void
st_eigen_free (StEigen *eigen)
{
  if (eigen == NULL)
    return;
  st_free (eigen->matrix);
  st_free (eigen->diagonal);
  st_free (eigen->off);
  st_free (eigen->tau);
  st_free (eigen->spare);
  st_free (eigen->work);
  st_free (eigen->integers);
  st_free (eigen->support);
  st_free (eigen);
}

void
st_eigen_set_cancel (StEigen *eigen, StCancel *cancel)
{
  eigen->cancel = cancel;
}

double *
st_eigen_matrix (StEigen *eigen)
{
  return eigen->matrix;
}

static void
fix_sign (double *vector, uint32_t n)
{
  uint32_t most = 0;
  for (uint32_t i = 1; i < n; i++)
    if (fabs (vector[i]) > fabs (vector[most]))
      most = i;
  if (vector[most] < 0.0)
    for (uint32_t i = 0; i < n; i++)
      vector[i] = -vector[i];
}

static void
reverse (double *values, size_t n)
{
  for (size_t i = 0, j = n - 1; i < j; i++, j--)
    {
      double swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
}

/* The k vectors of the tridiagonal matrix, in ascending order as LAPACK has them, turned
 * back and put into descending order; their eigenvalues, if those are asked for. */
static lapack_int
find_vectors (StEigen *eigen, lapack_int n, lapack_int k, double *largest, double *vectors)
{
  double *diagonal = eigen->spare, *off = diagonal + n, *values = off + n;
  lapack_int found = 0;
  lapack_logical try_accuracy = 1;
  memcpy (diagonal, eigen->diagonal, (size_t) n * sizeof (double));
  memcpy (off, eigen->off, (size_t) n * sizeof (double));
  lapack_int info = LAPACKE_dstemr_work (LAPACK_COL_MAJOR, 'V', 'I', n, diagonal, off, 0.0, 0.0,
                                         n - k + 1, n, &found, values, vectors, n, k,
                                         eigen->support, &try_accuracy, eigen->work,
                                         eigen->work_length, eigen->integers,
                                         eigen->integers_length);
  if (info == 0)
    info = LAPACKE_dormtr_work (LAPACK_COL_MAJOR, 'L', 'L', 'N', n, k, eigen->matrix, n,
                                eigen->tau, vectors, n, eigen->work, eigen->work_length);
  for (lapack_int i = 0, j = k - 1; i < j; i++, j--)
    for (lapack_int row = 0; row < n; row++)
      {
        double swapped = vectors[i * n + row];
        vectors[i * n + row] = vectors[j * n + row];
        vectors[j * n + row] = swapped;
      }
  for (lapack_int i = 0; largest != NULL && i < k; i++)
    largest[i] = values[k - 1 - i];
  return info;
}

static StStatus
status_of (lapack_int info)
{
  return info == 0 ? st_success () : st_failure (ST_NO_CONVERGENCE, info, 0);
}

static StStatus
reduce (StEigen *eigen, uint32_t n)
{
  const lapack_int side = (lapack_int) n;
  if (n >= LARGE)
    return st_tridiagonalise (n, eigen->matrix, eigen->diagonal, eigen->off, eigen->tau,
                              eigen->work, eigen->cancel);
  return status_of (LAPACKE_dsytrd_work (LAPACK_COL_MAJOR, 'L', side, eigen->matrix, side,
                                         eigen->diagonal, eigen->off, eigen->tau, eigen->work,
                                         eigen->work_length));
}

/* The diagonal becomes the eigenvalues, descending. */
static StStatus
find_values (StEigen *eigen, uint32_t n)
{
  if (n >= LARGE)
    return st_tridiagonal_values (n, eigen->diagonal, eigen->off, eigen->cancel);
  StStatus status = status_of (LAPACKE_dsterf_work ((lapack_int) n, eigen->diagonal, eigen->off));
  reverse (eigen->diagonal, n);
  return status;
}

StStatus
st_eigen_solve (StEigen *eigen, uint32_t n, uint32_t k, double *values, double *vectors)
{
  if (n == 0)
    return st_success ();
  StStatus status = reduce (eigen, n);
  if (st_ok (status) && vectors != NULL && k > 0)
    status = status_of (find_vectors (eigen, (lapack_int) n, (lapack_int) k, NULL, vectors));
  if (st_ok (status))
    status = find_values (eigen, n);
  if (!st_ok (status))
    return status;

  memcpy (values, eigen->diagonal, n * sizeof (double));
  for (uint32_t j = 0; vectors != NULL && j < k; j++)
    fix_sign (vectors + (size_t) j * n, n);
  return st_success ();
}

StStatus
st_eigen_solve_largest (StEigen *eigen, uint32_t n, uint32_t k, double *values, double *vectors)
{
  if (n == 0 || k == 0)
    return st_success ();
  StStatus status = reduce (eigen, n);
  if (st_ok (status))
    status = status_of (find_vectors (eigen, (lapack_int) n, (lapack_int) k, values, vectors));
  for (uint32_t j = 0; st_ok (status) && j < k; j++)
    fix_sign (vectors + (size_t) j * n, n);
  return status;
}
