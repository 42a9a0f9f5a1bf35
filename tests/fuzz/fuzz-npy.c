/* An array that was read is written and read again to the same numbers. */
#include <st-npy.h>

#include <st-alloc.h>

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size), again = NULL;
  StNpy npy, second;
  float *floats;

  if (!st_ok (st_npy_parse (bytes, &npy)))
    return 0;
  g_assert_true (st_ok (st_npy_floats (&npy, &floats)));
  g_assert_true (st_ok (st_npy_format (npy.dimensions, npy.shape, floats, &again)));
  g_assert_true (st_ok (st_npy_parse (again, &second)));
  g_assert_cmpuint (second.count, ==, npy.count);
  g_assert_true (npy.count == 0
                 || memcmp (floats, second.data, npy.count * sizeof *floats) == 0);
  st_free (floats);
  st_npy_clear (&second);
  st_npy_clear (&npy);
  return 0;
}
