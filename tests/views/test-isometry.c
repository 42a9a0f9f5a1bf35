/* Ellipses and maps of a pullback metric that is known, and the figure of its measures. */
#include "synthetic.h"

#include <st-scene-items.h>

#include <math.h>
#include <string.h>

enum { IMAGES = 20, SIDE = 8 };

/* A plane whose metric is the same everywhere at images, and known on the grid. */
typedef struct World {
  StFrame *frame;
  StIsometryResult isometry;
  StPullback pullback;
  StFigurePullbacks pullbacks;
  StFigureRequest request;
  double places[2 * IMAGES], planar[3 * IMAGES], condition[SIDE * SIDE], volume[SIDE * SIDE];
} World;

static void
world_init (World *world, StKind kind, const double planar[3])
{
  const Synthetic synthetic = { .images = IMAGES, .columns = 2, .levels = 5, .level = 0.25,
                                .kind = kind };
  memset (world, 0, sizeof *world);
  world->frame = synthetic_frame (&synthetic);
  const StLiveQuery *query = &world->frame->query;
  for (guint i = 0; i < IMAGES; i++)
    {
      world->places[2 * i] = world->frame->references[0]->clean[2 * i];
      world->places[2 * i + 1] = world->frame->references[0]->clean[2 * i + 1];
      memcpy (world->planar + 3 * i, planar, 3 * sizeof *planar);
    }
  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      world->condition[i] = 1 + i;
      world->volume[i] = 100 - i;
    }
  world->isometry = (StIsometryResult) {
    .count = IMAGES, .dimension = 2, .mse = 0.0215,
    .measures = { 0, 3.352, 3.1, 1.8, 1.7, 0.412, 0.7123, 17.26, 0.61, 0.055 } };
  world->pullback = (StPullback) {
    .query = { .column = query->ids[0], .weights = query->weights[0], .images = query->images,
               .level = query->level },
    .count = IMAGES, .isometry = &world->isometry, .places = world->places,
    .planar = world->planar, .side = SIDE, .low = { -1, -2 }, .high = { 3, 2 },
    .condition = world->condition, .volume = world->volume };
  world->pullbacks = (StFigurePullbacks) { .ellipses = TRUE, .of = { &world->pullback } };
  world->request = (StFigureRequest) {
    .kind = ST_FIGURE_SCATTER, .frame = world->frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .width = 420, .height = 420, .title = TRUE, .highlighted = -1,
    .pullbacks = &world->pullbacks, .model_title = "IRAE" };
}

static void
world_clear (World *world)
{
  st_frame_unref (world->frame);
}

/* Closed lines of many corners. */
static guint
find_ellipses (const StScene *scene, const StItem **first)
{
  guint n = 0;
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind != ST_ITEM_POLYLINE || item->path.n < 20)
        continue;
      if (n++ == 0 && first != NULL)
        *first = item;
    }
  return n;
}

static const StItem *
find_item (const StScene *scene, StItemKind kind, const char *begins)
{
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind == kind
          && (kind != ST_ITEM_TEXT || g_str_has_prefix (item->text.text, begins)))
        return item;
    }
  return NULL;
}

static const StItem *
get_item (const StScene *scene, StItemKind kind, const char *begins)
{
  const StItem *item = find_item (scene, kind, begins);
  if (item == NULL)
    g_error ("nothing begins with “%s”", begins != NULL ? begins : "");
  return item;
}

/* v^T G v = r^2 on all of the line, with the r that is printed and the scatter's own unit. */
static void
check_ellipse (const double planar[3])
{
  World world;
  const StItem *ellipse = NULL;
  world_init (&world, ST_KIND_IRAE, planar);
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (find_ellipses (figure->overlay, &ellipse), >=, 2);
  if (ellipse == NULL)
    g_error ("no ellipse");

  const StItem *note = get_item (figure->overlay, ST_ITEM_TEXT, "ellipses: r = ");
  const double r = g_ascii_strtod (note->text.text + strlen ("ellipses: r = "), NULL);
  const StScale *axis = &figure->axes[0].shown;
  const double unit = (axis->to - axis->from) / (axis->high - axis->low);
  const StPoint *points = &g_array_index (figure->overlay->points, StPoint, ellipse->path.first);
  const gsize corners = ellipse->path.n - 1;
  double x = 0, y = 0;
  for (gsize i = 0; i < corners; i++)
    {
      x += points[i].x / (double) corners;
      y += points[i].y / (double) corners;
    }
  for (gsize i = 0; i < corners; i++)
    {
      const double u = (points[i].x - x) / unit, v = -(points[i].y - y) / unit;
      const double form = planar[0] * u * u + 2 * planar[1] * u * v + planar[2] * v * v;
      g_assert_cmpfloat_with_epsilon (form, r * r, 1e-9 * r * r);
    }
  st_figure_unref (figure);
  world_clear (&world);
}

