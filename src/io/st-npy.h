/* NumPy's .npy: arrays of float32, float64 and bytes, up to four dimensions, C or
 * Fortran order, little endian.  Written: version 1.0, float32, C order. */
#pragma once

#include <glib.h>
#include <st-status.h>

typedef enum StNpyType { ST_NPY_U8, ST_NPY_F32, ST_NPY_F64 } StNpyType;

typedef struct StNpy {
  StNpyType type;
  guint dimensions;
  gsize shape[4];
  gsize count;
  void *data;          /* in C order, from st_alloc() */
} StNpy;

/* Versions 1 to 3.  ST_FILE_EMPTY, _MAGIC, _TRUNCATED, _OVERSIZED, _HEADER and _VERSION as
 * their names say, ST_FILE_TYPE for other numbers, ST_FILE_AXES for more dimensions.  On failure
 * there is nothing to clear. */
StStatus st_npy_parse (GBytes *bytes, StNpy *npy);
void st_npy_clear (StNpy *npy);
/* Whether the bytes begin as an .npy file does. */
gboolean st_npy_recognise (GBytes *bytes);
/* All items as floats, in an array from st_alloc(). */
StStatus st_npy_floats (const StNpy *npy, float **floats);
/* ST_NO_MEMORY is the only failure. */
StStatus st_npy_format (guint dimensions, const gsize *shape, const float *data, GBytes **bytes);
