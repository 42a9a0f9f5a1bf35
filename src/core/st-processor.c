#include <st-processor.h>

#include <stdbool.h>

#ifdef __x86_64__
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

StProcessor
st_processor (void)
{
  return has_v4 () ? ST_PROCESSOR_V4 : has_v3 () ? ST_PROCESSOR_V3 : ST_PROCESSOR_DEFAULT;
}
#else
StProcessor
st_processor (void)
{
  return ST_PROCESSOR_DEFAULT;
}
#endif
