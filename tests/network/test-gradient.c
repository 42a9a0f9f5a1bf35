/* Gradients against finite differences of reference-net.h's nets. */
#include "reference-net.h"

#include <st-workspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { IMAGES = 3, CHANNELS = 3, SIDE = 8, CELLS = 4, PIXELS_MAX = 3 * SIDE * SIDE };

/* The derivative of the sum over the images along direction[n] from parameter `at` on. */
static double
slope (const StGradientTask *task, const StSpec *spec, double *p, size_t at, size_t n,
       const double *direction)
{
  const double step = 1e-6 / sqrt ((double) n);
  g_autofree double *kept = g_memdup2 (p + at, n * sizeof *p);
  StLoss unused;
  double side[2];

  for (int s = 0; s < 2; s++)
    {
      for (size_t i = 0; i < n; i++)
        p[at + i] = kept[i] + (s == 0 ? step : -step) * direction[i];
      side[s] = reference_loss (task, &(Net) { spec, p }, &unused);
    }
  memcpy (p + at, kept, n * sizeof *p);
  return (side[0] - side[1]) / (2.0 * step);
}

/* What is checked of a tensor: a few derivatives one by one, and all of them at once along
 * random directions. */
enum { SINGLES = 4, DIRECTIONS = 2, CHECKS = SINGLES + DIRECTIONS };
typedef struct Check { size_t at, n; double *direction, slope; } Check;

/* The same in every run: a finite difference across the kink of a ReLU is none. */
static Check
make_check (const StTensor *tensor, int which)
{
  StRandomKey key = { .seed = 21, .image = (uint32_t) tensor->offset, .stream = (uint32_t) which };
  bool single = which < SINGLES;
  size_t step = tensor->length / SINGLES + 1;
  Check check = { .at = tensor->offset, .n = tensor->length };

  check.direction = g_new (double, check.n);
  st_random_uniform (key, check.n, check.direction);
  for (size_t i = 0; i < check.n; i++)
    check.direction[i] = check.direction[i] < 0.5 ? -1.0 : 1.0;
  if (single)
    {
      check.at += (size_t) which * step % tensor->length;
      check.n = 1;
    }
  return check;
}

static void
check_tensor (const StTensor *tensor, const Check checks[CHECKS], const float *gradient)
{
  double largest = 0.0, error = 0.0;

  for (size_t i = 0; i < tensor->length; i++)
    largest = fmax (largest, fabs ((double) gradient[tensor->offset + i]));
  for (int which = 0; which < CHECKS; which++)
    {
      const Check *check = &checks[which];
      double sum = 0.0;
      for (size_t i = 0; i < check->n; i++)
        sum += check->direction[i] * (double) gradient[check->at + i];
      error = fmax (error, fabs (sum - check->slope) / sqrt ((double) check->n));
    }
  g_test_message ("%s: largest derivative %g, largest error %g", tensor->name, largest, error);
  g_assert_cmpfloat (largest, >, 1e-3);
  g_assert_cmpfloat (error, <, 1e-5 * largest);
}

static void
fill (uint32_t which, float *x, size_t n, double low, double high)
{
  g_autofree double *u = g_new (double, n);

  st_random_uniform ((StRandomKey) { .seed = 20, .image = which }, n, u);
  for (size_t i = 0; i < n; i++)
    x[i] = (float) (low + (high - low) * u[i]);
}

typedef struct Case {
  StSpec spec;
  StModel *model;
  StWorkspace *workspace;
  float *parameters;
  size_t count;
  float input[IMAGES * PIXELS_MAX], target[IMAGES * PIXELS_MAX];
  float epsilon[IMAGES * CELLS * CHANNELS];
} Case;

static void
case_init (Case *c, const StSpec *spec)
{
  StTensor tensors[ST_TENSORS_MAX];

  c->spec = *spec;
  c->count = st_spec_parameters (&c->spec);
  c->parameters = g_new (float, c->count);
  st_model_initialise (spec, 20, c->parameters);
  for (uint32_t i = 0, n = st_spec_tensors (spec, tensors); i < n; i++)
    if (tensors[i].dimensions == 1)
      fill (10 + i, c->parameters + tensors[i].offset, tensors[i].length, -0.4, 0.4);
  fill (2, c->input, G_N_ELEMENTS (c->input), 0.0, 1.0);
  fill (3, c->target, G_N_ELEMENTS (c->target), 0.0, 1.0);
  fill (4, c->epsilon, G_N_ELEMENTS (c->epsilon), -2.0, 2.0);
  g_assert_true (st_ok (st_model_new (&c->spec, c->parameters, &c->model)));
  g_assert_true (st_ok (st_workspace_new (&c->spec, IMAGES, &c->workspace)));
}

static void
case_clear (Case *c)
{
  st_workspace_free (c->workspace);
  st_model_unref (c->model);
  g_free (c->parameters);
}

