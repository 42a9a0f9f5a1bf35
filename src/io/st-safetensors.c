#include <st-safetensors.h>

#include <st-alloc.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "numbers are copied from files as they are"
#endif

enum { LENGTH = 8, HEADER_MAX = 1 << 20 };

static const struct { const char *name; gsize size; } numbers[] = {
  [ST_F16] = { "F16", 2 }, [ST_BF16] = { "BF16", 2 }, [ST_F32] = { "F32", 4 },
  [ST_F64] = { "F64", 8 },
};

static StStatus
header_error (gsize offset)
{
  return (StStatus) { .code = ST_FILE_HEADER, .offset = LENGTH + offset };
}

/* A whole number that is not negative. */
static gboolean
get_size (const json_t *value, gsize *size)
{
  if (!json_is_integer (value) || json_integer_value (value) < 0)
    return FALSE;
  *size = (gsize) json_integer_value (value);
  return TRUE;
}

static StStatus
read_type (const json_t *entry, guint index, StStoredTensor *tensor)
{
  const char *type = json_string_value (json_object_get (entry, "dtype"));
  if (type == NULL)
    return header_error (0);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (strcmp (type, numbers[i].name) == 0)
      {
        tensor->type = (StNumber) i;
        return st_success ();
      }
  return st_failure (ST_FILE_TYPE, index, 0);
}

static StStatus
read_entry (const json_t *entry, guint index, StStoredTensor *tensor)
{
  const json_t *shape = json_object_get (entry, "shape");
  const json_t *offsets = json_object_get (entry, "data_offsets");
  gsize size;

  if (!json_is_object (entry) || json_object_size (entry) != 3
      || !json_is_array (shape) || json_array_size (shape) > ST_STORED_DIMENSIONS
      || !json_is_array (offsets) || json_array_size (offsets) != 2
      || !get_size (json_array_get (offsets, 0), &tensor->begin)
      || !get_size (json_array_get (offsets, 1), &tensor->end))
    return header_error (0);
  StStatus status = read_type (entry, index, tensor);
  if (!st_ok (status))
    return status;

  tensor->dimensions = (guint) json_array_size (shape);
  tensor->count = 1;
  for (guint d = 0; d < tensor->dimensions; d++)
    if (!get_size (json_array_get (shape, d), &tensor->shape[d])
        || !st_multiply (tensor->count, tensor->shape[d], &tensor->count))
      return header_error (0);
  if (!st_multiply (tensor->count, numbers[tensor->type].size, &size)
      || tensor->end < tensor->begin || tensor->end - tensor->begin != size)
    return st_failure (ST_FILE_LAYOUT, index, 0);
  return st_success ();
}

static StStatus
read_metadata (json_t *object, GHashTable *metadata)
{
  const char *key;
  json_t *value;
  if (object == NULL)
    return st_success ();
  if (!json_is_object (object))
    return header_error (0);
  json_object_foreach (object, key, value)
    {
      if (!json_is_string (value))
        return header_error (0);
      g_hash_table_insert (metadata, g_strdup (key), g_strdup (json_string_value (value)));
    }
  return st_success ();
}

