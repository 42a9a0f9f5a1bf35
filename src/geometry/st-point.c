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
#include <st-batch-eigen.h>
#include <st-spectrum.h>
#include <st-unfold.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static const double SQRT_2 = 1.41421356237309504880168872420969808;
static const double EPSILON = 1e-3;  /* of log-euclidean */

/* S1, S2 or S3, or the smaller Gram matrix, of images that are solved together. */
typedef struct Group {
  double *matrices, *vectors;  /* [width][n][n] */
  double *values;              /* [width][n] */
} Group;

struct StPointWork {
  StUnfolding unfolding;
  double *vectors;  /* n x n: a matrix, then its eigenvectors, descending, n <= side */
  double *scaled;   /* the same times the roots of the weights */
  double *factor;   /* d x n: the columns b_j */
  double *matrix;   /* d x d: what the kernel compares, lower triangle */
  double *work;     /* LAPACK's */
  lapack_int *integers;
  lapack_int work_length, integers_length;
  StBatchEigen *eigen;  /* NULL where a side is too large for it */
  uint32_t width;       /* images that are solved together */
  Group groups[3];
};

static size_t
larger (size_t a, size_t b)
{
  return a > b ? a : b;
}

static StStatus
allocate_groups (StPointWork *work, const uint32_t lengths[3], uint32_t side)
{
  bool enough = true;
  StStatus status = st_batch_eigen_new (side, true, &work->eigen);
  if (!st_ok (status))
    return status;
  work->width = st_batch_eigen_width (work->eigen);
  for (int i = 0; i < 3; i++)
    {
      Group *group = &work->groups[i];
      size_t size = (size_t) lengths[i] * lengths[i];
      group->matrices = st_alloc (work->width, size * sizeof (double));
      group->vectors = st_alloc (work->width, size * sizeof (double));
      group->values = st_alloc (work->width, lengths[i] * sizeof (double));
      enough = enough && group->matrices != NULL && group->vectors != NULL && group->values != NULL;
    }
  return enough ? status
                : st_failure (ST_NO_MEMORY, (int64_t) ((size_t) side * side * sizeof (double)), 0);
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
  if (st_ok (status) && side <= ST_BATCH_EIGEN_SIDE_MAX)
    status = allocate_groups (work, lengths, (uint32_t) side);
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
  st_batch_eigen_free (work->eigen);
  for (int i = 0; i < 3; i++)
    {
      st_free (work->groups[i].matrices);
      st_free (work->groups[i].vectors);
      st_free (work->groups[i].values);
    }
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

/* basis[r][d]: the unit eigenvectors of the r eigenvalues above the tolerance; vectors has those
 * of the n x n matrix. */
static uint32_t
find_basis (StPointWork *work, double tolerance, size_t d, size_t n, const double *values,
            const double *vectors, double *basis)
{
  uint32_t rank = st_rank (values, (uint32_t) n, tolerance);
  double *to = n < d ? work->scaled : basis;
  if (rank == 0)
    return 0;
  for (size_t j = 0; j < rank; j++)
    {
      double root = n < d ? sqrt (st_unfolding_weight (n) / values[j]) : 1.0;
      for (size_t i = 0; i < n; i++)
        to[j * n + i] = root * vectors[j * n + i];
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
take_logarithm (StPointWork *work, double rate, size_t d, size_t n, const double *values,
                const double *vectors)
{
  bool from_gram = n < d;
  double *to = from_gram ? work->scaled : work->factor;
  double weight = from_gram ? st_unfolding_weight (n) : 1.0;
  for (size_t j = 0; j < n; j++)
    {
      double lambda = values[j], x = rate * lambda;
      double root = sqrt (weight * (from_gram ? (x > 1e-12 ? log1p (x) / lambda : rate)
                                              : log1p (x)));
      for (size_t i = 0; i < n; i++)
        to[j * n + i] = root * vectors[j * n + i];
    }
  if (from_gram)
    cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint) d, (blasint) n,
                 (blasint) n, 1.0, work->unfolding.matrix, (blasint) d, work->scaled, (blasint) n,
                 0.0, work->factor, (blasint) d);
  square (work, d, n);
}

/* Eigenvalues of the matrix in work->vectors, and if asked for its eigenvectors there. */
static StStatus
decompose (StPointWork *work, bool vectors, size_t n, double *values, bool *zero)
{
  lapack_int side = (lapack_int) n;
  lapack_int info = LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, vectors ? 'V' : 'N', 'L', side,
                                         work->vectors, side, values, work->work,
                                         work->work_length, work->integers,
                                         work->integers_length);
  if (info != 0)
    return st_failure (ST_NO_CONVERGENCE, info, 0);
  *zero = st_spectrum_finish ((uint32_t) n, work->unfolding.largest, values);
  for (size_t j = 0; vectors && j < n - 1 - j; j++)
    cblas_dswap (side, work->vectors + j * n, 1, work->vectors + (n - 1 - j) * n, 1);
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

/* What a kernel makes of the eigenvalues and eigenvectors of one factor. */
typedef struct Factor {
  size_t d, n;
  bool zero;
  const double *values, *vectors;
} Factor;

/* The projector, and after it for `bonnabel-sepulchre` L / ln tol, which is positive
 * semidefinite as both logarithms are below 0. */
static void
pack_basis (StPointWork *work, StKernel kernel, double tolerance, const Factor *factor,
            double trace, double *features)
{
  size_t d = factor->d;
  uint32_t rank = 0;
  if (trace > 0.0)
    rank = find_basis (work, tolerance, d, factor->n, factor->values, factor->vectors,
                       work->factor);
  double scale = 1.0 / sqrt ((double) d);
  square (work, d, rank);
  pack (work->matrix, d, scale, 0.0, features);
  if (kernel == ST_KERNEL_PROJECTION)
    return;
  for (size_t j = 0; j < rank; j++)
    {
      double root = sqrt (fmax (0.0, log (factor->values[j] / trace) / log (tolerance)));
      cblas_dscal ((blasint) d, root, work->factor + j * d, 1);
    }
  square (work, d, rank);
  pack (work->matrix, d, scale, 0.0, features + d * (d + 1) / 2);
}

/* The features of one factor.  Where n < d its unfolding is at hand; frobenius has S in
 * work->matrix. */
static void
pack_factor (StPointWork *work, StKernel kernel, double tolerance, const Factor *factor,
             double *features)
{
  size_t d = factor->d;
  double trace = 0.0, scale = 1.0, shift = 0.0;
  for (size_t i = 0; i < factor->n; i++)
    trace += factor->values[i];
  if (kernel != ST_KERNEL_FROBENIUS && kernel != ST_KERNEL_LOG_EUCLIDEAN)
    {
      pack_basis (work, kernel, tolerance, factor, trace, features);
      return;
    }
  if (factor->zero)
    memset (work->matrix, 0, d * d * sizeof (double));
  if (kernel == ST_KERNEL_LOG_EUCLIDEAN)
    shift = log (EPSILON / (double) d);
  else if (!factor->zero)
    scale = 1.0 / trace;
  if (kernel == ST_KERNEL_LOG_EUCLIDEAN && !factor->zero)
    take_logarithm (work, (double) d / (EPSILON * trace), d, factor->n, factor->values,
                    factor->vectors);
  pack (work->matrix, d, scale, shift, features);
}

/* S_i, or the smaller Gram matrix of X3 (which stays in the unfolding). */
static void
form_matrix (StPointWork *work, int i, bool gram, double *matrix)
{
  StUnfolding *unfolding = &work->unfolding;
  if (i < 2)
    {
      st_unfolding_covariance (unfolding, i, matrix);
      return;
    }
  st_unfolding_channels (unfolding);
  if (gram)
    st_unfolding_gram (unfolding, matrix);
  else
    st_unfolding_outer (unfolding, matrix);
}

/* Of the tensor that the unfolding has begun with. */
static StStatus
make_point (StPointWork *work, StKernel kernel, double tolerance, double *values, bool zero[3],
            double *features)
{
  StShape shape = work->unfolding.shape;
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t lengths[3];
  StStatus status = st_success ();
  kernel = st_kernel_base (kernel);
  st_spectrum_lengths (shape, lengths);

  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      size_t d = sides[i], n = lengths[i];
      form_matrix (work, i, n < d, work->vectors);
      if (kernel == ST_KERNEL_FROBENIUS && n < d)
        st_unfolding_outer (&work->unfolding, work->matrix);
      else if (kernel == ST_KERNEL_FROBENIUS)
        memcpy (work->matrix, work->vectors, d * d * sizeof (double));
      status = decompose (work, kernel != ST_KERNEL_FROBENIUS, n, values, &zero[i]);
      if (st_ok (status))
        pack_factor (work, kernel, tolerance,
                     &(Factor) { d, n, zero[i], values, work->vectors }, features);
      values += n;
      features += st_kernel_factor (kernel, sides[i]);
    }
  return status;
}

