#include <st-job.h>

#include <gio/gio.h>

typedef struct Job {
  GWeakRef owner;
  gpointer data;
  GDestroyNotify free;
  StJobWork work;
  StJobDone done;
} Job;

static guint pending;   /* the main thread's */

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  job->work (job->data);
  g_task_return_boolean (task, TRUE);
}

static void
finished (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&job->owner);
  pending--;
  if (owner != NULL)
    job->done (owner, job->data);
  job->free (job->data);
  g_weak_ref_clear (&job->owner);
  g_free (job);
}

void
st_job_start (gpointer owner, gpointer data, GDestroyNotify free, StJobWork work, StJobDone done)
{
  Job *job = g_new0 (Job, 1);
  g_weak_ref_init (&job->owner, owner);
  job->data = data;
  job->free = free;
  job->work = work;
  job->done = done;
  pending++;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, finished, job);
  g_task_set_task_data (task, job, NULL);
  g_task_run_in_thread (task, run);
}

void
st_jobs_finish (void)
{
  while (pending > 0)
    g_main_context_iteration (NULL, TRUE);
}
