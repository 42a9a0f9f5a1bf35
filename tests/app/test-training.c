#include "window-fixture.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <math.h>
#include <st-scene-svg.h>
#include <st-scrub-scale.h>
#include <string.h>

static StRun *
run_of (Fixture *fixture)
{
  return st_session_get_run (fixture->session);
}

static gboolean
has_state (Fixture *fixture, gpointer state)
{
  StRun *run = run_of (fixture);
  return run != NULL && st_run_get_state (run) == (StRunState) GPOINTER_TO_UINT (state)
         && (st_run_get_report (run, 0) != NULL || state == GUINT_TO_POINTER (ST_RUN_LOADING));
}

static gboolean
has_trained (Fixture *fixture, gpointer epoch)
{
  return st_run_get_epoch (run_of (fixture)) >= *(double *) epoch;
}

static gboolean
status_is (Fixture *fixture, gpointer status)
{
  return g_strcmp0 (st_session_get_status (fixture->session), status) == 0;
}

/* Every model has told that it stands: the thread has heard of the pause, not only the button. */
static gboolean
rests (Fixture *fixture, gpointer data)
{
  for (guint i = 0; i < st_run_get_columns (run_of (fixture)); i++)
    {
      const StTrainingReport *report = st_run_get_report (run_of (fixture), i);
      if (report == NULL || report->state != ST_TRAINING_PAUSED)
        return FALSE;
    }
  return TRUE;
}

/* Every model stands behind so many batches. */
static gboolean
rests_at (Fixture *fixture, gpointer batches)
{
  gboolean all = rests (fixture, NULL);
  for (guint i = 0; i < st_run_get_columns (run_of (fixture)) && all; i++)
    all = st_run_get_report (run_of (fixture), i)->batches == *(guint64 *) batches;
  return all;
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
}

static void
keep_order (StSession *session, gpointer data)
{
  guint64 *newest = data;
  guint64 generation = st_session_get_frame (session)->generation;
  g_assert_cmpuint (generation, >=, *newest);
  *newest = generation;
}

static void
close_trained_models (Fixture *fixture)
{
  GListModel *columns = st_session_get_columns (fixture->session);
  for (guint i = g_list_model_get_n_items (columns); i-- > 0;)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (columns, i);
      if (!isnan (st_column_get_epoch (column)))
        st_session_remove_column (fixture->session, column);
    }
}

