#include <st-lanes-variant.h>

#include <string.h>

typedef float Floats __attribute__ ((vector_size (4 * LANES)));
typedef float FloatsAnywhere __attribute__ ((vector_size (4 * LANES), aligned (4), may_alias));
typedef int32_t FloatsMask __attribute__ ((vector_size (4 * LANES)));

/* Bits without the sign order as magnitudes do, infinities and NaN on top. */
ST_INLINE int32_t
magnitude_bits (float value)
{
  int32_t bits;
  memcpy (&bits, &value, sizeof bits);
  return bits & INT32_MAX;
}

float
ST_LEVEL (lanes_sums) (size_t rows, size_t columns, const float *x, double *row_sums,
                       double *column_sums)
{
  FloatsMask most = { 0 };
  int32_t most_of_all = 0;
  memset (column_sums, 0, columns * sizeof (double));
  for (size_t row = 0; row < rows; row++, x += columns)
    {
      StDoubles sum = { 0 };
      double rest = 0.0;
      size_t i = 0;
      for (; i + LANES <= columns; i += LANES)
        {
          Floats some = *(const FloatsAnywhere *) (x + i);
          FloatsMask bits = (FloatsMask) some & INT32_MAX, more = bits > most;
          StDoubles wide = __builtin_convertvector (some, StDoubles);
          most = (more & bits) | (~more & most);
          *(StDoublesAnywhere *) (column_sums + i) += wide;
          sum += wide;
        }
      for (; i < columns; i++)
        {
          int32_t bits = magnitude_bits (x[i]);
          most_of_all = bits > most_of_all ? bits : most_of_all;
          column_sums[i] += (double) x[i];
          rest += (double) x[i];
        }
      row_sums[row] = st_doubles_sum (sum) + rest;
    }
  for (int lane = 0; lane < LANES; lane++)
    most_of_all = most[lane] > most_of_all ? most[lane] : most_of_all;
  float largest;
  memcpy (&largest, &most_of_all, sizeof largest);
  return largest;
}
