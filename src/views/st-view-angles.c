/* Hilbert angles: the mean principal angle between the clean and the perturbed subspace
 * against the level, the band from the least to the largest angle, and, dotted, the floor:
 * the angle between two sets of clean images. */
#include <st-level.h>

#include <math.h>

static const StAngleInput *
input_of (const StView *view)
{
  if (view->request->angles == NULL || view->request->column >= st_view_columns (view))
    return NULL;
  return view->request->angles + view->request->column;
}

static void
layout (StView *view)
{
  st_level_layout (view, view->body);
  view->y = (StScale) { ST_SCALE_LINEAR, 0, 90, view->body.y + view->body.height - 2,
                        view->body.y + 2 };
  const StAngleInput *input = input_of (view);
  if (input == NULL)
    return;
  st_view_key (view, &input->floor, sizeof input->floor);
  st_view_key (view, input->grid, st_view_levels (view) * sizeof *input->grid);
}

static void
draw_floor (StView *view, double floor_angle)
{
  const double y = st_scale_place (&view->y, floor_angle);
  const double right = view->body.x + view->body.width;
  StPen pen = st_pen (view->style->text, 1);
  pen.on = 1;
  pen.off = 3;
  st_scene_line (view->base, view->body.x, y, right, y, pen);
  if (!view->request->title)
    return;
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  const gboolean below = y + 16 < view->body.y + view->body.height;
  st_scene_text (view->base, right - 4, below ? y + 13 : y - 5, _("other clean images"), &style);
}

static char *
degrees_tick (StNumbers numbers, double value)
{
  return st_number_degrees (numbers, value, 0);
}

static void
draw_ticks (StView *view)
{
  if (!(view->request->gutter > 0))
    return;
  for (double value = 0; value <= 90; value += 45)
    {
      char *text = degrees_tick (view->request->numbers, value);
      st_view_gutter_label (view, view->base, st_scale_place (&view->y, value), view->body.y,
                            view->body.y + view->body.height, text);
      g_free (text);
    }
}

static void
base (StView *view)
{
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  draw_ticks (view);
  const StAngleInput *input = input_of (view);
  if (input == NULL)
    return;
  if (isfinite (input->floor))
    draw_floor (view, input->floor);
  StLevelSeries series;
  st_level_series_init (view, &series);
  for (guint j = 0; j < series.n; j++)
    {
      series.value[j] = input->grid[j].mean;
      series.low[j] = input->grid[j].low;
      series.high[j] = input->grid[j].high;
    }
  st_scene_clip (view->base, view->body);
  st_level_series_band (view, &series, &view->y, view->colour);
  st_level_series_line (view, &series, &view->y,
                        st_style_curve (view->style, view->request->model_index, 1.75), 0);
  st_scene_unclip (view->base);
}

static void
overlay (StView *view)
{
  const StAngleInput *input = input_of (view);
  StValueLine line = st_view_values (view);
  if (input != NULL && isfinite (input->floor))
    {
      char *number = st_number_degrees (view->request->numbers, input->floor, 0);
      char *text = g_strdup_printf (_("floor %s"), number);
      st_view_value (view, &line, text, FALSE);
      g_free (number);
      g_free (text);
    }
  if (input != NULL && isfinite (input->now.mean))
    {
      char *text = st_number_degrees (view->request->numbers, input->now.mean, 0);
      st_view_value (view, &line, text, TRUE);
      g_free (text);
    }
  st_level_overlay (view);
  if (input != NULL)
    st_level_marker (view, st_scale_place (&view->y, input->now.mean));
}

static void
describe (StView *view, GString *out)
{
  const StAngleInput *input = input_of (view);
  if (input == NULL || !isfinite (input->now.mean))
    return;
  const StNumbers numbers = view->request->numbers;
  char *mean = st_number_degrees (numbers, input->now.mean, 1);
  char *low = st_number_degrees (numbers, input->now.low, 1);
  char *high = st_number_degrees (numbers, input->now.high, 1);
  g_string_append_printf (out, _(", mean angle %s, %s to %s"), mean, low, high);
  if (isfinite (input->floor))
    {
      char *text = st_number_degrees (numbers, input->floor, 1);
      g_string_append_printf (out, _(", other clean images %s"), text);
      g_free (text);
    }
  g_free (mean);
  g_free (low);
  g_free (high);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "level", "angle_mean_deg", "angle_min_deg",
                                       "angle_max_deg", "angle_floor_deg" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  const StAngleInput *input = input_of (view);
  for (guint j = 0; input != NULL && j < st_view_levels (view); j++)
    {
      if (!isfinite (input->grid[j].mean))
        continue;
      const double row[] = { st_view_level (view, j), input->grid[j].mean, input->grid[j].low,
                             input->grid[j].high, input->floor };
      st_table_add_row (out);
      for (guint i = 0; i < G_N_ELEMENTS (row); i++)
        st_table_set (out, i, row[i]);
    }
  return out;
}

const StViewClass st_view_angles = {
  .id = "angles",
  .name = N_("Hilbert angles"),
  .title = N_("Hilbert angles"),
  .definition = N_("Principal angles between the clean and the perturbed subspace: mean, band "
                   "least to largest; dotted: between other clean images."),
  .level_group = TRUE,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .describe = describe,
  .table = table,
};
