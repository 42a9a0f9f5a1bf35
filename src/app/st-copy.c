#include <st-copy.h>

#include <glib/gi18n.h>
#include <st-export.h>
#include <st-job.h>

enum { CLIPBOARD_DPI = 192 };   /* twice a screen's: sharp in a document */

typedef struct Copy {
  StSession *session;
  StScene *scene;
  GdkTexture *texture;   /* NULL where there was no memory for it */
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;
  st_scene_unref (copy->scene);
  g_clear_object (&copy->texture);
  g_object_unref (copy->session);
  g_free (copy);
}

static void
paint (gpointer data)
{
  Copy *copy = data;
  g_autoptr (GBytes) bytes = st_export (copy->scene, ST_EXPORT_PNG, CLIPBOARD_DPI, NULL);
  if (bytes != NULL)
    copy->texture = gdk_texture_new_from_bytes (bytes, NULL);
}

static void
painted (gpointer plot, gpointer data)
{
  Copy *copy = data;
  g_autofree char *label = st_plot_make_label (plot);
  g_autofree char *sentence = g_strdup_printf (
    copy->texture != NULL ? _("Copied %s") : _("Could not copy %s: there is no memory for it"),
    label);
  if (copy->texture != NULL)
    gdk_clipboard_set_texture (gtk_widget_get_clipboard (plot), copy->texture);
  st_session_say (copy->session, sentence);
}

void
st_copy_image (StPlot *plot, StSession *session)
{
  Copy *copy = g_new0 (Copy, 1);
  copy->session = g_object_ref (session);
  copy->scene = st_plot_make_scene (plot);
  st_job_start (plot, copy, copy_free, paint, painted);
}

void
st_copy_data (StPlot *plot, StSession *session)
{
  g_autoptr (StTable) table = st_plot_make_table (plot);
  if (table == NULL)
    return;
  g_autoptr (GBytes) csv = st_table_csv (table);
  g_autofree char *text = g_strndup (g_bytes_get_data (csv, NULL), g_bytes_get_size (csv));
  g_autofree char *label = st_plot_make_label (plot);
  g_autofree char *sentence = g_strdup_printf (_("Copied the data of %s"), label);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (plot)), text);
  st_session_say (session, sentence);
}
