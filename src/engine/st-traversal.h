/* A latent traversal: what a model's decoder makes of a grid of places in a plane of its latent
 * space, over the range of the clean images there.
 *
 * The plane is the scatter's where that shows vectors (st-reference.h); of kinds that expand their
 * d-vector to a map, the one along the two first principal axes of the clean images' vectors.
 * Places are in the plane's coordinates: from the clean points' mean, in units of their standard
 * deviation along the first axis. */
#pragma once

#include <st-pullback.h>

/* Pictures on each side: a power of two and one, so that every second, or fourth, are a grid over
 * the same range. */
enum { ST_TRAVERSAL_SIDE = 17 };

/* Immutable and reference-counted. */
typedef struct StTraversal {
  StPullbackQuery query;     /* with references */
  uint32_t dimension;
  StShape image;
  double low[2], high[2];    /* places of the outermost pictures */
  float *pictures;           /* [SIDE][SIDE][pixels], the second axis outermost, from low to high;
                                channel outermost */
  double *codes;             /* [SIDE][SIDE][d] what they are decoded from */
  uint32_t count;            /* images that are placed: the first so many */
  double *places;            /* [count][2] of their latent means at the query's level */
} StTraversal;

/* On all of the pool's threads.  ST_RANGE for a kind without a d-vector, ST_SHAPE, ST_NON_FINITE,
 * ST_NO_MEMORY, ST_NO_CONVERGENCE, ST_CANCELLED. */
StStatus st_traversal_make (const StPullbackQuery *query, StPool *pool, StCancel *cancel,
                            StTraversal **traversal);
StTraversal *st_traversal_ref (StTraversal *traversal);
void st_traversal_unref (StTraversal *traversal);

/* The place of a picture along an axis. */
double st_traversal_at (const StTraversal *traversal, uint32_t axis, uint32_t picture);
