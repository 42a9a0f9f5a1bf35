#include <st-workspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

static StModel *
make_model (const StSpec *spec, uint64_t seed, double bias)
{
  g_autofree float *parameters = g_new (float, st_spec_parameters (spec));
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (spec, tensors);
  StModel *model;

  st_model_initialise (spec, seed, parameters);
  for (uint32_t i = 0; i < count; i++)
    if (tensors[i].dimensions == 1)
      for (size_t j = 0; j < tensors[i].length; j++)
        parameters[tensors[i].offset + j] = (float) g_test_rand_double_range (-bias, bias);
  g_assert_true (st_ok (st_model_new (spec, parameters, &model)));
  return model;
}

static float *
draw_image (StShape shape)
{
  float *image = g_new (float, st_shape_size (shape));
  for (size_t i = 0; i < st_shape_size (shape); i++)
    image[i] = (float) g_test_rand_int_range (0, 256) / 255.0f;
  return image;
}

/* One image's means and log-variances, [cells][C] and behind it again [cells][C]. */
static float *
encode (const StModel *model, const float *images, uint32_t n, uint32_t level)
{
  const StSpec *spec = st_model_spec (model);
  size_t latent = n * st_shape_size (st_spec_latent (spec));
  float *out = g_new0 (float, 2 * latent);
  StWorkspace *workspace;

  g_assert_true (st_ok (st_workspace_new (spec, n, &workspace)));
  workspace->kernels = st_kernels_nth (level);
  st_model_encode (model, workspace, n, images, out,
                   st_kind_samples (spec->kind) ? out + latent : NULL);
  st_workspace_free (workspace);
  return out;
}

typedef void (*Property) (const StSpec *spec, uint32_t level);

/* A property for every kind, encoder, processor level, and many shapes. */
static void
for_all (Property property)
{
  const uint32_t channels[] = { 1, 5, 16, 17, 48, 64, 80, 128, 130 };
  const StShape shapes[] = { { 8, 8, 1 }, { 12, 20, 1 }, { 28, 28, 1 }, { 32, 16, 1 } };

  for (uint32_t level = 0; st_kernels_nth (level) != NULL; level++)
    for (int kind = 0; kind < ST_KINDS; kind++)
      for (int encoder = 0; encoder < ST_ENCODERS; encoder++)
        for (size_t i = 0; i < G_N_ELEMENTS (channels); i++)
          for (size_t j = 0; j < G_N_ELEMENTS (shapes); j++)
            property (&(StSpec) { (StKind) kind, (StEncoder) encoder, shapes[j], channels[i] },
                      level);
}

/* An image of period 4: all cells whose field is inside see the same, and so do those at a
 * border that lie on one line along it. */
static void
check_equal_patches (const StSpec *spec, uint32_t level)
{
  StShape shape = spec->image, latent = st_spec_latent (spec);
  g_autofree float *tile = draw_image ((StShape) { 4, 4, 1 }), *image = draw_image (shape);
  StModel *model = make_model (spec, 3, 0.5);
  size_t c = latent.channels, bytes = c * sizeof (float);

  for (size_t i = 0; i < st_shape_size (shape); i++)
    image[i] = tile[i / shape.width % 4 * 4 + i % shape.width % 4];
  g_autofree float *out = encode (model, image, 1, level);
  for (size_t y = 0; y < latent.height; y++)
    for (size_t x = 2; x + 1 < latent.width; x++)
      {
        const float *cell = out + (y * latent.width + x) * c;
        g_assert_cmpmem (cell, bytes, cell - c, bytes);
        if (y >= 2 && y + 1 < latent.height)
          g_assert_cmpmem (cell, bytes, cell - latent.width * c, bytes);
      }
  st_model_unref (model);
}

static void
test_equal_patches (void)
{
  for_all (check_equal_patches);
}

