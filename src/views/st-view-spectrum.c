/* Eigenvalues of S1, S2 and S3 over their largest, side by side on one log axis from 1 to
 * 1e-12: the geometric mean over images and the band from 10 % to 90 % of them; clean dashed.
 * The tolerance is a line across all three, which a hand can drag. */
#include <st-reading.h>

#include <math.h>
#include <string.h>

enum { GAP = 8, SIDE_MAX = 512 };

/* Floor of a ratio before its logarithm, as in measure's JSON. */
#define FLOOR 1e-16
/* Where the axis ends. */
#define LEAST 1e-12
/* The logarithm at which the clean curve is named. */
#define CLEAN_LABEL -5.5
/* Of the width, each for S1 and S2. */
#define NARROW 0.165
/* An eigenvalue within this factor of the tolerance makes a rank a matter of taste. */
#define NEAR 10

/* log10 of the ratios, by place in the spectrum. */
typedef struct Spectrum
{
  guint n, images;
  double mean[SIDE_MAX], low[SIDE_MAX], high[SIDE_MAX];
} Spectrum;

static StRect
panel_of (const StView *view, guint s)
{
  const double width = view->body.width - 2 * GAP;
  const double narrow = round (width * NARROW);
  const double x = view->body.x + s * (narrow + GAP);
  return (StRect) { x, view->body.y, s < 2 ? narrow : view->body.x + view->body.width - x,
                    view->body.height };
}

static guint
length_of (const StResult *result, guint s)
{
  const guint length = result->lengths[s];
  const guint most = result->latent.height * result->latent.width;
  return MIN (s == 2 && most > 1 ? MIN (length, most - 1) : length, SIDE_MAX);
}

/* The value that has `place` of the n before it when they are in order (Hoare's quickselect: what
 * a frame needs of thousands of images is two of them, not their order).  Moves values about. */
static double
value_in_order (double *values, guint n, guint place)
{
  guint first = 0, last = n - 1;
  while (first < last)
    {
      const double pivot = values[first + (last - first) / 2];
      gint64 i = (gint64) first - 1, j = (gint64) last + 1;
      for (;;)
        {
          do i++; while (values[i] < pivot);
          do j--; while (values[j] > pivot);
          if (i >= j)
            break;
          const double value = values[i];
          values[i] = values[j];
          values[j] = value;
        }
      if (place <= j)
        last = (guint) j;
      else
        first = (guint) j + 1;
    }
  return values[first];
}

/* So many are counted, the first ones: of more it would take longer than a frame. */
static guint
count_images (const StResult *result)
{
  return MIN (result->done, ST_SWEEP_IMAGES_MAX);
}

static gboolean
measure_spectrum (const StView *view, const StResult *result, guint s, gboolean selected,
                  Spectrum *spectrum)
{
  if (result == NULL || result->done == 0 || length_of (result, s) == 0)
    return FALSE;
  spectrum->n = length_of (result, s);
  spectrum->images = 0;
  const guint images = count_images (result);
  double *logs = g_new (double, (gsize) images * spectrum->n);
  for (guint i = 0; i < images; i++)
    {
      const double *values = st_result_eigenvalues (result, i, s);
      if (!(values[0] > 0) || (selected && !st_view_is_selected (view, i)))
        continue;
      for (guint j = 0; j < spectrum->n; j++)
        logs[(gsize) j * images + spectrum->images]
          = log10 (MAX (values[j] / values[0], FLOOR));
      spectrum->images++;
    }
  const guint n = spectrum->images;
  for (guint j = 0; j < spectrum->n && n > 0; j++)
    {
      double *row = logs + (gsize) j * images, sum = 0;
      for (guint i = 0; i < n; i++)
        sum += row[i];
      spectrum->mean[j] = sum / n;
      spectrum->low[j] = value_in_order (row, n, (n - 1) / 10);
      spectrum->high[j] = value_in_order (row, n, n - 1 - (n - 1) / 10);
    }
  g_free (logs);
  return n > 0;
}

