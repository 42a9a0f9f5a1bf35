/* A figure of one value against the level, large, with all models on one pair of axes: their
 * curves, named where they end; at the playhead their present values; dotted what does not
 * depend on the level; and in the corner that is most free a table of them. */
#include <st-reading.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Right of the plot, for names; between texts above each other; what a table's cell takes. */
enum { NAME_GAP = 26, NAME_LINE = 18, VALUE_LINE = 15, TABLE_LINE = 20, CELL = 72, MARKER = 4,
       MARGIN = 16 };

typedef struct Model
{
  StFigureRequest request;     /* of the whole, but about this column */
  StView view;                 /* of that request */
  StLevelSeries series;
  double now, constant;        /* NaN: not known */
  gboolean some;               /* there are words until there is a number */
  const StFigureModel *model;
} Model;

typedef struct Overlaid
{
  const StViewCurve *curve;
  guint n;
  Model models[ST_COLUMNS_MAX];
} Overlaid;

static gboolean
draws_column (const StView *view, guint column)
{
  const StModel *model = view->frame->query.models[column];
  return model != NULL
         && (!view->class->curve->unfolds || st_kind_unfolds (st_model_spec (model)->kind));
}

static void
collect (const StView *view, Overlaid *all)
{
  all->curve = view->class->curve;
  all->n = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      Model *model = &all->models[all->n];
      if (!draws_column (view, c))
        continue;
      all->n++;
      model->model = &view->request->overlaid[c];
      model->request = *view->request;
      model->request.column = c;
      model->request.model_index = model->model->index;
      model->view = *view;
      model->view.request = &model->request;
      model->view.colour = st_style_model (view->style, model->model->index);
      st_level_series_init (&model->view, &model->series);
      all->curve->series (&model->view, &model->series);
      model->now = all->curve->now (&model->view);
      model->some = !isfinite (model->now) && all->curve->some != NULL;
      model->constant = all->curve->constant != NULL ? all->curve->constant (&model->view) : NAN;
    }
}

/* ---- axes ---- */

static void
include (double value, double range[2])
{
  if (!isfinite (value))
    return;
  range[0] = MIN (range[0], value);
  range[1] = MAX (range[1], value);
}

/* Over all models, in fives. */
static void
find_range (const Overlaid *all, double range[2])
{
  range[0] = all->curve->low;
  range[1] = all->curve->high;
  if (range[0] < range[1])
    return;
  range[0] = all->curve->from_zero ? 0 : INFINITY;
  range[1] = -INFINITY;
  for (guint m = 0; m < all->n; m++)
    {
      for (guint j = 0; j < all->models[m].series.n; j++)
        include (all->models[m].series.value[j], range);
      include (all->models[m].now, range);
    }
  if (!(range[0] <= range[1]))
    {
      range[0] = 0;
      range[1] = 30;
    }
  range[0] = floor (range[0] / 5) * 5;
  range[1] = MAX (ceil (range[1] / 5) * 5, range[0] + 5);
}

/* Names stand right of the plot. */
static double
names_width (const StView *view)
{
  double widest = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    widest = MAX (widest, st_text_width (view->request->overlaid[c].title, 13, 600));
  return MIN (widest + NAME_GAP + 2 * MARGIN, view->body.width / 3);
}

static void
layout (StView *view)
{
  Overlaid all;
  double range[2];
  view->body.width -= names_width (view);
  st_level_layout (view, view->body);
  collect (view, &all);
  find_range (&all, range);
  const StScale whole = { ST_SCALE_LINEAR, range[0], range[1],
                          view->body.y + view->body.height, view->body.y };
  view->y = all.curve->own_axis ? whole : st_view_zoom (view, 1, &whole, 1);
  st_view_key (view, range, sizeof range);
  for (guint m = 0; m < all.n; m++)
    {
      const Model *model = &all.models[m];
      st_view_key (view, &model->model->index, sizeof model->model->index);
      st_view_key (view, model->model->title, strlen (model->model->title) + 1);
      st_view_key (view, &model->constant, sizeof model->constant);
      st_view_key (view, model->series.value, model->series.n * sizeof *model->series.value);
      st_view_key (view, model->series.stale, model->series.n * sizeof *model->series.stale);
    }
}

