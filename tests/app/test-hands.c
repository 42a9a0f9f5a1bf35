/* What a pointer alone does not do: pinching, copying, taking images by their curves. */
#include "window-hands.h"

#include <st-scene.h>
#include <string.h>

static StSpan
span_of (Fixture *fixture, StAxis axis)
{
  StColumn *shown = st_session_get_shown_column (fixture->session, 0);
  return st_zoom_get (st_session_get_zoom (fixture->session), st_column_get_id (shown), axis);
}

static void
activate (Fixture *fixture, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action, NULL);
}

/* Two fingers' distance, against that at which they came down, zooms about their middle; all of it
 * is one step of the way back. */
static void
test_pinch (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, CAE");
  GtkEventController *pinch = hands_find (plot, GTK_TYPE_GESTURE_ZOOM, 0);
  const double x = gtk_widget_get_width (plot) / 2.0, y = gtk_widget_get_height (plot) / 2.0;
  hands_move_to (plot, x, y);
  g_signal_emit_by_name (pinch, "begin", NULL);
  g_signal_emit_by_name (pinch, "scale-changed", 2.0);
  const StSpan twice = span_of (fixture, ST_AXIS_SCATTER_X);
  g_signal_emit_by_name (pinch, "scale-changed", 4.0);
  const StSpan more = span_of (fixture, ST_AXIS_SCATTER_X);
  g_assert_cmpfloat (twice.high, >, twice.low);
  g_assert_cmpfloat_with_epsilon (2 * (more.high - more.low), twice.high - twice.low,
                                  1e-9 * (twice.high - twice.low));
  g_assert_cmpfloat (more.low, >, twice.low);
  g_assert_cmpfloat (more.high, <, twice.high);
  g_signal_emit_by_name (pinch, "scale-changed", 2.0);
  g_assert_cmpfloat_with_epsilon (span_of (fixture, ST_AXIS_SCATTER_X).low, twice.low,
                                  1e-9 * (twice.high - twice.low));
  activate (fixture, "view-back");
  g_assert_cmpfloat (span_of (fixture, ST_AXIS_SCATTER_X).high, ==,
                     span_of (fixture, ST_AXIS_SCATTER_X).low);
  /* Where there are no axes nothing happens. */
  GtkWidget *pictures = fixture_find_named (fixture, ST_TYPE_PLOT, "Reconstructions, CAE");
  pinch = hands_find (pictures, GTK_TYPE_GESTURE_ZOOM, 0);
  g_signal_emit_by_name (pinch, "begin", NULL);
  g_signal_emit_by_name (pinch, "scale-changed", 2.0);
  g_assert_cmpfloat (span_of (fixture, ST_AXIS_SCATTER_X).high, ==,
                     span_of (fixture, ST_AXIS_SCATTER_X).low);
}

static gboolean
says (Fixture *fixture, gpointer sentence)
{
  return g_strcmp0 (st_session_get_status (fixture->session), sentence) == 0;
}

static void
got_text (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static gboolean
has_text (Fixture *fixture, gpointer text)
{
  return *(char **) text != NULL;
}

/* What was copied is on the clipboard, and the status says so. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "PSNR, CAE");
  GdkClipboard *clipboard = gtk_widget_get_clipboard (plot);
  g_autofree char *text = NULL;
  gtk_widget_grab_focus (plot);
  activate (fixture, "copy-data");
  fixture_wait (fixture, says, (gpointer) "Copied the data of PSNR, CAE");
  gdk_clipboard_read_text_async (clipboard, NULL, got_text, &text);
  fixture_wait (fixture, has_text, &text);
  g_assert_true (g_str_has_prefix (text, "level,images,psnr_db,"));
  activate (fixture, "copy-image");
  fixture_wait (fixture, says, (gpointer) "Copied PSNR, CAE");
  g_assert_true (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard),
                                                    GDK_TYPE_TEXTURE));
}

static gboolean
has_size (Fixture *fixture, gpointer plot)
{
  return gtk_widget_get_width (plot) > 0;
}

static gboolean
is_lasso (Fixture *fixture)
{
  return st_selection_get_lasso (st_session_get_selection (fixture->session));
}

/* Large, with all models on one pair of axes, images are taken by their curves. */
static void
test_overlaid_lasso (Fixture *fixture, gconstpointer data)
{
  StSelection *selection = st_session_get_selection (fixture->session);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "large",
                                  g_variant_new_string ("psnr"));
  fixture_wait (fixture, fixture_is_settled, NULL);
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "PSNR, all models");
  fixture_wait (fixture, has_size, plot);
  const double width = gtk_widget_get_width (plot), height = gtk_widget_get_height (plot);
  const double level = st_session_get_level (fixture->session);
  activate (fixture, "lasso");
  g_assert_true (is_lasso (fixture));
  GtkEventController *gesture = hands_find (plot, GTK_TYPE_GESTURE_DRAG, GDK_BUTTON_PRIMARY);
  for (double part = 0.1; part < 1 && st_selection_get_mask (selection) == NULL; part += 0.05)
    {
      g_signal_emit_by_name (gesture, "drag-begin", width / 4, 0.0);
      g_signal_emit_by_name (gesture, "drag-update", width / 4, 0.0);
      g_signal_emit_by_name (gesture, "drag-update", width / 4, height * part);
      g_signal_emit_by_name (gesture, "drag-update", 0.0, height * part);
      g_signal_emit_by_name (gesture, "drag-end", 0.0, height * part);
    }
  g_assert_cmpuint (st_selection_get_selected (selection), >, 0);
  g_assert_cmpfloat (st_session_get_level (fixture->session), ==, level);
  activate (fixture, "lasso");
  g_assert_false (is_lasso (fixture));
  st_selection_clear (selection);
  activate (fixture, "all-figures");
}

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_open, function, fixture_close)
  ADD ("/hands/pinch", test_pinch);
  ADD ("/hands/copy", test_copy);
  ADD ("/hands/overlaid-lasso", test_overlaid_lasso);
  return fixture_run ();
}
