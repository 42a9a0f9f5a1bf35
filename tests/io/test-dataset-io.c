#include "io-test.h"

#include <st-alloc.h>
#include <st-dataset-io.h>
#include <st-file.h>
#include <st-npy.h>
#include <st-places.h>

#include <math.h>

static const char IMAGES[] = "fuzz-idx/three-images-idx3-ubyte";
static const char LABELS[] = "fuzz-idx/three-labels-idx1-ubyte";

static StStatus
load (const char *name, StDataset **dataset)
{
  g_autofree char *path = NULL;
  return st_dataset_load (name, ST_SPLIT_TEST, dataset, &path);
}

static void
idx_files (void)
{
  static const char *const names[] = { "fuzz-idx/three-images-idx3-ubyte",
                                       "fuzz-idx/three-images-idx3-ubyte.gz" };
  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    {
      g_autofree char *path = corpus_path (names[n]);
      StDataset *dataset;
      float image[8 * 12];
      assert_code (load (path, &dataset), ST_OK);
      g_assert_cmpuint (st_dataset_count (dataset), ==, 3);
      g_assert_true (st_shape_equal (st_dataset_shape (dataset), (StShape) { 8, 12, 1 }));
      st_dataset_image (dataset, 2, image);
      for (int i = 0; i < 96; i++)
        g_assert_cmpfloat (image[i], ==, (float) (3 * (192 + i) % 256) / 255.0f);
      /* The labels' file is not packed, so it belongs to the first only. */
      g_assert_cmpint (st_dataset_label (dataset, 1), ==, n == 0 ? 8 : ST_NO_LABEL);
      st_dataset_unref (dataset);
    }
}

static void
damaged_images (void)
{
  g_autoptr (GBytes) whole = corpus_bytes (IMAGES);
  gsize size = g_bytes_get_size (whole);
  uint32_t count;
  StShape shape;
  uint8_t *pixels;
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) part = resized (whole, cut);
      StStatus status = st_idx_parse_images (part, &count, &shape, &pixels);
      assert_code (status, cut == 0 ? ST_FILE_EMPTY : ST_FILE_TRUNCATED);
      g_assert_cmpint (status.b, ==, cut == 0 ? 0 : cut < 16 ? 16 : (gint64) size);
    }
  static const struct { gsize offset; const char *patch; gsize size; StCode code; } patches[] = {
    { 0, "\x01", 1, ST_FILE_MAGIC },
    { 2, "\x07", 1, ST_FILE_MAGIC },
    { 2, "\x0d", 1, ST_FILE_TYPE },
    { 3, "\x01", 1, ST_FILE_NOT_DATASET },
    { 3, "\x04", 1, ST_FILE_NOT_DATASET },
    { 7, "\x00", 1, ST_FILE_EMPTY },
    { 7, "\x02", 1, ST_FILE_OVERSIZED },
    { 7, "\x04", 1, ST_FILE_TRUNCATED },
    { 4, "\xff\xff\xff\xff", 4, ST_FILE_TRUNCATED },
    { 8, "\xff\xff\xff\xff", 4, ST_FILE_TOO_LARGE },
    { 12, "\xff\xff\xff\xff", 4, ST_FILE_TOO_LARGE },
    { 4, "\xff\xff\xff\xff\x00\x00\x10\x00\x00\x00\x10\x00", 12, ST_FILE_TRUNCATED },
  };
  for (guint i = 0; i < G_N_ELEMENTS (patches); i++)
    {
      g_autoptr (GBytes) bytes = patched (whole, patches[i].offset, patches[i].patch,
                                          patches[i].size);
      assert_code (st_idx_parse_images (bytes, &count, &shape, &pixels), patches[i].code);
    }
  g_autoptr (GBytes) longer = resized (whole, size + 1);
  assert_code (st_idx_parse_images (longer, &count, &shape, &pixels), ST_FILE_OVERSIZED);
}

