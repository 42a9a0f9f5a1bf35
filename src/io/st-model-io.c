#include <st-model-io.h>

#include "st-model-state.h"

#include <st-alloc.h>
#include <st-file.h>

#include <math.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30 };

GHashTable *
st_model_metadata_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
st_model_file_clear (StModelFile *file)
{
  st_model_unref (file->model);
  st_model_state_free (file->state);
  g_clear_pointer (&file->metadata, g_hash_table_unref);
  memset (file, 0, sizeof *file);
}

/* The length of a bias, or 0. */
static guint32
bias_length (const StTensorFile *file, const char *layer)
{
  g_autofree char *name = g_strconcat (layer, ".bias", NULL);
  const StStoredTensor *bias = st_tensor_file_find (file, name);
  return bias != NULL && bias->dimensions == 1 ? (guint32) MIN (bias->shape[0], G_MAXUINT32) : 0;
}

/* The lengths of the biases of encoder.0, encoder.1, …; how many there are, at most `most`. */
static guint
encoder_lengths (const StTensorFile *file, guint most, guint32 *lengths)
{
  guint n = 0;
  for (; n < most; n++)
    {
      g_autofree char *layer = g_strdup_printf ("encoder.%u", n);
      lengths[n] = bias_length (file, layer);
      if (lengths[n] == 0)
        break;
    }
  return n;
}

/* C is what the last convolution before the latent tensor puts out, d the length of the mean. */
static void
sizes_of_tensors (const StTensorFile *file, StSpec *spec)
{
  guint32 lengths[8], mean = bias_length (file, "mean");
  guint n = encoder_lengths (file, G_N_ELEMENTS (lengths), lengths);

  if (st_kind_has_dimension (spec->kind) && mean != 0)
    spec->dimension = mean;
  if (!st_kind_unfolds (spec->kind))
    for (guint i = 0; i < ST_HIDDEN_MAX; i++)
      spec->hidden[i] = i < n ? lengths[i] : 0;
  else if (mean != 0 && !st_kind_has_dimension (spec->kind))
    spec->channels = mean;
  else if (n > 0)
    spec->channels = lengths[n - 1];
}

static gboolean
same_shape (const StTensor *tensor, const StStoredTensor *stored)
{
  if (tensor->dimensions != stored->dimensions)
    return FALSE;
  for (guint d = 0; d < stored->dimensions; d++)
    if (tensor->shape[d] != stored->shape[d])
      return FALSE;
  return TRUE;
}

static StStatus
tensor_error (StCode code, guint index, const char *name, char **tensor)
{
  *tensor = g_strdup (name);
  return st_failure (code, index, 0);
}

/* Whether the file holds exactly the tensors that the spec needs. */
static StStatus
check_tensors (const StSpec *spec, const StTensorFile *file, char **tensor)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (spec, tensors);

  for (guint i = 0; i < count; i++)
    {
      const StStoredTensor *stored = st_tensor_file_find (file, tensors[i].name);
      if (stored == NULL)
        return tensor_error (ST_MODEL_MISSING, i, tensors[i].name, tensor);
      if (!same_shape (&tensors[i], stored))
        return tensor_error (ST_MODEL_SHAPE, i, tensors[i].name, tensor);
    }
  for (guint i = 0; i < file->count; i++)
    {
      gboolean known = st_model_state_owns (file->tensors[i].name);
      for (guint k = 0; k < count && !known; k++)
        known = strcmp (file->tensors[i].name, tensors[k].name) == 0;
      if (!known)
        return tensor_error (ST_MODEL_EXTRA, i, file->tensors[i].name, tensor);
    }
  return st_success ();
}

/* A whole number in decimal digits, at most `limit`. */
static gboolean
get_number (const char *text, guint64 limit, guint64 *number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, limit, number, NULL);
}

static StStatus
check_version (GHashTable *metadata)
{
  const char *text = g_hash_table_lookup (metadata, "version");
  guint64 version;
  if (text == NULL)
    return st_success ();
  if (!get_number (text, G_MAXINT64, &version))
    return st_failure (ST_FILE_HEADER, 0, 0);
  return version > ST_MODEL_VERSION ? st_failure (ST_FILE_VERSION, (int64_t) version,
                                                  ST_MODEL_VERSION)
                                    : st_success ();
}

