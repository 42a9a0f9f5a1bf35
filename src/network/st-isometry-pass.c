#include <st-isometry-pass.h>

#include <st-alloc.h>

static float *
place (float *base, size_t *used, size_t length)
{
  float *at = base == NULL ? NULL : base + *used;
  *used += (length + ST_VECTOR - 1) / ST_VECTOR * ST_VECTOR;
  return at;
}

/* Gives every array its place in a block of floats, or, where base is NULL, counts them. */
static size_t
lay_out (StIsometryPass *pass, const StPlan *plan, size_t points, float *base)
{
  size_t used = 0, most = 0, rows = (st_pass_probes (pass) + pass->tangents + 1) * points;

  for (uint32_t i = plan->code + 1; i <= plan->layers; i++)
    {
      size_t size = st_pass_size (plan, i);
      most = size > most ? size : most;
      pass->before[i] = place (base, &used, rows * size);
      /* Where p begins it is t. */
      pass->back[i] = place (base, &used,
                             i < plan->layers ? st_pass_probes (pass) * points * size : 0);
      if (i < plan->layers)
        pass->behind[i] = place (base, &used, rows * st_shape_size (plan->layer[i].out));
    }
  for (int side = 0; side < 2; side++)
    pass->scratch[side] = place (base, &used, (pass->tangents + 1) * points * most);
  return used;
}

static StStatus
allocate (StIsometryPass *pass, const StPlan *plan, uint32_t points)
{
  bool exact = !st_isometry_has_probes (pass->isometry);
  size_t floats = lay_out (pass, plan, points, NULL);

  pass->memory = st_alloc (floats, sizeof (float));
  pass->metric = st_alloc (exact ? points * (pass->d * pass->d + 2) : 0, sizeof (double));
  if (pass->memory == NULL || pass->metric == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (floats * sizeof (float)), 0);
  lay_out (pass, plan, points, pass->memory);
  return st_success ();
}

StStatus
st_isometry_pass_new (const StSpec *spec, StIsometry isometry, uint32_t points,
                      StIsometryPass **result)
{
  bool exact = !st_isometry_has_probes (isometry);
  StPlan plan;

  if (!st_kind_has_dimension (spec->kind) || spec->dimension < 2)
    return st_failure (ST_RANGE, 2, 0);
  if (exact && spec->dimension > ST_CONFORMAL_DIMENSION_MAX)
    return st_failure (ST_RANGE, 2, ST_CONFORMAL_DIMENSION_MAX);
  StIsometryPass *pass = st_alloc (1, sizeof *pass);
  if (pass == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *pass, 0);

  st_plan_make (spec, &plan);
  *pass = (StIsometryPass) {
    .isometry = isometry, .d = spec->dimension, .tangents = exact ? spec->dimension : 1,
    .pixels = st_shape_size (spec->image),
  };
  StStatus status = allocate (pass, &plan, points);
  if (st_ok (status))
    *result = pass;
  else
    st_isometry_pass_free (pass);
  return status;
}

void
st_isometry_pass_free (StIsometryPass *pass)
{
  if (pass == NULL)
    return;
  st_free (pass->memory);
  st_free (pass->metric);
  st_free (pass);
}

/* ---- layers ---- */

/* Some layers need scratch. */
uint32_t
st_pass_together (const StNet *net, uint32_t i, uint32_t rows)
{
  const StLayer *layer = &net->model->plan.layer[i];
  bool scratch = !layer->dense || st_is_map (layer->in) || st_is_map (layer->out);
  return scratch && rows > net->workspace->room ? net->workspace->room : rows;
}

void
st_pass_linear (const StNet *net, uint32_t i, uint32_t rows, const float *in, float *out)
{
  const StPlan *plan = &net->model->plan;
  size_t size_in = st_pass_size (plan, i), size_out = st_pass_size (plan, i + 1);
  uint32_t together = st_pass_together (net, i, rows);

  for (uint32_t done = 0; done < rows; done += together)
    st_layer_linear (net->model, net->workspace, i,
                     rows - done < together ? rows - done : together, in + done * size_in,
                     out + done * size_out);
}

void
st_pass_adjoint (const StNet *net, uint32_t i, uint32_t rows, const float *delta_out,
                 float *delta_in)
{
  const StPlan *plan = &net->model->plan;
  size_t size_in = st_pass_size (plan, i), size_out = st_pass_size (plan, i + 1);
  uint32_t together = st_pass_together (net, i, rows);

  for (uint32_t done = 0; done < rows; done += together)
    st_layer_adjoint (net->model, net->workspace, i,
                      rows - done < together ? rows - done : together,
                      delta_out + done * size_out, delta_in + done * size_in);
}

void
st_pass_add_gradient (const StNet *net, uint32_t i, uint32_t rows, uint32_t n, const float *in,
                      const float *delta_out, float *gradient)
{
  const StPlan *plan = &net->model->plan;
  size_t size_in = st_pass_size (plan, i), size_out = st_pass_size (plan, i + 1);
  uint32_t together = st_pass_together (net, i, rows);

  for (uint32_t done = 0; done < rows; done += together)
    st_layer_add_weights (net->workspace, i, rows - done < together ? rows - done : together,
                          in + done * size_in, delta_out + done * size_out, gradient);
  together = st_pass_together (net, i, n);
  delta_out += (rows - n) * size_out;
  for (uint32_t done = 0; done < n; done += together)
    st_layer_add_biases (net->workspace, i, n - done < together ? n - done : together,
                         delta_out + done * size_out, gradient);
}

StCurve
st_pass_curve (const StPlan *plan, uint32_t i)
{
  if (i + 1 == plan->layers)
    return ST_CURVE_SIGMOID;
  switch (plan->layer[i].activation)
    {
    case ST_ACTIVATION_ELU: return ST_CURVE_ELU;
    case ST_ACTIVATION_TANH: return ST_CURVE_TANH;
    case ST_ACTIVATION_RELU:
    case ST_ACTIVATIONS: break;
    }
  return ST_CURVE_RELU;
}
