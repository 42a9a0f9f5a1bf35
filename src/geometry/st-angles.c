/* The second half of st-subspace.h: bases and principal angles. */
#include <st-subspace.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static const double DEGREES = 57.295779513082320876798154814105170;

/* A small matrix, column-major, and LAPACK's scratch for its singular values. */
typedef struct Small {
  double matrix[ST_SUBSPACE_MAX * ST_SUBSPACE_MAX];
  double values[ST_SUBSPACE_MAX];  /* descending */
  double work[8 * ST_SUBSPACE_MAX];
} Small;

static StStatus
singular_values (Small *small, uint32_t k)
{
  lapack_int side = (lapack_int) k;
  lapack_int info
    = LAPACKE_dgesvd_work (LAPACK_COL_MAJOR, 'N', 'N', side, side, small->matrix, side,
                           small->values, NULL, 1, NULL, 1, small->work, 8 * ST_SUBSPACE_MAX);
  return info == 0 ? st_success () : st_failure (ST_NO_CONVERGENCE, info, 0);
}

/* Orthonormal columns in place by modified Gram-Schmidt; r[k][k], or NULL, gets the upper
 * triangle with columns = Q R.  A column that vanishes stays zero. */
static void
orthonormalise (double *columns, size_t length, uint32_t k, double *r)
{
  blasint n = (blasint) length;
  for (size_t j = 0; j < k; j++)
    {
      double *column = columns + j * length;
      for (size_t i = 0; i < j; i++)
        {
          double product = cblas_ddot (n, columns + i * length, 1, column, 1);
          cblas_daxpy (n, -product, columns + i * length, 1, column, 1);
          if (r != NULL)
            r[j * k + i] = product;
        }
      double norm = cblas_dnrm2 (n, column, 1);
      if (norm > 0.0)
        cblas_dscal (n, 1.0 / norm, column, 1);
      if (r != NULL)
        r[j * k + j] = norm;
    }
}

void
st_subspace_combine (uint32_t n, const double *features, size_t length, size_t first,
                     size_t count, uint32_t k, const double *vectors, double *rows)
{
  if (k > 0)
    cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint) count, (blasint) k,
                 (blasint) n, 1.0, features + first, (blasint) length, vectors, (blasint) n, 0.0,
                 rows + first, (blasint) length);
}

void
st_subspace_orthonormalise (uint32_t k, size_t length, double *rows)
{
  /* Their lengths are sqrt lambda; the second pass removes what rounding left. */
  orthonormalise (rows, length, k, NULL);
  orthonormalise (rows, length, k, NULL);
}

void
st_subspace_basis (const StSubspace *subspace, const double *features, size_t length,
                   double *basis)
{
  st_subspace_combine (subspace->n, features, length, 0, length, subspace->k, subspace->vectors,
                       basis);
  st_subspace_orthonormalise (subspace->k, length, basis);
}

static void
summarise (StAngles *angles)
{
  double sum = 0.0, sines = 0.0, squares = 0.0;
  for (uint32_t i = 0; i < angles->count; i++)
    {
      double theta = angles->degrees[i];
      sum += theta;
      sines += sin (theta) * sin (theta);
      squares += theta * theta;
      angles->degrees[i] = theta * DEGREES;
    }
  angles->mean = sum / angles->count * DEGREES;
  angles->largest = angles->degrees[angles->count - 1];
  angles->chordal = sqrt (sines);
  angles->geodesic = sqrt (squares);
}

static uint32_t
common (const StSubspace *a, const StSubspace *b, uint32_t k)
{
  k = k < a->k ? k : a->k;
  return k < b->k ? k : b->k;
}

/* Eigenvectors are off by some 2.2e-16 sqrt n lambda_1 / lambda_k, and entries that are each off
 * by a few roundings make a matrix of norm sqrt n times that.  An arc cosine near 1 takes the
 * root; three times it was never exceeded. */
static double
gram_precision (const StSubspace *a, const StSubspace *b, uint32_t k)
{
  double of_a = (2.0 * a->values[0] + 8.0 * a->largest) / a->values[k - 1];
  double of_b = (2.0 * b->values[0] + 8.0 * b->largest) / b->values[k - 1];
  return fmax (1e-7, 3.0 * sqrt (2.2e-16 * sqrt ((double) a->n) * fmax (of_a, of_b)));
}

static double
clip (double x)
{
  return x > 1.0 ? 1.0 : x;
}

StStatus
st_angles_of_bases (const StSubspace *a, const double *basis_a, const StSubspace *b,
                    const double *basis_b, size_t length, uint32_t k, double *scratch,
                    StAngles *angles)
{
  *angles = (StAngles) { .count = common (a, b, k) };
  k = angles->count;
  if (k == 0)
    return st_success ();
  Small small;
  blasint rows = (blasint) length, side = (blasint) k;

  /* M = Qa^T Qb, and what Qb has outside of a: R = Qb - Qa M. */
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, side, side, rows, 1.0, basis_a, rows,
               basis_b, rows, 0.0, small.matrix, side);
  memcpy (scratch, basis_b, k * length * sizeof *scratch);
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, rows, side, side, -1.0, basis_a, rows,
               small.matrix, side, 1.0, scratch, rows);
  StStatus status = singular_values (&small, k);
  if (!st_ok (status))
    return status;
  for (uint32_t i = 0; i < k; i++)
    angles->degrees[i] = small.values[i];

  memset (small.matrix, 0, sizeof small.matrix);
  orthonormalise (scratch, length, k, small.matrix);
  status = singular_values (&small, k);
  if (!st_ok (status))
    return status;
  for (uint32_t i = 0; i < k; i++)
    {
      double cosine = angles->degrees[i], sine = small.values[k - 1 - i];
      angles->degrees[i] = cosine * cosine < 0.5 ? acos (clip (cosine)) : asin (clip (sine));
    }
  summarise (angles);
  angles->precision = 1e-10;
  return status;
}

StStatus
st_angles_of_grams (const StSubspace *a, const StSubspace *b, const double *gram_ab, uint32_t k,
                    double *scratch, StAngles *angles)
{
  *angles = (StAngles) { .count = common (a, b, k) };
  k = angles->count;
  if (k == 0)
    return st_success ();
  Small small;
  blasint rows = (blasint) a->n, columns = (blasint) b->n, side = (blasint) k;

  /* The vectors are centred, which is all that H does. */
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, rows, side, columns, 1.0, gram_ab, columns,
               b->vectors, columns, 0.0, scratch, rows);
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, side, side, rows, 1.0, a->vectors, rows,
               scratch, rows, 0.0, small.matrix, side);
  for (size_t j = 0; j < k; j++)
    for (size_t i = 0; i < k; i++)
      small.matrix[j * k + i] /= sqrt (a->values[i] * b->values[j]);
  StStatus status = singular_values (&small, k);
  if (!st_ok (status))
    return status;
  for (uint32_t i = 0; i < k; i++)
    angles->degrees[i] = acos (clip (small.values[i]));
  summarise (angles);
  angles->precision = gram_precision (a, b, k);
  return status;
}
