/* The layers of a spec: the one table that encoders and kinds are rows of.
 *
 * A layer lies between a large grid and a small one.  A convolution goes from
 * large to small: the patches of its input (st-fold.c) times a matrix of
 * weights.  A transposed convolution is the adjoint of one and goes from small
 * to large: its input times a matrix, the products added up where they land.
 * Either way the weights are one matrix, rows for what comes in, columns for
 * what goes out, its taps ordered (ky, kx, channel).
 *
 * A dense layer (st-dense.c) stands outside that: its grid is one cell, its matrix is
 * PyTorch's, out x in, and vectors have their channels outermost, as PyTorch flattens them. */
#pragma once

#include <st-spec.h>

enum { ST_LAYERS_MAX = 12, ST_PARTS_MAX = 2 };

typedef struct StGrid {
  size_t height, width, channels;  /* the large grid */
  size_t rows, columns;            /* the small one */
  size_t kernel, stride, padding;
  size_t patch;                    /* floats from one patch to the next, at least
                                    * kernel^2 channels */
} StGrid;

typedef struct StLayer {
  bool transposed, dense;
  bool linear;                      /* no activation */
  StActivation activation;
  StGrid grid;
  StShape in, out;                  /* out.channels is that of one part */
  /* Heads share an input: part p makes channels p C ... (p + 1) C - 1. */
  uint32_t parts;
  size_t weight[ST_PARTS_MAX], bias[ST_PARTS_MAX];  /* offsets in the parameter block */
  size_t matrix_rows, matrix_columns;               /* of all parts together */
} StLayer;

typedef struct StPlan {
  uint32_t code;     /* the layer whose output is sampled, of two parts if it is */
  uint32_t latent;   /* the layer that makes the latent tensor: that one, or the one behind it */
  uint32_t layers;   /* those behind it are the decoder */
  StLayer layer[ST_LAYERS_MAX];
  bool has_sigma;
  size_t log_sigma;  /* where in the parameter block, if it has one */
  size_t parameters;
  uint32_t group;    /* images that pass together */
} StPlan;

static inline bool
st_layer_has_relu (const StLayer *layer)
{
  return !layer->linear && layer->activation == ST_ACTIVATION_RELU;
}

/* The spec must have passed st_spec_check(). */
void st_plan_make (const StSpec *spec, StPlan *plan);

/* Floats of a weight tensor of one part. */
size_t st_layer_weights (const StLayer *layer);
/* Inputs that one output number sums over, for He's initialisation. */
size_t st_layer_fan_in (const StLayer *layer);
/* Of a layer that is not dense: adds matrix[matrix_rows][matrix_columns] to the layer's weights in a parameter block. */
void st_layer_add_matrix (const StLayer *layer, const float *matrix, float *parameters);
/* The matrix of the layer's weights in a parameter block. */
void st_layer_get_matrix (const StLayer *layer, const float *parameters, float *matrix);
