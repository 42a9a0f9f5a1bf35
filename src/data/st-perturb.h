/* Perturbations of images: a kind and a level from 0 to 1.
 *
 * Each image's noise is drawn once from (seed, the image's index in its file,
 * kind) and only scaled by the level, so that a slider is reversible, every
 * model sees the same input, and which images are selected changes nothing.
 * Level 0 gives the input back bit for bit. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef enum StPerturbKind {
  ST_PERTURB_GAUSSIAN,            /* clip(x + level n) */
  ST_PERTURB_GAUSSIAN_UNCLIPPED,  /* x + level n, the same n */
  ST_PERTURB_SALT_PEPPER,         /* u < level/2 black, u > 1 - level/2 white */
  ST_PERTURB_SPECKLE,             /* clip(x + level x n) */
  ST_PERTURB_OCCLUSION,           /* a black square, its side level times the height */
  ST_PERTURB_BLUR,                /* a Gaussian of 4 level pixels */
  ST_PERTURB_KINDS,
} StPerturbKind;

/* The name in arguments and files ("salt-pepper"). */
const char *st_perturb_name (StPerturbKind kind);
bool st_perturb_from_name (const char *name, StPerturbKind *kind);

/* Whether sliders and axes give the level on a square-root scale (noise) or a
 * linear one. */
bool st_perturb_square_root_scale (StPerturbKind kind);

/* The draws of one image, which hold for every level: how many doubles, and
 * their making.  index is the image's index in its file. */
size_t st_perturb_draws (StPerturbKind kind, StShape shape);
void st_perturb_draw (StPerturbKind kind, uint64_t seed, uint32_t index, StShape shape,
                      double *draws);

/* The perturbed image: clean and out are channel-outermost, size of the shape,
 * and may not overlap. */
void st_perturb_apply (StPerturbKind kind, double level, StShape shape, const float *clean,
                       const double *draws, float *out);
