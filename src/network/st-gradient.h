/* Losses and their gradients, the Adam step, and the normals that training draws. */
#pragma once

#include <st-model.h>
#include <st-rng.h>

/* Of an image: summed over its pixels.  The Gaussian one, of the MLP kinds, is
 * |x - y|^2 / (2 sigma^2) + pixels ln sigma, with sigma for all pixels a parameter. */
typedef enum StLossKind { ST_LOSS_BCE, ST_LOSS_MSE, ST_LOSS_GAUSSIAN, ST_LOSSES } StLossKind;

const char *st_loss_name (StLossKind loss);
bool st_loss_from_name (const char *name, StLossKind *loss);

/* Sums over the images of a chunk, not means. */
typedef struct StLoss { double reconstruction, kl; } StLoss;

typedef struct StGradientTask {
  const StModel *model;
  StLossKind loss;
  double beta;           /* weight of the KL term, for kinds that sample */
  uint32_t n;            /* images */
  const float *input;    /* what the encoder is given */
  const float *target;   /* what the decoder should give back */
  const float *epsilon;  /* [n][code's h][w][C] normals, for kinds that sample; else NULL */
  bool keep_sigma;       /* derivatives by sigma are 0 */
  const float *code_gradient;  /* [n][d] more derivatives by the d-vector, or its sample; or NULL */
  /* st_gradient_codes() gave this task's codes from the same workspace, which has run no other
   * task since: where st_gradient_keeps_codes(). */
  bool encoded;
  bool begin;            /* nothing is in the gradient yet, not even zeros */
} StGradientTask;

/* Images whose gradients one buffer should sum: where there are dense layers, which have many
 * weights for little work, more. */
uint32_t st_gradient_chunk (StKind kind);
/* Whether a workspace holds all that a chunk's encoder has computed. */
bool st_gradient_keeps_codes (StKind kind);

/* Adds (or with `begin` sets) the gradient of sum over images of (reconstruction + beta KL), each
 * summed over pixels or latent numbers, to gradient[st_spec_parameters()] (PyTorch's layout), and
 * the terms to *loss.  Not finite is not an error here: the caller looks at the loss. */
void st_model_gradient (const StGradientTask *task, StWorkspace *workspace, float *gradient,
                        StLoss *loss);

/* What the decoder is given of the task's images, of kinds that have a d-vector: codes[n][d],
 * sampled where the kind samples. */
void st_gradient_codes (const StGradientTask *task, StWorkspace *workspace, float *codes);

/* sum[n] += the rows x[rows][n], `step` floats apart, one after the other, then times scale.
 * Whether all of it is finite. */
bool st_gradient_sum (size_t n, size_t rows, size_t step, const float *x, float scale, float *sum);

/* Adam (Kingma and Ba 2015) with 0.9, 0.999, 1e-8.  step counts from 1; first and
 * second are the moments, zeros at the start; all arrays have n floats. */
void st_adam_step (size_t n, uint64_t step, double learning_rate, const float *gradient,
                   float *first, float *second, float *parameters);

/* st_random_normal() in single precision, to about 1e-6 and some ten times as fast: the noise
 * and the samples of training. */
void st_random_normal_single (StRandomKey key, size_t n, float *out);
