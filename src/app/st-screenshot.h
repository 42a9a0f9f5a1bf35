/* A picture of the window, taken by the program itself once everything in it is measured: how the
 * README's picture is made. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Waits until all levels are measured, saves the window as PNG and closes it. */
void st_screenshot_take (GtkWindow *window, StSession *session, const char *path);
