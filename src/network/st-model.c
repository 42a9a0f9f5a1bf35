#include <st-workspace.h>

#include <st-alloc.h>
#include <st-normal.h>

#include <math.h>
#include <string.h>

static const float OUTPUT_BIAS = -1.0f;
static const double LOG_VARIANCE_SCALE = 0.1;

/* In double and rounded once, so that a seed gives the same weights at every processor
 * level. */
static void
draw_weights (StRandomKey key, size_t n, double deviation, float *out)
{
  uint32_t words[4];
  double normals[2] = { 0.0, 0.0 };

  for (size_t i = 0; i < n; i++)
    {
      if (i % 4 == 0)
        st_random_block (key, (uint32_t) (i / 4), words);
      if (i % 2 == 0)
        st_normal_pair_double (words[i % 4], words[i % 4 + 1], normals);
      out[i] = (float) (deviation * normals[i % 2]);
    }
}

void
st_model_initialise (const StSpec *spec, uint64_t seed, float *out)
{
  StPlan plan;
  uint32_t tensor = 0;

  st_plan_make (spec, &plan);
  memset (out, 0, plan.parameters * sizeof *out);
  for (uint32_t i = 0; i < plan.layers; i++)
    for (uint32_t part = 0; part < plan.layer[i].parts; part++, tensor += 2)
      {
        const StLayer *layer = &plan.layer[i];
        double deviation = sqrt (2.0 / (double) st_layer_fan_in (layer));
        if (part == 1)
          deviation *= LOG_VARIANCE_SCALE;
        StRandomKey key = { seed, tensor, ST_STREAM_WEIGHTS, ST_EPOCH_SHOWN };
        draw_weights (key, st_layer_weights (layer), deviation, out + layer->weight[part]);
      }
  /* s = ln sigma begins at 0, as biases do. */
  const StLayer *last = &plan.layer[plan.layers - 1];
  for (uint32_t c = 0; c < last->out.channels; c++)
    out[last->bias[0] + c] = OUTPUT_BIAS;
}

/* Places of every layer's packed matrices; returns floats in all, and in the largest matrix. */
static size_t
plan_packing (const StPlan *plan, StPacking packing[ST_LAYERS_MAX], size_t *largest)
{
  size_t used = 0;

  *largest = 0;
  for (uint32_t i = 0; i < plan->layers; i++)
    {
      const StLayer *layer = &plan->layer[i];
      size_t matrix = layer->matrix_rows * layer->matrix_columns;
      if (!layer->dense && matrix > *largest)
        *largest = matrix;
      for (uint32_t part = 0; part < layer->parts; part++)
        {
          packing[i].forward[part] = used;
          used += st_packed_size (layer->matrix_rows, layer->matrix_columns / layer->parts);
        }
      packing[i].backward = used;
      if (!layer->dense)
        used += st_packed_size (layer->matrix_columns, layer->matrix_rows);
    }
  return used;
}

/* matrix[rows][columns], its rows `step` apart, in panels for st_kernels()->product. */
static void
pack (const float *matrix, size_t rows, size_t columns, size_t step, float *packed)
{
  size_t width = st_panel_width (columns);

  for (size_t from = 0; from < columns; from += width)
    for (size_t row = 0; row < rows; row++, packed += width)
      for (size_t j = 0; j < width && from + j < columns; j++)
        packed[j] = matrix[row * step + from + j];
}

/* One panel of the same of the transposed matrix[columns][rows]. */
static void
pack_panel (const float *matrix, size_t rows, size_t columns, size_t panel, float *packed)
{
  size_t width = st_panel_width (columns), from = panel * width;
  st_kernels ()->transpose (columns - from < width ? columns - from : width, rows,
                            matrix + from * rows, rows, packed + from * rows, width);
}

