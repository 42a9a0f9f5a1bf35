#include <st-isometry-pass.h>

#include <string.h>

/* ~g in before[first]'s first rows. */
static void
begin_probes (const StIsometryPass *pass, uint32_t first, const StIsometrySums *sums,
              uint32_t points, double weight)
{
  const float *g = pass->back[first], *v = st_pass_tangents (pass, pass->before[first], pass->d);
  float *out = pass->before[first];
  bool strict = pass->isometry == ST_ISOMETRY_STRICT;
  double mean = sums->squares / points;
  double scale = 2.0 * weight / points / (strict ? 1.0 : mean * mean);

  for (size_t i = 0; i < (size_t) pass->n * pass->d; i++)
    out[i] = (float) (scale * ((double) g[i] - (strict ? (double) v[i] : 0.0)));
}

/* Through the way back to g, layer by layer forward: ~p, and what it leaves in ~a. */
static void
bend_probes (const StIsometryPass *pass, const StNet *net, uint32_t i)
{
  const StPlan *plan = &net->model->plan;
  size_t size = st_pass_size (plan, i + 1);
  float *after = pass->before[i + 1];

  st_pass_linear (net, i, pass->n, pass->before[i], pass->scratch[0]);
  net->workspace->kernels->slope_and_bend (
    st_pass_curve (plan, i), pass->n * size, st_pass_values (pass, after, size),
    st_pass_back (pass, plan, i + 1), pass->scratch[0], after,
    st_pass_values (pass, pass->behind[i], size));
}

/* ~t at the end from |J v|^2 in the denominator, and from ~p. */
static void
end_scaled (const StIsometryPass *pass, uint32_t layers, const StIsometrySums *sums,
            uint32_t points, double weight, float *out)
{
  float *p = pass->before[layers];
  const float *y = st_pass_tangents (pass, p, pass->pixels);
  double squares = sums->squares / points, terms = sums->terms / points;
  bool strict = pass->isometry == ST_ISOMETRY_STRICT;
  float scale = strict ? 0.0f
                       : (float) (-4.0 * weight * terms / (squares * squares * squares) / points);

  for (size_t i = 0; i < pass->n * pass->pixels; i++)
    out[i] = p[i] + scale * y[i];
}

/* By column i of a point: d^2 (4 (J G)_i / t^2 - 4 tr G^2 J_i / t^3), t = tr G. */
static void
end_conformal (const StIsometryPass *pass, uint32_t layers, uint32_t points, double weight,
               float *out)
{
  const float *y = st_pass_tangents (pass, pass->before[layers], pass->pixels);
  size_t pixels = pass->pixels, d = pass->d;

  memset (out, 0, d * pass->n * pixels * sizeof *out);
  for (uint32_t point = 0; point < pass->n; point++)
    {
      const double *metric = st_pass_metric (pass, point);
      double trace = metric[d * d], squares = metric[d * d + 1];
      double scale = 4.0 * weight / points * (double) (d * d) / (trace * trace);
      for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
          {
            double own = i == j ? squares / trace : 0.0;
            float times = (float) (scale * (metric[i * d + j] - own));
            float *to = out + (i * pass->n + point) * pixels;
            const float *from = y + (j * pass->n + point) * pixels;
            for (size_t l = 0; l < pixels; l++)
              to[l] += times * from[l];
          }
    }
}

/* ~u and ~a of layer i from ~t and ~x behind it, in their places. */
static void
bend_back (const StIsometryPass *pass, const StNet *net, uint32_t i, const float *delta)
{
  const StPlan *plan = &net->model->plan;
  const StKernels *kernels = net->workspace->kernels;
  size_t size = st_pass_size (plan, i + 1), block = pass->n * size;
  const float *x = st_pass_values (pass, pass->before[i + 1], size);
  float *u = st_pass_tangents (pass, pass->behind[i], size);
  float *a = st_pass_values (pass, pass->behind[i], size);

  if (!st_isometry_has_probes (pass->isometry))
    memset (a, 0, block * sizeof *a);
  for (uint32_t k = 0; k < pass->tangents; k++)
    kernels->bend_back (st_pass_curve (plan, i), block, x, delta + k * block, u + k * block, a);
  if (i + 1 < plan->layers)
    kernels->add_slope (st_pass_curve (plan, i), block, x, delta + pass->tangents * block, a);
}

/* The gradients of the decoder's matrices that are not dense add up in the workspace. */
static void
begin_matrices (const StNet *net)
{
  const StPlan *plan = &net->model->plan;
  net->workspace->begins = false;
  for (uint32_t i = plan->code + 1; i < plan->layers; i++)
    if (!plan->layer[i].dense)
      memset (net->workspace->matrix[i], 0, plan->layer[i].matrix_rows
              * plan->layer[i].matrix_columns * sizeof (float));
}

static void
end_matrices (const StNet *net, float *gradient)
{
  const StPlan *plan = &net->model->plan;
  for (uint32_t i = plan->code + 1; i < plan->layers; i++)
    if (!plan->layer[i].dense)
      st_layer_add_matrix (&plan->layer[i], net->workspace->matrix[i], gradient);
}

static void
begin_back (const StIsometryPass *pass, const StNet *net, const StIsometrySums *sums,
            uint32_t points, double weight)
{
  const StPlan *plan = &net->model->plan;

  if (!st_isometry_has_probes (pass->isometry))
    {
      end_conformal (pass, plan->layers, points, weight, pass->scratch[0]);
      return;
    }
  begin_probes (pass, plan->code + 1, sums, points, weight);
  for (uint32_t i = plan->code + 1; i < plan->layers; i++)
    bend_probes (pass, net, i);
  end_scaled (pass, plan->layers, sums, points, weight, pass->scratch[0]);
}

void
st_isometry_pass_back (StIsometryPass *pass, const StModel *model, StWorkspace *workspace,
                       const StIsometrySums *sums, uint32_t points, double weight,
                       float *gradient, float *dz)
{
  const StPlan *plan = &model->plan;
  const StNet net = { model, workspace };
  uint32_t rows = (st_pass_probes (pass) + pass->tangents + 1) * pass->n;
  float *delta = pass->scratch[0], *next = pass->scratch[1];

  begin_matrices (&net);
  begin_back (pass, &net, sums, points, weight);
  for (uint32_t i = plan->layers; i-- > plan->code + 1;)
    {
      size_t size = st_pass_size (plan, i + 1);
      bend_back (pass, &net, i, delta);
      st_pass_add_gradient (&net, i, rows, pass->n, pass->before[i], pass->behind[i], gradient);
      if (i == plan->code + 1)
        st_pass_adjoint (&net, i, pass->n, st_pass_values (pass, pass->behind[i], size), dz);
      else
        st_pass_adjoint (&net, i, (pass->tangents + 1) * pass->n,
                         st_pass_tangents (pass, pass->behind[i], size), next);
      float *other = delta;
      delta = next;
      next = other;
    }
  end_matrices (&net, gradient);
}
