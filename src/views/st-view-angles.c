/* Hilbert angles: the mean principal angle between the clean and the perturbed subspace
 * against the level, the faint band from the least to the largest angle, within it the 95 %
 * interval of the mean over images, and, dotted, the floor: the angle between two sets of clean
 * images.
 *
 * While a hand moves there are angles of few images first.  The fewer there are the larger are
 * angles and floor, so these are written with their own floor and number of images, and no place
 * on the curve is theirs. */
#include <st-angle-words.h>
#include <st-hilbert.h>
#include <st-reading.h>

#include <math.h>

/* Whether there are angles, and of this query's kernel. */
static gboolean
has_angles (const StView *view, const StHilbertResult *angles)
{
  const StLiveQuery *query = &view->frame->query;
  return angles->angles.count > 0
         && st_hilbert_result_fits (angles, query->kernel, query->tolerance, query->subspace);
}

/* Those of a result; NULL where none are. */
static const StHilbertResult *
angles_of (const StView *view, const StResult *result)
{
  return result != NULL && has_angles (view, &result->hilbert) ? &result->hilbert : NULL;
}

static gboolean
is_stale (const StView *view, const StHilbertResult *angles)
{
  return angles->weights != view->frame->query.weights[view->request->column];
}

/* The exact ones, early ones, or those of older weights, in this order. */
static const StHilbertResult *
now_angles (const StView *view)
{
  const StHilbertResult *exact = angles_of (view, st_view_now (view));
  if (view->frame == NULL || (exact != NULL && !is_stale (view, exact)))
    return exact;
  const StHilbertResult *early = &view->frame->early[view->request->column];
  return has_angles (view, early) && !is_stale (view, early) ? early : exact;
}

static guint
count_open (const StView *view)
{
  const StImages *images = view->frame->query.images;
  return images != NULL ? st_images_count (images) : 0;
}

/* How many images take part at last, and whether fewer did. */
static guint
count_all (const StView *view)
{
  return MIN (count_open (view), ST_ANGLES_MAX);
}

static gboolean
is_of_some (const StView *view, const StHilbertResult *angles)
{
  return angles == &view->frame->early[view->request->column] && angles->count < count_all (view);
}

/* Whether they are of a level that a moving hand has left. */
static gboolean
is_left (const StView *view, const StHilbertResult *angles)
{
  return angles == &view->frame->early[view->request->column]
         && view->frame->early_level[view->request->column] != st_level_now (view);
}

/* Whether exact ones of the level shown are still to come; without them only intervals may be. */
static gboolean
is_early (const StView *view, const StHilbertResult *angles)
{
  return is_of_some (view, angles) || is_left (view, angles);
}

/* The floor is the same at every level; NaN where it is not known. */
static double
floor_of (const StView *view)
{
  const StHilbertResult *found = NULL;
  for (guint j = 0; j <= st_view_levels (view); j++)
    {
      const StHilbertResult *angles
        = j == 0 ? angles_of (view, st_view_now (view))
                 : angles_of (view, st_view_sweep (view, view->request->column, j - 1));
      if (angles != NULL && (found == NULL || (is_stale (view, found) && !is_stale (view, angles))))
        found = angles;
    }
  return found != NULL ? found->floor : NAN;
}

/* Means with their ranges, which are stale by their own weights. */
static void
get_series (const StView *view, StLevelSeries *series)
{
  st_level_series_init (view, series);
  for (guint j = 0; j < series->n; j++)
    {
      const StHilbertResult *angles
        = angles_of (view, st_view_sweep (view, view->request->column, j));
      if (angles == NULL)
        continue;
      series->value[j] = angles->angles.mean;
      series->low[j] = angles->angles.degrees[0];
      series->high[j] = angles->angles.largest;
      series->stale[j] = is_stale (view, angles);
    }
}

/* The same with the intervals of the means, where there are any. */
static void
get_intervals (const StView *view, StLevelSeries *series)
{
  get_series (view, series);
  for (guint j = 0; j < series->n; j++)
    {
      const StHilbertResult *angles
        = angles_of (view, st_view_sweep (view, view->request->column, j));
      series->low[j] = angles != NULL ? angles->intervals.mean.low : NAN;
      series->high[j] = angles != NULL ? angles->intervals.mean.high : NAN;
      if (!isfinite (series->low[j]))
        series->value[j] = NAN;
    }
}

