#include <st-alloc.h>
#include <st-classes.h>

#include <glib.h>
#include <string.h>

static void
test_text (void)
{
  char text[ST_CLASSES_TEXT];
  StClasses classes;
  size_t wrong;

  g_assert_true (st_classes_parse ("", &classes, &wrong));
  g_assert_true (st_classes_are_all (&classes));
  g_assert_true (st_classes_parse ("255,7,0,10,7", &classes, &wrong));
  st_classes_format (&classes, text);
  g_assert_cmpstr (text, ==, "0,7,10,255");
  g_assert_true (st_classes_have (&classes, 255));
  g_assert_false (st_classes_have (&classes, 254));
  st_classes_set (&classes, 10, false);
  st_classes_format (&classes, text);
  g_assert_cmpstr (text, ==, "0,7,255");

  /* All of them have room. */
  for (guint label = 0; label < ST_CLASSES_MAX; label++)
    st_classes_set (&classes, label, true);
  st_classes_format (&classes, text);
  g_assert_cmpuint (strlen (text), <, ST_CLASSES_TEXT);
  g_assert_true (g_str_has_prefix (text, "0,1,2,"));
  g_assert_true (g_str_has_suffix (text, ",253,254,255"));
}

static void
test_bad_text (void)
{
  static const struct { const char *text; size_t wrong; } bad[] = {
    { "x", 0 }, { "256", 0 }, { "1,", 2 }, { ",1", 0 }, { "1,,2", 2 }, { "1,2x", 2 }, { "-1", 0 },
    { "1, 2", 2 }, { "99999999999999999999", 0 }, { " ", 0 } };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      StClasses classes;
      size_t wrong = 99;
      g_assert_false (st_classes_parse (bad[i].text, &classes, &wrong));
      g_assert_cmpuint (wrong, ==, bad[i].wrong);
    }
}

static StDataset *
dataset_with (const uint8_t *labels, uint32_t count)
{
  StDataset *dataset;
  uint8_t *pixels = st_alloc (count, 1), *own = NULL;
  memset (pixels, 0, count);
  if (labels != NULL)
    {
      own = st_alloc (count, 1);
      memcpy (own, labels, count);
    }
  g_assert_true (st_ok (st_dataset_new_bytes (count, (StShape) { 1, 1, 1 }, pixels, own,
                                              &dataset)));
  return dataset;
}

static void
test_choose (void)
{
  static const uint8_t labels[] = { 3, 0, 1, 3, 1, 0, 3, 3 };
  StDataset *dataset = dataset_with (labels, 8), *bare = dataset_with (NULL, 3);
  StClasses all = { 0 }, some = { 0 };
  uint32_t indices[8] = { 0 };

  g_assert_cmpuint (st_classes_choose (&all, dataset, 0, 5, indices), ==, 5);
  g_assert_cmpuint (indices[4], ==, 4);
  g_assert_cmpuint (st_classes_choose (&all, bare, 1, 100, indices), ==, 2);
  g_assert_cmpuint (indices[1], ==, 2);

  st_classes_set (&some, 3, true);
  st_classes_set (&some, 1, true);
  g_assert_cmpint (st_classes_missing (&some, dataset), ==, -1);
  g_assert_cmpint (st_classes_missing (&some, bare), ==, 1);
  g_assert_cmpuint (st_classes_choose (&some, dataset, 1, 3, indices), ==, 3);
  g_assert_cmpuint (indices[0], ==, 2);
  g_assert_cmpuint (indices[1], ==, 3);
  g_assert_cmpuint (indices[2], ==, 4);
  g_assert_cmpuint (st_classes_choose (&some, bare, 0, 3, indices), ==, 0);
  g_assert_cmpuint (st_classes_choose (&some, dataset, 8, 3, indices), ==, 0);
  st_classes_set (&some, 4, true);
  g_assert_cmpint (st_classes_missing (&some, dataset), ==, 4);
  st_dataset_unref (dataset);
  st_dataset_unref (bare);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/classes/text", test_text);
  g_test_add_func ("/classes/bad-text", test_bad_text);
  g_test_add_func ("/classes/choose", test_choose);
  return g_test_run ();
}
