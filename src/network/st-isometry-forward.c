#include <st-isometry-pass.h>

#include <string.h>

static void
forward_values (const StNet *net, uint32_t i, uint32_t n, const float *in, float *out)
{
  const StPlan *plan = &net->model->plan;
  size_t size_in = st_pass_size (plan, i), size_out = st_pass_size (plan, i + 1);
  uint32_t together = st_pass_together (net, i, n);

  /* The last layer gives logits, and elsewhere than where the sigmoid puts them. */
  bool last = i + 1 == plan->layers;
  if (last && together > net->workspace->room)
    together = net->workspace->room;
  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = n - done < together ? n - done : together;
      float *here = last ? net->workspace->delta[0] : out + done * size_out;
      st_layer_forward (net->model, net->workspace, i, 1, now, in + done * size_in, here);
      if (last)
        net->workspace->kernels->sigmoid (now * size_out, here, out + done * size_out);
    }
}

static void
forward_tangents (const StIsometryPass *pass, const StNet *net, uint32_t i)
{
  const StPlan *plan = &net->model->plan;
  size_t size_in = st_pass_size (plan, i), size_out = st_pass_size (plan, i + 1);
  size_t block = pass->n * size_out;
  float *u = st_pass_tangents (pass, pass->behind[i], size_out);
  float *t = st_pass_tangents (pass, pass->before[i + 1], size_out);
  const float *x = st_pass_values (pass, pass->before[i + 1], size_out);
  StCurve curve = st_pass_curve (plan, i);

  st_pass_linear (net, i, pass->tangents * pass->n,
                  st_pass_tangents (pass, pass->before[i], size_in), u);
  for (uint32_t k = 0; k < pass->tangents; k++)
    net->workspace->kernels->slope (curve, block, x, u + k * block, t + k * block);
}

/* From y = J v to g = J^T J v. */
static void
run_back (const StIsometryPass *pass, const StNet *net)
{
  const StPlan *plan = &net->model->plan;

  for (uint32_t i = plan->layers; i-- > plan->code + 1;)
    {
      size_t size = st_pass_size (plan, i + 1);
      float *q = pass->behind[i];
      net->workspace->kernels->slope (st_pass_curve (plan, i), pass->n * size,
                                      st_pass_values (pass, pass->before[i + 1], size),
                                      st_pass_back (pass, plan, i + 1), q);
      st_pass_adjoint (net, i, pass->n, q, pass->back[i]);
    }
}

static double
measure_point (const StIsometryPass *pass, const StKernels *kernels, uint32_t point,
               const float *y)
{
  uint32_t d = pass->d;
  double *metric = st_pass_metric (pass, point), trace = 0.0, squares = 0.0;

  for (uint32_t i = 0; i < d; i++)
    for (uint32_t j = 0; j <= i; j++)
      {
        double product = kernels->dot (pass->pixels, y + (i * pass->n + point) * pass->pixels,
                                       y + (j * pass->n + point) * pass->pixels);
        metric[i * d + j] = metric[j * d + i] = product;
        squares += (i == j ? 1.0 : 2.0) * product * product;
        trace += i == j ? product : 0.0;
      }
  metric[d * d] = trace;
  metric[d * d + 1] = squares;
  return d * d * squares / (trace * trace) - d;
}

static double
strict_term (const StIsometryPass *pass, const float *g, const float *v)
{
  double sum = 0.0;
  for (size_t i = 0; i < (size_t) pass->n * pass->d; i++)
    {
      double off = (double) g[i] - (double) v[i];
      sum += off * off;
    }
  return sum;
}

static StIsometrySums
sum_up (const StIsometryPass *pass, const StPlan *plan, const StKernels *kernels)
{
  const float *y = st_pass_tangents (pass, pass->before[plan->layers], pass->pixels);
  const float *v = st_pass_tangents (pass, pass->before[plan->code + 1], pass->d);
  const float *g = pass->back[plan->code + 1];
  StIsometrySums sums = { 0 };

  switch (pass->isometry)
    {
    case ST_ISOMETRY_SCALED:
      sums.squares = kernels->dot (pass->n * pass->pixels, y, y);
      sums.terms = kernels->dot ((size_t) pass->n * pass->d, g, g);
      break;
    case ST_ISOMETRY_STRICT:
      sums.terms = strict_term (pass, g, v);
      break;
    case ST_ISOMETRY_CONFORMAL:
      for (uint32_t i = 0; i < pass->n; i++)
        sums.terms += measure_point (pass, kernels, i, y);
      break;
    case ST_ISOMETRIES:
      break;
    }
  return sums;
}

StIsometrySums
st_isometry_pass_forward (StIsometryPass *pass, const StModel *model, StWorkspace *workspace,
                          uint32_t n, const float *z, const float *probes)
{
  const StPlan *plan = &model->plan;
  const StNet net = { model, workspace };
  uint32_t first = plan->code + 1, d = pass->d;

  pass->n = n;
  float *v = st_pass_tangents (pass, pass->before[first], d);
  memcpy (st_pass_values (pass, pass->before[first], d), z, n * d * sizeof *z);
  if (st_isometry_has_probes (pass->isometry))
    memcpy (v, probes, n * d * sizeof *v);
  else
    for (size_t i = 0; i < (size_t) d * n * d; i++)
      v[i] = i % d == i / d / n ? 1.0f : 0.0f;
  for (uint32_t i = first; i < plan->layers; i++)
    {
      size_t size_in = st_pass_size (plan, i), size_out = st_pass_size (plan, i + 1);
      forward_values (&net, i, n, st_pass_values (pass, pass->before[i], size_in),
                      st_pass_values (pass, pass->before[i + 1], size_out));
      forward_tangents (pass, &net, i);
    }
  if (st_isometry_has_probes (pass->isometry))
    run_back (pass, &net);
  return sum_up (pass, plan, workspace->kernels);
}
