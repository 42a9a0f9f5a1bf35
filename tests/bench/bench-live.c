/* Slider to frames: the shipped models on N built-in images, random levels one after the other,
 * each timed from the post to the first frame that answers it and to the complete one; then the
 * whole sweep.  Run on an otherwise idle machine. */
#include <stdio.h>
#include <stdlib.h>
#include <glib.h>
#include <st-dataset-io.h>
#include <st-live.h>
#include <st-model-io.h>
#include <st-places.h>

enum { ROUNDS = 100 };

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

static guint
load_models (StLiveQuery *query)
{
  static const char *const names[] = { "cae", "dae", "vae" };
  g_autofree char *data = st_places_data ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".safetensors", NULL);
      g_autofree char *path = g_build_filename (data != NULL ? data : ".", "models", file, NULL);
      StModelFile model = { 0 };
      if (!st_ok (st_model_load (path, &model, NULL)))
        continue;
      query->models[query->columns] = st_model_ref (model.model);
      query->ids[query->columns] = query->columns + 1;
      query->weights[query->columns++] = 1;
      st_model_file_clear (&model);
    }
  return query->columns;
}

int
main (int argc, char *argv[])
{
  guint count = argc > 1 ? (guint) atoi (argv[1]) : 200;
  StLiveQuery query = { .visible = 8, .levels = 41, .images = NULL };
  StDataset *dataset;
  StLive *live;
  g_autofree guint32 *indices = g_new (guint32, count);
  for (guint i = 0; i < count; i++)
    indices[i] = i;
  if (load_models (&query) == 0
      || !st_ok (st_dataset_load ("builtin", ST_SPLIT_TEST, &dataset, NULL))
      || !st_ok (st_images_new (dataset, indices, NULL, count, ST_PERTURB_SALT_PEPPER, 0,
                                &query.images))
      || !st_ok (st_live_new (0, ring, NULL, &live)))
    {
      fputs ("the shipped models or images were not found\n", stderr);
      return 1;
    }
  for (guint i = 0; i < query.levels; i++)
    query.grid[i] = (i / 40.0) * (i / 40.0);

  double first[ROUNDS], complete[ROUNDS];
  for (guint round = 0; round < ROUNDS; round++)
    {
      query.level = g_random_double ();
      gint64 start = g_get_monotonic_time ();
      guint64 generation = st_live_post (live, &query);
      first[round] = -1;
      for (gboolean done = FALSE; !done;)
        {
          StFrame *frame = wait_frame (live);
          double ms = (double) (g_get_monotonic_time () - start) / 1000;
          if (frame->generation == generation && first[round] < 0)
            first[round] = ms;
          done = frame->generation == generation && frame->complete;
          complete[round] = ms;
          st_frame_unref (frame);
        }
    }
  printf ("%u models, %u images, %u processors\n", query.columns, count, g_get_num_processors ());
  print_times ("slider to first frame", first, ROUNDS);
  print_times ("slider to complete frame", complete, ROUNDS);

  query.weights[0]++;
  gint64 start = g_get_monotonic_time ();
  guint64 generation = st_live_post (live, &query);
  for (gboolean done = FALSE; !done;)
    {
      StFrame *frame = wait_frame (live);
      done = frame->generation == generation && frame->sweep_complete;
      st_frame_unref (frame);
    }
  printf ("%-28s %.2f s\n", "sweep of 41 levels (or less)",
          (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  st_live_free (live);
  st_live_query_clear (&query);
  st_dataset_unref (dataset);
  return 0;
}