StStatus
st_point (const float *latent, StKernel kernel, double tolerance, StPointWork *work,
          double *values, bool zero[3], double *features)
{
  StStatus status = st_unfolding_begin (&work->unfolding, latent);
  return st_ok (status) ? make_point (work, kernel, tolerance, values, zero, features) : status;
}

StStatus
st_point_of_doubles (const double *latent, StKernel kernel, double tolerance, StPointWork *work,
                     double *values, bool zero[3], double *features)
{
  StStatus status = st_unfolding_begin_doubles (&work->unfolding, latent);
  return st_ok (status) ? make_point (work, kernel, tolerance, values, zero, features) : status;
}

static StStatus
make_bases (StPointWork *work, double tolerance, double *values, bool zero[3], uint32_t ranks[3],
            double *const bases[3])
{
  StShape shape = work->unfolding.shape;
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t lengths[3];
  StStatus status = st_success ();
  st_spectrum_lengths (shape, lengths);

  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      form_matrix (work, i, lengths[i] < sides[i], work->vectors);
      status = decompose (work, true, lengths[i], values, &zero[i]);
      if (st_ok (status))
        ranks[i] = find_basis (work, tolerance, sides[i], lengths[i], values, work->vectors,
                               bases[i]);
      values += lengths[i];
    }
  return status;
}

