/* JSON keys and what they hold: the contract that others' programs rely on. */
#include "cli-test.h"

#include <math.h>
#include <signal.h>

/* Where there are angles there is all that is said of them; intervals hold what they are of, and
 * lie in [0, 90]; they need ten images. */
static void
assert_intervals (json_t *level)
{
  static const char *const numbers[] = { "angle_mean_deg", "angle_largest_deg", "angle_chordal",
                                         "angle_geodesic_rad", "angle_precision_rad", "gap" };
  json_t *angles = json_object_get (level, "angles_deg");
  json_t *mean = json_object_get (level, "angle_mean_interval_deg");
  json_t *each = json_object_get (level, "angle_intervals_deg");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_true (json_is_null (json_object_get (level, numbers[i])) == json_is_null (angles));
  g_assert_true (json_is_null (mean) == json_is_null (each));
  if (json_is_null (mean))
    return;
  double middle = json_number_value (json_object_get (level, "angle_mean_deg"));
  g_assert_cmpuint (json_array_size (mean), ==, 2);
  g_assert_cmpuint (json_array_size (each), ==, json_array_size (angles));
  g_assert_cmpfloat (number_at (mean, 0), >=, 0);
  g_assert_cmpfloat (number_at (mean, 0), <=, middle);
  g_assert_cmpfloat (number_at (mean, 1), >=, middle);
  g_assert_cmpfloat (number_at (mean, 1), <=, 90);
  for (gsize i = 0; i < json_array_size (each); i++)
    {
      json_t *pair = json_array_get (each, i);
      g_assert_cmpfloat (number_at (pair, 0), <=, number_at (angles, i));
      g_assert_cmpfloat (number_at (pair, 1), >=, number_at (angles, i));
    }
}

/* Five angles, fewer where the points spread in fewer dimensions, null where in none. */
static void
assert_angles (json_t *level, guint images)
{
  json_t *angles = json_object_get (level, "angles_deg");
  json_t *mean = json_object_get (level, "angle_mean_deg");
  json_t *ratio = json_object_get (level, "distance_ratio");
  json_t *dimension = json_object_get (level, "dimension");
  assert_keys (dimension, "numerical energy95 energy99");
  json_int_t numerical = json_integer_value (json_object_get (dimension, "numerical"));
  json_int_t energy99 = json_integer_value (json_object_get (dimension, "energy99"));
  g_assert_cmpint (numerical, <, images);
  g_assert_cmpint (energy99, <=, numerical);
  g_assert_cmpint (json_integer_value (json_object_get (dimension, "energy95")), <=, energy99);

  assert_intervals (level);
  gsize n = json_array_size (angles);
  gboolean clean = json_real_value (json_object_get (level, "level")) == 0;
  double sum = 0;
  g_assert_cmpuint (n, <=, MIN (5, numerical));
  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpfloat (number_at (angles, i), >=, i > 0 ? number_at (angles, i - 1) : 0);
      g_assert_cmpfloat (number_at (angles, i), <=, clean ? 1e-6 : 90);
      sum += number_at (angles, i);
    }
  g_assert_true (json_is_null (mean) == (n == 0));
  if (n > 0)
    g_assert_cmpfloat_with_epsilon (json_real_value (mean), sum / (double) n, 1e-9);
  else
    g_assert_true (json_is_null (angles));
  if (json_is_real (ratio))
    g_assert_true (clean ? json_real_value (ratio) == 0 : json_real_value (ratio) > 0);
}

