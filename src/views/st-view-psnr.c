/* PSNR against the level: the mean over images, and from their 10th to their 90th percentile. */
#include <st-reading.h>

#include <math.h>

/* Shared by all columns, in fives. */
static void
layout (StView *view)
{
  double low = INFINITY, high = -INFINITY;
  for (guint c = 0; c < st_view_columns (view); c++)
    for (guint j = 0; j <= st_view_levels (view); j++)
      {
        StResult *result = j < st_view_levels (view) ? st_view_sweep (view, c, j)
                                                     : view->frame->now[c];
        const StSummary *summary = st_view_summary (view, result);
        if (summary == NULL)
          continue;
        low = MIN (low, summary->psnr_low);
        high = MAX (high, summary->psnr_high);
      }
  if (!(low <= high))
    {
      low = 10;
      high = 30;
    }
  low = floor (low / 5) * 5;
  high = MAX (ceil (high / 5) * 5, low + 5);
  st_level_layout (view, view->body);
  const StScale whole = { ST_SCALE_LINEAR, low, high, view->body.y + view->body.height - 2,
                          view->body.y + 2 };
  view->y = st_view_zoom (view, 1, &whole, 1);
  const double range[2] = { low, high };
  st_view_key (view, range, sizeof range);
  for (guint j = 0; j < st_view_levels (view); j++)
    st_view_key_result (view, st_view_sweep (view, view->request->column, j));
}

/* The mean of the selected images. */
static void
get_selected (const StView *view, StLevelSeries *series)
{
  for (guint j = 0; j < series->n; j++)
    {
      const StResult *result = st_view_sweep (view, view->request->column, j);
      double sum = 0;
      guint images = 0;
      for (guint i = 0; result != NULL && i < result->done; i++)
        if (st_view_is_selected (view, i))
          {
            sum += result->psnr[i];
            images++;
          }
      series->value[j] = images > 0 ? sum / images : NAN;
    }
}

static void
draw_selected (StView *view)
{
  StLevelSeries series;
  st_level_series_init (view, &series);
  get_selected (view, &series);
  st_level_series_line (view, &series, &view->y,
                        st_style_curve (view->style, view->request->model_index, 1.75), 1);
}

static void
get_series (const StView *view, StLevelSeries *series)
{
  for (guint j = 0; j < series->n; j++)
    {
      const StSummary *summary
        = st_view_summary (view, st_view_sweep (view, view->request->column, j));
      if (summary == NULL)
        continue;
      series->value[j] = summary->psnr;
      series->low[j] = summary->psnr_low;
      series->high[j] = summary->psnr_high;
    }
}

static void
base (StView *view)
{
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  st_view_y_ticks (view, view->body, view->body.height < 36 ? 3 : 4, st_number_tick);
  StLevelSeries series;
  st_level_series_init (view, &series);
  get_series (view, &series);
  st_scene_clip (view->base, view->body);
  const gboolean selects = st_view_selects (view);
  StPen pen = st_style_curve (view->style, view->request->model_index, 1.75);
  if (selects)
    pen.colour = st_view_aside_colour (view, 0.6);
  st_level_series_band (view, &series, &view->y, selects ? view->style->ghost : view->colour);
  st_level_series_line (view, &series, &view->y, pen, 0);
  if (selects)
    draw_selected (view);
  st_scene_unclip (view->base);
}

static double
psnr_of (const StView *view, const StResult *result, guint image)
{
  return result->psnr[image];
}

static void
overlay (StView *view)
{
  StResult *now = st_view_now (view);
  const StSummary *summary = st_view_summary (view, now);
  StValueLine line = st_view_values (view);
  if (summary != NULL)
    {
      char *number = st_number_fixed (view->request->numbers, summary->psnr, 1);
      st_view_value (view, &line, "dB", FALSE);
      line.right += 2;
      st_view_value (view, &line, number, TRUE);
      st_view_partial (view, &line, now);
      st_view_part (view, &line, summary);
      g_free (number);
    }
  st_level_overlay (view);
  if (summary != NULL)
    st_level_marker (view, st_scale_place (&view->y, summary->psnr));
}

static void
brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  st_level_brush (view, &view->y, psnr_of, polygon, corners, mask, n);
}

static void
marks (StView *view)
{
  st_level_image_line (view, &view->y, psnr_of, st_pen (view->style->accent, 1.25));
}

static char *
say (const StView *view, guint j, double value)
{
  return st_number_psnr (view->request->numbers, value);
}

static void
reading (StView *view)
{
  StLevelSeries series;
  st_level_series_init (view, &series);
  get_series (view, &series);
  st_reading_series (view, &series, &view->y, say);
}

static void
describe (StView *view, GString *out)
{
  const StSummary *summary = st_view_summary (view, st_view_now (view));
  if (summary == NULL)
    return;
  char *mean = st_number_psnr (view->request->numbers, summary->psnr);
  g_string_append_printf (out, _(", mean PSNR %s"), mean);
  st_view_append_part (view, out, summary);
  g_free (mean);
  const StResult *now = st_view_now (view);
  const gint64 chosen = st_view_highlighted (view, now);
  if (chosen < 0)
    return;
  char *own = st_number_psnr (view->request->numbers, now->psnr[chosen]);
  st_view_append_image (view, out, (guint) chosen);
  g_string_append_printf (out, " %s", own);
  g_free (own);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "level", "images", "psnr_db", "psnr_tenth",
                                       "psnr_ninetieth" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const StSummary *s = st_view_summary (view, st_view_sweep (view, view->request->column, j));
      if (s == NULL || st_view_stale (view, view->request->column, j))
        continue;
      const double row[] = { st_view_level (view, j), s->done, s->psnr, s->psnr_low, s->psnr_high };
      st_table_add_row (out);
      for (guint i = 0; i < G_N_ELEMENTS (row); i++)
        st_table_set (out, i, row[i]);
    }
  return out;
}

/* Of all images, or of none. */
static double
present (const StView *view)
{
  const StSummary *summary = st_view_summary (view, st_view_now (view));
  return summary != NULL && summary->done == summary->count ? summary->psnr : NAN;
}

static const StViewCurve curve = {
  .title = N_("PSNR"),
  .definition = N_("Rebuilt against clean images, in dB, against the level: mean over images."),
  .series = get_series, .selected = get_selected, .of = psnr_of, .now = present,
  .say = st_number_psnr, .tick = st_number_tick,
};

const StViewClass st_view_psnr = {
  .id = "psnr",
  .name = N_("PSNR"),
  .definition = N_("Rebuilt against clean images, in dB, against the level; line: mean over "
                   "images; band: 10 % to 90 % of them."),
  .level_group = TRUE,
  .curve = &curve,
  .axes = { ST_AXIS_LEVEL, ST_AXIS_PSNR },
  .any_latent = TRUE,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .read = reading,
  .brush = brush,
  .describe = describe,
  .table = table,
};