/* "28x28x1": height, width, channels of the images. */
static gboolean
get_image (const char *text, StShape *shape)
{
  g_auto (GStrv) parts = g_strsplit (text, "x", 4);
  guint64 sizes[3];
  if (g_strv_length (parts) != 3)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (!get_number (parts[i], 4096, &sizes[i]))
      return FALSE;
  *shape = (StShape) { (guint32) sizes[0], (guint32) sizes[1], (guint32) sizes[2] };
  return TRUE;
}

/* Without a name, the encoder is the first whose tensors are these; if none is, the default. */
static StStatus
find_encoder (const StTensorFile *file, StSpec *spec)
{
  const char *name = g_hash_table_lookup (file->metadata, "encoder");
  if (name != NULL)
    return st_encoder_from_name (name, &spec->encoder) ? st_success ()
                                                       : st_failure (ST_MODEL_ENCODER, 0, 0);
  for (StEncoder encoder = 0; encoder < ST_ENCODERS; encoder++)
    {
      g_autofree char *tensor = NULL;
      spec->encoder = encoder;
      if (st_ok (st_spec_check (spec)) && st_ok (check_tensors (spec, file, &tensor)))
        return st_success ();
    }
  spec->encoder = ST_ENCODER_S2;
  return st_success ();
}

/* What only the metadata can say: relu, unless they do. */
static StStatus
find_activation (const StTensorFile *file, StSpec *spec)
{
  const char *name = g_hash_table_lookup (file->metadata, "activation");
  return name == NULL || st_activation_from_name (name, &spec->activation)
           ? st_success () : st_failure (ST_FILE_HEADER, 0, 0);
}

static StStatus
find_spec (const StTensorFile *file, StSpec *spec)
{
  const char *kind_name = g_hash_table_lookup (file->metadata, "kind");
  const char *channels_text = g_hash_table_lookup (file->metadata, "channels");
  const char *image = g_hash_table_lookup (file->metadata, "image");
  guint64 channels;
  StKind kind;

  if (kind_name == NULL || !st_kind_from_name (kind_name, &kind))
    return st_failure (ST_MODEL_KIND, 0, 0);
  *spec = st_spec_default (kind, ST_ENCODER_S2);
  sizes_of_tensors (file, spec);
  if (channels_text != NULL && !get_number (channels_text, G_MAXUINT32, &channels))
    return st_failure (ST_FILE_HEADER, 0, 0);
  if (channels_text != NULL)
    spec->channels = (guint32) channels;
  if (image != NULL && !get_image (image, &spec->image))
    return st_failure (ST_FILE_HEADER, 0, 0);
  StStatus status = st_kind_unfolds (kind) ? find_encoder (file, spec)
                                           : find_activation (file, spec);
  return st_ok (status) ? st_spec_check (spec) : status;
}

static StStatus
check_finite (const StTensor *tensor, const float *parameters, char **name)
{
  for (gsize i = 0; i < tensor->length; i++)
    if (!isfinite (parameters[tensor->offset + i]))
      {
        *name = g_strdup (tensor->name);
        return st_failure (ST_NON_FINITE, 0, (int64_t) i);
      }
  return st_success ();
}

static StStatus
make_model (const StTensorFile *file, const StSpec *spec, StModel **model, char **tensor)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (spec, tensors);
  gsize size = st_spec_parameters (spec);
  float *parameters = st_alloc (size, sizeof *parameters);
  if (parameters == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (size * sizeof *parameters), 0);

  StStatus status = st_success ();
  for (guint i = 0; i < count && st_ok (status); i++)
    {
      const StStoredTensor *stored = st_tensor_file_find (file, tensors[i].name);
      st_tensor_file_floats (file, stored, parameters + tensors[i].offset);
      status = check_finite (&tensors[i], parameters, tensor);
    }
  if (st_ok (status))
    status = st_model_new (spec, parameters, model);
  st_free (parameters);
  return status;
}

StStatus
st_model_parse (GBytes *bytes, StModelFile *file, char **tensor)
{
  StTensorFile stored;
  StSpec spec;

  memset (file, 0, sizeof *file);
  StStatus status = st_tensor_file_parse (bytes, &stored, tensor);
  if (!st_ok (status))
    return status;
  status = check_version (stored.metadata);
  if (st_ok (status))
    status = find_spec (&stored, &spec);
  if (st_ok (status))
    status = check_tensors (&spec, &stored, tensor);
  if (st_ok (status))
    status = st_model_state_read (&stored, &spec, &file->state, tensor);
  if (st_ok (status))
    status = make_model (&stored, &spec, &file->model, tensor);
  if (st_ok (status))
    file->metadata = g_hash_table_ref (stored.metadata);
  else
    st_model_file_clear (file);
  st_tensor_file_clear (&stored);
  return status;
}