static void
assert_level (json_t *level, guint images, gboolean oracle)
{
  static const guint lengths[3] = { 7, 7, 8 };
  static const char *const factors[3] = { "s1", "s2", "s3" };
  json_t *ranks = json_object_get (level, "ranks"), *spectrum = json_object_get (level, "spectrum");
  json_t *strata = json_object_get (level, "strata"), *stratum;
  json_int_t total = 0, previous = G_MAXINT64;
  gsize i;

  assert_keys (level, "level psnr_db ranks strata spectrum angles_deg angle_mean_deg "
                      "angle_floor_deg dimension distance_ratio oracle_s3 kernel sigma "
                      "angle_largest_deg angle_chordal angle_geodesic_rad angle_precision_rad "
                      "angle_mean_interval_deg angle_intervals_deg gap");
  g_assert_true (json_is_real (json_object_get (level, "psnr_db")));
  assert_keys (ranks, "s1 s2 s3");
  assert_keys (spectrum, "s1 s2 s3");
  for (i = 0; i < 3; i++)
    {
      json_t *values = json_object_get (spectrum, factors[i]);
      g_assert_cmpuint (json_array_size (json_object_get (ranks, factors[i])), ==, images);
      g_assert_cmpuint (json_array_size (values), ==, lengths[i]);
      g_assert_cmpfloat (number_at (values, 0), ==, 1.0);
      for (gsize j = 1; j < lengths[i]; j++)
        {
          g_assert_cmpfloat (number_at (values, j), <=, number_at (values, j - 1));
          g_assert_cmpfloat (number_at (values, j), >=, 1e-16);
        }
    }
  json_array_foreach (strata, i, stratum)
    {
      assert_keys (stratum, "ranks count");
      g_assert_cmpuint (json_array_size (json_object_get (stratum, "ranks")), ==, 3);
      json_int_t count = json_integer_value (json_object_get (stratum, "count"));
      g_assert_cmpint (count, <=, previous);
      previous = count;
      total += count;
    }
  g_assert_cmpint (total, ==, images);
  assert_angles (level, images);
  if (oracle)
    g_assert_cmpuint (json_array_size (json_object_get (level, "oracle_s3")), ==, images);
  else
    g_assert_true (json_is_null (json_object_get (level, "oracle_s3")));
}

static json_t *
level_of (json_t *document, gsize model, gsize level)
{
  json_t *models = json_object_get (document, "models");
  return json_array_get (json_object_get (json_array_get (models, model), "levels"), level);
}

static void
measure (Fixture *fixture, gconstpointer data)
{
  static const double levels[] = { 0.0, 0.01, 0.2 };
  g_auto (Run) run = run_cli ("measure --model %s --model %s --dataset builtin --count 20 "
                              "--noise salt-pepper:0,0.01,0.2 --oracle --json", fixture->model,
                              fixture->model);
  assert_exit (&run, 0);
  g_assert_cmpstr (run.err, ==, "");
  json_t *document = parse_json (run.out), *models = json_object_get (document, "models");
  assert_keys (document, "models");
  g_assert_cmpuint (json_array_size (models), ==, 2);
  for (gsize m = 0; m < 2; m++)
    {
      json_t *model = json_array_get (models, m);
      assert_keys (model, "file kind levels");
      g_assert_cmpstr (json_string_value (json_object_get (model, "file")), ==, fixture->model);
      g_assert_cmpstr (json_string_value (json_object_get (model, "kind")), ==, "vae");
      g_assert_cmpuint (json_array_size (json_object_get (model, "levels")), ==, 3);
      for (gsize i = 0; i < 3; i++)
        {
          json_t *level = level_of (document, m, i);
          assert_level (level, 20, TRUE);
          g_assert_cmpfloat (json_real_value (json_object_get (level, "level")), ==, levels[i]);
        }
    }
  g_assert_true (json_equal (json_array_get (models, 0), json_array_get (models, 1)));
  json_decref (document);
}

static void
measure_of_samples (Fixture *fixture, gconstpointer data)
{
  g_auto (Run) run = run_cli ("measure --model %s --dataset builtin --count 5 --latent sample "
                              "--oracle --json", fixture->model);
  g_auto (Run) other = run_cli ("measure --model %s --dataset builtin --count 5 --latent sample "
                                "--seed 1 --json", fixture->model);
  assert_exit (&run, 0);
  json_t *document = parse_json (run.out);
  assert_level (level_of (document, 0, 0), 5, FALSE);   /* nothing predicts a sample */
  g_assert_cmpstr (run.out, !=, other.out);
  json_decref (document);
}

