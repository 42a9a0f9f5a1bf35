/* Pictures of the latents of an open document: what follows the level, what waits to be asked. */
#include <st-blas.h>
#include <st-job.h>
#include <st-session.h>
#include <string.h>

enum { IMAGES = 30 };

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
has_models (StSession *session, gconstpointer data)
{
  const StFrame *frame = st_session_get_frame (session);
  return frame != NULL && frame->complete && frame->query.columns >= 3
         && frame->query.images == st_session_get_image_set (session);
}

/* Those of before are there until they have come. */
static gboolean
has_so_many_images (StSession *session, gconstpointer count)
{
  return has_models (session, NULL)
         && st_images_count (st_session_get_image_set (session)) == GPOINTER_TO_UINT (count);
}

static StSession *
open_session (double level)
{
  StSession *session = st_session_new ();
  st_session_set_images (session, IMAGES);
  st_session_set_level (session, level);
  st_session_open_dataset (session, "builtin");
  st_session_open_shipped_models (session);
  wait_for (session, has_models, NULL);
  return session;
}

static void
close_session (StSession *session)
{
  g_assert_finalize_object (session);
  st_jobs_finish ();
}

static const StEmbedding *
first_of (StSession *session)
{
  return st_embeddings_get (st_session_get_embeddings (session))->of[0];
}

/* Every column has an answer, the first one of this level. */
static gboolean
is_done_at (StSession *session, gconstpointer data)
{
  const double *level = data;
  const StEmbedding *first = first_of (session);
  return !st_embeddings_is_busy (st_session_get_embeddings (session)) && first != NULL
         && first->query.of.level == *level;
}

static gboolean
is_complete_at (StSession *session, gconstpointer data)
{
  const double *level = data;
  const StFrame *frame = st_session_get_frame (session);
  return frame->complete && frame->query.level == *level;
}

static gboolean
is_of_frobenius (StSession *session, gconstpointer data)
{
  const StEmbedding *first = first_of (session);
  return first != NULL && first->query.kernel == ST_KERNEL_FROBENIUS;
}

static void
test_follows (void)
{
  static const double first = 0.1, second = 0.4;
  StSession *session = open_session (first);
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  g_assert_cmpint (st_embeddings_get_method (embeddings), ==, ST_EMBEDDING_PCA);
  wait_for (session, is_done_at, &first);
  const StFrame *frame = st_session_get_frame (session);
  const StEmbedding *pca = first_of (session);
  g_assert_nonnull (frame->references[0]);
  g_assert_nonnull (frame->now[0]);
  g_assert_nonnull (frame->now[0]->embedding);
  g_assert_cmpint (pca->state, ==, ST_EMBEDDING_DONE);
  g_assert_true (pca->neighbours.known);
  g_assert_cmpmem (pca->clean, 2 * IMAGES * sizeof (double), frame->references[0]->clean,
                   2 * IMAGES * sizeof (double));
  g_assert_cmpmem (pca->now, 2 * IMAGES * sizeof (double), frame->now[0]->embedding,
                   2 * IMAGES * sizeof (double));

  /* Kernel PCA: the axes stay, to the bit, and the points follow. */
  st_embeddings_set_method (embeddings, ST_EMBEDDING_KERNEL_PCA);
  wait_for (session, is_done_at, &first);
  StEmbedding *before = st_embedding_ref (st_embeddings_get (embeddings)->of[0]);
  st_session_set_level (session, second);
  wait_for (session, is_done_at, &second);
  const StEmbedding *after = first_of (session);
  gsize size = 2 * IMAGES * sizeof (double);
  g_assert_cmpint (after->query.method, ==, ST_EMBEDDING_KERNEL_PCA);
  g_assert_cmpmem (before->clean, size, after->clean, size);
  g_assert_cmpint (memcmp (before->now, after->now, size), !=, 0);
  g_assert_false (st_embeddings_can_refit (embeddings));
  g_assert_false (st_embeddings_can_stop (embeddings));
  st_embedding_unref (before);

  /* It is of the kernel that is chosen for the angles. */
  st_session_set_kernel (session, ST_KERNEL_FROBENIUS);
  wait_for (session, is_of_frobenius, NULL);
  close_session (session);
}

