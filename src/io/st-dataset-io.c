#include <st-dataset-io.h>

#include <st-alloc.h>
#include <st-file.h>
#include <st-npy.h>
#include <st-places.h>

#include <string.h>

enum { FILE_LIMIT = 1 << 30, SIDE_MAX = 4096, CHANNELS_MAX = 4 };

static const char *const NAME_FASHION = "fashion-mnist", *const NAME_BUILTIN = "builtin";

/* N x H x W, N x C x H x W, or N x H x W x C where the last can only be colours. */
static StStatus
image_shape (const StNpy *npy, StShape *shape, gboolean *channels_last)
{
  const gsize *n = npy->shape;
  *channels_last = npy->dimensions == 4 && n[1] > CHANNELS_MAX && n[3] <= CHANNELS_MAX;
  if (npy->dimensions < 3 || (npy->dimensions == 4 && n[1] > CHANNELS_MAX && !*channels_last))
    return st_failure (ST_FILE_NOT_DATASET, npy->dimensions, 0);

  gsize channels = npy->dimensions == 3 ? 1 : *channels_last ? n[3] : n[1];
  gsize height = npy->dimensions == 3 || *channels_last ? n[1] : n[2];
  gsize width = npy->dimensions == 3 || *channels_last ? n[2] : n[3];
  if (npy->count == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (n[0] > G_MAXINT32)
    return st_failure (ST_FILE_TOO_LARGE, (int64_t) n[0], G_MAXINT32);
  if (MAX (height, width) > SIDE_MAX)
    return st_failure (ST_FILE_TOO_LARGE, (int64_t) MAX (height, width), SIDE_MAX);
  *shape = (StShape) { (uint32_t) height, (uint32_t) width, (uint32_t) channels };
  return st_success ();
}

/* Item i, row-major with the channel outermost, is item source_index (i) of the file. */
static gsize
source_index (StShape shape, gboolean channels_last, gsize i)
{
  if (!channels_last)
    return i;
  gsize plane = (gsize) shape.height * shape.width, size = plane * shape.channels;
  gsize image = i / size, channel = i % size / plane, pixel = i % plane;
  return image * size + pixel * shape.channels + channel;
}

/* What training and figures take for granted: black is 0 and white is 1. */
static StStatus
check_range (const float *pixels, gsize count)
{
  for (gsize i = 0; i < count; i++)
    if (pixels[i] < 0.0f || pixels[i] > 1.0f)
      return st_failure (ST_RANGE, 0, 1);
  return st_success ();
}

static StStatus
from_npy_bytes (const StNpy *npy, StShape shape, gboolean channels_last, StDataset **dataset)
{
  const guint8 *items = npy->data;
  guint8 *pixels = st_alloc (npy->count, 1);
  if (pixels == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) npy->count, 0);
  for (gsize i = 0; i < npy->count; i++)
    pixels[i] = items[source_index (shape, channels_last, i)];
  return st_dataset_new_bytes ((uint32_t) npy->shape[0], shape, pixels, NULL, dataset);
}

static StStatus
from_npy_floats (const StNpy *npy, StShape shape, gboolean channels_last, StDataset **dataset)
{
  float *items = NULL, *pixels = st_alloc (npy->count, sizeof *pixels);
  StStatus status = pixels != NULL ? st_npy_floats (npy, &items)
                                   : st_failure (ST_NO_MEMORY, 0, 0);
  if (st_ok (status))
    status = check_range (items, npy->count);
  if (!st_ok (status))
    {
      st_free (items);
      st_free (pixels);
      return status;
    }
  for (gsize i = 0; i < npy->count; i++)
    pixels[i] = items[source_index (shape, channels_last, i)];
  st_free (items);
  return st_dataset_new_floats ((uint32_t) npy->shape[0], shape, pixels, NULL, dataset);
}

static StStatus
parse_npy (GBytes *bytes, StDataset **dataset)
{
  StNpy npy;
  StShape shape;
  gboolean channels_last;
  StStatus status = st_npy_parse (bytes, &npy);
  if (!st_ok (status))
    return status;
  status = image_shape (&npy, &shape, &channels_last);
  if (st_ok (status))
    status = npy.type == ST_NPY_U8 ? from_npy_bytes (&npy, shape, channels_last, dataset)
                                   : from_npy_floats (&npy, shape, channels_last, dataset);
  st_npy_clear (&npy);
  return status;
}

