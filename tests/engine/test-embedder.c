/* The embedding worker: what is kept, abandoned and stopped when hands change their minds. */
#include "small-world.h"

#include <pthread.h>
#include <st-embedder.h>
#include <string.h>

enum { IMAGES = 20 };

/* Rung on the worker's thread.  The thread sanitizer does not know GMutex. */
typedef struct Bell { pthread_mutex_t mutex; pthread_cond_t cond; guint rung; } Bell;

#define BELL { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }

static void
ring (void *context)
{
  Bell *bell = context;
  pthread_mutex_lock (&bell->mutex);
  bell->rung++;
  pthread_cond_signal (&bell->cond);
  pthread_mutex_unlock (&bell->mutex);
}

static StEmbedding *
wait_any (StEmbedder *embedder, Bell *bell)
{
  StEmbedding *answer;
  pthread_mutex_lock (&bell->mutex);
  while ((answer = st_embedder_take (embedder)) == NULL)
    pthread_cond_wait (&bell->cond, &bell->mutex);
  pthread_mutex_unlock (&bell->mutex);
  return answer;
}

/* The last answer to a question. */
static StEmbedding *
wait_end (StEmbedder *embedder, Bell *bell, uint64_t ticket)
{
  for (;;)
    {
      StEmbedding *answer = wait_any (embedder, bell);
      if (answer->query.ticket == ticket && answer->state != ST_EMBEDDING_RUNNING)
        return answer;
      st_embedding_unref (answer);
    }
}

static StEmbeddingQuery
query_of (uint64_t ticket, StEmbeddingMethod method, double level)
{
  return (StEmbeddingQuery) {
    .ticket = ticket, .column = ticket % 10, .method = method, .tolerance = 1e-8,
    .of = { .model = small_model (ST_KIND_CAE, 3), .weights = 1, .level = level,
            .images = small_images (IMAGES, ST_PERTURB_GAUSSIAN, 5) },
  };
}

static void
test_answers_in_order (void)
{
  Bell bell = BELL;
  StEmbedder *embedder;
  StEmbeddingQuery queries[3] = {
    query_of (1, ST_EMBEDDING_KERNEL_PCA, 0.1), query_of (2, ST_EMBEDDING_TSNE, 0),
    query_of (3, ST_EMBEDDING_KERNEL_PCA, 0.3),
  };
  g_assert_true (st_ok (st_embedder_new (2, ring, &bell, &embedder)));
  st_embedder_post (embedder, 3, queries);
  StEmbedding *last = wait_end (embedder, &bell, 3);
  g_assert_cmpint (last->state, ==, ST_EMBEDDING_DONE);
  g_assert_cmpfloat (last->query.of.level, ==, 0.3);

  /* What is asked again has been answered: nothing is done. */
  st_embedder_post (embedder, 3, queries);
  StEmbeddingQuery more = query_of (4, ST_EMBEDDING_KERNEL_PCA, 0);
  StEmbeddingQuery list[4] = { queries[0], queries[1], queries[2], more };
  pthread_mutex_lock (&bell.mutex);
  bell.rung = 0;
  pthread_mutex_unlock (&bell.mutex);
  st_embedder_post (embedder, 4, list);
  StEmbedding *next = wait_any (embedder, &bell);
  while (next->query.ticket != 4)   /* the others' may not have been taken yet */
    {
      st_embedding_unref (next);
      next = wait_any (embedder, &bell);
    }
  pthread_mutex_lock (&bell.mutex);
  g_assert_cmpuint (bell.rung, ==, 1);
  pthread_mutex_unlock (&bell.mutex);
  st_embedding_unref (next);
  st_embedding_unref (last);
  st_embedder_free (embedder);
  for (guint i = 0; i < 3; i++)
    st_embedding_query_clear (&queries[i]);
  st_embedding_query_clear (&more);
}

/* A question that is not asked any more is not answered, even where it is worked at. */
static void
test_abandons (void)
{
  Bell bell = BELL;
  StEmbedder *embedder;
  StEmbeddingQuery long_one = query_of (1, ST_EMBEDDING_TSNE, 0.5);
  StEmbeddingQuery other = query_of (11, ST_EMBEDDING_KERNEL_PCA, 0.5);
  g_assert_true (st_ok (st_embedder_new (2, ring, &bell, &embedder)));
  for (guint i = 0; i < 20; i++)
    {
      long_one.ticket = 100 + i;
      other.ticket = 200 + i;
      st_embedder_post (embedder, 1, &long_one);
      st_embedder_yield (embedder);
      if (i % 2 == 0)
        g_usleep (1000 * i);
      st_embedder_post (embedder, 1, &other);
      StEmbedding *answer = wait_end (embedder, &bell, other.ticket);
      g_assert_cmpint (answer->query.method, ==, ST_EMBEDDING_KERNEL_PCA);
      st_embedding_unref (answer);
      g_assert_null (st_embedder_take (embedder));
    }
  st_embedder_post (embedder, 1, &long_one);
  st_embedder_post (embedder, 0, NULL);
  st_embedder_free (embedder);
  st_embedding_query_clear (&long_one);
  st_embedding_query_clear (&other);
}

/* All t-SNEs end where they are: the one under way, and those that wait. */
static void
test_stops (void)
{
  Bell bell = BELL;
  StEmbedder *embedder;
  StEmbeddingQuery queries[2] = { query_of (1, ST_EMBEDDING_TSNE, 0.5),
                                  query_of (2, ST_EMBEDDING_TSNE, 0.5) };
  g_assert_true (st_ok (st_embedder_new (1, ring, &bell, &embedder)));
  st_embedder_yield (embedder);   /* it rests for a moment before its first iteration */
  st_embedder_post (embedder, 2, queries);
  st_embedder_stop (embedder);
  for (uint64_t ticket = 1; ticket <= 2; ticket++)
    {
      StEmbedding *answer = wait_end (embedder, &bell, ticket);
      g_assert_cmpint (answer->state, ==, ST_EMBEDDING_STOPPED);
      g_assert_cmpuint (answer->iteration, <, ST_TSNE_ITERATIONS);
      g_assert_cmpint (answer->now != NULL, ==, answer->iteration > 0);
      st_embedding_unref (answer);
    }
  /* What is asked behind it is not stopped. */
  queries[0].ticket = 3;
  st_embedder_post (embedder, 1, queries);
  StEmbedding *whole = wait_end (embedder, &bell, 3);
  g_assert_cmpint (whole->state, ==, ST_EMBEDDING_DONE);
  g_assert_cmpuint (whole->iteration, ==, ST_TSNE_ITERATIONS);
  st_embedding_unref (whole);
  st_embedder_free (embedder);
  st_embedding_query_clear (&queries[0]);
  st_embedding_query_clear (&queries[1]);
}

int
main (int argc, char *argv[])
{
  st_blas_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/embedder/answers-in-order", test_answers_in_order);
  g_test_add_func ("/embedder/abandons", test_abandons);
  g_test_add_func ("/embedder/stops", test_stops);
  return g_test_run ();
}
