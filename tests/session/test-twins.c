/* What is opened beside a model to compare it with, without a window. */
#include <st-blas.h>
#include <st-job.h>
#include <st-places.h>
#include <st-session.h>

enum { IMAGES = 60 };

static gboolean
give_up (gpointer data)
{
  g_error ("waited for a minute in vain");
  return G_SOURCE_REMOVE;
}

static gboolean
is_swept (StSession *session, guint columns)
{
  const StFrame *frame = st_session_get_frame (session);
  return frame != NULL && frame->complete && frame->sweep_complete
         && frame->query.columns == columns
         && frame->query.images == st_session_get_image_set (session)
         && st_images_count (frame->query.images) == IMAGES;
}

static void
wait_for_columns (StSession *session, guint columns)
{
  guint timer = g_timeout_add_seconds (60, give_up, NULL);
  while (!is_swept (session, columns))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static StSession *
open_model (const char *name)
{
  StSession *session = st_session_new ();
  g_autofree char *folder = st_places_data ();
  g_autofree char *path = g_strdup_printf ("%s/models/%s.safetensors", folder, name);
  st_session_set_images (session, IMAGES);
  st_session_open_dataset (session, "builtin");
  st_session_open_model (session, path);
  wait_for_columns (session, 1);
  return session;
}

static void
close_session (StSession *session)
{
  g_assert_finalize_object (session);
  st_jobs_finish ();
}

/* Strata of the clean images in a column. */
static guint
count_strata (StSession *session, guint column)
{
  const StFrame *frame = st_session_get_frame (session);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  StTriple triples[IMAGES];
  st_result_ranks (frame->sweep[column][0], 1e-8, triples);
  for (guint i = 0; i < IMAGES; i++)
    {
      gint64 *key = g_new (gint64, 1);
      *key = ((gint64) triples[i].r[0] << 32) | (triples[i].r[1] << 16) | triples[i].r[2];
      g_hash_table_add (seen, key);
    }
  return g_hash_table_size (seen);
}

static const char *
title_of (StSession *session, guint column)
{
  return st_column_get_title (st_session_get_shown_column (session, column));
}

/* The strata of a VAE's mean are many, of its sample one, side by side. */
static void
test_sample (void)
{
  StSession *session = open_model ("vae");
  StColumn *column = st_session_get_shown_column (session, 0);
  g_assert_true (st_session_can_add_twin (session, column, ST_TWIN_SAMPLE));
  st_session_add_twin (session, column, ST_TWIN_SAMPLE);
  wait_for_columns (session, 2);
  g_assert_cmpstr (title_of (session, 0), ==, "VAE, mean");
  g_assert_cmpstr (title_of (session, 1), ==, "VAE, sample");
  g_assert_cmpuint (count_strata (session, 0), >, 5);
  g_assert_cmpuint (count_strata (session, 1), ==, 1);

  /* Whatever the others show, it stays what it is. */
  st_session_set_latent (session, ST_LATENT_SAMPLE);
  wait_for_columns (session, 2);
  st_session_set_latent (session, ST_LATENT_MEAN);
  g_assert_cmpstr (title_of (session, 1), ==, "VAE, sample");
  StColumn *twin = st_session_get_shown_column (session, 1);
  g_assert_false (st_session_can_add_twin (session, twin, ST_TWIN_SAMPLE));
  close_session (session);
}

/* It opens behind its column, has other weights, and says what it is. */
static void
test_untrained (void)
{
  StSession *session = open_model ("cae");
  st_session_add_twin (session, st_session_get_shown_column (session, 0), ST_TWIN_UNTRAINED);
  wait_for_columns (session, 2);
  g_assert_cmpstr (title_of (session, 0), ==, "CAE");
  g_assert_cmpstr (title_of (session, 1), ==, "CAE, untrained");
  g_assert_cmpuint (count_strata (session, 1), >, 5);
  const StFrame *frame = st_session_get_frame (session);
  g_assert_cmpfloat (st_result_psnr (frame->sweep[1][0]), <,
                     st_result_psnr (frame->sweep[0][0]) - 5);
  StColumn *twin = st_session_get_shown_column (session, 1);
  g_assert_false (st_session_can_add_twin (session, twin, ST_TWIN_UNTRAINED));
  g_assert_false (st_session_can_add_twin (session, twin, ST_TWIN_SAMPLE));
  close_session (session);
}

/* The shipped one is opened once, and shown again where it was hidden. */
static void
test_dense (void)
{
  StSession *session = open_model ("cae");
  StColumn *column = st_session_get_shown_column (session, 0);
  st_session_add_twin (session, column, ST_TWIN_DENSE);
  wait_for_columns (session, 2);
  g_assert_cmpuint (count_strata (session, 1), ==, 1);
  StColumn *dense = st_session_get_shown_column (session, 1);
  g_assert_false (st_session_can_add_twin (session, dense, ST_TWIN_DENSE));
  st_column_set_shown (dense, FALSE);
  wait_for_columns (session, 1);
  st_session_add_twin (session, column, ST_TWIN_DENSE);
  wait_for_columns (session, 2);
  g_assert_cmpuint (g_list_model_get_n_items (st_session_get_columns (session)), ==, 2);
  close_session (session);
}

static void
test_no_room (void)
{
  StSession *session = open_model ("cae");
  StColumn *column = st_session_get_shown_column (session, 0);
  for (guint i = 2; i <= ST_COLUMNS_MAX; i++)
    {
      st_session_add_twin (session, column, ST_TWIN_UNTRAINED);
      wait_for_columns (session, i);
    }
  g_assert_cmpstr (title_of (session, 1), ==, "CAE, untrained");
  g_assert_cmpstr (title_of (session, 2), ==, "CAE 2, untrained");
  st_session_add_twin (session, column, ST_TWIN_UNTRAINED);
  g_assert_true (g_str_has_prefix (st_session_get_status (session), "No room"));
  close_session (session);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/twins/sample", test_sample);
  g_test_add_func ("/twins/untrained", test_untrained);
  g_test_add_func ("/twins/dense", test_dense);
  g_test_add_func ("/twins/no-room", test_no_room);
  return g_test_run ();
}
