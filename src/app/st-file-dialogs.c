/* GtkFileChooserNative lives here and nowhere else: GTK 4.10 replaces it. */
#include <st-file-dialogs.h>

#include <glib/gi18n.h>

typedef struct Asked {
  StSession *session;
  StPlot *plot;        /* to be exported, */
  StColumn *column;    /* or to be saved; else a file is opened */
  GtkFileChooserNative *dialog;   /* needs a reference until it has answered */
} Asked;

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->session);
  g_clear_object (&asked->plot);
  g_clear_object (&asked->column);
  g_object_unref (asked->dialog);
  g_free (asked);
}

void
st_open_file (StSession *session, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);
      g_autofree char *sentence = g_strdup_printf (
        _("Could not open %s: it is not on this machine; copy it here first."), uri);
      st_session_say (session, sentence);
    }
  else if (g_str_has_suffix (path, ".safetensors"))
    st_session_open_model (session, path);
  else
    st_session_open_dataset (session, path);
}

static void
answered (GtkNativeDialog *dialog, int response, Asked *asked)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);
      if (asked->plot == NULL && asked->column == NULL)
        st_open_file (asked->session, file);
      else if (asked->column != NULL && path != NULL)
        {
          const char *state = gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (dialog), "state");
          st_session_save_model (asked->session, asked->column, path,
                                 g_strcmp0 (state, "true") == 0);
        }
      else if (path != NULL)
        {
          StScene *scene = st_plot_make_scene (asked->plot);
          st_session_export (asked->session, scene, path);
          st_scene_unref (scene);
        }
    }
  asked_free (asked);
}

static Asked *
ask (GtkWindow *parent, StSession *session, const char *title, GtkFileChooserAction action,
     const char *accept)
{
  Asked *asked = g_new0 (Asked, 1);
  asked->session = g_object_ref (session);
  asked->dialog = gtk_file_chooser_native_new (title, parent, action, accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (asked->dialog), TRUE);
  g_signal_connect (asked->dialog, "response", G_CALLBACK (answered), asked);
  return asked;
}

static void
add_filter (Asked *asked, const char *name, const char *const *suffixes)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, name);
  for (guint i = 0; suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (asked->dialog), filter);
}

void
st_ask_open_model (GtkWindow *parent, StSession *session)
{
  Asked *asked = ask (parent, session, _("Open a Model"), GTK_FILE_CHOOSER_ACTION_OPEN,
                      _("_Open"));
  add_filter (asked, _("Models"), (const char *const[]) { "safetensors", NULL });
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asked->dialog));
}

void
st_ask_open_dataset (GtkWindow *parent, StSession *session)
{
  Asked *asked = ask (parent, session, _("Open a Dataset"), GTK_FILE_CHOOSER_ACTION_OPEN,
                      _("_Open"));
  add_filter (asked, _("IDX and NumPy files"),
              (const char *const[]) { "gz", "npy", "idx", "idx3-ubyte", NULL });
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (asked->dialog), all);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asked->dialog));
}

void
st_ask_export (GtkWindow *parent, StSession *session, StPlot *plot)
{
  g_autofree char *stem = st_plot_make_file_name (plot);
  g_autofree char *name = g_strconcat (stem, ".svg", NULL);
  Asked *asked = ask (parent, session, _("Export a Figure"), GTK_FILE_CHOOSER_ACTION_SAVE,
                      _("_Export"));
  asked->plot = g_object_ref (plot);
  add_filter (asked, _("Figures: SVG, PDF, PNG"),
              (const char *const[]) { "svg", "pdf", "png", NULL });
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (asked->dialog), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asked->dialog));
}

void
st_ask_save_model (GtkWindow *parent, StSession *session, StColumn *column)
{
  StKind kind = st_model_spec (st_column_get_model (column))->kind;
  g_autofree char *name = g_strconcat (st_kind_name (kind), ".safetensors", NULL);
  Asked *asked = ask (parent, session, _("Save a Model"), GTK_FILE_CHOOSER_ACTION_SAVE,
                      _("_Save"));
  asked->column = g_object_ref (column);
  /* It makes the file three times as large, so it is asked for. */
  if (st_session_knows_state (session, column))
    gtk_file_chooser_add_choice (GTK_FILE_CHOOSER (asked->dialog), "state",
                                 _("With the optimizer's state, to continue training later"),
                                 NULL, NULL);
  add_filter (asked, _("Models"), (const char *const[]) { "safetensors", NULL });
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (asked->dialog), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asked->dialog));
}
