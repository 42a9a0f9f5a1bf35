/* The decoder's Jacobian in double: against finite differences of reference-net.h's nets, in
 * closed form where the net is linear, and the means that it is taken at. */
#include "reference-net.h"

#include <st-jacobian.h>
#include <st-workspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { SIDE = 8, PIXELS_MAX = 3 * SIDE * SIDE, POINTS = 7, DIMENSION_MAX = 33 };

static void
fill (uint32_t which, size_t n, double low, double high, double *x)
{
  st_random_uniform ((StRandomKey) { .seed = 30, .image = which }, n, x);
  for (size_t i = 0; i < n; i++)
    x[i] = low + (high - low) * x[i];
}

static StSpec
small_spec (StKind kind, StEncoder encoder, uint32_t dimension)
{
  return (StSpec) { .kind = kind, .encoder = encoder, .image = { SIDE, SIDE, 1 }, .channels = 5,
                    .dimension = dimension, .hidden = { 9, 17 } };
}

typedef struct Case {
  StModel *model;
  StJacobian *jacobian;
  double *parameters, *z;   /* z[POINTS][d] */
} Case;

static void
case_init (Case *c, const StSpec *spec)
{
  size_t n = st_spec_parameters (spec);
  g_autofree float *parameters = g_new (float, n);

  c->parameters = g_new (double, n);
  c->z = g_new (double, POINTS * spec->dimension);
  fill (0, n, -0.4, 0.4, c->parameters);
  fill (1, POINTS * spec->dimension, -2.0, 2.0, c->z);
  for (size_t i = 0; i < n; i++)
    c->parameters[i] = (double) (parameters[i] = (float) c->parameters[i]);
  g_assert_true (st_ok (st_model_new (spec, parameters, &c->model)));
  g_assert_true (st_ok (st_jacobian_new (c->model, &c->jacobian)));
}

static void
case_clear (Case *c)
{
  st_jacobian_free (c->jacobian);
  st_model_unref (c->model);
  g_free (c->parameters);
  g_free (c->z);
}

/* J(z) v by a central difference of the reference. */
static void
difference (const Net *net, const double *z, const double *v, double *product)
{
  const double step = 1e-6;
  size_t pixels = st_shape_size (net->spec->image);
  uint32_t d = net->spec->dimension;
  double there[DIMENSION_MAX], side[2][PIXELS_MAX];

  for (int s = 0; s < 2; s++)
    {
      for (uint32_t i = 0; i < d; i++)
        there[i] = z[i] + (s == 0 ? step : -step) * v[i];
      reference_decode (net, there, side[s]);
    }
  for (size_t i = 0; i < pixels; i++)
    product[i] = (side[0][i] - side[1][i]) / (2.0 * step);
}

static void
assert_near (const double *a, const double *b, size_t n, double relative, double absolute)
{
  double largest = 0.0, error = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      largest = fmax (largest, fabs (b[i]));
      error = fmax (error, fabs (a[i] - b[i]));
    }
  g_assert_cmpfloat (largest, >, 1e-4);
  g_assert_cmpfloat (error, <, relative * largest + absolute);
}

/* Images to rounding, products with k directions a point to finite differences' error. */
static void
check_push (Case *c, const StSpec *spec, uint32_t k)
{
  size_t pixels = st_shape_size (spec->image), d = spec->dimension;
  g_autofree double *v = g_new (double, POINTS * k * d);
  g_autofree double *images = g_new (double, POINTS * pixels);
  g_autofree double *products = g_new (double, POINTS * k * pixels);
  Net net = { spec, c->parameters };
  double expected[PIXELS_MAX];

  fill (2, POINTS * k * d, -1.0, 1.0, v);
  st_jacobian_push (c->jacobian, POINTS, c->z, k, v, images, products);
  for (size_t p = 0; p < POINTS; p++)
    {
      reference_decode (&net, c->z + p * d, expected);
      assert_near (images + p * pixels, expected, pixels, 1e-13, 0.0);
      for (size_t j = 0; j < k; j++)
        {
          difference (&net, c->z + p * d, v + (p * k + j) * d, expected);
          assert_near (products + (p * k + j) * pixels, expected, pixels, 1e-7, 1e-9);
        }
    }
  g_autofree double *alone = g_new (double, POINTS * pixels);
  st_jacobian_push (c->jacobian, POINTS, c->z, 0, NULL, alone, NULL);
  g_assert_cmpmem (alone, POINTS * pixels * sizeof *alone, images,
                   POINTS * pixels * sizeof *images);
}

