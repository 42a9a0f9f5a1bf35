/* Private to the engine: latent tensors of images, on all threads. */
#pragma once

#include <st-cancel.h>
#include <st-pool.h>
#include <st-query.h>

/* Latent tensors of n shown images, the query's latent: means, or samples, whose noise belongs
 * to indices[n]. */
void st_latents_encode (const StQuery *query, StWorkspace *workspace, uint32_t n,
                        const uint32_t *indices, const float *shown, float *latent);

/* Called on any of the pool's threads, once for each image. */
typedef StStatus (*StLatentsVisit) (void *context, uint32_t image, uint32_t worker,
                                    const float *latent);

/* Visits the latent tensors of the first `count` images of query->images, or of the others.
 * ST_SHAPE if the images do not fit the model, ST_NON_FINITE (a: the image's index in its
 * file), ST_CANCELLED, or what a visit returns. */
StStatus st_latents_visit (const StQuery *query, bool others, uint32_t count, StPool *pool,
                           StCancel *cancel, StLatentsVisit visit, void *context);
/* The same of the first `count` images as they are at the query's level. */
StStatus st_latents_visit_shown (const StQuery *query, uint32_t count, StPool *pool,
                                 StCancel *cancel, StLatentsVisit visit, void *context);

enum { ST_LATENTS_CHUNK = 8 };
/* Called once for each chunk of images first .. first + n - 1, n at most ST_LATENTS_CHUNK. */
typedef StStatus (*StLatentsVisitChunk) (void *context, uint32_t first, uint32_t n,
                                         uint32_t worker, const float *latents);
/* st_latents_visit() for visits that are cheaper together. */
StStatus st_latents_visit_chunks (const StQuery *query, bool others, uint32_t count, StPool *pool,
                                  StCancel *cancel, StLatentsVisitChunk visit, void *context);
