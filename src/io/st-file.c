/* Every failure of the system becomes a code here, so that no caller looks at a GError.
 *
 * Reading stops one byte behind the limit instead of trusting the size that the file
 * system reports: pipes report none, and a packed file's says nothing of what it unpacks
 * to.  Saving leaves it to GLib to write a temporary file beside the old one, flush it,
 * and rename it. */
#include <st-file.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 16 };

static StStatus
from_io_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    return st_failure (ST_FILE_MISSING, 0, 0);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return st_failure (ST_FILE_DENIED, 0, 0);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    return st_failure (ST_FILE_FOLDER, 0, 0);
  return st_failure (ST_FILE_IO, error->code, 0);
}

static StStatus
from_errno (int error)
{
  switch (error)
    {
    case ENOENT: case ENOTDIR:
      return st_failure (ST_FILE_NO_FOLDER, 0, 0);
    case EACCES: case EPERM:
      return st_failure (ST_FILE_DENIED, 0, 0);
    case EISDIR:
      return st_failure (ST_FILE_FOLDER, 0, 0);
    case EROFS:
      return st_failure (ST_FILE_READ_ONLY, 0, 0);
    case ENOSPC: case EFBIG: case EDQUOT:
      return st_failure (ST_FILE_FULL, 0, 0);
    default:
      return st_failure (ST_FILE_IO, (int64_t) g_io_error_from_errno (error), 0);
    }
}

/* GFileError has no name for a quota or a file size limit: both come as FAILED, told apart
 * only by the system's words, which GLib took from the same function. */
static StStatus
from_file_error (const GError *error)
{
  static const struct { GFileError code; int error; } names[] = {
    { G_FILE_ERROR_NOENT, ENOENT }, { G_FILE_ERROR_NOTDIR, ENOTDIR },
    { G_FILE_ERROR_ACCES, EACCES }, { G_FILE_ERROR_PERM, EPERM },
    { G_FILE_ERROR_ISDIR, EISDIR }, { G_FILE_ERROR_ROFS, EROFS },
    { G_FILE_ERROR_NOSPC, ENOSPC },
  };
  static const int unnamed[] = { EFBIG, EDQUOT };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_error_matches (error, G_FILE_ERROR, (gint) names[i].code))
      return from_errno (names[i].error);
  for (guint i = 0; i < G_N_ELEMENTS (unnamed); i++)
    if (strstr (error->message, g_strerror (unnamed[i])) != NULL)
      return from_errno (unnamed[i]);
  return st_failure (ST_FILE_IO, G_IO_ERROR_FAILED, 0);
}

static StStatus
read_stream (GInputStream *stream, gsize limit, GByteArray *array)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_input_stream_read (stream, block, BLOCK, NULL, &error);
      if (n < 0)
        return from_io_error (error);
      if (n == 0)
        return st_success ();
      g_byte_array_append (array, block, (guint) n);
      if (array->len > limit)
        return st_failure (ST_FILE_TOO_LARGE, array->len, (int64_t) limit);
    }
}

/* One member of a gzip file, appended to out; *used gets its packed length. */
static StStatus
unpack_member (const guint8 *data, gsize size, gsize limit, gsize *used, GByteArray *out)
{
  g_autoptr (GZlibDecompressor) zip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autofree guint8 *block = g_malloc (BLOCK);

  *used = 0;
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gsize bytes_read = 0, written = 0;
      GConverterResult result
        = g_converter_convert (G_CONVERTER (zip), data + *used, size - *used, block, BLOCK,
                               G_CONVERTER_INPUT_AT_END, &bytes_read, &written, &error);
      if (result == G_CONVERTER_ERROR)
        return st_failure (ST_FILE_GZIP,
                           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT), 0);
      *used += bytes_read;
      if (written > limit - MIN (limit, out->len))
        return st_failure (ST_FILE_TOO_LARGE, (int64_t) (out->len + written), (int64_t) limit);
      g_byte_array_append (out, block, (guint) written);
      if (result == G_CONVERTER_FINISHED)
        return st_success ();
    }
}

static gboolean
is_gzip (const guint8 *data, gsize size)
{
  return size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
}

StStatus
st_file_unpack (GBytes *packed, gsize limit, GBytes **bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (packed, &size);
  if (!is_gzip (data, size))
    {
      *bytes = g_bytes_ref (packed);
      return st_success ();
    }

  /* A file may be several members, one behind the other. */
  GByteArray *out = g_byte_array_new ();
  StStatus status = st_success ();
  limit = MIN (limit, G_MAXUINT - BLOCK);
  for (gsize at = 0, used; at < size && st_ok (status); at += used)
    {
      if (is_gzip (data + at, size - at))
        status = unpack_member (data + at, size - at, limit, &used, out);
      else
        {
          status = st_failure (ST_FILE_GZIP, 0, 0);
          used = 0;
        }
      if (!st_ok (status))
        status.offset = at;
    }
  if (st_ok (status) && out->len == 0)
    status = st_failure (ST_FILE_EMPTY, 0, 0);
  if (st_ok (status))
    *bytes = g_byte_array_free_to_bytes (out);
  else
    g_byte_array_unref (out);
  return status;
}

StStatus
st_file_read (const char *path, gsize limit, GBytes **bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &error);
  if (stream == NULL)
    return from_io_error (error);

  limit = MIN (limit, G_MAXUINT - BLOCK);   /* what a GByteArray can count */
  g_autoptr (GByteArray) array = g_byte_array_new ();
  StStatus status = read_stream (G_INPUT_STREAM (stream), limit, array);
  if (!st_ok (status))
    return status;
  if (array->len == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  g_autoptr (GBytes) packed = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  return st_file_unpack (packed, limit, bytes);
}

/* Where a link leads, so that saving through one does not turn it into a file. */
static char *
resolve_link (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return g_strdup (path);
  char *resolved = realpath (path, NULL);
  char *result = g_strdup (resolved != NULL ? resolved : path);
  free (resolved);
  return result;
}

StStatus
st_file_save (const char *path, GBytes *bytes)
{
  g_autofree char *target = resolve_link (path);
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (g_file_set_contents_full (target, data != NULL ? data : "", (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0666, &error))
    return st_success ();
  return from_file_error (error);
}

StStatus
st_file_can_save (const char *path)
{
  g_autofree char *target = resolve_link (path);
  g_autofree char *folder = g_path_get_dirname (target);
  if (g_file_test (target, G_FILE_TEST_IS_DIR))
    return st_failure (ST_FILE_FOLDER, 0, 0);
  if (g_file_test (folder, G_FILE_TEST_EXISTS) && !g_file_test (folder, G_FILE_TEST_IS_DIR))
    return st_failure (ST_FILE_NO_FOLDER, 0, 0);
  if (faccessat (AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
    return from_errno (errno);
  return st_success ();
}

StStatus
st_file_make_folder (const char *path)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return st_success ();
  /* "Exists" and "not a folder" both mean that a file is in the way. */
  return errno == EEXIST || errno == ENOTDIR ? st_failure (ST_FILE_IS_FILE, 0, 0)
                                             : from_errno (errno);
}
