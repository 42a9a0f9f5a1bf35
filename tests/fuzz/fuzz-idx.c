/* Images and labels in IDX, packed or not: what `--dataset FILE` is given to. */
#include <st-dataset-io.h>

#include <st-alloc.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  StDataset *dataset;
  uint32_t count;
  uint8_t *labels;

  if (st_ok (st_dataset_parse (bytes, &dataset)))
    {
      StShape shape = st_dataset_shape (dataset);
      g_autofree float *image = g_new (float, st_shape_size (shape));
      st_dataset_image (dataset, st_dataset_count (dataset) - 1, image);
      st_dataset_unref (dataset);
    }
  if (st_ok (st_idx_parse_labels (bytes, &count, &labels)))
    {
      g_assert_cmpuint (count, ==, size - 8);
      st_free (labels);
    }
  return 0;
}
