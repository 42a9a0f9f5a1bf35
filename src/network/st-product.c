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

/* One number of C. */
static inline void
finish_number (const StProduct *p, float sum, size_t column, float *c)
{
  if (p->bias != NULL)
    sum += p->bias[column];
  if (p->relu && sum < 0.0f)
    sum = 0.0f;
  if (p->mask != NULL && !(p->mask[c - p->c] > 0.0f))
    sum = 0.0f;
  *c = p->add ? *c + sum : sum;
}

/* The sums of a tile; rows and vectors are constants wherever these are inlined. */
static inline __attribute__ ((always_inline)) void
begin_sums (const size_t rows, const size_t vectors, StVector sum[14][4])
{
#pragma GCC unroll 14
  for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++)
      sum[r][v] = (StVector) { 0 };
}

static inline __attribute__ ((always_inline)) void
add_products (const StProduct *p, const size_t rows, const size_t vectors, size_t k,
              const float *a, const float *b, const size_t b_step, StVector sum[14][4])
{
  const size_t a_row = p->a_row, a_step = p->a_step;

  for (size_t l = k; l > 0; l--, a += a_step, b += b_step)
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
}

/* Only the first `numbers` of vectors * ST_LANES columns are kept. */
static inline __attribute__ ((always_inline)) void
end_sums (const StProduct *p, const size_t rows, const size_t vectors, StVector sum[14][4],
          size_t column, float *c, size_t numbers)
{
#pragma GCC unroll 14
  for (size_t r = 0; r < rows; r++)
    if (numbers == vectors * ST_LANES)
#pragma GCC unroll 4
      for (size_t v = 0; v < vectors; v++)
        finish (p, sum[r][v], column + v * ST_LANES, c + r * p->c_row + v * ST_LANES);
    else
      {
        float last[ST_VECTOR];
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
          st_vector_store (last + v * ST_LANES, sum[r][v]);
        for (size_t j = 0; j < numbers; j++)
          finish_number (p, last[j], column + j, c + r * p->c_row + j);
      }
}

/* C[row .. row + rows - 1][column .. column + numbers - 1]. */
static inline __attribute__ ((always_inline)) void
tile (const StProduct *p, const size_t rows, const size_t vectors, size_t row, size_t column,
      const float *b, size_t numbers)
{
  StVector sum[14][4];

  begin_sums (rows, vectors, sum);
  add_products (p, rows, vectors, p->k, p->a + row * p->a_row, b, p->b_step, sum);
  end_sums (p, rows, vectors, sum, column, p->c + row * p->c_row + column, numbers);
}

/* All rows of one panel: full tiles, then what is left by fours, twos and ones. */
#define DEFINE_PANEL(width, full)                                                           \
  static void                                                                               \
  panel_##width (const StProduct *p, size_t column, const float *b)                         \
  {                                                                                         \
    size_t row = 0;                                                                         \
    for (; row + (full) <= p->m; row += (full))                                             \
      tile (p, (full), (width) * SPLIT, row, column, b, (width) * ST_VECTOR);               \
    for (; (full) > 4 && row + 4 <= p->m; row += 4)                                         \
      tile (p, 4, (width) * SPLIT, row, column, b, (width) * ST_VECTOR);                    \
    for (; (full) > 2 && row + 2 <= p->m; row += 2)                                         \
      tile (p, 2, (width) * SPLIT, row, column, b, (width) * ST_VECTOR);                    \
    for (; row < p->m; row++)                                                               \
      tile (p, 1, (width) * SPLIT, row, column, b, (width) * ST_VECTOR);                    \
  }

DEFINE_PANEL (1, ROWS_1)
#ifdef __AVX512F__
DEFINE_PANEL (2, ROWS_2)
DEFINE_PANEL (3, ROWS_3)
DEFINE_PANEL (4, ROWS_4)
#endif

/* Fewer columns than 16, from a packed B, whose panels are filled up: whole vectors are summed,
 * and what is behind the columns is not kept. */
static void
packed_columns (const StProduct *p, size_t column, size_t columns, const float *b)
{
  size_t row = 0;
  for (; row + ROWS_1 <= p->m; row += ROWS_1)
    tile (p, ROWS_1, SPLIT, row, column, b, columns);
  for (; row < p->m; row++)
    tile (p, 1, SPLIT, row, column, b, columns);
}

/* The same from any other B: what is behind the columns begins its next rows, but for the last
 * few, of which there is a copy with room behind them. */
static inline __attribute__ ((always_inline)) void
loose_tile (const StProduct *p, const size_t rows, size_t row, size_t column, size_t columns,
            const float *b, size_t copied, const float *copy)
{
  const float *a = p->a + row * p->a_row;
  float *c = p->c + row * p->c_row + column;
  StVector sum[14][4];

  begin_sums (rows, SPLIT, sum);
  add_products (p, rows, SPLIT, p->k - copied, a, b, p->b_step, sum);
  add_products (p, rows, SPLIT, copied, a + (p->k - copied) * p->a_step, copy, ST_VECTOR, sum);
  end_sums (p, rows, SPLIT, sum, column, c, columns);
}

static void
last_columns (const StProduct *p, size_t column, size_t columns, const float *b)
{
  float copy[ST_VECTOR * ST_VECTOR] = { 0 };
  size_t copied = 0, row = 0;

  while (copied < p->k && copied * p->b_step + columns < ST_VECTOR)
    copied++;
  for (size_t l = 0; l < copied; l++)
    for (size_t j = 0; j < columns; j++)
      copy[l * ST_VECTOR + j] = b[(p->k - copied + l) * p->b_step + j];
  for (; row + ROWS_1 <= p->m; row += ROWS_1)
    loose_tile (p, ROWS_1, row, column, columns, b, copied, copy);
  for (; row < p->m; row++)
    loose_tile (p, 1, row, column, columns, b, copied, copy);
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
      if (columns > wide && p->b_step == width)
        packed_columns (p, column + wide, columns - wide, b + wide);
      else if (columns > wide)
        last_columns (p, column + wide, columns - wide, b + wide);
    }
}
