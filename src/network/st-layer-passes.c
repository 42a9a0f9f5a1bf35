#include <st-workspace.h>

static size_t
cells_of (const StLayer *layer)
{
  return layer->grid.rows * layer->grid.columns;
}

/* whole: with bias and ReLU, not only what is linear of it. */
static void
convolve (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t parts, uint32_t n,
          bool whole, const float *in, float *out)
{
  const StLayer *layer = &model->plan.layer[i];
  size_t channels = layer->out.channels;

  workspace->kernels->unfold (&layer->grid, n, in, workspace->patches[i]);
  for (uint32_t part = 0; part < parts; part++)
    workspace->kernels->product (&(StProduct) {
      .m = n * cells_of (layer), .n = channels, .k = layer->matrix_rows,
      .a = workspace->patches[i], .a_row = layer->grid.patch, .a_step = 1,
      .b = model->packed + model->packing[i].forward[part],
      .b_panel = st_panel_width (channels) * layer->matrix_rows,
      .b_step = st_panel_width (channels),
      .c = out + part * channels, .c_row = layer->parts * channels,
      .bias = whole ? model->parameters + layer->bias[part] : NULL,
      .relu = whole && st_layer_has_relu (layer) });
}

static void
spread (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n, bool whole,
        const float *in, float *out)
{
  const StLayer *layer = &model->plan.layer[i];
  size_t columns = layer->matrix_columns, width = st_panel_width (columns);

  workspace->kernels->product (&(StProduct) {
    .m = n * cells_of (layer), .n = columns, .k = layer->matrix_rows,
    .a = in, .a_row = layer->matrix_rows, .a_step = 1,
    .b = model->packed + model->packing[i].forward[0],
    .b_panel = width * layer->matrix_rows, .b_step = width,
    .c = workspace->columns, .c_row = layer->grid.patch });
  workspace->kernels->fold (&layer->grid, n, workspace->columns,
                            whole ? model->parameters + layer->bias[0] : NULL,
                            whole && st_layer_has_relu (layer), NULL, out);
}

void
st_layer_forward (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t parts,
                  uint32_t n, const float *in, float *out)
{
  if (model->plan.layer[i].dense)
    st_dense_forward (model, workspace, i, parts, n, in, out);
  else if (model->plan.layer[i].transposed)
    spread (model, workspace, i, n, true, in, out);
  else
    convolve (model, workspace, i, parts, n, true, in, out);
}

void
st_layer_linear (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                 const float *in, float *out)
{
  if (model->plan.layer[i].dense)
    st_dense_linear (model, workspace, i, n, in, out);
  else if (model->plan.layer[i].transposed)
    spread (model, workspace, i, n, false, in, out);
  else
    convolve (model, workspace, i, 1, n, false, in, out);
}

/* Rows of cells: where there is a patch for each, they are further apart than they are long. */
typedef struct Rows { const float *at; size_t step; } Rows;

/* matrix += left^T right, left[cells][matrix_rows], right[cells][matrix_columns]. */
static void
add_matrix_gradient (StWorkspace *workspace, uint32_t i, uint32_t n, Rows left, Rows right)
{
  const StLayer *layer = &workspace->plan.layer[i];
  size_t columns = layer->matrix_columns, rows = layer->matrix_rows;

  if (columns == 1)  /* a row is as good as a column, and fills vectors */
    {
      workspace->kernels->product (&(StProduct) {
        .m = 1, .n = rows, .k = n * cells_of (layer),
        .a = right.at, .a_row = 1, .a_step = right.step,
        .b = left.at, .b_panel = st_panel_width (rows), .b_step = left.step,
        .c = workspace->matrix[i], .c_row = rows, .add = true });
      return;
    }
  workspace->kernels->product (&(StProduct) {
    .m = rows, .n = columns, .k = n * cells_of (layer),
    .a = left.at, .a_row = 1, .a_step = left.step,
    .b = right.at, .b_panel = st_panel_width (columns), .b_step = right.step,
    .c = workspace->matrix[i], .c_row = columns, .add = true });
}

/* out = left matrix^T, left[cells][matrix_columns]. */
static void
transposed_product (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                    Rows left, const float *mask, float *out, size_t out_step)
{
  const StLayer *layer = &model->plan.layer[i];
  size_t width = st_panel_width (layer->matrix_rows);

  workspace->kernels->product (&(StProduct) {
    .m = n * cells_of (layer), .n = layer->matrix_rows, .k = layer->matrix_columns,
    .a = left.at, .a_row = left.step, .a_step = 1,
    .b = model->packed + model->packing[i].backward,
    .b_panel = width * layer->matrix_columns, .b_step = width,
    .c = out, .c_row = out_step, .mask = mask });
}

