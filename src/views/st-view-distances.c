/* Distances: of pairs of images the distance between their latent means against the length of what
 * the decoder makes of the way between them, the geodesic's and the straight line's; how far one is
 * the other times a number. */
#include <st-view-pullback.h>

#include <math.h>
#include <string.h>

enum { INSET = 8, LEADING = 14, ROOM_FOR_TWO = 300, ROOM_FOR_BOTH_NAMES = 520 };
/* Of the axes beyond the farthest pair. */
#define BEYOND 1.06

static const StPairLengths *
lengths_of (const StView *view, guint column)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  return pullbacks != NULL && column < st_view_columns (view) ? pullbacks->lengths[column] : NULL;
}

static const StPairLengths *
own_lengths (const StView *view)
{
  const StPairLengths *lengths = lengths_of (view, view->request->column);
  return lengths != NULL && lengths->measured > 0 ? lengths : NULL;
}

/* Why there is nothing: a sentence, or NULL; caller frees. */
static char *
missing (const StView *view)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  const guint column = view->request->column;
  if (own_lengths (view) != NULL)
    return NULL;
  if (lengths_of (view, column) != NULL)
    return g_strdup (_("One image has no pair."));
  return st_view_why_no_vectors (view, pullbacks != NULL && column < ST_COLUMNS_MAX
                                         ? pullbacks->lengths_status[column] : st_success (),
                                 _("Distances are compared where the decoder begins at a vector; "
                                   "here the latent is a map."),
                                 _("Computing geodesics"));
}

static gboolean
is_stale (const StView *view, const StPairLengths *lengths)
{
  return lengths->query.weights != view->frame->query.weights[view->request->column]
         || lengths->query.level != view->frame->query.level;
}

/* ---- axes ---- */

static double
farthest (const double *values, guint n, double most)
{
  for (guint i = 0; i < n; i++)
    most = MAX (most, values[i]);
  return most;
}

/* Latent distances have a unit of each model's own; lengths are of images, and one for all. */
static StScale
scale_x (const StView *view, const StPairLengths *lengths)
{
  const StRect p = view->body;
  const double most = farthest (lengths->latent, lengths->measured, 0);
  return (StScale) { ST_SCALE_LINEAR, 0, most > 0 ? most * BEYOND : 1, p.x, p.x + p.width };
}

static StScale
scale_y (const StView *view)
{
  const StRect p = view->body;
  double most = 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPairLengths *lengths = lengths_of (view, c);
      if (lengths != NULL)
        most = farthest (lengths->straight, lengths->measured, most);
    }
  return (StScale) { ST_SCALE_LINEAR, 0, most > 0 ? most * BEYOND : 1, p.y + p.height, p.y };
}

static void
layout (StView *view)
{
  const StPairLengths *lengths = own_lengths (view);
  char *words = missing (view);
  const gint64 there = lengths != NULL;
  st_view_key (view, &there, sizeof there);
  if (words != NULL)
    st_view_key (view, words, strlen (words));
  g_free (words);
  view->y = scale_y (view);
  if (lengths == NULL)
    return;
  const double ends[] = { scale_x (view, lengths).high, view->y.high };
  const guint64 what[] = { lengths->query.weights, lengths->measured, lengths->done,
                           lengths->dimension };
  st_view_key (view, ends, sizeof ends);
  st_view_key_overlay (view, what, sizeof what);
  st_view_key_overlay (view, &lengths->query.level, sizeof lengths->query.level);
  st_view_key_overlay (view, lengths->straight, lengths->measured * sizeof *lengths->straight);
  st_view_key_overlay (view, lengths->geodesic, lengths->done * sizeof *lengths->geodesic);
}

