#include <st-grid.h>

void
st_grid_fill (StPerturbKind kind, uint32_t levels, double *out)
{
  for (uint32_t i = 0; i < levels; i++)
    {
      double x = (double) i / (levels - 1);
      out[i] = st_perturb_square_root_scale (kind) ? x * x : x;
    }
}
