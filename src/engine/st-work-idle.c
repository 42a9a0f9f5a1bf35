/* What the live worker does when nothing is asked, one unit at a time, so that a new query
 * never waits for more than one:
 *   1. clean points of the sample that early angles are of (st-work-early.c), once;
 *   2. the angles of the present level, column by column;
 *   3. levels of the grid, without angles, which are ten times as fast;
 *   4. the two levels that an arrow key leads to, for later (st-work-near.c);
 *   5. the levels of the grid with angles;
 *   6. more levels for later.
 * Within 2, 3 and 5 the oldest results come first, those that are missing before all,
 * then the ones near to the present level.  While weights keep coming, 2 and 3 take turns,
 * and oldest first lets everything have its turn; all else waits until the weights rest. */
#include <st-work.h>

#include <st-alloc.h>

#include <math.h>

enum { STEP = 32 };   /* images measured between two looks at the time */

typedef struct Unit {
  uint32_t column, level;
} Unit;

/* The column whose angles at the present level are the oldest. */
static bool
next_angles (const StWork *work, Unit *unit)
{
  bool found = false;
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      const StWorkColumn *column = &work->columns[i];
      if (!st_ok (column->status) || st_work_has_angles (work, i, column->now)
          || (found && column->angled >= work->columns[unit->column].angled))
        continue;
      *unit = (Unit) { .column = i };
      found = true;
    }
  return found;
}

/* Near on the scale that the hand sees; but the first level before all, since words and figures
 * compare with it. */
static double
distance (const StWork *work, uint32_t level)
{
  if (level == 0)
    return -1;
  double a = work->query.grid[level], b = work->query.level;
  return st_perturb_square_root_scale (st_images_kind (work->query.images))
           ? fabs (sqrt (a) - sqrt (b)) : fabs (a - b);
}

/* The level to sweep next, for angles or for all else. */
static bool
next_level (const StWork *work, bool angles, Unit *unit)
{
  uint64_t oldest = UINT64_MAX;
  double nearest = HUGE_VAL;
  for (uint32_t level = 0; level < work->query.levels; level++)
    for (uint32_t i = 0; i < work->query.columns; i++)
      {
        const StWorkColumn *column = &work->columns[i];
        const StResult *result = column->sweep[level];
        bool done = angles ? st_work_has_angles (work, i, result)
                           : st_work_is_fresh (work, i, result);
        uint64_t swept = angles ? 0 : column->swept[level];
        double far = distance (work, level);
        if (!st_ok (column->status) || done || swept > oldest
            || (swept == oldest && far >= nearest))
          continue;
        oldest = swept;
        nearest = far;
        *unit = (Unit) { i, level };
      }
  return nearest < HUGE_VAL;
}

static StStatus
measure (const StWork *work, StMeasure *measure, const StQuery *query, StResult **result)
{
  StStatus status = st_measure_begin (measure, query);
  while (st_ok (status) && !st_measure_finished (measure))
    status = st_measure_step (measure, STEP, work->cancel);
  if (st_ok (status))
    status = st_measure_take (measure, result);
  return status;
}

static void
forget_scratch (StWork *work)
{
  st_measure_free (work->angles);
  work->angles = NULL;
}

static StStatus
renew_hilbert (StWork *work, uint32_t i, const StQuery *query)
{
  StWorkColumn *column = &work->columns[i];
  const StLiveQuery *asked = &work->query;
  if (column->hilbert != NULL
      && st_hilbert_fits (column->hilbert, query, asked->kernel, asked->tolerance,
                          asked->subspace))
    return st_success ();
  /* Before the new one: each has all its points, and so has what compares. */
  st_hilbert_unref (column->hilbert);
  column->hilbert = NULL;
  if (!st_hilbert_holds_features (query, asked->kernel))
    {
      forget_scratch (work);
      st_alloc_trim ();
    }
  return st_hilbert_new (query, asked->kernel, asked->tolerance, asked->subspace, work->pool,
                         work->cancel, &column->hilbert);
}

static StStatus
measure_angles (StWork *work, StQuery *query, uint32_t i, StResult **result)
{
  StStatus status = renew_hilbert (work, i, query);
  if (st_ok (status) && work->angles == NULL)
    status = st_measure_new (work->pool, &work->angles);
  query->hilbert = work->columns[i].hilbert;
  if (st_ok (status))
    status = measure (work, work->angles, query, result);
  return status;
}

