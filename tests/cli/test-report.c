/* The report: its files, its verdicts, and what it leaves behind when it fails. */
#include "cli-test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { IMAGES = 12 };

static const char *const shipped_columns[] = { "cae", "dae", "vae-mean", "vae-sample",
                                               "vae-dense-mean", "vae-dense-sample" };
static const char *const figures[] = { "reconstructions", "difference", "spectrum", "ribbons", "strata",
                                       "psnr" };

/* A report of few images; `rest` is appended to the command line. */
static Run
report_into (const char *folder, const char *rest)
{
  return run_cli ("report --dataset builtin --count %d --quiet -o %s %s", IMAGES, folder, rest);
}

static GHashTable *
read_folder (const char *folder)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify) g_bytes_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *bytes;
      gsize size;
      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_hash_table_insert (files, g_strdup (name), g_bytes_new_take (bytes, size));
    }
  return files;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  if (dir == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static json_t *
read_report (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "report.json", NULL), *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return parse_json (text);
}

static json_t *
find_claim (json_t *report, const char *id)
{
  gsize i;
  json_t *claim;
  json_array_foreach (json_object_get (report, "claims"), i, claim)
    if (strcmp (json_string_value (json_object_get (claim, "id")), id) == 0)
      return claim;
  g_test_message ("no claim %s", id);
  g_assert_not_reached ();
}

static double
claim_number (json_t *report, const char *id, const char *name)
{
  json_t *number = json_object_get (json_object_get (find_claim (report, id), "numbers"), name);
  g_assert_true (json_is_number (number));
  return json_number_value (number);
}

static void
assert_finding (json_t *report, const char *id, const char *finding)
{
  json_t *claim = find_claim (report, id);
  assert_keys (claim, "id source claim measured finding verdict numbers");
  g_assert_cmpstr (json_string_value (json_object_get (claim, "finding")), ==, finding);
}

/* Every figure of every column in all formats, each of which begins as it should. */
static void
every_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = in_folder (fixture, "a/b");
  g_autofree char *above = in_folder (fixture, "a");
  static const struct { const char *ending, *begin; } formats[] = {
    { "svg", "<?xml" }, { "png", "\x89PNG" }, { "csv", "" } };
  g_auto (Run) run = report_into (folder, "");
  assert_exit (&run, 0);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_cmpstr (run.err, ==, "");
  g_autoptr (GHashTable) files = read_folder (folder);
  for (guint f = 0; f < G_N_ELEMENTS (figures); f++)
    for (guint c = 0; c < G_N_ELEMENTS (shipped_columns); c++)
      for (guint e = 0; e < G_N_ELEMENTS (formats); e++)
        {
          g_autofree char *name = g_strdup_printf ("%s-%s.%s", figures[f], shipped_columns[c],
                                                   formats[e].ending);
          GBytes *bytes = g_hash_table_lookup (files, name);
          const gsize begin = strlen (formats[e].begin);
          g_test_message ("%s", name);
          g_assert_nonnull (bytes);
          g_assert_cmpuint (g_bytes_get_size (bytes), >, 60);
          g_assert_cmpmem (g_bytes_get_data (bytes, NULL), begin, formats[e].begin, begin);
        }
  /* Where there is a vector, and not of samples; distances where it has few numbers. */
  g_assert_true (g_hash_table_contains (files, "traversal-vae-dense-mean.svg"));
  g_assert_false (g_hash_table_contains (files, "traversal-vae-dense-sample.svg"));
  g_assert_false (g_hash_table_contains (files, "traversal-cae.svg"));
  g_assert_false (g_hash_table_contains (files, "distances-vae-dense-mean.svg"));
  json_t *report = read_report (folder);
  const gsize drawn = json_array_size (json_object_get (report, "figures"));
  g_assert_cmpuint (g_hash_table_size (files), ==, 3 * drawn + 3);
  /* The claims stand alone too, word for word. */
  const char *whole = g_bytes_get_data (g_hash_table_lookup (files, "report.md"), NULL);
  const char *alone = g_bytes_get_data (g_hash_table_lookup (files, "claims.md"), NULL);
  g_autofree char *table = g_strndup (strchr (alone, '|'),
                                      (gsize) (strrchr (alone, '|') - strchr (alone, '|')));
  g_assert_true (g_str_has_prefix (alone, "# Claims\n"));
  g_assert_nonnull (strstr (whole, table));
  json_decref (report);
  remove_folder (folder);
  g_assert_cmpint (g_rmdir (above), ==, 0);
}

