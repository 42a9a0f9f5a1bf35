/* Work in the background for an object of the main thread.
 *
 * The object is not kept alive: if it has gone when the work is through, the result is only freed.
 * (A GTask whose source is the object may drop its last reference on a worker's thread.) */
#pragma once

#include <glib-object.h>

/* On a thread of GLib's pool. */
typedef void (*StJobWork) (gpointer data);
/* On the main thread; owner is alive. */
typedef void (*StJobDone) (gpointer owner, gpointer data);

/* data is freed on the main thread, behind done(); owner and done may both be NULL. */
void st_job_start (gpointer owner, gpointer data, GDestroyNotify free, StJobWork work,
                   StJobDone done);
/* Waits for all jobs, so that what is being written is written.  Main thread. */
void st_jobs_finish (void);
