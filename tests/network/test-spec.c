#include <st-layers.h>

#include <glib.h>

static void
check_tensors (StKind kind, StEncoder encoder, const char *const *names, size_t parameters)
{
  StSpec spec = st_spec_default (kind, encoder);
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (&spec, tensors);
  size_t end = 0;

  g_assert_cmpuint (count, ==, g_strv_length ((char **) names));
  for (uint32_t i = 0; i < count; i++)
    {
      size_t length = 1;
      g_assert_cmpstr (tensors[i].name, ==, names[i]);
      for (uint32_t d = 0; d < tensors[i].dimensions; d++)
        length *= tensors[i].shape[d];
      g_assert_cmpuint (tensors[i].length, ==, length);
      g_assert_cmpuint (tensors[i].offset, ==, end);
      end += length;
    }
  g_assert_cmpuint (end, ==, parameters);
  g_assert_cmpuint (st_spec_parameters (&spec), ==, parameters);
}

static const char *const PLAIN[] = {
  "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias",
  "decoder.0.weight", "decoder.0.bias", "decoder.1.weight", "decoder.1.bias", NULL };
static const char *const HEADS[] = {
  "encoder.0.weight", "encoder.0.bias", "mean.weight", "mean.bias",
  "log_variance.weight", "log_variance.bias",
  "decoder.0.weight", "decoder.0.bias", "decoder.1.weight", "decoder.1.bias", NULL };

static void
test_tensors (void)
{
  const size_t decoder = 128 * 16 * 16 + 16 + 16 * 16 + 1;

  check_tensors (ST_KIND_CAE, ST_ENCODER_S2, PLAIN, 16 * 9 + 16 + 128 * 144 + 128 + decoder);
  check_tensors (ST_KIND_DAE, ST_ENCODER_K4, PLAIN, 16 * 16 + 16 + 128 * 256 + 128 + decoder);
  check_tensors (ST_KIND_VAE, ST_ENCODER_S2, HEADS,
                 16 * 9 + 16 + 2 * (128 * 144 + 128) + decoder);
}

static void
test_shapes (void)
{
  StSpec spec = st_spec_default (ST_KIND_VAE, ST_ENCODER_K4);
  StTensor tensors[ST_TENSORS_MAX];

  st_spec_tensors (&spec, tensors);
  g_assert_cmpmem (tensors[2].shape, 16, ((uint32_t[]) { 128, 16, 4, 4 }), 16);
  g_assert_cmpmem (tensors[6].shape, 16, ((uint32_t[]) { 128, 16, 4, 4 }), 16);
  g_assert_cmpmem (tensors[8].shape, 16, ((uint32_t[]) { 16, 1, 4, 4 }), 16);
  spec.image = (StShape) { 32, 12, 1 };
  spec.channels = 5;
  g_assert_true (st_shape_equal (st_spec_latent (&spec), (StShape) { 8, 3, 5 }));
}

static void
test_fields (void)
{
  const uint32_t expected[ST_ENCODERS][3] = { { 7, 3, 4 }, { 10, 3, 4 } };

  for (int encoder = 0; encoder < ST_ENCODERS; encoder++)
    for (int kind = 0; kind < ST_KINDS; kind++)
      {
        StSpec spec = st_spec_default ((StKind) kind, (StEncoder) encoder);
        uint32_t field[3];
        st_spec_field (&spec, &field[0], &field[1], &field[2]);
        g_assert_cmpmem (field, sizeof field, expected[encoder], sizeof expected[encoder]);
      }
}

static void
test_names (void)
{
  StEncoder encoder;
  StKind kind;

  for (int i = 0; i < ST_KINDS; i++)
    {
      g_assert_true (st_kind_from_name (st_kind_name ((StKind) i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
  for (int i = 0; i < ST_ENCODERS; i++)
    {
      g_assert_true (st_encoder_from_name (st_encoder_name ((StEncoder) i), &encoder));
      g_assert_cmpint (encoder, ==, i);
    }
  g_assert_false (st_kind_from_name ("CAE", &kind));
  g_assert_false (st_encoder_from_name ("", &encoder));
  g_assert_true (st_kind_samples (ST_KIND_VAE));
  g_assert_false (st_kind_samples (ST_KIND_DAE));
  g_assert_true (st_kind_denoises (ST_KIND_DAE));
}

static void
test_check (void)
{
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);
  g_assert_true (st_ok (st_spec_check (&spec)));

  const StShape wrong[] = { { 27, 28, 1 }, { 28, 30, 1 }, { 0, 28, 1 }, { 4, 28, 1 },
                            { 28, 28, 3 }, { 28, 260, 1 } };
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      StSpec other = spec;
      other.image = wrong[i];
      g_assert_cmpint (st_spec_check (&other).code, ==, ST_SHAPE);
    }
  spec.channels = 0;
  g_assert_cmpint (st_spec_check (&spec).code, ==, ST_RANGE);
  spec.channels = 257;
  g_assert_cmpint (st_spec_check (&spec).code, ==, ST_RANGE);
  spec.channels = 1;
  spec.kind = ST_KINDS;
  g_assert_cmpint (st_spec_check (&spec).code, ==, ST_RANGE);
}

/* Where entry (row, column) of a layer's matrix is in PyTorch's layout: OIHW, or IOHW where
 * transposed; the matrix has its taps outside its channels. */
static size_t
place (const StLayer *layer, size_t row, size_t column)
{
  size_t taps = layer->grid.kernel * layer->grid.kernel;
  size_t in = layer->in.channels, out = layer->out.channels;

  if (layer->transposed)
    return layer->weight[0] + (row * out + column % out) * taps + column / out;
  return layer->weight[column / out] + (column % out * in + row % in) * taps + row / in;
}

static void
check_matrix (const StLayer *layer, size_t parameters)
{
  size_t n = layer->matrix_rows * layer->matrix_columns;
  g_autofree float *numbers = g_new (float, parameters), *matrix = g_new (float, n);
  g_autofree float *sums = g_new0 (float, parameters);
  size_t biases = 0;

  for (size_t i = 0; i < parameters; i++)
    numbers[i] = (float) (i + 1);
  st_layer_get_matrix (layer, numbers, matrix);
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat (matrix[i], ==,
                       (float) (place (layer, i / layer->matrix_columns,
                                       i % layer->matrix_columns) + 1));
  /* Back to where it came from, twice; nothing else is touched. */
  st_layer_add_matrix (layer, matrix, sums);
  st_layer_add_matrix (layer, matrix, sums);
  for (size_t i = 0; i < parameters; i++)
    if (sums[i] == 0.0f)
      biases++;
    else
      g_assert_cmpfloat (sums[i], ==, 2.0f * numbers[i]);
  g_assert_cmpuint (biases, ==, parameters - n);
}

static void
test_matrices (void)
{
  for (int kind = 0; kind < ST_KINDS; kind++)
    for (int encoder = 0; encoder < ST_ENCODERS; encoder++)
      {
        StSpec spec = { (StKind) kind, (StEncoder) encoder, { 8, 8, 1 }, 3 };
        StPlan plan;
        st_plan_make (&spec, &plan);
        for (uint32_t i = 0; i < plan.layers; i++)
          check_matrix (&plan.layer[i], plan.parameters);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spec/tensors", test_tensors);
  g_test_add_func ("/spec/shapes", test_shapes);
  g_test_add_func ("/spec/fields", test_fields);
  g_test_add_func ("/spec/names", test_names);
  g_test_add_func ("/spec/check", test_check);
  g_test_add_func ("/spec/matrices", test_matrices);
  return g_test_run ();
}
