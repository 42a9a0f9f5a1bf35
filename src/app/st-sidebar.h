/* The sidebar: images, distortion, look, models. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

#define ST_TYPE_SIDEBAR (st_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (StSidebar, st_sidebar, ST, SIDEBAR, GtkWidget)

GtkWidget *st_sidebar_new (StSession *session);
