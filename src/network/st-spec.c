#include <st-spec.h>

#include <st-layers.h>

#include <string.h>

enum {
  SIDE_MIN = 8, SIDE_MAX = 256, SIDE_STEP = 4,
  DENSE_SIDE_MAX = 64,   /* a dense layer has a weight for each pixel and number */
  CHANNELS_MAX = 256, DIMENSION_MAX = 256,
};

typedef struct Kind {
  const char *name;
  bool samples, denoises, convolutions, vector, isometry;
} Kind;

static const Kind KIND_TABLE[ST_KINDS] = {
  [ST_KIND_CAE] = { "cae", .convolutions = true },
  [ST_KIND_DAE] = { "dae", .convolutions = true, .denoises = true },
  [ST_KIND_VAE] = { "vae", .convolutions = true, .samples = true },
  [ST_KIND_VAE_DENSE] = { "vae-dense", .convolutions = true, .vector = true, .samples = true,
                          .isometry = true },
  [ST_KIND_AE_DENSE] = { "ae-dense", .convolutions = true, .vector = true, .isometry = true },
  [ST_KIND_VAE_MLP] = { "vae-mlp", .vector = true, .samples = true },
  [ST_KIND_AE_MLP] = { "ae-mlp", .vector = true },
  [ST_KIND_IRVAE] = { "irvae", .vector = true, .samples = true, .isometry = true },
  [ST_KIND_IRAE] = { "irae", .vector = true, .isometry = true },
};

static const char *const ENCODER_NAMES[ST_ENCODERS] = {
  [ST_ENCODER_S2] = "s2",
  [ST_ENCODER_K4] = "k4",
  [ST_ENCODER_S3] = "s3",
  [ST_ENCODER_S5] = "s5",
};

static const char *const ACTIVATION_NAMES[ST_ACTIVATIONS] = {
  [ST_ACTIVATION_RELU] = "relu",
  [ST_ACTIVATION_ELU] = "elu",
  [ST_ACTIVATION_TANH] = "tanh",
};

StSpec
st_spec_default (StKind kind, StEncoder encoder)
{
  return (StSpec) {
    .kind = kind, .encoder = encoder, .image = { 28, 28, 1 }, .channels = 128,
    .dimension = KIND_TABLE[kind].convolutions ? 32 : 2,
    .activation = ST_ACTIVATION_RELU, .hidden = { 256, 256 },
  };
}

static StStatus
check_side (const StSpec *spec, uint32_t side)
{
  uint32_t most = KIND_TABLE[spec->kind].vector ? DENSE_SIDE_MAX : SIDE_MAX;

  if (side % SIDE_STEP != 0)
    return st_failure (ST_SHAPE, side, SIDE_STEP);
  if (side < SIDE_MIN)
    return st_failure (ST_SHAPE, side, SIDE_MIN);
  return side > most ? st_failure (ST_SHAPE, side, most) : st_success ();
}

static StStatus
check_image (const StSpec *spec)
{
  if (spec->image.channels != 1 && spec->image.channels != 3)
    return st_failure (ST_SHAPE, spec->image.channels, 1);
  StStatus status = check_side (spec, spec->image.height);
  return st_ok (status) ? check_side (spec, spec->image.width) : status;
}

static StStatus
check_hidden (const StSpec *spec)
{
  bool ended = false;

  if ((unsigned) spec->activation >= ST_ACTIVATIONS)
    return st_failure (ST_RANGE, 0, ST_ACTIVATIONS - 1);
  for (int i = 0; i < ST_HIDDEN_MAX; i++)
    {
      uint32_t width = spec->hidden[i];
      ended = ended || (i > 0 && width == 0);
      if (ended ? width != 0 : width < 1 || width > ST_HIDDEN_LENGTH_MAX)
        return st_failure (ST_RANGE, 1, ST_HIDDEN_LENGTH_MAX);
    }
  return st_success ();
}

StStatus
st_spec_check (const StSpec *spec)
{
  if ((unsigned) spec->kind >= ST_KINDS)
    return st_failure (ST_RANGE, 0, ST_KINDS - 1);
  const Kind *kind = &KIND_TABLE[spec->kind];
  /* With one number there is no angle, and no other metric than a multiple of the first. */
  uint32_t least = kind->isometry && !kind->convolutions ? 2 : 1;
  if (kind->convolutions && (unsigned) spec->encoder >= ST_ENCODERS)
    return st_failure (ST_RANGE, 0, ST_ENCODERS - 1);
  if (kind->convolutions && (spec->channels < 1 || spec->channels > CHANNELS_MAX))
    return st_failure (ST_RANGE, 1, CHANNELS_MAX);
  if (kind->vector && (spec->dimension < least || spec->dimension > DIMENSION_MAX))
    return st_failure (ST_RANGE, least, DIMENSION_MAX);
  StStatus status = kind->convolutions ? st_success () : check_hidden (spec);
  return st_ok (status) ? check_image (spec) : status;
}