static void
draw_axes (StView *view, const StPairLengths *lengths)
{
  const StRect p = view->body;
  const StScale x = scale_x (view, lengths);
  const StTextStyle middle = st_view_tick_style (view, ST_ALIGN_CENTRE);
  const StTextStyle right = st_view_tick_style (view, ST_ALIGN_RIGHT);
  const char *name = p.width >= ROOM_FOR_BOTH_NAMES
                             ? _("→ latent distance, ↑ decoded length") : _("→ latent distance");
  const double end = p.x + p.width - st_text_width (name, right.size, right.weight) - INSET;
  double ticks[ST_TICKS_MAX];
  const guint n = st_scale_ticks (&x, 6, ticks);
  for (guint i = 0; i < n; i++)
    {
      const double at = st_scale_place (&x, ticks[i]);
      char *text = st_number_tick (view->request->numbers, ticks[i]);
      st_scene_line (view->base, at, p.y, at, p.y + p.height, st_pen (view->style->rule, 1));
      if (at + st_text_width (text, middle.size, middle.weight) / 2 < end && ticks[i] > 0)
        st_scene_text (view->base, at, p.y + p.height + LEADING, text, &middle);
      g_free (text);
    }
  const guint rows = st_scale_ticks (&view->y, 4, ticks);
  for (guint i = 0; i < rows; i++)
    {
      const double at = st_scale_place (&view->y, ticks[i]);
      st_scene_line (view->base, p.x, at, p.x + p.width, at, st_pen (view->style->rule, 1));
    }
  st_scene_text (view->base, p.x + p.width, p.y + p.height + LEADING, name, &right);
  st_view_y_ticks (view, p, 4, st_number_tick);
}

static void
base (StView *view)
{
  const StPairLengths *lengths = own_lengths (view);
  char *words = missing (view);
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  if (words != NULL)
    st_view_sentence (view, words);
  g_free (words);
  if (lengths != NULL)
    draw_axes (view, lengths);
}

/* ---- pairs ---- */

static StPoint
point_of (const StView *view, const StScale *x, double latent, double length)
{
  return (StPoint) { st_scale_place (x, latent), st_scale_place (&view->y, length) };
}

/* Straight lines as rings, geodesics as points, hollow where they did not converge. */
static void
draw_pairs (StView *view, const StPairLengths *lengths, double strength)
{
  const StScale x = scale_x (view, lengths);
  const StColour dim = st_colour_alpha (view->style->dim, 0.7 * strength);
  const StColour own = st_colour_alpha (view->colour, strength);
  const StMarkerStyle ring = { .shape = ST_MARKER_CIRCLE, .radius = 2,
                               .outline = st_pen (dim, 0.8) };
  for (guint i = 0; i < lengths->measured; i++)
    {
      const StPoint from = point_of (view, &x, lengths->latent[i], lengths->straight[i]);
      const double length = i < lengths->done ? lengths->geodesic[i] : lengths->straight[i];
      const StPoint to = point_of (view, &x, lengths->latent[i], length);
      if (i < lengths->done)
        st_scene_line (view->overlay, from.x, from.y, to.x, to.y,
                       st_pen (st_colour_alpha (dim, 0.35 * strength), 0.8));
      st_scene_marker (view->overlay, from.x, from.y, &ring);
    }
  for (guint i = 0; i < lengths->done; i++)
    {
      const StPoint at = point_of (view, &x, lengths->latent[i], lengths->geodesic[i]);
      StMarkerStyle point = { .shape = ST_MARKER_CIRCLE, .radius = 3, .fill = own,
                              .halo = st_pen (view->style->paper, 0.8) };
      if (!lengths->converged[i])
        {
          point.fill = view->style->panel;
          point.outline = st_pen (own, 1.2);
        }
      st_scene_marker (view->overlay, at.x, at.y, &point);
    }
}

/* All lengths are the latent distance times this, if the decoder keeps distances up to a factor. */
static void
draw_scale (StView *view, const StPairLengths *lengths, double strength)
{
  const double scale = lengths->by_geodesic.scale;
  const StScale x = scale_x (view, lengths);
  if (!(scale > 0))
    return;
  const double end = MIN (x.high, view->y.high / scale);
  const StPoint from = point_of (view, &x, 0, 0), to = point_of (view, &x, end, end * scale);
  const StPen pen = { st_colour_alpha (view->style->accent, strength), 1.25, 4, 3 };
  st_scene_line (view->overlay, from.x, from.y, to.x, to.y, pen);
}

