/* Training by the command line: every kind, and going on from a file. */
#include "cli-test.h"

#define IMAGES "--dataset builtin --count 128 --quiet"

static char *
read_bytes (const char *path, gsize *size)
{
  char *bytes;
  g_assert_true (g_file_get_contents (path, &bytes, size, NULL));
  return bytes;
}

static void
assert_same_files (const char *a, const char *b)
{
  gsize size, other_size;
  g_autofree char *bytes = read_bytes (a, &size), *other = read_bytes (b, &other_size);
  g_assert_cmpmem (bytes, size, other, other_size);
}

static json_t *
info_of (const char *path)
{
  g_auto (Run) info = run_cli ("info --json %s", path);
  assert_exit (&info, 0);
  return parse_json (info.out);
}

static gint64
whole_at (json_t *object, const char *key)
{
  return json_integer_value (json_object_get (object, key));
}

static void
every_kind (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *options; int height, channels, parameters; } trained[] = {
    { "cae --encoder s3 --channels 4", 7, 4, 160 + 4640 + 4 * 288 + 4 + 32 * 36 + 32 + 8208 + 257 },
    { "vae --encoder s5 --channels 1 --beta 0.1", 7, 1, 0 },
    { "dae --encoder k4 --channels 3 --loss mse", 7, 3, 0 },
    { "vae-dense --channels 2 --dimension 3 --learning-rate 0.002", 7, 2, 0 },
    { "ae-dense --channels 2", 7, 2, 0 },
    { "vae-mlp --hidden 20 --dimension 3 --activation tanh", 1, 3,
      785 * 20 + 2 * 63 + 4 * 20 + 21 * 784 + 1 },
    { "ae-mlp --hidden 20,10 --sigma 0.5 --activation elu", 1, 2, 0 },
    { "ae-mlp --hidden 8,8,8,8 --loss bce --batch 50", 1, 2, 0 },
    { "irvae --hidden 20 --lambda 10", 1, 2, 785 * 20 + 2 * 42 + 3 * 20 + 21 * 784 + 1 },
    { "irae --hidden 12,9 --dimension 8 --isometry conformal --activation tanh", 1, 8, 0 },
    { "vae-dense --channels 2 --dimension 3 --lambda 5 --isometry strict", 7, 2, 0 },
  };
  g_autofree char *path = in_folder (fixture, "kind.safetensors");
  for (guint i = 0; i < G_N_ELEMENTS (trained); i++)
    {
      g_auto (Run) run = run_cli ("train --kind %s " IMAGES " --epochs 2 -o %s",
                                  trained[i].options, path);
      assert_exit (&run, 0);
      json_t *info = info_of (path), *latent = json_object_get (info, "latent");
      g_assert_true (g_str_has_prefix (trained[i].options,
                                       json_string_value (json_object_get (info, "kind"))));
      g_assert_cmpint (json_integer_value (json_array_get (latent, 0)), ==, trained[i].height);
      g_assert_cmpint (json_integer_value (json_array_get (latent, 2)), ==, trained[i].channels);
      if (trained[i].parameters > 0)
        g_assert_cmpint (whole_at (info, "parameters"), ==, trained[i].parameters);
      json_decref (info);
    }
}

/* In two pieces, the second with no options but the epochs: the same bytes as in one. */
static void
resume (Fixture *fixture, gconstpointer data)
{
  static const char *const options[] = {
    "cae --channels 5 --batch 24 --learning-rate 0.003 --seed 5",
    "vae-dense --channels 2 --beta 0.7 --loss mse --seed 18446744073709551615",
    "vae-mlp --hidden 20 --sigma 0.4 --activation elu",
    "irvae --hidden 20 --lambda 7.5 --isometry conformal", "irae --hidden 20 --lambda 0",
    "ae-dense --channels 2 --dimension 4 --lambda 0.25" };
  g_autofree char *whole = in_folder (fixture, "whole.safetensors");
  g_autofree char *part = in_folder (fixture, "part.safetensors");
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      const char *line = "train --kind %s " IMAGES " --epochs %d --keep-optimizer -o %s";
      g_auto (Run) one = run_cli (line, options[i], 3, whole);
      assert_exit (&one, 0);
      g_auto (Run) first = run_cli (line, options[i], 1, part);
      assert_exit (&first, 0);
      g_auto (Run) second = run_cli ("train --resume %s " IMAGES " --epochs 3 --keep-optimizer "
                                     "-o %s", part, part);
      assert_exit (&second, 0);
      g_assert_cmpstr (second.err, ==, "");
      assert_same_files (whole, part);
    }
}

