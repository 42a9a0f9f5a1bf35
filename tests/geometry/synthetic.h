/* Latent tensors for tests, the same as tests/reference/geometry_hilbert.py makes. */
#pragma once

#include <st-shape.h>

enum { SYNTHETIC_IMAGES = 12 };

/* Image 0 to 11, latent[h][w][C]: ranks of all kinds, from 0 (image 0) up. */
void synthetic_latent (StShape shape, uint32_t image, bool perturbed, float *latent);
