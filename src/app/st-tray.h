/* Pinned images, each with what every model makes of it, in a row below the figures. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

#define ST_TYPE_TRAY (st_tray_get_type ())
G_DECLARE_FINAL_TYPE (StTray, st_tray, ST, TRAY, GtkWidget)

/* Hidden while nothing is pinned. */
GtkWidget *st_tray_new (StSession *session);
/* In as little height as there can be. */
void st_tray_set_slim (StTray *tray, gboolean slim);
