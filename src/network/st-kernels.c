#include <st-kernels.h>

extern const StKernels st_kernels_default;
#ifdef ST_X86_LEVELS
extern const StKernels st_kernels_v3, st_kernels_v4;

static bool
has_v3 (void)
{
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
         && __builtin_cpu_supports ("bmi2");
}

static bool
has_v4 (void)
{
  return has_v3 () && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
         && __builtin_cpu_supports ("avx512cd") && __builtin_cpu_supports ("avx512dq")
         && __builtin_cpu_supports ("avx512vl");
}
#endif

const StKernels *
st_kernels_nth (uint32_t i)
{
#ifdef ST_X86_LEVELS
  if (has_v4 () && i-- == 0)
    return &st_kernels_v4;
  if (has_v3 () && i-- == 0)
    return &st_kernels_v3;
#endif
  return i == 0 ? &st_kernels_default : NULL;
}

const StKernels *
st_kernels (void)
{
  return st_kernels_nth (0);
}
