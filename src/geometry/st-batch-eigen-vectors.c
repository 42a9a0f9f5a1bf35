/* Eigenvalues and eigenvectors of tridiagonal matrices, one in each lane, by the implicit QL
 * method: every sweep is a product of plane rotations, which turn the columns of Q with them.
 * Products of rotations and reflectors are orthogonal whatever the spectrum looks like. */
#include <st-batch-eigen-blocks.h>

/* Rows of Q that a sweep passes through together: their running columns stay in registers. */
enum { ROWS = 8 };

/* Of entries about 1: squares below TINY have lost digits, or everything. */
static const double TINY = 0x1p-900, UP = 0x1p500;

/* Q = H_0 H_1 ... from the reflectors in a; its columns in the order of the diagonal, which is
 * from the last one on. */
static void
form_product (StLaneMatrices *batch)
{
  size_t n = batch->n;
  const StDoubles *a = st_doubles_array (batch->a), *tau = st_doubles_array (batch->tau);
  StDoubles *q = st_doubles_array (batch->q);

  for (size_t i = 0; i < n * n; i++)
    q[i] = (StDoubles) { 0 };
  for (size_t i = 0; i < n; i++)
    q[(n - 1 - i) * n + i] = st_doubles_of (1.0);
  /* H_k moves the rows and columns behind k only. */
  for (size_t k = n - 1; k-- > 0;)
    for (size_t j = k + 1; j < n; j++)
      {
        const StDoubles *u = a + k * n;
        StDoubles *column = q + (n - 1 - j) * n, sum[2] = { 0 };
        size_t i = k + 1;
        for (; i + 2 <= n; i += 2)
          {
            sum[0] += u[i] * column[i];
            sum[1] += u[i + 1] * column[i + 1];
          }
        if (i < n)
          sum[0] += u[i] * column[i];
        StDoubles factor = tau[k] * (sum[0] + sum[1]);
        for (i = k + 1; i < n; i++)
          column[i] -= factor * u[i];
      }
}

/* Wilkinson's shift, taken from the block's last number. */
ST_INLINE StDoubles
find_shift (const Blocks *blocks, const StDoubles *diagonal, const StDoubles *off)
{
  StDoubles head = blocks_gather (blocks, diagonal, 0), next = blocks_gather (blocks, diagonal, 1);
  StDoubles beside = blocks_gather (blocks, off, 0);
  StDoubles ratio = (next - head) / (2.0 * beside), longer = st_doubles_sqrt (ratio * ratio + 1.0);
  return head - beside / (ratio + st_doubles_with_sign (longer, ratio));
}

/* c g + s f = r and c f - s g = 0, with c^2 + s^2 = 1. */
ST_INLINE void
rotation (StDoubles f, StDoubles g, StDoubles *c, StDoubles *s, StDoubles *r)
{
  StDoubles squares = f * f + g * g;
  StDoubles f_up = f * UP, g_up = g * UP, squares_up = f_up * f_up + g_up * g_up;
  StDoublesMask tiny = squares < TINY;
  squares = st_doubles_select (tiny, squares_up, squares);
  StDoublesMask none = squares == 0.0;
  StDoubles root = st_doubles_sqrt (squares);
  StDoubles inverse = st_doubles_select (none, (StDoubles) { 0 }, 1.0 / root);
  *c = st_doubles_select (none, st_doubles_of (1.0),
                          st_doubles_select (tiny, g_up, g) * inverse);
  *s = st_doubles_select (tiny, f_up, f) * inverse;
  *r = st_doubles_select (tiny, root / UP, root);
}

/* One sweep over the tridiagonal matrices; its rotations into cosines[i] and sines[i], the
 * identity for lanes that have none at i. */
ST_INLINE void
sweep (const Blocks *blocks, StDoubles *diagonal, StDoubles *off, StDoubles *cosines,
       StDoubles *sines)
{
  const StDoubles zero = { 0 }, one = st_doubles_of (1.0);
  StDoubles shift = find_shift (blocks, diagonal, off);
  StDoubles c = one, s = one, g = zero, p = zero, r;
  StDoubles below = diagonal[blocks->high], below_now = below;

  for (int64_t i = blocks->high - 1; i >= blocks->low; i--)
    {
      StDoublesMask begins = blocks->last == i + 1;
      StDoublesMask inside = (blocks->last > i) & (blocks->first <= i);
      StDoubles alpha = diagonal[i], e = off[i];
      g = st_doubles_select (begins, below - shift, g);
      p = st_doubles_select (begins, zero, p);
      c = st_doubles_select (begins, one, c);
      s = st_doubles_select (begins, one, s);

      StDoubles b = c * e;
      rotation (s * e, g, &c, &s, &r);
      off[i + 1] = st_doubles_select (inside & ~begins, r, off[i + 1]);
      cosines[i] = st_doubles_select (inside, c, one);
      sines[i] = st_doubles_select (inside, s, zero);
      g = below - p;
      StDoubles turned = (alpha - g) * s + 2.0 * c * b;
      p = s * turned;
      diagonal[i + 1] = st_doubles_select (inside, g + p, below_now);
      g = c * turned - b;

      /* What stays if this is the block's head. */
      below = alpha;
      below_now = st_doubles_select (inside, alpha - p, alpha);
      diagonal[i] = below_now;
      off[i] = st_doubles_select (inside, g, e);
    }
}

/* Turns columns low to high of `rows` rows of Q, of which the first starts at q; rows is a
 * constant wherever this is inlined. */
ST_INLINE void
turn_rows (const size_t rows, size_t n, int64_t low, int64_t high, const StDoubles *cosines,
           const StDoubles *sines, StDoubles *q)
{
  StDoubles running[ROWS];
  StDoubles *column = q + (size_t) high * n;
#pragma GCC unroll 8
  for (size_t row = 0; row < rows; row++)
    running[row] = column[row];
  for (int64_t i = high - 1; i >= low; i--, column -= n)
    {
      const StDoubles c = cosines[i], s = sines[i], *left = column - n;
#pragma GCC unroll 8
      for (size_t row = 0; row < rows; row++)
        {
          column[row] = s * left[row] + c * running[row];
          running[row] = c * left[row] - s * running[row];
        }
    }
#pragma GCC unroll 8
  for (size_t row = 0; row < rows; row++)
    column[row] = running[row];
}

static void
turn (size_t n, int64_t low, int64_t high, const StDoubles *cosines, const StDoubles *sines,
      StDoubles *q)
{
  size_t row = 0;
  for (; row + ROWS <= n; row += ROWS)
    turn_rows (ROWS, n, low, high, cosines, sines, q + row);
  for (; row + 4 <= n; row += 4)
    turn_rows (4, n, low, high, cosines, sines, q + row);
  for (; row < n; row++)
    turn_rows (1, n, low, high, cosines, sines, q + row);
}

uint32_t
ST_LEVEL (lanes_vectors) (StLaneMatrices *batch)
{
  size_t n = batch->n;
  StDoubles *diagonal = st_doubles_array (batch->diagonal);
  StDoubles *off = st_doubles_array (batch->off), *q = st_doubles_array (batch->q);
  StDoubles *cosines = st_doubles_array (batch->spare), *sines = cosines + n;
  StDoubles bound = blocks_norm (n, diagonal, off) * BLOCKS_SMALL;
  Blocks blocks;

  form_product (batch);
  blocks_begin (&blocks, n);
  while (blocks_next (&blocks, off, bound))
    {
      sweep (&blocks, diagonal, off, cosines, sines);
      turn (n, blocks.low, blocks.high, cosines, sines, q);
    }
  return blocks.failed;
}
