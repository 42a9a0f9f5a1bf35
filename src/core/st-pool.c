#define _DEFAULT_SOURCE
#include <st-pool.h>

#include <st-alloc.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

typedef struct Worker {
  StPool *pool;
  pthread_t thread;
  uint32_t index;
} Worker;

struct StPool {
  pthread_mutex_t mutex;
  pthread_cond_t start, done;
  uint64_t round;     /* counts runs; a worker takes part in each once */
  uint32_t busy;      /* workers still in the present round */
  bool quit;
  StPoolTask function;
  void *context;
  uint32_t tasks;
  atomic_uint next;
  uint32_t threads;   /* with the caller */
  uint32_t started;   /* workers 1 .. started are running */
  Worker workers[MAX_THREADS];
};

static void
run_tasks (StPool *pool, uint32_t worker)
{
  for (;;)
    {
      uint32_t task = atomic_fetch_add (&pool->next, 1);
      if (task >= pool->tasks)
        return;
      pool->function (pool->context, task, worker);
    }
}

static void *
worker_main (void *data)
{
  Worker *worker = data;
  StPool *pool = worker->pool;
  uint64_t seen = 0;

  pthread_mutex_lock (&pool->mutex);
  for (;;)
    {
      while (pool->round == seen && !pool->quit)
        pthread_cond_wait (&pool->start, &pool->mutex);
      if (pool->quit)
        break;
      seen = pool->round;
      pthread_mutex_unlock (&pool->mutex);
      run_tasks (pool, worker->index);
      pthread_mutex_lock (&pool->mutex);
      if (--pool->busy == 0)
        pthread_cond_signal (&pool->done);
    }
  pthread_mutex_unlock (&pool->mutex);
  return NULL;
}

StStatus
st_pool_new (uint32_t threads, StPool **result)
{
  if (threads == 0)
    {
      long online = sysconf (_SC_NPROCESSORS_ONLN);
      threads = online < 1 ? 1 : online > MAX_THREADS ? MAX_THREADS : (uint32_t) online;
    }
  if (threads > MAX_THREADS)
    return st_failure (ST_RANGE, 1, MAX_THREADS);

  StPool *pool = st_alloc (1, sizeof *pool);
  if (pool == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *pool, 0);
  pool->threads = threads;
  pthread_mutex_init (&pool->mutex, NULL);
  pthread_cond_init (&pool->start, NULL);
  pthread_cond_init (&pool->done, NULL);
  for (uint32_t i = 1; i < threads; i++)
    {
      pool->workers[i] = (Worker) { .pool = pool, .index = i };
      int error = pthread_create (&pool->workers[i].thread, NULL, worker_main, &pool->workers[i]);
      if (error != 0)
        {
          st_pool_free (pool);
          return st_failure (ST_NO_THREAD, error, 0);
        }
      pool->started = i;
    }
  *result = pool;
  return st_success ();
}

void
st_pool_free (StPool *pool)
{
  if (pool == NULL)
    return;
  pthread_mutex_lock (&pool->mutex);
  pool->quit = true;
  pthread_cond_broadcast (&pool->start);
  pthread_mutex_unlock (&pool->mutex);
  for (uint32_t i = 1; i <= pool->started; i++)
    pthread_join (pool->workers[i].thread, NULL);
  pthread_cond_destroy (&pool->done);
  pthread_cond_destroy (&pool->start);
  pthread_mutex_destroy (&pool->mutex);
  st_free (pool);
}

uint32_t
st_pool_threads (const StPool *pool)
{
  return pool->threads;
}

void
st_pool_run (StPool *pool, uint32_t tasks, StPoolTask function, void *context)
{
  pthread_mutex_lock (&pool->mutex);
  pool->function = function;
  pool->context = context;
  pool->tasks = tasks;
  atomic_store (&pool->next, 0);
  /* Waking a sleeper costs more than a lone task. */
  bool share = tasks > 1 && pool->started > 0;
  if (share)
    {
      pool->busy = pool->started;
      pool->round++;
      pthread_cond_broadcast (&pool->start);
    }
  pthread_mutex_unlock (&pool->mutex);

  run_tasks (pool, 0);

  if (!share)
    return;
  pthread_mutex_lock (&pool->mutex);
  while (pool->busy > 0)
    pthread_cond_wait (&pool->done, &pool->mutex);
  pthread_mutex_unlock (&pool->mutex);
}
