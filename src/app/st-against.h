/* What the figure of differences holds reconstructions against. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Adds the action against: "clean", "level" (the present one, kept) or "column-0" … */
void st_against_install (GActionMap *map, StSession *session);
/* The menu of these. */
GMenuModel *st_against_menu (void);
