/* Models as safetensors: an 8-byte length, a JSON header, the tensors' bytes. */
#pragma once

#include <glib.h>
#include <st-model.h>

enum { ST_MODEL_VERSION = 1 };

/* A model and what its file says of it.  Metadata that this program does not know
 * are kept, and written again. */
typedef struct StModelFile {
  StModel *model;
  GHashTable *metadata;   /* string to string: kind, encoder, dataset, seed, epochs, version, … */
} StModelFile;

void st_model_file_clear (StModelFile *file);

/* *tensor gets the name of the tensor that a status is about, or NULL; free with g_free(). */
StStatus st_model_load (const char *path, StModelFile *file, char **tensor);
StStatus st_model_save (const char *path, const StModelFile *file);

/* The same over bytes, for tests and fuzzing. */
StStatus st_safetensors_parse (GBytes *bytes, StModelFile *file, char **tensor);
StStatus st_safetensors_format (const StModelFile *file, GBytes **bytes);
