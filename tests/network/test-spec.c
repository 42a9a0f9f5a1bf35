#include <st-layers.h>

#include <glib.h>
#include <string.h>

static void
check_tensors (StKind kind, StEncoder encoder, const char *const *layers, size_t parameters)
{
  StSpec spec = st_spec_default (kind, encoder);
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (&spec, tensors), at = 0;
  size_t end = 0;

  for (; *layers != NULL; layers++)
    if (strcmp (*layers, "decoder.log_sigma") == 0)
      g_assert_cmpstr (tensors[at++].name, ==, *layers);
    else
      for (int bias = 0; bias < 2; bias++, at++)
        {
          g_autofree char *name = g_strconcat (*layers, bias ? ".bias" : ".weight", NULL);
          g_assert_cmpstr (tensors[at].name, ==, name);
        }
  g_assert_cmpuint (count, ==, at);
  for (uint32_t i = 0; i < count; i++)
    {
      size_t length = 1;
      for (uint32_t d = 0; d < tensors[i].dimensions; d++)
        length *= tensors[i].shape[d];
      g_assert_cmpuint (tensors[i].length, ==, length);
      g_assert_cmpuint (tensors[i].offset, ==, end);
      end += length;
    }
  g_assert_cmpuint (end, ==, parameters);
  g_assert_cmpuint (st_spec_parameters (&spec), ==, parameters);
}

#define NAMES(...) (const char *const[]) { __VA_ARGS__, NULL }

static void
test_tensors (void)
{
  const size_t encoder = 16 * 9 + 16 + 128 * 144 + 128;
  const size_t decoder = 128 * 16 * 16 + 16 + 16 * 16 + 1;
  const size_t head = 32 * 6272 + 32, expand = 6272 * 32 + 6272;
  const size_t mlp = 784 * 256 + 256 + 256 * 256 + 256 + 2 * 256 + 2  /* encoder */
                     + 256 * 2 + 256 + 256 * 256 + 256 + 784 * 256 + 784 + 1;

  check_tensors (ST_KIND_CAE, ST_ENCODER_S2,
                 NAMES ("encoder.0", "encoder.1", "decoder.0", "decoder.1"), encoder + decoder);
  check_tensors (ST_KIND_DAE, ST_ENCODER_K4,
                 NAMES ("encoder.0", "encoder.1", "decoder.0", "decoder.1"),
                 16 * 16 + 16 + 128 * 256 + 128 + decoder);
  check_tensors (ST_KIND_VAE, ST_ENCODER_S2,
                 NAMES ("encoder.0", "mean", "log_variance", "decoder.0", "decoder.1"),
                 encoder + 128 * 144 + 128 + decoder);
  check_tensors (ST_KIND_CAE, ST_ENCODER_S3,
                 NAMES ("encoder.0", "encoder.1", "encoder.2", "decoder.0", "decoder.1",
                        "decoder.2"),
                 160 + 32 * 144 + 32 + 128 * 288 + 128 + 32 * 1152 + 32 + 32 * 256 + 16 + 257);
  check_tensors (ST_KIND_VAE, ST_ENCODER_S5,
                 NAMES ("encoder.0", "encoder.1", "encoder.2", "encoder.3", "mean",
                        "log_variance", "decoder.0", "decoder.1", "decoder.2", "decoder.3",
                        "decoder.4"),
                 160 + 32 * 144 + 32 + 32 * 288 + 32 + 64 * 288 + 64 + 2 * (128 * 576 + 128)
                   + 64 * 1152 + 64 + 64 * 512 + 32 + 32 * 288 + 32 + 32 * 256 + 16 + 144 + 1);
  check_tensors (ST_KIND_VAE_DENSE, ST_ENCODER_S2,
                 NAMES ("encoder.0", "encoder.1", "mean", "log_variance", "expand", "decoder.0",
                        "decoder.1"),
                 encoder + 2 * head + expand + decoder);
  check_tensors (ST_KIND_AE_DENSE, ST_ENCODER_S2,
                 NAMES ("encoder.0", "encoder.1", "mean", "expand", "decoder.0", "decoder.1"),
                 encoder + head + expand + decoder);
  check_tensors (ST_KIND_VAE_MLP, ST_ENCODER_S2,
                 NAMES ("encoder.0", "encoder.1", "mean", "log_variance", "decoder.0",
                        "decoder.1", "decoder.2", "decoder.log_sigma"), mlp + 2 * 256 + 2);
  check_tensors (ST_KIND_AE_MLP, ST_ENCODER_S2,
                 NAMES ("encoder.0", "encoder.1", "mean", "decoder.0", "decoder.1", "decoder.2",
                        "decoder.log_sigma"), mlp);
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
  g_assert_true (st_shape_equal (st_spec_code (&spec), (StShape) { 8, 3, 5 }));

  spec.kind = ST_KIND_AE_DENSE;
  spec.dimension = 7;
  spec.image.channels = 3;
  st_spec_tensors (&spec, tensors);
  g_assert_true (st_shape_equal (st_spec_latent (&spec), (StShape) { 8, 3, 5 }));
  g_assert_true (st_shape_equal (st_spec_code (&spec), (StShape) { 1, 1, 7 }));
  g_assert_cmpuint (tensors[4].dimensions, ==, 2);
  g_assert_cmpmem (tensors[0].shape, 16, ((uint32_t[]) { 16, 3, 4, 4 }), 16);
  g_assert_cmpmem (tensors[4].shape, 8, ((uint32_t[]) { 7, 120 }), 8);
  g_assert_cmpmem (tensors[6].shape, 8, ((uint32_t[]) { 120, 7 }), 8);
  g_assert_cmpuint (tensors[7].length, ==, 120);

  spec.kind = ST_KIND_AE_MLP;
  spec.hidden[1] = 0;
  g_assert_cmpuint (st_spec_tensors (&spec, tensors), ==, 9);
  g_assert_true (st_shape_equal (st_spec_latent (&spec), (StShape) { 1, 1, 7 }));
  g_assert_cmpmem (tensors[0].shape, 8, ((uint32_t[]) { 256, 32 * 12 * 3 }), 8);
  g_assert_cmpmem (tensors[6].shape, 8, ((uint32_t[]) { 32 * 12 * 3, 256 }), 8);
  g_assert_cmpuint (tensors[8].offset, ==, st_spec_log_sigma (&spec));
}

