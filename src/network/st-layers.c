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
  [ST_ENCODER_S3] = {
    3, 3,
    { { false, 3, 2, 1, 16 }, { false, 3, 2, 1, 32 }, { false, 3, 1, 1, 0 } },
    { { false, 3, 1, 1, 32 }, { true, 4, 2, 1, 16 }, { true, 4, 2, 1, 0 } },
  },
  [ST_ENCODER_S5] = {
    5, 5,
    { { false, 3, 1, 1, 16 }, { false, 3, 2, 1, 32 }, { false, 3, 1, 1, 32 },
      { false, 3, 2, 1, 64 }, { false, 3, 1, 1, 0 } },
    { { false, 3, 1, 1, 64 }, { true, 4, 2, 1, 32 }, { false, 3, 1, 1, 32 },
      { true, 4, 2, 1, 16 }, { false, 3, 1, 1, 0 } },
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

/* Patches an even number of cache lines apart would crowd into a few sets of the cache. */
static size_t
patch_step (size_t length)
{
  const size_t line = 16;
  return length % (2 * line) == 0 ? length + line : length;
}

/* Gives the layer its places in the parameter block. */
static void
take_parameters (StPlan *plan, StLayer *layer, size_t biases)
{
  for (uint32_t part = 0; part < layer->parts; part++)
    {
      layer->weight[part] = plan->parameters;
      plan->parameters += st_layer_weights (layer);
      layer->bias[part] = plan->parameters;
      plan->parameters += biases;
    }
}

/* Appends a layer behind a tensor of shape `in`; returns the shape that it gives. */
static StShape
append (StPlan *plan, const Row *row, StShape in, uint32_t channels, uint32_t parts, bool linear)
{
  StShape out = shape_behind (row, in, channels);
  StShape large = row->transposed ? out : in, small = row->transposed ? in : out;
  size_t taps = (size_t) row->kernel * row->kernel;
  StLayer *layer = &plan->layer[plan->layers++];

  *layer = (StLayer) {
    .transposed = row->transposed, .linear = linear, .in = in, .out = out, .parts = parts,
    .grid = { large.height, large.width, large.channels, small.height, small.width,
              row->kernel, row->stride, row->padding, patch_step (taps * large.channels) },
    .matrix_rows = row->transposed ? in.channels : taps * in.channels,
    .matrix_columns = parts * (row->transposed ? taps * channels : channels),
  };
  take_parameters (plan, layer, channels);
  return out;
}

static StShape
append_dense (StPlan *plan, StShape in, StShape out, uint32_t parts, bool linear,
              StActivation activation)
{
  size_t inputs = st_shape_size (in), outputs = st_shape_size (out);
  StLayer *layer = &plan->layer[plan->layers++];

  *layer = (StLayer) {
    .dense = true, .linear = linear, .activation = activation, .in = in, .out = out,
    .parts = parts, .grid = { 1, 1, inputs, 1, 1, 1, 1, 0, inputs },
    .matrix_rows = inputs, .matrix_columns = parts * outputs,
  };
  take_parameters (plan, layer, outputs);
  return out;
}

/* Convolutions to the latent tensor and back, in some kinds with a vector in between. */
static void
plan_convolutions (const StSpec *spec, StPlan *plan)
{
  const Architecture *net = &ARCHITECTURES[spec->encoder];
  bool vector = st_kind_has_dimension (spec->kind);
  uint32_t heads = st_kind_samples (spec->kind) ? 2 : 1;
  StShape shape = spec->image;

  for (uint32_t i = 0; i < net->encoders; i++)
    {
      bool last = i + 1u == net->encoders, is_head = last && !vector && heads == 2;
      shape = append (plan, &net->encoder[i], shape,
                      last ? spec->channels : net->encoder[i].channels, is_head ? heads : 1,
                      is_head);
    }
  plan->code = plan->latent = plan->layers - 1;
  if (vector)
    {
      StShape code = { 1, 1, spec->dimension };
      append_dense (plan, shape, code, heads, true, ST_ACTIVATION_RELU);
      append_dense (plan, code, shape, 1, false, ST_ACTIVATION_RELU);
      plan->code = plan->layers - 2;
      plan->latent = plan->layers - 1;
    }
  for (uint32_t i = 0; i < net->decoders; i++)
    {
      bool last = i + 1u == net->decoders;
      shape = append (plan, &net->decoder[i], shape,
                      last ? spec->image.channels : net->decoder[i].channels, 1, last);
    }
}

/* Dense layers to a vector, and the same mirrored.  Images are vectors as they come. */
static void
plan_mlp (const StSpec *spec, StPlan *plan)
{
  uint32_t pixels = (uint32_t) st_shape_size (spec->image), hidden = 0;
  StShape shape = { 1, 1, pixels };

  for (; hidden < ST_HIDDEN_MAX && spec->hidden[hidden] != 0; hidden++)
    shape = append_dense (plan, shape, (StShape) { 1, 1, spec->hidden[hidden] }, 1, false,
                          spec->activation);
  plan->code = plan->latent = plan->layers;
  shape = append_dense (plan, shape, (StShape) { 1, 1, spec->dimension },
                        st_kind_samples (spec->kind) ? 2 : 1, true, spec->activation);
  while (hidden-- > 0)
    shape = append_dense (plan, shape, (StShape) { 1, 1, spec->hidden[hidden] }, 1, false,
                          spec->activation);
  append_dense (plan, shape, (StShape) { 1, 1, pixels }, 1, true, spec->activation);
  plan->has_sigma = true;
  plan->log_sigma = plan->parameters++;
}

void
st_plan_make (const StSpec *spec, StPlan *plan)
{
  *plan = (StPlan) { .group = 2 };
  if (st_kind_unfolds (spec->kind))
    plan_convolutions (spec, plan);
  else
    plan_mlp (spec, plan);
  if (st_kind_has_dimension (spec->kind))
    plan->group = st_kind_unfolds (spec->kind) ? 8 : 50;
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

/* Three nested loops over a weight tensor and, at the same time, the layer's matrix: how
 * often each runs and how far it steps in both.  The innermost one takes long steps in one
 * of them, so it goes by blocks around which the others turn: a block's few cache lines
 * stay until all their numbers are done. */
typedef struct Walk { size_t times[3], weight[3], matrix[3]; } Walk;

enum { BLOCK = 16 };

static Walk
walk_of (const StLayer *layer)
{
  size_t in = layer->in.channels, out = layer->out.channels, columns = layer->matrix_columns;
  size_t taps = layer->grid.kernel * layer->grid.kernel;

  if (layer->transposed)
    return (Walk) { { in, out, taps }, { out * taps, taps, 1 }, { columns, 1, out } };
  return (Walk) { { in, taps, out }, { taps, 1, in * taps }, { columns, in * columns, 1 } };
}

/* A block: `n` numbers that begin at these offsets in the parameter block and the matrix. */
typedef struct Block { size_t n, weight, matrix; } Block;

static inline Block
block_at (const StLayer *layer, const Walk *w, uint32_t part, size_t from, size_t i, size_t j)
{
  return (Block) {
    .n = w->times[2] - from < BLOCK ? w->times[2] - from : BLOCK,
    .weight = layer->weight[part] + i * w->weight[0] + j * w->weight[1] + from * w->weight[2],
    .matrix = part * layer->out.channels + i * w->matrix[0] + j * w->matrix[1]
              + from * w->matrix[2],
  };
}

void
st_layer_add_matrix (const StLayer *layer, const float *matrix, float *parameters)
{
  Walk w = walk_of (layer);

  for (uint32_t part = 0; part < layer->parts; part++)
    for (size_t from = 0; from < w.times[2]; from += BLOCK)
      for (size_t i = 0; i < w.times[0]; i++)
        for (size_t j = 0; j < w.times[1]; j++)
          {
            Block b = block_at (layer, &w, part, from, i, j);
            for (size_t l = 0; l < b.n; l++)
              parameters[b.weight + l * w.weight[2]] += matrix[b.matrix + l * w.matrix[2]];
          }
}

void
st_layer_get_matrix (const StLayer *layer, const float *parameters, float *matrix)
{
  Walk w = walk_of (layer);

  for (uint32_t part = 0; part < layer->parts; part++)
    for (size_t from = 0; from < w.times[2]; from += BLOCK)
      for (size_t i = 0; i < w.times[0]; i++)
        for (size_t j = 0; j < w.times[1]; j++)
          {
            Block b = block_at (layer, &w, part, from, i, j);
            for (size_t l = 0; l < b.n; l++)
              matrix[b.matrix + l * w.matrix[2]] = parameters[b.weight + l * w.weight[2]];
          }
}
