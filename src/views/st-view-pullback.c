#include <st-view-pullback.h>

#include <math.h>
#include <st-view-embedding.h>
#include <string.h>

/* What is said in the panel: lines, and the map's scale of colours. */
enum { LEADING = 14, INSET = 6, KEY_WIDTH = 44, KEY_HEIGHT = 6, KEY_STEPS = 22 };

/* Of what is older than the scatter; of the strongest colour of a map. */
#define FADED 0.4
#define STRONGEST 0.62

/* ---- names of maps ---- */

static const char *const map_ids[ST_MAPS] = { "none", "condition", "condition-j", "volume" };

const char *
st_figure_map_id (StFigureMap map)
{
  return map_ids[map];
}

gboolean
st_figure_map_from_id (const char *id, StFigureMap *map)
{
  for (guint i = 0; i < ST_MAPS; i++)
    if (strcmp (map_ids[i], id) == 0)
      {
        *map = (StFigureMap) i;
        return TRUE;
      }
  return FALSE;
}

static const char *
name_map (StFigureMap map)
{
  static const char *const names[ST_MAPS] = {
    [ST_MAP_NONE] = "", [ST_MAP_CONDITION] = "cond(G)", [ST_MAP_CONDITION_J] = "cond(J)",
    [ST_MAP_VOLUME] = "√det G",
  };
  return names[map];
}

/* ---- what there is ---- */

const StPullback *
st_view_pullback (const StView *view)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  const guint column = view->request->column;
  if (pullbacks == NULL || column >= st_view_columns (view))
    return NULL;
  return pullbacks->of[column];
}

const StPullback *
st_view_planar (const StView *view, guint column)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  if (pullbacks == NULL || column >= st_view_columns (view))
    return NULL;
  const StPullback *pullback = pullbacks->of[column];
  return pullback != NULL && pullback->side > 0 && st_view_is_live (view, column) ? pullback
                                                                                  : NULL;
}

static const StPullback *
planar (const StView *view)
{
  return st_view_planar (view, view->request->column);
}

static const StPullback *
with_map (const StView *view)
{
  const StPullback *pullback = planar (view);
  return pullback != NULL && view->request->pullbacks->map != ST_MAP_NONE ? pullback : NULL;
}

static gboolean
is_of_weights (const StView *view, const StPullback *pullback)
{
  return pullback->query.weights == view->frame->query.weights[view->request->column];
}

/* ---- what maps have in common ---- */

/* Of cells that have a finite value above 0. */
typedef struct Range {
  double low, high;     /* low above high: there are none */
  gboolean singular;    /* there are other cells */
  guint maps;           /* of so many columns */
} Range;

static double
cell_of (const StView *view, const StPullback *pullback, guint cell)
{
  switch (view->request->pullbacks->map)
    {
    case ST_MAP_CONDITION: return pullback->condition[cell];
    case ST_MAP_CONDITION_J: return sqrt (pullback->condition[cell]);
    case ST_MAP_VOLUME: return pullback->volume[cell];
    case ST_MAP_NONE:
    case ST_MAPS:
    default: return NAN;
    }
}

static gboolean
is_condition (const StView *view)
{
  return view->request->pullbacks->map != ST_MAP_VOLUME;
}

static void
stretch_range (const StView *view, const StPullback *pullback, Range *range)
{
  range->maps++;
  for (guint i = 0; i < pullback->side * pullback->side; i++)
    {
      const double value = cell_of (view, pullback, i);
      if (isfinite (value) && value > 0)
        {
          range->low = MIN (range->low, value);
          range->high = MAX (range->high, value);
        }
      else
        range->singular = TRUE;
    }
}

static Range
own_range (const StView *view, const StPullback *pullback)
{
  Range range = { INFINITY, 0, FALSE, 0 };
  stretch_range (view, pullback, &range);
  return range;
}

/* Columns that have maps, or ellipses. */
static guint
count_planar (const StView *view)
{
  guint n = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    n += st_view_planar (view, c) != NULL;
  return n;
}

/* Of all columns' maps, so that a colour means the same in each. */
static Range
shared_range (const StView *view)
{
  Range range = { INFINITY, 0, FALSE, 0 };
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPullback *pullback = st_view_planar (view, c);
      if (pullback != NULL)
        stretch_range (view, pullback, &range);
    }
  return range;
}

/* A map is of the weights alone; its cells of a pullback that has come since are the same.  Its
 * colours, and the words about them, are of all columns' ranges. */
