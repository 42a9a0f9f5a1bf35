/* What stands in place of the board while no model is open: what the images look like, and what
 * to do next.  The distortion's slider works already. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

#define ST_TYPE_WELCOME (st_welcome_get_type ())
G_DECLARE_FINAL_TYPE (StWelcome, st_welcome, ST, WELCOME, GtkWidget)

GtkWidget *st_welcome_new (StSession *session);
