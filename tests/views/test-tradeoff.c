/* Trade-off: of no sweep, of a part of one, and of all of it. */
#include "synthetic.h"

#include <st-scene-items.h>

#include <math.h>
#include <string.h>

enum { IMAGES = 20, LAMBDAS = 5, RUNS = 13, EPOCHS = 20 };

typedef struct World {
  StFrame *frame;
  StTradeoffResult result;
  StFigureTradeoff tradeoff;
  StIsometryResult isometry[2];
  StPullback pullback[2];
  StFigurePullbacks pullbacks;
  StFigureRequest request;
} World;

static void
list_points (StTradeoffResult *result)
{
  static const double lambdas[LAMBDAS] = { 0, 1, 10, 100, 1000 };
  for (guint i = 0; i < LAMBDAS; i++)
    for (StIsometry isometry = 0; isometry < ST_ISOMETRIES; isometry++)
      {
        const guint point = result->points++;
        result->point[point] = (StTradeoffPoint) { isometry, lambdas[i] };
        if (lambdas[i] > 0 || isometry == 0)
          result->run[result->runs++].point = result->point[point];
        result->of[0][point] = lambdas[i] > 0 ? result->runs - 1 : 0;
      }
}

/* The error grows and all measures fall along each line. */
static void
finish_runs (World *world, guint runs)
{
  for (guint i = 0; i < runs; i++)
    {
      StTradeoffRun *run = &world->result.run[i];
      run->state = ST_TRADEOFF_DONE;
      run->epoch = run->measured = EPOCHS;
      run->mse = 0.03 + 0.001 * i;
      run->measures = (StIsometryMeasures) {
        .mean_condition = 4 - 0.2 * i, .median_condition = 3, .relaxed = 0.9 - 0.02 * i,
        .strict = 500 - i, .conformal = 0.8 - 0.01 * i, .log_volume_variance = 0.5 - 0.01 * i };
    }
  world->result.ended = runs;
}

static void
world_init (World *world)
{
  const Synthetic synthetic = { .images = IMAGES, .columns = 2, .levels = 5, .level = 0.25,
                                .kind = ST_KIND_IRVAE };
  memset (world, 0, sizeof *world);
  world->frame = synthetic_frame (&synthetic);
  const StLiveQuery *query = &world->frame->query;
  world->result = (StTradeoffResult) {
    .generation = 1, .options = st_train_options_default (ST_KIND_IRVAE, ST_ENCODER_S2),
    .count = 12345, .measured = 200, .seeds = 1 };
  world->result.options.epochs = EPOCHS;
  list_points (&world->result);
  for (guint i = 0; i < RUNS; i++)
    world->result.run[i].mse = NAN;
  for (guint c = 0; c < 2; c++)
    {
      world->isometry[c] = (StIsometryResult) {
        .count = IMAGES, .dimension = 2, .mse = 0.035 + 0.001 * c,
        .measures = { .mean_condition = 2 + c, .relaxed = 0.7, .strict = 3, .conformal = 0.4,
                      .log_volume_variance = 0.2 } };
      world->pullback[c] = (StPullback) {
        .query = { .column = query->ids[c], .weights = query->weights[c],
                   .images = query->images, .level = query->level },
        .count = IMAGES, .isometry = &world->isometry[c] };
    }
  world->tradeoff.dataset = "fashion-mnist";
  world->request = (StFigureRequest) {
    .kind = ST_FIGURE_TRADEOFF, .frame = world->frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 520, .height = 420,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .highlighted = -1, .pullbacks = &world->pullbacks,
    .tradeoff = &world->tradeoff, .model_title = "MINE" };
}

static void
world_clear (World *world)
{
  st_frame_unref (world->frame);
}

/* Markers of a shape, but for those of samples of lines, which are smaller; the k-th of them. */
static guint
find_markers (const StScene *scene, StMarker shape, guint k, const StItem **found,
              const StMarkerStyle **style)
{
  guint n = 0;
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind != ST_ITEM_MARKER)
        continue;
      const StMarkerStyle *s = &g_array_index (scene->markers, StMarkerStyle, item->marker.style);
      if (s->shape != shape || s->radius < 4)
        continue;
      if (n++ == k && found != NULL)
        {
          *found = item;
          *style = s;
        }
    }
  return n;
}

static guint
count_markers (const StScene *scene, StMarker shape)
{
  return find_markers (scene, shape, 0, NULL, NULL);
}

