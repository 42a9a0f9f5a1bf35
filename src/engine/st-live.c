#include <st-live.h>

#include <st-alloc.h>

#include <math.h>
#include <pthread.h>
#include <string.h>

enum {
  SUBSET = 64,     /* images of the second frame */
  STEP = 32,       /* images measured between two looks at the slot */
};

/* A column as the worker knows it: what it has measured, for the query it works on. */
typedef struct Column {
  StMeasure *measure;
  StResult *now;
  StResult *sweep[ST_LEVELS_MAX];
  StStatus status;
} Column;

struct StLive {
  pthread_t thread;
  StPool *pool;
  StLiveBell bell;
  void *context;

  /* Under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  bool quit, has_pending;
  uint64_t generation;   /* of the newest query posted */
  StLiveQuery pending;
  StLiveQuery working;   /* borrowed: what the worker's query names */
  StFrame *frame;        /* newest, not taken */

  StCancel cancel;       /* the hand has moved */

  /* The worker's own. */
  uint64_t answering;
  StLiveQuery query;
  Column columns[ST_COLUMNS_MAX];
};

/* ---- queries ---- */

static bool
same_context (const StLiveQuery *a, const StLiveQuery *b)
{
  return a->images == b->images && a->latent == b->latent && a->seed == b->seed
         && a->levels == b->levels && memcmp (a->grid, b->grid, sizeof a->grid) == 0;
}

static bool
same_but_weights (const StLiveQuery *a, const StLiveQuery *b)
{
  return same_context (a, b) && a->level == b->level && a->visible == b->visible
         && a->columns == b->columns && memcmp (a->ids, b->ids, sizeof a->ids) == 0;
}

uint64_t
st_live_post (StLive *live, const StLiveQuery *query)
{
  StLiveQuery old, taken;
  st_live_query_copy (query, &taken);

  pthread_mutex_lock (&live->mutex);
  old = live->pending;
  live->pending = taken;
  live->has_pending = true;
  uint64_t generation = ++live->generation;
  if (!same_but_weights (&live->working, &taken))
    st_cancel_ask (&live->cancel);
  pthread_cond_signal (&live->wake);
  pthread_mutex_unlock (&live->mutex);

  st_live_query_clear (&old);
  return generation;
}

StFrame *
st_live_take (StLive *live)
{
  pthread_mutex_lock (&live->mutex);
  StFrame *frame = live->frame;
  live->frame = NULL;
  pthread_mutex_unlock (&live->mutex);
  return frame;
}

/* ---- the worker's columns ---- */

static void
column_forget_sweep (Column *column)
{
  for (uint32_t level = 0; level < ST_LEVELS_MAX; level++)
    {
      st_result_unref (column->sweep[level]);
      column->sweep[level] = NULL;
    }
}

static void
column_clear (Column *column)
{
  column_forget_sweep (column);
  st_result_unref (column->now);
  st_measure_free (column->measure);
  *column = (Column) { 0 };
}

/* Columns follow their ids to their new places; those that are gone are dropped. */
static void
move_columns (StLive *live, const StLiveQuery *next)
{
  Column old[ST_COLUMNS_MAX];
  memcpy (old, live->columns, sizeof old);
  memset (live->columns, 0, sizeof live->columns);

  for (uint32_t i = 0; i < next->columns; i++)
    for (uint32_t j = 0; j < live->query.columns; j++)
      if (live->query.ids[j] == next->ids[i] && old[j].measure != NULL)
        {
          live->columns[i] = old[j];
          old[j] = (Column) { 0 };
        }
  for (uint32_t j = 0; j < ST_COLUMNS_MAX; j++)
    column_clear (&old[j]);
}

/* Makes `next` (whose references it takes) the query that is answered. */
static void
adopt_query (StLive *live, uint64_t generation, StLiveQuery *next)
{
  bool keep = same_context (&live->query, next);
  move_columns (live, next);
  for (uint32_t i = 0; i < next->columns; i++)
    {
      Column *column = &live->columns[i];
      if (!keep)
        column_forget_sweep (column);
      st_result_unref (column->now);
      column->now = NULL;
      column->status = st_success ();
      if (column->measure == NULL)
        column->status = st_measure_new (live->pool, &column->measure);
    }
  st_live_query_clear (&live->query);
  live->query = *next;
  live->answering = generation;
}

