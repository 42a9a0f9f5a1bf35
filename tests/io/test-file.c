#include "io-test.h"

#include <st-file.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { LIMIT = 1 << 20 };

static GBytes *
pack (const char *text)
{
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, G_CONVERTER (zip));
  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
  g_output_stream_close (out, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static void
assert_file_holds (const char *path, const char *text)
{
  g_autofree char *found = NULL;
  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
}

static StStatus
save_text (const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return st_file_save (path, bytes);
}

static void
round_trip (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "a file with ü", NULL);
  g_autoptr (GBytes) bytes = NULL;
  assert_code (save_text (path, "first"), ST_OK);
  assert_code (save_text (path, "second, longer"), ST_OK);
  assert_code (st_file_read (path, LIMIT, &bytes), ST_OK);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "second, longer", 14);
  g_assert_cmpuint (folder_count (folder->path), ==, 1);
}

static void
reading_fails (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "f", NULL);
  g_autofree char *below = g_build_filename (path, "g", NULL);
  GBytes *bytes;
  assert_code (st_file_read (path, LIMIT, &bytes), ST_FILE_MISSING);
  assert_code (st_file_read (folder->path, LIMIT, &bytes), ST_FILE_FOLDER);
  assert_code (save_text (path, ""), ST_OK);
  assert_code (st_file_read (path, LIMIT, &bytes), ST_FILE_EMPTY);
  assert_code (st_file_read (below, LIMIT, &bytes), ST_FILE_MISSING);
  assert_code (save_text (path, "12345678"), ST_OK);
  assert_code (st_file_read (path, 7, &bytes), ST_FILE_TOO_LARGE);
  assert_code (st_file_read ("/dev/zero", 1000, &bytes), ST_FILE_TOO_LARGE);
}

static void
unpacking (void)
{
  g_autoptr (GBytes) packed = pack ("hello, hello, hello, hello, hello"), bytes = NULL;
  gsize size = g_bytes_get_size (packed);
  assert_code (st_file_unpack (packed, 33, &bytes), ST_OK);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "hello, hello, hello, hello, hello", 33);
  g_bytes_unref (bytes);
  bytes = NULL;
  assert_code (st_file_unpack (packed, 32, &bytes), ST_FILE_TOO_LARGE);

  for (gsize cut = 2; cut < size; cut++)
    {
      g_autoptr (GBytes) part = resized (packed, cut);
      StStatus status = st_file_unpack (part, LIMIT, &bytes);
      assert_code (status, ST_FILE_GZIP);
      g_assert_cmpint (status.a, ==, 1);
    }
  g_autoptr (GBytes) wrong = patched (packed, size - 8, "\x12\x34\x56\x78", 4);   /* its sum */
  assert_code (st_file_unpack (wrong, LIMIT, &bytes), ST_FILE_GZIP);
  g_autoptr (GBytes) tail = resized (packed, size + 3);
  assert_code (st_file_unpack (tail, LIMIT, &bytes), ST_FILE_GZIP);
}

/* What `cat a.gz b.gz` makes. */
static void
unpacking_members (void)
{
  g_autoptr (GBytes) one = pack ("one"), two = pack ("two"), bytes = NULL;
  GByteArray *array = g_byte_array_new ();
  g_byte_array_append (array, g_bytes_get_data (one, NULL), (guint) g_bytes_get_size (one));
  g_byte_array_append (array, g_bytes_get_data (two, NULL), (guint) g_bytes_get_size (two));
  g_autoptr (GBytes) both = g_byte_array_free_to_bytes (array);
  assert_code (st_file_unpack (both, LIMIT, &bytes), ST_OK);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "onetwo", 6);
}

