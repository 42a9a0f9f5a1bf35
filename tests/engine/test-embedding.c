/* Embeddings of the small world: against facts from NumPy, against the functions of the layer
 * below put together by hand, and against themselves on other numbers of threads. */
#include "../geometry/synthetic.h"
#include "kernel-pca-facts.h"
#include "small-world.h"

#include <math.h>
#include <st-embedding.h>
#include <st-point.h>
#include <string.h>

enum { IMAGES = 20, LATENT = 2 * 2 * SMALL_CHANNELS };

static const double TOLERANCE = 1e-8;

static StPool *
pool_of (uint32_t threads)
{
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  return pool;
}

/* ---- kernel PCA's axes ---- */

static double *
synthetic_points (StShape shape, StKernel kernel, bool perturbed)
{
  size_t length = st_kernel_features (kernel, shape);
  double *features = st_alloc (KERNEL_PCA_N * length, sizeof *features), values[512];
  g_autofree float *latent = g_new (float, st_shape_size (shape));
  StPointWork *work;
  bool zero[3];
  g_assert_true (st_ok (st_point_work_new (shape, &work)));
  for (uint32_t i = 0; i < KERNEL_PCA_N; i++)
    {
      synthetic_latent (shape, i, perturbed, latent);
      g_assert_true (st_ok (st_point (latent, kernel, TOLERANCE, work, values, zero,
                                      features + i * length)));
    }
  st_point_work_free (work);
  return features;
}

/* Up to the sign of each axis. */
static void
assert_plane (const double *found, const double *expected, double unit, const double sign[2])
{
  for (int i = 0; i < 2 * KERNEL_PCA_N; i++)
    g_assert_cmpfloat_with_epsilon (found[i] * unit * sign[i % 2], expected[i], 1e-9);
}

static void
check_axes (const KernelPcaFact *fact, StPool *pool)
{
  StShape shape = { fact->height, fact->width, fact->channels };
  StKernel kernel;
  StEmbeddingAxes *axes, *mirrored;
  double now[2 * KERNEL_PCA_N], sign[2];
  g_assert_true (st_kernel_from_any_name (fact->kernel, &kernel));
  size_t length = st_kernel_features (kernel, shape);
  double *shown = synthetic_points (shape, kernel, true);
  g_assert_true (st_ok (st_embedding_axes_new (kernel, KERNEL_PCA_N, length,
                                               synthetic_points (shape, kernel, false), NULL, pool,
                                               NULL, &axes)));
  g_assert_true (st_ok (st_embedding_axes_project (axes, KERNEL_PCA_N, shown, pool, now)));
  g_assert_cmpfloat_with_epsilon (axes->unit, fact->deviation, 1e-10);
  for (int j = 0; j < 2; j++)
    {
      g_assert_cmpfloat_with_epsilon (axes->shares[j], fact->shares[j], 1e-10);
      sign[j] = axes->clean[j] * fact->clean[j] < 0 ? -1 : 1;
    }
  assert_plane (axes->clean, fact->clean, axes->unit, sign);
  assert_plane (now, fact->now, axes->unit, sign);

  /* Turned round, they turn round what is fitted after them. */
  for (int i = 0; i < 2 * KERNEL_PCA_N; i++)
    axes->clean[i] = -axes->clean[i];
  g_assert_true (st_ok (st_embedding_axes_new (kernel, KERNEL_PCA_N, length,
                                               synthetic_points (shape, kernel, false), axes, pool,
                                               NULL, &mirrored)));
  g_assert_true (st_ok (st_embedding_axes_project (mirrored, KERNEL_PCA_N, shown, pool, now)));
  sign[0] = -sign[0];
  sign[1] = -sign[1];
  assert_plane (mirrored->clean, fact->clean, mirrored->unit, sign);
  assert_plane (now, fact->now, mirrored->unit, sign);
  st_embedding_axes_free (mirrored);
  st_embedding_axes_free (axes);
  st_free (shown);
}

static void
test_axes (void)
{
  StPool *pool = pool_of (2);
  for (gsize i = 0; i < G_N_ELEMENTS (KERNEL_PCA_FACTS); i++)
    check_axes (&KERNEL_PCA_FACTS[i], pool);
  st_pool_free (pool);
}

