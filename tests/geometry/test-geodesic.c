/* Geodesics and lengths: where they are known, and against SciPy's (geodesic-facts.h). */
#include <st-geodesic.h>

#include <geodesic-facts.h>
#include <glib.h>
#include <math.h>
#include <string.h>

typedef struct Surface {
  void (*at) (const double *shape, const double *z, double *image, double *du, double *dv);
  const double *shape;
  uint32_t calls;
  StCancel *cancel;       /* asked at the fifth call, if any */
} Surface;

static StStatus
map (void *context, uint32_t n, const double *z, uint32_t k, const double *v, double *images,
     double *products)
{
  Surface *surface = context;
  for (uint32_t i = 0; i < n; i++)
    {
      double image[3], columns_here[6];
      surface->at (surface->shape, z + 2 * i, image, columns_here, columns_here + 3);
      if (images != NULL)
        memcpy (images + 3 * i, image, sizeof image);
      if (products != NULL && v == NULL)
        memcpy (products + 6 * i, columns_here, sizeof columns_here);
      for (uint32_t j = 0; products != NULL && v != NULL && j < 3 * k; j++)
        products[3 * k * i + j] = v[2 * (k * i + j / 3)] * columns_here[j % 3]
                                  + v[2 * (k * i + j / 3) + 1] * columns_here[3 + j % 3];
    }
  if (++surface->calls == 5 && surface->cancel != NULL)
    st_cancel_ask (surface->cancel);
  return st_success ();
}

static void
sphere (const double *shape, const double *z, double *image, double *du, double *dv)
{
  const double s = sin (z[0]), c = cos (z[0]), S = sin (z[1]), C = cos (z[1]);
  memcpy (image, ((double[]) { s * C, s * S, c }), 3 * sizeof *image);
  memcpy (du, ((double[]) { c * C, c * S, -s }), 3 * sizeof *du);
  memcpy (dv, ((double[]) { -s * S, s * C, 0 }), 3 * sizeof *dv);
}

static void
swiss_roll (const double *shape, const double *z, double *image, double *du, double *dv)
{
  const double t = z[0], s = sin (t), c = cos (t);
  memcpy (image, ((double[]) { t * c, z[1], t * s }), 3 * sizeof *image);
  memcpy (du, ((double[]) { c - t * s, 0, s + t * c }), 3 * sizeof *du);
  memcpy (dv, ((double[]) { 0, 1, 0 }), 3 * sizeof *dv);
}

static void
polar (const double *shape, const double *z, double *image, double *du, double *dv)
{
  const double s = sin (z[1]), c = cos (z[1]);
  memcpy (image, ((double[]) { z[0] * c, z[0] * s, 0 }), 3 * sizeof *image);
  memcpy (du, ((double[]) { c, s, 0 }), 3 * sizeof *du);
  memcpy (dv, ((double[]) { -z[0] * s, z[0] * c, 0 }), 3 * sizeof *dv);
}

static void
plane (const double *shape, const double *z, double *image, double *du, double *dv)
{
  memcpy (du, ((double[]) { 2, -1, 0.5 }), 3 * sizeof *du);
  memcpy (dv, ((double[]) { 0.3, 1, 4 }), 3 * sizeof *dv);
  for (int i = 0; i < 3; i++)
    image[i] = 7 + z[0] * du[i] + z[1] * dv[i];
}

/* The graph of geometry_geodesics.py. */
static void
graph (const double *shape, const double *z, double *image, double *du, double *dv)
{
  const double x = z[0], y = z[1], s = shape[2];
  const double h = (shape[0] * x * x + shape[1] * y * y) / 2 + s * sin (2 * x) * cos (y);
  const double hx = shape[0] * x + 2 * s * cos (2 * x) * cos (y);
  const double hy = shape[1] * y - s * sin (2 * x) * sin (y);
  memcpy (image, ((double[]) { x, y, h }), 3 * sizeof *image);
  memcpy (du, ((double[]) { 1, 0, hx }), 3 * sizeof *du);
  memcpy (dv, ((double[]) { 0, 1, hy }), 3 * sizeof *dv);
}

/* A line between points in a fold that no chord sees the bottom of: its derivative jumps. */
static void
crease (const double *shape, const double *z, double *image, double *du, double *dv)
{
  const double side = z[0] + 0.3 * z[1] > 0.2 ? 1 : -1;
  memcpy (image, ((double[]) { z[0], z[1], fabs (z[0] + 0.3 * z[1] - 0.2) }), 3 * sizeof *image);
  memcpy (du, ((double[]) { 1, 0, side }), 3 * sizeof *du);
  memcpy (dv, ((double[]) { 0, 1, 0.3 * side }), 3 * sizeof *dv);
}