static void
layout (StView *view)
{
  const StRect panel = panel_of (view, 2);
  const StScale places = { ST_SCALE_LINEAR, 0, 1, panel.x + 1.5, panel.x + panel.width - 1.5 };
  const StScale whole = { ST_SCALE_LOG10, LEAST, 1, view->body.y + view->body.height,
                          view->body.y };
  st_view_zoom (view, 0, &places, 1);
  view->y = st_view_zoom (view, 1, &whole, 1);
  view->figure->has_tolerance = TRUE;
  view->figure->tolerance = view->y;
  st_view_key_result (view, st_view_clean (view));
}

/* The same part of each panel is shown: from its first eigenvalue, 0, to its last, 1. */
static double
eigenvalue_x (const StView *view, StRect panel, guint n, guint j)
{
  const StScale whole = { ST_SCALE_LINEAR, 0, 1, panel.x + 1.5, panel.x + panel.width - 1.5 };
  const StScale shown = st_view_span (view, 0, &whole);
  return n > 1 ? st_scale_place (&shown, j / (n - 1.0)) : panel.x + 1.5;
}

/* A logarithm's place, not far below the whole panel. */
static double
log_y (const StView *view, double value)
{
  const double top = log10 (view->y.high), bottom = log10 (view->y.low);
  const double share = (MAX (value, 1.1 * log10 (LEAST)) - top) / (bottom - top);
  return view->body.y + 1 + share * (view->body.height - 1);
}

static void
draw_spectrum (StView *view, StSceneBuilder *builder, StRect panel, const Spectrum *spectrum,
               StColour band, StPen pen)
{
  StPoint corners[2 * SIDE_MAX], line[SIDE_MAX];
  const guint n = spectrum->n;
  for (guint j = 0; j < n; j++)
    {
      const double x = eigenvalue_x (view, panel, n, j);
      line[j] = (StPoint) { x, log_y (view, spectrum->mean[j]) };
      corners[j] = (StPoint) { x, log_y (view, spectrum->high[j]) };
      corners[2 * n - 1 - j] = (StPoint) { x, log_y (view, spectrum->low[j]) };
    }
  st_scene_clip (builder, panel);
  st_scene_polygon (builder, corners, 2 * n, band);
  st_scene_polyline (builder, line, n, pen);
  st_scene_unclip (builder);
}

/* "clean" left of where the dashed curve has fallen to the text's top. */
static void
name_clean (StView *view, StRect panel, const Spectrum *spectrum)
{
  const double top = log_y (view, CLEAN_LABEL) - 14;
  for (guint j = 1; j < spectrum->n; j++)
    if (log_y (view, spectrum->mean[j]) > top)
      {
        const StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
        const double x = eigenvalue_x (view, panel, spectrum->n, j - 1) - 4;
        if (x < panel.x + panel.width && top > panel.y && top + 14 < panel.y + panel.height
            && x - st_text_width (_("clean"), style.size, style.weight) > panel.x + 2)
          st_scene_text (view->base, x, log_y (view, CLEAN_LABEL), _("clean"), &style);
        return;
      }
}

/* The first and the last eigenvalue of those that are shown, right of the panel's name. */
static void
draw_zoomed_places (StView *view, StRect panel, guint n)
{
  const StSpan span = view->request->spans[0];
  const guint ends[2] = { (guint) ceil (MAX (span.low, 0) * (n - 1) - 1e-9),
                          (guint) floor (MIN (span.high, 1) * (n - 1) + 1e-9) };
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  double free_from = panel.x + st_text_width ("S3", style.size, style.weight) + 6;
  for (guint k = 0; k < 2 && ends[0] <= ends[1]; k++)
    {
      char *text = g_strdup_printf ("%u", ends[k] + 1);
      const double half = st_text_width (text, style.size, style.weight) / 2;
      const double x = MIN (eigenvalue_x (view, panel, n, ends[k]), panel.x + panel.width - half);
      if (x - half >= free_from)
        st_scene_text (view->base, x, panel.y + panel.height + 14, text, &style);
      free_from = MAX (free_from, x + half + 6);
      g_free (text);
    }
}

