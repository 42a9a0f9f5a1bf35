/* Models, workspaces and the passes through one layer, for this layer's own files. */
#pragma once

#include <st-kernels.h>
#include <st-model.h>

#include <stdatomic.h>

/* Where a layer's matrix lies, packed for st_kernels()->product: as it is, once for each
 * part, and transposed, all parts together. */
typedef struct StPacking {
  size_t forward[ST_PARTS_MAX], backward;
} StPacking;

struct StModel {
  atomic_uint references;
  StSpec spec;
  StPlan plan;
  StPacking packing[ST_LAYERS_MAX];
  float *parameters;   /* PyTorch's layout */
  float *packed;
  float *matrix;       /* scratch of st_model_replace() */
};

/* Passes go through a few images at a time, so that all that they touch stays in the
 * second cache. */
enum { ST_GROUP = 2 };

struct StWorkspace {
  StPlan plan;
  const StKernels *kernels;
  float *memory;                    /* all of the below */
  float *output[ST_LAYERS_MAX];     /* [group] what each layer gives; logits at the end */
  float *patches[ST_LAYERS_MAX];    /* [group] of a convolution's input */
  float *matrix[ST_LAYERS_MAX];     /* gradient of each layer's matrix, row-major */
  float *columns;                   /* [group] patches on the other side */
  float *delta[2];                  /* [group] derivatives by a layer's output, and its input */
  float *z;                         /* [group] a latent sample */
};

/* n <= ST_GROUP images through one layer, out[n][pixels][layer's parts * channels]; only
 * the first `parts` of its parts are computed. */
void st_layer_forward (const StModel *model, StWorkspace *workspace, uint32_t layer,
                       uint32_t parts, uint32_t n, const float *in, float *out);

/* Adds to workspace->matrix[layer] and to the biases in gradient[] (the parameter block's
 * layout) from delta_out, the derivatives by the layer's output; gives those by its input,
 * `in`, in delta_in unless that is NULL, 0 where mask (laid out as in) is not positive. */
void st_layer_backward (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                        const float *in, const float *mask, const float *delta_out,
                        float *delta_in, float *gradient);
