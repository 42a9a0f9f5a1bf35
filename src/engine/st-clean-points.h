/* Private to the engine: the clean images, or the other ones, as points of a kernel's Hilbert
 * space, made chunk by chunk from a model.  Features are those of K for gaussian:K, as they are:
 * no mean is taken from them. */
#pragma once

#include <st-cancel.h>
#include <st-kernel.h>
#include <st-pool.h>
#include <st-query.h>

/* Called on any of the pool's threads, once for each chunk: features[n][length] of images
 * first .. first + n - 1, which may be changed. */
typedef StStatus (*StCleanPointsVisit) (void *context, uint32_t first, uint32_t n,
                                        double *features);

typedef struct StCleanPoints {
  const StQuery *query;    /* model, images, latent, seed */
  bool others;
  uint32_t count;          /* the first so many images */
  StKernel kernel;
  double tolerance;
  double *features;        /* [count][length] to be filled in, or NULL: chunks are only shown, */
  StCleanPointsVisit visit;   /* to this; or NULL */
  void *context;
} StCleanPoints;

/* ST_SHAPE, ST_NON_FINITE (a: the image's index in its file), ST_CANCELLED, ST_NO_MEMORY, or what
 * a visit returns. */
StStatus st_clean_points_make (const StCleanPoints *points, StPool *pool, StCancel *cancel);
