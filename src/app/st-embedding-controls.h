/* Which picture of the latents the scatters show: its actions, its menu, and what stands at the
 * scatters' title. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Adds the actions picture and picture-distance, by the names of methods and metrics, refit-picture
 * and stop-picture, which are enabled where they would do something. */
void st_embedding_controls_install (GActionMap *map, StSession *session);
/* What offers them; caller owns. */
GMenuModel *st_embedding_controls_menu (void);
/* A button with that menu, and beside it those that fit: one to stop, one to do it again. */
GtkWidget *st_embedding_controls_new (StSession *session);
/* Takes what is chosen from the settings, and keeps it there. */
void st_embedding_controls_keep (StSession *session, GSettings *settings);
