/* The actions that show one figure of the board alone. */
#pragma once

#include <st-board.h>

/* Adds large, whose target is a figure's id or "" for the current plot's; large-layout, "overlaid"
 * or "columns"; step-figure, whose target is a number of figures onward; and all-figures.  The
 * layout is kept in the settings, which may be NULL. */
void st_large_install (GActionMap *map, StBoard *board, GSettings *settings);
