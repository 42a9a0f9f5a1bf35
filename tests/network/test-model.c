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

/* A property for every encoder of a kind, and many shapes.  MLPs have no encoder and no channels;
 * what has dense layers is large, so that fewer will do. */
static void
for_kind (StKind kind, Property property, uint32_t level)
{
  const uint32_t channels[] = { 1, 17, 64, 130 };
  const StShape shapes[] = { { 8, 8, 1 }, { 12, 20, 3 }, { 28, 28, 1 }, { 36, 16, 1 } };
  StEncoder encoders = st_kind_unfolds (kind) ? ST_ENCODERS : 1;

  for (StEncoder encoder = 0; encoder < encoders; encoder++)
    for (size_t i = 0; i < G_N_ELEMENTS (channels); i++)
      for (size_t j = 0; j < G_N_ELEMENTS (shapes); j++)
        {
          StSpec spec = st_spec_default (kind, encoder);
          spec.image = shapes[j];
          spec.channels = channels[i];
          if (st_kind_has_oracle (kind) || (st_kind_unfolds (kind) ? (i + j) % 4 == 0 : i == 0))
            property (&spec, level);
        }
}

static void
for_all (Property property, bool only_patches)
{
  for (uint32_t level = 0; st_kernels_nth (level) != NULL; level++)
    for (StKind kind = 0; kind < ST_KINDS; kind++)
      if (!only_patches || st_kind_has_oracle (kind))
        for_kind (kind, property, level);
}

/* The first cell along an axis whose field lies inside the image, and the first behind them. */
static void
find_inside (const StSpec *spec, uint32_t pixels, size_t *first, size_t *behind)
{
  uint32_t size, padding, stride;

  st_spec_field (spec, &size, &padding, &stride);
  *first = (padding + stride - 1) / stride;
  *behind = pixels + padding < size ? 0 : (pixels + padding - size) / stride + 1;
}

/* An image of period 4: all cells whose field is inside see the same, and so do those at a
 * border that lie on one line along it. */
static void
check_equal_patches (const StSpec *spec, uint32_t level)
{
  StShape shape = spec->image, latent = st_spec_latent (spec);
  g_autofree float *tile = draw_image ((StShape) { 4, 4, shape.channels });
  g_autofree float *image = draw_image (shape);
  StModel *model = make_model (spec, 3, 0.5);
  size_t c = latent.channels, bytes = c * sizeof (float), left, right, top, bottom;

  for (size_t i = 0; i < st_shape_size (shape); i++)
    {
      size_t y = i / shape.width % shape.height, colour = i / shape.width / shape.height;
      image[i] = tile[colour * 16 + y % 4 * 4 + i % shape.width % 4];
    }
  find_inside (spec, shape.width, &left, &right);
  find_inside (spec, shape.height, &top, &bottom);
  g_autofree float *out = encode (model, image, 1, level);
  for (size_t y = 0; y < latent.height; y++)
    for (size_t x = left + 1; x < right; x++)
      {
        const float *cell = out + (y * latent.width + x) * c;
        g_assert_cmpmem (cell, bytes, cell - c, bytes);
        if (y > top && y < bottom)
          g_assert_cmpmem (cell, bytes, cell - latent.width * c, bytes);
      }
  st_model_unref (model);
}

static void
test_equal_patches (void)
{
  for_all (check_equal_patches, true);
}

/* Without biases padding is black: an image inside a larger black one gives the same cells,
 * bit for bit, at its borders too.  The outermost pixels are black, or hidden cells outside
 * the smaller image, where its padding is, would see something in the larger one. */
