/* Gradients against finite differences of a net written once more, in double, straight from
 * the definitions of convolution and transposed convolution on PyTorch's layouts. */
#include <st-gradient.h>
#include <st-workspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { IMAGES = 3, CHANNELS = 3, SIDE = 8, PIXELS = SIDE * SIDE, LATENT = 4 * CHANNELS };

typedef struct Map { size_t channels, side; double at[16 * 64]; } Map;

static const double *
tensor (const StSpec *spec, const double *parameters, const char *name)
{
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (spec, tensors);

  for (uint32_t i = 0; i < count; i++)
    if (strcmp (tensors[i].name, name) == 0)
      return parameters + tensors[i].offset;
  g_assert_not_reached ();
}

/* y[o][i][j] = b[o] + sum w[o][c][u][v] x[c][2 i + u - 1][2 j + v - 1]. */
static void
convolve (const Map *x, const double *w, const double *b, size_t kernel, size_t channels, Map *y)
{
  y->channels = channels;
  y->side = x->side / 2;
  for (size_t o = 0; o < channels; o++)
    for (size_t cell = 0; cell < y->side * y->side; cell++)
      {
        double sum = b[o];
        for (size_t entry = 0; entry < x->channels * kernel * kernel; entry++)
          {
            size_t c = entry / kernel / kernel;
            size_t row = 2 * (cell / y->side) + entry / kernel % kernel - 1;
            size_t column = 2 * (cell % y->side) + entry % kernel - 1;
            if (row < x->side && column < x->side)
              sum += w[o * x->channels * kernel * kernel + entry]
                     * x->at[(c * x->side + row) * x->side + column];
          }
        y->at[o * y->side * y->side + cell] = sum;
      }
}

/* y[o][2 i + u - 1][2 j + v - 1] += w[c][o][u][v] x[c][i][j], from b[o]; 4 x 4. */
static void
transposed (const Map *x, const double *w, const double *b, size_t channels, Map *y)
{
  y->channels = channels;
  y->side = 2 * x->side;
  for (size_t i = 0; i < channels * y->side * y->side; i++)
    y->at[i] = b[i / (y->side * y->side)];
  for (size_t c = 0; c < x->channels; c++)
    for (size_t cell = 0; cell < x->side * x->side; cell++)
      for (size_t entry = 0; entry < channels * 16; entry++)
        {
          size_t row = 2 * (cell / x->side) + entry / 4 % 4 - 1;
          size_t column = 2 * (cell % x->side) + entry % 4 - 1;
          if (row < y->side && column < y->side)
            y->at[(entry / 16 * y->side + row) * y->side + column]
              += w[c * channels * 16 + entry] * x->at[c * x->side * x->side + cell];
        }
}

static void
relu (Map *x)
{
  for (size_t i = 0; i < x->channels * x->side * x->side; i++)
    x->at[i] = fmax (x->at[i], 0.0);
}

static double
reconstruction (const Map *logits, const float *target, StLossKind loss)
{
  double sum = 0.0;

  for (size_t i = 0; i < PIXELS; i++)
    {
      double s = 1.0 / (1.0 + exp (-logits->at[i])), t = (double) target[i];
      sum += loss == ST_LOSS_BCE ? -t * log (s) - (1.0 - t) * log (1.0 - s) : (s - t) * (s - t);
    }
  return sum;
}

/* The latent tensor, or a sample of it; adds to *kl. */
static void
encode (const StSpec *spec, const double *p, const float *image, const float *epsilon, Map *z,
        double *kl)
{
  size_t kernel = spec->encoder == ST_ENCODER_S2 ? 3 : 4;
  Map x = { 1, SIDE, { 0 } }, hidden, variance;

  for (size_t i = 0; i < PIXELS; i++)
    x.at[i] = (double) image[i];
  convolve (&x, tensor (spec, p, "encoder.0.weight"), tensor (spec, p, "encoder.0.bias"), kernel,
            16, &hidden);
  relu (&hidden);
  if (!st_kind_samples (spec->kind))
    {
      convolve (&hidden, tensor (spec, p, "encoder.1.weight"), tensor (spec, p, "encoder.1.bias"),
                kernel, CHANNELS, z);
      relu (z);
      return;
    }
  convolve (&hidden, tensor (spec, p, "mean.weight"), tensor (spec, p, "mean.bias"), kernel,
            CHANNELS, z);
  convolve (&hidden, tensor (spec, p, "log_variance.weight"),
            tensor (spec, p, "log_variance.bias"), kernel, CHANNELS, &variance);
  for (size_t i = 0; i < LATENT; i++)
    {
      double m = z->at[i], v = variance.at[i];
      *kl -= 0.5 * (1.0 + v - m * m - exp (v));
      /* epsilon has its channels innermost. */
      z->at[i] += exp (0.5 * v) * (double) epsilon[i % 4 * CHANNELS + i / 4];
    }
}

static double
loss_in_double (const StGradientTask *task, const StSpec *spec, const double *p, StLoss *loss)
{
  *loss = (StLoss) { 0 };
  for (size_t i = 0; i < task->n; i++)
    {
      Map z, hidden, logits;
      encode (spec, p, task->input + i * PIXELS,
              task->epsilon == NULL ? NULL : task->epsilon + i * LATENT, &z, &loss->kl);
      transposed (&z, tensor (spec, p, "decoder.0.weight"), tensor (spec, p, "decoder.0.bias"),
                  16, &hidden);
      relu (&hidden);
      transposed (&hidden, tensor (spec, p, "decoder.1.weight"),
                  tensor (spec, p, "decoder.1.bias"), 1, &logits);
      loss->reconstruction += reconstruction (&logits, task->target + i * PIXELS, task->loss);
    }
  return loss->reconstruction + task->beta * loss->kl;
}

