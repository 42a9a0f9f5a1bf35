/* Rank strata: the rank of S3 against the level.  A column of cells for each computed level,
 * a row for each rank, ink by the share of images; below, the same for S2 and S1 in strips
 * of three ranks each.  The median and the tenth percentile are drawn over it. */
#include <st-reading.h>

#include <math.h>
#include <st-spectrum.h>
#include <stdlib.h>

enum { STRIP = 9, STRIP_GAP = 2, STRIP_RANKS = 3 };

/* Strips are held back, so that S3 stays the figure. */
#define STRIP_INK (2.0 / 3)
/* Cells of older weights. */
#define STALE_INK 0.28

static double
s3_height (const StView *view)
{
  return MAX (view->body.height - 2 * (STRIP + STRIP_GAP), 1);
}

/* The ranks that the axis shows: shared by all columns, whose labels are drawn once, and in
 * fives, so that a level that comes in late seldom moves it. */
static void
rank_range (const StView *view, guint *low, guint *high)
{
  guint least = G_MAXUINT, most = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    for (guint j = 0; j <= st_view_levels (view); j++)
      {
        StResult *result = j < st_view_levels (view) ? st_view_sweep (view, c, j)
                                                     : view->frame->now[c];
        const StSummary *summary = st_view_summary (view, result);
        if (summary == NULL || summary->sides[2] == 0)
          continue;
        least = MIN (least, summary->low[2]);
        most = MAX (most, summary->sides[2]);
      }
  if (most == 0)
    {
      least = 30;
      most = 48;
    }
  *high = MAX (most, 1);
  *low = least == 0 ? 0 : (least - 1) / 5 * 5;
  *low = MIN (*low, *high - 1);
}

static void
layout (StView *view)
{
  guint low, high;
  rank_range (view, &low, &high);
  const double top = view->body.y, height = s3_height (view);
  st_level_layout (view, view->body);
  /* A rank is the middle of its row. */
  const StScale whole = { ST_SCALE_LINEAR, low - 0.5, high + 0.5, top + height, top };
  view->y = st_view_zoom (view, 1, &whole, 1);
  const guint range[2] = { low, high };
  st_view_key (view, range, sizeof range);
  st_view_key (view, &view->request->tolerance, sizeof view->request->tolerance);
  for (guint j = 0; j < st_view_levels (view); j++)
    st_view_key_result (view, st_view_sweep (view, view->request->column, j));
}

/* Rows of cells: ranks low to high from bottom to top, below `low` counted there.  y: places of
 * the rows' middles. */
typedef struct CellRows
{
  StRect panel;
  guint s, low, high;
  double strength;
  StScale y;
} CellRows;

static double
share_of (const StSummary *summary, const CellRows *rows, guint rank)
{
  guint images = summary->images[rows->s][MIN (rank, summary->sides[rows->s])];
  if (rank > summary->sides[rows->s])
    return 0;
  for (guint r = 0; rank == rows->low && r < rank; r++)
    images += summary->images[rows->s][r];
  return (double) images / summary->done;
}

static double
ink_of (const StView *view, const CellRows *rows, guint rank, guint j)
{
  const guint column = view->request->column;
  const StSummary *summary = st_view_summary (view, st_view_sweep (view, column, j));
  const double share = summary == NULL ? 0 : share_of (summary, rows, rank);
  if (!(share > 0))
    return 0;
  double ink = rows->strength * (view->style->ink + view->style->ink_share * sqrt (share));
  return st_view_stale (view, column, j) ? ink * STALE_INK : ink;
}

/* Where the cells of level j begin: halfway from the one before. */
static double
cell_edge (const StView *view, guint j)
{
  const StScale *scale = &view->figure->level;
  const guint n = st_view_levels (view);
  if (j == 0)
    return round (st_scale_place (scale, st_view_level (view, 0)));
  const double before = st_scale_place (scale, st_view_level (view, j - 1));
  if (j == n)
    return round (before);
  return round ((before + st_scale_place (scale, st_view_level (view, j))) / 2);
}

