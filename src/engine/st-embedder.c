#define _POSIX_C_SOURCE 200809L
#include <st-embedder.h>

#include <st-alloc.h>
#include <st-clock.h>

#include <pthread.h>
#include <time.h>

static const double YIELD_SECONDS = 0.12;
static const double PATIENCE_SECONDS = 0.5;   /* so long a hand that never rests is yielded to */

typedef struct Task {
  StEmbeddingQuery query;
  bool done, stopping;
  StEmbedding *answer;       /* newest, not taken */
} Task;

struct StEmbedder {
  pthread_t thread;
  StPool *pool;
  StEmbedderBell bell;
  void *context;

  /* Under the mutex. */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  bool quit;
  uint32_t n;
  Task tasks[ST_EMBEDDER_MAX];
  uint64_t working;          /* ticket of the question that is worked at; 0: none */
  double yield_until;        /* on the monotonic clock */

  StCancel cancel, stop;     /* of what is worked at */

  /* The thread's own. */
  StEmbeddingKeep keep[ST_EMBEDDER_MAX];
  double begun;              /* when the last question was begun, on the monotonic clock */
};

/* ---- hands ---- */

static Task *
find_task (StEmbedder *embedder, uint64_t ticket)
{
  for (uint32_t i = 0; i < embedder->n; i++)
    if (embedder->tasks[i].query.ticket == ticket)
      return &embedder->tasks[i];
  return NULL;
}

static void
clear_task (Task *task)
{
  st_embedding_query_clear (&task->query);
  st_embedding_unref (task->answer);
  *task = (Task) { 0 };
}

void
st_embedder_post (StEmbedder *embedder, uint32_t n, const StEmbeddingQuery *queries)
{
  Task next[ST_EMBEDDER_MAX] = { 0 }, gone[ST_EMBEDDER_MAX];
  uint32_t had;
  pthread_mutex_lock (&embedder->mutex);
  for (uint32_t i = 0; i < n; i++)
    {
      Task *same = find_task (embedder, queries[i].ticket);
      if (same != NULL)
        {
          next[i] = *same;
          *same = (Task) { 0 };
        }
      else
        st_embedding_query_copy (&queries[i], &next[i].query);
    }
  had = embedder->n;
  for (uint32_t i = 0; i < ST_EMBEDDER_MAX; i++)
    {
      gone[i] = embedder->tasks[i];
      embedder->tasks[i] = next[i];
    }
  embedder->n = n;
  if (embedder->working != 0 && find_task (embedder, embedder->working) == NULL)
    {
      st_cancel_reset (&embedder->stop);
      st_cancel_ask (&embedder->cancel);
    }
  pthread_cond_signal (&embedder->wake);
  pthread_mutex_unlock (&embedder->mutex);
  for (uint32_t i = 0; i < had; i++)
    clear_task (&gone[i]);
}

void
st_embedder_stop (StEmbedder *embedder)
{
  pthread_mutex_lock (&embedder->mutex);
  for (uint32_t i = 0; i < embedder->n; i++)
    {
      Task *task = &embedder->tasks[i];
      task->stopping = !task->done && task->query.method == ST_EMBEDDING_TSNE;
      if (!task->stopping || task->query.ticket != embedder->working)
        continue;
      st_cancel_ask (&embedder->stop);
      st_cancel_ask (&embedder->cancel);
    }
  embedder->yield_until = 0.0;
  pthread_cond_signal (&embedder->wake);
  pthread_mutex_unlock (&embedder->mutex);
}

void
st_embedder_yield (StEmbedder *embedder)
{
  pthread_mutex_lock (&embedder->mutex);
  embedder->yield_until = st_clock_now () + YIELD_SECONDS;
  pthread_mutex_unlock (&embedder->mutex);
}

StEmbedding *
st_embedder_take (StEmbedder *embedder)
{
  StEmbedding *answer = NULL;
  pthread_mutex_lock (&embedder->mutex);
  for (uint32_t i = 0; i < embedder->n && answer == NULL; i++)
    {
      answer = embedder->tasks[i].answer;
      embedder->tasks[i].answer = NULL;
    }
  pthread_mutex_unlock (&embedder->mutex);
  return answer;
}

