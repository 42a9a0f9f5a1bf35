/* Results of `measure` as JSON and as a table. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <st-result.h>
#include <st-subspace.h>

/* One level: the keys of the contract, null for what was not computed. */
json_t *st_measure_json (const StResult *result, double tolerance);
/* One line of a table, and the lines above it. */
void st_measure_print_head (const char *path, const char *kind, const StHilbertResult *hilbert);
void st_measure_print_line (const StResult *result, double tolerance);

/* Parts of it that `geometry` has too. */
json_t *st_json_ranks (const StTriple *triples, guint count);
json_t *st_json_strata (const StTriple *triples, guint count);
json_t *st_json_dimension (const StSubspace *subspace);
/* "angles_deg" and all that is about them; angles NULL: none are defined.  intervals are read
 * where there are angles. */
void st_json_set_angles (json_t *object, const StAngles *angles, const StAngleIntervals *intervals,
                         double gap);
/* "kernel" and "sigma", which is null where there is none above 0. */
void st_json_set_kernel (json_t *object, StKernel kernel, double sigma);
/* " [12.30, 14.56]", or nothing; "kernel gaussian:projection, sigma 0.61". */
void st_print_interval (StInterval interval);
void st_print_kernel (StKernel kernel, double sigma);
