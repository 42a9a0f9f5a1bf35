/* The live worker: one thread that turns the newest query into frames.
 *
 * Posting overwrites the one pending slot and never waits for work.  The worker
 * abandons what it does at the next chunk boundary when somebody's hand has
 * moved (anything but the weights changed), and publishes immutable frames:
 * first the thumbnails that are on the screen, then a subset, then everything.
 * New weights alone wait until the present pass is through, so that a model in
 * training is shown whole.  Each frame carries the generation of the query that
 * it answers; whoever shows frames drops one that is older than shown.  The
 * bell carries no data: it may ring once for several frames.
 *
 * When nothing is asked it measures the levels of the grid, from the present
 * one outward, and keeps their results: a sweep.  A new level keeps them; new
 * weights leave them to be seen as stale; new images, or another latent, drop
 * them. */
#pragma once

#include <st-frame.h>

typedef struct StLive StLive;
/* Called on the worker's thread, without locks held. */
typedef void (*StLiveBell) (void *context);

/* Owns a pool of `threads` (0: all processors). */
StStatus st_live_new (uint32_t threads, StLiveBell bell, void *context, StLive **live);
/* Waits for the chunk under way.  The bell does not ring any more when it returns. */
void st_live_free (StLive *live);

/* Takes its own references on what the query names.  Returns the query's generation, 1 or more. */
uint64_t st_live_post (StLive *live, const StLiveQuery *query);
/* The newest frame, if it was not taken before; else NULL.  The caller owns the reference. */
StFrame *st_live_take (StLive *live);
