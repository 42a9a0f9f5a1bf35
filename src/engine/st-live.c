#include <st-live.h>

#include <st-alloc.h>
#include <st-clock.h>
#include <st-work.h>

#include <pthread.h>

enum { SUBSET = 64 };   /* images of the second frame */
static const size_t SHELF_BYTES = 32 << 20;
/* What a hand that does not rest waits for, so that figures move whole and not in crumbs. */
static const double HASTE_SECONDS = 0.06;

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
  bool hasty;               /* the next query was there before the last one was through */
  double image_seconds;     /* that all columns took together for one image, when last measured */
  StShelf *shelf;
  StWork work;
};

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
  if (!st_live_query_same_but_weights (&live->working, &taken))
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

/* ---- answering ---- */

static void
publish (StLive *live, bool complete)
{
  StFrame *frame = st_frame_new (live->answering, &live->work.query);
  if (frame == NULL)
    return;   /* the screen keeps what it shows */
  st_work_show (&live->work, frame);
  frame->complete = complete;

  pthread_mutex_lock (&live->mutex);
  StFrame *old = live->frame;
  live->frame = frame;
  pthread_mutex_unlock (&live->mutex);
  st_frame_unref (old);
  if (live->bell != NULL)
    live->bell (live->context);
}

/* How many images there are of the present level, the fewest of any column. */
static uint32_t
measured_images (const StWork *work)
{
  uint32_t fewest = UINT32_MAX;
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      const StWorkColumn *column = &work->columns[i];
      const uint32_t done = column->now != NULL ? column->now->done : 0;
      if (st_ok (column->status) && done < fewest)
        fewest = done;
    }
  return fewest;
}

/* In a hurry the worker does not look up until it has so many images. */
static bool
measure_images (StLive *live, uint32_t images, bool hasty)
{
  StWork *work = &live->work;
  const uint32_t before = measured_images (work);
  const double begun = st_clock_now ();
  StCancel *cancel = work->cancel;
  work->cancel = hasty ? NULL : cancel;
  const bool done = st_work_advance (work, images);
  work->cancel = cancel;
  const uint32_t after = measured_images (work);
  if (done && after > before && after != UINT32_MAX)
    live->image_seconds = (st_clock_now () - begun) / (after - before);
  return done;
}

static bool
advance (StLive *live, uint32_t images)
{
  if (!measure_images (live, images, false))
    return false;
  publish (live, st_work_is_complete (&live->work));
  return true;
}

/* What was waited for is shown, whatever is asked meanwhile. */
static bool
find_early (StLive *live)
{
  StWork *work = &live->work;
  if (!st_work_find_early (work, false))
    return false;
  if (st_work_is_patient (work) && st_cancel_asked (&live->cancel))
    publish (live, false);
  return true;
}

/* All of them where they take no longer than a moving hand can wait for; else some, whose number
 * does not change from query to query. */
static uint32_t
hasty_goal (const StLive *live, uint32_t count)
{
  uint32_t goal = SUBSET;
  if (count * live->image_seconds <= HASTE_SECONDS)
    return count;
  while (2 * goal < count && 2 * goal * live->image_seconds <= HASTE_SECONDS)
    goal *= 2;
  return goal;
}

/* Of a hand that moves with every frame of the screen each query would be abandoned at its first
 * images, and figures would show nothing but those.  So it is not, until there is a frame that is
 * worth looking at. */
static bool
answer_in_haste (StLive *live, uint32_t count)
{
  if (!measure_images (live, hasty_goal (live, count), true))
    return false;
  st_work_find_early (&live->work, false);
  publish (live, st_work_is_complete (&live->work));
  return !st_cancel_asked (&live->cancel);
}

/* Axes wait for the first frame: it is what makes a hand feel that something moves. */
static bool
answer_images (StLive *live)
{
  StWork *work = &live->work;
  uint32_t count = st_images_count (work->query.images);
  st_work_begin (work);
  if (!work->restless)
    {
      const bool goes_on = live->hasty ? answer_in_haste (live, count)
                                       : advance (live, work->query.visible);
      if (st_work_is_complete (work))
        return true;
      if (!goes_on)
        return false;
    }
  if (!st_work_refer (work))
    return false;
  if (!work->restless)
    {
      const bool subset = SUBSET < count && !st_work_leaps (work);
      if (!find_early (live) || (subset && !advance (live, SUBSET))
          || !st_work_find_early (work, true))
        return false;
    }
  return advance (live, count);
}

static bool
answer (StLive *live)
{
  if (live->work.query.images != NULL)
    {
      live->work.answered = answer_images (live);
      live->hasty = st_cancel_asked (&live->cancel);
      st_work_count_hurry (&live->work);
      return live->work.answered;
    }
  publish (live, true);
  return true;
}

static bool
idle (StLive *live)
{
  StWorkIdle did = st_work_idle (&live->work);
  if (did == ST_WORK_SHOWS)
    publish (live, true);
  return did != ST_WORK_RESTED;
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
    {
      st_work_adopt (&live->work, &next);
      live->answering = generation;
    }
  return !quit;
}

static void *
live_main (void *data)
{
  StLive *live = data;
  bool sweeping = false, fresh;

  while (wait_for_query (live, sweeping, &fresh))
    sweeping = fresh ? answer (live) : idle (live);
  st_work_clear (&live->work);
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
  live->shelf = st_shelf_new (SHELF_BYTES);   /* without one it measures more often */
  live->work = (StWork) { .pool = live->pool, .cancel = &live->cancel, .shelf = live->shelf };
  pthread_mutex_init (&live->mutex, NULL);
  pthread_cond_init (&live->wake, NULL);
  int error = pthread_create (&live->thread, NULL, live_main, live);
  if (error != 0)
    {
      pthread_cond_destroy (&live->wake);
      pthread_mutex_destroy (&live->mutex);
      st_shelf_free (live->shelf);
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
  st_shelf_free (live->shelf);
  st_pool_free (live->pool);
  st_free (live);
}
