/* The live worker: one thread that turns the newest query into frames.
 *
 * Posting overwrites the one pending slot and never waits for work.  The worker
 * abandons what it does at the next chunk boundary when somebody's hand has
 * moved (anything but the weights changed), and publishes immutable frames:
 * first the thumbnails that are on the screen, then a subset with angles of a sample, then
 * everything but exact angles (of a cheap kernel, all but their intervals: st-work-early.c).
 * Of a hand that goes on moving only thumbnails would be seen: then it does not look up before it
 * has all images, or as many as 60 ms allow, and publishes those at once.
 * New weights alone wait until the present pass is through, so that a model in
 * training is shown whole.  Each frame carries the generation of the query that
 * it answers; whoever shows frames drops one that is older than shown.  The
 * bell carries no data: it may ring once for several frames.
 *
 * New weights alone are answered by one complete frame.
 *
 * When nothing is asked it finds the angles of the present level, which cost most;
 * then it measures the levels of the grid, from the present one outward, and keeps
 * their results: a sweep; then it goes over them again for their angles.  Levels near to
 * the present one are measured for later, so that a small step is answered at once.  A new
 * level keeps a sweep; new weights leave it to be seen as stale, and then the
 * oldest results are renewed first; another kernel or tolerance leaves only its
 * angles to be found again; new images, or another latent, begin a new one.  What was
 * measured before, of these images and weights, is taken from a bounded shelf. */
#pragma once

#include <st-frame.h>

typedef struct StLive StLive;
/* Called on the worker's thread, without locks held.  NULL: nobody is called. */
typedef void (*StLiveBell) (void *context);

/* Owns a pool of `threads` (0: all processors). */
StStatus st_live_new (uint32_t threads, StLiveBell bell, void *context, StLive **live);
/* Waits for the chunk under way.  The bell does not ring any more when it returns. */
void st_live_free (StLive *live);

/* Takes its own references on what the query names.  Returns the query's generation, 1 or more. */
uint64_t st_live_post (StLive *live, const StLiveQuery *query);
/* The newest frame, if it was not taken before; else NULL.  The caller owns the reference. */
StFrame *st_live_take (StLive *live);
