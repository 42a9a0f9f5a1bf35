/* Traversals and distances of pairs: what lies where, what is said, and what of it is not there. */
#include "synthetic.h"

#include <st-scene-items.h>

#include <math.h>
#include <string.h>

enum { IMAGES = 20, SIDE = ST_TRAVERSAL_SIDE, SHAPE = 4, PIXELS = SHAPE * SHAPE, PAIRS = 10,
       DONE = 4 };

typedef struct World {
  StFrame *frame;
  StTraversal traversal;
  StPairLengths lengths[2];
  StFigurePullbacks pullbacks;
  StFigureRequest request;
  float pictures[SIDE * SIDE * PIXELS];
  double codes[SIDE * SIDE * 2], places[2 * IMAGES];
} World;

/* Pictures are brighter to the right, and upwards. */
static double
brightness_of (guint x, guint y)
{
  return (x + 2.0 * y) / (3.0 * (SIDE - 1));
}

static void
traversal_init (World *world)
{
  const StLiveQuery *query = &world->frame->query;
  for (guint cell = 0; cell < SIDE * SIDE; cell++)
    for (guint i = 0; i < PIXELS; i++)
      world->pictures[cell * PIXELS + i] = (float) brightness_of (cell % SIDE, cell / SIDE);
  for (guint i = 0; i < SIDE * SIDE * 2; i++)
    world->codes[i] = i;
  for (guint i = 0; i < IMAGES; i++)
    {
      world->places[2 * i] = -1 + 0.2 * i;
      world->places[2 * i + 1] = 0.5;
    }
  world->traversal = (StTraversal) {
    .query = { .column = query->ids[0], .weights = query->weights[0], .images = query->images,
               .level = query->level },
    .dimension = 2, .image = { SHAPE, SHAPE, 1 }, .low = { -1, -2 }, .high = { 3, 2 },
    .pictures = world->pictures, .codes = world->codes, .count = IMAGES,
    .places = world->places };
  world->pullbacks.traversals[0] = &world->traversal;
}

static double latent[] = { 1, 2, 3, 4 }, straight[] = { 2.2, 4.4, 6.6, 9 },
              geodesic[] = { 2, 4, 6, 8.5 };
static bool converged[] = { true, true, false, true };

static void
lengths_init (World *world, guint column)
{
  const StLiveQuery *query = &world->frame->query;
  world->lengths[column] = (StPairLengths) {
    .query = { .column = query->ids[column], .weights = query->weights[column],
               .images = query->images, .level = query->level },
    .dimension = 2, .pairs = PAIRS, .measured = DONE, .done = DONE, .unconverged = 1, .latent = latent,
    .straight = straight, .geodesic = geodesic, .converged = converged,
    .by_straight = { 0.991, 0.981, 2.2, 0.02 }, .by_geodesic = { 0.987, 0.967, 2.07, 0.034 } };
  world->pullbacks.lengths[column] = &world->lengths[column];
}

