/* What the window does when it is told to: the level played, models opened to compare with, one
 * figure large. */
#include "window-fixture.h"

static gboolean
level_passed (Fixture *fixture, gpointer level)
{
  return st_session_get_level (fixture->session) > *(double *) level;
}

static gboolean
level_fell (Fixture *fixture, gpointer level)
{
  return st_session_get_level (fixture->session) < *(double *) level;
}

static gboolean
is_playing (Fixture *fixture)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (fixture->window), "play");
  g_autoptr (GVariant) state = g_action_get_state (action);
  return g_variant_get_boolean (state);
}

static void
activate (Fixture *fixture, const char *action, GVariant *target)
{
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (fixture->window), action,
                                                     target));
}

/* It goes up, turns at the end, and ends when a hand sets the level or it is told to. */
static void
test_play (Fixture *fixture, gconstpointer data)
{
  double some = 0.01, end = 0.95;
  activate (fixture, "win.play", NULL);
  g_assert_true (is_playing (fixture));
  fixture_wait (fixture, level_passed, &some);
  activate (fixture, "win.play", NULL);
  g_assert_false (is_playing (fixture));

  st_session_set_level (fixture->session, 0.9);
  activate (fixture, "win.play", NULL);
  fixture_wait (fixture, level_passed, &end);
  fixture_wait (fixture, level_fell, &end);
  g_assert_true (is_playing (fixture));
  st_session_set_level (fixture->session, 0.5);
  g_assert_false (is_playing (fixture));
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_cmpfloat (st_session_get_level (fixture->session), ==, 0.5);
}

static gboolean
shows (Fixture *fixture, gpointer title)
{
  StColumn *column;
  for (guint i = 0; (column = st_session_get_shown_column (fixture->session, i)) != NULL; i++)
    if (g_str_equal (st_column_get_title (column), title))
      return fixture_is_settled (fixture, NULL);
  return FALSE;
}

/* The menu in a column's head opens what shows where its strata come from. */
static void
test_compare (Fixture *fixture, gconstpointer data)
{
  StColumn *vae = st_session_get_shown_column (fixture->session, 2);
  g_assert_cmpstr (st_column_get_title (vae), ==, "VAE, mean");
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Compare VAE, mean"));
  activate (fixture, "win.compare", g_variant_new ("(st)", "sample", st_column_get_id (vae)));
  fixture_wait (fixture, shows, (gpointer) "VAE, sample");

  /* Without a column it is the one that has the focus, which keeps it. */
  gtk_widget_grab_focus (fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, VAE, mean"));
  st_column_set_shown (st_session_get_shown_column (fixture->session, 0), FALSE);
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Latent scatter, VAE, mean");
  g_assert_true (gtk_widget_has_focus (plot));
  g_autoptr (StColumn) first = g_list_model_get_item (
    st_session_get_columns (fixture->session), 0);
  st_column_set_shown (first, TRUE);
  activate (fixture, "win.compare", g_variant_new ("(st)", "dense", (guint64) 0));
  fixture_wait (fixture, shows, (gpointer) "VAE, dense, mean");

  const StFrame *frame = st_session_get_frame (fixture->session);
  g_assert_cmpuint (frame->query.columns, ==, 5);
  g_assert_cmpuint (frame->sweep_summary[2][0]->strata, >, 1);   /* the mean */
  g_assert_cmpuint (frame->sweep_summary[3][0]->strata, ==, 1);  /* beside it its sample */
  st_session_remove_column (fixture->session, st_session_get_shown_column (fixture->session, 3));
}

static gboolean
has_plot (Fixture *fixture, const char *label)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, label);
  return plot != NULL && gtk_widget_get_child_visible (plot);
}

/* One figure alone: with all models on its axes where it can, else in columns; and back. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.stratoscope.Stratoscope");
  activate (fixture, "win.large", g_variant_new_string ("angles"));
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_true (has_plot (fixture, "Hilbert angles, all models"));
  g_assert_false (has_plot (fixture, "PSNR, CAE"));

  activate (fixture, "win.large-layout", g_variant_new_string ("columns"));
  g_assert_true (has_plot (fixture, "Hilbert angles, DAE"));
  g_autofree char *kept = g_settings_get_string (settings, "large-layout");
  g_assert_cmpstr (kept, ==, "columns");
  activate (fixture, "win.large-layout", g_variant_new_string ("overlaid"));
  activate (fixture, "win.step-figure", g_variant_new_int32 (1));
  g_assert_true (has_plot (fixture, "PSNR, all models"));
  /* From the last one to the first. */
  activate (fixture, "win.step-figure", g_variant_new_int32 (ST_FIGURES - ST_FIGURE_PSNR));
  g_assert_true (has_plot (fixture, "Reconstructions, CAE"));

  activate (fixture, "win.all-figures", NULL);
  g_assert_true (has_plot (fixture, "Rank strata, CAE"));
  g_assert_true (gtk_window_get_focus (fixture->window)
                 == fixture_find_named (fixture, ST_TYPE_PLOT, "Reconstructions, CAE"));
  activate (fixture, "win.large", g_variant_new_string (""));
  activate (fixture, "win.large", g_variant_new_string (""));   /* the way back too */
  g_assert_true (has_plot (fixture, "Latent scatter, VAE, mean"));
}

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
  g_test_add ("/play/play", Fixture, NULL, fixture_open, test_play, fixture_close);
  g_test_add ("/play/compare", Fixture, NULL, fixture_open, test_compare, fixture_close);
  g_test_add ("/play/large", Fixture, NULL, fixture_open, test_large, fixture_close);
  return fixture_run ();
}
