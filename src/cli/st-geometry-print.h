/* What `geometry` found, as JSON and as text. */
#pragma once

#include "st-tensor-points.h"

#include <jansson.h>

typedef struct StGeometryFound {
  StPointsQuery query;
  const char *path, *reference;
  const StTensorPoints *a, *b;     /* b: NULL without a reference */
  StTensorAngles angles;
  gboolean distance_asked;
  StDistance distance;
  StDistances *distances;          /* [count], or NULL */
  gboolean matrices;
} StGeometryFound;

json_t *st_geometry_json (const StGeometryFound *found);
void st_geometry_print (const StGeometryFound *found);