static void
draw_row (StView *view, const CellRows *rows, guint rank)
{
  const guint n = st_view_levels (view);
  const double top = round (st_scale_place (&rows->y, rank + 0.5));
  const double bottom = round (st_scale_place (&rows->y, rank - 0.5));
  guint j = 0;
  if (bottom <= rows->panel.y || top >= rows->panel.y + rows->panel.height)
    return;
  while (j < n)
    {
      const double ink = ink_of (view, rows, rank, j);
      guint end = j + 1;
      while (end < n && ink_of (view, rows, rank, end) == ink)
        end++;
      /* The last level and the first have only half a cell; a single one has a little. */
      const double left = cell_edge (view, j), right = MAX (cell_edge (view, end), left + 1);
      const StRect cell = { left, top, right - left, bottom - top };
      if (ink > 0)
        st_scene_rect (view->base, cell, 0, st_colour_alpha (view->style->text, ink));
      j = end;
    }
}

static void
draw_cells (StView *view, const CellRows *rows)
{
  st_scene_rect (view->base, rows->panel, 0, view->style->panel);
  st_scene_clip (view->base, rows->panel);
  for (guint rank = rows->low; rank <= rows->high; rank++)
    draw_row (view, rows, rank);
  st_scene_unclip (view->base);
}

static guint
side_of (const StView *view, guint s)
{
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const StSummary *summary
        = st_view_summary (view, st_view_sweep (view, view->request->column, j));
      if (summary != NULL)
        return MAX (summary->sides[s], STRIP_RANKS);
    }
  return 7;
}

static void
draw_strip (StView *view, guint s, double y)
{
  const guint side = side_of (view, s);
  const guint low = side - STRIP_RANKS + 1;
  const CellRows rows = { { view->body.x, y, view->body.width, STRIP }, s, low, side, STRIP_INK,
                          { ST_SCALE_LINEAR, low - 0.5, side + 0.5, y + STRIP, y } };
  draw_cells (view, &rows);
}

/* The largest rank, and tens below it that keep clear of it and of the strips' names. */
static void
draw_rank_ticks (StView *view)
{
  const guint low = (guint) ceil (view->y.low), high = (guint) floor (view->y.high);
  const double bottom = view->body.y + s3_height (view);
  double free_above = bottom;
  const guint step = high - low < 25 && st_view_is_zoomed (view, 1) ? high - low < 12 ? 1 : 5 : 10;
  for (guint rank = MIN ((low + step - 1) / step * step, high); rank <= high; rank++)
    {
      const double y = st_scale_place (&view->y, rank);
      const gboolean clear = y + 6 < free_above && y - st_scale_place (&view->y, high) > 13;
      if (rank != high && (rank % step != 0 || !clear))
        continue;
      char *text = st_number_tick (view->request->numbers, rank);
      st_view_gutter_label (view, view->base, y, view->body.y, bottom, text);
      g_free (text);
      free_above = y - 7;
    }
}

static void
ticks (StView *view)
{
  const double strips = view->body.y + s3_height (view) + STRIP_GAP + STRIP / 2.0;
  if (!st_view_has_ticks (view))
    return;
  if (!(view->request->gutter > 0))
    {
      draw_rank_ticks (view);   /* strips have no room for names within */
      return;
    }
  /* Apart from each other: strips are lower than their names. */
  st_view_gutter_label (view, view->base, strips - 1, 0, view->request->height, "S2");
  st_view_gutter_label (view, view->base, strips + STRIP + STRIP_GAP + 2, 0,
                        view->request->height, "S1");
  draw_rank_ticks (view);
}

static void
fill_lines (const StView *view, StLevelSeries *median, StLevelSeries *tenth)
{
  st_level_series_init (view, median);
  st_level_series_init (view, tenth);
  for (guint j = 0; j < median->n; j++)
    {
      const StSummary *summary
        = st_view_summary (view, st_view_sweep (view, view->request->column, j));
      if (summary == NULL)
        continue;
      median->value[j] = summary->median[2];
      tenth->value[j] = summary->tenth[2];
    }
}

/* "median" at the right end, "10 %" where the tenth percentile is still apart from it. */
static gboolean
any_stale (const StLevelSeries *series)
{
  for (guint j = 0; j < series->n; j++)
    if (series->stale[j])
      return TRUE;
  return FALSE;
}

