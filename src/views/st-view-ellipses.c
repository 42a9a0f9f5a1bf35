/* Ellipses {v: v^T G v = r^2} of the pullback metric at latent means, over the scatter. */
#include <st-view-pullback.h>

#include <math.h>
#include <stdlib.h>

/* Ellipses: corners, radius of the middle one in a small and a large panel, how far apart in
 * radii, how many at the most, and the longest that is drawn, in radii. */
enum { CORNERS = 40, SMALL = 8, LARGE = 12, LARGE_PANEL = 260, MOST = 200, LONGEST = 25 };
#define APART 2.4

/* Of what is older than the scatter. */
#define FADED 0.4

const StPullback *
st_view_with_ellipses (const StView *view)
{
  const StPullback *pullback = st_view_planar (view, view->request->column);
  return pullback != NULL && view->request->pullbacks->ellipses ? pullback : NULL;
}

static gboolean
is_stale (const StView *view, const StPullback *pullback)
{
  return pullback->query.weights != view->frame->query.weights[view->request->column]
         || pullback->query.level != view->frame->query.level;
}

/* Half axes of {v: v^T G v = 1}, longest first, and the direction of the longest. */
typedef struct Ellipse { double major, minor, angle; } Ellipse;

static gboolean
find_ellipse (const double *metric, Ellipse *ellipse)
{
  const double middle = (metric[0] + metric[2]) / 2;
  const double apart = hypot ((metric[0] - metric[2]) / 2, metric[1]);
  if (!(middle - apart > ST_SINGULAR * (middle + apart)))
    return FALSE;
  ellipse->major = 1 / sqrt (middle - apart);
  ellipse->minor = 1 / sqrt (middle + apart);
  ellipse->angle = atan2 (2 * metric[1], metric[0] - metric[2]) / 2 + G_PI / 2;
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
radius_wanted (const StView *view)
{
  return view->body.width > LARGE_PANEL && view->body.height > LARGE_PANEL ? LARGE : SMALL;
}

/* The radius of a column's middle ellipse, by its area, for r = 1; 0 where it has none. */
static double
find_middle (const StPullback *pullback)
{
  double *sizes = g_new (double, pullback->count), middle = 0;
  guint n = 0;
  Ellipse ellipse;
  for (guint i = 0; i < pullback->count; i++)
    if (find_ellipse (pullback->planar + 3 * i, &ellipse))
      sizes[n++] = sqrt (ellipse.major * ellipse.minor);
  if (n > 0)
    {
      qsort (sizes, n, sizeof *sizes, compare);
      middle = sizes[n / 2];
    }
  g_free (sizes);
  return middle;
}

/* 1, 2 or 5 times a power of ten. */
static double
round_radius (double exact)
{
  const double power = pow (10, floor (log10 (exact))), digit = exact / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

/* One for all columns, whose scatters have one scale, so that ellipses can be compared by eye: the
 * columns' middle ellipses have about the radius that is wanted, in the geometric mean. */
double
st_view_ellipses_radius (const StView *view, StViewPlane plane)
{
  double sum = 0;
  guint n = 0;
  if (st_view_with_ellipses (view) == NULL)
    return 0;
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPullback *pullback = st_view_planar (view, c);
      const double middle = pullback != NULL ? find_middle (pullback) : 0;
      if (middle > 0)
        {
          sum += log (middle);
          n++;
        }
    }
  return n > 0 ? round_radius (radius_wanted (view) / plane.unit / exp (sum / n)) : 0;
}

/* Of all columns, since r is. */
void
st_view_ellipses_key (StView *view)
{
  const StPullback *own = st_view_with_ellipses (view);
  if (own == NULL)
    return;
  st_view_key_overlay (view, &own->query.weights, sizeof own->query.weights);
  st_view_key_overlay (view, &own->query.level, sizeof own->query.level);
  for (guint c = 0; c < st_view_columns (view); c++)
    {
      const StPullback *pullback = st_view_planar (view, c);
      if (pullback != NULL)
        st_view_key_overlay (view, pullback->planar, 3 * pullback->count * sizeof (double));
    }
}

static StPoint
place_of (StViewPlane plane, const double *pair)
{
  return (StPoint) { plane.x + pair[0] * plane.unit, plane.y - pair[1] * plane.unit };
}

static void
draw_ellipse (StView *view, StViewPlane plane, StPoint at, const Ellipse *ellipse, double r,
              StPen pen)
{
  StPoint points[CORNERS + 1];
  const double size = r * plane.unit, c = cos (ellipse->angle), s = sin (ellipse->angle);
  for (guint i = 0; i <= CORNERS; i++)
    {
      const double turn = 2 * G_PI * i / CORNERS;
      const double along = size * ellipse->major * cos (turn);
      const double across = size * ellipse->minor * sin (turn);
      points[i] = (StPoint) { at.x + c * along - s * across, at.y - s * along - c * across };
    }
  st_scene_polyline (view->overlay, points, CORNERS + 1, pen);
}

/* Whether all that is drawn already is far enough away. */
static gboolean
has_room (const StPoint *drawn, guint n, StPoint at, double apart)
{
  for (guint i = 0; i < n; i++)
    if (hypot (drawn[i].x - at.x, drawn[i].y - at.y) < apart)
      return FALSE;
  return n < MOST;
}

/* The first images', as far as they do not crowd. */
void
st_view_pullback_ellipses (StView *view, StViewPlane plane)
{
  const StPullback *pullback = st_view_with_ellipses (view);
  const double r = st_view_ellipses_radius (view, plane);
  if (!(r > 0))
    return;
  const gboolean stale = is_stale (view, pullback);
  const StPen pen = st_pen (st_colour_alpha (view->style->text, stale ? 0.7 * FADED : 0.7), 0.9);
  const double wanted = radius_wanted (view);
  StPoint drawn[MOST];
  guint n = 0;
  Ellipse ellipse;
  for (guint i = 0; i < pullback->count; i++)
    {
      const StPoint at = place_of (plane, pullback->places + 2 * i);
      if (!find_ellipse (pullback->planar + 3 * i, &ellipse)
          || r * ellipse.major * plane.unit > LONGEST * wanted
          || !st_view_holds (view->body, at) || !has_room (drawn, n, at, APART * wanted))
        continue;
      draw_ellipse (view, plane, at, &ellipse, r, pen);
      drawn[n++] = at;
    }
}