/* ---- the thread ---- */

/* Hands out an answer to a question that may have been dropped meanwhile. */
static void
publish (StEmbedder *embedder, StEmbedding *answer, bool done)
{
  StEmbedding *old = answer;
  pthread_mutex_lock (&embedder->mutex);
  Task *task = find_task (embedder, answer->query.ticket);
  if (task != NULL)
    {
      old = task->answer;
      task->answer = answer;
      task->done = done;
    }
  pthread_mutex_unlock (&embedder->mutex);
  st_embedding_unref (old);
  if (embedder->bell != NULL && task != NULL)
    embedder->bell (embedder->context);
}

static void
show (void *context, StEmbedding *embedding)
{
  publish (context, embedding, false);
}

/* Under the mutex, which it gives back meanwhile. */
static void
wait_until (StEmbedder *embedder, double until)
{
  struct timespec time = { .tv_sec = (time_t) until,
                           .tv_nsec = (long) ((until - (double) (time_t) until) * 1e9) };
  pthread_cond_timedwait (&embedder->wake, &embedder->mutex, &time);
}

static void
rest (void *context)
{
  StEmbedder *embedder = context;
  pthread_mutex_lock (&embedder->mutex);
  if (!embedder->quit && !st_cancel_asked (&embedder->cancel)
      && embedder->yield_until > st_clock_now ())
    wait_until (embedder, embedder->yield_until);
  pthread_mutex_unlock (&embedder->mutex);
}

/* The place where a model's axes are kept, and of another model, if any. */
static StEmbeddingKeep *
find_keep (StEmbedder *embedder, uint64_t column, const StEmbeddingKeep **beside)
{
  StEmbeddingKeep *own = NULL;
  *beside = NULL;
  for (uint32_t i = 0; i < ST_EMBEDDER_MAX; i++)
    {
      StEmbeddingKeep *keep = &embedder->keep[i];
      if (keep->axes != NULL && keep->query.column == column)
        own = keep;
      else if (keep->axes != NULL && *beside == NULL)
        *beside = keep;
    }
  for (uint32_t i = 0; i < ST_EMBEDDER_MAX && own == NULL; i++)
    if (embedder->keep[i].axes == NULL)
      own = &embedder->keep[i];
  return own;
}

static bool
is_asked_of (const StEmbedder *embedder, uint64_t column)
{
  for (uint32_t i = 0; i < embedder->n; i++)
    if (embedder->tasks[i].query.column == column
        && embedder->tasks[i].query.method == ST_EMBEDDING_KERNEL_PCA)
      return true;
  return false;
}

/* Under the mutex: what belongs to no question any more, so that it can be freed without. */
static void
take_unkept (StEmbedder *embedder, StEmbeddingKeep unkept[ST_EMBEDDER_MAX])
{
  for (uint32_t i = 0; i < ST_EMBEDDER_MAX; i++)
    {
      StEmbeddingKeep *keep = &embedder->keep[i];
      unkept[i] = (StEmbeddingKeep) { 0 };
      if (keep->axes == NULL || is_asked_of (embedder, keep->query.column))
        continue;
      unkept[i] = *keep;
      *keep = (StEmbeddingKeep) { 0 };
    }
}

/* Under the mutex: the first question without an answer, once no hand drags; NULL to quit. */
static const Task *
wait_for_next (StEmbedder *embedder)
{
  while (!embedder->quit)
    {
      const Task *next = NULL;
      double until = embedder->yield_until, patience = embedder->begun + PATIENCE_SECONDS;
      until = until < patience ? until : patience;
      for (uint32_t i = 0; i < embedder->n && next == NULL; i++)
        if (!embedder->tasks[i].done)
          next = &embedder->tasks[i];
      if (next == NULL)
        pthread_cond_wait (&embedder->wake, &embedder->mutex);
      else if (until <= st_clock_now () || next->stopping)
        return next;
      else
        wait_until (embedder, until);
    }
  return NULL;
}

