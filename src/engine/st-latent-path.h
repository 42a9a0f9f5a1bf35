/* Paths between two images in a model's latent space: the straight one between their latent
 * means, and the geodesic of the decoder's pullback metric (geometry/st-geodesic.h), which is the
 * straight one where nothing shorter is found, with what the decoder makes of points along both. */
#pragma once

#include <st-geodesic.h>
#include <st-pullback.h>

enum { ST_PATH_STRAIGHT, ST_PATH_GEODESIC, ST_PATHS };
/* Pictures along a path, both ends included: every eighth point. */
enum { ST_PATH_FRAMES = 9 };

/* Immutable and reference-counted. */
typedef struct StLatentPath {
  StPullbackQuery query;    /* with references */
  uint32_t ends[2];         /* positions among the images */
  uint32_t dimension;
  StShape image;
  double *points[ST_PATHS];     /* [ST_PATH_POINTS][d] */
  double *places[ST_PATHS];     /* [ST_PATH_POINTS][2] in the scatter's coordinates; NULL where it
                                   shows no plane of vectors, or the query has no reference */
  float *frames[ST_PATHS];      /* [ST_PATH_FRAMES][pixels], channel outermost */
  double lengths[ST_PATHS];     /* in the space of images */
  StGeodesicEnd end;            /* not ended: it can be made to go on */
} StLatentPath;

/* By at most `most` steps, on all of the pool's threads; `from` is one of the same query and ends
 * to go on from, or NULL.  ST_RANGE for a kind without a d-vector, or an end that is not among the
 * images, ST_SHAPE, ST_NON_FINITE, ST_NO_MEMORY, ST_CANCELLED. */
StStatus st_latent_path_make (const StPullbackQuery *query, const uint32_t ends[2],
                              const StLatentPath *from, uint32_t most, StPool *pool,
                              StCancel *cancel, StLatentPath **path);
StLatentPath *st_latent_path_ref (StLatentPath *path);
void st_latent_path_unref (StLatentPath *path);
