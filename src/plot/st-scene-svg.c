/* An own writer, because cairo's writes text as outlines and needs seconds for many
 * markers.  Numbers are written here with two decimals, so no locale can reach them.
 * Runs of equal markers share one group that carries their paint. */
#include <st-scene-image.h>
#include <st-scene-svg.h>

#include <math.h>

#define FONTS "system-ui, Cantarell, Inter, 'Noto Sans', 'DejaVu Sans', sans-serif"

typedef struct Writer
{
  GString *out;
  guint clips;
} Writer;

/* Beyond this no figure reaches, and the hundredths still fit into 64 bits. */
#define FAR 1e9

static void
write_number (GString *out, double value)
{
  gint64 hundredths = (gint64) round (CLAMP (value, -FAR, FAR) * 100);
  char digits[32];
  guint64 rest = (guint64) ABS (hundredths);
  guint n = sizeof digits;
  guint fraction = (guint) (rest % 100);
  rest /= 100;
  if (fraction % 10 != 0)
    digits[--n] = (char) ('0' + fraction % 10);
  if (fraction != 0)
    {
      digits[--n] = (char) ('0' + fraction / 10);
      digits[--n] = '.';
    }
  do
    digits[--n] = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (hundredths < 0)
    digits[--n] = '-';
  g_string_append_len (out, digits + n, (gssize) (sizeof digits - n));
}

static void
write_attribute (GString *out, const char *name, double value)
{
  g_string_append_c (out, ' ');
  g_string_append (out, name);
  g_string_append (out, "=\"");
  write_number (out, value);
  g_string_append_c (out, '"');
}

static guint
byte_of (float channel)
{
  return (guint) lrintf (CLAMP (channel, 0.0f, 1.0f) * 255.0f);
}

/* property: "fill" or "stroke". */
static void
write_paint (GString *out, const char *property, StColour colour)
{
  if (colour.a <= 0)
    {
      g_string_append_printf (out, " %s=\"none\"", property);
      return;
    }
  g_string_append_printf (out, " %s=\"#%02x%02x%02x\"", property, byte_of (colour.r),
                          byte_of (colour.g), byte_of (colour.b));
  if (colour.a < 1)
    {
      g_string_append_printf (out, " %s-opacity=\"", property);
      write_number (out, (double) colour.a);
      g_string_append_c (out, '"');
    }
}

static void
write_pen (GString *out, const StPen *pen)
{
  write_paint (out, "stroke", pen->colour);
  write_attribute (out, "stroke-width", pen->width);
  if (pen->on > 0)
    {
      g_string_append (out, " stroke-dasharray=\"");
      write_number (out, pen->on);
      g_string_append_c (out, ' ');
      write_number (out, pen->off);
      g_string_append_c (out, '"');
    }
}

/* XML has no place for most control characters, not even escaped. */
static void
write_escaped (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    switch (*p)
      {
      case '&': g_string_append (out, "&amp;"); break;
      case '<': g_string_append (out, "&lt;"); break;
      case '>': g_string_append (out, "&gt;"); break;
      case '"': g_string_append (out, "&quot;"); break;
      default:
        if ((guchar) *p >= ' ' && *p != '\177')
          g_string_append_c (out, *p);
        else
          g_string_append_c (out, ' ');
      }
}

static void
write_rect (GString *out, StRect rect)
{
  write_attribute (out, "x", rect.x);
  write_attribute (out, "y", rect.y);
  write_attribute (out, "width", rect.width);
  write_attribute (out, "height", rect.height);
}

static void
write_points (GString *out, const StPoint *points, gsize n)
{
  g_string_append (out, " points=\"");
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      write_number (out, points[i].x);
      g_string_append_c (out, ',');
      write_number (out, points[i].y);
    }
  g_string_append_c (out, '"');
}

static void
write_text (GString *out, const StItem *item)
{
  static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };
  const StTextStyle *style = &item->text.style;
  g_string_append (out, "<text");
  write_attribute (out, "x", item->text.x);
  write_attribute (out, "y", item->text.y);
  write_attribute (out, "font-size", style->size);
  if (style->weight != 400)
    g_string_append_printf (out, " font-weight=\"%d\"", style->weight);
  g_string_append (out, anchors[style->align]);
  write_paint (out, "fill", style->colour);
  g_string_append_c (out, '>');
  write_escaped (out, item->text.text);
  g_string_append (out, "</text>\n");
}

