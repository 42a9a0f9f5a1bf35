#include <st-alloc.h>

#include <glib.h>
#include <stdint.h>

static void
test_zeroed_and_aligned (void)
{
  for (size_t bytes = 0; bytes < 300; bytes += 37)
    {
      uint8_t *memory = st_alloc (bytes, 1);
      g_assert_nonnull (memory);
      g_assert_cmpuint ((uintptr_t) memory % 64, ==, 0);
      for (size_t i = 0; i < bytes; i++)
        g_assert_cmpuint (memory[i], ==, 0);
      st_free (memory);
    }
  st_free (NULL);
}

static void
test_overflow (void)
{
  g_assert_null (st_alloc (SIZE_MAX, 1));
  g_assert_null (st_alloc (SIZE_MAX - 8, 1));
  g_assert_null (st_alloc (SIZE_MAX / 2, 3));
  g_assert_null (st_alloc (3, SIZE_MAX / 2));
}

static void
test_multiply (void)
{
  size_t product = 5;
  g_assert_true (st_multiply (0, SIZE_MAX, &product));
  g_assert_cmpuint (product, ==, 0);
  g_assert_true (st_multiply (SIZE_MAX, 1, &product));
  g_assert_cmpuint (product, ==, SIZE_MAX);
  g_assert_false (st_multiply (SIZE_MAX, 2, &product));
  g_assert_false (st_multiply ((size_t) 1 << 32, (size_t) 1 << 32, &product));
  g_assert_cmpuint (product, ==, SIZE_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alloc/zeroed-and-aligned", test_zeroed_and_aligned);
  g_test_add_func ("/alloc/overflow", test_overflow);
  g_test_add_func ("/alloc/multiply", test_multiply);
  return g_test_run ();
}
