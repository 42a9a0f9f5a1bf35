/* Which images a figure has where: under a pointer, beside another one, in a polygon. */
#include <st-figure-private.h>

#include <math.h>
#include <st-images.h>
#include <string.h>

gint64
st_figure_image_at (const StFigure *figure, double x, double y)
{
  gint64 found = -1;
  double nearest = INFINITY;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      const StRect *r = &hit->rect;
      const double dx = x - (r->x + r->width / 2), dy = y - (r->y + r->height / 2);
      if (fabs (dx) > r->width / 2 || fabs (dy) > r->height / 2 || hypot (dx, dy) >= nearest)
        continue;
      nearest = hypot (dx, dy);
      found = hit->image;
    }
  return found;
}

gint64
st_figure_image_beside (const StFigure *figure, gint64 image, int dx, int dy)
{
  StPoint from = { figure->plot.x + figure->plot.width / 2,
                   figure->plot.y + figure->plot.height / 2 };
  gboolean has_place = FALSE;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      if (hit->image != image)
        continue;
      from = (StPoint) { hit->rect.x + hit->rect.width / 2, hit->rect.y + hit->rect.height / 2 };
      has_place = TRUE;
    }
  gint64 found = -1;
  double nearest = INFINITY;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      const double x = hit->rect.x + hit->rect.width / 2 - from.x;
      const double y = hit->rect.y + hit->rect.height / 2 - from.y;
      const double along = x * dx + y * dy, across = fabs (x * dy) + fabs (y * dx);
      /* Within a quarter of the compass, and rather straight on than near by. */
      const double distance = hypot (along, 2 * across);
      if (hit->image == image || (has_place && (!(along > 0) || across > along))
          || !(distance < nearest))
        continue;
      nearest = distance;
      found = hit->image;
    }
  return found;
}

gboolean
st_figure_can_brush (StFigureKind kind)
{
  return !st_view_class (kind)->whole;
}

gboolean
st_figure_can_brush_overlaid (StFigureKind kind)
{
  const StViewCurve *curve = st_view_class (kind)->curve;
  return curve != NULL && curve->of != NULL;
}

static void
brush_hits (const StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  for (guint i = 0; i < view->figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (view->figure->hits, StFigureHit, i);
      if (hit->image < n
          && st_view_inside (polygon, corners, hit->rect.x + hit->rect.width / 2,
                             hit->rect.y + hit->rect.height / 2))
        mask[hit->image] = 1;
    }
}

/* A view that is laid out, of a figure that nobody sees. */
static void
lay_out (StView *view, const StFigureRequest *request)
{
  st_view_init (view, request, request->summaries);
  view->figure = st_figure_alloc ();
  view->key = view->figure->state->key;
  view->overlay_key = view->figure->state->overlay_key;
  view->seen = view->figure->state->seen;
  view->body = st_view_body (request, view->class);
  view->figure->plot = view->body;
  st_view_drawer (view)->layout (view);
}

void
st_figure_brush (const StFigureRequest *request, const StPoint *polygon, gsize corners,
                 guint8 *mask, guint n)
{
  StView view;
  memset (mask, 0, n);
  if (request->frame == NULL || corners < 3 || !st_figure_can_brush (request->kind))
    return;
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  StFigureRequest plain = *request;
  plain.summaries = own != NULL ? own : request->summaries;
  lay_out (&view, &plain);
  const StViewClass *drawer = st_view_drawer (&view);
  if (drawer->brush != NULL)
    drawer->brush (&view, polygon, corners, mask, n);
  else
    brush_hits (&view, polygon, corners, mask, n);
  st_figure_unref (view.figure);
  st_summaries_free (own);
}

gboolean
st_figure_can_pick (StFigureKind kind)
{
  return st_view_class (kind)->pick != NULL;
}

gboolean
st_figure_pick (const StFigureRequest *request, gint64 image, StPoint at, guint8 *mask, guint n)
{
  StView view;
  memset (mask, 0, n);
  if (request->frame == NULL || !st_figure_can_pick (request->kind))
    return FALSE;
  lay_out (&view, request);
  const StViewClass *drawer = st_view_drawer (&view);
  const gboolean found = drawer->pick != NULL && drawer->pick (&view, image, at, mask, n);
  st_figure_unref (view.figure);
  return found;
}

gboolean
st_figure_same_class (const StFigureRequest *request, guint image, guint8 *mask, guint n)
{
  const StImages *images = request->frame != NULL ? request->frame->query.images : NULL;
  if (images == NULL || image >= st_images_count (images) || st_images_label (images, image) < 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    mask[i] = i < st_images_count (images)
              && st_images_label (images, i) == st_images_label (images, image);
  return TRUE;
}

gboolean
st_figure_same_stratum (const StFigureRequest *request, guint image, guint8 *mask, guint n)
{
  StView view;
  st_view_init (&view, request, NULL);
  const StResult *now = st_view_now (&view);
  if (now == NULL || now->lengths[2] == 0 || image >= now->done)
    return FALSE;
  const StTriple wanted = st_view_triple (&view, now, image);
  for (guint i = 0; i < n; i++)
    {
      const StTriple own = i < now->done ? st_view_triple (&view, now, i) : (StTriple) { 0 };
      mask[i] = i < now->done && memcmp (&own, &wanted, sizeof own) == 0;
    }
  return TRUE;
}
