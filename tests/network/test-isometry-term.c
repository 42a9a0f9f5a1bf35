/* The isometry term and its gradient: against finite differences in double (of reference-net.h's
 * nets, and of Jacobians that test-jacobian.c tests), its invariances, and its closed form for a
 * decoder that is linear. */
#include "reference-net.h"

#include <st-isometry-term.h>
#include <st-jacobian.h>
#include <st-workspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { POINTS = 5, FIRST = 3, SIDE = 8, PIXELS_MAX = 3 * SIDE * SIDE, D_MAX = 4 };

/* A batch in two chunks: images, and what is drawn for them. */
typedef struct Batch {
  StSpec spec;
  StIsometry isometry;
  double weight;
  StGradientTask task;
  float input[POINTS * PIXELS_MAX], epsilon[POINTS * D_MAX], probes[POINTS * D_MAX];
  float alpha[POINTS];
  uint32_t other[POINTS];
  size_t count;
  float *parameters;
  StModel *model;
  StWorkspace *workspace;
  StIsometryPass *passes[2];
} Batch;

static void
fill (uint32_t which, float *x, size_t n, double low, double high)
{
  g_autofree double *u = g_new (double, n);

  st_random_uniform ((StRandomKey) { .seed = 40, .image = which }, n, u);
  for (size_t i = 0; i < n; i++)
    x[i] = (float) (low + (high - low) * u[i]);
}

static void
batch_init (Batch *b, const StSpec *spec, StIsometry isometry)
{
  static const uint32_t other[POINTS] = { 3, 0, 4, 1, 2 };

  *b = (Batch) { .spec = *spec, .isometry = isometry, .weight = 20.0,
                 .count = st_spec_parameters (spec) };
  b->parameters = g_new (float, b->count);
  fill (0, b->parameters, b->count, st_kind_unfolds (spec->kind) ? -0.3 : -0.5,
        st_kind_unfolds (spec->kind) ? 0.3 : 0.5);
  fill (1, b->input, G_N_ELEMENTS (b->input), 0.0, 1.0);
  fill (2, b->epsilon, G_N_ELEMENTS (b->epsilon), -2.0, 2.0);
  fill (3, b->probes, G_N_ELEMENTS (b->probes), -2.0, 2.0);
  fill (4, b->alpha, POINTS, -0.2, 1.2);
  memcpy (b->other, other, sizeof other);
  g_assert_true (st_ok (st_model_new (spec, b->parameters, &b->model)));
  g_assert_true (st_ok (st_workspace_new (spec, POINTS, &b->workspace)));
  for (int i = 0; i < 2; i++)
    g_assert_true (st_ok (st_isometry_pass_new (spec, isometry, FIRST, &b->passes[i])));
  b->task = (StGradientTask) {
    .model = b->model, .loss = ST_LOSS_MSE, .beta = 0.2, .n = POINTS, .input = b->input,
    .target = b->input, .epsilon = st_kind_samples (spec->kind) ? b->epsilon : NULL };
}

static void
batch_clear (Batch *b)
{
  for (int i = 0; i < 2; i++)
    st_isometry_pass_free (b->passes[i]);
  st_workspace_free (b->workspace);
  st_model_unref (b->model);
  g_free (b->parameters);
}

static const float *
probes_at (const Batch *b, uint32_t from)
{
  return st_isometry_has_probes (b->isometry) ? b->probes + from * b->spec.dimension : NULL;
}

/* The term at n points z in chunks, and unless gradient is NULL its gradient. */
static double
term_at (Batch *b, const float *z, float *gradient, float *dz)
{
  uint32_t d = b->spec.dimension;
  StIsometrySums sum = { 0 };

  for (uint32_t i = 0; i < 2; i++)
    {
      uint32_t from = i * FIRST, n = i == 0 ? FIRST : POINTS - FIRST;
      StIsometrySums sums = st_isometry_pass_forward (b->passes[i], b->model, b->workspace, n,
                                                      z + from * d, probes_at (b, from));
      sum.squares += sums.squares;
      sum.terms += sums.terms;
    }
  for (uint32_t i = 0; i < 2 && gradient != NULL; i++)
    st_isometry_pass_back (b->passes[i], b->model, b->workspace, &sum, POINTS, b->weight, gradient,
                           dz + i * FIRST * d);
  return st_isometry_value (b->isometry, &sum, POINTS);
}

