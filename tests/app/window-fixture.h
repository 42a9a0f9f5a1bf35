/* The real application in a real window, on the shipped models and the built-in images.  All
 * tests of a program share one run of it; each begins with no distortion and the mean. */
#pragma once

#include <st-application.h>
#include <st-plot.h>
#include <st-window.h>

typedef struct Fixture {
  StSession *session;
  GtkWindow *window;
} Fixture;

typedef gboolean (*Condition) (Fixture *fixture, gpointer data);

/* Runs the main loop until the condition holds; fails the test after a minute. */
void fixture_wait (Fixture *fixture, Condition condition, gpointer data);
/* The newest frame answers the newest question, to the last level. */
gboolean fixture_is_settled (Fixture *fixture, gpointer data);

void fixture_open (Fixture *fixture, gconstpointer data);
void fixture_close (Fixture *fixture, gconstpointer data);

/* Widgets of a type, in the order of the tree; free with g_ptr_array_unref(). */
GPtrArray *fixture_find_all (Fixture *fixture, GType type);
/* The widget whose accessible label is exactly this, or NULL. */
GtkWidget *fixture_find_named (Fixture *fixture, GType type, const char *label);
/* Caller frees; "" where there is none. */
char *fixture_describe (GtkWidget *widget);

/* Sets up GTK for a test that opens windows; FALSE if there is no display (exit with 77). */
gboolean fixture_init (int *argc, char ***argv);
/* Runs the tests inside the application; the program's exit status. */
int fixture_run (void);