/* labels_bytes may be NULL. */
static StStatus
parse_idx (GBytes *bytes, GBytes *labels_bytes, StDataset **dataset, gboolean *labels_failed)
{
  uint32_t count, labels_count = 0;
  StShape shape;
  uint8_t *pixels, *labels = NULL;

  *labels_failed = FALSE;
  StStatus status = st_idx_parse_images (bytes, &count, &shape, &pixels);
  if (!st_ok (status))
    return status;
  if (labels_bytes != NULL)
    {
      status = st_idx_parse_labels (labels_bytes, &labels_count, &labels);
      if (st_ok (status) && labels_count != count)
        status = st_failure (ST_FILE_LABELS, labels_count, count);
      *labels_failed = !st_ok (status);
    }
  if (st_ok (status))
    return st_dataset_new_bytes (count, shape, pixels, labels, dataset);
  st_free (pixels);
  st_free (labels);
  return status;
}

StStatus
st_dataset_parse (GBytes *packed, StDataset **dataset)
{
  g_autoptr (GBytes) bytes = NULL;
  gboolean labels_failed;
  StStatus status = st_file_unpack (packed, FILE_LIMIT, &bytes);
  if (!st_ok (status))
    return status;
  if (g_bytes_get_size (bytes) == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (st_npy_recognise (bytes))
    return parse_npy (bytes, dataset);
  if (st_idx_recognise (bytes))
    return parse_idx (bytes, NULL, dataset, &labels_failed);
  return st_failure (ST_FILE_UNKNOWN, 0, 0);
}

/* The labels that belong to an IDX file of images, or NULL. */
static char *
labels_beside (const char *path)
{
  static const char images[] = "images-idx3";
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  char *at = g_strrstr (name, images);
  if (at == NULL)
    return NULL;
  g_autofree char *head = g_strndup (name, (gsize) (at - name));
  g_autofree char *labels = g_strconcat (head, "labels-idx1", at + strlen (images), NULL);
  char *result = g_build_filename (folder, labels, NULL);
  if (g_file_test (result, G_FILE_TEST_EXISTS))
    return result;
  g_free (result);
  return NULL;
}

static StStatus
load_path (const char *file, StDataset **dataset, char **path)
{
  g_autoptr (GBytes) bytes = NULL, labels_bytes = NULL;
  g_autofree char *labels_path = NULL;
  gboolean labels_failed = FALSE;

  *path = g_strdup (file);
  StStatus status = st_file_read (file, FILE_LIMIT, &bytes);
  if (!st_ok (status))
    return status;
  if (!st_idx_recognise (bytes))
    return st_dataset_parse (bytes, dataset);

  labels_path = labels_beside (file);
  if (labels_path != NULL)
    {
      status = st_file_read (labels_path, FILE_LIMIT, &labels_bytes);
      labels_failed = !st_ok (status);
    }
  if (st_ok (status))
    status = parse_idx (bytes, labels_bytes, dataset, &labels_failed);
  if (labels_failed)
    {
      g_free (*path);
      *path = g_steal_pointer (&labels_path);
    }
  return status;
}

/* The images of Debian's package, in the user's or the system's data folders. */
static char *
find_fashion (StSplit split)
{
  const char *name = split == ST_SPLIT_TRAIN ? "train-images-idx3-ubyte.gz"
                                             : "t10k-images-idx3-ubyte.gz";
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  g_ptr_array_add (folders, (gpointer) g_get_user_data_dir ());
  for (const char *const *folder = g_get_system_data_dirs (); *folder != NULL; folder++)
    g_ptr_array_add (folders, (gpointer) *folder);
  for (guint i = 0; i < folders->len; i++)
    {
      char *path = g_build_filename (folders->pdata[i], "datasets", NAME_FASHION, name, NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return path;
      g_free (path);
    }
  return NULL;
}

StStatus
st_dataset_load (const char *name, StSplit split, StDataset **dataset, char **path)
{
  g_autofree char *file = NULL;
  if (g_str_equal (name, NAME_FASHION))
    {
      file = find_fashion (split);
      if (file == NULL)
        {
          *path = g_strdup (name);
          return st_failure (ST_DATASET_ABSENT, 0, 0);
        }
    }
  else if (g_str_equal (name, NAME_BUILTIN))
    {
      g_autofree char *folder = st_places_data ();
      file = g_build_filename (folder != NULL ? folder : "", "builtin-images-idx3-ubyte.gz", NULL);
    }
  return load_path (file != NULL ? file : name, dataset, path);
}

gboolean
st_dataset_has_fashion_mnist (void)
{
  g_autofree char *train = find_fashion (ST_SPLIT_TRAIN);
  g_autofree char *test = find_fashion (ST_SPLIT_TEST);
  return train != NULL && test != NULL;
}

gboolean
st_dataset_has_splits (const char *name)
{
  return g_str_equal (name, NAME_FASHION);
}
