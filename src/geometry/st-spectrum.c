/* The three unfoldings are copied once each into a column-major matrix of doubles whose
 * columns (S1, S2) or rows (S3) are centred, so that each covariance is one dsyrk.  Only
 * the lower triangle is computed; LAPACK reads no other.
 *
 * Forming the covariance squares the condition number, which costs nothing here: what is
 * asked for is lambda to 1e-14 of the largest, and that is what a symmetric eigenvalue
 * routine in double gives. */
#include <st-spectrum.h>

#include <st-alloc.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

struct StSpectrumWork {
  StShape shape;
  double *unfolded;  /* h w C: one centred unfolding */
  double *sums;      /* one for each row of it */
  double *matrix;    /* the largest of the three, n x n */
  double *work;      /* LAPACK's */
  lapack_int work_length;
  lapack_int integers[1];
};

static uint32_t
larger (uint32_t a, uint32_t b)
{
  return a > b ? a : b;
}

void
st_spectrum_lengths (StShape shape, uint32_t lengths[3])
{
  uint32_t cells = shape.height * shape.width;
  lengths[0] = shape.height;
  lengths[1] = shape.width;
  lengths[2] = shape.channels < cells ? shape.channels : cells;
}

static uint32_t
longest (StShape shape)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  return larger (larger (lengths[0], lengths[1]), lengths[2]);
}

/* What dsyevd wants for sides up to n.  Its blocked reduction asks for more the larger n
 * is, so the largest is enough for all. */
static lapack_int
lapack_work_length (uint32_t n)
{
  double wanted = 0.0;
  lapack_int integers = 0, side = (lapack_int) n;
  LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, 'N', 'L', side, NULL, side, NULL, &wanted, -1, &integers,
                       -1);
  lapack_int least = 2 * side + 1;
  return wanted > least ? (lapack_int) wanted : least;
}

StStatus
st_spectrum_work_new (StShape shape, StSpectrumWork **result)
{
  size_t size = st_shape_size (shape);
  if (size == 0)
    return st_failure (ST_SHAPE, 0, 1);
  size_t side = longest (shape);
  StSpectrumWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  work->shape = shape;
  work->work_length = lapack_work_length ((uint32_t) side);
  work->unfolded = st_alloc (size, sizeof (double));
  work->sums = st_alloc (larger (shape.channels, larger (shape.height, shape.width)),
                         sizeof (double));
  work->matrix = st_alloc (side * side, sizeof (double));
  work->work = st_alloc ((size_t) work->work_length, sizeof (double));
  if (work->unfolded == NULL || work->sums == NULL || work->matrix == NULL || work->work == NULL)
    {
      st_spectrum_work_free (work);
      return st_failure (ST_NO_MEMORY, (int64_t) ((size + side * side) * sizeof (double)), 0);
    }
  *result = work;
  return st_success ();
}

void
st_spectrum_work_free (StSpectrumWork *work)
{
  if (work == NULL)
    return;
  st_free (work->unfolded);
  st_free (work->sums);
  st_free (work->matrix);
  st_free (work->work);
  st_free (work);
}

/* The largest |T|, or where T is not finite. */
static StStatus
check (const float *latent, size_t n, double *largest)
{
  float most = 0.0f;
  for (size_t i = 0; i < n; i++)
    {
      if (!isfinite (latent[i]))
        return st_failure (ST_NON_FINITE, 0, (int64_t) i);
      float size = fabsf (latent[i]);
      most = size > most ? size : most;
    }
  *largest = (double) most;
  return st_success ();
}

/* X1^T or X2^T, (m x rows), columns centred.  Row r of the unfolding is made of `pieces`
 * runs of `length` numbers, `step` apart. */
static void
unfold (const float *latent, uint32_t rows, size_t row_step, size_t pieces, size_t step,
        size_t length, double *out)
{
  size_t m = pieces * length;
  for (uint32_t r = 0; r < rows; r++)
    {
      double *column = out + r * m;
      double sum = 0.0;
      for (size_t p = 0; p < pieces; p++)
        for (size_t i = 0; i < length; i++)
          {
            double value = (double) latent[r * row_step + p * step + i];
            column[p * length + i] = value;
            sum += value;
          }
      double mean = sum / (double) m;
      for (size_t i = 0; i < m; i++)
        column[i] -= mean;
    }
}

