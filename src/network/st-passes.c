/* What a model is asked for: latent tensors of images, images of latent tensors. */
#include <st-workspace.h>

#include <st-normal.h>

#include <math.h>
#include <string.h>

static uint32_t
group_of (uint32_t left)
{
  return left < ST_GROUP ? left : ST_GROUP;
}

/* Takes one part's channels out of cells[count][2 C]. */
static void
take_part (const float *cells, size_t count, size_t channels, uint32_t part, float *out)
{
  for (size_t i = 0; i < count; i++)
    memcpy (out + i * channels, cells + (2 * i + part) * channels, channels * sizeof *out);
}

static void
encode_group (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
              float *mean, float *log_variance)
{
  const StPlan *plan = &model->plan;
  const StLayer *latent = &plan->layer[plan->latent];
  const float *in = images;

  for (uint32_t i = 0; i < plan->latent; i++)
    {
      st_layer_forward (model, workspace, i, 1, n, in, workspace->output[i]);
      in = workspace->output[i];
    }
  if (latent->parts == 1)
    {
      st_layer_forward (model, workspace, plan->latent, 1, n, in, mean);
      return;
    }
  size_t channels = latent->out.channels, cells = n * st_shape_size (latent->out) / channels;
  float *heads = workspace->output[plan->latent];
  st_layer_forward (model, workspace, plan->latent, log_variance == NULL ? 1 : 2, n, in, heads);
  take_part (heads, cells, channels, 0, mean);
  if (log_variance != NULL)
    take_part (heads, cells, channels, 1, log_variance);
}

void
st_model_encode (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
                 float *mean, float *log_variance)
{
  size_t image = st_shape_size (model->spec.image);
  size_t latent = st_shape_size (model->plan.layer[model->plan.latent].out);

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = group_of (n - done);
      encode_group (model, workspace, now, images + done * image, mean + done * latent,
                    log_variance == NULL ? NULL : log_variance + done * latent);
    }
}

void
st_model_sample (const StSpec *spec, uint64_t seed, uint32_t index, const float *log_variance,
                 float *latent)
{
  StShape shape = st_spec_latent (spec);
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

static void
decode_group (const StModel *model, StWorkspace *workspace, uint32_t n, const float *latent,
              float *images)
{
  const StPlan *plan = &model->plan;
  const float *in = latent;

  for (uint32_t i = plan->latent + 1; i < plan->layers; i++)
    {
      st_layer_forward (model, workspace, i, 1, n, in, workspace->output[i]);
      in = workspace->output[i];
    }
  workspace->kernels->sigmoid (n * st_shape_size (model->spec.image), in, images);
}

void
st_model_decode (const StModel *model, StWorkspace *workspace, uint32_t n, const float *latent,
                 float *images)
{
  size_t image = st_shape_size (model->spec.image);
  size_t size = st_shape_size (model->plan.layer[model->plan.latent].out);

  for (uint32_t done = 0, now; done < n; done += now)
    {
      now = group_of (n - done);
      decode_group (model, workspace, now, latent + done * size, images + done * image);
    }
}
