/* The open document without a window. */
#include <glib/gstdio.h>
#include <math.h>
#include <st-blas.h>
#include <st-job.h>
#include <st-places.h>
#include <st-session.h>
#include <string.h>

typedef gboolean (*Condition) (StSession *session, gconstpointer data);

static gboolean
give_up (gpointer data)
{
  g_error ("waited for a minute in vain");
  return G_SOURCE_REMOVE;
}

static void
wait_for (StSession *session, Condition condition, gconstpointer data)
{
  guint timer = g_timeout_add_seconds (60, give_up, NULL);
  while (!condition (session, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static gboolean
has_images (StSession *session, gconstpointer count)
{
  StImages *images = st_session_get_image_set (session);
  return images != NULL && st_images_count (images) == GPOINTER_TO_UINT (count);
}

static gboolean
is_complete (StSession *session, gconstpointer columns)
{
  const StFrame *frame = st_session_get_frame (session);
  return frame != NULL && frame->complete && frame->query.columns == GPOINTER_TO_UINT (columns)
         && frame->query.level == st_session_get_level (session)
         && frame->query.images == st_session_get_image_set (session);
}

static gboolean
status_begins (StSession *session, gconstpointer text)
{
  return g_str_has_prefix (st_session_get_status (session), text);
}

static StSession *
open_session (guint images)
{
  StSession *session = st_session_new ();
  st_session_set_images (session, images);
  st_session_open_dataset (session, "builtin");
  wait_for (session, has_images, GUINT_TO_POINTER (images));
  return session;
}

static void
close_session (StSession *session)
{
  /* Whatever it does in the background, it goes with its owner. */
  g_assert_finalize_object (session);
  st_jobs_finish ();
}

static void
count_notify (GObject *object, GParamSpec *spec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_setters_notify_once (void)
{
  StSession *session = open_session (10);
  guint notified = 0;
  g_signal_connect (session, "notify", G_CALLBACK (count_notify), &notified);
  st_session_set_level (session, 0.5);
  guint once = notified;
  g_assert_cmpuint (once, >, 0);
  st_session_set_level (session, 0.5);
  st_session_set_tolerance (session, 1e-8);
  st_session_set_seed (session, 0);
  st_session_set_latent (session, ST_LATENT_MEAN);
  st_session_set_images (session, 10);
  g_assert_cmpuint (notified, ==, once);

  /* What is out of range is brought back into it. */
  st_session_set_level (session, 7);
  g_assert_cmpfloat (st_session_get_level (session), ==, 1);
  st_session_set_images (session, 1000000);
  g_assert_cmpuint (st_session_get_images (session), ==, ST_IMAGES_MAX);
  close_session (session);
}

/* However fast parameters change, the last ones win. */
static void
test_last_images_win (void)
{
  StSession *session = open_session (10);
  for (guint n = 11; n <= 60; n++)
    {
      st_session_set_images (session, n);
      st_session_set_seed (session, n);
    }
  wait_for (session, has_images, GUINT_TO_POINTER (60));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (st_images_count (st_session_get_image_set (session)), ==, 60);
  g_assert_cmpuint (st_images_seed (st_session_get_image_set (session)), ==, 60);
  close_session (session);
}

static void
test_bad_dataset_keeps_old (void)
{
  StSession *session = open_session (10);
  StImages *images = st_session_get_image_set (session);
  st_session_open_dataset (session, "/nowhere/at-all.idx");
  wait_for (session, status_begins, "Could not open /nowhere/at-all.idx: ");
  g_assert_cmpstr (st_session_get_dataset (session), ==, "builtin");
  g_assert_true (st_session_get_image_set (session) == images);
  /* A question that was overtaken by another one is not answered. */
  st_session_open_dataset (session, "/nowhere/at-all.idx");
  st_session_open_dataset (session, "builtin");
  wait_for (session, status_begins, "No model open");
  close_session (session);
}

static void
test_columns (void)
{
  StSession *session = open_session (10);
  g_autofree char *folder = st_places_data ();
  g_autofree char *path = g_build_filename (folder, "models", "vae.safetensors", NULL);
  st_session_open_shipped_models (session);
  wait_for (session, is_complete, GUINT_TO_POINTER (3));
  st_session_open_model (session, path);
  wait_for (session, is_complete, GUINT_TO_POINTER (4));
  static const char *const titles[] = { "CAE", "DAE", "VAE, mean", "VAE 2, mean" };
  for (guint i = 0; i < 4; i++)
    {
      StColumn *column = st_session_get_shown_column (session, i);
      g_assert_cmpstr (st_column_get_title (column), ==, titles[i]);
      g_assert_true (isnan (st_column_get_epoch (column)));
    }
  /* Colours tell columns apart. */
  guint places = 0;
  for (guint i = 0; i < 4; i++)
    places |= 1u << st_column_get_place (st_session_get_shown_column (session, i));
  g_assert_cmpuint (__builtin_popcount (places), ==, 4);

  st_session_set_latent (session, ST_LATENT_SAMPLE);
  g_assert_cmpstr (st_column_get_title (st_session_get_shown_column (session, 2)), ==,
                   "VAE, sample");
  st_session_remove_column (session, st_session_get_shown_column (session, 0));
  wait_for (session, is_complete, GUINT_TO_POINTER (3));
  g_assert_cmpstr (st_column_get_title (st_session_get_shown_column (session, 0)), ==, "DAE");

  /* The shipped models behind a dense layer are open, and hidden. */
  guint hidden = 0;
  for (guint i = 0; i < g_list_model_get_n_items (st_session_get_columns (session)); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (st_session_get_columns (session), i);
      hidden += !st_column_get_shown (column);
    }
  g_assert_cmpuint (hidden, ==, 2);

  /* Six is the most: a seventh is told so. */
  for (guint i = 0; i < 4; i++)
    st_session_open_model (session, path);
  wait_for (session, status_begins, "Could not open ");
  g_assert_cmpuint (g_list_model_get_n_items (st_session_get_columns (session)), ==,
                    ST_COLUMNS_MAX);
  close_session (session);
}

static gboolean
run_ended (StSession *session, gconstpointer data)
{
  StRun *run = st_session_get_run (session);
  return run != NULL && !st_run_is_active (run);
}

/* Made while the one before still was, it cannot have its place in memory. */
static gboolean
has_another_run (StSession *session, gconstpointer before)
{
  StRun *run = st_session_get_run (session);
  return run != NULL && run != before;
}

/* A kind without a column gets one, untrained at first; the same seed gives the same weights. */
static void
test_training (void)
{
  StSession *session = open_session (10);
  gsize bytes = 0;
  g_autofree float *first = NULL;
  st_session_set_training (session, 200, 2);
  for (guint i = 0; i < 2; i++)
    {
      StRun *before = st_session_get_run (session);
      st_session_train (session, ST_KIND_VAE);
      wait_for (session, has_another_run, before);
      wait_for (session, run_ended, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (st_session_get_columns (session)), ==, 1);
      StColumn *column = st_session_get_shown_column (session, 0);
      StModel *model = st_column_get_model (column);
      g_assert_cmpfloat (st_column_get_epoch (column), ==, 2);
      g_assert_true (st_column_get_unsaved (column));
      if (i == 0)
        {
          bytes = st_spec_parameters (st_model_spec (model)) * sizeof (float);
          first = g_memdup2 (st_model_parameters (model), bytes);
        }
      else
        g_assert_cmpmem (first, bytes, st_model_parameters (model), bytes);
    }

  /* Closing a column that is trained ends its run. */
  st_session_set_training (session, 1000, 1000);
  StRun *before = st_session_get_run (session);
  st_session_train (session, ST_KIND_VAE);
  wait_for (session, has_another_run, before);
  st_session_remove_column (session, st_session_get_shown_column (session, 0));
  wait_for (session, run_ended, NULL);
  g_assert_false (st_session_would_lose (session));
  close_session (session);
}

/* A run that has ended goes on exactly: 1 and 1 epochs are 2. */
static void
test_continue (void)
{
  float *parameters[2] = { NULL };
  gsize bytes = 0;
  for (guint whole = 0; whole < 2; whole++)
    {
      StSession *session = open_session (10);
      st_session_set_training (session, 200, whole == 1 ? 2 : 1);
      st_session_train (session, ST_KIND_VAE_DENSE);
      wait_for (session, run_ended, NULL);
      if (whole == 0)
        {
          StRun *first = st_session_get_run (session);
          wait_for (session, run_ended, NULL);
          g_assert_true (st_run_can_continue (first));
          st_session_continue_training (session);
          g_assert_true (st_session_get_run (session) != NULL);
          g_assert_cmpuint (st_run_get_epochs (st_session_get_run (session)), ==, 2);
          wait_for (session, run_ended, NULL);
        }
      StColumn *column = st_session_get_shown_column (session, 0);
      g_assert_cmpfloat (st_column_get_epoch (column), ==, 2);
      g_assert_cmpstr (st_column_get_title (column), ==, "VAE, dense, mean");
      bytes = st_spec_parameters (st_model_spec (st_column_get_model (column))) * sizeof (float);
      parameters[whole] = g_memdup2 (st_model_parameters (st_column_get_model (column)), bytes);
      close_session (session);
    }
  g_assert_cmpmem (parameters[0], bytes, parameters[1], bytes);
  g_free (parameters[0]);
  g_free (parameters[1]);
}

/* It stands behind so many batches, and says so. */
static gboolean
rests_at (StSession *session, gconstpointer batches)
{
  StRun *run = st_session_get_run (session);
  const StTrainingReport *report = st_run_get_report (run, 0);
  return report != NULL && report->state == ST_TRAINING_PAUSED && st_run_is_paused (run)
         && report->batches == GPOINTER_TO_UINT (batches);
}

/* A new run, which has not read its images yet. */
static StRun *
begin_training (StSession *session, StKind kind)
{
  StRun *before = st_session_get_run (session);
  st_session_train (session, kind);
  wait_for (session, has_another_run, before);
  g_assert_cmpint (st_run_get_state (st_session_get_run (session)), ==, ST_RUN_LOADING);
  return st_session_get_run (session);
}

/* What hands want while images are read is neither late nor lost. */
static void
test_hands_while_loading (void)
{
  StSession *session = open_session (10);
  st_session_set_training (session, 1000, 4);
  StRun *run = begin_training (session, ST_KIND_VAE);
  st_run_pause (run, TRUE);
  g_assert_true (st_run_is_paused (run));
  st_session_set_learning_rate (session, 0.0005);
  st_session_set_beta (session, 2);
  wait_for (session, rests_at, GUINT_TO_POINTER (0));
  st_run_step (run);
  g_assert_false (st_run_is_paused (run));
  wait_for (session, rests_at, GUINT_TO_POINTER (1));
  g_assert_cmpfloat (st_run_get_report (run, 0)->learning_rate, ==, 0.0005);
  g_assert_cmpfloat (st_run_get_report (run, 0)->beta, ==, 2);

  run = begin_training (session, ST_KIND_VAE);
  st_run_step (run);
  st_run_step (run);
  g_assert_false (st_run_is_paused (run));
  wait_for (session, rests_at, GUINT_TO_POINTER (2));

  run = begin_training (session, ST_KIND_VAE);
  st_run_step_epoch (run);
  wait_for (session, rests_at, GUINT_TO_POINTER (15));

  /* Changed one's mind: it runs. */
  run = begin_training (session, ST_KIND_VAE);
  st_run_step_epoch (run);
  st_run_pause (run, TRUE);
  st_run_pause (run, FALSE);
  wait_for (session, run_ended, NULL);
  g_assert_cmpuint (st_run_get_report (run, 0)->batches, ==, 60);
  run = begin_training (session, ST_KIND_VAE);
  st_run_stop (run);
  g_assert_cmpint (st_run_get_state (run), ==, ST_RUN_ENDED);
  close_session (session);

  session = open_session (10);   /* and gone while it reads them */
  begin_training (session, ST_KIND_CAE);
  close_session (session);
}

static void
save_half (const char *path)
{
  StSession *session = open_session (10);
  st_session_set_training (session, 1000, 4);
  st_session_set_training_seed (session, 7);
  StRun *run = begin_training (session, ST_KIND_DAE);
  StColumn *column = st_session_get_shown_column (session, 0);
  g_assert_false (st_session_knows_state (session, column));
  st_run_step_epoch (run);
  st_run_step_epoch (run);
  wait_for (session, rests_at, GUINT_TO_POINTER (30));
  g_assert_true (st_session_knows_state (session, column));
  st_session_save_model (session, column, path, TRUE);
  wait_for (session, status_begins, "Saved ");
  close_session (session);
}

static void
continue_half (StSession *session, const char *path)
{
  st_session_open_model (session, path);
  wait_for (session, is_complete, GUINT_TO_POINTER (1));
  g_assert_true (st_session_knows_state (session, st_session_get_shown_column (session, 0)));
  st_session_set_training (session, 500, 4);   /* the file says how many images there were */
  g_assert_true (st_session_can_continue (session));
  st_session_continue_training (session);
}

/* 2 of 4 epochs, a file, and in another session the rest: the bits of 4 epochs. */
static void
test_continue_from_file (void)
{
  float *parameters[2] = { NULL };
  gsize bytes = 0;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "st-session-half.safetensors", NULL);
  save_half (path);
  for (guint whole = 0; whole < 2; whole++)
    {
      StSession *session = open_session (10);
      if (whole == 0)
        continue_half (session, path);
      else
        {
          st_session_set_training (session, 1000, 4);
          st_session_set_training_seed (session, 7);
          st_session_train (session, ST_KIND_DAE);
        }
      wait_for (session, run_ended, NULL);
      StColumn *column = st_session_get_shown_column (session, 0);
      g_assert_cmpfloat (st_column_get_epoch (column), ==, 4);
      bytes = st_spec_parameters (st_model_spec (st_column_get_model (column))) * sizeof (float);
      parameters[whole] = g_memdup2 (st_model_parameters (st_column_get_model (column)), bytes);
      close_session (session);
    }
  g_assert_cmpmem (parameters[0], bytes, parameters[1], bytes);
  g_free (parameters[0]);
  g_free (parameters[1]);
  g_unlink (path);
}

/* A file without the state goes on with its weights, from an epoch 0, and that is said. */
static void
test_continue_weights (void)
{
  StSession *session = open_session (10);
  g_autofree char *folder = st_places_data ();
  g_autofree char *path = g_build_filename (folder, "models", "cae.safetensors", NULL);
  st_session_open_model (session, path);
  wait_for (session, is_complete, GUINT_TO_POINTER (1));
  StColumn *column = st_session_get_shown_column (session, 0);
  g_assert_false (st_session_knows_state (session, column));
  st_session_set_training (session, 200, 1);
  st_session_continue_training (session);
  g_assert_true (g_str_has_prefix (st_session_get_status (session), "No state of the optimizer"));
  wait_for (session, run_ended, NULL);
  g_assert_cmpfloat (st_column_get_epoch (column), ==, 1);
  /* Weights that were trained before do not begin as untrained ones do. */
  g_assert_cmpfloat (st_run_get_report (st_session_get_run (session), 0)->progress.loss, <, 300);
  close_session (session);
}

static void
test_bad_training_images (void)
{
  StSession *session = open_session (10);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "st-session-missing.idx", NULL);
  g_autofree char *data = st_places_data ();
  g_autofree char *builtin = g_build_filename (data, "builtin-images-idx3-ubyte.gz", NULL);
  char *bytes;
  gsize size;
  g_assert_true (g_file_get_contents (builtin, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  g_free (bytes);
  st_session_open_dataset (session, path);
  while (g_strcmp0 (st_session_get_dataset (session), path) != 0)
    g_main_context_iteration (NULL, TRUE);
  g_unlink (path);   /* gone when training wants to read it */
  st_session_train (session, ST_KIND_CAE);
  wait_for (session, status_begins, "Could not open ");
  g_assert_nonnull (strstr (st_session_get_status (session), path));
  close_session (session);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/session/setters-notify-once", test_setters_notify_once);
  g_test_add_func ("/session/last-images-win", test_last_images_win);
  g_test_add_func ("/session/bad-dataset-keeps-old", test_bad_dataset_keeps_old);
  g_test_add_func ("/session/columns", test_columns);
  g_test_add_func ("/session/training", test_training);
  g_test_add_func ("/session/hands-while-loading", test_hands_while_loading);
  g_test_add_func ("/session/continue", test_continue);
  g_test_add_func ("/session/continue-from-file", test_continue_from_file);
  g_test_add_func ("/session/continue-weights", test_continue_weights);
  g_test_add_func ("/session/bad-training-images", test_bad_training_images);
  return g_test_run ();
}
