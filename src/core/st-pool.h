/* Persistent worker threads that share out numbered tasks and sleep when idle.
 *
 * st_pool_run() returns when every task has run.  Tasks are handed out in
 * order, so results must not depend on which worker ran which task: write to
 * per-task places, and add them up in task order afterwards.  The calling
 * thread works too, as worker 0.  One run at a time for each pool. */
#pragma once

#include <st-status.h>

typedef struct StPool StPool;
typedef void (*StPoolTask) (void *context, uint32_t task, uint32_t worker);

/* threads: 1 to 64; 0 means one for each processor. */
StStatus st_pool_new (uint32_t threads, StPool **pool);
void st_pool_free (StPool *pool);
uint32_t st_pool_threads (const StPool *pool);
void st_pool_run (StPool *pool, uint32_t tasks, StPoolTask function, void *context);
