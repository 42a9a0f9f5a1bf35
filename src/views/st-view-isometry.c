/* Isometry: how far a decoder is from keeping angles, areas and distances, as numbers, each on a
 * logarithmic line of its own that all columns share, so that models can be compared at a glance:
 * the farther left, the nearer to what would be kept. */
#include <st-view-pullback.h>

#include <math.h>
#include <string.h>

/* Columns of a line: its name, the line, its number; below NARROW the line is left out. */
enum { NUMBER = 58, INSET = 8, NARROW = 70, LEAST_ROW = 13 };
#define TEXT 11.0
/* Lines reach beyond the values of all columns by this factor. */
#define BEYOND 1.5

typedef struct Measure
{
  const char *id, *name, *brief;
  double (*get) (const StPullback *pullback);
} Measure;

static double
get_conformal (const StPullback *pullback)
{
  return pullback->isometry->measures.conformal;
}

static double
get_areas (const StPullback *pullback)
{
  return pullback->isometry->measures.log_volume_variance;
}

static double
get_strict (const StPullback *pullback)
{
  return pullback->isometry->measures.strict;
}

static double
get_relaxed (const StPullback *pullback)
{
  return pullback->isometry->measures.relaxed;
}

/* Infinite where a G is singular, as one of the numbers would be; a table has null there. */
static double
get_mean (const StPullback *pullback)
{
  const StIsometryMeasures *m = &pullback->isometry->measures;
  return m->singular_points > 0 ? INFINITY : m->mean_condition;
}

static double
get_median (const StPullback *pullback)
{
  return pullback->isometry->measures.median_condition;
}

static double
get_variance (const StPullback *pullback)
{
  return pullback->isometry->measures.variance;
}

static double
get_mse (const StPullback *pullback)
{
  return pullback->isometry->mse;
}

static const Measure measures[] = {
  { "conformal", N_("angles (conformal)"), N_("angles"), get_conformal },
  { "log_volume_variance", N_("areas (Var of log volume)"), N_("areas"), get_areas },
  { "strict_isometry", N_("distances (strict)"), N_("distances"), get_strict },
  { "relaxed_distortion", N_("scaled distances (relaxed)"), N_("scaled"), get_relaxed },
  { "mean_condition_number", N_("cond(G), mean"), N_("cond, mean"), get_mean },
  { "median_condition_number", N_("cond(G), median"), N_("median"), get_median },
  { "variance", N_("variance"), N_("variance"), get_variance },
  { "mse", N_("MSE of what is rebuilt"), N_("MSE"), get_mse },
};
enum { MEASURES = G_N_ELEMENTS (measures) };

static const StPullback *
of_column (const StView *view, guint column)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  return pullbacks != NULL && column < st_view_columns (view) ? pullbacks->of[column] : NULL;
}

/* Why there are no numbers: a sentence, or NULL where there are some; caller frees. */
static char *
missing (const StView *view)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  const guint column = view->request->column;
  if (st_view_pullback (view) != NULL)
    return NULL;
  return st_view_why_no_vectors (view, pullbacks != NULL && column < ST_COLUMNS_MAX
                                         ? pullbacks->status[column] : st_success (),
                                 _("Isometry is measured where the decoder begins at a vector; "
                                   "here the latent is a map."),
                                 _("Computing G = JᵀJ"));
}

/* ---- layout ---- */

static double
row_height (const StView *view)
{
  return MAX ((view->body.height - 2 * INSET) / MEASURES, LEAST_ROW);
}

/* Names in full where there is room for them and for lines. */
static double
names_width (const StView *view, gboolean brief)
{
  double width = 0;
  for (guint i = 0; i < MEASURES; i++)
    width = MAX (width, st_text_width (brief ? _(measures[i].brief) : _(measures[i].name), TEXT,
                                       400));
  return width;
}

static gboolean
is_brief (const StView *view)
{
  return view->body.width < names_width (view, FALSE) + NUMBER + NARROW + 4 * INSET;
}