/* G is the product of the columns, which are J times the unit vectors. */
static void
check_metrics (Case *c, const StSpec *spec)
{
  size_t pixels = st_shape_size (spec->image), d = spec->dimension;
  g_autofree double *columns = g_new (double, d * pixels), *unit = g_new0 (double, d * d);
  g_autofree double *metrics = g_new (double, POINTS * d * d), *metric = g_new (double, d * d);
  g_autofree double *again = g_new (double, d * pixels);

  for (size_t i = 0; i < d; i++)
    unit[i * d + i] = 1.0;
  st_jacobian_metrics (c->jacobian, POINTS, c->z, NULL, metrics);
  for (size_t p = 0; p < POINTS; p++)
    {
      st_jacobian_push (c->jacobian, 1, c->z + p * d, (uint32_t) d, NULL, NULL, columns);
      st_jacobian_push (c->jacobian, 1, c->z + p * d, (uint32_t) d, unit, NULL, again);
      g_assert_cmpmem (columns, d * pixels * sizeof *columns, again, d * pixels * sizeof *again);
      for (size_t i = 0; i < d * d; i++)
        {
          metric[i] = 0.0;
          for (size_t l = 0; l < pixels; l++)
            metric[i] += columns[i / d * pixels + l] * columns[i % d * pixels + l];
        }
      assert_near (metrics + p * d * d, metric, d * d, 1e-13, 0.0);
    }
}

static void
check_spec (const StSpec *spec)
{
  Case c;
  case_init (&c, spec);
  check_push (&c, spec, 1);
  check_push (&c, spec, 17);
  check_metrics (&c, spec);
  case_clear (&c);
}

static void
test_mlp (gconstpointer data)
{
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    if (!st_kind_unfolds (kind))
      for (uint32_t dimension = 2; dimension <= 18; dimension += 8)
        {
          StSpec spec = small_spec (kind, ST_ENCODER_S2, dimension);
          spec.activation = (StActivation) GPOINTER_TO_UINT (data);
          spec.image.channels = dimension == 2 ? 3 : 1;
          check_spec (&spec);
        }
}

static void
test_convolutions (gconstpointer data)
{
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    if (st_kind_unfolds (kind) && st_kind_has_dimension (kind))
      {
        StSpec spec = small_spec (kind, (StEncoder) GPOINTER_TO_UINT (data), 3);
        spec.image.channels = kind == ST_KIND_AE_DENSE ? 3 : 1;
        check_spec (&spec);
      }
}

/* Where no ReLU is at rest the layers are one matrix, and the sigmoid is s (1 - s) times it. */
static void
test_closed_form (void)
{
  enum { D = 2, HIDDEN = 3, PIXELS = SIDE * SIDE };
  StSpec spec = small_spec (ST_KIND_AE_MLP, ST_ENCODER_S2, D);
  double z[D] = { 0.3, -0.2 }, columns[D * PIXELS], image[PIXELS];
  StTensor tensors[ST_TENSORS_MAX];
  StJacobian *jacobian;
  StModel *model;

  spec.hidden[0] = HIDDEN;
  spec.hidden[1] = 0;
  g_autofree float *p = g_new0 (float, st_spec_parameters (&spec));
  st_spec_tensors (&spec, tensors);
  float *first = p + tensors[4].offset, *last = p + tensors[6].offset;
  g_assert_cmpstr (tensors[4].name, ==, "decoder.0.weight");
  g_assert_cmpstr (tensors[6].name, ==, "decoder.1.weight");
  for (size_t i = 0; i < HIDDEN * D; i++)
    first[i] = 0.25f * (float) i - 0.5f;
  for (size_t i = 0; i < HIDDEN; i++)
    p[tensors[5].offset + i] = 4.0f;
  for (size_t i = 0; i < PIXELS * HIDDEN; i++)
    last[i] = 0.125f * (float) (i % 5) - 0.25f;
  g_assert_true (st_ok (st_model_new (&spec, p, &model)));
  g_assert_true (st_ok (st_jacobian_new (model, &jacobian)));
  g_assert_cmpuint (st_jacobian_dimension (jacobian), ==, D);
  g_assert_cmpuint (st_jacobian_pixels (jacobian), ==, PIXELS);
  st_jacobian_push (jacobian, 1, z, D, NULL, image, columns);
  for (size_t i = 0; i < PIXELS; i++)
    {
      double logit = 0.0, slope[D] = { 0.0 };
      for (size_t h = 0; h < HIDDEN; h++)
        {
          double w = (double) last[i * HIDDEN + h];
          logit += w * 4.0;
          for (size_t k = 0; k < D; k++)
            {
              logit += w * (double) first[h * D + k] * z[k];
              slope[k] += w * (double) first[h * D + k];
            }
        }
      double s = 1.0 / (1.0 + exp (-logit));
      g_assert_cmpfloat_with_epsilon (image[i], s, 1e-15);
      for (size_t k = 0; k < D; k++)
        g_assert_cmpfloat_with_epsilon (columns[k * PIXELS + i], s * (1.0 - s) * slope[k], 1e-15);
    }
  st_jacobian_free (jacobian);
  st_model_unref (model);
}

