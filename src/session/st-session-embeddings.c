#include "st-session-private.h"

#include <glib/gi18n.h>

/* ---- what the session tells its embeddings, and says of them ---- */

StEmbeddings *
st_session_get_embeddings (StSession *self)
{
  return self->embeddings;
}

StPullbacks *
st_session_get_pullbacks (StSession *self)
{
  return self->pullbacks;
}

StTradeoffs *
st_session_get_tradeoffs (StSession *self)
{
  return self->tradeoffs;
}

StDecoding *
st_session_get_decoding (StSession *self)
{
  return self->decoding;
}

void
st_session_follow_embeddings (StSession *self)
{
  const gboolean training = self->run != NULL && st_run_is_active (self->run)
                            && st_run_get_state (self->run) != ST_RUN_PAUSED;
  if (self->frame == NULL)
    return;
  st_embeddings_follow (self->embeddings, self->frame, training);
  st_pullbacks_follow (self->pullbacks, self->frame, training);
}

void
st_session_forget_places (StSession *self)
{
  static const StAxis scatter[2] = { ST_AXIS_SCATTER_X, ST_AXIS_SCATTER_Y };
  st_zoom_forget (self->zoom, scatter);
}

char *
st_session_describe_embedding (StSession *self)
{
  guint64 id;
  const StEmbedding *embedding;
  if (!st_embeddings_get_running (self->embeddings, &id, &embedding))
    return NULL;
  const char *title = "";
  StColumn *column;
  for (guint i = 0; (column = st_session_get_shown_column (self, i)) != NULL; i++)
    if (st_column_get_id (column) == id)
      title = st_column_get_title (column);
  if (embedding == NULL || embedding->clean == NULL)
    return g_strdup_printf (_("Computing distances of %s"), title);
  return g_strdup_printf (_("t-SNE of %s: iteration %u of %u"), title, embedding->iteration,
                          (guint) ST_TSNE_ITERATIONS);
}

void
st_session_forget_distortion (StSession *self)
{
  static const StAxis axes[2] = { ST_AXIS_DISTORTION, ST_AXIS_DISTORTION };
  st_zoom_forget (self->zoom, axes);
}

char *
st_session_describe_tradeoff (StSession *self)
{
  const StFigureTradeoff *tradeoff = st_tradeoffs_get (self->tradeoffs);
  if (tradeoff->reading)
    return g_strdup (_("Sweeping λ: reading images"));
  if (tradeoff->result == NULL || !tradeoff->result->running)
    return NULL;
  g_autofree char *progress = st_tradeoff_words_progress (tradeoff->result);
  return g_strdup_printf (_("Sweeping λ: %s"), progress);
}