/* From where to where lines go; shorter than NARROW there are none. */
static void
find_line (const StView *view, double *from, double *to)
{
  *from = view->body.x + names_width (view, is_brief (view)) + 2 * INSET + 4;
  *to = view->body.x + view->body.width - NUMBER - 2 * INSET;
}

static void
layout (StView *view)
{
  char *words = missing (view);
  const gint64 known = st_view_pullback (view) != NULL;
  st_view_key (view, &known, sizeof known);
  if (words != NULL)
    st_view_key (view, words, strlen (words));
  g_free (words);
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPullback *pullback = of_column (view, c);
      const gint64 there = pullback != NULL;
      st_view_key_overlay (view, &there, sizeof there);
      for (guint i = 0; i < MEASURES && pullback != NULL; i++)
        {
          const double value = measures[i].get (pullback);
          st_view_key_overlay (view, &value, sizeof value);
        }
      if (pullback != NULL)
        st_view_key_overlay (view, &pullback->query.weights, sizeof pullback->query.weights);
    }
}

/* ---- drawing ---- */

static double
baseline_of (const StView *view, guint row)
{
  return view->body.y + INSET + (row + 0.5) * row_height (view) + 4;
}

static void
base (StView *view)
{
  char *words = missing (view);
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  if (words != NULL)
    st_view_sentence (view, words);
  g_free (words);
  if (st_view_pullback (view) == NULL)
    return;
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  const gboolean brief = is_brief (view);
  double from, to;
  find_line (view, &from, &to);
  for (guint i = 0; i < MEASURES; i++)
    {
      const double y = baseline_of (view, i);
      if (y > view->body.y + view->body.height)
        break;
      st_scene_text (view->base, view->body.x + INSET, y,
                     brief ? _(measures[i].brief) : _(measures[i].name), &style);
      if (to - from >= NARROW)
        st_scene_line (view->base, from, y - 4, to, y - 4, st_pen (view->style->rule, 1));
    }
}

/* Where a value lies on its line; NaN where it has no place. */
static double
place_of (const StView *view, const Measure *measure, double value, double from, double to)
{
  double low = INFINITY, high = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPullback *pullback = of_column (view, c);
      const double other = pullback != NULL ? measure->get (pullback) : NAN;
      if (!isfinite (other) || !(other > 0))
        continue;
      low = MIN (low, other);
      high = MAX (high, other);
    }
  if (isinf (value))
    return to;
  if (!(value > 0) || !(low <= high))
    return NAN;
  const StScale scale = { ST_SCALE_LOG10, low / BEYOND, high * BEYOND, from, to };
  return st_scale_place (&scale, value);
}

/* The other columns' values, then the own one over them. */
static void
draw_values (StView *view, const Measure *measure, double y, double strength)
{
  double from, to;
  find_line (view, &from, &to);
  const StMarkerStyle other = { .shape = ST_MARKER_CIRCLE, .radius = 2.5,
                                .outline = st_pen (view->style->dim, 1) };
  StMarkerStyle own = st_style_model_marker (view->style, view->request->model_index, 4);
  own.fill = st_colour_alpha (own.fill, strength);
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPullback *pullback = of_column (view, c);
      if (pullback == NULL || c == view->request->column)
        continue;
      st_scene_marker (view->overlay,
                       place_of (view, measure, measure->get (pullback), from, to), y, &other);
    }
  st_scene_marker (view->overlay,
                   place_of (view, measure, measure->get (st_view_pullback (view)), from, to), y,
                   &own);
}

static gboolean
is_stale (const StView *view, const StPullback *pullback)
{
  return pullback->query.weights != view->frame->query.weights[view->request->column]
         || pullback->query.level != view->frame->query.level;
}

