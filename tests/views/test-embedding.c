/* What latent scatters say of each picture of the latents, and what they keep quiet. */
#include "synthetic.h"

#include <st-scene-svg.h>

#include <math.h>
#include <string.h>

enum { IMAGES = 60 };

/* A picture of column 0 as the engine might have made it. */
typedef struct Picture {
  StFrame *frame;
  StEmbedding embedding;
  StFigureEmbeddings embeddings;
  StFigureRequest request;
  double clean[2 * IMAGES], now[2 * IMAGES];
} Picture;

static void
picture_init (Picture *picture, StEmbeddingMethod method)
{
  const Synthetic synthetic = { .images = IMAGES, .columns = 2, .levels = 5, .level = 0.25 };
  memset (picture, 0, sizeof *picture);
  picture->frame = synthetic_frame (&synthetic);
  const StLiveQuery *query = &picture->frame->query;
  for (guint i = 0; i < 2 * IMAGES; i++)
    {
      picture->clean[i] = sin (i);
      picture->now[i] = picture->clean[i] + (i % 2 == 0 ? 3 : -4);
    }
  picture->embedding = (StEmbedding) {
    .state = ST_EMBEDDING_DONE, .count = IMAGES, .clean = picture->clean, .now = picture->now,
    .shares = { 0.31, 0.18 }, .neighbours = { TRUE, 5, 0.9712, 0.9834 }, .points = 2 * IMAGES,
    .iteration = ST_TSNE_ITERATIONS, .perplexity = 30, .divergence = 0.4124,
    .query = {
      .method = method, .metric = ST_METRIC_FROBENIUS, .kernel = ST_KERNEL_LOG_EUCLIDEAN,
      .tolerance = 1e-8,
      .of = { .model = query->models[0], .images = query->images, .level = query->level,
              .weights = picture->frame->now[0]->weights },
    },
  };
  picture->embeddings = (StFigureEmbeddings) { .method = method, .metric = ST_METRIC_FROBENIUS,
                                               .of = { &picture->embedding } };
  picture->request = (StFigureRequest) {
    .kind = ST_FIGURE_SCATTER, .frame = picture->frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .width = 300, .height = 240, .title = TRUE, .highlighted = -1,
    .embeddings = &picture->embeddings,
  };
}

static void
picture_clear (Picture *picture)
{
  st_frame_unref (picture->frame);
}

static void
check (const Picture *picture, const char *wanted)
{
  char *words = st_figure_description (&picture->request);
  g_assert_cmpstr (words, ==, wanted);
  g_free (words);
}

/* All that is drawn in the figure, without the words for those who cannot see it. */
static char *
read_figure (const Picture *picture)
{
  StFigure *figure = st_figure_new (&picture->request, NULL);
  StScene *scene = st_figure_scene (figure, &picture->request);
  GBytes *svg = st_scene_svg (scene);
  gsize size;
  const char *text = g_bytes_get_data (svg, &size);
  const char *drawn = g_strstr_len (text, (gssize) size, "</desc>");
  g_assert_nonnull (drawn);
  char *copy = g_strndup (drawn, size - (gsize) (drawn - text));
  g_bytes_unref (svg);
  st_scene_unref (scene);
  st_figure_unref (figure);
  return copy;
}

static void
assert_written (const Picture *picture, const char *words, gboolean there)
{
  char *text = read_figure (picture);
  if ((strstr (text, words) != NULL) != there)
    g_error ("“%s” is %s in %s", words, there ? "not" : "there", text);
  g_free (text);
}

static void
test_pca (void)
{
  Picture picture;
  picture_init (&picture, ST_EMBEDDING_PCA);
  char *plain, *judged;
  plain = st_figure_description (&picture.request);
  g_assert_true (g_str_has_suffix (plain, "axes hold 39 % and 17 %, trustworthiness 0.971, "
                                          "continuity 0.983"));
  assert_written (&picture, "T 0.971, C 0.983", TRUE);
  /* Of another level: these points are not judged yet. */
  picture.embedding.query.of.level = 0.1;
  judged = st_figure_description (&picture.request);
  g_assert_null (strstr (judged, "trustworthiness"));
  assert_written (&picture, "T …, C …", TRUE);
  g_free (plain);
  g_free (judged);
  picture_clear (&picture);
}

static void
test_kernel_pca (void)
{
  Picture picture;
  picture_init (&picture, ST_EMBEDDING_KERNEL_PCA);
  check (&picture, "level 0.25, points moved 5.00 σ on average, axes hold 31 % and 18 %, kernel "
                   "PCA, Log-Euclidean kernel, trustworthiness 0.971, continuity 0.983");
  assert_written (&picture, "PC1 31 %, PC2 18 %", TRUE);
  assert_written (&picture, "1 σ", TRUE);
  picture.request.highlighted = 3;
  char *words = st_figure_description (&picture.request);
  g_assert_true (g_str_has_suffix (words, ", image 3 moved 5.00 σ"));
  g_free (words);
  picture.request.highlighted = -1;

  /* The points of a level before are there until there are others, and say so. */
  picture.embedding.query.of.level = 0.1;
  assert_written (&picture, "of level 0.10, now 0.25", TRUE);
  picture.embeddings.of[0] = NULL;
  check (&picture, "level 0.25, Computing…");
  picture_clear (&picture);
}

