/* Wrong usage is 2, failure is 1, and both are one sentence. */
#include "cli-test.h"

#include <signal.h>
#include <sys/resource.h>

static void
wrong_usage (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *line, *words; } lines[] = {
    { "", "command is missing" },
    { "fly", "no command “fly”" },
    { "measure", "--model is missing" },
    { "measure --model M", "--dataset is missing" },
    { "measure --model M --dataset builtin --level 1", "no option --level" },
    { "measure --model M --dataset builtin -x", "no option -x" },
    { "measure --model M --dataset builtin extra", "no use for “extra”" },
    { "measure --model M --dataset builtin --count", "--count needs a value" },
    { "measure --model M --dataset builtin --count 0", "--count must be" },
    { "measure --model M --dataset builtin --count 1.5", "--count must be" },
    { "measure --model M --dataset builtin --count -1", "--count must be" },
    { "measure --model M --dataset builtin --count 1 --count 2", "given twice" },
    { "measure --model M --dataset builtin --oracle=yes", "takes no value" },
    { "measure --model M --dataset builtin --seed 99999999999999999999", "--seed must be" },
    { "measure --model M --dataset builtin --threads 65", "--threads must be" },
    { "measure --model M --dataset builtin --rank-tolerance 0,5", "--rank-tolerance must be" },
    { "measure --model M --dataset builtin --rank-tolerance nan", "--rank-tolerance must be" },
    { "measure --model M --dataset builtin --rank-tolerance 0x1", "--rank-tolerance must be" },
    { "measure --model M --dataset builtin --noise snow:0.1", "no kind of noise “snow”" },
    { "measure --model M --dataset builtin --noise gaussian", "needs a level" },
    { "measure --model M --dataset builtin --noise gaussian:", "a level must be" },
    { "measure --model M --dataset builtin --noise gaussian:1.01", "a level must be" },
    { "measure --model M --dataset builtin --noise gaussian:-0.1", "a level must be" },
    { "measure --model M --dataset builtin --noise gaussian:0.1,", "a level must be" },
    { "measure --model M --dataset builtin --noise gaussian:0..2/3", "a level must be" },
    { "measure --model M --dataset builtin --noise gaussian:0..1", "2 to 1000 points" },
    { "measure --model M --dataset builtin --noise gaussian:0..1/1", "2 to 1000 points" },
    { "measure --model M --dataset builtin --latent median", "mean” or “sample" },
    { "measure --model M --dataset builtin --split test", "no parts" },
    { "measure --model M --dataset fashion-mnist --split all", "“train” or “test”" },
    { "train --dataset builtin -o x", "--kind is missing" },
    { "train --kind cae --dataset builtin", "-o is missing" },
    { "train --kind gan --dataset builtin -o x", "no kind of model “gan”" },
    { "train --kind cae --encoder s9 --dataset builtin -o x", "s9" },
    { "train --kind cae --loss gaussian --dataset builtin -o x", "gaussian is for MLPs" },
    { "train --kind cae --loss hinge --dataset builtin -o x", "no loss “hinge”" },
    { "train --kind cae --channels 0 --dataset builtin -o x", "--channels must be" },
    { "train --kind cae --classes a --dataset builtin -o /tmp/x", "a class must be" },
    { "train --kind cae --classes 0,77 --dataset builtin -o /tmp/x", "no class 77, only 0 to 9" },
    { "train --kind cae --count 10 --dataset builtin -o /tmp/x", "fewer than a batch" },
    { "perturb --dataset builtin -o x", "--noise is missing" },
    { "perturb --dataset builtin --noise gaussian:0,1 -o x", "just one level" },
    { "perturb --dataset builtin --noise gaussian:0", "-o is missing" },
    { "encode --dataset builtin -o x", "--model is missing" },
    { "decode --model M -o x", "decode needs LATENTS.npy" },
    { "geometry", "geometry needs LATENTS.npy" },
    { "geometry a --layout hwc", "nchw" },
    { "geometry a --centre maybe", "“yes” or “no”" },
    { "geometry a --kernel gaussian:ye-lim", "not positive semidefinite" },
    { "geometry a --kernel gaussian:linear", "no kernel “gaussian:linear”" },
    { "geometry a --distance ye-lim", "--distance needs --reference" },
    { "geometry a --reference b --distance hamming", "no distance “hamming”" },
    { "geometry a --kernel linear", "no kernel “linear”" },
    { "measure --model M --dataset builtin --kernel gaussian:affine-invariant",
      "not positive semidefinite" },
    { "measure --model M --dataset builtin --distance projection", "no distance “projection”" },
    { "measure --model M --dataset builtin --subspace 0", "--subspace must be" },
    { "isometry --dataset builtin", "--model is missing" },
    { "isometry --model M --latent mean", "--latent" },
    { "info", "info needs FILE" },
    { "bench", "bench is not built yet" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (Run) run = run_cli ("%s", lines[i].line);
      assert_fails (&run, 2, lines[i].words);
    }
}

static void
help (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = { "", "train ", "measure ", "geometry ", "encode ",
                                          "decode ", "perturb ", "isometry ", "info " };
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (Run) run = run_cli ("%s--help", commands[i]);
      assert_exit (&run, 0);
      g_assert_true (g_str_has_prefix (run.out, "Usage: stratoscope-cli "));
      g_assert_cmpstr (run.err, ==, "");
    }
  g_auto (Run) version = run_cli ("--version");
  assert_exit (&version, 0);
  g_assert_true (g_str_has_prefix (version.out, "stratoscope-cli "));
}

