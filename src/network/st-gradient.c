/* One pass forward and one back, a group of images at a time.  The gradients of the
 * layers' matrices add up in the workspace over all groups, and go into PyTorch's layout
 * at the end. */
#include <st-gradient.h>

#include <st-workspace.h>

#include <math.h>
#include <string.h>

static const char *const LOSS_NAMES[ST_LOSSES] = {
  [ST_LOSS_BCE] = "bce",
  [ST_LOSS_MSE] = "mse",
  [ST_LOSS_GAUSSIAN] = "gaussian",
};

const char *
st_loss_name (StLossKind loss)
{
  return LOSS_NAMES[loss];
}

bool
st_loss_from_name (const char *name, StLossKind *loss)
{
  for (int i = 0; i < ST_LOSSES; i++)
    if (strcmp (name, LOSS_NAMES[i]) == 0)
      {
        *loss = (StLossKind) i;
        return true;
      }
  return false;
}

uint32_t
st_gradient_chunk (StKind kind)
{
  if (!st_kind_has_dimension (kind))
    return 8;
  return st_kind_unfolds (kind) ? 16 : 50;
}

/* Through layers [from, to); returns what the last one gives. */
static const float *
pass (const StGradientTask *task, StWorkspace *workspace, uint32_t from, uint32_t to, uint32_t n,
      const float *in)
{
  for (uint32_t i = from; i < to; i++)
    {
      st_layer_forward (task->model, workspace, i, task->model->plan.layer[i].parts, n, in,
                        workspace->output[i]);
      in = workspace->output[i];
    }
  return in;
}

bool
st_gradient_keeps_codes (StKind kind)
{
  return !st_kind_unfolds (kind);
}

/* Input of the layer behind the code: the code, or a sample of it. */
static const float *
code_of (const StPlan *plan, StWorkspace *workspace)
{
  return plan->layer[plan->code].parts == 1 ? workspace->output[plan->code] : workspace->z;
}

static const float *
encode (const StGradientTask *task, StWorkspace *workspace, uint32_t n, const float *input,
        const float *epsilon)
{
  const StPlan *plan = &task->model->plan;
  const StLayer *code = &plan->layer[plan->code];
  const float *heads = pass (task, workspace, 0, plan->code + 1, n, input);
  size_t channels = code->out.channels, cells = n * st_shape_size (code->out) / channels;

  if (code->parts > 1)
    workspace->kernels->sample (cells, channels, heads, epsilon, workspace->z);
  return code_of (plan, workspace);
}

/* Through the sampling, from derivatives by z to those by the heads. */
static void
sample_backward (const StGradientTask *task, StWorkspace *workspace, uint32_t n,
                 const float *epsilon, const float *dz, float *delta, StLoss *loss)
{
  const StPlan *plan = &task->model->plan;
  StShape shape = plan->layer[plan->code].out;

  loss->kl += workspace->kernels->sample_gradient (
    n * st_shape_size (shape) / shape.channels, shape.channels,
    workspace->output[plan->code], epsilon, dz, (float) task->beta, delta);
}

static void
add (size_t n, const float *x, float *sum)
{
  for (size_t i = 0; i < n; i++)
    sum[i] += x[i];
}

/* extra: more derivatives by z, or NULL. */
static void
backward (const StGradientTask *task, StWorkspace *workspace, uint32_t n, const float *input,
          const float *epsilon, const float *z, const float *extra, float *gradient, StLoss *loss)
{
  const StPlan *plan = &task->model->plan;
  bool samples = plan->layer[plan->code].parts == 2;
  float *delta = workspace->delta[0], *next = workspace->delta[1];

  for (uint32_t i = plan->layers; i-- > 0;)
    {
      const float *in = i == 0 ? input : i == plan->code + 1 ? z : workspace->output[i - 1];
      const StLayer *before = i > 0 ? &plan->layer[i - 1] : NULL;
      const float *mask = before != NULL && st_layer_has_relu (before) ? in : NULL;
      st_layer_backward (task->model, workspace, i, n, in, mask, delta, i == 0 ? NULL : next,
                         gradient);
      if (before != NULL && !before->linear && mask == NULL)
        workspace->kernels->activate_back (before->activation, n * st_shape_size (before->out),
                                           in, next);
      if (i == plan->code + 1 && extra != NULL)
        add (n * st_shape_size (before->out), extra, next);
      if (i == plan->code + 1 && samples)
        sample_backward (task, workspace, n, epsilon, next, delta, loss);
      else
        {
          float *other = delta;
          delta = next;
          next = other;
        }
    }
}

/* Derivatives of the Gaussian loss from those of the squared error, and by ln sigma. */
static double
scale_by_sigma (const StGradientTask *task, size_t pixels, uint32_t n, double squares,
                float *delta, float *gradient)
{
  size_t at = task->model->plan.log_sigma;
  double log_sigma = (double) task->model->parameters[at];
  double weight = 0.5 * exp (-2.0 * log_sigma), constant = (double) n * (double) pixels;

  for (size_t i = 0; i < n * pixels; i++)
    delta[i] *= (float) weight;
  if (!task->keep_sigma)
    gradient[at] += (float) (constant - 2.0 * weight * squares);
  return weight * squares + constant * log_sigma;
}

