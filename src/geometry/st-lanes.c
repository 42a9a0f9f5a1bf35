#include <st-lanes.h>

#include <st-processor.h>

extern const StLanes st_lanes_default;
#ifdef ST_X86_LEVELS
extern const StLanes st_lanes_v3, st_lanes_v4;
#endif

const StLanes *
st_lanes_nth (uint32_t i)
{
#ifdef ST_X86_LEVELS
  if (st_processor () >= ST_PROCESSOR_V4 && i-- == 0)
    return &st_lanes_v4;
  if (st_processor () >= ST_PROCESSOR_V3 && i-- == 0)
    return &st_lanes_v3;
#endif
  return i == 0 ? &st_lanes_default : NULL;
}

const StLanes *
st_lanes (void)
{
  return st_lanes_nth (0);
}
