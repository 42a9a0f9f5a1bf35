/* The slider of the distortion level: its trough shows which levels are measured, as a video
 * player shows what is buffered, and above it a thin curve what changes with the level.
 *
 * GtkRange is linear, so the slider's own value is the square root of the level where the scale
 * is; its value text is the level. */
#pragma once

#include <st-scrub-scale.h>
#include <st-session.h>
#include <st-summaries.h>

#define ST_TYPE_LEVEL_SCALE (st_level_scale_get_type ())
G_DECLARE_FINAL_TYPE (StLevelScale, st_level_scale, ST, LEVEL_SCALE, StScrubScale)

GtkWidget *st_level_scale_new (StSession *session, StSummaries *summaries);