static cairo_status_t
append_png (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
write_image (GString *out, const StScene *scene, const StItem *item)
{
  GByteArray *png = g_byte_array_new ();
  cairo_surface_t *surface = st_scene_image_surface (scene, item);
  cairo_status_t status = cairo_surface_write_to_png_stream (surface, append_png, png);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    {
      char *base64 = g_base64_encode (png->data, png->len);
      g_string_append (out, "<image");
      write_rect (out, item->image.rect);
      g_string_append (out, " preserveAspectRatio=\"none\"");
      if (!item->image.smooth)
        g_string_append (out, " image-rendering=\"optimizeSpeed\""
                              " style=\"image-rendering:pixelated\"");
      g_string_append_printf (out, " xlink:href=\"data:image/png;base64,%s\"/>\n", base64);
      g_free (base64);
    }
  g_byte_array_unref (png);
}

static void
write_marker_shape (GString *out, const StMarkerStyle *style, double x, double y)
{
  StPoint corners[ST_MARKER_CORNERS];
  guint n = st_marker_corners (style->shape, style->radius, corners);
  if (n == 0)
    {
      g_string_append (out, "<circle");
      write_attribute (out, "cx", x);
      write_attribute (out, "cy", y);
      write_attribute (out, "r", style->radius);
    }
  else
    {
      for (guint i = 0; i < n; i++)
        {
          corners[i].x += x;
          corners[i].y += y;
        }
      g_string_append (out, "<polygon");
      write_points (out, corners, n);
    }
}

/* The run of markers of one style that begins at item i; returns the item behind it.  Each
 * marker's halo lies under itself and over its predecessors, as cairo paints them. */
static guint
write_markers (GString *out, const StScene *scene, guint i)
{
  const StItem *items = (const StItem *) (void *) scene->items->data;
  const guint run = items[i].marker.style;
  const StMarkerStyle *style = &g_array_index (scene->markers, StMarkerStyle, run);
  g_string_append (out, "<g");
  write_paint (out, "fill", style->fill);
  if (style->outline.width > 0)
    write_pen (out, &style->outline);
  g_string_append (out, ">\n");
  for (; i < scene->items->len && items[i].kind == ST_ITEM_MARKER && items[i].marker.style == run;
       i++)
    {
      if (style->halo.width > 0)
        {
          StPen halo = style->halo;
          halo.width = 2 * style->halo.width + style->outline.width;
          write_marker_shape (out, style, items[i].marker.x, items[i].marker.y);
          g_string_append (out, " fill=\"none\"");
          write_pen (out, &halo);
          g_string_append (out, "/>\n");
        }
      write_marker_shape (out, style, items[i].marker.x, items[i].marker.y);
      g_string_append (out, "/>\n");
    }
  g_string_append (out, "</g>\n");
  return i;
}

static void
write_box (GString *out, const StItem *item)
{
  g_string_append (out, "<rect");
  write_rect (out, item->box.rect);
  if (item->box.radius > 0)
    write_attribute (out, "rx", item->box.radius);
  if (item->kind == ST_ITEM_RECT)
    write_paint (out, "fill", item->box.fill);
  else
    {
      g_string_append (out, " fill=\"none\"");
      write_pen (out, &item->box.pen);
    }
  g_string_append (out, "/>\n");
}

static void
write_path (GString *out, const StScene *scene, const StItem *item)
{
  const StPoint *points = &g_array_index (scene->points, StPoint, item->path.first);
  g_string_append (out, item->kind == ST_ITEM_POLYGON ? "<polygon" : "<polyline");
  write_points (out, points, item->path.n);
  if (item->kind == ST_ITEM_POLYGON)
    write_paint (out, "fill", item->path.fill);
  else
    {
      g_string_append (out, " fill=\"none\"");
      write_pen (out, &item->path.pen);
    }
  g_string_append (out, "/>\n");
}

static void
write_clip (Writer *writer, const StItem *item)
{
  guint id = writer->clips++;
  g_string_append_printf (writer->out, "<clipPath id=\"c%u\"><rect", id);
  write_rect (writer->out, item->clip);
  g_string_append_printf (writer->out, "/></clipPath>\n<g clip-path=\"url(#c%u)\">\n", id);
}

static void write_items (Writer *writer, const StScene *scene);

static void
write_inner_scene (Writer *writer, const StItem *item)
{
  g_string_append (writer->out, "<g transform=\"translate(");
  write_number (writer->out, item->scene.x);
  g_string_append_c (writer->out, ' ');
  write_number (writer->out, item->scene.y);
  g_string_append (writer->out, ")\">\n");
  write_items (writer, item->scene.scene);
  g_string_append (writer->out, "</g>\n");
}

static void
write_items (Writer *writer, const StScene *scene)
{
  GString *out = writer->out;
  guint i = 0;
  while (i < scene->items->len)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind == ST_ITEM_MARKER)
        {
          i = write_markers (out, scene, i);
          continue;
        }
      switch (item->kind)
        {
        case ST_ITEM_RECT:
        case ST_ITEM_FRAME:
          write_box (out, item);
          break;
        case ST_ITEM_POLYLINE:
        case ST_ITEM_POLYGON:
          write_path (out, scene, item);
          break;
        case ST_ITEM_TEXT:
          write_text (out, item);
          break;
        case ST_ITEM_IMAGE:
          write_image (out, scene, item);
          break;
        case ST_ITEM_CLIP:
          write_clip (writer, item);
          break;
        case ST_ITEM_UNCLIP:
          g_string_append (out, "</g>\n");
          break;
        case ST_ITEM_SCENE:
          write_inner_scene (writer, item);
          break;
        case ST_ITEM_MARKER:
        default:
          g_assert_not_reached ();
        }
      i++;
    }
}

static void
write_words (GString *out, const char *element, const char *text)
{
  if (text == NULL)
    return;
  char *valid = g_utf8_make_valid (text, -1);
  g_string_append_printf (out, "<%s>", element);
  write_escaped (out, valid);
  g_string_append_printf (out, "</%s>\n", element);
  g_free (valid);
}

GBytes *
st_scene_svg (const StScene *scene)
{
  Writer writer = { .out = g_string_new (NULL) };
  GString *out = writer.out;
  g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<svg xmlns=\"http://www.w3.org/2000/svg\""
                        " xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\"");
  write_attribute (out, "width", scene->width);
  write_attribute (out, "height", scene->height);
  g_string_append (out, " viewBox=\"0 0 ");
  write_number (out, scene->width);
  g_string_append_c (out, ' ');
  write_number (out, scene->height);
  g_string_append (out, "\" role=\"img\" stroke-linejoin=\"round\" font-family=\"" FONTS "\""
                        " style=\"font-variant-numeric:tabular-nums\">\n");
  write_words (out, "title", scene->title);
  write_words (out, "desc", scene->description);
  write_items (&writer, scene);
  g_string_append (out, "</svg>\n");
  return g_string_free_to_bytes (out);
}