static void
saving_to_nowhere (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "no such folder", "f", NULL);
  g_autofree char *file = g_build_filename (folder->path, "f", NULL);
  g_autofree char *below = g_build_filename (file, "g", NULL);
  assert_code (save_text (path, "x"), ST_FILE_NO_FOLDER);
  assert_code (st_file_can_save (path), ST_FILE_NO_FOLDER);
  assert_code (save_text (folder->path, "x"), ST_FILE_FOLDER);
  assert_code (st_file_can_save (folder->path), ST_FILE_FOLDER);
  assert_code (save_text (file, "x"), ST_OK);
  assert_code (save_text (below, "x"), ST_FILE_NO_FOLDER);
  assert_code (st_file_can_save (below), ST_FILE_NO_FOLDER);
  assert_code (st_file_make_folder (below), ST_FILE_IS_FILE);
  assert_code (st_file_can_save (file), ST_OK);
  assert_file_holds (file, "x");
}

/* Root may write anywhere, so root becomes somebody else for a moment. */
static void
saving_without_permission (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "f", NULL);
  gboolean root = geteuid () == 0;
  assert_code (save_text (path, "old"), ST_OK);
  g_assert_cmpint (g_chmod (folder->path, 0555), ==, 0);
  if (root)
    g_assert_cmpint (seteuid (65534), ==, 0);
  StStatus saved = save_text (path, "new"), asked = st_file_can_save (path);
  if (root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (g_chmod (folder->path, 0755), ==, 0);
  assert_code (saved, ST_FILE_DENIED);
  assert_code (asked, ST_FILE_DENIED);
  assert_file_holds (path, "old");
}

/* The kernel's own file systems take no files, and in a container one can only be read. */
static void
saving_into_the_system (void)
{
  struct statvfs info;
  g_assert_false (st_ok (save_text ("/proc/stratoscope-test", "x")));
  if (statvfs ("/sys", &info) == 0 && (info.f_flag & ST_RDONLY) != 0)
    {
      assert_code (save_text ("/sys/stratoscope-test", "x"), ST_FILE_READ_ONLY);
      assert_code (st_file_can_save ("/sys/stratoscope-test"), ST_FILE_READ_ONLY);
    }
}

/* A limit on file sizes fails like a full disk, in the middle of writing. */
static void
saving_on_a_full_disk (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "f", NULL);
  g_autofree char *large = g_strnfill (100000, 'x');
  struct rlimit old, small;

  assert_code (save_text (path, "old"), ST_OK);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  small = (struct rlimit) { .rlim_cur = 4096, .rlim_max = old.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  StStatus status = save_text (path, large);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  assert_code (status, ST_FILE_FULL);
  assert_file_holds (path, "old");
  g_assert_cmpuint (folder_count (folder->path), ==, 1);
}

static void
saving_through_a_link (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "f", NULL);
  g_autofree char *link = g_build_filename (folder->path, "link", NULL);
  assert_code (save_text (path, "old"), ST_OK);
  g_assert_cmpint (symlink ("f", link), ==, 0);
  assert_code (save_text (link, "new"), ST_OK);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_file_holds (path, "new");
}

static void
making_folders (Folder *folder, gconstpointer data)
{
  g_autofree char *outer = g_build_filename (folder->path, "a", NULL);
  g_autofree char *inner = g_build_filename (outer, "b", NULL);
  assert_code (st_file_make_folder (inner), ST_OK);
  assert_code (st_file_make_folder (inner), ST_OK);
  g_assert_true (g_file_test (inner, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_rmdir (inner), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_folder_test ("/file/round-trip", round_trip);
  add_folder_test ("/file/reading-fails", reading_fails);
  g_test_add_func ("/file/unpacking", unpacking);
  g_test_add_func ("/file/unpacking-members", unpacking_members);
  add_folder_test ("/file/saving-to-nowhere", saving_to_nowhere);
  add_folder_test ("/file/saving-without-permission", saving_without_permission);
  g_test_add_func ("/file/saving-into-the-system", saving_into_the_system);
  add_folder_test ("/file/saving-on-a-full-disk", saving_on_a_full_disk);
  add_folder_test ("/file/saving-through-a-link", saving_through_a_link);
  add_folder_test ("/file/making-folders", making_folders);
  return g_test_run ();
}
