/* Hands on plots: zooming, the way back, selecting; each with the pointer and with keys. */
#include "window-hands.h"

#include <st-card-view.h>
#include <st-images.h>
#include <st-run.h>
#include <st-scene-svg.h>
#include <st-tray.h>
#include <string.h>

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

typedef struct Telling { GtkWidget *plot; const char *words; gboolean told; } Telling;

static gboolean
is_told (Fixture *fixture, gpointer data)
{
  const Telling *telling = data;
  g_autofree char *now = fixture_describe (telling->plot);
  return (strstr (now, telling->words) != NULL) == telling->told;
}

/* Until the plot says it, or no longer says it. */
static void
wait_told (Fixture *fixture, const char *label, const char *words, gboolean told)
{
  Telling telling = { fixture_find_named (fixture, ST_TYPE_PLOT, label), words, told };
  guint timer = g_timeout_add (50, tick, NULL);
  g_assert_nonnull (telling.plot);
  fixture_wait (fixture, is_told, &telling);
  g_source_remove (timer);
}

static StSpan
span_of (Fixture *fixture, guint column, StAxis axis)
{
  StColumn *shown = st_session_get_shown_column (fixture->session, column);
  return st_zoom_get (st_session_get_zoom (fixture->session), st_column_get_id (shown), axis);
}

static double
length_of (Fixture *fixture, guint column, StAxis axis)
{
  const StSpan span = span_of (fixture, column, axis);
  return span.high - span.low;
}

static void
activate (Fixture *fixture, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action, NULL);
}

static gboolean
is_enabled (Fixture *fixture, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), action);
}

static const char part[] = "a part of the axes is shown";

/* The wheel over the panel zooms, in all columns; beside it, or where there are no axes, the board
 * has it. */
static void
test_wheel (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, CAE");
  const double x = gtk_widget_get_width (plot) / 2.0, y = gtk_widget_get_height (plot) / 2.0;
  g_assert_true (hands_turn_wheel (plot, x, y, -1));
  const double once = length_of (fixture, 0, ST_AXIS_SCATTER_X);
  g_assert_cmpfloat (once, >, 0);
  g_assert_true (hands_turn_wheel (plot, x, y, -1));
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_SCATTER_X), <, once);
  g_assert_cmpfloat (length_of (fixture, 1, ST_AXIS_SCATTER_X), ==,
                     length_of (fixture, 0, ST_AXIS_SCATTER_X));
  wait_told (fixture, "Latent scatter, CAE", part, TRUE);
  wait_told (fixture, "Latent scatter, VAE, mean", part, TRUE);
  wait_told (fixture, "PSNR, CAE", part, FALSE);
  g_assert_false (hands_turn_wheel (plot, x, 2, -1));
  GtkWidget *pictures = fixture_find_named (fixture, ST_TYPE_PLOT, "Reconstructions, CAE");
  g_assert_false (hands_turn_wheel (pictures, 60, 40, -1));

  /* One way back for clicks that follow each other; twice a click shows all. */
  activate (fixture, "view-back");
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_SCATTER_X), ==, 0);
  activate (fixture, "view-forward");
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_SCATTER_X), <, once);
  GtkEventController *click
    = hands_find (plot, GTK_TYPE_GESTURE_CLICK, GDK_BUTTON_PRIMARY);
  g_signal_emit_by_name (click, "pressed", 2, x, y);
  wait_told (fixture, "Latent scatter, CAE", part, FALSE);
}

/* What the wheel does over one axis it does to that axis. */
static void
test_one_axis (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "PSNR, CAE");
  const int width = gtk_widget_get_width (plot), height = gtk_widget_get_height (plot);
  g_assert_true (hands_turn_wheel (plot, 10, height / 2.0, -2));
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_PSNR), >, 0);
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_LEVEL), ==, 0);
  g_assert_true (hands_turn_wheel (plot, width / 2.0, height - 4, -2));
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_LEVEL), >, 0);
  /* Levels are one axis. */
  wait_told (fixture, "Rank strata, VAE, mean", part, TRUE);
  wait_told (fixture, "Spectrum, CAE", part, FALSE);
  g_assert_true (hands_press (plot, GDK_KEY_Home, 0));
  wait_told (fixture, "Rank strata, VAE, mean", part, FALSE);
}

