/* A figure of one value against the level, large, with all models on one pair of axes: their
 * curves, named where they end; at the playhead their present values; dotted what does not
 * depend on the level; and in the corner that is most free a table of them. */
#include <st-overlaid.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Right of the plot, for names; between texts above each other. */
enum { NAME_GAP = 26, NAME_LINE = 18, VALUE_LINE = ST_OVERLAID_VALUE_LINE, MARKER = 4,
       MARGIN = 16 };

static gboolean
draws_column (const StView *view, guint column)
{
  const StModel *model = view->frame->query.models[column];
  return model != NULL
         && (!view->class->curve->unfolds || st_kind_unfolds (st_model_spec (model)->kind));
}

void
st_overlaid_collect (const StView *view, StOverlaid *all)
{
  all->curve = view->class->curve;
  all->n = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      StOverlaidModel *model = &all->models[all->n];
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
      model->early = !isfinite (model->now) && all->curve->early != NULL;
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
find_range (const StOverlaid *all, double range[2])
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
  StOverlaid all;
  double range[2];
  view->body.width -= names_width (view);
  st_level_layout (view, view->body);
  st_overlaid_collect (view, &all);
  find_range (&all, range);
  const StScale whole = { ST_SCALE_LINEAR, range[0], range[1],
                          view->body.y + view->body.height, view->body.y };
  view->y = all.curve->own_axis ? whole : st_view_zoom (view, 1, &whole, 1);
  st_view_key (view, range, sizeof range);
  for (guint m = 0; m < all.n; m++)
    {
      const StOverlaidModel *model = &all.models[m];
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
draw_name (StView *view, const StOverlaidModel *model, double from, double y)
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
draw_names (StView *view, const StOverlaid *all)
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
draw_constant (StView *view, const StOverlaid *all, const StOverlaidModel *model, double y,
               double label)
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
draw_constants (StView *view, const StOverlaid *all)
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

/* ---- the present level ---- */

/* The curve's own value there, while that of the level is still measured. */
static double
present (const StView *view, const StOverlaidModel *model)
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
say_now (const StView *view, const StOverlaid *all, const StOverlaidModel *model)
{
  return model->early ? all->curve->early (&model->view)
                     : all->curve->say (view->request->numbers, model->now);
}

/* Beside their markers, on the side that the curve turns away from. */
static void
draw_values (StView *view, StOverlaid *all)
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
      if (isfinite (all->models[m].now) || all->models[m].early)
        labels[n++] = (Label) { place + (rises_at (&all->models[m].series, x) ? 16 : -6), 0, m };
    }
  spread (labels, n, VALUE_LINE, view->body.y + view->body.height);
  const gboolean left = x > view->body.x + view->body.width - 60;
  for (guint i = 0; i < n; i++)
    {
      const StOverlaidModel *model = &all->models[labels[i].model];
      const StTextStyle style = { .size = 13, .weight = model->early ? 400 : 600,
                                  .colour = model->early ? view->style->dim : model->view.colour,
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

/* What the selected images alone would give. */
static void
draw_selected (StView *view, StOverlaid *all)
{
  for (guint m = 0; m < all->n; m++)
    {
      StOverlaidModel *model = &all->models[m];
      StLevelSeries series;
      st_level_series_init (&model->view, &series);
      all->curve->selected (&model->view, &series);
      st_level_series_line (&model->view, &series, &view->y,
                            st_style_curve (view->style, model->model->index, 2.25), 1);
    }
}

static void
base (StView *view)
{
  StOverlaid all;
  st_overlaid_collect (view, &all);
  const gboolean greys = st_view_selects (view) && all.curve->selected != NULL;
  draw_grid (view);
  draw_constants (view, &all);
  draw_names (view, &all);
  st_scene_clip (view->base, view->body);
  for (guint m = 0; m < all.n; m++)
    {
      StOverlaidModel *model = &all.models[m];
      StPen pen = st_style_curve (view->style, model->model->index, 2.25);
      if (greys)
        pen.colour = st_view_aside_colour (view, 0.6);
      model->view.base = view->base;
      st_level_series_line (&model->view, &model->series, &view->y, pen, 0);
    }
  if (greys)
    draw_selected (view, &all);
  st_scene_unclip (view->base);
}

static void
overlay (StView *view)
{
  StOverlaid all;
  st_overlaid_collect (view, &all);
  st_overlaid_draw_table (view, &all);
  st_level_overlay (view);
  for (guint m = 0; m < all.n; m++)
    all.models[m].view.overlay = view->overlay;
  draw_values (view, &all);
}

/* The chosen image's own values. */
static void
describe_image (const StView *view, const StOverlaid *all, GString *out)
{
  gboolean named = FALSE;
  for (guint m = 0; all->curve->of != NULL && m < all->n; m++)
    {
      const StView *own = &all->models[m].view;
      const StResult *now = st_view_now (own);
      const gint64 chosen = st_view_highlighted (own, now);
      if (chosen < 0)
        continue;
      char *value = all->curve->say (view->request->numbers,
                                     all->curve->of (own, now, (guint) chosen));
      if (!named)
        st_view_append_image (view, out, (guint) chosen);
      g_string_append_printf (out, named ? ", %s %s" : ": %s %s", all->models[m].model->title,
                              value);
      named = TRUE;
      g_free (value);
    }
}

static void
describe (StView *view, GString *out)
{
  StOverlaid all;
  st_overlaid_collect (view, &all);
  for (guint m = 0; m < all.n; m++)
    if (isfinite (all.models[m].now) || all.models[m].early)
      {
        char *value = say_now (view, &all, &all.models[m]);
        if (value != NULL)
          g_string_append_printf (out, ", %s %s", all.models[m].model->title, value);
        g_free (value);
      }
  describe_image (view, &all, out);
}

/* A column for each model. */
static StTable *
table (StView *view)
{
  StTable *out = st_table_new ();
  StOverlaid all;
  st_overlaid_collect (view, &all);
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
  .marks = st_overlaid_marks,
  .read = st_overlaid_read,
  .brush = st_overlaid_brush,
  .describe = describe,
  .table = table,
};
