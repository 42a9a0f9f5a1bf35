/* Traversals: every picture is what the decoder makes of its code, codes lie on the plane that they
 * say, and its range is that of the clean images. */
#include "small-world.h"

#include <st-pca.h>
#include <st-traversal.h>

#include <math.h>

enum { COUNT = 12, PIXELS = SMALL_SIDE * SMALL_SIDE, SIDE = ST_TRAVERSAL_SIDE, D_MAX = 5 };

static StModel *
vector_model (StKind kind, uint32_t d)
{
  const StSpec spec = { .kind = kind, .encoder = ST_ENCODER_S2,
                        .image = { SMALL_SIDE, SMALL_SIDE, 1 }, .channels = SMALL_CHANNELS,
                        .dimension = d, .hidden = { 12 }, .activation = ST_ACTIVATION_ELU };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  st_model_initialise (&spec, 3, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}

static void
encode (StModel *model, StImages *images, uint32_t image, double level, float *code)
{
  float shown[PIXELS];
  StWorkspace *workspace;
  g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
  st_images_perturbed (images, image, level, shown);
  st_model_code (model, workspace, 1, shown, code);
  st_workspace_free (workspace);
}

static StTraversal *
make (StModel *model, StImages *images, StReference *reference, uint32_t threads)
{
  const StPullbackQuery query = { .model = model, .weights = 1, .images = images, .level = 0.2,
                                  .reference = reference };
  StTraversal *traversal;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  g_assert_true (st_ok (st_traversal_make (&query, pool, NULL, &traversal)));
  st_pool_free (pool);
  return traversal;
}

/* As the forward pass in float, of which the command line's decode is made. */
static void
check_pictures (StModel *model, const StTraversal *traversal)
{
  const uint32_t d = traversal->dimension;
  StWorkspace *workspace;
  float code[D_MAX], image[PIXELS];
  g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
  for (uint32_t cell = 0; cell < SIDE * SIDE; cell++)
    {
      for (uint32_t i = 0; i < d; i++)
        code[i] = (float) traversal->codes[cell * d + i];
      st_model_decode (model, workspace, 1, code, image);
      for (uint32_t l = 0; l < PIXELS; l++)
        g_assert_cmpfloat_with_epsilon ((double) traversal->pictures[cell * PIXELS + l],
                                        (double) image[l], 2e-6);
    }
  st_workspace_free (workspace);
}

/* The outermost pictures lie where the outermost clean images do, and codes are what the scatter's
 * axes make of places. */
static void
check_plane (const StTraversal *traversal, const StReference *reference)
{
  const uint32_t d = traversal->dimension;
  float code[D_MAX];
  double place[2];
  for (uint32_t k = 0; k < 2; k++)
    {
      double low = INFINITY, high = -INFINITY;
      for (uint32_t i = 0; i < reference->count; i++)
        {
          low = MIN (low, reference->clean[2 * i + k]);
          high = MAX (high, reference->clean[2 * i + k]);
        }
      g_assert_cmpfloat (traversal->low[k], ==, low);
      g_assert_cmpfloat (traversal->high[k], ==, high);
      g_assert_cmpfloat (st_traversal_at (traversal, k, 0), ==, low);
      g_assert_cmpfloat (st_traversal_at (traversal, k, SIDE - 1), ==, high);
    }
  for (uint32_t cell = 0; cell < SIDE * SIDE; cell++)
    {
      for (uint32_t i = 0; i < d; i++)
        code[i] = (float) traversal->codes[cell * d + i];
      st_reference_project (reference, code, place);
      g_assert_cmpfloat_with_epsilon (place[0], st_traversal_at (traversal, 0, cell % SIDE), 1e-5);
      g_assert_cmpfloat_with_epsilon (place[1], st_traversal_at (traversal, 1, cell / SIDE), 1e-5);
    }
}

static void
check_places (StModel *model, StImages *images, const StTraversal *traversal,
              const StReference *reference)
{
  float code[D_MAX];
  double place[2];
  g_assert_cmpuint (traversal->count, ==, COUNT);
  for (uint32_t i = 0; i < COUNT; i++)
    {
      encode (model, images, i, 0.2, code);
      st_reference_project (reference, code, place);
      g_assert_cmpfloat_with_epsilon (traversal->places[2 * i], place[0], 1e-6);
      g_assert_cmpfloat_with_epsilon (traversal->places[2 * i + 1], place[1], 1e-6);
    }
}

static void
test_plane (gconstpointer dimension)
{
  StModel *model = vector_model (ST_KIND_IRAE, GPOINTER_TO_UINT (dimension));
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  const StQuery clean = { .model = model, .weights = 1, .images = images };
  StReference *reference;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (2, &pool)));
  g_assert_true (st_ok (st_reference_new (&clean, NULL, pool, NULL, &reference)));
  StTraversal *traversal = make (model, images, reference, 2);
  check_pictures (model, traversal);
  check_plane (traversal, reference);
  check_places (model, images, traversal, reference);
  StTraversal *alone = make (model, images, reference, 1);
  const gsize size = SIDE * SIDE * PIXELS * sizeof (float);
  g_assert_cmpmem (traversal->pictures, size, alone->pictures, size);
  st_traversal_unref (st_traversal_ref (alone));
  st_traversal_unref (alone);
  st_traversal_unref (traversal);
  st_reference_unref (reference);
  st_pool_free (pool);
  st_images_unref (images);
  st_model_unref (model);
}