/* The geodesic's and the straight path's lengths. */
static StGeodesicEnd
find (Surface *surface, const double *a, const double *b, uint32_t most, double *points,
      double *length, double *straight)
{
  const StPathSpace space = { .d = 2, .m = 3, .map = map, .context = surface };
  double line[2 * ST_PATH_POINTS];
  StGeodesicEnd end = { 0 };
  g_assert_true (st_ok (st_geodesic_find (&space, a, b, most, NULL, points, &end)));
  g_assert_cmpmem (points, 2 * sizeof *a, a, 2 * sizeof *a);
  g_assert_cmpmem (points + 2 * ST_PATH_SEGMENTS, 2 * sizeof *b, b, 2 * sizeof *b);
  st_path_straight (2, a, b, line);
  g_assert_true (st_ok (st_path_length (&space, points, length)));
  g_assert_true (st_ok (st_path_length (&space, line, straight)));
  return end;
}

static void
test_sphere (void)
{
  static const double pairs[][2][2] = { { { 0.6, 0.2 }, { 1.9, 2.0 } },
                                        { { 1.2, -0.4 }, { 1.3, 2.4 } },
                                        { { 0.3, 0.0 }, { 0.4, 1.5 } } };
  Surface surface = { .at = sphere };
  double points[2 * ST_PATH_POINTS], length, straight, ends[2][3], unused[6];
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      const StGeodesicEnd end = find (&surface, pairs[i][0], pairs[i][1], ST_GEODESIC_STEPS,
                                      points, &length, &straight);
      for (int k = 0; k < 2; k++)
        sphere (NULL, pairs[i][k], ends[k], unused, unused + 3);
      const double angle = acos (ends[0][0] * ends[1][0] + ends[0][1] * ends[1][1]
                                 + ends[0][2] * ends[1][2]);
      g_assert_true (end.converged);
      g_assert_cmpfloat_with_epsilon (length, angle, 1e-4 * angle);
      g_assert_cmpfloat_with_epsilon (end.energy, angle * angle, 1e-3 * angle * angle);
      g_assert_cmpfloat (straight, >, length);
    }
}

/* The arc of t (cos t, sin t). */
static double
roll_arc (double t)
{
  return (t * sqrt (1 + t * t) + asinh (t)) / 2;
}

static void
test_swiss_roll (void)
{
  const double a[2] = { 4.0, 0.0 }, b[2] = { 10.0, 21.0 };
  Surface surface = { .at = swiss_roll };
  double points[2 * ST_PATH_POINTS], length, straight;
  const StGeodesicEnd end = find (&surface, a, b, ST_GEODESIC_STEPS, points, &length, &straight);
  const double arc = roll_arc (b[0]) - roll_arc (a[0]), expected = hypot (arc, b[1] - a[1]);
  g_assert_true (end.converged);
  g_assert_cmpfloat_with_epsilon (length, expected, 1e-4 * expected);
  g_assert_cmpfloat (straight, >, length * 1.001);
  /* Unrolled it is a straight line. */
  for (guint k = 0; k < ST_PATH_POINTS; k++)
    {
      const double share = (roll_arc (points[2 * k]) - roll_arc (a[0])) / arc;
      g_assert_cmpfloat_with_epsilon (points[2 * k + 1], a[1] + share * (b[1] - a[1]), 0.02);
    }
}

static void
test_plane (void)
{
  const double a[2] = { -1.0, 2.0 }, b[2] = { 3.0, 0.5 }, polar_a[2] = { 1.0, 0.1 },
               polar_b[2] = { 2.5, 2.2 };
  Surface surface = { .at = plane };
  double points[2 * ST_PATH_POINTS], length, straight, chord = 0;
  StGeodesicEnd end = find (&surface, a, b, ST_GEODESIC_STEPS, points, &length, &straight);
  const double away[3] = { 8 - 0.45, -4 - 1.5, 2 - 6 };
  for (int i = 0; i < 3; i++)
    chord += away[i] * away[i];
  g_assert_true (end.converged);
  g_assert_cmpfloat_with_epsilon (length, sqrt (chord), 1e-10);
  g_assert_cmpfloat_with_epsilon (straight, sqrt (chord), 1e-10);

  surface.at = polar;
  end = find (&surface, polar_a, polar_b, ST_GEODESIC_STEPS, points, &length, &straight);
  const double x = polar_b[0] * cos (polar_b[1]) - polar_a[0] * cos (polar_a[1]);
  const double y = polar_b[0] * sin (polar_b[1]) - polar_a[0] * sin (polar_a[1]);
  g_assert_true (end.converged);
  g_assert_cmpfloat_with_epsilon (length, hypot (x, y), 1e-4 * hypot (x, y));
  for (guint k = 0; k < ST_PATH_POINTS; k++)
    {
      const double u = points[2 * k] * cos (points[2 * k + 1]) - polar_a[0] * cos (polar_a[1]);
      const double v = points[2 * k] * sin (points[2 * k + 1]) - polar_a[0] * sin (polar_a[1]);
      g_assert_cmpfloat_with_epsilon (u * y - v * x, 0, 1e-4);
    }
}

