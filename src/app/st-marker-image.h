/* A model's marker, or the dot of a class, in its colour, as in lists and column heads.
 * Decoration: a screen reader hears the name beside it. */
#pragma once

#include <gtk/gtk.h>

#define ST_TYPE_MARKER_IMAGE (st_marker_image_get_type ())
G_DECLARE_FINAL_TYPE (StMarkerImage, st_marker_image, ST, MARKER_IMAGE, GtkWidget)

GtkWidget *st_marker_image_new (void);
/* place: which of the model colours. */
void st_marker_image_set (StMarkerImage *image, guint place);
void st_marker_image_set_class (StMarkerImage *image, int label);
