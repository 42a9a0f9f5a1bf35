#include <st-scene-items.h>

#include <math.h>

/* Half sizes for radius 1 that give each shape the circle's area, pi: the square 2a, the
 * diamond with half diagonal a, the plus with arms a and half width a/3 (area 20/9 a^2).
 * The triangle looks larger than it is, so it has four fifths of that area; its centroid is
 * at 0. */
#define SQUARE 0.886
#define DIAMOND 1.253
#define TRIANGLE_TIP 1.391
#define TRIANGLE_BASE 0.696
#define TRIANGLE_SIDE 1.205
#define PLUS 1.19

static guint
corners_of (const double (*shape)[2], guint n, double radius, StPoint *corners)
{
  for (guint i = 0; i < n; i++)
    corners[i] = (StPoint) { shape[i][0] * radius, shape[i][1] * radius };
  return n;
}

guint
st_marker_corners (StMarker shape, double radius, StPoint corners[ST_MARKER_CORNERS])
{
  static const double square[][2] = {
    { -SQUARE, -SQUARE }, { SQUARE, -SQUARE }, { SQUARE, SQUARE }, { -SQUARE, SQUARE } };
  static const double diamond[][2] = {
    { 0, -DIAMOND }, { DIAMOND, 0 }, { 0, DIAMOND }, { -DIAMOND, 0 } };
  static const double up[][2] = {
    { 0, -TRIANGLE_TIP }, { TRIANGLE_SIDE, TRIANGLE_BASE }, { -TRIANGLE_SIDE, TRIANGLE_BASE } };
  static const double down[][2] = {
    { 0, TRIANGLE_TIP }, { -TRIANGLE_SIDE, -TRIANGLE_BASE }, { TRIANGLE_SIDE, -TRIANGLE_BASE } };
  const double a = PLUS, t = PLUS / 3;
  const double plus[][2] = {
    { -t, -a }, { t, -a }, { t, -t }, { a, -t }, { a, t }, { t, t },
    { t, a }, { -t, a }, { -t, t }, { -a, t }, { -a, -t }, { -t, -t } };

  switch (shape)
    {
    case ST_MARKER_TRIANGLE:
      return corners_of (up, G_N_ELEMENTS (up), radius, corners);
    case ST_MARKER_SQUARE:
      return corners_of (square, G_N_ELEMENTS (square), radius, corners);
    case ST_MARKER_DIAMOND:
      return corners_of (diamond, G_N_ELEMENTS (diamond), radius, corners);
    case ST_MARKER_DOWN_TRIANGLE:
      return corners_of (down, G_N_ELEMENTS (down), radius, corners);
    case ST_MARKER_PLUS:
      return corners_of (plus, G_N_ELEMENTS (plus), radius, corners);
    case ST_MARKER_CIRCLE:
    case ST_MARKERS:
    default:
      return 0;
    }
}