static void
assert_level (json_t *level, gboolean sample)
{
  static const char *const factors[] = { "s1", "s2", "s3" };
  for (guint s = 0; s < 3; s++)
    {
      json_t *ranks = json_object_get (level, factors[s]);
      assert_keys (ranks, "min median max");
      g_assert_cmpint (json_integer_value (json_object_get (ranks, "min")), <=,
                       json_integer_value (json_object_get (ranks, "max")));
    }
  g_assert_cmpint (json_integer_value (json_object_get (level, "images")), ==, IMAGES);
  if (sample)
    g_assert_cmpint (json_integer_value (json_object_get (level, "strata")), ==, 1);
}

static void
assert_numbers (json_t *report)
{
  json_t *model, *level;
  assert_keys (report, "version dataset images perturbation level seed rank_tolerance kernel models "
                       "claims figures");
  gsize c, j;
  json_array_foreach (json_object_get (report, "models"), c, model)
    {
      const gboolean sample
        = strcmp (json_string_value (json_object_get (model, "latent")), "sample") == 0;
      json_t *levels = json_object_get (model, "levels");
      g_assert_cmpuint (json_array_size (levels), ==, 41);
      g_assert_cmpfloat (json_number_value (json_object_get (json_array_get (levels, 0),
                                                             "level")), ==, 0);
      g_assert_cmpfloat (json_number_value (json_object_get (json_array_get (levels, 40),
                                                             "level")), ==, 1);
      json_array_foreach (levels, j, level)
        assert_level (level, sample);
      assert_level (json_object_get (model, "shown"), sample);
    }
  g_assert_cmpuint (c, ==, 6);
}

/* Verdicts follow from the numbers beside them. */
static void
assert_verdicts (json_t *report)
{
  assert_finding (report, "cae-stratified", "reproduced");
  assert_finding (report, "dae-stratified", "reproduced");
  assert_finding (report, "cae-moves", "reproduced");
  assert_finding (report, "vae-smooth", "conditional");
  assert_finding (report, "vae-definite", "conditional");
  assert_finding (report, "patches-bound", "reproduced");
  assert_finding (report, "patches-equal", "reproduced");
  assert_finding (report, "isometry-condition", "reproduced");
  g_assert_cmpfloat (claim_number (report, "isometry-condition", "mean_condition_with"), <,
                     claim_number (report, "isometry-condition", "mean_condition_without"));
  g_assert_cmpfloat (claim_number (report, "isometry-cost", "mse_with"), >, 0);
  g_assert_cmpfloat (claim_number (report, "isometry-straight", "excess_with"), <,
                     claim_number (report, "isometry-straight", "excess_without"));
  g_assert_cmpfloat (claim_number (report, "cae-turns", "angle_mean_deg"), >,
                     claim_number (report, "cae-turns", "angle_first_deg"));
  g_assert_cmpfloat (claim_number (report, "patches-bound", "tensors"), ==, 3 * 41 * IMAGES);
  g_assert_cmpfloat (claim_number (report, "patches-bound", "above"), ==, 0);
  g_assert_cmpfloat (claim_number (report, "vae-smooth", "strata_sample"), ==, 1);
  g_assert_cmpfloat (claim_number (report, "vae-smooth", "strata_mean"), >, 1);
  g_assert_cmpfloat (claim_number (report, "untrained-same", "share_least"), >=, 0.5);
  json_t *verdict = json_object_get (find_claim (report, "vae-smooth"), "verdict");
  g_assert_cmpstr (json_string_value (verdict), ==, "only if the latent is sampled, or lies behind a dense layer");
}

