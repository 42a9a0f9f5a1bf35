#include "st-array-output.h"

#include <math.h>
#include <st-alloc.h>
#include <st-file.h>
#include <st-npy.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30, SIDE_MAX = 4096 };

void
st_layout_to_planes (StShape shape, const float *tensor, float *planes)
{
  gsize cells = (gsize) shape.height * shape.width;
  for (gsize cell = 0; cell < cells; cell++)
    for (gsize c = 0; c < shape.channels; c++)
      planes[c * cells + cell] = tensor[cell * shape.channels + c];
}

void
st_layout_from_planes (StShape shape, const float *planes, float *tensor)
{
  gsize cells = (gsize) shape.height * shape.width;
  for (gsize cell = 0; cell < cells; cell++)
    for (gsize c = 0; c < shape.channels; c++)
      tensor[cell * shape.channels + c] = planes[c * cells + cell];
}

static StStatus
tensor_shape (const StNpy *npy, StLayout layout, StTensors *tensors)
{
  const gsize *n = npy->shape;
  if (npy->dimensions == 2)
    return st_failure (ST_NOT_BUILT, 0, 0);
  if (npy->dimensions != 4)
    return st_failure (ST_FILE_AXES, npy->dimensions, 4);
  if (npy->count == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  for (guint d = 1; d < 4; d++)
    if (n[d] > SIDE_MAX)
      return st_failure (ST_FILE_TOO_LARGE, (int64_t) n[d], SIDE_MAX);
  gboolean last = layout == ST_LAYOUT_NHWC;
  tensors->count = (guint) n[0];
  tensors->shape = (StShape) { .height = (uint32_t) n[last ? 1 : 2],
                               .width = (uint32_t) n[last ? 2 : 3],
                               .channels = (uint32_t) n[last ? 3 : 1] };
  return st_success ();
}

static StStatus
check_finite (const StTensors *tensors)
{
  gsize size = st_shape_size (tensors->shape);
  for (gsize i = 0; i < tensors->count * size; i++)
    if (!isfinite (tensors->data[i]))
      return st_failure (ST_NON_FINITE, (int64_t) (i / size), (int64_t) (i % size));
  return st_success ();
}

/* From the file's layout to h x w x C, in place. */
static StStatus
reorder (StTensors *tensors)
{
  gsize size = st_shape_size (tensors->shape);
  float *planes = st_alloc (size, sizeof *planes);
  if (planes == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (guint i = 0; i < tensors->count; i++)
    {
      memcpy (planes, tensors->data + i * size, size * sizeof *planes);
      st_layout_from_planes (tensors->shape, planes, tensors->data + i * size);
    }
  st_free (planes);
  return st_success ();
}

static StStatus
read_tensors (const char *path, StLayout layout, StTensors *tensors, StNpyType *type)
{
  g_autoptr (GBytes) bytes = NULL;
  StNpy npy;
  StStatus status = st_file_read (path, FILE_LIMIT, &bytes);
  if (st_ok (status))
    status = st_npy_parse (bytes, &npy);
  if (!st_ok (status))
    return status;
  *type = npy.type;
  status = tensor_shape (&npy, layout, tensors);
  if (st_ok (status))
    status = st_npy_floats (&npy, &tensors->data);
  if (st_ok (status))
    status = check_finite (tensors);
  if (st_ok (status) && layout == ST_LAYOUT_NCHW)
    status = reorder (tensors);
  st_npy_clear (&npy);
  return status;
}

int
st_cli_open_tensors (const StCommon *common, const char *path, StLayout layout, StTensors *tensors)
{
  StNpyType type = ST_NPY_F32;
  memset (tensors, 0, sizeof *tensors);
  StStatus status = read_tensors (path, layout, tensors, &type);
  if (st_ok (status))
    {
      if (type == ST_NPY_F64)
        st_cli_note (common, "%s holds 64-bit numbers, which are rounded to 32 bits", path);
      return ST_EXIT_DONE;
    }
  st_tensors_clear (tensors);
  return st_cli_fail_open (status, path, NULL);
}

void
st_tensors_clear (StTensors *tensors)
{
  st_free (tensors->data);
  memset (tensors, 0, sizeof *tensors);
}

int
st_cli_save_array (const char *path, guint dimensions, const gsize *shape, const float *data)
{
  g_autoptr (GBytes) bytes = NULL;
  StStatus status = st_npy_format (dimensions, shape, data, &bytes);
  if (st_ok (status))
    status = st_file_save (path, bytes);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail_save (status, path);
}

int
st_cli_save_images (const char *path, guint count, StShape shape, const float *data)
{
  const gsize sizes[4] = { count, shape.channels, shape.height, shape.width };
  const gsize plain[3] = { count, shape.height, shape.width };
  return shape.channels == 1 ? st_cli_save_array (path, 3, plain, data)
                             : st_cli_save_array (path, 4, sizes, data);
}
