#include <st-buffer.h>

#include <math.h>

static guint32
premultiply (StColour colour)
{
  const double alpha = CLAMP ((double) colour.a, 0, 1);
  const guint32 a = (guint32) (alpha * 255 + 0.5);
  const guint32 r = (guint32) (CLAMP ((double) colour.r, 0, 1) * alpha * 255 + 0.5);
  const guint32 g = (guint32) (CLAMP ((double) colour.g, 0, 1) * alpha * 255 + 0.5);
  const guint32 b = (guint32) (CLAMP ((double) colour.b, 0, 1) * alpha * 255 + 0.5);
  return a << 24 | r << 16 | g << 8 | b;
}

/* A step along the stroke: pixels from `first` on, across it, from `low` to `high`. */
static inline void
paint_across (guint32 *pixel, gsize across, int end, double low, double high, guint32 colour,
              double share)
{
  int at = (int) floor (low);
  if (at < 0)
    at = 0;
  for (pixel += (gsize) at * across; at < end && at < high; at++, pixel += across)
    {
      const double covered = MIN (at + 1, high) - MAX (at, low);
      const guint32 part = (guint32) (covered * share * 255 + 0.5);
      *pixel = st_buffer_over (st_buffer_scale (colour, part), *pixel);
    }
}

void
st_buffer_segment (const StBuffer *buffer, double x1, double y1, double x2, double y2,
                   double width, StColour colour)
{
  /* Steps go along the axis in which it is longer: a, across it b. */
  const gboolean steep = fabs (y2 - y1) > fabs (x2 - x1);
  double a1 = steep ? y1 : x1, b1 = steep ? x1 : y1, a2 = steep ? y2 : x2, b2 = steep ? x2 : y2;
  const int length = steep ? buffer->height : buffer->width;
  const int breadth = steep ? buffer->width : buffer->height;
  const gsize along = steep ? buffer->stride : 1, across = steep ? 1 : buffer->stride;
  if (a1 > a2)
    {
      const double a = a1, b = b1;
      a1 = a2;
      b1 = b2;
      a2 = a;
      b2 = b;
    }
  if (!(a2 > a1) || a2 <= 0 || a1 >= length)
    return;
  const double slope = (b2 - b1) / (a2 - a1);
  const double half = width * sqrt (1 + slope * slope) / 2;
  const guint32 ink = premultiply (colour);
  const int end = (int) MIN (ceil (a2), length);
  for (int at = (int) MAX (floor (a1), 0); at < end; at++)
    {
      const double from = MAX (at, a1), to = MIN (at + 1, a2);
      const double middle = b1 + slope * ((from + to) / 2 - a1);
      if (middle + half > 0 && middle - half < breadth)
        paint_across (buffer->pixels + (gsize) at * along, across, breadth, middle - half,
                      middle + half, ink, to - from);
    }
}