static StGradientTask
case_task (const Case *c, StLossKind loss)
{
  return (StGradientTask) {
    .model = c->model, .loss = loss, .beta = 0.2, .n = IMAGES, .input = c->input,
    .target = c->target, .epsilon = st_kind_samples (c->spec.kind) ? c->epsilon : NULL };
}

static void
check_level (Case *c, const StGradientTask *task, const StLoss *loss, Check (*checks)[CHECKS],
             const StKernels *kernels)
{
  g_autofree float *gradient = g_new (float, c->count);
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (&c->spec, tensors);
  StLoss sum = { 1.0, 1.0 };

  /* Losses and gradients are added to what is there. */
  for (size_t i = 0; i < c->count; i++)
    gradient[i] = 1.0f;
  c->workspace->kernels = kernels;
  st_model_gradient (task, c->workspace, gradient, &sum);
  for (size_t i = 0; i < c->count; i++)
    gradient[i] -= 1.0f;

  g_assert_cmpfloat_with_epsilon (sum.reconstruction - 1.0, loss->reconstruction,
                                  1e-6 * fabs (loss->reconstruction));
  g_assert_cmpfloat_with_epsilon (sum.kl - 1.0, loss->kl, 1e-6 * loss->kl + 1e-9);
  for (uint32_t i = 0; i < count; i++)
    if (task->loss == ST_LOSS_GAUSSIAN || strcmp (tensors[i].name, "decoder.log_sigma") != 0)
      check_tensor (&tensors[i], checks[i], gradient);
    else
      g_assert_cmpfloat (gradient[tensors[i].offset], ==, 0.0f);
}

static void
check_gradient (const StSpec *spec, StLossKind kind)
{
  Check checks[ST_TENSORS_MAX][CHECKS];
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (spec, tensors);
  StLoss loss;
  Case c;

  case_init (&c, spec);
  StGradientTask task = case_task (&c, kind);
  g_autofree double *p = g_new (double, c.count);
  for (size_t i = 0; i < c.count; i++)
    p[i] = (double) c.parameters[i];
  reference_loss (&task, &(Net) { spec, p }, &loss);
  for (uint32_t i = 0; i < count; i++)
    for (int which = 0; which < CHECKS; which++)
      {
        Check *check = &checks[i][which];
        *check = make_check (&tensors[i], which);
        check->slope = slope (&task, spec, p, check->at, check->n, check->direction);
      }
  for (uint32_t level = 0; st_kernels_nth (level) != NULL; level++)
    check_level (&c, &task, &loss, checks, st_kernels_nth (level));
  for (uint32_t i = 0; i < count; i++)
    for (int which = 0; which < CHECKS; which++)
      g_free (checks[i][which].direction);
  case_clear (&c);
}

static StSpec
small_spec (StKind kind, StEncoder encoder, uint32_t colours)
{
  return (StSpec) { .kind = kind, .encoder = encoder, .image = { SIDE, SIDE, colours },
                    .channels = CHANNELS, .dimension = 2, .hidden = { 9, 17 } };
}

static void
test_convolutions (gconstpointer data)
{
  StEncoder encoder = (StEncoder) GPOINTER_TO_UINT (data);

  for (StKind kind = 0; kind < ST_KINDS; kind++)
    if (st_kind_unfolds (kind) && !st_kind_denoises (kind))   /* the net of a cae */
      for (StLossKind loss = ST_LOSS_BCE; loss <= ST_LOSS_MSE; loss++)
        {
          StSpec spec = small_spec (kind, encoder, 1);
          g_test_message ("%s %s", st_kind_name (kind), st_loss_name (loss));
          check_gradient (&spec, loss);
        }
}

static void
test_colours (void)
{
  for (StEncoder encoder = 0; encoder < ST_ENCODERS; encoder++)
    {
      StSpec spec = small_spec (encoder % 2 == 0 ? ST_KIND_CAE : ST_KIND_VAE_DENSE, encoder, 3);
      check_gradient (&spec, ST_LOSS_BCE);
    }
}

static void
test_mlp (gconstpointer data)
{
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    for (StLossKind loss = 0; loss < ST_LOSSES && !st_kind_unfolds (kind); loss++)
      {
        StSpec spec = small_spec (kind, ST_ENCODER_S2, 1 + 2 * (loss == ST_LOSS_MSE));
        spec.activation = (StActivation) GPOINTER_TO_UINT (data);
        g_test_message ("%s %s", st_kind_name (kind), st_loss_name (loss));
        check_gradient (&spec, loss);
      }
}

