/* What a model is asked for: latent tensors of images, images of latent tensors. */
#include <st-workspace.h>

#include <st-normal.h>

#include <math.h>
#include <string.h>

static uint32_t
group_of (const StWorkspace *workspace, uint32_t left)
{
  return left < workspace->plan.group ? left : workspace->plan.group;
}

/* Takes one part's channels out of cells[count][2 C]. */
static void
take_part (const float *cells, size_t count, size_t channels, uint32_t part, float *out)
{
  for (size_t i = 0; i < count; i++)
    memcpy (out + i * channels, cells + (2 * i + part) * channels, channels * sizeof *out);
}

/* Through layers [from, to), into `out` at the end. */
static void
pass (const StModel *model, StWorkspace *workspace, uint32_t from, uint32_t to, uint32_t n,
      const float *in, float *out)
{
  for (uint32_t i = from; i < to; i++)
    {
      float *next = i + 1 == to ? out : workspace->output[i];
      st_layer_forward (model, workspace, i, 1, n, in, next);
      in = next;
    }
}

/* Means of the code, and log-variances unless that is NULL. */
static void
encode_code (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
             float *mean, float *log_variance)
{
  const StPlan *plan = &model->plan;
  const StLayer *code = &plan->layer[plan->code];
  const float *in = st_images_in (model, n, images, workspace->input);
  size_t channels = code->out.channels, cells = n * st_shape_size (code->out) / channels;
  float *heads = workspace->output[plan->code];

  if (code->parts == 1)
    {
      pass (model, workspace, 0, plan->code + 1, n, in, mean);
      return;
    }
  if (plan->code > 0)
    {
      pass (model, workspace, 0, plan->code, n, in, workspace->output[plan->code - 1]);
      in = workspace->output[plan->code - 1];
    }
  st_layer_forward (model, workspace, plan->code, log_variance == NULL ? 1 : 2, n, in, heads);
  take_part (heads, cells, channels, 0, mean);
  if (log_variance != NULL)
    take_part (heads, cells, channels, 1, log_variance);
}

static void
encode_group (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
              float *mean, float *log_variance)
{
  const StPlan *plan = &model->plan;
  size_t size = n * st_shape_size (plan->layer[plan->latent].out);

  if (plan->code == plan->latent)
    {
      encode_code (model, workspace, n, images, mean, log_variance);
      return;
    }
  encode_code (model, workspace, n, images, workspace->z, NULL);
  pass (model, workspace, plan->code + 1, plan->latent + 1, n, workspace->z, mean);
  for (size_t i = 0; log_variance != NULL && i < size; i++)
    log_variance[i] = -INFINITY;
}

void
st_model_encode (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
                 float *mean, float *log_variance)
{
  size_t image = st_shape_size (model->spec.image);
  size_t latent = st_shape_size (model->plan.layer[model->plan.latent].out);

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = group_of (workspace, n - done);
      encode_group (model, workspace, now, images + done * image, mean + done * latent,
                    log_variance == NULL ? NULL : log_variance + done * latent);
    }
}

void
st_model_code (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
               float *mean)
{
  size_t image = st_shape_size (model->spec.image);
  size_t code = st_shape_size (model->plan.layer[model->plan.code].out);

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = group_of (workspace, n - done);
      encode_code (model, workspace, now, images + done * image, mean + done * code, NULL);
    }
}

static void
add_sample (StShape shape, uint64_t seed, uint32_t index, const float *log_variance,
            float *latent)
{
  size_t cells = (size_t) shape.height * shape.width, n = cells * shape.channels;
  StRandomKey key = { seed, index, ST_STREAM_LATENT, ST_EPOCH_SHOWN };
  uint32_t words[4];
  double normals[2] = { 0.0, 0.0 };

  /* Numbers of a stream go row by row with the channel outermost. */
  for (size_t i = 0; i < n; i++)
    {
      if (i % 4 == 0)
        st_random_block (key, (uint32_t) (i / 4), words);
      if (i % 2 == 0)
        st_normal_pair_double (words[i % 4], words[i % 4 + 1], normals);
      size_t at = i % cells * shape.channels + i / cells;
      latent[at] += expf (0.5f * log_variance[at]) * (float) normals[i % 2];
    }
}

void
st_model_sample (const StSpec *spec, uint64_t seed, uint32_t index, const float *log_variance,
                 float *latent)
{
  add_sample (st_spec_latent (spec), seed, index, log_variance, latent);
}

/* Samples go to `latent`, or, where the latent is expanded from them, to the workspace. */
static void
sample_group (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
              uint64_t seed, const uint32_t *indices, float *latent)
{
  const StPlan *plan = &model->plan;
  StShape shape = plan->layer[plan->code].out;
  size_t size = st_shape_size (shape);
  bool expands = plan->code != plan->latent;
  float *code = expands ? workspace->z : latent, *log_variance = workspace->delta[0];

  encode_code (model, workspace, n, images, code, log_variance);
  for (uint32_t i = 0; i < n; i++)
    add_sample (shape, seed, indices[i], log_variance + i * size, code + i * size);
  if (expands)
    pass (model, workspace, plan->code + 1, plan->latent + 1, n, code, latent);
}

void
st_model_latent (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
                 uint64_t seed, const uint32_t *indices, float *latent)
{
  size_t image = st_shape_size (model->spec.image);
  size_t size = st_shape_size (model->plan.layer[model->plan.latent].out);
  bool samples = indices != NULL && st_kind_samples (model->spec.kind);

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = group_of (workspace, n - done);
      if (samples)
        sample_group (model, workspace, now, images + done * image, seed, indices + done,
                      latent + done * size);
      else
        encode_group (model, workspace, now, images + done * image, latent + done * size, NULL);
    }
}

static void
decode_group (const StModel *model, StWorkspace *workspace, uint32_t n, const float *latent,
              float *images)
{
  const StPlan *plan = &model->plan;
  StShape shape = model->spec.image;
  float *logits = workspace->output[plan->layers - 1];
  bool turns = !plan->layer[0].dense && shape.channels > 1;
  float *to = turns ? workspace->target : images;

  pass (model, workspace, plan->latent + 1, plan->layers, n, latent, logits);
  workspace->kernels->sigmoid (n * st_shape_size (shape), logits, to);
  if (turns)
    st_transpose (n, (size_t) shape.height * shape.width, shape.channels, to, images);
}

void
st_model_decode (const StModel *model, StWorkspace *workspace, uint32_t n, const float *latent,
                 float *images)
{
  size_t image = st_shape_size (model->spec.image);
  size_t size = st_shape_size (model->plan.layer[model->plan.latent].out);

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = group_of (workspace, n - done);
      decode_group (model, workspace, now, latent + done * size, images + done * image);
    }
}
