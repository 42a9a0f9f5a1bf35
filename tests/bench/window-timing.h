/* What benchmarks of the window share: when frames were painted, and a hand that drags the level. */
#pragma once

#include <gtk/gtk.h>
#include <st-session.h>

/* From now on frames of this window, which is on the screen, are counted. */
void timing_watch (GtkWidget *window);
/* g_get_monotonic_time() when the last one was painted. */
gint64 timing_painted (void);
void timing_iterate_until (gboolean (*done) (gpointer data), gpointer data);
/* Until a frame is painted that began after this call. */
void timing_wait_painted (void);

/* Waits until every one of n things has been painted, that is, was so when a frame was painted;
 * times[n]: when it was first. */
typedef gboolean (*TimingDone) (gpointer data);
void timing_wait_all_painted (guint n, const TimingDone *done, gint64 *times);

/* Sorts ms[n]; prints p50, p95 and the largest. */
void timing_print (const char *what, double *ms, guint n);
/* Drags the level up and down for some seconds; prints frames a second, gaps between them, and how
 * long the main loop was kept from turning: by its own work, by other programs that had the
 * processors, or by neither, which is by a lock or sleep. */
void timing_drag (StSession *session, GtkWidget *window, const char *what);
/* Resident memory now, and at the most since the last time, where the system tells. */
void timing_print_memory (const char *what);