/* As training does it: codes, mixed, the term, and through all of that back to the images. */
static double
term_of_images (Batch *b, float *gradient, StLoss *loss)
{
  float z[POINTS * D_MAX], mixed[POINTS * D_MAX], dmixed[POINTS * D_MAX];
  float dz[POINTS * D_MAX] = { 0 };

  st_gradient_codes (&b->task, b->workspace, z);
  st_isometry_mix (POINTS, b->spec.dimension, z, b->other, b->alpha, mixed);
  double term = term_at (b, mixed, gradient, dmixed);
  st_isometry_mix_back (POINTS, b->spec.dimension, dmixed, b->other, b->alpha, dz);
  b->task.code_gradient = dz;
  st_model_gradient (&b->task, b->workspace, gradient, loss);
  b->task.code_gradient = NULL;
  return term;
}

/* ---- in double ---- */

/* The net's weights are floats, as the model's are whose Jacobian is taken. */
typedef struct Exact {
  StModel *model;
  StJacobian *jacobian;
  float *parameters;
  double *wide;        /* the same */
} Exact;

static void
exact_init (Exact *e, const Batch *b)
{
  g_assert_true (st_ok (st_model_new (&b->spec, b->parameters, &e->model)));
  g_assert_true (st_ok (st_jacobian_new (e->model, &e->jacobian)));
  e->parameters = g_memdup2 (b->parameters, b->count * sizeof (float));
  e->wide = g_new (double, b->count);
}

static void
exact_clear (Exact *e)
{
  st_jacobian_free (e->jacobian);
  st_model_unref (e->model);
  g_free (e->parameters);
  g_free (e->wide);
}

/* The definitions, from G. */
static double
exact_term_at (const Batch *b, Exact *e, const double *z)
{
  size_t d = b->spec.dimension;
  double jv = 0.0, jjv = 0.0, off = 0.0, conformal = 0.0, metrics[POINTS * D_MAX * D_MAX];

  st_model_replace (e->model, e->parameters);
  st_jacobian_metrics (e->jacobian, POINTS, z, NULL, metrics);

  for (size_t p = 0; p < POINTS; p++)
    {
      const double *g = metrics + p * d * d;
      double trace = 0.0, squares = 0.0;
      for (size_t i = 0; i < d; i++)
        {
          double gv = 0.0;
          for (size_t j = 0; j < d; j++)
            {
              gv += g[i * d + j] * (double) b->probes[p * d + j];
              squares += g[i * d + j] * g[i * d + j];
            }
          trace += g[i * d + i];
          jv += gv * (double) b->probes[p * d + i];
          jjv += gv * gv;
          off += (gv - (double) b->probes[p * d + i]) * (gv - (double) b->probes[p * d + i]);
        }
      conformal += (double) (d * d) * squares / (trace * trace) - (double) d;
    }
  if (b->isometry == ST_ISOMETRY_SCALED)
    return jjv / POINTS / (jv / POINTS * jv / POINTS);
  return (b->isometry == ST_ISOMETRY_STRICT ? off : conformal) / POINTS;
}

static double
exact_total (const Batch *b, Exact *e, double *term)
{
  size_t d = b->spec.dimension;
  double z[POINTS * D_MAX], mixed[POINTS * D_MAX];
  Net net = { &b->spec, e->wide };
  StLoss loss;

  for (size_t i = 0; i < b->count; i++)
    e->wide[i] = (double) e->parameters[i];
  for (size_t i = 0; i < POINTS; i++)
    reference_code (&b->task, &net, i, z + i * d);
  for (size_t i = 0; i < POINTS * d; i++)
    {
      double alpha = (double) b->alpha[i / d];
      mixed[i] = alpha * z[i] + (1.0 - alpha) * z[b->other[i / d] * d + i % d];
    }
  *term = exact_term_at (b, e, mixed);
  return reference_loss (&b->task, &net, &loss) + b->weight * *term;
}

/* ---- gradients ---- */

/* By how much the derivative along a direction of signs from parameter `at` on is off.  The step
 * is what rounding leaves of it. */
static double
error_along (const Batch *b, Exact *e, size_t at, size_t n, const double *direction,
             const float *gradient)
{
  const double step = 2e-6 / sqrt ((double) n);
  double side[2], term, expected = 0.0;

  for (int s = 0; s < 2; s++)
    {
      for (size_t i = 0; i < n; i++)
        {
          double there = (double) b->parameters[at + i] + (s == 0 ? step : -step) * direction[i];
          e->parameters[at + i] = (float) there;
          expected += (s == 0 ? 1.0 : -1.0) * (double) e->parameters[at + i]
                      * (double) gradient[at + i];
        }
      side[s] = exact_total (b, e, &term);
    }
  memcpy (e->parameters + at, b->parameters + at, n * sizeof (float));
  return fabs (side[0] - side[1] - expected) / (2.0 * step * sqrt ((double) n));
}

/* One derivative by itself, and all of the tensor's along two directions.  plain: the gradient
 * without the term, so that one sees that it has a share in each tensor. */
