/* One pass forward and one back, a group of images at a time.  The gradients of the
 * layers' matrices add up in the workspace over all groups, and go into PyTorch's layout
 * at the end. */
#include <st-gradient.h>

#include <st-workspace.h>

#include <math.h>
#include <string.h>

/* Input of the decoder: the latent tensor, or a sample of it. */
static const float *
forward (const StGradientTask *task, StWorkspace *workspace, uint32_t n, const float *input,
         const float *epsilon)
{
  const StPlan *plan = &task->model->plan;
  const StLayer *latent = &plan->layer[plan->latent];
  const float *in = input, *z = workspace->output[plan->latent];

  for (uint32_t i = 0; i < plan->layers; i++)
    {
      st_layer_forward (task->model, workspace, i, plan->layer[i].parts, n, in,
                        workspace->output[i]);
      in = workspace->output[i];
      if (i == plan->latent && latent->parts == 2)
        {
          size_t channels = latent->out.channels;
          size_t cells = n * st_shape_size (latent->out) / channels;
          workspace->kernels->sample (cells, channels, in, epsilon, workspace->z);
          in = z = workspace->z;
        }
    }
  return z;
}

/* Through the sampling, from derivatives by z to those by the heads. */
static void
sample_backward (const StGradientTask *task, StWorkspace *workspace, uint32_t n,
                 const float *epsilon, const float *dz, float *delta, StLoss *loss)
{
  const StPlan *plan = &task->model->plan;
  StShape shape = plan->layer[plan->latent].out;

  loss->kl += workspace->kernels->sample_gradient (
    n * st_shape_size (shape) / shape.channels, shape.channels,
    workspace->output[plan->latent], epsilon, dz, (float) task->beta, delta);
}

static void
backward (const StGradientTask *task, StWorkspace *workspace, uint32_t n, const float *input,
          const float *epsilon, const float *z, float *gradient, StLoss *loss)
{
  const StPlan *plan = &task->model->plan;
  bool samples = plan->layer[plan->latent].parts == 2;
  float *delta = workspace->delta[0], *next = workspace->delta[1];

  for (uint32_t i = plan->layers; i-- > 0;)
    {
      const float *in = i == 0 ? input : i == plan->latent + 1 ? z : workspace->output[i - 1];
      const float *mask = i > 0 && plan->layer[i - 1].relu ? in : NULL;
      st_layer_backward (task->model, workspace, i, n, in, mask, delta, i == 0 ? NULL : next,
                         gradient);
      if (i == plan->latent + 1 && samples)
        sample_backward (task, workspace, n, epsilon, next, delta, loss);
      else
        {
          float *other = delta;
          delta = next;
          next = other;
        }
    }
}

static void
add_group (const StGradientTask *task, StWorkspace *workspace, uint32_t from, uint32_t n,
           float *gradient, StLoss *loss)
{
  const StPlan *plan = &task->model->plan;
  size_t image = st_shape_size (task->model->spec.image);
  size_t latent = st_shape_size (plan->layer[plan->latent].out);
  const float *input = task->input + from * image, *target = task->target + from * image;
  const float *epsilon = task->epsilon == NULL ? NULL : task->epsilon + from * latent;

  const float *z = forward (task, workspace, n, input, epsilon);
  const float *logits = workspace->output[plan->layers - 1];
  loss->reconstruction
    += (task->loss == ST_LOSS_BCE ? workspace->kernels->cross_entropy
                                  : workspace->kernels->squared_error)
         (n * image, logits, target, workspace->delta[0]);
  backward (task, workspace, n, input, epsilon, z, gradient, loss);
}

void
st_model_gradient (const StGradientTask *task, StWorkspace *workspace, float *gradient,
                   StLoss *loss)
{
  for (uint32_t i = 0; i < workspace->plan.layers; i++)
    {
      const StLayer *layer = &workspace->plan.layer[i];
      memset (workspace->matrix[i], 0,
              layer->matrix_rows * layer->matrix_columns * sizeof (float));
    }
  for (uint32_t done = 0, now; done < task->n; done += now)
    {
      now = task->n - done < ST_GROUP ? task->n - done : ST_GROUP;
      add_group (task, workspace, done, now, gradient, loss);
    }
  for (uint32_t i = 0; i < workspace->plan.layers; i++)
    st_layer_add_matrix (&workspace->plan.layer[i], workspace->matrix[i], gradient);
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
