/* Where each lane is while its tridiagonal matrix becomes diagonal. */
#pragma once

#include <st-lanes-variant.h>

#include <stdbool.h>

/* Entries beside the diagonal that are not more than this part of the norm count as 0: all
 * together they move no eigenvalue by more than twice that.  With less, matrices that are a
 * multiple of I but for rounding never come to an end: sweeps round as much themselves. */
static const double BLOCKS_SMALL = 0x1p-52;
/* Sweeps for each eigenvalue, as LAPACK has it; about 1.7 are needed. */
enum { BLOCKS_SWEEPS = 30 };

typedef struct Blocks {
  StDoublesMask first, last;  /* of each lane's block, both inside it; n where nothing is left */
  int64_t n, low, high;       /* the least first and the greatest last where something is left */
  size_t sweeps;              /* still allowed */
  uint32_t failed;            /* lanes in which something is left, one bit each */
} Blocks;

ST_INLINE void
blocks_begin (Blocks *blocks, size_t n)
{
  *blocks = (Blocks) { .n = (int64_t) n, .sweeps = BLOCKS_SWEEPS * n };
}

/* The greatest sum of a row's magnitudes. */
ST_INLINE StDoubles
blocks_norm (size_t n, const StDoubles *diagonal, const StDoubles *off)
{
  StDoubles norm = { 0 }, above = { 0 };
  for (size_t i = 0; i < n; i++)
    {
      StDoubles beside = st_doubles_magnitude (off[i]);
      StDoubles sum = st_doubles_magnitude (diagonal[i]) + above + beside;
      norm = st_doubles_select (sum > norm, sum, norm);
      above = beside;
    }
  return norm;
}

/* Each lane's array[first + step], where something is left. */
ST_INLINE StDoubles
blocks_gather (const Blocks *blocks, const StDoubles *array, int64_t step)
{
  StDoubles found = { 0 };
  for (int lane = 0; lane < LANES; lane++)
    {
      int64_t at = blocks->first[lane] + step;
      found[lane] = array[at < blocks->n ? at : blocks->n - 1][lane];
    }
  return found;
}

ST_INLINE StDoublesMask
blocks_choose (StDoublesMask mask, StDoublesMask yes, StDoublesMask no)
{
  return (mask & yes) | (~mask & no);
}

/* Finds in each lane the first block that is not diagonal yet; entries of off[n] not above
 * bound become 0 on the way.  Returns whether there is any, and a sweep left. */
ST_INLINE bool
blocks_next (Blocks *blocks, StDoubles *off, StDoubles bound)
{
  const StDoublesMask end = { 0 };
  const int64_t n = blocks->n;
  StDoublesMask first = blocks->first, last = end + n, open = { 0 }, done = first >= n;

  for (int64_t i = blocks->low; i < n; i++)
    {
      StDoublesMask here = (first <= i) & ~done;
      StDoublesMask small = here & (st_doubles_magnitude (off[i]) <= bound);
      off[i] = st_doubles_select (small, (StDoubles) { 0 }, off[i]);
      /* A small entry ends a block, or is passed by. */
      first = blocks_choose (small & ~open, end + (i + 1), first);
      last = blocks_choose (small & open, end + i, last);
      done |= small & open;
      open |= here & ~small;
      if (i >= blocks->high && st_doubles_bits (~done) == 0)
        break;
    }

  blocks->first = blocks_choose (open, first, end + n);
  blocks->last = last;
  blocks->failed = st_doubles_bits (open);
  blocks->low = n;
  blocks->high = 0;
  for (int lane = 0; lane < LANES; lane++)
    if (open[lane])
      {
        blocks->low = blocks->low < first[lane] ? blocks->low : first[lane];
        blocks->high = blocks->high > last[lane] ? blocks->high : last[lane];
      }
  if (blocks->failed == 0 || blocks->sweeps == 0)
    return false;
  blocks->sweeps--;
  return true;
}
