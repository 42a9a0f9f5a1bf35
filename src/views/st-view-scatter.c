/* Latent scatter: each image clean (ring) and perturbed (point), a trail between them.
 * Isotropic, the same scale in all columns, in units of the clean points' standard deviation
 * along the first axis.
 *
 * Principal axes and raw ones come with the live worker's frames: they are fitted to the clean
 * points and stay while the level moves.  Kernel PCA does the same a little later.  A t-SNE is of
 * one level; where it is not of what is chosen now it is faded, and says what it is of. */
#include <st-scatter.h>
#include <st-view-embedding.h>
#include <st-view-pullback.h>

#include <math.h>
#include <string.h>

/* From DENSE points on they are drawn without edges, which would be all that is seen. */
enum { LARGE_PANEL = 260, DENSE = 1000 };

/* Lines of the foot, two where one is too narrow for all of it. */
enum { FOOT_LINE = 14, WIDE = 400, INSET = 6 };

/* What is not selected. */
#define ASIDE 0.35

static int
label_of (const StView *view, guint i)
{
  if (view->frame == NULL || view->frame->query.images == NULL
      || i >= st_images_count (view->frame->query.images))
    return -1;
  return st_images_label (view->frame->query.images, i);
}

/* Everything that the base shows in words. */
static char *
base_words (const StView *view)
{
  char *missing = st_view_embedding_missing (view);
  if (missing != NULL)
    return missing;
  StScatterPoints points;
  return st_scatter_points (view, &points) ? st_view_embedding_facts (view, 0) : g_strdup ("");
}

static StViewPlane
plane_of (StScatterFit fit)
{
  return (StViewPlane) { fit.unit, fit.x, fit.y };
}

/* What the overlay shows in words. */
static void
key_notes (StView *view)
{
  char *notes = st_view_embedding_notes (view);
  char *trust = view->request->embeddings != NULL ? st_view_embedding_trust (view, FALSE) : NULL;
  st_view_key_overlay (view, notes, strlen (notes));
  if (trust != NULL)
    st_view_key_overlay (view, trust, strlen (trust));
  g_free (notes);
  g_free (trust);
}

static void
layout (StView *view)
{
  if (view->request->embeddings != NULL && view->body.width < WIDE)
    {
      view->body.height = MAX (view->body.height - FOOT_LINE, 1);
      view->figure->plot = view->body;
    }
  StScatterPoints points;
  const StScatterFit fit = st_scatter_fit (view);
  char *words = base_words (view);
  st_scatter_tell_axes (view, fit);
  st_view_key (view, &fit, sizeof fit);
  st_view_key (view, words, strlen (words));
  g_free (words);
  if (!st_scatter_points (view, &points))
    return;
  st_view_pullback_key (view);
  st_view_paths_key (view);
  if (points.now != NULL)
    st_view_key_overlay (view, points.now, 2 * points.done * sizeof *points.now);
  key_notes (view);
  const gpointer images = view->frame->query.images;
  st_view_key (view, &images, sizeof images);
  st_view_key (view, &points.fade, sizeof points.fade);
  st_view_key (view, points.clean, 2 * points.count * sizeof *points.clean);
  g_array_set_size (view->figure->hits, points.count);   /* room for all */
  g_array_set_size (view->figure->hits, 0);
  for (guint i = 0; i < points.count; i++)
    {
      const double *pair = (i < points.done ? points.now : points.clean) + 2 * i;
      const StPoint at = st_scatter_place (fit, pair);
      const StFigureHit hit = { { at.x - 8, at.y - 8, 16, 16 }, i };
      if (st_view_holds (view->body, at))
        g_array_append_val (view->figure->hits, hit);
    }
}

static void
draw_axes (StView *view, StScatterFit fit)
{
  const StRect p = view->body;
  const StPen pen = st_pen (view->style->rule, 1);
  const double x = round (fit.x) + 0.5, y = round (fit.y) + 0.5;
  st_scene_clip (view->base, p);
  st_scene_line (view->base, x, p.y, x, p.y + p.height, pen);
  st_scene_line (view->base, p.x, y, p.x + p.width, y, pen);
  st_scene_unclip (view->base);
}

/* "1 σ": the one measure that an isotropic plot without axes needs; less or more of it where one
 * has zoomed. */
