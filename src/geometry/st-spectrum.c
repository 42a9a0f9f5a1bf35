/* Forming a covariance squares the condition number, which costs nothing here: what is
 * asked for is lambda to 1e-14 of the largest, and that is what a symmetric eigenvalue
 * routine in double gives. */
#include <st-spectrum.h>

#include <st-alloc.h>
#include <st-unfold.h>

#include <lapacke.h>

struct StSpectrumWork {
  StUnfolding unfolding;
  double *matrix;  /* the largest of the three, n x n */
  double *work;    /* LAPACK's */
  lapack_int work_length;
  lapack_int integers[1];
};

void
st_spectrum_lengths (StShape shape, uint32_t lengths[3])
{
  uint32_t cells = shape.height * shape.width;
  lengths[0] = shape.height;
  lengths[1] = shape.width;
  lengths[2] = shape.channels < cells ? shape.channels : cells;
}

/* What dsyevd wants for sides up to n: its blocked reduction asks for more the larger n
 * is, so the largest is enough for all. */
static lapack_int
lapack_work_length (lapack_int n)
{
  double wanted = 0.0;
  lapack_int integers = 0, least = 2 * n + 1;
  LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, 'N', 'L', n, NULL, n, NULL, &wanted, -1, &integers, -1);
  return wanted > least ? (lapack_int) wanted : least;
}

StStatus
st_spectrum_work_new (StShape shape, StSpectrumWork **result)
{
  uint32_t lengths[3];
  st_spectrum_lengths (shape, lengths);
  size_t side = lengths[0] > lengths[1] ? lengths[0] : lengths[1];
  side = lengths[2] > side ? lengths[2] : side;

  StSpectrumWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  StStatus status = st_unfolding_init (&work->unfolding, shape);
  if (st_ok (status))
    {
      work->work_length = lapack_work_length ((lapack_int) side);
      work->matrix = st_alloc (side * side, sizeof (double));
      work->work = st_alloc ((size_t) work->work_length, sizeof (double));
      if (work->matrix == NULL || work->work == NULL)
        status = st_failure (ST_NO_MEMORY, (int64_t) (side * side * sizeof (double)), 0);
    }
  if (st_ok (status))
    *result = work;
  else
    st_spectrum_work_free (work);
  return status;
}

void
st_spectrum_work_free (StSpectrumWork *work)
{
  if (work == NULL)
    return;
  st_unfolding_clear (&work->unfolding);
  st_free (work->matrix);
  st_free (work->work);
  st_free (work);
}

bool
st_spectrum_finish (uint32_t n, double largest, double *values)
{
  bool zero = !(values[n - 1] > 1e-24 * largest * largest);
  for (uint32_t i = 0, j = n - 1; i < j; i++, j--)
    {
      double swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  for (uint32_t i = 0; i < n; i++)
    if (zero || values[i] < 0.0)
      values[i] = 0.0;
  return zero;
}

StStatus
st_spectrum (const float *latent, StSpectrumWork *work, double *values, bool zero[3])
{
  StUnfolding *unfolding = &work->unfolding;
  uint32_t lengths[3];
  st_spectrum_lengths (unfolding->shape, lengths);
  StStatus status = st_unfolding_begin (unfolding, latent);

  for (int i = 0; i < 3 && st_ok (status); values += lengths[i], i++)
    {
      if (i < 2)
        st_unfolding_covariance (unfolding, latent, i, work->matrix);
      else
        {
          st_unfolding_channels (unfolding, latent);
          if (lengths[2] < unfolding->shape.channels)
            st_unfolding_gram (unfolding, work->matrix);
          else
            st_unfolding_outer (unfolding, work->matrix);
        }
      lapack_int n = (lapack_int) lengths[i];
      lapack_int info = LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, 'N', 'L', n, work->matrix, n, values,
                                             work->work, work->work_length, work->integers, 1);
      if (info != 0)
        status = st_failure (ST_NO_CONVERGENCE, info, 0);
      else
        zero[i] = st_spectrum_finish (lengths[i], unfolding->largest, values);
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
  StUnfolding unfolding;
  StStatus status = st_unfolding_init (&unfolding, shape);
  if (st_ok (status))
    status = st_unfolding_begin (&unfolding, latent);
  if (st_ok (status))
    {
      st_unfolding_covariance (&unfolding, latent, 0, s1);
      st_unfolding_covariance (&unfolding, latent, 1, s2);
      st_unfolding_channels (&unfolding, latent);
      st_unfolding_outer (&unfolding, s3);
      mirror (s1, shape.height);
      mirror (s2, shape.width);
      mirror (s3, shape.channels);
    }
  st_unfolding_clear (&unfolding);
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