static void
pack_map_layer (StModel *model, uint32_t i)
{
  const StLayer *layer = &model->plan.layer[i];
  const StPacking *packing = &model->packing[i];
  size_t rows = layer->matrix_rows, columns = layer->matrix_columns;
  size_t part_columns = columns / layer->parts;

  st_layer_get_matrix (layer, model->parameters, model->matrix);
  for (uint32_t part = 0; part < layer->parts; part++)
    pack (model->matrix + part * part_columns, rows, part_columns, columns,
          model->packed + packing->forward[part]);
  for (uint32_t panel = 0; panel < st_panels (rows); panel++)
    pack_panel (model->matrix, columns, rows, panel, model->packed + packing->backward);
}

float *
st_model_change (StModel *model)
{
  return model->parameters;
}

static uint32_t
part_panels (const StLayer *layer)
{
  return st_panels (layer->matrix_columns / layer->parts);
}

/* The first one is of all layers with maps; the others are panels of dense layers. */
uint32_t
st_model_packings (const StModel *model)
{
  uint32_t packings = 1;
  for (uint32_t i = 0; i < model->plan.layers; i++)
    if (model->plan.layer[i].dense)
      packings += model->plan.layer[i].parts * part_panels (&model->plan.layer[i]);
  return packings;
}

void
st_model_pack (StModel *model, uint32_t index)
{
  for (uint32_t i = 0; i < model->plan.layers; i++)
    {
      const StLayer *layer = &model->plan.layer[i];
      if (!layer->dense && index == 0)
        pack_map_layer (model, i);
      if (!layer->dense || index == 0)
        continue;
      uint32_t panels = part_panels (layer), part = (index - 1) / panels;
      if (part < layer->parts)
        {
          pack_panel (model->parameters + layer->weight[part], layer->matrix_rows,
                      layer->matrix_columns / layer->parts, (index - 1) % panels,
                      model->packed + model->packing[i].forward[part]);
          return;
        }
      index -= layer->parts * panels;
    }
}

void
st_model_replace (StModel *model, const float *parameters)
{
  memcpy (model->parameters, parameters, model->plan.parameters * sizeof *parameters);
  for (uint32_t i = 0; i < st_model_packings (model); i++)
    st_model_pack (model, i);
}

static void
model_free (StModel *model)
{
  st_free (model->parameters);
  st_free (model->packed);
  st_free (model->matrix);
  st_free (model);
}

StStatus
st_model_new (const StSpec *spec, const float *parameters, StModel **result)
{
  StStatus status = st_spec_check (spec);
  if (!st_ok (status))
    return status;
  StModel *model = st_alloc (1, sizeof *model);
  if (model == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *model, 0);

  atomic_init (&model->references, 1);
  model->spec = *spec;
  st_plan_make (spec, &model->plan);
  size_t matrix, packed = plan_packing (&model->plan, model->packing, &matrix);
  model->parameters = st_alloc (model->plan.parameters, sizeof (float));
  model->packed = st_alloc (packed, sizeof (float));
  model->matrix = st_alloc (matrix, sizeof (float));
  if (model->parameters == NULL || model->packed == NULL || model->matrix == NULL)
    {
      model_free (model);
      return st_failure (ST_NO_MEMORY, (int64_t) (packed * sizeof (float)), 0);
    }
  st_model_replace (model, parameters);
  *result = model;
  return st_success ();
}

StModel *
st_model_ref (StModel *model)
{
  atomic_fetch_add_explicit (&model->references, 1, memory_order_relaxed);
  return model;
}

void
st_model_unref (StModel *model)
{
  if (model != NULL && atomic_fetch_sub (&model->references, 1) == 1)
    model_free (model);
}

const StSpec *
st_model_spec (const StModel *model)
{
  return &model->spec;
}

const float *
st_model_parameters (const StModel *model)
{
  return model->parameters;
}

bool
st_model_padding_is_black (const StModel *model)
{
  for (uint32_t i = 0; i <= model->plan.latent && !model->plan.layer[i].dense; i++)
    {
      const StLayer *layer = &model->plan.layer[i];
      for (uint32_t part = 0; part < layer->parts; part++)
        for (uint32_t c = 0; c < layer->out.channels; c++)
          if (model->parameters[layer->bias[part] + c] != 0.0f)
            return false;
    }
  return true;
}
