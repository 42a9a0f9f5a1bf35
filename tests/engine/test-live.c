#include "live-world.h"

#include <pthread.h>

/* 10,000 random levels: frames come in order, and the last position is always shown, with its
 * angles. */
static void
test_stale_frames (void)
{
  Bell bell = { .sleep_us = 20 };
  StLiveQuery query;
  StLive *live;
  query_init (&query, 2);
  query.subspace = 3;
  query.tolerance = 1e-8;
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));

  guint32 state = 1;
  uint64_t shown = 0, last = 0;
  for (guint i = 0; i < 10000; i++)
    {
      state = state * 1664525u + 1013904223u;
      query.level = (state >> 8) / (double) (1 << 24);
      last = st_live_post (live, &query);
      if (state % 64 == 0)
        g_usleep (300);
      StFrame *frame = st_live_take (live);
      if (frame == NULL)
        continue;
      g_assert_cmpuint (frame->generation, >=, shown);
      g_assert_cmpuint (frame->generation, <=, last);
      shown = frame->generation;
      for (uint32_t c = 0; c < frame->query.columns; c++)
        if (frame->now[c] != NULL)
          g_assert_cmpfloat (frame->now[c]->level, ==, frame->query.level);
      st_frame_unref (frame);
    }
  g_assert_cmpuint (last, ==, 10000);
  StFrame *frame = wait_angles (live, &bell, last);
  g_assert_cmpfloat (frame->query.level, ==, query.level);
  for (uint32_t c = 0; c < 2; c++)
    {
      g_assert_cmpuint (frame->now[c]->done, ==, 20);
      g_assert_true (frame->now[c]->hilbert.known);
    }
  st_frame_unref (frame);
  st_live_free (live);
  st_live_query_clear (&query);
}

/* What is shown live is what measuring gives, at the level and on the grid. */
static void
test_same_numbers (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  StPool *pool;
  query_init (&query, 2);
  query.level = 0.3;
  query.tolerance = 1e-8;
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  StFrame *frame = wait_until (live, &bell, st_live_post (live, &query), TRUE);

  for (uint32_t c = 0; c < 2; c++)
    for (uint32_t l = 0; l <= query.levels; l++)
      {
        StResult *seen = l < query.levels ? frame->sweep[c][l] : frame->now[c];
        StSummary *summary = l < query.levels ? frame->sweep_summary[c][l]
                                              : frame->now_summary[c];
        g_assert_true (st_summary_is_of (summary, seen, query.tolerance));
        StQuery alone = { .model = query.models[c], .images = query.images,
                          .level = l < query.levels ? query.grid[l] : query.level };
        StResult *result;
        g_assert_true (st_ok (st_measure_all (&alone, pool, NULL, &result)));
        g_assert_cmpuint (seen->done, ==, result->done);
        g_assert_cmpmem (seen->psnr, seen->done * sizeof (double), result->psnr,
                         result->done * sizeof (double));
        gsize values = result->done * (result->lengths[0] + result->lengths[1]
                                       + result->lengths[2]) * sizeof (double);
        g_assert_cmpmem (seen->eigenvalues, values, result->eigenvalues, values);
        st_result_unref (result);
      }
  st_frame_unref (frame);
  st_live_free (live);
  st_pool_free (pool);
  st_live_query_clear (&query);
}

static gboolean
has_sweep (const StFrame *frame, uint32_t column, uint64_t weights)
{
  for (uint32_t l = 0; l < frame->query.levels; l++)
    if (frame->sweep[column][l] == NULL || frame->sweep[column][l]->weights != weights)
      return FALSE;
  return TRUE;
}

/* A new level keeps the sweep; new weights leave it stale for its column alone; a new latent
 * drops it; columns keep theirs when others go. */
static void
test_what_is_kept (void)
{
  Bell bell = { .sleep_us = 2000 };
  StLiveQuery query;
  StLive *live;
  query_init (&query, 2);
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  st_frame_unref (wait_until (live, &bell, st_live_post (live, &query), TRUE));

  query.level = 0.7;
  uint64_t generation = st_live_post (live, &query);
  StFrame *frame = wait_answer (live, &bell, generation);
  g_assert_true (frame->sweep_complete);
  st_frame_unref (frame);

  query.weights[1] = 2;
  generation = st_live_post (live, &query);
  frame = wait_answer (live, &bell, generation);
  g_assert_true (has_sweep (frame, 0, 1));
  g_assert_true (has_sweep (frame, 1, 1));
  g_assert_false (frame->sweep_complete);
  st_frame_unref (frame);
  frame = wait_until (live, &bell, generation, TRUE);
  g_assert_true (has_sweep (frame, 1, 2));
  st_frame_unref (frame);

  /* Column 1 moves to the first place. */
  StLiveQuery one = query;
  one.columns = 1;
  one.ids[0] = query.ids[1];
  one.models[0] = query.models[1];
  one.weights[0] = query.weights[1];
  one.ids[1] = one.weights[1] = 0;
  one.models[1] = NULL;
  generation = st_live_post (live, &one);
  frame = wait_until (live, &bell, generation, FALSE);
  g_assert_true (frame->sweep_complete);
  g_assert_true (has_sweep (frame, 0, 2));
  st_frame_unref (frame);

  one.latents[0] = ST_LATENT_SAMPLE;
  generation = st_live_post (live, &one);
  frame = wait_answer (live, &bell, generation);
  g_assert_false (frame->sweep_complete);
  st_frame_unref (frame);
  st_live_free (live);
  st_live_query_clear (&query);
}

