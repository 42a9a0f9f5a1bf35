/* Distances between each clean image of a model and the same one perturbed, on the product of
 * manifolds (st-distance.h): of points two by two, where st-hilbert.h speaks of whole sets.
 *
 * Where a distance does not exist, because ranks differ or a matrix has no full rank, it says
 * so; nothing is regularised. */
#pragma once

#include <st-cancel.h>
#include <st-distance.h>
#include <st-pool.h>
#include <st-query.h>

/* So many images at the most take part. */
enum { ST_PAIRS_MAX = 1000 };

/* The clean images' spectra; immutable. */
typedef struct StPairs StPairs;

/* From query's model, images, latent and seed; tolerance: of the ranks.  ST_SHAPE (also for a
 * model whose latent is a d-vector), ST_NON_FINITE, ST_CANCELLED, ST_NO_MEMORY,
 * ST_NO_CONVERGENCE. */
StStatus st_pairs_new (const StQuery *query, StDistance distance, double tolerance, StPool *pool,
                       StCancel *cancel, StPairs **pairs);
void st_pairs_free (StPairs *pairs);
uint32_t st_pairs_count (const StPairs *pairs);

/* distances[st_pairs_count()] at the query's level, of the same model and images; weights[3] as
 * st_distance() takes them.  Fails as st_pairs_new() does. */
StStatus st_pairs_measure (const StPairs *pairs, const StQuery *query, const double *weights,
                           StPool *pool, StCancel *cancel, StDistances *distances);
