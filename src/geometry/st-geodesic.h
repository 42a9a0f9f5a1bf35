/* Paths in the space that a map f draws into R^m, measured where it draws them: by the pullback
 * metric G = J^T J, J the map's Jacobian. */
#pragma once

#include <st-cancel.h>
#include <st-status.h>

#include <stddef.h>

enum { ST_PATH_SEGMENTS = 64, ST_PATH_POINTS = ST_PATH_SEGMENTS + 1, ST_GEODESIC_STEPS = 200 };

/* The map: at n points z[n][d] the images[n][m], and products[n][k][m], J times each of the k
 * vectors v[n][k][d], or, where v is NULL and k is d, J's columns.  Either may be NULL. */
typedef StStatus (*StPathMap) (void *context, uint32_t n, const double *z, uint32_t k,
                               const double *v, double *images, double *products);

typedef struct StPathSpace {
  uint32_t d;
  size_t m;
  StPathMap map;
  void *context;
} StPathSpace;

/* points[ST_PATH_POINTS][d] on the straight line from a to b. */
void st_path_straight (uint32_t d, const double *a, const double *b, double *points);
/* The length of points[ST_PATH_POINTS][d] joined by straight lines: of each the integral of
 * sqrt (dz^T G dz) by three points of Gauss and Legendre.  ST_NO_MEMORY, or what the map
 * returns. */
StStatus st_path_length (const StPathSpace *space, const double *points, double *length);

/* How far it has come; all 0 before the first step. */
typedef struct StGeodesicEnd {
  bool converged;      /* a step lowers its energy by less than a millionth; else points are the
                          best there are */
  uint32_t steps;
  double energy;       /* of the chords: their number times the sum of their squares */
  bool ended;          /* no step would better it, or there were ST_GEODESIC_STEPS */
  uint32_t segments;   /* chords that it is made of now */
  double damping;
} StGeodesicEnd;

/* points[ST_PATH_POINTS][d] from a to b with the least energy, the integral of dz^T G dz, that can
 * be reached downhill from the straight path; of each segment the energy is the square of its
 * chord's length in R^m.  By steps of Levenberg and Marquardt, first of a few segments, which are
 * halved until there are ST_PATH_SEGMENTS.
 *
 * Goes on from where *end says that it has come, by at most `most` steps; points are a path after
 * each call.  ST_NO_MEMORY, ST_CANCELLED, ST_NON_FINITE (a: the point), or what the map returns. */
StStatus st_geodesic_find (const StPathSpace *space, const double *a, const double *b,
                           uint32_t most, StCancel *cancel, double *points, StGeodesicEnd *end);