static void
world_init (World *world, StKind kind, StFigureKind figure)
{
  const Synthetic synthetic = { .images = IMAGES, .columns = 2, .levels = 5, .level = 0.25,
                                .kind = kind };
  memset (world, 0, sizeof *world);
  world->frame = synthetic_frame (&synthetic);
  traversal_init (world);
  lengths_init (world, 0);
  world->request = (StFigureRequest) {
    .kind = figure, .frame = world->frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .width = 700, .height = 400, .title = TRUE, .highlighted = -1,
    .pullbacks = &world->pullbacks, .model_title = "IRAE" };
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

static void
check_description (const StFigureRequest *request, const char *words, gboolean wanted)
{
  g_autofree char *description = st_figure_description (request);
  if ((strstr (description, words) != NULL) != wanted)
    g_error ("“%s” has%s “%s”", description, wanted ? " no" : "", words);
}

static double
first_pixel (const StScene *scene, const StItem *image, guint row, guint column)
{
  return scene->pixels->data[image->image.first + row * image->image.width + column] / 255.0;
}

/* ---- traversal ---- */

/* The first axis goes to the right and the second one up, whatever part of the pictures there is. */
static void
check_grid (World *world, double width, double height, guint x, guint y)
{
  world->request.width = width;
  world->request.height = height;
  StFigure *figure = st_figure_new (&world->request, NULL);
  const StItem *image = get_item (figure->base, ST_ITEM_IMAGE, NULL);
  g_autofree char *size = g_strdup_printf ("%u × %u", x, y);
  get_item (figure->overlay, ST_ITEM_TEXT, size);
  g_assert_cmpuint (image->image.width, ==, x * SHAPE);
  g_assert_cmpuint (image->image.height, ==, y * SHAPE);
  g_assert_cmpfloat_with_epsilon (image->image.rect.width / x, image->image.rect.height / y, 1e-9);
  g_assert_cmpfloat (image->image.rect.width, <=, width);
  const guint right = image->image.width - 1, bottom = image->image.height - 1;
  g_assert_cmpfloat_with_epsilon (first_pixel (figure->base, image, bottom, 0),
                                  brightness_of (0, 0), 0.003);
  g_assert_cmpfloat_with_epsilon (first_pixel (figure->base, image, bottom, right),
                                  brightness_of (SIDE - 1, 0), 0.003);
  g_assert_cmpfloat_with_epsilon (first_pixel (figure->base, image, 0, 0),
                                  brightness_of (0, SIDE - 1), 0.003);
  const guint step = (SIDE - 1) / (x - 1);
  g_assert_cmpfloat_with_epsilon (first_pixel (figure->base, image, bottom, SHAPE),
                                  brightness_of (step, 0), 0.003);
  st_figure_unref (figure);
}

static void
test_grid (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, ST_FIGURE_TRAVERSAL);
  check_grid (&world, 600, 400, 17, 17);
  check_grid (&world, 330, 330, 17, 17);
  check_grid (&world, 300, 176, 9, 5);
  check_grid (&world, 120, 120, 5, 5);
  /* On paper nothing is pointed at, so that no room is kept for it. */
  world.request.still = TRUE;
  check_grid (&world, 300, 176, 17, 5);
  world.request.highlighted = 1;
  check_grid (&world, 300, 176, 9, 5);
  world.request.highlighted = -1;
  world.request.still = FALSE;
  StFigure *figure = st_figure_new (&world.request, NULL);
  StFigure *same = st_figure_new (&world.request, figure);
  g_assert_true (same->base == figure->base);
  world.traversal.query.weights++;
  StFigure *other = st_figure_new (&world.request, figure);
  g_assert_true (other->base != figure->base);
  st_figure_unref (other);
  st_figure_unref (same);
  st_figure_unref (figure);
  st_frame_unref (world.frame);
}

/* The picture under the pointer is large, with its place; without a pointer that of the chosen
 * image. */
static void
test_pointer (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, ST_FIGURE_TRAVERSAL);
  StFigure *figure = st_figure_new (&world.request, NULL);
  const StRect rect = get_item (figure->base, ST_ITEM_IMAGE, NULL)->image.rect;
  const double size = rect.width / SIDE;
  g_assert_null (find_item (figure->marks, ST_ITEM_IMAGE, NULL));
  world.request.reads = TRUE;
  world.request.pointer = (StPoint) { rect.x + 4.3 * size, rect.y + rect.height - 2.4 * size };
  StFigure *pointed = st_figure_new (&world.request, figure);
  g_assert_true (pointed->base == figure->base && pointed->overlay == figure->overlay);
  const StItem *large = get_item (pointed->marks, ST_ITEM_IMAGE, NULL);
  g_assert_cmpfloat (large->image.rect.width, >, 3 * size);
  g_assert_cmpfloat (large->image.rect.x, >, rect.x + rect.width);
  g_assert_cmpfloat_with_epsilon (first_pixel (pointed->marks, large, 0, 0), brightness_of (4, 2),
                                  0.003);
  get_item (pointed->marks, ST_ITEM_TEXT, "z1 0.00 σ");
  get_item (pointed->marks, ST_ITEM_TEXT, "z2 −1.50 σ");

  world.request.reads = FALSE;
  world.request.highlighted = 10;
  StFigure *chosen = st_figure_new (&world.request, figure);
  const StItem *ring = get_item (chosen->marks, ST_ITEM_MARKER, NULL);
  g_assert_cmpfloat_with_epsilon (ring->marker.x, rect.x + 8.5 * size, 1e-6);
  g_assert_cmpfloat_with_epsilon (ring->marker.y, rect.y + rect.height - 10.5 * size, 1e-6);
  large = get_item (chosen->marks, ST_ITEM_IMAGE, NULL);
  g_assert_cmpfloat_with_epsilon (first_pixel (chosen->marks, large, 0, 0), brightness_of (8, 10),
                                  0.003);
  check_description (&world.request, "at z1 1.00 σ, z2 0.50 σ", TRUE);
  st_figure_unref (chosen);
  st_figure_unref (pointed);
  st_figure_unref (figure);
  st_frame_unref (world.frame);
}

