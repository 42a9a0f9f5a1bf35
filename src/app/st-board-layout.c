#include <st-board-layout.h>

/* All figures from the top; the scatter moves up beside the spectrum.  Wishes of the level group:
 * half, 27 % and 23 % of what it gets. */
static const StBoardRow all[] = {
  { .figure = ST_FIGURE_RECONSTRUCTIONS, .least = 180 },
  { .figure = ST_FIGURE_DIFFERENCE, .least = 180 },
  { .figure = ST_FIGURE_CELLS, .least = 176, .wished = 480, .square = TRUE },
  { .figure = ST_FIGURE_SPECTRUM, .least = 176, .wished = 600 },
  { .figure = ST_FIGURE_SCATTER, .least = 176, .wished = 600, .square = TRUE },
  { .figure = ST_FIGURE_RIBBONS, .least = 190, .wished = 600 },
  { .figure = ST_FIGURE_ISOMETRY, .least = 168, .wished = 280 },
  { .figure = ST_FIGURE_PATHS, .least = 132, .wished = 220 },
  { .figure = ST_FIGURE_TRADEOFF, .least = 190, .wished = 480, .square = TRUE },
  { .figure = ST_FIGURE_TRAVERSAL, .least = 176, .wished = 480, .square = TRUE },
  { .figure = ST_FIGURE_DISTANCES, .least = 176, .wished = 480, .square = TRUE },
  { .figure = ST_FIGURE_STRATA, .level = TRUE, .least = 104, .wished = 144 },
  { .figure = ST_FIGURE_ANGLES, .level = TRUE, .least = 76, .wished = 78 },
  { .figure = ST_FIGURE_PSNR, .level = TRUE, .least = 72, .wished = 66 },
};
G_STATIC_ASSERT (G_N_ELEMENTS (all) == ST_FIGURES && G_N_ELEMENTS (all) <= ST_BOARD_ROWS);

/* Title and foot of a figure, beside its square part. */
enum { AROUND_SQUARE = 40, AROUND_CELLS = 62 };

const StBoardFigures st_board_usual_figures
  = 1u << ST_FIGURE_RECONSTRUCTIONS | 1u << ST_FIGURE_SPECTRUM | 1u << ST_FIGURE_SCATTER
    | 1u << ST_FIGURE_STRATA | 1u << ST_FIGURE_ANGLES | 1u << ST_FIGURE_PSNR;

guint
st_board_rows (StBoardFigures figures, StBoardRow rows[ST_BOARD_ROWS])
{
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (!(figures & 1u << all[i].figure))
        continue;
      if (all[i].figure == ST_FIGURE_SCATTER && n > 0
          && rows[n - 1].figure == ST_FIGURE_SPECTRUM)
        {
          rows[n - 1].has_second = rows[n - 1].square = TRUE;
          rows[n - 1].second = ST_FIGURE_SCATTER;
        }
      else
        rows[n++] = all[i];
    }
  return n;
}

static gboolean
is_joined (const StBoardRow *rows, guint first, guint i)
{
  return i > first && rows[i].level && rows[i - 1].level;
}

static int
least_height (const StBoardRow *rows, guint first, guint end)
{
  int height = ST_BOARD_HEAD;
  for (guint i = first; i < end; i++)
    height += rows[i].least + (i > first && !is_joined (rows, first, i) ? ST_BOARD_BETWEEN : 0);
  return height;
}

static guint
choose_end (const StBoardRow *rows, guint n, int height, guint first)
{
  if (first == 0 && least_height (rows, 0, n) <= height)
    return n;
  guint end = first + 1;   /* one row at the least, whatever the height */
  while (end < n && least_height (rows, first, end + 1) <= height - ST_BOARD_MORE)
    end++;
  return end;
}

/* The height beyond which a row outside the level group has nothing to gain. */
static int
height_wanted (const StBoardPlan *plan, const StBoardRow *row)
{
  if (!row->square)
    return MAX (row->wished, row->least);
  int square = plan->column_width + AROUND_SQUARE;
  if (row->has_second)
    square = plan->column_width * 6 / 10 + AROUND_SQUARE;
  else if (row->figure == ST_FIGURE_CELLS)
    square = plan->column_width / 2 + AROUND_CELLS;
  return CLAMP (square, row->least, MAX (row->wished, row->least));
}

/* Gives a row some of the spare height. */
static void
grow (StBoardPlan *plan, const StBoardRow *rows, guint i, int most, int *spare)
{
  int more = CLAMP (height_wanted (plan, &rows[i]) - plan->height[i], 0, MAX (most, 0));
  plan->height[i] += more;
  *spare -= more;
}

/* Spare height goes to rows that want to be square until they are, then to the level group by
 * its wishes, and where there is none of it, to all others that can use it. */
static void
share_out (StBoardPlan *plan, const StBoardRow *rows, int spare)
{
  int wishes = 0;
  guint others = 0;
  for (guint i = plan->first; i < plan->end; i++)
    {
      plan->height[i] = rows[i].least;
      wishes += rows[i].level ? rows[i].wished : 0;
      others += !rows[i].level && !rows[i].square;
    }
  for (guint i = plan->first; i < plan->end; i++)
    if (rows[i].square)
      /* The level group keeps its wish before these grow. */
      grow (plan, rows, i, wishes > 0 ? MAX (spare / 2, spare - wishes) : spare, &spare);
  for (guint i = plan->first; i < plan->end && wishes == 0; i++)
    if (!rows[i].level && !rows[i].square)
      grow (plan, rows, i, spare / (int) others--, &spare);
  for (guint i = plan->first; i < plan->end && wishes > 0; i++)
    if (rows[i].level)
      {
        int share = spare * rows[i].wished / wishes;
        plan->height[i] += share;
        spare -= share;
        wishes -= rows[i].wished;
      }
}

StBoardPlan
st_board_plan (const StBoardRow *rows, guint n_rows, int width, int height, guint columns,
               guint first)
{
  StBoardPlan plan = { 0 };
  int n = MAX ((int) columns, 1);
  plan.column_width = MAX (
    (width - ST_BOARD_GUTTER - ST_BOARD_MARGIN - (n - 1) * ST_BOARD_GAP) / n, 80);
  if (n_rows == 0)
    return plan;
  plan.first = MIN (first, n_rows - 1);
  if (least_height (rows, 0, n_rows) <= height)
    plan.first = 0;
  plan.end = choose_end (rows, n_rows, height, plan.first);
  /* Room at the end is used for rows before. */
  while (plan.first > 0 && plan.end == n_rows
         && least_height (rows, plan.first - 1, plan.end) <= height - ST_BOARD_MORE)
    plan.first--;

  gboolean whole = plan.first == 0 && plan.end == n_rows;
  int room = height - (whole ? 4 : ST_BOARD_MORE);
  share_out (&plan, rows, MAX (room - least_height (rows, plan.first, plan.end), 0));

  int y = ST_BOARD_HEAD;
  for (guint i = plan.first; i < plan.end; i++)
    {
      y += i > plan.first && !is_joined (rows, plan.first, i) ? ST_BOARD_BETWEEN : 0;
      plan.y[i] = y;
      y += plan.height[i];
    }
  return plan;
}
