/* Models in safetensors files: which tensors a kind needs, and what the metadata say. */
#pragma once

#include <glib.h>
#include <st-trainer.h>

enum { ST_MODEL_VERSION = 1 };

/* A model and what its file says of it.  Metadata that this program does not know
 * are kept, and written again. */
typedef struct StModelFile {
  StModel *model;
  GHashTable *metadata;   /* string to string: kind, encoder, dataset, seed, epochs, version, … */
  StTrainState *state;    /* of its training, made with g_new(), or NULL */
} StModelFile;

/* An empty table for StModelFile.metadata, which frees its keys and values with g_free(). */
GHashTable *st_model_metadata_new (void);
void st_model_file_clear (StModelFile *file);

/* Of the metadata only `kind` is needed: without `encoder` or `channels` they are found from
 * the tensors' shapes, as dimension and hidden layers always are.  ST_MODEL_* where the tensors are not those of the kind,
 * ST_FILE_VERSION for a newer version, ST_NON_FINITE (b: index in the tensor), and what
 * st_file_read() and st_tensor_file_parse() return.  *tensor gets the name of the tensor that
 * a status is about, or NULL; free with g_free().  On failure there is nothing to clear. */
StStatus st_model_load (const char *path, StModelFile *file, char **tensor);

/* kind, encoder and channels (of an MLP: activation), and version are written from the model,
 * whatever the metadata say; the optimizer's state if there is one.
 * ST_NON_FINITE if a weight is not finite, ST_FILE_HEADER if metadata are not UTF-8, and what
 * st_file_save() returns. */
StStatus st_model_save (const char *path, const StModelFile *file);

/* The same over bytes. */
StStatus st_model_parse (GBytes *bytes, StModelFile *file, char **tensor);
StStatus st_model_format (const StModelFile *file, GBytes **bytes);
