/* A stated part of the images, for what is too dear to be known of all while a hand moves. */
#pragma once

#include <st-images.h>

/* n of the images, of each class its share, within a class evenly spread over its images, all in
 * the order that they have; the other images in the same places, and the same perturbation.  The
 * choice depends on the labels alone; without labels it is evenly spread over all.  ST_RANGE if
 * there are fewer than n, or n is 0; ST_NO_MEMORY. */
StStatus st_sample_images (const StImages *images, uint32_t n, StImages **sample);
