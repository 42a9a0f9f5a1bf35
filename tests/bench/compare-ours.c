/* Our side of torch_compare.py: for each line "train|encode KIND ENCODER THREADS MILLISECONDS" on
 * the standard input, images a second on the standard output.  What was made for a line is kept,
 * so that measurements can be interleaved with another program's. */
#include <st-alloc.h>
#include <st-trainer.h>

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { IMAGES = 2048, ENCODED = 256, TASKS_MAX = 64 };

typedef struct Task {
  char name[64];
  gboolean trains;
  StTrainOptions options;
  StPool *pool;
  StTrainer *trainer;
  StModel *model;
  StWorkspace *workspace;
  float *images, *latents;
} Task;

static StDataset *
make_images (void)
{
  StShape shape = { 28, 28, 1 };
  uint8_t *pixels = st_alloc (IMAGES, st_shape_size (shape));
  StDataset *dataset;

  for (size_t i = 0; i < IMAGES * st_shape_size (shape); i++)
    pixels[i] = (uint8_t) (g_random_int () & g_random_int ());
  g_assert_true (st_ok (st_dataset_new_bytes (IMAGES, shape, pixels, NULL, &dataset)));
  return dataset;
}

static void
make_trainer (Task *task, StDataset *dataset, guint threads)
{
  uint32_t indices[IMAGES];

  for (uint32_t i = 0; i < IMAGES; i++)
    indices[i] = i;
  task->options.epochs = 100000;
  g_assert_true (st_ok (st_pool_new (threads, &task->pool)));
  g_assert_true (st_ok (st_trainer_new (&task->options, dataset, indices, IMAGES, task->pool,
                                        &task->trainer)));
}

static void
make_encoder (Task *task, StDataset *dataset)
{
  const StSpec *spec = &task->options.spec;
  size_t pixels = st_shape_size (spec->image);
  g_autofree float *parameters = g_new (float, st_spec_parameters (spec));

  st_model_initialise (spec, 0, parameters);
  g_assert_true (st_ok (st_model_new (spec, parameters, &task->model)));
  g_assert_true (st_ok (st_workspace_new (spec, ENCODED, &task->workspace)));
  task->images = st_alloc (ENCODED * pixels, sizeof (float));
  task->latents = st_alloc (ENCODED * st_shape_size (st_spec_latent (spec)), sizeof (float));
  for (uint32_t i = 0; i < ENCODED; i++)
    st_dataset_image (dataset, i, task->images + i * pixels);
}

static double
run (Task *task, double seconds)
{
  gint64 start = g_get_monotonic_time (), end = start + (gint64) (seconds * 1e6), now;
  double images = 0.0;

  do
    {
      if (task->trains)
        g_assert_true (st_ok (st_trainer_step (task->trainer)));
      else
        st_model_encode (task->model, task->workspace, ENCODED, task->images, task->latents, NULL);
      images += task->trains ? task->options.batch : ENCODED;
      now = g_get_monotonic_time ();
    }
  while (now < end);
  return images / ((double) (now - start) * 1e-6);
}

static Task *
find_task (Task *tasks, guint *n, const char *what, const char *kind_name,
           const char *encoder_name, guint threads, StDataset *dataset)
{
  g_autofree char *name = g_strdup_printf ("%s %s %s %u", what, kind_name, encoder_name, threads);
  StEncoder encoder;
  StKind kind;

  for (guint i = 0; i < *n; i++)
    if (strcmp (tasks[i].name, name) == 0)
      return &tasks[i];
  if (*n == TASKS_MAX || !st_kind_from_name (kind_name, &kind)
      || !st_encoder_from_name (encoder_name, &encoder))
    g_error ("cannot do: %s", name);
  Task *task = &tasks[(*n)++];
  g_strlcpy (task->name, name, sizeof task->name);
  task->trains = strcmp (what, "train") == 0;
  task->options = st_train_options_default (kind, encoder);
  if (task->trains)
    make_trainer (task, dataset, threads);
  else
    make_encoder (task, dataset);
  return task;
}

int
main (void)
{
  static Task tasks[TASKS_MAX];
  char what[16], kind[16], encoder[16];
  guint n = 0, threads, milliseconds;
  StDataset *dataset = make_images ();

  while (scanf ("%15s %15s %15s %u %u", what, kind, encoder, &threads, &milliseconds) == 5)
    {
      Task *task = find_task (tasks, &n, what, kind, encoder, threads, dataset);
      printf ("%.1f\n", run (task, milliseconds * 1e-3));
      fflush (stdout);
    }
  for (guint i = 0; i < n; i++)
    {
      st_trainer_free (tasks[i].trainer);
      st_pool_free (tasks[i].pool);
      st_workspace_free (tasks[i].workspace);
      st_model_unref (tasks[i].model);
      st_free (tasks[i].images);
      st_free (tasks[i].latents);
    }
  st_dataset_unref (dataset);
  return 0;
}
