/* What stands above a figure that is shown large: its name, what it shows, whether models share
 * its axes, and the way back. */
#pragma once

#include <gtk/gtk.h>
#include <st-figure.h>

#define ST_TYPE_LARGE_HEAD (st_large_head_get_type ())
G_DECLARE_FINAL_TYPE (StLargeHead, st_large_head, ST, LARGE_HEAD, GtkWidget)

GtkWidget *st_large_head_new (void);
/* Takes the definition's words as they are. */
void st_large_head_set (StLargeHead *head, StFigureKind figure, const char *definition);
