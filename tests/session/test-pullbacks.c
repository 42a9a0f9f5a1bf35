/* Pullback metrics and paths of an open document: made while nobody waits, anew where the level or
 * the weights have changed, and not where nobody looks. */
#include "session-world.h"

enum { IMAGES = 20 };

static const StFigurePullbacks *
shown (StSession *session)
{
  return st_pullbacks_get (st_session_get_pullbacks (session));
}

static gboolean
is_at_rest (StSession *session, gconstpointer data)
{
  const StFrame *frame = st_session_get_frame (session);
  StRun *run = st_session_get_run (session);
  return is_complete (session, GUINT_TO_POINTER (1)) && (run == NULL || !st_run_is_active (run))
         && frame->query.weights[0] == st_column_get_weights (st_session_get_shown_column (session,
                                                                                          0))
         && !st_pullbacks_is_busy (st_session_get_pullbacks (session));
}

static gboolean
has_metric (StSession *session, gconstpointer data)
{
  return shown (session)->of[0] != NULL;
}

static gboolean
has_traversal (StSession *session, gconstpointer data)
{
  return shown (session)->traversals[0] != NULL;
}

/* One column, of a vector; its images are measured. */
static StSession *
open_vector (void)
{
  StSession *session = open_session (IMAGES);
  st_pullbacks_set_watched (st_session_get_pullbacks (session), 1u << ST_FIGURE_SCATTER
                                                                | 1u << ST_FIGURE_TRAVERSAL);
  st_session_set_training (session, 400, 1);
  st_session_train (session, ST_KIND_AE_MLP);
  return session;
}

/* While a model trains there is a metric of some of its weights, and by turns a traversal, in the
 * end of the last ones. */
static void
test_follows_training (void)
{
  StSession *session = open_vector ();
  wait_for (session, has_metric, NULL);
  wait_for (session, has_traversal, NULL);
  wait_for (session, is_at_rest, NULL);
  const StPullback *metric = shown (session)->of[0];
  StColumn *column = st_session_get_shown_column (session, 0);
  g_assert_nonnull (metric);
  g_assert_cmpuint (metric->query.weights, ==, st_column_get_weights (column));
  g_assert_cmpuint (metric->query.column, ==, st_column_get_id (column));
  g_assert_cmpuint (metric->count, ==, IMAGES);
  g_assert_nonnull (metric->condition);
  g_assert_cmpuint (shown (session)->traversals[0]->query.weights, ==,
                    st_column_get_weights (column));
  close_session (session);
}

static gboolean
is_of_level (StSession *session, gconstpointer level)
{
  const StFigurePullbacks *now = shown (session);
  return now->of[0] != NULL && now->of[0]->query.level == *(const double *) level
         && now->paths[0] != NULL && now->paths[0]->query.level == *(const double *) level;
}

static void
test_follows_level (void)
{
  static const double first = 0.0, second = 0.3;
  StSession *session = open_vector ();
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  wait_for (session, is_at_rest, NULL);
  g_assert_null (shown (session)->paths[0]);
  st_pullbacks_set_path_end (pullbacks, 0, 1);
  g_assert_false (st_pullbacks_is_busy (pullbacks));
  st_pullbacks_set_path_end (pullbacks, 1, 4);
  wait_for (session, is_of_level, &first);
  StLatentPath *path = st_latent_path_ref (shown (session)->paths[0]);
  st_session_set_level (session, second);
  wait_for (session, is_of_level, &second);
  g_assert_true (shown (session)->paths[0] != path);
  st_latent_path_unref (path);

  /* Another end: what lay before is gone at once. */
  st_pullbacks_set_path_end (pullbacks, 1, 5);
  g_assert_null (shown (session)->paths[0]);
  wait_for (session, is_of_level, &second);
  g_assert_cmpuint (shown (session)->paths[0]->ends[1], ==, 5);

  /* Other images end it. */
  st_session_set_images (session, IMAGES - 5);
  wait_for (session, has_images, GUINT_TO_POINTER (IMAGES - 5));
  wait_for (session, is_at_rest, NULL);
  g_assert_cmpint (st_pullbacks_get_path_end (pullbacks, 0), ==, -1);
  g_assert_null (shown (session)->paths[0]);
  g_assert_cmpuint (shown (session)->of[0]->count, ==, IMAGES - 5);
  close_session (session);
}

