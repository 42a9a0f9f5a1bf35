#define _POSIX_C_SOURCE 200809L
#include <st-alloc.h>

#include <stdint.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
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

/* Left alone, the GNU library raises its threshold to that of the largest block that was freed, up
 * to 32 MB, and keeps what is smaller in each thread's arena, full of holes.  Buffers of windows
 * and of small sets of images stay below this one, since a new mapping costs page faults. */
void
st_alloc_prepare (void)
{
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, 4 << 20);
  mallopt (M_TRIM_THRESHOLD, 8 << 20);
#endif
}

void
st_alloc_trim (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

void
st_free (void *memory)
{
  free (memory);
}
