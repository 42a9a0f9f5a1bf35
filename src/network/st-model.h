/* A model: a spec and its weights, immutable and reference-counted, with the
 * passes that use them.  Any number of threads may run passes on one model,
 * each with a workspace of its own.
 *
 * Images are size-of-shape floats, channel outermost.  Latent tensors are
 * h x w x C, channel innermost.  Equal receptive-field patches give bit-equal
 * latent cells: every cell sums its products in the same order.  (Behind a
 * dense layer cells have no such patches.) */
#pragma once

#include <st-spec.h>

typedef struct StModel StModel;
typedef struct StWorkspace StWorkspace;

/* He-normal weights, std sqrt(2 / fan-in), biases 0, output bias -1,
 * log-variance weights x 0.1; out[st_spec_parameters()]. */
void st_model_initialise (const StSpec *spec, uint64_t seed, float *out);

/* Copies parameters[st_spec_parameters()]. */
StStatus st_model_new (const StSpec *spec, const float *parameters, StModel **model);
/* Overwrites the weights of a model that its maker has not given to anybody yet. */
void st_model_replace (StModel *model, const float *parameters);
/* The same in place, as training does after each step: its own parameters, to be changed; then
 * every one of the places where matrices lie packed is to be packed again, in any order, also by
 * several threads. */
float *st_model_change (StModel *model);
uint32_t st_model_packings (const StModel *model);
void st_model_pack (StModel *model, uint32_t packing);
StModel *st_model_ref (StModel *model);
void st_model_unref (StModel *model);
const StSpec *st_model_spec (const StModel *model);
const float *st_model_parameters (const StModel *model);
/* Whether the bias of every convolution of the encoder is zero: then padding looks like black to it. */
bool st_model_padding_is_black (const StModel *model);

/* Scratch for passes over at most `images` images at once. */
StStatus st_workspace_new (const StSpec *spec, uint32_t images, StWorkspace **workspace);
void st_workspace_free (StWorkspace *workspace);

/* Latent means of n images into mean[n][h][w][C], and, for kinds that sample,
 * log-variances into log_variance (same size) unless it is NULL.  What `vae-dense` samples is
 * not its latent tensor: its log-variances are minus infinity here; st_model_latent() has its
 * samples. */
void st_model_encode (const StModel *model, StWorkspace *workspace, uint32_t n,
                      const float *images, float *mean, float *log_variance);

/* Means of the code (st_spec_code()) of n images: of kinds with a d-vector, mean[n][d]. */
void st_model_code (const StModel *model, StWorkspace *workspace, uint32_t n, const float *images,
                    float *mean);

/* latent[i] += exp(log_variance[i] / 2) * epsilon[i], for one image, epsilon
 * drawn from (seed, index) and shared by all levels. */
void st_model_sample (const StSpec *spec, uint64_t seed, uint32_t index, const float *log_variance,
                      float *latent);

/* Latent tensors of n images into latent[n][h][w][C], of every kind: the means, or, with
 * indices[n] of the images and a kind that samples, what is made of a sample of the code
 * (st_spec_code()): drawn as in st_model_sample(), and expanded if the latent lies behind it. */
void st_model_latent (const StModel *model, StWorkspace *workspace, uint32_t n,
                      const float *images, uint64_t seed, const uint32_t *indices, float *latent);

/* Images rebuilt from n latent tensors, values in (0, 1). */
void st_model_decode (const StModel *model, StWorkspace *workspace, uint32_t n,
                      const float *latent, float *images);
