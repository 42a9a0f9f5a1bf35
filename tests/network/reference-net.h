/* The nets written once more, in double, straight from the definitions of convolution, transposed
 * convolution and dense layer on PyTorch's layouts. */
#pragma once

#include <st-gradient.h>

/* The net and its weights; images are square and small. */
typedef struct Net { const StSpec *spec; const double *parameters; } Net;

/* What st_model_gradient() is to differentiate, and its terms. */
double reference_loss (const StGradientTask *task, const Net *net, StLoss *loss);

/* The d-vector that image i of a task becomes, sampled if the kind samples. */
void reference_code (const StGradientTask *task, const Net *net, size_t i, double *code);
/* The image of a d-vector z[d], of kinds that have one. */
void reference_decode (const Net *net, const double *z, double *image);
