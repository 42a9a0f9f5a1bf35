/* Training and encoding, in images a second, in GFLOP/s, and as a share of what one core's
 * multiply-adds can reach; and the own matrix product beside OpenBLAS. */
#define _POSIX_C_SOURCE 200809L
#include <st-alloc.h>
#include <st-kernels.h>
#include <st-trainer.h>

#include <cblas.h>
#include <glib.h>
#include <string.h>

enum { IMAGES = 1024 };

static double
now (void)
{
  return (double) g_get_monotonic_time () * 1e-6;
}

/* A product that fits the nearest cache: as many multiply-adds as a core can do. */
static double
limit (const StKernels *kernels)
{
  enum { M = 48, N = 64, K = 96, TIMES = 20000 };
  static float a[M * K], b[K * N], c[M * N];
  double best = 0.0;

  for (int turn = 0; turn < 5; turn++)
    {
      double start = now ();
      for (int i = 0; i < TIMES; i++)
        kernels->product (&(StProduct) {
          .m = M, .n = N, .k = K, .a = a, .a_row = K, .a_step = 1,
          .b = b, .b_panel = K * N, .b_step = N, .c = c, .c_row = N });
      best = MAX (best, 2.0 * M * N * K * TIMES / (now () - start));
    }
  return best;
}

/* Multiply-adds of a pass forward through layers [from, to) for one image. */
static double
products (const StPlan *plan, uint32_t from, uint32_t to)
{
  double sum = 0.0;
  for (uint32_t i = from; i < to; i++)
    sum += (double) (plan->layer[i].grid.rows * plan->layer[i].grid.columns
                     * plan->layer[i].matrix_rows * plan->layer[i].matrix_columns);
  return sum;
}

static StDataset *
make_images (void)
{
  StShape shape = { 28, 28, 1 };
  uint8_t *pixels = st_alloc (IMAGES, st_shape_size (shape));
  StDataset *dataset;

  for (size_t i = 0; i < IMAGES * st_shape_size (shape); i++)
    pixels[i] = (uint8_t) (g_random_int () & g_random_int ());
  g_assert_true (st_ok (st_dataset_new_bytes (IMAGES, shape, pixels, NULL, &dataset)));
  return dataset;
}

static const char *
encoder_name (StKind kind, StEncoder encoder)
{
  return st_kind_unfolds (kind) ? st_encoder_name (encoder) : "  ";
}

static void
bench_train (StKind kind, StEncoder encoder, uint32_t threads, StDataset *dataset, double peak)
{
  StTrainOptions options = st_train_options_default (kind, encoder);
  uint32_t indices[IMAGES];
  StTrainer *trainer;
  StPool *pool;
  StPlan plan;
  double best = 0.0;

  for (uint32_t i = 0; i < IMAGES; i++)
    indices[i] = i;
  options.epochs = 100000;
  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  g_assert_true (st_ok (st_trainer_new (&options, dataset, indices, IMAGES, pool, &trainer)));
  for (int turn = 0; turn < 8; turn++)
    {
      uint32_t steps = IMAGES / options.batch;
      double start = now ();
      for (uint32_t i = 0; i < steps; i++)
        g_assert_true (st_ok (st_trainer_step (trainer)));
      best = MAX (best, steps * options.batch / (now () - start));
    }
  st_plan_make (&options.spec, &plan);
  /* Forward once; back twice, but for the derivatives by the image. */
  double flops = 2.0 * (3.0 * products (&plan, 0, plan.layers) - products (&plan, 0, 1));
  g_print ("train %-9s %s, %u thread%s: %6.0f images/s, %5.1f GFLOP/s, %3.0f%% of the limit\n",
           st_kind_name (kind), encoder_name (kind, encoder), threads, threads > 1 ? "s" : " ",
           best, best * flops * 1e-9, 100.0 * best * flops / (peak * threads));
  st_trainer_free (trainer);
  st_pool_free (pool);
}

