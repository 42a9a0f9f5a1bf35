/* Arrays of images and latent tensors, to and from .npy. */
#pragma once

#include "st-cli.h"

typedef enum StLayout { ST_LAYOUT_NCHW, ST_LAYOUT_NHWC } StLayout;

/* N latent tensors h x w x C, channel innermost, from st_alloc(). */
typedef struct StTensors {
  guint count;
  StShape shape;      /* of vectors: 1 x 1 x d */
  gboolean vectors;   /* N x d, which have no unfoldings */
  float *data;        /* one of the two */
  double *doubles;
} StTensors;

/* Between channel innermost, as models have latent tensors, and outermost, as files do. */
void st_layout_to_planes (StShape shape, const float *tensor, float *planes);
void st_layout_from_planes (StShape shape, const float *planes, float *tensor);

/* Each returns the exit status, after it has said what is wrong. */
int st_cli_open_tensors (const StCommon *common, const char *path, StLayout layout,
                         StTensors *tensors);
/* The same without rounding: doubles where the file has them; and of vectors too. */
int st_cli_open_any_tensors (const char *path, StLayout layout, StTensors *tensors);
void st_tensors_clear (StTensors *tensors);
int st_cli_save_array (const char *path, guint dimensions, const gsize *shape, const float *data);
/* N x height x width, or N x channels x height x width where there is not just one channel. */
int st_cli_save_images (const char *path, guint count, StShape shape, const float *data);