/* A Gaussian of points that coincide has no width; other kernels have axes of no length. */
static void
test_axes_of_one_point (void)
{
  StPool *pool = pool_of (1);
  for (StKernel kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    {
      StEmbeddingAxes *axes = NULL;
      double *features = st_alloc (3 * 4, sizeof *features);
      for (int i = 0; i < 12; i++)
        features[i] = 0.25 * (i % 4);
      StStatus status = st_embedding_axes_new (kernel, 3, 4, features, NULL, pool, NULL, &axes);
      g_assert_cmpint (status.code, ==, st_kernel_is_gaussian (kernel) ? ST_RANGE : ST_OK);
      for (int i = 0; axes != NULL && i < 6; i++)
        g_assert_cmpfloat (axes->clean[i], ==, 0);
      st_embedding_axes_free (axes);
    }
  st_pool_free (pool);
}

/* ---- whole embeddings ---- */

static StEmbeddingQuery
query_of (StKind kind, double level, StEmbeddingMethod method)
{
  static uint64_t ticket;
  return (StEmbeddingQuery) {
    .ticket = ++ticket, .column = 1, .method = method, .tolerance = TOLERANCE,
    .of = { .model = small_model (kind, 3), .weights = 1, .level = level, .seed = 5,
            .images = small_images (IMAGES, ST_PERTURB_GAUSSIAN, 5) },
  };
}

static void
release (StEmbeddingQuery *query)
{
  st_embedding_query_clear (query);
}

static StEmbedding *
make (const StEmbeddingQuery *query, uint32_t threads, const StEmbeddingWatch *watch)
{
  StPool *pool = pool_of (threads);
  StEmbedding *embedding;
  g_assert_true (st_ok (st_embedding_make (query, NULL, NULL, pool, watch, &embedding)));
  st_pool_free (pool);
  return embedding;
}

static void
add_reference (StEmbeddingQuery *query)
{
  StPool *pool = pool_of (1);
  g_assert_true (st_ok (st_reference_new (&query->of, NULL, pool, NULL, &query->of.reference)));
  st_pool_free (pool);
}

/* Latent tensors of the images at the query's level. */
static float *
encode (const StEmbeddingQuery *query, double level)
{
  const StSpec *spec = st_model_spec (query->of.model);
  float *latents = g_new (float, IMAGES * LATENT), shown[SMALL_SIDE * SMALL_SIDE];
  StWorkspace *workspace;
  g_assert_true (st_ok (st_workspace_new (spec, 1, &workspace)));
  for (uint32_t i = 0; i < IMAGES; i++)
    {
      st_images_perturbed (query->of.images, i, level, shown);
      st_model_encode (query->of.model, workspace, 1, shown, latents + i * LATENT, NULL);
    }
  st_workspace_free (workspace);
  return latents;
}

static void
assert_judged (const StEmbedding *embedding, const double *distances)
{
  StNeighbours expected;
  g_assert_true (st_ok (st_neighbours (IMAGES, distances, embedding->now, &expected)));
  g_assert_true (embedding->neighbours.known);
  g_assert_cmpuint (embedding->neighbours.k, ==, ST_NEIGHBOURS);
  g_assert_cmpfloat_with_epsilon (embedding->neighbours.trustworthiness, expected.trustworthiness,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (embedding->neighbours.continuity, expected.continuity, 1e-12);
  g_assert_cmpfloat (expected.trustworthiness, <, 1);
}

/* The live worker's axes are judged by distances between latent tensors. */
static void
test_judges_pca (void)
{
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.2, ST_EMBEDDING_PCA);
  add_reference (&query);
  StEmbedding *embedding = make (&query, 2, NULL);
  g_autofree float *latents = encode (&query, 0.2);
  double distances[IMAGES * IMAGES];
  g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_DONE);
  g_assert_cmpuint (embedding->count, ==, IMAGES);
  for (uint32_t i = 0; i < IMAGES; i++)
    {
      double expected[2];
      st_reference_project (query.of.reference, latents + i * LATENT, expected);
      g_assert_cmpfloat (embedding->now[2 * i], ==, expected[0]);
      g_assert_cmpfloat (embedding->now[2 * i + 1], ==, expected[1]);
      for (uint32_t j = 0; j < IMAGES; j++)
        {
          double sum = 0;
          for (uint32_t l = 0; l < LATENT; l++)
            sum += pow ((double) latents[i * LATENT + l] - (double) latents[j * LATENT + l], 2);
          distances[i * IMAGES + j] = sqrt (sum);
        }
    }
  assert_judged (embedding, distances);
  st_embedding_unref (embedding);
  release (&query);
}