/* ---- texts that keep clear of each other ---- */

typedef struct Label { double wanted, y; guint model; } Label;

static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const Label *one = a, *two = b;
  if (one->wanted != two->wanted)
    return one->wanted < two->wanted ? -1 : 1;
  return one->model < two->model ? -1 : 1;
}

/* From the top, each at least `line` below the one before; all moved up if the last one would
 * hang out. */
static void
spread (Label *labels, guint n, double line, double bottom)
{
  qsort (labels, n, sizeof *labels, compare_labels);
  for (guint i = 0; i < n; i++)
    labels[i].y = i > 0 ? MAX (labels[i].wanted, labels[i - 1].y + line) : labels[i].wanted;
  for (guint i = n; i-- > 0;)
    {
      labels[i].y = MIN (labels[i].y, bottom);
      bottom = labels[i].y - line;
    }
}

/* ---- curves, their names, what is constant ---- */

static double
last_value (const StLevelSeries *series)
{
  for (guint j = series->n; j-- > 0;)
    if (isfinite (series->value[j]))
      return series->value[j];
  return NAN;
}

static void
draw_name (StView *view, const Model *model, double from, double y)
{
  const StMarkerStyle marker = st_style_model_marker (view->style, model->model->index, MARKER);
  const StTextStyle style = { .size = 13, .weight = 600, .colour = view->style->text,
                              .width = view->request->width - view->body.x - view->body.width
                                       - NAME_GAP - MARGIN };
  const double right = view->body.x + view->body.width;
  const StPoint leader[] = { { right + 3, from }, { right + 9, y }, { right + 14, y } };
  const guint n = model->series.n;
  if (n > 0 && isfinite (model->series.value[n - 1]))
    st_scene_polyline (view->base, leader, G_N_ELEMENTS (leader), st_pen (model->view.colour, 1));
  st_scene_marker (view->base, right + 20, y, &marker);
  st_scene_text (view->base, right + NAME_GAP + 4, y + 4.5, model->model->title, &style);
}

static void
draw_names (StView *view, const Overlaid *all)
{
  Label labels[ST_COLUMNS_MAX];
  guint n = 0;
  for (guint m = 0; m < all->n; m++)
    {
      const double place = st_scale_place (&view->y, last_value (&all->models[m].series));
      if (isfinite (place))
        labels[n++] = (Label) { CLAMP (place, view->body.y, view->body.y + view->body.height),
                                0, m };
    }
  spread (labels, n, NAME_LINE, view->body.y + view->body.height);
  for (guint i = 0; i < n; i++)
    draw_name (view, &all->models[labels[i].model], labels[i].wanted, labels[i].y);
}

/* The other way: from the bottom, each at least `line` above the one below. */
static void
stack (Label *labels, guint n, double line)
{
  qsort (labels, n, sizeof *labels, compare_labels);
  for (guint i = n; i-- > 0;)
    labels[i].y = i + 1 < n ? MIN (labels[i].wanted, labels[i + 1].y - line) : labels[i].wanted;
}

/* "floor ● 40°", right-aligned over its line. */
static void
draw_constant (StView *view, const Overlaid *all, const Model *model, double y, double label)
{
  StPen pen = st_pen (view->style->text, 1);
  pen.on = 1;
  pen.off = 3;
  const double right = view->body.x + view->body.width;
  st_scene_line (view->base, view->body.x, y, right, y, pen);
  const StTextStyle number = { .size = 12, .weight = 600, .align = ST_ALIGN_RIGHT,
                               .colour = view->style->text };
  StTextStyle word = number;
  word.weight = 400;
  word.colour = view->style->dim;
  char *value = all->curve->say (view->request->numbers, model->constant);
  double x = right - 4 - st_scene_text (view->base, right - 4, label - 5, value, &number);
  const StMarkerStyle marker = st_style_model_marker (view->style, model->model->index, 3.5);
  st_scene_marker (view->base, x - 10, label - 9, &marker);
  st_scene_text (view->base, x - 18, label - 5, _(all->curve->constant_name), &word);
  g_free (value);
}

