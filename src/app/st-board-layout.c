#include <st-board-layout.h>

/* Wishes of the level group: half, 27 % and 23 % of what it gets. */
const StBoardRow st_board_rows[] = {
  { .figure = ST_FIGURE_RECONSTRUCTIONS, .least = 180, .wished = 180 },
  { .figure = ST_FIGURE_SPECTRUM, .has_second = TRUE, .second = ST_FIGURE_SCATTER, .least = 176,
    .wished = 240 },
  { .figure = ST_FIGURE_STRATA, .level = TRUE, .least = 104, .wished = 144 },
  { .figure = ST_FIGURE_ANGLES, .level = TRUE, .least = 76, .wished = 78 },
  { .figure = ST_FIGURE_PSNR, .level = TRUE, .least = 72, .wished = 66 },
};
const guint st_board_n_rows = G_N_ELEMENTS (st_board_rows);

static int
least_height (guint first, guint end)
{
  int height = ST_BOARD_HEAD;
  for (guint i = first; i < end; i++)
    {
      gboolean joined = i > first && st_board_rows[i].level && st_board_rows[i - 1].level;
      height += st_board_rows[i].least + (i > first && !joined ? ST_BOARD_BETWEEN : 0);
    }
  return height;
}

static guint
choose_end (int height, guint first)
{
  if (least_height (first, st_board_n_rows) <= height)
    return st_board_n_rows;
  guint end = first + 1;   /* one row at the least, whatever the height */
  while (end < st_board_n_rows && least_height (first, end + 1) <= height - ST_BOARD_MORE)
    end++;
  return end;
}

/* Spare height goes to the scatter until it is square, then to the level group by its wishes,
 * and where there is none of these, nowhere. */
static void
share_out (StBoardPlan *plan, int spare)
{
  int wishes = 0;
  for (guint i = plan->first; i < plan->end; i++)
    {
      plan->height[i] = st_board_rows[i].least;
      wishes += st_board_rows[i].level ? st_board_rows[i].wished : 0;
    }
  for (guint i = plan->first; i < plan->end; i++)
    if (st_board_rows[i].has_second)
      {
        int square = plan->column_width * 6 / 10 + 40;
        int more = CLAMP (square - plan->height[i], 0, spare);
        /* The level group keeps its wish before the scatter grows. */
        if (wishes > 0)
          more = MIN (more, MAX (spare / 2, spare - wishes));
        plan->height[i] += more;
        spare -= more;
      }
  for (guint i = plan->first; i < plan->end && wishes > 0; i++)
    if (st_board_rows[i].level)
      {
        int share = spare * st_board_rows[i].wished / wishes;
        plan->height[i] += share;
        spare -= share;
        wishes -= st_board_rows[i].wished;
      }
}

StBoardPlan
st_board_plan (int width, int height, guint columns, guint first)
{
  StBoardPlan plan = { 0 };
  int n = MAX ((int) columns, 1);
  plan.column_width = MAX (
    (width - ST_BOARD_GUTTER - ST_BOARD_MARGIN - (n - 1) * ST_BOARD_GAP) / n, 80);
  plan.first = MIN (first, st_board_n_rows - 1);
  if (least_height (0, st_board_n_rows) <= height)
    plan.first = 0;
  plan.end = choose_end (height, plan.first);
  /* Room at the end is used for rows before. */
  while (plan.first > 0 && plan.end == st_board_n_rows
         && least_height (plan.first - 1, plan.end) <= height - ST_BOARD_MORE)
    plan.first--;

  gboolean all = plan.first == 0 && plan.end == st_board_n_rows;
  int room = height - (all ? 4 : ST_BOARD_MORE);
  share_out (&plan, MAX (room - least_height (plan.first, plan.end), 0));

  int y = ST_BOARD_HEAD;
  for (guint i = plan.first; i < plan.end; i++)
    {
      gboolean joined = i > plan.first && st_board_rows[i].level && st_board_rows[i - 1].level;
      y += i > plan.first && !joined ? ST_BOARD_BETWEEN : 0;
      plan.y[i] = y;
      y += plan.height[i];
    }
  return plan;
}