/* New weights arriving all the time, as in training, never keep a frame from being finished. */
static void
test_weights_do_not_starve (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  query_init (&query, 1);
  g_assert_true (st_ok (st_live_new (1, ring, &bell, &live)));
  gboolean finished = FALSE;
  for (guint i = 0; i < 20000 && !finished; i++)
    {
      query.weights[0]++;
      st_live_post (live, &query);
      g_usleep (50);
      StFrame *frame = st_live_take (live);
      finished = frame != NULL && frame->complete && frame->now[0] != NULL
                 && frame->now[0]->done == 20;
      st_frame_unref (frame);
    }
  g_assert_true (finished);
  st_live_free (live);
  st_live_query_clear (&query);
}

/* A hand that, once it has seen something whole, moves again as soon as it sees anything. */
typedef struct Hand {
  StLive *live;
  StLiveQuery query;
  pthread_mutex_t mutex;   /* one that the thread sanitizer knows */
  guint moves, whole;
  gboolean tired;
} Hand;

static void
move_on (void *data)
{
  Hand *hand = data;
  pthread_mutex_lock (&hand->mutex);
  StFrame *frame = st_live_take (hand->live);
  if (frame != NULL && !hand->tired && (hand->moves > 0 || frame->complete))
    {
      hand->whole += frame->complete && frame->now[1] != NULL && frame->now[1]->done == 20
                     && frame->now[0]->level == frame->query.level;
      hand->query.level = 0.1 + 0.0001 * ++hand->moves;
      hand->tired = hand->moves == 200;
      st_live_post (hand->live, &hand->query);
    }
  pthread_mutex_unlock (&hand->mutex);
  st_frame_unref (frame);
}

static gboolean
is_tired (Hand *hand)
{
  pthread_mutex_lock (&hand->mutex);
  const gboolean tired = hand->tired;
  pthread_mutex_unlock (&hand->mutex);
  return tired;
}

/* What it sees is whole, but where it has just begun to move. */
static void
test_haste (void)
{
  Hand hand = { 0 };
  query_init (&hand.query, 2);
  hand.query.visible = 3;
  pthread_mutex_init (&hand.mutex, NULL);
  pthread_mutex_lock (&hand.mutex);   /* until `live` is known */
  g_assert_true (st_ok (st_live_new (2, move_on, &hand, &hand.live)));
  st_live_post (hand.live, &hand.query);
  pthread_mutex_unlock (&hand.mutex);
  while (!is_tired (&hand))
    g_usleep (1000);
  st_live_free (hand.live);
  g_assert_cmpuint (hand.whole, >=, 190);
  pthread_mutex_destroy (&hand.mutex);
  st_live_query_clear (&hand.query);
}

/* A column that cannot be measured says why; the others go on. */
static void
test_failing_column (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  query_init (&query, 2);
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);   /* 28 x 28: does not fit */
  g_autofree float *parameters = g_new0 (float, st_spec_parameters (&spec));
  st_model_unref (query.models[0]);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &query.models[0])));
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  StFrame *frame = wait_until (live, &bell, st_live_post (live, &query), TRUE);
  g_assert_cmpint (frame->status[0].code, ==, ST_SHAPE);
  g_assert_null (frame->now[0]);
  g_assert_cmpuint (frame->now[1]->done, ==, 20);
  st_frame_unref (frame);
  st_live_free (live);
  st_live_query_clear (&query);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/live/stale-frames", test_stale_frames);
  g_test_add_func ("/live/same-numbers", test_same_numbers);
  g_test_add_func ("/live/what-is-kept", test_what_is_kept);
  g_test_add_func ("/live/weights-do-not-starve", test_weights_do_not_starve);
  g_test_add_func ("/live/haste", test_haste);
  g_test_add_func ("/live/failing-column", test_failing_column);
  return g_test_run ();
}
