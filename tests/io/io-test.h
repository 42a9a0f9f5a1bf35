/* What the tests of this layer share: files of the corpus, a folder to write in, bytes to
 * damage. */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <st-status.h>
#include <string.h>

#define assert_code(status, expected) g_assert_cmpint ((status).code, ==, (expected))

/* "fuzz-npy/f4-v1.npy" */
static inline char *
corpus_path (const char *name)
{
  return g_build_filename (g_getenv ("ST_TEST_CORPUS"), name, NULL);
}

static inline GBytes *
corpus_bytes (const char *name)
{
  g_autofree char *path = corpus_path (name);
  char *data;
  gsize size;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

/* The same bytes, with those at an offset replaced. */
static inline GBytes *
patched (GBytes *bytes, gsize offset, const void *patch, gsize patch_size)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_assert_cmpuint (offset + patch_size, <=, size);
  guint8 *copy = g_memdup2 (data, size);
  memcpy (copy + offset, patch, patch_size);
  return g_bytes_new_take (copy, size);
}

/* The first `size` bytes, then zeros if there were not so many. */
static inline GBytes *
resized (GBytes *bytes, gsize size)
{
  gsize old;
  const guint8 *data = g_bytes_get_data (bytes, &old);
  guint8 *copy = g_malloc0 (MAX (size, 1));
  memcpy (copy, data, MIN (old, size));
  return g_bytes_new_take (copy, size);
}

typedef struct Folder { char *path; } Folder;

static inline void
folder_set_up (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  folder->path = g_dir_make_tmp ("stratoscope-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (folder->path, 0755), ==, 0);
}

static inline guint
folder_count (const char *path)
{
  guint count = 0;
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static inline void
folder_tear_down (Folder *folder, gconstpointer data)
{
  const char *name;
  GDir *dir = g_dir_open (folder->path, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder->path, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_dir_close (dir);
  g_assert_cmpint (g_rmdir (folder->path), ==, 0);
  g_free (folder->path);
}

#define add_folder_test(name, function) \
  g_test_add (name, Folder, NULL, folder_set_up, function, folder_tear_down)