static void
test_fields (void)
{
  const uint32_t expected[ST_ENCODERS][3] = { { 7, 3, 4 }, { 10, 3, 4 }, { 15, 7, 4 },
                                               { 21, 10, 4 } };

  for (int encoder = 0; encoder < ST_ENCODERS; encoder++)
    for (int kind = 0; kind < ST_KINDS; kind++)
      {
        StSpec spec = st_spec_default ((StKind) kind, (StEncoder) encoder);
        uint32_t field[3];
        st_spec_field (&spec, &field[0], &field[1], &field[2]);
        if (st_kind_unfolds ((StKind) kind))
          g_assert_cmpmem (field, sizeof field, expected[encoder], sizeof expected[encoder]);
        else
          g_assert_cmpuint (field[0], ==, 0);
      }
}

static void
test_names (void)
{
  StActivation activation;
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
  for (int i = 0; i < ST_ACTIVATIONS; i++)
    {
      g_assert_true (st_activation_from_name (st_activation_name ((StActivation) i), &activation));
      g_assert_cmpint (activation, ==, i);
    }
  g_assert_false (st_activation_from_name ("gelu", &activation));
  g_assert_false (st_kind_from_name ("CAE", &kind));
  g_assert_false (st_encoder_from_name ("", &encoder));
  g_assert_true (st_kind_samples (ST_KIND_VAE));
  g_assert_false (st_kind_samples (ST_KIND_DAE));
  g_assert_true (st_kind_denoises (ST_KIND_DAE));
  g_assert_true (st_kind_unfolds (ST_KIND_VAE_DENSE) && !st_kind_unfolds (ST_KIND_AE_MLP));
  g_assert_true (st_kind_has_oracle (ST_KIND_VAE) && !st_kind_has_oracle (ST_KIND_AE_DENSE));
  g_assert_true (st_kind_has_dimension (ST_KIND_AE_DENSE) && !st_kind_has_dimension (ST_KIND_CAE));
}

