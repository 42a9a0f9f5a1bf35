/* What to compare a model with, to see what its strata come from: the same network untrained, a
 * sample of its latent, a dense bottleneck. */
#pragma once

#include <st-board.h>

/* Adds the action compare, of type (st): "untrained", "sample" or "dense", and a column's id, 0
 * for that of the board's current plot. */
void st_twin_menu_install (GActionMap *map, StSession *session, StBoard *board);

/* What makes sense for a column: bits, 0 for nothing; and the menu that offers it. */
guint st_twin_menu_offers (StSession *session, StColumn *column);
GMenuModel *st_twin_menu_new (guint64 id, guint offers);
