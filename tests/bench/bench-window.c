/* The real window: start to first plot; of 256 images of the three shipped models, by kernel,
 * slider to pixels, to angles, perhaps of some images, and to everything exact; frames a second
 * during a drag with and without training; pointer and zoom to pixels; and how long the main loop
 * was kept from turning.  Run on an otherwise idle machine, on a display of its own
 * (tests/in-window), with the cairo renderer. */
#include <locale.h>
#include <st-application.h>
#include <st-blas.h>
#include <st-window.h>
#include <stdio.h>
#include <stdlib.h>

#include "window-timing.h"

enum { IMAGES = 256, ROUNDS = 60, MODELS = 3 };

static StApplication *application;
static StSession *session;
static gint64 started;

/* ---- conditions ---- */

static gboolean
answers (gpointer data)
{
  const StFrame *frame = st_session_get_frame (session);
  return frame != NULL && frame->query.level == st_session_get_level (session)
         && frame->query.kernel == st_session_get_kernel (session) && frame->query.images != NULL
         && st_images_count (frame->query.images) == st_session_get_images (session)
         && frame->query.columns >= MODELS && frame->now[MODELS - 1] != NULL;
}

static gboolean
complete (gpointer data)
{
  return answers (NULL) && st_session_get_frame (session)->complete;
}

/* How many images the angles are of, the fewest of any column; 0: one has none. */
static guint
angles_are_of (void)
{
  const StFrame *frame = st_session_get_frame (session);
  const StLiveQuery *query = &frame->query;
  guint fewest = G_MAXUINT;
  for (guint i = 0; i < query->columns; i++)
    {
      const StHilbertResult *angles = frame->now[i] != NULL ? &frame->now[i]->hilbert : NULL;
      if (angles == NULL || angles->weights != query->weights[i]
          || !st_hilbert_result_fits (angles, query->kernel, query->tolerance, query->subspace))
        angles = &frame->early[i];
      if (angles == &frame->early[i] && frame->early_level[i] != query->level)
        return 0;
      fewest = MIN (fewest, angles->known ? angles->count : 0);
    }
  return fewest;
}

static gboolean
with_some_angles (gpointer data)
{
  return complete (NULL) && angles_are_of () > 0;
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
measure_slider (StKernel kernel)
{
  static const TimingDone done[] = { answers, complete, with_some_angles, with_angles };
  double ms[G_N_ELEMENTS (done)][ROUNDS];
  st_session_set_kernel (session, kernel);
  timing_iterate_until (swept, NULL);
  for (guint i = 0; i < ROUNDS; i++)
    {
      const gint64 start = g_get_monotonic_time ();
      gint64 times[G_N_ELEMENTS (done)];
      st_session_set_level (session, g_random_double ());
      timing_wait_all_painted (G_N_ELEMENTS (done), done, times);
      for (guint j = 0; j < G_N_ELEMENTS (done); j++)
        ms[j][i] = (double) (times[j] - start) / 1000;
    }
  g_autofree char *of = kernel == ST_KERNEL_FROBENIUS
                          ? g_strdup ("all") : g_strdup_printf ("%u", ST_EARLY_IMAGES);
  g_autofree char *some = g_strdup_printf ("slider to ranks, strata, PSNR and angles (%s of %s)",
                                           st_kernel_name (kernel), of);
  timing_print ("slider to first changed pixels", ms[0], ROUNDS);
  timing_print ("slider to all ranks and PSNR", ms[1], ROUNDS);
  timing_print (some, ms[2], ROUNDS);
  timing_print ("slider to everything exact", ms[3], ROUNDS);
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
  printf ("%-60s %.2f s\n", "start to first plots",
          (double) (timing_painted () - started) / G_USEC_PER_SEC);
  timing_iterate_until (swept, NULL);
  printf ("%-60s %.2f s\n", "start to all levels, without angles",
          (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
  st_session_set_images (session, IMAGES);
  measure_slider (ST_KERNEL_FROBENIUS);
  measure_slider (ST_KERNEL_PROJECTION);
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
