/* The matrix product, in tiles that stay in registers.
 *
 * With 32 registers of 16 floats a tile is up to 6 rows by 64 columns of C, 24 registers:
 * each step of k loads 4 vectors of B, broadcasts 6 numbers of A and does 24 multiply-adds.
 * Narrower panels take more rows, so that there are always enough independent chains to
 * hide the latency of a multiply-add.  Where registers are shorter or fewer, tiles are 16
 * columns wide.  The sums of a tile are kept until k is done: that is what makes them
 * independent of how C is cut. */
#include <st-variant.h>

/* Rows of a full tile that is 1 to 4 times 16 columns wide. */
#if defined __AVX512F__
enum { WIDEST = 4 };
#define ROWS_1 14
#define ROWS_2 12
#define ROWS_3 8
#define ROWS_4 6
#else
enum { WIDEST = 1 };
#if defined __AVX__ || defined __aarch64__
#define ROWS_1 6
#else
#define ROWS_1 2
#endif
#endif

/* Vectors in 16 columns. */
enum { SPLIT = ST_VECTOR / ST_LANES };

static inline __attribute__ ((always_inline)) void
finish (const StProduct *p, StVector sum, size_t column, float *c)
{
  if (p->bias != NULL)
    sum += st_vector_load (p->bias + column);
  if (p->relu)
    sum = st_vector_relu (sum);
  if (p->mask != NULL)
    sum = st_vector_where_positive (sum, st_vector_load (p->mask + (c - p->c)));
  if (p->add)
    sum += st_vector_load (c);
  st_vector_store (c, sum);
}

/* C[row .. row + rows - 1][column .. column + vectors * ST_LANES - 1]; rows and vectors are
 * constants wherever this is inlined. */
static inline __attribute__ ((always_inline)) void
tile (const StProduct *p, const size_t rows, const size_t vectors, size_t row, size_t column,
      const float *b)
{
  const float *a = p->a + row * p->a_row;
  float *c = p->c + row * p->c_row + column;
  const size_t a_row = p->a_row, a_step = p->a_step, b_step = p->b_step;
  StVector sum[14][4];

#pragma GCC unroll 14
  for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++)
      sum[r][v] = (StVector) { 0 };

  for (size_t l = p->k; l > 0; l--, a += a_step, b += b_step)
    {
      StVector right[4];
#pragma GCC unroll 4
      for (size_t v = 0; v < vectors; v++)
        right[v] = st_vector_load (b + v * ST_LANES);
#pragma GCC unroll 14
      for (size_t r = 0; r < rows; r++)
        {
          StVector left = a[r * a_row] - (StVector) { 0 };
#pragma GCC unroll 4
          for (size_t v = 0; v < vectors; v++)
            sum[r][v] += left * right[v];
        }
    }

#pragma GCC unroll 14
  for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++)
      finish (p, sum[r][v], column + v * ST_LANES, c + r * p->c_row + v * ST_LANES);
}

/* All rows of one panel: full tiles, then what is left by fours, twos and ones. */
#define DEFINE_PANEL(width, full)                                                   \
  static void                                                                       \
  panel_##width (const StProduct *p, size_t column, const float *b)                 \
  {                                                                                 \
    size_t row = 0;                                                                 \
    for (; row + (full) <= p->m; row += (full))                                     \
      tile (p, (full), (width) * SPLIT, row, column, b);                            \
    for (; (full) > 4 && row + 4 <= p->m; row += 4)                                 \
      tile (p, 4, (width) * SPLIT, row, column, b);                                 \
    for (; (full) > 2 && row + 2 <= p->m; row += 2)                                 \
      tile (p, 2, (width) * SPLIT, row, column, b);                                 \
    for (; row < p->m; row++)                                                       \
      tile (p, 1, (width) * SPLIT, row, column, b);                                 \
  }

DEFINE_PANEL (1, ROWS_1)
#ifdef __AVX512F__
DEFINE_PANEL (2, ROWS_2)
DEFINE_PANEL (3, ROWS_3)
DEFINE_PANEL (4, ROWS_4)
#endif

/* Fewer columns than 16: numbers one by one, summed in the same order. */
static void
last_columns (const StProduct *p, size_t column, size_t columns, const float *b)
{
  for (size_t i = 0; i < p->m; i++)
    {
      const float *a = p->a + i * p->a_row;
      float *c = p->c + i * p->c_row + column;
      const float *mask = p->mask == NULL ? NULL : p->mask + (c - p->c);
      float sum[ST_VECTOR] = { 0 };

      for (size_t l = 0; l < p->k; l++)
        for (size_t j = 0; j < columns; j++)
          sum[j] += a[l * p->a_step] * b[l * p->b_step + j];
      for (size_t j = 0; j < columns; j++)
        {
          float value = sum[j];
          if (p->bias != NULL)
            value += p->bias[column + j];
          if (p->relu && value < 0.0f)
            value = 0.0f;
          if (mask != NULL && !(mask[j] > 0.0f))
            value = 0.0f;
          c[j] = p->add ? c[j] + value : value;
        }
    }
}

static void
wide_columns (const StProduct *p, size_t column, size_t vectors, const float *b)
{
  for (size_t taken; vectors > 0; vectors -= taken)
    {
      taken = vectors < WIDEST ? vectors : WIDEST;
      switch (taken)
        {
#ifdef __AVX512F__
        case 4: panel_4 (p, column, b); break;
        case 3: panel_3 (p, column, b); break;
        case 2: panel_2 (p, column, b); break;
#endif
        default: panel_1 (p, column, b); break;
        }
      column += taken * ST_VECTOR;
      b += taken * ST_VECTOR;
    }
}

void
ST_LEVEL (product) (const StProduct *p)
{
  size_t width = st_panel_width (p->n);
  const float *b = p->b;

  for (size_t column = 0; column < p->n; column += width, b += p->b_panel)
    {
      size_t columns = p->n - column < width ? p->n - column : width;
      size_t vectors = columns / ST_VECTOR, wide = vectors * ST_VECTOR;
      wide_columns (p, column, vectors, b);
      if (columns > wide)
        last_columns (p, column + wide, columns - wide, b + wide);
    }
}
