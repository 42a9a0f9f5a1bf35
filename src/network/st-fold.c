/* Patches of an image, and their adjoint. */
#include <st-variant.h>

typedef float Four __attribute__ ((vector_size (16), aligned (4), may_alias));

/* Runs are short (3 to 64 floats): a call of memcpy() would cost more than the copy. */
static inline float *
copy (float *to, const float *from, size_t n)
{
  for (; n >= ST_LANES; n -= ST_LANES, to += ST_LANES, from += ST_LANES)
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
  for (; n >= ST_LANES; n -= ST_LANES, to += ST_LANES)
    st_vector_store (to, (StVector) { 0 });
  for (; n >= 4; n -= 4, to += 4)
    *(Four *) to = (Four) { 0 };
  for (; n > 0; n--)
    *to++ = 0.0f;
  return to;
}

/* One row of the patch whose leftmost pixel is x, which may lie outside. */
static inline void
unfold_row (const StGrid *g, const float *line, ptrdiff_t x, float *to)
{
  ptrdiff_t kernel = (ptrdiff_t) g->kernel, width = (ptrdiff_t) g->width;
  ptrdiff_t before = x < 0 ? -x : 0;
  ptrdiff_t behind = x + kernel > width ? x + kernel - width : 0;

  to = clear (to, (size_t) before * g->channels);
  to = copy (to, line + (x + before) * (ptrdiff_t) g->channels,
             (size_t) (kernel - before - behind) * g->channels);
  clear (to, (size_t) behind * g->channels);
}

/* `n` runs of `length` floats: the middle of a line, where no patch sticks out. */
static inline void
copy_runs (size_t n, size_t length, const float *from, size_t from_step, float *to,
           size_t to_step)
{
  for (; n > 0; n--, from += from_step, to += to_step)
    if (length % ST_LANES == 0)
      for (size_t i = 0; i < length; i += ST_LANES)
        st_vector_store (to + i, st_vector_load (from + i));
    else
      copy (to, from, length);
}

/* Row ky of the patches of one line of cells, from the image's line that it sees, or NULL
 * outside. */
static inline void
unfold_line (const StGrid *g, const float *line, float *to)
{
  size_t run = g->kernel * g->channels, patch = g->patch;
  size_t first = (g->padding + g->stride - 1) / g->stride;
  size_t reach = g->width + g->padding;
  size_t behind = reach < g->kernel ? 0 : (reach - g->kernel) / g->stride + 1;

  for (size_t column = 0; column < g->columns; column++)
    {
      ptrdiff_t x = (ptrdiff_t) (column * g->stride) - (ptrdiff_t) g->padding;
      if (line == NULL)
        clear (to + column * patch, run);
      else if (column == first && first < behind)
        {
          copy_runs (behind - first, run, line + (size_t) x * g->channels,
                     g->stride * g->channels, to + column * patch, patch);
          column = behind - 1;
        }
      else
        unfold_row (g, line, x, to + column * patch);
    }
}

void
ST_LEVEL (unfold) (const StGrid *g, size_t images, const float *image, float *patches)
{
  size_t line = g->width * g->channels, run = g->kernel * g->channels;

  for (; images > 0; images--, image += g->height * line)
    for (size_t row = 0; row < g->rows; row++, patches += g->columns * g->patch)
      for (size_t ky = 0; ky < g->kernel; ky++)
        {
          size_t y = row * g->stride + ky - g->padding;  /* wraps where it is negative */
          unfold_line (g, y < g->height ? image + y * line : NULL, patches + ky * run);
        }
}

/* Along one axis: where in the patches the taps that cover a pixel are.  No kernel has more
 * than 8 taps a side. */
typedef struct Sources {
  size_t count;
  size_t offset[8];
} Sources;

/* Neighbouring cells are cell_step floats apart in the patches, neighbouring taps tap_step. */
static Sources
find_sources (const StGrid *g, size_t pixel, size_t cells, size_t cell_step, size_t tap_step)
{
  size_t at = pixel + g->padding;
  Sources sources;

  sources.count = 0;
  sources.offset[0] = sources.offset[1] = 0;
  for (size_t tap = at % g->stride; tap < g->kernel && tap <= at; tap += g->stride)
    {
      size_t cell = (at - tap) / g->stride;
      if (cell < cells)
        sources.offset[sources.count++] = cell * cell_step + tap * tap_step;
    }
  return sources;
}

typedef struct Finish {
  const float *bias;
  const float *mask;   /* of the present pixel */
  bool relu;
} Finish;

static inline __attribute__ ((always_inline)) void
fold_vectors (const float *patches, const Sources *down, size_t rows, const Sources *across,
              size_t columns, size_t channels, const Finish *finish, float *out)
{
  for (size_t c = 0; c < channels; c += ST_LANES)
    {
      StVector sum = { 0 };
      for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
          sum += st_vector_load (patches + down->offset[i] + across->offset[j] + c);
      if (finish->bias != NULL)
        sum += st_vector_load (finish->bias + c);
      if (finish->relu)
        sum = st_vector_relu (sum);
      if (finish->mask != NULL)
        sum = st_vector_where_positive (sum, st_vector_load (finish->mask + c));
      st_vector_store (out + c, sum);
    }
}