/* ---- frames ---- */

static bool
is_fresh (const StLive *live, uint32_t column, const StResult *result)
{
  return result != NULL && result->weights == live->query.weights[column];
}

static uint32_t
levels_done (const StLive *live)
{
  uint32_t done = 0;
  for (uint32_t level = 0; level < live->query.levels; level++)
    {
      bool all = true;
      for (uint32_t i = 0; i < live->query.columns && all; i++)
        all = !st_ok (live->columns[i].status)
              || is_fresh (live, i, live->columns[i].sweep[level]);
      done += all;
    }
  return done;
}

static void
publish (StLive *live, bool complete)
{
  StFrame *frame = st_frame_new (live->answering, &live->query);
  if (frame == NULL)
    return;   /* the screen keeps what it shows */
  for (uint32_t i = 0; i < live->query.columns; i++)
    {
      const Column *column = &live->columns[i];
      frame->status[i] = column->status;
      frame->now[i] = column->now != NULL ? st_result_ref (column->now) : NULL;
      for (uint32_t level = 0; level < live->query.levels; level++)
        if (column->sweep[level] != NULL)
          frame->sweep[i][level] = st_result_ref (column->sweep[level]);
    }
  frame->complete = complete;
  frame->sweep_done = levels_done (live);
  frame->sweep_complete = frame->sweep_done == live->query.levels;

  pthread_mutex_lock (&live->mutex);
  StFrame *old = live->frame;
  live->frame = frame;
  pthread_mutex_unlock (&live->mutex);
  st_frame_unref (old);
  live->bell (live->context);
}

/* ---- measuring ---- */

static StQuery
column_query (const StLive *live, uint32_t i, double level, bool pictures)
{
  return (StQuery) {
    .model = live->query.models[i], .weights = live->query.weights[i],
    .images = live->query.images, .level = level, .latent = live->query.latent,
    .seed = live->query.seed, .pictures = pictures,
  };
}

/* Brings every column to at least `images` images and publishes; false if abandoned. */
static bool
advance_columns (StLive *live, uint32_t images, bool last)
{
  uint32_t count = st_images_count (live->query.images);
  uint32_t goal = images < count ? images : count;

  for (uint32_t i = 0; i < live->query.columns; i++)
    {
      Column *column = &live->columns[i];
      uint32_t done = column->now != NULL ? column->now->done : 0;
      if (!st_ok (column->status) || (column->now != NULL && done >= goal))
        continue;
      while (st_ok (column->status) && done < goal)
        {
          uint32_t step = goal - done < STEP ? goal - done : STEP;
          column->status = st_measure_step (column->measure, step, &live->cancel);
          done += step;
        }
      if (column->status.code == ST_CANCELLED)
        {
          column->status = st_success ();
          return false;
        }
      if (st_ok (column->status))
        {
          st_result_unref (column->now);
          column->now = NULL;
          column->status = st_measure_take (column->measure, &column->now);
        }
    }
  publish (live, last || goal == count);
  return true;
}

static bool
answer (StLive *live)
{
  if (live->query.images == NULL)
    {
      publish (live, true);
      return true;
    }
  for (uint32_t i = 0; i < live->query.columns; i++)
    if (st_ok (live->columns[i].status))
      {
        StQuery query = column_query (live, i, live->query.level, true);
        live->columns[i].status = st_measure_begin (live->columns[i].measure, &query);
      }
  uint32_t count = st_images_count (live->query.images);
  return advance_columns (live, live->query.visible, false)
         && (live->query.visible >= count
             || (advance_columns (live, SUBSET, false)
                 && (SUBSET >= count || advance_columns (live, count, true))));
}

