/* A pass takes a block of 16 lanes through the decoder: each point has a lane for its values and
 * one for each of its directions, so that a few points with few directions share a block, and
 * many directions take several, each with the values again.
 *
 * Tensors have their channels outermost, as PyTorch has them, and each of their numbers is 16
 * lanes.  Every layer gathers: a number it puts out is a sum over input channels and taps. */
#include <st-jacobian.h>

#include <st-alloc.h>
#include <st-workspace.h>

#include <math.h>
#include <string.h>

enum { LANES = ST_GATHER_LANES, TAPS_MAX = 16 };

struct StJacobian {
  StModel *model;
  const StKernels *kernels;
  uint32_t dimension;
  size_t pixels;
  double *tensor[2];    /* [numbers of the largest layer][LANES] */
  uint32_t together;    /* points whose columns share blocks */
  double *columns;      /* [together][d][pixels] */
};

/* Which point each lane is of, and which of its directions; a point's first lane has its
 * values. */
typedef struct Block {
  uint32_t point, points;            /* the first one, and how many */
  uint32_t direction, directions;    /* of each point: the first one, and how many */
} Block;

static uint32_t
lane_of (const Block *block, uint32_t point)
{
  return (point - block->point) * (1 + block->directions);
}

/* The decoder begins behind the code. */
static size_t
largest_tensor (const StPlan *plan)
{
  size_t most = st_shape_size (plan->layer[plan->code].out);
  for (uint32_t i = plan->code + 1; i < plan->layers; i++)
    if (st_shape_size (plan->layer[i].out) > most)
      most = st_shape_size (plan->layer[i].out);
  return most;
}

/* As many as fill a block with the directions that are left over. */
static uint32_t
together (uint32_t d)
{
  uint32_t left = d % (LANES - 1);
  return left == 0 ? 1 : LANES / (1 + left);
}

StStatus
st_jacobian_new (StModel *model, StJacobian **result)
{
  if (!st_kind_has_dimension (model->spec.kind))
    return st_failure (ST_RANGE, 0, 0);
  StJacobian *jacobian = st_alloc (1, sizeof *jacobian);
  if (jacobian == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *jacobian, 0);

  size_t numbers = largest_tensor (&model->plan) * LANES;
  *jacobian = (StJacobian) {
    .model = st_model_ref (model), .kernels = st_kernels (), .dimension = model->spec.dimension,
    .pixels = st_shape_size (model->spec.image),
  };
  jacobian->tensor[0] = st_alloc (numbers, sizeof (double));
  jacobian->tensor[1] = st_alloc (numbers, sizeof (double));
  jacobian->together = together (jacobian->dimension);
  jacobian->columns = st_alloc (jacobian->together * jacobian->dimension * jacobian->pixels,
                                sizeof (double));
  if (jacobian->tensor[0] == NULL || jacobian->tensor[1] == NULL || jacobian->columns == NULL)
    {
      st_jacobian_free (jacobian);
      return st_failure (ST_NO_MEMORY, (int64_t) (numbers * sizeof (double)), 0);
    }
  *result = jacobian;
  return st_success ();
}

void
st_jacobian_free (StJacobian *jacobian)
{
  if (jacobian == NULL)
    return;
  st_model_unref (jacobian->model);
  st_free (jacobian->tensor[0]);
  st_free (jacobian->tensor[1]);
  st_free (jacobian->columns);
  st_free (jacobian);
}

uint32_t
st_jacobian_dimension (const StJacobian *jacobian)
{
  return jacobian->dimension;
}

size_t
st_jacobian_pixels (const StJacobian *jacobian)
{
  return jacobian->pixels;
}

/* ---- layers ---- */

/* Input cells and weights that make one cell: along one axis, input i and tap t such that, for a
 * convolution, i = s out + t - p, for a transposed one, out = s i + t - p. */
static bool
find_input (const StLayer *layer, size_t out, size_t tap, size_t inputs, size_t *in)
{
  size_t stride = layer->grid.stride, padding = layer->grid.padding;

  if (layer->transposed)
    {
      if (out + padding < tap || (out + padding - tap) % stride != 0)
        return false;
      *in = (out + padding - tap) / stride;
    }
  else
    {
      if (stride * out + tap < padding)
        return false;
      *in = stride * out + tap - padding;
    }
  return *in < inputs;
}