static void
test_tsne_waits_to_be_asked (void)
{
  static const double first = 0.1, second = 0.4;
  StSession *session = open_session (first);
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  st_embeddings_set_metric (embeddings, ST_METRIC_EUCLIDEAN);
  st_embeddings_set_method (embeddings, ST_EMBEDDING_TSNE);
  wait_for (session, is_done_at, &first);
  StEmbedding *map = st_embedding_ref (st_embeddings_get (embeddings)->of[0]);
  g_assert_cmpint (map->state, ==, ST_EMBEDDING_DONE);
  g_assert_cmpuint (map->points, ==, 2 * IMAGES);
  g_assert_false (st_embeddings_can_stop (embeddings));
  g_assert_false (st_embeddings_can_refit (embeddings));

  st_session_set_level (session, second);
  wait_for (session, is_complete_at, &second);
  g_assert_true (first_of (session) == map);
  g_assert_false (st_embeddings_is_busy (embeddings));
  g_assert_true (st_embeddings_can_refit (embeddings));
  st_embeddings_refit (embeddings);
  wait_for (session, is_done_at, &second);

  /* The same question, the same bits. */
  st_session_set_level (session, first);
  wait_for (session, is_complete_at, &first);
  st_embeddings_refit (embeddings);
  wait_for (session, is_done_at, &first);
  g_assert_cmpmem (first_of (session)->now, 2 * IMAGES * sizeof (double), map->now,
                   2 * IMAGES * sizeof (double));
  st_embedding_unref (map);

  /* Another distance is another picture, and asked for by being chosen. */
  st_embeddings_set_metric (embeddings, ST_METRIC_BONNABEL_SEPULCHRE);
  g_assert_null (first_of (session));
  wait_for (session, is_done_at, &first);
  g_assert_cmpint (first_of (session)->state, ==, ST_EMBEDDING_UNDEFINED);
  g_assert_true (first_of (session)->pair.found);
  close_session (session);
}

static gboolean
has_begun (StSession *session, gconstpointer data)
{
  const StEmbedding *first = first_of (session);
  return first != NULL && first->clean != NULL
         && (first->state == ST_EMBEDDING_RUNNING
             || !st_embeddings_is_busy (st_session_get_embeddings (session)));
}

/* A machine may be so fast, or the main loop so late, that it is over before it can be stopped:
 * then it is asked for again. */
static const StEmbedding *
stop_begun (StSession *session, const double *level)
{
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  for (guint i = 0; i < 50; i++)
    {
      wait_for (session, has_begun, NULL);
      if (first_of (session)->state == ST_EMBEDDING_RUNNING)
        g_assert_true (g_str_has_prefix (st_session_get_status (session), "t-SNE of "));
      st_embeddings_stop (embeddings);
      wait_for (session, is_done_at, level);
      if (first_of (session)->state == ST_EMBEDDING_STOPPED)
        return first_of (session);
      st_embeddings_refit (embeddings);
    }
  return NULL;
}

static void
test_stops (void)
{
  static const double level = 0.2;
  StSession *session = open_session (level);
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  st_session_set_images (session, 200);
  wait_for (session, has_so_many_images, GUINT_TO_POINTER (200));
  st_embeddings_set_method (embeddings, ST_EMBEDDING_TSNE);
  const StEmbedding *stopped = stop_begun (session, &level);
  g_assert_nonnull (stopped);
  g_assert_cmpint (stopped->state, ==, ST_EMBEDDING_STOPPED);
  g_assert_cmpuint (stopped->iteration, >, 0);
  g_assert_cmpuint (stopped->iteration, <, ST_TSNE_ITERATIONS);
  g_assert_true (stopped->neighbours.known);
  g_assert_true (st_embeddings_can_refit (embeddings));
  for (guint i = 1; i < 3; i++)
    g_assert_cmpint (st_embeddings_get (embeddings)->of[i]->state, ==, ST_EMBEDDING_STOPPED);
  close_session (session);
}

static void
test_names (void)
{
  StSession *session = st_session_new ();
  StEmbeddings *embeddings = st_session_get_embeddings (session);
  g_autofree char *method = NULL, *metric = NULL;
  g_object_set (embeddings, "method", "tsne", "metric", "ye-lim", NULL);
  g_assert_cmpint (st_embeddings_get_method (embeddings), ==, ST_EMBEDDING_TSNE);
  g_assert_cmpint (st_embeddings_get_metric (embeddings), ==, ST_METRIC_YE_LIM);
  g_object_set (embeddings, "method", "umap", "metric", NULL, NULL);
  g_object_get (embeddings, "method", &method, "metric", &metric, NULL);
  g_assert_cmpstr (method, ==, "tsne");
  g_assert_cmpstr (metric, ==, "ye-lim");
  close_session (session);
}

int
main (int argc, char *argv[])
{
  st_blas_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/embeddings/follows", test_follows);
  g_test_add_func ("/embeddings/tsne-waits-to-be-asked", test_tsne_waits_to_be_asked);
  g_test_add_func ("/embeddings/stops", test_stops);
  g_test_add_func ("/embeddings/names", test_names);
  return g_test_run ();
}
