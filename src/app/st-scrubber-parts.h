/* What the scrubbers have in common: a name block at the left, a right block of fixed width. */
#pragma once

#include <gtk/gtk.h>

enum { ST_SCRUBBER_RIGHT_WIDTH = 212 };

/* "Distortion" over a caption that is returned. */
GtkWidget *st_scrubber_make_names (const char *name, GtkWidget **caption);
/* A column for the right block. */
GtkWidget *st_scrubber_make_right (void);
/* A line of text that is cut at the block's width. */
GtkWidget *st_scrubber_make_line (const char *css_class);
