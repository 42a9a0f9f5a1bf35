#include "window-fixture.h"

#include <locale.h>

enum { WAIT_SECONDS = 60 };

static StApplication *application;
static StSession *session;   /* weak */
static StEmbeddings *embeddings;
static int result;

static gboolean
run_tests (gpointer data)
{
  g_set_weak_pointer (&session, st_application_get_session (application));
  g_set_weak_pointer (&embeddings, st_session_get_embeddings (session));
  result = g_test_run ();
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  return G_SOURCE_REMOVE;
}

static void
activated (GApplication *self, gpointer data)
{
  /* Behind the application's own handler, which opens the window. */
  g_idle_add_full (G_PRIORITY_LOW, run_tests, NULL, NULL);
}

gboolean
fixture_init (int *argc, char ***argv)
{
  gtk_disable_setlocale ();
  setlocale (LC_ALL, "C.UTF-8");
  if (!gtk_init_check ())
    return FALSE;
  g_test_init (argc, argv, NULL);
  return TRUE;
}

int
fixture_run (void)
{
  application = st_application_new ();
  g_signal_connect_after (application, "activate", G_CALLBACK (activated), NULL);
  int status = g_application_run (G_APPLICATION (application), 0, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* The session owns threads and everything large: a window that is gone must let go of it. */
  g_assert_null (session);
  g_assert_null (embeddings);
  g_object_unref (application);
  return status != 0 ? status : result;
}

static gboolean
give_up (gpointer data)
{
  g_error ("waited for %d s in vain", WAIT_SECONDS);
  return G_SOURCE_REMOVE;
}

void
fixture_wait (Fixture *fixture, Condition condition, gpointer data)
{
  guint timer = g_timeout_add_seconds (WAIT_SECONDS, give_up, NULL);
  while (!condition (fixture, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

gboolean
fixture_is_settled (Fixture *fixture, gpointer data)
{
  StSession *asked = fixture->session;
  const StFrame *frame = st_session_get_frame (asked);
  if (frame == NULL || !frame->complete || !frame->sweep_complete || !frame->angles_complete
      || frame->query.columns == 0 || frame->query.images != st_session_get_image_set (asked)
      || frame->query.level != st_session_get_level (asked)
      || frame->query.tolerance != st_session_get_tolerance (asked)
      || st_session_get_shown_column (asked, frame->query.columns) != NULL)
    return FALSE;
  for (guint i = 0; i < frame->query.columns; i++)
    {
      StColumn *column = st_session_get_shown_column (asked, i);
      if (column == NULL || st_column_get_id (column) != frame->query.ids[i]
          || st_column_get_weights (column) != frame->query.weights[i]
          || (st_column_get_twin (column) == ST_TWIN_NONE
              && frame->query.latents[i] != st_session_get_latent (asked)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_models (Fixture *fixture, gpointer data)
{
  return g_list_model_get_n_items (st_session_get_columns (fixture->session)) >= 3
         && g_strcmp0 (st_session_get_dataset (fixture->session), "builtin") == 0
         && fixture_is_settled (fixture, NULL);
}

void
fixture_open (Fixture *fixture, gconstpointer data)
{
  fixture->session = st_application_get_session (application);
  fixture->window = gtk_application_get_active_window (GTK_APPLICATION (application));
  st_session_set_images (fixture->session, 40);
  st_session_set_level (fixture->session, 0);
  st_session_set_latent (fixture->session, ST_LATENT_MEAN);
  if (g_strcmp0 (st_session_get_dataset (fixture->session), "builtin") != 0)
    st_session_open_dataset (fixture->session, "builtin");
  fixture_wait (fixture, has_models, NULL);
}

void
fixture_close (Fixture *fixture, gconstpointer data)
{
}

static void
collect (GtkWidget *widget, GType type, GPtrArray *found)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

GPtrArray *
fixture_find_all (Fixture *fixture, GType type)
{
  GPtrArray *found = g_ptr_array_new ();
  collect (GTK_WIDGET (fixture->window), type, found);
  return found;
}

static gboolean
has_label (GtkWidget *widget, const char *label)
{
  g_autofree char *difference = gtk_test_accessible_check_property (
    GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  return difference == NULL;
}

GtkWidget *
fixture_find_named (Fixture *fixture, GType type, const char *label)
{
  g_autoptr (GPtrArray) found = fixture_find_all (fixture, type);
  for (guint i = 0; i < found->len; i++)
    if (has_label (g_ptr_array_index (found, i), label))
      return g_ptr_array_index (found, i);
  return NULL;
}

char *
fixture_describe (GtkWidget *widget)
{
  /* Comparing with what it cannot be gives what it is. */
  char *value = gtk_test_accessible_check_property (
    GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "\001");
  return value != NULL ? value : g_strdup ("");
}
