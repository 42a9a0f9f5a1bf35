/* Slider to frames: the shipped models on N built-in images, random levels one after the other,
 * each timed from the post to the first frame that answers it, to the complete one and to the
 * one with angles; new weights; then the whole sweep, without angles and with them.  Run on an
 * otherwise idle machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include <st-alloc.h>
#include <st-blas.h>
#include <st-dataset-io.h>
#include <st-grid.h>
#include <st-live.h>
#include <st-model-io.h>
#include <st-places.h>

enum { ROUNDS = 100, IMAGES = 10000 };   /* so many at the most: rounds times images */

static GMutex mutex;
static GCond cond;

static void
ring (void *context)
{
  g_mutex_lock (&mutex);
  g_cond_signal (&cond);
  g_mutex_unlock (&mutex);
}

static StFrame *
wait_frame (StLive *live)
{
  StFrame *frame;
  g_mutex_lock (&mutex);
  while ((frame = st_live_take (live)) == NULL)
    g_cond_wait (&cond, &mutex);
  g_mutex_unlock (&mutex);
  return frame;
}

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
  printf ("%-28s p50 %6.1f ms   p95 %6.1f ms   max %6.1f ms\n", what, ms[n / 2], ms[n * 95 / 100],
          ms[n - 1]);
}

/* Resident memory now and at the most since last time, where the system tells. */
static void
print_memory (const char *what)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return;
  const char *most = strstr (text, "VmHWM:"), *now = strstr (text, "VmRSS:");
  if (most != NULL && now != NULL)
    printf ("%-28s %.0f MB now, %.0f MB at the most\n", what,
            g_ascii_strtod (now + 6, NULL) / 1024, g_ascii_strtod (most + 6, NULL) / 1024);
  FILE *file = fopen ("/proc/self/clear_refs", "w");
  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}

static guint
load_models (StLiveQuery *query)
{
  static const char *const names[] = { "cae", "dae", "vae" };
  g_autofree char *data = st_places_data ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".safetensors", NULL);
      g_autofree char *path = g_build_filename (data != NULL ? data : ".", "models", file, NULL);
      g_autofree char *tensor = NULL;
      StModelFile model = { 0 };
      if (!st_ok (st_model_load (path, &model, &tensor)))
        continue;
      query->models[query->columns] = st_model_ref (model.model);
      query->ids[query->columns] = query->columns + 1;
      query->weights[query->columns++] = 1;
      st_model_file_clear (&model);
    }
  return query->columns;
}

/* Whether each column has angles, early or exact ones. */
static gboolean
has_angles (const StFrame *frame)
{
  for (guint i = 0; i < frame->query.columns; i++)
    if (!(frame->early[i].known && frame->early_level[i] == frame->query.level)
        && (frame->now[i] == NULL || frame->now[i]->hilbert.weights != frame->query.weights[i]
            || !st_hilbert_result_fits (&frame->now[i]->hilbert, frame->query.kernel,
                                        frame->query.tolerance, frame->query.subspace)))
      return FALSE;
  return TRUE;
}

/* Milliseconds from posting to the first frame, the one with early angles, the complete one with
 * those, and the one with exact angles. */
static void
time_query (StLive *live, const StLiveQuery *query, double *first, double *early,
            double *complete, double *angles)
{
  gint64 start = g_get_monotonic_time ();
  guint64 generation = st_live_post (live, query);
  *first = *early = *complete = -1;
  for (gboolean done = FALSE; !done;)
    {
      StFrame *frame = wait_frame (live);
      double ms = (double) (g_get_monotonic_time () - start) / 1000;
      gboolean answers = frame->generation == generation;
      if (answers && *first < 0)
        *first = ms;
      if (answers && has_angles (frame) && *early < 0)
        *early = ms;
      if (answers && frame->complete && *complete < 0)
        *complete = ms;
      done = answers && frame->complete && frame->angles_complete;
      *angles = ms;
      st_frame_unref (frame);
    }
}

