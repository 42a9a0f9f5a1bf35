/* t-SNE, exact, into the plane (van der Maaten and Hinton, "Visualizing Data using t-SNE",
 * JMLR 2008): points that are near each other in a matrix of distances come to lie near each
 * other.
 *
 * p_{j|i} is a Gaussian of the distances whose width gives row i the perplexity
 * min (30, (n - 1) / 3), P its symmetric part, Q a Student kernel of the embedded points, and
 * KL(P || Q) is minimised by descent with momentum and gains; for the first 250 of 1,000
 * iterations P is taken 12 times.  The start is drawn from the seed.  The bits depend on the
 * distances, the seed and the processor; not on the number of threads. */
#pragma once

#include <st-cancel.h>
#include <st-pool.h>

enum { ST_TSNE_MAX = 2000, ST_TSNE_ITERATIONS = 1000, ST_TSNE_EXAGGERATED = 250 };

typedef struct StTsne StTsne;

double st_tsne_perplexity (uint32_t n);

/* The start for distances[n][n], which are copied in a form of their own; rows are shared out to
 * the pool, which may be NULL.  ST_RANGE if n is not 1 to ST_TSNE_MAX, ST_NON_FINITE (a: row, b:
 * column), ST_CANCELLED, ST_NO_MEMORY. */
StStatus st_tsne_new (uint32_t n, const double *distances, uint64_t seed, StPool *pool,
                      StCancel *cancel, StTsne **tsne);
void st_tsne_free (StTsne *tsne);

/* As many iterations more, but not more than ST_TSNE_ITERATIONS in all.  ST_CANCELLED between
 * two of them; it can be continued then. */
StStatus st_tsne_step (StTsne *tsne, uint32_t iterations, StPool *pool, StCancel *cancel);
uint32_t st_tsne_iterations (const StTsne *tsne);

/* points[n][2], their mean at 0. */
void st_tsne_points (const StTsne *tsne, double *points);
/* KL(P || Q) in nats, P taken once. */
double st_tsne_divergence (StTsne *tsne, StPool *pool);
