/* Distances between pairs of tensors, as JSON and as a line. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <st-distance.h>

/* Weights of the factors: 1, but 0 for S3 of the affine-invariant distance where S3 never has
 * full rank, C > hw - 1; the product is of the others then, and names them. */
void st_distance_weights (StDistance distance, StShape shape, double weights[3]);

/* {"name","factors","median","product","s1","s2","s3","undefined_pairs","undefined":[{"factor",
 * "reason","count"}]}: null where a distance is not defined. */
json_t *st_distances_json (StDistance distance, guint count, const StDistances *distances);
/* "affine-invariant distance of S1 and S2: median 1.2 of 30 pairs; …", with what is undefined
 * and why; a line behind an indent. */
void st_distances_print (StDistance distance, guint count, const StDistances *distances);