static void
draw_names (StView *view, const StLevelSeries *median, const StLevelSeries *tenth)
{
  const double right = view->body.x + view->body.width - 4;
  const double bottom = view->body.y + s3_height (view);
  double y = view->body.y + 18;
  for (guint j = median->n; j-- > 0;)
    if (isfinite (median->value[j]))
      {
        const double line = st_scale_place (&view->y, median->value[j]);
        y = line + 18 < bottom ? line + 18 : line - 8;
        break;
      }
  StTextStyle style = st_view_label_style (view, ST_ALIGN_RIGHT);
  /* Where there is little room, what is stale matters more than a name. */
  const gboolean inside = y > view->body.y + 8 && y < bottom;
  const gboolean named = view->request->title && inside
                         && (!any_stale (median) || bottom - y > 32);
  y = CLAMP (y, view->body.y + 14, bottom);
  if (named)
    st_scene_text (view->base, right, y, _("median"), &style);
  /* Away from the lines, which lie along the top as a rule. */
  const double above = y + (named ? 14 : 0);
  st_level_stale_words (view, right, MAX (above, MIN (bottom - 18, above + 40)), bottom);
  if (!view->request->title)
    return;
  style.align = ST_ALIGN_LEFT;
  for (guint j = tenth->n; j-- > 0;)
    {
      const double line = st_scale_place (&view->y, tenth->value[j]);
      if (!isfinite (tenth->value[j])
          || line - st_scale_place (&view->y, median->value[j]) < 8)
        continue;
      if (tenth->x[j] + 40 < right - 50 && tenth->x[j] > view->body.x && line > view->body.y)
        st_scene_text (view->base, tenth->x[j] + 8, MIN (line + 13, bottom - 3), _("10 %"),
                       &style);
      break;
    }
}

static int
compare_ranks (const void *a, const void *b)
{
  return *(const guint16 *) a - *(const guint16 *) b;
}

/* The median of the selected images. */
static void
draw_selected (StView *view)
{
  StLevelSeries series;
  st_level_series_init (view, &series);
  for (guint j = 0; j < series.n; j++)
    {
      const StResult *result = st_view_sweep (view, view->request->column, j);
      guint16 *ranks = g_new (guint16, result != NULL ? result->done + 1 : 1);
      guint n = 0;
      for (guint i = 0; result != NULL && i < result->done; i++)
        if (st_view_is_selected (view, i))
          ranks[n++] = (guint16) st_rank (st_result_eigenvalues (result, i, 2),
                                          result->lengths[2], view->request->tolerance);
      qsort (ranks, n, sizeof *ranks, compare_ranks);
      series.value[j] = n > 0 ? ranks[(n - 1) / 2] : NAN;
      g_free (ranks);
    }
  st_level_series_line (view, &series, &view->y,
                        st_style_curve (view->style, view->request->model_index, 2), 1);
}

static void
base (StView *view)
{
  const double height = s3_height (view);
  const StRect panel = { view->body.x, view->body.y, view->body.width, height };
  const StScale whole = view->figure->axes[1].whole;
  const CellRows rows = { panel, 2, (guint) round (whole.low + 0.5),
                          (guint) round (whole.high - 0.5), 1, view->y };
  const double strips = view->body.y + height + STRIP_GAP;
  draw_cells (view, &rows);
  draw_strip (view, 1, strips);
  draw_strip (view, 0, strips + STRIP + STRIP_GAP);
  ticks (view);

  StLevelSeries median, tenth;
  fill_lines (view, &median, &tenth);
  StPen line = st_style_curve (view->style, view->request->model_index, 2);
  StPen thin = st_pen (view->colour, 1.25);
  if (st_view_selects (view))
    line.colour = thin.colour = st_view_aside_colour (view, 0.6);
  st_scene_clip (view->base, (StRect) { panel.x, panel.y - 3, panel.width, panel.height + 3 });
  st_level_series_line (view, &tenth, &view->y, thin, 1);
  st_level_series_line (view, &median, &view->y, line, 1);
  if (st_view_selects (view))
    draw_selected (view);
  st_scene_unclip (view->base);
  draw_names (view, &median, &tenth);
}

static double
s3_of (const StView *view, const StResult *result, guint image)
{
  const StScale whole = view->figure->axes[1].whole;
  return CLAMP (st_view_triple (view, result, image).r[2], whole.low + 0.5, whole.high - 0.5);
}

static char *
strata_words (const StView *view, const StSummary *summary)
{
  char *number = st_number_count (view->request->numbers, summary->strata);
  char *words = g_strdup_printf (ngettext ("%s stratum", "%s strata", summary->strata), number);
  g_free (number);
  return words;
}