static int
compare_places (const void *a, const void *b)
{
  const StStoredTensor *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* One behind the other from 0 to the end of the file. */
static StStatus
check_layout (const StTensorFile *file, gsize size, char **tensor)
{
  gsize at = 0, start = g_bytes_get_size (file->bytes) - size;
  for (guint i = 0; i < file->count; i++)
    {
      if (file->tensors[i].begin != at)
        {
          *tensor = g_strdup (file->tensors[i].name);
          return st_failure (ST_FILE_LAYOUT, i, 0);
        }
      at = file->tensors[i].end;
    }
  if (at == size)
    return st_success ();
  return st_failure (at > size ? ST_FILE_TRUNCATED : ST_FILE_OVERSIZED, (int64_t) (start + size),
                     (int64_t) MIN (at, G_MAXINT64 - start) + (int64_t) start);
}

static StStatus
read_header (json_t *root, StTensorFile *file, char **tensor)
{
  const char *name;
  json_t *entry;
  StStatus status = read_metadata (json_object_get (root, "__metadata__"), file->metadata);
  if (!st_ok (status))
    return status;

  file->tensors = g_new0 (StStoredTensor, json_object_size (root) + 1);
  json_object_foreach (root, name, entry)
    {
      if (strcmp (name, "__metadata__") == 0)
        continue;
      StStoredTensor *stored = &file->tensors[file->count];
      stored->name = g_strdup (name);
      file->count++;
      status = read_entry (entry, file->count - 1, stored);
      if (!st_ok (status))
        {
          *tensor = g_strdup (name);
          return status;
        }
    }
  qsort (file->tensors, file->count, sizeof *file->tensors, compare_places);
  return st_success ();
}

/* The header's length; everything about the file that needs no JSON. */
static StStatus
read_length (const guint8 *data, gsize size, gsize *length)
{
  guint64 stored;
  if (size == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (size < LENGTH + 2)
    return st_failure (ST_FILE_TRUNCATED, (int64_t) size, LENGTH + 2);
  if (data[LENGTH] != '{')
    return st_failure (ST_FILE_MAGIC, 0, 0);
  memcpy (&stored, data, LENGTH);
  if (stored > HEADER_MAX)
    return st_failure (ST_FILE_TOO_LARGE, (int64_t) MIN (stored, G_MAXINT64), HEADER_MAX);
  if (stored > size - LENGTH)
    return st_failure (ST_FILE_TRUNCATED, (int64_t) size, (int64_t) (stored + LENGTH));
  *length = (gsize) stored;
  return st_success ();
}

StStatus
st_tensor_file_parse (GBytes *bytes, StTensorFile *file, char **tensor)
{
  gsize size, length;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  json_error_t error;

  *tensor = NULL;
  memset (file, 0, sizeof *file);
  StStatus status = read_length (data, size, &length);
  if (!st_ok (status))
    return status;
  json_t *root = json_loadb ((const char *) data + LENGTH, length, JSON_REJECT_DUPLICATES, &error);
  if (root == NULL)
    return header_error ((gsize) MAX (error.position, 0));

  file->bytes = g_bytes_ref (bytes);
  file->data = data + LENGTH + length;
  file->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  status = json_is_object (root) ? read_header (root, file, tensor) : header_error (0);
  json_decref (root);
  if (st_ok (status))
    status = check_layout (file, size - LENGTH - length, tensor);
  if (!st_ok (status))
    st_tensor_file_clear (file);
  return status;
}

void
st_tensor_file_clear (StTensorFile *file)
{
  for (guint i = 0; i < file->count; i++)
    g_free (file->tensors[i].name);
  g_free (file->tensors);
  g_clear_pointer (&file->metadata, g_hash_table_unref);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  memset (file, 0, sizeof *file);
}

const StStoredTensor *
st_tensor_file_find (const StTensorFile *file, const char *name)
{
  for (guint i = 0; i < file->count; i++)
    if (strcmp (file->tensors[i].name, name) == 0)
      return &file->tensors[i];
  return NULL;
}

static float
from_half (guint16 bits)
{
  int exponent = bits >> 10 & 31;
  float fraction = (float) (bits & 1023);
  float size = exponent == 0    ? ldexpf (fraction, -24)
               : exponent == 31 ? (fraction == 0.0f ? INFINITY : NAN)
                                : ldexpf (fraction + 1024.0f, exponent - 25);
  return bits & 0x8000 ? -size : size;
}

void
st_tensor_file_floats (const StTensorFile *file, const StStoredTensor *tensor, float *out)
{
  const guint8 *from = file->data + tensor->begin;
  for (gsize i = 0; i < tensor->count; i++, from += numbers[tensor->type].size)
    {
      guint16 half;
      guint32 single;
      double number;
      switch (tensor->type)
        {
        case ST_F16:
          memcpy (&half, from, sizeof half);
          out[i] = from_half (half);
          break;
        case ST_BF16:
          memcpy (&half, from, sizeof half);
          single = (guint32) half << 16;
          memcpy (&out[i], &single, sizeof single);
          break;
        case ST_F32:
          memcpy (&out[i], from, sizeof out[i]);
          break;
        case ST_F64:
          memcpy (&number, from, sizeof number);
          out[i] = (float) number;
          break;
        }
    }
}

static json_t *
format_metadata (GHashTable *metadata)
{
  GHashTableIter iter;
  gpointer key, value;
  json_t *object = json_object ();
  g_hash_table_iter_init (&iter, metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (json_object_set_new (object, key, json_string (value)) != 0)
      {
        json_decref (object);
        return NULL;
      }
  return object;
}

static json_t *
format_header (GHashTable *metadata, guint count, const StStoredTensor *tensors)
{
  gsize begin = 0;
  json_t *root = json_object ();
  int failed = json_object_set_new (root, "__metadata__", format_metadata (metadata));
  for (guint i = 0; i < count && failed == 0; i++)
    {
      gsize size = sizeof (float);
      json_t *shape = json_array ();
      for (guint d = 0; d < tensors[i].dimensions; d++)
        {
          size *= tensors[i].shape[d];
          json_array_append_new (shape, json_integer ((json_int_t) tensors[i].shape[d]));
        }
      json_t *entry = json_pack ("{s:s, s:o, s:[I,I]}", "dtype", "F32", "shape", shape,
                                 "data_offsets", (json_int_t) begin, (json_int_t) (begin + size));
      failed = json_object_set_new (root, tensors[i].name, entry);
      begin += size;
    }
  if (failed == 0)
    return root;
  json_decref (root);
  return NULL;
}

StStatus
st_tensor_file_header (GHashTable *metadata, guint count, const StStoredTensor *tensors,
                       GByteArray **header)
{
  json_t *root = format_header (metadata, count, tensors);
  char *text = root != NULL ? json_dumps (root, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
  json_decref (root);
  /* Besides memory, only metadata that are not UTF-8 can fail. */
  if (text == NULL)
    return st_failure (ST_FILE_HEADER, 0, 0);

  guint64 length = (strlen (text) + 7) / 8 * 8;
  GByteArray *array = g_byte_array_new ();
  g_byte_array_append (array, (const guint8 *) &length, LENGTH);
  g_byte_array_append (array, (const guint8 *) text, (guint) strlen (text));
  while (array->len < LENGTH + length)
    g_byte_array_append (array, (const guint8 *) " ", 1);
  free (text);
  *header = array;
  return st_success ();
}
