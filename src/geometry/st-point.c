/* Every matrix that a kernel compares is a function of S: sum_j f(lambda_j) u_j u_j^T, plus
 * a multiple of I.  It is computed as B B^T with the columns b_j = sqrt f(lambda_j) u_j, which
 * cannot lose its definiteness.
 *
 * The eigenvectors of S3 come from those of the smaller Gram matrix, u_j = X3 v_j divided by
 * sqrt((hw - 1) lambda_j).  The logarithm needs all of them: as f(lambda)/lambda stays
 * bounded, b_j is X3 v_j times sqrt(f(lambda_j) / lambda_j / (hw - 1)), well behaved where
 * lambda_j is nothing but rounding. */
#include <st-point.h>

#include <st-alloc.h>
#include <st-spectrum.h>
#include <st-unfold.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static const double SQRT_2 = 1.41421356237309504880168872420969808;
static const double EPSILON = 1e-3;  /* of log-euclidean */

struct StPointWork {
  StUnfolding unfolding;
  double *vectors;  /* n x n: a matrix, then its eigenvectors, n <= side */
  double *scaled;   /* the same times the roots of the weights */
  double *factor;   /* d x n: the columns b_j */
  double *matrix;   /* d x d: what the kernel compares, lower triangle */
  double *work;     /* LAPACK's */
  lapack_int *integers;
  lapack_int work_length, integers_length;
};

static size_t
larger (size_t a, size_t b)
{
  return a > b ? a : b;
}

StStatus
st_point_work_new (StShape shape, StPointWork **result)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  size_t side = larger (larger (lengths[0], lengths[1]), lengths[2]);
  size_t d = larger (larger (shape.height, shape.width), shape.channels);

  StPointWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  StStatus status = st_unfolding_init (&work->unfolding, shape);
  if (st_ok (status))
    {
      work->work_length = (lapack_int) (1 + 6 * side + 2 * side * side);
      work->integers_length = (lapack_int) (3 + 5 * side);
      work->vectors = st_alloc (side * side, sizeof (double));
      work->scaled = st_alloc (side * side, sizeof (double));
      work->factor = st_alloc (d * side, sizeof (double));
      work->matrix = st_alloc (d * d, sizeof (double));
      work->work = st_alloc ((size_t) work->work_length, sizeof (double));
      work->integers = st_alloc ((size_t) work->integers_length, sizeof (lapack_int));
      if (work->vectors == NULL || work->scaled == NULL || work->factor == NULL
          || work->matrix == NULL || work->work == NULL || work->integers == NULL)
        status = st_failure (ST_NO_MEMORY, (int64_t) (d * d * sizeof (double)), 0);
    }
  if (st_ok (status))
    *result = work;
  else
    st_point_work_free (work);
  return status;
}

void
st_point_work_free (StPointWork *work)
{
  if (work == NULL)
    return;
  st_unfolding_clear (&work->unfolding);
  st_free (work->vectors);
  st_free (work->scaled);
  st_free (work->factor);
  st_free (work->matrix);
  st_free (work->work);
  st_free (work->integers);
  st_free (work);
}

/* Makes columns that should be orthonormal so exactly, by the Cholesky factor of B^T B.  An
 * eigenvector of a small lambda carries a little of those of large ones (1e-16 lambda_1 /
 * lambda_j), which X3 enlarges by sqrt(lambda_1 / lambda_j): 1e-9 and more at a tolerance of
 * 1e-8.  As the columns come in descending order, it is the small ones that are put right.
 * Where rounding has left no full rank (tolerances far below 1e-10), Householder's reflectors
 * still give orthonormal columns. */
static void
orthonormalise (StPointWork *work, double *columns, size_t d, size_t kept)
{
  blasint rows = (blasint) d, count = (blasint) kept;
  cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, count, rows, 1.0, columns, rows, 0.0,
               work->scaled, count);
  bool full = LAPACKE_dpotrf_work (LAPACK_COL_MAJOR, 'L', count, work->scaled, count) == 0;
  for (size_t j = 0; j < kept && full; j++)
    full = work->scaled[j * kept + j] > 0.5;
  if (full)
    {
      cblas_dtrsm (CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, rows, count,
                   1.0, work->scaled, count, columns, rows);
      return;
    }
  double *tau = work->scaled;
  LAPACKE_dgeqrf_work (LAPACK_COL_MAJOR, rows, count, columns, rows, tau, work->work,
                       work->work_length);
  LAPACKE_dorgqr_work (LAPACK_COL_MAJOR, rows, count, count, columns, rows, tau, work->work,
                       work->work_length);
}