/* X3, (C x h w) with rows centred: the tensor as it lies, less each channel's mean. */
static void
unfold_channels (const float *latent, size_t cells, size_t channels, double *sums, double *out)
{
  memset (sums, 0, channels * sizeof *sums);
  for (size_t p = 0; p < cells; p++)
    for (size_t c = 0; c < channels; c++)
      sums[c] += (double) latent[p * channels + c];
  for (size_t c = 0; c < channels; c++)
    sums[c] /= (double) cells;
  for (size_t p = 0; p < cells; p++)
    for (size_t c = 0; c < channels; c++)
      out[p * channels + c] = (double) latent[p * channels + c] - sums[c];
}

/* 1 / (m - 1); with one column a covariance is zero, as its centred unfolding is. */
static double
weight (size_t m)
{
  return m > 1 ? 1.0 / (double) (m - 1) : 1.0;
}

/* Lower triangle of S1 (which = 0) or S2 (1). */
static void
covariance_of_side (StSpectrumWork *work, const float *latent, int which, double *s)
{
  size_t h = work->shape.height, w = work->shape.width, c = work->shape.channels;
  size_t rows = which == 0 ? h : w, m = st_shape_size (work->shape) / rows;
  if (which == 0)
    unfold (latent, (uint32_t) h, w * c, 1, 0, w * c, work->unfolded);
  else
    unfold (latent, (uint32_t) w, c, h, w * c, c, work->unfolded);
  cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, (blasint) rows, (blasint) m, weight (m),
               work->unfolded, (blasint) m, 0.0, s, (blasint) rows);
}

/* Lower triangle of S3, C x C, or of the Gram matrix with its spectrum, hw x hw. */
static void
covariance_of_channels (StSpectrumWork *work, const float *latent, bool gram, double *s)
{
  size_t cells = (size_t) work->shape.height * work->shape.width, c = work->shape.channels;
  size_t side = gram ? cells : c;
  unfold_channels (latent, cells, c, work->sums, work->unfolded);
  cblas_dsyrk (CblasColMajor, CblasLower, gram ? CblasTrans : CblasNoTrans, (blasint) side,
               (blasint) (gram ? c : cells), weight (cells), work->unfolded, (blasint) c, 0.0, s,
               (blasint) side);
}

/* Descending, not below 0, from the matrix in work. */
static StStatus
eigenvalues (StSpectrumWork *work, uint32_t n, double zero_bound, double *values, bool *zero)
{
  lapack_int info = LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, 'N', 'L', (lapack_int) n, work->matrix,
                                         (lapack_int) n, values, work->work, work->work_length,
                                         work->integers, 1);
  if (info != 0)
    return st_failure (ST_NO_CONVERGENCE, info, 0);

  *zero = !(values[n - 1] > zero_bound);
  for (uint32_t i = 0, j = n - 1; i < j; i++, j--)
    {
      double swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  for (uint32_t i = 0; i < n; i++)
    if (*zero || values[i] < 0.0)
      values[i] = 0.0;
  return st_success ();
}

StStatus
st_spectrum (const float *latent, StSpectrumWork *work, double *values, bool zero[3])
{
  uint32_t lengths[3];
  double largest;
  StStatus status = check (latent, st_shape_size (work->shape), &largest);
  if (!st_ok (status))
    return status;

  double zero_bound = 1e-24 * largest * largest;
  bool gram = work->shape.channels > work->shape.height * work->shape.width;
  st_spectrum_lengths (work->shape, lengths);
  for (int i = 0; i < 3 && st_ok (status); i++)
    {
      if (i < 2)
        covariance_of_side (work, latent, i, work->matrix);
      else
        covariance_of_channels (work, latent, gram, work->matrix);
      status = eigenvalues (work, lengths[i], zero_bound, values, &zero[i]);
      values += lengths[i];
    }
  return status;
}

static void
mirror (double *s, size_t n)
{
  for (size_t j = 0; j < n; j++)
    for (size_t i = j + 1; i < n; i++)
      s[i * n + j] = s[j * n + i];
}

StStatus
st_covariances (const float *latent, StShape shape, double *s1, double *s2, double *s3)
{
  StSpectrumWork *work = NULL;
  double largest;
  StStatus status = check (latent, st_shape_size (shape), &largest);
  if (st_ok (status))
    status = st_spectrum_work_new (shape, &work);
  if (!st_ok (status))
    return status;
  covariance_of_side (work, latent, 0, s1);
  covariance_of_side (work, latent, 1, s2);
  covariance_of_channels (work, latent, false, s3);
  mirror (s1, shape.height);
  mirror (s2, shape.width);
  mirror (s3, shape.channels);
  st_spectrum_work_free (work);
  return status;
}

uint32_t
st_rank (const double *values, uint32_t n, double tolerance)
{
  uint32_t rank = 0;
  while (rank < n && values[rank] > tolerance * values[0])
    rank++;
  return rank;
}
