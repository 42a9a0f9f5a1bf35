/* A register of doubles, and the names of the functions that are compiled once for each
 * processor level. */
#pragma once

#include <st-lanes.h>
#include <st-processor.h>

#include <math.h>

#if defined __AVX512F__
enum { LANES = 8 };
#define ST_DOUBLES_BYTES 64
#elif defined __AVX__
enum { LANES = 4 };
#define ST_DOUBLES_BYTES 32
#else
enum { LANES = 2 };
#define ST_DOUBLES_BYTES 16
#endif
typedef double StDoubles __attribute__ ((vector_size (ST_DOUBLES_BYTES)));
typedef double StDoublesAnywhere
  __attribute__ ((vector_size (ST_DOUBLES_BYTES), aligned (8), may_alias));
typedef int64_t StDoublesMask __attribute__ ((vector_size (ST_DOUBLES_BYTES)));

#define ST_INLINE static inline __attribute__ ((always_inline))

ST_INLINE StDoubles
st_doubles_load (const double *from)
{
  return *(const StDoublesAnywhere *) from;
}

/* A StLaneMatrices array, one vector for each place. */
ST_INLINE StDoubles *
st_doubles_array (double *array)
{
  return (StDoubles *) (void *) array;
}

ST_INLINE StDoubles
st_doubles_of (double value)
{
  return value - (StDoubles) { 0 };
}

ST_INLINE StDoubles
st_doubles_select (StDoublesMask mask, StDoubles yes, StDoubles no)
{
  return (StDoubles) ((mask & (StDoublesMask) yes) | (~mask & (StDoublesMask) no));
}

ST_INLINE StDoubles
st_doubles_magnitude (StDoubles x)
{
  return (StDoubles) ((StDoublesMask) x & INT64_MAX);
}

/* |size| with the sign of x. */
ST_INLINE StDoubles
st_doubles_with_sign (StDoubles size, StDoubles x)
{
  return (StDoubles) (((StDoublesMask) size & INT64_MAX) | ((StDoublesMask) x & INT64_MIN));
}

ST_INLINE StDoubles
st_doubles_sqrt (StDoubles x)
{
  StDoubles root;
  for (int lane = 0; lane < LANES; lane++)
    root[lane] = sqrt (x[lane]);
  return root;
}

ST_INLINE double
st_doubles_sum (StDoubles x)
{
#if ST_DOUBLES_BYTES == 64
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
#elif ST_DOUBLES_BYTES == 32
  return (x[0] + x[2]) + (x[1] + x[3]);
#else
  return x[0] + x[1];
#endif
}

/* One bit for each lane. */
ST_INLINE uint32_t
st_doubles_bits (StDoublesMask mask)
{
  uint32_t bits = 0;
  for (int lane = 0; lane < LANES; lane++)
    bits |= (uint32_t) (mask[lane] & 1) << lane;
  return bits;
}

float ST_LEVEL (lanes_sums) (size_t rows, size_t columns, const float *x, double *row_sums,
                             double *column_sums);
void ST_LEVEL (lanes_outer) (size_t rows, size_t m, const double *x, double weight, double *s);
void ST_LEVEL (lanes_load) (StLaneMatrices *batch, size_t count, const double *matrices);
void ST_LEVEL (lanes_reduce) (StLaneMatrices *batch);
uint32_t ST_LEVEL (lanes_values) (StLaneMatrices *batch);
uint32_t ST_LEVEL (lanes_vectors) (StLaneMatrices *batch);
void ST_LEVEL (lanes_tsne_row) (const StTsneRow *row, StTsneSums *sums);
extern const StLanes ST_LEVEL (lanes);