static void
draw_constants (StView *view, const Overlaid *all)
{
  Label labels[ST_COLUMNS_MAX];
  guint n = 0;
  for (guint m = 0; m < all->n; m++)
    {
      const double place = st_scale_place (&view->y, all->models[m].constant);
      if (place >= view->body.y && place <= view->body.y + view->body.height)
        labels[n++] = (Label) { place, 0, m };
    }
  stack (labels, n, VALUE_LINE);
  for (guint i = 0; i < n; i++)
    draw_constant (view, all, &all->models[labels[i].model], labels[i].wanted, labels[i].y);
}

static void
draw_grid (StView *view)
{
  double ticks[ST_TICKS_MAX];
  const guint n = st_scale_ticks (&view->y, 7, ticks);
  for (guint i = 0; i < n; i++)
    {
      const double y = round (st_scale_place (&view->y, ticks[i])) + 0.5;
      st_scene_line (view->base, view->body.x, y, view->body.x + view->body.width, y,
                     st_pen (view->style->rule, 1));
    }
  st_view_y_ticks (view, view->body, 7, view->class->curve->tick);
}

/* ---- the table ---- */

/* The level that a column of the table is at: the first one above 0, the present, the last. */
static guint
first_level (const StView *view)
{
  return st_view_levels (view) > 1 && st_view_level (view, 0) == 0 ? 1 : 0;
}

/* How much room there is between a corner of the plot and the curves over it. */
static double
free_height (const StView *view, const Overlaid *all, double left, gboolean below)
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
                                : constant - VALUE_LINE - view->body.y);
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
draw_number (StView *view, const Overlaid *all, double right, double y, double value)
{
  char *text = isfinite (value) ? all->curve->say (view->request->numbers, value)
                                : g_strdup ("–");
  draw_cell (view, right, y, text, FALSE);
  g_free (text);
}

static void
draw_table_row (StView *view, const Overlaid *all, const Model *model, StRect where, double y)
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
draw_table_head (StView *view, const Overlaid *all, StRect where, double y)
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

/* Where it does not fit the curves have the place. */
static void
draw_table (StView *view, const Overlaid *all)
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

/* ---- the present level ---- */

/* The curve's own value there, while that of the level is still measured. */
static double
present (const StView *view, const Model *model)
{
  if (isfinite (model->now))
    return model->now;
  const StLevelSeries *series = &model->series;
  const double x = st_scale_place (&view->figure->level, st_level_now (view));
  for (guint j = 0; j + 1 < series->n; j++)
    if (x >= series->x[j] && x <= series->x[j + 1])
      {
        const double part = (x - series->x[j]) / (series->x[j + 1] - series->x[j]);
        return series->value[j] + part * (series->value[j + 1] - series->value[j]);
      }
  return NAN;
}

static gboolean
rises_at (const StLevelSeries *series, double x)
{
  for (guint j = 0; j + 1 < series->n; j++)
    if (x >= series->x[j] && x <= series->x[j + 1])
      return series->value[j + 1] > series->value[j];
  return FALSE;
}

static char *
say_now (const StView *view, const Overlaid *all, const Model *model)
{
  return model->some ? all->curve->some (&model->view)
                     : all->curve->say (view->request->numbers, model->now);
}

/* Beside their markers, on the side that the curve turns away from. */
static void
draw_values (StView *view, Overlaid *all)
{
  Label labels[ST_COLUMNS_MAX];
  guint n = 0;
  const double x = st_scale_place (&view->figure->level, st_level_now (view));
  for (guint m = 0; m < all->n; m++)
    {
      const double place = st_scale_place (&view->y, present (view, &all->models[m]));
      if (!isfinite (place))
        continue;
      st_level_marker (&all->models[m].view, place);
      if (isfinite (all->models[m].now) || all->models[m].some)
        labels[n++] = (Label) { place + (rises_at (&all->models[m].series, x) ? 16 : -6), 0, m };
    }
  spread (labels, n, VALUE_LINE, view->body.y + view->body.height);
  const gboolean left = x > view->body.x + view->body.width - 60;
  for (guint i = 0; i < n; i++)
    {
      const Model *model = &all->models[labels[i].model];
      const StTextStyle style = { .size = 13, .weight = model->some ? 400 : 600,
                                  .colour = model->some ? view->style->dim : model->view.colour,
                                  .align = left ? ST_ALIGN_RIGHT : ST_ALIGN_LEFT };
      char *text = say_now (view, all, model);
      if (text == NULL)
        continue;
      const double width = st_text_width (text, style.size, style.weight);
      const StRect behind = { left ? x - 12 - width : x + 8, labels[i].y - 11, width + 4, 14 };
      st_scene_rect (view->overlay, behind, 2, st_colour_alpha (view->style->paper, 0.8));
      st_scene_text (view->overlay, left ? x - 10 : x + 10, labels[i].y, text, &style);
      g_free (text);
    }
}

