/* Which colour stands for which class of images, and how many of each are looked at. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Fills the grid anew from the session's images: two classes a line, name and count. */
void st_class_legend_fill (GtkGrid *grid, StSession *session);
