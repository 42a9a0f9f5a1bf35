#include <st-reading.h>

#include <math.h>

enum { REACH = 24, SIZE = 11, LINE = 15, PADDING = 5, DISTANCE = 12, RADIUS = 3 };

gboolean
st_reading_place (const StView *view, StRect panel, StPoint *place)
{
  *place = view->request->pointer;
  return view->request->reads && place->x >= panel.x && place->x <= panel.x + panel.width
         && place->y >= panel.y && place->y <= panel.y + panel.height;
}

gint64
st_reading_level (const StView *view, const StLevelSeries *series)
{
  const StRect plot = view->figure->plot;
  gint64 found = -1;
  double nearest = INFINITY, widest = REACH;
  for (guint j = 0; j < series->n; j++)
    {
      const double away = fabs (series->x[j] - view->request->pointer.x);
      /* Zoomed in, levels are far from each other. */
      if (j > 0)
        widest = MAX (widest, (series->x[j] - series->x[j - 1]) / 2);
      if (!isfinite (series->value[j]) || !(away < nearest) || series->x[j] < plot.x - 1
          || series->x[j] > plot.x + plot.width + 1)
        continue;
      nearest = away;
      found = j;
    }
  /* Where the present level is nearest, which is written out anyhow, no other is meant. */
  const double now = fabs (st_scale_place (&view->figure->level, st_level_now (view))
                           - view->request->pointer.x);
  return nearest <= widest && !(view->request->level_cursor && now < nearest - 0.5) ? found : -1;
}

void
st_reading_dot (StView *view, StRect panel, double x, double y, guint model)
{
  const StMarkerStyle style = st_style_model_marker (view->style, model, RADIUS);
  if (y >= panel.y - 2 && y <= panel.y + panel.height + 2)
    st_scene_marker (view->marks, x, y, &style);
}

void
st_reading_box (StView *view, GPtrArray *lines)
{
  const StPoint at = view->request->pointer;
  StTextStyle style = { .size = SIZE, .weight = 600, .colour = view->style->text };
  double width = 0;
  for (guint i = 0; i < lines->len; i++)
    width = MAX (width, st_text_width (lines->pdata[i], SIZE, i == 0 ? 600 : 400));
  const double room = MAX (view->request->width - 2 * PADDING, 1);
  width = MIN (ceil (width), room) + 2 * PADDING;
  const double height = lines->len * LINE + PADDING;
  /* At the right of the pointer and above it, where there is room. */
  double x = at.x + DISTANCE, y = at.y - DISTANCE - height;
  if (x + width > view->request->width)
    x = at.x - DISTANCE - width;
  if (y < 0)
    y = at.y + DISTANCE;
  x = CLAMP (x, 0, MAX (view->request->width - width, 0));
  y = CLAMP (y, 0, MAX (view->request->height - height, 0));
  st_scene_rect (view->marks, (StRect) { x - 1, y - 1, width + 2, height + 2 }, 5,
                 view->style->rule);
  st_scene_rect (view->marks, (StRect) { x, y, width, height }, 4, view->style->paper);
  style.width = room;
  for (guint i = 0; i < lines->len; i++)
    {
      style.weight = i == 0 ? 600 : 400;
      st_scene_text (view->marks, x + PADDING, y + (i + 1) * LINE - 2, lines->pdata[i], &style);
    }
}

char *
st_reading_at (const StView *view, const char *words, guint j)
{
  char *level = st_number_level (view->request->numbers, st_view_level (view, j));
  /* Translators: a value with its unit, and the level of distortion: "16.3 dB at 0.05". */
  char *text = g_strdup_printf (_("%s at %s"), words, level);
  g_free (level);
  return text;
}

void
st_reading_series (StView *view, const StLevelSeries *series, const StScale *y, StReadingSay say)
{
  StPoint place;
  const StRect plot = view->figure->plot;
  const gint64 j = st_reading_place (view, plot, &place) ? st_reading_level (view, series) : -1;
  if (j < 0)
    return;
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  char *words = say (view, (guint) j, series->value[j]);
  g_ptr_array_add (lines, st_reading_at (view, words, (guint) j));
  if (series->stale[j])
    g_ptr_array_add (lines, g_strdup (_("faded: older weights")));
  st_reading_dot (view, plot, series->x[j], st_scale_place (y, series->value[j]),
                  view->request->model_index);
  st_reading_box (view, lines);
  g_free (words);
  g_ptr_array_unref (lines);
}