static void
layout (StView *view)
{
  StLevelSeries series, intervals;
  st_level_layout (view, view->body);
  const StScale whole = { ST_SCALE_LINEAR, 0, 90, view->body.y + view->body.height - 2,
                          view->body.y + 2 };
  view->y = st_view_zoom (view, 1, &whole, 1);
  const double floor_angle = floor_of (view);
  get_series (view, &series);
  get_intervals (view, &intervals);
  st_view_key (view, &floor_angle, sizeof floor_angle);
  st_view_key (view, series.value, series.n * sizeof *series.value);
  st_view_key (view, series.low, series.n * sizeof *series.low);
  st_view_key (view, series.high, series.n * sizeof *series.high);
  st_view_key (view, series.stale, series.n * sizeof *series.stale);
  st_view_key (view, intervals.low, series.n * sizeof *intervals.low);
  st_view_key (view, intervals.high, series.n * sizeof *intervals.high);
}

static void
draw_floor (StView *view, double floor_angle)
{
  const double y = st_scale_place (&view->y, floor_angle);
  const double right = view->body.x + view->body.width;
  if (!(y >= view->body.y && y <= view->body.y + view->body.height))
    return;
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

/* Tenths only where whole degrees do not tell ticks apart. */
static char *
fine_degrees (StNumbers numbers, double value)
{
  return st_number_degrees (numbers, value, fabs (value - round (value)) < 1e-6 ? 0 : 1);
}

static void
draw_ticks (StView *view)
{
  if (!st_view_has_ticks (view))
    return;
  if (st_view_is_zoomed (view, 1))
    {
      st_view_y_ticks (view, view->body, view->body.height < 36 ? 3 : 4, fine_degrees);
      return;
    }
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
  StLevelSeries series, intervals;
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  draw_ticks (view);
  const double floor_angle = floor_of (view);
  if (isfinite (floor_angle))
    draw_floor (view, floor_angle);
  get_series (view, &series);
  get_intervals (view, &intervals);
  st_scene_clip (view->base, view->body);
  st_level_series_band (view, &series, &view->y, view->colour);
  st_level_series_band (view, &intervals, &view->y, view->colour);
  st_level_series_line (view, &series, &view->y,
                        st_style_curve (view->style, view->request->model_index, 1.75), 0);
  st_scene_unclip (view->base);
}

/* " at 0.12", if the level shown is another one. */
static void
append_level (const StView *view, GString *out, const StHilbertResult *angles)
{
  if (!is_left (view, angles))
    return;
  char *level = st_number_level (view->request->numbers,
                                 view->frame->early_level[view->request->column]);
  g_string_append_printf (out, _(" at %s"), level);
  g_free (level);
}

/* "86°", and "at 0.12" where that is another level than the one shown, else NULL. */
typedef struct AngleWords
{
  char *mean, *level;
  gboolean strong;
  double width;          /* that they need, with how many images they are of */
} AngleWords;

static AngleWords
angle_words (const StView *view, const StHilbertResult *now)
{
  AngleWords words = { .strong = !is_early (view, now) && !is_stale (view, now) };
  GString *level = g_string_new (NULL);
  append_level (view, level, now);
  words.mean = st_number_degrees (view->request->numbers, now->angles.mean, 0);
  words.level = level->len > 0 ? g_strdup (level->str + 1) : NULL;
  words.width = st_view_value_width (words.mean, words.strong);
  if (words.level != NULL)
    words.width += st_view_value_width (words.level, FALSE);
  if (is_of_some (view, now))
    {
      char *some = g_strdup_printf ("%u/%u", now->count, count_all (view));
      words.width += st_view_value_width (some, FALSE);
      g_free (some);
    }
  g_string_free (level, TRUE);
  return words;
}

static void
angle_words_clear (AngleWords *words)
{
  g_free (words->mean);
  g_free (words->level);
}

/* All or nothing: an angle of few images, or of another level, must not pass for the exact one. */
static void
write_angle (StView *view, StValueLine *line, const StHilbertResult *now, const AngleWords *words)
{
  if (is_early (view, now) && !st_view_has_room (view, line, words->width))
    return;
  if (words->level != NULL)
    st_view_value (view, line, words->level, FALSE);
  st_view_value (view, line, words->mean, words->strong);
  if (is_of_some (view, now))
    st_view_some (view, line, now->count, count_all (view));
  else if (words->strong)
    st_view_first (view, line, now->count, count_open (view));
}

static void
write_floor (StView *view, StValueLine *line, double floor_angle, double width)
{
  char *number = st_number_degrees (view->request->numbers, floor_angle, 0);
  char *text = g_strdup_printf (_("floor %s"), number);
  if (st_view_has_room (view, line, width + st_view_value_width (text, FALSE)))
    st_view_value (view, line, text, FALSE);
  g_free (number);
  g_free (text);
}

static void
draw_values (StView *view, const StHilbertResult *now, double floor_angle)
{
  StValueLine line = st_view_values (view);
  AngleWords words = { 0 };
  if (now != NULL)
    words = angle_words (view, now);
  if (now != NULL && is_of_some (view, now))
    floor_angle = now->floor;
  if (isfinite (floor_angle))
    write_floor (view, &line, floor_angle, words.width);
  if (now != NULL)
    write_angle (view, &line, now, &words);
  angle_words_clear (&words);
}

/* Where the curve runs at the present level: what the marker rides on while a hand moves and
 * the angles of the level, of all images, are not there yet.  NaN off the curve. */
static double
curve_at (const StView *view, double level)
{
  StLevelSeries series;
  get_series (view, &series);
  const double x = st_scale_place (&view->figure->level, level);
  for (guint j = 0; j + 1 < series.n; j++)
    if (x >= series.x[j] && x <= series.x[j + 1])
      {
        const double part = (x - series.x[j]) / (series.x[j + 1] - series.x[j]);
        return series.value[j] + part * (series.value[j + 1] - series.value[j]);
      }
  return NAN;
}

static void
overlay (StView *view)
{
  const StHilbertResult *now = now_angles (view);
  draw_values (view, now, floor_of (view));
  st_level_overlay (view);
  const double mean = now != NULL && !is_early (view, now)
                        ? now->angles.mean : curve_at (view, st_level_now (view));
  if (isfinite (mean))
    st_level_marker (view, st_scale_place (&view->y, mean));
}

/* Whether the kernel has nothing to say of the clean images: a Gaussian without a width. */
static gboolean
is_undefined (const StView *view)
{
  const StResult *now = st_view_now (view);
  const StLiveQuery *query = &view->frame->query;
  return now != NULL && !now->hilbert.defined
         && st_hilbert_result_fits (&now->hilbert, query->kernel, query->tolerance,
                                    query->subspace);
}

/* " (64 of 256 images)" */
static void
append_early (const StView *view, GString *out, const StHilbertResult *angles)
{
  append_level (view, out, angles);
  if (is_of_some (view, angles))
    g_string_append_printf (out, _(" (%u of %u images)"), angles->count, count_all (view));
}

static void
describe (StView *view, GString *out)
{
  const StHilbertResult *now = now_angles (view);
  const StNumbers numbers = view->request->numbers;
  const gboolean some = now != NULL && is_of_some (view, now);
  const double floor_angle = some ? now->floor : floor_of (view);
  if (now != NULL && !is_stale (view, now))
    {
      char *mean = st_number_degrees (numbers, now->angles.mean, 1);
      char *low = st_number_degrees (numbers, now->angles.degrees[0], 1);
      char *high = st_number_degrees (numbers, now->angles.largest, 1);
      g_string_append_printf (out, _(", mean angle %s"), mean);
      append_early (view, out, now);
      if (!some)
        st_view_append_first (view, out, now->count, count_open (view));
      st_angle_words_interval (view, out, now->intervals.mean);
      g_string_append_printf (out, _(", least %s, largest %s"), low, high);
      g_free (mean);
      g_free (low);
      g_free (high);
    }
  else if (is_undefined (view))
    g_string_append (out, _(", no angles: most clean images are one point, so the kernel has no "
                            "width"));
  if (isfinite (floor_angle))
    {
      char *text = st_number_degrees (numbers, floor_angle, 1);
      g_string_append_printf (out, some ? _(", as many other clean images %s")
                                        : _(", other clean images %s"), text);
      g_free (text);
    }
}

/* ---- all numbers ---- */

static void
facts (StView *view, GString *out)
{
  const StHilbertResult *now = now_angles (view);
  if (now == NULL || is_stale (view, now) || is_left (view, now))
    return;
  st_angle_words_all (view, out, now);
  if (is_of_some (view, now))
    g_string_append_printf (out, _("Of a sample of %u of %u images, some of each class; those of "
                                   "all are still computed"), now->count, count_all (view));
  else if (now == &view->frame->early[view->request->column])
    g_string_append_printf (out, _("Of %u images; intervals are still computed"), now->count);
  else
    g_string_append_printf (out, _("Of %u images; intervals leave out a tenth of them at a time"),
                            now->count);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "level", "angle_mean_deg", "angle_min_deg",
                                       "angle_max_deg", "angle_low_deg", "angle_high_deg",
                                       "angle_floor_deg", "angle_chordal",
                                       "angle_geodesic_rad", "gap", "distance_ratio",
                                       "dimension_numerical", "dimension_energy95",
                                       "dimension_energy99", "sigma" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  for (guint j = 0; j < st_view_levels (view); j++)
    {
      const StHilbertResult *h = angles_of (view,
                                            st_view_sweep (view, view->request->column, j));
      if (h == NULL || is_stale (view, h))
        continue;
      const double row[] = { st_view_level (view, j), h->angles.mean, h->angles.degrees[0],
                             h->angles.largest, h->intervals.mean.low, h->intervals.mean.high,
                             h->floor, h->angles.chordal, h->angles.geodesic, h->gap,
                             h->distance_ratio, h->numerical, h->energy95, h->energy99,
                             h->sigma };
      st_table_add_row (out);
      for (guint i = 0; i < G_N_ELEMENTS (row); i++)
        st_table_set (out, i, row[i]);
    }
  return out;
}

static double
present (const StView *view)
{
  const StHilbertResult *now = now_angles (view);
  return now != NULL && !is_stale (view, now) && !is_early (view, now) ? now->angles.mean : NAN;
}

static char *
say_early (const StView *view)
{
  const StHilbertResult *now = now_angles (view);
  if (now == NULL || is_stale (view, now) || !is_early (view, now))
    return NULL;
  char *mean = st_number_degrees (view->request->numbers, now->angles.mean, 1);
  GString *text = g_string_new (mean);
  g_free (mean);
  append_level (view, text, now);
  if (is_of_some (view, now))
    g_string_append_printf (text, _(", %u of %u"), now->count, count_all (view));
  return g_string_free (text, FALSE);
}

static char *
say (StNumbers numbers, double value)
{
  return st_number_degrees (numbers, value, 1);
}

static char *
say_read (const StView *view, guint j, double value)
{
  return say (view->request->numbers, value);
}

static void
reading (StView *view)
{
  StLevelSeries series;
  st_level_series_init (view, &series);
  get_series (view, &series);
  st_reading_series (view, &series, &view->y, say_read);
}

static const StViewCurve curve = {
  .title = N_("Hilbert angles"),
  .definition = N_("Mean principal angle between the clean and the perturbed subspace against the "
                   "level; dotted, the floor: between other clean images."),
  .low = 0, .high = 90, .unfolds = TRUE, .series = get_series, .now = present,
  .early = say_early, .constant = floor_of, .constant_name = N_("floor"), .say = say,
  .tick = fine_degrees,
};

const StViewClass st_view_angles = {
  .id = "angles",
  .name = N_("Hilbert angles"),
  .definition = N_("Principal angles between the clean and the perturbed subspace: mean with its "
                   "95 % interval over images, faint band least to largest; dotted: between other "
                   "clean images."),
  .level_group = TRUE,
  .curve = &curve,
  .whole = TRUE,
  .axes = { ST_AXIS_LEVEL, ST_AXIS_ANGLE },
  .layout = layout,
  .base = base,
  .ticks = draw_ticks,
  .overlay = overlay,
  .read = reading,
  .describe = describe,
  .facts = facts,
  .table = table,
};