static void
test_ellipses (void)
{
  check_ellipse ((const double[]) { 4, 0, 1 });
  check_ellipse ((const double[]) { 1, 0, 9 });
  check_ellipse ((const double[]) { 30, 12, 8 });
  check_ellipse ((const double[]) { 2, -1.2, 2 });
  check_ellipse ((const double[]) { 0.01, 0, 0.01 });
}

static double
printed_radius (const StFigure *figure)
{
  const StItem *note = get_item (figure->overlay, ST_ITEM_TEXT, "ellipses: r = ");
  return g_ascii_strtod (note->text.text + strlen ("ellipses: r = "), NULL);
}

static double
mean_radius (const StFigure *figure)
{
  const StItem *item = NULL;
  g_assert_cmpuint (find_ellipses (figure->overlay, &item), >=, 1);
  if (item == NULL)
    g_error ("no ellipse");
  const StPoint *points = &g_array_index (figure->overlay->points, StPoint, item->path.first);
  const gsize half = (item->path.n - 1) / 2;
  return hypot (points[half].x - points[0].x, points[half].y - points[0].y) / 2;
}

/* Circles of two columns of which one stretches eight times as much: one r is printed for both, and
 * sizes differ as lengths do.  Alone each would have an r of its own. */
static void
test_shared_radius (void)
{
  World world;
  double planar[3 * IMAGES], places[2 * IMAGES];
  world_init (&world, ST_KIND_IRAE, (const double[]) { 1, 0, 1 });
  StPullback pullback = world.pullback;
  for (guint i = 0; i < IMAGES; i++)
    memcpy (planar + 3 * i, (const double[]) { 64, 0, 64 }, 3 * sizeof *planar);
  memcpy (places, world.frame->references[1]->clean, sizeof places);
  pullback.query.column = world.frame->query.ids[1];
  pullback.query.weights = world.frame->query.weights[1];
  pullback.planar = planar;
  pullback.places = places;
  StFigure *alone = st_figure_new (&world.request, NULL);
  g_autofree char *of_one = st_figure_define (&world.request);
  g_assert_null (strstr (of_one, "one for all models"));

  world.pullbacks.of[1] = &pullback;
  StFigure *first = st_figure_new (&world.request, alone);
  g_autofree char *of_two = st_figure_define (&world.request);
  g_assert_nonnull (strstr (of_two, "r is one for all models"));
  g_assert_true (first->overlay != alone->overlay);
  g_assert_cmpfloat (printed_radius (first), !=, printed_radius (alone));
  g_assert_nonnull (strstr (get_item (first->overlay, ST_ITEM_TEXT, "ellipses: r = ")->text.text,
                            "all models"));
  world.request.column = 1;
  StFigure *second = st_figure_new (&world.request, NULL);
  g_assert_cmpfloat (printed_radius (first), ==, printed_radius (second));
  g_assert_cmpfloat_with_epsilon (mean_radius (first), 8 * mean_radius (second), 1e-6);
  st_figure_unref (alone);
  st_figure_unref (first);
  st_figure_unref (second);
  world_clear (&world);
}

static void
test_singular (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, (const double[]) { 1, 1, 1 });
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (find_ellipses (figure->overlay, NULL), ==, 0);
  g_assert_null (find_item (figure->overlay, ST_ITEM_TEXT, "ellipses"));
  st_figure_unref (figure);
  world_clear (&world);
}

static double
brightness (const StScene *scene, const StItem *image, guint row, guint column)
{
  const guint8 *pixel = scene->pixels->data + image->image.first
                        + 3 * (row * image->image.width + column);
  return pixel[0] + pixel[1] + pixel[2];
}

