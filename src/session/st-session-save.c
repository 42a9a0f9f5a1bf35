/* Writing a column's model into a file, with its optimizer's state where that is known. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <st-job.h>
#include <st-model-training.h>
#include <st-words.h>

typedef struct ModelSave {
  StModelFile file;
  StColumn *column;
  guint64 weights;
  char *path;
  StStatus status;
} ModelSave;

static void
model_save_free (gpointer data)
{
  ModelSave *save = data;
  st_model_file_clear (&save->file);
  g_object_unref (save->column);
  g_free (save->path);
  g_free (save);
}

static void
model_save_run (gpointer data)
{
  ModelSave *save = data;
  save->status = st_model_save (save->path, &save->file);
}

static void
model_save_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  ModelSave *save = data;
  /* Only what was written is saved: a model in training may have gone on. */
  if (st_ok (save->status) && st_column_get_weights (save->column) == save->weights)
    st_column_set_saved (save->column, save->path);
  g_autofree char *sentence = st_ok (save->status)
                                ? g_strdup_printf (_("Saved %s"), save->path)
                                : st_words_could_not_save (save->status, save->path);
  st_session_say (self, sentence);
}

static GHashTable *
copy_metadata (GHashTable *metadata)
{
  GHashTable *copy = st_model_metadata_new ();
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

/* The table of a file says how many epochs the weights in it have seen, not how many were
 * wished. */
static void
note_epoch (GHashTable *metadata, double epoch)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isnan (epoch))
    g_hash_table_insert (metadata, g_strdup ("epochs"),
                         g_strdup (g_ascii_formatd (digits, sizeof digits, "%.4g", epoch)));
}

/* The optimizer's state of exactly the column's weights, from the run or from its file, and what
 * is needed to go on with it; FALSE if that is not known. */
static gboolean
take_state (StSession *self, StColumn *column, StModelFile *save)
{
  const StModelFile *file = st_column_get_file (column);
  StTrainState state;
  StTrainOptions options;
  guint images;
  if (file->state != NULL)
    {
      if (!st_ok (st_model_copy_state (file->state, &state)))
        return FALSE;
    }
  else if (self->run != NULL && st_run_get_training (self->run, column, &state, &options, &images))
    st_model_describe_training (&options, images, save->metadata);
  else
    return FALSE;
  save->state = g_memdup2 (&state, sizeof state);
  return TRUE;
}

gboolean
st_session_knows_state (StSession *self, StColumn *column)
{
  StModelFile file = { .metadata = st_model_metadata_new () };
  gboolean known = take_state (self, column, &file);
  st_model_file_clear (&file);
  return known;
}

void
st_session_save_model (StSession *self, StColumn *column, const char *path, gboolean with_state)
{
  const StModelFile *file = st_column_get_file (column);
  ModelSave *save = g_new0 (ModelSave, 1);
  save->file.model = st_model_ref (file->model);
  save->file.metadata = copy_metadata (file->metadata);
  note_epoch (save->file.metadata, st_column_get_epoch (column));
  save->column = g_object_ref (column);
  save->weights = st_column_get_weights (column);
  save->path = g_strdup (path);
  if (with_state && !take_state (self, column, &save->file))
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Could not save %s: the optimizer's state is known only of weights at which training is "
          "paused or has ended."), path);
      st_session_say (self, sentence);
      model_save_free (save);
      return;
    }
  st_job_start (self, save, model_save_free, model_save_run, model_save_done);
}
