/* The slider of a training's history: its trough shows what is trained, with a notch for each
 * snapshot; above it the loss. */
#pragma once

#include <st-scrub-scale.h>
#include <st-session.h>

#define ST_TYPE_HISTORY_SCALE (st_history_scale_get_type ())
G_DECLARE_FINAL_TYPE (StHistoryScale, st_history_scale, ST, HISTORY_SCALE, StScrubScale)

GtkWidget *st_history_scale_new (StSession *session);
