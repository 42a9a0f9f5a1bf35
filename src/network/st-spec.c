#include <st-spec.h>

#include <st-layers.h>

#include <string.h>

enum { SIDE_MIN = 8, SIDE_MAX = 256, SIDE_STEP = 4, CHANNELS_MAX = 256 };

typedef struct Kind { const char *name; bool samples, denoises; } Kind;

static const Kind KIND_TABLE[ST_KINDS] = {
  [ST_KIND_CAE] = { "cae", false, false },
  [ST_KIND_DAE] = { "dae", false, true },
  [ST_KIND_VAE] = { "vae", true, false },
};

static const char *const ENCODER_NAMES[ST_ENCODERS] = {
  [ST_ENCODER_S2] = "s2",
  [ST_ENCODER_K4] = "k4",
};

StSpec
st_spec_default (StKind kind, StEncoder encoder)
{
  return (StSpec) { kind, encoder, { 28, 28, 1 }, 128 };
}

static bool
side_fits (uint32_t side)
{
  return side >= SIDE_MIN && side <= SIDE_MAX && side % SIDE_STEP == 0;
}

StStatus
st_spec_check (const StSpec *spec)
{
  if ((unsigned) spec->kind >= ST_KINDS)
    return st_failure (ST_RANGE, 0, ST_KINDS - 1);
  if ((unsigned) spec->encoder >= ST_ENCODERS)
    return st_failure (ST_RANGE, 0, ST_ENCODERS - 1);
  if (spec->channels < 1 || spec->channels > CHANNELS_MAX)
    return st_failure (ST_RANGE, 1, CHANNELS_MAX);
  if (spec->image.channels != 1)
    return st_failure (ST_SHAPE, spec->image.channels, 1);
  if (!side_fits (spec->image.height))
    return st_failure (ST_SHAPE, spec->image.height, SIDE_STEP);
  if (!side_fits (spec->image.width))
    return st_failure (ST_SHAPE, spec->image.width, SIDE_STEP);
  return st_success ();
}

const char *
st_kind_name (StKind kind)
{
  return KIND_TABLE[kind].name;
}

bool
st_kind_from_name (const char *name, StKind *kind)
{
  for (int i = 0; i < ST_KINDS; i++)
    if (strcmp (name, KIND_TABLE[i].name) == 0)
      {
        *kind = (StKind) i;
        return true;
      }
  return false;
}

const char *
st_encoder_name (StEncoder encoder)
{
  return ENCODER_NAMES[encoder];
}

bool
st_encoder_from_name (const char *name, StEncoder *encoder)
{
  for (int i = 0; i < ST_ENCODERS; i++)
    if (strcmp (name, ENCODER_NAMES[i]) == 0)
      {
        *encoder = (StEncoder) i;
        return true;
      }
  return false;
}

bool
st_kind_samples (StKind kind)
{
  return KIND_TABLE[kind].samples;
}

bool
st_kind_denoises (StKind kind)
{
  return KIND_TABLE[kind].denoises;
}

StShape
st_spec_latent (const StSpec *spec)
{
  StPlan plan;
  st_plan_make (spec, &plan);
  return plan.layer[plan.latent].out;
}

/* "encoder.0", "mean", "decoder.1": the name of a layer's part. */
static void
layer_name (const StPlan *plan, uint32_t i, uint32_t part, char name[ST_TENSOR_NAME_MAX])
{
  static const char *const HEADS[ST_PARTS_MAX] = { "mean", "log_variance" };
  bool decoder = i > plan->latent;

  if (plan->layer[i].parts > 1)
    {
      strcpy (name, HEADS[part]);
      return;
    }
  strcpy (name, decoder ? "decoder." : "encoder.");
  size_t end = strlen (name);
  name[end] = (char) ('0' + (decoder ? i - plan->latent - 1 : i));
  name[end + 1] = '\0';
}

static void
describe (const StPlan *plan, uint32_t i, uint32_t part, StTensor *weight, StTensor *bias)
{
  const StLayer *layer = &plan->layer[i];
  uint32_t in = layer->in.channels, out = layer->out.channels;
  uint32_t kernel = (uint32_t) layer->grid.kernel;

  *weight = (StTensor) {
    .dimensions = 4,
    .shape = { layer->transposed ? in : out, layer->transposed ? out : in, kernel, kernel },
    .offset = layer->weight[part], .length = st_layer_weights (layer),
  };
  *bias = (StTensor) {
    .dimensions = 1, .shape = { out }, .offset = layer->bias[part], .length = out,
  };
  layer_name (plan, i, part, weight->name);
  strcpy (bias->name, weight->name);
  strcat (weight->name, ".weight");
  strcat (bias->name, ".bias");
}

uint32_t
st_spec_tensors (const StSpec *spec, StTensor tensors[ST_TENSORS_MAX])
{
  StPlan plan;
  uint32_t count = 0;

  st_plan_make (spec, &plan);
  for (uint32_t i = 0; i < plan.layers; i++)
    for (uint32_t part = 0; part < plan.layer[i].parts; part++, count += 2)
      describe (&plan, i, part, &tensors[count], &tensors[count + 1]);
  return count;
}

size_t
st_spec_parameters (const StSpec *spec)
{
  StPlan plan;
  st_plan_make (spec, &plan);
  return plan.parameters;
}

void
st_spec_field (const StSpec *spec, uint32_t *size, uint32_t *padding, uint32_t *stride)
{
  StPlan plan;
  size_t r = 1, p = 0, j = 1;

  st_plan_make (spec, &plan);
  for (uint32_t i = 0; i <= plan.latent; i++)
    {
      const StGrid *grid = &plan.layer[i].grid;
      r += (grid->kernel - 1) * j;
      p += grid->padding * j;
      j *= grid->stride;
    }
  *size = (uint32_t) r;
  *padding = (uint32_t) p;
  *stride = (uint32_t) j;
}
