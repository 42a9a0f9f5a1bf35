/* `isometry` on models whose metrics are known in closed form. */
#include "cli-test.h"

#include <math.h>
#include <st-model-io.h>

#define KEYS "mean_condition_number median_condition_number singular_points variance " \
             "relaxed_distortion strict_isometry conformal log_volume_variance mse"

enum { D = 2, PIXELS = 784 };

static float *
tensor_of (const StSpec *spec, float *parameters, const char *name)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (spec, tensors);
  for (guint i = 0; i < count; i++)
    if (strcmp (tensors[i].name, name) == 0)
      return parameters + tensors[i].offset;
  g_error ("no %s", name);
}

/* Every image is at z = 0, where every logit is 0, every ReLU awake, and J = W2 W1 / 4: with two
 * orthogonal columns of length 1 in W2 and W1 = 4 diag (first, second), G = diag (first^2,
 * second^2). */
static void
save_linear (const char *path, float first, float second)
{
  StSpec spec = st_spec_default (ST_KIND_AE_MLP, ST_ENCODER_S2);
  spec.hidden[0] = D;
  spec.hidden[1] = 0;
  g_autofree float *parameters = g_new0 (float, st_spec_parameters (&spec));
  float *inner = tensor_of (&spec, parameters, "decoder.0.weight");
  float *awake = tensor_of (&spec, parameters, "decoder.0.bias");
  float *outer = tensor_of (&spec, parameters, "decoder.1.weight");
  float *black = tensor_of (&spec, parameters, "decoder.1.bias");
  StModelFile file = { .metadata = st_model_metadata_new () };

  inner[0] = 4.0f * first;
  inner[3] = 4.0f * second;
  awake[0] = awake[1] = 8.0f;
  for (guint i = 0; i < PIXELS; i++)
    {
      outer[i * D] = 1.0f / 28.0f;
      outer[i * D + 1] = i % 2 == 0 ? 1.0f / 28.0f : -1.0f / 28.0f;
      black[i] = -8.0f * (outer[i * D] + outer[i * D + 1]);
    }
  g_assert_cmpint (st_model_new (&spec, parameters, &file.model).code, ==, ST_OK);
  g_assert_cmpint (st_model_save (path, &file).code, ==, ST_OK);
  st_model_file_clear (&file);
}

static json_t *
isometry_of (const char *path, const char *options)
{
  g_auto (Run) run = run_cli ("isometry --model %s --dataset builtin --json %s", path, options);
  assert_exit (&run, 0);
  json_t *object = parse_json (run.out);
  assert_keys (object, KEYS);
  return object;
}

static void
assert_number (json_t *object, const char *key, double expected)
{
  json_t *value = json_object_get (object, key);
  g_test_message ("%s", key);
  g_assert_true (json_is_number (value));
  g_assert_cmpfloat_with_epsilon (json_number_value (value), expected, 1e-6 * (1.0 + expected));
}

static void
closed_form (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "linear.safetensors");
  save_linear (path, 0.5f, 1.5f);
  json_t *object = isometry_of (path, "--count 23");
  assert_number (object, "mean_condition_number", 9.0);
  assert_number (object, "median_condition_number", 9.0);
  g_assert_cmpint (json_integer_value (json_object_get (object, "singular_points")), ==, 0);
  assert_number (object, "variance", 0.0);
  assert_number (object, "relaxed_distortion", (0.0625 + 5.0625) / 6.25);
  assert_number (object, "strict_isometry", 0.5625 + 1.5625);
  assert_number (object, "conformal", 1.28);
  assert_number (object, "log_volume_variance", 0.0);
  json_decref (object);
  g_auto (Run) text = run_cli ("isometry --model %s --dataset builtin --count 23", path);
  assert_exit (&text, 0);
  g_assert_nonnull (strstr (text.out, "23 images, d = 2"));
  g_assert_nonnull (strstr (text.out, "mean cond (G)"));
}

/* A direction that nothing moves along: what is undefined is null, and counted. */
static void
singular (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "flat.safetensors");
  save_linear (path, 1.0f, 0.0f);
  json_t *object = isometry_of (path, "--count 5");
  g_assert_cmpint (json_integer_value (json_object_get (object, "singular_points")), ==, 5);
  g_assert_true (json_is_null (json_object_get (object, "mean_condition_number")));
  g_assert_true (json_is_null (json_object_get (object, "median_condition_number")));
  g_assert_true (json_is_null (json_object_get (object, "variance")));
  g_assert_true (json_is_null (json_object_get (object, "log_volume_variance")));
  assert_number (object, "strict_isometry", 1.0);
  assert_number (object, "conformal", 2.0);
  assert_number (object, "relaxed_distortion", 1.0);
  json_decref (object);
}

/* The same numbers with any number of threads, and of some classes others. */
static void
trained (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_folder (fixture, "irvae.safetensors");
  g_auto (Run) train = run_cli ("train --kind irvae --dataset builtin --classes 0,1 --count 100 "
                                "--hidden 32 --epochs 2 --quiet -o %s", path);
  assert_exit (&train, 0);
  json_t *one = isometry_of (path, "--threads 1"), *three = isometry_of (path, "--threads 3");
  json_t *some = isometry_of (path, "--classes 0,1");
  g_assert_true (json_equal (one, three));
  g_assert_false (json_equal (one, some));
  g_assert_cmpfloat (json_number_value (json_object_get (one, "mse")), >, 0.0);
  g_assert_cmpfloat (json_number_value (json_object_get (one, "relaxed_distortion")), >, 0.5);
  json_decref (one);
  json_decref (three);
  json_decref (some);
}

static void
refused (Fixture *fixture, gconstpointer data)
{
  g_auto (Run) map = run_cli ("isometry --model %s --dataset builtin", fixture->model);
  assert_fails (&map, 2, "that of vae is a map");
  g_auto (Run) none = run_cli ("isometry --model %s.not --dataset builtin", fixture->model);
  assert_fails (&none, 1, "no such file");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cli_test ("/cli/isometry/closed-form", closed_form);
  add_cli_test ("/cli/isometry/singular", singular);
  add_cli_test ("/cli/isometry/trained", trained);
  add_cli_test ("/cli/isometry/refused", refused);
  return g_test_run ();
}
