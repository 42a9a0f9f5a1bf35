/* What the geometry of N images at one level costs, step by step, and how it scales from one
 * thread to two.  Each figure is the fastest of five.  Run on an otherwise idle machine. */
#include <cblas.h>
#include <glib.h>
#include <st-jackknife.h>
#include <st-pca.h>
#include <st-point.h>
#include <st-pool.h>
#include <st-spectrum.h>
#include <st-subspace.h>
#include <stdio.h>

#include "synthetic.h"

enum { N = 200, SIZE = 7 * 7 * 128, THREADS_MAX = 2, ROUNDS = 5, CHUNK = 25, K = 5 };

typedef struct Bench {
  StShape shape;
  StKernel kernel;
  size_t length;
  float *latents;             /* 2 N tensors: clean, perturbed */
  double *a, *b;              /* features of N points each */
  double *aa, *bb, *ab;       /* Gram matrices */
  double *basis_a, *basis_b, *scratch;
  StSpectrumWork *spectrum[THREADS_MAX];
  StPointWork *point[THREADS_MAX];
  StSubspaceWork *work;
  StSubspace *one, *two;
  StJackknife *jackknife;
} Bench;

static void
spectra_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  double values[63];
  bool zero[3];
  st_spectrum (bench->latents + task * SIZE, bench->spectrum[worker], values, zero);
}

static void
points_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  double values[63];
  bool zero[3];
  st_point (bench->latents + (N + task) * SIZE, bench->kernel, 1e-8, bench->point[worker], values,
            zero, bench->b + task * bench->length);
}

/* Eight images a task, as the engine cuts them. */
static void
points_together_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  double values[8 * 63];
  bool zero[8][3];
  st_points (bench->latents + (N + 8 * task) * SIZE, 8, bench->kernel, 1e-8, bench->point[worker],
             values, zero, bench->b + 8 * task * bench->length);
}

static void
own_gram_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  st_gram_lower_rows (bench->length, bench->b, task * CHUNK, CHUNK, bench->bb, N);
}

static void
cross_gram_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  st_gram_block (bench->length, CHUNK, bench->a + task * CHUNK * bench->length, N, bench->b,
                 bench->ab + task * CHUNK * N, N);
}

static void
angles_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  StAngles angles;
  st_gram_mirror (N, bench->bb, N);
  st_subspace_fit (bench->two, K, bench->bb, true, bench->work);
  st_subspace_basis (bench->two, bench->b, bench->length, bench->basis_b);
  st_angles_of_bases (bench->one, bench->basis_a, bench->two, bench->basis_b, bench->length, K,
                      bench->scratch, &angles);
}

/* One of ten groups left out: a subspace, its basis, and angles to the clean one's. */
static void
replicate_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  StAngles angles;
  st_jackknife_fit (bench->jackknife, N, bench->bb, K, true, task, bench->two);
  st_subspace_basis (bench->two, bench->b, bench->length, bench->basis_b);
  st_angles_of_bases (bench->one, bench->basis_a, bench->two, bench->basis_b, bench->length, K,
                      bench->scratch, &angles);
}

/* The same, one after the other. */
static void
jackknife_task (void *context, uint32_t task, uint32_t worker)
{
  for (uint32_t group = 0; group < ST_JACKKNIFE_GROUPS; group++)
    replicate_task (context, group, worker);
}

static void
pca_task (void *context, uint32_t task, uint32_t worker)
{
  Bench *bench = context;
  StPca *pca = NULL;
  st_pca_fit_floats (N, SIZE, bench->latents, 2, &pca);
  st_pca_free (pca);
}

static void
measure (const char *kernel, const char *what, Bench *bench, uint32_t tasks, StPoolTask function)
{
  printf ("%-14s %-34s", kernel, what);
  for (uint32_t threads = 1; threads <= (tasks > 1 ? THREADS_MAX : 1); threads++)
    {
      StPool *pool = NULL;
      double best = 1e9;
      if (!st_ok (st_pool_new (threads, &pool)))
        return;
      for (int round = 0; round < ROUNDS; round++)
        {
          gint64 start = g_get_monotonic_time ();
          st_pool_run (pool, tasks, function, bench);
          double ms = (double) (g_get_monotonic_time () - start) / 1000;
          best = MIN (best, ms);
        }
      printf (" %7.1f ms", best);
      st_pool_free (pool);
    }
  printf ("\n");
}

static void
measure_kernel (Bench *bench)
{
  const char *name = st_kernel_name (bench->kernel);
  for (uint32_t i = 0; i < N; i++)
    {
      double values[63];
      bool zero[3];
      st_point (bench->latents + i * SIZE, bench->kernel, 1e-8, bench->point[0], values, zero,
                bench->a + i * bench->length);
    }
  st_gram_block (bench->length, N, bench->a, N, bench->a, bench->aa, N);
  st_subspace_fit (bench->one, K, bench->aa, true, bench->work);
  st_subspace_basis (bench->one, bench->a, bench->length, bench->basis_a);
  measure (name, "points, one by one", bench, N, points_task);
  measure (name, "points", bench, N / 8, points_together_task);
  measure (name, "Gram matrix", bench, N / CHUNK, own_gram_task);
  measure (name, "cross block", bench, N / CHUNK, cross_gram_task);
  measure (name, "subspace, basis, angles", bench, 1, angles_task);
  measure (name, "the same ten times, for intervals", bench, 1, jackknife_task);
}

int
main (void)
{
  Bench bench = { .shape = { 7, 7, 128 } };
  openblas_set_num_threads (1);
  bench.length = st_kernel_features (ST_KERNEL_PROJECTION, bench.shape);
  bench.latents = g_new (float, 2 * N * SIZE);
  bench.a = g_new0 (double, N * bench.length);
  bench.b = g_new0 (double, N * bench.length);
  bench.aa = g_new0 (double, N * N);
  bench.bb = g_new0 (double, N * N);
  bench.ab = g_new0 (double, N * N);
  bench.basis_a = g_new (double, K * bench.length);
  bench.basis_b = g_new (double, K * bench.length);
  bench.scratch = g_new (double, K * bench.length);
  for (uint32_t i = 0; i < THREADS_MAX; i++)
    if (!st_ok (st_spectrum_work_new (bench.shape, &bench.spectrum[i]))
        || !st_ok (st_point_work_new (bench.shape, &bench.point[i])))
      return 1;
  if (!st_ok (st_subspace_work_new (N, K, &bench.work))
      || !st_ok (st_jackknife_new (N, K, &bench.jackknife))
      || !st_ok (st_subspace_new (N, K, &bench.one)) || !st_ok (st_subspace_new (N, K, &bench.two)))
    return 1;
  for (uint32_t i = 0; i < 2 * N; i++)
    {
      float *latent = bench.latents + i * SIZE;
      synthetic_latent (bench.shape, 4 + i % 8, i >= N, latent);
      for (uint32_t j = 0; j < SIZE; j++)
        latent[j] *= 1.0f + 0.01f * (float) ((j * 7 + i * 3) % 11);
    }

  printf ("%d images of 7x7x128; one thread, two threads\n", N);
  measure ("", "spectra", &bench, N, spectra_task);
  for (int kernel = 0; kernel < ST_KERNELS; kernel++)
    {
      bench.kernel = (StKernel) kernel;
      measure_kernel (&bench);
    }
  measure ("", "PCA of the tensors, fit", &bench, 1, pca_task);
  return 0;
}
