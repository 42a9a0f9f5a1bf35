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

void
st_dense_forward (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t parts,
                  uint32_t n, const float *in, float *out)
{
  const StLayer *layer = &model->plan.layer[i];
  size_t inputs = layer->matrix_rows, outputs = layer->matrix_columns / layer->parts;
  float *to = st_is_map (layer->out) ? workspace->columns : out;
  bool bent = !layer->linear && !st_layer_has_relu (layer);

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
      .bias = model->parameters + layer->bias[part], .relu = st_layer_has_relu (layer) });
  if (bent)
    workspace->kernels->activate (layer->activation, n * layer->matrix_columns, to);
  if (to != out)
    to_maps (layer->out, n, to, out);
}

static void
add_dense_gradient (StWorkspace *workspace, const StLayer *layer, uint32_t n, const float *in,
                    const float *delta, float *gradient)
{
  size_t inputs = layer->matrix_rows, columns = layer->matrix_columns;
  size_t outputs = columns / layer->parts;

  for (uint32_t part = 0; part < layer->parts; part++)
    {
      float *bias = gradient + layer->bias[part];
      for (uint32_t i = 0; i < n; i++)
        for (size_t o = 0; o < outputs; o++)
          bias[o] += delta[i * columns + part * outputs + o];
      workspace->kernels->product (&(StProduct) {
        .m = outputs, .n = inputs, .k = n,
        .a = delta + part * outputs, .a_row = 1, .a_step = columns,
        .b = in, .b_panel = st_panel_width (inputs), .b_step = inputs,
        .c = gradient + layer->weight[part], .c_row = inputs, .add = !workspace->begins });
    }
}

void
st_dense_backward (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                   const float *in, const float *mask, const float *delta_out, float *delta_in,
                   float *gradient)
{
  const StLayer *layer = &model->plan.layer[i];
  size_t inputs = layer->matrix_rows, columns = layer->matrix_columns;
  size_t outputs = columns / layer->parts;
  const float *delta = delta_out, *x = in;

  if (st_is_map (layer->out))
    {
      to_vectors (layer->out, n, delta_out, workspace->columns);
      delta = workspace->columns;
    }
  if (st_is_map (layer->in))
    x = workspace->patches[i];
  add_dense_gradient (workspace, layer, n, x, delta, gradient);
  if (delta_in == NULL)
    return;
  /* No layer is between two maps: the scratch is free where it is needed. */
  float *to = st_is_map (layer->in) ? workspace->columns : delta_in;
  for (uint32_t part = 0; part < layer->parts; part++)
    workspace->kernels->product (&(StProduct) {
      .m = n, .n = inputs, .k = outputs,
      .a = delta + part * outputs, .a_row = columns, .a_step = 1,
      .b = model->parameters + layer->weight[part], .b_panel = st_panel_width (inputs),
      .b_step = inputs, .c = to, .c_row = inputs, .mask = mask == NULL ? NULL : x,
      .add = part > 0 });
  if (to != delta_in)
    to_maps (layer->in, n, to, delta_in);
}
