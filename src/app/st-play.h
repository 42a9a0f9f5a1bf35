/* Play: sweeps the distortion up and down at a steady rate, as if a hand did. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* Adds the action play, a switch, which the frames of `clock` move while it is on.  Whatever
 * else sets the level, a hand before all, ends it. */
void st_play_install (GActionMap *map, GtkWidget *clock, StSession *session);
