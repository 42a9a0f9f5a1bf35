#include "st-model-state.h"

#include <st-alloc.h>

#include <math.h>
#include <string.h>

static const char *const moments[] = { "optimizer.first.", "optimizer.second." };

gboolean
st_model_state_owns (const char *name)
{
  return g_str_has_prefix (name, "optimizer.") || g_str_has_prefix (name, "optimizer_")
         || strcmp (name, "optimizer") == 0;
}

void
st_model_state_free (StTrainState *state)
{
  if (state == NULL)
    return;
  st_train_state_clear (state);
  g_free (state);
}

static gboolean
get_whole (GHashTable *metadata, const char *key, guint64 most, guint64 *number)
{
  const char *text = g_hash_table_lookup (metadata, key);
  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, most, number, NULL);
}

/* "1.5 0 2": the sums of the present epoch. */
static gboolean
get_sums (GHashTable *metadata, StTrainState *state)
{
  const char *text = g_hash_table_lookup (metadata, "optimizer_sums");
  double *sums[] = { &state->reconstruction, &state->kl, &state->penalty };
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", " ", 4);

  if (g_strv_length (parts) != G_N_ELEMENTS (sums))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      char *end;
      *sums[i] = g_ascii_strtod (parts[i], &end);
      if (*parts[i] == '\0' || *end != '\0' || !isfinite (*sums[i]))
        return FALSE;
    }
  return TRUE;
}

/* Only where there was such a term. */
static gboolean
get_isometry (GHashTable *metadata, StTrainState *state)
{
  const char *text = g_hash_table_lookup (metadata, "optimizer_isometry");
  char *end;

  state->isometry = 0.0;
  if (text == NULL)
    return TRUE;
  state->isometry = g_ascii_strtod (text, &end);
  return *text != '\0' && *end == '\0' && isfinite (state->isometry);
}

static gboolean
read_numbers (GHashTable *metadata, StTrainState *state)
{
  guint64 step, epoch, batch;
  if (!get_whole (metadata, "optimizer_step", G_MAXINT64, &step)
      || !get_whole (metadata, "optimizer_epoch", G_MAXUINT32, &epoch)
      || !get_whole (metadata, "optimizer_batch", G_MAXUINT32, &batch)
      || !get_sums (metadata, state) || !get_isometry (metadata, state))
    return FALSE;
  state->step = step;
  state->epoch = (guint32) epoch;
  state->batch = (guint32) batch;
  return TRUE;
}

/* One moment of one tensor.  A second moment is a mean of squares. */
static StStatus
read_moment (const StTensorFile *file, const StTensor *of, guint index, gboolean second,
             float *out, char **tensor)
{
  g_autofree char *name = g_strconcat (moments[second], of->name, NULL);
  const StStoredTensor *stored = st_tensor_file_find (file, name);
  StStatus status = st_success ();

  if (stored == NULL)
    status = st_failure (ST_MODEL_MISSING, index, 0);
  else if (stored->count != of->length)
    status = st_failure (ST_MODEL_SHAPE, index, 0);
  else
    st_tensor_file_floats (file, stored, out);
  for (gsize i = 0; i < of->length && st_ok (status); i++)
    if (!isfinite (out[i]) || (second && out[i] < 0.0f))
      status = st_failure (ST_NON_FINITE, 0, (int64_t) i);
  if (!st_ok (status))
    *tensor = g_steal_pointer (&name);
  return status;
}

StStatus
st_model_state_read (const StTensorFile *file, const StSpec *spec, StTrainState **result,
                     char **tensor)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (spec, tensors);
  StTrainState state;

  *result = NULL;
  if (!g_hash_table_contains (file->metadata, "optimizer"))
    return st_success ();
  StStatus status = st_train_state_init (&state, st_spec_parameters (spec));
  if (!st_ok (status))
    return status;
  if (strcmp (g_hash_table_lookup (file->metadata, "optimizer"), "adam") != 0
      || !read_numbers (file->metadata, &state))
    status = st_failure (ST_FILE_HEADER, 0, 0);
  for (guint i = 0; i < count && st_ok (status); i++)
    {
      status = read_moment (file, &tensors[i], i, FALSE, state.first + tensors[i].offset, tensor);
      if (st_ok (status))
        status = read_moment (file, &tensors[i], i, TRUE, state.second + tensors[i].offset,
                              tensor);
    }
  if (st_ok (status))
    *result = g_memdup2 (&state, sizeof state);
  else
    st_train_state_clear (&state);
  return status;
}

static void
set (GHashTable *metadata, const char *key, char *value)
{
  g_hash_table_insert (metadata, g_strdup (key), value);
}

guint
st_model_state_describe (const StTrainState *state, GHashTable *metadata, StStoredTensor *tensors,
                         guint n)
{
  const double sums[] = { state->reconstruction, state->kl, state->penalty };
  char text[3][G_ASCII_DTOSTR_BUF_SIZE];

  set (metadata, "optimizer", g_strdup ("adam"));
  set (metadata, "optimizer_step", g_strdup_printf ("%" G_GUINT64_FORMAT, state->step));
  set (metadata, "optimizer_epoch", g_strdup_printf ("%u", state->epoch));
  set (metadata, "optimizer_batch", g_strdup_printf ("%u", state->batch));
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    g_ascii_formatd (text[i], sizeof text[i], "%.17g", sums[i]);
  set (metadata, "optimizer_sums", g_strjoin (" ", text[0], text[1], text[2], NULL));
  if (state->isometry != 0.0)
    set (metadata, "optimizer_isometry",
         g_strdup (g_ascii_formatd (text[0], sizeof text[0], "%.17g", state->isometry)));
  for (guint i = 0; i < n; i++)
    for (guint second = 0; second < 2; second++)
      {
        StStoredTensor *tensor = &tensors[n + 2 * i + second];
        *tensor = tensors[i];
        tensor->name = g_strconcat (moments[second], tensors[i].name, NULL);
      }
  return 3 * n;
}

void
st_model_state_append (const StTrainState *state, const StSpec *spec, GByteArray *bytes)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (spec, tensors);

  for (guint i = 0; i < count; i++)
    for (guint second = 0; second < 2; second++)
      {
        const float *numbers = second ? state->second : state->first;
        g_byte_array_append (bytes, (const guint8 *) (numbers + tensors[i].offset),
                             (guint) (tensors[i].length * sizeof (float)));
      }
}
