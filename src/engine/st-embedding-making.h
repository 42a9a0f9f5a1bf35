/* Private to the engine: an embedding that is being made. */
#pragma once

#include <st-embedding.h>

typedef struct StEmbeddingMaking {
  const StEmbeddingQuery *query;
  StPool *pool;
  const StEmbeddingWatch *watch;
  StEmbedding *embedding;      /* nobody else has it yet */
  bool placed;                 /* it has coordinates */
  StTsne *tsne;                /* only while st_embedding_tsne() runs */
  double shown;                /* when something was, on the monotonic clock */
} StEmbeddingMaking;

/* Trustworthiness and continuity by distances[stride][stride], of which the last
 * embedding->count points are the shown ones.  ST_NO_MEMORY, ST_NON_FINITE. */
StStatus st_embedding_judge (StEmbedding *embedding, const double *distances, uint32_t stride);

/* t-SNE, from the points on.  Being stopped is no failure; to be cancelled is. */
StStatus st_embedding_tsne (StEmbeddingMaking *making);
