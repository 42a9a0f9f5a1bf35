/* perturb, encode, decode and geometry, against each other and against measure. */
#include "cli-test.h"

#include <math.h>
#include <st-alloc.h>
#include <st-file.h>
#include <st-npy.h>

static StNpy
open_array (const char *path, guint dimensions)
{
  g_autoptr (GBytes) bytes = NULL;
  StNpy npy;
  g_assert_cmpint (st_file_read (path, 1 << 30, &bytes).code, ==, ST_OK);
  g_assert_cmpint (st_npy_parse (bytes, &npy).code, ==, ST_OK);
  g_assert_cmpint (npy.type, ==, ST_NPY_F32);
  g_assert_cmpuint (npy.dimensions, ==, dimensions);
  return npy;
}

static json_t *
run_json (const char *line)
{
  g_auto (Run) run = run_cli ("%s", line);
  assert_exit (&run, 0);
  return parse_json (run.out);
}

static double
mean_psnr (const StNpy *a, const StNpy *b)
{
  gsize images = a->shape[0], size = a->count / images;
  const float *x = a->data, *y = b->data;
  double sum = 0.0;
  g_assert_cmpuint (a->count, ==, b->count);
  for (gsize i = 0; i < images; i++)
    {
      double error = 0.0;
      for (gsize p = i * size; p < (i + 1) * size; p++)
        error += ((double) x[p] - (double) y[p]) * ((double) x[p] - (double) y[p]);
      sum += 10.0 * log10 (1.0 / fmax (error / (double) size, 1e-10));
    }
  return sum / (double) images;
}

/* What measure reports is what one gets by hand from the images that the models were shown. */
static void
by_hand (Fixture *fixture, gconstpointer data)
{
  g_autofree char *clean = in_folder (fixture, "x.npy"), *latents = in_folder (fixture, "l.npy");
  g_autofree char *rebuilt = in_folder (fixture, "y.npy");
  g_auto (Run) perturb = run_cli ("perturb --dataset builtin --count 7 --noise blur:0 -o %s",
                                  clean);
  g_auto (Run) encode = run_cli ("encode --model %s --dataset builtin --count 7 --threads 2 "
                                 "--noise speckle:0.3 -o %s", fixture->model, latents);
  g_auto (Run) decode = run_cli ("decode --model %s %s -o %s", fixture->model, latents, rebuilt);
  assert_exit (&perturb, 0);
  assert_exit (&encode, 0);
  assert_exit (&decode, 0);

  StNpy x = open_array (clean, 3), l = open_array (latents, 4), y = open_array (rebuilt, 3);
  const gsize image_shape[] = { 7, 28, 28 }, latent_shape[] = { 7, 8, 7, 7 };
  g_assert_cmpmem (x.shape, sizeof image_shape, image_shape, sizeof image_shape);
  g_assert_cmpmem (y.shape, sizeof image_shape, image_shape, sizeof image_shape);
  g_assert_cmpmem (l.shape, sizeof latent_shape, latent_shape, sizeof latent_shape);

  g_autofree char *measure = g_strdup_printf ("measure --model %s --dataset builtin --count 7 "
                                              "--noise speckle:0.3 --json", fixture->model);
  g_autofree char *geometry = g_strdup_printf ("geometry %s --json", latents);
  json_t *measured = run_json (measure), *described = run_json (geometry);
  json_t *model = json_array_get (json_object_get (measured, "models"), 0);
  json_t *level = json_array_get (json_object_get (model, "levels"), 0);
  g_assert_cmpfloat_with_epsilon (json_real_value (json_object_get (level, "psnr_db")),
                                  mean_psnr (&x, &y), 1e-9);
  g_assert_true (json_equal (json_object_get (level, "ranks"),
                             json_object_get (described, "ranks")));
  g_assert_true (json_equal (json_object_get (level, "strata"),
                             json_object_get (described, "strata")));
  json_decref (measured);
  json_decref (described);
  st_npy_clear (&x);
  st_npy_clear (&l);
  st_npy_clear (&y);
}

