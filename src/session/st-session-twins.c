/* Columns that are opened beside another, to see what its strata come from. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-job.h>
#include <st-untrained.h>
#include <st-words.h>

typedef struct TwinJob {
  StSpec spec;
  guint64 seed;
  StColumn *column;
  StModel *model;
  StStatus status;
} TwinJob;

static void
twin_job_free (gpointer data)
{
  TwinJob *job = data;
  st_model_unref (job->model);
  g_object_unref (job->column);
  g_free (job);
}

static void
twin_job_run (gpointer data)
{
  TwinJob *job = data;
  job->status = st_untrained_new (&job->spec, job->seed, &job->model);
}

static void
add_beside (StSession *self, StColumn *column, StModel *model, StTwin twin)
{
  const StModelFile *original = st_column_get_file (column);
  StModelFile file = { .model = st_model_ref (model) };
  file.metadata = twin == ST_TWIN_SAMPLE ? g_hash_table_ref (original->metadata)
                                         : st_model_metadata_new ();
  st_session_insert_column (self, &file, column, twin);
}

static void
twin_job_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  TwinJob *job = data;
  self->loading--;
  if (st_ok (job->status) && st_session_has_room (self, 1))
    add_beside (self, job->column, job->model, ST_TWIN_UNTRAINED);
  else if (!st_ok (job->status))
    {
      g_autofree char *sentence = st_words_status (job->status, NULL, NULL);
      st_session_say (self, sentence);
    }
  st_session_update_status (self);
}

static StKind
dense_kind (StKind kind)
{
  return kind == ST_KIND_VAE ? ST_KIND_VAE_DENSE : ST_KIND_AE_DENSE;
}

/* It is open already, if perhaps hidden, or it is opened. */
static void
show_dense (StSession *self, StKind kind)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->columns)); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      if (st_model_spec (st_column_get_model (column))->kind == kind)
        {
          st_column_set_shown (column, TRUE);
          return;
        }
    }
  if (st_session_has_room (self, 1))
    st_session_open_shipped (self, kind);
}

gboolean
st_session_can_add_twin (StSession *self, StColumn *column, StTwin twin)
{
  const StSpec *spec = st_model_spec (st_column_get_model (column));
  switch (twin)
    {
    case ST_TWIN_SAMPLE:
      return st_kind_samples (spec->kind) && st_column_get_twin (column) != ST_TWIN_SAMPLE;
    case ST_TWIN_UNTRAINED: return st_column_get_twin (column) != ST_TWIN_UNTRAINED;
    case ST_TWIN_DENSE: return st_kind_has_oracle (spec->kind);
    case ST_TWIN_NONE: break;
    }
  return FALSE;
}

void
st_session_add_twin (StSession *self, StColumn *column, StTwin twin)
{
  g_clear_pointer (&self->message, g_free);
  if (!st_session_can_add_twin (self, column, twin))
    return;
  if (twin == ST_TWIN_DENSE)
    {
      show_dense (self, dense_kind (st_model_spec (st_column_get_model (column))->kind));
      return;
    }
  if (!st_session_has_room (self, 1))
    return;
  if (twin == ST_TWIN_SAMPLE)
    {
      add_beside (self, column, st_column_get_model (column), twin);
      return;
    }
  TwinJob *job = g_new0 (TwinJob, 1);
  job->spec = *st_model_spec (st_column_get_model (column));
  job->seed = self->training_seed;
  job->column = g_object_ref (column);
  self->loading++;
  st_job_start (self, job, twin_job_free, twin_job_run, twin_job_done);
  st_session_update_status (self);
}