static gboolean
has_text (const StScene *scene, const char *text)
{
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind == ST_ITEM_TEXT && strstr (item->text.text, text) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
check_description (const StFigureRequest *request, const char *words, gboolean there)
{
  g_autofree char *text = st_figure_description (request);
  if ((strstr (text, words) != NULL) != there)
    g_error ("“%s” is %s in “%s”", words, there ? "not" : "still", text);
}

static void
test_nothing (void)
{
  World world;
  world_init (&world);
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_true (has_text (figure->base, "Sweep λ"));
  g_assert_cmpuint (figure->overlay->items->len, ==, 0);
  st_figure_unref (figure);
  check_description (&world.request, "differ only in their regulariser", TRUE);
  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, 0);

  world.tradeoff.reading = TRUE;
  check_description (&world.request, "Reading images", TRUE);
  world.tradeoff.failure = "No images of any use.";
  check_description (&world.request, "No images of any use.", TRUE);
  g_autofree char *few = st_tradeoff_words_few (3, 100);
  g_assert_nonnull (strstr (few, "3 images"));
  world.request.tradeoff = NULL;
  check_description (&world.request, "Sweep λ", TRUE);
  world_clear (&world);
}

/* Two are done, the third is on its way and was measured a while ago, the rest waits. */
static void
test_some (void)
{
  World world;
  const StItem *item = NULL;
  const StMarkerStyle *style = NULL;
  world_init (&world);
  finish_runs (&world, 3);
  world.result.ended = 2;
  world.result.running = TRUE;
  world.result.run[2].state = ST_TRADEOFF_TRAINING;
  world.result.run[2].epoch = 6;
  world.result.run[2].measured = 5;
  world.tradeoff.result = &world.result;
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (count_markers (figure->base, ST_MARKER_CIRCLE), ==, 1);
  g_assert_cmpuint (count_markers (figure->base, ST_MARKER_TRIANGLE), ==, 0);
  g_assert_cmpuint (find_markers (figure->base, ST_MARKER_SQUARE, 0, &item, &style), ==, 1);
  const StColour panel = world.request.style->panel;
  g_assert_cmpmem (&style->fill, sizeof panel, &panel, sizeof panel);
  find_markers (figure->base, ST_MARKER_CIRCLE, 0, &item, &style);
  g_assert_true (memcmp (&style->fill, &panel, sizeof panel) != 0);
  g_assert_true (has_text (figure->overlay, "5 of 20 epochs"));
  g_assert_true (has_text (figure->base, "model 3 of 13, epoch 7 of 20"));
  check_description (&world.request, "strict, λ 1: MSE 0.032, mean cond(G) 3.6, epoch 5 of 20",
                     TRUE);
  check_description (&world.request, "conformal", FALSE);
  StFigure *same = st_figure_new (&world.request, figure);
  g_assert_true (same->base == figure->base && same->overlay == figure->overlay);
  st_figure_unref (same);

  /* One epoch on, in the words; stopped, in other ones. */
  world.result.run[2].epoch = 7;
  StFigure *next = st_figure_new (&world.request, figure);
  g_assert_true (next->base != figure->base);
  g_assert_true (has_text (next->base, "epoch 8 of 20"));
  st_figure_unref (next);
  world.result.running = FALSE;
  check_description (&world.request, "stopped: 2 of 13 models", TRUE);
  st_figure_unref (figure);
  world_clear (&world);
}

static double
value_of (const StTradeoffRun *run, StDistortion distortion)
{
  return st_distortion_of (distortion, &run->measures, 2);
}

/* Each point where the axes, both logarithmic, have its numbers. */
static void
check_places (World *world, StDistortion distortion)
{
  static const StMarker markers[ST_ISOMETRIES] = { ST_MARKER_CIRCLE, ST_MARKER_SQUARE,
                                                   ST_MARKER_TRIANGLE };
  world->tradeoff.distortion = distortion;
  StFigure *figure = st_figure_new (&world->request, NULL);
  const StRect plot = figure->plot;
  guint seen[ST_ISOMETRIES] = { 0 };
  for (guint i = 1; i < RUNS; i++)
    {
      const StTradeoffRun *run = &world->result.run[i];
      const StItem *item = NULL;
      const StMarkerStyle *style;
      find_markers (figure->base, markers[run->point.isometry], seen[run->point.isometry]++,
                    &item, &style);
      if (item == NULL)
        g_error ("run %u has no marker", i);
      g_assert_cmpint (figure->axes[0].shown.kind, ==, ST_SCALE_LOG10);
      g_assert_cmpint (figure->axes[1].shown.kind, ==, ST_SCALE_LOG10);
      g_assert_cmpfloat_with_epsilon (st_scale_value (&figure->axes[0].shown, item->marker.x),
                                      run->mse, 1e-6);
      g_assert_cmpfloat_with_epsilon (st_scale_value (&figure->axes[1].shown, item->marker.y),
                                      value_of (run, distortion),
                                      1e-6 * value_of (run, distortion));
      g_assert_cmpfloat (item->marker.x, >, plot.x);
      g_assert_cmpfloat (item->marker.x, <, plot.x + plot.width);
      g_assert_cmpfloat (item->marker.y, >, plot.y);
      g_assert_cmpfloat (item->marker.y, <, plot.y + plot.height);
    }
  g_assert_true (has_text (figure->base, st_name_distortion (distortion)));
  st_figure_unref (figure);
}

