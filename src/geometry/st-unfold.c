#include <st-unfold.h>

#include <st-alloc.h>
#include <st-lanes.h>

#include <cblas.h>
#include <math.h>

StStatus
st_unfolding_init (StUnfolding *unfolding, StShape shape)
{
  size_t size = st_shape_size (shape);
  *unfolding = (StUnfolding) { .shape = shape };
  if (size == 0)
    return st_failure (ST_SHAPE, 0, 1);
  unfolding->cells = st_alloc ((size_t) shape.height * shape.width, sizeof (double));
  unfolding->channels = st_alloc (shape.channels, sizeof (double));
  unfolding->matrix = st_alloc (size, sizeof (double));
  if (unfolding->cells == NULL || unfolding->channels == NULL || unfolding->matrix == NULL)
    {
      st_unfolding_clear (unfolding);
      return st_failure (ST_NO_MEMORY, (int64_t) (size * sizeof (double)), 0);
    }
  return st_success ();
}

void
st_unfolding_clear (StUnfolding *unfolding)
{
  st_free (unfolding->cells);
  st_free (unfolding->channels);
  st_free (unfolding->matrix);
  *unfolding = (StUnfolding) { 0 };
}

static StStatus
not_finite (size_t at)
{
  return st_failure (ST_NON_FINITE, 0, (int64_t) at);
}

StStatus
st_unfolding_begin (StUnfolding *unfolding, const float *latent)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  size_t channels = unfolding->shape.channels;
  float largest = st_lanes ()->sums (cells, channels, latent, unfolding->cells,
                                     unfolding->channels);
  if (!isfinite (largest))
    {
      size_t at = 0;
      while (isfinite (latent[at]))
        at++;
      return not_finite (at);
    }
  unfolding->floats = latent;
  unfolding->doubles = NULL;
  unfolding->largest = (double) largest;
  for (size_t c = 0; c < channels; c++)
    unfolding->channels[c] /= (double) cells;
  return st_success ();
}

StStatus
st_unfolding_begin_doubles (StUnfolding *unfolding, const double *latent)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  size_t channels = unfolding->shape.channels;
  unfolding->floats = NULL;
  unfolding->doubles = latent;
  unfolding->largest = 0.0;
  for (size_t c = 0; c < channels; c++)
    {
      long double sum = 0.0L;
      for (size_t at = c; at < cells * channels; at += channels)
        {
          if (!isfinite (latent[at]))
            return not_finite (at);
          unfolding->largest = fmax (unfolding->largest, fabs (latent[at]));
          sum += (long double) latent[at];
        }
      unfolding->channels[c] = (double) (sum / (long double) cells);
    }
  return st_success ();
}

/* The lower triangle of weight X X^T, column-major, of x[rows][m].  Where there are few rows,
 * dsyrk spends most of its time on packing. */
static void
multiply (size_t rows, size_t m, const double *x, double weight, double *s)
{
  enum { FEW = 64 };
  if (rows <= FEW)
    st_lanes ()->outer (rows, m, x, weight, s);
  else
    cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, (blasint) rows, (blasint) m, weight, x,
                 (blasint) m, 0.0, s, (blasint) rows);
}

/* The mean of the row of the unfolding along an axis whose cells begin at `first` and lie
 * `step` apart. */
static double
row_mean (const StUnfolding *unfolding, size_t first, size_t step, size_t others)
{
  size_t channels = unfolding->shape.channels;
  if (unfolding->doubles != NULL)
    {
      long double sum = 0.0L;
      for (size_t o = 0; o < others; o++)
        for (size_t c = 0; c < channels; c++)
          sum += (long double) unfolding->doubles[(first + o * step) * channels + c];
      return (double) (sum / (long double) (others * channels));
    }
  double sum = 0.0;
  for (size_t o = 0; o < others; o++)
    sum += unfolding->cells[first + o * step];
  return sum / (double) (others * channels);
}

void
st_unfolding_covariance (StUnfolding *unfolding, int axis, double *s)
{
  StShape shape = unfolding->shape;
  size_t channels = shape.channels;
  size_t rows = axis == 0 ? shape.height : shape.width;
  size_t others = axis == 0 ? shape.width : shape.height;
  size_t row_step = axis == 0 ? shape.width : 1, other_step = axis == 0 ? 1 : shape.width;
  size_t m = others * channels;

  for (size_t r = 0; r < rows; r++)
    {
      double mean = row_mean (unfolding, r * row_step, other_step, others);
      for (size_t o = 0; o < others; o++)
        {
          size_t from = (r * row_step + o * other_step) * channels;
          double *to = unfolding->matrix + r * m + o * channels;
          if (unfolding->floats != NULL)
            for (size_t c = 0; c < channels; c++)
              to[c] = (double) unfolding->floats[from + c] - mean;
          else
            for (size_t c = 0; c < channels; c++)
              to[c] = unfolding->doubles[from + c] - mean;
        }
    }
  multiply (rows, m, unfolding->matrix, st_unfolding_weight (m), s);
}

void
st_unfolding_channels (StUnfolding *unfolding)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  size_t channels = unfolding->shape.channels;
  for (size_t p = 0; p < cells; p++)
    {
      double *to = unfolding->matrix + p * channels;
      if (unfolding->floats != NULL)
        for (size_t c = 0; c < channels; c++)
          to[c] = (double) unfolding->floats[p * channels + c] - unfolding->channels[c];
      else
        for (size_t c = 0; c < channels; c++)
          to[c] = unfolding->doubles[p * channels + c] - unfolding->channels[c];
    }
}

void
st_unfolding_outer (const StUnfolding *unfolding, double *s3)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  blasint channels = (blasint) unfolding->shape.channels;
  cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, channels, (blasint) cells,
               st_unfolding_weight (cells), unfolding->matrix, channels, 0.0, s3, channels);
}

void
st_unfolding_gram (const StUnfolding *unfolding, double *gram)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  multiply (cells, unfolding->shape.channels, unfolding->matrix, st_unfolding_weight (cells), gram);
}
