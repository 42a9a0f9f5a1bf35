/* Models behind a dense layer, and models whose latent is a vector: what is measured of them,
 * and what there is not. */
#include "live-world.h"

#include <math.h>
#include <st-hilbert.h>
#include <st-reference.h>

enum { COUNT = 12 };

static StPool *
pool_of (uint32_t threads)
{
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  return pool;
}

static StResult *
measure (const StQuery *query)
{
  StPool *pool = pool_of (2);
  StResult *result;
  g_assert_true (st_ok (st_measure_all (query, pool, NULL, &result)));
  st_pool_free (pool);
  return result;
}

static StModel *
kind_model (StKind kind, uint32_t dimension, uint64_t seed)
{
  StSpec spec = st_spec_default (kind, ST_ENCODER_S2);
  spec.image = (StShape) { SMALL_SIDE, SMALL_SIDE, 1 };
  spec.channels = SMALL_CHANNELS;
  spec.dimension = dimension;
  spec.hidden[0] = spec.hidden[1] = 16;
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  st_model_initialise (&spec, seed, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}

/* A sample is drawn before the dense layer that expands it: the mean differs from it, and both
 * are what the network's own pass gives. */
static void
test_dense (void)
{
  StModel *model = kind_model (ST_KIND_VAE_DENSE, 6, 1);
  StImages *images = small_images (COUNT, ST_PERTURB_SALT_PEPPER, 0);
  StQuery query = { .model = model, .images = images, .oracle = TRUE, .seed = 3 };
  StResult *mean = measure (&query);
  query.latent = ST_LATENT_SAMPLE;
  StResult *sample = measure (&query);
  StWorkspace *workspace;
  g_assert_null (mean->oracle);   /* patches predict nothing behind a dense layer */
  g_assert_null (sample->oracle);
  g_assert_cmpuint (mean->lengths[0] + mean->lengths[1] + mean->lengths[2], ==, 2 + 2 + 4);

  g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
  guint different = 0;
  for (uint32_t i = 0; i < COUNT; i++)
    {
      float latent[16], rebuilt[64], room[64];
      const float *clean = st_images_clean (images, i, room);
      uint32_t index = st_images_index (images, i);
      st_model_latent (model, workspace, 1, clean, 3, &index, latent);
      st_model_decode (model, workspace, 1, latent, rebuilt);
      double squares = 0;
      for (guint p = 0; p < 64; p++)
        squares += pow ((double) rebuilt[p] - (double) clean[p], 2);
      g_assert_cmpfloat_with_epsilon (sample->psnr[i], -10 * log10 (squares / 64), 1e-6);
      different += mean->psnr[i] != sample->psnr[i];
    }
  g_assert_cmpuint (different, ==, COUNT);
  st_workspace_free (workspace);
  st_result_unref (sample);
  st_result_unref (mean);
  st_images_unref (images);
  st_model_unref (model);
}

/* A vector has no unfoldings: no eigenvalues, ranks of 0, no angles. */
static void
test_vector (void)
{
  static const StKind kinds[] = { ST_KIND_VAE_MLP, ST_KIND_AE_MLP };
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 0);
  StPool *pool = pool_of (2);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      StModel *model = kind_model (kinds[k], 2, k);
      StQuery query = { .model = model, .images = images, .level = 0.1, .oracle = TRUE,
                        .pictures = TRUE };
      StTriple ranks[COUNT];
      StHilbert *hilbert;
      StResult *result = measure (&query);
      for (guint i = 0; i < 3; i++)
        g_assert_cmpuint (result->lengths[i], ==, 0);
      g_assert_null (result->oracle);
      g_assert_cmpuint (result->done, ==, COUNT);
      g_assert_cmpuint (result->zero_images, ==, 0);
      g_assert_false (result->hilbert.known);
      g_assert_cmpfloat (st_result_psnr (result), >, 0);
      st_result_ranks (result, 1e-8, ranks);
      for (guint i = 0; i < COUNT; i++)
        g_assert_cmpuint (ranks[i].r[0] + ranks[i].r[1] + ranks[i].r[2], ==, 0);
      st_result_unref (result);
      g_assert_cmpint (st_hilbert_new (&query, ST_KERNEL_PROJECTION, 1e-8, 5, pool, NULL,
                                       &hilbert).code, ==, ST_SHAPE);
      st_model_unref (model);
    }
  st_pool_free (pool);
  st_images_unref (images);
}

