#include "svg-reader.h"

#include <stdlib.h>
#include <string.h>

/* Paint is inherited by groups. */
typedef struct Paint
{
  const char *fill, *stroke;
  double fill_opacity, stroke_opacity, stroke_width;
} Paint;

typedef struct Reader
{
  cairo_t *cr;
  SvgRead *read;
  GArray *paints;          /* a stack of Paint */
  GHashTable *clips;       /* "c0" to four doubles */
  char *clip;              /* the clipPath that is open */
} Reader;

static const char *
attribute (const char **names, const char **values, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return values[i];
  return NULL;
}

static double
number (const char **names, const char **values, const char *name, double otherwise)
{
  const char *text = attribute (names, values, name);
  char *end = NULL;
  if (text == NULL)
    return otherwise;
  const double value = g_ascii_strtod (text, &end);
  g_assert_cmpstr (end, ==, "");
  return value;
}

static gboolean
set_source (cairo_t *cr, const char *paint, double opacity)
{
  if (paint == NULL || strcmp (paint, "none") == 0)
    return FALSE;
  g_assert_cmpuint (strlen (paint), ==, 7);
  const gulong rgb = strtoul (paint + 1, NULL, 16);
  cairo_set_source_rgba (cr, (double) (rgb >> 16 & 255) / 255, (double) (rgb >> 8 & 255) / 255,
                         (double) (rgb & 255) / 255, opacity);
  return TRUE;
}

static void
paint_path (Reader *reader, const Paint *paint, const char *dashes)
{
  if (set_source (reader->cr, paint->fill, paint->fill_opacity))
    cairo_fill_preserve (reader->cr);
  if (set_source (reader->cr, paint->stroke, paint->stroke_opacity))
    {
      double lengths[2] = { 0, 0 };
      if (dashes != NULL)
        {
          char *end = NULL;
          lengths[0] = g_ascii_strtod (dashes, &end);
          lengths[1] = g_ascii_strtod (end, NULL);
        }
      cairo_set_dash (reader->cr, lengths, dashes != NULL ? 2 : 0, 0);
      cairo_set_line_width (reader->cr, paint->stroke_width);
      cairo_stroke_preserve (reader->cr);
    }
  cairo_new_path (reader->cr);
}

static void
trace_points (cairo_t *cr, const char *points, gboolean closed)
{
  cairo_new_path (cr);
  g_assert (points != NULL);
  while (*points != '\0')
    {
      char *end = NULL;
      const double x = g_ascii_strtod (points, &end);
      g_assert_cmpint (*end, ==, ',');
      const double y = g_ascii_strtod (end + 1, &end);
      cairo_line_to (cr, x, y);
      points = *end == ' ' ? end + 1 : end;
    }
  if (closed)
    cairo_close_path (cr);
}

static Paint
inherit (const Paint *outer, const char **names, const char **values)
{
  Paint paint = *outer;
  const char *fill = attribute (names, values, "fill");
  const char *stroke = attribute (names, values, "stroke");
  if (fill != NULL)
    {
      paint.fill = g_intern_string (fill);
      paint.fill_opacity = 1;
    }
  if (stroke != NULL)
    {
      paint.stroke = g_intern_string (stroke);
      paint.stroke_opacity = 1;
    }
  paint.fill_opacity = number (names, values, "fill-opacity", paint.fill_opacity);
  paint.stroke_opacity = number (names, values, "stroke-opacity", paint.stroke_opacity);
  paint.stroke_width = number (names, values, "stroke-width", paint.stroke_width);
  return paint;
}

static void
open_group (Reader *reader, const char **names, const char **values)
{
  const char *transform = attribute (names, values, "transform");
  const char *clip = attribute (names, values, "clip-path");
  cairo_save (reader->cr);
  if (transform != NULL)
    {
      char *end = NULL;
      g_assert_true (g_str_has_prefix (transform, "translate("));
      const double x = g_ascii_strtod (transform + strlen ("translate("), &end);
      cairo_translate (reader->cr, x, g_ascii_strtod (end, NULL));
    }
  if (clip != NULL)
    {
      char *id = g_strndup (clip + strlen ("url(#"), strlen (clip) - strlen ("url(#)"));
      const double *r = g_hash_table_lookup (reader->clips, id);
      g_assert_nonnull (r);
      cairo_rectangle (reader->cr, r[0], r[1], r[2], r[3]);
      cairo_clip (reader->cr);
      g_free (id);
    }
}