/* What lies between two movements of a hand; nothing is expected to have happened behind it. */
static void
pause_briefly (void)
{
  gint64 until = g_get_monotonic_time () + 5000;
  while (g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

/* Train, pause, drag, go on, stop, save, open again: the numbers are the same. */
static void
test_train_and_reopen (Fixture *fixture, gconstpointer data)
{
  guint64 newest = 0;
  double one = 1;
  gulong handler = g_signal_connect (fixture->session, "frame", G_CALLBACK (keep_order), &newest);
  st_session_set_training (fixture->session, 1000, 50);
  activate (fixture, "win.train");
  fixture_wait (fixture, has_state, GUINT_TO_POINTER (ST_RUN_RUNNING));
  g_assert_true (g_str_has_prefix (st_session_get_status (fixture->session),
                                   "Training CAE, DAE, VAE: epoch "));

  activate (fixture, "win.pause");
  fixture_wait (fixture, has_state, GUINT_TO_POINTER (ST_RUN_PAUSED));
  fixture_wait (fixture, rests, NULL);
  guint64 batches = st_run_get_report (run_of (fixture), 0)->batches;
  g_assert_true (rests_at (fixture, &batches));   /* all models, as they share one clock */
  for (guint i = 0; i < 20; i++)   /* whatever comes meanwhile */
    pause_briefly ();
  g_assert_true (rests_at (fixture, &batches));
  activate (fixture, "win.pause");
  fixture_wait (fixture, has_state, GUINT_TO_POINTER (ST_RUN_RUNNING));

  for (guint i = 0; i < 60; i++)   /* a hand that drags */
    {
      st_session_set_level (fixture->session, i / 100.0);
      pause_briefly ();
    }
  fixture_wait (fixture, has_trained, &one);
  activate (fixture, "win.stop");
  fixture_wait (fixture, has_state, GUINT_TO_POINTER (ST_RUN_ENDED));
  for (guint i = 1; i < 3; i++)
    g_assert_cmpuint (st_run_get_report (run_of (fixture), i)->batches, ==,
                      st_run_get_report (run_of (fixture), 0)->batches);

  st_session_set_level (fixture->session, 0.1);
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "vae.safetensors", NULL);
  g_autofree char *saved = g_strdup_printf ("Saved %s", path);
  st_session_save_model (fixture->session, st_session_get_shown_column (fixture->session, 2),
                         path, FALSE);
  fixture_wait (fixture, status_is, saved);
  st_session_open_model (fixture->session, path);
  while (g_list_model_get_n_items (st_session_get_columns (fixture->session)) < 6)
    g_main_context_iteration (NULL, TRUE);
  fixture_wait (fixture, fixture_is_settled, NULL);

  const StFrame *frame = st_session_get_frame (fixture->session);
  const StResult *trained = frame->now[2], *opened = frame->now[3];
  gsize values = trained->count * (trained->lengths[0] + trained->lengths[1]
                                   + trained->lengths[2]) * sizeof (double);
  g_assert_cmpmem (trained->psnr, trained->count * sizeof (double), opened->psnr,
                   opened->count * sizeof (double));
  g_assert_cmpmem (trained->eigenvalues, values, opened->eigenvalues, values);
  g_signal_handler_disconnect (fixture->session, handler);
  st_session_remove_column (fixture->session,
                            st_session_get_shown_column (fixture->session, 3));
  g_unlink (path);
  g_rmdir (folder);
}

/* The history shows the moment that is asked for, and Latest the newest weights again. */
static void
test_history (Fixture *fixture, gconstpointer data)
{
  StRun *run = run_of (fixture);
  StColumn *column = st_run_get_column (run, 0);
  GtkWidget *slider = fixture_find_named (fixture, GTK_TYPE_SCALE, "History");
  g_assert_nonnull (slider);
  double reached = st_run_get_epoch (run);
  g_assert_cmpfloat (reached, >=, 1);
  gtk_range_set_value (GTK_RANGE (slider), 0);
  g_assert_cmpfloat (st_column_get_epoch (column), ==, 0);
  g_assert_false (st_run_is_following (run));
  fixture_wait (fixture, fixture_is_settled, NULL);
  double untrained = st_session_get_frame (fixture->session)->now[0]->psnr[0];
  st_run_follow (run, TRUE);
  g_assert_cmpfloat (st_column_get_epoch (column), ==, reached);
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_cmpfloat (st_session_get_frame (fixture->session)->now[0]->psnr[0], >, untrained);
}

/* A loss is a likelihood's, so often below zero: its minus stays at the end of the curve. */
static void
test_negative_loss (void)
{
  StSceneBuilder *builder = st_scene_builder_new (100, 68);
  st_scrub_scale_draw_end (builder, TRUE, 10, 10, -328.3, st_colour (0));
  StScene *scene = st_scene_builder_end (builder);
  g_autoptr (GBytes) svg = st_scene_svg (scene);
  gsize length;
  const char *bytes = g_bytes_get_data (svg, &length);
  g_assert_nonnull (g_strstr_len (bytes, (gssize) length, ">\342\210\222328<"));
  st_scene_unref (scene);
}

/* Going on from an earlier moment forgets what came after it; single epochs end at whole ones;
 * every one of it is an action. */
static void
test_go_on (Fixture *fixture, gconstpointer data)
{
  StRun *old = run_of (fixture);
  gtk_range_set_value (GTK_RANGE (fixture_find_named (fixture, GTK_TYPE_SCALE, "History")), 1);
  g_assert_true (st_run_can_continue (old));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Training Options"));
  activate (fixture, "win.continue-training");
  g_assert_true (run_of (fixture) != old);
  fixture_wait (fixture, has_state, GUINT_TO_POINTER (ST_RUN_RUNNING));
  activate (fixture, "win.train-epoch");
  fixture_wait (fixture, rests, NULL);
  guint64 batches = st_run_get_report (run_of (fixture), 0)->batches;
  g_assert_cmpuint (batches % 15, ==, 0);
  g_assert_true (rests_at (fixture, &batches));
  batches++;
  activate (fixture, "win.train-step");
  fixture_wait (fixture, rests_at, &batches);

  g_autoptr (GPtrArray) spins = fixture_find_all (fixture, GTK_TYPE_SPIN_BUTTON);
  g_assert_cmpuint (spins->len, >, 0);
  GtkWidget *rate = fixture_find_named (fixture, GTK_TYPE_SPIN_BUTTON, "Learning rate");
  g_assert_nonnull (rate);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (rate), 0.0005);
  g_assert_cmpfloat_with_epsilon (st_session_get_learning_rate (fixture->session), 0.0005, 1e-9);
  batches++;
  activate (fixture, "win.train-step");
  fixture_wait (fixture, rests_at, &batches);
  g_assert_cmpfloat_with_epsilon (st_run_get_report (run_of (fixture), 0)->learning_rate, 0.0005,
                                  1e-9);
  activate (fixture, "win.new-seed");
  g_assert_cmpuint (st_session_get_training_seed (fixture->session), ==, 1);
  activate (fixture, "win.stop-on-plateau");
  g_assert_true (st_session_get_stop_on_plateau (fixture->session));
  activate (fixture, "win.stop-on-plateau");
  activate (fixture, "win.stop");
  fixture_wait (fixture, has_state, GUINT_TO_POINTER (ST_RUN_ENDED));
  g_assert_cmpuint (st_run_get_report (run_of (fixture), 0)->batches, ==, batches);
}