/* Gradients add up: of images together, the sum of those of each. */
static void
test_additive (gconstpointer data)
{
  StSpec spec = small_spec ((StKind) GPOINTER_TO_UINT (data), ST_ENCODER_S2, 1);
  size_t pixels = st_shape_size (spec.image), code = st_shape_size (st_spec_code (&spec));
  StLoss loss = { 0 }, sum = { 0 };
  Case c;

  case_init (&c, &spec);
  g_autofree float *together = g_new0 (float, c.count), *apart = g_new0 (float, c.count);
  StGradientTask task = case_task (&c, ST_LOSS_BCE);
  st_model_gradient (&task, c.workspace, together, &loss);
  task.n = 1;
  for (size_t i = 0; i < IMAGES; i++)
    {
      st_model_gradient (&task, c.workspace, apart, &sum);
      task.input += pixels;
      task.target += pixels;
      task.epsilon += code;
    }
  for (size_t i = 0; i < c.count; i++)
    g_assert_cmpfloat_with_epsilon ((double) together[i], (double) apart[i],
                                    1e-4 + 1e-5 * fabs ((double) apart[i]));
  g_assert_cmpfloat_with_epsilon (loss.reconstruction, sum.reconstruction, 1e-4);
  g_assert_cmpfloat_with_epsilon (loss.kl, sum.kl, 1e-4);
  case_clear (&c);
}

/* Where it begins, nothing of what was in the gradient is left. */
static void
test_begin (gconstpointer data)
{
  StSpec spec = small_spec ((StKind) GPOINTER_TO_UINT (data), ST_ENCODER_S2, 1);
  StLoss loss = { 0 };
  Case c;

  case_init (&c, &spec);
  g_autofree float *added = g_new0 (float, c.count), *begun = g_new (float, c.count);
  for (size_t i = 0; i < c.count; i++)
    begun[i] = NAN;
  StGradientTask task = case_task (&c, ST_LOSS_BCE);
  st_model_gradient (&task, c.workspace, added, &loss);
  task.begin = true;
  st_model_gradient (&task, c.workspace, begun, &loss);
  for (size_t i = 0; i < c.count; i++)
    g_assert_cmpfloat (added[i], ==, begun[i]);
  case_clear (&c);
}

/* Weights changed in place, and packed again in any order, are those of a new model. */
static void
test_change (gconstpointer data)
{
  StSpec spec = small_spec ((StKind) GPOINTER_TO_UINT (data), ST_ENCODER_S2, 1);
  StLoss loss = { 0 };
  StModel *other;
  Case c;

  case_init (&c, &spec);
  g_autofree float *made = g_new0 (float, c.count), *changed = g_new0 (float, c.count);
  StGradientTask task = case_task (&c, ST_LOSS_BCE);
  st_model_gradient (&task, c.workspace, made, &loss);
  g_autofree float *zeros = g_new0 (float, c.count);
  g_assert_true (st_ok (st_model_new (&spec, zeros, &other)));
  memcpy (st_model_change (other), c.parameters, c.count * sizeof (float));
  for (uint32_t i = st_model_packings (other); i-- > 0;)
    st_model_pack (other, i);
  task.model = other;
  st_model_gradient (&task, c.workspace, changed, &loss);
  g_assert_cmpmem (made, c.count * sizeof (float), changed, c.count * sizeof (float));
  st_model_unref (other);
  case_clear (&c);
}

/* A sigma that is kept has no derivative, and changes no other. */
static void
test_kept_sigma (void)
{
  StSpec spec = small_spec (ST_KIND_VAE_MLP, ST_ENCODER_S2, 1);
  size_t at = st_spec_log_sigma (&spec);
  StLoss loss = { 0 };
  Case c;

  case_init (&c, &spec);
  g_autofree float *learned = g_new0 (float, c.count), *kept = g_new0 (float, c.count);
  StGradientTask task = case_task (&c, ST_LOSS_GAUSSIAN);
  st_model_gradient (&task, c.workspace, learned, &loss);
  task.keep_sigma = true;
  st_model_gradient (&task, c.workspace, kept, &loss);
  g_assert_cmpfloat (learned[at], !=, 0.0f);
  g_assert_cmpfloat (kept[at], ==, 0.0f);
  learned[at] = 0.0f;
  g_assert_cmpmem (learned, c.count * sizeof (float), kept, c.count * sizeof (float));
  case_clear (&c);
}

static void
add (const char *group, const char *name, guint code, void (*function) (gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/gradient/%s/%s", group, name);
  g_test_add_data_func (path, GUINT_TO_POINTER (code), function);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < ST_ENCODERS; i++)
    add ("convolutions", st_encoder_name ((StEncoder) i), i, test_convolutions);
  for (guint i = 0; i < ST_ACTIVATIONS; i++)
    add ("mlp", st_activation_name ((StActivation) i), i, test_mlp);
  g_test_add_func ("/gradient/colours", test_colours);
  add ("additive", "vae", ST_KIND_VAE, test_additive);
  add ("additive", "vae-dense", ST_KIND_VAE_DENSE, test_additive);
  add ("additive", "vae-mlp", ST_KIND_VAE_MLP, test_additive);
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    {
      add ("begin", st_kind_name (kind), kind, test_begin);
      add ("change", st_kind_name (kind), kind, test_change);
    }
  g_test_add_func ("/gradient/kept-sigma", test_kept_sigma);
  return g_test_run ();
}