static void
test_facts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (GEODESIC_FACTS); i++)
    {
      Surface surface = { .at = graph, .shape = GEODESIC_FACTS[i].shape };
      double points[2 * ST_PATH_POINTS], length, straight;
      const StGeodesicEnd end = find (&surface, GEODESIC_FACTS[i].a, GEODESIC_FACTS[i].b,
                                      ST_GEODESIC_STEPS, points, &length, &straight);
      g_assert_true (end.converged);
      g_assert_cmpfloat_with_epsilon (length, GEODESIC_FACTS[i].length,
                                      1e-4 * GEODESIC_FACTS[i].length);
      for (int k = 0; k < 2; k++)
        g_assert_cmpfloat_with_epsilon (points[ST_PATH_SEGMENTS + k],
                                        GEODESIC_FACTS[i].middle[k], 1e-3);
    }
}

/* Too few steps are told, and what there is by then is no longer than the straight path. */
static void
test_not_converged (void)
{
  const double a[2] = { 0.3, 0.0 }, b[2] = { 0.4, 2.5 };
  Surface surface = { .at = sphere };
  double points[2 * ST_PATH_POINTS], length, straight;
  const StGeodesicEnd end = find (&surface, a, b, 1, points, &length, &straight);
  g_assert_false (end.converged);
  g_assert_cmpuint (end.steps, ==, 1);
  g_assert_cmpfloat (length, <, straight);
}

/* A few steps at a time lead to the same points, and are paths all the way. */
static void
test_in_parts (void)
{
  const double a[2] = { 0.3, 0.0 }, b[2] = { 0.4, 2.5 };
  Surface surface = { .at = sphere };
  const StPathSpace space = { .d = 2, .m = 3, .map = map, .context = &surface };
  double points[2 * ST_PATH_POINTS], parts[2 * ST_PATH_POINTS], length, straight;
  const StGeodesicEnd once = find (&surface, a, b, ST_GEODESIC_STEPS, points, &length, &straight);
  StGeodesicEnd end = { 0 };
  double last = straight;
  while (!end.ended)
    {
      const uint32_t before = end.steps;
      g_assert_true (st_ok (st_geodesic_find (&space, a, b, 2, NULL, parts, &end)));
      g_assert_true (st_ok (st_path_length (&space, parts, &length)));
      g_assert_cmpuint (end.steps, <=, before + 2);
      g_assert_cmpfloat (length, <, last * (1 + 1e-3));
      last = length;
    }
  g_assert_true (end.converged);
  g_assert_cmpuint (end.segments, ==, ST_PATH_SEGMENTS);
  g_assert_cmpuint (end.steps, ==, once.steps);
  g_assert_cmpmem (parts, sizeof parts, points, sizeof points);
}

static void
test_crease (void)
{
  const double a[2] = { -1.0, -1.0 }, b[2] = { 1.0, 0.4 };
  Surface surface = { .at = crease };
  double points[2 * ST_PATH_POINTS], length, straight;
  find (&surface, a, b, ST_GEODESIC_STEPS, points, &length, &straight);
  /* Three points do not see a kink within a segment exactly. */
  g_assert_cmpfloat (length, <=, straight * (1 + 1e-3));
}

static void
test_ends (void)
{
  const double a[2] = { 1.0, 0.5 };
  StCancel cancel;
  Surface surface = { .at = sphere, .cancel = &cancel };
  const StPathSpace space = { .d = 2, .m = 3, .map = map, .context = &surface };
  double points[2 * ST_PATH_POINTS], length, straight;
  StGeodesicEnd end = { 0 };
  st_cancel_reset (&cancel);
  g_assert_cmpint (st_geodesic_find (&space, a, (const double[]) { 0.2, 2.9 }, ST_GEODESIC_STEPS,
                                     &cancel, points, &end).code, ==, ST_CANCELLED);
  surface.cancel = NULL;
  end = find (&surface, a, a, ST_GEODESIC_STEPS, points, &length, &straight);
  g_assert_true (end.converged);
  g_assert_cmpfloat (length, ==, 0);
  end = (StGeodesicEnd) { 0 };
  g_assert_cmpint (st_geodesic_find (&space, a, (const double[]) { NAN, 0 }, 5, NULL, points,
                                     &end).code, ==, ST_NON_FINITE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/geodesic/sphere", test_sphere);
  g_test_add_func ("/geodesic/swiss-roll", test_swiss_roll);
  g_test_add_func ("/geodesic/plane", test_plane);
  g_test_add_func ("/geodesic/facts", test_facts);
  g_test_add_func ("/geodesic/not-converged", test_not_converged);
  g_test_add_func ("/geodesic/in-parts", test_in_parts);
  g_test_add_func ("/geodesic/crease", test_crease);
  g_test_add_func ("/geodesic/ends", test_ends);
  return g_test_run ();
}
