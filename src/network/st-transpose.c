/* Transposition by squares of vectors: in step s of 1, 2, 4, ... every two rows that are s apart
 * exchange the quarters of the squares of side 2 s that stand off the diagonal. */
#include <st-variant.h>

/* Lane i of what is exchanged: from the same row, or (from ST_LANES on) from the other. */
static inline __attribute__ ((always_inline)) StVectorMask
lanes_of_upper (const size_t s)
{
  StVectorMask lanes;
#pragma GCC unroll 16
  for (size_t i = 0; i < ST_LANES; i++)
    lanes[i] = (int32_t) (i & s ? ST_LANES + i - s : i);
  return lanes;
}

static inline __attribute__ ((always_inline)) StVectorMask
lanes_of_lower (const size_t s)
{
  StVectorMask lanes;
#pragma GCC unroll 16
  for (size_t i = 0; i < ST_LANES; i++)
    lanes[i] = (int32_t) (i & s ? ST_LANES + i : i + s);
  return lanes;
}

/* From a, or (from ST_LANES on) from b. */
static inline __attribute__ ((always_inline)) StVector
pick (StVector a, StVector b, StVectorMask lanes)
{
#ifndef __clang__
  return __builtin_shuffle (a, b, lanes);
#else
  StVector picked = a;
  for (int i = 0; i < ST_LANES; i++)
    picked[i] = lanes[i] < ST_LANES ? a[lanes[i]] : b[lanes[i] - ST_LANES];
  return picked;
#endif
}

static inline __attribute__ ((always_inline)) void
exchange (StVector row[ST_LANES], const size_t s)
{
  const StVectorMask upper = lanes_of_upper (s), lower = lanes_of_lower (s);
#pragma GCC unroll 16
  for (size_t i = 0; i < ST_LANES; i++)
    if (!(i & s))
      {
        StVector a = row[i], b = row[i + s];
        row[i] = pick (a, b, upper);
        row[i + s] = pick (a, b, lower);
      }
}

static inline void
square (const float *in, size_t in_step, float *out, size_t out_step)
{
  StVector row[ST_LANES];
#pragma GCC unroll 16
  for (size_t i = 0; i < ST_LANES; i++)
    row[i] = st_vector_load (in + i * in_step);
  exchange (row, 1);
  exchange (row, 2);
#if ST_LANES > 4
  exchange (row, 4);
#endif
#if ST_LANES > 8
  exchange (row, 8);
#endif
#pragma GCC unroll 16
  for (size_t i = 0; i < ST_LANES; i++)
    st_vector_store (out + i * out_step, row[i]);
}

static void
rest (size_t rows, size_t columns, const float *in, size_t in_step, float *out, size_t out_step)
{
  for (size_t j = 0; j < columns; j++)
    for (size_t i = 0; i < rows; i++)
      out[j * out_step + i] = in[i * in_step + j];
}

void
ST_LEVEL (transpose) (size_t rows, size_t columns, const float *in, size_t in_step, float *out,
                      size_t out_step)
{
  size_t whole_rows = rows - rows % ST_LANES, whole = columns - columns % ST_LANES;

  for (size_t i = 0; i < whole_rows; i += ST_LANES)
    {
      for (size_t j = 0; j < whole; j += ST_LANES)
        square (in + i * in_step + j, in_step, out + j * out_step + i, out_step);
      rest (ST_LANES, columns - whole, in + i * in_step + whole, in_step,
            out + whole * out_step + i, out_step);
    }
  rest (rows - whole_rows, columns, in + whole_rows * in_step, in_step, out + whole_rows,
        out_step);
}
