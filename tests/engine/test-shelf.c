#include "live-world.h"

#include <st-alloc.h>
#include <st-shelf.h>

enum { IMAGES = 10, VALUES = 3 };

static StResult *
make_result (uint64_t weights, double level, gboolean pictures)
{
  StResult *result;
  StShape image = { 1, 4, 4 };
  g_assert_true (st_ok (st_result_new (IMAGES, image, VALUES, pictures, false, &result)));
  result->weights = weights;
  result->level = level;
  return result;
}

static StResult *
make_angles (uint64_t weights, double level, StKernel kernel)
{
  StResult *result = make_result (weights, level, FALSE);
  result->hilbert = (StHilbertResult) { .known = true, .weights = weights, .kernel = kernel,
                                        .tolerance = 1e-8, .subspace = 5 };
  return result;
}

static void
put (StShelf *shelf, uint64_t context, uint64_t column, StResult *result)
{
  st_shelf_put (shelf, context, column, result, NULL);
  st_result_unref (result);
}

static StShelfWish
make_wish (uint64_t column, uint64_t weights, double level)
{
  return (StShelfWish) { .column = column, .weights = weights, .level = level,
                         .kernel = ST_KERNEL_PROJECTION, .tolerance = 1e-8, .subspace = 5 };
}

static gboolean
has (StShelf *shelf, uint64_t context, StShelfWish wish)
{
  StResult *found = st_shelf_find (shelf, context, &wish);
  gboolean there = found != NULL && found->weights == wish.weights && found->level == wish.level;
  st_result_unref (found);
  return there;
}

static void
test_keys (void)
{
  StShelf *shelf = st_shelf_new (1 << 20);
  put (shelf, 1, 7, make_result (3, 0.5, FALSE));
  g_assert_true (has (shelf, 1, make_wish (7, 3, 0.5)));
  g_assert_false (has (shelf, 2, make_wish (7, 3, 0.5)));
  g_assert_false (has (shelf, 1, make_wish (8, 3, 0.5)));
  g_assert_false (has (shelf, 1, make_wish (7, 4, 0.5)));
  g_assert_false (has (shelf, 1, make_wish (7, 3, 0.25)));
  st_shelf_free (shelf);
}

/* Angles of the wanted kernel before others; a result that answers more takes a place alone. */
static void
test_angles (void)
{
  StShelf *shelf = st_shelf_new (1 << 20);
  StShelfWish wish = make_wish (7, 3, 0.5);
  put (shelf, 1, 7, make_result (3, 0.5, FALSE));
  size_t one = st_shelf_bytes (shelf);
  put (shelf, 1, 7, make_angles (3, 0.5, ST_KERNEL_PROJECTION));
  g_assert_cmpuint (st_shelf_bytes (shelf), ==, one);
  put (shelf, 1, 7, make_angles (3, 0.5, ST_KERNEL_FROBENIUS));
  g_assert_cmpuint (st_shelf_bytes (shelf), ==, 2 * one);
  const StKernel kernels[] = { ST_KERNEL_PROJECTION, ST_KERNEL_FROBENIUS };
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      wish.kernel = kernels[i];
      StResult *found = st_shelf_find (shelf, 1, &wish);
      g_assert_nonnull (found);
      g_assert_cmpint (found->hilbert.kernel, ==, kernels[i]);
      st_result_unref (found);
    }
  st_shelf_free (shelf);
}

/* It never holds more than it may, and forgets what was not used for longest. */
static void
test_bound (void)
{
  StResult *example = make_result (1, 0, TRUE);
  size_t bytes = st_result_bytes (example);
  st_result_unref (example);
  StShelf *shelf = st_shelf_new (5 * bytes);
  for (guint i = 0; i < 100; i++)
    {
      put (shelf, 1, 7, make_result (1, i / 100.0, TRUE));
      g_assert_cmpuint (st_shelf_bytes (shelf), <=, 5 * bytes);
      g_assert_true (has (shelf, 1, make_wish (7, 1, 0)));   /* and so it is used */
    }
  g_assert_cmpuint (st_shelf_bytes (shelf), ==, 5 * bytes);
  g_assert_true (has (shelf, 1, make_wish (7, 1, 99 / 100.0)));
  g_assert_true (has (shelf, 1, make_wish (7, 1, 96 / 100.0)));
  g_assert_false (has (shelf, 1, make_wish (7, 1, 95 / 100.0)));
  st_shelf_free (shelf);
}