static void
test_check (void)
{
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);
  g_assert_true (st_ok (st_spec_check (&spec)));

  const StShape wrong[] = { { 27, 28, 1 }, { 28, 30, 1 }, { 0, 28, 1 }, { 4, 28, 1 },
                            { 28, 28, 2 }, { 28, 260, 1 } };
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

static void
check_refused (const StSpec *spec, StCode code)
{
  g_assert_cmpint (st_spec_check (spec).code, ==, code);
}

/* Only the fields that a kind has are looked at. */
static void
test_check_dense (void)
{
  StSpec cae = st_spec_default (ST_KIND_CAE, ST_ENCODER_S5), good, bad;

  cae.dimension = cae.hidden[0] = 0;
  cae.image = (StShape) { 128, 8, 3 };
  check_refused (&cae, ST_OK);
  good = st_spec_default (ST_KIND_AE_DENSE, ST_ENCODER_S3);
  bad = good;
  bad.dimension = 0;
  check_refused (&bad, ST_RANGE);
  bad.dimension = 257;
  check_refused (&bad, ST_RANGE);
  bad = good;
  bad.image.width = 64;
  check_refused (&bad, ST_OK);
  bad.image.width = 68;
  check_refused (&bad, ST_SHAPE);
  good = bad = st_spec_default (ST_KIND_VAE_MLP, ST_ENCODER_S2);
  bad.channels = 0;
  check_refused (&bad, ST_OK);
  bad.hidden[0] = 0;
  check_refused (&bad, ST_RANGE);
  bad = good;
  bad.hidden[3] = 1;   /* behind a 0 */
  check_refused (&bad, ST_RANGE);
  bad.hidden[2] = 2048;
  check_refused (&bad, ST_OK);
  bad.hidden[2] = 2049;
  check_refused (&bad, ST_RANGE);
  bad = good;
  bad.activation = ST_ACTIVATIONS;
  check_refused (&bad, ST_RANGE);
}

static void
test_equal (void)
{
  StSpec cae = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2), other = cae;

  other.dimension = other.hidden[0] = 5;
  other.activation = ST_ACTIVATION_TANH;
  g_assert_true (st_spec_equal (&cae, &other));
  other.encoder = ST_ENCODER_K4;
  g_assert_false (st_spec_equal (&cae, &other));
  other = cae;
  other.image.channels = 3;
  g_assert_false (st_spec_equal (&cae, &other));

  StSpec mlp = st_spec_default (ST_KIND_AE_MLP, ST_ENCODER_S2);
  g_assert_false (st_spec_equal (&cae, &mlp));
  other = mlp;
  other.encoder = ST_ENCODER_S5;
  other.channels = 1;
  g_assert_true (st_spec_equal (&mlp, &other));
  other.hidden[1] = 0;
  g_assert_false (st_spec_equal (&mlp, &other));
  other = mlp;
  other.dimension = 3;
  g_assert_false (st_spec_equal (&mlp, &other));
  other = mlp;
  other.activation = ST_ACTIVATION_ELU;
  g_assert_false (st_spec_equal (&mlp, &other));
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
        StSpec spec = { .kind = (StKind) kind, .encoder = (StEncoder) encoder,
                        .image = { 8, 8, 1 + 2 * (encoder % 2) }, .channels = 3, .dimension = 2,
                        .hidden = { 4 } };
        StPlan plan;
        st_plan_make (&spec, &plan);
        for (uint32_t i = 0; i < plan.layers; i++)
          if (!plan.layer[i].dense)
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
  g_test_add_func ("/spec/check-dense", test_check_dense);
  g_test_add_func ("/spec/equal", test_equal);
  g_test_add_func ("/spec/matrices", test_matrices);
  return g_test_run ();
}