static void
check_padding (const StSpec *spec, uint32_t level)
{
  const size_t margins[ST_ENCODERS] = { 1, 1, 7, 10 };
  StSpec large = *spec;
  large.image.height += 8;
  large.image.width += 8;
  StShape small_latent = st_spec_latent (spec), latent = st_spec_latent (&large);
  StModel *model = make_model (spec, 5, 0.0), *other = make_model (&large, 5, 0.0);
  g_autofree float *image = draw_image (spec->image);
  g_autofree float *framed = g_new0 (float, st_shape_size (large.image));
  size_t width = spec->image.width, height = spec->image.height, c = latent.channels;
  size_t margin = margins[spec->encoder];

  for (size_t i = 0; i < st_shape_size (spec->image); i++)
    {
      size_t y = i / width % height, x = i % width, colour = i / width / height;
      if (y < margin || x < margin || y + margin >= height || x + margin >= width)
        image[i] = 0.0f;
      framed[(colour * large.image.height + y + 4) * large.image.width + x + 4] = image[i];
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
  for_all (check_padding, true);
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
  for_all (check_batches, false);
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
check_initialise (StKind kind, StEncoder encoder, const double *fan_in, const char *last_bias)
{
  StSpec spec = st_spec_default (kind, encoder);
  size_t count = st_spec_parameters (&spec);
  g_autofree float *parameters = g_new (float, count), *again = g_new (float, count);
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t n = st_spec_tensors (&spec, tensors);

  st_model_initialise (&spec, 0, parameters);
  for (uint32_t i = 0; i < n; i++)
    if (tensors[i].dimensions > 1)
      check_tensor_draw (&tensors[i], parameters,
                         sqrt (2.0 / fan_in[i / 2])
                           * (g_str_has_prefix (tensors[i].name, "log") ? 0.1 : 1.0));
    else
      for (size_t j = 0; j < tensors[i].length; j++)
        g_assert_cmpfloat (parameters[tensors[i].offset + j], ==,
                           strcmp (tensors[i].name, last_bias) == 0 ? -1.0f : 0.0f);
  st_model_initialise (&spec, 0, again);
  g_assert_cmpmem (parameters, count * 4, again, count * 4);
  st_model_initialise (&spec, 1, again);
  g_assert_cmpfloat (parameters[0], !=, again[0]);
}

static void
test_initialise (void)
{
  /* Fan-in: channels x 3^2, or 4 channels behind a transposed convolution. */
  const double vae[] = { 9, 144, 144, 512, 64 };
  const double s5[] = { 9, 144, 288, 288, 576, 1152, 256, 288, 128, 144 };
  const double dense[] = { 9, 144, 6272, 6272, 32, 512, 64 };
  const double mlp[] = { 784, 256, 256, 256, 2, 256, 256 };

  check_initialise (ST_KIND_VAE, ST_ENCODER_S2, vae, "decoder.1.bias");
  check_initialise (ST_KIND_CAE, ST_ENCODER_S5, s5, "decoder.4.bias");
  check_initialise (ST_KIND_VAE_DENSE, ST_ENCODER_S2, dense, "decoder.1.bias");
  check_initialise (ST_KIND_VAE_MLP, ST_ENCODER_S2, mlp, "decoder.2.bias");
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
  StSpec spec = { .kind = ST_KIND_VAE, .image = { 12, 20, 1 }, .channels = 5 };
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

/* Behind a dense layer: a sample is one of the code, by section 2's stream, and is expanded. */
static void
test_latent (gconstpointer data)
{
  enum { N = 3 };
  StSpec spec = st_spec_default ((StKind) GPOINTER_TO_UINT (data), ST_ENCODER_S2);
  size_t pixels = st_shape_size (spec.image), size = st_shape_size (st_spec_latent (&spec));
  StModel *model = make_model (&spec, 1, 0.1);
  g_autofree float *images = draw_image ((StShape) { N * spec.image.height, spec.image.width, 1 });
  g_autofree float *means = encode (model, images, N, 0), *same = g_new (float, N * size);
  g_autofree float *samples = g_new (float, N * size), *alone = g_new (float, size);
  const uint32_t indices[N] = { 4, 9, 2 };
  StWorkspace *workspace;
  gboolean differs = FALSE;

  g_assert_true (st_ok (st_workspace_new (&spec, N, &workspace)));
  st_model_latent (model, workspace, N, images, 7, NULL, same);
  g_assert_cmpmem (same, N * size * 4, means, N * size * 4);
  st_model_latent (model, workspace, N, images, 7, indices, samples);
  for (size_t i = 0; i < N; i++)
    {
      st_model_latent (model, workspace, 1, images + i * pixels, 7, indices + i, alone);
      g_assert_cmpmem (alone, size * 4, samples + i * size, size * 4);
      if (st_kind_samples (spec.kind) && spec.kind != ST_KIND_VAE_DENSE)
        st_model_sample (&spec, 7, indices[i], means + (N + i) * size, means + i * size);
      else if (spec.kind == ST_KIND_VAE_DENSE)
        {
          for (size_t j = 0; j < size; j++)
            g_assert_cmpfloat (means[(N + i) * size + j], ==, -(float) INFINITY);
          differs = memcmp (alone, means + i * size, size * 4) != 0;
          continue;
        }
      g_assert_cmpmem (alone, size * 4, means + i * size, size * 4);
    }
  g_assert_cmpint (differs, ==, spec.kind == ST_KIND_VAE_DENSE);
  st_workspace_free (workspace);
  st_model_unref (model);
}

/* The dense layers of vae-dense, written once more: what is expanded is sum w z + b with
 * z = m + e^(v/2) epsilon, its rows ordered (C, h, w). */
static void
test_expanded (void)
{
  StSpec spec = { .kind = ST_KIND_VAE_DENSE, .image = { 8, 12, 1 }, .channels = 5, .dimension = 4 };
  enum { CELLS = 6, SIZE = 30, D = 4 };
  StModel *model = make_model (&spec, 2, 0.3);
  const float *p = st_model_parameters (model);
  StTensor tensors[ST_TENSORS_MAX];
  double map[SIZE] = { 0 }, z[D], epsilon[D];
  const uint32_t index = 6;
  float latent[SIZE], sampled[SIZE];
  StSpec plain = spec;
  StModel *encoder;
  StWorkspace *workspace, *scratch;

  /* The map before the dense layers is that of a cae with the same convolutions. */
  plain.kind = ST_KIND_CAE;
  g_autofree float *weights = g_new0 (float, st_spec_parameters (&plain));
  uint32_t count = st_spec_tensors (&spec, tensors);
  memcpy (weights, p, tensors[4].offset * sizeof *p);
  g_assert_true (st_ok (st_model_new (&plain, weights, &encoder)));
  g_assert_true (st_ok (st_workspace_new (&spec, 1, &workspace)));
  g_assert_true (st_ok (st_workspace_new (&plain, 1, &scratch)));
  g_autofree float *image = draw_image (spec.image);
  st_model_encode (encoder, scratch, 1, image, latent, NULL);
  st_model_latent (model, workspace, 1, image, 3, &index, sampled);

  g_assert_cmpstr (tensors[4].name, ==, "mean.weight");
  g_assert_cmpstr (tensors[6].name, ==, "log_variance.weight");
  g_assert_cmpstr (tensors[8].name, ==, "expand.weight");
  g_assert_cmpuint (count, ==, 14);
  for (size_t i = 0; i < SIZE; i++)
    map[i % 5 * CELLS + i / 5] = (double) latent[i];
  st_random_normal ((StRandomKey) { 3, index, ST_STREAM_LATENT, 1 }, D, epsilon);
  for (size_t d = 0; d < D; d++)
    {
      double m = (double) p[tensors[5].offset + d], v = (double) p[tensors[7].offset + d];
      for (size_t i = 0; i < SIZE; i++)
        {
          m += (double) p[tensors[4].offset + d * SIZE + i] * map[i];
          v += (double) p[tensors[6].offset + d * SIZE + i] * map[i];
        }
      z[d] = m + exp (0.5 * v) * epsilon[d];
    }
  for (size_t i = 0; i < SIZE; i++)
    {
      double sum = (double) p[tensors[9].offset + i];
      for (size_t d = 0; d < D; d++)
        sum += (double) p[tensors[8].offset + i * D + d] * z[d];
      g_assert_cmpfloat_with_epsilon ((double) sampled[i % CELLS * 5 + i / CELLS], MAX (sum, 0.0),
                                      1e-5);
    }
  st_workspace_free (workspace);
  st_workspace_free (scratch);
  st_model_unref (model);
  st_model_unref (encoder);
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
  for (guint kind = 0; kind < ST_KINDS; kind++)
    {
      g_autofree char *path = g_strdup_printf ("/model/latent/%s", st_kind_name ((StKind) kind));
      g_test_add_data_func (path, GUINT_TO_POINTER (kind), test_latent);
    }
  g_test_add_func ("/model/expanded", test_expanded);
  g_test_add_func ("/model/refused", test_refused);
  return g_test_run ();
}
