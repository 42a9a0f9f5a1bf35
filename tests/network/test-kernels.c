/* The kernels of every processor level that runs here, against plain loops in double. */
#include <st-kernels.h>

#include <glib.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static float
draw (void)
{
  return (float) g_test_rand_double_range (-1.0, 1.0);
}

static float *
draw_many (size_t n)
{
  float *x = g_new (float, n + 1);
  for (size_t i = 0; i < n; i++)
    x[i] = draw ();
  x[n] = NAN;  /* reading behind the end shows */
  return x;
}

static const StKernels *
level (gconstpointer data)
{
  return st_kernels_nth (GPOINTER_TO_UINT (data));
}

/* How an element of C must come out, given the sum over k. */
static double
finished (const StProduct *p, double sum, size_t i, size_t j, const float *before)
{
  if (p->bias != NULL)
    sum += (double) p->bias[j];
  if (p->relu && sum < 0.0)
    sum = 0.0;
  if (p->mask != NULL && !(p->mask[i * p->c_row + j] > 0.0f))
    sum = 0.0;
  return p->add ? (double) before[i * p->c_row + j] + sum : sum;
}

static void
check_product (const StKernels *kernels, size_t m, size_t n, size_t k, bool transposed, int mode)
{
  size_t c_row = n + (size_t) g_test_rand_int_range (0, 3), width = st_panel_width (n);
  g_autofree float *a = draw_many (m * k), *b = draw_many (k * n), *bias = draw_many (n);
  g_autofree float *mask = draw_many (m * c_row), *c = draw_many (m * c_row);
  g_autofree float *before = g_memdup2 (c, m * c_row * sizeof *c);
  StProduct p = {
    .m = m, .n = n, .k = k, .a = a, .a_row = transposed ? 1 : k, .a_step = transposed ? m : 1,
    .b = b, .b_panel = width, .b_step = n, .c = c, .c_row = c_row,
    .bias = mode == 1 ? bias : NULL, .relu = mode == 1, .add = mode == 2,
    .mask = mode == 3 ? mask : NULL };

  kernels->product (&p);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < c_row; j++)
      {
        double sum = 0.0;
        for (size_t l = 0; l < k && j < n; l++)
          sum += (double) a[i * p.a_row + l * p.a_step] * (double) b[l * n + j];
        double expected = j < n ? finished (&p, sum, i, j, before)
                                : (double) before[i * c_row + j];
        g_assert_cmpfloat_with_epsilon ((double) c[i * c_row + j], expected,
                                        1e-6 * sqrt ((double) k) + 1e-6);
      }
}

static void
test_product (gconstpointer data)
{
  const size_t sizes[] = { 1, 2, 5, 14, 16, 17, 33, 48, 64, 65, 80, 100, 128, 144 };

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (size_t m = 1; m < 32; m = m * 2 + 1)
      for (int mode = 0; mode < 4; mode++)
        check_product (level (data), m, sizes[i], (size_t) g_test_rand_int_range (1, 40),
                       mode % 2 == 1, mode);
}

/* A row of C has the same bits alone, among others, at any place, and in a product with
 * more or fewer columns. */
static void
test_equal_rows (gconstpointer data)
{
  enum { K = 37, N = 143, M = 41 };
  const StKernels *kernels = level (data);
  g_autofree float *row = draw_many (K), *b = draw_many (K * N), *bias = draw_many (N);
  g_autofree float *a = g_new (float, M * K), *c = g_new (float, M * N);
  float alone[N];

  for (size_t i = 0; i < M; i++)
    memcpy (a + i * K, row, sizeof (float) * K);
  for (size_t n = 1; n <= N; n++)
    {
      /* The first n columns of B, repacked row-major for this n. */
      g_autofree float *part = g_new (float, K * n);
      for (size_t l = 0; l < K; l++)
        memcpy (part + l * n, b + l * N, n * sizeof *b);
      for (size_t m = 1; m <= M; m += n % 7 + 1)
        {
          kernels->product (&(StProduct) {
            .m = m, .n = n, .k = K, .a = a, .a_row = K, .a_step = 1, .b = part,
            .b_panel = st_panel_width (n), .b_step = n, .c = c, .c_row = n,
            .bias = bias, .relu = true });
          if (n == 1 && m == 1)
            for (size_t j = 0; j < N; j++)
              kernels->product (&(StProduct) {
                .m = 1, .n = 1, .k = K, .a = a, .a_row = K, .a_step = 1, .b = b + j,
                .b_panel = 16, .b_step = N, .c = alone + j, .c_row = 1,
                .bias = bias + j, .relu = true });
          for (size_t i = 0; i < m; i++)
            g_assert_cmpmem (c + i * n, n * sizeof *c, alone, n * sizeof *c);
        }
    }
}