static inline __attribute__ ((always_inline)) void
fold_numbers (const float *patches, const Sources *down, size_t rows, const Sources *across,
              size_t columns, size_t channels, const Finish *finish, float *out)
{
  for (size_t c = 0; c < channels; c++)
    {
      float sum = 0.0f;
      for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
          sum += patches[down->offset[i] + across->offset[j] + c];
      if (finish->bias != NULL)
        sum += finish->bias[c];
      if ((finish->relu && sum < 0.0f) || (finish->mask != NULL && !(finish->mask[c] > 0.0f)))
        sum = 0.0f;
      out[c] = sum;
    }
}

static inline __attribute__ ((always_inline)) void
fold_pixel (const float *patches, const Sources *down, size_t rows, const Sources *across,
            size_t columns, size_t channels, const Finish *finish, float *out)
{
  if (channels % ST_LANES == 0)
    fold_vectors (patches, down, rows, across, columns, channels, finish, out);
  else
    fold_numbers (patches, down, rows, across, columns, channels, finish, out);
}

enum { COLUMNS = 64 };  /* pixels of a line whose sources are found at once */

/* One channel, as images have: sums first, then the rest in a loop that vectorises. */
static void
fold_single_channel (const float *patches, const Sources *down, const Sources across[COLUMNS],
                     size_t n, const Finish *finish, float *out)
{
  const float *upper = patches + down->offset[0], *lower = patches + down->offset[1];
  float bias = finish->bias == NULL ? 0.0f : *finish->bias;

  for (size_t i = 0; i < n; i++)
    {
      const size_t *at = across[i].offset;
      float sum = 0.0f;
      if (down->count == 2 && across[i].count == 2)
        sum = (upper[at[0]] + upper[at[1]]) + (lower[at[0]] + lower[at[1]]);
      else
        for (size_t j = 0; j < down->count; j++)
          for (size_t l = 0; l < across[i].count; l++)
            sum += patches[down->offset[j] + at[l]];
      out[i] = sum + bias;
    }
  for (size_t i = 0; finish->relu && i < n; i++)
    out[i] = out[i] < 0.0f ? 0.0f : out[i];
  for (size_t i = 0; finish->mask != NULL && i < n; i++)
    out[i] = finish->mask[i] > 0.0f ? out[i] : 0.0f;
}

static inline void
fold_line (const StGrid *g, const float *patches, const Sources *down,
           const Sources across[COLUMNS], size_t n, Finish finish, float *out)
{
  const float *mask = finish.mask;

  if (g->channels == 1)
    {
      fold_single_channel (patches, down, across, n, &finish, out);
      return;
    }
  for (size_t i = 0; i < n; i++, out += g->channels)
    {
      finish.mask = mask == NULL ? NULL : mask + i * g->channels;
      /* Constants for the commonest case, so that its loops vanish. */
      if (down->count == 2 && across[i].count == 2)
        fold_pixel (patches, down, 2, &across[i], 2, g->channels, &finish, out);
      else
        fold_pixel (patches, down, down->count, &across[i], across[i].count, g->channels,
                    &finish, out);
    }
}

/* Pixels x to x + n - 1 of every line of one image. */
static void
fold_columns (const StGrid *g, const float *patches, const Sources across[COLUMNS], size_t x,
              size_t n, Finish finish, float *image)
{
  const float *mask = finish.mask;

  for (size_t y = 0; y < g->height; y++)
    {
      size_t at = (y * g->width + x) * g->channels;
      Sources down = find_sources (g, y, g->rows, g->columns * g->patch,
                                   g->kernel * g->channels);
      finish.mask = mask == NULL ? NULL : mask + at;
      fold_line (g, patches, &down, across, n, finish, image + at);
    }
}

void
ST_LEVEL (fold) (const StGrid *g, size_t images, const float *patches, const float *bias,
                 bool relu, const float *mask, float *image)
{
  size_t size = g->height * g->width * g->channels, source = g->rows * g->columns * g->patch;
  Sources across[COLUMNS];

  for (size_t x = 0, n; x < g->width; x += n)
    {
      n = g->width - x < COLUMNS ? g->width - x : COLUMNS;
      for (size_t i = 0; i < n; i++)
        across[i] = find_sources (g, x + i, g->columns, g->patch, g->channels);
      for (size_t i = 0; i < images; i++)
        {
          Finish finish = { bias, mask == NULL ? NULL : mask + i * size, relu };
          fold_columns (g, patches + i * source, across, x, n, finish, image + i * size);
        }
    }
}
