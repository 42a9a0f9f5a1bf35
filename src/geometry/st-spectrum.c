/* Forming a covariance squares the condition number, which costs nothing here: what is
 * asked for is lambda to 1e-14 of the largest, and that is what a symmetric eigenvalue
 * routine in double gives. */
#include <st-spectrum.h>

#include <st-alloc.h>
#include <st-batch-eigen.h>
#include <st-unfold.h>

#include <string.h>

/* S1, S2 or S3 of as many images as are solved together.  Where S1 and S2 have equal sides they
 * take turns in one array, and are solved as one. */
typedef struct Factor {
  uint32_t side;
  bool with_previous;
  double *matrices, *values;       /* of the first image */
  size_t matrix_step, value_step;  /* to the next one */
} Factor;

struct StSpectrumWork {
  StUnfolding unfolding;
  StBatchEigen *eigen;
  uint32_t width;   /* images that are solved together */
  double *largest;  /* [width], max |T| of each */
  Factor factor[3];
};

void
st_spectrum_lengths (StShape shape, uint32_t lengths[3])
{
  uint32_t cells = shape.height * shape.width;
  lengths[0] = shape.height;
  lengths[1] = shape.width;
  lengths[2] = shape.channels < cells ? shape.channels : cells;
}

/* ---- scratch ---- */

static bool
factor_init (Factor *factor, uint32_t side, uint32_t width, uint32_t turns)
{
  factor->side = side;
  factor->matrix_step = (size_t) side * side * turns;
  factor->value_step = (size_t) side * turns;
  factor->matrices = st_alloc (width * factor->matrix_step, sizeof (double));
  factor->values = st_alloc (width * factor->value_step, sizeof (double));
  return factor->matrices != NULL && factor->values != NULL;
}

/* The one that takes turns with the factor before it. */
static void
factor_follow (Factor *factor)
{
  *factor = factor[-1];
  factor->with_previous = true;
  factor->matrices += (size_t) factor->side * factor->side;
  factor->values += factor->side;
}

static void
factor_clear (Factor *factor)
{
  if (factor->with_previous)
    return;
  st_free (factor->matrices);
  st_free (factor->values);
}

static StStatus
allocate (StSpectrumWork *work, const uint32_t lengths[3], uint32_t side)
{
  Factor *factor = work->factor;
  bool pair = lengths[0] == lengths[1];
  StStatus status = st_batch_eigen_new (side, false, &work->eigen);
  if (!st_ok (status))
    return status;
  work->width = st_batch_eigen_width (work->eigen);
  work->largest = st_alloc (work->width, sizeof (double));
  bool enough = work->largest != NULL
                && factor_init (&factor[0], lengths[0], work->width, pair ? 2 : 1)
                && (pair || factor_init (&factor[1], lengths[1], work->width, 1))
                && factor_init (&factor[2], lengths[2], work->width, 1);
  if (!enough)
    return st_failure (ST_NO_MEMORY, (int64_t) ((size_t) side * side * sizeof (double)), 0);
  if (pair)
    factor_follow (&factor[1]);
  return status;
}

StStatus
st_spectrum_work_new (StShape shape, StSpectrumWork **result)
{
  uint32_t lengths[3], side;
  st_spectrum_lengths (shape, lengths);
  side = lengths[0] > lengths[1] ? lengths[0] : lengths[1];
  side = lengths[2] > side ? lengths[2] : side;
  StSpectrumWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  StStatus status = st_unfolding_init (&work->unfolding, shape);
  if (st_ok (status))
    status = allocate (work, lengths, side);
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
  st_batch_eigen_free (work->eigen);
  st_free (work->largest);
  for (int i = 0; i < 3; i++)
    factor_clear (&work->factor[i]);
  st_free (work);
}

/* ---- values ---- */

bool
st_spectrum_clip (uint32_t n, double largest, double *values)
{
  bool zero = !(values[0] > 1e-24 * largest * largest);
  for (uint32_t i = 0; i < n; i++)
    if (zero || values[i] < 0.0)
      values[i] = 0.0;
  return zero;
}

bool
st_spectrum_finish (uint32_t n, double largest, double *values)
{
  for (uint32_t i = 0, j = n - 1; i < j; i++, j--)
    {
      double swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  return st_spectrum_clip (n, largest, values);
}

/* The matrices of one image, at place i. */
static StStatus
form (StSpectrumWork *work, const float *latent, uint32_t i)
{
  StUnfolding *unfolding = &work->unfolding;
  double *place[3];
  for (int axis = 0; axis < 3; axis++)
    place[axis] = work->factor[axis].matrices + i * work->factor[axis].matrix_step;

  StStatus status = st_unfolding_begin (unfolding, latent);
  if (!st_ok (status))
    return status;
  work->largest[i] = unfolding->largest;
  st_unfolding_covariance (unfolding, 0, place[0]);
  st_unfolding_covariance (unfolding, 1, place[1]);
  st_unfolding_channels (unfolding);
  if (work->factor[2].side < unfolding->shape.channels)
    st_unfolding_gram (unfolding, place[2]);
  else
    st_unfolding_outer (unfolding, place[2]);
  return status;
}

static StStatus
solve (StSpectrumWork *work, uint32_t n)
{
  StStatus status = st_success ();
  for (int axis = 0; axis < 3 && st_ok (status); axis++)
    {
      Factor *factor = &work->factor[axis];
      bool pair = axis == 0 && work->factor[1].with_previous;
      if (!factor->with_previous)
        status = st_batch_eigen_solve (work->eigen, factor->side, pair ? 2 * n : n,
                                       factor->matrices, factor->values, NULL);
    }
  return status;
}

/* n images, at most work->width, of which the first has this number. */
static StStatus
measure (StSpectrumWork *work, const float *latents, uint32_t number, uint32_t n, double *values,
         bool (*zero)[3])
{
  size_t size = st_shape_size (work->unfolding.shape);
  for (uint32_t i = 0; i < n; i++)
    {
      StStatus status = form (work, latents + i * size, i);
      if (!st_ok (status))
        return st_failure (status.code, number + i, status.b);
    }
  StStatus status = solve (work, n);
  for (uint32_t i = 0; i < n && st_ok (status); i++)
    for (int axis = 0; axis < 3; axis++)
      {
        const Factor *factor = &work->factor[axis];
        memcpy (values, factor->values + i * factor->value_step, factor->side * sizeof (double));
        zero[i][axis] = st_spectrum_clip (factor->side, work->largest[i], values);
        values += factor->side;
      }
  return status;
}

StStatus
st_spectrum_batch (const float *latents, uint32_t n, StSpectrumWork *work, double *values,
                   bool (*zero)[3])
{
  size_t size = st_shape_size (work->unfolding.shape);
  size_t stride = (size_t) work->factor[0].side + work->factor[1].side + work->factor[2].side;
  StStatus status = st_success ();

  for (uint32_t i = 0, some; i < n && st_ok (status); i += some)
    {
      some = n - i < work->width ? n - i : work->width;
      status = measure (work, latents + i * size, i, some, values + i * stride, zero + i);
    }
  return status;
}

StStatus
st_spectrum (const float *latent, StSpectrumWork *work, double *values, bool zero[3])
{
  bool found[1][3] = { { false } };
  StStatus status = st_spectrum_batch (latent, 1, work, values, found);
  memcpy (zero, found[0], sizeof found[0]);
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
      st_unfolding_covariance (&unfolding, 0, s1);
      st_unfolding_covariance (&unfolding, 1, s2);
      st_unfolding_channels (&unfolding);
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