/* The loss, and its derivatives by the logits in workspace->delta[0]. */
static double
reconstruct (const StGradientTask *task, StWorkspace *workspace, uint32_t n, const float *target,
             float *gradient)
{
  size_t pixels = st_shape_size (task->model->spec.image);
  const float *logits = workspace->output[task->model->plan.layers - 1];
  float *delta = workspace->delta[0];

  if (task->loss == ST_LOSS_BCE)
    return workspace->kernels->cross_entropy (n * pixels, logits, target, delta);
  double squares = workspace->kernels->squared_error (n * pixels, logits, target, delta);
  return task->loss == ST_LOSS_MSE
           ? squares : scale_by_sigma (task, pixels, n, squares, delta, gradient);
}

static void
add_group (const StGradientTask *task, StWorkspace *workspace, uint32_t from, uint32_t n,
           float *gradient, StLoss *loss)
{
  const StPlan *plan = &task->model->plan;
  size_t image = st_shape_size (task->model->spec.image);
  size_t code = st_shape_size (plan->layer[plan->code].out);
  const float *input = st_images_in (task->model, n, task->input + from * image,
                                     workspace->input);
  const float *target = st_images_in (task->model, n, task->target + from * image,
                                      workspace->target);
  const float *epsilon = task->epsilon == NULL ? NULL : task->epsilon + from * code;

  const float *extra = task->code_gradient == NULL ? NULL : task->code_gradient + from * code;

  const float *z = task->encoded ? code_of (plan, workspace)
                                 : encode (task, workspace, n, input, epsilon);
  pass (task, workspace, plan->code + 1, plan->layers, n, z);
  loss->reconstruction += reconstruct (task, workspace, n, target, gradient);
  backward (task, workspace, n, input, epsilon, z, extra, gradient, loss);
}

void
st_gradient_codes (const StGradientTask *task, StWorkspace *workspace, float *codes)
{
  const StPlan *plan = &task->model->plan;
  size_t image = st_shape_size (task->model->spec.image);
  size_t code = st_shape_size (plan->layer[plan->code].out);

  for (uint32_t done = 0, now; done < task->n; done += now)
    {
      now = task->n - done < plan->group ? task->n - done : plan->group;
      const float *input = st_images_in (task->model, now, task->input + done * image,
                                         workspace->input);
      const float *epsilon = task->epsilon == NULL ? NULL : task->epsilon + done * code;
      memcpy (codes + done * code, encode (task, workspace, now, input, epsilon),
              now * code * sizeof *codes);
    }
}

/* Zeros where a gradient is added to; that of dense weights, most of it, is set. */
static void
begin_gradient (const StPlan *plan, float *gradient)
{
  for (uint32_t i = 0; i < plan->layers; i++)
    for (uint32_t part = 0; part < plan->layer[i].parts; part++)
      {
        const StLayer *layer = &plan->layer[i];
        size_t biases = layer->dense ? layer->matrix_columns / layer->parts : layer->out.channels;
        memset (gradient + layer->bias[part], 0, biases * sizeof *gradient);
        if (!layer->dense)
          memset (gradient + layer->weight[part], 0,
                  st_layer_weights (layer) * sizeof *gradient);
      }
  if (plan->has_sigma)
    gradient[plan->log_sigma] = 0.0f;
}

void
st_model_gradient (const StGradientTask *task, StWorkspace *workspace, float *gradient,
                   StLoss *loss)
{
  workspace->begins = task->begin;
  if (task->begin)
    begin_gradient (&workspace->plan, gradient);
  for (uint32_t i = 0; i < workspace->plan.layers; i++)
    {
      const StLayer *layer = &workspace->plan.layer[i];
      if (!layer->dense)
        memset (workspace->matrix[i], 0,
                layer->matrix_rows * layer->matrix_columns * sizeof (float));
    }
  for (uint32_t done = 0, now; done < task->n; done += now)
    {
      uint32_t left = task->n - done, group = workspace->plan.group;
      now = left < group ? left : group;
      add_group (task, workspace, done, now, gradient, loss);
      workspace->begins = false;
    }
  for (uint32_t i = 0; i < workspace->plan.layers; i++)
    if (!workspace->plan.layer[i].dense)
      st_layer_add_matrix (&workspace->plan.layer[i], workspace->matrix[i], gradient);
}

bool
st_gradient_sum (size_t n, size_t rows, size_t step, const float *x, float scale, float *sum)
{
  return st_kernels ()->sum_rows (n, rows, step, x, scale, sum);
}

void
st_adam_step (size_t n, uint64_t step, double learning_rate, const float *gradient,
              float *first, float *second, float *parameters)
{
  double t = (double) step;

  st_kernels ()->adam (n, (float) (learning_rate / (1.0 - pow (0.9, t))),
                       (float) (1.0 / (1.0 - pow (0.999, t))), gradient, first, second,
                       parameters);
}

void
st_random_normal_single (StRandomKey key, size_t n, float *out)
{
  st_kernels ()->normals (key, n, out);
}
