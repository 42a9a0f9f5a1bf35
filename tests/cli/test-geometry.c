/* geometry on anybody's tensors: kernels, distances, doubles, vectors, and what there is least
 * of. */
#include "cli-test.h"

#include "distance-facts.h"
#include "hilbert-facts.h"
#include "jackknife-facts.h"
#include "synthetic.h"

#include <math.h>

/* "<f8" or "<f4" of this shape, as NumPy writes it. */
static void
save_numbers (const char *path, gboolean doubles, const char *shape, gsize n,
              const double *numbers)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = g_strdup_printf (
    "{'descr': '<f%c', 'fortran_order': False, 'shape': (%s), }", doubles ? '8' : '4', shape);
  guint16 length = (guint16) (strlen (text) + 1);
  g_byte_array_append (bytes, (const guint8 *) "\x93NUMPY\x01\x00", 8);
  g_byte_array_append (bytes, (const guint8 *) &length, 2);
  g_byte_array_append (bytes, (const guint8 *) text, length - 1u);
  g_byte_array_append (bytes, (const guint8 *) "\n", 1);
  for (gsize i = 0; i < n; i++)
    {
      float single = (float) numbers[i];
      if (doubles)
        g_byte_array_append (bytes, (const guint8 *) &numbers[i], sizeof (double));
      else
        g_byte_array_append (bytes, (const guint8 *) &single, sizeof single);
    }
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

static json_t *
run_json (const char *format, ...) G_GNUC_PRINTF (1, 2);

static json_t *
run_json (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_auto (Run) run = run_cli ("%s --json --quiet", line);
  assert_exit (&run, 0);
  g_assert_cmpstr (run.err, ==, "");
  return parse_json (run.out);
}

static json_t *
at (json_t *document, const char *key, gsize i)
{
  return json_array_get (json_object_get (document, key), i);
}

/* ---- against NumPy and SciPy ---- */

static void
save_synthetic (const char *path, StShape shape, bool perturbed)
{
  gsize size = st_shape_size (shape);
  g_autofree double *numbers = g_new (double, HILBERT_N * size);
  g_autofree float *latent = g_new (float, size);
  g_autofree char *text = g_strdup_printf ("%d, %u, %u, %u", HILBERT_N, shape.height, shape.width,
                                           shape.channels);
  for (guint i = 0; i < HILBERT_N; i++)
    {
      synthetic_latent (shape, i, perturbed, latent);
      for (gsize j = 0; j < size; j++)
        numbers[i * size + j] = (double) latent[j];
    }
  save_numbers (path, perturbed, text, HILBERT_N * size, numbers);
}

static void
assert_near (json_t *number, double expected, double tolerance)
{
  g_assert_true (json_is_number (number));
  g_assert_cmpfloat_with_epsilon (json_number_value (number), expected, tolerance);
}

static void
assert_dimension (json_t *document, const unsigned *dimension)
{
  static const char *const names[] = { "numerical", "energy95", "energy99" };
  json_t *object = json_object_get (document, "dimension");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (json_integer_value (json_object_get (object, names[i])), ==, dimension[i]);
}

/* Intervals of a fact, -1 where there is none. */
static void
assert_interval (json_t *pair, double low, double high, double tolerance)
{
  if (low < 0)
    {
      g_assert_true (pair == NULL || json_is_null (pair));
      return;
    }
  assert_near (json_array_get (pair, 0), low, tolerance);
  assert_near (json_array_get (pair, 1), high, tolerance);
}

static void
assert_jackknife (json_t *document, const JackknifeFact *fact, double tolerance)
{
  json_t *each = json_object_get (document, "angle_intervals_deg");
  assert_interval (json_object_get (document, "angle_mean_interval_deg"), fact->mean[0],
                   fact->mean[1], tolerance);
  for (unsigned i = 0; i < fact->count; i++)
    assert_interval (json_array_get (each, i), fact->low[i], fact->high[i], tolerance);
}

