#include "synthetic.h"

#include <st-rng.h>

#include <glib.h>
#include <math.h>

/* How many different cells each image has. */
static const uint32_t DISTINCT[SYNTHETIC_IMAGES] = { 1, 2, 3, 6, 11, 17, 25, 30, 38, 44, 49, 49 };

static double *
draw (uint32_t image, uint32_t stream, size_t n)
{
  double *values = g_new (double, n);
  StRandomKey key = { .seed = 100, .image = image, .stream = stream, .epoch = ST_EPOCH_SHOWN };
  st_random_normal (key, n, values);
  return values;
}

void
synthetic_latent (StShape shape, uint32_t image, bool perturbed, float *latent)
{
  uint32_t cells = shape.height * shape.width, channels = shape.channels;
  uint32_t distinct = MIN (DISTINCT[image], cells);
  size_t n = st_shape_size (shape);
  double *base = draw (1000, 0, n), *own = draw (image, 0, n), *extra = draw (image, 6, n);

  for (uint32_t p = 0; p < cells; p++)
    for (uint32_t c = 0; c < channels; c++)
      {
        size_t source = (size_t) (p * 53 % distinct) * channels + c;
        size_t at = (size_t) p * channels + c;
        double value = base[source] + 0.5 * own[source];
        if (perturbed)
          value += 0.25 * (image % 2 == 1 ? extra[at] : extra[source]);
        latent[at] = value > 0.0 ? (float) value : 0.0f;
      }
  g_free (base);
  g_free (own);
  g_free (extra);
}

void
synthetic_round (StShape shape, float *latent)
{
  for (size_t i = 0; i < st_shape_size (shape); i++)
    latent[i] = roundf (64.0f * latent[i]) / 64.0f;
}

void
synthetic_reflect (StShape shape, uint32_t from, bool fix_ones, float *latent)
{
  float sign = fix_ones ? -1.0f : 1.0f;
  for (size_t cell = 0; cell < (size_t) shape.height * shape.width; cell++)
    for (uint32_t c = from; c + 4 <= shape.channels; c += 4)
      {
        float *t = latent + cell * shape.channels + c;
        float half = 0.5f * (t[0] + t[1] + sign * (t[2] + t[3]));
        t[0] -= half;
        t[1] -= half;
        t[2] -= sign * half;
        t[3] -= sign * half;
      }
}
