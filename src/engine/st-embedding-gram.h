/* Private to the engine: Gram matrices and distances of many points, on all threads.  They are
 * cut into the same rows whatever the number of threads, and so are their bits. */
#pragma once

#include <st-cancel.h>
#include <st-distance.h>
#include <st-kernel.h>
#include <st-pool.h>

/* gram[n][n] of features[n][length]; of gaussian:K that of K.  ST_CANCELLED. */
StStatus st_embedding_gram (uint32_t n, size_t length, const double *features, StPool *pool,
                            StCancel *cancel, double *gram);
/* Makes it the Gram matrix of gaussian:K in place; squares[n]: its diagonal, which is kept. */
void st_embedding_gaussian (uint32_t n, double sigma, double *gram, double *squares);
/* Makes the Gram matrix of any kernel the matrix of its distances, in place; what is within
 * rounding of 0 is 0. */
void st_embedding_gram_distances (uint32_t n, double *gram);

/* The first pair, by rows, between which a distance is not defined. */
typedef struct StEmbeddingPair {
  bool found;
  uint32_t a, b;             /* b < a */
  StDistances why;
} StEmbeddingPair;

typedef void (*StEmbeddingTell) (void *context, double done);

/* distances[n][n] of points that were made for one distance; weights[3] or NULL as of
 * st_distance().  tell: is told now and then which part of it is done, 0 to 1; may be NULL.
 * Where a pair is found, distances are not complete.  ST_CANCELLED, ST_NO_CONVERGENCE,
 * ST_NO_MEMORY. */
StStatus st_embedding_distances (uint32_t n, StSpectral *const *points, const double *weights,
                                 StPool *pool, StCancel *cancel, StEmbeddingTell tell,
                                 void *context, double *distances, StEmbeddingPair *pair);
