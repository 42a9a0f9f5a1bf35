/* Eigenvalues and eigenvectors in batches against LAPACK's dsyevd one by one, and values, ranks
 * and strata of 256 images against NumPy, in the two ways of tests/reference/spectra_*.py.  Each
 * figure is the fastest of 25 rounds, on one thread. */
#include <cblas.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <lapacke.h>
#include <math.h>
#include <st-batch-eigen.h>
#include <st-rng.h>
#include <st-spectrum.h>
#include <st-strata.h>
#include <stdio.h>
#include <string.h>

#include "synthetic.h"

enum { MATRICES = 64, IMAGES = 256, CHANNELS = 128, ROUNDS = 25, SIDE_MAX = 49, STRIDE = 63 };
static const StShape SHAPE = { 7, 7, CHANNELS };

typedef struct Bench {
  uint32_t n;
  const double *matrices;  /* [MATRICES][n][n] */
  double *values, *vectors;
  StBatchEigen *batch;
  const float *latents;
  StSpectrumWork *work;
  StStratum strata[IMAGES];
  uint32_t strata_count;
} Bench;

typedef void (*Function) (Bench *bench);

/* Seconds. */
static double
fastest (Function function, Bench *bench)
{
  double best = INFINITY;
  for (int round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time ();
      function (bench);
      best = MIN (best, (double) (g_get_monotonic_time () - start) * 1e-6);
    }
  return best;
}

/* ---- matrices ---- */

static void
one_by_one (Bench *bench, char job)
{
  enum { LENGTH = 1 + 6 * SIDE_MAX + 2 * SIDE_MAX * SIDE_MAX };
  static double work[LENGTH];
  lapack_int integers[3 + 5 * SIDE_MAX], n = (lapack_int) bench->n;
  size_t size = (size_t) bench->n * bench->n;
  for (uint32_t i = 0; i < MATRICES; i++)
    {
      double *own = bench->vectors + i * size;
      memcpy (own, bench->matrices + i * size, size * sizeof *own);
      LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, job, 'L', n, own, n, bench->values + i * bench->n,
                           work, LENGTH, integers, G_N_ELEMENTS (integers));
    }
}

static void
lapack_values (Bench *bench)
{
  one_by_one (bench, 'N');
}

static void
lapack_vectors (Bench *bench)
{
  one_by_one (bench, 'V');
}

static void
batch_values (Bench *bench)
{
  st_batch_eigen_solve (bench->batch, bench->n, MATRICES, bench->matrices, bench->values, NULL);
}

static void
batch_vectors (Bench *bench)
{
  st_batch_eigen_solve (bench->batch, bench->n, MATRICES, bench->matrices, bench->values,
                        bench->vectors);
}

/* Covariances, one third of full rank, the others of two thirds. */
static double *
make_matrices (uint32_t n)
{
  double *matrices = g_new0 (double, (size_t) MATRICES * n * n);
  g_autofree double *x = g_new (double, n * CHANNELS);
  for (uint32_t i = 0; i < MATRICES; i++)
    {
      uint32_t rank = i % 3 == 0 ? n : n * 2 / 3;
      st_random_normal ((StRandomKey) { .seed = i }, (size_t) n * CHANNELS, x);
      for (uint32_t row = rank; row < n; row++)
        memcpy (x + row * CHANNELS, x + row % rank * CHANNELS, CHANNELS * sizeof *x);
      cblas_dsyrk (CblasColMajor, CblasLower, CblasTrans, (blasint) n, CHANNELS, 1.0 / CHANNELS, x,
                   CHANNELS, 0.0, matrices + (size_t) i * n * n, (blasint) n);
    }
  return matrices;
}

static void
compare_matrices (uint32_t n)
{
  g_autofree double *matrices = make_matrices (n);
  g_autofree double *values = g_new (double, MATRICES * n);
  g_autofree double *vectors = g_new (double, (size_t) MATRICES * n * n);
  Bench bench = { .n = n, .matrices = matrices, .values = values, .vectors = vectors };
  double value_one = fastest (lapack_values, &bench), vector_one = fastest (lapack_vectors, &bench);
  for (uint32_t i = 0; st_lanes_nth (i) != NULL; i++)
    {
      if (!st_ok (st_batch_eigen_new_with (st_lanes_nth (i), n, true, &bench.batch)))
        return;
      double value = fastest (batch_values, &bench), vector = fastest (batch_vectors, &bench);
      printf ("%2u x %-2u  %-8s values %6.2f us, dsyevd %6.2f us, %5.1f times;"
              "  vectors %6.2f us, dsyevd %6.2f us, %5.1f times\n", n, n, st_lanes_nth (i)->name,
              value / MATRICES * 1e6, value_one / MATRICES * 1e6, value_one / value,
              vector / MATRICES * 1e6, vector_one / MATRICES * 1e6, vector_one / vector);
      st_batch_eigen_free (bench.batch);
    }
}

