/* Two products of a matrix with the points, W Y - diag (W 1) Y, for W = P num and W = num num;
 * their entries are used as they are made, and never stored. */
#include <st-lanes-variant.h>

void
ST_LEVEL (lanes_tsne_row) (const StTsneRow *row, StTsneSums *sums)
{
  const StDoubles at_x = st_doubles_of (row->x[row->self]);
  const StDoubles at_y = st_doubles_of (row->y[row->self]);
  StDoubles normal = { 0 }, pull_x = { 0 }, pull_y = { 0 }, push_x = { 0 }, push_y = { 0 };
  StDoublesMask index;
  for (int lane = 0; lane < LANES; lane++)
    index[lane] = lane;

  for (size_t j = 0; j < row->n; j += LANES)
    {
      StDoubles x = at_x - st_doubles_load (row->x + j), y = at_y - st_doubles_load (row->y + j);
      StDoubles num = 1.0 / (1.0 + (x * x + y * y));
      num = (StDoubles) ((StDoublesMask) num & (index != (int64_t) row->self));
      StDoubles pull = st_doubles_load (row->p + j) * num, push = num * num;
      normal += num;
      pull_x += pull * x;
      pull_y += pull * y;
      push_x += push * x;
      push_y += push * y;
      index += LANES;
    }
  *sums = (StTsneSums) {
    st_doubles_sum (normal), st_doubles_sum (pull_x), st_doubles_sum (pull_y),
    st_doubles_sum (push_x), st_doubles_sum (push_y) };
}