/* The grid's second axis goes up, an image's rows down; more is further from the panel's colour. */
static void
test_maps (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  StFigure *plain = st_figure_new (&world.request, NULL);
  g_assert_null (find_item (plain->base, ST_ITEM_IMAGE, NULL));

  world.pullbacks.map = ST_MAP_CONDITION;
  StFigure *condition = st_figure_new (&world.request, plain);
  g_assert_true (condition->base != plain->base);
  const StItem *image = get_item (condition->base, ST_ITEM_IMAGE, NULL);
  g_assert_cmpuint (image->image.width, ==, SIDE);
  g_assert_cmpfloat (brightness (condition->base, image, SIDE - 1, 0), >,
                     brightness (condition->base, image, 0, SIDE - 1));
  g_assert_cmpfloat_with_epsilon (image->image.rect.width, image->image.rect.height, 1e-9);
  get_item (condition->overlay, ST_ITEM_TEXT, "cond(G) 1–64");

  world.pullbacks.map = ST_MAP_VOLUME;
  world.volume[5] = 0;
  StFigure *volume = st_figure_new (&world.request, condition);
  image = get_item (volume->base, ST_ITEM_IMAGE, NULL);
  g_assert_cmpfloat (brightness (volume->base, image, SIDE - 1, 0), <,
                     brightness (volume->base, image, 0, SIDE - 1));
  get_item (volume->overlay, ST_ITEM_TEXT, "√det G 0–100");

  /* The same again shares its base; of other weights it does not. */
  StFigure *same = st_figure_new (&world.request, volume);
  g_assert_true (same->base == volume->base);
  world.pullback.query.weights++;
  StFigure *stale = st_figure_new (&world.request, volume);
  g_assert_true (stale->base != volume->base);
  st_figure_unref (stale);
  st_figure_unref (same);
  st_figure_unref (volume);
  st_figure_unref (condition);
  st_figure_unref (plain);
  world_clear (&world);
}

static void
check_description (const StFigureRequest *request, const char *words, gboolean wanted)
{
  g_autofree char *description = st_figure_description (request);
  if ((strstr (description, words) != NULL) != wanted)
    g_error ("“%s” has%s “%s”", description, wanted ? " no" : "", words);
}

/* cond(J) is the root of cond(G); and colours are of the ranges of all columns, whose cells of the
 * same value look the same. */
static void
test_shared_range (void)
{
  World world;
  double other[SIDE * SIDE];
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  world.pullbacks.map = ST_MAP_CONDITION_J;
  check_description (&world.request, "map of cond(J) 1–8", TRUE);
  check_description (&world.request, "in all models", FALSE);
  StFigure *alone = st_figure_new (&world.request, NULL);
  get_item (alone->overlay, ST_ITEM_TEXT, "cond(J) 1–8");

  for (guint i = 0; i < SIDE * SIDE; i++)
    other[i] = i == 1 ? 256 : 200 - i;
  StPullback pullback = world.pullback;
  pullback.query.column = world.frame->query.ids[1];
  pullback.query.weights = world.frame->query.weights[1];
  pullback.condition = other;
  world.pullbacks.of[1] = &pullback;
  check_description (&world.request, "map of cond(J) 1–8, colours from 1–16 in all models", TRUE);
  StFigure *first = st_figure_new (&world.request, alone);
  g_assert_true (first->base != alone->base);
  get_item (first->overlay, ST_ITEM_TEXT, "cond(J) 1–16, all models");
  g_autofree char *definition = st_figure_define (&world.request);
  g_assert_nonnull (strstr (definition, "one for all models"));

  world.request.column = 1;
  other[0] = 17;
  StFigure *second = st_figure_new (&world.request, NULL);
  const StItem *left = get_item (first->base, ST_ITEM_IMAGE, NULL);
  const StItem *right = get_item (second->base, ST_ITEM_IMAGE, NULL);
  g_assert_cmpfloat (world.condition[16], ==, other[0]);
  g_assert_cmpfloat_with_epsilon (brightness (first->base, left, SIDE - 1 - 16 / SIDE, 16 % SIDE),
                                  brightness (second->base, right, SIDE - 1, 0), 1.5);
  st_figure_unref (first);
  st_figure_unref (second);
  st_figure_unref (alone);
  world_clear (&world);
}