static cairo_surface_t *
picture_of (GtkWidget *widget, int left)
{
  int width = gtk_widget_get_width (widget) - left, height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GskRenderNode) node = NULL;
  while (node == NULL)   /* until it has been drawn */
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      g_main_context_iteration (NULL, TRUE);
      gdk_paintable_snapshot (paintable, snapshot, width + left, height);
      node = gtk_snapshot_free_to_node (snapshot);
    }
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_translate (cr, -left, 0);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* Every column shows the same perturbed images, pixel by pixel. */
static void
test_same_noise (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "Reconstructions, CAE", "Reconstructions, DAE",
                                       "Reconstructions, VAE, mean" };
  enum { SHOWN = 24 + 44 + 2, SIDE = 44 };   /* where the second of three rows is */
  cairo_surface_t *pictures[3];
  st_session_set_level (fixture->session, 0.2);
  fixture_wait (fixture, fixture_is_settled, NULL);
  for (guint i = 0; i < 3; i++)
    {
      GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, names[i]);
      g_assert_nonnull (plot);
      pictures[i] = picture_of (plot, i == 0 ? ST_FIGURE_GUTTER : 0);
    }
  guint different = 0;
  for (guint i = 1; i < 3; i++)
    for (guint y = SHOWN + 2; y < SHOWN + SIDE - 2; y++)
      {
        const guchar *a = cairo_image_surface_get_data (pictures[0])
                          + y * cairo_image_surface_get_stride (pictures[0]);
        const guchar *b = cairo_image_surface_get_data (pictures[i])
                          + y * cairo_image_surface_get_stride (pictures[i]);
        g_assert_cmpmem (a, 4 * SIDE, b, 4 * SIDE);
        for (guint x = 4; x < 4 * SIDE; x += 4)
          different += a[x] != a[x - 4];
      }
  g_assert_cmpuint (different, >, 100);   /* it is a picture of noise that was compared */
  for (guint i = 0; i < 3; i++)
    cairo_surface_destroy (pictures[i]);
}

static gboolean
is_untrained (Fixture *fixture, gpointer data)
{
  StColumn *column = st_session_get_shown_column (fixture->session, 0);
  return run_of (fixture) == NULL && st_column_get_epoch (column) == 0;
}

static void
test_reset (Fixture *fixture, gconstpointer data)
{
  activate (fixture, "win.reset-training");
  fixture_wait (fixture, is_untrained, NULL);
  fixture_wait (fixture, fixture_is_settled, NULL);
}

static AdwMessageDialog *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  for (GList *window = windows; window != NULL; window = window->next)
    if (ADW_IS_MESSAGE_DIALOG (window->data))
      return window->data;
  return NULL;
}

/* Closing asks when a training would be lost, and does nothing if told not to. */
static void
test_closing_asks (Fixture *fixture, gconstpointer data)
{
  gtk_window_close (fixture->window);
  AdwMessageDialog *dialog = find_dialog ();
  g_assert_nonnull (dialog);
  adw_message_dialog_response (dialog, "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->window)));
  close_trained_models (fixture);
  g_assert_false (st_session_would_lose (fixture->session));
}

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
  /* One after the other: each goes on where the one before ended. */
  g_test_add ("/training/train-and-reopen", Fixture, NULL, fixture_open, test_train_and_reopen,
              fixture_close);
  g_test_add ("/training/history", Fixture, NULL, fixture_open, test_history, fixture_close);
  g_test_add_func ("/training/negative-loss", test_negative_loss);
  g_test_add ("/training/go-on", Fixture, NULL, fixture_open, test_go_on, fixture_close);
  g_test_add ("/training/same-noise", Fixture, NULL, fixture_open, test_same_noise,
              fixture_close);
  g_test_add ("/training/reset", Fixture, NULL, fixture_open, test_reset, fixture_close);
  g_test_add ("/training/closing-asks", Fixture, NULL, fixture_open, test_closing_asks,
              fixture_close);
  return fixture_run ();
}
