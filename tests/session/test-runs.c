/* Trainings of the open document: how they begin, are held, end and are gone on with. */
#include "session-world.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

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

  run = begin_training (session, ST_KIND_IRVAE);
  st_run_pause (run, TRUE);
  st_session_set_lambda (session, 7);
  st_session_set_isometry (session, ST_ISOMETRY_CONFORMAL);
  wait_for (session, rests_at, GUINT_TO_POINTER (0));
  st_run_step (run);
  wait_for (session, rests_at, GUINT_TO_POINTER (1));
  g_assert_cmpfloat (st_run_get_report (run, 0)->lambda, ==, 7);
  g_assert_cmpint (st_run_get_report (run, 0)->isometry, ==, ST_ISOMETRY_CONFORMAL);
  st_session_set_isometry (session, ST_ISOMETRY_STRICT);
  st_run_step (run);
  wait_for (session, rests_at, GUINT_TO_POINTER (2));
  g_assert_cmpint (st_run_get_report (run, 0)->isometry, ==, ST_ISOMETRY_STRICT);

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
  g_assert_cmpstr (st_session_get_status (session), ==,
                   "DAE goes on with as many images as it had, 1000");
}

/* A copy under another name, which a file of a model does not know. */
static void
copy_builtin (const char *path)
{
  g_autofree char *data = st_places_data ();
  g_autofree char *builtin = g_build_filename (data, "builtin-images-idx3-ubyte.gz", NULL);
  char *bytes;
  gsize size;
  g_assert_true (g_file_get_contents (builtin, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  g_free (bytes);
}

static gboolean
has_dataset (StSession *session, gconstpointer name)
{
  return g_strcmp0 (st_session_get_dataset (session), name) == 0;
}

/* What was trained on other images than are open goes on with these, and that is said. */
static void
test_continue_other_images (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "st-session-others.gz", NULL);
  g_autofree char *model = g_build_filename (g_get_tmp_dir (), "st-session-half2.safetensors",
                                             NULL);
  save_half (model);
  copy_builtin (path);
  StSession *session = open_session (10);
  st_session_open_dataset (session, path);
  wait_for (session, has_dataset, path);
  st_session_open_model (session, model);
  wait_for (session, is_complete, GUINT_TO_POINTER (1));
  st_session_set_training (session, 1000, 3);
  st_session_continue_training (session);
  g_assert_cmpstr (st_session_get_status (session), ==,
                   "DAE was trained on other images, of builtin");
  wait_for (session, run_ended, NULL);
  close_session (session);
  g_unlink (path);
  g_unlink (model);
}

/* Ended on a plateau, as asked for while it ran, and said once for all models. */
static void
test_plateau (void)
{
  StSession *session = open_session (10);
  st_session_set_training (session, 128, 1000);
  st_session_set_learning_rate (session, 1e-12);
  st_session_train (session, ST_SESSION_ALL_KINDS);
  wait_for (session, has_another_run, NULL);
  st_session_set_stop_on_plateau (session, TRUE);
  wait_for (session, run_ended, NULL);
  wait_for (session, status_begins,
            "Stopped where the loss has fallen by not more than 0.1 % in 2 epochs: CAE at epoch ");
  g_assert_nonnull (strstr (st_session_get_status (session), "; DAE at epoch "));
  g_assert_nonnull (strstr (st_session_get_status (session), "; VAE, mean at epoch "));
  close_session (session);
}

/* A loss that rose is told of once, when the run has ended. */
static void
test_rising_loss (void)
{
  StSession *session = open_session (10);
  st_session_set_training (session, 200, 1);
  st_session_set_learning_rate (session, 1000);
  st_session_train (session, ST_KIND_CAE);
  wait_for (session, run_ended, NULL);
  wait_for (session, status_begins, "The loss of CAE ended above where it began, ");
  st_session_say (session, "Something else");
  st_run_show_epoch (st_session_get_run (session), 0);
  g_assert_cmpstr (st_session_get_status (session), ==, "Something else");
  close_session (session);
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
  g_assert_true (g_str_has_prefix (st_session_get_status (session),
                                   "CAE was trained on other images, of fashion-mnist. "
                                   "No state of the optimizer"));
  st_run_pause (st_session_get_run (session), TRUE);
  wait_for (session, status_begins, "Paused CAE: epoch 1 of 1");
  st_run_pause (st_session_get_run (session), FALSE);
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
  copy_builtin (path);
  st_session_open_dataset (session, path);
  wait_for (session, has_dataset, path);
  g_unlink (path);   /* gone when training wants to read it */
  st_session_train (session, ST_KIND_CAE);
  wait_for (session, status_begins, "Could not open ");
  g_assert_nonnull (strstr (st_session_get_status (session), path));
  close_session (session);
}

static gboolean
shows_two_classes (StSession *session, gconstpointer unused)
{
  StImages *images = st_session_get_image_set (session);
  gboolean seen[2] = { FALSE };
  for (guint i = 0; i < st_images_count (images); i++)
    if (st_images_label (images, i) > 1)
      return FALSE;
    else
      seen[st_images_label (images, i)] = TRUE;
  return seen[0] && seen[1];
}

/* Images of two classes alone are looked at, and trained on. */
static void
test_classes (void)
{
  StSession *session = open_session (20);
  StClasses classes = { 0 };
  st_classes_set (&classes, 0, TRUE);
  st_classes_set (&classes, 1, TRUE);
  st_classes_set (&classes, 200, TRUE);   /* which there is not */
  st_session_set_classes (session, &classes);
  g_assert_false (st_classes_have (st_session_get_classes (session), 200));
  wait_for (session, shows_two_classes, NULL);
  g_assert_cmpuint (st_images_count (st_session_get_image_set (session)), ==, 20);
  g_autofree char *line = st_session_describe_images (session, ST_NUMBERS_C);
  g_assert_cmpstr (line, ==, "Built-in images, 20 images: T-shirt/top, Trouser");

  st_session_set_training (session, 60000, 1);
  StRun *run = begin_training (session, ST_KIND_VAE_MLP);
  wait_for (session, run_ended, NULL);
  const StColumn *column = st_run_get_column (run, 0);
  GHashTable *metadata = st_column_get_file ((StColumn *) column)->metadata;
  g_assert_cmpstr (g_hash_table_lookup (metadata, "classes"), ==, "0,1");
  /* 107 and 105 of the 1,000 built-in images are of these classes; batches are of 100. */
  g_assert_cmpuint (st_run_get_report (run, 0)->batches, ==, 2);

  st_session_set_classes (session, &(StClasses) { 0 });
  run = begin_training (session, ST_KIND_VAE_MLP);
  wait_for (session, run_ended, NULL);
  g_assert_null (g_hash_table_lookup (metadata, "classes"));
  g_assert_cmpuint (st_run_get_report (run, 0)->batches, ==, 10);
  g_object_unref (session);
}

static gboolean
says_refused (StSession *session, gconstpointer unused)
{
  return strstr (st_session_get_status (session), "for latents of at most 8 numbers, not 32")
         != NULL;
}

/* A latent of 32 numbers cannot have the conformal term: neither does it begin, nor change to it. */
static void
test_conformal_refused (void)
{
  StSession *session = open_session (10);
  st_session_set_training (session, 200, 1000);
  st_session_set_lambda (session, 1);
  StRun *run = begin_training (session, ST_KIND_AE_DENSE);
  st_run_pause (run, TRUE);
  wait_for (session, rests_at, GUINT_TO_POINTER (0));
  st_session_set_isometry (session, ST_ISOMETRY_CONFORMAL);
  g_assert_true (says_refused (session, NULL));
  g_assert_cmpint (st_session_get_isometry (session), ==, -1);
  st_run_stop (run);
  wait_for (session, run_ended, NULL);

  st_session_set_isometry (session, ST_ISOMETRY_CONFORMAL);
  begin_training (session, ST_KIND_AE_DENSE);
  wait_for (session, run_ended, NULL);
  g_assert_true (says_refused (session, NULL));
  g_object_unref (session);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/runs/training", test_training);
  g_test_add_func ("/runs/hands-while-loading", test_hands_while_loading);
  g_test_add_func ("/runs/conformal-refused", test_conformal_refused);
  g_test_add_func ("/runs/classes", test_classes);
  g_test_add_func ("/runs/continue", test_continue);
  g_test_add_func ("/runs/continue-from-file", test_continue_from_file);
  g_test_add_func ("/runs/continue-other-images", test_continue_other_images);
  g_test_add_func ("/runs/continue-weights", test_continue_weights);
  g_test_add_func ("/runs/plateau", test_plateau);
  g_test_add_func ("/runs/rising-loss", test_rising_loss);
  g_test_add_func ("/runs/bad-training-images", test_bad_training_images);
  return g_test_run ();
}
