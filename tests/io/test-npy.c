#include "io-test.h"

#include <st-alloc.h>
#include <st-npy.h>

static StStatus
parse (const char *name, StNpy *npy)
{
  g_autofree char *path = g_strconcat ("fuzz-npy/", name, NULL);
  g_autoptr (GBytes) bytes = corpus_bytes (path);
  return st_npy_parse (bytes, npy);
}

/* A version 1 file around a header. */
static StStatus
parse_header (const char *header, StNpy *npy)
{
  GByteArray *array = g_byte_array_new ();
  guint8 length[2] = { (guint8) (strlen (header) & 0xff), (guint8) (strlen (header) >> 8) };
  const float numbers[2] = { 1.0f, 2.0f };
  g_byte_array_append (array, (const guint8 *) "\x93NUMPY\x01\x00", 8);
  g_byte_array_append (array, length, 2);
  g_byte_array_append (array, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (array, (const guint8 *) numbers, sizeof numbers);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (array);
  return st_npy_parse (bytes, npy);
}

/* tests/reference/io_files.py: item i in C order is i / 4 - 3. */
static void
numpy_wrote (void)
{
  static const struct
  {
    const char *name;
    StNpyType type;
    guint dimensions;
    gsize shape[4];
  } files[]
    = { { "f4-v1.npy", ST_NPY_F32, 3, { 2, 3, 4 } },
        { "f8-v2-fortran.npy", ST_NPY_F64, 3, { 2, 3, 4 } },
        { "f4-v3-4d.npy", ST_NPY_F32, 4, { 2, 3, 2, 2 } },
        { "f4-vector.npy", ST_NPY_F32, 1, { 5 } },
        { "f4-scalar.npy", ST_NPY_F32, 0, { 0 } } };
  for (guint f = 0; f < G_N_ELEMENTS (files); f++)
    {
      StNpy npy;
      float *floats;
      gsize count = 1;
      assert_code (parse (files[f].name, &npy), ST_OK);
      g_assert_cmpint (npy.type, ==, files[f].type);
      g_assert_cmpuint (npy.dimensions, ==, files[f].dimensions);
      for (guint d = 0; d < npy.dimensions; d++)
        {
          g_assert_cmpuint (npy.shape[d], ==, files[f].shape[d]);
          count *= npy.shape[d];
        }
      g_assert_cmpuint (npy.count, ==, count);
      assert_code (st_npy_floats (&npy, &floats), ST_OK);
      for (gsize i = 0; i < count; i++)
        g_assert_cmpfloat (floats[i], ==, (float) i / 4.0f - 3.0f);
      st_free (floats);
      st_npy_clear (&npy);
    }
}

static void
bytes_stay_bytes (void)
{
  StNpy npy;
  assert_code (parse ("u1-v1.npy", &npy), ST_OK);
  g_assert_cmpint (npy.type, ==, ST_NPY_U8);
  for (gsize i = 0; i < npy.count; i++)
    g_assert_cmpuint (((guint8 *) npy.data)[i], ==, i);
  st_npy_clear (&npy);
}

static void
not_ours (void)
{
  StNpy npy;
  assert_code (parse ("i8.npy", &npy), ST_FILE_TYPE);
  assert_code (parse ("f4-big-endian.npy", &npy), ST_FILE_TYPE);
  assert_code (parse ("record.npy", &npy), ST_FILE_TYPE);
  assert_code (parse ("f4-5d.npy", &npy), ST_FILE_AXES);
  assert_code (parse ("f4-empty.npy", &npy), ST_OK);
  g_assert_cmpuint (npy.count, ==, 0);
  st_npy_clear (&npy);
}

static void
damaged_files (void)
{
  g_autoptr (GBytes) whole = corpus_bytes ("fuzz-npy/f4-v1.npy");
  gsize size = g_bytes_get_size (whole);
  StNpy npy;
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) part = resized (whole, cut);
      StStatus status = st_npy_parse (part, &npy);
      assert_code (status, cut == 0 ? ST_FILE_EMPTY : ST_FILE_TRUNCATED);
      if (cut >= 128)
        g_assert_cmpint (status.b, ==, (gint64) size);
    }
  g_autoptr (GBytes) longer = resized (whole, size + 1);
  StStatus status = st_npy_parse (longer, &npy);
  assert_code (status, ST_FILE_OVERSIZED);
  g_assert_cmpint (status.a, ==, (gint64) size + 1);
  g_assert_cmpint (status.b, ==, (gint64) size);

  g_autoptr (GBytes) magic = patched (whole, 1, "M", 1);
  assert_code (st_npy_parse (magic, &npy), ST_FILE_MAGIC);
  g_autoptr (GBytes) newer = patched (whole, 6, "\x04", 1);
  assert_code (st_npy_parse (newer, &npy), ST_FILE_VERSION);
}