/* Lines are told apart by their dashes too. */
static void
check_lines (const StScene *scene)
{
  double on[ST_ISOMETRIES] = { 0 };
  guint n = 0;
  for (guint i = 0; i < scene->items->len; i++)
    {
      const StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind != ST_ITEM_POLYLINE || item->path.n == 2)   /* a sample is so short */
        continue;
      g_assert_cmpuint (n, <, ST_ISOMETRIES);
      g_assert_cmpuint (item->path.n, ==, LAMBDAS);
      on[n++] = item->path.pen.on;
    }
  g_assert_cmpuint (n, ==, ST_ISOMETRIES);
  g_assert_true (on[0] != on[1] && on[1] != on[2] && on[2] != on[0]);
}

static void
test_all (void)
{
  World world;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.tradeoff.result = &world.result;
  for (StDistortion distortion = 0; distortion < ST_DISTORTIONS; distortion++)
    check_places (&world, distortion);
  world.tradeoff.distortion = ST_DISTORTION_CONDITION;
  StFigure *figure = st_figure_new (&world.request, NULL);
  check_lines (figure->base);
  g_assert_cmpuint (count_markers (figure->base, ST_MARKER_DIAMOND), ==, 1);
  static const char *const labels[] = { "λ 0", "1", "10", "100", "1000" };
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    g_assert_true (has_text (figure->overlay, labels[i]));
  static const char *const names[] = { "scaled", "strict", "conformal", "MSE per pixel" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (has_text (figure->base, names[i]));
  g_assert_false (has_text (figure->base, "model"));
  st_figure_unref (figure);

  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, RUNS);
  g_assert_cmpstr (st_table_name (table, 1), ==, "lambda_strict");
  g_assert_cmpfloat (st_table_value (table, 0, 0), ==, 0);
  g_assert_cmpfloat (st_table_value (table, 2, 1), ==, 1);
  g_assert_cmpfloat (st_table_value (table, 2, 0), ==, 0);
  g_assert_cmpfloat (st_table_value (table, 12, 2), ==, 1000);
  g_autofree char *facts = st_figure_facts (&world.request);
  g_assert_nonnull (strstr (facts, "conformal, λ 1000: MSE 0.042, mean cond(G) 1.6\n"));
  g_autofree char *definition = st_figure_define (&world.request);
  g_assert_nonnull (strstr (definition, "784-256-256-2"));
  g_assert_nonnull (strstr (definition, "the same 12,345 images of Fashion-MNIST, 20 epochs"));
  g_assert_nonnull (strstr (definition, "measured on the 200 images that were shown then"));
  st_classes_set (&world.tradeoff.classes, 0, true);
  st_classes_set (&world.tradeoff.classes, 1, true);
  g_autofree char *of_two = st_figure_define (&world.request);
  g_assert_nonnull (strstr (of_two, "images of Fashion-MNIST (T-shirt/top, Trouser), 20 epochs"));
  world_clear (&world);
}

/* What has no numbers is said, and has no place. */
static void
test_undefined (void)
{
  World world;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.tradeoff.result = &world.result;
  StTradeoffRun *strict = &world.result.run[11];
  strict->state = ST_TRADEOFF_FAILED;
  strict->status = st_failure (ST_DIVERGED, 1, 1);
  strict->mse = NAN;
  strict->measured = 0;
  world.result.run[12].measures.singular_points = 3;
  world.result.run[12].measures.mean_condition = NAN;
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (count_markers (figure->base, ST_MARKER_SQUARE), ==, 3);
  g_assert_cmpuint (count_markers (figure->base, ST_MARKER_TRIANGLE), ==, 3);
  g_assert_true (has_text (figure->base, "diverged: strict, λ 1000"));
  g_assert_true (has_text (figure->base, "G is singular: conformal, λ 1000"));
  st_figure_unref (figure);
  check_description (&world.request, "strict, λ 1000: diverged", TRUE);
  check_description (&world.request, "mean cond(G) ∞", TRUE);

  /* Another distortion is defined there. */
  world.tradeoff.distortion = ST_DISTORTION_AREAS;
  figure = st_figure_new (&world.request, NULL);
  g_assert_cmpuint (count_markers (figure->base, ST_MARKER_TRIANGLE), ==, 4);
  g_assert_false (has_text (figure->base, "singular"));
  st_figure_unref (figure);
  world_clear (&world);
}