bool
st_spec_equal (const StSpec *a, const StSpec *b)
{
  const Kind *kind = &KIND_TABLE[a->kind];

  if (a->kind != b->kind || !st_shape_equal (a->image, b->image))
    return false;
  if (kind->vector && a->dimension != b->dimension)
    return false;
  if (kind->convolutions)
    return a->encoder == b->encoder && a->channels == b->channels;
  return a->activation == b->activation && memcmp (a->hidden, b->hidden, sizeof a->hidden) == 0;
}

/* The place of a name in a table, or n. */
static int
find_name (const char *name, const char *const *names, int n)
{
  int i = 0;
  while (i < n && strcmp (name, names[i]) != 0)
    i++;
  return i;
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
  int i = find_name (name, ENCODER_NAMES, ST_ENCODERS);
  if (i < ST_ENCODERS)
    *encoder = (StEncoder) i;
  return i < ST_ENCODERS;
}

const char *
st_activation_name (StActivation activation)
{
  return ACTIVATION_NAMES[activation];
}

bool
st_activation_from_name (const char *name, StActivation *activation)
{
  int i = find_name (name, ACTIVATION_NAMES, ST_ACTIVATIONS);
  if (i < ST_ACTIVATIONS)
    *activation = (StActivation) i;
  return i < ST_ACTIVATIONS;
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

bool
st_kind_unfolds (StKind kind)
{
  return KIND_TABLE[kind].convolutions;
}

bool
st_kind_has_dimension (StKind kind)
{
  return KIND_TABLE[kind].vector;
}

bool
st_kind_has_isometry (StKind kind)
{
  return KIND_TABLE[kind].isometry;
}

bool
st_kind_has_oracle (StKind kind)
{
  return KIND_TABLE[kind].convolutions && !KIND_TABLE[kind].vector;
}

StShape
st_spec_latent (const StSpec *spec)
{
  StPlan plan;
  st_plan_make (spec, &plan);
  return plan.layer[plan.latent].out;
}

StShape
st_spec_code (const StSpec *spec)
{
  StPlan plan;
  st_plan_make (spec, &plan);
  return plan.layer[plan.code].out;
}

/* "encoder.0", "mean", "expand", "decoder.1": the name of a layer's part. */
static void
layer_name (const StPlan *plan, uint32_t i, uint32_t part, char name[ST_TENSOR_NAME_MAX])
{
  static const char *const HEADS[ST_PARTS_MAX] = { "mean", "log_variance" };
  const StLayer *layer = &plan->layer[i];
  bool decoder = i > plan->latent;

  if (i == plan->code && (layer->dense || layer->parts > 1))
    strcpy (name, HEADS[part]);
  else if (i == plan->latent && layer->dense)
    strcpy (name, "expand");
  else
    {
      strcpy (name, decoder ? "decoder." : "encoder.");
      size_t end = strlen (name);
      name[end] = (char) ('0' + (decoder ? i - plan->latent - 1 : i));
      name[end + 1] = '\0';
    }
}

static void
describe (const StPlan *plan, uint32_t i, uint32_t part, StTensor *weight, StTensor *bias)
{
  const StLayer *layer = &plan->layer[i];
  uint32_t in = layer->in.channels, out = layer->out.channels;
  uint32_t kernel = (uint32_t) layer->grid.kernel;

  if (layer->dense)
    {
      in = (uint32_t) st_shape_size (layer->in);
      out = (uint32_t) st_shape_size (layer->out);
    }
  *weight = (StTensor) {
    .dimensions = layer->dense ? 2 : 4,
    .shape = { layer->transposed ? in : out, layer->transposed ? out : in,
               layer->dense ? 0 : kernel, layer->dense ? 0 : kernel },
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
  if (plan.has_sigma)
    tensors[count++] = (StTensor) { .name = "decoder.log_sigma", .dimensions = 1, .shape = { 1 },
                                    .offset = plan.log_sigma, .length = 1 };
  return count;
}

size_t
st_spec_parameters (const StSpec *spec)
{
  StPlan plan;
  st_plan_make (spec, &plan);
  return plan.parameters;
}

size_t
st_spec_log_sigma (const StSpec *spec)
{
  StPlan plan;
  st_plan_make (spec, &plan);
  return plan.log_sigma;
}

void
st_spec_field (const StSpec *spec, uint32_t *size, uint32_t *padding, uint32_t *stride)
{
  StPlan plan;
  size_t r = 1, p = 0, j = 1;

  *size = *padding = *stride = 0;
  if (!st_kind_unfolds (spec->kind))
    return;
  st_plan_make (spec, &plan);
  for (uint32_t i = 0; i <= plan.latent && !plan.layer[i].dense; i++)
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
