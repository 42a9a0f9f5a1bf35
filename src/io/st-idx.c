/* IDX: two zero bytes, the type of the numbers, how many dimensions, each dimension as a
 * big-endian 32-bit number, then the numbers. */
#include <st-dataset-io.h>

#include <st-alloc.h>

#include <string.h>

enum { MAGIC = 4, TYPE_U8 = 0x08, SIDE_MAX = 4096 };

gboolean
st_idx_recognise (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  return size >= MAGIC && data[0] == 0 && data[1] == 0 && data[2] >= 0x08 && data[2] <= 0x0e
         && data[3] >= 1 && data[3] <= 8;
}

/* The dimensions, if there are as many as needed and the file is as long as they say. */
static StStatus
read_dimensions (const guint8 *data, gsize size, guint needed, guint32 *dimensions)
{
  const guint8 magic[MAGIC] = { 0, 0, TYPE_U8, (guint8) needed };
  gsize start = MAGIC + 4 * (gsize) needed, count = 1;

  if (size == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (memcmp (data, magic, MIN (size, 2)) != 0)
    return st_failure (ST_FILE_MAGIC, 0, 0);
  if (size >= 3 && data[2] != TYPE_U8)
    return data[2] > TYPE_U8 && data[2] <= 0x0e ? st_failure (ST_FILE_TYPE, -1, 0)
                                                : st_failure (ST_FILE_MAGIC, 0, 0);
  if (size >= MAGIC && data[3] != needed)
    return st_failure (ST_FILE_NOT_DATASET, data[3], 0);
  if (size < start)
    return st_failure (ST_FILE_TRUNCATED, (int64_t) size, (int64_t) start);

  for (guint i = 0; i < needed; i++)
    {
      guint32 big;
      memcpy (&big, data + MAGIC + 4 * i, sizeof big);
      dimensions[i] = GUINT32_FROM_BE (big);
      if (i > 0 && dimensions[i] > SIDE_MAX)
        return st_failure (ST_FILE_TOO_LARGE, dimensions[i], SIDE_MAX);
      count *= dimensions[i];   /* at most 2^32 * 2^12 * 2^12 */
    }
  if (count == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (size != start + count)
    return st_failure (size < start + count ? ST_FILE_TRUNCATED : ST_FILE_OVERSIZED,
                       (int64_t) size, (int64_t) (start + count));
  return st_success ();
}

static StStatus
read_array (GBytes *bytes, guint needed, guint32 *dimensions, uint8_t **array)
{
  gsize size, start = MAGIC + 4 * (gsize) needed;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  StStatus status = read_dimensions (data, size, needed, dimensions);
  if (!st_ok (status))
    return status;
  *array = st_alloc (size - start, 1);
  if (*array == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (size - start), 0);
  memcpy (*array, data + start, size - start);
  return st_success ();
}

StStatus
st_idx_parse_images (GBytes *bytes, uint32_t *count, StShape *shape, uint8_t **pixels)
{
  guint32 dimensions[3];
  StStatus status = read_array (bytes, 3, dimensions, pixels);
  if (!st_ok (status))
    return status;
  *count = dimensions[0];
  *shape = (StShape) { .height = dimensions[1], .width = dimensions[2], .channels = 1 };
  return status;
}

StStatus
st_idx_parse_labels (GBytes *bytes, uint32_t *count, uint8_t **labels)
{
  return read_array (bytes, 1, count, labels);
}
