/* The one allocator of the C17 layers: zeroed, 64-byte aligned (a cache line,
 * an AVX-512 vector), overflow-checked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* count * size bytes of zeros, or NULL if there is no such memory or the
 * product overflows.  count * size == 0 gives a valid pointer. */
void *st_alloc (size_t count, size_t size);
void st_free (void *memory);

/* Once, before there are threads: blocks of some megabytes are given back to the system when they
 * are freed, instead of being kept for later ones. */
void st_alloc_prepare (void);
/* Gives what is free back to the system, holes between other blocks too.  It takes milliseconds
 * for each 100 MB. */
void st_alloc_trim (void);

/* *product = a * b; false if that overflows. */
bool st_multiply (size_t a, size_t b, size_t *product);
