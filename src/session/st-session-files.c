/* Two jobs load things: one the dataset asked for, one the set of images that count,
 * perturbation and seed describe.  Each finishes on the main thread with its result or
 * a sentence; an answer to a question that was changed meanwhile is dropped by its number. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-export.h>
#include <st-file.h>
#include <st-job.h>
#include <st-words.h>

/* ---- the set of images ---- */

typedef struct ImagesJob {
  StDataset *dataset;
  guint count;
  StClasses classes;
  StPerturbKind kind;
  guint64 seed;
  StImages *images;
  StStatus status;
} ImagesJob;

static void
images_job_free (gpointer data)
{
  ImagesJob *job = data;
  st_dataset_unref (job->dataset);
  st_images_unref (job->images);
  g_free (job);
}

static void
images_job_run (gpointer data)
{
  ImagesJob *job = data;
  g_autofree guint32 *indices = g_new (guint32, 2 * (gsize) job->count);
  const guint found = st_classes_choose (&job->classes, job->dataset, 0, 2 * (guint64) job->count,
                                         indices);
  const gboolean enough = found == 2 * job->count;
  job->count = MIN (job->count, found);
  if (job->count == 0)
    return;
  job->status = st_images_new (job->dataset, indices, enough ? indices + job->count : NULL,
                               job->count, job->kind, job->seed, &job->images);
}

static void
images_job_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  ImagesJob *job = data;
  self->images_loading = FALSE;
  if (self->images_stale)
    {
      st_session_load_images (self);
      return;
    }
  if (job->count == 0)
    st_session_say (self, _("There is no image of these classes; choose others."));
  else if (st_ok (job->status))
    {
      const gboolean other = self->images == NULL
                             || !st_images_same_clean (self->images, job->images);
      if (other)
        st_session_set_selected (self, -1);
      st_images_unref (self->images);
      self->images = g_steal_pointer (&job->images);
      if (other)
        {
          st_selection_set_count (self->selection, st_images_count (self->images));
          st_session_forget_places (self);
        }
      st_tradeoffs_follow (self->tradeoffs, self->dataset_name, &job->classes, self->images);
      st_session_ask (self);
    }
  else
    {
      g_autofree char *sentence = st_words_status (job->status, self->dataset_name, NULL);
      st_session_say (self, sentence);
    }
}

/* One at a time; the newest parameters win. */
void
st_session_load_images (StSession *self)
{
  if (self->dataset == NULL)
    return;
  self->images_stale = self->images_loading;
  if (self->images_loading)
    return;

  ImagesJob *job = g_new0 (ImagesJob, 1);
  job->dataset = st_dataset_ref (self->dataset);
  job->count = MIN (self->count, st_dataset_count (self->dataset));
  job->classes = self->classes;
  job->kind = self->kind;
  job->seed = self->seed;
  self->images_loading = TRUE;
  st_job_start (self, job, images_job_free, images_job_run, images_job_done);
}

/* ---- datasets ---- */

typedef struct DatasetJob {
  char *name, *path;
  guint64 request;
  StDataset *dataset;
  StStatus status;
} DatasetJob;

static void
dataset_job_free (gpointer data)
{
  DatasetJob *job = data;
  g_free (job->name);
  g_free (job->path);
  st_dataset_unref (job->dataset);
  g_free (job);
}

static void
dataset_job_run (gpointer data)
{
  DatasetJob *job = data;
  job->status = st_dataset_load (job->name, ST_SPLIT_TEST, &job->dataset, &job->path);
}

static void
dataset_job_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  DatasetJob *job = data;
  self->loading--;
  if (job->request != self->dataset_request)
    {
      st_session_update_status (self);
      return;
    }
  if (st_ok (job->status))
    {
      st_dataset_unref (self->dataset);
      self->dataset = g_steal_pointer (&job->dataset);
      g_free (self->dataset_name);
      self->dataset_name = g_strdup (job->name);
      g_object_notify_by_pspec (owner, st_session_props[ST_SESSION_PROP_AVAILABLE]);
      if (self->count > st_dataset_count (self->dataset))
        {
          self->count = st_dataset_count (self->dataset);
          g_object_notify_by_pspec (owner, st_session_props[ST_SESSION_PROP_IMAGES]);
        }
      st_session_keep_classes (self);
      st_session_load_images (self);
    }
  else
    st_session_say_could_not_open (self, job->status,
                                   job->path != NULL ? job->path : job->name, NULL);
  /* After a failure too: a control that showed the new name goes back to the old one. */
  g_object_notify_by_pspec (owner, st_session_props[ST_SESSION_PROP_DATASET]);
  st_session_update_status (self);
}

void
st_session_open_dataset (StSession *self, const char *name)
{
  DatasetJob *job = g_new0 (DatasetJob, 1);
  job->name = g_strdup (name);
  job->request = ++self->dataset_request;
  self->loading++;
  g_clear_pointer (&self->message, g_free);
  st_job_start (self, job, dataset_job_free, dataset_job_run, dataset_job_done);
  st_session_update_status (self);
}

/* ---- export ---- */

enum { EXPORT_DPI = 300 };

typedef struct ExportJob {
  StScene *scene;
  char *path;
  StStatus status;
  char *reason;      /* why a scene could not be written, where no status says it */
} ExportJob;

static void
export_job_free (gpointer data)
{
  ExportJob *job = data;
  st_scene_unref (job->scene);
  g_free (job->path);
  g_free (job->reason);
  g_free (job);
}

static void
export_job_run (gpointer data)
{
  ExportJob *job = data;
  StExportFormat format = ST_EXPORT_PNG;
  g_autoptr (GError) error = NULL;
  st_export_format_from_name (job->path, &format);
  g_autoptr (GBytes) bytes = st_export (job->scene, format, EXPORT_DPI, &error);
  if (bytes != NULL)
    job->status = st_file_save (job->path, bytes);
  else
    job->reason = g_strdup (error->message);
}

static void
export_job_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  ExportJob *job = data;
  g_autofree char *sentence = NULL;
  if (job->reason != NULL)
    sentence = g_strdup_printf (_("Could not save %s: %s"), job->path, job->reason);
  else if (!st_ok (job->status))
    sentence = st_words_could_not_save (job->status, job->path);
  else
    sentence = g_strdup_printf (_("Saved %s"), job->path);
  st_session_say (self, sentence);
}

void
st_session_export (StSession *self, StScene *scene, const char *path)
{
  StExportFormat format;
  if (!st_export_format_from_name (path, &format))
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Could not save %s: its name should end in .png, .svg or .pdf."), path);
      st_session_say (self, sentence);
      return;
    }
  ExportJob *job = g_new0 (ExportJob, 1);
  job->scene = st_scene_ref (scene);
  job->path = g_strdup (path);
  st_job_start (self, job, export_job_free, export_job_run, export_job_done);
}
