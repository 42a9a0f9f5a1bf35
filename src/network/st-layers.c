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

/* Patches an even number of cache lines apart would crowd into a few sets of the cache. */
static size_t
patch_step (size_t length)
{
  const size_t line = 16;
  return length % (2 * line) == 0 ? length + line : length;
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
              row->kernel, row->stride, row->padding, patch_step (taps * large.channels) },
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
