/* Latent tensors for tests, the same as tests/reference/geometry_hilbert.py makes. */
#pragma once

#include <st-shape.h>

enum { SYNTHETIC_IMAGES = 12 };

/* Image 0 to 11, latent[h][w][C]: ranks of all kinds, from 0 (image 0) up. */
void synthetic_latent (StShape shape, uint32_t image, bool perturbed, float *latent);

/* To multiples of 1/64, so that the next function is exact. */
void synthetic_round (StShape shape, float *latent);
/* Reflects groups of four channels, the first at `from`, in (1, 1, -1, -1), which leaves the
 * vector of ones where it is, or in (1, 1, 1, 1), which does not. */
void synthetic_reflect (StShape shape, uint32_t from, bool fix_ones, float *latent);
