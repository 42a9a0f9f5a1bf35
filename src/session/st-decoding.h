/* What a model's decoder makes of the place under the pointer in its latent scatter: decoded in
 * the background, the newest place only.  Main thread only. */
#pragma once

#include <glib-object.h>
#include <st-figure.h>

#define ST_TYPE_DECODING (st_decoding_get_type ())
G_DECLARE_FINAL_TYPE (StDecoding, st_decoding, ST, DECODING, GObject)

/* Signal: "changed" (something else is to be shown). */
StDecoding *st_decoding_new (void);

/* The pointer is at a place of a column's scatter, in its coordinates; where that shows no plane of
 * vectors nothing is decoded. */
void st_decoding_point (StDecoding *decoding, StFrame *frame, guint column, const double place[2]);
/* It is nowhere any more. */
void st_decoding_leave (StDecoding *decoding);

/* What is shown; borrowed until the main loop runs. */
const StFigureDecoded *st_decoding_get (StDecoding *decoding);