static size_t
find_taps (const StLayer *layer, size_t row, size_t column, StTap taps[TAPS_MAX])
{
  size_t kernel = layer->grid.kernel, n = 0, y, x;

  for (size_t u = 0; u < kernel; u++)
    for (size_t v = 0; v < kernel; v++)
      if (find_input (layer, row, u, layer->in.height, &y)
          && find_input (layer, column, v, layer->in.width, &x))
        taps[n++] = (StTap) { y * layer->in.width + x, u * kernel + v };
  return n;
}

static void
pass_dense (const StJacobian *jacobian, const StLayer *layer, const double *values,
            const double *in, double *out)
{
  const float *parameters = jacobian->model->parameters;
  const StTap tap = { 0, 0 };

  jacobian->kernels->gather (&(StGather) {
    .outputs = st_shape_size (layer->out), .inputs = layer->matrix_rows, .taps = 1, .tap = &tap,
    .weight = parameters + layer->weight[0], .weight_out = layer->matrix_rows, .weight_in = 1,
    .bias = parameters + layer->bias[0], .values = values,
    .in = in, .in_step = 1, .out = out, .out_step = 1 });
}

static void
pass_map (const StJacobian *jacobian, const StLayer *layer, const double *values,
          const double *in, double *out)
{
  const float *parameters = jacobian->model->parameters;
  size_t taps = layer->grid.kernel * layer->grid.kernel;
  size_t inputs = layer->in.channels, outputs = layer->out.channels;
  size_t cells = (size_t) layer->out.height * layer->out.width;
  StTap tap[TAPS_MAX];

  for (size_t cell = 0; cell < cells; cell++)
    jacobian->kernels->gather (&(StGather) {
      .outputs = outputs, .inputs = inputs, .tap = tap,
      .taps = find_taps (layer, cell / layer->out.width, cell % layer->out.width, tap),
      .weight = parameters + layer->weight[0],
      .weight_out = layer->transposed ? taps : inputs * taps,
      .weight_in = layer->transposed ? outputs * taps : taps,
      .bias = parameters + layer->bias[0], .values = values,
      .in = in, .in_step = (size_t) layer->in.height * layer->in.width,
      .out = out + cell * LANES, .out_step = cells });
}

/* What an activation makes of *x, and its derivative there. */
static double
activate (const StLayer *layer, bool last, double *x)
{
  double a = *x;

  if (last)
    {
      double e = exp (-fabs (a)), small = e / (1.0 + e);
      *x = a < 0.0 ? small : 1.0 / (1.0 + e);
      return small / (1.0 + e);
    }
  switch (layer->activation)
    {
    case ST_ACTIVATION_TANH:
      *x = tanh (a);
      return 1.0 - *x * *x;
    case ST_ACTIVATION_ELU:
      *x = a > 0.0 ? a : expm1 (a);
      return a > 0.0 ? 1.0 : exp (a);
    case ST_ACTIVATION_RELU:
    case ST_ACTIVATIONS:
      break;
    }
  *x = a < 0.0 ? 0.0 : a;
  return a > 0.0 ? 1.0 : 0.0;
}

static void
bend (const StLayer *layer, bool last, const Block *block, double *tensor)
{
  size_t numbers = st_shape_size (layer->out);

  for (size_t i = 0; i < numbers; i++, tensor += LANES)
    for (uint32_t p = 0; p < block->points; p++)
      {
        double *lanes = tensor + p * (1 + block->directions);
        double slope = activate (layer, last, lanes);
        for (uint32_t k = 1; k <= block->directions; k++)
          lanes[k] *= slope;
      }
}

/* ---- blocks ---- */

