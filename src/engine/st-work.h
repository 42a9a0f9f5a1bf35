/* Private to the engine: what the live worker has measured, and what it measures next. */
#pragma once

#include <st-frame.h>
#include <st-shelf.h>

/* A column as the worker knows it. */
typedef struct StWorkColumn {
  StMeasure *measure;
  StReference *reference;          /* perhaps of older weights, or other images */
  StHilbert *hilbert;              /* the same */
  StHilbert *sample;               /* clean points of the sample; perhaps of others */
  bool no_sample;                  /* they could not be made, */
  uint64_t no_sample_weights;      /* of these */
  StHilbertResult early;           /* angles before the exact ones, the last that there were, */
  double early_level;              /* and at which level */
  StResult *now;
  StHilbertResult stale;           /* angles at this level of older weights, to be shown */
  StLatent latent;                 /* that all of these are about */
  uint64_t context;                /* of the query about it, on the shelf */
  uint64_t angled;                 /* the turn when angles at the present level were found */
  StResult *sweep[ST_LEVELS_MAX];
  uint64_t swept[ST_LEVELS_MAX];   /* the turn of each */
  StSummary *now_summary;          /* of these results, or of older ones */
  StSummary *sweep_summary[ST_LEVELS_MAX];
  StStatus status;
} StWorkColumn;

typedef struct StWork {
  StPool *pool;
  StCancel *cancel;
  StMeasure *angles;               /* for queries with a hilbert: its scratch is large */
  StMeasure *early;                /* the same of the sample */
  StImages *sample, *sampled;      /* some of the images, of which ones; or NULL */
  StShelf *shelf;                  /* borrowed, or NULL: nothing is kept for later */
  StLiveQuery query;
  uint64_t turn;                   /* counts queries */
  bool answered;                   /* the query's pass was not abandoned */
  bool restless;                   /* only weights have changed since the last query */
  uint32_t hurried;                /* queries since the last that came as far as angles */
  bool angles_last;                /* what st_work_idle() did last */
  uint32_t near;                   /* levels near to this query's, times columns, that were tried */
  StWorkColumn columns[ST_COLUMNS_MAX];
} StWork;

void st_work_clear (StWork *work);

/* Whether two queries differ in nothing but their weights. */
bool st_live_query_same_but_weights (const StLiveQuery *a, const StLiveQuery *b);
/* Makes `next`, whose references it takes, the query that is answered. */
void st_work_adopt (StWork *work, StLiveQuery *next);

/* The pass over the present level.  Each returns false if it was abandoned. */
void st_work_begin (StWork *work);
bool st_work_advance (StWork *work, uint32_t images);   /* every column to so many images */
bool st_work_refer (StWork *work);    /* renews references, and begins again where it did */
/* Angles before the exact ones, where what they need is there: those that are dear, of a sample,
 * or, `all`, those that are not, with all else.  Returns false if it was abandoned.  A hand that
 * does not rest waits for those of a sample now and then, dear or not: st_work_is_patient(). */
bool st_work_find_early (StWork *work, bool all);
bool st_work_is_patient (const StWork *work);
/* Whether those of all images are near enough to go without a subset before: a hand that jumped
 * from where it rested. */
bool st_work_leaps (const StWork *work);
/* Once a pass is over, or abandoned. */
void st_work_count_hurry (StWork *work);
/* Whether every column is measured to its last image, on axes of its weights, or failed. */
bool st_work_is_complete (const StWork *work);

typedef enum StWorkIdle {
  ST_WORK_RESTED,   /* there is nothing to do, or it was abandoned */
  ST_WORK_SHOWS,    /* something new can be shown */
  ST_WORK_KEPT,     /* something is there for later */
} StWorkIdle;

/* Does the next best thing when nothing is asked. */
StWorkIdle st_work_idle (StWork *work);

/* What is known now, into a new frame. */
void st_work_show (StWork *work, StFrame *frame);

/* Makes, for one column, what early angles of a sample need. */
StWorkIdle st_work_prepare_early (StWork *work);
void st_work_show_early (const StWork *work, uint32_t column, StFrame *frame);
void st_work_forget_sample (StWork *work);
/* A result of the present level, whose reference it takes, in place of the one before. */
void st_work_take (StWork *work, uint32_t column, StResult *result);

/* Between the files of this: a query about a column, its result's freshness, whether angles of it
 * are asked for, and whether those of a result answer the query. */
StQuery st_work_query (const StWork *work, uint32_t column, double level, bool pictures);
bool st_work_is_fresh (const StWork *work, uint32_t column, const StResult *result);
bool st_work_wants_angles (const StWork *work, uint32_t column);
bool st_work_has_angles (const StWork *work, uint32_t column, const StResult *result);
/* Keeps a finished result of the present query, or at a level of its grid, for later.
 * Not while weights keep coming, which nobody will ask for again. */
void st_work_shelve (StWork *work, uint32_t column, StResult *result);
/* Whether all that a column is asked for is kept at a level. */
bool st_work_has_shelved (StWork *work, uint32_t column, double level);
/* Keeps all that there is, when weights have come to rest. */
void st_work_settle (StWork *work);

/* The next of the levels near to the present one that is to be measured, nearest: of the two
 * beside it alone; false if there is none.  It is asked again until work->near counts on. */
bool st_work_next_near (StWork *work, bool nearest, uint32_t *column, double *level);
