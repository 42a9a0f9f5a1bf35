/* Pictures of latents in the plane: what each kind is, and how far each may be trusted.
 *
 *   pca         principal axes of the clean latent tensors, or z1 and z2 of a latent of two
 *               numbers: drawn by the live worker (st-reference.h), only judged here
 *   raw         z1 and z2, of a latent of two numbers alone
 *   kernel-pca  principal axes of the clean points of a kernel's Hilbert space
 *               (st-embedding-axes.h): a level moves points, and never the axes
 *   tsne        t-SNE of a distance (st-tsne.h), of the clean and the shown images of one level
 *               together, each in its own place; of the clean ones alone where the level is 0.  A
 *               map of one level says nothing of another: a new one has to be asked for
 *
 * Trustworthiness and continuity (st-neighbours.h) are of the images as they are shown, at this
 * level, against the distance that the picture is made from: that of latent tensors, of the
 * kernel, or the one chosen for t-SNE.  Coordinates are in units of the clean points' standard
 * deviation along the first axis; those of t-SNE, which has no axes, of the root mean square of
 * all coordinates, from their mean. */
#pragma once

#include <st-cancel.h>
#include <st-embedding-axes.h>
#include <st-embedding-gram.h>
#include <st-neighbours.h>
#include <st-query.h>
#include <st-reference.h>
#include <st-tsne.h>

typedef enum StEmbeddingMethod {
  ST_EMBEDDING_PCA,
  ST_EMBEDDING_RAW,
  ST_EMBEDDING_KERNEL_PCA,
  ST_EMBEDDING_TSNE,
  ST_EMBEDDING_METHODS,
} StEmbeddingMethod;

/* Distances for t-SNE. */
typedef enum StEmbeddingMetric {
  ST_METRIC_KERNEL,          /* |x - y| in the Hilbert space of the kernel that is chosen */
  ST_METRIC_EUCLIDEAN,       /* of the latents themselves, vectors too */
  ST_METRIC_FROBENIUS,       /* the others: st-distance.h */
  ST_METRIC_LOG_EUCLIDEAN,
  ST_METRIC_AFFINE_INVARIANT,   /* of S1 and S2 alone where C > h w - 1 */
  ST_METRIC_BONNABEL_SEPULCHRE,
  ST_METRIC_YE_LIM,
  ST_METRICS,
} StEmbeddingMetric;

/* Their names in arguments and files. */
const char *st_embedding_method_name (StEmbeddingMethod method);
bool st_embedding_method_from_name (const char *name, StEmbeddingMethod *method);
const char *st_embedding_metric_name (StEmbeddingMetric metric);
bool st_embedding_metric_from_name (const char *name, StEmbeddingMetric *metric);

typedef struct StEmbeddingQuery {
  uint64_t ticket;           /* the caller's number for this question, kept in the answer */
  uint64_t column;           /* the caller's number for the model, whatever its weights */
  StQuery of;                /* seed: of t-SNE too; reference: needed for pca and raw */
  StEmbeddingMethod method;
  StEmbeddingMetric metric;  /* of t-SNE */
  StKernel kernel;           /* of kernel PCA and ST_METRIC_KERNEL */
  double tolerance;          /* of the ranks */
} StEmbeddingQuery;

/* Takes references of its own; _clear() gives them back. */
void st_embedding_query_copy (const StEmbeddingQuery *from, StEmbeddingQuery *to);
void st_embedding_query_clear (StEmbeddingQuery *query);
/* Whether it can be asked of the query's model: raw axes need two numbers, kernels and geometric
 * distances unfoldings. */
bool st_embedding_query_suits (const StEmbeddingQuery *query);

typedef enum StEmbeddingState {
  ST_EMBEDDING_RUNNING,      /* on the way; coordinates, if any, still move */
  ST_EMBEDDING_DONE,
  ST_EMBEDDING_STOPPED,      /* t-SNE, at `iteration`; without coordinates if it had not begun */
  ST_EMBEDDING_UNDEFINED,    /* the distance is not, between some pair, or a Gaussian's width */
  ST_EMBEDDING_FAILED,       /* status says why */
} StEmbeddingState;

/* Immutable once it is shown, reference-counted. */
typedef struct StEmbedding {
  StEmbeddingQuery query;    /* with references */
  StEmbeddingState state;
  StStatus status;
  uint32_t count;            /* images in it: the first so many, at most ST_REFERENCE_MAX; of
                                t-SNE ST_TSNE_MAX, or half of it where each has two points */
  double *clean, *now;       /* [count][2]; NULL where there are none */
  double shares[2];          /* of kernel PCA */
  double sigma;              /* of a Gaussian kernel; else 0 */
  StNeighbours neighbours;   /* known once it is done or stopped */
  bool factors[3];           /* that a geometric distance is made of */
  double distances;          /* how much of the distances is there, 0 to 1 */
  uint32_t points, iteration;   /* of t-SNE */
  double perplexity, divergence;
  StEmbeddingPair pair;      /* of an undefined distance: points, of which those from `count` on
                                are shown ones; found is false where it is a width */
  uint32_t ranks[2][3];      /* of the pair's a and b */
} StEmbedding;

StEmbedding *st_embedding_ref (StEmbedding *embedding);
void st_embedding_unref (StEmbedding *embedding);

/* How it is made on a thread, and watched from others. */
typedef struct StEmbeddingWatch {
  StCancel *cancel;          /* gives it up: ST_CANCELLED */
  StCancel *stop;            /* asked before cancel, has t-SNE end where it is instead */
  void (*show) (void *context, StEmbedding *embedding);  /* takes the reference; at most ten times
                                a second */
  void (*rest) (void *context);   /* called between steps of t-SNE: may sleep */
  void *context;
} StEmbeddingWatch;

/* What of a model is kept from level to level: kernel PCA's axes.  To be zeroed at first. */
typedef struct StEmbeddingKeep {
  StEmbeddingAxes *axes;
  StEmbeddingQuery query;    /* that they answer */
} StEmbeddingKeep;

void st_embedding_keep_clear (StEmbeddingKeep *keep);

/* Makes it, blocking.  keep: of this model, may be NULL; beside: kept of another model whose
 * axes new ones are to point like, may be NULL.  What fails is in the embedding, but
 * ST_CANCELLED, and ST_NO_MEMORY where there is none even for that.  The bits depend on the query
 * and the processor, not on the number of threads. */
StStatus st_embedding_make (const StEmbeddingQuery *query, StEmbeddingKeep *keep,
                            const StEmbeddingKeep *beside, StPool *pool,
                            const StEmbeddingWatch *watch, StEmbedding **embedding);
