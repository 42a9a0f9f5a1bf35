/* A sweep of an open document: begun when asked, stopped, gone on with, and gone with its dataset. */
#include "session-world.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

enum { IMAGES = 30, TRAINED = 200 };

static const StFigureTradeoff *
shown (StSession *session)
{
  return st_tradeoffs_get (st_session_get_tradeoffs (session));
}

static StSession *
open_small (guint epochs)
{
  StSession *session = open_session (IMAGES);
  g_object_set (st_session_get_tradeoffs (session), "images", TRAINED, "epochs", epochs, "kind",
                "irae", NULL);
  return session;
}

static gboolean
has_ended (StSession *session, gconstpointer data)
{
  return !st_tradeoffs_is_busy (st_session_get_tradeoffs (session))
         && shown (session)->result != NULL;
}

static gboolean
has_some (StSession *session, gconstpointer runs)
{
  const StTradeoffResult *result = shown (session)->result;
  return result != NULL && result->ended >= GPOINTER_TO_UINT (runs);
}

static void
test_unasked (void)
{
  StSession *session = open_small (1);
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  g_assert_null (shown (session)->result);
  g_assert_false (shown (session)->reading);
  g_assert_true (st_tradeoffs_can_start (tradeoffs));
  g_assert_false (st_tradeoffs_can_stop (tradeoffs));
  g_assert_false (st_tradeoffs_can_continue (tradeoffs));
  close_session (session);

  /* Nothing is open. */
  session = st_session_new ();
  g_assert_false (st_tradeoffs_can_start (st_session_get_tradeoffs (session)));
  st_tradeoffs_start (st_session_get_tradeoffs (session));
  g_assert_false (shown (session)->reading);
  close_session (session);
}

/* All points of all regularisers, once without any; on images behind those that are shown, where
 * the dataset has no training part. */
static void
test_sweep (void)
{
  StSession *session = open_small (1);
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  st_tradeoffs_start (tradeoffs);
  g_assert_true (shown (session)->reading);
  g_assert_cmpstr (shown (session)->dataset, ==, "builtin");
  wait_for (session, has_ended, NULL);
  const StTradeoffResult *result = shown (session)->result;
  g_assert_cmpuint (result->points, ==, 15);
  g_assert_cmpuint (result->runs, ==, 13);
  g_assert_cmpuint (result->ended, ==, 13);
  g_assert_cmpuint (result->count, ==, TRAINED);
  g_assert_cmpuint (result->measured, ==, IMAGES);
  g_assert_cmpint (result->options.spec.kind, ==, ST_KIND_IRAE);
  for (guint i = 0; i < result->runs; i++)
    {
      g_assert_cmpint (result->run[i].state, ==, ST_TRADEOFF_DONE);
      g_assert_true (isfinite (result->run[i].mse));
    }

  /* The same again would be the same. */
  g_assert_false (st_tradeoffs_can_start (tradeoffs));
  g_object_set (tradeoffs, "seeds", 2u, NULL);
  g_assert_true (st_tradeoffs_can_start (tradeoffs));
  g_object_set (tradeoffs, "seeds", 1u, NULL);
  g_assert_false (st_tradeoffs_can_start (tradeoffs));
  st_session_set_images (session, IMAGES + 1);
  wait_for (session, has_images, GUINT_TO_POINTER (IMAGES + 1));
  g_assert_true (st_tradeoffs_can_start (tradeoffs));
  g_assert_true (shown (session)->result == result);

  /* The points are not of what is shown now, until that is shown again. */
  g_assert_true (shown (session)->elsewhere);
  st_session_set_images (session, IMAGES);
  wait_for (session, has_images, GUINT_TO_POINTER (IMAGES));
  g_assert_false (shown (session)->elsewhere);
  close_session (session);
}

static void
stop_now (StSession *session)
{
  st_tradeoffs_stop (st_session_get_tradeoffs (session));
  g_assert_false (st_tradeoffs_can_stop (st_session_get_tradeoffs (session)));
  wait_for (session, has_ended, NULL);
}

/* What was finished stays, and the rest comes out as if it had never been stopped. */
static void
test_stops (void)
{
  StSession *session = open_small (2), *other = open_small (2);
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  st_tradeoffs_start (tradeoffs);
  wait_for (session, has_some, GUINT_TO_POINTER (2));
  stop_now (session);
  const StTradeoffResult *result = shown (session)->result;
  const double first = result->run[0].mse;
  g_assert_cmpuint (result->ended, >=, 2);
  if (result->ended < result->runs)
    {
      g_assert_true (st_tradeoffs_can_continue (tradeoffs));
      g_assert_true (st_tradeoffs_can_start (tradeoffs));
      st_tradeoffs_continue (tradeoffs);
      g_assert_false (st_tradeoffs_can_start (tradeoffs));
      st_session_set_level (session, 0.1);   /* a hand drags: it yields, and goes on */
      wait_for (session, has_ended, NULL);
    }
  result = shown (session)->result;
  g_assert_cmpuint (result->ended, ==, result->runs);
  g_assert_cmpfloat (result->run[0].mse, ==, first);
  g_assert_false (st_tradeoffs_can_continue (tradeoffs));

  st_tradeoffs_start (st_session_get_tradeoffs (other));
  wait_for (other, has_ended, NULL);
  for (guint i = 0; i < result->runs; i++)
    g_assert_cmpmem (&result->run[i].measures, sizeof (StIsometryMeasures),
                     &shown (other)->result->run[i].measures, sizeof (StIsometryMeasures));
  close_session (session);
  close_session (other);
}

