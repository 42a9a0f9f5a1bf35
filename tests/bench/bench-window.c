/* The real window: start to first plot, slider to pixels, frames a second during a drag with and
 * without training, pointer and zoom to pixels, and how long the main loop was kept from turning.  Run on an otherwise idle
 * machine, on a display of its own (tests/in-window), with the cairo renderer. */
#include <locale.h>
#include <math.h>
#include <st-application.h>
#include <st-blas.h>
#include <st-window.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 60, DRAG_SECONDS = 5, MODELS = 3 };

static StApplication *application;
static StSession *session;
static gint64 started;
static gint64 painted;          /* when the last frame was painted */
static GArray *paints;          /* gint64 */
static gint64 turned, longest;  /* the main loop's turns */
static gint64 worked, most_work;   /* the same by what this thread computed: of us alone */

static void
after_paint (GdkFrameClock *clock, gpointer data)
{
  painted = g_get_monotonic_time ();
  g_array_append_val (paints, painted);
}

static gint64
computed (void)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gboolean
turn (gpointer data)
{
  gint64 now = g_get_monotonic_time (), work = computed ();
  if (turned != 0)
    {
      longest = MAX (longest, now - turned);
      most_work = MAX (most_work, work - worked);
    }
  turned = now;
  worked = work;
  return G_SOURCE_CONTINUE;
}

static void
iterate_until (gboolean (*done) (gpointer data), gpointer data)
{
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
}

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

static gboolean
painted_since (gpointer data)
{
  return painted > *(gint64 *) data;
}

static void
wait_painted (void)
{
  gint64 since = g_get_monotonic_time ();
  iterate_until (painted_since, &since);
}

/* ---- figures ---- */

static int
ascending (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
print_times (const char *what, double *ms, guint n)
{
  qsort (ms, n, sizeof *ms, ascending);
  printf ("%-34s p50 %6.1f ms   p95 %6.1f ms   max %6.1f ms\n", what, ms[n / 2],
          ms[n * 95 / 100], ms[n - 1]);
}

static void
measure_slider (void)
{
  double first[ROUNDS], all[ROUNDS], angles[ROUNDS];
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      st_session_set_level (session, g_random_double ());
      iterate_until (answers, NULL);
      wait_painted ();
      first[i] = (double) (painted - start) / 1000;
      iterate_until (complete, NULL);
      wait_painted ();
      all[i] = (double) (painted - start) / 1000;
      iterate_until (with_angles, NULL);
      wait_painted ();
      angles[i] = (double) (painted - start) / 1000;
    }
  print_times ("slider to first changed pixels", first, ROUNDS);
  print_times ("slider to all ranks and PSNR", all, ROUNDS);
  print_times ("slider to everything exact", angles, ROUNDS);
}

static gboolean
drag (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  double seconds = (double) (g_get_monotonic_time () - *(gint64 *) data) / G_USEC_PER_SEC;
  double x = 0.5 - 0.5 * cos (seconds * 2);
  st_session_set_level (session, x * x);
  return G_SOURCE_CONTINUE;
}

static gboolean
dragged (gpointer data)
{
  return g_get_monotonic_time () - *(gint64 *) data > DRAG_SECONDS * G_USEC_PER_SEC;
}

static void
measure_drag (GtkWidget *window, const char *what)
{
  gint64 start = g_get_monotonic_time ();
  g_array_set_size (paints, 0);
  turned = longest = most_work = 0;
  const gint64 before = computed ();
  guint timer = g_timeout_add_full (G_PRIORITY_HIGH, 1, turn, NULL, NULL);
  guint tick = gtk_widget_add_tick_callback (window, drag, &start, NULL);
  iterate_until (dragged, &start);
  gtk_widget_remove_tick_callback (window, tick);
  g_source_remove (timer);

  g_autofree double *gaps = g_new (double, paints->len);
  for (guint i = 1; i < paints->len; i++)
    gaps[i - 1] = (double) (g_array_index (paints, gint64, i)
                            - g_array_index (paints, gint64, i - 1)) / 1000;
  printf ("%s: %.1f frames a second\n", what, paints->len / (double) DRAG_SECONDS);
  print_times ("  gap between frames", gaps, paints->len - 1);
  printf ("  %-32s %.1f ms at the most\n", "main loop kept from turning",
          (double) longest / 1000);
  printf ("  %-32s %.1f ms at the most, %.1f ms a frame\n", "of that its own work",
          (double) most_work / 1000,
          (double) (computed () - before) / 1000 / MAX (paints->len, 1));
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
      wait_painted ();
      ms[i] = (double) (painted - start) / 1000;
    }
  st_selection_point (selection, -1);
  print_times ("pointer to marks in all figures", ms, ROUNDS);
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
      wait_painted ();
      ms[i] = (double) (painted - start) / 1000;
    }
  st_zoom_reset (zoom, column, axes);
  print_times ("zoom to pixels", ms, ROUNDS);
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
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), NULL);

  iterate_until (answers, NULL);
  wait_painted ();
  printf ("%-34s %.2f s\n", "start to first plots", (double) (painted - started) / G_USEC_PER_SEC);
  iterate_until (swept, NULL);
  printf ("%-34s %.2f s\n", "start to all levels, without angles",
          (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
  measure_slider ();
  iterate_until (swept, NULL);
  measure_pointer ();
  measure_zoom ();
  measure_drag (GTK_WIDGET (window), "drag");

  st_session_set_training (session, 10000, 100);
  st_session_train (session, ST_SESSION_ALL_KINDS);
  iterate_until (is_running, NULL);
  measure_drag (GTK_WIDGET (window), "drag while three models train");
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
  paints = g_array_new (FALSE, FALSE, sizeof (gint64));
  application = st_application_new ();
  g_signal_connect_after (application, "activate", G_CALLBACK (activated), NULL);
  int status = g_application_run (G_APPLICATION (application), 0, NULL);
  g_object_unref (application);
  g_array_unref (paints);
  return status;
}