static void
angle_facts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *clean = in_folder (fixture, "a.npy"), *shown = in_folder (fixture, "b.npy");
  for (guint f = 0; f < G_N_ELEMENTS (HILBERT_FACTS); f++)
    {
      const HilbertFact *fact = &HILBERT_FACTS[f];
      const StShape shape = { fact->height, fact->width, fact->channels };
      const gboolean gaussian = g_str_has_prefix (fact->kernel, "gaussian:");
      const double tolerance = gaussian ? 1e-5 : 1e-8;
      save_synthetic (clean, shape, FALSE);
      save_synthetic (shown, shape, TRUE);
      json_t *document = run_json ("geometry %s --reference %s --layout nhwc --kernel %s", clean,
                                   shown, fact->kernel);
      json_t *degrees = json_object_get (document, "angles_deg");
      double mean = 0;
      g_assert_cmpuint (json_array_size (degrees), ==, fact->count);
      for (unsigned i = 0; i < fact->count; i++)
        {
          assert_near (json_array_get (degrees, i), fact->degrees[i], tolerance);
          mean += fact->degrees[i] / fact->count;
        }
      assert_near (json_object_get (document, "angle_mean_deg"), mean, tolerance);
      assert_dimension (document, fact->dimensions_a);
      /* The same kernel without gaussian: is the fact whose median is sigma. */
      for (guint g = 0; g < G_N_ELEMENTS (HILBERT_FACTS) && gaussian; g++)
        if (g_str_equal (HILBERT_FACTS[g].kernel, fact->kernel + strlen ("gaussian:"))
            && HILBERT_FACTS[g].height == fact->height)
          assert_near (json_object_get (document, "sigma"), HILBERT_FACTS[g].median_clean, 1e-9);
      for (guint j = 0; j < G_N_ELEMENTS (JACKKNIFE_FACTS); j++)
        if (g_str_equal (JACKKNIFE_FACTS[j].kernel, fact->kernel)
            && JACKKNIFE_FACTS[j].height == fact->height)
          assert_jackknife (document, &JACKKNIFE_FACTS[j], 10 * tolerance);
      json_decref (document);
    }
}

/* Those facts that are about an image and its perturbed one. */
static void
distance_facts (Fixture *fixture, gconstpointer data)
{
  static const char *const factors[3] = { "s1", "s2", "s3" };
  g_autofree char *clean = in_folder (fixture, "a.npy"), *shown = in_folder (fixture, "b.npy");
  guint compared = 0;
  for (guint f = 0; f < G_N_ELEMENTS (DISTANCE_FACTS); f++)
    {
      const DistanceFact *fact = &DISTANCE_FACTS[f];
      if (fact->j != fact->i + HILBERT_N)
        continue;
      const StShape shape = { fact->height, fact->width, fact->channels };
      save_synthetic (clean, shape, FALSE);
      save_synthetic (shown, shape, TRUE);
      json_t *document = run_json ("geometry %s --reference %s --layout nhwc --distance %s",
                                   clean, shown, fact->distance);
      json_t *distance = json_object_get (document, "distance");
      for (guint s = 0; s < 3; s++)
        {
          json_t *number = at (distance, factors[s], fact->i);
          if (fact->factors[s] < 0)
            g_assert_true (json_is_null (number));
          else
            assert_near (number, fact->factors[s], 1e-9 * (1 + fact->factors[s]));
        }
      compared++;
      json_decref (document);
    }
  g_assert_cmpuint (compared, >=, 30);
}

/* ---- what there is besides ---- */

/* 15 tensors of 4 channels, 3 x 5, every third one of few different cells. */
static void
fill (double *numbers, double turn)
{
  for (gsize n = 0; n < 15; n++)
    for (gsize c = 0; c < 4; c++)
      for (gsize cell = 0; cell < 15; cell++)
        {
          gsize kind = n % 3 == 0 ? cell % 3 : cell;
          numbers[(n * 4 + c) * 15 + cell]
            = sin (1.3 * (double) (n + 1) * (double) (c + 2) * (double) (kind + 1) + turn);
        }
}

