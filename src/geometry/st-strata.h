/* Strata: images with the same rank triple (r1, r2, r3) lie on the same product
 * S+(r1,h) x S+(r2,w) x S+(r3,C). */
#pragma once

#include <st-status.h>

#include <stddef.h>

typedef struct StTriple { uint16_t r[3]; } StTriple;
typedef struct StStratum { StTriple ranks; uint32_t count; } StStratum;

/* Distinct triples of n images, the most frequent first, then by ranks ascending; out[n];
 * returns how many. */
uint32_t st_strata_count (const StTriple *triples, uint32_t n, StStratum *out);
