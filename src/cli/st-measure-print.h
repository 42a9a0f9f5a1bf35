/* Results of `measure` as JSON and as a table. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <st-result.h>
#include <st-subspace.h>

/* One level: the keys of the contract, null for what was not computed. */
json_t *st_measure_json (const StResult *result, double tolerance);
/* One line of a table, and the lines above it. */
void st_measure_print_head (const char *path, const char *kind);
void st_measure_print_line (const StResult *result, double tolerance);

/* Parts of it that `geometry` has too. */
json_t *st_json_ranks (const StTriple *triples, guint count);
json_t *st_json_strata (const StTriple *triples, guint count);
json_t *st_json_dimension (const StSubspace *subspace);
