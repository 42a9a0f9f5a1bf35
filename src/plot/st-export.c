#include <st-export.h>
#include <st-scene-cairo.h>
#include <st-scene-items.h>
#include <st-scene-svg.h>

#include <cairo-pdf.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>
#include <math.h>
#include <string.h>

/* A point of a scene is a pixel of a screen at scale 1: 1/96 inch. */
#define SCENE_DPI 96.0
#define PDF_DPI 72.0
/* What cairo's image surfaces can hold. */
enum { SIDE_MAX = 32767 };

gboolean
st_export_format_from_name (const char *name, StExportFormat *format)
{
  static const struct { const char *ending; StExportFormat format; } endings[] = {
    { ".png", ST_EXPORT_PNG }, { ".svg", ST_EXPORT_SVG }, { ".pdf", ST_EXPORT_PDF } };
  const gsize length = strlen (name);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (length > 4 && g_ascii_strcasecmp (name + length - 4, endings[i].ending) == 0)
      {
        *format = endings[i].format;
        return TRUE;
      }
  return FALSE;
}

static gboolean
check_cairo (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
  return FALSE;
}

/* Opaque pixels of a surface as gdk-pixbuf has them; NULL if there is no memory. */
static GdkPixbuf *
pixbuf_of (cairo_surface_t *surface)
{
  const int width = cairo_image_surface_get_width (surface);
  const int height = cairo_image_surface_get_height (surface);
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  if (pixbuf == NULL)
    return NULL;
  const guchar *from = cairo_image_surface_get_data (surface);
  const gsize from_stride = (gsize) cairo_image_surface_get_stride (surface);
  guchar *to = gdk_pixbuf_get_pixels (pixbuf);
  const gsize to_stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  for (gsize y = 0; y < (gsize) height; y++)
    {
      const guint32 *source = (const guint32 *) (const void *) (from + y * from_stride);
      guchar *target = to + y * to_stride;
      for (int x = 0; x < width; x++, target += 3)
        {
          target[0] = (guchar) (source[x] >> 16);
          target[1] = (guchar) (source[x] >> 8);
          target[2] = (guchar) source[x];
        }
    }
  return pixbuf;
}

static GBytes *
encode_png (cairo_surface_t *surface, double dpi, GError **error)
{
  GdkPixbuf *pixbuf = pixbuf_of (surface);
  if (pixbuf == NULL)
    {
      check_cairo (CAIRO_STATUS_NO_MEMORY, error);
      return NULL;
    }
  char resolution[16];
  g_snprintf (resolution, sizeof resolution, "%d", (int) lrint (dpi));
  char *data = NULL;
  gsize length = 0;
  gboolean saved = gdk_pixbuf_save_to_buffer (pixbuf, &data, &length, "png", error, "x-dpi",
                                              resolution, "y-dpi", resolution, NULL);
  g_object_unref (pixbuf);
  return saved ? g_bytes_new_take (data, length) : NULL;
}

static GBytes *
export_png (const StScene *scene, double dpi, GError **error)
{
  const double scale = dpi / SCENE_DPI;
  const double width = ceil (scene->width * scale), height = ceil (scene->height * scale);
  if (!(width >= 1 && height >= 1 && width <= SIDE_MAX && height <= SIDE_MAX))
    {
      check_cairo (CAIRO_STATUS_INVALID_SIZE, error);
      return NULL;
    }
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  st_scene_paint (scene, cr);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  GBytes *bytes = check_cairo (status, error) ? encode_png (surface, dpi, error) : NULL;
  cairo_surface_destroy (surface);
  return bytes;
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
export_pdf (const StScene *scene, GError **error)
{
  const double scale = PDF_DPI / SCENE_DPI;
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (
    append, bytes, scene->width * scale, scene->height * scale);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Stratoscope");
  if (scene->title != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, scene->title);
  cairo_t *cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  st_scene_paint (scene, cr);
  cairo_show_page (cr);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (!check_cairo (status, error))
    {
      g_byte_array_unref (bytes);
      return NULL;
    }
  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
st_export (const StScene *scene, StExportFormat format, double dpi, GError **error)
{
  switch (format)
    {
    case ST_EXPORT_PNG:
      return export_png (scene, dpi, error);
    case ST_EXPORT_PDF:
      return export_pdf (scene, error);
    case ST_EXPORT_SVG:
    default:
      return st_scene_svg (scene);
    }
}