/* What is printed is what is in the file. */
static void
numbers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = in_folder (fixture, "r");
  g_auto (Run) run = report_into (folder, "--json");
  assert_exit (&run, 0);
  json_t *report = read_report (folder), *printed = parse_json (run.out);
  g_assert_true (json_equal (report, printed));
  assert_numbers (report);
  assert_verdicts (report);
  json_decref (report);
  json_decref (printed);
  remove_folder (folder);
}

/* One model of one's own: what is missing is not measured, what is there agrees with measure. */
static void
own_model (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = in_folder (fixture, "r");
  g_autofree char *rest = g_strdup_printf ("--noise occlusion:0.5 --model %s", fixture->model);
  g_auto (Run) run = report_into (folder, rest);
  assert_exit (&run, 0);
  json_t *report = read_report (folder);
  assert_finding (report, "cae-stratified", "not-measured");
  assert_finding (report, "dae-denoises", "not-measured");
  g_assert_cmpfloat (json_number_value (json_object_get (report, "level")), ==, 0.5);

  g_auto (Run) again = run_cli ("measure --dataset builtin --count %d --json --noise occlusion:0.5 "
                                "--model %s", IMAGES, fixture->model);
  assert_exit (&again, 0);
  json_t *measured = parse_json (again.out);
  json_t *model = json_array_get (json_object_get (measured, "models"), 0);
  json_t *level = json_array_get (json_object_get (model, "levels"), 0);
  json_t *shown = json_object_get (json_array_get (json_object_get (report, "models"), 0), "shown");
  g_assert_cmpint (json_integer_value (json_object_get (shown, "strata")), ==,
                   (json_int_t) json_array_size (json_object_get (level, "strata")));
  g_assert_cmpfloat (json_number_value (json_object_get (shown, "psnr_db")), ==,
                     json_number_value (json_object_get (level, "psnr_db")));
  json_decref (report);
  json_decref (measured);
  remove_folder (folder);
}

/* With other threads, into another folder, over an older report: the same bytes. */
static void
same_bytes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = in_folder (fixture, "one"), *two = in_folder (fixture, "two");
  g_autofree char *model = g_strdup_printf ("--model %s", fixture->model);
  g_autofree char *gaussian = g_strconcat ("--noise gaussian --seed 5 ", model, NULL);
  g_autofree char *one_thread = g_strconcat ("--threads 1 ", model, NULL);
  g_autofree char *threads = g_strconcat ("--threads 3 ", model, NULL);
  g_auto (Run) older = report_into (two, gaussian);
  g_auto (Run) first = report_into (one, one_thread);
  g_auto (Run) second = report_into (two, threads);
  assert_exit (&older, 0);
  assert_exit (&first, 0);
  assert_exit (&second, 0);
  g_autoptr (GHashTable) a = read_folder (one), b = read_folder (two);
  GHashTableIter iter;
  gpointer name, bytes;
  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    {
      g_test_message ("%s", (char *) name);
      GBytes *other = g_hash_table_lookup (b, name);
      g_assert_nonnull (other);
      g_assert_true (g_bytes_equal (bytes, other));
    }
  remove_folder (one);
  remove_folder (two);
}

