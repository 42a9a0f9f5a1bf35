/* The strip of a training's history: a slider through its moments, the epoch, Latest. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

#define ST_TYPE_HISTORY_SCRUBBER (st_history_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (StHistoryScrubber, st_history_scrubber, ST, HISTORY_SCRUBBER, GtkWidget)

/* Hidden until there is a run. */
GtkWidget *st_history_scrubber_new (StSession *session);
