/* The window: header, sidebar, board or welcome, scrubber. */
#pragma once

#include <adwaita.h>
#include <st-session.h>

#define ST_TYPE_WINDOW (st_window_get_type ())
G_DECLARE_FINAL_TYPE (StWindow, st_window, ST, WINDOW, AdwApplicationWindow)

/* settings may be NULL: nothing is kept then. */
StWindow *st_window_new (GtkApplication *application, StSession *session, GSettings *settings);
