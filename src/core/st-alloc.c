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

/* Large blocks come from the system with zeros in them, page by page as they are first touched, by
 * whom they are for: filling 60 MB here would take longer than a hand waits.  Where the block itself
 * begins stands before what is given out. */
void *
st_alloc (size_t count, size_t size)
{
  size_t bytes;
  if (!st_multiply (count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
    return NULL;
  char *block = calloc (1, bytes + ALIGNMENT);
  if (block == NULL)
    return NULL;
  char *memory = block + ALIGNMENT - (uintptr_t) block % ALIGNMENT;
  memcpy (memory - sizeof block, &block, sizeof block);
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
  char *block;
  if (memory == NULL)
    return;
  memcpy (&block, (char *) memory - sizeof block, sizeof block);
  free (block);
}