/* The next level to sweep: what is missing before what is stale, near before far. */
static bool
next_level (const StLive *live, uint32_t *column, uint32_t *level)
{
  double best = HUGE_VAL;
  for (uint32_t i = 0; i < live->query.columns; i++)
    for (uint32_t l = 0; l < live->query.levels && st_ok (live->columns[i].status); l++)
      {
        const StResult *result = live->columns[i].sweep[l];
        /* Near on the scale that the hand sees. */
        double far = fabs (sqrt (live->query.grid[l]) - sqrt (live->query.level));
        double cost = far + (result != NULL ? 2 : 0);
        if (is_fresh (live, i, result) || cost >= best)
          continue;
        best = cost;
        *column = i;
        *level = l;
      }
  return best < HUGE_VAL;
}

/* One level of one column; false if there is none left, or the hand moved. */
static bool
sweep_once (StLive *live)
{
  uint32_t i = 0, level = 0;
  if (live->query.images == NULL || !next_level (live, &i, &level))
    return false;

  Column *column = &live->columns[i];
  StQuery query = column_query (live, i, live->query.grid[level], false);
  StResult *result = NULL;
  StStatus status = st_measure_begin (column->measure, &query);
  while (st_ok (status) && !st_measure_finished (column->measure))
    status = st_measure_step (column->measure, STEP, &live->cancel);
  if (st_ok (status))
    status = st_measure_take (column->measure, &result);
  if (status.code == ST_CANCELLED)
    return false;
  if (st_ok (status))
    {
      st_result_unref (column->sweep[level]);
      column->sweep[level] = result;
    }
  column->status = status;
  publish (live, true);
  return true;
}

/* ---- the thread ---- */

/* Waits for a query, unless there is a sweep to go on with; false to quit. */
static bool
wait_for_query (StLive *live, bool sweeping, bool *fresh)
{
  StLiveQuery next = { 0 };
  uint64_t generation = 0;

  pthread_mutex_lock (&live->mutex);
  while (!live->has_pending && !live->quit && !sweeping)
    pthread_cond_wait (&live->wake, &live->mutex);
  bool quit = live->quit;
  *fresh = live->has_pending && !quit;
  if (*fresh)
    {
      next = live->pending;
      generation = live->generation;
      live->pending = (StLiveQuery) { 0 };
      live->has_pending = false;
      live->working = next;
      st_cancel_reset (&live->cancel);
    }
  pthread_mutex_unlock (&live->mutex);

  if (*fresh)
    adopt_query (live, generation, &next);
  return !quit;
}

static void *
live_main (void *data)
{
  StLive *live = data;
  bool sweeping = false, fresh;

  while (wait_for_query (live, sweeping, &fresh))
    sweeping = fresh ? answer (live) : sweep_once (live);

  for (uint32_t i = 0; i < ST_COLUMNS_MAX; i++)
    column_clear (&live->columns[i]);
  st_live_query_clear (&live->query);
  return NULL;
}

StStatus
st_live_new (uint32_t threads, StLiveBell bell, void *context, StLive **result)
{
  StLive *live = st_alloc (1, sizeof *live);
  if (live == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *live, 0);
  live->bell = bell;
  live->context = context;
  StStatus status = st_pool_new (threads, &live->pool);
  if (!st_ok (status))
    {
      st_free (live);
      return status;
    }
  pthread_mutex_init (&live->mutex, NULL);
  pthread_cond_init (&live->wake, NULL);
  int error = pthread_create (&live->thread, NULL, live_main, live);
  if (error != 0)
    {
      pthread_cond_destroy (&live->wake);
      pthread_mutex_destroy (&live->mutex);
      st_pool_free (live->pool);
      st_free (live);
      return st_failure (ST_NO_THREAD, error, 0);
    }
  *result = live;
  return st_success ();
}

void
st_live_free (StLive *live)
{
  if (live == NULL)
    return;
  pthread_mutex_lock (&live->mutex);
  live->quit = true;
  st_cancel_ask (&live->cancel);
  pthread_cond_signal (&live->wake);
  pthread_mutex_unlock (&live->mutex);
  pthread_join (live->thread, NULL);

  st_live_query_clear (&live->pending);
  st_frame_unref (live->frame);
  pthread_cond_destroy (&live->wake);
  pthread_mutex_destroy (&live->mutex);
  st_pool_free (live->pool);
  st_free (live);
}
