#include <st-lanes-variant.h>

void
ST_LEVEL (lanes_tsne_row) (const StTsneRow *row, StTsneSums *sums)
{
  StDoubles at_x = st_doubles_of (row->at_x), at_y = st_doubles_of (row->at_y);
  StDoubles normal = { 0 }, pull_x = { 0 }, pull_y = { 0 }, push_x = { 0 }, push_y = { 0 };

  for (size_t j = 0; j < row->n; j += LANES)
    {
      StDoubles x = at_x - st_doubles_load (row->x + j), y = at_y - st_doubles_load (row->y + j);
      StDoubles num = 1.0 / (1.0 + x * x + y * y);
      StDoubles pull = st_doubles_load (row->p + j) * num, push = num * num;
      normal += num;
      pull_x += pull * x;
      pull_y += pull * y;
      push_x += push * x;
      push_y += push * y;
    }
  *sums = (StTsneSums) {
    st_doubles_sum (normal), st_doubles_sum (pull_x), st_doubles_sum (pull_y),
    st_doubles_sum (push_x), st_doubles_sum (push_y) };
}
