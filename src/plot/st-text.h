/* Type: the font of all figures, and how wide a run is in it. */
#pragma once

#include <pango/pangocairo.h>
#include <st-scene.h>

/* The family on the screen, in bitmaps and in PDF; the window sets the desktop's.  SVG files
 * name a stack that ends in the reader's own sans. */
void st_text_set_family (const char *family);

/* Prepares a layout for one run. */
void st_text_prepare (PangoLayout *layout, const char *text, double size, int weight);
/* Metrics that do not depend on the device's pixels. */
void st_text_prepare_context (PangoContext *context);
/* The longest beginning that fits into `width` with an ellipsis behind; caller frees. */
char *st_text_ellipsize (const char *text, double size, int weight, double width);
