/* The live worker: one thread that turns the newest query into frames.
 *
 * Posting overwrites the one pending slot and never blocks on work.  The worker
 * abandons what it does at the next chunk boundary when a newer query waits,
 * and publishes immutable frames: first the thumbnails that are on the screen,
 * then a subset, then everything.  Each frame carries the generation of the
 * query that it answers; generations only grow, so whoever shows frames drops
 * one that is older than shown.  The bell carries no data: it may ring for
 * several frames at once.
 *
 * Between queries it measures the levels of the grid, from the present one
 * outward, and keeps their results: a sweep.  Changing only the level keeps
 * them; changing images, models or the latent drops what no longer applies. */
#pragma once

#include <st-measure.h>

enum { ST_COLUMNS_MAX = 6, ST_LEVELS_MAX = 64 };

typedef struct StLiveQuery {
  uint32_t columns;
  StModel *models[ST_COLUMNS_MAX];
  StImages *images;
  StLatent latent;
  uint64_t seed;
  double level;
  uint32_t visible;                /* the first so many images are on the screen */
  uint32_t levels;                 /* 0: no sweep */
  double grid[ST_LEVELS_MAX];      /* ascending, from 0 */
} StLiveQuery;

/* Everything that was known when it was published.  Reference-counted. */
typedef struct StFrame {
  uint64_t generation;
  StLiveQuery query;               /* holds references */
  bool complete;                   /* every column is measured to its last image */
  bool sweep_complete;
  StResult *now[ST_COLUMNS_MAX];   /* at query.level; NULL where nothing is there yet */
  StResult *sweep[ST_COLUMNS_MAX][ST_LEVELS_MAX];  /* at query.grid; NULL where not yet */
  StStatus status;                 /* why it stopped, where it did */
} StFrame;

StFrame *st_frame_ref (StFrame *frame);
void st_frame_unref (StFrame *frame);

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
