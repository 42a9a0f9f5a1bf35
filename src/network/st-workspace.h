/* Models, workspaces and the passes through one layer, for this layer's own files. */
#pragma once

#include <st-kernels.h>
#include <st-model.h>

#include <stdatomic.h>

/* Where a layer's matrix lies, packed for st_kernels()->product: as it is, once for each
 * part, and transposed, all parts together.  A dense layer has only the former: its weights
 * in the parameter block serve as the latter. */
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
  float *matrix;       /* scratch of st_model_pack() */
};

/* Passes go through plan.group images at a time: a few, so that all that convolutions touch
 * stays in the second cache, or many, so that the weights of dense layers are worth fetching. */
struct StWorkspace {
  StPlan plan;
  const StKernels *kernels;
  uint32_t room;                    /* images that there is room for, at most plan.group */
  float *memory;                    /* all of the below */
  float *output[ST_LAYERS_MAX];     /* [group] what each layer gives; logits at the end */
  float *patches[ST_LAYERS_MAX];    /* [group] of a convolution's input; or, of a dense layer
                                     * behind a map, that map channel outermost */
  float *matrix[ST_LAYERS_MAX];     /* gradient of each layer's matrix, row-major */
  float *columns;                   /* [group] patches on the other side */
  float *delta[2];                  /* [group] derivatives by a layer's output, and its input */
  bool begins;                      /* dense weights' gradients are not there yet */
  float *z;                         /* [group] a latent sample */
  float *input, *target;            /* [group] images, channel innermost, if that differs */
};

/* n <= plan.group images through one layer, out[n][pixels][layer's parts * channels]; only
 * the first `parts` of its parts are computed. */
void st_layer_forward (const StModel *model, StWorkspace *workspace, uint32_t layer,
                       uint32_t parts, uint32_t n, const float *in, float *out);

/* Adds to workspace->matrix[layer] and to the biases in gradient[] (the parameter block's
 * layout) from delta_out, the derivatives by the layer's output; gives those by its input,
 * `in`, in delta_in unless that is NULL, 0 where mask (laid out as in) is not positive. */
void st_layer_backward (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                        const float *in, const float *mask, const float *delta_out,
                        float *delta_in, float *gradient);

/* The same of a layer's linear part alone, for tangents and what is behind them: out = W in of
 * one part, without bias or activation; its adjoint, delta_in = W^T delta_out; and what a
 * product of both adds to the gradients of weights and biases.  Those of weights go to
 * workspace->matrix[layer], of dense layers to gradient[]. */
void st_layer_linear (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                      const float *in, float *out);
void st_layer_adjoint (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                       const float *delta_out, float *delta_in);
void st_layer_add_weights (StWorkspace *workspace, uint32_t layer, uint32_t n, const float *in,
                           const float *delta_out, float *gradient);
void st_layer_add_biases (StWorkspace *workspace, uint32_t layer, uint32_t n,
                          const float *delta_out, float *gradient);

/* The same of dense layers. */
void st_dense_forward (const StModel *model, StWorkspace *workspace, uint32_t layer,
                       uint32_t parts, uint32_t n, const float *in, float *out);
void st_dense_backward (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                        const float *in, const float *mask, const float *delta_out,
                        float *delta_in, float *gradient);

void st_dense_linear (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                      const float *in, float *out);
void st_dense_adjoint (const StModel *model, StWorkspace *workspace, uint32_t layer, uint32_t n,
                       const float *delta_out, float *delta_in);
void st_dense_add_weights (StWorkspace *workspace, uint32_t layer, uint32_t n, const float *in,
                           const float *delta_out, float *gradient);
void st_dense_add_biases (StWorkspace *workspace, uint32_t layer, uint32_t n,
                          const float *delta_out, float *gradient);

/* Whether a dense layer must turn this shape to have its channels outermost. */
static inline bool
st_is_map (StShape shape)
{
  return shape.channels > 1 && shape.height * shape.width > 1;
}

/* out[n][columns][rows] from in[n][rows][columns]. */
void st_transpose (size_t n, size_t rows, size_t columns, const float *in, float *out);

/* Images as the first layer takes them: themselves, or copies in `out` that have their
 * channels innermost. */
const float *st_images_in (const StModel *model, uint32_t n, const float *images, float *out);
