/* Dense layers.  Their weights, out x in, are never rearranged but for the pass forward: back,
 * rows of weights are rows of the matrix that derivatives are multiplied with, and rows of
 * their gradient are products too.  What is rearranged is the map that a layer begins or ends
 * at: a few numbers an image, beside one weight for each pair of them. */
#include <st-workspace.h>

void
st_transpose (size_t n, size_t rows, size_t columns, const float *in, float *out)
{
  const size_t block = 16;

  for (; n > 0; n--, in += rows * columns, out += rows * columns)
    for (size_t first = 0; first < rows; first += block)
      for (size_t j = 0; j < columns; j++)
        for (size_t i = first; i < rows && i < first + block; i++)
          out[j * rows + i] = in[i * columns + j];
}

const float *
st_images_in (const StModel *model, uint32_t n, const float *images, float *out)
{
  const StLayer *first = &model->plan.layer[0];
  StShape shape = model->spec.image;

  if (first->dense || shape.channels == 1)
    return images;
  st_transpose (n, shape.channels, (size_t) shape.height * shape.width, images, out);
  return out;
}

static void
to_vectors (StShape shape, uint32_t n, const float *map, float *vectors)
{
  st_transpose (n, (size_t) shape.height * shape.width, shape.channels, map, vectors);
}

static void
to_maps (StShape shape, uint32_t n, const float *vectors, float *map)
{
  st_transpose (n, shape.channels, (size_t) shape.height * shape.width, vectors, map);
}

/* whole: with bias and activation, not only what is linear of it. */
static void
multiply (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t parts, uint32_t n,
          bool whole, const float *in, float *out)
{
  const StLayer *layer = &model->plan.layer[i];
  size_t inputs = layer->matrix_rows, outputs = layer->matrix_columns / layer->parts;
  float *to = st_is_map (layer->out) ? workspace->columns : out;
  bool relu = whole && st_layer_has_relu (layer), bent = whole && !layer->linear && !relu;

  if (st_is_map (layer->in))
    {
      to_vectors (layer->in, n, in, workspace->patches[i]);
      in = workspace->patches[i];
    }
  for (uint32_t part = 0; part < parts; part++)
    workspace->kernels->product (&(StProduct) {
      .m = n, .n = outputs, .k = inputs, .a = in, .a_row = inputs, .a_step = 1,
      .b = model->packed + model->packing[i].forward[part],
      .b_panel = st_panel_width (outputs) * inputs, .b_step = st_panel_width (outputs),
      .c = to + part * outputs, .c_row = layer->matrix_columns,
      .bias = whole ? model->parameters + layer->bias[part] : NULL, .relu = relu });
  if (bent)
    workspace->kernels->activate (layer->activation, n * layer->matrix_columns, to);
  if (to != out)
    to_maps (layer->out, n, to, out);
}

void
st_dense_forward (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t parts,
                  uint32_t n, const float *in, float *out)
{
  multiply (model, workspace, i, parts, n, true, in, out);
}

void
st_dense_linear (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                 const float *in, float *out)
{
  multiply (model, workspace, i, 1, n, false, in, out);
}
/* Derivatives by the layer's output as vectors. */
static const float *
deltas_of (StWorkspace *workspace, const StLayer *layer, uint32_t n, const float *delta_out)
{
  if (!st_is_map (layer->out))
    return delta_out;
  to_vectors (layer->out, n, delta_out, workspace->columns);
  return workspace->columns;
}

static void
add_biases (const StLayer *layer, uint32_t n, const float *delta, float *gradient)
{
  size_t columns = layer->matrix_columns, outputs = columns / layer->parts;

  for (uint32_t part = 0; part < layer->parts; part++)
    {
      float *bias = gradient + layer->bias[part];
      for (uint32_t i = 0; i < n; i++)
        for (size_t o = 0; o < outputs; o++)
          bias[o] += delta[i * columns + part * outputs + o];
    }
}

static void
add_weights (StWorkspace *workspace, const StLayer *layer, uint32_t n, const float *in,
             const float *delta, float *gradient)
{
  size_t inputs = layer->matrix_rows, columns = layer->matrix_columns;
  size_t outputs = columns / layer->parts;

  for (uint32_t part = 0; part < layer->parts; part++)
    workspace->kernels->product (&(StProduct) {
      .m = outputs, .n = inputs, .k = n,
      .a = delta + part * outputs, .a_row = 1, .a_step = columns,
      .b = in, .b_panel = st_panel_width (inputs), .b_step = inputs,
      .c = gradient + layer->weight[part], .c_row = inputs, .add = !workspace->begins });
}

/* mask: the input as vectors, or NULL. */
static void
multiply_back (const StModel *model, StWorkspace *workspace, const StLayer *layer, uint32_t n,
               const float *mask, const float *delta, float *delta_in)
{
  size_t inputs = layer->matrix_rows, columns = layer->matrix_columns;
  size_t outputs = columns / layer->parts;
  /* No layer is between two maps: the scratch is free where it is needed. */
  float *to = st_is_map (layer->in) ? workspace->columns : delta_in;

  for (uint32_t part = 0; part < layer->parts; part++)
    workspace->kernels->product (&(StProduct) {
      .m = n, .n = inputs, .k = outputs,
      .a = delta + part * outputs, .a_row = columns, .a_step = 1,
      .b = model->parameters + layer->weight[part], .b_panel = st_panel_width (inputs),
      .b_step = inputs, .c = to, .c_row = inputs, .mask = mask, .add = part > 0 });
  if (to != delta_in)
    to_maps (layer->in, n, to, delta_in);
}

void
st_dense_backward (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                   const float *in, const float *mask, const float *delta_out, float *delta_in,
                   float *gradient)
{
  const StLayer *layer = &model->plan.layer[i];
  const float *delta = deltas_of (workspace, layer, n, delta_out);
  const float *x = st_is_map (layer->in) ? workspace->patches[i] : in;

  add_biases (layer, n, delta, gradient);
  add_weights (workspace, layer, n, x, delta, gradient);
  if (delta_in != NULL)
    multiply_back (model, workspace, layer, n, mask == NULL ? NULL : x, delta, delta_in);
}

void
st_dense_adjoint (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                  const float *delta_out, float *delta_in)
{
  const StLayer *layer = &model->plan.layer[i];
  multiply_back (model, workspace, layer, n, NULL, deltas_of (workspace, layer, n, delta_out),
                 delta_in);
}

void
st_dense_add_weights (StWorkspace *workspace, uint32_t i, uint32_t n, const float *in,
                      const float *delta_out, float *gradient)
{
  const StLayer *layer = &workspace->plan.layer[i];

  if (st_is_map (layer->in))
    {
      to_vectors (layer->in, n, in, workspace->patches[i]);
      in = workspace->patches[i];
    }
  add_weights (workspace, layer, n, in, deltas_of (workspace, layer, n, delta_out), gradient);
}

void
st_dense_add_biases (StWorkspace *workspace, uint32_t i, uint32_t n, const float *delta_out,
                     float *gradient)
{
  const StLayer *layer = &workspace->plan.layer[i];
  add_biases (layer, n, deltas_of (workspace, layer, n, delta_out), gradient);
}