static void
damaged_labels (void)
{
  g_autoptr (GBytes) whole = corpus_bytes (LABELS), images = corpus_bytes (IMAGES);
  uint32_t count;
  uint8_t *labels;
  for (gsize cut = 0; cut < g_bytes_get_size (whole); cut++)
    {
      g_autoptr (GBytes) part = resized (whole, cut);
      assert_code (st_idx_parse_labels (part, &count, &labels),
                   cut == 0 ? ST_FILE_EMPTY : ST_FILE_TRUNCATED);
    }
  g_autoptr (GBytes) longer = resized (whole, g_bytes_get_size (whole) + 1);
  assert_code (st_idx_parse_labels (longer, &count, &labels), ST_FILE_OVERSIZED);
  assert_code (st_idx_parse_labels (images, &count, &labels), ST_FILE_NOT_DATASET);
}

/* The status names the labels' file, not the images'. */
static void
labels_that_do_not_fit (Folder *folder, gconstpointer data)
{
  g_autofree char *images = g_build_filename (folder->path, "a-images-idx3-ubyte", NULL);
  g_autofree char *labels = g_build_filename (folder->path, "a-labels-idx1-ubyte", NULL);
  g_autoptr (GBytes) image_bytes = corpus_bytes (IMAGES), label_bytes = corpus_bytes (LABELS);
  g_autoptr (GBytes) cut = resized (label_bytes, 10), fewer = patched (cut, 7, "\x02", 1);
  g_autofree char *path = NULL, *path2 = NULL;
  StDataset *dataset;

  assert_code (st_file_save (images, image_bytes), ST_OK);
  assert_code (st_file_save (labels, cut), ST_OK);
  assert_code (st_dataset_load (images, ST_SPLIT_TEST, &dataset, &path), ST_FILE_TRUNCATED);
  g_assert_cmpstr (path, ==, labels);
  assert_code (st_file_save (labels, fewer), ST_OK);
  StStatus status = st_dataset_load (images, ST_SPLIT_TEST, &dataset, &path2);
  assert_code (status, ST_FILE_LABELS);
  g_assert_cmpint (status.a, ==, 2);
  g_assert_cmpint (status.b, ==, 3);
  g_assert_cmpstr (path2, ==, labels);
}

static StStatus
parse_floats (guint dimensions, const gsize *shape, const float *floats, StDataset **dataset)
{
  g_autoptr (GBytes) bytes = NULL;
  assert_code (st_npy_format (dimensions, shape, floats, &bytes), ST_OK);
  return st_dataset_parse (bytes, dataset);
}

static void
npy_images (void)
{
  const gsize planes[4] = { 2, 3, 8, 8 }, colours[4] = { 2, 8, 8, 3 }, plain[3] = { 6, 8, 8 };
  g_autofree float *floats = g_new0 (float, 2 * 3 * 8 * 8);
  float image[3 * 8 * 8];
  StDataset *dataset;
  for (int i = 0; i < 384; i++)
    floats[i] = (float) i / 384.0f;

  assert_code (parse_floats (3, plain, floats, &dataset), ST_OK);
  g_assert_true (st_shape_equal (st_dataset_shape (dataset), (StShape) { 8, 8, 1 }));
  st_dataset_unref (dataset);
  assert_code (parse_floats (4, planes, floats, &dataset), ST_OK);
  g_assert_true (st_shape_equal (st_dataset_shape (dataset), (StShape) { 8, 8, 3 }));
  st_dataset_image (dataset, 1, image);
  g_assert_cmpmem (image, sizeof image, floats + 192, sizeof image);
  st_dataset_unref (dataset);

  assert_code (parse_floats (4, colours, floats, &dataset), ST_OK);
  g_assert_true (st_shape_equal (st_dataset_shape (dataset), (StShape) { 8, 8, 3 }));
  st_dataset_image (dataset, 1, image);
  for (int channel = 0; channel < 3; channel++)
    for (int pixel = 0; pixel < 64; pixel++)
      g_assert_cmpfloat (image[channel * 64 + pixel], ==, floats[192 + pixel * 3 + channel]);
  st_dataset_unref (dataset);
}

static void
npy_that_holds_no_images (void)
{
  const gsize plain[3] = { 1, 8, 8 }, flat[2] = { 1, 64 }, latents[4] = { 1, 8, 8, 8 };
  g_autofree float *floats = g_new0 (float, 512);
  StDataset *dataset;
  assert_code (parse_floats (2, flat, floats, &dataset), ST_FILE_NOT_DATASET);
  assert_code (parse_floats (4, latents, floats, &dataset), ST_FILE_NOT_DATASET);
  floats[9] = 255.0f;
  assert_code (parse_floats (3, plain, floats, &dataset), ST_RANGE);
  floats[9] = (float) NAN;
  assert_code (parse_floats (3, plain, floats, &dataset), ST_NON_FINITE);
  g_autoptr (GBytes) empty = corpus_bytes ("fuzz-npy/f4-empty.npy");
  assert_code (st_dataset_parse (empty, &dataset), ST_FILE_EMPTY);
}

