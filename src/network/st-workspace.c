#include <st-workspace.h>

#include <st-alloc.h>

/* Lengths are rounded up, so that every array begins on a cache line. */
static size_t
take (size_t *used, size_t length)
{
  size_t offset = *used;
  *used += (length + ST_VECTOR - 1) / ST_VECTOR * ST_VECTOR;
  return offset;
}

static size_t
largest (size_t a, size_t b)
{
  return a > b ? a : b;
}

static bool
has_patches (const StLayer *layer)
{
  return layer->dense ? st_is_map (layer->in) : !layer->transposed;
}

/* Whether images must be turned to have their channels innermost. */
static bool
turns_images (const StPlan *plan)
{
  return plan->layer[0].in.channels > 1 && !plan->layer[0].dense;
}

/* Gives every array its place in a block of floats, or, where base is NULL, only
 * counts them; returns how many floats there are. */
static size_t
lay_out (StWorkspace *workspace, size_t group, float *base)
{
  const StPlan *plan = &workspace->plan;
  size_t used = 0, columns = 0, output = 0;

#define PLACE(pointer, length) \
  do { size_t at = take (&used, (length)); if (base != NULL) (pointer) = base + at; } while (0)
  for (uint32_t i = 0; i < plan->layers; i++)
    {
      const StLayer *layer = &plan->layer[i];
      size_t cells = layer->grid.rows * layer->grid.columns;
      size_t patch = layer->grid.patch;
      size_t out = layer->parts * st_shape_size (layer->out);
      size_t matrix = layer->dense ? 0 : layer->matrix_rows * layer->matrix_columns;

      PLACE (workspace->output[i], group * out);
      PLACE (workspace->patches[i], has_patches (layer) ? group * cells * patch : 0);
      PLACE (workspace->matrix[i], matrix);
      columns = largest (columns, layer->dense ? largest (patch, out) : cells * patch);
      output = largest (output, out);
    }
  PLACE (workspace->columns, group * columns);
  PLACE (workspace->delta[0], group * output);
  PLACE (workspace->delta[1], group * output);
  PLACE (workspace->z, group * st_shape_size (plan->layer[plan->code].out));
  size_t images = turns_images (plan) ? group * st_shape_size (plan->layer[0].in) : 0;
  PLACE (workspace->input, images);
  PLACE (workspace->target, images);
#undef PLACE
  return used;
}

StStatus
st_workspace_new (const StSpec *spec, uint32_t images, StWorkspace **result)
{
  StWorkspace *workspace = st_alloc (1, sizeof *workspace);
  if (workspace == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *workspace, 0);

  st_plan_make (spec, &workspace->plan);
  uint32_t group = images < workspace->plan.group ? images : workspace->plan.group;
  workspace->room = group;
  workspace->kernels = st_kernels ();
  size_t floats = lay_out (workspace, group, NULL);
  workspace->memory = st_alloc (floats, sizeof (float));
  if (workspace->memory == NULL)
    {
      st_free (workspace);
      return st_failure (ST_NO_MEMORY, (int64_t) (floats * sizeof (float)), 0);
    }
  lay_out (workspace, group, workspace->memory);
  *result = workspace;
  return st_success ();
}

void
st_workspace_free (StWorkspace *workspace)
{
  if (workspace == NULL)
    return;
  st_free (workspace->memory);
  st_free (workspace);
}
