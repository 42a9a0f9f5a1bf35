/* How well an image was rebuilt. */
#pragma once

#include <stddef.h>

/* 10 log10(1 / MSE) of n pixels in [0,1], in dB, the MSE taken as at least 1e-10. */
double st_psnr (const float *clean, const float *rebuilt, size_t n);
