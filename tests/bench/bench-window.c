/* The real window: start to first plot, slider to pixels, frames a second during a drag with and
 * without training, pointer and zoom to pixels, and how long the main loop was kept from turning.
 * Run on an otherwise idle machine, on a display of its own (tests/in-window), with the cairo renderer. */
#include <locale.h>
#include <st-application.h>
#include <st-blas.h>
#include <st-window.h>
#include <stdio.h>
#include <stdlib.h>

#include "window-timing.h"

enum { ROUNDS = 60, MODELS = 3 };

static StApplication *application;
static StSession *session;
static gint64 started;

/* ---- conditions ---- */

static gboolean
answers (gpointer data)
{
  const StFrame *frame = st_session_get_frame (session);
  return frame != NULL && frame->query.level == st_session_get_level (session)
         && frame->query.columns >= MODELS && frame->now[MODELS - 1] != NULL;
}

static gboolean
complete (gpointer data)
{
  return answers (NULL) && st_session_get_frame (session)->complete;
}

static gboolean
swept (gpointer data)
{
  return complete (NULL) && st_session_get_frame (session)->sweep_complete
         && st_session_get_frame (session)->angles_complete;
}

static gboolean
with_angles (gpointer data)
{
  return complete (NULL) && st_session_get_frame (session)->angles_complete;
}

/* ---- figures ---- */

static void
measure_slider (void)
{
  double first[ROUNDS], all[ROUNDS], angles[ROUNDS];
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      st_session_set_level (session, g_random_double ());
      timing_iterate_until (answers, NULL);
      timing_wait_painted ();
      first[i] = (double) (timing_painted () - start) / 1000;
      timing_iterate_until (complete, NULL);
      timing_wait_painted ();
      all[i] = (double) (timing_painted () - start) / 1000;
      timing_iterate_until (with_angles, NULL);
      timing_wait_painted ();
      angles[i] = (double) (timing_painted () - start) / 1000;
    }
  timing_print ("slider to first changed pixels", first, ROUNDS);
  timing_print ("slider to all ranks and PSNR", all, ROUNDS);
  timing_print ("slider to everything exact", angles, ROUNDS);
}

/* The pointer from image to image: only marks are painted anew. */
static void
measure_pointer (void)
{
  double ms[ROUNDS];
  StSelection *selection = st_session_get_selection (session);
  for (guint i = 0; i < ROUNDS; i++)
    {
      const gint64 start = g_get_monotonic_time ();
      st_selection_point (selection, (int) (i * 37 % st_session_get_images (session)));
      timing_wait_painted ();
      ms[i] = (double) (timing_painted () - start) / 1000;
    }
  st_selection_point (selection, -1);
  timing_print ("pointer to marks in all figures", ms, ROUNDS);
}

/* The level's axis zoomed and moved: three figures of every column, whole. */
static void
measure_zoom (void)
{
  double ms[ROUNDS];
  const StAxis axes[2] = { ST_AXIS_LEVEL, ST_AXIS_RANK };
  StZoom *zoom = st_session_get_zoom (session);
  const guint64 column = st_column_get_id (st_session_get_shown_column (session, 0));
  for (guint i = 0; i < ROUNDS; i++)
    {
      const double low = 0.002 * (i + 1);
      const StSpan spans[2] = { { low, low + 0.2 }, { 30, 49 } };
      const gint64 start = g_get_monotonic_time ();
      st_zoom_set (zoom, column, axes, spans, 1);
      timing_wait_painted ();
      ms[i] = (double) (timing_painted () - start) / 1000;
    }
  st_zoom_reset (zoom, column, axes);
  timing_print ("zoom to pixels", ms, ROUNDS);
}

static gboolean
is_running (gpointer data)
{
  StRun *run = st_session_get_run (session);
  return run != NULL && st_run_get_state (run) == ST_RUN_RUNNING;
}

static gboolean
measure (gpointer data)
{
  session = st_application_get_session (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  timing_watch (GTK_WIDGET (window));

  timing_iterate_until (answers, NULL);
  timing_wait_painted ();
  printf ("%-34s %.2f s\n", "start to first plots", (double) (timing_painted () - started) / G_USEC_PER_SEC);
  timing_iterate_until (swept, NULL);
  printf ("%-34s %.2f s\n", "start to all levels, without angles",
          (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
  measure_slider ();
  timing_iterate_until (swept, NULL);
  measure_pointer ();
  measure_zoom ();
  timing_drag (session, GTK_WIDGET (window), "drag");

  st_session_set_training (session, 10000, 100);
  st_session_train (session, ST_SESSION_ALL_KINDS);
  timing_iterate_until (is_running, NULL);
  timing_drag (session, GTK_WIDGET (window), "drag while three models train");
  gtk_window_destroy (window);
  return G_SOURCE_REMOVE;
}

static void
activated (GApplication *self, gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, measure, NULL, NULL);
}

int
main (int argc, char *argv[])
{
  started = g_get_monotonic_time ();
  setlocale (LC_ALL, "C.UTF-8");
  st_blas_prepare ();
  application = st_application_new ();
  g_signal_connect_after (application, "activate", G_CALLBACK (activated), NULL);
  int status = g_application_run (G_APPLICATION (application), 0, NULL);
  g_object_unref (application);
  return status;
}
