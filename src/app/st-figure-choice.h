/* Which figures the board shows. */
#pragma once

#include <st-board.h>

/* Adds an action for each figure, with a row in the button's menu, and those that show what answers
 * a question.  The choice is kept in the settings, which may be NULL. */
void st_figure_choice_install (GActionMap *map, GtkMenuButton *button, StBoard *board,
                               StSession *session, GSettings *settings);
