/* Everything but the first two distances comes from M = U^T U' and its singular values, the
 * cosines.  The eigenvalues of Q^-1/2 P Q^-1/2 are the squares of the singular values of
 * Lambda^1/2 W Lambda'^-1/2, W = O1 O2^T: the orthogonal polar factor of M, which is unique
 * exactly where no cosine is 0.  With full ranks W is M itself, and the same expression is the
 * affine-invariant distance. */
#include <st-distance.h>

#include <st-alloc.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static const double QUARTER_PI_SQUARED = 2.4674011002723396547086227499690377;
/* An arc cosine is exact to 1e-13 beyond 0.01 rad; below it sines are used. */
static const double NEARLY_ONE = 0.99995;
static const double ORTHOGONAL = 1e-12;

struct StDistanceWork {
  StShape shape;
  double *product;       /* n x n: M, then the polar factor */
  double *copy;          /* n x n: destroyed by LAPACK */
  double *left, *right;  /* n x n each: O1, O2^T */
  double *residual;      /* d x n: what U' has outside of U */
  double *cosines, *sines;
  double *work;          /* LAPACK's */
  lapack_int *integers;
  lapack_int work_length;
};

static lapack_int
lapack_work_length (lapack_int rows, lapack_int columns)
{
  double all = 0.0, values = 0.0;
  lapack_int integers = 0;
  LAPACKE_dgesdd_work (LAPACK_COL_MAJOR, 'A', columns, columns, NULL, columns, NULL, NULL, columns,
                       NULL, columns, &all, -1, &integers);
  LAPACKE_dgesdd_work (LAPACK_COL_MAJOR, 'N', rows, columns, NULL, rows, NULL, NULL, 1, NULL, 1,
                       &values, -1, &integers);
  /* dsyevd's least is 2 n + 1; all of this is far more. */
  return rows + 1 + (lapack_int) fmax (all, values);
}

StStatus
st_distance_work_new (StShape shape, StDistanceWork **result)
{
  const uint32_t sides[3] = { shape.height, shape.width, shape.channels };
  uint32_t cells = shape.height * shape.width;
  size_t n = 0, d = 0;
  for (int i = 0; i < 3; i++)
    {
      size_t length = i == 2 && cells < sides[i] ? cells : sides[i];
      n = length > n ? length : n;
      d = sides[i] > d ? sides[i] : d;
    }
  if (st_shape_size (shape) == 0)
    return st_failure (ST_SHAPE, 0, 1);
  StDistanceWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);

  work->shape = shape;
  work->work_length = lapack_work_length ((lapack_int) d, (lapack_int) n);
  work->product = st_alloc (n * n, sizeof (double));
  work->copy = st_alloc (n * n, sizeof (double));
  work->left = st_alloc (n * n, sizeof (double));
  work->right = st_alloc (n * n, sizeof (double));
  work->residual = st_alloc (d * n, sizeof (double));
  work->cosines = st_alloc (n, sizeof (double));
  work->sines = st_alloc (n, sizeof (double));
  work->work = st_alloc ((size_t) work->work_length, sizeof (double));
  work->integers = st_alloc (8 * n, sizeof (lapack_int));
  if (work->product == NULL || work->copy == NULL || work->left == NULL || work->right == NULL
      || work->residual == NULL || work->cosines == NULL || work->sines == NULL
      || work->work == NULL || work->integers == NULL)
    {
      st_distance_work_free (work);
      return st_failure (ST_NO_MEMORY, (int64_t) (d * n * sizeof (double)), 0);
    }
  *result = work;
  return st_success ();
}

void
st_distance_work_free (StDistanceWork *work)
{
  if (work == NULL)
    return;
  st_free (work->product);
  st_free (work->copy);
  st_free (work->left);
  st_free (work->right);
  st_free (work->residual);
  st_free (work->cosines);
  st_free (work->sines);
  st_free (work->work);
  st_free (work->integers);
  st_free (work);
}

/* values: singular values of a, rows x columns, which is destroyed; O1 and O2^T too of a square
 * one if asked for. */