static void
overlay (StView *view)
{
  const StPullback *pullback = st_view_pullback (view);
  if (pullback == NULL)
    return;
  const double strength = is_stale (view, pullback) ? 0.5 : 1;
  double from, to;
  find_line (view, &from, &to);
  for (guint i = 0; i < MEASURES; i++)
    {
      const double y = baseline_of (view, i);
      if (y > view->body.y + view->body.height)
        break;
      const StTextStyle style = { .size = TEXT, .weight = 600, .align = ST_ALIGN_RIGHT,
                                  .colour = st_colour_alpha (view->style->text, strength) };
      char *number = st_view_three_figures (view->request->numbers, measures[i].get (pullback));
      st_scene_text (view->overlay, view->body.x + view->body.width - INSET, y, number, &style);
      g_free (number);
      if (to - from >= NARROW)
        draw_values (view, &measures[i], y - 4, strength);
    }
  StValueLine line = st_view_values (view);
  char *mean = st_view_three_figures (view->request->numbers, get_mean (pullback));
  st_view_value (view, &line, mean, TRUE);
  st_view_value (view, &line, "cond(G)", FALSE);
  g_free (mean);
}

/* ---- words ---- */

static void
describe (StView *view, GString *out)
{
  const StPullback *pullback = st_view_pullback (view);
  char *words = missing (view);
  if (words != NULL)
    g_string_append_printf (out, ", %s", words);
  g_free (words);
  if (pullback == NULL)
    return;
  st_view_append_conditions (view, &pullback->isometry->measures, out);
  for (guint i = 0; i < MEASURES; i++)
    {
      if (measures[i].get == get_mean || measures[i].get == get_median)
        continue;
      char *number = st_view_three_figures (view->request->numbers, measures[i].get (pullback));
      g_string_append_printf (out, ", %s %s", _(measures[i].name), number);
      g_free (number);
    }
  if (is_stale (view, pullback))
    g_string_append (out, _(", of the level or the weights before"));
  if (pullback->count < st_images_count (view->frame->query.images))
    g_string_append_printf (out, _(", of the first %u images"), pullback->count);
}

static StTable *
table (StView *view)
{
  const StPullback *pullback = st_view_pullback (view);
  StTable *out = st_table_new ();
  st_table_add_column (out, "level");
  st_table_add_column (out, "images");
  st_table_add_column (out, "dimension");
  st_table_add_column (out, "singular_points");
  st_table_add_column (out, "mean_condition_number_j");
  st_table_add_column (out, "median_condition_number_j");
  const guint first = st_table_columns (out);
  for (guint i = 0; i < MEASURES; i++)
    st_table_add_column (out, measures[i].id);
  if (pullback == NULL)
    return out;
  const StIsometryMeasures *m = &pullback->isometry->measures;
  const double facts[] = { pullback->query.level, pullback->count,
                           pullback->isometry->dimension, m->singular_points,
                           m->mean_condition_j, m->median_condition_j };
  st_table_add_row (out);
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (isfinite (facts[i]))
      st_table_set (out, i, facts[i]);
  for (guint i = 0; i < MEASURES; i++)
    if (isfinite (measures[i].get (pullback)))
      st_table_set (out, first + i, measures[i].get (pullback));
  return out;
}

const StViewClass st_view_isometry = {
  .id = "isometry",
  .name = N_("Isometry"),
  .definition = N_("How far the decoder is from keeping geometry, from G = JᵀJ at latent means, J "
                   "its Jacobian, λ the d eigenvalues of G (Lee, Yoon, Son, Park 2022). Angles: "
                   "mean Σ(λ/mean λ − 1)². Areas: Var(½ ln det G). Distances: mean Σ(λ − 1)². "
                   "Scaled distances: mean tr G²/(mean tr G)², at least 1/d. cond(G): largest λ "
                   "over smallest, ∞ where G is singular. Variance: mean Σ log² of the "
                   "eigenvalues of (mean G)⁻¹G. Markers: this model; rings: the others, on the "
                   "same logarithmic lines."),
  .whole = TRUE,
  .any_latent = TRUE,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .describe = describe,
  .table = table,
};
