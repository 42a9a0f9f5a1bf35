#include "st-cli.h"
#include "st-commands.h"

#include <st-alloc.h>
#include <st-file.h>
#include <st-npy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30 };

static json_t *
shape_json (StShape shape)
{
  return json_pack ("[i,i,i]", shape.height, shape.width, shape.channels);
}

static json_t *
tensors_json (const StSpec *spec)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (spec, tensors);
  json_t *array = json_array ();
  for (guint i = 0; i < count; i++)
    {
      json_t *shape = json_array ();
      for (guint d = 0; d < tensors[i].dimensions; d++)
        json_array_append_new (shape, json_integer (tensors[i].shape[d]));
      json_array_append_new (array, json_pack ("{s:s, s:o}", "name", tensors[i].name, "shape",
                                               shape));
    }
  return array;
}

static json_t *
metadata_json (GHashTable *metadata)
{
  GHashTableIter iter;
  gpointer key, value;
  json_t *object = json_object ();
  g_hash_table_iter_init (&iter, metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    json_object_set_new (object, key, json_string (value));
  return object;
}

static json_t *
model_json (const StModelFile *file)
{
  const StSpec *spec = st_model_spec (file->model);
  const gboolean unfolds = st_kind_unfolds (spec->kind);   /* else it has none of these */
  guint size, padding, stride;
  st_spec_field (spec, &size, &padding, &stride);
  json_t *field = unfolds ? json_pack ("{s:i, s:i, s:i}", "size", (int) size, "padding",
                                       (int) padding, "stride", (int) stride)
                          : json_null ();
  return json_pack ("{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
                    "type", "model", "kind", st_kind_name (spec->kind),
                    "encoder", unfolds ? json_string (st_encoder_name (spec->encoder))
                                       : json_null (),
                    "channels", unfolds ? json_integer (spec->channels) : json_null (),
                    "image", shape_json (spec->image), "latent", shape_json (st_spec_latent (spec)),
                    "parameters", (json_int_t) st_spec_parameters (spec),
                    "receptive_field", field, "metadata", metadata_json (file->metadata),
                    "tensors", tensors_json (spec));
}

/* How many images each label has, or null. */
static json_t *
classes_json (const StDataset *dataset)
{
  guint counts[256] = { 0 };
  if (st_dataset_classes (dataset) == 0)
    return json_null ();
  for (guint i = 0; i < st_dataset_count (dataset); i++)
    counts[st_dataset_label (dataset, i)]++;
  json_t *array = json_array ();
  for (guint i = 0; i < st_dataset_classes (dataset); i++)
    json_array_append_new (array, json_integer (counts[i]));
  return array;
}

static json_t *
dataset_json (const StDataset *dataset)
{
  return json_pack ("{s:s, s:I, s:o, s:o}", "type", "images",
                    "count", (json_int_t) st_dataset_count (dataset),
                    "shape", shape_json (st_dataset_shape (dataset)),
                    "classes", classes_json (dataset));
}

static json_t *
array_json (const StNpy *npy)
{
  static const char *const types[] = { "uint8", "float32", "float64" };
  json_t *shape = json_array ();
  for (guint d = 0; d < npy->dimensions; d++)
    json_array_append_new (shape, json_integer ((json_int_t) npy->shape[d]));
  return json_pack ("{s:s, s:s, s:o}", "type", "array", "numbers", types[npy->type],
                    "shape", shape);
}

/* safetensors have no magic: a length, then a brace. */
static gboolean
looks_like_model (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  return size > 8 && data[8] == '{';
}

static StStatus
describe_dataset (const char *path, json_t **document, char **failed)
{
  StDataset *dataset;
  StStatus status = st_dataset_load (path, ST_SPLIT_TEST, &dataset, failed);
  if (!st_ok (status))
    return status;
  *document = dataset_json (dataset);
  st_dataset_unref (dataset);
  return status;
}

static StStatus
describe_labels (GBytes *bytes, json_t **document)
{
  uint32_t count;
  uint8_t *labels;
  StStatus status = st_idx_parse_labels (bytes, &count, &labels);
  if (!st_ok (status))
    return status;
  *document = json_pack ("{s:s, s:I}", "type", "labels", "count", (json_int_t) count);
  st_free (labels);
  return status;
}

static StStatus
describe_npy (const char *path, GBytes *bytes, json_t **document, char **failed)
{
  StNpy npy;
  StStatus status = st_npy_parse (bytes, &npy);
  if (!st_ok (status))
    return status;
  /* Latent tensors have more than four channels: no images, but good arrays. */
  if (!st_ok (describe_dataset (path, document, failed)))
    *document = array_json (&npy);
  st_npy_clear (&npy);
  return status;
}

/* What the file holds; *failed: the file that the status is about, *tensor likewise. */
static StStatus
describe (const char *path, json_t **document, char **failed, char **tensor)
{
  g_autoptr (GBytes) bytes = NULL;
  StModelFile file;

  if (strcmp (path, "builtin") == 0 || strcmp (path, "fashion-mnist") == 0)
    return describe_dataset (path, document, failed);
  StStatus status = st_file_read (path, FILE_LIMIT, &bytes);
  if (!st_ok (status))
    return status;
  if (st_npy_recognise (bytes))
    return describe_npy (path, bytes, document, failed);
  if (st_idx_recognise (bytes))
    {
      status = describe_dataset (path, document, failed);
      return status.code == ST_FILE_NOT_DATASET && status.a == 1
             ? describe_labels (bytes, document) : status;
    }
  if (!looks_like_model (bytes))
    return st_failure (ST_FILE_UNKNOWN, 0, 0);
  status = st_model_parse (bytes, &file, tensor);
  if (st_ok (status))
    {
      *document = model_json (&file);
      st_model_file_clear (&file);
    }
  return status;
}

/* One key a line; what is nested, as JSON; what it does not have, in a word. */
static int
print_text (const char *path, json_t *document)
{
  const char *key;
  json_t *value;
  printf ("%s\n", path);
  json_object_foreach (document, key, value)
    {
      if (json_is_string (value))
        printf ("  %-16s%s\n", key, json_string_value (value));
      else if (json_is_null (value))
        printf ("  %-16s%s\n", key, "none");
      else if (strcmp (key, "tensors") != 0)
        {
          char *text = json_dumps (value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
          printf ("  %-16s%s\n", key, text);
          free (text);
        }
    }
  json_decref (document);
  return st_cli_finish_output ();
}

int
st_command_info (const StCommand *command, int argc, char **argv)
{
  StCommon common = { 0 };
  const StOption options[] = { ST_COMMON_OPTIONS (&common) };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  g_autofree char *failed = NULL, *tensor = NULL;
  json_t *document = NULL;
  int exit;

  if (!st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 1, 1, operands, &exit))
    return exit;
  const char *path = operands->pdata[0];
  StStatus status = describe (path, &document, &failed, &tensor);
  if (!st_ok (status))
    return st_cli_fail_open (status, failed != NULL ? failed : path, tensor);
  if (!common.json)
    return print_text (path, document);
  g_autofree char *name = g_filename_display_name (path);
  json_object_set_new (document, "file", json_string (name));
  return st_cli_print_json (document);
}
