/* What is asked of a model. */
#pragma once

#include <st-images.h>
#include <st-model.h>

typedef enum StLatent { ST_LATENT_MEAN, ST_LATENT_SAMPLE } StLatent;

typedef struct StReference StReference;
typedef struct StHilbert StHilbert;

typedef struct StQuery {
  StModel *model;
  uint64_t weights;        /* the caller's number for these weights, kept in what is answered */
  StImages *images;
  double level;
  StLatent latent;
  uint64_t seed;           /* of the latent sample */
  uint32_t most;           /* measure the first so many images at the most; 0: all */
  bool pictures;           /* keep the rebuilt images */
  bool only_angles;        /* with a hilbert: nothing is decoded, so PSNR stays 0 */
  bool quick;              /* angles without their intervals */
  bool oracle;             /* count distinct patches too, where they predict anything */
  StReference *reference;  /* give coordinates on its axes; or NULL */
  StHilbert *hilbert;      /* give angles to it; or NULL */
} StQuery;