static double *
features_of (const StEmbeddingQuery *query, double level, size_t *length)
{
  StShape shape = { 2, 2, SMALL_CHANNELS };
  g_autofree float *latents = encode (query, level);
  double values[16];
  StPointWork *work;
  bool zero[3];
  *length = st_kernel_features (query->kernel, shape);
  double *features = st_alloc (IMAGES * *length, sizeof *features);
  g_assert_true (st_ok (st_point_work_new (shape, &work)));
  for (uint32_t i = 0; i < IMAGES; i++)
    g_assert_true (st_ok (st_point (latents + i * LATENT, query->kernel, TOLERANCE, work, values,
                                    zero, features + i * *length)));
  st_point_work_free (work);
  return features;
}

static void
check_kernel_pca (StKernel kernel, uint32_t threads)
{
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.3, ST_EMBEDDING_KERNEL_PCA);
  query.kernel = kernel;
  size_t length;
  double *clean = features_of (&query, 0, &length), *shown = features_of (&query, 0.3, &length);
  StPool *pool = pool_of (1);
  StEmbeddingAxes *axes;
  double expected[2 * IMAGES], distances[IMAGES * IMAGES];
  g_assert_true (st_ok (st_embedding_axes_new (kernel, IMAGES, length, clean, NULL, pool, NULL,
                                               &axes)));
  g_assert_true (st_ok (st_embedding_axes_project (axes, IMAGES, shown, pool, expected)));
  StEmbedding *embedding = make (&query, threads, NULL);
  g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_DONE);
  g_assert_cmpmem (embedding->clean, sizeof expected, axes->clean, sizeof expected);
  g_assert_cmpmem (embedding->now, sizeof expected, expected, sizeof expected);
  g_assert_cmpfloat (embedding->shares[0], ==, axes->shares[0]);
  g_assert_cmpfloat (embedding->sigma, ==, axes->sigma);
  for (uint32_t i = 0; i < IMAGES; i++)
    for (uint32_t j = 0; j < IMAGES; j++)
      {
        double d = st_kernel_distance (length, shown + i * length, shown + j * length);
        if (st_kernel_is_gaussian (kernel))
          d = sqrt (2 - 2 * exp (-d * d / (2 * axes->sigma * axes->sigma)));
        distances[i * IMAGES + j] = d;
      }
  assert_judged (embedding, distances);
  st_embedding_unref (embedding);
  st_embedding_axes_free (axes);
  st_free (shown);
  st_pool_free (pool);
  release (&query);
}

static void
test_kernel_pca (void)
{
  for (StKernel kernel = 0; kernel < ST_KERNELS_ALL; kernel++)
    {
      check_kernel_pca (kernel, 1);
      check_kernel_pca (kernel, 3);
    }
}

/* What is kept: a level leaves the axes, bit for bit, and level 0 moves nothing. */
static void
test_keeps_axes (void)
{
  StPool *pool = pool_of (2);
  StEmbeddingKeep keep = { 0 };
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.3, ST_EMBEDDING_KERNEL_PCA);
  StEmbedding *first, *second, *other;
  query.kernel = ST_KERNEL_LOG_EUCLIDEAN;
  g_assert_true (st_ok (st_embedding_make (&query, &keep, NULL, pool, NULL, &first)));
  const StEmbeddingAxes *axes = keep.axes;
  query.of.level = 0;
  query.tolerance = 1e-6;   /* nothing to this kernel */
  g_assert_true (st_ok (st_embedding_make (&query, &keep, NULL, pool, NULL, &second)));
  g_assert_true (keep.axes == axes);
  gsize size = 2 * IMAGES * sizeof (double);
  g_assert_cmpmem (first->clean, size, second->clean, size);
  g_assert_cmpmem (second->now, size, second->clean, size);
  g_assert_cmpint (memcmp (first->now, first->clean, size), !=, 0);
  /* Other weights, other axes, which point alike. */
  query.of.weights = 2;
  g_assert_true (st_ok (st_embedding_make (&query, &keep, NULL, pool, NULL, &other)));
  g_assert_true (keep.query.of.weights == 2);
  g_assert_cmpmem (other->clean, size, second->clean, size);
  st_embedding_unref (first);
  st_embedding_unref (second);
  st_embedding_unref (other);
  st_embedding_keep_clear (&keep);
  st_pool_free (pool);
  release (&query);
}