static void
test_traversal_words (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, ST_FIGURE_TRAVERSAL);
  check_description (&world.request, "over z1 −1.00 to 3.00 σ, z2 −2.00 to 2.00 σ", TRUE);
  check_description (&world.request, "dimensions", FALSE);
  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, SIDE * SIDE);
  g_assert_cmpuint (st_table_columns (table), ==, 4);
  g_assert_cmpfloat (st_table_value (table, 1, 0), ==, -0.75);
  g_assert_cmpfloat (st_table_value (table, SIDE, 1), ==, -1.75);
  g_assert_cmpfloat (st_table_value (table, SIDE, 3), ==, 2 * SIDE + 1);
  world.traversal.query.weights++;
  check_description (&world.request, "of older weights", TRUE);
  world.traversal.dimension = 5;
  check_description (&world.request, "over axis 1 −1.00 to 3.00 σ", TRUE);
  check_description (&world.request, "a plane in 5 dimensions", TRUE);
  g_autofree char *definition = st_figure_define (&world.request);
  g_assert_nonnull (strstr (definition, "two first principal axes"));
  world.pullbacks.traversals[0] = NULL;
  check_description (&world.request, "Decoding a grid", TRUE);
  world.pullbacks.traversal_status[0] = st_failure (ST_NO_MEMORY, 1000, 0);
  check_description (&world.request, "memory", TRUE);
  st_frame_unref (world.frame);
}

/* ---- distances ---- */

/* Of a size that nothing else has; y of the last one. */
static guint
count_markers (const StScene *scene, double radius, gboolean hollow, double *y)
{
  guint n = 0;
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind != ST_ITEM_MARKER)
        continue;
      const StMarkerStyle *style = &g_array_index (scene->markers, StMarkerStyle,
                                                   item->marker.style);
      if (style->radius != radius || (style->outline.width > 0) != hollow)
        continue;
      *y = item->marker.y;
      n++;
    }
  return n;
}

static void
test_distances (void)
{
  World world;
  double ring = 0, point = 0, hollow = 0, lower = 0;
  world_init (&world, ST_KIND_IRAE, ST_FIGURE_DISTANCES);
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (count_markers (figure->overlay, 2, TRUE, &ring), ==, DONE);
  g_assert_cmpuint (count_markers (figure->overlay, 3, FALSE, &point), ==, DONE - 1);
  g_assert_cmpuint (count_markers (figure->overlay, 3, TRUE, &hollow), ==, 1);
  g_assert_cmpfloat (ring, <, point);
  const double bottom = figure->plot.y + figure->plot.height;
  g_assert_cmpfloat_with_epsilon ((bottom - point) / (bottom - ring), 8.5 / 9, 1e-9);
  g_assert_cmpfloat_with_epsilon ((bottom - hollow) / (bottom - ring), 6.0 / 9, 1e-9);
  get_item (figure->overlay, ST_ITEM_TEXT, "4 of 10 pairs");
  get_item (figure->overlay, ST_ITEM_TEXT, "Pearson 0.987, Spearman 0.967");
  get_item (figure->overlay, ST_ITEM_TEXT, "best scale 2.07, residual 3 %");
  get_item (figure->overlay, ST_ITEM_TEXT, "1 did not converge");

  /* Longer ones of another model: one axis for both. */
  static double longer[] = { 1, 2, 3, 18 };
  lengths_init (&world, 1);
  world.lengths[1].straight = longer;
  StFigure *shared = st_figure_new (&world.request, figure);
  g_assert_true (shared->base != figure->base);
  count_markers (shared->overlay, 3, FALSE, &lower);
  g_assert_cmpfloat_with_epsilon (bottom - lower, (bottom - point) / 2, 1e-9);

  /* The chosen image's pair. */
  world.request.highlighted = PAIRS + 3;
  StFigure *chosen = st_figure_new (&world.request, NULL);
  g_assert_cmpfloat_with_epsilon (get_item (chosen->marks, ST_ITEM_MARKER, NULL)->marker.y, lower,
                                  1e-9);
  world.request.highlighted = PAIRS + DONE;
  StFigure *undone = st_figure_new (&world.request, NULL);
  g_assert_null (find_item (undone->marks, ST_ITEM_MARKER, NULL));
  st_figure_unref (undone);
  st_figure_unref (chosen);
  st_figure_unref (shared);
  st_figure_unref (figure);
  st_frame_unref (world.frame);
}