static void
wrong_usage (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *line, *words; } lines[] = {
    { "report", "-o is missing" },
    { "report -o /tmp/x --noise snow", "snow" },
    { "report -o /tmp/x --noise gaussian:0,1", "just one level" },
    { "report -o /tmp/x --noise gaussian:2", "a level must be" },
    { "report -o /tmp/x extra", "no use for" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (Run) run = run_cli ("%s", lines[i].line);
      assert_fails (&run, 2, lines[i].words);
    }
  g_autofree char *folder = in_folder (fixture, "r");
  g_autofree char *rest = g_strdup_printf ("--model %1$s --model %1$s --model %1$s --model %1$s",
                                           fixture->model);
  g_auto (Run) many = report_into (folder, rest);
  assert_fails (&many, 2, "at most 6 columns");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* What cannot be written to, and that nothing is left of the attempt. */
static void
bad_places (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = in_folder (fixture, "file"), *below = in_folder (fixture, "file/r");
  g_autofree char *folder = in_folder (fixture, "r"), *taken = in_folder (fixture, "r/report.md");
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_auto (Run) on_file = report_into (file, "");
  assert_fails (&on_file, 1, "Could not save");
  g_auto (Run) below_file = report_into (below, "");
  assert_fails (&below_file, 1, "Could not save");
  g_auto (Run) proc = report_into ("/proc/stratoscope", "");
  assert_fails (&proc, 1, "Could not save /proc/stratoscope");

  g_assert_cmpint (g_mkdir_with_parents (taken, 0777), ==, 0);
  g_auto (Run) in_the_way = report_into (folder, "");
  assert_fails (&in_the_way, 1, "report.md: it is a folder");
  g_assert_cmpint (g_rmdir (taken), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);   /* nothing else is in it */

  g_auto (Run) no_model = report_into (folder, "--model /nowhere.safetensors");
  assert_fails (&no_model, 1, "no such file");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* A limit on file sizes acts as a full disk.  Small tables fit below it, pictures do not. */
static void
limit_file_size (gpointer data)
{
  struct rlimit limit = { .rlim_cur = 20000, .rlim_max = 20000 };
  setrlimit (RLIMIT_FSIZE, &limit);
}

static void
full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = in_folder (fixture, "r");
  g_autofree char *line = g_strdup_printf ("report --dataset builtin --count %d --quiet --model %s "
                                           "-o %s", IMAGES, fixture->model, folder);
  g_autofree char *other_seed = g_strdup_printf ("--seed 4 --model %s", fixture->model);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, limit_file_size, NULL, NULL);
  g_auto (Run) fresh = run_with (launcher, line);
  assert_fails (&fresh, 1, "disk is full");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  g_auto (Run) whole = report_into (folder, other_seed);
  assert_exit (&whole, 0);
  g_autoptr (GHashTable) before = read_folder (folder);
  g_auto (Run) over = run_with (launcher, line);
  assert_fails (&over, 1, "disk is full");
  g_autoptr (GHashTable) after = read_folder (folder);
  GHashTableIter iter;
  gpointer name, bytes;
  g_assert_cmpuint (g_hash_table_size (before), ==, g_hash_table_size (after));
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    g_assert_true (g_bytes_equal (bytes, g_hash_table_lookup (after, name)));
  remove_folder (folder);
}

/* Asked to stop while it measures, it says so, and leaves nothing. */
static void
interrupted (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = in_folder (fixture, "r");
  g_autofree char *line = g_strdup_printf ("report --dataset builtin --count 1000 --threads 1 "
                                           "--quiet -o %s", folder);
  g_autoptr (GPtrArray) arguments = command_line (line);
  g_autoptr (GError) error = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (
    (const char *const *) arguments->pdata,
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  while (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_usleep (1000);
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_nonnull (strstr (err, "it was stopped"));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/report/every-file", every_file);
  add_cli_test ("/cli/report/numbers", numbers);
  add_cli_test ("/cli/report/own-model", own_model);
  add_cli_test ("/cli/report/same-bytes", same_bytes);
  add_cli_test ("/cli/report/wrong-usage", wrong_usage);
  add_cli_test ("/cli/report/bad-places", bad_places);
  add_cli_test ("/cli/report/full-disk", full_disk);
  add_cli_test ("/cli/report/interrupted", interrupted);
  return g_test_run ();
}