static StStatus
decompose (StDistanceWork *work, double *a, size_t rows, size_t columns, bool vectors,
           double *values)
{
  lapack_int m = (lapack_int) rows, n = (lapack_int) columns;
  lapack_int info
    = LAPACKE_dgesdd_work (LAPACK_COL_MAJOR, vectors ? 'A' : 'N', m, n, a, m, values, work->left,
                           m, work->right, n, work->work, work->work_length, work->integers);
  return info == 0 ? st_success () : st_failure (ST_NO_CONVERGENCE, info, 0);
}

/* One factor of each image. */
typedef struct Factor {
  size_t side, rank;
  const double *values, *basis;
} Factor;

/* product = U^T U', rank x rank'. */
static void
multiply (StDistanceWork *work, const Factor *x, const Factor *y)
{
  if (x->rank > 0 && y->rank > 0)
    cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, (blasint) x->rank, (blasint) y->rank,
                 (blasint) x->side, 1.0, x->basis, (blasint) x->side, y->basis,
                 (blasint) x->side, 0.0, work->product, (blasint) x->rank);
}

/* The singular values of what the smaller subspace, y, has outside of the other, descending. */
static StStatus
find_sines (StDistanceWork *work, const Factor *x, const Factor *y)
{
  blasint side = (blasint) x->side;
  memcpy (work->residual, y->basis, y->rank * y->side * sizeof (double));
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, side, (blasint) y->rank,
               (blasint) x->rank, -1.0, x->basis, side, work->product, (blasint) x->rank, 1.0,
               work->residual, side);
  return decompose (work, work->residual, y->side, y->rank, false, work->sines);
}

/* Descending singular values of work->product, from the eigenvalues of M^T M: in a third of
 * the time, and to 1e-12 of an angle unless a cosine is below 1e-3 (then *exact is false). */
static StStatus
find_cosines (StDistanceWork *work, const Factor *x, const Factor *y, bool *exact)
{
  lapack_int m = (lapack_int) x->rank, n = (lapack_int) y->rank;
  cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, n, m, 1.0, work->product, m, 0.0,
               work->copy, n);
  lapack_int info = LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, 'N', 'L', n, work->copy, n, work->sines,
                                         work->work, work->work_length, work->integers, 1);
  if (info != 0)
    return st_failure (ST_NO_CONVERGENCE, info, 0);
  *exact = work->sines[0] > 1e-6;
  for (lapack_int i = 0; i < n && *exact; i++)
    work->cosines[i] = sqrt (work->sines[n - 1 - i]);
  return st_success ();
}

/* sum theta^2 of all angles, from M in work->product, y not being the larger subspace.  With
 * vectors, O1 and O2^T are left in place.  cosines are descending. */
static StStatus
sum_angles (StDistanceWork *work, const Factor *x, const Factor *y, bool vectors, double *sum)
{
  size_t count = y->rank;
  *sum = 0.0;
  if (count == 0 || x->rank == x->side)
    return st_success ();
  bool known = false;
  StStatus status = st_success ();
  if (!vectors)
    status = find_cosines (work, x, y, &known);
  if (st_ok (status) && !known)
    {
      memcpy (work->copy, work->product, x->rank * y->rank * sizeof (double));
      status = decompose (work, work->copy, x->rank, y->rank, vectors, work->cosines);
    }
  if (st_ok (status) && work->cosines[0] > NEARLY_ONE)
    status = find_sines (work, x, y);
  for (size_t i = 0; i < count && st_ok (status); i++)
    {
      double cosine = work->cosines[i];
      double theta = cosine > NEARLY_ONE ? asin (fmin (1.0, work->sines[count - 1 - i]))
                                         : acos (cosine);
      *sum += theta * theta;
    }
  return status;
}

/* |log|^2 of the squared singular values of Lambda^1/2 W Lambda'^-1/2, W in work->product. */
static StStatus
sum_logarithms (StDistanceWork *work, const Factor *x, const Factor *y, double *sum)
{
  size_t rank = x->rank;
  *sum = 0.0;
  if (rank == 0)
    return st_success ();
  for (size_t j = 0; j < rank; j++)
    for (size_t i = 0; i < rank; i++)
      work->product[j * rank + i] *= sqrt (x->values[i] / y->values[j]);
  StStatus status = decompose (work, work->product, rank, rank, false, work->sines);
  for (size_t i = 0; i < rank && st_ok (status); i++)
    {
      double logarithm = 2.0 * log (work->sines[i]);
      *sum += logarithm * logarithm;
    }
  return status;
}