/* Level 0 is the input, bit for bit; noise belongs to an image, not to its place. */
static void
perturbed_images (Fixture *fixture, gconstpointer data)
{
  g_autofree char *all = in_folder (fixture, "all.npy"), *one = in_folder (fixture, "one.npy");
  g_auto (Run) many = run_cli ("perturb --dataset builtin --count 5 --noise gaussian:0.3 -o %s",
                               all);
  g_auto (Run) single = run_cli ("perturb --dataset builtin --count 1 --start 4 "
                                 "--noise gaussian:0.3 -o %s", one);
  assert_exit (&many, 0);
  assert_exit (&single, 0);
  StNpy a = open_array (all, 3), b = open_array (one, 3);
  g_assert_cmpmem ((float *) a.data + 4 * 784, 784 * sizeof (float), b.data, 784 * sizeof (float));
  st_npy_clear (&a);
  st_npy_clear (&b);

  /* and what was written is a dataset: perturbed by nothing it is the same again */
  g_auto (Run) again = run_cli ("perturb --dataset %s --count 5 --noise gaussian:0 -o %s", all,
                                one);
  assert_exit (&again, 0);
  StNpy c = open_array (all, 3), d = open_array (one, 3);
  g_assert_cmpmem (c.data, c.count * sizeof (float), d.data, d.count * sizeof (float));
  st_npy_clear (&c);
  st_npy_clear (&d);
}

static void
save_array (const char *path, guint dimensions, const gsize *shape, const float *floats)
{
  g_autoptr (GBytes) bytes = NULL;
  g_assert_cmpint (st_npy_format (dimensions, shape, floats, &bytes).code, ==, ST_OK);
  g_assert_cmpint (st_file_save (path, bytes).code, ==, ST_OK);
}

/* 6 tensors 3 x 4 x 5: channels outermost, and innermost. */
static void
save_both_layouts (const char *nchw, const char *nhwc, guint32 seed)
{
  const gsize first[] = { 6, 5, 3, 4 }, last[] = { 6, 3, 4, 5 };
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  float a[360], b[360];
  for (guint n = 0; n < 6; n++)
    for (guint c = 0; c < 5; c++)
      for (guint cell = 0; cell < 12; cell++)
        a[(n * 5 + c) * 12 + cell] = b[(n * 12 + cell) * 5 + c]
          = (float) g_rand_double_range (random, -1, 1);
  save_array (nchw, 4, first, a);
  save_array (nhwc, 4, last, b);
}

static void
assert_geometry (json_t *document, const char *undefined)
{
  static const guint lengths[3] = { 3, 4, 5 };
  static const char *const factors[3] = { "s1", "s2", "s3" };
  json_t *gram = json_object_get (document, "gram_aa");
  assert_keys (document, "count shape ranks eigenvalues strata dimension angles_deg gram_aa "
                         "gram_ab kernel sigma angle_mean_deg angle_largest_deg angle_chordal "
                         "angle_geodesic_rad angle_precision_rad angle_mean_interval_deg "
                         "angle_intervals_deg gap undefined");
  g_assert_nonnull (strstr (json_string_value (json_object_get (document, "undefined")),
                            undefined));
  assert_keys (json_object_get (document, "dimension"), "numerical energy95 energy99");
  g_assert_cmpint (json_integer_value (json_object_get (document, "count")), ==, 6);
  for (guint i = 0; i < 3; i++)
    {
      json_t *images = json_object_get (json_object_get (document, "eigenvalues"), factors[i]);
      g_assert_cmpint (json_integer_value (json_array_get (json_object_get (document, "shape"), i)),
                       ==, lengths[i]);
      g_assert_cmpuint (json_array_size (images), ==, 6);
      g_assert_cmpuint (json_array_size (json_array_get (images, 5)), ==, lengths[i]);
    }
  /* The projection kernel of a point with itself is the sum of r_i / d_i: full rank is 3. */
  for (guint n = 0; n < 6; n++)
    {
      g_assert_cmpfloat_with_epsilon (number_at (json_array_get (gram, n), n), 3.0, 1e-12);
      for (guint m = 0; m < n; m++)
        g_assert_cmpfloat (number_at (json_array_get (gram, n), m), ==,
                           number_at (json_array_get (gram, m), n));
    }
}