/* Without biases padding is black: an image inside a larger black one gives the same cells,
 * bit for bit, at its borders too.  The outermost pixels are black, or hidden cells outside
 * the smaller image, where its padding is, would see something in the larger one. */
static void
check_padding (const StSpec *spec, uint32_t level)
{
  StSpec large = *spec;
  large.image.height += 8;
  large.image.width += 8;
  StShape small_latent = st_spec_latent (spec), latent = st_spec_latent (&large);
  StModel *model = make_model (spec, 5, 0.0), *other = make_model (&large, 5, 0.0);
  g_autofree float *image = draw_image (spec->image);
  g_autofree float *framed = g_new0 (float, st_shape_size (large.image));
  size_t width = spec->image.width, height = spec->image.height, c = latent.channels;

  for (size_t i = 0; i < width * height; i++)
    {
      size_t y = i / width, x = i % width;
      if (y == 0 || x == 0 || y == height - 1 || x == width - 1)
        image[i] = 0.0f;
      framed[(y + 4) * large.image.width + x + 4] = image[i];
    }
  g_autofree float *out = encode (model, image, 1, level);
  g_autofree float *expected = encode (other, framed, 1, level);
  for (size_t y = 0; y < small_latent.height; y++)
    for (size_t x = 0; x < small_latent.width; x++)
      {
        const float *one = out + (y * small_latent.width + x) * c;
        const float *two = expected + ((y + 1) * latent.width + x + 1) * c;
        for (size_t i = 0; i < c; i++)
          g_assert_cmpfloat (one[i], ==, two[i]);
      }
  g_assert_true (st_model_padding_is_black (model));
  st_model_unref (model);
  st_model_unref (other);
}

static void
test_padding (void)
{
  for_all (check_padding);
}

/* An image has the same latent tensor whatever is encoded with it. */
static void
check_batches (const StSpec *spec, uint32_t level)
{
  enum { N = 7 };
  StShape many = spec->image;
  size_t pixels = st_shape_size (spec->image), size = st_shape_size (st_spec_latent (spec));
  StModel *model = make_model (spec, 9, 0.5);
  many.height *= N;
  g_autofree float *images = draw_image (many);

  g_autofree float *together = encode (model, images, N, level);
  for (size_t i = 0; i < N; i++)
    {
      g_autofree float *alone = encode (model, images + i * pixels, 1, level);
      g_assert_cmpmem (alone, size * 4, together + i * size, size * 4);
      if (st_kind_samples (spec->kind))
        g_assert_cmpmem (alone + size, size * 4, together + (N + i) * size, size * 4);
    }
  st_model_unref (model);
}

static void
test_batches (void)
{
  for_all (check_batches);
}

/* The mean is the same with and without its log-variance. */
static void
test_mean_alone (void)
{
  StSpec spec = st_spec_default (ST_KIND_VAE, ST_ENCODER_S2);
  size_t size = st_shape_size (st_spec_latent (&spec));
  StModel *model = make_model (&spec, 1, 0.1);
  g_autofree float *image = draw_image (spec.image), *mean = g_new (float, size);
  g_autofree float *both = encode (model, image, 1, 0);
  StWorkspace *workspace;

  g_assert_true (st_ok (st_workspace_new (&spec, 1, &workspace)));
  st_model_encode (model, workspace, 1, image, mean, NULL);
  g_assert_cmpmem (mean, size * 4, both, size * 4);
  st_workspace_free (workspace);
  st_model_unref (model);
}

static void
check_tensor_draw (const StTensor *tensor, const float *parameters, double deviation)
{
  double sum = 0.0, squares = 0.0, n = (double) tensor->length;

  for (size_t i = 0; i < tensor->length; i++)
    {
      double x = (double) parameters[tensor->offset + i];
      sum += x;
      squares += x * x;
    }
  /* Five standard errors. */
  g_assert_cmpfloat_with_epsilon (sum / n, 0.0, 5.0 * deviation / sqrt (n));
  g_assert_cmpfloat_with_epsilon (sqrt (squares / n) / deviation, 1.0, 5.0 / sqrt (2.0 * n));
}

