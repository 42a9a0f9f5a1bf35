/* The popover with what training uses, and the actions that step it. */
#pragma once

#include <adwaita.h>
#include <st-session.h>

/* Adds the actions train-step, train-epoch, continue-training, new-seed, stop-on-plateau and
 * training-options, and fills the button's popover. */
void st_training_controls_install (GActionMap *map, GtkMenuButton *button, StSession *session);
