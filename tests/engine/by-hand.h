/* Points, subspaces and angles of a query put together from the functions of the layers below. */
#pragma once

#include "small-world.h"

#include <math.h>
#include <st-point.h>
#include <string.h>

enum { LATENT = 2 * 2 * SMALL_CHANNELS, K = 5 };

static const double TOLERANCE = 1e-8;

static inline StPool *
pool_of (uint32_t threads)
{
  StPool *pool;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  return pool;
}

static inline StHilbert *
hilbert_of (const StQuery *query, StKernel kernel, uint32_t threads)
{
  StPool *pool = pool_of (threads);
  StHilbert *hilbert;
  g_assert_true (st_ok (st_hilbert_new (query, kernel, TOLERANCE, K, pool, NULL, &hilbert)));
  st_pool_free (pool);
  return hilbert;
}

static inline StResult *
measure (const StQuery *query, uint32_t threads)
{
  StPool *pool = pool_of (threads);
  StResult *result;
  g_assert_true (st_ok (st_measure_all (query, pool, NULL, &result)));
  st_pool_free (pool);
  return result;
}

/* The latent tensor of the i-th image at a level; level < 0: of the i-th other image. */
static inline void
encode (const StQuery *query, uint32_t i, double level, float *latent)
{
  const StSpec *spec = st_model_spec (query->model);
  float shown[SMALL_SIDE * SMALL_SIDE], log_variance[LATENT];
  StWorkspace *workspace;
  uint32_t index = level < 0 ? st_images_other_index (query->images, i)
                             : st_images_index (query->images, i);
  if (level < 0)
    st_images_other (query->images, i, shown);
  else
    st_images_perturbed (query->images, i, level, shown);
  g_assert_true (st_ok (st_workspace_new (spec, 1, &workspace)));
  st_model_encode (query->model, workspace, 1, shown, latent, log_variance);
  if (query->latent == ST_LATENT_SAMPLE)
    st_model_sample (spec, query->seed, index, log_variance, latent);
  st_workspace_free (workspace);
}

typedef struct Points {
  uint32_t n;
  gsize length;
  double *features, *gram, *basis;
  StSubspace *subspace;
} Points;

static inline Points
points_of (const StQuery *query, StKernel kernel, double level)
{
  uint32_t n = st_images_count (query->images);
  gsize length = st_kernel_features (kernel, (StShape) { 2, 2, SMALL_CHANNELS });
  Points points = { n, length, g_new (double, n * length), g_new (double, n * n),
                    g_new (double, K * length), NULL };
  StPointWork *work;
  StSubspaceWork *subspace_work;
  g_assert_true (st_ok (st_point_work_new ((StShape) { 2, 2, SMALL_CHANNELS }, &work)));
  g_assert_true (st_ok (st_subspace_work_new (n, MIN (K, n), &subspace_work)));
  g_assert_true (st_ok (st_subspace_new (n, MIN (K, n), &points.subspace)));
  for (uint32_t i = 0; i < n; i++)
    {
      float latent[LATENT];
      double values[8];
      bool zero[3];
      encode (query, i, level, latent);
      g_assert_true (st_ok (st_point (latent, kernel, TOLERANCE, work, values, zero,
                                      points.features + i * length)));
    }
  st_gram_block (length, n, points.features, n, points.features, points.gram, n);
  g_assert_true (st_ok (st_subspace_fit (points.subspace, K, points.gram, true, subspace_work)));
  st_subspace_basis (points.subspace, points.features, length, points.basis);
  st_subspace_work_free (subspace_work);
  st_point_work_free (work);
  return points;
}

static inline void
points_clear (Points *points)
{
  g_free (points->features);
  g_free (points->gram);
  g_free (points->basis);
  st_subspace_free (points->subspace);
}

static inline StAngles
angles_between (const Points *a, const Points *b)
{
  g_autofree double *scratch = g_new (double, K * a->length);
  StAngles angles;
  g_assert_true (st_ok (st_angles_of_bases (a->subspace, a->basis, b->subspace, b->basis, a->length,
                                            MIN (a->subspace->k, b->subspace->k), scratch,
                                            &angles)));
  return angles;
}