/* Equal images make an equal context, whoever read them; what differs in anything does not. */
static void
test_contexts (void)
{
  StShelf *shelf = st_shelf_new (1 << 20);
  StImages *images = small_images (20, ST_PERTURB_SALT_PEPPER, 0);
  StImages *again = small_images (20, ST_PERTURB_SALT_PEPPER, 0);
  StImages *others[] = { small_images (20, ST_PERTURB_GAUSSIAN, 0),
                         small_images (20, ST_PERTURB_SALT_PEPPER, 1),
                         small_images (19, ST_PERTURB_SALT_PEPPER, 0) };
  uint64_t context = st_shelf_context (shelf, images, ST_LATENT_MEAN, 0);
  g_assert_true (images != again);
  g_assert_cmpuint (st_shelf_context (shelf, again, ST_LATENT_MEAN, 5), ==, context);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpuint (st_shelf_context (shelf, others[i], ST_LATENT_MEAN, 0), !=, context);
  uint64_t sample = st_shelf_context (shelf, images, ST_LATENT_SAMPLE, 0);
  g_assert_cmpuint (sample, !=, context);
  g_assert_cmpuint (st_shelf_context (shelf, images, ST_LATENT_SAMPLE, 1), !=, sample);

  /* Many more push out the oldest, with its results. */
  put (shelf, context, 7, make_result (3, 0.5, FALSE));
  for (guint seed = 2; seed < 100; seed++)
    st_shelf_context (shelf, images, ST_LATENT_SAMPLE, seed);
  g_assert_cmpuint (st_shelf_bytes (shelf), ==, 0);
  g_assert_cmpuint (st_shelf_context (shelf, images, ST_LATENT_MEAN, 0), !=, context);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    st_images_unref (others[i]);
  st_images_unref (again);
  st_images_unref (images);
  st_shelf_free (shelf);
}

/* ---- behind the live worker ---- */

static void
assert_same_numbers (const StFrame *a, const StFrame *b)
{
  for (uint32_t c = 0; c < a->query.columns; c++)
    {
      g_assert_true (a->now[c] == b->now[c]);
      for (uint32_t l = 0; l < a->query.levels; l++)
        g_assert_true (a->sweep[c][l] == b->sweep[c][l]);
    }
}

/* The query's images, perturbed in another way. */
static StImages *
perturb_otherwise (const StLiveQuery *query)
{
  uint32_t indices[SMALL_COUNT];
  for (uint32_t i = 0; i < SMALL_COUNT; i++)
    indices[i] = i;
  StImages *images;
  g_assert_true (st_ok (st_images_new (st_images_dataset (query->images), indices, indices + 20,
                                       20, ST_PERTURB_GAUSSIAN, 0, &images)));
  return images;
}

/* Whether the first answer has everything, and it is what was measured before. */
static void
assert_at_once (StLive *live, Bell *bell, const StLiveQuery *query, const StFrame *before)
{
  StFrame *frame = wait_answer (live, bell, st_live_post (live, query));
  g_assert_true (frame->complete);
  g_assert_true (frame->sweep_complete);
  g_assert_true (frame->angles_complete);
  g_assert_cmpuint (frame->angles_done, ==, query->levels);
  assert_same_numbers (frame, before);
  st_frame_unref (frame);
}

/* Another perturbation, kernel or moment of training, and back: everything is there at once. */
static void
test_back_again (void)
{
  Bell bell = { 0 };
  StLiveQuery query, other;
  StLive *live;
  query_init (&query, 2);
  query.level = 0.3;
  query.subspace = 3;
  query.tolerance = 1e-8;
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  StFrame *first = wait_angles (live, &bell, st_live_post (live, &query));

  st_live_query_copy (&query, &other);
  other.images = perturb_otherwise (&query);
  st_images_unref (query.images);
  st_frame_unref (wait_angles (live, &bell, st_live_post (live, &other)));
  assert_at_once (live, &bell, &query, first);
  st_live_query_clear (&other);

  other = query;
  other.kernel = ST_KERNEL_FROBENIUS;
  st_frame_unref (wait_angles (live, &bell, st_live_post (live, &other)));
  assert_at_once (live, &bell, &query, first);

  other = query;
  other.level = 0.9;
  st_frame_unref (wait_angles (live, &bell, st_live_post (live, &other)));
  assert_at_once (live, &bell, &query, first);

  st_frame_unref (first);
  st_live_free (live);
  st_live_query_clear (&query);
}

/* An earlier moment of a training that was looked at: its sweep is still known, though no more
 * than that, since its axes are gone. */
static void
test_back_in_time (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  query_init (&query, 1);
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  st_frame_unref (wait_until (live, &bell, st_live_post (live, &query), TRUE));
  StLiveQuery later = query;
  later.weights[0] = 2;
  st_frame_unref (wait_until (live, &bell, st_live_post (live, &later), TRUE));
  StFrame *frame = wait_answer (live, &bell, st_live_post (live, &query));
  g_assert_true (frame->sweep_complete);
  st_frame_unref (frame);
  st_live_free (live);
  st_live_query_clear (&query);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/shelf/keys", test_keys);
  g_test_add_func ("/shelf/angles", test_angles);
  g_test_add_func ("/shelf/bound", test_bound);
  g_test_add_func ("/shelf/contexts", test_contexts);
  g_test_add_func ("/shelf/back-again", test_back_again);
  g_test_add_func ("/shelf/back-in-time", test_back_in_time);
  return g_test_run ();
}
