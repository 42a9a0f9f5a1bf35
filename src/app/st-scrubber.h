/* The strip below the board: the level's slider, its number, Play, and the status. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>
#include <st-summaries.h>

#define ST_TYPE_SCRUBBER (st_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (StScrubber, st_scrubber, ST, SCRUBBER, GtkWidget)

GtkWidget *st_scrubber_new (StSession *session, StSummaries *summaries);