static void
test_distances_words (void)
{
  World world;
  world_init (&world, ST_KIND_IRAE, ST_FIGURE_DISTANCES);
  check_description (&world.request, "4 of 10 pairs, latent distances and geodesics: Pearson 0.987,"
                     " Spearman 0.967, best scale 2.07, residual 3 %", TRUE);
  check_description (&world.request, "straight lines: Pearson 0.991", TRUE);
  check_description (&world.request, "of the geodesics 1 did not converge", TRUE);
  check_description (&world.request, "before", FALSE);
  g_autofree char *facts = st_figure_facts (&world.request);
  g_assert_nonnull (strstr (facts, "Straight lines: Pearson 0.991"));
  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, DONE);
  g_assert_cmpfloat (st_table_value (table, 2, 2), ==,
                     st_images_index (world.frame->query.images, PAIRS + 2));
  g_assert_cmpfloat (st_table_value (table, 2, 5), ==, 6);
  g_assert_cmpfloat (st_table_value (table, 2, 6), ==, 0);
  world.lengths[0].query.level = 0;
  check_description (&world.request, "of the level or the weights before", TRUE);
  world.lengths[0].by_geodesic.pearson = NAN;
  check_description (&world.request, "Pearson –", TRUE);
  world.lengths[0].done = 2;
  g_autoptr (StTable) partial = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (partial), ==, DONE);
  g_assert_cmpfloat (st_table_value (partial, 2, 4), ==, 6.6);
  g_assert_true (isnan (st_table_value (partial, 2, 5)));
  world.lengths[0].done = 0;
  check_description (&world.request, "geodesics: none yet; and straight lines: Pearson 0.991", TRUE);
  world.lengths[0].measured = world.lengths[0].pairs = 0;
  check_description (&world.request, "One image has no pair", TRUE);
  world.pullbacks.lengths[0] = NULL;
  check_description (&world.request, "Computing geodesics", TRUE);
  st_frame_unref (world.frame);
}

static void
test_maps (void)
{
  static const StFigureKind kinds[] = { ST_FIGURE_TRAVERSAL, ST_FIGURE_DISTANCES };
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      World world;
      world_init (&world, ST_KIND_CAE, kinds[i]);
      world.pullbacks = (StFigurePullbacks) { .ends = { -1, -1 } };
      check_description (&world.request, "here the latent is a map", TRUE);
      StFigure *figure = st_figure_new (&world.request, NULL);
      g_assert_null (find_item (figure->base, ST_ITEM_IMAGE, NULL));
      g_autoptr (StTable) table = st_figure_table (&world.request);
      g_assert_cmpuint (st_table_rows (table), ==, 0);
      st_figure_unref (figure);
      st_frame_unref (world.frame);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/grid", test_grid);
  g_test_add_func ("/vectors/pointer", test_pointer);
  g_test_add_func ("/vectors/traversal-words", test_traversal_words);
  g_test_add_func ("/vectors/distances", test_distances);
  g_test_add_func ("/vectors/distances-words", test_distances_words);
  g_test_add_func ("/vectors/maps", test_maps);
  return g_test_run ();
}