static void
test_words (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  check_description (&world.request, "mean cond(G) 3.35, median 3.1", TRUE);
  check_description (&world.request, "older weights", FALSE);
  world.pullback.query.weights++;
  check_description (&world.request, "older weights", TRUE);
  g_autofree char *with = st_figure_define (&world.request);
  g_assert_nonnull (strstr (with, "vᵀGv = r²"));
  world.isometry.measures.singular_points = 2;
  check_description (&world.request, "2 singular points, median cond(G) 3.1", TRUE);
  world.pullbacks.ellipses = FALSE;
  check_description (&world.request, "cond(G)", FALSE);
  g_autofree char *without = st_figure_define (&world.request);
  g_assert_null (strstr (without, "G = JᵀJ"));
  world_clear (&world);
}

/* No plane is drawn over a map of another kind of axes. */
static void
test_other_pictures (void)
{
  World world;
  const StFigureEmbeddings tsne = { .method = ST_EMBEDDING_TSNE };
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  world.pullbacks.map = ST_MAP_CONDITION;
  world.request.embeddings = &tsne;
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (find_ellipses (figure->overlay, NULL), ==, 0);
  g_assert_null (find_item (figure->base, ST_ITEM_IMAGE, NULL));
  st_figure_unref (figure);
  world_clear (&world);
}

static void
test_figure (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  world.request.kind = ST_FIGURE_ISOMETRY;
  StFigure *figure = st_figure_new (&world.request, NULL);
  static const char *const texts[] = { "0.61", "0.055", "17.3", "0.712", "3.35", "3.1", "0.412",
                                       "0.0215" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    get_item (figure->overlay, ST_ITEM_TEXT, texts[i]);
  st_figure_unref (figure);
  check_description (&world.request, "scaled distances (relaxed) 0.712", TRUE);

  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, 1);
  for (guint i = 0; i < st_table_columns (table); i++)
    if (g_str_equal (st_table_name (table, i), "relaxed_distortion"))
      g_assert_cmpfloat (st_table_value (table, 0, i), ==, 0.7123);
    else if (g_str_equal (st_table_name (table, i), "mean_condition_number"))
      g_assert_cmpfloat (st_table_value (table, 0, i), ==, 3.352);

  /* A singular point: no mean, which a table leaves empty. */
  world.isometry.measures.singular_points = 1;
  world.isometry.measures.mean_condition = NAN;
  figure = st_figure_new (&world.request, NULL);
  get_item (figure->overlay, ST_ITEM_TEXT, "∞");
  st_figure_unref (figure);
  g_autoptr (StTable) singular = st_figure_table (&world.request);
  for (guint i = 0; i < st_table_columns (singular); i++)
    if (g_str_equal (st_table_name (singular, i), "mean_condition_number"))
      g_assert_true (isnan (st_table_value (singular, 0, i)));
  world_clear (&world);
}

static void
test_why_not (void)
{
  World world;
  world_init (&world, ST_KIND_CAE, (const double[]) { 4, 0, 1 });
  world.request.kind = ST_FIGURE_ISOMETRY;
  world.pullbacks.of[0] = NULL;
  check_description (&world.request, "here the latent is a map", TRUE);
  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, 0);
  world_clear (&world);
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  world.request.kind = ST_FIGURE_ISOMETRY;
  world.pullbacks.of[0] = NULL;
  check_description (&world.request, "Computing G", TRUE);
  world_clear (&world);
}

