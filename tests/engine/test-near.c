/* Levels near to the present one, which are measured for later when nothing else is to be done:
 * the worker's own steps, so that nothing depends on when they are taken. */
#include "live-world.h"

#include <st-work.h>

/* Of two columns: 16 steps and 4 levels of the grid, of which 0.25 is a step as well. */
enum { ALL = 2 * (16 + 4 - 1) };

typedef struct World {
  StLiveQuery query;
  StPool *pool;
  StCancel cancel;
  StShelf *shelf;
  StWork work;
} World;

static void
world_init (World *world, double level)
{
  *world = (World) { .shelf = st_shelf_new (1 << 20) };
  query_init (&world->query, 2);
  world->query.level = level;
  world->query.subspace = 3;
  world->query.tolerance = 1e-8;
  g_assert_true (st_ok (st_pool_new (2, &world->pool)));
  world->work = (StWork) { .pool = world->pool, .cancel = &world->cancel,
                           .shelf = world->shelf };
}

static void
world_clear (World *world)
{
  st_work_clear (&world->work);
  st_live_query_clear (&world->query);
  st_shelf_free (world->shelf);
  st_pool_free (world->pool);
}

static void
ask (World *world)
{
  StLiveQuery copy;
  st_live_query_copy (&world->query, &copy);
  st_work_adopt (&world->work, &copy);
}

static void
answer (World *world)
{
  ask (world);
  st_work_begin (&world->work);
  g_assert_true (st_work_advance (&world->work, 3));
  g_assert_true (st_work_refer (&world->work));
  g_assert_true (st_work_advance (&world->work, 20));
  g_assert_true (st_work_is_complete (&world->work));
  world->work.answered = TRUE;
}

static guint
rest (World *world)
{
  guint kept = 0;
  for (StWorkIdle did; (did = st_work_idle (&world->work)) != ST_WORK_RESTED;)
    kept += did == ST_WORK_KEPT;
  return kept;
}

/* Whether asking for a level finds all of it, before anything is measured. */
static gboolean
is_there (World *world, double level)
{
  world->query.level = level;
  ask (world);
  gboolean there = st_work_is_complete (&world->work);
  for (guint c = 0; c < 2 && there; c++)
    {
      const StResult *now = world->work.columns[c].now;
      there = st_work_has_angles (&world->work, c, now) && now->level == level;
      g_assert_nonnull (now->pictures);
      g_assert_nonnull (now->embedding);
    }
  return there;
}

static void
test_levels (void)
{
  World world;
  world_init (&world, 0.3);
  answer (&world);
  g_assert_cmpuint (rest (&world), ==, ALL);
  for (gint step = -8; step <= 8; step++)
    g_assert_true (is_there (&world, (300 + 10 * step) / 1000.0));
  g_assert_false (is_there (&world, 0.21));
  g_assert_false (is_there (&world, 0.39));
  g_assert_false (is_there (&world, 0.301));
  for (guint i = 0; i < 4; i++)   /* of the grid: 0.25, 0.5, 0 and 0.75 */
    g_assert_true (is_there (&world, world.query.grid[i]));
  g_assert_false (is_there (&world, 1));
  world_clear (&world);
}

