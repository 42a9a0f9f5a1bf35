#define _POSIX_C_SOURCE 200809L
#include <st-alloc.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

bool
st_multiply (size_t a, size_t b, size_t *product)
{
  if (a != 0 && b > SIZE_MAX / a)
    return false;
  *product = a * b;
  return true;
}

void *
st_alloc (size_t count, size_t size)
{
  size_t bytes;
  if (!st_multiply (count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
    return NULL;
  bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
  void *memory = aligned_alloc (ALIGNMENT, bytes);
  if (memory != NULL)
    memset (memory, 0, bytes);
  return memory;
}

void
st_free (void *memory)
{
  free (memory);
}