static void
read_rect (Reader *reader, const Paint *paint, const char **names, const char **values)
{
  const double r[4] = { number (names, values, "x", 0), number (names, values, "y", 0),
                        number (names, values, "width", 0), number (names, values, "height", 0) };
  if (reader->clip != NULL)
    {
      g_hash_table_insert (reader->clips, reader->clip, g_memdup2 (r, sizeof r));
      reader->clip = NULL;
      return;
    }
  cairo_rectangle (reader->cr, r[0], r[1], r[2], r[3]);
  paint_path (reader, paint, attribute (names, values, "stroke-dasharray"));
}

static void
start (GMarkupParseContext *context, const char *element, const char **names, const char **values,
       gpointer data, GError **error)
{
  Reader *reader = data;
  const Paint *outer = &g_array_index (reader->paints, Paint, reader->paints->len - 1);
  const Paint paint = inherit (outer, names, values);
  const char *dashes = attribute (names, values, "stroke-dasharray");
  reader->read->elements++;
  reader->read->texts += strcmp (element, "text") == 0;
  reader->read->images += strcmp (element, "image") == 0;
  if (reader->cr != NULL)
    {
      if (strcmp (element, "g") == 0)
        open_group (reader, names, values);
      else if (strcmp (element, "clipPath") == 0)
        reader->clip = g_strdup (attribute (names, values, "id"));
      else if (strcmp (element, "rect") == 0)
        read_rect (reader, &paint, names, values);
      else if (strcmp (element, "circle") == 0)
        {
          cairo_arc (reader->cr, number (names, values, "cx", 0), number (names, values, "cy", 0),
                     number (names, values, "r", 0), 0, 2 * G_PI);
          cairo_close_path (reader->cr);
          paint_path (reader, &paint, dashes);
        }
      else if (strcmp (element, "polygon") == 0 || strcmp (element, "polyline") == 0)
        {
          trace_points (reader->cr, attribute (names, values, "points"), element[4] == 'g');
          paint_path (reader, &paint, dashes);
        }
    }
  g_array_append_val (reader->paints, paint);
}

static void
end (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Reader *reader = data;
  g_array_set_size (reader->paints, reader->paints->len - 1);
  if (reader->cr != NULL && strcmp (element, "g") == 0)
    cairo_restore (reader->cr);
}

static void
words (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Reader *reader = data;
  const char *element = g_markup_parse_context_get_element (context);
  if (strcmp (element, "text") != 0 && strcmp (element, "title") != 0
      && strcmp (element, "desc") != 0)
    return;
  g_string_append_len (reader->read->words, text, (gssize) length);
  g_string_append_c (reader->read->words, '\n');
}

void
svg_read (GBytes *svg, cairo_t *cr, SvgRead *read)
{
  static const GMarkupParser parser = { .start_element = start, .end_element = end,
                                        .text = words };
  const Paint none = { "#000000", NULL, 1, 1, 1 };
  Reader reader = { .cr = cr, .read = read };
  GError *error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (svg, &length);
  *read = (SvgRead) { .words = g_string_new (NULL) };
  reader.paints = g_array_new (FALSE, FALSE, sizeof (Paint));
  reader.clips = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_array_append_val (reader.paints, none);
  if (cr != NULL)
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  g_assert_true (g_utf8_validate (data, (gssize) length, NULL));
  GMarkupParseContext *context
    = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, &reader, NULL);
  g_markup_parse_context_parse (context, data, (gssize) length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_markup_parse_context_free (context);
  g_hash_table_unref (reader.clips);
  g_array_unref (reader.paints);
}
