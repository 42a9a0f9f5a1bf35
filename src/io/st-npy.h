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

StStatus st_npy_parse (GBytes *bytes, StNpy *npy);
void st_npy_clear (StNpy *npy);
/* ST_NO_MEMORY is the only failure. */
StStatus st_npy_format (guint dimensions, const gsize *shape, const float *data, GBytes **bytes);