/* basis[r][d]: the unit eigenvectors of the r eigenvalues above the tolerance, descending;
 * vectors has those of the n x n matrix, ascending. */
static uint32_t
find_basis (StPointWork *work, double tolerance, size_t d, size_t n, const double *values,
            double *basis)
{
  uint32_t rank = st_rank (values, (uint32_t) n, tolerance);
  double *to = n < d ? work->scaled : basis;
  if (rank == 0)
    return 0;
  for (size_t j = 0; j < rank; j++)
    {
      double root = n < d ? sqrt (st_unfolding_weight (n) / values[j]) : 1.0;
      for (size_t i = 0; i < n; i++)
        to[j * n + i] = root * work->vectors[(n - 1 - j) * n + i];
    }
  if (n < d)
    {
      cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint) d, (blasint) rank,
                   (blasint) n, 1.0, work->unfolding.matrix, (blasint) d, work->scaled,
                   (blasint) n, 0.0, basis, (blasint) d);
      orthonormalise (work, basis, d, rank);
    }
  return rank;
}

/* matrix = B B^T, B the first columns of work->factor. */
static void
square (StPointWork *work, size_t d, size_t columns)
{
  cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, (blasint) d, (blasint) columns, 1.0,
               work->factor, (blasint) d, 0.0, work->matrix, (blasint) d);
}

/* matrix = log(S / tr + eps/d I) - log(eps/d) I, with the eigenvalues log1p (rate lambda),
 * rate = d / (eps tr). */
static void
take_logarithm (StPointWork *work, double rate, size_t d, size_t n, const double *values)
{
  bool from_gram = n < d;
  double *to = from_gram ? work->scaled : work->factor;
  double weight = from_gram ? st_unfolding_weight (n) : 1.0;
  for (size_t j = 0; j < n; j++)
    {
      double lambda = values[n - 1 - j], x = rate * lambda;
      double root = sqrt (weight * (from_gram ? (x > 1e-12 ? log1p (x) / lambda : rate)
                                              : log1p (x)));
      for (size_t i = 0; i < n; i++)
        to[j * n + i] = root * work->vectors[j * n + i];
    }
  if (from_gram)
    cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint) d, (blasint) n,
                 (blasint) n, 1.0, work->unfolding.matrix, (blasint) d, work->scaled, (blasint) n,
                 0.0, work->factor, (blasint) d);
  square (work, d, n);
}

/* Eigenvalues, descending, of the matrix in work->vectors, and its eigenvectors there. */
static StStatus
decompose (StPointWork *work, char job, size_t n, double *values, bool *zero)
{
  lapack_int side = (lapack_int) n;
  lapack_int info = LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, job, 'L', side, work->vectors, side,
                                         values, work->work, work->work_length, work->integers,
                                         work->integers_length);
  if (info != 0)
    return st_failure (ST_NO_CONVERGENCE, info, 0);
  *zero = st_spectrum_finish ((uint32_t) n, work->unfolding.largest, values);
  return st_success ();
}

/* The lower triangle of scale * (matrix + shift I). */
static void
pack (const double *matrix, size_t d, double scale, double shift, double *features)
{
  for (size_t j = 0; j < d; j++)
    {
      *features++ = scale * (matrix[j * d + j] + shift);
      for (size_t i = j + 1; i < d; i++)
        *features++ = scale * SQRT_2 * matrix[j * d + i];
    }
}

/* The projector, and after it for `bonnabel-sepulchre` L / ln tol, which is positive
 * semidefinite as both logarithms are below 0. */