/* A model that rebuilds next to nothing stands outside the axes, where they reach. */
static void
test_outside (void)
{
  World world;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.tradeoff.result = &world.result;
  StFigure *near = st_figure_new (&world.request, NULL);
  world.result.run[11].mse = 0.3;
  StFigure *figure = st_figure_new (&world.request, NULL);
  g_assert_cmpfloat (figure->axes[0].whole.high, ==, near->axes[0].whole.high);
  g_assert_cmpfloat (figure->axes[0].reach.high, ==, 0.3);
  g_assert_true (has_text (figure->base, "outside: strict, λ 1000"));
  g_assert_false (has_text (near->base, "outside"));
  check_description (&world.request, "strict, λ 1000: MSE 0.3", TRUE);
  world.request.spans[0] = (StSpan) { figure->axes[0].reach.low, figure->axes[0].reach.high };
  StFigure *out = st_figure_new (&world.request, figure);
  g_assert_false (has_text (out->base, "outside"));
  st_figure_unref (near);
  st_figure_unref (figure);
  st_figure_unref (out);
  world_clear (&world);
}

/* The column's own model is marked, the others are rings, both where their numbers are. */
static void
test_models (void)
{
  World world;
  const StItem *item = NULL;
  const StMarkerStyle *style = NULL;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.tradeoff.result = &world.result;
  StFigure *without = st_figure_new (&world.request, NULL);
  g_assert_false (has_text (without->overlay, "MINE"));
  world.pullbacks.of[0] = &world.pullback[0];
  world.pullbacks.of[1] = &world.pullback[1];
  world.request.column = 1;
  world.request.model_index = 1;
  StFigure *figure = st_figure_new (&world.request, without);
  g_assert_true (figure->overlay != without->overlay);
  g_assert_true (has_text (figure->overlay, "MINE"));
  g_assert_cmpuint (find_markers (figure->overlay, st_style_marker (1), 0, &item, &style), ==, 1);
  g_assert_cmpfloat_with_epsilon (st_scale_value (&figure->axes[0].shown, item->marker.x), 0.036,
                                  1e-7);
  g_assert_cmpfloat_with_epsilon (st_scale_value (&figure->axes[1].shown, item->marker.y), 3,
                                  1e-6);
  g_assert_cmpuint (find_markers (figure->overlay, ST_MARKER_CIRCLE, 0, &item, &style), ==, 1);
  g_assert_cmpfloat (style->fill.a, ==, 0);
  check_description (&world.request, "this model: MSE 0.036, mean cond(G) 3", TRUE);
  g_autofree char *definition = st_figure_define (&world.request);
  g_assert_nonnull (strstr (definition, "measured at level 0.25"));
  g_autoptr (StTable) table = st_figure_table (&world.request);
  g_assert_cmpuint (st_table_rows (table), ==, RUNS + 1);
  g_assert_true (isnan (st_table_value (table, RUNS, 0)));
  st_figure_unref (without);
  st_figure_unref (figure);
  world_clear (&world);
}

/* Where other images are shown than those of the sweep, the column's own model is hollow, and words
 * say why; without a model there is nothing to say. */
static void
test_elsewhere (void)
{
  World world;
  const StItem *item = NULL;
  const StMarkerStyle *style = NULL;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.tradeoff.result = &world.result;
  world.tradeoff.elsewhere = TRUE;
  StFigure *without = st_figure_new (&world.request, NULL);
  g_assert_false (has_text (without->base, "images shown now"));
  world.pullbacks.of[1] = &world.pullback[1];
  world.request.column = 1;
  world.request.model_index = 1;
  world.tradeoff.elsewhere = FALSE;
  StFigure *same = st_figure_new (&world.request, without);
  g_assert_false (has_text (same->base, "images shown now"));
  find_markers (same->overlay, st_style_marker (1), 0, &item, &style);
  g_assert_nonnull (style);
  g_assert_cmpfloat (style->fill.a, ==, 1);
  check_description (&world.request, "images shown now", FALSE);

  world.tradeoff.elsewhere = TRUE;
  StFigure *other = st_figure_new (&world.request, same);
  g_assert_true (other->base != same->base && other->overlay != same->overlay);
  g_assert_true (has_text (other->base, "hollow models: on images shown now, not the sweep’s"));
  find_markers (other->overlay, st_style_marker (1), 0, &item, &style);
  g_assert_cmpfloat (style->fill.a, ==, 0);
  g_assert_cmpfloat (style->outline.width, >, 0);
  check_description (&world.request, "on the images shown now, not on those of the sweep", TRUE);
  g_autofree char *definition = st_figure_define (&world.request);
  g_assert_nonnull (strstr (definition, "sweep again to compare"));
  st_figure_unref (without);
  st_figure_unref (same);
  st_figure_unref (other);
  world_clear (&world);
}

