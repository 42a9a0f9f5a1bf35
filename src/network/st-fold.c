/* Patches of an image, and their adjoint. */
#include <st-variant.h>

typedef float Four __attribute__ ((vector_size (16), aligned (4), may_alias));

/* Runs are short (3 to 64 floats): a call of memcpy() would cost more than the copy. */
static inline float *
copy (float *to, const float *from, size_t n)
{
  for (; n >= ST_VECTOR; n -= ST_VECTOR, to += ST_VECTOR, from += ST_VECTOR)
    st_vector_store (to, st_vector_load (from));
  for (; n >= 4; n -= 4, to += 4, from += 4)
    *(Four *) to = *(const Four *) from;
  for (; n > 0; n--)
    *to++ = *from++;
  return to;
}

static inline float *
clear (float *to, size_t n)
{
  for (; n >= ST_VECTOR; n -= ST_VECTOR, to += ST_VECTOR)
    st_vector_store (to, (StVector) { 0 });
  for (; n >= 4; n -= 4, to += 4)
    *(Four *) to = (Four) { 0 };
  for (; n > 0; n--)
    *to++ = 0.0f;
  return to;
}

/* One row of the patch whose leftmost pixel is x, which may lie outside. */
static inline float *
unfold_row (const StGrid *g, const float *line, ptrdiff_t x, float *to)
{
  ptrdiff_t kernel = (ptrdiff_t) g->kernel, width = (ptrdiff_t) g->width;
  ptrdiff_t before = x < 0 ? -x : 0;
  ptrdiff_t behind = x + kernel > width ? x + kernel - width : 0;

  to = clear (to, (size_t) before * g->channels);
  to = copy (to, line + (x + before) * (ptrdiff_t) g->channels,
             (size_t) (kernel - before - behind) * g->channels);
  return clear (to, (size_t) behind * g->channels);
}

void
ST_LEVEL (unfold) (const StGrid *g, size_t images, const float *image, float *patches)
{
  size_t line = g->width * g->channels;

  for (; images > 0; images--, image += g->height * line)
    for (size_t row = 0; row < g->rows; row++)
      for (size_t column = 0; column < g->columns; column++)
        for (size_t ky = 0; ky < g->kernel; ky++)
          {
            size_t y = row * g->stride + ky - g->padding;  /* wraps where it is negative */
            ptrdiff_t x = (ptrdiff_t) (column * g->stride) - (ptrdiff_t) g->padding;
            if (y < g->height)
              patches = unfold_row (g, image + y * line, x, patches);
            else
              patches = clear (patches, g->kernel * g->channels);
          }
}

/* The patches of one image that pixel (y, x) was put into. */
typedef struct Sources {
  size_t count;
  const float *at[64];
} Sources;

/* kernel <= 8: at most 8 x 8 patches hold one pixel. */
static inline void
find_sources (const StGrid *g, const float *patches, size_t y, size_t x, Sources *sources)
{
  size_t patch = g->kernel * g->kernel * g->channels;

  sources->count = 0;
  for (size_t ky = (y + g->padding) % g->stride; ky < g->kernel && ky <= y + g->padding;
       ky += g->stride)
    {
      size_t row = (y + g->padding - ky) / g->stride;
      if (row >= g->rows)
        continue;
      for (size_t kx = (x + g->padding) % g->stride; kx < g->kernel && kx <= x + g->padding;
           kx += g->stride)
        {
          size_t column = (x + g->padding - kx) / g->stride;
          if (column < g->columns)
            sources->at[sources->count++] = patches + (row * g->columns + column) * patch
                                            + (ky * g->kernel + kx) * g->channels;
        }
    }
}

static inline void
fold_pixel (const Sources *sources, size_t channels, const float *bias, bool relu,
            const float *mask, float *out)
{
  size_t c = 0;

  for (; c + ST_VECTOR <= channels; c += ST_VECTOR)
    {
      StVector sum = { 0 };
      for (size_t i = 0; i < sources->count; i++)
        sum += st_vector_load (sources->at[i] + c);
      if (bias != NULL)
        sum += st_vector_load (bias + c);
      if (relu)
        sum = st_vector_relu (sum);
      if (mask != NULL)
        sum = st_vector_where_positive (sum, st_vector_load (mask + c));
      st_vector_store (out + c, sum);
    }
  for (; c < channels; c++)
    {
      float sum = 0.0f;
      for (size_t i = 0; i < sources->count; i++)
        sum += sources->at[i][c];
      if (bias != NULL)
        sum += bias[c];
      if ((relu && sum < 0.0f) || (mask != NULL && !(mask[c] > 0.0f)))
        sum = 0.0f;
      out[c] = sum;
    }
}

void
ST_LEVEL (fold) (const StGrid *g, size_t images, const float *patches, const float *bias,
                 bool relu, const float *mask, float *image)
{
  size_t patch = g->kernel * g->kernel * g->channels;
  Sources sources;

  for (; images > 0; images--, patches += g->rows * g->columns * patch)
    for (size_t y = 0; y < g->height; y++)
      for (size_t x = 0; x < g->width; x++)
        {
          find_sources (g, patches, y, x, &sources);
          fold_pixel (&sources, g->channels, bias, relu, mask, image);
          image += g->channels;
          if (mask != NULL)
            mask += g->channels;
        }
}