/* ---- words ---- */

static char *
say_number (const StView *view, const char *format, double value)
{
  char *number = st_view_three_figures (view->request->numbers, value);
  char *words = g_strdup_printf (format, number);
  g_free (number);
  return words;
}

static char *
say_correlation (const StView *view, const char *format, double value)
{
  char *number = st_number_fixed (view->request->numbers, value, 3);
  char *words = g_strdup_printf (format, number);
  g_free (number);
  return words;
}

static char *
say_residual (const StView *view, double residual)
{
  char *share = st_number_percent (view->request->numbers, residual);
  char *words = g_strdup_printf (_("residual %s"), share);
  g_free (share);
  return words;
}

/* "Pearson 0.981, Spearman 0.975, best scale 3.42, residual 4 %" */
static char *
say_agreement (const StView *view, const StAgreement *agreement)
{
  char *pearson = say_correlation (view, _("Pearson %s"), agreement->pearson);
  char *spearman = say_correlation (view, _("Spearman %s"), agreement->spearman);
  char *scale = say_number (view, _("best scale %s"), agreement->scale);
  char *residual = say_residual (view, agreement->residual);
  char *words = g_strdup_printf ("%s, %s, %s, %s", pearson, spearman, scale, residual);
  g_free (pearson);
  g_free (spearman);
  g_free (scale);
  g_free (residual);
  return words;
}

static char *
say_unconverged (const StPairLengths *lengths)
{
  return g_strdup_printf (ngettext ("%u did not converge", "%u did not converge",
                                    lengths->unconverged), lengths->unconverged);
}

/* In the corner that pairs near a line through the origin leave free, on the panel's colour. */
static void
draw_notes (StView *view, const StPairLengths *lengths)
{
  const StAgreement *a = &lengths->by_geodesic;
  const gboolean two = view->body.width >= ROOM_FOR_TWO;
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  char *words[] = { say_correlation (view, _("Pearson %s"), a->pearson),
                    say_correlation (view, _("Spearman %s"), a->spearman),
                    say_number (view, _("best scale %s"), a->scale),
                    say_residual (view, a->residual),
                    lengths->unconverged > 0 ? say_unconverged (lengths) : g_strdup ("") };
  double y = view->body.y + LEADING;
  for (guint i = 0; i < G_N_ELEMENTS (words); i += two ? 2 : 1, y += LEADING)
    {
      const char *more = two && i + 1 < G_N_ELEMENTS (words) ? words[i + 1] : "";
      char *line = g_strconcat (words[i], *more != '\0' ? ", " : "", more, NULL);
      const double width = st_text_width (line, style.size, style.weight);
      const StRect knock = { view->body.x + INSET - 3, y - 11, width + 6, LEADING };
      if (width > 0)
        st_scene_rect (view->overlay, knock, 3, st_colour_alpha (view->style->panel, 0.8));
      st_scene_text (view->overlay, view->body.x + INSET, y, line, &style);
      g_free (line);
    }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_free (words[i]);
}

static char *
say_done (const StPairLengths *lengths)
{
  return lengths->done < lengths->pairs
           ? g_strdup_printf (_("%u of %u pairs"), lengths->done, lengths->pairs)
           : g_strdup_printf (ngettext ("%u pair", "%u pairs", lengths->pairs), lengths->pairs);
}

static void
overlay (StView *view)
{
  const StPairLengths *lengths = own_lengths (view);
  if (lengths == NULL)
    return;
  const double strength = is_stale (view, lengths) ? 0.5 : 1;
  st_scene_clip (view->overlay, view->body);
  draw_scale (view, lengths, strength);
  draw_pairs (view, lengths, strength);
  st_scene_unclip (view->overlay);
  if (lengths->done > 0)
    draw_notes (view, lengths);
  StValueLine line = st_view_values (view);
  char *done = say_done (lengths);
  st_view_value (view, &line, done, FALSE);
  g_free (done);
}