/* Full ranks: every projection is the identity, the points coincide, no angle is defined. */
static void
full_ranks (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nchw = in_folder (fixture, "a.npy"), *nhwc = in_folder (fixture, "b.npy");
  save_both_layouts (nchw, nhwc, 1);
  g_autofree char *first = g_strdup_printf ("geometry %s --reference %s --matrices --json", nchw,
                                            nchw);
  g_autofree char *last = g_strdup_printf ("geometry %s --reference %s --layout nhwc --matrices "
                                           "--json --threads 2", nhwc, nhwc);
  json_t *a = run_json (first), *b = run_json (last);
  assert_geometry (a, "coincide");
  g_assert_true (json_equal (a, b));
  g_assert_true (json_is_null (json_object_get (a, "angles_deg")));
  json_decref (a);
  json_decref (b);
}

static void
angles (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = in_folder (fixture, "a.npy"), *two = in_folder (fixture, "b.npy");
  g_autofree char *unused = in_folder (fixture, "c.npy");
  save_both_layouts (one, unused, 1);
  save_both_layouts (two, unused, 2);
  g_autofree char *same_line = g_strdup_printf ("geometry %s --reference %s --kernel frobenius "
                                                "--subspace 3 --json", one, one);
  g_autofree char *line = g_strdup_printf ("geometry %s --reference %s --kernel log-euclidean "
                                           "--subspace 2 --centre no --json", one, two);
  json_t *same = run_json (same_line), *other = run_json (line);
  json_t *zeros = json_object_get (same, "angles_deg");
  json_t *found = json_object_get (other, "angles_deg");
  g_assert_cmpuint (json_array_size (zeros), ==, 3);
  for (gsize i = 0; i < 3; i++)
    g_assert_cmpfloat (number_at (zeros, i), <, 1e-6);
  g_assert_cmpuint (json_array_size (found), ==, 2);
  g_assert_cmpfloat (number_at (found, 0), >, 0.1);
  g_assert_cmpfloat (number_at (found, 0), <=, number_at (found, 1));
  g_assert_cmpfloat (number_at (found, 1), <=, 90.0);
  json_decref (same);
  json_decref (other);
}

static void
bad_arrays (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "a.npy"), *out = in_folder (fixture, "o.npy");
  const gsize shape[] = { 1, 8, 7, 7 }, small[] = { 1, 2, 2, 2 }, flat[] = { 4 };
  float floats[8 * 49] = { 0 };

  save_array (path, 1, flat, floats);
  g_auto (Run) vector = run_cli ("geometry %s", path);
  assert_fails (&vector, 1, "a.npy: its array has 1 axes where 4 are needed");
  save_array (path, 4, small, floats);
  g_auto (Run) misfit = run_cli ("decode --model %s %s -o %s", fixture->model, path, out);
  assert_fails (&misfit, 1, "the sizes do not fit: 8 came where 392 were needed");
  g_autofree char *other = in_folder (fixture, "b.npy");
  save_array (other, 4, shape, floats);
  g_auto (Run) reference = run_cli ("geometry %s --reference %s", path, other);
  assert_fails (&reference, 1, "b.npy: the sizes do not fit");
  const gsize two[] = { 2, 4, 7, 7 };
  floats[4 * 49 + 20] = -(float) INFINITY;
  save_array (path, 4, two, floats);
  g_auto (Run) infinite = run_cli ("geometry %s", path);
  assert_fails (&infinite, 1, "image 1 holds a number that is not finite, at 20");
  g_auto (Run) behind = run_cli ("geometry %s --reference %s", other, path);
  assert_fails (&behind, 1, "a.npy: image 1 holds a number that is not finite, at 20");
  floats[50] = (float) NAN;
  save_array (path, 4, shape, floats);
  g_auto (Run) nan = run_cli ("decode --model %s %s -o %s", fixture->model, path, out);
  assert_fails (&nan, 1, "image 0 holds a number that is not finite, at 50");
  g_auto (Run) missing = run_cli ("geometry %s.missing", path);
  assert_fails (&missing, 1, "no such file");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/by-hand", by_hand);
  add_cli_test ("/cli/perturbed-images", perturbed_images);
  add_cli_test ("/cli/full-ranks", full_ranks);
  add_cli_test ("/cli/angles", angles);
  add_cli_test ("/cli/bad-arrays", bad_arrays);
  return g_test_run ();
}
