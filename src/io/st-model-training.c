#include <st-model-training.h>

#include <math.h>
#include <string.h>

/* A number of the metadata into *number, if it is there. */
static gboolean
read_real (GHashTable *metadata, const char *key, double *number)
{
  const char *text = g_hash_table_lookup (metadata, key);
  char *end;
  if (text == NULL)
    return TRUE;
  /* strtod would also take spaces in front, "inf", "nan" and 0x10. */
  if (*text == '\0' || strspn (text, "+-.0123456789eE") != strlen (text))
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (*number);
}

gboolean
st_model_read_training (const StModelFile *file, StTrainOptions *options)
{
  const char *loss = g_hash_table_lookup (file->metadata, "loss");
  const char *isometry = g_hash_table_lookup (file->metadata, "isometry");
  double batch = options->batch;

  options->spec = *st_model_spec (file->model);
  gboolean fine = read_real (file->metadata, "batch", &batch)
                  && read_real (file->metadata, "learning_rate", &options->learning_rate)
                  && read_real (file->metadata, "beta", &options->beta)
                  && read_real (file->metadata, "sigma", &options->sigma)
                  && read_real (file->metadata, "lambda", &options->lambda)
                  && (isometry == NULL || st_isometry_from_name (isometry, &options->isometry))
                  && (loss == NULL || st_loss_from_name (loss, &options->loss))
                  && batch >= 1.0 && batch <= 1024.0;
  options->batch = (guint32) CLAMP (batch, 1.0, 1024.0);
  return fine && st_ok (st_train_options_check (options));
}

gboolean
st_model_read_whole (const StModelFile *file, const char *key, guint64 *number)
{
  const char *text = g_hash_table_lookup (file->metadata, key);
  guint64 read;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &read, NULL))
    return FALSE;
  *number = read;
  return TRUE;
}

StStatus
st_model_copy_state (const StTrainState *state, StTrainState *copy)
{
  StTrainState arrays;
  StStatus status = st_train_state_init (&arrays, state->count);
  if (!st_ok (status))
    return status;
  memcpy (arrays.first, state->first, state->count * sizeof *state->first);
  memcpy (arrays.second, state->second, state->count * sizeof *state->second);
  *copy = *state;
  copy->first = arrays.first;
  copy->second = arrays.second;
  return status;
}

static void
set_real (GHashTable *metadata, const char *key, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_hash_table_insert (metadata, g_strdup (key),
                       g_strdup (g_ascii_formatd (text, sizeof text, "%.17g", number)));
}

void
st_model_describe_isometry (const StTrainOptions *options, GHashTable *metadata)
{
  StKind kind = options->spec.kind;
  if (!st_kind_has_isometry (kind) || (st_kind_unfolds (kind) && options->lambda == 0.0))
    return;
  set_real (metadata, "lambda", options->lambda);
  g_hash_table_insert (metadata, g_strdup ("isometry"),
                       g_strdup (st_isometry_name (options->isometry)));
}

void
st_model_describe_training (const StTrainOptions *options, guint images, GHashTable *metadata)
{
  g_hash_table_insert (metadata, g_strdup ("loss"), g_strdup (st_loss_name (options->loss)));
  set_real (metadata, "batch", options->batch);
  set_real (metadata, "learning_rate", options->learning_rate);
  set_real (metadata, "beta", options->beta);
  set_real (metadata, "images", images);
  if (options->sigma > 0.0)
    set_real (metadata, "sigma", options->sigma);
  st_model_describe_isometry (options, metadata);
}