/* As a key rounds them; at an end there are fewer. */
static void
test_ends (void)
{
  World world;
  world_init (&world, 0.9876);
  answer (&world);
  rest (&world);
  const double there[] = { 0.998, 1, 0.978, 0.968, 0.908, 0.75, 0.5, 0.25 };
  for (guint i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_true (is_there (&world, there[i]));
  g_assert_false (is_there (&world, 0.898));
  world_clear (&world);
}

/* What is kept is what would be measured. */
static void
test_numbers (void)
{
  World kept, measured;
  world_init (&kept, 0.3);
  answer (&kept);
  rest (&kept);
  g_assert_true (is_there (&kept, 0.31));
  world_init (&measured, 0.31);
  answer (&measured);
  rest (&measured);
  for (guint c = 0; c < 2; c++)
    {
      const StResult *a = kept.work.columns[c].now, *b = measured.work.columns[c].now;
      g_assert_cmpmem (a->pictures, 20 * SMALL_SIDE * SMALL_SIDE, b->pictures,
                       20 * SMALL_SIDE * SMALL_SIDE);
      g_assert_cmpmem (a->embedding, 40 * sizeof (double), b->embedding, 40 * sizeof (double));
      g_assert_cmpmem (a->psnr, 20 * sizeof (double), b->psnr, 20 * sizeof (double));
      g_assert_cmpmem (a->hilbert.angles.degrees, 3 * sizeof (double),
                       b->hilbert.angles.degrees, 3 * sizeof (double));
    }
  world_clear (&kept);
  world_clear (&measured);
}

/* Of the sweep nothing waits but its angles, and those for the two nearest levels alone. */
static void
test_order (void)
{
  World world;
  world_init (&world, 0.3);
  answer (&world);
  guint kept = 0;
  for (StWorkIdle did; (did = st_work_idle (&world.work)) != ST_WORK_RESTED;)
    {
      StFrame *frame = st_frame_new (1, &world.query);
      st_work_show (&world.work, frame);
      kept += did == ST_WORK_KEPT;
      if (did == ST_WORK_KEPT)
        g_assert_true (frame->angles_complete && frame->sweep_complete);
      if (frame->angles_done > 0)
        g_assert_cmpuint (kept, >=, 4);
      if (kept > 4)
        g_assert_cmpuint (frame->angles_done, ==, world.query.levels);
      st_frame_unref (frame);
    }
  g_assert_cmpuint (kept, >, 4);
  world_clear (&world);
}

/* A hand that moves has it dropped; it is gone on with where it was. */
static void
test_cancel (void)
{
  World world;
  world_init (&world, 0.3);
  answer (&world);
  while (st_work_idle (&world.work) != ST_WORK_KEPT)
    ;
  const gsize bytes = st_shelf_bytes (world.shelf);
  st_cancel_ask (&world.cancel);
  g_assert_cmpint (st_work_idle (&world.work), ==, ST_WORK_RESTED);
  g_assert_cmpuint (st_shelf_bytes (world.shelf), ==, bytes);
  st_cancel_reset (&world.cancel);
  g_assert_cmpuint (rest (&world), ==, ALL - 1);
  g_assert_true (is_there (&world, 0.31));
  world_clear (&world);
}

/* While weights keep coming there is nothing for later before all else is done. */
static void
test_new_weights (void)
{
  World world;
  world_init (&world, 0.3);
  answer (&world);
  world.query.weights[0] = world.query.weights[1] = 2;
  answer (&world);
  g_assert_true (world.work.restless);
  while (st_work_idle (&world.work) != ST_WORK_KEPT)
    ;
  StFrame *frame = st_frame_new (1, &world.query);
  st_work_show (&world.work, frame);
  g_assert_cmpuint (frame->angles_done, ==, world.query.levels);
  st_frame_unref (frame);
  world_clear (&world);
}

/* A shelf without room is no reason to go on for ever. */
static void
test_no_room (void)
{
  World world;
  world_init (&world, 0.3);
  st_shelf_free (world.shelf);
  world.work.shelf = world.shelf = st_shelf_new (10000);
  answer (&world);
  g_assert_cmpuint (rest (&world), <=, 2 * (16 + 4));
  world_clear (&world);
}

/* Through the worker's thread: the first answer is a complete one.  Nobody is told when it is
 * there, so it is tried again after longer and longer rests. */
static void
test_live (void)
{
  Bell bell = { 0 };
  StLiveQuery query;
  StLive *live;
  query_init (&query, 2);
  query.subspace = 3;
  query.tolerance = 1e-8;
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  gboolean found = FALSE;
  for (guint try = 0; try < 14 && !found; try++)
    {
      query.level = 0.3;
      st_frame_unref (wait_angles (live, &bell, st_live_post (live, &query)));
      g_usleep (1000u << try);
      query.level = 0.31;
      StFrame *frame = wait_answer (live, &bell, st_live_post (live, &query));
      found = frame->complete && frame->angles_complete;
      st_frame_unref (frame);
    }
  g_assert_true (found);
  st_live_free (live);
  st_live_query_clear (&query);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/near/levels", test_levels);
  g_test_add_func ("/near/ends", test_ends);
  g_test_add_func ("/near/numbers", test_numbers);
  g_test_add_func ("/near/order", test_order);
  g_test_add_func ("/near/cancel", test_cancel);
  g_test_add_func ("/near/new-weights", test_new_weights);
  g_test_add_func ("/near/no-room", test_no_room);
  g_test_add_func ("/near/live", test_live);
  return g_test_run ();
}