/* Only the first images take part; all else of the column's result stays as it is. */
static StStatus
add_angles (StWork *work, uint32_t i, StResult **result)
{
  StQuery query = st_work_query (work, i, work->query.level, false);
  StResult *some;
  query.most = ST_ANGLES_MAX;
  query.only_angles = true;
  StStatus status = measure_angles (work, &query, i, &some);
  if (!st_ok (status))
    return status;
  status = st_result_with_angles (work->columns[i].now, &some->hilbert, result);
  st_result_unref (some);
  return status;
}

static StStatus
angle_now (StWork *work, uint32_t i)
{
  StWorkColumn *column = &work->columns[i];
  StQuery query = st_work_query (work, i, work->query.level, true);
  query.reference = column->reference;
  const bool only = st_work_is_fresh (work, i, column->now)
                    && column->now->done == column->now->count;
  StResult *result;
  StStatus status = only ? add_angles (work, i, &result)
                         : measure_angles (work, &query, i, &result);
  if (!st_ok (status))
    return status;
  st_result_unref (column->now);
  column->now = result;
  column->angled = work->turn;
  work->hurried = 0;
  st_work_shelve (work, i, result);
  return status;
}

static StStatus
sweep_level (StWork *work, const Unit *unit, bool angles)
{
  StWorkColumn *column = &work->columns[unit->column];
  StQuery query = st_work_query (work, unit->column, work->query.grid[unit->level], false);
  StResult *old = column->sweep[unit->level], *result;
  query.most = ST_SWEEP_IMAGES_MAX;
  StStatus status = angles ? measure_angles (work, &query, unit->column, &result)
                           : measure (work, column->measure, &query, &result);
  if (!st_ok (status))
    return status;
  /* Nobody else has it yet. */
  if (!result->hilbert.known && old != NULL)
    result->hilbert = old->hilbert;
  st_result_unref (old);
  column->sweep[unit->level] = result;
  column->swept[unit->level] = work->turn;
  st_work_shelve (work, unit->column, result);
  return status;
}

/* When nothing is to be done until there is another query.  Scratch for few images is kept. */
static void
tidy (StWork *work)
{
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      StQuery query = st_work_query (work, i, work->query.level, false);
      if (!st_hilbert_holds_features (&query, work->query.kernel))
        forget_scratch (work);
    }
  st_alloc_trim ();
}

/* Where something is kept for later.  What fails is not missed. */
static StWorkIdle
measure_near (StWork *work, bool nearest)
{
  uint32_t i;
  double level;
  if (work->shelf == NULL || work->restless || !st_work_next_near (work, nearest, &i, &level))
    return ST_WORK_RESTED;
  StWorkColumn *column = &work->columns[i];
  StQuery query = st_work_query (work, i, level, true);
  query.reference = column->reference;
  StResult *result;
  StStatus status = st_work_wants_angles (work, i) ? measure_angles (work, &query, i, &result)
                                           : measure (work, column->measure, &query, &result);
  if (status.code == ST_CANCELLED)
    return ST_WORK_RESTED;
  work->near++;
  if (st_ok (status))
    {
      st_work_shelve (work, i, result);
      st_result_unref (result);
    }
  return ST_WORK_KEPT;
}

/* What can be shown, of the present query. */
static StWorkIdle
measure_unit (StWork *work, bool angles, const Unit *unit, bool sweep_angles)
{
  StStatus status = angles ? angle_now (work, unit->column)
                           : sweep_level (work, unit, sweep_angles);
  if (status.code == ST_CANCELLED)
    return ST_WORK_RESTED;
  work->angles_last = angles;
  work->columns[unit->column].status = status;
  return ST_WORK_SHOWS;
}

StWorkIdle
st_work_idle (StWork *work)
{
  Unit unit = { 0 }, level = { 0 };
  if (work->query.images == NULL)
    return ST_WORK_RESTED;
  bool angles = next_angles (work, &unit), sweep = next_level (work, false, &level);
  if (angles && sweep && work->restless)
    angles = !work->angles_last;
  StWorkIdle ready = st_work_prepare_early (work);
  if (ready != ST_WORK_RESTED || st_cancel_asked (work->cancel))
    return ready;
  if (angles || sweep)
    return measure_unit (work, angles, angles ? &unit : &level, false);
  StWorkIdle near = measure_near (work, true);
  if (near != ST_WORK_RESTED || st_cancel_asked (work->cancel))
    return near;
  if (next_level (work, true, &level))
    return measure_unit (work, false, &level, true);
  st_work_settle (work);
  near = measure_near (work, false);
  if (near == ST_WORK_RESTED && !st_cancel_asked (work->cancel))
    tidy (work);
  return near;
}
