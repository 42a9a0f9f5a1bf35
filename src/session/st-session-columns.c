/* The columns: models that are open, what they are called and which of them are shown. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-names.h>

static char *
make_title (StKind kind, StLatent latent, gboolean untrained, guint number)
{
  g_autofree char *title = st_name_model (kind, latent, number);
  return untrained ? g_strdup_printf (_("%s, untrained"), title) : g_steal_pointer (&title);
}

/* Titles say which latent is shown, and tell columns that are alike in that apart by a number. */
void
st_session_retitle (StSession *self)
{
  guint seen[ST_KINDS][2][2] = { 0 };
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->columns)); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      StKind kind = st_model_spec (st_column_get_model (column))->kind;
      gboolean untrained = st_column_get_twin (column) == ST_TWIN_UNTRAINED;
      StLatent latent = st_kind_samples (kind) ? st_session_column_latent (self, column)
                                               : ST_LATENT_MEAN;
      g_autofree char *title = make_title (kind, latent, untrained,
                                           ++seen[kind][latent][untrained]);
      st_column_set_title (column, title);
    }
}

/* Each kind has its own colour, so that a CAE looks the same in every window; a second model of a
 * kind gets the last colour that nobody has, as kinds without one of their own do. */
static guint
free_place (StSession *self, StKind kind)
{
  guint used = 0, n = g_list_model_get_n_items (G_LIST_MODEL (self->columns));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      used |= 1u << st_column_get_place (column);
    }
  if ((guint) kind < ST_COLUMNS_MAX && !(used & (1u << kind)))
    return kind;
  guint place = ST_COLUMNS_MAX - 1;
  while (place > 0 && (used & (1u << place)))
    place--;
  return place;
}

static void
column_shown_changed (StSession *self)
{
  g_clear_pointer (&self->message, g_free);
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_COLUMNS], 0);
  st_session_ask (self);
}

static void
column_weights_changed (StSession *self)
{
  st_session_retitle (self);   /* an untrained one may have become trained */
  st_session_ask (self);
}

static StColumn *
add_column (StSession *self, StModelFile *file, const char *path, guint position, StTwin twin)
{
  g_autoptr (StColumn) column = st_column_new (
    file, path, free_place (self, st_model_spec (file->model)->kind));
  st_column_set_twin (column, twin);
  g_signal_connect_object (column, "notify::shown", G_CALLBACK (column_shown_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (column, "weights", G_CALLBACK (column_weights_changed), self,
                           G_CONNECT_SWAPPED);
  g_list_store_insert (self->columns, position, column);
  st_session_retitle (self);
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_COLUMNS], 0);
  st_session_ask (self);
  return column;   /* the list keeps it alive */
}

StColumn *
st_session_add_column (StSession *self, StModelFile *file, const char *path)
{
  return add_column (self, file, path, g_list_model_get_n_items (G_LIST_MODEL (self->columns)),
                     ST_TWIN_NONE);
}

StColumn *
st_session_insert_column (StSession *self, StModelFile *file, StColumn *before, StTwin twin)
{
  guint place = g_list_model_get_n_items (G_LIST_MODEL (self->columns));
  if (g_list_store_find (self->columns, before, &place))
    place++;
  return add_column (self, file, NULL, place, twin);
}

gboolean
st_session_has_room (StSession *self, guint more)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->columns)) + more <= ST_COLUMNS_MAX)
    return TRUE;
  g_autofree char *sentence = g_strdup_printf (
    _("No room for another model: %d are open, which is the most; close one first."),
    ST_COLUMNS_MAX);
  st_session_say (self, sentence);
  return FALSE;
}

void
st_session_remove_column (StSession *self, StColumn *column)
{
  guint place;
  if (!g_list_store_find (self->columns, column, &place))
    return;
  for (guint i = 0; self->run != NULL && i < st_run_get_columns (self->run); i++)
    if (st_run_get_column (self->run, i) == column)
      st_run_stop (self->run);
  g_list_store_remove (self->columns, place);
  st_session_retitle (self);
  column_shown_changed (self);
}

GListModel *
st_session_get_columns (StSession *self)
{
  return G_LIST_MODEL (self->columns);
}

StColumn *
st_session_get_shown_column (StSession *self, guint wanted)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->columns));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      if (st_column_get_shown (column) && wanted-- == 0)
        return column;   /* the list keeps it alive */
    }
  return NULL;
}