static void
bench_encode (StKind kind, StEncoder encoder, StDataset *dataset, double peak)
{
  enum { N = 256 };
  StSpec spec = st_spec_default (kind, encoder);
  size_t latent = st_shape_size (st_spec_latent (&spec));
  float *parameters = st_alloc (st_spec_parameters (&spec), sizeof (float));
  float *images = st_alloc (N * 784, sizeof (float)), *out = st_alloc (N * latent, sizeof (float));
  StWorkspace *workspace;
  StModel *model;
  StPlan plan;
  double encode = 0.0, decode = 0.0;

  st_model_initialise (&spec, 0, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  g_assert_true (st_ok (st_workspace_new (&spec, N, &workspace)));
  for (uint32_t i = 0; i < N; i++)
    st_dataset_image (dataset, i, images + i * 784);
  for (int turn = 0; turn < 10; turn++)
    {
      double start = now ();
      st_model_encode (model, workspace, N, images, out, NULL);
      double middle = now ();
      st_model_decode (model, workspace, N, out, images);
      encode = MAX (encode, N / (middle - start));
      decode = MAX (decode, N / (now () - middle));
    }
  st_plan_make (&spec, &plan);
  plan.layer[plan.code].matrix_columns /= plan.layer[plan.code].parts;
  double in = 2.0 * products (&plan, 0, plan.latent + 1);
  double back = 2.0 * products (&plan, plan.latent + 1, plan.layers);
  g_print ("encode %-8s %s, 1 thread: %6.0f images/s, %3.0f%%; decode %6.0f images/s, %3.0f%%\n",
           st_kind_name (kind), encoder_name (kind, encoder), encode, 100.0 * encode * in / peak,
           decode, 100.0 * decode * back / peak);
  st_workspace_free (workspace);
  st_model_unref (model);
  st_free (parameters);
  st_free (images);
  st_free (out);
}

/* One of training's products, left[m][k] right[k][n] or left[k][m]^T right[k][n]. */
static void
bench_product (const char *name, size_t m, size_t n, size_t k, bool transposed)
{
  enum { TIMES = 2000 };
  float *a = st_alloc (m * k, sizeof (float)), *b = st_alloc (k * n, sizeof (float));
  float *packed = st_alloc (st_packed_size (k, n), sizeof (float));
  float *c = st_alloc (m * n, sizeof (float));
  size_t width = st_panel_width (n);
  double own = 1e9, blas = 1e9;

  for (int turn = 0; turn < 5; turn++)
    {
      double start = now ();
      for (int i = 0; i < TIMES; i++)
        st_kernels ()->product (&(StProduct) {
          .m = m, .n = n, .k = k, .a = a, .a_row = transposed ? 1 : k,
          .a_step = transposed ? m : 1, .b = transposed ? b : packed,
          .b_panel = transposed ? width : width * k, .b_step = transposed ? n : width,
          .c = c, .c_row = n, .add = transposed });
      double middle = now ();
      for (int i = 0; i < TIMES; i++)
        cblas_sgemm (CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans,
                     (int) m, (int) n, (int) k, 1.0f, a, (int) (transposed ? m : k), b, (int) n,
                     transposed ? 1.0f : 0.0f, c, (int) n);
      own = MIN (own, middle - start);
      blas = MIN (blas, now () - middle);
    }
  double flops = 2.0e-9 * (double) (m * n * k) * TIMES;
  g_print ("product %-17s %4zu x %3zu x %3zu: own %5.1f GFLOP/s, OpenBLAS (%s) %5.1f\n", name,
           m, n, k, flops / own, openblas_get_corename (), flops / blas);
  st_free (a);
  st_free (b);
  st_free (packed);
  st_free (c);
}

int
main (void)
{
  StDataset *dataset = make_images ();
  double peak = limit (st_kernels ());

  openblas_set_num_threads (1);
  for (uint32_t i = 0; st_kernels_nth (i) != NULL; i++)
    g_print ("kernels %-7s: limit of one core %.1f GFLOP/s\n", st_kernels_nth (i)->name,
             1e-9 * limit (st_kernels_nth (i)));
  bench_product ("encoder.1", 98, 128, 144, false);
  bench_product ("encoder.1 weights", 144, 128, 98, true);
  bench_product ("encoder.1 input", 98, 144, 128, false);
  bench_product ("decoder.0", 98, 256, 128, false);
  bench_product ("decoder.0 weights", 128, 256, 98, true);
  bench_product ("decoder.0 input", 98, 128, 256, false);
  bench_product ("encoder.0", 392, 16, 9, false);
  bench_product ("decoder.1", 392, 16, 16, false);
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    for (StEncoder encoder = 0; encoder < (st_kind_unfolds (kind) ? ST_ENCODERS : 1); encoder++)
      {
        /* The larger encoders with one kind only: it takes time. */
        if (encoder > ST_ENCODER_S2 && kind != ST_KIND_CAE)
          continue;
        for (uint32_t threads = 1; threads <= 2; threads++)
          bench_train (kind, encoder, threads, dataset, peak);
        bench_encode (kind, encoder, dataset, peak);
      }
  st_dataset_unref (dataset);
  return 0;
}
