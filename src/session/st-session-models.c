/* Opening model files as columns, and which of them are open, to be opened again. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-job.h>
#include <st-places.h>

/* ---- models ---- */

typedef struct OpenedModel {
  char *path, *tensor;
  gboolean hidden;          /* at first */
  StModelFile file;
  StStatus status;
} OpenedModel;

static void
opened_model_clear (gpointer data)
{
  OpenedModel *opened = data;
  g_free (opened->path);
  g_free (opened->tensor);
  st_model_file_clear (&opened->file);
}

/* Files that are opened together become columns in their order. */
static void
models_job_run (gpointer data)
{
  GArray *models = data;
  for (guint i = 0; i < models->len; i++)
    {
      OpenedModel *opened = &g_array_index (models, OpenedModel, i);
      opened->status = st_model_load (opened->path, &opened->file, &opened->tensor);
    }
}

static void
take_model (StSession *self, OpenedModel *opened)
{
  if (!st_ok (opened->status))
    st_session_say_could_not_open (self, opened->status, opened->path, opened->tensor);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->columns)) >= ST_COLUMNS_MAX)
    {
      g_autofree char *sentence = g_strdup_printf (
        _("Could not open %s: %d models are open, which is the most; close one first."),
        opened->path, ST_COLUMNS_MAX);
      st_session_say (self, sentence);
    }
  else
    {
      StColumn *column = st_session_add_column (self, &opened->file, opened->path);
      st_column_set_shown (column, !opened->hidden);
    }
}

static void
models_job_done (gpointer owner, gpointer data)
{
  StSession *self = owner;
  GArray *models = data;
  self->loading--;
  for (guint i = 0; i < models->len; i++)
    take_model (self, &g_array_index (models, OpenedModel, i));
  st_session_update_status (self);
}

/* Takes an array of OpenedModel. */
static void
open_models (StSession *self, GArray *models)
{
  self->loading++;
  g_clear_pointer (&self->message, g_free);
  st_job_start (self, models, (GDestroyNotify) g_array_unref, models_job_run, models_job_done);
  st_session_update_status (self);
}

static GArray *
models_new (void)
{
  GArray *models = g_array_new (FALSE, TRUE, sizeof (OpenedModel));
  g_array_set_clear_func (models, opened_model_clear);
  return models;
}

static void
append_model (GArray *models, char *path, gboolean hidden)
{
  const OpenedModel opened = { .path = path, .hidden = hidden };
  g_array_append_val (models, opened);
}

void
st_session_open_model (StSession *self, const char *path)
{
  GArray *models = models_new ();
  append_model (models, g_strdup (path), FALSE);
  open_models (self, models);
}

/* ---- shipped models ---- */

static char *
shipped_path (const char *folder, StKind kind)
{
  g_autofree char *name = g_strconcat (st_kind_name (kind), ".safetensors", NULL);
  return g_build_filename (folder, "models", name, NULL);
}

static void
open_shipped (StSession *self, const StKind *kinds, guint n, guint shown)
{
  g_autofree char *folder = st_places_data ();
  if (folder == NULL)
    {
      st_session_say (self, _("The shipped models were not found: install the program again, or "
                              "open a model file."));
      return;
    }
  GArray *models = models_new ();
  for (guint i = 0; i < n; i++)
    append_model (models, shipped_path (folder, kinds[i]), i >= shown);
  open_models (self, models);
}

void
st_session_open_shipped_models (StSession *self)
{
  static const StKind kinds[] = { ST_KIND_CAE, ST_KIND_DAE, ST_KIND_VAE, ST_KIND_VAE_DENSE,
                                  ST_KIND_AE_DENSE };
  enum { SHOWN = 3 };
  open_shipped (self, kinds, G_N_ELEMENTS (kinds), SHOWN);
}

