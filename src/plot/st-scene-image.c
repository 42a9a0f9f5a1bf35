#include <st-scene-image.h>

cairo_surface_t *
st_scene_image_surface (const StScene *scene, const StItem *item)
{
  const guint width = item->image.width, height = item->image.height;
  const guint channels = item->image.channels;
  const guint8 *from = scene->pixels->data + item->image.first;
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    return surface;
  guint8 *data = cairo_image_surface_get_data (surface);
  const gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  for (guint y = 0; y < height; y++)
    {
      guint32 *line = (guint32 *) (void *) (data + stride * y);
      for (guint x = 0; x < width; x++, from += channels)
        line[x] = channels == 1 ? from[0] * 0x010101u
                                : (guint32) from[0] << 16 | (guint32) from[1] << 8 | from[2];
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}
