#include <st-lanes-variant.h>

const StLanes ST_LEVEL (lanes) = {
  .name = ST_STRING (ST_VARIANT),
  .lanes = LANES,
  .sums = ST_LEVEL (lanes_sums),
  .outer = ST_LEVEL (lanes_outer),
  .load = ST_LEVEL (lanes_load),
  .reduce = ST_LEVEL (lanes_reduce),
  .values = ST_LEVEL (lanes_values),
  .vectors = ST_LEVEL (lanes_vectors),
  .tsne_row = ST_LEVEL (lanes_tsne_row),
};