/* Ends are included, and are exact. */
static void
measure_of_a_range (Fixture *fixture, gconstpointer data)
{
  g_auto (Run) run = run_cli ("measure --model %s --dataset builtin --count 2 "
                              "--noise gaussian:0.1..0.7/4 --json", fixture->model);
  assert_exit (&run, 0);
  json_t *document = parse_json (run.out);
  const double expected[] = { 0.1, 0.3, 0.5, 0.7 };
  for (gsize i = 0; i < 4; i++)
    {
      double level = json_real_value (json_object_get (level_of (document, 0, i), "level"));
      g_assert_cmpfloat_with_epsilon (level, expected[i], 1e-15);
      if (i == 0 || i == 3)
        g_assert_cmpfloat (level, ==, expected[i]);
    }
  json_decref (document);
}

/* Kernels differ, the number of angles is what was asked for, and there is no floor where there
 * are no other images, nor anything where there is one image alone. */
static void
measure_of_angles (Fixture *fixture, gconstpointer data)
{
  static const char *const kernels[] = { "projection", "frobenius", "log-euclidean" };
  static const char *const line = "measure --model %s --dataset builtin --count 20 --subspace 3 "
                                  "--noise salt-pepper:0,0.01 --json%s%s";
  json_t *levels[3], *usual;
  for (guint k = 0; k < 3; k++)
    {
      g_auto (Run) run = run_cli (line, fixture->model, " --kernel ", kernels[k]);
      assert_exit (&run, 0);
      json_t *document = parse_json (run.out);
      levels[k] = json_incref (level_of (document, 0, 1));
      /* Projectors of tensors of full rank are all the same: fewer dimensions. */
      gsize angles = json_array_size (json_object_get (levels[k], "angles_deg"));
      g_assert_true (k == 0 ? angles <= 3 : angles == 3);
      g_assert_true (json_is_real (json_object_get (levels[k], "angle_floor_deg")));
      json_decref (document);
    }
  g_auto (Run) plain = run_cli (line, fixture->model, "", "");
  usual = parse_json (plain.out);
  g_assert_true (json_equal (level_of (usual, 0, 1), levels[0]));
  g_assert_false (json_equal (levels[0], levels[1]));
  g_assert_false (json_equal (levels[1], levels[2]));
  json_decref (usual);
  for (guint k = 0; k < 3; k++)
    json_decref (levels[k]);

  g_auto (Run) many = run_cli ("measure --model %s --dataset builtin --count 8 --start 985 "
                               "--kernel frobenius --noise gaussian:0.1 --json",
                               fixture->model);
  json_t *document = parse_json (many.out), *level = level_of (document, 0, 0);
  g_assert_true (json_is_null (json_object_get (level, "angle_floor_deg")));
  g_assert_true (json_is_real (json_object_get (level, "angle_mean_deg")));
  json_decref (document);
  g_auto (Run) one = run_cli ("measure --model %s --dataset builtin --count 1 --json",
                              fixture->model);
  document = parse_json (one.out);
  level = level_of (document, 0, 0);
  g_assert_true (json_is_null (json_object_get (level, "angles_deg")));
  g_assert_true (json_is_null (json_object_get (level, "angle_mean_deg")));
  g_assert_true (json_is_null (json_object_get (level, "angle_floor_deg")));
  g_assert_true (json_is_null (json_object_get (level, "distance_ratio")));
  json_decref (document);
}

/* Gaussians tell their sigma, the same at every level, and the precision of Gram matrices; all
 * others have 1e-10 and no sigma. */
static void
measure_of_kernels (Fixture *fixture, gconstpointer data)
{
  static const char *const kernels[] = { "projection", "frobenius", "log-euclidean",
                                         "bonnabel-sepulchre" };
  for (guint k = 0; k < 2 * G_N_ELEMENTS (kernels); k++)
    {
      g_autofree char *name = g_strconcat (k % 2 ? "gaussian:" : "", kernels[k / 2], NULL);
      g_auto (Run) run = run_cli ("measure --model %s --dataset builtin --count 20 --kernel %s "
                                  "--noise salt-pepper:0.02,0.3 --json", fixture->model, name);
      assert_exit (&run, 0);
      json_t *document = parse_json (run.out);
      for (gsize i = 0; i < 2; i++)
        {
          json_t *level = level_of (document, 0, i);
          json_t *sigma = json_object_get (level, "sigma");
          double precision = json_number_value (json_object_get (level, "angle_precision_rad"));
          assert_level (level, 20, FALSE);
          g_assert_cmpstr (json_string_value (json_object_get (level, "kernel")), ==, name);
          /* Projectors of tensors of full rank are all the same: there may be no angle. */
          gboolean known = json_is_real (json_object_get (level, "angle_mean_deg"));
          g_assert_true (known || k < 2);
          g_assert_true (json_is_array (json_object_get (level, "angle_mean_interval_deg"))
                         || k < 2);
          if (known)
            g_assert_true (k % 2 ? precision >= 1e-7 : precision == 1e-10);
          g_assert_true (json_is_real (sigma) == (k % 2 == 1));
          g_assert_true (json_equal (sigma, json_object_get (level_of (document, 0, 0), "sigma")));
        }
      json_decref (document);
    }
}