static void
draw_bar (StView *view, double unit)
{
  const StScale room = { ST_SCALE_LINEAR, 0, view->body.width / 3 / unit, 0, 1 };
  double steps[ST_TICKS_MAX], length = 1;
  const guint n = st_scale_ticks (&room, 4, steps);
  if (st_view_is_zoomed (view, 0) && n > 1)
    length = steps[n - 1];
  char *sigmas = st_number_tick (view->request->numbers, length);
  char *text = g_strdup_printf (_("%s σ"), sigmas);
  const double right = view->body.x + view->body.width - 8;
  const double y = view->body.y + view->body.height - 8, left = right - unit * length;
  const StPen pen = st_pen (view->style->dim, 1);
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  st_scene_line (view->base, left, y, right, y, pen);
  st_scene_line (view->base, left, y - 3, left, y + 3, pen);
  st_scene_line (view->base, right, y - 3, right, y + 3, pen);
  st_scene_text (view->base, (left + right) / 2, y - 6, text, &style);
  g_free (sigmas);
  g_free (text);
}

/* In as many words as there is room for. */
static void
draw_facts (StView *view)
{
  const StRect p = view->body;
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  double room = p.width;
  if (view->request->embeddings != NULL && p.width >= WIDE)
    {
      char *trust = st_view_embedding_trust (view, FALSE);
      room -= st_text_width (trust, style.size, style.weight) + 2 * INSET;
      g_free (trust);
    }
  char *text = st_view_embedding_facts (view, 0);
  for (guint brevity = 1; brevity <= 2; brevity++)
    if (st_text_width (text, style.size, style.weight) > room)
      {
        g_free (text);
        text = st_view_embedding_facts (view, brevity);
      }
  st_scene_text (view->base, p.x + p.width, p.y + p.height + 14, text, &style);
  g_free (text);
}

/* Below the axes' names, or at the left of them; words for paper. */
static void
draw_trust (StView *view)
{
  const StRect p = view->body;
  const gboolean wide = p.width >= WIDE;
  const StTextStyle style = st_view_tick_style (view, wide ? ST_ALIGN_LEFT : ST_ALIGN_RIGHT);
  char *text = st_view_embedding_trust (view, FALSE);
  if (text != NULL)
    st_scene_text (view->overlay, wide ? p.x : p.x + p.width,
                   p.y + p.height + (wide ? 14 : 14 + FOOT_LINE), text, &style);
  g_free (text);
}

/* On the panel's colour, so that they can be read among points. */
static void
draw_notes (StView *view)
{
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  char *notes = st_view_embedding_notes (view);
  char **lines = g_strsplit (notes, "\n", -1);
  double y = view->body.y + ST_SCATTER_LEADING;
  for (guint i = 0; lines[i] != NULL; i++, y += ST_SCATTER_LEADING)
    {
      const double width = st_text_width (lines[i], style.size, style.weight);
      const StRect knock = { view->body.x + INSET - 3, y - 11, width + 6, ST_SCATTER_LEADING };
      if (width > 0)
        st_scene_rect (view->overlay, knock, 3, st_colour_alpha (view->style->panel, 0.85));
      st_scene_text (view->overlay, view->body.x + INSET, y, lines[i], &style);
    }
  g_strfreev (lines);
  g_free (notes);
}

static StMarkerStyle
ring_style (const StView *view, int label, double fade)
{
  const StColour colour = st_style_class (view->style, label);
  return (StMarkerStyle) { .shape = ST_MARKER_CIRCLE, .radius = 1.9,
                           .outline = st_pen (st_colour_alpha (colour, 0.55 * fade), 0.9) };
}

static void
base (StView *view)
{
  StScatterPoints points;
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  const StScatterFit fit = st_scatter_fit (view);
  const gboolean map = st_view_method (view) == ST_EMBEDDING_TSNE;
  char *missing = st_view_embedding_missing (view);
  st_view_pullback_map (view, plane_of (fit));
  if (missing != NULL)
    st_view_sentence (view, missing);
  else if (!map)
    draw_axes (view, fit);   /* a map has none: any turn of it is as good */
  g_free (missing);
  if (!st_scatter_points (view, &points))
    return;
  st_scene_clip (view->base, view->body);
  for (guint i = 0; i < points.count; i++)
    {
      StMarkerStyle ring = ring_style (view, label_of (view, i), points.fade);
      if (st_view_is_aside (view, i))
        ring.outline.colour = st_view_aside_colour (view, ASIDE);
      const StPoint at = st_scatter_place (fit, points.clean + 2 * i);
      st_scene_marker (view->base, at.x, at.y, &ring);
    }
  st_scene_unclip (view->base);
  if (view->request->title && !map)
    draw_bar (view, fit.unit);
  draw_facts (view);
}

static void
draw_trail (StSceneBuilder *builder, StScatterFit fit, const StScatterPoints *points, guint i,
            StPen pen)
{
  const StPoint from = st_scatter_place (fit, points->clean + 2 * i);
  const StPoint to = st_scatter_place (fit, points->now + 2 * i);
  st_scene_line (builder, from.x, from.y, to.x, to.y, pen);
}