/* Of two numbers the axes are z1 and z2 themselves, of more the principal ones, of one it and
 * nothing. */
static void
test_axes (void)
{
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 0);
  StPool *pool = pool_of (2);
  for (uint32_t dimension = 1; dimension <= 3; dimension++)
    {
      StModel *model = kind_model (ST_KIND_AE_MLP, dimension, 5);
      StQuery query = { .model = model, .images = images, .level = 0 };
      StReference *axes;
      StWorkspace *workspace;
      g_assert_true (st_ok (st_reference_new (&query, NULL, pool, NULL, &axes)));
      g_assert_cmpuint (axes->length, ==, dimension);
      g_assert_true ((axes->pca == NULL) == (dimension == 2));
      g_assert_cmpfloat_with_epsilon (axes->shares[0] + axes->shares[1],
                                      dimension < 3 ? 1 : axes->shares[0] + axes->shares[1],
                                      1e-12);
      g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
      double squares = 0;
      for (uint32_t i = 0; i < COUNT; i++)
        {
          float z[3], room[64];
          st_model_encode (model, workspace, 1, st_images_clean (images, i, room), z, NULL);
          squares += pow (axes->clean[2 * i], 2);
          if (dimension == 1)
            g_assert_cmpfloat (axes->clean[2 * i + 1], ==, 0);
          for (uint32_t j = 0; dimension == 2 && j < 2; j++)
            g_assert_cmpfloat_with_epsilon (axes->clean[2 * i + j] * axes->unit + axes->origin[j],
                                            (double) z[j], 1e-9);
        }
      g_assert_cmpfloat_with_epsilon (squares / COUNT, 1, 1e-9);   /* in its own deviations */
      query.reference = axes;
      StResult *result = measure (&query);
      for (uint32_t i = 0; i < 2 * COUNT; i++)   /* level 0: where the clean ones are */
        g_assert_cmpfloat_with_epsilon (result->embedding[i], axes->clean[i], 1e-12);
      st_result_unref (result);
      st_workspace_free (workspace);
      st_reference_unref (axes);
      st_model_unref (model);
    }
  st_pool_free (pool);
  st_images_unref (images);
}

/* Vectors beside tensors in the live worker: it completes, with angles where there are any. */
static void
test_live (void)
{
  StLiveQuery query;
  Bell bell = { 0 };
  StLive *live;
  query_init (&query, 3);
  st_model_unref (query.models[1]);
  st_model_unref (query.models[2]);
  query.models[1] = kind_model (ST_KIND_VAE_MLP, 2, 1);
  query.models[2] = kind_model (ST_KIND_AE_DENSE, 4, 2);
  query.subspace = 3;
  query.tolerance = 1e-8;
  g_assert_true (st_ok (st_live_new (2, ring, &bell, &live)));
  StFrame *frame = wait_angles (live, &bell, st_live_post (live, &query));
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (st_ok (frame->status[i]));
      g_assert_nonnull (frame->references[i]);
      g_assert_true (frame->now[i]->hilbert.known == (i != 1));
      g_assert_true (frame->sweep[i][4]->hilbert.known == (i != 1));
    }
  st_frame_unref (frame);

  /* Another net of the same kind in the same column is another net. */
  st_model_unref (query.models[1]);
  query.models[1] = kind_model (ST_KIND_VAE_MLP, 3, 1);
  query.weights[1]++;
  frame = wait_angles (live, &bell, st_live_post (live, &query));
  g_assert_cmpuint (frame->now[1]->latent.channels, ==, 3);
  g_assert_nonnull (frame->references[1]->pca);
  st_frame_unref (frame);
  st_live_free (live);
  st_live_query_clear (&query);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  st_blas_prepare ();
  g_test_add_func ("/kinds/dense", test_dense);
  g_test_add_func ("/kinds/vector", test_vector);
  g_test_add_func ("/kinds/axes", test_axes);
  g_test_add_func ("/kinds/live", test_live);
  return g_test_run ();
}