/* Packed or not, the bits are the same. */
static void
check_packed (const StKernels *kernels, size_t m, size_t n)
{
  enum { K = 29 };
  size_t width = st_panel_width (n);
  g_autofree float *a = draw_many (m * K), *b = draw_many (K * n), *c = draw_many (m * n);
  g_autofree float *packed = g_new0 (float, st_packed_size (K, n)), *other = draw_many (m * n);
  g_autofree float *bias = draw_many (n);
  StProduct p = { .m = m, .n = n, .k = K, .a = a, .a_row = K, .a_step = 1, .b = b,
                  .b_panel = width, .b_step = n, .c = c, .c_row = n, .bias = bias, .relu = true };

  for (size_t l = 0; l < K; l++)
    for (size_t j = 0; j < n; j++)
      packed[j / width * width * K + l * width + j % width] = b[l * n + j];
  kernels->product (&p);
  p.b = packed;
  p.b_panel = width * K;
  p.b_step = width;
  p.c = other;
  kernels->product (&p);
  g_assert_cmpmem (c, m * n * sizeof *c, other, m * n * sizeof *c);
}

static void
test_packed (gconstpointer data)
{
  for (size_t n = 1; n < 150; n++)
    check_packed (level (data), 1 + n * 7 % 33, n);
}

