/* t-SNE of 200 and of 2,000 points, all its iterations, and the check of its neighbours, on one
 * thread and on two. */
#include <glib.h>
#include <math.h>
#include <st-neighbours.h>
#include <st-rng.h>
#include <st-tsne.h>
#include <stdio.h>

enum { DIMENSIONS = 10, CLUSTERS = 7 };

static double
since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) * 1e-6;
}

static double *
make_distances (uint32_t n)
{
  double *distances = g_new (double, (size_t) n * n);
  g_autofree double *x = g_new (double, n * DIMENSIONS);
  st_random_normal ((StRandomKey) { .seed = 3 }, n * DIMENSIONS, x);
  for (uint32_t i = 0; i < n * DIMENSIONS; i++)
    x[i] += 4.0 * cos (1.3 * (i / DIMENSIONS % CLUSTERS) * (i % DIMENSIONS + 1));
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      {
        double sum = 0.0;
        for (uint32_t k = 0; k < DIMENSIONS; k++)
          sum += pow (x[i * DIMENSIONS + k] - x[j * DIMENSIONS + k], 2.0);
        distances[(size_t) i * n + j] = sqrt (sum);
      }
  return distances;
}

static void
measure (uint32_t n, const double *distances, uint32_t threads)
{
  StPool *pool = NULL;
  StTsne *tsne = NULL;
  StNeighbours neighbours = { 0 };
  g_autofree double *points = g_new (double, 2 * n);
  gint64 start = g_get_monotonic_time ();
  if (!st_ok (st_pool_new (threads, &pool))
      || !st_ok (st_tsne_new (n, distances, 1, pool, NULL, &tsne)))
    return;
  double widths = since (start);
  st_tsne_step (tsne, ST_TSNE_ITERATIONS, pool, NULL);
  double all = since (start);
  st_tsne_points (tsne, points);
  start = g_get_monotonic_time ();
  st_neighbours (n, distances, points, &neighbours);
  printf ("%4u points, %u threads: widths %5.3f s, %u iterations %6.3f s, neighbours %5.3f s;"
          " KL %.3f, trustworthiness %.3f, continuity %.3f\n", n, threads, widths,
          st_tsne_iterations (tsne), all - widths, since (start),
          st_tsne_divergence (tsne, pool), neighbours.trustworthiness, neighbours.continuity);
  st_tsne_free (tsne);
  st_pool_free (pool);
}

int
main (void)
{
  static const uint32_t SIZES[] = { 200, 2000 };
  for (size_t s = 0; s < G_N_ELEMENTS (SIZES); s++)
    {
      g_autofree double *distances = make_distances (SIZES[s]);
      for (uint32_t threads = 1; threads <= 2; threads++)
        measure (SIZES[s], distances, threads);
    }
  return 0;
}
