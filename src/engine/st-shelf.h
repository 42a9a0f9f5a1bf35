/* Results that were measured once and may be asked for again: another perturbation and back,
 * another kernel and back, an earlier moment of a training.
 *
 * What a result answers is its key: the model and its weights, the images (dataset, selection,
 * perturbation, seed), the latent and its seed, the level; and, where it has angles, the
 * kernel, tolerance and subspace of those.  Ranks need no tolerance: they are counted from the
 * eigenvalues.  The shelf is bounded: what was not used for longest goes first. */
#pragma once

#include <st-query.h>
#include <st-reference.h>
#include <st-result.h>

/* One thread at a time. */
typedef struct StShelf StShelf;

/* Keeps results of up to so many bytes.  NULL without memory. */
StShelf *st_shelf_new (size_t bytes);
void st_shelf_free (StShelf *shelf);

/* A number, 1 or more, for what results of different models and levels have in common; the same
 * as long as it is used now and then. */
uint64_t st_shelf_context (StShelf *shelf, StImages *images, StLatent latent, uint64_t seed);

/* Takes references on a finished result of the column's weights and on the axes that its
 * coordinates are on, which may be NULL.  Instead of what answered no more than it does. */
void st_shelf_put (StShelf *shelf, uint64_t context, uint64_t column, StResult *result,
                   StReference *reference);

/* What is looked for: any result at the level, those with the angles that are wanted before
 * others; or, where reference is not NULL, only with pictures and coordinates on it. */
typedef struct StShelfWish {
  uint64_t column, weights;
  double level;
  StReference *reference;
  StKernel kernel;
  double tolerance;
  uint32_t subspace;
} StShelfWish;

/* A reference that is the caller's, or NULL. */
StResult *st_shelf_find (StShelf *shelf, uint64_t context, const StShelfWish *wish);

/* What is kept now, in bytes. */
size_t st_shelf_bytes (const StShelf *shelf);