static void
kernels (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "projection", "frobenius", "log-euclidean",
                                       "bonnabel-sepulchre" };
  g_autofree char *one = in_folder (fixture, "a.npy"), *two = in_folder (fixture, "b.npy");
  double numbers[15 * 60];
  fill (numbers, 0);
  save_numbers (one, TRUE, "15, 4, 3, 5", 900, numbers);
  fill (numbers, 0.4);
  save_numbers (two, FALSE, "15, 4, 3, 5", 900, numbers);
  for (guint k = 0; k < 2 * G_N_ELEMENTS (names); k++)
    {
      const char *prefix = k % 2 ? "gaussian:" : "";
      json_t *document = run_json ("geometry %s --reference %s --kernel %s%s --matrices", one, two,
                                   prefix, names[k / 2]);
      json_t *same = run_json ("geometry %s --reference %s --kernel %s%s --centre no", one, one,
                               prefix, names[k / 2]);
      double precision = json_number_value (json_object_get (same, "angle_precision_rad"));
      g_assert_true (k % 2 ? precision >= 1e-7 : precision == 1e-10);
      g_assert_cmpfloat (json_number_value (json_object_get (same, "angle_largest_deg")), <=,
                         57.3 * precision);
      /* Few projectors differ; without a group of tensors they may span less. */
      g_assert_true (json_is_array (json_object_get (document, "angle_mean_interval_deg"))
                     || k < 2);
      g_assert_cmpuint (json_array_size (json_object_get (document, "angles_deg")), >=,
                        k < 2 ? 1 : 5);
      g_assert_true (json_is_real (json_object_get (document, "sigma")) == (k % 2 == 1));
      for (gsize i = 0; i < 15 && k % 2; i++)
        for (gsize j = 0; j < 15; j++)
          {
            g_assert_cmpfloat (number_at (at (document, "gram_aa", i), j), <=, 1);
            g_assert_cmpfloat (number_at (at (document, "gram_ab", i), j), <=, 1);
            if (i == j)
              g_assert_cmpfloat (number_at (at (document, "gram_aa", i), j), ==, 1);
          }
      json_decref (document);
      json_decref (same);
    }
  /* Fewer tensors on one side: angles, but nothing that is paired. */
  save_numbers (two, FALSE, "12, 4, 3, 5", 720, numbers);
  json_t *fewer = run_json ("geometry %s --reference %s --kernel gaussian:frobenius", one, two);
  g_assert_true (json_is_array (json_object_get (fewer, "angles_deg")));
  g_assert_true (json_is_null (json_object_get (fewer, "angle_mean_interval_deg")));
  json_decref (fewer);
  g_auto (Run) unpaired = run_cli ("geometry %s --reference %s --distance ye-lim", one, two);
  assert_fails (&unpaired, 1, "one by one");
}

static void
distances (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = in_folder (fixture, "a.npy"), *two = in_folder (fixture, "b.npy");
  double numbers[15 * 60];
  fill (numbers, 0);
  save_numbers (one, TRUE, "15, 4, 3, 5", 900, numbers);
  for (gsize i = 0; i < 60; i++)
    numbers[i] = 0.25;   /* the first tensor: no rank at all */
  save_numbers (two, TRUE, "15, 4, 3, 5", 900, numbers);
  json_t *document = run_json ("geometry %s --reference %s --distance bonnabel-sepulchre", one, two);
  json_t *distance = json_object_get (document, "distance");
  g_assert_true (json_is_null (at (distance, "product", 0)));
  g_assert_true (json_is_null (at (distance, "s3", 0)));
  g_assert_cmpfloat (number_at (json_object_get (distance, "product"), 1), <, 1e-6);
  g_assert_cmpint (json_integer_value (json_object_get (distance, "undefined_pairs")), ==, 1);
  g_assert_cmpstr (json_string_value (json_object_get (at (distance, "undefined", 0), "reason")),
                   ==, "different ranks");
  json_decref (document);
  document = run_json ("geometry %s --reference %s --distance affine-invariant", one, two);
  distance = json_object_get (document, "distance");
  g_assert_cmpstr (json_string_value (json_object_get (at (distance, "undefined", 0), "reason")),
                   ==, "singular");
  /* Three cells that differ leave S3 two of its four dimensions, in every third tensor. */
  g_assert_cmpint (json_integer_value (json_object_get (distance, "undefined_pairs")), ==, 5);
  g_assert_cmpuint (json_array_size (json_object_get (distance, "factors")), ==, 3);
  json_decref (document);

  /* More channels than cells: S3 never has full rank, and the product leaves it out. */
  save_numbers (one, TRUE, "15, 15, 2, 2", 900, numbers);
  document = run_json ("geometry %s --reference %s --distance affine-invariant", one, one);
  distance = json_object_get (document, "distance");
  g_assert_cmpuint (json_array_size (json_object_get (distance, "factors")), ==, 2);
  g_assert_true (json_is_null (at (distance, "s3", 9)));
  g_assert_true (json_is_real (at (distance, "product", 9)));
  json_decref (document);
}