/* Waits for the next question; false to quit. */
static bool
wait_for_task (StEmbedder *embedder, StEmbeddingQuery *query)
{
  StEmbeddingKeep unkept[ST_EMBEDDER_MAX];
  pthread_mutex_lock (&embedder->mutex);
  embedder->working = 0;
  const Task *next = wait_for_next (embedder);
  embedder->begun = st_clock_now ();
  take_unkept (embedder, unkept);
  if (next != NULL)
    {
      st_embedding_query_copy (&next->query, query);
      embedder->working = query->ticket;
      st_cancel_reset (&embedder->cancel);
      st_cancel_reset (&embedder->stop);
      if (next->stopping)
        {
          st_cancel_ask (&embedder->stop);
          st_cancel_ask (&embedder->cancel);
        }
    }
  bool quit = embedder->quit;
  pthread_mutex_unlock (&embedder->mutex);
  for (uint32_t i = 0; i < ST_EMBEDDER_MAX; i++)
    st_embedding_keep_clear (&unkept[i]);
  return !quit;
}

/* Where there is not even memory for an answer, the question is put aside as if answered. */
static void
give_up (StEmbedder *embedder, uint64_t ticket)
{
  pthread_mutex_lock (&embedder->mutex);
  Task *task = find_task (embedder, ticket);
  if (task != NULL)
    task->done = true;
  pthread_mutex_unlock (&embedder->mutex);
}

static void
answer (StEmbedder *embedder, const StEmbeddingQuery *query)
{
  const StEmbeddingWatch watch = { &embedder->cancel, &embedder->stop, show, rest, embedder };
  const StEmbeddingKeep *beside;
  StEmbeddingKeep *keep = find_keep (embedder, query->column, &beside);
  StEmbedding *embedding;
  StStatus status = st_embedding_make (query, keep, beside, embedder->pool, &watch, &embedding);
  if (st_ok (status))
    publish (embedder, embedding, true);
  else if (status.code != ST_CANCELLED)
    give_up (embedder, query->ticket);
}

static void *
embedder_main (void *data)
{
  StEmbedder *embedder = data;
  StEmbeddingQuery query = { 0 };
  while (wait_for_task (embedder, &query))
    {
      answer (embedder, &query);
      st_embedding_query_clear (&query);
    }
  st_embedding_query_clear (&query);
  for (uint32_t i = 0; i < ST_EMBEDDER_MAX; i++)
    st_embedding_keep_clear (&embedder->keep[i]);
  return NULL;
}

/* ---- life ---- */

/* Waiting until a moment of the monotonic clock. */
static void
init_locks (StEmbedder *embedder)
{
  pthread_condattr_t attributes;
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init (&embedder->mutex, NULL);
  pthread_cond_init (&embedder->wake, &attributes);
  pthread_condattr_destroy (&attributes);
}

static void
dispose (StEmbedder *embedder)
{
  pthread_cond_destroy (&embedder->wake);
  pthread_mutex_destroy (&embedder->mutex);
  st_pool_free (embedder->pool);
  st_free (embedder);
}

StStatus
st_embedder_new (uint32_t threads, StEmbedderBell bell, void *context, StEmbedder **result)
{
  StEmbedder *embedder = st_alloc (1, sizeof *embedder);
  if (embedder == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *embedder, 0);
  embedder->bell = bell;
  embedder->context = context;
  StStatus status = st_pool_new (threads, &embedder->pool);
  if (!st_ok (status))
    {
      st_free (embedder);
      return status;
    }
  init_locks (embedder);
  int error = pthread_create (&embedder->thread, NULL, embedder_main, embedder);
  if (error != 0)
    {
      dispose (embedder);
      return st_failure (ST_NO_THREAD, error, 0);
    }
  *result = embedder;
  return st_success ();
}

void
st_embedder_free (StEmbedder *embedder)
{
  if (embedder == NULL)
    return;
  pthread_mutex_lock (&embedder->mutex);
  embedder->quit = true;
  st_cancel_reset (&embedder->stop);
  st_cancel_ask (&embedder->cancel);
  pthread_cond_signal (&embedder->wake);
  pthread_mutex_unlock (&embedder->mutex);
  pthread_join (embedder->thread, NULL);

  for (uint32_t i = 0; i < embedder->n; i++)
    clear_task (&embedder->tasks[i]);
  dispose (embedder);
}
