/* Private to the engine: the plane of a latent space that its pictures show, z = origin + axes^T p,
 * p in a scatter's coordinates: from the clean points' mean, in units of their standard deviation
 * along the first axis (st-reference.h). */
#pragma once

#include <st-reference.h>

typedef struct StPlane {
  uint32_t d;
  double *origin;         /* [d] */
  double *axes;           /* [2][d], as long as a unit */
  double low[2], high[2]; /* of the clean points */
} StPlane;

/* The reference's: of models whose scatter shows a plane of d-vectors.  ST_NO_MEMORY. */
StStatus st_plane_new (const StReference *reference, uint32_t d, StPlane **plane);
/* Of any d-vectors: along the two first principal axes of codes[n][d], or all of it where d is 2.
 * ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_plane_fit (uint32_t n, uint32_t d, const float *codes, StPlane **plane);
void st_plane_free (StPlane *plane);

/* z[d] at a place, and the place of the nearest point of the plane. */
void st_plane_point (const StPlane *plane, double x, double y, double *z);
void st_plane_place (const StPlane *plane, const double *z, double place[2]);
