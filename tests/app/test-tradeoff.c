/* The sweep over lambda in the window: by its button and its keys, stopped and gone on with. */
#include "window-fixture.h"

#include <string.h>

/* Keeps the main loop turning, so that a condition is looked at again. */
static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_ticking (Fixture *fixture, Condition condition, gpointer data)
{
  const guint timer = g_timeout_add (100, tick, NULL);
  fixture_wait (fixture, condition, data);
  g_source_remove (timer);
}

static gboolean
says (Fixture *fixture, gpointer words)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Trade-off, CAE");
  g_autofree char *now = plot != NULL ? fixture_describe (plot) : g_strdup ("");
  return strstr (now, words) != NULL;
}

static GtkWidget *
find_button (Fixture *fixture, const char *name)
{
  return fixture_find_named (fixture, GTK_TYPE_BUTTON, name);
}

static gboolean
has_button (Fixture *fixture, gpointer name)
{
  GtkWidget *button = find_button (fixture, name);
  return button != NULL && gtk_widget_get_sensitive (button);
}

static void
act (Fixture *fixture, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action, NULL);
}

static gboolean
is_enabled (Fixture *fixture, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), action);
}

static void
choose_number (Fixture *fixture, const char *action, guint number)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action,
                                  g_variant_new_uint32 (number));
}

static void
press (Fixture *fixture, const char *name)
{
  GtkWidget *button = find_button (fixture, name);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_focusable (button));
  g_assert_true (gtk_widget_activate (button));
}

static gboolean
is_idle (Fixture *fixture, gpointer data)
{
  return !st_tradeoffs_is_busy (st_session_get_tradeoffs (fixture->session));
}

static gboolean
status_sweeps (Fixture *fixture, gpointer data)
{
  return g_str_has_prefix (st_session_get_status (fixture->session), "Sweeping λ: model ");
}

static gboolean
status_is_ready (Fixture *fixture, gpointer data)
{
  return g_str_has_prefix (st_session_get_status (fixture->session), "Ready");
}

/* More than can be trained before it is stopped. */
static void
test_stops (Fixture *fixture, gconstpointer data)
{
  act (fixture, "figure-trade-off");
  wait_ticking (fixture, says, (gpointer) "differ only in their regulariser");
  wait_ticking (fixture, has_button, (gpointer) "Sweep λ");
  g_assert_true (is_enabled (fixture, "sweep"));
  g_assert_false (is_enabled (fixture, "sweep-stop"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Options of the sweep"));
  choose_number (fixture, "sweep-images", 60000);
  choose_number (fixture, "sweep-epochs", 1000);
  press (fixture, "Sweep λ");
  wait_ticking (fixture, says, (gpointer) "model 1 of 13, epoch ");
  wait_ticking (fixture, status_sweeps, NULL);
  g_assert_false (is_enabled (fixture, "sweep"));
  g_assert_false (is_enabled (fixture, "sweep-anew"));
  press (fixture, "Stop the sweep");
  wait_ticking (fixture, is_idle, NULL);
  wait_ticking (fixture, says, (gpointer) "stopped: 0 of 13 models");
  wait_ticking (fixture, status_is_ready, NULL);
  g_assert_true (has_button (fixture, (gpointer) "Continue"));

  /* A hand that drags is not in its way, nor it in the hand's. */
  press (fixture, "Continue");
  wait_ticking (fixture, has_button, (gpointer) "Stop the sweep");
  st_session_set_level (fixture->session, 0.2);
  wait_ticking (fixture, fixture_is_settled, NULL);
  wait_ticking (fixture, says, (gpointer) "model 1 of 13, epoch ");
  act (fixture, "sweep-stop");
  wait_ticking (fixture, is_idle, NULL);
}

/* To the end; what is shown of it is chosen. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  choose_number (fixture, "sweep-images", 200);
  choose_number (fixture, "sweep-epochs", 1);
  act (fixture, "sweep-anew");
  wait_ticking (fixture, is_idle, NULL);
  wait_ticking (fixture, says, (gpointer) "conformal, λ 1000: MSE ");
  wait_ticking (fixture, says, (gpointer) "mean cond(G) ");
  g_assert_false (is_enabled (fixture, "sweep"));   /* the same again would be the same */
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "sweep-distortion",
                                  g_variant_new_string ("areas"));
  wait_ticking (fixture, says, (gpointer) "areas, Var of log volume ");
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window),
                                                                "sweep-distortion");
  g_assert_cmpstr (g_variant_get_string (state, NULL), ==, "areas");
}

/* All of it has a key. */
static void
test_keys (Fixture *fixture, gconstpointer data)
{
  static const char *const actions[] = { "win.figure-trade-off", "win.sweep", "win.sweep-stop",
                                         "win.sweep-anew" };
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_auto (GStrv) keys = gtk_application_get_accels_for_action (
        gtk_window_get_application (fixture->window), actions[i]);
      g_assert_nonnull (keys[0]);
    }
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 77;
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/window/tradeoff/stops", test_stops },
    { "/window/tradeoff/ends", test_ends },
    { "/window/tradeoff/keys", test_keys },
  };
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_open, tests[i].test, fixture_close);
  return fixture_run ();
}
