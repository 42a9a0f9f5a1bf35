/* Eigenvalues of tridiagonal matrices, one in each lane, by the QL method without square roots
 * (Pal, Walker and Kahan; Parlett, "The Symmetric Eigenvalue Problem", section 8.15).
 *
 * Each lane has its own unreduced block, from first to last; one sweep serves all lanes, over
 * the rows that some lane needs, and writes only where a lane's own block is.  Of the two
 * divisions of a step one is off the path that the next step waits for:
 * with N = p (alpha - sigma) - b gamma, the new gamma is N / r and the new p, gamma^2 / c,
 * is N^2 / (r p). */
#include <st-batch-eigen-blocks.h>

/* Below it p counts as 0: N^2 / (r p) would lose itself.  Entries are about 1, and b is
 * at least 1e-34 wherever it is not 0. */
static const double NO_P = 0x1p-500;

/* Wilkinson's shift at the head of each block. */
ST_INLINE StDoubles
find_shift (const Blocks *blocks, const StDoubles *diagonal, const StDoubles *squares)
{
  StDoubles head = blocks_gather (blocks, diagonal, 0), next = blocks_gather (blocks, diagonal, 1);
  StDoubles root = st_doubles_sqrt (blocks_gather (blocks, squares, 0));
  StDoubles ratio = (next - head) / (2.0 * root), longer = st_doubles_sqrt (ratio * ratio + 1.0);
  return head - root / (ratio + st_doubles_with_sign (longer, ratio));
}

ST_INLINE void
sweep (const Blocks *blocks, StDoubles *diagonal, StDoubles *squares)
{
  const StDoubles zero = { 0 }, one = st_doubles_of (1.0);
  StDoubles sigma = find_shift (blocks, diagonal, squares);
  StDoubles gamma = zero, p = zero, c = one, s = zero, below = diagonal[blocks->high];

  for (int64_t i = blocks->high - 1; i >= blocks->low; i--)
    {
      StDoublesMask begins = blocks->last == i + 1;
      StDoublesMask inside = (blocks->last > i) & (blocks->first <= i);
      StDoubles alpha = diagonal[i], b = squares[i], shifted = below - sigma;
      gamma = st_doubles_select (begins, shifted, gamma);
      p = st_doubles_select (begins, shifted * shifted, p);
      c = st_doubles_select (begins, one, c);

      StDoubles r = p + b, inverse = 1.0 / r;
      StDoubles numerator = p * (alpha - sigma) - b * gamma, next = numerator * inverse;
      squares[i + 1] = st_doubles_select (inside & ~begins, s * r, squares[i + 1]);
      diagonal[i + 1] = st_doubles_select (inside, gamma + (alpha - next), below);
      StDoubles quotient = numerator * numerator / (r * p);
      StDoubles limit = c * b;
      c = p * inverse;
      s = b * inverse;
      p = st_doubles_select (p < NO_P, limit, quotient);
      gamma = next;

      /* What stays if this is the block's head. */
      below = st_doubles_select (inside, sigma + gamma, alpha);
      diagonal[i] = below;
      squares[i] = st_doubles_select (inside, s * p, b);
    }
}

uint32_t
ST_LEVEL (lanes_values) (StLaneMatrices *batch)
{
  size_t n = batch->n;
  StDoubles *diagonal = st_doubles_array (batch->diagonal);
  StDoubles *squares = st_doubles_array (batch->off);
  StDoubles bound = blocks_norm (n, diagonal, squares) * BLOCKS_SMALL;
  Blocks blocks;

  for (size_t i = 0; i < n; i++)
    squares[i] *= squares[i];
  bound *= bound;
  blocks_begin (&blocks, n);
  while (blocks_next (&blocks, squares, bound))
    sweep (&blocks, diagonal, squares);
  return blocks.failed;
}
