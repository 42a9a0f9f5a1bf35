/* What the live worker is asked, and what it answers. */
#pragma once

#include <st-measure.h>
#include <st-summary.h>

/* What is counted and compared over levels is so of the first so many images, which bounds memory:
 * the sweep's results have no more, and summaries count no more. */
enum { ST_COLUMNS_MAX = 6, ST_LEVELS_MAX = 64, ST_SWEEP_IMAGES_MAX = 1000 };

/* Of a dear kernel angles are first of a sample of so many. */
enum { ST_EARLY_IMAGES = 64 };

/* References are held by whoever keeps one: st_live_query_copy(), _clear(). */
typedef struct StLiveQuery {
  uint32_t columns;
  uint64_t ids[ST_COLUMNS_MAX];      /* which column this is, whatever its place and weights */
  StModel *models[ST_COLUMNS_MAX];
  uint64_t weights[ST_COLUMNS_MAX];  /* a number for each new set of weights of a column */
  StLatent latents[ST_COLUMNS_MAX];
  StImages *images;
  uint64_t seed;                     /* of latent samples */
  double level;
  uint32_t visible;                  /* the first so many images are on the screen */
  uint32_t levels;                   /* of the grid; 0: no sweep */
  double grid[ST_LEVELS_MAX];        /* ascending */
  uint32_t subspace;                 /* how many angles; 0: none are asked for */
  StKernel kernel;                   /* of the angles */
  double tolerance;                  /* of the ranks that a kernel may depend on */
} StLiveQuery;

void st_live_query_copy (const StLiveQuery *from, StLiveQuery *to);
void st_live_query_clear (StLiveQuery *query);

/* Everything that was known when it was published.  Immutable, reference-counted. */
typedef struct StFrame {
  uint64_t generation;               /* of the query; only grows */
  StLiveQuery query;
  bool complete;                     /* every column is measured to its last image, or failed */
  bool sweep_complete;
  uint32_t sweep_done;               /* levels of the grid that every column has */
  bool angles_complete;              /* every column has its angles at query.level, or failed */
  uint32_t angles_done;              /* levels of the grid at which every column has angles */
  /* Clean images on the axes of the scatter, of the weights that it names, which may be older
   * than query.weights until now[] is complete; NULL until there are any. */
  StReference *references[ST_COLUMNS_MAX];
  StResult *now[ST_COLUMNS_MAX];     /* at query.level; NULL where nothing is there yet */
  /* Where now[] has no angles of the query yet: the last ones that there were, of `count` images,
   * which may be fewer than take part (st-sample.h), without intervals, at a level that a moving
   * hand may have left.  For the eye alone, never to be kept. */
  StHilbertResult early[ST_COLUMNS_MAX];
  double early_level[ST_COLUMNS_MAX];
  /* At query.grid; NULL where not yet; stale where its weights are not query.weights.  Angles
   * count for themselves: they are there where st_hilbert_result_fits() the query, and stale
   * where their own weights are not query.weights. */
  StResult *sweep[ST_COLUMNS_MAX][ST_LEVELS_MAX];
  /* Of these results at query.tolerance; NULL where a result is, or is empty. */
  StSummary *now_summary[ST_COLUMNS_MAX];
  StSummary *sweep_summary[ST_COLUMNS_MAX][ST_LEVELS_MAX];
  StStatus status[ST_COLUMNS_MAX];   /* why a column could not be measured */
} StFrame;

/* A frame with nothing in it but a copy of the query; NULL without memory. */
StFrame *st_frame_new (uint64_t generation, const StLiveQuery *query);
StFrame *st_frame_ref (StFrame *frame);
void st_frame_unref (StFrame *frame);