/* ---- images ---- */

static void
strata_of_images (Bench *bench)
{
  bool zero[IMAGES][3];
  StTriple triples[IMAGES];
  uint32_t lengths[3];
  st_spectrum_lengths (SHAPE, lengths);
  st_spectrum_batch (bench->latents, IMAGES, bench->work, bench->values, zero);
  for (uint32_t i = 0; i < IMAGES; i++)
    {
      const double *values = bench->values + i * STRIDE;
      for (int axis = 0; axis < 3; values += lengths[axis], axis++)
        triples[i].r[axis] = (uint16_t) st_rank (values, lengths[axis], 1e-8);
    }
  bench->strata_count = st_strata_count (triples, IMAGES, bench->strata);
}

static bool
same_strata (const Bench *bench, char **lines)
{
  uint32_t found = 0;
  for (; *lines != NULL && **lines != '\0'; lines++)
    for (uint32_t i = 0; i < bench->strata_count; i++)
      {
        const StStratum *one = &bench->strata[i];
        g_autofree char *line = g_strdup_printf ("%u %u %u %u", one->ranks.r[0], one->ranks.r[1],
                                                 one->ranks.r[2], one->count);
        found += strcmp (line, *lines) == 0;
      }
  return found == bench->strata_count;
}

/* Runs a script on the latents in the file. */
static void
compare_script (const char *script, const char *file, const Bench *bench, double seconds)
{
  g_autofree char *path = g_build_filename (REFERENCE, script, NULL), *out = NULL;
  char python[] = "/usr/bin/python3", side[] = "7", channels[] = G_STRINGIFY (128);
  char *command[] = { python, path, (char *) file, side, side, channels, NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "OPENBLAS_NUM_THREADS", "1",
                                                 TRUE);
  int status = 1;
  if (!g_spawn_sync (NULL, command, environment, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out,
                     NULL, &status, NULL) || status != 0)
    {
      printf ("%-22s not run: is there NumPy?\n", script);
      return;
    }
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  double theirs = g_ascii_strtod (lines[0], NULL);
  printf ("%-22s %8.2f ms, %5.1f times ours, %s\n", script, theirs * 1e3, theirs / seconds,
          same_strata (bench, lines + 1) ? "same strata" : "OTHER STRATA");
}

static void
compare_images (void)
{
  size_t size = st_shape_size (SHAPE);
  g_autofree float *latents = g_new (float, IMAGES * size);
  g_autofree double *values = g_new (double, IMAGES * STRIDE);
  g_autofree char *file = NULL;
  Bench bench = { .latents = latents, .values = values };
  int descriptor = g_file_open_tmp ("latents-XXXXXX.f32", &file, NULL);

  for (uint32_t i = 0; i < IMAGES; i++)
    synthetic_latent (SHAPE, 4 + i % 8, i % 3 == 0, latents + i * size);
  if (descriptor < 0 || !st_ok (st_spectrum_work_new (SHAPE, &bench.work)))
    return;
  double seconds = fastest (strata_of_images, &bench);
  printf ("%d images: values, ranks, %u strata %5.2f ms, %.1f us each\n", IMAGES,
          bench.strata_count, seconds * 1e3, seconds / IMAGES * 1e6);
  g_close (descriptor, NULL);
  if (g_file_set_contents (file, (const char *) latents, (gssize) (IMAGES * size * sizeof (float)),
                           NULL))
    {
      compare_script ("spectra_batched.py", file, &bench, seconds);
      compare_script ("spectra_by_image.py", file, &bench, seconds);
    }
  g_unlink (file);
  st_spectrum_work_free (bench.work);
}

int
main (void)
{
  openblas_set_num_threads (1);
  compare_matrices (7);
  compare_matrices (49);
  compare_images ();
  return 0;
}
