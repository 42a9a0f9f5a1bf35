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

/* Every number of the weight tensors is one entry of the layer's matrix. */
static void
test_index (void)
{
  StSpec spec = { ST_KIND_VAE, ST_ENCODER_K4, { 8, 8, 1 }, 3 };
  StPlan plan;

  st_plan_make (&spec, &plan);
  for (uint32_t i = 0; i < plan.layers; i++)
    {
      const StLayer *layer = &plan.layer[i];
      g_autofree guint8 *seen = g_malloc0 (plan.parameters);
      for (size_t row = 0; row < layer->matrix_rows; row++)
        for (size_t column = 0; column < layer->matrix_columns; column++)
          g_assert_cmpuint (seen[st_layer_index (layer, row, column)]++, ==, 0);
      for (uint32_t part = 0; part < layer->parts; part++)
        for (size_t j = 0; j < st_layer_weights (layer); j++)
          g_assert_cmpuint (seen[layer->weight[part] + j], ==, 1);
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
  g_test_add_func ("/spec/index", test_index);
  return g_test_run ();
}