static void
time_queries (StLive *live, StLiveQuery *query, gboolean weights)
{
  double first[ROUNDS], early[ROUNDS], complete[ROUNDS], angles[ROUNDS];
  guint rounds = CLAMP (IMAGES / st_images_count (query->images), 10, ROUNDS);
  for (guint round = 0; round < rounds; round++)
    {
      if (weights)
        for (guint i = 0; i < query->columns; i++)
          query->weights[i]++;
      else
        query->level = g_random_double ();
      time_query (live, query, first + round, early + round, complete + round, angles + round);
    }
  printf ("%s to\n", weights ? "new weights" : "slider");
  print_times ("  first frame", first, rounds);
  print_times ("  angles, perhaps of some", early, rounds);
  print_times ("  complete frame", complete, rounds);
  print_times ("  exact angles", angles, rounds);
}

/* A hand that comes back while something is under way: angles, a sweep, levels for later.  What it
 * waits for, beside the first frame's own work, is the chunk that was begun. */
static void
time_interruptions (StLive *live, StLiveQuery *query)
{
  double first[ROUNDS];
  for (guint round = 0; round < ROUNDS; round++)
    {
      query->level = g_random_double ();
      st_live_post (live, query);
      g_usleep ((gulong) g_random_int_range (20000, 400000));
      query->level = g_random_double ();
      const gint64 start = g_get_monotonic_time ();
      const guint64 generation = st_live_post (live, query);
      for (gboolean done = FALSE; !done;)
        {
          StFrame *frame = wait_frame (live);
          done = frame->generation == generation;
          st_frame_unref (frame);
        }
      first[round] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  print_times ("slider while it works", first, ROUNDS);
}

static void
time_sweep (StLive *live, StLiveQuery *query)
{
  gint64 start = g_get_monotonic_time ();
  gboolean swept = FALSE;
  for (guint i = 0; i < query->columns; i++)
    query->weights[i]++;
  guint64 generation = st_live_post (live, query);
  for (gboolean done = FALSE; !done;)
    {
      StFrame *frame = wait_frame (live);
      double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
      gboolean answers = frame->generation == generation;
      if (answers && frame->sweep_complete && !swept)
        {
          printf ("%-28s %.2f s\n", "sweep of all levels", seconds);
          swept = TRUE;
        }
      done = answers && frame->sweep_complete && frame->angles_done == query->levels;
      if (done)
        printf ("%-28s %.2f s\n", "the same with angles", seconds);
      st_frame_unref (frame);
    }
}

int
main (int argc, char *argv[])
{
  guint count = argc > 1 ? (guint) atoi (argv[1]) : 200;
  StLiveQuery query = { .visible = 8, .levels = ST_GRID_LEVELS, .subspace = 5,
                        .tolerance = 1e-8 };
  StDataset *dataset;
  StLive *live;
  g_autofree char *path = NULL;
  g_autofree guint32 *indices = g_new (guint32, 2 * count);
  for (guint i = 0; i < 2 * count; i++)
    indices[i] = i;
  st_alloc_prepare ();
  st_blas_prepare ();
  if (argc > 2 && !st_kernel_from_any_name (argv[2], &query.kernel))
    {
      fputs ("no such kernel\n", stderr);
      return 1;
    }
  if (load_models (&query) == 0
      || !st_ok (st_dataset_load ("builtin", ST_SPLIT_TEST, &dataset, &path))
      || !st_ok (st_images_new (dataset, indices,
                                2 * count <= st_dataset_count (dataset) ? indices + count : NULL,
                                count, ST_PERTURB_SALT_PEPPER, 0, &query.images))
      || !st_ok (st_live_new (0, ring, NULL, &live)))
    {
      fputs ("the shipped models or images were not found\n", stderr);
      return 1;
    }
  st_grid_fill (ST_PERTURB_SALT_PEPPER, query.levels, query.grid);

  printf ("%u models, %u images, %u processors\n", query.columns, count, g_get_num_processors ());
  print_memory ("memory at first");
  time_queries (live, &query, FALSE);
  print_memory ("memory of slider");
  time_interruptions (live, &query);
  time_queries (live, &query, TRUE);
  print_memory ("memory of new weights");
  time_sweep (live, &query);
  print_memory ("memory of sweep");
  st_live_free (live);
  st_live_query_clear (&query);
  st_dataset_unref (dataset);
  return 0;
}
