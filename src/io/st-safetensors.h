/* safetensors, the file format: an 8-byte little-endian length, a JSON header of so many
 * bytes, the tensors' numbers.  What the tensors mean is st-model-io.h's business. */
#pragma once

#include <glib.h>
#include <st-status.h>

enum { ST_STORED_DIMENSIONS = 8 };

typedef enum StNumber { ST_F16, ST_BF16, ST_F32, ST_F64 } StNumber;

typedef struct StStoredTensor {
  char *name;
  StNumber type;
  guint dimensions;
  gsize shape[ST_STORED_DIMENSIONS];
  gsize count;          /* of numbers */
  gsize begin, end;     /* bytes, from the first tensor's first */
} StStoredTensor;

typedef struct StTensorFile {
  GHashTable *metadata;     /* string to string */
  guint count;
  StStoredTensor *tensors;  /* in the order of their bytes */
  const guint8 *data;       /* the first tensor's first byte */
  GBytes *bytes;
} StTensorFile;

/* Tensors must fill the file without overlaps and holes (ST_FILE_LAYOUT).  *tensor gets the
 * name of the tensor that a status is about, or NULL; free with g_free().  On failure there
 * is nothing to clear. */
StStatus st_tensor_file_parse (GBytes *bytes, StTensorFile *file, char **tensor);
void st_tensor_file_clear (StTensorFile *file);
const StStoredTensor *st_tensor_file_find (const StTensorFile *file, const char *name);

/* A tensor's numbers as floats into out[count]. */
void st_tensor_file_floats (const StTensorFile *file, const StStoredTensor *tensor, float *out);

/* The header for float32 tensors (of which name, dimensions and shape are read) that will
 * follow in this order, with its length before it and spaces behind it, so that what
 * follows is aligned to 8 bytes.  Keys are sorted: same input, same bytes. */
StStatus st_tensor_file_header (GHashTable *metadata, guint count, const StStoredTensor *tensors,
                                GByteArray **header);