/* Doubles are not rounded: what floats cannot tell apart is there. */
static void
doubles (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fine = in_folder (fixture, "a.npy"), *coarse = in_folder (fixture, "b.npy");
  double numbers[15 * 60];
  fill (numbers, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    numbers[i] = 1e8 + numbers[i];
  save_numbers (fine, TRUE, "15, 4, 3, 5", 900, numbers);
  save_numbers (coarse, FALSE, "15, 4, 3, 5", 900, numbers);
  json_t *exact = run_json ("geometry %s", fine), *rounded = run_json ("geometry %s", coarse);
  g_assert_cmpint (json_integer_value (at (json_object_get (exact, "ranks"), "s3", 1)), ==, 4);
  g_assert_cmpint (json_integer_value (at (json_object_get (rounded, "ranks"), "s3", 1)), ==, 0);
  json_decref (exact);
  json_decref (rounded);

  numbers[4 * 15 + 7] = 1e120;
  save_numbers (fine, TRUE, "15, 4, 3, 5", 900, numbers);
  g_auto (Run) huge = run_cli ("geometry %s", fine);
  assert_fails (&huge, 1, "image 1 holds a number that cannot be squared, at 7");
  numbers[4 * 15 + 7] = NAN;
  save_numbers (fine, TRUE, "15, 4, 3, 5", 900, numbers);
  g_auto (Run) nan = run_cli ("geometry %s", fine);
  assert_fails (&nan, 1, "image 1 holds a number that is not finite, at 7");
}

/* Vectors have nothing to unfold, and say so. */
static void
vectors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = in_folder (fixture, "a.npy"), *two = in_folder (fixture, "b.npy");
  const double numbers[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 4 };
  save_numbers (one, FALSE, "6, 2", 12, numbers);
  save_numbers (two, TRUE, "4, 3", 12, numbers);
  static const char *const nulls[] = { "ranks", "eigenvalues", "strata", "dimension", "angles_deg",
                                       "angle_mean_interval_deg", "distance", "gram_aa",
                                       "gram_ab" };
  json_t *document = run_json ("geometry %s --reference %s --distance ye-lim --matrices", one, one);
  g_assert_cmpint (json_integer_value (json_object_get (document, "count")), ==, 6);
  g_assert_cmpuint (json_array_size (json_object_get (document, "shape")), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (nulls); i++)
    g_assert_true (json_is_null (json_object_get (document, nulls[i])));
  g_assert_nonnull (strstr (json_string_value (json_object_get (document, "undefined")),
                            "no unfoldings"));
  json_decref (document);
  g_auto (Run) text = run_cli ("geometry %s", two);
  assert_exit (&text, 0);
  g_assert_nonnull (strstr (text.out, "4 vectors of 3; vectors have no unfoldings"));
  g_auto (Run) misfit = run_cli ("geometry %s --reference %s", one, two);
  assert_fails (&misfit, 1, "the sizes do not fit");
}

/* One tensor, constant ones, zeros, one channel, one cell: numbers or null, under every kernel. */
static void
least (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *shape; gsize n; double scale; int rank; } cases[] = {
    { "1, 4, 3, 5", 60, 1, 4 }, { "4, 3, 2, 2", 48, 0, 0 }, { "12, 1, 2, 2", 48, 1, 1 },
    { "12, 4, 1, 1", 48, 1, 0 }, { "2, 2, 3, 4", 48, 0, 0 },
  };
  static const char *const names[] = { "projection", "gaussian:projection", "frobenius",
                                       "gaussian:log-euclidean", "bonnabel-sepulchre" };
  g_autofree char *path = in_folder (fixture, "a.npy");
  double numbers[60];
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
      for (int real = 0; real < 2; real++)
        {
          for (gsize i = 0; i < cases[c].n; i++)
            numbers[i] = c == 1 ? 0.1 : cases[c].scale * sin (3.7 * (double) (i * i));
          save_numbers (path, real, cases[c].shape, cases[c].n, numbers);
          json_t *document = run_json ("geometry %s --reference %s --kernel %s --distance ye-lim "
                                       "--matrices", path, path, names[k]);
          json_t *ranks = json_object_get (document, "ranks");
          g_assert_cmpint (json_integer_value (at (ranks, "s3", 0)), ==, cases[c].rank);
          if (g_str_has_prefix (names[k], "gaussian:")
              && (cases[c].n == 60 || cases[c].scale == 0 || c == 1))
            {
              g_assert_true (json_is_null (json_object_get (document, "sigma")));
              g_assert_true (json_is_null (json_object_get (document, "dimension")));
              g_assert_true (json_is_null (json_object_get (document, "gram_aa")));
            }
          if (c == 0 || c == 1 || c == 4)
            g_assert_true (json_is_null (json_object_get (document, "angles_deg")));
          json_decref (document);
          g_auto (Run) text = run_cli ("geometry %s --reference %s --kernel %s --distance ye-lim",
                                       path, path, names[k]);
          assert_exit (&text, 0);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/geometry/angle-facts", angle_facts);
  add_cli_test ("/cli/geometry/distance-facts", distance_facts);
  add_cli_test ("/cli/geometry/kernels", kernels);
  add_cli_test ("/cli/geometry/distances", distances);
  add_cli_test ("/cli/geometry/doubles", doubles);
  add_cli_test ("/cli/geometry/vectors", vectors);
  add_cli_test ("/cli/geometry/least", least);
  return g_test_run ();
}