static void
test_tsne (void)
{
  Picture picture;
  picture_init (&picture, ST_EMBEDDING_TSNE);
  check (&picture, "level 0.25, t-SNE, perplexity 30, KL 0.412, Frobenius distance, of level 0.25, "
                   "1,000 iterations, trustworthiness 0.971, continuity 0.983");
  assert_written (&picture, "Frobenius distance", TRUE);
  assert_written (&picture, "of level 0.25", TRUE);
  assert_written (&picture, "1 σ", FALSE);   /* a map has no unit */

  picture.embedding.state = ST_EMBEDDING_RUNNING;
  picture.embedding.iteration = 120;
  picture.embedding.perplexity = 19 + 2.0 / 3;
  picture.embedding.neighbours.known = FALSE;
  check (&picture, "level 0.25, t-SNE, perplexity 19.7, KL 0.412, Frobenius distance, of level "
                   "0.25, iteration 120 of 1,000");
  picture.embedding.state = ST_EMBEDDING_STOPPED;
  check (&picture, "level 0.25, t-SNE, perplexity 19.7, KL 0.412, Frobenius distance, of level "
                   "0.25, stopped at iteration 120");

  /* Of another level, of other weights, and, where ranks count, of another tolerance. */
  picture.embedding.state = ST_EMBEDDING_DONE;
  picture.embedding.query.of.level = 0;
  picture.embedding.query.of.weights++;
  picture.request.tolerance = 1e-4;
  assert_written (&picture, "of level 0, now 0.25", TRUE);
  assert_written (&picture, "of older weights", TRUE);
  assert_written (&picture, "of tolerance", FALSE);
  picture.embedding.query.metric = ST_METRIC_YE_LIM;
  assert_written (&picture, "of tolerance 1e−8", TRUE);
  picture_clear (&picture);
}

/* Nothing is drawn where there is nothing, and why is said. */
static void
test_undefined (void)
{
  Picture picture;
  picture_init (&picture, ST_EMBEDDING_TSNE);
  StEmbedding *embedding = &picture.embedding;
  embedding->state = ST_EMBEDDING_UNDEFINED;
  embedding->clean = embedding->now = NULL;
  embedding->query.metric = ST_METRIC_BONNABEL_SEPULCHRE;
  embedding->pair = (StEmbeddingPair) {
    .found = TRUE, .a = IMAGES + 7, .b = 3,
    .why = { .why = { ST_DEFINED, ST_DEFINED, ST_UNDEFINED_RANKS }, .used = { 1, 1, 1 } },
  };
  embedding->ranks[0][2] = 44;
  embedding->ranks[1][2] = 41;
  check (&picture, "level 0.25, The Bonnabel–Sepulchre distance is not defined between image 7 at "
                   "level 0.25, and image 3, clean: their ranks of S3 differ (44 and 41). Nothing "
                   "is drawn.");
  StFigure *figure = st_figure_new (&picture.request, NULL);
  g_assert_cmpuint (figure->hits->len, ==, 0);
  st_figure_unref (figure);
  StTable *table = st_figure_table (&picture.request);
  g_assert_cmpuint (st_table_rows (table), ==, 0);
  st_table_free (table);

  embedding->pair.found = FALSE;
  embedding->query.metric = ST_METRIC_KERNEL;
  embedding->query.kernel = ST_KERNEL_GAUSSIAN_FROBENIUS;
  char *words = st_figure_description (&picture.request);
  g_assert_nonnull (strstr (words, "Gaussian has no width"));
  g_free (words);
  picture.embeddings.method = ST_EMBEDDING_RAW;
  words = st_figure_description (&picture.request);
  g_assert_nonnull (strstr (words, "Raw axes are those of a latent of two numbers"));
  g_free (words);
  picture_clear (&picture);
}

/* Numbers go where the picture goes: into tables, and onto paper with their definitions. */
static void
test_leaves_the_window (void)
{
  Picture picture;
  picture_init (&picture, ST_EMBEDDING_TSNE);
  StTable *table = st_figure_table (&picture.request);
  static const char *const names[] = { "position", "label", "tsne_frobenius_clean_1",
                                       "tsne_frobenius_clean_2", "tsne_frobenius_now_1",
                                       "tsne_frobenius_now_2", "trustworthiness", "continuity",
                                       "level", "perplexity", "divergence", "iteration" };
  g_assert_cmpuint (st_table_columns (table), ==, G_N_ELEMENTS (names));
  g_assert_cmpuint (st_table_rows (table), ==, IMAGES);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (st_table_name (table, i), ==, names[i]);
  g_assert_cmpfloat (st_table_value (table, 9, 4), ==, picture.now[18]);
  g_assert_cmpfloat (st_table_value (table, 9, 7), ==, 0.9834);
  g_assert_cmpfloat (st_table_value (table, 9, 8), ==, 0.25);
  st_table_free (table);

  picture.request.caption = TRUE;
  picture.request.width = picture.request.height = 600;
  assert_written (&picture, "t-SNE, perplexity 30, KL 0.412", TRUE);
  assert_written (&picture, "T 0.971, C 0.983", TRUE);
  assert_written (&picture, "Frobenius distance", TRUE);
  assert_written (&picture, "of level 0.25", TRUE);
  assert_written (&picture, "Trustworthiness T", TRUE);
  for (StEmbeddingMethod method = 0; method < ST_EMBEDDING_METHODS; method++)
    for (StEmbeddingMetric metric = 0; metric < ST_METRICS; metric++)
      {
        picture.embeddings.method = method;
        picture.embeddings.metric = metric;
        char *words = st_figure_define (&picture.request);
        g_assert_nonnull (strstr (words, "continuity C"));
        g_assert_cmpint (strstr (words, "The distance") != NULL, ==, method == ST_EMBEDDING_TSNE);
        g_free (words);
      }
  picture_clear (&picture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/embedding/pca", test_pca);
  g_test_add_func ("/views/embedding/kernel-pca", test_kernel_pca);
  g_test_add_func ("/views/embedding/tsne", test_tsne);
  g_test_add_func ("/views/embedding/undefined", test_undefined);
  g_test_add_func ("/views/embedding/leaves-the-window", test_leaves_the_window);
  return g_test_run ();
}
