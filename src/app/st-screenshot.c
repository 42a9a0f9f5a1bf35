#include <st-screenshot.h>

#include <st-file.h>
#include <st-job.h>
#include <st-words.h>

enum { LOOK_MS = 200, DRAWN_MS = 600 };

typedef struct Shot {
  GtkWindow *window;
  StSession *session;
  char *path;
  GdkTexture *texture;
  StStatus status;
} Shot;

static void
shot_free (gpointer data)
{
  Shot *shot = data;
  g_clear_object (&shot->texture);
  g_object_unref (shot->window);
  g_object_unref (shot->session);
  g_free (shot->path);
  g_free (shot);
}

static void
save (gpointer data)
{
  Shot *shot = data;
  g_autoptr (GBytes) bytes = gdk_texture_save_to_png_bytes (shot->texture);
  shot->status = st_file_save (shot->path, bytes);
}

static void
saved (gpointer owner, gpointer data)
{
  Shot *shot = data;
  g_autofree char *sentence = NULL;
  if (!st_ok (shot->status))
    {
      sentence = st_words_could_not_save (shot->status, shot->path);
      g_printerr ("%s\n", sentence);
    }
  gtk_window_destroy (shot->window);
}

static gboolean
shoot (gpointer data)
{
  Shot *shot = data;
  GtkWidget *widget = GTK_WIDGET (shot->window);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (shot->window));
  shot->texture = gsk_renderer_render_texture (
    renderer, node, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  st_job_start (shot->session, shot, shot_free, save, saved);
  return G_SOURCE_REMOVE;
}

static gboolean
look (gpointer data)
{
  Shot *shot = data;
  const StFrame *frame = st_session_get_frame (shot->session);
  if (frame == NULL || frame->query.columns == 0 || !frame->sweep_complete
      || frame->angles_done < frame->query.levels
      || st_embeddings_is_busy (st_session_get_embeddings (shot->session))
      || st_pullbacks_is_busy (st_session_get_pullbacks (shot->session))
      || frame->query.level != st_session_get_level (shot->session))
    return G_SOURCE_CONTINUE;
  g_timeout_add (DRAWN_MS, shoot, shot);
  return G_SOURCE_REMOVE;
}

void
st_screenshot_take (GtkWindow *window, StSession *session, const char *path)
{
  Shot *shot = g_new0 (Shot, 1);
  shot->window = g_object_ref (window);
  shot->session = g_object_ref (session);
  shot->path = g_strdup (path);
  g_timeout_add (LOOK_MS, look, shot);
}