static void
draw_places (StView *view, StRect panel, guint s, guint n)
{
  static const char *const names[] = { "S1", "S2", "S3" };
  const double y = panel.y + panel.height + 14;
  StTextStyle style = st_view_tick_style (view, s < 2 ? ST_ALIGN_CENTRE : ST_ALIGN_LEFT);
  st_scene_text (view->base, s < 2 ? panel.x + panel.width / 2 : panel.x, y, names[s], &style);
  if (s < 2 || n < 2)
    return;
  if (st_view_is_zoomed (view, 0))
    {
      draw_zoomed_places (view, panel, n);
      return;
    }
  char *last = g_strdup_printf ("%u", n);
  style.align = ST_ALIGN_RIGHT;
  st_scene_text (view->base, panel.x + panel.width, y, last, &style);
  g_free (last);
  style.align = ST_ALIGN_CENTRE;
  if (n > 24 && panel.width > 80)
    st_scene_text (view->base, eigenvalue_x (view, panel, n, 19), y, "20", &style);
}

static void
ticks (StView *view)
{
  st_view_y_ticks (view, view->body, 4, st_number_power);
}

static void
base (StView *view)
{
  const StColour ghost = st_colour_alpha (view->style->ghost, 0.18);
  StPen dashed = st_pen (view->style->ghost, 1.5);
  dashed.on = 3;
  dashed.off = 2.5;
  Spectrum *spectrum = g_new (Spectrum, 1);
  for (guint s = 0; s < 3; s++)
    {
      const StRect panel = panel_of (view, s);
      st_scene_rect (view->base, panel, 0, view->style->panel);
      gboolean known = measure_spectrum (view, st_view_clean (view), s, FALSE, spectrum);
      draw_places (view, panel, s, known ? spectrum->n : 0);
      if (!known)
        continue;
      draw_spectrum (view, view->base, panel, spectrum, ghost, dashed);
      if (s == 2 && view->request->title)
        name_clean (view, panel, spectrum);
    }
  g_free (spectrum);
  ticks (view);
}

/* How many images have an eigenvalue near the tolerance, on either side of it. */
static guint
count_near (const StView *view, const StResult *result)
{
  const double low = view->request->tolerance / NEAR, high = view->request->tolerance * NEAR;
  guint images = 0;
  for (guint i = 0; i < count_images (result); i++)
    {
      gboolean near = FALSE;
      for (guint s = 0; s < 3 && !near; s++)
        {
          const double *values = st_result_eigenvalues (result, i, s);
          for (guint j = 0; j < length_of (result, s) && !near; j++)
            near = values[j] >= low * values[0] && values[j] <= high * values[0] && values[0] > 0;
        }
      images += near;
    }
  return images;
}

/* The marked image's own eigenvalues. */
static void
draw_image (StView *view, const StResult *now)
{
  const gint64 image = st_view_marked (view, now);
  for (guint s = 0; s < 3 && image >= 0; s++)
    {
      const StRect panel = panel_of (view, s);
      const double *values = st_result_eigenvalues (now, (guint) image, s);
      const guint n = length_of (now, s);
      StPoint line[SIDE_MAX];
      if (n == 0 || !(values[0] > 0))
        continue;
      for (guint j = 0; j < n; j++)
        line[j] = (StPoint) { eigenvalue_x (view, panel, n, j),
                              log_y (view, log10 (MAX (values[j] / values[0], FLOOR))) };
      st_scene_clip (view->marks, panel);
      st_scene_polyline (view->marks, line, n, st_pen (view->style->accent, 1.25));
      st_scene_unclip (view->marks);
    }
}

/* Images with eigenvalue j of matrix s there.  All have it at the same x: most are not there, and
 * of many images there is no time to look at each for each eigenvalue. */
static void
brush_place (const StView *view, guint s, guint j, const StPoint *polygon, gsize corners,
             guint8 *mask, guint n)
{
  const StResult *now = st_view_now (view);
  const double x = eigenvalue_x (view, panel_of (view, s), length_of (now, s), j);
  gsize left = 0;
  for (gsize i = 0; i < corners; i++)
    left += polygon[i].x <= x;
  if (left == 0 || left == corners)
    return;
  for (guint i = 0; i < MIN (now->done, n); i++)
    {
      const double *values = st_result_eigenvalues (now, i, s);
      if (!mask[i] && values[0] > 0)
        mask[i] = st_view_inside (polygon, corners, x,
                                  log_y (view, log10 (MAX (values[j] / values[0], FLOOR))));
    }
}

/* Images with an eigenvalue there. */
static void
brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  const StResult *now = st_view_now (view);
  for (guint s = 0; now != NULL && s < 3; s++)
    for (guint j = 0; j < length_of (now, s); j++)
      brush_place (view, s, j, polygon, corners, mask, n);
}