/* Both lengths, how much shorter, and in words where it did not converge. */
static void
test_paths (void)
{
  enum { PIXELS = 28 * 28 };
  World world;
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  const StLiveQuery *query = &world.frame->query;
  g_autofree double *numbers = g_new0 (double, 2 * ST_PATH_POINTS);
  g_autofree float *frames = g_new0 (float, ST_PATH_FRAMES * PIXELS);
  for (guint k = 0; k < ST_PATH_POINTS; k++)
    numbers[2 * k] = 0.01 * k;
  StLatentPath path = {
    .query = { .column = query->ids[0], .weights = query->weights[0], .images = query->images,
               .level = query->level },
    .ends = { 2, 5 }, .dimension = 2, .image = { 28, 28, 1 }, .points = { numbers, numbers },
    .places = { numbers, numbers }, .frames = { frames, frames }, .lengths = { 10, 8 },
    .end = { .converged = TRUE, .steps = 12, .energy = 64, .ended = TRUE } };
  world.pullbacks.ends[0] = 2;
  world.pullbacks.ends[1] = 5;

  world.request.kind = ST_FIGURE_PATHS;
  check_description (&world.request, "Computing the geodesic", TRUE);
  world.pullbacks.paths[0] = &path;
  check_description (&world.request, "straight: 10, geodesic: 8, 20.0 % shorter", TRUE);
  check_description (&world.request, "not converged", FALSE);
  StFigure *figure = st_figure_new (&world.request, NULL);
  get_item (figure->overlay, ST_ITEM_TEXT, "straight: 10");
  get_item (figure->overlay, ST_ITEM_TEXT, "geodesic: 8");
  guint images = 0;
  for (guint i = 0; i < figure->overlay->items->len; i++)
    images += g_array_index (figure->overlay->items, StItem, i).kind == ST_ITEM_IMAGE;
  g_assert_cmpuint (images, ==, ST_PATHS * ST_PATH_FRAMES);
  st_figure_unref (figure);
  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, ST_PATH_POINTS);

  path.end = (StGeodesicEnd) { .steps = 200, .energy = 64, .ended = TRUE };
  check_description (&world.request, "not converged in 200 steps", TRUE);
  world.request.kind = ST_FIGURE_SCATTER;
  check_description (&world.request, "path of length 10 straight, 8 as a geodesic", TRUE);
  figure = st_figure_new (&world.request, NULL);
  get_item (figure->overlay, ST_ITEM_TEXT, "A");
  get_item (figure->overlay, ST_ITEM_TEXT, "B");
  st_figure_unref (figure);

  world.pullbacks.ends[1] = -1;
  world.request.kind = ST_FIGURE_PATHS;
  check_description (&world.request, "Choose an image and begin", TRUE);
  world_clear (&world);
}

/* In a corner, at the side where the pointer is not; of its own column alone; not on paper. */
static void
test_decoded (void)
{
  World world;
  g_autofree float *pixels = g_new0 (float, 28 * 28);
  world_init (&world, ST_KIND_IRAE, (const double[]) { 4, 0, 1 });
  world.frame->query.ids[0] = 11;
  world.frame->query.ids[1] = 12;
  StFigureDecoded decoded = { .column = world.frame->query.ids[0], .image = { 28, 28, 1 },
                              .pixels = pixels };
  world.request.decoded = &decoded;
  for (int side = -1; side <= 1; side += 2)
    {
      decoded.place[0] = side;
      StFigure *figure = st_figure_new (&world.request, NULL);
      const StRect rect = get_item (figure->marks, ST_ITEM_IMAGE, NULL)->image.rect;
      const double middle = figure->plot.x + figure->plot.width / 2;
      g_assert_cmpint (rect.x + rect.width / 2 < middle, ==, side > 0);
      st_figure_unref (figure);
    }
  world.request.column = 1;
  StFigure *other = st_figure_new (&world.request, NULL);
  g_assert_null (find_item (other->marks, ST_ITEM_IMAGE, NULL));
  world.request.column = 0;
  world.request.still = TRUE;
  StFigure *paper = st_figure_new (&world.request, NULL);
  g_assert_null (find_item (paper->marks, ST_ITEM_IMAGE, NULL));
  st_figure_unref (other);
  st_figure_unref (paper);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/isometry/ellipses", test_ellipses);
  g_test_add_func ("/isometry/shared-radius", test_shared_radius);
  g_test_add_func ("/isometry/singular", test_singular);
  g_test_add_func ("/isometry/maps", test_maps);
  g_test_add_func ("/isometry/shared-range", test_shared_range);
  g_test_add_func ("/isometry/words", test_words);
  g_test_add_func ("/isometry/other-pictures", test_other_pictures);
  g_test_add_func ("/isometry/figure", test_figure);
  g_test_add_func ("/isometry/why-not", test_why_not);
  g_test_add_func ("/isometry/paths", test_paths);
  g_test_add_func ("/isometry/decoded", test_decoded);
  return g_test_run ();
}
