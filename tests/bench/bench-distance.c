/* What distances between pairs of images cost, and jackknife intervals, with one thread: each
 * figure is the fastest of three. */
#include <cblas.h>
#include <glib.h>
#include <st-distance.h>
#include <st-jackknife.h>
#include <st-rng.h>
#include <stdio.h>

enum { POINTS = 60, PAIRS = POINTS * (POINTS - 1) / 2, N = 200, LENGTH = 400, K = 5, ROUNDS = 3 };

static const StShape SHAPE = { 7, 7, 128 };

static double
milliseconds (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000;
}

/* Half of what an image shows is common to all; rectified. */
static void
make_latents (float *latents)
{
  size_t size = st_shape_size (SHAPE);
  g_autofree double *common = g_new (double, size), *own = g_new (double, size);
  st_random_normal ((StRandomKey) { .seed = 3 }, size, common);
  for (uint32_t i = 0; i < POINTS; i++)
    {
      st_random_normal ((StRandomKey) { .seed = 4, .image = i }, size, own);
      for (size_t j = 0; j < size; j++)
        latents[i * size + j] = (float) MAX (0.0, common[j] + own[j]);
    }
}

/* All of one stratum, (7,7,48), so that every factor that can be is computed. */
static void
measure_distance (StDistance kind, const float *latents, StPointWork *point, StDistanceWork *work)
{
  StSpectral *images[POINTS];
  double points = 1e9, pairs = 1e9;
  for (int i = 0; i < POINTS; i++)
    if (!st_ok (st_spectral_new (kind, SHAPE, &images[i])))
      return;
  for (int round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time ();
      for (size_t i = 0; i < POINTS; i++)
        st_spectral_set (images[i], latents + i * st_shape_size (SHAPE), 1e-8, point);
      points = MIN (points, milliseconds (start));
      start = g_get_monotonic_time ();
      for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < i; j++)
          {
            StDistances distances;
            st_distance (images[i], images[j], NULL, work, &distances);
          }
      pairs = MIN (pairs, milliseconds (start));
    }
  printf ("%-20s %8.1f us a point %8.1f us a pair\n", st_distance_name (kind),
          1000 * points / POINTS, 1000 * pairs / PAIRS);
  for (int i = 0; i < POINTS; i++)
    st_spectral_free (images[i]);
}

static void
measure_jackknife (void)
{
  g_autofree double *a = g_new (double, N * LENGTH), *b = g_new (double, N * LENGTH);
  g_autofree double *aa = g_new (double, N * N), *bb = g_new (double, N * N);
  g_autofree double *ab = g_new (double, N * N);
  StJackknife *jackknife = NULL;
  double best = 1e9;
  st_random_normal ((StRandomKey) { .seed = 1 }, N * LENGTH, a);
  st_random_normal ((StRandomKey) { .seed = 2 }, N * LENGTH, b);
  st_gram_block (LENGTH, N, a, N, a, aa, N);
  st_gram_block (LENGTH, N, b, N, b, bb, N);
  st_gram_block (LENGTH, N, a, N, b, ab, N);
  if (!st_ok (st_jackknife_new (N, K, &jackknife)))
    return;
  for (int round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time ();
      for (uint32_t group = 0; group < ST_JACKKNIFE_GROUPS; group++)
        {
          StAngles angles;
          st_jackknife_angles (jackknife, N, aa, bb, ab, K, true, group, &angles);
        }
      best = MIN (best, milliseconds (start));
    }
  printf ("%-20s %8.1f ms for ten groups of %d images\n", "jackknife", best, N);
  st_jackknife_free (jackknife);
}

int
main (void)
{
  openblas_set_num_threads (1);
  g_autofree float *latents = g_new (float, POINTS * st_shape_size (SHAPE));
  make_latents (latents);
  StPointWork *point = NULL;
  StDistanceWork *work = NULL;
  if (!st_ok (st_point_work_new (SHAPE, &point)) || !st_ok (st_distance_work_new (SHAPE, &work)))
    return 1;
  for (int kind = 0; kind < ST_DISTANCES; kind++)
    measure_distance ((StDistance) kind, latents, point, work);
  measure_jackknife ();
  st_point_work_free (point);
  st_distance_work_free (work);
  return 0;
}
