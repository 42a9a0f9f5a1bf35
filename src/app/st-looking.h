/* The actions of looking: zooming and the way back, selecting; and the key that pauses. */
#pragma once

#include <st-board.h>

/* Adds view-back, view-forward, zoom-in, zoom-out, reset-view, link-axes, lasso, select-class,
 * select-stratum, select-none and pin to the window, an action map that outlives its board. */
void st_looking_install (GtkWindow *window, StSession *session, StBoard *board);