static void
load (const StJacobian *jacobian, const Block *block, const double *z, uint32_t k,
      const double *v, double values[LANES])
{
  uint32_t d = jacobian->dimension;
  double *tensor = jacobian->tensor[0];

  memset (tensor, 0, d * LANES * sizeof *tensor);
  memset (values, 0, LANES * sizeof *values);
  for (uint32_t p = block->point; p < block->point + block->points; p++)
    {
      uint32_t lane = lane_of (block, p);
      values[lane] = 1.0;
      for (uint32_t i = 0; i < d; i++)
        {
          tensor[i * LANES + lane] = z[(size_t) p * d + i];
          for (uint32_t j = 0; j < block->directions; j++)
            {
              uint32_t direction = block->direction + j;
              tensor[i * LANES + lane + 1 + j]
                = v != NULL ? v[((size_t) p * k + direction) * d + i] : direction == i;
            }
        }
    }
}

static void
store (const StJacobian *jacobian, const Block *block, uint32_t k, const double *tensor,
       double *images, double *products)
{
  size_t pixels = jacobian->pixels;

  for (uint32_t p = block->point; p < block->point + block->points; p++)
    {
      uint32_t lane = lane_of (block, p);
      for (size_t i = 0; images != NULL && i < pixels; i++)
        images[p * pixels + i] = tensor[i * LANES + lane];
      for (uint32_t j = 0; products != NULL && j < block->directions; j++)
        {
          double *product = products + ((size_t) p * k + block->direction + j) * pixels;
          for (size_t i = 0; i < pixels; i++)
            product[i] = tensor[i * LANES + lane + 1 + j];
        }
    }
}

static void
pass (StJacobian *jacobian, const Block *block, const double *z, uint32_t k, const double *v,
      double *images, double *products)
{
  const StPlan *plan = &jacobian->model->plan;
  _Alignas (64) double values[LANES];
  double *in = jacobian->tensor[0], *out = jacobian->tensor[1];

  load (jacobian, block, z, k, v, values);
  for (uint32_t i = plan->code + 1; i < plan->layers; i++)
    {
      const StLayer *layer = &plan->layer[i];
      if (layer->dense)
        pass_dense (jacobian, layer, values, in, out);
      else
        pass_map (jacobian, layer, values, in, out);
      bend (layer, i + 1 == plan->layers, block, out);
      double *other = in;
      in = out;
      out = other;
    }
  store (jacobian, block, k, in, images, products);
}

/* As many directions at once as there are lanes for; those that are left over of several points
 * share a block. */
void
st_jacobian_push (StJacobian *jacobian, uint32_t n, const double *z, uint32_t k, const double *v,
                  double *images, double *products)
{
  uint32_t all = products == NULL ? 0 : k, done = 0;

  do
    {
      uint32_t directions = all - done < LANES ? all - done : LANES - 1;
      uint32_t points = LANES / (1 + directions);
      for (uint32_t from = 0; from < n; from += points)
        {
          Block block = { from, n - from < points ? n - from : points, done, directions };
          pass (jacobian, &block, z, k, v, images, products);
        }
      done += directions;
    }
  while (done < all);
}

/* G = J^T J of one point. */
static void
multiply_columns (const StJacobian *jacobian, const double *columns, double *metric)
{
  uint32_t d = jacobian->dimension;
  size_t pixels = jacobian->pixels;

  for (uint32_t i = 0; i < d; i++)
    for (uint32_t j = 0; j <= i; j++)
      {
        const double *a = columns + i * pixels, *b = columns + j * pixels;
        double sum = 0.0;
        for (size_t l = 0; l < pixels; l++)
          sum += a[l] * b[l];
        metric[i * d + j] = metric[j * d + i] = sum;
      }
}

void
st_jacobian_metrics (StJacobian *jacobian, uint32_t n, const double *z, double *images,
                     double *metrics)
{
  uint32_t d = jacobian->dimension;
  size_t pixels = jacobian->pixels;

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = n - done < jacobian->together ? n - done : jacobian->together;
      st_jacobian_push (jacobian, now, z + (size_t) done * d, d, NULL,
                        images == NULL ? NULL : images + done * pixels, jacobian->columns);
      for (uint32_t p = 0; p < now; p++)
        multiply_columns (jacobian, jacobian->columns + p * d * pixels,
                          metrics + (size_t) (done + p) * d * d);
    }
}
