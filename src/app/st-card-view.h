/* A card of one image (st-card.h), as a widget. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

#define ST_TYPE_CARD_VIEW (st_card_view_get_type ())
G_DECLARE_FINAL_TYPE (StCardView, st_card_view, ST, CARD_VIEW, GtkWidget)

/* Nothing until it is given an image; follows the session's frames. */
GtkWidget *st_card_view_new (StSession *session, gboolean compact);
/* -1: none. */
void st_card_view_set_image (StCardView *view, int image);
int st_card_view_get_image (StCardView *view);
void st_card_view_set_slim (StCardView *view, gboolean slim);
