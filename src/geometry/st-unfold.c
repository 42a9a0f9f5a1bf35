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
      return st_failure (ST_NON_FINITE, 0, (int64_t) at);
    }
  unfolding->largest = (double) largest;
  for (size_t c = 0; c < channels; c++)
    unfolding->channels[c] /= (double) cells;
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

void
st_unfolding_covariance (StUnfolding *unfolding, const float *latent, int axis, double *s)
{
  StShape shape = unfolding->shape;
  size_t channels = shape.channels;
  size_t rows = axis == 0 ? shape.height : shape.width;
  size_t others = axis == 0 ? shape.width : shape.height;
  size_t row_step = axis == 0 ? shape.width : 1, other_step = axis == 0 ? 1 : shape.width;
  size_t m = others * channels;

  for (size_t r = 0; r < rows; r++)
    {
      double mean = 0.0;
      for (size_t o = 0; o < others; o++)
        mean += unfolding->cells[r * row_step + o * other_step];
      mean /= (double) m;
      for (size_t o = 0; o < others; o++)
        {
          const float *from = latent + (r * row_step + o * other_step) * channels;
          double *to = unfolding->matrix + r * m + o * channels;
          for (size_t c = 0; c < channels; c++)
            to[c] = (double) from[c] - mean;
        }
    }
  multiply (rows, m, unfolding->matrix, st_unfolding_weight (m), s);
}

void
st_unfolding_channels (StUnfolding *unfolding, const float *latent)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  size_t channels = unfolding->shape.channels;
  for (size_t p = 0; p < cells; p++)
    for (size_t c = 0; c < channels; c++)
      unfolding->matrix[p * channels + c]
        = (double) latent[p * channels + c] - unfolding->channels[c];
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