static guint
count_nulls (json_t *array)
{
  guint nulls = 0;
  for (gsize i = 0; i < json_array_size (array); i++)
    nulls += json_is_null (json_array_get (array, i));
  return nulls;
}

/* A product is there where its factors are, and is made of them; what is not says why and how
 * often. */
static void
assert_distance (json_t *distance, const char *name, guint images, gboolean always)
{
  static const char *const factors[3] = { "s1", "s2", "s3" };
  json_t *product = json_object_get (distance, "product");
  json_t *used = json_object_get (distance, "factors");
  json_t *undefined = json_object_get (distance, "undefined"), *reason;
  guint told = 0, nulls = 0;
  gsize i;
  assert_keys (distance, "name factors median product s1 s2 s3 undefined_pairs undefined");
  g_assert_cmpstr (json_string_value (json_object_get (distance, "name")), ==, name);
  g_assert_cmpuint (json_array_size (product), ==, images);
  for (guint n = 0; n < images; n++)
    {
      double sum = 0;
      gboolean whole = TRUE;
      for (gsize f = 0; f < json_array_size (used); f++)
        {
          const char *factor = json_string_value (json_array_get (used, f));
          json_t *number = json_array_get (json_object_get (distance, factor), n);
          whole = whole && json_is_real (number);
          sum += json_number_value (number) * json_number_value (number);
        }
      g_assert_true (whole == json_is_real (json_array_get (product, n)));
      if (whole)
        g_assert_cmpfloat_with_epsilon (number_at (product, n), sqrt (sum), 1e-12 * (1 + sum));
    }
  for (guint f = 0; f < 3; f++)
    nulls += count_nulls (json_object_get (distance, factors[f]));
  json_array_foreach (undefined, i, reason)
    {
      assert_keys (reason, "factor reason count");
      told += (guint) json_integer_value (json_object_get (reason, "count"));
    }
  g_assert_cmpuint (told, ==, nulls);
  g_assert_cmpint (json_integer_value (json_object_get (distance, "undefined_pairs")), ==,
                   count_nulls (product));
  if (always)
    g_assert_cmpuint (nulls, ==, 0);
  g_assert_true (json_is_null (json_object_get (distance, "median"))
                 == (count_nulls (product) == images));
}

static void
measure_of_distances (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *name; gboolean always; } distances[] = {
    { "frobenius", TRUE }, { "log-euclidean", TRUE }, { "ye-lim", TRUE },
    { "affine-invariant", FALSE }, { "bonnabel-sepulchre", FALSE },
  };
  for (guint d = 0; d < G_N_ELEMENTS (distances); d++)
    {
      g_auto (Run) run = run_cli ("measure --model %s --dataset builtin --count 12 --distance %s "
                                  "--noise salt-pepper:0,0.05 --json", fixture->model,
                                  distances[d].name);
      g_auto (Run) one = run_cli ("measure --model %s --dataset builtin --count 12 --distance %s "
                                  "--noise salt-pepper:0,0.05 --json --threads 1", fixture->model,
                                  distances[d].name);
      assert_exit (&run, 0);
      g_assert_cmpstr (run.out, ==, one.out);
      json_t *document = parse_json (run.out);
      json_t *clean = json_object_get (level_of (document, 0, 0), "distance");
      json_t *shown = json_object_get (level_of (document, 0, 1), "distance");
      assert_distance (clean, distances[d].name, 12, distances[d].always);
      assert_distance (shown, distances[d].name, 12, distances[d].always);
      if (!json_is_null (json_object_get (clean, "median")))
        g_assert_cmpfloat (json_number_value (json_object_get (clean, "median")), <, 1e-6);
      g_assert_cmpfloat (json_number_value (json_object_get (shown, "median")), >=, 0);
      json_decref (document);
    }
}