static void
no_dataset (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "f", NULL);
  g_autoptr (GBytes) text = g_bytes_new_static ("some text", 9);
  StDataset *dataset;
  assert_code (load (path, &dataset), ST_FILE_MISSING);
  assert_code (st_file_save (path, text), ST_OK);
  assert_code (load (path, &dataset), ST_FILE_UNKNOWN);
  assert_code (load (folder->path, &dataset), ST_FILE_FOLDER);
}

static void
builtin (void)
{
  StDataset *dataset;
  guint seen[10] = { 0 };
  assert_code (load ("builtin", &dataset), ST_OK);
  g_assert_cmpuint (st_dataset_count (dataset), ==, 1000);
  g_assert_cmpuint (st_dataset_classes (dataset), ==, 10);
  g_assert_true (st_shape_equal (st_dataset_shape (dataset), (StShape) { 28, 28, 1 }));
  for (guint i = 0; i < 1000; i++)
    seen[st_dataset_label (dataset, i)]++;
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (seen[i], >, 80);
  g_assert_cmpint (st_dataset_label (dataset, 0), ==, 9);   /* an ankle boot, as known */
  st_dataset_unref (dataset);
}

/* builtin is what its name says: the head of the test part. */
static void
fashion_mnist (void)
{
  StDataset *test, *train, *shipped;
  float a[784], b[784];
  g_autofree char *path = NULL;
  if (!st_dataset_has_fashion_mnist ())
    {
      assert_code (load ("fashion-mnist", &test), ST_DATASET_ABSENT);
      g_test_skip ("the package dataset-fashion-mnist is not installed");
      return;
    }
  assert_code (load ("fashion-mnist", &test), ST_OK);
  assert_code (load ("builtin", &shipped), ST_OK);
  assert_code (st_dataset_load ("fashion-mnist", ST_SPLIT_TRAIN, &train, &path), ST_OK);
  g_assert_cmpuint (st_dataset_count (test), ==, 10000);
  g_assert_cmpuint (st_dataset_count (train), ==, 60000);
  for (guint i = 0; i < 1000; i += 37)
    {
      st_dataset_image (test, i, a);
      st_dataset_image (shipped, i, b);
      g_assert_cmpmem (a, sizeof a, b, sizeof b);
      g_assert_cmpint (st_dataset_label (test, i), ==, st_dataset_label (shipped, i));
    }
  st_dataset_unref (test);
  st_dataset_unref (train);
  st_dataset_unref (shipped);
}

/* A program beside which there is no key file is an installed one. */
static void
places (void)
{
  g_autofree char *data = st_places_data ();
  g_assert_nonnull (data);
  g_autofree char *old = g_strdup (g_getenv ("STRATOSCOPE_PLACES"));
  g_setenv ("STRATOSCOPE_PLACES", "/no such file", TRUE);
  g_autofree char *installed = st_places_data (), *schema = st_places_schema ();
  g_assert_cmpstr (installed, !=, data);
  g_assert_null (schema);
  g_setenv ("STRATOSCOPE_PLACES", old, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset-io/idx-files", idx_files);
  g_test_add_func ("/dataset-io/damaged-images", damaged_images);
  g_test_add_func ("/dataset-io/damaged-labels", damaged_labels);
  add_folder_test ("/dataset-io/labels-that-do-not-fit", labels_that_do_not_fit);
  g_test_add_func ("/dataset-io/npy-images", npy_images);
  g_test_add_func ("/dataset-io/npy-that-holds-no-images", npy_that_holds_no_images);
  add_folder_test ("/dataset-io/no-dataset", no_dataset);
  g_test_add_func ("/dataset-io/builtin", builtin);
  g_test_add_func ("/dataset-io/fashion-mnist", fashion_mnist);
  g_test_add_func ("/dataset-io/places", places);
  return g_test_run ();
}
