/* Every matrix that a kernel compares is a function of S: sum_j f(lambda_j) u_j u_j^T, plus
 * a multiple of I.  It is computed as B B^T with the columns b_j = sqrt f(lambda_j) u_j, which
 * cannot lose its definiteness.
 *
 * The eigenvectors of S3 come from those of the smaller Gram matrix, u_j = X3 v_j divided by
 * sqrt((hw - 1) lambda_j).  As f(lambda)/lambda stays bounded in each kernel, b_j is
 * X3 v_j times sqrt(f(lambda_j) / lambda_j / (hw - 1)), which is well behaved where lambda_j is
 * nothing but rounding. */
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

/* What f(lambda) is, one factor at a time. */
typedef struct Function {
  StKernel kernel;
  double bound;  /* projection: eigenvalues above it count */
  double rate;   /* log-euclidean: d / (eps tr S) */
} Function;

/* f(lambda) / lambda. */
static double
quotient (const Function *f, double lambda)
{
  if (f->kernel == ST_KERNEL_PROJECTION)
    return lambda > f->bound ? 1.0 / lambda : 0.0;
  /* log(lambda / tr + eps/d) - log(eps/d) = log1p (rate lambda). */
  double x = f->rate * lambda;
  return x > 1e-12 ? log1p (x) / lambda : f->rate;
}

/* matrix = sum_j f(lambda_j) u_j u_j^T from the eigenvectors of S itself. */
static void
from_vectors (StPointWork *work, const Function *f, size_t d, const double *values)
{
  size_t kept = 0;
  for (size_t j = 0; j < d; j++)
    {
      double lambda = values[d - 1 - j];  /* vectors are in ascending order */
      double root = sqrt (lambda * quotient (f, lambda));
      if (root == 0.0)
        continue;
      for (size_t i = 0; i < d; i++)
        work->factor[kept * d + i] = root * work->vectors[j * d + i];
      kept++;
    }
  cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, (blasint) d, (blasint) kept, 1.0,
               work->factor, (blasint) d, 0.0, work->matrix, (blasint) d);
}

/* Makes the columns b_j of a projection exactly orthonormal, by the Cholesky factor of B^T B.
 * They span the right space as they are, but an eigenvector of a small lambda carries a
 * little of those of large ones (1e-16 lambda_1 / lambda_j), which X3 enlarges by
 * sqrt(lambda_1 / lambda_j): 1e-9 and more at a tolerance of 1e-8.  Where rounding has left
 * no full rank (tolerances far below 1e-10), they stay as they are. */
static void
orthonormalise (StPointWork *work, size_t d, size_t kept)
{
  blasint rows = (blasint) d, columns = (blasint) kept;
  cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, columns, rows, 1.0, work->factor, rows, 0.0,
               work->scaled, columns);
  if (LAPACKE_dpotrf_work (LAPACK_COL_MAJOR, 'L', columns, work->scaled, columns) == 0)
    cblas_dtrsm (CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, rows, columns,
                 1.0, work->scaled, columns, work->factor, rows);
}

/* The same from the eigenvectors of the n x n Gram matrix of X3. */
static void
from_gram_vectors (StPointWork *work, const Function *f, size_t d, size_t n, const double *values)
{
  size_t kept = 0;
  for (size_t j = 0; j < n; j++)
    {
      double root = sqrt (quotient (f, values[n - 1 - j]) * st_unfolding_weight (n));
      if (root == 0.0)
        continue;
      for (size_t i = 0; i < n; i++)
        work->scaled[kept * n + i] = root * work->vectors[j * n + i];
      kept++;
    }
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint) d, (blasint) kept, (blasint) n,
               1.0, work->unfolding.matrix, (blasint) d, work->scaled, (blasint) n, 0.0,
               work->factor, (blasint) d);
  if (f->kernel == ST_KERNEL_PROJECTION && kept > 0)
    orthonormalise (work, d, kept);
  cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, (blasint) d, (blasint) kept, 1.0,
               work->factor, (blasint) d, 0.0, work->matrix, (blasint) d);
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

  double trace = 0.0;
  for (size_t i = 0; i < n; i++)
    trace += values[i];
  Function f = { kernel, tolerance * values[0], (double) d / (EPSILON * trace) };
  double scale = kernel == ST_KERNEL_PROJECTION ? 1.0 / sqrt ((double) d) : 1.0;
  double shift = kernel == ST_KERNEL_LOG_EUCLIDEAN ? log (EPSILON / (double) d) : 0.0;
  if (*zero)
    memset (work->matrix, 0, d * d * sizeof (double));
  else if (frobenius)
    scale = 1.0 / trace;
  else if (n < d)
    from_gram_vectors (work, &f, d, n, values);
  else
    from_vectors (work, &f, d, values);
  pack (work->matrix, d, scale, shift, features);
  return st_success ();
}

StStatus
st_point (const float *latent, StKernel kernel, double tolerance, StPointWork *work,
          double *values, bool zero[3], double *features)
{
  StUnfolding *unfolding = &work->unfolding;
  const uint32_t sides[3] = { unfolding->shape.height, unfolding->shape.width,
                              unfolding->shape.channels };
  uint32_t lengths[3];
  st_spectrum_lengths (unfolding->shape, lengths);
  StStatus status = st_unfolding_begin (unfolding, latent);

  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      size_t d = sides[i], n = lengths[i];
      if (i < 2)
        st_unfolding_covariance (unfolding, latent, i, work->vectors);
      else
        {
          st_unfolding_channels (unfolding, latent);
          if (n < d)
            st_unfolding_gram (unfolding, work->vectors);
          else
            st_unfolding_outer (unfolding, work->vectors);
        }
      if (kernel == ST_KERNEL_FROBENIUS && n < d)
        st_unfolding_outer (unfolding, work->matrix);
      else if (kernel == ST_KERNEL_FROBENIUS)
        memcpy (work->matrix, work->vectors, d * d * sizeof (double));
      status = factor_features (work, kernel, tolerance, d, n, values, &zero[i], features);
      values += n;
      features += d * (d + 1) / 2;
    }
  return status;
}