static void
draw_point (StView *view, StSceneBuilder *builder, StScatterFit fit,
            const StScatterPoints *points, guint i)
{
  const int label = label_of (view, i);
  const StColour colour = st_colour_alpha (st_style_class (view->style, label), points->fade);
  const gboolean large = view->body.width > LARGE_PANEL && view->body.height > LARGE_PANEL;
  const gboolean aside = st_view_is_aside (view, i) && builder == view->overlay;
  const gboolean plain = points->count >= DENSE || points->fade < 1 || aside;
  StMarkerStyle style = { .shape = st_style_class_marker (label), .radius = large ? 3 : 2.5,
                          .fill = colour, .halo = st_pen (view->style->paper, plain ? 0 : 0.8) };
  if (!view->style->dark && !plain)
    style.outline = st_pen (st_colour_shade (colour, 0.62), 0.7);
  if (aside)
    style.fill = st_view_aside_colour (view, ASIDE);
  const StPoint at = st_scatter_place (fit, points->now + 2 * i);
  st_scene_marker (builder, at.x, at.y, &style);
}

static void
draw_highlight (StView *view, StScatterFit fit, const StScatterPoints *points, guint i)
{
  const StColour accent = view->style->accent;
  const StMarkerStyle ghost = { .shape = ST_MARKER_CIRCLE, .radius = 2.6,
                                .outline = st_pen (accent, 1.5) };
  const StMarkerStyle around = { .shape = ST_MARKER_CIRCLE, .radius = 5,
                                 .fill = view->style->paper, .outline = st_pen (accent, 1.75) };
  const StPoint clean = st_scatter_place (fit, points->clean + 2 * i);
  if (i >= points->done)
    {
      st_scene_marker (view->marks, clean.x, clean.y, &ghost);
      return;
    }
  const StPoint now = st_scatter_place (fit, points->now + 2 * i);
  draw_trail (view->marks, fit, points, i, st_pen (accent, 1.25));
  st_scene_marker (view->marks, clean.x, clean.y, &ghost);
  st_scene_marker (view->marks, now.x, now.y, &around);
  draw_point (view, view->marks, fit, points, i);
}

/* Those that are not selected lie beneath. */
static void
draw_points (StView *view, StScatterFit fit, const StScatterPoints *points, gboolean aside)
{
  for (guint i = 0; i < points->done; i++)
    {
      const StColour colour = aside ? view->style->ghost
                                    : st_style_class (view->style, label_of (view, i));
      const double strength = aside ? ASIDE / 2 : 0.38 * points->fade;
      if (st_view_is_aside (view, i) == aside)
        draw_trail (view->overlay, fit, points, i,
                    st_pen (st_colour_alpha (colour, strength), 0.8));
    }
  for (guint i = 0; i < points->done; i++)
    if (st_view_is_aside (view, i) == aside)
      draw_point (view, view->overlay, fit, points, i);
}

static void
overlay (StView *view)
{
  StScatterPoints points;
  if (!st_scatter_points (view, &points))
    return;
  const StScatterFit fit = st_scatter_fit (view);
  st_scene_clip (view->overlay, view->body);
  st_view_pullback_ellipses (view, plane_of (fit));
  if (st_view_selects (view))
    draw_points (view, fit, &points, TRUE);
  draw_points (view, fit, &points, FALSE);
  st_view_paths_lines (view, plane_of (fit));
  st_scene_unclip (view->overlay);
  draw_notes (view);
  st_view_pullback_notes (view, plane_of (fit));
  draw_trust (view);
}

static double
moved (const StScatterPoints *points, guint i)
{
  return hypot (points->now[2 * i] - points->clean[2 * i],
                points->now[2 * i + 1] - points->clean[2 * i + 1]);
}

static void
marks (StView *view)
{
  StScatterPoints points;
  const gint64 image = st_view_marked_image (view);
  if (view->request->decoded != NULL)
    st_view_decoded (view, plane_of (st_scatter_fit (view)));
  if (!st_scatter_points (view, &points) || image < 0 || image >= points.count)
    return;
  st_scene_clip (view->marks, view->body);
  draw_highlight (view, st_scatter_fit (view), &points, (guint) image);
  st_scene_unclip (view->marks);
}