StStatus
st_point_bases (const float *latent, double tolerance, StPointWork *work, double *values,
                bool zero[3], uint32_t ranks[3], double *const bases[3])
{
  StStatus status = st_unfolding_begin (&work->unfolding, latent);
  return st_ok (status) ? make_bases (work, tolerance, values, zero, ranks, bases) : status;
}

StStatus
st_point_bases_of_doubles (const double *latent, double tolerance, StPointWork *work,
                           double *values, bool zero[3], uint32_t ranks[3],
                           double *const bases[3])
{
  StStatus status = st_unfolding_begin_doubles (&work->unfolding, latent);
  return st_ok (status) ? make_bases (work, tolerance, values, zero, ranks, bases) : status;
}

/* ---- several at a time ---- */

/* The matrices of n images side by side, solved. */
static StStatus
solve_together (StPointWork *work, const float *latents, uint32_t n, bool vectors)
{
  StShape shape = work->unfolding.shape;
  uint32_t lengths[3];
  StStatus status = st_success ();
  st_spectrum_lengths (shape, lengths);
  for (uint32_t image = 0; image < n; image++)
    {
      status = st_unfolding_begin (&work->unfolding, latents + image * st_shape_size (shape));
      if (!st_ok (status))
        return st_failure (status.code, image, status.b);
      for (int i = 0; i < 3; i++)
        form_matrix (work, i, lengths[i] < shape.channels,
                     work->groups[i].matrices + (size_t) image * lengths[i] * lengths[i]);
    }
  for (int i = 0; i < 3 && st_ok (status); i++)
    status = st_batch_eigen_solve (work->eigen, lengths[i], n, work->groups[i].matrices,
                                   work->groups[i].values,
                                   vectors ? work->groups[i].vectors : NULL);
  return status;
}

/* What is left to do for the image at a place of the groups, whose unfolding is begun. */
static void
finish_point (StPointWork *work, uint32_t place, StKernel kernel, double tolerance,
              double *values, bool zero[3], double *features)
{
  StShape shape = work->unfolding.shape;
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  for (int i = 0; i < 3; i++)
    {
      const Group *group = &work->groups[i];
      size_t d = sides[i], n = lengths[i], at = place * n * n;
      memcpy (values, group->values + place * n, n * sizeof (double));
      zero[i] = st_spectrum_clip (lengths[i], work->unfolding.largest, values);
      if (n < d)
        st_unfolding_channels (&work->unfolding);
      if (kernel == ST_KERNEL_FROBENIUS && n < d)
        st_unfolding_outer (&work->unfolding, work->matrix);
      else if (kernel == ST_KERNEL_FROBENIUS)
        memcpy (work->matrix, group->matrices + at, d * d * sizeof (double));
      pack_factor (work, kernel, tolerance,
                   &(Factor) { d, n, zero[i], values, group->vectors + at }, features);
      values += n;
      features += st_kernel_factor (kernel, sides[i]);
    }
}

/* At most work->width images. */
static StStatus
make_points (StPointWork *work, const float *latents, uint32_t n, StKernel kernel,
             double tolerance, double *values, bool (*zero)[3], double *features)
{
  StShape shape = work->unfolding.shape;
  uint32_t lengths[3];
  StStatus status = solve_together (work, latents, n, kernel != ST_KERNEL_FROBENIUS);
  st_spectrum_lengths (shape, lengths);
  for (uint32_t image = 0; image < n && st_ok (status); image++)
    {
      status = st_unfolding_begin (&work->unfolding, latents + image * st_shape_size (shape));
      finish_point (work, image, kernel, tolerance, values, zero[image], features);
      values += lengths[0] + lengths[1] + lengths[2];
      features += st_kernel_features (kernel, shape);
    }
  return status;
}

StStatus
st_points (const float *latents, uint32_t n, StKernel kernel, double tolerance, StPointWork *work,
           double *values, bool (*zero)[3], double *features)
{
  StShape shape = work->unfolding.shape;
  size_t size = st_shape_size (shape), length = st_kernel_features (kernel, shape);
  uint32_t lengths[3], width = work->eigen != NULL ? work->width : 1;
  StStatus status = st_success ();
  st_spectrum_lengths (shape, lengths);
  size_t stride = (size_t) lengths[0] + lengths[1] + lengths[2];
  kernel = st_kernel_base (kernel);

  for (uint32_t i = 0, some; i < n && st_ok (status); i += some)
    {
      const float *first = latents + i * size;
      some = n - i < width ? n - i : width;
      if (work->eigen != NULL)
        status = make_points (work, first, some, kernel, tolerance, values + i * stride, zero + i,
                              features + i * length);
      else
        status = st_point (first, kernel, tolerance, work, values + i * stride, zero[i],
                           features + i * length);
      if (status.code == ST_NON_FINITE)
        status.a += i;
    }
  return status;
}