/* A model without its optimizer's state: from its weights, and said. */
static void
resume_plain (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "more.safetensors");
  g_auto (Run) run = run_cli ("train --resume %s --dataset builtin --count 128 --epochs 1 -o %s",
                              fixture->model, path);
  assert_exit (&run, 0);
  g_assert_nonnull (strstr (run.err, "no state of its optimizer"));
  json_t *info = info_of (path), *old = info_of (fixture->model);
  g_assert_true (json_equal (json_object_get (info, "metadata"),
                             json_object_get (old, "metadata")));
  json_decref (info);
  json_decref (old);
}

static void
resume_refused (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *options, *words; int exit; } lines[] = {
    { "--kind cae", "m.safetensors: it holds a model of kind vae, not cae", 2 },
    { "--channels 9", "another net than these options ask for", 2 },
    { "--encoder k4", "another net than these options ask for", 2 },
    { "--hidden 3", "--hidden is for kinds with hidden layers", 2 },
    { "--loss gaussian", "gaussian is for MLPs", 2 },
    { "--epochs 1", "trained for 1 epoch already; --epochs must be more", 2 },
    { "--epochs 3 --count 20", "fewer than a batch", 2 },
  };
  g_autofree char *kept = in_folder (fixture, "m.safetensors");
  g_autofree char *path = in_folder (fixture, "other.safetensors");
  g_auto (Run) first = run_cli ("train --kind vae --channels 8 " IMAGES " --epochs 1 "
                                "--keep-optimizer -o %s", kept);
  assert_exit (&first, 0);
  g_assert_true (g_file_set_contents (path, "as it was", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      gboolean counts = strstr (lines[i].options, "--count") != NULL;
      g_auto (Run) run = run_cli ("train --resume %s --dataset builtin --quiet %s %s -o %s", kept,
                                  counts ? "" : "--count 128", lines[i].options, path);
      assert_fails (&run, lines[i].exit, lines[i].words);
    }
  g_auto (Run) none = run_cli ("train --resume %s.not " IMAGES " -o %s", kept, path);
  assert_fails (&none, 1, "no such file");
  g_auto (Run) foreign = run_cli ("train --resume %s " IMAGES " -o %s", path, path);
  assert_fails (&foreign, 1, "other.safetensors: ");
  gsize size;
  g_autofree char *bytes = read_bytes (path, &size);
  g_assert_cmpmem (bytes, size, "as it was", 9);
}

/* The term is its own part of the loss, and of those without it null. */
static void
isometry_lines (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *options; double lambda; } trained[] = {
    { "irvae --hidden 16 --lambda 20", 20.0 }, { "irae --hidden 16 --isometry strict", 100.0 },
    { "irvae --hidden 16 --lambda 0", 0.0 }, { "vae-mlp --hidden 16", 0.0 },
  };
  g_autofree char *path = in_folder (fixture, "isometry.safetensors");
  for (guint i = 0; i < G_N_ELEMENTS (trained); i++)
    {
      g_auto (Run) run = run_cli ("train --kind %s " IMAGES " --epochs 1 --json -o %s",
                                  trained[i].options, path);
      assert_exit (&run, 0);
      g_auto (GStrv) lines = g_strsplit (run.out, "\n", 0);
      json_t *line = parse_json (lines[0]), *term = json_object_get (line, "isometry");
      json_t *kl = json_object_get (line, "kl");
      double rest = json_number_value (json_object_get (line, "loss"))
                    - json_number_value (json_object_get (line, "reconstruction"))
                    - (json_is_null (kl) ? 0.0 : json_number_value (kl));
      if (trained[i].lambda == 0.0)
        g_assert_true (json_is_null (term));
      else
        g_assert_cmpfloat (json_number_value (term), >, 0.0);
      g_assert_cmpfloat_with_epsilon (rest, trained[i].lambda * json_number_value (term), 1e-6);
      json_decref (line);
    }
}