/* Which images, how many threads and which other levels there are change no number. */
static void
measure_depends_on_nothing_else (Fixture *fixture, gconstpointer data)
{
  g_auto (Run) many = run_cli ("measure --model %s --dataset builtin --count 9 --start 3 "
                               "--noise gaussian:0,0.3 --threads 2 --json", fixture->model);
  g_auto (Run) one = run_cli ("measure --model %s --dataset builtin --count 9 --start 3 "
                              "--noise gaussian:0.3 --threads 1 --json", fixture->model);
  g_auto (Run) fewer = run_cli ("measure --model %s --dataset builtin --count 1 --start 5 "
                                "--noise gaussian:0.3 --json", fixture->model);
  json_t *a = parse_json (many.out), *b = parse_json (one.out), *c = parse_json (fewer.out);
  json_t *level = level_of (b, 0, 0);
  g_assert_true (json_equal (level_of (a, 0, 1), level));
  json_t *ranks = json_object_get (json_object_get (level, "ranks"), "s3");
  json_t *rank = json_object_get (json_object_get (level_of (c, 0, 0), "ranks"), "s3");
  g_assert_true (json_equal (json_array_get (ranks, 2), json_array_get (rank, 0)));
  json_decref (a);
  json_decref (b);
  json_decref (c);
}

static void
train (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *kind; gboolean kl; json_int_t parameters; } kinds[] = {
    /* encoder 160 + 145 C, decoder 256 C + 16 + 257, C = 8 */
    { "cae", FALSE, 160 + 145 * 8 + 256 * 8 + 16 + 257 },
    { "dae", FALSE, 160 + 145 * 8 + 256 * 8 + 16 + 257 },
    { "vae", TRUE, 160 + 2 * 145 * 8 + 256 * 8 + 16 + 257 },
  };
  g_autofree char *path = in_folder (fixture, "new.safetensors");
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_auto (Run) run = run_cli ("train --kind %s --dataset builtin --count 200 --epochs 2 "
                                  "--channels 8 --json -o %s", kinds[k].kind, path);
      assert_exit (&run, 0);
      g_assert_cmpstr (run.err, ==, "");
      g_auto (GStrv) lines = g_strsplit (run.out, "\n", -1);
      g_assert_cmpuint (g_strv_length (lines), ==, 4);   /* two epochs, done, and an empty rest */
      g_assert_cmpstr (lines[3], ==, "");
      for (int epoch = 0; epoch < 2; epoch++)
        {
          json_t *line = parse_json (lines[epoch]);
          assert_keys (line, "event epoch loss reconstruction kl isometry images_per_second");
          g_assert_cmpstr (json_string_value (json_object_get (line, "event")), ==, "epoch");
          g_assert_cmpint (json_integer_value (json_object_get (line, "epoch")), ==, epoch + 1);
          g_assert_true (json_is_real (json_object_get (line, "loss")));
          g_assert_true (json_is_null (json_object_get (line, "isometry")));
          g_assert_true (json_is_null (json_object_get (line, "kl")) == !kinds[k].kl);
          json_decref (line);
        }
      json_t *done = parse_json (lines[2]);
      assert_keys (done, "event parameters seconds");
      g_assert_cmpstr (json_string_value (json_object_get (done, "event")), ==, "done");
      g_assert_cmpint (json_integer_value (json_object_get (done, "parameters")), ==,
                       kinds[k].parameters);
      json_decref (done);
    }
}

