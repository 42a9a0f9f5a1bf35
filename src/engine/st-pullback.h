/* The pullback metric G = J^T J of a model's decoder, to be drawn over its latent scatter: at the
 * latent means of images, and on a grid over the place where the clean ones lie, all in double.
 *
 * The scatter shows a plane of the latent space (st-reference.h): all of it where d is 2, else
 * the one through the mean along the first two principal axes, of which the grid's points are.
 * Kinds that expand their d-vector to a map show the map's axes: they have no plane here, and no
 * grid. */
#pragma once

#include <st-isometry-measure.h>
#include <st-reference.h>

/* Images that are taken: the first so many, fewer where all of their metrics would have more
 * numbers than ST_PULLBACK_NUMBERS. */
enum { ST_PULLBACK_IMAGES_MAX = 1000, ST_PULLBACK_NUMBERS = 1 << 22 };
enum { ST_PULLBACK_SIDE_MAX = 40, ST_PULLBACK_SIDE_MIN = 8 };

typedef struct StPullbackQuery {
  uint64_t column;          /* the caller's number for the model, whatever its weights */
  StModel *model;
  uint64_t weights;         /* the caller's number for these weights */
  StImages *images;
  double level;
  StReference *reference;   /* the scatter's axes; NULL: no plane */
} StPullbackQuery;

/* Takes references of its own; _clear() gives them back. */
void st_pullback_query_copy (const StPullbackQuery *from, StPullbackQuery *to);
void st_pullback_query_clear (StPullbackQuery *query);

/* Whether the scatter of a model shows a plane of its d-vectors. */
bool st_pullback_has_plane (const StModel *model);
/* Points on each side of the grid: 40 for d = 2, fewer for larger d. */
uint32_t st_pullback_side (uint32_t d);

/* Immutable and reference-counted. */
typedef struct StPullback {
  StPullbackQuery query;    /* with references */
  uint32_t count;           /* images in it, the first so many */
  StIsometryResult *isometry;   /* of them */
  double *values;           /* [count][d] eigenvalues of G, descending */
  /* What follows is NULL, and the side 0, without a plane.  Coordinates are the scatter's. */
  double *places;           /* [count][2] where the latent means lie */
  double *planar;           /* [count][3] G in the plane: its entries 11, 12, 22 */
  uint32_t side;            /* the grid has side x side cells */
  double low[2], high[2];   /* of the outermost cells' edges */
  double *condition;        /* [side][side] cond (G) at cells' middles, the second axis outermost;
                               infinite where G is singular */
  double *volume;           /* [side][side] root of det G */
} StPullback;

/* What the decoder makes of the place in a scatter's plane, image[pixels], channel outermost.
 * ST_RANGE where there is no plane; ST_NO_MEMORY. */
StStatus st_pullback_decode (StModel *model, const StReference *reference, const double place[2],
                             float *image);

/* On all of the pool's threads.  ST_RANGE for a kind without a d-vector, ST_SHAPE, ST_NON_FINITE
 * (a: the image's index in its file; -1: a point of the grid), ST_NO_CONVERGENCE, ST_NO_MEMORY,
 * ST_CANCELLED. */
StStatus st_pullback_make (const StPullbackQuery *query, StPool *pool, StCancel *cancel,
                           StPullback **pullback);
StPullback *st_pullback_ref (StPullback *pullback);
void st_pullback_unref (StPullback *pullback);