static void
do_not_go_together (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *options, *words; } lines[] = {
    { "vae-mlp --encoder s2", "--encoder is for kinds with convolutions" },
    { "ae-mlp --channels 8", "--channels is for kinds with convolutions" },
    { "cae --dimension 8", "--dimension is for kinds with a dense layer" },
    { "vae-dense --activation tanh", "--activation is for kinds with hidden layers" },
    { "cae --hidden 3", "--hidden is for kinds with hidden layers" },
    { "dae --sigma 1", "--sigma is for kinds with a gaussian loss" },
    { "ae-mlp --beta 1", "--beta is for kinds with a KL term" },
    { "ae-dense --loss gaussian", "ae-dense takes bce or mse" },
    { "ae-mlp --loss mse --sigma 1", "belongs to the loss gaussian" },
    { "ae-mlp --sigma 0", "sigma is “learned” or a number above 0" },
    { "ae-mlp --sigma big", "sigma is “learned” or a number above 0" },
    { "ae-mlp --hidden 1,2,3,4,5", "at most 4 hidden layers" },
    { "ae-mlp --hidden 10,0", "from 1 to 2048, not “0”" },
    { "ae-mlp --hidden ten", "not “ten”" },
    { "ae-mlp --activation gelu", "no activation “gelu”" },
    { "ae-mlp --dimension 257", "--dimension must be" },
    { "vae-mlp --lambda 1", "--lambda is for kinds with an isometry term" },
    { "cae --isometry strict", "--isometry is for kinds with an isometry term" },
    { "irvae --lambda -1", "--lambda must be" },
    { "irvae --isometry flat", "no isometry “flat”" },
    { "irvae --dimension 9 --isometry conformal", "for a --dimension up to 8, not 9" },
    { "irae --dimension 1", "at least 2, not 1" },
    { "irvae --dimension 1 --lambda 0", "at least 2, not 1" },
    { "vae-dense --dimension 1 --lambda 1", "at least 2, not 1" },
    { "ae-dense --isometry strict", "needs a --lambda above 0, which is 0 unless given" },
    { "irvae --lambda 0 --isometry strict", "needs a --lambda above 0" },
    { "vae-dense --lambda 1 --isometry conformal", "up to 8, not 32" },
    { "cae --learning-rate -1", "--learning-rate must be a number from 1e-12 to 1000, not" },
    { "cae --learning-rate 0", "--learning-rate must be a number from 1e-12 to 1000, not" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (Run) run = run_cli ("train --kind %s " IMAGES " -o x", lines[i].options);
      assert_fails (&run, 2, lines[i].words);
    }
}

/* A net that was made worse is saved as asked for, but not without a word. */
static void
rising_loss (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "worse.safetensors");
  g_auto (Run) worse = run_cli ("train --kind cae --channels 4 --dataset builtin --count 128 "
                                "--epochs 1 --learning-rate 1000 --json -o %s", path);
  assert_exit (&worse, 0);
  g_assert_nonnull (strstr (worse.err, "worse.safetensors: the loss ended above where it began"));
  g_assert_nonnull (strstr (worse.out, "\"warning\":\"the loss ended above where it began"));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_auto (Run) better = run_cli ("train --kind cae --channels 4 --dataset builtin --count 128 "
                                 "--epochs 1 --json -o %s", path);
  assert_exit (&better, 0);
  g_assert_cmpstr (better.err, ==, "");
  g_assert_null (strstr (better.out, "warning"));
}

/* What a net of vectors does not have is null in JSON, and a word for people. */
/* The last good weights are kept, and it is said; weights that have seen nothing replace no file. */
static void
diverging (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "diverged.safetensors");
  g_auto (Run) run = run_cli ("train --kind vae --learning-rate 1000 --epochs 3 " IMAGES " -o %s",
                              path);
  assert_exit (&run, 1);
  g_assert_nonnull (strstr (run.err, "training diverged at batch"));
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_assert_nonnull (strstr (run.err, "has the weights from before"));
      json_t *info = info_of (path);
      g_assert_cmpstr (json_string_value (json_object_get (info, "kind")), ==, "vae");
      json_decref (info);
    }
  else
    g_assert_nonnull (strstr (run.err, "Could not save"));
}

static void
info_of_vectors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "mlp.safetensors");
  g_auto (Run) run = run_cli ("train --kind ae-mlp --hidden 4 " IMAGES " --epochs 1 -o %s", path);
  assert_exit (&run, 0);
  json_t *info = info_of (path);
  g_assert_true (json_is_null (json_object_get (info, "encoder")));
  g_assert_true (json_is_null (json_object_get (info, "receptive_field")));
  json_decref (info);
  g_auto (Run) text = run_cli ("info %s", path);
  assert_exit (&text, 0);
  g_assert_null (strstr (text.out, "null"));
  g_assert_nonnull (strstr (text.out, "encoder         none\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/train/every-kind", every_kind);
  add_cli_test ("/cli/train/resume", resume);
  add_cli_test ("/cli/train/resume-plain", resume_plain);
  add_cli_test ("/cli/train/resume-refused", resume_refused);
  add_cli_test ("/cli/train/isometry", isometry_lines);
  add_cli_test ("/cli/train/do-not-go-together", do_not_go_together);
  add_cli_test ("/cli/train/rising-loss", rising_loss);
  add_cli_test ("/cli/train/diverging", diverging);
  add_cli_test ("/cli/train/info-of-vectors", info_of_vectors);
  return g_test_run ();
}