static void
overlay (StView *view)
{
  StResult *now = st_view_now (view);
  const StSummary *summary = st_view_summary (view, now);
  StValueLine line = st_view_values (view);
  if (summary != NULL)
    {
      char *strata = strata_words (view, summary);
      char *ranks = summary->low[2] == summary->high[2]
                      ? g_strdup_printf (_("S3 rank %u"), summary->low[2])
                      : g_strdup_printf (_("S3 rank %u to %u"), summary->low[2], summary->high[2]);
      /* Not over the name in a narrow column. */
      const double room = view->body.width - (view->request->title
                                              ? st_text_width (_(view->class->name), 12, 600) : 0);
      if (st_text_width (strata, 12, 600) + st_text_width (ranks, 12, 400) + 24 <= room)
        st_view_value (view, &line, ranks, FALSE);
      st_view_value (view, &line, strata, TRUE);
      st_view_partial (view, &line, now);
      st_view_part (view, &line, summary);
      g_free (strata);
      g_free (ranks);
    }
  st_level_overlay (view);
  if (summary != NULL)
    st_level_marker (view, st_scale_place (&view->y, summary->median[2]));
}

static void
brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  st_level_brush (view, &view->y, s3_of, polygon, corners, mask, n);
}

static void
marks (StView *view)
{
  st_level_image_line (view, &view->y, s3_of, st_pen (view->style->accent, 1.25));
}

/* "13 strata, median rank 47" */
static char *
say (const StView *view, guint j, double value)
{
  const StSummary *summary = st_view_summary (view, st_view_sweep (view, view->request->column, j));
  char *strata = strata_words (view, summary);
  char *text = g_strdup_printf (_("%s, median rank %u"), strata, summary->median[2]);
  g_free (strata);
  return text;
}

static void
reading (StView *view)
{
  StLevelSeries median, tenth;
  fill_lines (view, &median, &tenth);
  st_reading_series (view, &median, &view->y, say);
}

static void
describe (StView *view, GString *out)
{
  const StSummary *summary = st_view_summary (view, st_view_now (view));
  if (summary == NULL)
    return;
  char *strata = strata_words (view, summary);
  g_string_append_printf (out, ", %s, ", strata);
  if (summary->low[2] == summary->high[2])
    g_string_append_printf (out, _("S3 %u"), summary->low[2]);
  else
    g_string_append_printf (out, _("S3 %u to %u, median %u"), summary->low[2], summary->high[2],
                            summary->median[2]);
  g_free (strata);
  st_view_append_part (view, out, summary);
  const gint64 chosen = st_view_highlighted (view, st_view_now (view));
  if (chosen < 0 || summary->sides[2] == 0)
    return;
  char *triple = st_view_triple_words (st_view_triple (view, st_view_now (view), (guint) chosen));
  st_view_append_image (view, out, (guint) chosen);
  g_string_append_printf (out, " (%s)", triple);
  g_free (triple);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = {
    "level", "images", "strata", "s1_min", "s1_median", "s1_max", "s2_min", "s2_median", "s2_max",
    "s3_min", "s3_tenth", "s3_median", "s3_max" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const StSummary *s = st_view_summary (view, st_view_sweep (view, view->request->column, j));
      if (s == NULL || st_view_stale (view, view->request->column, j))
        continue;
      const double row[] = {
        st_view_level (view, j), s->done, s->strata, s->low[0], s->median[0], s->high[0],
        s->low[1], s->median[1], s->high[1], s->low[2], s->tenth[2], s->median[2], s->high[2] };
      st_table_add_row (out);
      for (guint i = 0; i < G_N_ELEMENTS (row); i++)
        st_table_set (out, i, row[i]);
    }
  return out;
}

const StViewClass st_view_strata = {
  .id = "strata",
  .name = N_("Rank strata"),
  .definition = N_("Ranks of the covariances S1, S2, S3 of each image's latent tensor against the "
                   "level; ink: share of the images; lines: median and 10 % of S3."),
  .level_group = TRUE,
  .curve = &st_view_strata_curve,
  .axes = { ST_AXIS_LEVEL, ST_AXIS_RANK },
  .layout = layout,
  .base = base,
  .ticks = ticks,
  .overlay = overlay,
  .marks = marks,
  .read = reading,
  .brush = brush,
  .describe = describe,
  .table = table,
};
