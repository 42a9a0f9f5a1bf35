/* The open document without a window. */
#include "session-world.h"

#include <string.h>

#include <glib/gstdio.h>
#include <math.h>

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

/* What is selected is counted where the images are. */
static void
test_selected (void)
{
  StSession *session = open_session (20);
  st_session_open_shipped_models (session);
  StSelection *selection = st_session_get_selection (session);
  g_autofree guint8 *mask = g_new0 (guint8, 20);
  mask[3] = mask[7] = 1;
  st_selection_take (selection, mask, ST_SELECTION_REPLACE);
  wait_for (session, status_begins, "Ready, 20 of 20 images, 2 selected");
  st_selection_clear (selection);
  wait_for (session, status_begins, "Ready, 20 of 20 images");
  g_assert_null (strstr (st_session_get_status (session), "selected"));
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

static guint
count_columns (StSession *session)
{
  return g_list_model_get_n_items (st_session_get_columns (session));
}

/* What is shown is opened again as it was; a file that is gone is no longer asked for. */
static void
test_columns_kept (void)
{
  StSession *session = open_session (10);
  g_autofree char *data = st_places_data (), *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *own = g_build_filename (folder, "own.safetensors", NULL);
  g_autoptr (GFile) shipped = g_file_new_build_filename (data, "models", "vae.safetensors", NULL);
  g_autoptr (GFile) copy = g_file_new_for_path (own);
  g_assert_true (g_file_copy (shipped, copy, G_FILE_COPY_NONE, NULL, NULL, NULL, NULL));
  st_session_open_shipped_models (session);
  wait_for (session, is_complete, GUINT_TO_POINTER (3));
  st_session_open_model (session, own);
  wait_for (session, is_complete, GUINT_TO_POINTER (4));
  st_session_remove_column (session, st_session_get_shown_column (session, 1));
  st_column_set_shown (st_session_get_shown_column (session, 0), FALSE);
  /* Nothing has a file of it. */
  st_session_add_twin (session, st_session_get_shown_column (session, 0), ST_TWIN_SAMPLE);
  g_autoptr (GVariant) list = g_variant_ref_sink (st_session_list_columns (session));
  g_autofree char *text = g_variant_print (list, FALSE);
  g_autofree char *wanted = g_strdup_printf (
    "[('cae', false), ('vae', true), ('vae-dense', false), ('ae-dense', false), ('%s', true)]",
    own);
  g_assert_cmpstr (text, ==, wanted);
  close_session (session);

  session = open_session (10);
  g_assert_true (st_session_open_columns (session, list));
  wait_for (session, is_complete, GUINT_TO_POINTER (2));
  g_autoptr (GVariant) again = g_variant_ref_sink (st_session_list_columns (session));
  g_assert_true (g_variant_equal (list, again));
  close_session (session);

  g_unlink (own);
  session = open_session (10);
  g_assert_true (st_session_open_columns (session, list));
  wait_for (session, is_complete, GUINT_TO_POINTER (1));
  g_assert_cmpuint (count_columns (session), ==, 4);
  g_assert_false (g_str_has_prefix (st_session_get_status (session), "Could not"));
  close_session (session);

  /* Where nothing would be shown, nothing is opened: the caller knows better. */
  session = open_session (10);
  g_autoptr (GVariant) rest = g_variant_ref_sink (
    g_variant_new_parsed ("[('dae', false), (%s, true), ('no-kind', true)]", own));
  g_assert_false (st_session_open_columns (session, rest));
  g_assert_cmpuint (count_columns (session), ==, 0);
  close_session (session);
  g_rmdir (folder);
}

/* A frame may be of weights that training has left behind: their epoch is known for a while. */
static void
test_epochs (void)
{
  StSession *session = open_session (10);
  st_session_open_shipped_models (session);
  wait_for (session, is_complete, GUINT_TO_POINTER (3));
  StColumn *column = st_session_get_shown_column (session, 0);
  StModel *model = st_model_ref (st_column_get_model (column));
  const guint64 old = st_column_get_weights (column);
  const guint64 first = st_column_reserve_weights (column, 100);
  for (guint i = 0; i < 100; i++)
    st_column_set_model (column, model, first + i, i / 10.0, 10);
  g_assert_cmpfloat (st_column_get_epoch_of (column, first + 99), ==,
                     st_column_get_epoch (column));
  g_assert_cmpfloat (st_column_get_epoch_of (column, first + 60), ==, 6);
  g_assert_true (isnan (st_column_get_epoch_of (column, first)));
  g_assert_true (isnan (st_column_get_epoch_of (column, old)));
  st_model_unref (model);
  close_session (session);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/session/setters-notify-once", test_setters_notify_once);
  g_test_add_func ("/session/selected", test_selected);
  g_test_add_func ("/session/last-images-win", test_last_images_win);
  g_test_add_func ("/session/bad-dataset-keeps-old", test_bad_dataset_keeps_old);
  g_test_add_func ("/session/columns", test_columns);
  g_test_add_func ("/session/epochs", test_epochs);
  g_test_add_func ("/session/columns-kept", test_columns_kept);
  return g_test_run ();
}
