/* What is made of the decoders of the open models: their pullback metrics, traversals of their
 * latent spaces, paths between two images, and lengths between many; and what of it the scatters
 * show.
 *
 * Made in the background, one piece after the other, of the newest complete frame: the cheap ones
 * of all columns before the dear ones, which are shown as far as they have come; once a hand that
 * drags has rested, and while a model trains a few times a second at the most.  Main thread
 * only. */
#pragma once

#include <glib-object.h>
#include <st-figure.h>

#define ST_TYPE_PULLBACKS (st_pullbacks_get_type ())
G_DECLARE_FINAL_TYPE (StPullbacks, st_pullbacks, ST, PULLBACKS, GObject)

/* Signal: "changed" (something else is to be shown).
 * Properties: map, by its name (st-figure-pullback.h), and ellipses. */
StPullbacks *st_pullbacks_new (void);

void st_pullbacks_set_map (StPullbacks *pullbacks, StFigureMap map);
StFigureMap st_pullbacks_get_map (StPullbacks *pullbacks);
void st_pullbacks_set_ellipses (StPullbacks *pullbacks, gboolean ellipses);
gboolean st_pullbacks_get_ellipses (StPullbacks *pullbacks);

/* Where paths begin (0) and end (1), by its position among the images; -1: nowhere.  Other images
 * end all paths. */
void st_pullbacks_set_path_end (StPullbacks *pullbacks, guint end, int image);
int st_pullbacks_get_path_end (StPullbacks *pullbacks, guint end);

/* A question to the live worker: only a frame that answers it, or a later one, will do, while no
 * model trains. */
void st_pullbacks_expect (StPullbacks *pullbacks, guint64 generation);
/* A newer frame, of which a reference is taken; training: weights still move. */
void st_pullbacks_follow (StPullbacks *pullbacks, StFrame *frame, gboolean training);
/* Lets a hand that drags have the processors for a moment. */
void st_pullbacks_yield (StPullbacks *pullbacks);
/* Which figures anybody looks at, bit 1 << kind of each: what nobody sees is not made. */
void st_pullbacks_set_watched (StPullbacks *pullbacks, guint figures);
/* Whether anything is made, or waits to be. */
gboolean st_pullbacks_is_busy (StPullbacks *pullbacks);

/* What is shown, by the columns of the frame that came last; borrowed until the main loop runs. */
const StFigurePullbacks *st_pullbacks_get (StPullbacks *pullbacks);
