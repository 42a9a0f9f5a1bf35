/* The axes of a latent scatter: the first two principal axes of the clean images' latent
 * tensors, or z1 and z2 themselves of a latent vector of two numbers, and where the clean
 * images lie on them.
 *
 * Perturbed images are shown on the same axes, so that a level moves points and
 * nothing else.  Coordinates are from the clean points' mean, in units of their standard
 * deviation along the first axis. */
#pragma once

#include <st-cancel.h>
#include <st-pca.h>
#include <st-pool.h>
#include <st-query.h>

/* Axes are fitted to the first so many images. */
enum { ST_REFERENCE_MAX = 1000 };

/* Immutable and reference-counted. */
struct StReference {
  uint64_t weights;    /* the query's number for the weights that were used */
  uint32_t count;
  double shares[2];    /* of the axes in the variance, 0 to 1 */
  size_t length;       /* numbers in a latent tensor */
  double *clean;       /* [count][2] */
  double low[2], high[2];   /* the ends of clean along each axis */
  double unit;         /* the standard deviation; 1 where that is 0 */
  StPca *pca;          /* NULL: the axes are z1 and z2 */
  double origin[2];    /* then their means; else 0 */
  StImages *images;
  StLatent latent;
  uint64_t seed;
};

/* From query's model, images, latent and seed.  Axes point as those of `previous` do, if it is
 * about the same images, so that nothing is mirrored while a model trains; it may be NULL.
 * ST_SHAPE, ST_NON_FINITE, ST_CANCELLED, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_reference_new (const StQuery *query, const StReference *previous, StPool *pool,
                           StCancel *cancel, StReference **reference);
StReference *st_reference_ref (StReference *reference);
void st_reference_unref (StReference *reference);

/* Finds low and high; for whoever made clean, before anybody else has a reference. */
void st_reference_find_ends (StReference *reference);

/* Whether it is what st_reference_new() would give for the query's weights and images. */
bool st_reference_fits (const StReference *reference, const StQuery *query);
/* Where a latent tensor of `length` numbers lies. */
void st_reference_project (const StReference *reference, const float *latent,
                           double coordinates[2]);