static void
test_refused (void)
{
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    if (!st_kind_has_dimension (kind))
      {
        StSpec spec = small_spec (kind, ST_ENCODER_S2, 2);
        g_autofree float *parameters = g_new0 (float, st_spec_parameters (&spec));
        StJacobian *jacobian = NULL;
        StModel *model;
        g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
        g_assert_cmpint (st_jacobian_new (model, &jacobian).code, ==, ST_RANGE);
        g_assert_null (jacobian);
        st_model_unref (model);
      }
}

/* The code is what an MLP's latent is, and what a dense kind's is expanded from. */
static void
test_code (gconstpointer data)
{
  enum { IMAGES = 60, PIXELS = SIDE * SIDE };
  StSpec spec = small_spec ((StKind) GPOINTER_TO_UINT (data), ST_ENCODER_S2, 3);
  size_t latent = st_shape_size (st_spec_latent (&spec));
  g_autofree double *numbers = g_new (double, IMAGES * PIXELS);
  g_autofree float *images = g_new (float, IMAGES * PIXELS), *codes = g_new (float, IMAGES * 3);
  g_autofree float *latents = g_new (float, IMAGES * latent);
  g_autofree float *pictures = g_new (float, IMAGES * PIXELS);
  double z[3], picture[PIXELS];
  StWorkspace *workspace;
  Case c;

  case_init (&c, &spec);
  fill (4, IMAGES * PIXELS, 0.0, 1.0, numbers);
  for (size_t i = 0; i < IMAGES * PIXELS; i++)
    images[i] = (float) numbers[i];
  g_assert_true (st_ok (st_workspace_new (&spec, IMAGES, &workspace)));
  st_model_code (c.model, workspace, IMAGES, images, codes);
  st_model_encode (c.model, workspace, IMAGES, images, latents, NULL);
  st_model_decode (c.model, workspace, IMAGES, latents, pictures);
  if (!st_kind_unfolds (spec.kind))
    g_assert_cmpmem (codes, IMAGES * 3 * sizeof *codes, latents, IMAGES * latent * sizeof *latents);
  for (size_t i = 0; i < IMAGES; i++)
    {
      for (size_t k = 0; k < 3; k++)
        z[k] = (double) codes[i * 3 + k];
      st_jacobian_push (c.jacobian, 1, z, 0, NULL, picture, NULL);
      for (size_t j = 0; j < PIXELS; j++)
        g_assert_cmpfloat_with_epsilon (picture[j], (double) pictures[i * PIXELS + j], 1e-5);
    }
  st_workspace_free (workspace);
  case_clear (&c);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < ST_ACTIVATIONS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/jacobian/mlp/%s",
                                               st_activation_name ((StActivation) i));
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mlp);
    }
  for (guint i = 0; i < ST_ENCODERS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/jacobian/convolutions/%s",
                                               st_encoder_name ((StEncoder) i));
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_convolutions);
    }
  g_test_add_func ("/jacobian/closed-form", test_closed_form);
  g_test_add_func ("/jacobian/refused", test_refused);
  g_test_add_data_func ("/jacobian/code/vae-mlp", GUINT_TO_POINTER (ST_KIND_VAE_MLP), test_code);
  g_test_add_data_func ("/jacobian/code/vae-dense", GUINT_TO_POINTER (ST_KIND_VAE_DENSE),
                        test_code);
  return g_test_run ();
}
