/* The embedding worker: one thread beside the live worker, for pictures that take too long for
 * a slider (st-embedding.h).
 *
 * Posting replaces what was asked and never waits for work: a question that is asked
 * again, by its ticket, keeps its answer or goes on; one that is not is abandoned at the next
 * chunk boundary, or iteration of t-SNE.  Questions are answered in their order, one by one.
 * The bell carries no data: it may ring once for several answers. */
#pragma once

#include <st-embedding.h>

enum { ST_EMBEDDER_MAX = 6 };

typedef struct StEmbedder StEmbedder;
/* Called on the worker's thread, without locks held.  NULL: nobody is called. */
typedef void (*StEmbedderBell) (void *context);

/* Owns a pool of `threads` (0: all processors). */
StStatus st_embedder_new (uint32_t threads, StEmbedderBell bell, void *context,
                          StEmbedder **embedder);
/* Waits for the chunk under way.  The bell does not ring any more when it returns. */
void st_embedder_free (StEmbedder *embedder);

/* At most ST_EMBEDDER_MAX questions, each with a ticket of its own, not 0; references are taken. */
void st_embedder_post (StEmbedder *embedder, uint32_t n, const StEmbeddingQuery *queries);
/* Every t-SNE that was asked for and is not done ends where it is. */
void st_embedder_stop (StEmbedder *embedder);
/* Lets a hand that drags have the processors for a moment: between questions, though never for
 * more than half a second, and between iterations of t-SNE. */
void st_embedder_yield (StEmbedder *embedder);
/* The newest answer, or step on the way to one, of any question that was not taken before; else
 * NULL.  The caller owns the reference. */
StEmbedding *st_embedder_take (StEmbedder *embedder);
