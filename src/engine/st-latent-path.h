/* Paths between two images in a model's latent space: the straight one between their latent
 * means, and the geodesic of the decoder's pullback metric (geometry/st-geodesic.h), which is the
 * straight one where nothing shorter is found, with what the decoder makes of points along both. */
#pragma once

#include <st-cancel.h>
#include <st-geodesic.h>
#include <st-images.h>
#include <st-model.h>
#include <st-pool.h>
#include <st-reference.h>

enum { ST_PATH_STRAIGHT, ST_PATH_GEODESIC, ST_PATHS };
/* Pictures along a path, both ends included: every eighth point. */
enum { ST_PATH_FRAMES = 9 };

typedef struct StPathQuery {
  uint64_t column;          /* the caller's number for the model, whatever its weights */
  StModel *model;
  uint64_t weights;         /* the caller's number for these weights */
  StImages *images;
  double level;
  uint32_t ends[2];         /* positions among the images */
  StReference *reference;   /* the scatter's axes; NULL: no places */
} StPathQuery;

/* Takes references of its own; _clear() gives them back. */
void st_path_query_copy (const StPathQuery *from, StPathQuery *to);
void st_path_query_clear (StPathQuery *query);

/* Immutable and reference-counted. */
typedef struct StLatentPath {
  StPathQuery query;        /* with references */
  uint32_t dimension;
  StShape image;
  double *points[ST_PATHS];     /* [ST_PATH_POINTS][d] */
  double *places[ST_PATHS];     /* [ST_PATH_POINTS][2] in the scatter's coordinates, or NULL */
  float *frames[ST_PATHS];      /* [ST_PATH_FRAMES][pixels], channel outermost */
  double lengths[ST_PATHS];     /* in the space of images */
  StGeodesicEnd end;
} StLatentPath;

/* On all of the pool's threads.  ST_RANGE for a kind without a d-vector, or an end that is not
 * among the images, ST_SHAPE, ST_NON_FINITE, ST_NO_MEMORY, ST_CANCELLED. */
StStatus st_latent_path_make (const StPathQuery *query, StPool *pool, StCancel *cancel,
                              StLatentPath **path);
StLatentPath *st_latent_path_ref (StLatentPath *path);
void st_latent_path_unref (StLatentPath *path);