/* Same input, same bytes, wherever it is saved and with any number of threads. */
static void
training_repeats (Fixture *fixture, gconstpointer data)
{
  static const char *const others[] = { "--threads 1", "--threads 2", "--threads 3" };
  g_autofree char *path = in_folder (fixture, "again.safetensors"), *first = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (fixture->model, &first, &size, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *again = NULL;
      gsize again_size;
      g_auto (Run) run = run_cli ("train --kind vae --dataset builtin --count 128 --epochs 1 "
                                  "--channels 8 --quiet %s -o %s", others[i], path);
      assert_exit (&run, 0);
      g_assert_cmpstr (run.out, ==, "");
      g_assert_true (g_file_get_contents (path, &again, &again_size, NULL));
      g_assert_cmpmem (first, size, again, again_size);
    }
  g_auto (Run) run = run_cli ("train --kind vae --dataset builtin --count 128 --epochs 1 "
                              "--channels 8 --quiet --seed 1 -o %s", path);
  g_autofree char *other = NULL;
  assert_exit (&run, 0);
  g_assert_true (g_file_get_contents (path, &other, NULL, NULL));
  g_assert_true (memcmp (first + size - 1000, other + size - 1000, 1000) != 0);
}

static void
classes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "new.safetensors");
  g_auto (Run) run = run_cli ("train --kind cae --dataset builtin --classes 0,1 --count 1000 "
                              "--epochs 1 --channels 8 -o %s", path);
  assert_exit (&run, 0);
  /* 107 + 105 of the thousand: said, and clamped */
  g_assert_nonnull (strstr (run.err, "212"));
}

static void
info (Fixture *fixture, gconstpointer data)
{
  g_auto (Run) model = run_cli ("info %s --json", fixture->model);
  g_auto (Run) dataset = run_cli ("info builtin --json");
  assert_exit (&model, 0);
  assert_exit (&dataset, 0);
  json_t *m = parse_json (model.out), *d = parse_json (dataset.out);
  json_t *metadata = json_object_get (m, "metadata");
  assert_keys (metadata, "kind encoder channels dataset seed epochs version");
  g_assert_cmpstr (json_string_value (json_object_get (metadata, "dataset")), ==, "builtin");
  g_assert_cmpint (json_integer_value (json_object_get (d, "count")), ==, 1000);
  json_decref (m);
  json_decref (d);
}

/* A comma for a decimal point in the reader's language is none here. */
static void
locale_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strdup_printf ("measure --model %s --dataset builtin --count 3 "
                                           "--noise gaussian:0.25 --json", fixture->model);
  g_auto (Run) plain = run_cli ("%s", line);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "de_DE.UTF-8", TRUE);
  g_auto (Run) german = run_with (launcher, line);
  assert_exit (&german, 0);
  g_assert_cmpstr (german.out, ==, plain.out);
  json_t *document = parse_json (german.out);
  g_assert_cmpfloat (json_real_value (json_object_get (level_of (document, 0, 0), "level")), ==,
                     0.25);
  json_decref (document);
}

/* Stopping in the middle leaves what was there. */
static void
interrupt (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL, *out = NULL, *err = NULL;
  g_autofree char *line = g_strdup_printf ("train --kind cae --dataset builtin --count 1000 "
                                           "--epochs 100000 --json -o %s", fixture->model);
  g_autoptr (GPtrArray) arguments = command_line (line);
  gsize before_size, after_size;
  g_assert_true (g_file_get_contents (fixture->model, &before, &before_size, NULL));
  g_autoptr (GSubprocess) process = g_subprocess_newv (
    (const char *const *) arguments->pdata,
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL);
  g_assert_nonnull (process);

  /* Once there is an epoch's line it is training. */
  g_autoptr (GDataInputStream) stream
    = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *first = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  g_assert_nonnull (first);
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_nonnull (strstr (err, "stopped"));
  g_assert_true (g_file_get_contents (fixture->model, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/measure", measure);
  add_cli_test ("/cli/measure-of-samples", measure_of_samples);
  add_cli_test ("/cli/measure-of-a-range", measure_of_a_range);
  add_cli_test ("/cli/measure-of-angles", measure_of_angles);
  add_cli_test ("/cli/measure-of-kernels", measure_of_kernels);
  add_cli_test ("/cli/measure-of-distances", measure_of_distances);
  add_cli_test ("/cli/measure-depends-on-nothing-else", measure_depends_on_nothing_else);
  add_cli_test ("/cli/train", train);
  add_cli_test ("/cli/training-repeats", training_repeats);
  add_cli_test ("/cli/classes", classes);
  add_cli_test ("/cli/info", info);
  add_cli_test ("/cli/locale-changes-nothing", locale_changes_nothing);
  add_cli_test ("/cli/interrupt", interrupt);
  return g_test_run ();
}