/* ---- the figure ---- */

static void
base (StView *view)
{
  Overlaid all;
  collect (view, &all);
  draw_grid (view);
  draw_constants (view, &all);
  draw_names (view, &all);
  st_scene_clip (view->base, view->body);
  for (guint m = 0; m < all.n; m++)
    {
      Model *model = &all.models[m];
      model->view.base = view->base;
      st_level_series_line (&model->view, &model->series, &view->y,
                            st_style_curve (view->style, model->model->index, 2.25), 0);
    }
  st_scene_unclip (view->base);
}

static void
overlay (StView *view)
{
  Overlaid all;
  collect (view, &all);
  draw_table (view, &all);
  st_level_overlay (view);
  for (guint m = 0; m < all.n; m++)
    all.models[m].view.overlay = view->overlay;
  draw_values (view, &all);
}

/* The model's value in a line of its own: "CAE 16.3 dB". */
static void
read_model (StView *view, const Overlaid *all, const Model *model, guint j, GPtrArray *lines)
{
  const double value = model->series.value[j];
  if (!isfinite (value))
    return;
  char *words = all->curve->say (view->request->numbers, value);
  const char *stale = model->series.stale[j] ? _("faded: older weights") : NULL;
  g_ptr_array_add (lines, g_strdup_printf ("%s %s%s%s", model->model->title, words,
                                           stale != NULL ? "; " : "", stale != NULL ? stale : ""));
  st_reading_dot (view, view->body, model->series.x[j], st_scale_place (&view->y, value),
                  model->model->index);
  g_free (words);
}

/* At the level nearest to the pointer at which any model has a value. */
static void
reading (StView *view)
{
  Overlaid all;
  StPoint place;
  collect (view, &all);
  if (all.n == 0 || !st_reading_place (view, view->body, &place))
    return;
  StLevelSeries any = all.models[0].series;
  for (guint m = 1; m < all.n; m++)
    for (guint j = 0; j < any.n; j++)
      if (!isfinite (any.value[j]))
        any.value[j] = all.models[m].series.value[j];
  const gint64 j = st_reading_level (view, &any);
  if (j < 0)
    return;
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (lines, st_reading_at (view, _(all.curve->title), (guint) j));
  for (guint m = 0; m < all.n; m++)
    read_model (view, &all, &all.models[m], (guint) j, lines);
  st_reading_box (view, lines);
  g_ptr_array_unref (lines);
}

static void
describe (StView *view, GString *out)
{
  Overlaid all;
  collect (view, &all);
  for (guint m = 0; m < all.n; m++)
    if (isfinite (all.models[m].now) || all.models[m].some)
      {
        char *value = say_now (view, &all, &all.models[m]);
        if (value != NULL)
          g_string_append_printf (out, ", %s %s", all.models[m].model->title, value);
        g_free (value);
      }
}

/* A column for each model. */
static StTable *
table (StView *view)
{
  StTable *out = st_table_new ();
  Overlaid all;
  collect (view, &all);
  st_table_add_column (out, "level");
  for (guint m = 0; m < all.n; m++)
    st_table_add_column (out, all.models[m].model->title);
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, st_view_level (view, j));
      for (guint m = 0; m < all.n; m++)
        if (isfinite (all.models[m].series.value[j]) && !all.models[m].series.stale[j])
          st_table_set (out, 1 + m, all.models[m].series.value[j]);
    }
  return out;
}

const StViewClass st_view_overlaid = {
  .level_group = TRUE,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .read = reading,
  .describe = describe,
  .table = table,
};
