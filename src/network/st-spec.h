/* What a network is, before it has weights: its kind, its encoder, its sizes,
 * the tensors it needs, and what one latent cell sees. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef enum StKind {
  ST_KIND_CAE,   /* convolutional autoencoder */
  ST_KIND_DAE,   /* the same net, trained to undo noise */
  ST_KIND_VAE,   /* variational, with a mean and a log-variance map */
  ST_KINDS,
} StKind;

typedef enum StEncoder {
  ST_ENCODER_S2,  /* 3x3 convolutions, receptive field 7 */
  ST_ENCODER_K4,  /* 4x4 convolutions, receptive field 10 */
  ST_ENCODERS,
} StEncoder;

typedef struct StSpec {
  StKind kind;
  StEncoder encoder;
  StShape image;      /* one channel, sides multiples of 4 from 8 to 256 */
  uint32_t channels;  /* C of the latent tensor, 1 to 256 */
} StSpec;

enum { ST_TENSORS_MAX = 32, ST_TENSOR_NAME_MAX = 32 };

/* One tensor of the parameter block, laid out as PyTorch has it (conv OIHW,
 * transposed conv IOHW, bias O). */
typedef struct StTensor {
  char name[ST_TENSOR_NAME_MAX];  /* "encoder.0.weight" */
  uint32_t dimensions;            /* 1 to 4 */
  uint32_t shape[4];
  size_t offset, length;          /* in floats, inside the parameter block */
} StTensor;

/* 28x28x1 and 128 channels. */
StSpec st_spec_default (StKind kind, StEncoder encoder);
/* ST_RANGE or ST_SHAPE where a size is not possible. */
StStatus st_spec_check (const StSpec *spec);

const char *st_kind_name (StKind kind);
bool st_kind_from_name (const char *name, StKind *kind);
const char *st_encoder_name (StEncoder encoder);
bool st_encoder_from_name (const char *name, StEncoder *encoder);
/* Whether a latent sample differs from the mean. */
bool st_kind_samples (StKind kind);
/* Whether it is trained on noisy images to give back clean ones. */
bool st_kind_denoises (StKind kind);

/* h x w x C of the latent tensor. */
StShape st_spec_latent (const StSpec *spec);
/* The tensors in the order of the parameter block; returns how many. */
uint32_t st_spec_tensors (const StSpec *spec, StTensor tensors[ST_TENSORS_MAX]);
/* Floats in the parameter block. */
size_t st_spec_parameters (const StSpec *spec);

/* Receptive field of one latent cell, by r += (k-1) j, p += q j, j *= s. */
void st_spec_field (const StSpec *spec, uint32_t *size, uint32_t *padding, uint32_t *stride);