static void
marks (StView *view)
{
  draw_image (view, st_view_now (view));
}

/* The logarithm that the curve has there. */
static double
mean_of (const StResult *result, guint s, guint j)
{
  double sum = 0;
  guint images = 0;
  for (guint i = 0; i < count_images (result); i++)
    {
      const double *values = st_result_eigenvalues (result, i, s);
      if (!(values[0] > 0))
        continue;
      sum += log10 (MAX (values[j] / values[0], FLOOR));
      images++;
    }
  return images > 0 ? sum / images : NAN;
}

/* "S3: λ20 = 1.2e−4 λ1" */
static void
read_panel (StView *view, const StResult *now, guint s)
{
  StPoint place;
  const StRect panel = panel_of (view, s);
  const guint n = length_of (now, s);
  if (n == 0 || !st_reading_place (view, panel, &place))
    return;
  guint nearest = 0;
  for (guint j = 1; j < n; j++)
    if (fabs (eigenvalue_x (view, panel, n, j) - place.x)
        < fabs (eigenvalue_x (view, panel, n, nearest) - place.x))
      nearest = j;
  const double mean = mean_of (now, s, nearest);
  if (!isfinite (mean))
    return;
  char digits[32];
  g_ascii_formatd (digits, sizeof digits, "%.1e", pow (10, mean));
  char *number = st_number_tick (view->request->numbers, g_ascii_strtod (digits, NULL));
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  /* Translators: an eigenvalue of a matrix S1, S2 or S3, by its place, over the largest, λ1. */
  g_ptr_array_add (lines, g_strdup_printf (_("S%u: λ%u = %s λ1"), s + 1, nearest + 1, number));
  st_reading_dot (view, panel, eigenvalue_x (view, panel, n, nearest), log_y (view, mean),
                  view->request->model_index);
  st_reading_box (view, lines);
  g_ptr_array_unref (lines);
  g_free (number);
}

static void
reading (StView *view)
{
  const StResult *now = st_view_now (view);
  for (guint s = 0; now != NULL && now->done > 0 && s < 3; s++)
    read_panel (view, now, s);
}

static void
draw_tolerance (StView *view, const StResult *now)
{
  const double y = st_scale_place (&view->y, CLAMP (view->request->tolerance, LEAST, 1));
  if (!(y >= view->body.y && y <= view->body.y + view->body.height))
    return;
  const double right = view->body.x + view->body.width;
  StPen pen = st_pen (view->style->accent, 1);
  pen.on = 4;
  pen.off = 2;
  st_scene_line (view->overlay, view->body.x, y, view->request->still ? right : right - 12, y, pen);
  if (!view->request->still)
    st_scene_rect (view->overlay, (StRect) { right - 11.5, y - 3.5, 11.5, 7 }, 3.5,
                   view->style->accent);
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  style.colour = view->style->accent;
  char *number = st_number_power (view->request->numbers, view->request->tolerance);
  char *text = g_strdup_printf (_("tol. %s"), number);
  char *near = now != NULL && now->lengths[2] > 0
                 ? g_strdup_printf (_("%u within ×%d"), count_near (view, now), NEAR) : NULL;
  /* Below the line, but for the bottom of the panel and where "clean" stands. */
  const double name = log_y (view, CLEAN_LABEL);
  const gboolean below = y + 34 < view->body.y + view->body.height
                         && (y + 31 < name - 9 || y + 3 > name);
  /* Clear of the pill and of where curves end. */
  const double room = near != NULL ? st_text_width (near, style.size, style.weight) + 16 : 0;
  const double x = MAX (MIN (panel_of (view, 2).x + 4, right - room), view->body.x + 2);
  if (near != NULL)
    st_scene_text (view->overlay, x, below ? y + 28 : y - 6, near, &style);
  style.weight = 500;
  if (view->request->title)
    st_scene_text (view->overlay, x, below ? y + 14 : y - (near != NULL ? 20 : 6), text, &style);
  g_free (near);
  g_free (number);
  g_free (text);
}