/* The pair that the marked image is one of. */
static void
marks (StView *view)
{
  const StPairLengths *lengths = own_lengths (view);
  const gint64 image = st_view_marked_image (view);
  if (lengths == NULL || image < 0 || image >= 2 * (gint64) lengths->pairs)
    return;
  const guint pair = (guint) image % lengths->pairs;
  if (pair >= lengths->done)
    return;
  const StScale x = scale_x (view, lengths);
  const StPoint at = point_of (view, &x, lengths->latent[pair], lengths->geodesic[pair]);
  const StMarkerStyle ring = { .shape = ST_MARKER_CIRCLE, .radius = 5.5,
                               .outline = st_pen (view->style->accent, 1.75) };
  st_scene_marker (view->marks, at.x, at.y, &ring);
}

static void
describe (StView *view, GString *out)
{
  const StPairLengths *lengths = own_lengths (view);
  char *words = missing (view);
  if (words != NULL)
    g_string_append_printf (out, ", %s", words);
  g_free (words);
  if (lengths == NULL)
    return;
  char *done = say_done (lengths), *geodesic = say_agreement (view, &lengths->by_geodesic);
  char *straight = say_agreement (view, &lengths->by_straight);
  char *unconverged = say_unconverged (lengths);
  g_string_append_printf (out, _(", %s, latent distances and geodesics: %s"), done,
                          lengths->done > 0 ? geodesic : _("none yet"));
  g_string_append_printf (out, _("; and straight lines: %s"), straight);
  if (lengths->done > 0)
    g_string_append_printf (out, _("; of the geodesics %s"), unconverged);
  if (is_stale (view, lengths))
    g_string_append (out, _(", of the level or the weights before"));
  g_free (done);
  g_free (geodesic);
  g_free (straight);
  g_free (unconverged);
}

static void
facts (StView *view, GString *out)
{
  const StPairLengths *lengths = own_lengths (view);
  if (lengths == NULL)
    return;
  char *done = say_done (lengths), *geodesic = say_agreement (view, &lengths->by_geodesic);
  char *straight = say_agreement (view, &lengths->by_straight);
  char *unconverged = say_unconverged (lengths);
  g_string_append_printf (out, _("%s; of the geodesics %s"), done, unconverged);
  g_string_append_printf (out, _("\nGeodesics: %s"), geodesic);
  g_string_append_printf (out, _("\nStraight lines: %s"), straight);
  g_free (done);
  g_free (geodesic);
  g_free (straight);
  g_free (unconverged);
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "pair", "first_image", "second_image", "latent_distance",
                                       "straight_length", "geodesic_length", "converged" };
  const StPairLengths *lengths = own_lengths (view);
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  for (guint i = 0; lengths != NULL && i < lengths->measured; i++)
    {
      const StImages *images = lengths->query.images;
      const double row[] = { i, st_images_index (images, i),
                             st_images_index (images, lengths->pairs + i), lengths->latent[i],
                             lengths->straight[i], lengths->geodesic[i], lengths->converged[i] };
      st_table_add_row (out);
      for (guint k = 0; k < (i < lengths->done ? G_N_ELEMENTS (row) : G_N_ELEMENTS (row) - 2); k++)
        st_table_set (out, k, row[k]);
    }
  return out;
}

const StViewClass st_view_distances = {
  .id = "distances",
  .name = N_("Distances"),
  .definition = N_("Of pairs of images, each of the first half with one of the other, at most 100: "
                   "the distance between their latent means, and the length in the space of images "
                   "of the decoded way between them, along the geodesic (points, hollow where it "
                   "did not converge; computed as in Paths) and the straight line (rings). "
                   "Correlations and the best scale c are of the geodesics: c makes Σ(y − c·x)² "
                   "least (dashed), the residual is √(Σ(y − c·x)²/Σy²), 0 where distances are kept "
                   "up to a factor. Latent distances have each model's own unit."),
  .any_latent = TRUE,
  .height = 460,
  .foot = TRUE,
  .whole = TRUE,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .describe = describe,
  .facts = facts,
  .table = table,
};
