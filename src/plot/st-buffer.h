/* Device pixels that a screen's painter writes itself: premultiplied ARGB, as cairo has them. */
#pragma once

#include <st-scene-items.h>

typedef struct StBuffer
{
  int width, height;
  gsize stride;            /* in pixels */
  guint32 *pixels;
} StBuffer;

/* pixel * share / 255, rounded, in all four bytes. */
static inline guint32
st_buffer_scale (guint32 pixel, guint32 share)
{
  const guint32 even = 0x00ff00ffu;
  guint32 low = (pixel & even) * share + 0x00800080u;
  guint32 high = (pixel >> 8 & even) * share + 0x00800080u;
  low = (low + (low >> 8 & even)) >> 8 & even;
  high = high + (high >> 8 & even);
  return low | (high & ~even);
}

/* What is seen of `pixel` over `below`. */
static inline guint32
st_buffer_over (guint32 pixel, guint32 below)
{
  return pixel + st_buffer_scale (below, 255 - (pixel >> 24));
}

/* A straight stroke between two places, in pixels from the buffer's corner, its ends cut along
 * rows or columns: what cairo paints, but for fractions of a pixel at its ends. */
void st_buffer_segment (const StBuffer *buffer, double x1, double y1, double x2, double y2,
                        double width, StColour colour);
