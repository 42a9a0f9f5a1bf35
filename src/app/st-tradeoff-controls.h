/* What sweeps lambda: its actions, what stands at the title of the figure Trade-off, and what is
 * kept. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Adds the actions sweep, which begins one or goes on with it, sweep-stop and sweep-anew; and of
 * the next sweep sweep-kind, sweep-images, sweep-epochs and sweep-seeds, and sweep-distortion of
 * what is shown. */
void st_tradeoff_controls_install (GActionMap *map, StSession *session);
/* A widget with the button and the choices. */
GtkWidget *st_tradeoff_controls_new (StSession *session);
/* Takes what is chosen from the settings, and keeps it there. */
void st_tradeoff_controls_keep (StSession *session, GSettings *settings);
