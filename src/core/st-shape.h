/* The shape of an image or of a latent tensor: height x width x channels. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct StShape { uint32_t height, width, channels; } StShape;

static inline size_t st_shape_size (StShape shape)
{
  return (size_t) shape.height * shape.width * shape.channels;
}
static inline bool st_shape_equal (StShape a, StShape b)
{
  return a.height == b.height && a.width == b.width && a.channels == b.channels;
}