/* Behind a dense bottleneck the scatter shows the map: the plane is the vectors' own. */
static void
test_bottleneck (void)
{
  enum { D = 4 };
  StModel *model = vector_model (ST_KIND_AE_DENSE, D);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StTraversal *traversal = make (model, images, NULL, 2);
  float codes[COUNT * D];
  StPca *pca;
  for (uint32_t i = 0; i < COUNT; i++)
    encode (model, images, i, 0, codes + i * D);
  g_assert_true (st_ok (st_pca_fit_floats (COUNT, D, codes, 2, &pca)));
  double low = INFINITY, high = -INFINITY, sum = 0;
  for (uint32_t i = 0; i < COUNT; i++)
    {
      double place[2];
      st_pca_project_floats (pca, codes + i * D, place);
      low = MIN (low, place[0]);
      high = MAX (high, place[0]);
      sum += place[0] * place[0] / COUNT;
    }
  g_assert_cmpfloat_with_epsilon (traversal->low[0], low / sqrt (sum), 1e-9);
  g_assert_cmpfloat_with_epsilon (traversal->high[0], high / sqrt (sum), 1e-9);
  for (uint32_t cell = 0; cell < SIDE * SIDE; cell++)
    {
      double place[2];
      st_pca_project (pca, traversal->codes + cell * D, place);
      g_assert_cmpfloat_with_epsilon (place[0] / sqrt (sum),
                                      st_traversal_at (traversal, 0, cell % SIDE), 1e-9);
    }
  st_pca_free (pca);
  st_traversal_unref (traversal);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_refused (void)
{
  StModel *map = small_model (ST_KIND_CAE, 1), *model = vector_model (ST_KIND_AE_DENSE, 3);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StPullbackQuery query = { .model = map, .images = images };
  StTraversal *traversal = NULL;
  StCancel cancel;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  g_assert_cmpint (st_traversal_make (&query, pool, NULL, &traversal).code, ==, ST_RANGE);
  query.model = model;
  st_cancel_reset (&cancel);
  st_cancel_ask (&cancel);
  g_assert_cmpint (st_traversal_make (&query, pool, &cancel, &traversal).code, ==, ST_CANCELLED);
  g_assert_null (traversal);
  st_pool_free (pool);
  st_images_unref (images);
  st_model_unref (model);
  st_model_unref (map);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/traversal/plane/2", GUINT_TO_POINTER (2), test_plane);
  g_test_add_data_func ("/traversal/plane/5", GUINT_TO_POINTER (5), test_plane);
  g_test_add_func ("/traversal/bottleneck", test_bottleneck);
  g_test_add_func ("/traversal/refused", test_refused);
  return g_test_run ();
}