static void
overlay (StView *view)
{
  const StResult *now = st_view_now (view);
  Spectrum *spectrum = g_new (Spectrum, 1);
  const gboolean selects = st_view_selects (view);
  const StPen curve = st_style_curve (view->style, view->request->model_index, 1.75);
  StPen grey = curve;
  grey.colour = st_view_aside_colour (view, 0.6);
  for (guint s = 0; s < 3; s++)
    {
      if (measure_spectrum (view, now, s, FALSE, spectrum))
        draw_spectrum (view, view->overlay, panel_of (view, s), spectrum,
                       st_colour_alpha (selects ? view->style->ghost : view->colour, 0.2),
                       selects ? grey : curve);
      if (selects && measure_spectrum (view, now, s, TRUE, spectrum))
        draw_spectrum (view, view->overlay, panel_of (view, s), spectrum,
                       st_colour_alpha (view->colour, 0.2), curve);
    }
  g_free (spectrum);
  draw_tolerance (view, now);
  StValueLine line = st_view_values (view);
  st_view_partial (view, &line, now);
  const StSummary *summary = st_view_summary (view, st_view_now (view));
  if (summary != NULL)
    st_view_part (view, &line, summary);
}

static void
describe (StView *view, GString *out)
{
  char *tolerance = st_number_power (view->request->numbers, view->request->tolerance);
  g_string_append_printf (out, _(", tolerance %s"), tolerance);
  g_free (tolerance);
  const StResult *now = st_view_now (view);
  const guint n = now != NULL ? length_of (now, 2) : 0;
  const double mean = n > 0 ? mean_of (now, 2, n - 1) : NAN;
  if (isfinite (mean))
    {
      const double least = pow (10, mean);
      char *text = g_ascii_formatd (g_malloc (32), 32, "%.1e", least);
      char *number = st_number_tick (view->request->numbers, g_ascii_strtod (text, NULL));
      g_string_append_printf (out, _(", eigenvalue %u of S3 at %s of the largest"), n, number);
      g_free (text);
      g_free (number);
      const guint near = count_near (view, st_view_now (view));
      g_string_append_printf (out, ngettext (", %u image within a factor of %d of the tolerance",
                                             ", %u images within a factor of %d of the tolerance",
                                             near), near, NEAR);
      const StSummary *summary = st_view_summary (view, st_view_now (view));
      if (summary != NULL)
        st_view_append_part (view, out, summary);
    }
  const gint64 chosen = st_view_highlighted (view, st_view_now (view));
  if (chosen < 0)
    return;
  char *triple = st_view_triple_words (st_view_triple (view, st_view_now (view), (guint) chosen));
  st_view_append_image (view, out, (guint) chosen);
  g_string_append_printf (out, _(" has ranks %s"), triple);
  g_free (triple);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "matrix", "place", "clean", "clean_tenth",
                                       "clean_ninetieth", "now", "now_tenth", "now_ninetieth" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  Spectrum *both = g_new (Spectrum, 2);
  for (guint s = 0; s < 3; s++)
    {
      const gboolean known[2]
        = { measure_spectrum (view, st_view_clean (view), s, FALSE, &both[0]),
            measure_spectrum (view, st_view_now (view), s, FALSE, &both[1]) };
      const guint n = MAX (known[0] ? both[0].n : 0, known[1] ? both[1].n : 0);
      for (guint j = 0; j < n; j++)
        {
          st_table_add_row (out);
          st_table_set (out, 0, s + 1);
          st_table_set (out, 1, j + 1);
          for (guint k = 0; k < 2; k++)
            if (known[k] && j < both[k].n)
              {
                st_table_set (out, 2 + 3 * k, pow (10, both[k].mean[j]));
                st_table_set (out, 3 + 3 * k, pow (10, both[k].low[j]));
                st_table_set (out, 4 + 3 * k, pow (10, both[k].high[j]));
              }
        }
    }
  g_free (both);
  return out;
}

const StViewClass st_view_spectrum = {
  .id = "spectrum",
  .name = N_("Spectrum"),
  .definition = N_("Eigenvalues of S1, S2, S3 over their largest: geometric mean over images, band "
                   "10 % to 90 %; clean dashed. Within ×10: images with an eigenvalue that near "
                   "the tolerance, on either side, whose rank is a matter of taste."),
  .foot = TRUE,
  .axes = { ST_AXIS_PLACE, ST_AXIS_EIGENVALUE },
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