/* Hides all columns but those of these kinds, which it says to be open already. */
static void
show_only (StSession *self, const StKind *kinds, gboolean *open, guint n)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->columns)); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      gboolean shown = FALSE;
      for (guint k = 0; k < n && !shown; k++)
        if (!open[k] && st_model_spec (st_column_get_model (column))->kind == kinds[k])
          shown = open[k] = TRUE;
      st_column_set_shown (column, shown);
    }
}

/* Closes the last hidden models whose weights nobody loses, until there is room for so many;
 * their names come into `closed`. */
static void
make_room (StSession *self, guint wanted, GString *closed)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->columns)); i-- > 0;)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      if (g_list_model_get_n_items (G_LIST_MODEL (self->columns)) + wanted <= ST_COLUMNS_MAX)
        return;
      if (st_column_get_shown (column) || st_column_get_unsaved (column))
        continue;
      g_string_append_printf (closed, "%s%s", closed->len > 0 ? "; " : "",
                              st_column_get_title (column));
      st_session_remove_column (self, column);
    }
}

void
st_session_open_isometry_pair (StSession *self)
{
  static const StKind kinds[] = { ST_KIND_VAE_MLP, ST_KIND_IRVAE };
  gboolean open[G_N_ELEMENTS (kinds)] = { FALSE };
  StKind missing[G_N_ELEMENTS (kinds)];
  guint n = 0;
  StClasses classes = { 0 };
  g_autoptr (GString) closed = g_string_new (NULL);

  show_only (self, kinds, open, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!open[i])
      missing[n++] = kinds[i];
  make_room (self, n, closed);
  st_classes_set (&classes, 0, TRUE);
  st_classes_set (&classes, 1, TRUE);
  st_session_set_classes (self, &classes);
  if (n > 0)
    open_shipped (self, missing, n, n);
  if (closed->len == 0)
    return;
  g_autofree char *sentence = g_strdup_printf (_("Closed to make room: %s"), closed->str);
  st_session_say (self, sentence);
}

void
st_session_open_shipped (StSession *self, StKind kind)
{
  open_shipped (self, &kind, 1, 1);
}

/* ---- what is open, to be opened again ---- */

/* A shipped model is called by its kind, wherever the program was installed meanwhile. */
static char *
name_file (const char *folder, const char *path, StKind kind)
{
  g_autofree char *shipped = folder != NULL ? shipped_path (folder, kind) : NULL;
  return g_strdup (g_strcmp0 (shipped, path) == 0 ? st_kind_name (kind) : path);
}

GVariant *
st_session_list_columns (StSession *self)
{
  GVariantBuilder list;
  g_autofree char *folder = st_places_data ();
  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sb)"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->columns)); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (G_LIST_MODEL (self->columns), i);
      const char *path = st_column_get_path (column);
      if (path == NULL)
        continue;
      const StKind kind = st_model_spec (st_column_get_model (column))->kind;
      g_autofree char *name = name_file (folder, path, kind);
      /* Settings keep text. */
      if (g_utf8_validate (name, -1, NULL))
        g_variant_builder_add (&list, "(sb)", name, st_column_get_shown (column));
    }
  return g_variant_builder_end (&list);
}

/* NULL where there is no such file any more. */
static char *
find_file (const char *folder, const char *name)
{
  StKind kind;
  g_autofree char *path = NULL;
  if (g_path_is_absolute (name))
    path = g_strdup (name);
  else if (folder != NULL && st_kind_from_name (name, &kind))
    path = shipped_path (folder, kind);
  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path)
                                                                    : NULL;
}

gboolean
st_session_open_columns (StSession *self, GVariant *list)
{
  GVariantIter iter;
  const char *name;
  gboolean shown, any = FALSE;
  g_autofree char *folder = st_places_data ();
  GArray *models = models_new ();
  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(&sb)", &name, &shown))
    {
      char *path = find_file (folder, name);
      if (path == NULL)
        continue;
      append_model (models, path, !shown);
      any |= shown;
    }
  if (any)
    open_models (self, models);
  else
    g_array_unref (models);
  return any;
}
