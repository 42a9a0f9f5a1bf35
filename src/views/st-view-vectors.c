/* What figures of models whose latent is a vector have in common. */
#include <st-view-pullback.h>

#include <math.h>
#include <st-view-embedding.h>
#include <st-words.h>

enum { INSET = 6, DECODED = 72 };

char *
st_view_why_no_vectors (const StView *view, StStatus status, const char *map,
                        const char *otherwise)
{
  const guint column = view->request->column;
  if (column >= st_view_columns (view))
    return NULL;
  const StModel *model = view->frame->query.models[column];
  if (model != NULL && !st_kind_has_dimension (st_model_spec (model)->kind))
    return g_strdup (map);
  return st_ok (status) ? g_strdup (otherwise) : st_words_status (status, NULL, NULL);
}

char *
st_view_three_figures (StNumbers numbers, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (isinf (value))
    return g_strdup ("∞");
  if (isnan (value))
    return g_strdup ("–");
  return st_number_tick (numbers, g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.3g",
                                                                   value), NULL));
}

void
st_view_append_conditions (const StView *view, const StIsometryMeasures *measures, GString *out)
{
  const StNumbers numbers = view->request->numbers;
  char *mean = st_view_three_figures (numbers, measures->mean_condition);
  char *median = st_view_three_figures (numbers, measures->median_condition);
  if (measures->singular_points > 0)
    g_string_append_printf (out, ngettext (", %u singular point, median cond(G) %s",
                                           ", %u singular points, median cond(G) %s",
                                           measures->singular_points),
                            measures->singular_points, median);
  else
    g_string_append_printf (out, _(", mean cond(G) %s, median %s"), mean, median);
  g_free (mean);
  g_free (median);
}

/* At the side away from the pointer, so that it is never in its way. */
void
st_view_decoded (StView *view, StViewPlane plane)
{
  const StFigureDecoded *decoded = view->request->decoded;
  const guint column = view->request->column;
  if (decoded == NULL || column >= st_view_columns (view) || view->request->still
      || decoded->column != view->frame->query.ids[column] || !st_view_is_live (view, column))
    return;
  const StRect p = view->body;
  const double size = MIN (DECODED, MIN (p.width, p.height) / 3);
  const gboolean left = plane.x + decoded->place[0] * plane.unit > p.x + p.width / 2;
  const StRect rect = { left ? p.x + INSET : p.x + p.width - INSET - size, p.y + INSET, size,
                        size };
  StSceneBuilder *overlay = view->overlay;
  view->overlay = view->marks;   /* where pictures go */
  st_view_floats (view, decoded->pixels, decoded->image, rect, FALSE);
  view->overlay = overlay;
  st_scene_frame (view->marks, rect, 0, st_pen (view->style->accent, 1));
}
