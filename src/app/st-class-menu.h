/* A menu button's popover in which the classes of images are chosen that are looked at and trained
 * on; the button says which they are, and is hidden where images have no labels. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Fills the button's popover, and has both follow the session for as long as the button lives. */
void st_class_menu_install (GtkMenuButton *button, GtkWidget *label, StSession *session);
