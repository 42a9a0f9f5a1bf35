#include <st-copy.h>

#include <st-export.h>

enum { CLIPBOARD_DPI = 192 };   /* twice a screen's: sharp in a document */

static void
paint (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = st_export (data, ST_EXPORT_PNG, CLIPBOARD_DPI, &error);
  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  GdkTexture *texture = gdk_texture_new_from_bytes (bytes, &error);
  if (texture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, texture, g_object_unref);
}

static void
painted (GObject *plot, GAsyncResult *result, gpointer data)
{
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);
  if (texture != NULL)
    gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (plot)), texture);
}

void
st_copy_image (StPlot *plot)
{
  g_autoptr (GTask) task = g_task_new (plot, NULL, painted, NULL);
  g_task_set_task_data (task, st_plot_make_scene (plot), (GDestroyNotify) st_scene_unref);
  g_task_run_in_thread (task, paint);
}

void
st_copy_data (StPlot *plot)
{
  g_autoptr (StTable) table = st_plot_make_table (plot);
  if (table == NULL)
    return;
  g_autoptr (GBytes) csv = st_table_csv (table);
  g_autofree char *text = g_strndup (g_bytes_get_data (csv, NULL), g_bytes_get_size (csv));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (plot)), text);
}