/* How far points went: of axes, which have a unit, and not of a map. */
static void
describe_axes (StView *view, const StScatterPoints *points, GString *out)
{
  const guint column = view->request->column;
  const double *shares = st_view_is_live (view, column)
                           ? view->frame->references[column]->shares
                           : st_view_embedding (view, column)->shares;
  double sum = 0;
  for (guint i = 0; i < points->done; i++)
    sum += moved (points, i);
  char *mean = st_number_fixed (view->request->numbers, sum / points->done, 2);
  char *first = st_number_percent (view->request->numbers, shares[0]);
  char *second = st_number_percent (view->request->numbers, shares[1]);
  g_string_append_printf (out, _(", points moved %s σ on average, axes hold %s and %s"), mean,
                          first, second);
  g_free (mean);
  g_free (first);
  g_free (second);
}

static void
describe (StView *view, GString *out)
{
  StScatterPoints points;
  char *missing = st_view_embedding_missing (view);
  if (missing != NULL)
    g_string_append_printf (out, ", %s", missing);
  g_free (missing);
  if (!st_scatter_points (view, &points) || points.done == 0)
    return;
  const guint column = view->request->column;
  const gboolean map = st_view_method (view) == ST_EMBEDDING_TSNE;
  /* Older axes are not those of the points. */
  if (st_view_is_live (view, column)
      && view->frame->references[column]->weights != st_view_now (view)->weights)
    return;
  if (!map)
    describe_axes (view, &points, out);
  st_view_embedding_describe (view, out);
  st_view_pullback_describe (view, out);
  st_view_paths_describe (view, out);
  if (view->request->highlighted < 0 || view->request->highlighted >= points.done || map)
    return;
  const guint i = (guint) view->request->highlighted;
  char *own = st_number_fixed (view->request->numbers, moved (&points, i), 2);
  st_view_append_image (view, out, i);
  g_string_append_printf (out, _(" moved %s σ"), own);
  g_free (own);
}

/* Facts of the whole picture, the same in every row. */
static void
add_facts (const StView *view, StTable *out)
{
  const StEmbedding *embedding = st_view_embedding (view, view->request->column);
  if (embedding == NULL)
    return;
  st_table_add_column (out, "trustworthiness");
  st_table_add_column (out, "continuity");
  st_table_add_column (out, "level");
  if (st_view_method (view) != ST_EMBEDDING_TSNE)
    return;
  st_table_add_column (out, "perplexity");
  st_table_add_column (out, "divergence");
  st_table_add_column (out, "iteration");
}

static void
set_facts (const StView *view, StTable *out, guint column)
{
  const StEmbedding *embedding = st_view_embedding (view, view->request->column);
  if (embedding == NULL)
    return;
  if (embedding->neighbours.known)
    {
      st_table_set (out, column, embedding->neighbours.trustworthiness);
      st_table_set (out, column + 1, embedding->neighbours.continuity);
    }
  st_table_set (out, column + 2, embedding->query.of.level);
  if (st_view_method (view) != ST_EMBEDDING_TSNE)
    return;
  st_table_set (out, column + 3, embedding->perplexity);
  st_table_set (out, column + 4, embedding->divergence);
  st_table_set (out, column + 5, embedding->iteration);
}

static char *
define (const StView *view)
{
  char *scatter = st_view_embedding_define (view), *metric = st_view_pullback_define (view);
  char *both = g_strconcat (scatter, metric, NULL);
  g_free (scatter);
  g_free (metric);
  return both;
}

static StTable *
table (StView *view)
{
  static const char *const places[] = { "clean_1", "clean_2", "now_1", "now_2" };
  StTable *out = st_table_new ();
  StScatterPoints points;
  char *prefix = st_view_embedding_prefix (view);
  st_table_add_column (out, "position");
  st_table_add_column (out, "label");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      char *name = g_strconcat (prefix, places[i], NULL);
      st_table_add_column (out, name);
      g_free (name);
    }
  g_free (prefix);
  add_facts (view, out);
  if (!st_scatter_points (view, &points))
    return out;
  for (guint i = 0; i < points.count; i++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, i);
      if (label_of (view, i) >= 0)
        st_table_set (out, 1, label_of (view, i));
      for (guint k = 0; k < 2; k++)
        {
          st_table_set (out, 2 + k, points.clean[2 * i + k]);
          if (i < points.done)
            st_table_set (out, 4 + k, points.now[2 * i + k]);
        }
      set_facts (view, out, 6);
    }
  return out;
}

const StViewClass st_view_scatter = {
  .id = "scatter",
  .name = N_("Latent scatter"),
  .definition = N_("Latent tensors on their two first principal axes, fitted to the clean ones: "
                   "ring clean, point now; σ of the first axis."),
  .define = define,
  .foot = TRUE,
  .axes = { ST_AXIS_SCATTER_X, ST_AXIS_SCATTER_Y },
  .any_latent = TRUE,
  .height = 600,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .describe = describe,
  .table = table,
};
