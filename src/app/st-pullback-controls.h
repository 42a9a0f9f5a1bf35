/* What latent scatters show of the pullback metric: its actions, its menu, and what is kept. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Adds the actions latent-map, by the names of maps, and latent-ellipses; and path-begin, path-end,
 * both at the chosen image, and path-none. */
void st_pullback_controls_install (GActionMap *map, StSession *session);
/* What offers them; caller owns. */
GMenuModel *st_pullback_controls_menu (void);
/* What lays paths between images; caller owns. */
GMenuModel *st_pullback_controls_path_menu (void);
/* Takes what is chosen from the settings, and keeps it there. */
void st_pullback_controls_keep (StSession *session, GSettings *settings);