/* ---- t-SNE ---- */

/* What was shown on the way, and when to interfere. */
typedef struct Seen {
  guint shown, running;
  StCancel cancel, stop;
  guint at;               /* rests until cancelled; 0: never */
  gboolean stops;
  guint rests;
} Seen;

static void
see (void *context, StEmbedding *embedding)
{
  Seen *seen = context;
  seen->shown++;
  seen->running += embedding->state == ST_EMBEDDING_RUNNING;
  g_assert_cmpuint (embedding->iteration, <, ST_TSNE_ITERATIONS);
  st_embedding_unref (embedding);
}

static void
rest (void *context)
{
  Seen *seen = context;
  if (++seen->rests != seen->at)
    return;
  if (seen->stops)
    st_cancel_ask (&seen->stop);
  st_cancel_ask (&seen->cancel);
}

static StEmbeddingWatch
watch_of (Seen *seen)
{
  return (StEmbeddingWatch) { &seen->cancel, &seen->stop, see, rest, seen };
}

/* Clean and shown points of one level, in one map. */
static void
test_tsne (void)
{
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.3, ST_EMBEDDING_TSNE);
  query.metric = ST_METRIC_FROBENIUS;
  StEmbedding *one = make (&query, 1, NULL), *three = make (&query, 3, NULL);
  gsize size = 2 * IMAGES * sizeof (double);
  g_assert_cmpint (one->state, ==, ST_EMBEDDING_DONE);
  g_assert_cmpuint (one->points, ==, 2 * IMAGES);
  g_assert_cmpuint (one->iteration, ==, ST_TSNE_ITERATIONS);
  g_assert_cmpfloat (one->perplexity, ==, (2 * IMAGES - 1) / 3.0);
  g_assert_cmpfloat (one->divergence, >, 0);
  g_assert_cmpmem (one->clean, size, three->clean, size);
  g_assert_cmpmem (one->now, size, three->now, size);
  g_assert_cmpfloat (one->divergence, ==, three->divergence);
  g_assert_cmpfloat (one->neighbours.trustworthiness, ==, three->neighbours.trustworthiness);

  /* The map is that of the distances, written out here. */
  size_t length;
  query.kernel = ST_KERNEL_FROBENIUS;
  double *clean = features_of (&query, 0, &length), *shown = features_of (&query, 0.3, &length);
  g_autofree double *distances = g_new (double, 4 * IMAGES * IMAGES);
  for (uint32_t i = 0; i < 2 * IMAGES; i++)
    for (uint32_t j = 0; j < 2 * IMAGES; j++)
      distances[i * 2 * IMAGES + j] = st_kernel_distance (
        length, i < IMAGES ? clean + i * length : shown + (i - IMAGES) * length,
        j < IMAGES ? clean + j * length : shown + (j - IMAGES) * length);
  StTsne *tsne;
  g_assert_true (st_ok (st_tsne_new (2 * IMAGES, distances, query.of.seed, NULL, NULL, &tsne)));
  double begun = st_tsne_divergence (tsne, NULL);
  g_assert_cmpfloat (one->divergence, <, 0.9 * begun);
  st_tsne_free (tsne);
  for (uint32_t i = 0; i < IMAGES; i++)
    memmove (distances + i * IMAGES, distances + (IMAGES + i) * 2 * IMAGES + IMAGES,
             IMAGES * sizeof *distances);
  assert_judged (one, distances);
  st_free (clean);
  st_free (shown);
  st_embedding_unref (one);
  st_embedding_unref (three);

  /* Another seed, another map; no level, the clean points alone. */
  query.of.seed = 6;
  query.of.level = 0;
  StEmbedding *other = make (&query, 2, NULL);
  g_assert_cmpuint (other->points, ==, IMAGES);
  g_assert_cmpmem (other->clean, size, other->now, size);
  st_embedding_unref (other);
  release (&query);
}

