/* Paths between two images in the latent space: what the decoder makes of points along the
 * straight one, above, and along the geodesic, below, each with its length; and the same two as
 * lines over the latent scatter. */
#include <st-view-pullback.h>

#include <math.h>
#include <st-view-embedding.h>
#include <string.h>

enum { LABEL = 16, BETWEEN = 2, INSET = 8, GAP = 6 };
/* Of what is older than the rest of the figure. */
#define FADED 0.4

static const StFigurePullbacks *
asked (const StView *view)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  const int count = view->frame != NULL && view->frame->query.images != NULL
                      ? (int) st_images_count (view->frame->query.images) : 0;
  if (pullbacks == NULL || view->request->column >= st_view_columns (view))
    return NULL;
  const int *ends = pullbacks->ends;
  return ends[0] >= 0 && ends[1] >= 0 && ends[0] != ends[1] && ends[0] < count && ends[1] < count
           ? pullbacks : NULL;
}

/* This column's; NULL where there is none. */
static const StLatentPath *
path_of (const StView *view)
{
  const StFigurePullbacks *pullbacks = asked (view);
  return pullbacks != NULL ? pullbacks->paths[view->request->column] : NULL;
}

static gboolean
is_stale (const StView *view, const StLatentPath *path)
{
  return path->query.weights != view->frame->query.weights[view->request->column]
         || path->query.level != view->frame->query.level;
}

/* Why there is nothing: a sentence, or NULL; caller frees. */
static char *
missing (const StView *view)
{
  const StFigurePullbacks *pullbacks = asked (view);
  if (path_of (view) != NULL)
    return NULL;
  return st_view_why_no_vectors (view, pullbacks != NULL
                                         ? pullbacks->path_status[view->request->column]
                                         : st_success (),
                                 _("Paths are laid where the decoder begins at a vector; here the "
                                   "latent is a map."),
                                 pullbacks != NULL
                                   ? _("Computing the geodesic")
                                   : _("Choose an image and begin a path there (Alt+A), then "
                                       "another one and end it there (Alt+B)."));
}

/* ---- words ---- */

static const char *
name_path (guint which)
{
  return which == ST_PATH_STRAIGHT ? _("straight") : _("geodesic");
}

/* "straight: 12.3", "geodesic: 10.1, 17.9 % shorter, not converged in 200 steps" */
static char *
say_path (const StView *view, const StLatentPath *path, guint which)
{
  GString *out = g_string_new (name_path (which));
  const double own = path->lengths[which], straight = path->lengths[ST_PATH_STRAIGHT];
  char *length = st_view_three_figures (view->request->numbers, own);
  g_string_append_printf (out, ": %s", length);
  g_free (length);
  if (which == ST_PATH_GEODESIC && straight >= own && straight > 0)
    {
      char *share = st_number_fixed (view->request->numbers, 100 * (1 - own / straight), 1);
      g_string_append_printf (out, _(", %s %% shorter"), share);
      g_free (share);
    }
  if (which == ST_PATH_GEODESIC && !path->end.ended)
    g_string_append_printf (out, ngettext (", after %u step, still going on",
                                           ", after %u steps, still going on", path->end.steps),
                            path->end.steps);
  else if (which == ST_PATH_GEODESIC && !path->end.converged)
    g_string_append_printf (out, ngettext (", not converged in %u step",
                                           ", not converged in %u steps", path->end.steps),
                            path->end.steps);
  return g_string_free (out, FALSE);
}

/* ---- the figure ---- */

static void
layout (StView *view)
{
  char *words = missing (view);
  const StLatentPath *path = path_of (view);
  if (words != NULL)
    st_view_key (view, words, strlen (words));
  g_free (words);
  const gint64 there = path != NULL;
  st_view_key (view, &there, sizeof there);
  if (path == NULL)
    return;
  st_view_key_overlay (view, &path->query.weights, sizeof path->query.weights);
  st_view_key_overlay (view, &path->query.level, sizeof path->query.level);
  st_view_key_overlay (view, path->ends, sizeof path->ends);
  st_view_key_overlay (view, path->lengths, sizeof path->lengths);
}

static void
base (StView *view)
{
  char *words = missing (view);
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  if (words != NULL)
    st_view_sentence (view, words);
  g_free (words);
}

static void
draw_strip (StView *view, const StLatentPath *path, guint which, double top, double size)
{
  const gsize pixels = st_shape_size (path->image);
  const double x = view->body.x + INSET;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  char *words = say_path (view, path, which);
  style.width = view->body.width - 2 * INSET;
  st_scene_text (view->overlay, x, top + LABEL - 5, words, &style);
  g_free (words);
  for (guint i = 0; i < ST_PATH_FRAMES; i++)
    {
      const StRect rect = { x + i * (size + BETWEEN), top + LABEL, size, size };
      st_view_floats (view, path->frames[which] + i * pixels, path->image, rect, FALSE);
      if (is_stale (view, path))
        st_scene_rect (view->overlay, rect, 0, st_colour_alpha (view->style->panel, 1 - FADED));
    }
}

static void
overlay (StView *view)
{
  const StLatentPath *path = path_of (view);
  if (path == NULL)
    return;
  const StRect p = view->body;
  const double wide = (p.width - 2 * INSET - (ST_PATH_FRAMES - 1) * BETWEEN) / ST_PATH_FRAMES;
  const double high = (p.height - GAP) / ST_PATHS - LABEL - BETWEEN, size = MIN (wide, high);
  if (size < 1)
    return;
  for (guint which = 0; which < ST_PATHS; which++)
    draw_strip (view, path, which, p.y + which * (LABEL + size + GAP), size);
}

