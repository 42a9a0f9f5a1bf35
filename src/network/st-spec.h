/* What a network is, before it has weights: its kind, its encoder, its sizes,
 * the tensors it needs, and what one latent cell sees. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef enum StKind {
  ST_KIND_CAE,        /* convolutional autoencoder */
  ST_KIND_DAE,        /* the same net, trained to undo noise */
  ST_KIND_VAE,        /* variational, with a mean and a log-variance map */
  ST_KIND_VAE_DENSE,  /* variational in a d-vector between dense layers, from which the latent
                       * tensor is expanded */
  ST_KIND_AE_DENSE,   /* the same without sampling */
  ST_KIND_VAE_MLP,    /* dense layers only; the latent is a d-vector */
  ST_KIND_AE_MLP,     /* the same without sampling */
  ST_KIND_IRVAE,      /* the net of vae-mlp, trained with the isometry term too */
  ST_KIND_IRAE,       /* the same without sampling */
  ST_KINDS,
} StKind;

typedef enum StEncoder {
  ST_ENCODER_S2,  /* two 3x3 convolutions, receptive field 7 */
  ST_ENCODER_K4,  /* two 4x4 convolutions, receptive field 10 */
  ST_ENCODER_S3,  /* three 3x3 convolutions, receptive field 15 */
  ST_ENCODER_S5,  /* five 3x3 convolutions, receptive field 21 */
  ST_ENCODERS,
} StEncoder;

/* Between the layers of the MLP kinds; the others have ReLU. */
typedef enum StActivation {
  ST_ACTIVATION_RELU,
  ST_ACTIVATION_ELU,   /* x above 0, e^x - 1 below */
  ST_ACTIVATION_TANH,
  ST_ACTIVATIONS,
} StActivation;

enum { ST_HIDDEN_MAX = 4, ST_HIDDEN_LENGTH_MAX = 2048 };

/* Fields that a kind does not have are not looked at. */
typedef struct StSpec {
  StKind kind;
  StEncoder encoder;        /* of kinds that unfold */
  StShape image;            /* 1 or 3 channels, sides multiples of 4 from 8 to 256, with dense
                             * layers to 64 */
  uint32_t channels;        /* C of the latent tensor of kinds that unfold, 1 to 256 */
  uint32_t dimension;       /* d of kinds that have a d-vector, 1 to 256; of irvae, irae from 2 */
  StActivation activation;  /* of the MLP kinds */
  uint32_t hidden[ST_HIDDEN_MAX];  /* of the MLP kinds: numbers in each hidden layer of the
                                    * encoder, 1 to 2048, then zeros; at least one */
} StSpec;

enum { ST_TENSORS_MAX = 32, ST_TENSOR_NAME_MAX = 32 };

/* One tensor of the parameter block, laid out as PyTorch has it (conv OIHW,
 * transposed conv IOHW, dense out x in, a flattened tensor channel outermost, bias O). */
typedef struct StTensor {
  char name[ST_TENSOR_NAME_MAX];  /* "encoder.0.weight" */
  uint32_t dimensions;            /* 1 to 4 */
  uint32_t shape[4];
  size_t offset, length;          /* in floats, inside the parameter block */
} StTensor;

/* 28x28x1 and 128 channels; 32 dimensions between convolutions; 256-256-2 in an MLP. */
StSpec st_spec_default (StKind kind, StEncoder encoder);
/* ST_RANGE or ST_SHAPE where a size is not possible. */
StStatus st_spec_check (const StSpec *spec);
/* Whether they are the same net, by the fields that their kind has. */
bool st_spec_equal (const StSpec *a, const StSpec *b);

const char *st_kind_name (StKind kind);
bool st_kind_from_name (const char *name, StKind *kind);
const char *st_encoder_name (StEncoder encoder);
bool st_encoder_from_name (const char *name, StEncoder *encoder);
const char *st_activation_name (StActivation activation);
bool st_activation_from_name (const char *name, StActivation *activation);
/* Whether a latent sample differs from the mean. */
bool st_kind_samples (StKind kind);
/* Whether it is trained on noisy images to give back clean ones. */
bool st_kind_denoises (StKind kind);
/* Whether the latent is a tensor h x w x C, which has unfoldings, an encoder and channels; else
 * it is a d-vector behind hidden layers. */
bool st_kind_unfolds (StKind kind);
/* Whether a d-vector lies in it: at its latent, or before it. */
bool st_kind_has_dimension (StKind kind);
/* Whether it can be trained with the isometry term of st-isometry-term.h. */
bool st_kind_has_isometry (StKind kind);
/* Whether each latent cell sees a patch of the image, so that the number of distinct ones
 * bounds rank (S3): not so behind a dense layer. */
bool st_kind_has_oracle (StKind kind);

/* h x w x C of the latent tensor; 1 x 1 x d of a d-vector. */
StShape st_spec_latent (const StSpec *spec);
/* Of what is sampled: 1 x 1 x d of kinds that have a d-vector, else as st_spec_latent(). */
StShape st_spec_code (const StSpec *spec);
/* The tensors in the order of the parameter block; returns how many. */
uint32_t st_spec_tensors (const StSpec *spec, StTensor tensors[ST_TENSORS_MAX]);
/* Floats in the parameter block. */
size_t st_spec_parameters (const StSpec *spec);
/* Where in the parameter block the MLP kinds have s = ln sigma of their Gaussian loss. */
size_t st_spec_log_sigma (const StSpec *spec);

/* Receptive field of one latent cell, by r += (k-1) j, p += q j, j *= s over the convolutions;
 * all zero for kinds that do not unfold. */
void st_spec_field (const StSpec *spec, uint32_t *size, uint32_t *padding, uint32_t *stride);