/* Means with their ranges; of seeds that are not all there, hollow. */
static void
test_seeds (void)
{
  World world;
  const StItem *item = NULL;
  const StMarkerStyle *style = NULL;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.result.seeds = 2;
  for (guint i = 0; i < RUNS; i++)
    {
      world.result.run[RUNS + i] = world.result.run[i];
      world.result.run[RUNS + i].mse *= 1.1;
    }
  for (guint i = 0; i < world.result.points; i++)
    world.result.of[1][i] = world.result.of[0][i] + RUNS;
  world.result.runs = 2 * RUNS;
  world.result.ended = 2 * RUNS - 1;
  world.result.run[2 * RUNS - 1].state = ST_TRADEOFF_WAITING;
  world.tradeoff.result = &world.result;
  check_description (&world.request, "λ 0: MSE 0.0315 (0.03 to 0.033), mean cond(G) 4 (4 to 4), "
                                     "mean of 2 of 2 seeds", TRUE);
  check_description (&world.request, "mean of 1 of 2 seeds", TRUE);
  StFigure *figure = st_figure_new (&world.request, NULL);
  const StColour panel = world.request.style->panel;
  find_markers (figure->base, ST_MARKER_TRIANGLE, 3, &item, &style);
  g_assert_cmpmem (&style->fill, sizeof panel, &panel, sizeof panel);
  find_markers (figure->base, ST_MARKER_TRIANGLE, 2, &item, &style);
  g_assert_true (memcmp (&style->fill, &panel, sizeof panel) != 0);
  st_figure_unref (figure);
  g_autofree char *definition = st_figure_define (&world.request);
  g_assert_nonnull (strstr (definition, "seeds 0 to 1"));
  world_clear (&world);
}

/* A point says what it is to a pointer near it; zoomed in, what is outside is not there. */
static void
test_hands (void)
{
  World world;
  const StItem *item = NULL;
  const StMarkerStyle *style;
  world_init (&world);
  finish_runs (&world, RUNS);
  world.tradeoff.result = &world.result;
  StFigure *figure = st_figure_new (&world.request, NULL);
  find_markers (figure->base, ST_MARKER_TRIANGLE, 3, &item, &style);
  if (item == NULL)
    g_error ("no such marker");
  world.request.reads = TRUE;
  world.request.pointer = (StPoint) { item->marker.x + 2, item->marker.y - 1 };
  StFigure *near = st_figure_new (&world.request, figure);
  g_assert_true (near->base == figure->base && near->overlay == figure->overlay);
  g_assert_true (has_text (near->marks, "conformal, λ 1000"));
  g_assert_true (has_text (near->marks, "MSE 0.042"));
  g_assert_true (has_text (near->marks, "mean cond(G) 1.6"));
  world.request.pointer = (StPoint) { figure->plot.x + 3, figure->plot.y + figure->plot.height - 3 };
  StFigure *far = st_figure_new (&world.request, figure);
  g_assert_cmpuint (far->marks->items->len, ==, 0);
  world.request.spans[0] = (StSpan) { 0.0295, 0.0315 };
  StFigure *zoomed = st_figure_new (&world.request, figure);
  g_assert_false (has_text (zoomed->overlay, "1000"));
  g_assert_true (has_text (zoomed->overlay, "λ 0"));
  st_figure_unref (figure);
  st_figure_unref (near);
  st_figure_unref (far);
  st_figure_unref (zoomed);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tradeoff/nothing", test_nothing);
  g_test_add_func ("/tradeoff/some", test_some);
  g_test_add_func ("/tradeoff/all", test_all);
  g_test_add_func ("/tradeoff/undefined", test_undefined);
  g_test_add_func ("/tradeoff/outside", test_outside);
  g_test_add_func ("/tradeoff/models", test_models);
  g_test_add_func ("/tradeoff/elsewhere", test_elsewhere);
  g_test_add_func ("/tradeoff/seeds", test_seeds);
  g_test_add_func ("/tradeoff/hands", test_hands);
  return g_test_run ();
}
