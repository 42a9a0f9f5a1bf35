/* Products of rows with rows: tiles of 4 x 4 sums stay in registers while m goes by. */
#include <st-lanes-variant.h>

enum { TILE = 4 };

/* The last n numbers of a row, and zeros. */
ST_INLINE StDoubles
load_rest (const double *from, size_t n)
{
  StDoubles rest = { 0 };
  for (size_t i = 0; i < n; i++)
    rest[i] = from[i];
  return rest;
}

/* Adds the products of n columns, the first at x and y, at most LANES. */
ST_INLINE void
add_columns (const size_t height, const size_t width, size_t n, size_t m, const double *x,
             const double *y, StDoubles sum[TILE][TILE])
{
  StDoubles right[TILE];
#pragma GCC unroll 4
  for (size_t j = 0; j < width; j++)
    right[j] = n == LANES ? st_doubles_load (y + j * m) : load_rest (y + j * m, n);
#pragma GCC unroll 4
  for (size_t i = 0; i < height; i++)
    {
      StDoubles left = n == LANES ? st_doubles_load (x + i * m) : load_rest (x + i * m, n);
#pragma GCC unroll 4
      for (size_t j = 0; j < width; j++)
        sum[i][j] += left * right[j];
    }
}

/* s[j][i] for the rows i of x and j of y; height and width are constants wherever this is
 * inlined. */
ST_INLINE void
tile (const size_t height, const size_t width, size_t m, const double *x, const double *y,
      double weight, double *s, size_t side)
{
  StDoubles sum[TILE][TILE];
  size_t k = 0;

#pragma GCC unroll 4
  for (size_t i = 0; i < height; i++)
#pragma GCC unroll 4
    for (size_t j = 0; j < width; j++)
      sum[i][j] = (StDoubles) { 0 };
  for (; k + LANES <= m; k += LANES)
    add_columns (height, width, LANES, m, x + k, y + k, sum);
  if (k < m)
    add_columns (height, width, m - k, m, x + k, y + k, sum);

#pragma GCC unroll 4
  for (size_t i = 0; i < height; i++)
#pragma GCC unroll 4
    for (size_t j = 0; j < width; j++)
      s[j * side + i] = weight * st_doubles_sum (sum[i][j]);
}

/* Rows from i on against the `width` columns from j on. */
#define DEFINE_STRIP(width)                                                                   \
  static void                                                                                 \
  strip_##width (size_t rows, size_t m, const double *x, double weight, size_t j, double *s)  \
  {                                                                                           \
    const double *y = x + j * m;                                                              \
    size_t i = j;                                                                             \
    for (; i + TILE <= rows; i += TILE)                                                       \
      tile (TILE, (width), m, x + i * m, y, weight, s + j * rows + i, rows);                  \
    switch (rows - i)                                                                         \
      {                                                                                       \
      case 3: tile (3, (width), m, x + i * m, y, weight, s + j * rows + i, rows); break;      \
      case 2: tile (2, (width), m, x + i * m, y, weight, s + j * rows + i, rows); break;      \
      case 1: tile (1, (width), m, x + i * m, y, weight, s + j * rows + i, rows); break;      \
      default: break;                                                                         \
      }                                                                                       \
  }

DEFINE_STRIP (1)
DEFINE_STRIP (2)
DEFINE_STRIP (3)
DEFINE_STRIP (4)

void
ST_LEVEL (lanes_outer) (size_t rows, size_t m, const double *x, double weight, double *s)
{
  size_t j = 0;
  for (; j + TILE <= rows; j += TILE)
    strip_4 (rows, m, x, weight, j, s);
  switch (rows - j)
    {
    case 3: strip_3 (rows, m, x, weight, j, s); break;
    case 2: strip_2 (rows, m, x, weight, j, s); break;
    case 1: strip_1 (rows, m, x, weight, j, s); break;
    default: break;
    }
}
