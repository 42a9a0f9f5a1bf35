/* A model that was read is written and read again to the same weights. */
#include <st-model-io.h>

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size), again = NULL;
  g_autofree char *tensor = NULL, *second_tensor = NULL;
  StModelFile file, second;

  if (!st_ok (st_model_parse (bytes, &file, &tensor)))
    return 0;
  g_assert_true (st_ok (st_model_format (&file, &again)));
  g_assert_true (st_ok (st_model_parse (again, &second, &second_tensor)));
  g_assert_true (memcmp (st_model_parameters (file.model), st_model_parameters (second.model),
                         st_spec_parameters (st_model_spec (file.model)) * sizeof (float)) == 0);
  st_model_file_clear (&second);
  st_model_file_clear (&file);
  return 0;
}