/* Every distance that is defined gives a map; Gaussians know their width. */
static void
test_metrics (void)
{
  static const StEmbeddingMetric metrics[] = { ST_METRIC_KERNEL, ST_METRIC_EUCLIDEAN,
                                               ST_METRIC_LOG_EUCLIDEAN, ST_METRIC_YE_LIM };
  for (gsize i = 0; i < G_N_ELEMENTS (metrics); i++)
    {
      StEmbeddingQuery query = query_of (ST_KIND_VAE, 0.3, ST_EMBEDDING_TSNE);
      query.metric = metrics[i];
      query.kernel = ST_KERNEL_GAUSSIAN_FROBENIUS;
      StEmbedding *embedding = make (&query, 2, NULL);
      g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_DONE);
      g_assert_true (embedding->neighbours.known);
      g_assert_cmpint (embedding->sigma > 0, ==, metrics[i] == ST_METRIC_KERNEL);
      g_assert_cmpint (embedding->factors[2], ==, metrics[i] == ST_METRIC_YE_LIM);
      st_embedding_unref (embedding);
      release (&query);
    }
}

/* Four channels of 2 x 2 cells: S3 has rank 3 at most, so S1 and S2 alone make the distance. */
static void
test_affine_invariant (void)
{
  StEmbeddingQuery query = query_of (ST_KIND_VAE, 0.5, ST_EMBEDDING_TSNE);
  query.metric = ST_METRIC_AFFINE_INVARIANT;
  StEmbedding *embedding = make (&query, 2, NULL);
  g_assert_true (embedding->factors[0] && embedding->factors[1] && !embedding->factors[2]);
  /* Left of each clean image all is black, so S2 has one row of zeros; S3, never of full rank, is
   * not asked. */
  g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_UNDEFINED);
  g_assert_cmpuint (embedding->pair.a, ==, 1);
  g_assert_cmpint (embedding->pair.why.why[0], ==, ST_DEFINED);
  g_assert_cmpint (embedding->pair.why.why[1], ==, ST_UNDEFINED_RANK);
  g_assert_cmpuint (embedding->ranks[0][1], ==, 1);
  st_embedding_unref (embedding);
  release (&query);
}

/* Noise changes ranks: there is no way between the strata, and nothing is drawn.  The first such
 * pair is named, whatever the number of threads. */
static void
test_undefined (void)
{
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.3, ST_EMBEDDING_TSNE);
  query.metric = ST_METRIC_BONNABEL_SEPULCHRE;
  query.tolerance = 1e-2;
  StEmbedding *one = make (&query, 1, NULL), *four = make (&query, 4, NULL);
  g_assert_cmpint (one->state, ==, ST_EMBEDDING_UNDEFINED);
  g_assert_true (one->pair.found);
  g_assert_null (one->clean);
  g_assert_null (one->now);
  g_assert_false (one->neighbours.known);
  g_assert_cmpuint (one->pair.a, ==, four->pair.a);
  g_assert_cmpuint (one->pair.b, ==, four->pair.b);
  g_assert_cmpuint (one->pair.b, <, one->pair.a);
  g_assert_cmpint (memcmp (one->ranks[0], one->ranks[1], sizeof one->ranks[0]), !=, 0);
  st_embedding_unref (one);
  st_embedding_unref (four);
  release (&query);
}

/* A vector has no unfoldings, but distances of its own. */
static void
test_vectors (void)
{
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0, ST_EMBEDDING_RAW);
  g_assert_false (st_embedding_query_suits (&query));
  add_reference (&query);
  g_assert_false (st_embedding_query_suits (&query));   /* a tensor */
  StEmbedding *embedding = make (&query, 1, NULL);
  g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_FAILED);
  g_assert_cmpint (embedding->status.code, ==, ST_SHAPE);
  g_assert_null (embedding->now);
  st_embedding_unref (embedding);
  release (&query);
}

