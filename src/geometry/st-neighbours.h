/* How far a map may be trusted (Venna and Kaski, "Neighborhood preservation in nonlinear
 * projection methods", ICANN 2001): whether neighbours in the map are neighbours in truth, and
 * whether true neighbours have stayed so. */
#pragma once

#include <st-status.h>

#include <stdbool.h>

enum { ST_NEIGHBOURS = 5 };

typedef struct StNeighbours {
  bool known;              /* false below three points, where nothing can be told */
  uint32_t k;              /* neighbours looked at: min (ST_NEIGHBOURS, (n - 1) / 2) */
  double trustworthiness;  /* 1 where the k nearest in the map are the k nearest; at worst 0 */
  double continuity;       /* the same with the two exchanged */
} StNeighbours;

/* Of distances[n][n] and the map points[n][2]; of equally near neighbours the one with the lower
 * index is nearer.  ST_NON_FINITE (a: row, b: column of distances, or n + the point's),
 * ST_NO_MEMORY. */
StStatus st_neighbours (uint32_t n, const double *distances, const double *points,
                        StNeighbours *result);