static void
test_initialise (void)
{
  /* Fan-in: 1 x 3^2, 16 x 3^2, 16 x 3^2, 128 x 4, 16 x 4. */
  const double fan_in[] = { 9, 144, 144, 512, 64 };
  StSpec spec = st_spec_default (ST_KIND_VAE, ST_ENCODER_S2);
  size_t count = st_spec_parameters (&spec);
  g_autofree float *parameters = g_new (float, count), *again = g_new (float, count);
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t n = st_spec_tensors (&spec, tensors);

  st_model_initialise (&spec, 0, parameters);
  for (uint32_t i = 0; i < n; i += 2)
    {
      double deviation = sqrt (2.0 / fan_in[i / 2]) * (i == 4 ? 0.1 : 1.0);
      check_tensor_draw (&tensors[i], parameters, deviation);
      for (size_t j = 0; j < tensors[i + 1].length; j++)
        g_assert_cmpfloat (parameters[tensors[i + 1].offset + j], ==, i + 2 == n ? -1.0f : 0.0f);
    }
  st_model_initialise (&spec, 0, again);
  g_assert_cmpmem (parameters, count * 4, again, count * 4);
  st_model_initialise (&spec, 1, again);
  g_assert_cmpfloat (parameters[0], !=, again[0]);
}

static void
test_black_padding (void)
{
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StTensor tensors[ST_TENSORS_MAX];
  StModel *fresh, *other;

  st_spec_tensors (&spec, tensors);
  st_model_initialise (&spec, 0, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &fresh)));
  g_assert_true (st_model_padding_is_black (fresh));
  parameters[tensors[3].offset + 7] = 1e-20f;
  g_assert_true (st_ok (st_model_new (&spec, parameters, &other)));
  g_assert_false (st_model_padding_is_black (other));
  st_model_unref (fresh);
  st_model_unref (other);
}

/* Section 2's stream: number p belongs to latent number p with the channel outermost. */
static void
test_sample (void)
{
  StSpec spec = { ST_KIND_VAE, ST_ENCODER_S2, { 12, 20, 1 }, 5 };
  enum { CELLS = 15, N = CELLS * 5 };
  double epsilon[N];
  float log_variance[N], latent[N], mean[N];

  st_random_normal ((StRandomKey) { 7, 3, ST_STREAM_LATENT, 1 }, N, epsilon);
  for (size_t i = 0; i < N; i++)
    {
      log_variance[i] = (float) g_test_rand_double_range (-3.0, 1.0);
      mean[i] = latent[i] = (float) g_test_rand_double_range (-1.0, 1.0);
    }
  st_model_sample (&spec, 7, 3, log_variance, latent);
  for (size_t cell = 0; cell < CELLS; cell++)
    for (size_t c = 0; c < 5; c++)
      {
        size_t i = cell * 5 + c;
        double expected = (double) mean[i]
                          + exp (0.5 * (double) log_variance[i]) * epsilon[c * CELLS + cell];
        g_assert_cmpfloat_with_epsilon ((double) latent[i], expected, 1e-5);
      }
}

static void
test_refused (void)
{
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);
  StModel *model = NULL;

  spec.channels = 0;
  g_assert_cmpint (st_model_new (&spec, NULL, &model).code, ==, ST_RANGE);
  g_assert_null (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/equal-patches", test_equal_patches);
  g_test_add_func ("/model/padding", test_padding);
  g_test_add_func ("/model/batches", test_batches);
  g_test_add_func ("/model/mean-alone", test_mean_alone);
  g_test_add_func ("/model/initialise", test_initialise);
  g_test_add_func ("/model/black-padding", test_black_padding);
  g_test_add_func ("/model/sample", test_sample);
  g_test_add_func ("/model/refused", test_refused);
  return g_test_run ();
}
