/* The table in a corner of models that share axes. */
#include <st-overlaid.h>

#include <math.h>

/* Its lines, what one of its cells takes, and room around it. */
enum { TABLE_LINE = 20, CELL = 72, MARGIN = 16 };

/* The level that a column of the table is at: the first one above 0, the present, the last. */
static guint
first_level (const StView *view)
{
  return st_view_levels (view) > 1 && st_view_level (view, 0) == 0 ? 1 : 0;
}

/* How much room there is between a corner of the plot and the curves over it. */
static double
free_height (const StView *view, const StOverlaid *all, double left, gboolean below)
{
  double room = view->body.height;
  for (guint m = 0; m < all->n; m++)
    {
      const StLevelSeries *series = &all->models[m].series;
      for (guint j = 0; j < series->n; j++)
        {
          const double y = st_scale_place (&view->y, series->value[j]);
          if (series->x[j] >= left && isfinite (y))
            room = MIN (room, below ? view->body.y + view->body.height - y : y - view->body.y);
        }
      const double constant = st_scale_place (&view->y, all->models[m].constant);
      if (isfinite (constant))
        room = MIN (room, below ? view->body.y + view->body.height - constant
                                : constant - ST_OVERLAID_VALUE_LINE - view->body.y);
    }
  return room;
}

static void
draw_cell (StView *view, double right, double y, const char *text, gboolean head)
{
  const StTextStyle style = { .size = head ? 11 : 12, .weight = 400, .align = ST_ALIGN_RIGHT,
                              .colour = head ? view->style->dim : view->style->text };
  st_scene_text (view->overlay, right, y, text, &style);
}

static void
draw_number (StView *view, const StOverlaid *all, double right, double y, double value)
{
  char *text = isfinite (value) ? all->curve->say (view->request->numbers, value)
                                : g_strdup ("–");
  draw_cell (view, right, y, text, FALSE);
  g_free (text);
}

static void
draw_table_row (StView *view, const StOverlaid *all, const StOverlaidModel *model, StRect where,
                double y)
{
  const StMarkerStyle marker = st_style_model_marker (view->style, model->model->index, 3.5);
  const StTextStyle style = { .size = 12, .weight = 500, .colour = view->style->text,
                              .width = where.width - CELL * (all->curve->constant ? 4 : 3) - 20 };
  const guint first = first_level (view), n = model->series.n;
  st_scene_marker (view->overlay, where.x + 6, y - 4, &marker);
  st_scene_text (view->overlay, where.x + 18, y, model->model->title, &style);
  double right = where.x + where.width;
  if (all->curve->constant != NULL)
    {
      draw_number (view, all, right, y, model->constant);
      right -= CELL;
    }
  draw_number (view, all, right, y, n > 0 ? model->series.value[n - 1] : NAN);
  draw_number (view, all, right - CELL, y, model->now);
  draw_number (view, all, right - 2 * CELL, y, n > first ? model->series.value[first] : NAN);
}

static void
draw_table_head (StView *view, const StOverlaid *all, StRect where, double y)
{
  const guint n = st_view_levels (view);
  double right = where.x + where.width;
  if (all->curve->constant != NULL)
    {
      draw_cell (view, right, y, _(all->curve->constant_name), TRUE);
      right -= CELL;
    }
  const double levels[] = { n > 0 ? st_view_level (view, n - 1) : NAN, st_level_now (view),
                            n > 0 ? st_view_level (view, first_level (view)) : NAN };
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      char *level = st_number_level (view->request->numbers, levels[i]);
      char *text = g_strdup_printf (_("at %s"), level);
      draw_cell (view, right - i * CELL, y, text, TRUE);
      g_free (level);
      g_free (text);
    }
  st_scene_line (view->overlay, where.x, y + 6, where.x + where.width, y + 6,
                 st_pen (view->style->rule, 1));
}

void
st_overlaid_draw_table (StView *view, const StOverlaid *all)
{
  double widest = 0;
  for (guint m = 0; m < all->n; m++)
    widest = MAX (widest, st_text_width (all->models[m].model->title, 12, 500));
  const double width = widest + 30 + CELL * (all->curve->constant != NULL ? 4 : 3);
  const double height = (all->n + 1) * TABLE_LINE + MARGIN;
  const StRect body = view->body;
  StRect where = { body.x + body.width - width - MARGIN, body.y + MARGIN, width, height };
  if (all->n == 0 || where.x < body.x + body.width / 3)
    return;
  const double above = free_height (view, all, where.x, FALSE);
  const double below = free_height (view, all, where.x, TRUE);
  if (MAX (above, below) < height + MARGIN)
    return;
  if (below >= above)
    where.y = body.y + body.height - height - 2;
  st_scene_rect (view->overlay, where, 0, view->style->paper);   /* over the grid */
  draw_table_head (view, all, where, where.y + 12);
  for (guint m = 0; m < all->n; m++)
    draw_table_row (view, all, &all->models[m], where, where.y + 16 + TABLE_LINE * (m + 1));
}