static gboolean
is_whole (StSession *session, gconstpointer level)
{
  const StPairLengths *lengths = shown (session)->lengths[0];
  return lengths != NULL && lengths->done == lengths->pairs
         && lengths->query.level == *(const double *) level;
}

/* How far lengths had come when something else was asked for, and when that came. */
typedef struct Growth {
  StSession *session;
  guint done, shown, when_asked, when_made;   /* straight lines and geodesics */
} Growth;

static void
follow_growth (Growth *growth)
{
  StPullbacks *pullbacks = st_session_get_pullbacks (growth->session);
  const StPairLengths *lengths = st_pullbacks_get (pullbacks)->lengths[0];
  if (lengths == NULL)
    return;
  const guint done = lengths->measured + lengths->done;
  if (done > growth->done)
    growth->shown++;
  growth->done = done;
  if (growth->when_asked == 0 && done < 2 * lengths->pairs)
    {
      growth->when_asked = done;
      st_pullbacks_set_watched (pullbacks, 1u << ST_FIGURE_DISTANCES | 1u << ST_FIGURE_ISOMETRY);
    }
  if (growth->when_made == 0 && st_pullbacks_get (pullbacks)->of[0] != NULL)
    growth->when_made = done;
}

/* Lengths of pairs are shown as they come, and what is cheap goes before the rest of them. */
static void
test_grows (void)
{
  enum { MANY = 30 };
  static const double first = 0.0, second = 0.3;
  StSession *session = open_session (MANY);
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  Growth growth = { .session = session };
  st_pullbacks_set_watched (pullbacks, 0);
  st_session_set_training (session, 400, 1);
  st_session_train (session, ST_KIND_AE_MLP);
  wait_for (session, is_at_rest, NULL);
  g_signal_connect_swapped (pullbacks, "changed", G_CALLBACK (follow_growth), &growth);
  st_pullbacks_set_watched (pullbacks, 1u << ST_FIGURE_DISTANCES);
  wait_for (session, is_whole, &first);
  g_assert_cmpuint (growth.done, ==, MANY);
  g_assert_cmpuint (growth.shown, >, 1);
  g_assert_cmpuint (growth.when_asked, >, 0);
  g_assert_cmpuint (growth.when_made, ==, growth.when_asked);
  g_signal_handlers_disconnect_by_data (pullbacks, &growth);

  st_session_set_level (session, second);
  wait_for (session, is_whole, &second);
  wait_for (session, is_at_rest, NULL);
  close_session (session);
}

/* A hand takes the processors at any time; what is made in the end is of where it rested. */
static void
test_yields (void)
{
  static const double last = 0.05;
  StSession *session = open_vector ();
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  wait_for (session, is_at_rest, NULL);
  st_pullbacks_set_watched (pullbacks, 1u << ST_FIGURE_DISTANCES | 1u << ST_FIGURE_TRAVERSAL);
  for (guint i = 1; i <= 20; i++)
    {
      st_session_set_level (session, 0.0025 * i);
      g_main_context_iteration (NULL, FALSE);
    }
  wait_for (session, is_whole, &last);
  wait_for (session, is_at_rest, NULL);
  const StTraversal *traversal = shown (session)->traversals[0];
  g_assert_nonnull (traversal);
  g_assert_cmpfloat (traversal->query.level, ==, st_session_get_level (session));
  g_assert_cmpuint (traversal->count, ==, IMAGES);
  close_session (session);
}

static void
test_unseen (void)
{
  StSession *session = open_session (IMAGES);
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  st_pullbacks_set_watched (pullbacks, 0);
  st_session_set_training (session, 400, 1);
  st_session_train (session, ST_KIND_AE_MLP);
  wait_for (session, is_at_rest, NULL);
  g_assert_null (shown (session)->of[0]);
  st_pullbacks_set_watched (pullbacks, 1u << ST_FIGURE_ISOMETRY);
  wait_for (session, has_metric, NULL);

  /* Whatever is under way goes with the session. */
  st_session_set_level (session, 0.2);
  close_session (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/pullbacks/follows-training", test_follows_training);
  g_test_add_func ("/pullbacks/follows-level", test_follows_level);
  g_test_add_func ("/pullbacks/grows", test_grows);
  g_test_add_func ("/pullbacks/yields", test_yields);
  g_test_add_func ("/pullbacks/unseen", test_unseen);
  return g_test_run ();
}