/* Left and middle drags move what is shown; levels keep their drag. */
static void
test_drags (Fixture *fixture, gconstpointer data)
{
  GtkWidget *scatter = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, CAE");
  const double x = gtk_widget_get_width (scatter) / 2.0;
  const double y = gtk_widget_get_height (scatter) / 2.0;
  hands_turn_wheel (scatter, x, y, -4);
  const StSpan before = span_of (fixture, 0, ST_AXIS_SCATTER_X);
  hands_drag (scatter, GDK_BUTTON_PRIMARY, x, y, -20, 0);
  const StSpan moved = span_of (fixture, 0, ST_AXIS_SCATTER_X);
  g_assert_cmpfloat (moved.low, >, before.low);
  g_assert_cmpfloat_with_epsilon (moved.high - moved.low, before.high - before.low, 1e-9);
  hands_drag (scatter, GDK_BUTTON_MIDDLE, x, y, 20, 0);
  g_assert_cmpfloat_with_epsilon (span_of (fixture, 0, ST_AXIS_SCATTER_X).low, before.low, 1e-9);

  GtkWidget *psnr = fixture_find_named (fixture, ST_TYPE_PLOT, "PSNR, CAE");
  hands_drag (psnr, GDK_BUTTON_PRIMARY, 100, 30, 40, 0);
  const double level = st_session_get_level (fixture->session);
  g_assert_cmpfloat (level, >, 0);
  g_assert_cmpfloat (length_of (fixture, 0, ST_AXIS_LEVEL), ==, 0);
  hands_turn_wheel (psnr, 120, 30, -3);
  const double low = span_of (fixture, 0, ST_AXIS_LEVEL).low;
  hands_drag (psnr, GDK_BUTTON_MIDDLE, 120, 30, -15, 0);
  g_assert_cmpfloat (span_of (fixture, 0, ST_AXIS_LEVEL).low, >, low);
  g_assert_cmpfloat (st_session_get_level (fixture->session), ==, level);
  hands_press (psnr, GDK_KEY_Home, 0);
  hands_press (scatter, GDK_KEY_Home, 0);
}

/* All of it with keys. */
static void
test_keys (Fixture *fixture, gconstpointer data)
{
  static const char *const labels[] = { "Latent scatter, CAE", "Spectrum, CAE",
                                        "Rank strata, CAE", "Hilbert angles, CAE", "PSNR, CAE" };
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, labels[i]);
      StAxis axes[2];
      st_figure_axes (st_plot_get_kind (ST_PLOT (plot)), axes);
      g_assert_true (hands_press (plot, GDK_KEY_plus, 0));
      const StSpan once = span_of (fixture, 0, axes[0]);
      const StSpan high = span_of (fixture, 0, axes[1]);
      g_assert_cmpfloat (once.high, >, once.low);
      wait_told (fixture, labels[i], part, TRUE);
      g_assert_true (hands_press (plot, GDK_KEY_Right, GDK_CONTROL_MASK));
      g_assert_cmpfloat (span_of (fixture, 0, axes[0]).high, >, once.high);
      g_assert_cmpfloat_with_epsilon (span_of (fixture, 0, axes[1]).high, high.high,
                                      1e-9 * high.high);
      g_assert_true (hands_press (plot, GDK_KEY_Down, GDK_CONTROL_MASK));
      g_assert_cmpfloat (span_of (fixture, 0, axes[1]).low, <, high.low);
      activate (fixture, "view-back");
      activate (fixture, "view-back");
      g_assert_cmpfloat (span_of (fixture, 0, axes[0]).low, ==, once.low);
      g_assert_true (hands_press (plot, GDK_KEY_Home, 0));
      g_assert_cmpfloat (length_of (fixture, 0, axes[0]), ==, 0);
      wait_told (fixture, labels[i], part, FALSE);
    }
  GtkWidget *pictures = fixture_find_named (fixture, ST_TYPE_PLOT, "Reconstructions, CAE");
  g_assert_false (hands_press (pictures, GDK_KEY_plus, 0));
}

static void
test_unlinked (Fixture *fixture, gconstpointer data)
{
  GtkWidget *second = fixture_find_named (fixture, ST_TYPE_PLOT, "PSNR, DAE");
  activate (fixture, "link-axes");
  g_assert_true (hands_press (second, GDK_KEY_plus, 0));
  wait_told (fixture, "PSNR, DAE", part, TRUE);
  wait_told (fixture, "PSNR, CAE", part, FALSE);
  gtk_widget_grab_focus (second);
  activate (fixture, "link-axes");
  wait_told (fixture, "PSNR, CAE", part, TRUE);
  activate (fixture, "reset-view");
  wait_told (fixture, "PSNR, CAE", part, FALSE);
}