static void
write_file (const char *path, const char *data, gsize size)
{
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
}

static void
bad_models (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "bad.safetensors"), *whole = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (fixture->model, &whole, &size, NULL));
  const char *line = "measure --dataset builtin --count 2 --model %s";

  g_auto (Run) missing = run_cli (line, path);
  assert_fails (&missing, 1, "no such file");
  g_auto (Run) folder = run_cli (line, fixture->folder);
  assert_fails (&folder, 1, "is a folder");
  write_file (path, "", 0);
  g_auto (Run) empty = run_cli (line, path);
  assert_fails (&empty, 1, "bad.safetensors: it is empty");
  write_file (path, whole, size - 1);
  g_auto (Run) cut = run_cli (line, path);
  assert_fails (&cut, 1, "bad.safetensors: it is cut short");
  g_autofree char *longer = g_malloc0 (size + 9);
  memcpy (longer, whole, size);
  write_file (path, longer, size + 9);
  g_auto (Run) oversized = run_cli (line, path);
  assert_fails (&oversized, 1, "longer than its header says");
  write_file (path, "this is no model at all", 23);
  g_auto (Run) magic = run_cli (line, path);
  assert_fails (&magic, 1, "does not begin as");
  /* the same tensors under another name */
  char *kind = g_strstr_len (whole + 8, (gssize) size - 8, "\"kind\":\"vae\"");
  g_assert_nonnull (kind);
  memcpy (kind + 8, "cae", 3);
  write_file (path, whole, size);
  g_auto (Run) fit = run_cli (line, path);
  assert_fails (&fit, 1, "encoder.1.weight");
}

static void
bad_datasets (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "bad-images-idx3-ubyte");
  const char *line = "measure --model %s --dataset %s";
  g_auto (Run) missing = run_cli (line, fixture->model, path);
  assert_fails (&missing, 1, "bad-images-idx3-ubyte: there is no such file");
  write_file (path, "\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x1c", 12);
  g_auto (Run) cut = run_cli (line, fixture->model, path);
  assert_fails (&cut, 1, "cut short, 12 of 16 bytes");
  write_file (path, "plain text", 10);
  g_auto (Run) unknown = run_cli (line, fixture->model, path);
  assert_fails (&unknown, 1, "no format that is read here");
  /* readable, of a size that the model was not made for */
  write_file (path, "\x00\x00\x08\x03\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x07", 17);
  g_auto (Run) shape = run_cli ("measure --model %s --dataset %s --count 1", fixture->model, path);
  assert_fails (&shape, 1, "sizes do not fit");
  g_auto (Run) start = run_cli ("measure --model %s --dataset builtin --start 1000",
                                fixture->model);
  assert_fails (&start, 1, "has no image");
}

/* A limit on file sizes acts as a full disk. */
static void
limit_file_size (gpointer data)
{
  struct rlimit limit = { .rlim_cur = 1000, .rlim_max = 1000 };
  setrlimit (RLIMIT_FSIZE, &limit);
}

static void
full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autofree char *line = g_strdup_printf ("train --kind cae --dataset builtin --count 64 --seed 3 "
                                           "--epochs 1 --channels 8 --quiet -o %s", fixture->model);
  gsize before_size, after_size;
  g_assert_true (g_file_get_contents (fixture->model, &before, &before_size, NULL));
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, limit_file_size, NULL, NULL);
  g_auto (Run) run = run_with (launcher, line);
  assert_fails (&run, 1, "Could not save");
  g_assert_nonnull (strstr (run.err, "disk is full"));
  g_assert_true (g_file_get_contents (fixture->model, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);
}

static void
unwritable_output (Fixture *fixture, gconstpointer data)
{
  static const char *const commands[] = {
    "train --kind cae --dataset builtin --count 64 --epochs 1 --channels 8 -o",
    "perturb --dataset builtin --count 2 --noise blur:0.1 -o",
  };
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (Run) nowhere = run_cli ("%s %s/no/file", commands[i], fixture->folder);
      assert_fails (&nowhere, 1, "its folder does not exist");
      g_auto (Run) folder = run_cli ("%s %s", commands[i], fixture->folder);
      assert_fails (&folder, 1, "is a folder");
    }
}

static void
output_that_is_full (Fixture *fixture, gconstpointer data)
{
  if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no /dev/full");
      return;
    }
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
  g_auto (Run) run = run_with (launcher, "info builtin --json");
  g_assert_cmpint (run.exit, ==, 1);
  g_assert_nonnull (strstr (run.err, "standard output: the disk is full"));
}

/* Bytes in names that are no letters, or none at all. */
static void
strange_names (Fixture *fixture, gconstpointer data)
{
  g_auto (Run) newline = run_cli ("info a\nb");
  assert_fails (&newline, 1, "a?b");
  g_auto (Run) utf8 = run_cli ("info Kürbis.npy");
  assert_fails (&utf8, 1, "Kürbis.npy");
  g_auto (Run) dashes = run_cli ("info -- --json");
  assert_fails (&dashes, 1, "--json: there is no such file");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/wrong-usage", wrong_usage);
  add_cli_test ("/cli/help", help);
  add_cli_test ("/cli/bad-models", bad_models);
  add_cli_test ("/cli/bad-datasets", bad_datasets);
  add_cli_test ("/cli/full-disk", full_disk);
  add_cli_test ("/cli/unwritable-output", unwritable_output);
  add_cli_test ("/cli/output-that-is-full", output_that_is_full);
  add_cli_test ("/cli/strange-names", strange_names);
  return g_test_run ();
}