static void
add_bias_gradient (StWorkspace *workspace, const StLayer *layer, uint32_t n, const float *delta,
                   float *gradient)
{
  size_t pixels = (size_t) n * layer->out.height * layer->out.width;
  size_t channels = layer->out.channels;
  float sums[ST_PARTS_MAX * 256] = { 0 };

  workspace->kernels->column_sums (pixels, layer->parts * channels, delta, sums);
  for (uint32_t part = 0; part < layer->parts; part++)
    for (size_t c = 0; c < channels; c++)
      gradient[layer->bias[part] + c] += sums[part * channels + c];
}

void
st_layer_backward (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                   const float *in, const float *mask, const float *delta_out, float *delta_in,
                   float *gradient)
{
  const StLayer *layer = &model->plan.layer[i];
  const StKernels *kernels = workspace->kernels;
  Rows columns = { workspace->columns, layer->grid.patch };

  if (layer->dense)
    {
      st_dense_backward (model, workspace, i, n, in, mask, delta_out, delta_in, gradient);
      return;
    }
  add_bias_gradient (workspace, layer, n, delta_out, gradient);
  if (layer->transposed)
    {
      kernels->unfold (&layer->grid, n, delta_out, workspace->columns);
      add_matrix_gradient (workspace, i, n, (Rows) { in, layer->matrix_rows }, columns);
      if (delta_in != NULL)
        transposed_product (model, workspace, i, n, columns, mask, delta_in,
                            layer->matrix_rows);
    }
  else
    {
      Rows patches = { workspace->patches[i], layer->grid.patch };
      Rows delta = { delta_out, layer->matrix_columns };
      add_matrix_gradient (workspace, i, n, patches, delta);
      if (delta_in == NULL)
        return;
      transposed_product (model, workspace, i, n, delta, NULL, workspace->columns,
                          layer->grid.patch);
      kernels->fold (&layer->grid, n, workspace->columns, NULL, false, mask, delta_in);
    }
}

void
st_layer_adjoint (const StModel *model, StWorkspace *workspace, uint32_t i, uint32_t n,
                  const float *delta_out, float *delta_in)
{
  const StLayer *layer = &model->plan.layer[i];
  Rows columns = { workspace->columns, layer->grid.patch };

  if (layer->dense)
    st_dense_adjoint (model, workspace, i, n, delta_out, delta_in);
  else if (layer->transposed)
    {
      workspace->kernels->unfold (&layer->grid, n, delta_out, workspace->columns);
      transposed_product (model, workspace, i, n, columns, NULL, delta_in, layer->matrix_rows);
    }
  else
    {
      transposed_product (model, workspace, i, n, (Rows) { delta_out, layer->matrix_columns },
                          NULL, workspace->columns, layer->grid.patch);
      workspace->kernels->fold (&layer->grid, n, workspace->columns, NULL, false, NULL, delta_in);
    }
}

void
st_layer_add_weights (StWorkspace *workspace, uint32_t i, uint32_t n, const float *in,
                      const float *delta_out, float *gradient)
{
  const StLayer *layer = &workspace->plan.layer[i];
  bool transposed = layer->transposed;
  float *patches = transposed ? workspace->columns : workspace->patches[i];
  Rows unfolded = { patches, layer->grid.patch };

  if (layer->dense)
    {
      st_dense_add_weights (workspace, i, n, in, delta_out, gradient);
      return;
    }
  workspace->kernels->unfold (&layer->grid, n, transposed ? delta_out : in, patches);
  if (transposed)
    add_matrix_gradient (workspace, i, n, (Rows) { in, layer->matrix_rows }, unfolded);
  else
    add_matrix_gradient (workspace, i, n, unfolded, (Rows) { delta_out, layer->matrix_columns });
}

void
st_layer_add_biases (StWorkspace *workspace, uint32_t i, uint32_t n, const float *delta_out,
                     float *gradient)
{
  const StLayer *layer = &workspace->plan.layer[i];

  if (layer->dense)
    st_dense_add_biases (workspace, i, n, delta_out, gradient);
  else
    add_bias_gradient (workspace, layer, n, delta_out, gradient);
}
