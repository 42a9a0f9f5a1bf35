#include <st-variant.h>

const StKernels ST_LEVEL (kernels) = {
  .name = ST_STRING (ST_VARIANT),
  .product = ST_LEVEL (product),
  .unfold = ST_LEVEL (unfold),
  .fold = ST_LEVEL (fold),
  .transpose = ST_LEVEL (transpose),
  .gather = ST_LEVEL (gather),
  .column_sums = ST_LEVEL (column_sums),
  .sigmoid = ST_LEVEL (sigmoid),
  .activate = ST_LEVEL (activate),
  .activate_back = ST_LEVEL (activate_back),
  .cross_entropy = ST_LEVEL (cross_entropy),
  .squared_error = ST_LEVEL (squared_error),
  .sample = ST_LEVEL (sample),
  .sample_gradient = ST_LEVEL (sample_gradient),
  .sum_rows = ST_LEVEL (sum_rows),
  .adam = ST_LEVEL (adam),
  .normals = ST_LEVEL (normals),
};