static void
pack_basis (StPointWork *work, StKernel kernel, double tolerance, size_t d, size_t n,
            double trace, const double *values, double *features)
{
  uint32_t rank = trace > 0.0 ? find_basis (work, tolerance, d, n, values, work->factor) : 0;
  double scale = 1.0 / sqrt ((double) d);
  square (work, d, rank);
  pack (work->matrix, d, scale, 0.0, features);
  if (kernel == ST_KERNEL_PROJECTION)
    return;
  for (size_t j = 0; j < rank; j++)
    {
      double root = sqrt (fmax (0.0, log (values[j] / trace) / log (tolerance)));
      cblas_dscal ((blasint) d, root, work->factor + j * d, 1);
    }
  square (work, d, rank);
  pack (work->matrix, d, scale, 0.0, features + d * (d + 1) / 2);
}

/* The features of one factor, d x d, n eigenvalues: S, or its Gram matrix, is in
 * work->vectors; frobenius has S in work->matrix too. */
static StStatus
factor_features (StPointWork *work, StKernel kernel, double tolerance, size_t d, size_t n,
                 double *values, bool *zero, double *features)
{
  bool frobenius = kernel == ST_KERNEL_FROBENIUS;
  StStatus status = decompose (work, frobenius ? 'N' : 'V', n, values, zero);
  if (!st_ok (status))
    return status;

  double trace = 0.0, scale = 1.0, shift = 0.0;
  for (size_t i = 0; i < n; i++)
    trace += values[i];
  if (!frobenius && kernel != ST_KERNEL_LOG_EUCLIDEAN)
    {
      pack_basis (work, kernel, tolerance, d, n, trace, values, features);
      return status;
    }
  if (*zero)
    memset (work->matrix, 0, d * d * sizeof (double));
  if (!frobenius)
    shift = log (EPSILON / (double) d);
  else if (!*zero)
    scale = 1.0 / trace;
  if (!frobenius && !*zero)
    take_logarithm (work, (double) d / (EPSILON * trace), d, n, values);
  pack (work->matrix, d, scale, shift, features);
  return status;
}

/* work->vectors = S_i, or the smaller Gram matrix of X3 (which stays in the unfolding). */
static void
form_matrix (StPointWork *work, const float *latent, int i, bool gram)
{
  StUnfolding *unfolding = &work->unfolding;
  if (i < 2)
    {
      st_unfolding_covariance (unfolding, latent, i, work->vectors);
      return;
    }
  st_unfolding_channels (unfolding, latent);
  if (gram)
    st_unfolding_gram (unfolding, work->vectors);
  else
    st_unfolding_outer (unfolding, work->vectors);
}

StStatus
st_point (const float *latent, StKernel kernel, double tolerance, StPointWork *work,
          double *values, bool zero[3], double *features)
{
  StShape shape = work->unfolding.shape;
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t lengths[3];
  kernel = st_kernel_base (kernel);
  st_spectrum_lengths (shape, lengths);
  StStatus status = st_unfolding_begin (&work->unfolding, latent);

  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      size_t d = sides[i], n = lengths[i];
      form_matrix (work, latent, i, n < d);
      if (kernel == ST_KERNEL_FROBENIUS && n < d)
        st_unfolding_outer (&work->unfolding, work->matrix);
      else if (kernel == ST_KERNEL_FROBENIUS)
        memcpy (work->matrix, work->vectors, d * d * sizeof (double));
      status = factor_features (work, kernel, tolerance, d, n, values, &zero[i], features);
      values += n;
      features += st_kernel_factor (kernel, sides[i]);
    }
  return status;
}

StStatus
st_point_bases (const float *latent, double tolerance, StPointWork *work, double *values,
                bool zero[3], uint32_t ranks[3], double *const bases[3])
{
  StShape shape = work->unfolding.shape;
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  StStatus status = st_unfolding_begin (&work->unfolding, latent);

  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      form_matrix (work, latent, i, lengths[i] < sides[i]);
      status = decompose (work, 'V', lengths[i], values, &zero[i]);
      if (st_ok (status))
        ranks[i] = find_basis (work, tolerance, sides[i], lengths[i], values, bases[i]);
      values += lengths[i];
    }
  return status;
}
