/* A second opinion on SVG files: reads the few elements that the writer uses and paints
 * them with cairo, by its own code. */
#pragma once

#include <cairo.h>
#include <glib.h>

typedef struct SvgRead
{
  guint elements, texts, images;
  GString *words;          /* of all <text>, <title> and <desc>, a line each */
} SvgRead;

/* Aborts the test if it is not well-formed.  cr may be NULL. */
void svg_read (GBytes *svg, cairo_t *cr, SvgRead *read);
