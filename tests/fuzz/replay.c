/* Without libFuzzer: runs a fuzz target over its corpus, each file whole, cut, and changed
 * in a few thousand ways that are the same every time. */
#include <gio/gio.h>
#include <stdint.h>
#include <string.h>

enum { CHANGES = 5000 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char *corpus;

/* Cuts, flips, overwrites or doubles somewhere; the array grows by at most its length. */
static void
change (GByteArray *array, GRand *random)
{
  if (array->len == 0)
    return;
  /* Headers are in front: half of the changes happen in the first 256 bytes. */
  guint end = g_rand_boolean (random) ? MIN (array->len, 256) : array->len;
  guint at = (guint) g_rand_int_range (random, 0, (gint32) end);
  switch (g_rand_int_range (random, 0, 5))
    {
    case 0:
      array->data[at] ^= (guint8) (1u << g_rand_int_range (random, 0, 8));
      break;
    case 1:
      array->data[at] = (guint8) g_rand_int_range (random, 0, 256);
      break;
    case 2:
      array->data[at] = (guint8) "0919-,:{}[]()'\" \n\xff\x7f"[g_rand_int_range (random, 0, 19)];
      break;
    case 3:
      g_byte_array_remove_range (array, at,
                                 (guint) g_rand_int_range (random, 1, 8) % (end - at + 1));
      break;
    default:
      {
        guint wanted = (guint) g_rand_int_range (random, 1, 32);
        guint length = MIN (array->len - at, wanted);
        g_autofree guint8 *copy = g_memdup2 (array->data + at, length);
        g_byte_array_append (array, copy, length);
      }
    }
}

static void
replay (const char *data, gsize size, GRand *random)
{
  LLVMFuzzerTestOneInput ((const uint8_t *) data, size);
  for (gsize cut = 0; cut < size; cut += 1 + cut / 16)
    {
      g_autofree guint8 *part = g_memdup2 (data, MAX (cut, 1));   /* its end is the heap's */
      LLVMFuzzerTestOneInput (part, cut);
    }
  for (guint i = 0; i < CHANGES; i++)
    {
      g_autoptr (GByteArray) array = g_byte_array_new ();
      g_byte_array_append (array, (const guint8 *) data, (guint) size);
      for (gint n = g_rand_int_range (random, 1, 4); n > 0; n--)
        change (array, random);
      LLVMFuzzerTestOneInput (array->data, array->len);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
replay_corpus (void)
{
  g_autoptr (GDir) folder = g_dir_open (corpus, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  const char *name;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_assert_cmpuint (names->len, >, 0);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (corpus, names->pdata[i], NULL), *data = NULL;
      gsize size;
      g_assert_true (g_file_get_contents (path, &data, &size, NULL));
      replay (data, size, random);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  corpus = g_getenv ("ST_FUZZ_CORPUS");
  g_test_add_func ("/fuzz/corpus", replay_corpus);
  return g_test_run ();
}