static StStatus
affine_invariant (StDistanceWork *work, const Factor *x, const Factor *y, double *square,
                  StUndefined *why)
{
  if (x->rank < x->side || y->rank < y->side)
    {
      *why = ST_UNDEFINED_RANK;
      return st_success ();
    }
  multiply (work, x, y);
  return sum_logarithms (work, x, y, square);
}

static StStatus
bonnabel_sepulchre (StDistanceWork *work, const Factor *x, const Factor *y, double *square,
                    StUndefined *why)
{
  double angles = 0.0;
  StStatus status = st_success ();
  if (x->rank != y->rank)
    {
      *why = ST_UNDEFINED_RANKS;
      return status;
    }
  multiply (work, x, y);
  if (x->rank > 0 && x->rank < x->side)
    {
      blasint rank = (blasint) x->rank;
      status = sum_angles (work, x, y, true, &angles);
      if (st_ok (status) && work->cosines[x->rank - 1] < ORTHOGONAL)
        *why = ST_UNDEFINED_ANGLE;
      if (!st_ok (status) || *why != ST_DEFINED)
        return status;
      cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, rank, rank, rank, 1.0, work->left,
                   rank, work->right, rank, 0.0, work->product, rank);
    }
  status = sum_logarithms (work, x, y, square);
  *square += angles;
  return status;
}

static StStatus
ye_lim (StDistanceWork *work, const Factor *x, const Factor *y, double *square)
{
  const Factor *larger = x->rank < y->rank ? y : x, *smaller = x->rank < y->rank ? x : y;
  multiply (work, larger, smaller);
  StStatus status = sum_angles (work, larger, smaller, false, square);
  *square += (double) (larger->rank - smaller->rank) * QUARTER_PI_SQUARED;
  return status;
}

static StStatus
factor_distance (const StSpectral *x, const StSpectral *y, int i, StDistanceWork *work,
                 double *square, StUndefined *why)
{
  Factor a = { x->sides[i], x->ranks[i], x->values[i], x->bases[i] };
  Factor b = { y->sides[i], y->ranks[i], y->values[i], y->bases[i] };
  *why = ST_DEFINED;
  switch (x->distance)
    {
    case ST_DISTANCE_AFFINE_INVARIANT:
      return affine_invariant (work, &a, &b, square, why);
    case ST_DISTANCE_BONNABEL_SEPULCHRE:
      return bonnabel_sepulchre (work, &a, &b, square, why);
    case ST_DISTANCE_YE_LIM:
      return ye_lim (work, &a, &b, square);
    case ST_DISTANCE_FROBENIUS:
    case ST_DISTANCE_LOG_EUCLIDEAN:
    case ST_DISTANCES:
      break;
    }
  size_t before = 0;
  for (int j = 0; j < i; j++)
    before += st_kernel_factor (ST_KERNEL_FROBENIUS, x->sides[j]);
  double distance = st_kernel_distance (st_kernel_factor (ST_KERNEL_FROBENIUS, x->sides[i]),
                                        x->features + before, y->features + before);
  *square = distance * distance;
  return st_success ();
}

StStatus
st_distance (const StSpectral *x, const StSpectral *y, const double *weights, StDistanceWork *work,
             StDistances *distances)
{
  StStatus status = st_success ();
  double sum = 0.0;
  *distances = (StDistances) { 0 };
  if (x->distance != y->distance || !st_shape_equal (x->shape, y->shape)
      || !st_shape_equal (x->shape, work->shape))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (y->shape),
                       (int64_t) st_shape_size (x->shape));
  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      double square = 0.0, weight = weights != NULL ? weights[i] : 1.0;
      bool used = weight != 0.0;
      status = factor_distance (x, y, i, work, &square, &distances->why[i]);
      if (distances->why[i] != ST_DEFINED)
        square = (double) NAN;
      distances->factors[i] = sqrt (square);
      distances->used[i] = used;
      if (used)
        sum += weight * square;
    }
  distances->product = sqrt (sum);
  return status;
}