static void
headers (void)
{
  static const char *const good[] = {
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n",
    "{\"shape\":(1,2),\"descr\":\"<f4\",\"fortran_order\":True}",
    "  { 'shape' : ( 2 , 1 , ) , 'fortran_order' : False , 'descr' : '<f4' }   \n",
  };
  static const char *const bad[] = {
    "",
    "{}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
    "{'descr': '<f4', 'fortran_order': False 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
    "{'descr': '<f4', 'shape': (2,)}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f4, fortran_order: False, shape: (2,)}",
  };
  StNpy npy;
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      assert_code (parse_header (good[i], &npy), ST_OK);
      g_assert_cmpuint (npy.count, ==, 2);
      st_npy_clear (&npy);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      assert_code (parse_header (bad[i], &npy), ST_FILE_HEADER);
    }
  assert_code (parse_header ("{'descr': '<f4', 'fortran_order': False, "
                             "'shape': (4294967296, 4294967296, 4294967296)}", &npy),
               ST_FILE_TOO_LARGE);
}

static void
round_trip (void)
{
  const float data[6] = { 0.0f, -0.0f, 1.5f, -2.25f, 1e-40f, 3e38f };
  static const gsize shapes[3][3] = { { 6 }, { 2, 3 }, { 1, 6, 1 } };
  for (guint d = 1; d <= 3; d++)
    {
      g_autoptr (GBytes) bytes = NULL;
      StNpy npy;
      assert_code (st_npy_format (d, shapes[d - 1], data, &bytes), ST_OK);
      g_assert_cmpuint ((g_bytes_get_size (bytes) - sizeof data) % 64, ==, 0);
      assert_code (st_npy_parse (bytes, &npy), ST_OK);
      g_assert_cmpuint (npy.dimensions, ==, d);
      g_assert_cmpmem (npy.shape, d * sizeof (gsize), shapes[d - 1], d * sizeof (gsize));
      g_assert_cmpmem (npy.data, sizeof data, data, sizeof data);
      st_npy_clear (&npy);
    }
}

/* NumPy's own bytes for the same array. */
static void
written_as_numpy_does (void)
{
  g_autoptr (GBytes) numpy = corpus_bytes ("fuzz-npy/f4-v1.npy"), ours = NULL;
  const gsize shape[3] = { 2, 3, 4 };
  float data[24];
  for (int i = 0; i < 24; i++)
    data[i] = (float) i / 4.0f - 3.0f;
  assert_code (st_npy_format (3, shape, data, &ours), ST_OK);
  g_assert_true (g_bytes_equal (numpy, ours));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/npy/numpy-wrote", numpy_wrote);
  g_test_add_func ("/npy/bytes-stay-bytes", bytes_stay_bytes);
  g_test_add_func ("/npy/not-ours", not_ours);
  g_test_add_func ("/npy/damaged-files", damaged_files);
  g_test_add_func ("/npy/headers", headers);
  g_test_add_func ("/npy/round-trip", round_trip);
  g_test_add_func ("/npy/written-as-numpy-does", written_as_numpy_does);
  return g_test_run ();
}