/* Before its images are read it hears that it is to stop, and may go on nevertheless. */
static void
test_stops_at_once (void)
{
  StSession *session = open_small (1);
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  st_tradeoffs_start (tradeoffs);
  stop_now (session);
  g_assert_cmpuint (shown (session)->result->ended, ==, 0);
  g_assert_true (st_tradeoffs_can_continue (tradeoffs));
  st_tradeoffs_continue (tradeoffs);
  wait_for (session, has_some, GUINT_TO_POINTER (1));

  /* Whatever is under way goes with the session. */
  close_session (session);
}

static gboolean
has_failed (StSession *session, gconstpointer data)
{
  return shown (session)->failure != NULL;
}

/* All images but a few are shown, and there is nothing left to train on. */
static void
test_few (void)
{
  StSession *session = open_session (950);
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  st_tradeoffs_start (tradeoffs);
  wait_for (session, has_failed, NULL);
  g_assert_nonnull (strstr (shown (session)->failure, "50 images"));
  g_assert_null (shown (session)->result);
  g_assert_true (st_tradeoffs_can_start (tradeoffs));
  close_session (session);
}

static gboolean
has_count (StSession *session, gconstpointer count)
{
  return has_images (session, count) && shown (session)->result == NULL;
}

/* Of the classes that are shown, of which none is trained on that is measured. */
static void
test_classes (void)
{
  StSession *session = open_small (1);
  StClasses classes = { 0 };
  st_classes_set (&classes, 3, true);
  st_classes_set (&classes, 4, true);
  st_session_set_images (session, 20);
  st_session_set_classes (session, &classes);
  wait_for (session, has_images, GUINT_TO_POINTER (20));
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  st_tradeoffs_start (tradeoffs);
  wait_for (session, has_some, GUINT_TO_POINTER (1));
  g_assert_true (st_classes_equal (&shown (session)->classes, &classes));
  g_assert_cmpuint (shown (session)->result->count, <, TRAINED);
  close_session (session);
}

/* Another dataset ends it, and what was swept of the last one is gone. */
static void
test_other_dataset (void)
{
  StSession *session = open_small (1);
  g_autofree char *folder = g_dir_make_tmp ("tradeoff-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "other-idx3-ubyte", NULL);
  g_autofree guint8 *bytes = g_malloc0 (16 + 10 * 64);
  static const guint8 head[16] = { 0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 8, 0, 0, 0, 8 };
  memcpy (bytes, head, sizeof head);
  g_assert_true (g_file_set_contents (path, (char *) bytes, 16 + 10 * 64, NULL));
  st_tradeoffs_start (st_session_get_tradeoffs (session));
  wait_for (session, has_some, GUINT_TO_POINTER (1));
  st_session_open_dataset (session, path);
  wait_for (session, has_count, GUINT_TO_POINTER (10));
  g_assert_false (shown (session)->reading);
  g_assert_false (st_tradeoffs_can_stop (st_session_get_tradeoffs (session)));
  close_session (session);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_choices (void)
{
  StTradeoffs *tradeoffs = st_tradeoffs_new ();
  g_autofree char *kind = NULL, *distortion = NULL;
  g_object_set (tradeoffs, "kind", "cae", "distortion", "mse", NULL);
  g_object_get (tradeoffs, "kind", &kind, "distortion", &distortion, NULL);
  g_assert_cmpstr (kind, ==, "irvae");
  g_assert_cmpstr (distortion, ==, "condition");
  g_object_set (tradeoffs, "distortion", "areas", NULL);
  g_assert_cmpint (st_tradeoffs_get (tradeoffs)->distortion, ==, ST_DISTORTION_AREAS);
  g_assert_finalize_object (tradeoffs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/tradeoffs/unasked", test_unasked);
  g_test_add_func ("/tradeoffs/sweep", test_sweep);
  g_test_add_func ("/tradeoffs/stops", test_stops);
  g_test_add_func ("/tradeoffs/stops-at-once", test_stops_at_once);
  g_test_add_func ("/tradeoffs/few", test_few);
  g_test_add_func ("/tradeoffs/classes", test_classes);
  g_test_add_func ("/tradeoffs/other-dataset", test_other_dataset);
  g_test_add_func ("/tradeoffs/choices", test_choices);
  return g_test_run ();
}