/* Over the plot in steps until an image is pointed at. */
static gboolean
point_at_image (Fixture *fixture, GtkWidget *plot, double *x, double *y)
{
  StSelection *selection = st_session_get_selection (fixture->session);
  for (*y = 30; *y < gtk_widget_get_height (plot); *y += 4)
    for (*x = 2; *x < gtk_widget_get_width (plot); *x += 4)
      {
        hands_move_to (plot, *x, *y);
        if (st_selection_get_pointed (selection) >= 0)
          return TRUE;
      }
  return FALSE;
}

/* The image under the pointer, and a click that chooses it. */
static void
test_points (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, CAE");
  StSelection *selection = st_session_get_selection (fixture->session);
  double x = 0, y = 0;
  g_assert_true (point_at_image (fixture, plot, &x, &y));
  const int image = st_selection_get_pointed (selection);
  hands_drag (plot, GDK_BUTTON_PRIMARY, x, y, 1, 0);
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, image);
  g_signal_emit_by_name (hands_find (plot, GTK_TYPE_EVENT_CONTROLLER_MOTION, 0), "leave");
  g_assert_cmpint (st_selection_get_pointed (selection), ==, -1);

  /* Arrows go on from there; Escape lets go. */
  gboolean moved = FALSE;
  static const guint keys[] = { GDK_KEY_Left, GDK_KEY_Right, GDK_KEY_Up, GDK_KEY_Down };
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_assert_true (hands_press (plot, keys[i], 0));
      moved |= st_session_get_selected (fixture->session) != image;
    }
  g_assert_true (moved);
  g_assert_true (hands_press (plot, GDK_KEY_Escape, 0));
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, -1);
}

/* Around half of the scatter: said by every figure, and let go of again. */
static void
test_lasso (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, CAE");
  StSelection *selection = st_session_get_selection (fixture->session);
  const double width = gtk_widget_get_width (plot), height = gtk_widget_get_height (plot);
  activate (fixture, "lasso");
  GtkEventController *gesture
    = hands_find (plot, GTK_TYPE_GESTURE_DRAG, GDK_BUTTON_PRIMARY);
  g_signal_emit_by_name (gesture, "drag-begin", 0.0, 0.0);
  g_signal_emit_by_name (gesture, "drag-update", width / 2, 0.0);
  g_signal_emit_by_name (gesture, "drag-update", width / 2, height);
  g_signal_emit_by_name (gesture, "drag-update", 0.0, height);
  g_signal_emit_by_name (gesture, "drag-end", 0.0, height);
  activate (fixture, "lasso");
  const guint selected = st_selection_get_selected (selection);
  g_assert_cmpuint (selected, >, 0);
  g_assert_cmpuint (selected, <, 40);
  g_autofree char *words = g_strdup_printf ("%u images selected", selected);
  wait_told (fixture, "Latent scatter, VAE, mean", words, TRUE);
  wait_told (fixture, "PSNR, CAE", words, TRUE);
  g_assert_true (is_enabled (fixture, "select-none"));
  activate (fixture, "select-none");
  g_assert_null (st_selection_get_mask (selection));
  wait_told (fixture, "PSNR, CAE", "selected", FALSE);
  g_assert_false (is_enabled (fixture, "select-none"));
}

static void
test_alike (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, CAE");
  StSelection *selection = st_session_get_selection (fixture->session);
  StImages *images = st_session_get_image_set (fixture->session);
  g_assert_false (is_enabled (fixture, "select-class"));
  st_session_set_selected (fixture->session, 3);
  gtk_widget_grab_focus (plot);
  activate (fixture, "select-class");
  for (guint i = 0; i < st_images_count (images); i++)
    g_assert_cmpint (st_selection_get_mask (selection)[i], ==,
                     st_images_label (images, i) == st_images_label (images, 3));
  activate (fixture, "select-stratum");
  g_assert_true (st_selection_get_mask (selection)[3]);
  /* Escape lets go of the image first, then of the selection. */
  g_assert_true (hands_press (plot, GDK_KEY_Escape, 0));
  g_assert_nonnull (st_selection_get_mask (selection));
  g_assert_true (hands_press (plot, GDK_KEY_Escape, 0));
  g_assert_null (st_selection_get_mask (selection));
  g_assert_false (hands_press (plot, GDK_KEY_Escape, 0));
}

