/* Private to the engine: the points that an embedding is made of. */
#pragma once

#include <st-embedding.h>

/* An empty answer (st-embedding.c); placed: with room for coordinates. */
StStatus st_embedding_new (const StEmbeddingQuery *query, uint32_t count, bool placed,
                           StEmbedding **embedding);

/* Clean points, then shown ones, or one of the two alone: rows of features, whose plain inner
 * product is a kernel, or what a geometric distance needs. */
typedef struct StEmbeddingPoints {
  uint32_t n;
  size_t length;
  double *features;          /* [n][length], or NULL; */
  StSpectral **spectral;     /* [n], or NULL */
} StEmbeddingPoints;

/* Of the first `count` images.  Euclidean: features are the latents; a kernel: its own, those of K
 * for gaussian:K; Frobenius and log-Euclidean: those of the kernels of these names, whose distance
 * is the same.  ST_NON_FINITE (a: the image's index in its file), ST_CANCELLED, ST_NO_MEMORY,
 * ST_NO_CONVERGENCE. */
StStatus st_embedding_points_new (const StEmbeddingQuery *query, StEmbeddingMetric metric,
                                  uint32_t count, bool clean, bool shown, StPool *pool,
                                  StCancel *cancel, StEmbeddingPoints *points);
void st_embedding_points_clear (StEmbeddingPoints *points);
