/* The untrained control: a network that has seen no image. */
#pragma once

#include <st-model.h>

/* Fresh weights of the seed, and encoder biases from N(0, 0.1^2): with biases of zero
 * padding would look like black, and the control would have fewer strata for a reason that
 * training has no part in. */
StStatus st_untrained_new (const StSpec *spec, uint64_t seed, StModel **model);
