/* Where the board's columns and rows stand, and the names of rows that found no place. */
#include "st-board-private.h"

#include <st-column-head.h>

/* What stands at the scatter's title, which needs so much for itself. */
enum { PICTURE_HEIGHT = 22, TITLE_ROOM = 94 };

/* Above a figure that is shown alone. */
enum { LARGE_HEAD = 64 };

guint
st_board_find_row (StBoard *self, StBoardFigures figures)
{
  guint row = 0;
  while (row < self->n_rows && !(figures & 1u << self->rows[row].figure)
         && !(self->rows[row].has_second && (figures & 1u << self->rows[row].second)))
    row++;
  return row;
}

/* What was just chosen is looked at, so the rows begin with it if it would be below all. */
static void
plan_rows (StBoard *self, int width, int height)
{
  self->plan = st_board_plan (self->rows, self->n_rows, width, height, self->columns,
                              self->first_row);
  const guint row = st_board_find_row (self, self->added);
  self->added = 0;
  if (row == self->n_rows || row < self->plan.end)
    return;
  self->first_row = row;
  self->plan = st_board_plan (self->rows, self->n_rows, width, height, self->columns, row);
}

static void
place (GtkWidget *child, gboolean visible, int x, int y, int width, int height)
{
  gtk_widget_set_child_visible (child, visible);
  if (!visible)
    return;
  int least;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, MAX (width, least), height }, -1);
}

/* Behind the title of a figure's first column, as far right as that reaches; where it is narrow
 * beyond it, over the next column, which has no title. */
static void
place_controls (GtkWidget *controls, gboolean visible, int x, int y, int width)
{
  int natural;
  gtk_widget_measure (controls, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  const int end = gtk_widget_get_width (gtk_widget_get_parent (controls)) - ST_BOARD_MARGIN;
  const int left = MAX (x + TITLE_ROOM, x + width - natural);
  place (controls, visible, left, y, MIN (natural, MAX (end - left, 0)), PICTURE_HEIGHT);
}

static void
place_row (StBoard *self, guint row, guint i)
{
  const StBoardRow *wanted = &self->rows[row];
  const StBoardPlan *plan = &self->plan;
  gboolean visible = row >= plan->first && row < plan->end;
  gboolean axis = !(row + 1 < plan->end && self->rows[row + 1].level);
  gboolean first = row <= plan->first || !self->rows[row - 1].level;
  int gutter = i == 0 ? ST_BOARD_GUTTER : 0;
  int x = ST_BOARD_GUTTER + (int) i * (plan->column_width + ST_BOARD_GAP);
  int width = plan->column_width;
  int left = wanted->has_second ? width * 4 / 10 : width;

  GtkWidget *plot = self->column[i].plots[wanted->figure];
  StPlotPlace where = { .title = i == 0 && !self->overlaid, .gutter = i == 0, .level_axis = axis,
                        .first_in_group = first };
  st_plot_set_place (ST_PLOT (plot), where);
  place (plot, visible, x - gutter, plan->y[row], left + gutter, plan->height[row]);
  if (wanted->figure == ST_FIGURE_SCATTER && i == 0)
    place_controls (self->picture, visible, x, plan->y[row], left);
  if (wanted->figure == ST_FIGURE_TRADEOFF && i == 0)
    place_controls (self->tradeoff, visible, x, plan->y[row], left);
  if (!wanted->has_second)
    return;
  GtkWidget *second = self->column[i].plots[wanted->second];
  st_plot_set_place (ST_PLOT (second), (StPlotPlace) { .title = i == 0 });
  left += ST_BOARD_GAP;
  place (second, visible, x + left, plan->y[row], width - left, plan->height[row]);
  if (wanted->second == ST_FIGURE_SCATTER && i == 0)
    place_controls (self->picture, visible, x + left, plan->y[row], width - left);
}

static void
append_names (StBoard *self, GString *names, guint first, guint end)
{
  for (guint row = first; row < end; row++)
    {
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                              st_figure_name (self->rows[row].figure));
      if (self->rows[row].has_second)
        g_string_append_printf (names, ", %s", st_figure_name (self->rows[row].second));
    }
}

static void
name_rest (StBoard *self)
{
  gboolean below = self->plan.end < self->n_rows;
  g_autoptr (GString) names = g_string_new (NULL);
  if (below)
    append_names (self, names, self->plan.end, self->n_rows);
  else
    append_names (self, names, 0, self->plan.first);
  g_string_append (names, below ? " ⌄" : " ⌃");
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->more)), names->str) != 0)
    gtk_button_set_label (GTK_BUTTON (self->more), names->str);
}

void
st_board_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StBoard *self = ST_BOARD (widget);
  /* Below the large figure's head; and over the room for heads, where models have none. */
  const int top = self->large >= 0 ? LARGE_HEAD : 0, lift = self->overlaid ? ST_BOARD_HEAD : 0;
  plan_rows (self, width, height - top + lift);
  gboolean all = self->plan.first == 0 && self->plan.end == self->n_rows;
  for (guint row = 0; row < self->n_rows; row++)
    self->plan.y[row] += top - lift;

  place (self->large_head, self->large >= 0, ST_BOARD_GUTTER, 0,
         width - ST_BOARD_GUTTER - ST_BOARD_MARGIN, LARGE_HEAD);
  /* Unless there are their figures. */
  gtk_widget_set_child_visible (self->picture, FALSE);
  gtk_widget_set_child_visible (self->tradeoff, FALSE);
  for (guint i = 0; i < self->columns; i++)
    {
      int x = ST_BOARD_GUTTER + (int) i * (self->plan.column_width + ST_BOARD_GAP);
      if (self->column[i].head != NULL)
        place (self->column[i].head, TRUE, x, top, self->plan.column_width, ST_BOARD_HEAD);
      for (guint row = 0; row < self->n_rows; row++)
        place_row (self, row, i);
    }
  if (!all && self->columns > 0)
    name_rest (self);
  place (self->more, !all && self->columns > 0, 0, height - ST_BOARD_MORE, width, ST_BOARD_MORE);
}

void
st_board_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;
  *minimum = across ? 480 : ST_BOARD_HEAD + 180 + ST_BOARD_MORE;
  *natural = across ? 1180 : 780;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_measure (child, orientation, -1, NULL, NULL, NULL, NULL);
}