void
st_view_pullback_key (StView *view)
{
  const StPullback *map = with_map (view), *ellipses = st_view_with_ellipses (view);
  if (map != NULL)
    {
      const Range range = shared_range (view);
      const double ends[] = { range.low, range.high, range.singular, range.maps };
      st_view_key (view, ends, sizeof ends);
      st_view_key_overlay (view, ends, sizeof ends);
      const guint64 what[] = { map->query.column, map->query.weights, map->side,
                               view->request->pullbacks->map, is_of_weights (view, map) };
      st_view_key (view, what, sizeof what);
      st_view_key (view, map->low, sizeof map->low);
      st_view_key (view, map->high, sizeof map->high);
    }
  st_view_ellipses_key (view);
  const gint64 shown[] = { map != NULL, ellipses != NULL };
  st_view_key_overlay (view, shown, sizeof shown);
}

/* ---- maps ---- */

/* The colour at a share of the way from the lowest to the highest value, by their logarithms. */
static StColour
colour_at (const StView *view, double share, double strength)
{
  const StColour from = view->style->panel, to = view->style->accent;
  const float t = (float) (CLAMP (share, 0, 1) * STRONGEST * strength);
  return (StColour) { from.r + t * (to.r - from.r), from.g + t * (to.g - from.g),
                      from.b + t * (to.b - from.b), 1 };
}

static void
put_pixel (guint8 *pixel, StColour colour)
{
  pixel[0] = (guint8) (colour.r * 255 + 0.5f);
  pixel[1] = (guint8) (colour.g * 255 + 0.5f);
  pixel[2] = (guint8) (colour.b * 255 + 0.5f);
}

/* Rows from the top; where G is singular the colour is the strongest for cond (G), which is
 * infinite there, and none for the root of det G, which is 0. */
static guint8 *
paint_cells (const StView *view, const StPullback *pullback)
{
  const guint side = pullback->side;
  const double strength = is_of_weights (view, pullback) ? 1 : FADED;
  guint8 *pixels = g_malloc0 (3 * side * side);
  const Range range = shared_range (view);
  for (guint row = 0; row < side; row++)
    for (guint column = 0; column < side; column++)
      {
        const double value = cell_of (view, pullback, (side - 1 - row) * side + column);
        double share = value > 0 ? 1 : 0;
        if (isfinite (value) && value > 0)
          share = range.high > range.low
                    ? log (value / range.low) / log (range.high / range.low) : 0;
        put_pixel (pixels + 3 * (row * side + column), colour_at (view, share, strength));
      }
  return pixels;
}

void
st_view_pullback_map (StView *view, StViewPlane plane)
{
  const StPullback *pullback = with_map (view);
  if (pullback == NULL)
    return;
  const StRect rect = { plane.x + pullback->low[0] * plane.unit,
                        plane.y - pullback->high[1] * plane.unit,
                        (pullback->high[0] - pullback->low[0]) * plane.unit,
                        (pullback->high[1] - pullback->low[1]) * plane.unit };
  guint8 *pixels = paint_cells (view, pullback);
  st_scene_clip (view->base, view->body);
  st_scene_image (view->base, rect, pullback->side, pullback->side, 3, pixels, TRUE);
  st_scene_unclip (view->base);
  g_free (pixels);
}

/* "1.1–6.3" */
static char *
range_words (const StView *view, Range range)
{
  if (range.singular && is_condition (view))
    range.high = INFINITY;
  else if (range.singular)
    range.low = 0;
  char *from = st_view_three_figures (view->request->numbers, range.low);
  char *to = st_view_three_figures (view->request->numbers, range.high);
  char *words = g_strdup_printf (_("%s–%s"), from, to);
  g_free (from);
  g_free (to);
  return words;
}

/* "cond(G) 1.1–6.3" */
static char *
map_words (const StView *view, Range range)
{
  const char *name = name_map (view->request->pullbacks->map);
  if (range.low > range.high)
    return g_strdup_printf (_("%s: G is singular everywhere"), name);
  char *ends = range_words (view, range), *words = g_strdup_printf (_("%s %s"), name, ends);
  g_free (ends);
  return words;
}

/* With the remark that it is shared, where there is room. */
static char *
with_remark (const StView *view, char *words, double room)
{
  if (count_planar (view) < 2)
    return words;
  char *longer = g_strdup_printf (_("%s, all models"), words);
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  const gboolean fits = st_text_width (longer, style.size, style.weight) <= room;
  g_free (fits ? words : longer);
  return fits ? longer : words;
}

/* ---- words ---- */