static void
check_tensor (const Batch *b, Exact *e, const StTensor *tensor, const float *gradient,
              const float *plain)
{
  double largest = 0.0, share = 0.0;
  for (size_t i = tensor->offset; i < tensor->offset + tensor->length; i++)
    {
      largest = fmax (largest, fabs ((double) gradient[i]));
      share = fmax (share, fabs ((double) gradient[i] - (double) plain[i]));
    }
  g_test_message ("%s: largest derivative %g, the term's %g", tensor->name, largest, share);
  if (strstr (tensor->name, "log_variance") == NULL)
    g_assert_cmpfloat (share, >, 0.005 * largest);
  for (uint32_t which = 0; which < 3; which++)
    {
      size_t n = which == 0 ? 1 : tensor->length;
      size_t at = tensor->offset + (which == 0 ? tensor->length / 2 : 0);
      g_autofree double *direction = g_new (double, n);
      StRandomKey key = { .seed = 41, .image = (uint32_t) tensor->offset, .stream = which };
      st_random_uniform (key, n, direction);
      for (size_t i = 0; i < n; i++)
        direction[i] = direction[i] < 0.5 ? -1.0 : 1.0;
      double error = error_along (b, e, at, n, direction, gradient);
      g_test_message ("error %g", error);
      g_assert_cmpfloat (error, <, 3e-5 * largest + 1e-6);
    }
}

static void
check_gradient (const StSpec *spec, StIsometry isometry)
{
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (spec, tensors);
  double expected;
  Exact e;
  Batch b;

  g_test_message ("%s %s, d = %u", st_kind_name (spec->kind), st_isometry_name (isometry),
                  spec->dimension);
  batch_init (&b, spec, isometry);
  exact_init (&e, &b);
  exact_total (&b, &e, &expected);
  for (uint32_t level = 0; st_kernels_nth (level) != NULL; level++)
    {
      g_autofree float *gradient = g_new0 (float, b.count);
      StLoss loss = { 0 };
      b.workspace->kernels = st_kernels_nth (level);
      double term = term_of_images (&b, gradient, &loss);
      g_assert_cmpfloat_with_epsilon (term, expected, 2e-5 * fabs (expected));
      g_autofree float *plain = g_new0 (float, b.count);
      st_model_gradient (&b.task, b.workspace, plain, &loss);
      for (uint32_t i = 0; i < count; i++)
        if (strcmp (tensors[i].name, "decoder.log_sigma") != 0)
          check_tensor (&b, &e, &tensors[i], gradient, plain);
    }
  exact_clear (&e);
  batch_clear (&b);
}

static StSpec
small_spec (StKind kind, uint32_t dimension)
{
  return (StSpec) { .kind = kind, .encoder = ST_ENCODER_S2, .image = { SIDE, SIDE, 1 },
                    .channels = 3, .dimension = dimension, .activation = ST_ACTIVATION_TANH,
                    .hidden = { 9, 17 } };
}

static void
test_mlp (gconstpointer data)
{
  StIsometry isometry = (StIsometry) GPOINTER_TO_UINT (data);

  for (StActivation activation = 0; activation < ST_ACTIVATIONS; activation++)
    {
      StSpec spec = small_spec (activation == ST_ACTIVATION_ELU ? ST_KIND_AE_MLP : ST_KIND_VAE_MLP,
                                2 + (uint32_t) activation);
      spec.activation = activation;
      check_gradient (&spec, isometry);
    }
}

static void
test_convolutions (gconstpointer data)
{
  StIsometry isometry = (StIsometry) GPOINTER_TO_UINT (data);

  for (StEncoder encoder = 0; encoder < ST_ENCODERS; encoder++)
    {
      StSpec spec = small_spec (encoder % 2 ? ST_KIND_AE_DENSE : ST_KIND_VAE_DENSE, 2);
      spec.encoder = encoder;
      spec.image.channels = encoder == ST_ENCODER_S2 ? 3 : 1;
      check_gradient (&spec, isometry);
    }
}

/* ---- what the terms do not see ---- */

/* z -> c z, with the first layer's weights divided by c, is the same decoder. */
static void
test_scale (gconstpointer data)
{
  StIsometry isometry = (StIsometry) GPOINTER_TO_UINT (data);
  StSpec spec = small_spec (ST_KIND_VAE_MLP, 3);
  float z[POINTS * 3], scaled[POINTS * 3];
  StTensor tensors[ST_TENSORS_MAX];
  Batch b;

  batch_init (&b, &spec, isometry);
  fill (7, z, G_N_ELEMENTS (z), -2.0, 2.0);
  double before = term_at (&b, z, NULL, NULL);
  uint32_t count = st_spec_tensors (&spec, tensors);
  for (uint32_t i = 0; i < count; i++)
    if (strcmp (tensors[i].name, "decoder.0.weight") == 0)
      for (size_t k = 0; k < tensors[i].length; k++)
        b.parameters[tensors[i].offset + k] /= 5.0f;
  for (size_t i = 0; i < G_N_ELEMENTS (z); i++)
    scaled[i] = 5.0f * z[i];
  st_model_replace (b.model, b.parameters);
  double after = term_at (&b, scaled, NULL, NULL);
  if (isometry == ST_ISOMETRY_STRICT)
    g_assert_cmpfloat (fabs (after - before), >, 1e-2 * before);
  else
    g_assert_cmpfloat_with_epsilon (after, before, 1e-5 * before);
  batch_clear (&b);
}

