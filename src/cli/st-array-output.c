#include "st-array-output.h"

#include <math.h>
#include <st-alloc.h>
#include <st-file.h>
#include <st-npy.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30, SIDE_MAX = 4096 };

/* What the largest double of an image may be, so that its square is a number too; squares of
 * floats always are. */
static const double LARGEST = 1e100, SMALLEST = 1e-100;

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
vector_shape (const StNpy *npy, StTensors *tensors)
{
  const gsize *n = npy->shape;
  if (npy->count == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (n[1] > SIDE_MAX * SIDE_MAX)
    return st_failure (ST_FILE_TOO_LARGE, (int64_t) n[1], SIDE_MAX * SIDE_MAX);
  tensors->count = (guint) n[0];
  tensors->shape = (StShape) { .height = 1, .width = 1, .channels = (uint32_t) n[1] };
  tensors->vectors = TRUE;
  return st_success ();
}

static StStatus
tensor_shape (const StNpy *npy, StLayout layout, gboolean any, StTensors *tensors)
{
  const gsize *n = npy->shape;
  if (npy->dimensions == 2)
    return any ? vector_shape (npy, tensors) : st_failure (ST_NOT_BUILT, 0, 0);
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

/* ST_RANGE (a: image, b: where its largest number is): its square is none. */
static StStatus
check_image (const StTensors *tensors, gsize image)
{
  gsize size = st_shape_size (tensors->shape), most = 0;
  double largest = 0.0;
  for (gsize i = 0; i < size; i++)
    {
      gsize at = image * size + i;
      double magnitude = fabs (tensors->doubles != NULL ? tensors->doubles[at]
                                                        : (double) tensors->data[at]);
      if (!isfinite (magnitude))
        return st_failure (ST_NON_FINITE, (int64_t) image, (int64_t) i);
      most = magnitude > largest ? i : most;
      largest = fmax (largest, magnitude);
    }
  if (tensors->doubles != NULL && (largest > LARGEST || (largest > 0.0 && largest < SMALLEST)))
    return st_failure (ST_RANGE, (int64_t) image, (int64_t) most);
  return st_success ();
}

static StStatus
check_numbers (const StTensors *tensors)
{
  StStatus status = st_success ();
  for (gsize image = 0; image < tensors->count && st_ok (status); image++)
    status = check_image (tensors, image);
  return status;
}

/* From the file's layout to h x w x C, in place, of numbers of so many bytes. */
static StStatus
reorder (const StTensors *tensors, void *numbers, gsize bytes)
{
  gsize channels = tensors->shape.channels, size = st_shape_size (tensors->shape);
  gsize cells = size / channels;
  char *planes = st_alloc (size, bytes);
  if (planes == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (guint i = 0; i < tensors->count; i++)
    {
      char *tensor = (char *) numbers + i * size * bytes;
      memcpy (planes, tensor, size * bytes);
      for (gsize cell = 0; cell < cells; cell++)
        for (gsize c = 0; c < channels; c++)
          memcpy (tensor + (cell * channels + c) * bytes, planes + (c * cells + cell) * bytes,
                  bytes);
    }
  st_free (planes);
  return st_success ();
}

/* any: doubles stay such, and vectors are tensors of one cell. */
static StStatus
read_tensors (const char *path, StLayout layout, gboolean any, StTensors *tensors,
              StNpyType *type)
{
  g_autoptr (GBytes) bytes = NULL;
  StNpy npy;
  StStatus status = st_file_read (path, FILE_LIMIT, &bytes);
  if (st_ok (status))
    status = st_npy_parse (bytes, &npy);
  if (!st_ok (status))
    return status;
  *type = npy.type;
  status = tensor_shape (&npy, layout, any, tensors);
  if (st_ok (status) && any && npy.type == ST_NPY_F64)
    tensors->doubles = g_steal_pointer (&npy.data);
  else if (st_ok (status))
    status = st_npy_floats (&npy, &tensors->data);
  if (st_ok (status))
    status = check_numbers (tensors);
  if (st_ok (status) && layout == ST_LAYOUT_NCHW && tensors->doubles != NULL)
    status = reorder (tensors, tensors->doubles, sizeof (double));
  else if (st_ok (status) && layout == ST_LAYOUT_NCHW)
    status = reorder (tensors, tensors->data, sizeof (float));
  st_npy_clear (&npy);
  return status;
}

int
st_cli_open_tensors (const StCommon *common, const char *path, StLayout layout, StTensors *tensors)
{
  StNpyType type = ST_NPY_F32;
  memset (tensors, 0, sizeof *tensors);
  StStatus status = read_tensors (path, layout, FALSE, tensors, &type);
  if (st_ok (status))
    {
      if (type == ST_NPY_F64)
        st_cli_note (common, "%s holds 64-bit numbers, which are rounded to 32 bits", path);
      return ST_EXIT_DONE;
    }
  st_tensors_clear (tensors);
  return st_cli_fail_open (status, path, NULL);
}

int
st_cli_open_any_tensors (const char *path, StLayout layout, StTensors *tensors)
{
  StNpyType type;
  memset (tensors, 0, sizeof *tensors);
  StStatus status = read_tensors (path, layout, TRUE, tensors, &type);
  if (st_ok (status))
    return ST_EXIT_DONE;
  st_tensors_clear (tensors);
  if (status.code != ST_RANGE)
    return st_cli_fail_open (status, path, NULL);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *text = g_strdup_printf (
    "Could not open %s: image %" G_GINT64_FORMAT " holds a number that cannot be squared, at %"
    G_GINT64_FORMAT "; scale all of them to between 1e-100 and 1e100", name, status.a, status.b);
  st_cli_wrong (text);
  return ST_EXIT_FAILED;
}

void
st_tensors_clear (StTensors *tensors)
{
  st_free (tensors->data);
  st_free (tensors->doubles);
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
