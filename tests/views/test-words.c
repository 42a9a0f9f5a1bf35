#include <st-words.h>

#include <string.h>

/* Every code has a sentence of its own, without a place that was not filled in. */
static void
every_code (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (int code = ST_NO_MEMORY; code <= ST_MODEL_SHAPE; code++)
    {
      const char *const tensors[] = { NULL, "encoder.0.weight" };
      for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
        {
          StStatus status = { .code = (StCode) code, .offset = 12, .a = 34, .b = 56 };
          char *reason = st_words_reason (status, tensors[i]);
          g_test_message ("%s", reason);
          g_assert_cmpuint (strlen (reason), >, 10);
          g_assert_null (strpbrk (reason, "{}?%\n"));
          g_assert_null (strstr (reason, "has no name"));
          g_assert_false (g_str_has_suffix (reason, "."));
          if (i == 0)
            g_assert_true (g_hash_table_add (seen, reason));
          else
            g_free (reason);
        }
    }
}

static void
unknown_code (void)
{
  g_autofree char *reason = st_words_reason (st_failure ((StCode) 999, 0, 0), NULL);
  g_assert_nonnull (strstr (reason, "has no name"));
}

static void
numbers (void)
{
  StStatus cut = st_failure (ST_FILE_TRUNCATED, 12, 16);
  g_autofree char *status = st_words_status (cut, "/tmp/a.gz", NULL);
  g_autofree char *open = st_words_could_not_open (cut, "a.gz", NULL);
  g_autofree char *save = st_words_could_not_save (st_failure (ST_FILE_FULL, 0, 0), "b");
  g_autofree char *shape = st_words_reason (st_failure (ST_MODEL_SHAPE, 2, 0), "decoder.0.bias");
  g_autofree char *header
    = st_words_reason ((StStatus) { .code = ST_FILE_HEADER, .offset = 99 }, NULL);
  g_assert_cmpstr (status, ==, "/tmp/a.gz: it is cut short, 12 of 16 bytes are there; "
                               "get it again");
  g_assert_true (g_str_has_prefix (open, "Could not open a.gz: it is cut short"));
  g_assert_true (g_str_has_prefix (save, "Could not save b: the disk is full"));
  g_assert_nonnull (strstr (shape, "decoder.0.bias"));
  g_assert_nonnull (strstr (header, "byte 99"));
}

/* A range is told where there is one. */
static void
ranges (void)
{
  g_autofree char *known = st_words_reason (st_failure (ST_RANGE, 1, 256), NULL);
  g_autofree char *unknown = st_words_reason (st_failure (ST_RANGE, 0, 0), NULL);
  g_assert_nonnull (strstr (known, "1 to 256"));
  g_assert_null (strstr (unknown, "0 to 0"));
}

/* A name may be any bytes; what is shown is UTF-8. */
static void
strange_names (void)
{
  g_autofree char *text = st_words_status (st_failure (ST_FILE_MISSING, 0, 0), "a\xff.gz", NULL);
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
classes (void)
{
  g_assert_cmpstr (st_words_class ("fashion-mnist", 9), ==, "Ankle boot");
  g_assert_cmpstr (st_words_class ("builtin", 0), ==, "T-shirt/top");
  g_assert_null (st_words_class ("builtin", 10));
  g_assert_null (st_words_class ("builtin", -1));
  g_assert_null (st_words_class ("digits.gz", 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/every-code", every_code);
  g_test_add_func ("/words/unknown-code", unknown_code);
  g_test_add_func ("/words/numbers", numbers);
  g_test_add_func ("/words/ranges", ranges);
  g_test_add_func ("/words/strange-names", strange_names);
  g_test_add_func ("/words/classes", classes);
  return g_test_run ();
}
