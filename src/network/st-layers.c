#include <st-layers.h>

typedef struct Row {
  bool transposed;
  uint8_t kernel, stride, padding;
  uint8_t channels;   /* 0: those of the latent tensor, or of the image at the end */
} Row;

typedef struct Architecture {
  uint8_t encoders, decoders;
  Row encoder[5], decoder[5];
} Architecture;

static const Architecture ARCHITECTURES[ST_ENCODERS] = {
  [ST_ENCODER_S2] = {
    2, 2,
    { { false, 3, 2, 1, 16 }, { false, 3, 2, 1, 0 } },
    { { true, 4, 2, 1, 16 }, { true, 4, 2, 1, 0 } },
  },
  [ST_ENCODER_K4] = {
    2, 2,
    { { false, 4, 2, 1, 16 }, { false, 4, 2, 1, 0 } },
    { { true, 4, 2, 1, 16 }, { true, 4, 2, 1, 0 } },
  },
};

static StShape
shape_behind (const Row *row, StShape in, uint32_t channels)
{
  uint32_t k = row->kernel, s = row->stride, p = row->padding;
  if (row->transposed)
    return (StShape) { (in.height - 1) * s + k - 2 * p, (in.width - 1) * s + k - 2 * p, channels };
  return (StShape) { (in.height + 2 * p - k) / s + 1, (in.width + 2 * p - k) / s + 1, channels };
}

/* Appends a layer behind a tensor of shape `in`; returns the shape that it gives. */
static StShape
append (StPlan *plan, const Row *row, StShape in, uint32_t channels, uint32_t parts, bool relu)
{
  StShape out = shape_behind (row, in, channels);
  StShape large = row->transposed ? out : in, small = row->transposed ? in : out;
  size_t taps = (size_t) row->kernel * row->kernel;
  StLayer *layer = &plan->layer[plan->layers++];

  *layer = (StLayer) {
    .transposed = row->transposed, .relu = relu, .in = in, .out = out, .parts = parts,
    .grid = { large.height, large.width, large.channels, small.height, small.width,
              row->kernel, row->stride, row->padding },
    .matrix_rows = row->transposed ? in.channels : taps * in.channels,
    .matrix_columns = parts * (row->transposed ? taps * channels : channels),
  };
  for (uint32_t part = 0; part < parts; part++)
    {
      layer->weight[part] = plan->parameters;
      plan->parameters += st_layer_weights (layer);
      layer->bias[part] = plan->parameters;
      plan->parameters += channels;
    }
  return out;
}

void
st_plan_make (const StSpec *spec, StPlan *plan)
{
  const Architecture *net = &ARCHITECTURES[spec->encoder];
  bool samples = st_kind_samples (spec->kind);
  StShape shape = spec->image;

  *plan = (StPlan) { .latent = net->encoders - 1u };
  for (uint32_t i = 0; i < net->encoders; i++)
    {
      bool latent = i == plan->latent;
      uint32_t channels = latent ? spec->channels : net->encoder[i].channels;
      shape = append (plan, &net->encoder[i], shape, channels, latent && samples ? 2 : 1,
                      !(latent && samples));
    }
  for (uint32_t i = 0; i < net->decoders; i++)
    {
      bool last = i + 1u == net->decoders;
      uint32_t channels = last ? spec->image.channels : net->decoder[i].channels;
      shape = append (plan, &net->decoder[i], shape, channels, 1, !last);
    }
}

size_t
st_layer_weights (const StLayer *layer)
{
  return layer->matrix_rows * (layer->matrix_columns / layer->parts);
}

size_t
st_layer_fan_in (const StLayer *layer)
{
  if (!layer->transposed)
    return layer->matrix_rows;
  size_t reach = layer->grid.kernel / layer->grid.stride;
  return layer->in.channels * reach * reach;
}

size_t
st_layer_index (const StLayer *layer, size_t row, size_t column)
{
  size_t taps = layer->grid.kernel * layer->grid.kernel;
  size_t in = layer->in.channels, out = layer->out.channels;

  if (layer->transposed)
    return layer->weight[0] + (row * out + column % out) * taps + column / out;
  return layer->weight[column / out] + (column % out * in + row % in) * taps + row / in;
}