/* Derivatives of the sum over the images by every parameter. */
static void
differences (const StGradientTask *task, const StSpec *spec, double *p, double *out)
{
  const double step = 1e-6;
  StLoss unused;

  for (size_t i = 0; i < st_spec_parameters (spec); i++)
    {
      double kept = p[i];
      p[i] = kept + step;
      double above = loss_in_double (task, spec, p, &unused);
      p[i] = kept - step;
      double below = loss_in_double (task, spec, p, &unused);
      p[i] = kept;
      out[i] = (above - below) / (2.0 * step);
    }
}

static void
check_tensor (const StTensor *at, const double *expected, const float *gradient)
{
  double largest = 0.0, error = 0.0;

  for (size_t i = at->offset; i < at->offset + at->length; i++)
    {
      largest = fmax (largest, fabs (expected[i]));
      error = fmax (error, fabs (expected[i] - (double) gradient[i]));
    }
  g_test_message ("%s: largest derivative %g, largest error %g", at->name, largest, error);
  g_assert_cmpfloat (largest, >, 1e-3);
  g_assert_cmpfloat (error, <, 1e-5 * largest);
}

/* The same numbers in every run: a finite difference across the kink of a ReLU is none. */
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
  float input[IMAGES * PIXELS], target[IMAGES * PIXELS], epsilon[IMAGES * LATENT];
} Case;

static void
case_init (Case *c, StKind kind, StEncoder encoder)
{
  c->spec = (StSpec) { kind, encoder, { SIDE, SIDE, 1 }, CHANNELS };
  c->count = st_spec_parameters (&c->spec);
  c->parameters = g_new (float, c->count);
  fill (1, c->parameters, c->count, -0.4, 0.4);
  fill (2, c->input, IMAGES * PIXELS, 0.0, 1.0);
  fill (3, c->target, IMAGES * PIXELS, 0.0, 1.0);
  fill (4, c->epsilon, IMAGES * LATENT, -2.0, 2.0);
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
  return (StGradientTask) { c->model, loss, 0.2, IMAGES, c->input, c->target,
                            st_kind_samples (c->spec.kind) ? c->epsilon : NULL };
}

static void
check_level (Case *c, const StGradientTask *task, const StLoss *loss, const double *derivatives,
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
                                  1e-6 * loss->reconstruction);
  g_assert_cmpfloat_with_epsilon (sum.kl - 1.0, loss->kl, 1e-6 * loss->kl + 1e-9);
  for (uint32_t i = 0; i < count; i++)
    check_tensor (&tensors[i], derivatives, gradient);
}

static void
test_gradient (gconstpointer data)
{
  uint32_t code = GPOINTER_TO_UINT (data);
  StLossKind kind = code / ST_KINDS / ST_ENCODERS == 0 ? ST_LOSS_BCE : ST_LOSS_MSE;
  StLoss loss;
  Case c;

  case_init (&c, (StKind) (code % ST_KINDS), (StEncoder) (code / ST_KINDS % ST_ENCODERS));
  StGradientTask task = case_task (&c, kind);
  g_autofree double *p = g_new (double, c.count), *derivatives = g_new (double, c.count);
  for (size_t i = 0; i < c.count; i++)
    p[i] = (double) c.parameters[i];
  loss_in_double (&task, &c.spec, p, &loss);
  differences (&task, &c.spec, p, derivatives);
  for (uint32_t level = 0; st_kernels_nth (level) != NULL; level++)
    check_level (&c, &task, &loss, derivatives, st_kernels_nth (level));
  case_clear (&c);
}

/* Gradients add up: of two images together, the sum of those of each. */
static void
test_additive (void)
{
  StLoss loss = { 0 }, sum = { 0 };
  Case c;

  case_init (&c, ST_KIND_VAE, ST_ENCODER_S2);
  g_autofree float *together = g_new0 (float, c.count), *apart = g_new0 (float, c.count);
  StGradientTask task = case_task (&c, ST_LOSS_BCE);
  st_model_gradient (&task, c.workspace, together, &loss);
  task.n = 1;
  for (size_t i = 0; i < IMAGES; i++)
    {
      st_model_gradient (&task, c.workspace, apart, &sum);
      task.input += PIXELS;
      task.target += PIXELS;
      task.epsilon += LATENT;
    }
  for (size_t i = 0; i < c.count; i++)
    g_assert_cmpfloat_with_epsilon ((double) together[i], (double) apart[i],
                                    1e-4 + 1e-5 * fabs ((double) apart[i]));
  g_assert_cmpfloat_with_epsilon (loss.reconstruction, sum.reconstruction, 1e-4);
  g_assert_cmpfloat_with_epsilon (loss.kl, sum.kl, 1e-4);
  case_clear (&c);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (uint32_t code = 0; code < 2 * ST_KINDS * ST_ENCODERS; code++)
    {
      if (st_kind_denoises ((StKind) (code % ST_KINDS)))
        continue;  /* the net of a cae */
      g_autofree char *path = g_strdup_printf (
        "/gradient/%s/%s/%s", st_kind_name ((StKind) (code % ST_KINDS)),
        st_encoder_name ((StEncoder) (code / ST_KINDS % ST_ENCODERS)),
        code / ST_KINDS / ST_ENCODERS == 0 ? "bce" : "mse");
      g_test_add_data_func (path, GUINT_TO_POINTER (code), test_gradient);
    }
  g_test_add_func ("/gradient/additive", test_additive);
  return g_test_run ();
}
