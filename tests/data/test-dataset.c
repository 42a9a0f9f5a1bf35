#include <st-alloc.h>
#include <st-dataset.h>

#include <glib.h>
#include <math.h>
#include <string.h>

static const StShape SHAPE = { 2, 3, 2 };
enum { SIZE = 12, COUNT = 3 };

static void
test_bytes (void)
{
  uint8_t *pixels = st_alloc (COUNT, SIZE), *labels = st_alloc (COUNT, 1);
  for (int i = 0; i < COUNT * SIZE; i++)
    pixels[i] = (uint8_t) (i * 7);
  memcpy (labels, (uint8_t[]) { 4, 9, 0 }, COUNT);

  StDataset *dataset = NULL;
  g_assert_cmpint (st_dataset_new_bytes (COUNT, SHAPE, pixels, labels, &dataset).code, ==, ST_OK);
  g_assert_cmpuint (st_dataset_count (dataset), ==, COUNT);
  g_assert_true (st_shape_equal (st_dataset_shape (dataset), SHAPE));
  g_assert_cmpuint (st_dataset_classes (dataset), ==, 10);
  g_assert_cmpint (st_dataset_label (dataset, 1), ==, 9);

  float image[SIZE];
  st_dataset_image (dataset, 2, image);
  for (int i = 0; i < SIZE; i++)
    g_assert_cmpfloat (image[i], ==, (float) (uint8_t) ((2 * SIZE + i) * 7) / 255.0f);

  g_assert_true (st_dataset_ref (dataset) == dataset);
  st_dataset_unref (dataset);
  g_assert_cmpuint (st_dataset_count (dataset), ==, COUNT);
  st_dataset_unref (dataset);
  st_dataset_unref (NULL);
}

static void
test_floats (void)
{
  float *pixels = st_alloc (COUNT * SIZE, sizeof *pixels);
  for (int i = 0; i < COUNT * SIZE; i++)
    pixels[i] = (float) i / 3.0f;
  StDataset *dataset = NULL;
  g_assert_cmpint (st_dataset_new_floats (COUNT, SHAPE, pixels, NULL, &dataset).code, ==, ST_OK);
  g_assert_cmpuint (st_dataset_classes (dataset), ==, 0);
  g_assert_cmpint (st_dataset_label (dataset, 1), ==, ST_NO_LABEL);
  float image[SIZE];
  st_dataset_image (dataset, 1, image);
  for (int i = 0; i < SIZE; i++)
    g_assert_cmpfloat (image[i], ==, (float) (SIZE + i) / 3.0f);
  st_dataset_unref (dataset);
}

/* The arrays are taken in failure too: the leak sanitizer sees to it. */
static void
test_not_finite (void)
{
  static const float BAD[] = { NAN, INFINITY, -INFINITY };
  for (int i = 0; i < 3; i++)
    {
      float *pixels = st_alloc (COUNT * SIZE, sizeof *pixels);
      pixels[2 * SIZE + 5] = BAD[i];
      StDataset *dataset = NULL;
      StStatus status
        = st_dataset_new_floats (COUNT, SHAPE, pixels, st_alloc (COUNT, 1), &dataset);
      g_assert_cmpint (status.code, ==, ST_NON_FINITE);
      g_assert_cmpint (status.a, ==, 2);
      g_assert_cmpint (status.b, ==, 5);
      g_assert_null (dataset);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset/bytes", test_bytes);
  g_test_add_func ("/dataset/floats", test_floats);
  g_test_add_func ("/dataset/not-finite", test_not_finite);
  return g_test_run ();
}
