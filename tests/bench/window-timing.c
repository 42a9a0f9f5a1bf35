#include "window-timing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DRAG_SECONDS = 5 };

static gint64 painted;          /* when the last frame was painted */
static GArray *paints;          /* gint64 */
static gint64 turned, longest;  /* the main loop's turns */
static gint64 worked, most_work;   /* the same by what this thread computed: of us alone; */
static gint64 queued, most_blocked;   /* and by what was neither that nor a wait for a processor */

/* What somebody waits for. */
static struct { guint n; const TimingDone *done; gint64 *times; } wanted;

static void
after_paint (GdkFrameClock *clock, gpointer data)
{
  painted = g_get_monotonic_time ();
  g_array_append_val (paints, painted);
  for (guint i = 0; i < wanted.n; i++)
    if (wanted.times[i] == 0 && wanted.done[i] (NULL))
      wanted.times[i] = painted;
}

void
timing_watch (GtkWidget *window)
{
  paints = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint),
                    NULL);
}

gint64
timing_painted (void)
{
  return painted;
}

void
timing_iterate_until (gboolean (*done) (gpointer data), gpointer data)
{
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
painted_since (gpointer data)
{
  return painted > *(gint64 *) data;
}

void
timing_wait_painted (void)
{
  gint64 since = g_get_monotonic_time ();
  timing_iterate_until (painted_since, &since);
}

static gboolean
all_painted (gpointer data)
{
  for (guint i = 0; i < wanted.n; i++)
    if (wanted.times[i] == 0)
      return FALSE;
  return TRUE;
}

void
timing_wait_all_painted (guint n, const TimingDone *done, gint64 *times)
{
  memset (times, 0, n * sizeof *times);
  wanted.n = n;
  wanted.done = done;
  wanted.times = times;
  timing_iterate_until (all_painted, NULL);
  wanted.n = 0;
}

static int
ascending (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

void
timing_print (const char *what, double *ms, guint n)
{
  qsort (ms, n, sizeof *ms, ascending);
  printf ("%-60s p50 %6.1f ms   p95 %6.1f ms   max %6.1f ms\n", what, ms[n / 2],
          ms[n * 95 / 100], ms[n - 1]);
}

/* ---- a drag ---- */

static gint64
computed (void)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Microseconds that this thread was ready and had no processor, where the system tells. */
static gint64
waited (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/thread-self/schedstat", &text, NULL, NULL))
    return 0;
  const char *second = strchr (text, ' ');
  return second != NULL ? g_ascii_strtoll (second, NULL, 10) / 1000 : 0;
}

static gboolean
turn (gpointer data)
{
  gint64 now = g_get_monotonic_time (), work = computed (), wait = waited ();
  if (turned != 0)
    {
      longest = MAX (longest, now - turned);
      most_work = MAX (most_work, work - worked);
      most_blocked = MAX (most_blocked, now - turned - (work - worked) - (wait - queued));
    }
  turned = now;
  worked = work;
  queued = wait;
  return G_SOURCE_CONTINUE;
}

typedef struct Drag {
  StSession *session;
  gint64 start;
  guint64 generation;    /* of the frame that was looked at last */
  guint answers, angled; /* queries that a frame was about; new angles that were shown */
  guint looks, whole;    /* and how often what was shown was of all images */
  double images;         /* summed over looks: how many it was of, of all */
  double angled_level;
} Drag;

static void
look_at_frame (Drag *hand)
{
  const StFrame *frame = st_session_get_frame (hand->session);
  const double level = frame->angles_complete ? frame->query.level : frame->early_level[0];
  hand->answers += frame->generation != hand->generation;
  hand->angled += level != hand->angled_level;
  hand->looks++;
  hand->whole += frame->complete;
  if (frame->now[0] != NULL)
    hand->images += (double) frame->now[0]->done / frame->now[0]->count;
  hand->generation = frame->generation;
  hand->angled_level = level;
}

static gboolean
drag (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Drag *hand = data;
  double seconds = (double) (g_get_monotonic_time () - hand->start) / G_USEC_PER_SEC;
  double x = 0.5 - 0.5 * cos (seconds * 2);
  look_at_frame (hand);
  st_session_set_level (hand->session, x * x);
  return G_SOURCE_CONTINUE;
}

static gboolean
dragged (gpointer data)
{
  const Drag *hand = data;
  return g_get_monotonic_time () - hand->start > DRAG_SECONDS * G_USEC_PER_SEC;
}

void
timing_drag (StSession *session, GtkWidget *window, const char *what)
{
  Drag hand = { .session = session, .start = g_get_monotonic_time () };
  g_array_set_size (paints, 0);
  turned = longest = most_work = most_blocked = 0;
  const gint64 before = computed ();
  guint timer = g_timeout_add_full (G_PRIORITY_HIGH, 1, turn, NULL, NULL);
  guint tick = gtk_widget_add_tick_callback (window, drag, &hand, NULL);
  timing_iterate_until (dragged, &hand);
  gtk_widget_remove_tick_callback (window, tick);
  g_source_remove (timer);

  g_autofree double *gaps = g_new (double, paints->len);
  for (guint i = 1; i < paints->len; i++)
    gaps[i - 1] = (double) (g_array_index (paints, gint64, i)
                            - g_array_index (paints, gint64, i - 1)) / 1000;
  printf ("%s: %.1f frames a second\n", what, paints->len / (double) DRAG_SECONDS);
  printf ("  %u levels answered, new angles %u times\n", hand.answers, hand.angled);
  printf ("  shown of all images %.0f %% of the time, of %.0f %% of them on average\n",
          100.0 * hand.whole / MAX (hand.looks, 1), 100 * hand.images / MAX (hand.looks, 1));
  timing_print ("  gap between frames", gaps, paints->len - 1);
  printf ("  %-58s %.1f ms at the most\n", "main loop kept from turning",
          (double) longest / 1000);
  printf ("  %-58s %.1f ms at the most\n", "neither working nor in line for a processor",
          (double) most_blocked / 1000);
  printf ("  %-58s %.1f ms at the most, %.1f ms a frame\n", "of that its own work",
          (double) most_work / 1000,
          (double) (computed () - before) / 1000 / MAX (paints->len, 1));
}

/* ---- memory ---- */

void
timing_print_memory (const char *what)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return;
  const char *most = strstr (text, "VmHWM:"), *now = strstr (text, "VmRSS:");
  if (most != NULL && now != NULL)
    printf ("%-34s %.0f MB resident, %.0f MB at the most\n", what,
            g_ascii_strtod (now + 6, NULL) / 1024, g_ascii_strtod (most + 6, NULL) / 1024);
  fflush (stdout);
  FILE *file = fopen ("/proc/self/clear_refs", "w");
  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}
