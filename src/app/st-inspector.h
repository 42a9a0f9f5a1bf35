/* The figures, and over them, while the pointer rests on an image, its card. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

#define ST_TYPE_INSPECTOR (st_inspector_get_type ())
G_DECLARE_FINAL_TYPE (StInspector, st_inspector, ST, INSPECTOR, GtkWidget)

GtkWidget *st_inspector_new (StSession *session, GtkWidget *child);
