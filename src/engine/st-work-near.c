/* Levels near to the present one, which a hand is likely to want next: those that the arrow keys
 * lead to, in steps of a hundredth and rounded to thousandths as they are, outward; then the
 * nearest ones of the grid.  All of a result is measured, pictures and angles too, and put on
 * the shelf, where st_work_adopt() finds it.  Each is tried once for a query, whether the shelf
 * has room for it or not. */
#include <st-work.h>

#include <math.h>

enum {
  FEW = 300,                            /* images: of more only some levels, for memory and time */
  MANY = 1000,                          /* and of still more none */
  FEW_STEPS = 8, MANY_STEPS = 2, GRID = 4,
};

static uint32_t
count_steps (const StWork *work)
{
  const uint32_t images = st_images_count (work->query.images);
  return images <= FEW ? FEW_STEPS : images <= MANY ? MANY_STEPS : 0;
}

static uint32_t
count_grid (const StWork *work)
{
  const uint32_t levels = work->query.levels;
  if (st_images_count (work->query.images) > FEW)
    return 0;
  return levels < GRID ? levels : GRID;
}

/* As many steps up, or down where odd. */
static double
step_level (double level, uint32_t index)
{
  const double steps = index / 2 + 1, next = level + (index % 2 == 0 ? 0.01 : -0.01) * steps;
  return round (fmin (fmax (next, 0.0), 1.0) * 1000) / 1000;
}

/* The one of the grid that so many are nearer than. */
static double
grid_level (const StLiveQuery *query, uint32_t nearer)
{
  uint32_t low = 0, at = 0;
  while (low < query->levels && query->grid[low] < query->level)
    low++;
  for (uint32_t high = low, i = 0; i <= nearer; i++)
    {
      const bool down = low > 0
                        && (high == query->levels
                            || query->level - query->grid[low - 1]
                                 <= query->grid[high] - query->level);
      at = down ? --low : high++;
    }
  return query->grid[at];
}

bool
st_work_next_near (StWork *work, bool nearest, uint32_t *column, double *level)
{
  const StLiveQuery *query = &work->query;
  const uint32_t steps = 2 * count_steps (work), all = steps + count_grid (work);
  const uint32_t end = (nearest ? steps < 2 ? steps : 2 : all) * query->columns;
  for (; work->near < end; work->near++)
    {
      const uint32_t index = work->near / query->columns;
      *column = work->near % query->columns;
      *level = index < steps ? step_level (query->level, index)
                             : grid_level (query, index - steps);
      if (*level != query->level && st_ok (work->columns[*column].status)
          && !st_work_has_shelved (work, *column, *level))
        return true;
    }
  return false;
}
