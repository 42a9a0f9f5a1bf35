#include <st-unfold.h>

#include <st-alloc.h>

#include <cblas.h>
#include <math.h>
#include <string.h>

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

/* Eight sums side by side: one alone waits for each addition. */
static double
sum_floats (const float *values, size_t n)
{
  double lanes[8] = { 0 };
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < 8; j++)
      lanes[j] += (double) values[i + j];
  for (; i < n; i++)
    lanes[0] += (double) values[i];
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
         + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

/* The largest |T|; not finite if some number is not. */
static float
largest_float (const float *values, size_t n)
{
  uint32_t most = 0;
  for (size_t i = 0; i < n; i++)
    {
      /* Bits without the sign order as magnitudes do, infinities and NaN on top. */
      uint32_t word;
      memcpy (&word, values + i, sizeof word);
      word &= 0x7fffffffu;
      most = word > most ? word : most;
    }
  float largest;
  memcpy (&largest, &most, sizeof largest);
  return largest;
}

StStatus
st_unfolding_begin (StUnfolding *unfolding, const float *latent)
{
  size_t cells = (size_t) unfolding->shape.height * unfolding->shape.width;
  size_t channels = unfolding->shape.channels;
  float largest = largest_float (latent, cells * channels);
  if (!isfinite (largest))
    {
      size_t at = 0;
      while (isfinite (latent[at]))
        at++;
      return st_failure (ST_NON_FINITE, 0, (int64_t) at);
    }
  unfolding->largest = (double) largest;
  memset (unfolding->channels, 0, channels * sizeof (double));
  for (size_t p = 0; p < cells; p++)
    {
      const float *cell = latent + p * channels;
      unfolding->cells[p] = sum_floats (cell, channels);
      for (size_t c = 0; c < channels; c++)
        unfolding->channels[c] += (double) cell[c];
    }
  for (size_t c = 0; c < channels; c++)
    unfolding->channels[c] /= (double) cells;
  return st_success ();
}

/* The lower triangle of X^T X / (m - 1), X of m x rows.  dsyrk spends most of its time on
 * packing where there are few columns: of 896 x 7 it takes three times as long as dots. */
static void
multiply (const double *x, size_t m, size_t rows, double *s)
{
  enum { FEW = 16 };
  double weight = st_unfolding_weight (m);
  if (rows > FEW)
    {
      cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, (blasint) rows, (blasint) m, weight, x,
                   (blasint) m, 0.0, s, (blasint) rows);
      return;
    }
  for (size_t j = 0; j < rows; j++)
    for (size_t i = j; i < rows; i++)
      s[j * rows + i] = weight * cblas_ddot ((blasint) m, x + i * m, 1, x + j * m, 1);
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
  multiply (unfolding->matrix, m, rows, s);
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
  blasint channels = (blasint) unfolding->shape.channels;
  cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, (blasint) cells, channels,
               st_unfolding_weight (cells), unfolding->matrix, channels, 0.0, gram,
               (blasint) cells);
}