static gboolean
is_card_shown (Fixture *fixture, gpointer data)
{
  g_autoptr (GPtrArray) cards = fixture_find_all (fixture, ST_TYPE_CARD_VIEW);
  for (guint i = 0; i < cards->len; i++)
    {
      GtkWidget *card = g_ptr_array_index (cards, i);
      if (st_card_view_get_image (ST_CARD_VIEW (card)) == GPOINTER_TO_INT (data)
          && gtk_widget_get_mapped (card) && gtk_widget_get_width (card) > 100)
        return TRUE;
    }
  return FALSE;
}

/* A pointer that rests on an image is told all about it; one that leaves is left alone. */
static void
test_card (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, CAE");
  StSelection *selection = st_session_get_selection (fixture->session);
  double x = 0, y = 0;
  g_assert_true (point_at_image (fixture, plot, &x, &y));
  gpointer image = GINT_TO_POINTER (st_selection_get_pointed (selection));
  guint timer = g_timeout_add (50, tick, NULL);
  fixture_wait (fixture, is_card_shown, image);
  g_source_remove (timer);
  g_signal_emit_by_name (hands_find (plot, GTK_TYPE_EVENT_CONTROLLER_MOTION, 0), "leave");
  g_assert_false (is_card_shown (fixture, image));
}

/* The tray is there while something is pinned; its cards choose, and go. */
static void
test_pins (Fixture *fixture, gconstpointer data)
{
  StSelection *selection = st_session_get_selection (fixture->session);
  g_autoptr (GPtrArray) trays = fixture_find_all (fixture, ST_TYPE_TRAY);
  GtkWidget *tray = g_ptr_array_index (trays, 0);
  StImages *images = st_session_get_image_set (fixture->session);
  g_assert_false (gtk_widget_get_visible (tray));
  g_assert_false (is_enabled (fixture, "pin"));
  for (int image = 2; image < 5; image++)
    {
      st_session_set_selected (fixture->session, image);
      activate (fixture, "pin");
    }
  g_assert_true (gtk_widget_get_visible (tray));
  g_autofree char *choose = g_strdup_printf ("Choose Image %u", st_images_index (images, 2));
  g_autofree char *unpin = g_strdup_printf ("Unpin Image %u", st_images_index (images, 2));
  GtkWidget *card = fixture_find_named (fixture, GTK_TYPE_BUTTON, choose);
  g_assert_nonnull (card);
  g_signal_emit_by_name (card, "clicked");
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, 2);
  g_signal_emit_by_name (fixture_find_named (fixture, GTK_TYPE_BUTTON, unpin), "clicked");
  g_assert_null (fixture_find_named (fixture, GTK_TYPE_BUTTON, choose));
  g_assert_cmpuint (st_selection_get_pins (selection), ==, 2);
  for (int image = 3; image < 5; image++)
    {
      st_session_set_selected (fixture->session, image);
      activate (fixture, "pin");
    }
  g_assert_false (gtk_widget_get_visible (tray));
  st_session_set_selected (fixture->session, -1);
}

/* A class in the sidebar selects its images, and once more lets go. */
static void
test_classes (Fixture *fixture, gconstpointer data)
{
  StSelection *selection = st_session_get_selection (fixture->session);
  StImages *images = st_session_get_image_set (fixture->session);
  g_autoptr (GPtrArray) buttons = fixture_find_all (fixture, GTK_TYPE_BUTTON);
  guint classes = 0;
  for (guint i = 0; i < buttons->len; i++)
    {
      GtkWidget *button = g_ptr_array_index (buttons, i);
      if (!gtk_widget_has_css_class (button, "class"))
        continue;
      classes++;
      g_signal_emit_by_name (button, "clicked");
      const guint8 *mask = st_selection_get_mask (selection);
      int label = -1;
      for (guint k = 0; k < st_images_count (images); k++)
        label = mask[k] ? st_images_label (images, k) : label;
      for (guint k = 0; k < st_images_count (images); k++)
        g_assert_cmpint (mask[k], ==, st_images_label (images, k) == label);
      g_signal_emit_by_name (button, "clicked");
      g_assert_null (st_selection_get_mask (selection));
    }
  g_assert_cmpuint (classes, >, 2);
}

/* A zoomed figure is exported as it is seen. */
static void
test_export (Fixture *fixture, gconstpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "PSNR, CAE");
  StScene *whole = st_plot_make_scene (ST_PLOT (plot));
  hands_press (plot, GDK_KEY_plus, 0);
  StScene *zoomed = st_plot_make_scene (ST_PLOT (plot));
  hands_press (plot, GDK_KEY_Home, 0);
  StScene *again = st_plot_make_scene (ST_PLOT (plot));
  g_autoptr (GBytes) before = st_scene_svg (whole);
  g_autoptr (GBytes) after = st_scene_svg (zoomed);
  g_autoptr (GBytes) back = st_scene_svg (again);
  g_assert_false (g_bytes_equal (before, after));
  g_assert_true (g_bytes_equal (before, back));
  st_scene_unref (whole);
  st_scene_unref (zoomed);
  st_scene_unref (again);
}

