#include <st-kernels.h>

#include <st-processor.h>

extern const StKernels st_kernels_default;
#ifdef ST_X86_LEVELS
extern const StKernels st_kernels_v3, st_kernels_v4;
#endif

const StKernels *
st_kernels_nth (uint32_t i)
{
#ifdef ST_X86_LEVELS
  if (st_processor () >= ST_PROCESSOR_V4 && i-- == 0)
    return &st_kernels_v4;
  if (st_processor () >= ST_PROCESSOR_V3 && i-- == 0)
    return &st_kernels_v3;
#endif
  return i == 0 ? &st_kernels_default : NULL;
}

const StKernels *
st_kernels (void)
{
  return st_kernels_nth (0);
}
