#include <st-pool.h>

#include <glib.h>
#include <stdatomic.h>

enum { TASKS = 1000 };

typedef struct Count {
  atomic_uint runs[TASKS];
  atomic_uint strange_workers;
  uint32_t threads;
} Count;

static void
count_task (void *context, uint32_t task, uint32_t worker)
{
  Count *count = context;
  atomic_fetch_add (&count->runs[task], 1);
  if (worker >= count->threads)
    atomic_fetch_add (&count->strange_workers, 1);
}

static void
run_and_check (StPool *pool, uint32_t tasks)
{
  Count count = { .threads = st_pool_threads (pool) };
  st_pool_run (pool, tasks, count_task, &count);
  g_assert_cmpuint (count.strange_workers, ==, 0);
  for (uint32_t i = 0; i < TASKS; i++)
    g_assert_cmpuint (count.runs[i], ==, i < tasks);
}

static void
test_each_task_once (void)
{
  static const uint32_t THREADS[] = { 1, 2, 3, 7, 64 };
  for (size_t i = 0; i < G_N_ELEMENTS (THREADS); i++)
    {
      StPool *pool = NULL;
      g_assert_cmpint (st_pool_new (THREADS[i], &pool).code, ==, ST_OK);
      g_assert_cmpuint (st_pool_threads (pool), ==, THREADS[i]);
      for (int round = 0; round < 50; round++)
        {
          run_and_check (pool, TASKS);
          run_and_check (pool, 0);
          run_and_check (pool, 1);
          run_and_check (pool, 2);
        }
      st_pool_free (pool);
    }
}

static void
test_thread_counts (void)
{
  StPool *pool = NULL;
  g_assert_cmpint (st_pool_new (0, &pool).code, ==, ST_OK);
  g_assert_cmpuint (st_pool_threads (pool), >=, 1);
  st_pool_free (pool);
  StStatus status = st_pool_new (65, &pool);
  g_assert_cmpint (status.code, ==, ST_RANGE);
  g_assert_cmpint (status.b, ==, 64);
  st_pool_free (NULL);
}

/* Pools come and go while their workers have hardly begun. */
static void
test_short_lives (void)
{
  for (int i = 0; i < 200; i++)
    {
      StPool *pool = NULL;
      g_assert_cmpint (st_pool_new (4, &pool).code, ==, ST_OK);
      if (i % 2 == 0)
        run_and_check (pool, 5);
      st_pool_free (pool);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/each-task-once", test_each_task_once);
  g_test_add_func ("/pool/thread-counts", test_thread_counts);
  g_test_add_func ("/pool/short-lives", test_short_lives);
  return g_test_run ();
}
