/* Philox 4x32-10, a counter-based generator: any number of any stream can be
 * had without those before it, so noise depends on nothing but its counter
 * (Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
 * SC 2011).
 *
 * The counter is (block, image, stream, epoch); numbers 4b .. 4b+3 of a
 * sequence are block b.  Everything that the instrument shows uses epoch 1;
 * training uses 2 + epoch, so that each epoch draws anew. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum StStream {
  ST_STREAM_GAUSSIAN = 1,
  ST_STREAM_SALT_PEPPER = 2,
  ST_STREAM_SPECKLE = 3,
  ST_STREAM_OCCLUSION = 4,
  ST_STREAM_LATENT = 5,
  ST_STREAM_EMBEDDING = 6,     /* where a map's points start; "image" is 0 */
  ST_STREAM_WEIGHTS = 16,      /* "image" is the tensor */
  ST_STREAM_ORDER = 17,        /* the permutation of an epoch */
  ST_STREAM_NOISE_LEVEL = 18,  /* a denoising model's level for one image */
  /* Of the isometry term: v and alpha for one image, and, "image" being the number of the batch,
   * with which other each is mixed. */
  ST_STREAM_PROBE = 19,
  ST_STREAM_MIX = 20,
  ST_STREAM_PARTNER = 21,
} StStream;

enum { ST_EPOCH_SHOWN = 1, ST_EPOCH_TRAINING = 2 };

typedef struct StRandomKey {
  uint64_t seed;
  uint32_t image;
  uint32_t stream;
  uint32_t epoch;
} StRandomKey;

/* out[4]: the words of one block. */
void st_random_block (StRandomKey key, uint32_t block, uint32_t out[4]);

/* n uniform numbers (word + 1/2) * 2^-32, all inside (0, 1). */
void st_random_uniform (StRandomKey key, size_t n, double *out);

/* n standard normals by pairs: r cos 2 pi u2, r sin 2 pi u2, r = sqrt(-2 ln u1). */
void st_random_normal (StRandomKey key, size_t n, double *out);
