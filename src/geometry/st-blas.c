#include <st-blas.h>

#include <cblas.h>

void
st_blas_prepare (void)
{
  openblas_set_num_threads (1);
}
