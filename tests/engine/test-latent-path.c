/* Paths between images: ends, places, frames and lengths against the decoder itself. */
#include "small-world.h"

#include <st-jacobian.h>
#include <st-latent-path.h>
#include <st-workspace.h>

#include <math.h>
#include <string.h>

enum { COUNT = 12, PIXELS = SMALL_SIDE * SMALL_SIDE, D_MAX = 5 };

static const guint32 ends[2] = { 2, 9 };

static StModel *
vector_model (StKind kind, uint32_t d, StActivation activation)
{
  StSpec spec = { .kind = kind, .encoder = ST_ENCODER_S2, .image = { SMALL_SIDE, SMALL_SIDE, 1 },
                  .channels = SMALL_CHANNELS, .dimension = d, .hidden = { 12 },
                  .activation = activation };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  st_model_initialise (&spec, 3, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}

static StLatentPath *
make (StModel *model, StImages *images, uint32_t threads)
{
  StPullbackQuery query = { .model = model, .weights = 1, .images = images, .level = 0.1 };
  const StQuery clean = { .model = model, .weights = 1, .images = images };
  StLatentPath *path;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  g_assert_true (st_ok (st_reference_new (&clean, NULL, pool, NULL, &query.reference)));
  g_assert_true (st_ok (st_latent_path_make (&query, ends, NULL, ST_GEODESIC_STEPS, pool, NULL, &path)));
  st_reference_unref (query.reference);
  st_pool_free (pool);
  return path;
}

static void
decode (StModel *model, const double *z, double *image)
{
  StJacobian *jacobian;
  g_assert_true (st_ok (st_jacobian_new (model, &jacobian)));
  st_jacobian_push (jacobian, 1, z, 0, NULL, image, NULL);
  st_jacobian_free (jacobian);
}

/* As a sum of many chords. */
static double
sum_chords (StModel *model, uint32_t d, const double *points)
{
  enum { PARTS = 20 };
  double last[PIXELS], next[PIXELS], z[D_MAX], sum = 0;
  decode (model, points, last);
  for (guint k = 0; k < ST_PATH_SEGMENTS; k++)
    for (guint part = 1; part <= PARTS; part++)
      {
        double square = 0;
        for (guint i = 0; i < d; i++)
          z[i] = points[k * d + i] + (points[(k + 1) * d + i] - points[k * d + i]) * part / PARTS;
        decode (model, z, next);
        for (guint l = 0; l < PIXELS; l++)
          square += (next[l] - last[l]) * (next[l] - last[l]);
        sum += sqrt (square);
        memcpy (last, next, sizeof last);
      }
  return sum;
}

static void
check (StKind kind, uint32_t d, StActivation activation)
{
  StModel *model = vector_model (kind, d, activation);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StLatentPath *path = make (model, images, 2);
  float shown[PIXELS], code[D_MAX];
  double image[PIXELS];
  StWorkspace *workspace;
  g_assert_true (st_ok (st_workspace_new (st_model_spec (model), 1, &workspace)));
  for (guint which = 0; which < ST_PATHS; which++)
    {
      const double *points = path->points[which];
      for (guint end = 0; end < 2; end++)
        {
          st_images_perturbed (images, path->ends[end], 0.1, shown);
          st_model_code (model, workspace, 1, shown, code);
          for (guint i = 0; i < d; i++)
            g_assert_cmpfloat (points[(end * ST_PATH_SEGMENTS) * d + i], ==, (double) code[i]);
        }
      for (guint frame = 0; frame < ST_PATH_FRAMES; frame++)
        {
          decode (model, points + frame * ST_PATH_SEGMENTS / (ST_PATH_FRAMES - 1) * d, image);
          for (guint l = 0; l < PIXELS; l++)
            g_assert_cmpfloat_with_epsilon ((double) path->frames[which][frame * PIXELS + l],
                                            image[l], 1e-6);
        }
      const double expected = sum_chords (model, d, points);
      /* Three points do not see a kink within a segment exactly. */
      const double part = activation == ST_ACTIVATION_TANH ? 1e-4 : 5e-3;
      g_assert_cmpfloat_with_epsilon (path->lengths[which], expected, part * expected);
    }
  g_assert_cmpfloat (path->lengths[ST_PATH_GEODESIC], <=,
                     path->lengths[ST_PATH_STRAIGHT]);
  if (activation == ST_ACTIVATION_TANH)
    g_assert_true (path->end.converged);
  g_assert_cmpint (path->places[0] != NULL, ==, !st_kind_unfolds (kind));
  st_workspace_free (workspace);
  st_latent_path_unref (st_latent_path_ref (path));
  st_latent_path_unref (path);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_paths (void)
{
  check (ST_KIND_IRAE, 2, ST_ACTIVATION_TANH);
  check (ST_KIND_AE_MLP, 2, ST_ACTIVATION_RELU);
  check (ST_KIND_VAE_MLP, 5, ST_ACTIVATION_ELU);
  check (ST_KIND_AE_DENSE, 4, ST_ACTIVATION_RELU);
}

/* In the scatter's own coordinates. */
static void
test_places (void)
{
  StModel *model = vector_model (ST_KIND_IRAE, 2, ST_ACTIVATION_TANH);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StLatentPath *path = make (model, images, 1);
  const StReference *reference = path->query.reference;
  for (guint k = 0; k < ST_PATH_POINTS; k++)
    for (guint i = 0; i < 2; i++)
      {
        const double place = path->places[ST_PATH_GEODESIC][2 * k + i];
        g_assert_cmpfloat_with_epsilon (reference->origin[i] + reference->unit * place,
                                        path->points[ST_PATH_GEODESIC][2 * k + i], 1e-12);
      }
  st_latent_path_unref (path);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_threads (void)
{
  StModel *model = vector_model (ST_KIND_IRAE, 3, ST_ACTIVATION_RELU);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StLatentPath *one = make (model, images, 1), *two = make (model, images, 2);
  const gsize size = ST_PATH_POINTS * 3 * sizeof (double);
  g_assert_cmpmem (one->points[1], size, two->points[1], size);
  g_assert_cmpfloat (one->lengths[1], ==, two->lengths[1]);
  st_latent_path_unref (one);
  st_latent_path_unref (two);
  st_images_unref (images);
  st_model_unref (model);
}

/* A few steps at a time: the same in the end, and paths with their lengths all the way. */
static void
test_in_parts (void)
{
  StModel *model = vector_model (ST_KIND_IRAE, 3, ST_ACTIVATION_TANH);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StLatentPath *once = make (model, images, 2), *parts = NULL;
  guint n = 0;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (2, &pool)));
  while (parts == NULL || !parts->end.ended)
    {
      StLatentPath *more;
      const StPullbackQuery *query = &once->query;
      g_assert_true (st_ok (st_latent_path_make (query, ends, parts, 2, pool, NULL, &more)));
      g_assert_cmpfloat (more->lengths[0], ==, once->lengths[0]);
      g_assert_cmpfloat_with_epsilon (more->lengths[1], sum_chords (model, 3, more->points[1]),
                                      1e-3 * more->lengths[0]);
      st_latent_path_unref (parts);
      parts = more;
      n++;
    }
  g_assert_cmpuint (n, >, 1);
  g_assert_cmpuint (parts->end.steps, ==, once->end.steps);
  g_assert_cmpfloat (parts->lengths[1], ==, once->lengths[1]);
  const gsize size = ST_PATH_POINTS * 3 * sizeof (double);
  g_assert_cmpmem (parts->points[1], size, once->points[1], size);
  st_latent_path_unref (parts);
  st_latent_path_unref (once);
  st_pool_free (pool);
  st_images_unref (images);
  st_model_unref (model);
}

static void
test_refused (void)
{
  StModel *map = small_model (ST_KIND_CAE, 1);
  StModel *model = vector_model (ST_KIND_IRAE, 2, ST_ACTIVATION_TANH);
  StImages *images = small_images (COUNT, ST_PERTURB_GAUSSIAN, 1);
  StPullbackQuery query = { .model = map, .images = images };
  const guint32 none[2] = { 0, COUNT };
  StLatentPath *path = NULL;
  StCancel cancel;
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  g_assert_cmpint (st_latent_path_make (&query, ends, NULL, 1, pool, NULL, &path).code, ==,
                   ST_RANGE);
  query.model = model;
  g_assert_cmpint (st_latent_path_make (&query, none, NULL, 1, pool, NULL, &path).code, ==,
                   ST_RANGE);
  st_cancel_reset (&cancel);
  st_cancel_ask (&cancel);
  g_assert_cmpint (st_latent_path_make (&query, ends, NULL, 1, pool, &cancel, &path).code, ==,
                   ST_CANCELLED);
  g_assert_null (path);
  st_pool_free (pool);
  st_images_unref (images);
  st_model_unref (model);
  st_model_unref (map);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latent-path/paths", test_paths);
  g_test_add_func ("/latent-path/places", test_places);
  g_test_add_func ("/latent-path/threads", test_threads);
  g_test_add_func ("/latent-path/in-parts", test_in_parts);
  g_test_add_func ("/latent-path/refused", test_refused);
  return g_test_run ();
}