static void
draw_key (StView *view, double x, double y)
{
  const double step = (double) KEY_WIDTH / KEY_STEPS;
  for (guint i = 0; i < KEY_STEPS; i++)
    {
      const StRect rect = { x + i * step, y, step + 0.5, KEY_HEIGHT };
      st_scene_rect (view->overlay, rect, 0, colour_at (view, (i + 0.5) / KEY_STEPS, 1));
    }
  const StRect around = { x, y, KEY_WIDTH, KEY_HEIGHT };
  st_scene_frame (view->overlay, around, 0, st_pen (view->style->rule, 1));
}

/* A line at the panel's lower left, on its colour, so that it can be read among points. */
static void
draw_line (StView *view, double y, double indent, const char *text)
{
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  const double x = view->body.x + INSET, width = st_text_width (text, style.size, style.weight);
  const StRect knock = { x - 3, y - 11, indent + width + 6, LEADING };
  st_scene_rect (view->overlay, knock, 3, st_colour_alpha (view->style->panel, 0.85));
  st_scene_text (view->overlay, x + indent, y, text, &style);
}

void
st_view_pullback_notes (StView *view, StViewPlane plane)
{
  const StPullback *map = with_map (view);
  const double r = st_view_ellipses_radius (view, plane);
  double y = view->body.y + view->body.height - INSET;
  if (map != NULL)
    {
      char *words = with_remark (view, map_words (view, shared_range (view)),
                                 view->body.width - KEY_WIDTH - 3 * INSET);
      draw_line (view, y, KEY_WIDTH + INSET, words);
      draw_key (view, view->body.x + INSET, y - KEY_HEIGHT - 1);
      g_free (words);
      y -= LEADING;
    }
  if (r > 0)
    {
      char *number = st_number_tick (view->request->numbers, r);
      char *words = with_remark (view, g_strdup_printf (_("ellipses: r = %s"), number),
                                 view->body.width - 2 * INSET);
      draw_line (view, y, 0, words);
      g_free (words);
      g_free (number);
    }
}

void
st_view_pullback_describe (const StView *view, GString *out)
{
  const StPullback *pullback = planar (view), *map = with_map (view);
  if (pullback == NULL || (map == NULL && st_view_with_ellipses (view) == NULL))
    return;
  st_view_append_conditions (view, &pullback->isometry->measures, out);
  if (!is_of_weights (view, pullback))
    g_string_append (out, _(", of older weights"));
  if (map != NULL)
    {
      const Range range = shared_range (view);
      char *words = map_words (view, own_range (view, map)), *all = range_words (view, range);
      g_string_append_printf (out, _(", map of %s"), words);
      if (range.maps > 1 && range.low <= range.high)
        g_string_append_printf (out, _(", colours from %s in all models"), all);
      g_free (words);
      g_free (all);
    }
}

char *
st_view_pullback_define (const StView *view)
{
  const StPullback *pullback = planar (view), *map = with_map (view);
  GString *out = g_string_new (NULL);
  if (st_view_with_ellipses (view) != NULL)
    g_string_append (out, _(" Ellipses are {v: vᵀGv = r²} about latent means, one r for all: "
                            "circles of one size where the decoder keeps distances up to a "
                            "factor."));
  if (st_view_with_ellipses (view) != NULL && count_planar (view) > 1)
    g_string_append (out, _(" r is one for all models, too."));
  if (map != NULL && view->request->pullbacks->map == ST_MAP_CONDITION)
    g_string_append (out, _(" Behind: cond(G), its largest eigenvalue over its smallest, colours "
                            "by the logarithm."));
  else if (map != NULL && view->request->pullbacks->map == ST_MAP_CONDITION_J)
    g_string_append (out, _(" Behind: cond(J) = √cond(G), the largest singular value of J over its "
                            "smallest, colours by the logarithm."));
  else if (map != NULL)
    g_string_append (out, _(" Behind: √det G, how much the decoder makes of a small volume of "
                            "latents, colours by the logarithm."));
  if (map != NULL && shared_range (view).maps > 1)
    g_string_append (out, _(" The range of colours is one for all models."));
  if (out->len > 0)
    g_string_append (out, _(" G = JᵀJ, J the Jacobian of the decoder, the sigmoid included."));
  if (out->len > 0 && pullback != NULL && pullback->isometry->dimension > 2)
    g_string_append_printf (out, _(" Of %u dimensions the plane through the mean along the two "
                                   "first principal axes is shown."),
                            pullback->isometry->dimension);
  return g_string_free (out, FALSE);
}