/* A hidden layer that is never at rest, and logits of 0: J = W2 W1 / 4.  With W1 = 4 diag (c)
 * and orthogonal columns of W2 of length 1, G = diag (c^2). */
static void
test_linear (void)
{
  enum { D = 2, PIXELS = SIDE * SIDE };
  static const double c[D] = { 0.5, 1.5 };
  StSpec spec = small_spec (ST_KIND_AE_MLP, D);
  StTensor tensors[ST_TENSORS_MAX];
  float z[POINTS * D] = { 0 };
  double squares = 0.0, terms = 0.0, off = 0.0;

  spec.activation = ST_ACTIVATION_RELU;
  spec.hidden[0] = D;
  spec.hidden[1] = 0;
  st_spec_tensors (&spec, tensors);
  g_assert_cmpstr (tensors[4].name, ==, "decoder.0.weight");
  g_assert_cmpstr (tensors[6].name, ==, "decoder.1.weight");
  for (StIsometry isometry = 0; isometry < ST_ISOMETRIES; isometry++)
    {
      Batch b;
      batch_init (&b, &spec, isometry);
      memset (b.parameters, 0, b.count * sizeof (float));
      for (size_t i = 0; i < D; i++)
        {
          b.parameters[tensors[4].offset + i * D + i] = (float) (4.0 * c[i]);
          b.parameters[tensors[5].offset + i] = 8.0f;
        }
      for (size_t l = 0; l < PIXELS; l++)
        {
          float *row = b.parameters + tensors[6].offset + l * D;
          row[0] = 0.125f;
          row[1] = l % 2 == 0 ? 0.125f : -0.125f;
          b.parameters[tensors[7].offset + l] = -8.0f * (row[0] + row[1]);
        }
      st_model_replace (b.model, b.parameters);
      double term = term_at (&b, z, NULL, NULL);
      squares = terms = off = 0.0;
      for (size_t i = 0; i < POINTS * D; i++)
        {
          double v = (double) b.probes[i], lambda = c[i % D] * c[i % D];
          squares += lambda * v * v / POINTS;
          terms += lambda * lambda * v * v / POINTS;
          off += (lambda - 1.0) * (lambda - 1.0) * v * v / POINTS;
        }
      double mean = (c[0] * c[0] + c[1] * c[1]) / 2.0;
      double conformal = pow (c[0] * c[0] / mean - 1.0, 2) + pow (c[1] * c[1] / mean - 1.0, 2);
      double expected = isometry == ST_ISOMETRY_SCALED   ? terms / squares / squares
                        : isometry == ST_ISOMETRY_STRICT ? off
                                                         : conformal;
      g_assert_cmpfloat_with_epsilon (term, expected, 1e-5);
      batch_clear (&b);
    }
}

static void
test_refused (void)
{
  StSpec spec = small_spec (ST_KIND_VAE_MLP, 9);
  StIsometryPass *pass = NULL;

  g_assert_cmpint (st_isometry_pass_new (&spec, ST_ISOMETRY_CONFORMAL, 2, &pass).code, ==,
                   ST_RANGE);
  spec.dimension = 1;
  g_assert_cmpint (st_isometry_pass_new (&spec, ST_ISOMETRY_SCALED, 2, &pass).code, ==, ST_RANGE);
  spec = small_spec (ST_KIND_CAE, 2);
  g_assert_cmpint (st_isometry_pass_new (&spec, ST_ISOMETRY_SCALED, 2, &pass).code, ==, ST_RANGE);
  g_assert_null (pass);
}

static void
add (const char *what, void (*function) (gconstpointer))
{
  for (StIsometry isometry = 0; isometry < ST_ISOMETRIES; isometry++)
    {
      g_autofree char *path = g_strdup_printf ("/isometry-term/%s/%s", what,
                                               st_isometry_name (isometry));
      g_test_add_data_func (path, GUINT_TO_POINTER (isometry), function);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("mlp", test_mlp);
  add ("convolutions", test_convolutions);
  add ("scale", test_scale);
  g_test_add_func ("/isometry-term/linear", test_linear);
  g_test_add_func ("/isometry-term/refused", test_refused);
  return g_test_run ();
}