static void
describe (StView *view, GString *out)
{
  const StLatentPath *path = path_of (view);
  char *words = missing (view);
  if (words != NULL)
    g_string_append_printf (out, ", %s", words);
  g_free (words);
  if (path == NULL)
    return;
  const StImages *images = view->frame->query.images;
  g_string_append_printf (out, _(", from image %u to image %u"),
                          st_images_index (images, path->ends[0]),
                          st_images_index (images, path->ends[1]));
  for (guint which = 0; which < ST_PATHS; which++)
    {
      char *said = say_path (view, path, which);
      g_string_append_printf (out, ", %s", said);
      g_free (said);
    }
  if (is_stale (view, path))
    g_string_append (out, _(", of the level or the weights before"));
}

/* Points along both, in the latent's own numbers. */
static StTable *
table (StView *view)
{
  const StLatentPath *path = path_of (view);
  StTable *out = st_table_new ();
  st_table_add_column (out, "point");
  st_table_add_column (out, "straight_length");
  st_table_add_column (out, "geodesic_length");
  st_table_add_column (out, "converged");
  const guint first = st_table_columns (out);
  for (guint which = 0; path != NULL && which < ST_PATHS; which++)
    for (guint i = 0; i < path->dimension; i++)
      {
        char *name = g_strdup_printf ("%s_z%u",
                                      which == ST_PATH_STRAIGHT ? "straight" : "geodesic", i + 1);
        st_table_add_column (out, name);
        g_free (name);
      }
  for (guint k = 0; path != NULL && k < ST_PATH_POINTS; k++)
    {
      const double facts[] = { k, path->lengths[0], path->lengths[1], path->end.converged };
      st_table_add_row (out);
      for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
        st_table_set (out, i, facts[i]);
      for (guint which = 0; which < ST_PATHS; which++)
        for (guint i = 0; i < path->dimension; i++)
          st_table_set (out, first + which * path->dimension + i,
                        path->points[which][k * path->dimension + i]);
    }
  return out;
}

/* ---- over the scatter ---- */

static const StLatentPath *
path_over (const StView *view)
{
  const StLatentPath *path = path_of (view);
  return path != NULL && path->places[0] != NULL && st_view_is_live (view, view->request->column)
           ? path : NULL;
}

void
st_view_paths_key (StView *view)
{
  const StLatentPath *path = path_over (view);
  const gint64 there = path != NULL;
  st_view_key_overlay (view, &there, sizeof there);
  if (path == NULL)
    return;
  for (guint which = 0; which < ST_PATHS; which++)
    st_view_key_overlay (view, path->places[which], 2 * ST_PATH_POINTS * sizeof (double));
}

static void
draw_end (StView *view, StPoint at, const char *name)
{
  const StMarkerStyle ring = { .shape = ST_MARKER_CIRCLE, .radius = 4.5,
                               .outline = st_pen (view->style->accent, 1.5) };
  const StTextStyle style = { .size = 11, .weight = 700, .align = ST_ALIGN_CENTRE,
                              .colour = view->style->accent };
  st_scene_marker (view->overlay, at.x, at.y, &ring);
  st_scene_text (view->overlay, at.x, at.y - 8, name, &style);
}

void
st_view_paths_lines (StView *view, StViewPlane plane)
{
  const StLatentPath *path = path_over (view);
  if (path == NULL)
    return;
  const double strength = is_stale (view, path) ? FADED : 1;
  const StPen halo = st_pen (st_colour_alpha (view->style->panel, 0.8 * strength), 4);
  StPoint points[ST_PATH_POINTS] = { { 0, 0 } };
  for (guint which = 0; which < ST_PATHS; which++)
    {
      StPen pen = st_pen (st_colour_alpha (view->style->accent, strength), 2);
      if (which == ST_PATH_STRAIGHT)
        pen = (StPen) { st_colour_alpha (view->style->text, strength), 1.25, 4, 3 };
      for (guint k = 0; k < ST_PATH_POINTS; k++)
        points[k] = (StPoint) { plane.x + path->places[which][2 * k] * plane.unit,
                                plane.y - path->places[which][2 * k + 1] * plane.unit };
      st_scene_polyline (view->overlay, points, ST_PATH_POINTS, halo);
      st_scene_polyline (view->overlay, points, ST_PATH_POINTS, pen);
    }
  draw_end (view, points[0], "A");
  draw_end (view, points[ST_PATH_SEGMENTS], "B");
}

void
st_view_paths_describe (const StView *view, GString *out)
{
  const StLatentPath *path = path_over (view);
  if (path == NULL)
    return;
  char *straight = st_view_three_figures (view->request->numbers, path->lengths[0]);
  char *geodesic = st_view_three_figures (view->request->numbers, path->lengths[1]);
  g_string_append_printf (out, _(", path of length %s straight, %s as a geodesic"), straight,
                          geodesic);
  g_free (straight);
  g_free (geodesic);
}

const StViewClass st_view_paths = {
  .id = "paths",
  .name = N_("Paths"),
  .definition = N_("Two ways between two latent means, decoded at nine places each: the straight "
                   "line, and the geodesic, which makes ∫żᵀGż least (64 segments, downhill from "
                   "the straight line; G = JᵀJ, J the Jacobian of the decoder). Lengths are "
                   "∫√(żᵀGż), in the space of images: how much the picture changes on the way."),
  .whole = TRUE,
  .any_latent = TRUE,
  .height = 320,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .describe = describe,
  .table = table,
};
