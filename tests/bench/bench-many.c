/* The real window with many images: resident memory with 200, 1,000 and 10,000 of the open dataset
 * while they are browsed, what a drag is like, and the same with six models, whose scatters have
 * 60,000 points.  Memory is told for the whole of the program, by the system; "at the most" is
 * since the line before.  Run on an otherwise idle machine, on a display of its own
 * (tests/in-window), with the cairo renderer. */
#include <locale.h>
#include <st-alloc.h>
#include <st-application.h>
#include <st-blas.h>
#include <st-window.h>
#include <stdio.h>
#include <stdlib.h>

#include "window-timing.h"

enum { ROUNDS = 60, COLUMNS = 6 };

static StApplication *application;
static StSession *session;

static gboolean
complete (gpointer data)
{
  const StFrame *frame = st_session_get_frame (session);
  const guint *columns = data;
  return frame != NULL && frame->query.level == st_session_get_level (session)
         && frame->query.images != NULL
         && st_images_count (frame->query.images) == st_session_get_images (session)
         && frame->query.columns >= *columns && frame->complete;
}

/* All levels, and angles here and at some of them: what is left takes no more memory. */
static gboolean
rested (gpointer data)
{
  const StFrame *frame = st_session_get_frame (session);
  return complete (data) && frame->sweep_complete && frame->angles_complete
         && frame->angles_done >= 2;
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
      st_selection_point (selection, (int) (i * 379 % st_session_get_images (session)));
      timing_wait_painted ();
      ms[i] = (double) (timing_painted () - start) / 1000;
    }
  st_selection_point (selection, -1);
  timing_print ("  pointer to marks in all figures", ms, ROUNDS);
}

static void
measure_images (GtkWidget *window, guint images, guint columns)
{
  g_autofree char *drag = g_strdup_printf ("  drag, %u images", images);
  const gint64 start = g_get_monotonic_time ();
  st_session_set_images (session, images);
  if (st_session_get_images (session) != images)
    return;
  timing_iterate_until (complete, &columns);
  printf ("%u images, %u models: all measured after %.2f s\n", images, columns,
          (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  timing_print_memory ("  measured");
  timing_drag (session, window, drag);
  timing_print_memory ("  dragged");
  measure_pointer ();
  timing_iterate_until (rested, &columns);
  printf ("  %-32s %.2f s\n", "all levels, angles here, after",
          (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  timing_print_memory ("  rested");
}

/* All that are open, and untrained twins of theirs: dear ones, since they unfold. */
static void
show_columns (void)
{
  GListModel *open = st_session_get_columns (session);
  const guint n = g_list_model_get_n_items (open);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (open, i);
      st_column_set_shown (column, TRUE);
    }
  for (guint i = n; i < COLUMNS; i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (open, i - n);
      st_session_add_twin (session, column, ST_TWIN_UNTRAINED);
    }
}

static gboolean
measure (gpointer data)
{
  const guint counts[] = { 200, 1000, 10000 };
  guint columns = 3;
  session = st_application_get_session (application);
  GtkWindow *active = gtk_application_get_active_window (GTK_APPLICATION (application));
  GtkWidget *window = GTK_WIDGET (active);
  timing_watch (window);
  timing_iterate_until (complete, &columns);
  const guint available = st_session_get_available (session);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] <= available)
      measure_images (window, counts[i], columns);
    else
      printf ("%u images: the open dataset has %u\n", counts[i], available);
  show_columns ();
  columns = COLUMNS;
  timing_iterate_until (complete, &columns);
  measure_images (window, MIN (available, counts[2]), columns);
  gtk_window_destroy (active);
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
  setlocale (LC_ALL, "C.UTF-8");
  st_alloc_prepare ();
  st_blas_prepare ();
  application = st_application_new ();
  g_signal_connect_after (application, "activate", G_CALLBACK (activated), NULL);
  int status = g_application_run (G_APPLICATION (application), 0, NULL);
  fflush (NULL);
  _Exit (status);   /* as the program does */
}
