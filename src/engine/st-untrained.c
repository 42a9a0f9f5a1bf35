#include <st-untrained.h>

#include <st-alloc.h>
#include <st-rng.h>

#include <string.h>

static const double BIAS_DEVIATION = 0.1;

static bool
is_encoder_bias (const StTensor *tensor)
{
  size_t length = strlen (tensor->name);
  return tensor->dimensions == 1 && strncmp (tensor->name, "decoder.", 8) != 0
         && length > 5 && strcmp (tensor->name + length - 5, ".bias") == 0;
}

/* Weights are drawn with the numbers of their own tensors, so a bias's number is free. */
static StStatus
draw_bias (const StTensor *tensor, uint32_t number, uint64_t seed, float *parameters)
{
  StRandomKey key = { seed, number, ST_STREAM_WEIGHTS, ST_EPOCH_SHOWN };
  double *normals = st_alloc (tensor->length, sizeof *normals);
  if (normals == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  st_random_normal (key, tensor->length, normals);
  for (size_t i = 0; i < tensor->length; i++)
    parameters[tensor->offset + i] = (float) (BIAS_DEVIATION * normals[i]);
  st_free (normals);
  return st_success ();
}

StStatus
st_untrained_new (const StSpec *spec, uint64_t seed, StModel **model)
{
  StTensor tensors[ST_TENSORS_MAX];
  StStatus status = st_spec_check (spec);
  if (!st_ok (status))
    return status;
  float *parameters = st_alloc (st_spec_parameters (spec), sizeof *parameters);
  if (parameters == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);

  st_model_initialise (spec, seed, parameters);
  uint32_t count = st_spec_tensors (spec, tensors);
  for (uint32_t i = 0; i < count && st_ok (status); i++)
    if (is_encoder_bias (&tensors[i]))
      status = draw_bias (&tensors[i], i, seed, parameters);
  if (st_ok (status))
    status = st_model_new (spec, parameters, model);
  st_free (parameters);
  return status;
}