static void
test_stops (void)
{
  StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.3, ST_EMBEDDING_TSNE);
  Seen seen = { .at = 8, .stops = TRUE };
  StEmbeddingWatch watch = watch_of (&seen);
  StEmbedding *embedding = make (&query, 2, &watch);
  g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_STOPPED);
  g_assert_cmpuint (embedding->iteration, ==, 5 * 7);   /* asked before the eighth five */
  g_assert_nonnull (embedding->now);
  g_assert_true (embedding->neighbours.known);
  st_embedding_unref (embedding);

  /* Before it has begun there is nothing to be kept. */
  Seen early = { .at = 1 };
  watch = watch_of (&early);
  st_cancel_ask (&early.stop);
  st_cancel_ask (&early.cancel);
  embedding = make (&query, 2, &watch);
  g_assert_cmpint (embedding->state, ==, ST_EMBEDDING_STOPPED);
  g_assert_cmpuint (embedding->iteration, ==, 0);
  g_assert_null (embedding->now);
  st_embedding_unref (embedding);
  release (&query);
}

/* Given up within the iteration in which it was asked, and before any chunk of the others. */
static void
test_cancels (void)
{
  StPool *pool = pool_of (2);
  for (StEmbeddingMethod method = 0; method < ST_EMBEDDING_METHODS; method++)
    {
      StEmbeddingQuery query = query_of (ST_KIND_CAE, 0.3, method);
      Seen seen = { .at = 3 };
      StEmbeddingWatch watch = watch_of (&seen);
      StEmbedding *embedding = NULL;
      if (method == ST_EMBEDDING_RAW)
        {
          release (&query);
          continue;
        }
      if (method == ST_EMBEDDING_PCA)
        add_reference (&query);
      if (method != ST_EMBEDDING_TSNE)
        st_cancel_ask (&seen.cancel);
      StStatus status = st_embedding_make (&query, NULL, NULL, pool, &watch, &embedding);
      g_assert_cmpint (status.code, ==, ST_CANCELLED);
      g_assert_null (embedding);
      g_assert_cmpuint (seen.rests, ==, method == ST_EMBEDDING_TSNE ? 3 : 0);
      release (&query);
    }
  st_pool_free (pool);
}

static void
test_names (void)
{
  StEmbeddingMethod method;
  StEmbeddingMetric metric;
  for (StEmbeddingMethod i = 0; i < ST_EMBEDDING_METHODS; i++)
    {
      g_assert_true (st_embedding_method_from_name (st_embedding_method_name (i), &method));
      g_assert_cmpint (method, ==, i);
    }
  for (StEmbeddingMetric i = 0; i < ST_METRICS; i++)
    {
      g_assert_true (st_embedding_metric_from_name (st_embedding_metric_name (i), &metric));
      g_assert_cmpint (metric, ==, i);
    }
  g_assert_false (st_embedding_method_from_name ("umap", &method));
  g_assert_false (st_embedding_metric_from_name ("cosine", &metric));
}

int
main (int argc, char *argv[])
{
  st_blas_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/embedding/axes", test_axes);
  g_test_add_func ("/embedding/axes-of-one-point", test_axes_of_one_point);
  g_test_add_func ("/embedding/judges-pca", test_judges_pca);
  g_test_add_func ("/embedding/kernel-pca", test_kernel_pca);
  g_test_add_func ("/embedding/keeps-axes", test_keeps_axes);
  g_test_add_func ("/embedding/tsne", test_tsne);
  g_test_add_func ("/embedding/metrics", test_metrics);
  g_test_add_func ("/embedding/affine-invariant", test_affine_invariant);
  g_test_add_func ("/embedding/undefined", test_undefined);
  g_test_add_func ("/embedding/vectors", test_vectors);
  g_test_add_func ("/embedding/stops", test_stops);
  g_test_add_func ("/embedding/cancels", test_cancels);
  g_test_add_func ("/embedding/names", test_names);
  return g_test_run ();
}