/* Nothing behind the last number of B is read: there is no memory. */
static void
test_product_end (gconstpointer data)
{
  size_t page = (size_t) sysconf (_SC_PAGESIZE);
  char *memory = mmap (NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_assert_true (memory != MAP_FAILED);
  g_assert_cmpint (mprotect (memory + page, page, PROT_NONE), ==, 0);

  for (size_t n = 1; n <= 20; n++)
    for (size_t k = 1; k <= 20; k++)
      {
        float *b = (float *) (memory + page) - k * n, a[20 * 20], c[20 * 20];
        for (size_t i = 0; i < k * n; i++)
          b[i] = (float) i;
        for (size_t i = 0; i < 20 * k; i++)
          a[i] = i % k == k - 1 ? 1.0f : 0.0f;
        level (data)->product (&(StProduct) {
          .m = 20, .n = n, .k = k, .a = a, .a_row = k, .a_step = 1, .b = b,
          .b_panel = st_panel_width (n), .b_step = n, .c = c, .c_row = n });
        for (size_t i = 0; i < 20 * n; i++)
          g_assert_cmpfloat (c[i], ==, b[(k - 1) * n + i % n]);
      }
  munmap (memory, 2 * page);
}

static void
test_transpose (gconstpointer data)
{
  for (size_t rows = 1; rows < 40; rows += 1 + rows / 5)
    for (size_t columns = 1; columns < 70; columns += 1 + columns / 4)
      {
        size_t in_step = columns + rows % 3, out_step = rows + columns % 4;
        g_autofree float *in = draw_many (rows * in_step), *out = draw_many (columns * out_step);
        g_autofree float *before = g_memdup2 (out, columns * out_step * sizeof *out);
        level (data)->transpose (rows, columns, in, in_step, out, out_step);
        for (size_t j = 0; j < columns; j++)
          for (size_t i = 0; i < out_step; i++)
            g_assert_cmpfloat (out[j * out_step + i], ==,
                               i < rows ? in[i * in_step + j] : before[j * out_step + i]);
      }
}

static void
test_not_a_number (gconstpointer data)
{
  float a = NAN, b[17], c[17];

  for (size_t j = 0; j < 17; j++)
    b[j] = 1.0f;
  level (data)->product (&(StProduct) {
    .m = 1, .n = 17, .k = 1, .a = &a, .a_row = 1, .a_step = 1, .b = b, .b_panel = 32,
    .b_step = 17, .c = c, .c_row = 17, .relu = true });
  for (size_t j = 0; j < 17; j++)
    g_assert_true (isnan (c[j]));
}

static StGrid
draw_grid (void)
{
  const size_t channels[] = { 1, 2, 3, 16, 17, 32 };
  StGrid g = { .kernel = (size_t) g_test_rand_int_range (1, 6) };

  g.stride = (size_t) g_test_rand_int_range (1, 3);
  g.padding = (size_t) g_test_rand_int_range (0, (int) g.kernel);
  g.height = (size_t) g_test_rand_int_range ((int) g.kernel, 12);
  g.width = (size_t) g_test_rand_int_range ((int) g.kernel, 12);
  g.channels = channels[g_test_rand_int_range (0, G_N_ELEMENTS (channels))];
  g.patch = g.kernel * g.kernel * g.channels + (size_t) g_test_rand_int_range (0, 20);
  g.rows = (g.height + 2 * g.padding - g.kernel) / g.stride + 1;
  g.columns = (g.width + 2 * g.padding - g.kernel) / g.stride + 1;
  return g;
}

/* The pixel, counted over images, rows, columns and channels, that patch entry `entry` is
 * taken from, -1 outside, or -2 where `entry` lies between two patches. */
static gssize
source_of (const StGrid *g, size_t entry)
{
  size_t cell = entry / g->patch, inside = entry % g->patch;
  size_t c = inside % g->channels, kx = inside / g->channels % g->kernel;
  size_t ky = inside / g->channels / g->kernel;
  size_t column = cell % g->columns, row = cell / g->columns % g->rows;
  size_t image = cell / g->columns / g->rows;
  gssize y = (gssize) (row * g->stride + ky) - (gssize) g->padding;
  gssize x = (gssize) (column * g->stride + kx) - (gssize) g->padding;

  if (ky >= g->kernel)
    return -2;
  if (y < 0 || x < 0 || y >= (gssize) g->height || x >= (gssize) g->width)
    return -1;
  return (gssize) (((image * g->height + (size_t) y) * g->width + (size_t) x) * g->channels + c);
}

static void
check_folds (const StKernels *kernels, const StGrid *g)
{
  enum { IMAGES = 2 };
  size_t pixels = g->height * g->width * g->channels * IMAGES;
  size_t entries = g->rows * g->columns * g->patch * IMAGES;
  g_autofree float *image = draw_many (pixels), *patches = draw_many (entries);
  g_autofree float *folded = draw_many (pixels), *mask = draw_many (pixels);
  g_autofree float *bias = draw_many (g->channels), *unfolded = draw_many (entries);
  g_autofree double *sums = g_new0 (double, pixels);

  kernels->unfold (g, IMAGES, image, unfolded);
  for (size_t e = 0; e < entries; e++)
    {
      gssize from = source_of (g, e);
      if (from != -2)
        g_assert_cmpfloat (unfolded[e], ==, from < 0 ? 0.0f : image[from]);
      if (from >= 0)
        sums[from] += (double) patches[e];
    }
  for (int mode = 0; mode < 3; mode++)
    {
      kernels->fold (g, IMAGES, patches, mode == 1 ? bias : NULL, mode == 1,
                     mode == 2 ? mask : NULL, folded);
      for (size_t i = 0; i < pixels; i++)
        {
          double expected = sums[i] + (mode == 1 ? (double) bias[i % g->channels] : 0.0);
          if ((mode == 1 && expected < 0.0) || (mode == 2 && !(mask[i] > 0.0f)))
            expected = 0.0;
          g_assert_cmpfloat_with_epsilon ((double) folded[i], expected, 1e-5);
        }
    }
}

static void
test_folds (gconstpointer data)
{
  StGrid grid;

  for (int i = 0; i < 300; i++)
    {
      grid = draw_grid ();
      check_folds (level (data), &grid);
    }
  /* The ones that the nets are made of. */
  for (size_t channels = 1; channels <= 16; channels += 15)
    for (size_t side = 8; side <= 28; side += 4)
      {
        grid = (StGrid) { side, side + 8, channels, side / 2, side / 2 + 4, 4, 2, 1,
                          16 * channels + 16 };
        check_folds (level (data), &grid);
        grid.kernel = 3;
        check_folds (level (data), &grid);
      }
}

/* Lanes of a dense layer and of one with taps, against the sum as it is defined. */
static void
test_gather (gconstpointer data)
{
  enum { OUTPUTS = 7, INPUTS = 5, TAPS = 3, CELLS = 6, LANES = ST_GATHER_LANES };
  const StTap tap[TAPS] = { { 1, 0 }, { 4, 2 }, { 5, 3 } };
  _Alignas (64) double in[INPUTS * CELLS * LANES], out[OUTPUTS * LANES], values[LANES];
  g_autofree float *weight = draw_many (OUTPUTS * INPUTS * 4), *bias = draw_many (OUTPUTS);

  for (size_t i = 0; i < G_N_ELEMENTS (in); i++)
    in[i] = g_test_rand_double_range (-1.0, 1.0);
  for (size_t i = 0; i < LANES; i++)
    values[i] = (double) (i % 3);
  level (data)->gather (&(StGather) {
    .outputs = OUTPUTS, .inputs = INPUTS, .taps = TAPS, .tap = tap, .weight = weight,
    .bias = bias, .weight_out = INPUTS * 4, .weight_in = 4, .values = values, .in = in,
    .in_step = CELLS, .out = out, .out_step = 1 });
  for (size_t o = 0; o < OUTPUTS; o++)
    for (size_t lane = 0; lane < LANES; lane++)
      {
        double sum = values[lane] * (double) bias[o];
        for (size_t i = 0; i < INPUTS; i++)
          for (size_t t = 0; t < TAPS; t++)
            sum += (double) weight[(o * INPUTS + i) * 4 + tap[t].weight]
                   * in[(i * CELLS + tap[t].cell) * LANES + lane];
        g_assert_cmpfloat_with_epsilon (out[o * LANES + lane], sum, 1e-14);
      }
}

static void
test_column_sums (gconstpointer data)
{
  for (size_t columns = 1; columns < 140; columns += 1 + columns / 8)
    for (size_t rows = 1; rows < 80; rows += 13)
      {
        g_autofree float *x = draw_many (rows * columns), *sums = draw_many (columns);
        g_autofree float *before = g_memdup2 (sums, columns * sizeof *sums);
        level (data)->column_sums (rows, columns, x, sums);
        for (size_t j = 0; j < columns; j++)
          {
            double sum = (double) before[j];
            for (size_t i = 0; i < rows; i++)
              sum += (double) x[i * columns + j];
            g_assert_cmpfloat_with_epsilon ((double) sums[j], sum, 1e-5);
          }
      }
}

static void
test_losses (gconstpointer data)
{
  const StKernels *kernels = level (data);

  for (float x = -120.0f; x <= 120.0f; x += 0.37f)
    for (float t = 0.0f; t <= 1.0f; t += 0.25f)
      {
        float delta, y;
        double logit = (double) x, target = (double) t, s = 1.0 / (1.0 + exp (-logit));
        double entropy = fmax (logit, 0.0) - logit * target + log1p (exp (-fabs (logit)));

        kernels->sigmoid (1, &x, &y);
        g_assert_cmpfloat_with_epsilon ((double) y, s, 2e-7);
        double loss = kernels->cross_entropy (1, &x, &t, &delta);
        g_assert_cmpfloat_with_epsilon (loss, entropy, 2e-7 * (1.0 + entropy));
        g_assert_cmpfloat_with_epsilon ((double) delta, s - target, 2e-7);
        loss = kernels->squared_error (1, &x, &t, &delta);
        g_assert_cmpfloat_with_epsilon (loss, (s - target) * (s - target), 1e-6);
        g_assert_cmpfloat_with_epsilon ((double) delta, 2.0 * (s - target) * s * (1.0 - s), 1e-6);
      }
  float wrong = NAN, half = 0.5f, delta;
  g_assert_true (isnan (kernels->cross_entropy (1, &wrong, &half, &delta)));
  g_assert_true (isnan (kernels->squared_error (1, &wrong, &half, &delta)));
}

static double
activation_of (StActivation activation, double x)
{
  return activation == ST_ACTIVATION_TANH ? tanh (x)
         : x > 0.0                        ? x
         : activation == ST_ACTIVATION_ELU ? expm1 (x)
                                           : 0.0;
}

static void
test_activations (gconstpointer data)
{
  const double step = 1e-5;

  for (StActivation activation = 0; activation < ST_ACTIVATIONS; activation++)
    for (float x = -30.0f; x < 30.0f; x += fabsf (x) < 0.1f ? 0.00037f : 0.0371f)
      {
        float y = x, delta = 2.0f;
        double exact = activation_of (activation, (double) x);
        level (data)->activate (activation, 1, &y);
        g_assert_cmpfloat_with_epsilon ((double) y, exact, 6e-6 * fabs (exact) + 1e-12);
        level (data)->activate_back (activation, 1, &y, &delta);
        if (fabs ((double) x) > step)
          g_assert_cmpfloat_with_epsilon (
            (double) delta, (activation_of (activation, (double) x + step)
                             - activation_of (activation, (double) x - step)) / step, 2e-5);
      }
}

/* A log-variance that overflows is seen, not clamped. */
static void
test_overflow (gconstpointer data)
{
  const StKernels *kernels = level (data);
  float heads[2] = { 0.0f, 200.0f }, epsilon = 1.0f, dz = 0.0f, delta[2], z;

  g_assert_true (isinf (kernels->sample_gradient (1, 1, heads, &epsilon, &dz, 0.2f, delta)));
  heads[1] = NAN;
  kernels->sample (1, 1, heads, &epsilon, &z);
  g_assert_true (isnan (z));
  heads[1] = -200.0f;
  kernels->sample (1, 1, heads, &epsilon, &z);
  g_assert_cmpfloat_with_epsilon ((double) z, 0.0, 1e-18);
}

static void
test_sum_rows (gconstpointer data)
{
  for (size_t n = 1; n < 70; n += 1 + n / 3)
    for (size_t rows = 0; rows < 4; rows++)
      {
        size_t step = n + 3;
        g_autofree float *x = draw_many (rows * step), *sum = draw_many (n);
        g_autofree float *before = g_memdup2 (sum, n * sizeof *sum);
        g_assert_true (level (data)->sum_rows (n, rows, step, x, 0.37f, sum));
        for (size_t i = 0; i < n; i++)
          {
            float expected = before[i];
            for (size_t row = 0; row < rows; row++)
              expected += x[row * step + i];
            g_assert_cmpfloat (sum[i], ==, expected * 0.37f);
          }
        sum[n / 2] = n % 2 == 0 ? NAN : INFINITY;
        g_assert_false (level (data)->sum_rows (n, 0, 0, NULL, 1.0f, sum));
        g_assert_true (isnan (sum[n]));
      }
}

static void
test_adam (gconstpointer data)
{
  enum { N = 37 };
  g_autofree float *p = draw_many (N);
  float first[N] = { 0 }, second[N] = { 0 };
  double m[N] = { 0 }, v[N] = { 0 }, q[N];

  for (size_t i = 0; i < N; i++)
    q[i] = (double) p[i];
  for (int t = 1; t <= 20; t++)
    {
      g_autofree float *g = draw_many (N);
      double c1 = 1.0 - pow (0.9, t), c2 = 1.0 - pow (0.999, t);
      level (data)->adam (N, (float) (0.01 / c1), (float) (1.0 / c2), g, first, second, p);
      for (size_t i = 0; i < N; i++)
        {
          m[i] = 0.9 * m[i] + 0.1 * (double) g[i];
          v[i] = 0.999 * v[i] + 0.001 * (double) g[i] * (double) g[i];
          q[i] -= 0.01 * (m[i] / c1) / (sqrt (v[i] / c2) + 1e-8);
          g_assert_cmpfloat_with_epsilon ((double) p[i], q[i], 1e-5);
        }
    }
}

static void
test_normals (gconstpointer data)
{
  const StRandomKey key = { 0x123456789abcdef0u, 77, ST_STREAM_GAUSSIAN, 9 };

  for (size_t n = 1; n < 3000; n = n * 3 + 1)
    {
      g_autofree float *out = draw_many (n);
      g_autofree double *expected = g_new (double, n);
      st_random_normal (key, n, expected);
      level (data)->normals (key, n, out);
      for (size_t i = 0; i < n; i++)
        g_assert_cmpfloat_with_epsilon ((double) out[i], expected[i], 3e-6);
      g_assert_true (isnan (out[n]));
    }
}

static void
add (const char *name, void (*function) (gconstpointer))
{
  for (uint32_t i = 0; st_kernels_nth (i) != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/kernels/%s/%s", st_kernels_nth (i)->name, name);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), function);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("product", test_product);
  add ("equal-rows", test_equal_rows);
  add ("packed", test_packed);
  add ("product-end", test_product_end);
  add ("transpose", test_transpose);
  add ("not-a-number", test_not_a_number);
  add ("folds", test_folds);
  add ("gather", test_gather);
  add ("column-sums", test_column_sums);
  add ("losses", test_losses);
  add ("activations", test_activations);
  add ("overflow", test_overflow);
  add ("sum-rows", test_sum_rows);
  add ("adam", test_adam);
  add ("normals", test_normals);
  return g_test_run ();
}