static gboolean
has_state (Fixture *fixture, gpointer data)
{
  StRun *run = st_session_get_run (fixture->session);
  return run != NULL && st_run_get_state (run) == (StRunState) GPOINTER_TO_INT (data);
}

static gboolean
is_over (Fixture *fixture, gpointer data)
{
  return !st_run_is_active (st_session_get_run (fixture->session));
}

/* Space pauses and goes on; without a training it is nobody's. */
static void
test_space (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  g_assert_false (hands_press (window, GDK_KEY_space, 0));
  st_session_set_training (fixture->session, 200, 1000);
  st_session_train (fixture->session, ST_KIND_CAE);
  fixture_wait (fixture, has_state, GINT_TO_POINTER (ST_RUN_RUNNING));
  g_assert_true (hands_press (window, GDK_KEY_space, 0));
  fixture_wait (fixture, has_state, GINT_TO_POINTER (ST_RUN_PAUSED));
  g_assert_true (hands_press (window, GDK_KEY_space, 0));
  fixture_wait (fixture, has_state, GINT_TO_POINTER (ST_RUN_RUNNING));
  activate (fixture, "stop");
  fixture_wait (fixture, is_over, NULL);
  /* Nothing that closing would ask about. */
  st_session_remove_column (fixture->session,
                            st_run_get_column (st_session_get_run (fixture->session), 0));
}

static gboolean
has_size (Fixture *fixture, gpointer plot)
{
  return gtk_widget_get_width (plot) > 0;
}

/* A ribbon between strata stands for its images: a click selects them, one more lets go; as does a
 * key for those of the chosen image. */
static void
test_ribbons (Fixture *fixture, gconstpointer data)
{
  StSelection *selection = st_session_get_selection (fixture->session);
  st_session_set_level (fixture->session, 0.02);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "large",
                                  g_variant_new_string ("ribbons"));
  fixture_wait (fixture, fixture_is_settled, NULL);
  fixture_wait (fixture, has_size, fixture_find_named (fixture, ST_TYPE_PLOT, "Rank moves, CAE"));
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Rank moves, CAE");
  const int width = gtk_widget_get_width (plot);
  double y = 30;
  st_selection_clear (selection);
  while (st_selection_get_mask (selection) == NULL && y < gtk_widget_get_height (plot))
    hands_drag (plot, GDK_BUTTON_PRIMARY, width * 0.55, y += 1, 0, 0);
  const guint clicked = st_selection_get_selected (selection);
  g_assert_cmpuint (clicked, >, 0);
  hands_drag (plot, GDK_BUTTON_PRIMARY, width * 0.55, y, 0, 0);
  g_assert_null (st_selection_get_mask (selection));

  st_session_set_selected (fixture->session, -1);
  g_assert_false (hands_press (plot, GDK_KEY_Return, 0));
  g_assert_true (hands_press (plot, GDK_KEY_Down, 0));   /* the first one there is */
  const int chosen = st_session_get_selected (fixture->session);
  g_assert_cmpint (chosen, >=, 0);
  g_assert_true (hands_press (plot, GDK_KEY_Return, 0));
  g_assert_nonnull (st_selection_get_mask (selection));
  g_assert_cmpuint (st_selection_get_mask (selection)[chosen], ==, 1);
  st_selection_clear (selection);
  st_session_set_selected (fixture->session, -1);
  activate (fixture, "all-figures");
}

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_open, function, fixture_close)
  ADD ("/looking/wheel", test_wheel);
  ADD ("/looking/one-axis", test_one_axis);
  ADD ("/looking/drags", test_drags);
  ADD ("/looking/keys", test_keys);
  ADD ("/looking/unlinked", test_unlinked);
  ADD ("/looking/points", test_points);
  ADD ("/looking/lasso", test_lasso);
  ADD ("/looking/alike", test_alike);
  ADD ("/looking/card", test_card);
  ADD ("/looking/pins", test_pins);
  ADD ("/looking/classes", test_classes);
  ADD ("/looking/ribbons", test_ribbons);
  ADD ("/looking/export", test_export);
  ADD ("/looking/space", test_space);
  return fixture_run ();
}
