#include <st-dataset.h>

#include <st-alloc.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

struct StDataset {
  atomic_uint references;
  uint32_t count, classes;
  StShape shape;
  uint8_t *bytes;   /* one of bytes and floats is NULL */
  float *floats;
  uint8_t *labels;  /* or NULL */
};

static uint32_t
count_classes (const uint8_t *labels, uint32_t count)
{
  uint32_t classes = 0;
  for (uint32_t i = 0; labels != NULL && i < count; i++)
    if (labels[i] >= classes)
      classes = labels[i] + 1u;
  return classes;
}

static StStatus
check_finite (const float *pixels, uint32_t count, size_t size)
{
  for (uint32_t image = 0; image < count; image++)
    for (size_t i = 0; i < size; i++)
      if (!isfinite (pixels[image * size + i]))
        return st_failure (ST_NON_FINITE, image, (int64_t) i);
  return st_success ();
}

static StStatus
new_dataset (uint32_t count, StShape shape, uint8_t *bytes, float *floats, uint8_t *labels,
             StDataset **result)
{
  StStatus status = st_success ();
  if (floats != NULL)
    status = check_finite (floats, count, st_shape_size (shape));

  StDataset *dataset = NULL;
  if (st_ok (status))
    {
      dataset = st_alloc (1, sizeof *dataset);
      if (dataset == NULL)
        status = st_failure (ST_NO_MEMORY, sizeof *dataset, 0);
    }
  if (!st_ok (status))
    {
      st_free (bytes);
      st_free (floats);
      st_free (labels);
      return status;
    }

  atomic_init (&dataset->references, 1);
  dataset->count = count;
  dataset->classes = count_classes (labels, count);
  dataset->shape = shape;
  dataset->bytes = bytes;
  dataset->floats = floats;
  dataset->labels = labels;
  *result = dataset;
  return st_success ();
}

StStatus
st_dataset_new_bytes (uint32_t count, StShape shape, uint8_t *pixels, uint8_t *labels,
                      StDataset **dataset)
{
  return new_dataset (count, shape, pixels, NULL, labels, dataset);
}

StStatus
st_dataset_new_floats (uint32_t count, StShape shape, float *pixels, uint8_t *labels,
                       StDataset **dataset)
{
  return new_dataset (count, shape, NULL, pixels, labels, dataset);
}

StDataset *
st_dataset_ref (StDataset *dataset)
{
  atomic_fetch_add_explicit (&dataset->references, 1, memory_order_relaxed);
  return dataset;
}

void
st_dataset_unref (StDataset *dataset)
{
  if (dataset == NULL
      || atomic_fetch_sub_explicit (&dataset->references, 1, memory_order_acq_rel) > 1)
    return;
  st_free (dataset->bytes);
  st_free (dataset->floats);
  st_free (dataset->labels);
  st_free (dataset);
}

uint32_t
st_dataset_count (const StDataset *dataset)
{
  return dataset->count;
}

StShape
st_dataset_shape (const StDataset *dataset)
{
  return dataset->shape;
}

const float *
st_dataset_pixels (const StDataset *dataset, uint32_t index, float *room)
{
  size_t size = st_shape_size (dataset->shape);
  if (dataset->floats != NULL)
    return dataset->floats + index * size;
  const uint8_t *bytes = dataset->bytes + index * size;
  for (size_t i = 0; i < size; i++)
    room[i] = (float) bytes[i] / 255.0f;
  return room;
}

void
st_dataset_image (const StDataset *dataset, uint32_t index, float *out)
{
  const float *pixels = st_dataset_pixels (dataset, index, out);
  if (pixels != out)
    memcpy (out, pixels, st_shape_size (dataset->shape) * sizeof *out);
}

int
st_dataset_label (const StDataset *dataset, uint32_t index)
{
  return dataset->labels != NULL ? dataset->labels[index] : ST_NO_LABEL;
}

uint32_t
st_dataset_classes (const StDataset *dataset)
{
  return dataset->classes;
}

static bool
same_bytes (const void *a, const void *b, size_t bytes)
{
  if (a == NULL || b == NULL)
    return a == b;
  return memcmp (a, b, bytes) == 0;
}

bool
st_dataset_same (const StDataset *a, const StDataset *b)
{
  if (a == b)
    return true;
  size_t pixels = a->count * st_shape_size (a->shape);
  return a->count == b->count && st_shape_equal (a->shape, b->shape)
         && same_bytes (a->labels, b->labels, a->count) && same_bytes (a->bytes, b->bytes, pixels)
         && same_bytes (a->floats, b->floats, pixels * sizeof (float));
}
