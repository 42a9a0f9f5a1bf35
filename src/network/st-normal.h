/* Box and Muller's two normals from two words of st_random_block(), in double: as in
 * st_random_normal(), for long sequences that nobody wants to hold. */
#pragma once

#include <math.h>
#include <stdint.h>

static inline void
st_normal_pair_double (uint32_t first, uint32_t second, double out[2])
{
  const double two_pi = 6.28318530717958647692528676655900577;
  double radius = sqrt (-2.0 * log (((double) first + 0.5) * 0x1p-32));
  double angle = two_pi * (((double) second + 0.5) * 0x1p-32);

  out[0] = radius * cos (angle);
  out[1] = radius * sin (angle);
}