StStatus
st_model_load (const char *path, StModelFile *file, char **tensor)
{
  g_autoptr (GBytes) bytes = NULL;
  memset (file, 0, sizeof *file);
  *tensor = NULL;
  StStatus status = st_file_read (path, FILE_LIMIT, &bytes);
  return st_ok (status) ? st_model_parse (bytes, file, tensor) : status;
}

static void
set_number (GHashTable *metadata, const char *key, guint64 number)
{
  g_hash_table_insert (metadata, g_strdup (key), g_strdup_printf ("%" G_GUINT64_FORMAT, number));
}

static GHashTable *
metadata_to_write (const StModelFile *file)
{
  const StSpec *spec = st_model_spec (file->model);
  GHashTable *metadata = st_model_metadata_new ();
  GHashTableIter iter;
  gpointer key, value;

  if (file->metadata != NULL)
    {
      g_hash_table_iter_init (&iter, file->metadata);
      while (g_hash_table_iter_next (&iter, &key, &value))
        if (!st_model_state_owns (key))
          g_hash_table_insert (metadata, g_strdup (key), g_strdup (value));
    }
  g_hash_table_insert (metadata, g_strdup ("kind"), g_strdup (st_kind_name (spec->kind)));
  if (st_kind_unfolds (spec->kind))
    {
      g_hash_table_insert (metadata, g_strdup ("encoder"),
                           g_strdup (st_encoder_name (spec->encoder)));
      set_number (metadata, "channels", spec->channels);
    }
  else
    g_hash_table_insert (metadata, g_strdup ("activation"),
                         g_strdup (st_activation_name (spec->activation)));
  set_number (metadata, "version", ST_MODEL_VERSION);
  StSpec usual = st_spec_default (spec->kind, spec->encoder);
  if (!st_shape_equal (spec->image, usual.image))
    g_hash_table_insert (metadata, g_strdup ("image"),
                         g_strdup_printf ("%ux%ux%u", spec->image.height, spec->image.width,
                                          spec->image.channels));
  return metadata;
}

/* A state that belongs to another net is the caller's mistake. */
static StStatus
check_state (const StModelFile *file)
{
  gsize count = st_spec_parameters (st_model_spec (file->model));
  return file->state == NULL || file->state->count == count
           ? st_success () : st_failure (ST_SHAPE, (int64_t) file->state->count, (int64_t) count);
}

static void
describe_model (const StTensor *tensors, guint count, StStoredTensor *stored)
{
  for (guint i = 0; i < count; i++)
    {
      stored[i].name = g_strdup (tensors[i].name);
      stored[i].dimensions = tensors[i].dimensions;
      for (guint d = 0; d < tensors[i].dimensions; d++)
        stored[i].shape[d] = tensors[i].shape[d];
    }
}

StStatus
st_model_format (const StModelFile *file, GBytes **bytes)
{
  StTensor tensors[ST_TENSORS_MAX];
  StStoredTensor stored[ST_STORED_TENSORS_MAX] = { 0 };
  const StSpec *spec = st_model_spec (file->model);
  const float *parameters = st_model_parameters (file->model);
  guint count = st_spec_tensors (spec, tensors), all = count;
  StStatus status = check_state (file);

  for (guint i = 0; i < count && st_ok (status); i++)
    {
      g_autofree char *name = NULL;
      status = check_finite (&tensors[i], parameters, &name);
    }
  if (!st_ok (status))
    return status;

  g_autoptr (GHashTable) metadata = metadata_to_write (file);
  GByteArray *array = NULL;
  describe_model (tensors, count, stored);
  if (file->state != NULL)
    all = st_model_state_describe (file->state, metadata, stored, count);
  status = st_tensor_file_header (metadata, all, stored, &array);
  for (guint i = 0; i < all; i++)
    g_free (stored[i].name);
  if (!st_ok (status))
    return status;
  for (guint i = 0; i < count; i++)
    g_byte_array_append (array, (const guint8 *) (parameters + tensors[i].offset),
                         (guint) (tensors[i].length * sizeof (float)));
  if (file->state != NULL)
    st_model_state_append (file->state, spec, array);
  *bytes = g_byte_array_free_to_bytes (array);
  return st_success ();
}

StStatus
st_model_save (const char *path, const StModelFile *file)
{
  g_autoptr (GBytes) bytes = NULL;
  StStatus status = st_model_format (file, &bytes);
  return st_ok (status) ? st_file_save (path, bytes) : status;
}
