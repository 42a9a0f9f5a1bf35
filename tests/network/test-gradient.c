/* Gradients against finite differences of the nets written once more, in double, straight from
 * the definitions of convolution, transposed convolution and dense layer on PyTorch's layouts. */
#include <st-gradient.h>
#include <st-workspace.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { IMAGES = 3, CHANNELS = 3, SIDE = 8, CELLS = 4, PIXELS_MAX = 3 * SIDE * SIDE };

typedef struct Row { char form; size_t kernel, stride, channels; } Row;
enum { LATENT = 0, IMAGE = 0 };   /* channels that the spec says */

static const Row ENCODERS[ST_ENCODERS][6] = {
  [ST_ENCODER_S2] = { { 'c', 3, 2, 16 }, { 'c', 3, 2, LATENT } },
  [ST_ENCODER_K4] = { { 'c', 4, 2, 16 }, { 'c', 4, 2, LATENT } },
  [ST_ENCODER_S3] = { { 'c', 3, 2, 16 }, { 'c', 3, 2, 32 }, { 'c', 3, 1, LATENT } },
  [ST_ENCODER_S5] = { { 'c', 3, 1, 16 }, { 'c', 3, 2, 32 }, { 'c', 3, 1, 32 }, { 'c', 3, 2, 64 },
                      { 'c', 3, 1, LATENT } },
};
static const Row DECODERS[ST_ENCODERS][6] = {
  [ST_ENCODER_S2] = { { 't', 4, 2, 16 }, { 't', 4, 2, IMAGE } },
  [ST_ENCODER_K4] = { { 't', 4, 2, 16 }, { 't', 4, 2, IMAGE } },
  [ST_ENCODER_S3] = { { 'c', 3, 1, 32 }, { 't', 4, 2, 16 }, { 't', 4, 2, IMAGE } },
  [ST_ENCODER_S5] = { { 'c', 3, 1, 64 }, { 't', 4, 2, 32 }, { 'c', 3, 1, 32 }, { 't', 4, 2, 16 },
                      { 'c', 3, 1, IMAGE } },
};

/* A tensor with its channels outermost; a vector is a map of side 1. */
typedef struct Map { size_t channels, side; double at[64 * 64]; } Map;

/* The net and its weights in double. */
typedef struct Net { const StSpec *spec; const double *parameters; } Net;

static const double *
tensor (const Net *net, const char *name, const char *what)
{
  g_autofree char *wanted = g_strconcat (name, what, NULL);
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t count = st_spec_tensors (net->spec, tensors);

  for (uint32_t i = 0; i < count; i++)
    if (strcmp (tensors[i].name, wanted) == 0)
      return net->parameters + tensors[i].offset;
  g_error ("%s is missing", wanted);
}

/* y[o][i][j] = b[o] + sum w[o][c][u][v] x[c][s i + u - 1][s j + v - 1]. */
static void
convolve (const Map *x, const double *w, const double *b, const Row *row, size_t channels, Map *y)
{
  size_t side = (x->side + 2 - row->kernel) / row->stride + 1, kernel = row->kernel;

  *y = (Map) { .channels = channels, .side = side };
  for (size_t o = 0; o < channels; o++)
    for (size_t i = 0; i < side; i++)
      for (size_t j = 0; j < side; j++)
        {
          double sum = b[o];
          for (size_t c = 0; c < x->channels; c++)
            for (size_t u = 0; u < kernel; u++)
              for (size_t v = 0; v < kernel; v++)
                {
                  size_t line = row->stride * i + u - 1, column = row->stride * j + v - 1;
                  if (line < x->side && column < x->side)
                    sum += w[((o * x->channels + c) * kernel + u) * kernel + v]
                           * x->at[(c * x->side + line) * x->side + column];
                }
          y->at[(o * side + i) * side + j] = sum;
        }
}

/* y[o][2 i + u - 1][2 j + v - 1] += w[c][o][u][v] x[c][i][j], from b[o]; 4 x 4. */
static void
transposed (const Map *x, const double *w, const double *b, size_t channels, Map *y)
{
  size_t side = 2 * x->side;

  *y = (Map) { .channels = channels, .side = side };
  for (size_t i = 0; i < channels * side * side; i++)
    y->at[i] = b[i / (side * side)];
  for (size_t c = 0; c < x->channels; c++)
    for (size_t i = 0; i < x->side; i++)
      for (size_t j = 0; j < x->side; j++)
        for (size_t o = 0; o < channels; o++)
          for (size_t u = 0; u < 4; u++)
            for (size_t v = 0; v < 4; v++)
              {
                size_t line = 2 * i + u - 1, column = 2 * j + v - 1;
                if (line < side && column < side)
                  y->at[(o * side + line) * side + column]
                    += w[((c * channels + o) * 4 + u) * 4 + v]
                       * x->at[(c * x->side + i) * x->side + j];
              }
}

/* y = W x + b, to a map of side `side`. */
static void
dense (const Net *net, const char *name, const Map *x, size_t channels, size_t side, Map *y)
{
  const double *w = tensor (net, name, ".weight"), *b = tensor (net, name, ".bias");
  size_t inputs = x->channels * x->side * x->side;

  *y = (Map) { .channels = channels, .side = side };
  for (size_t o = 0; o < channels * side * side; o++)
    {
      y->at[o] = b[o];
      for (size_t i = 0; i < inputs; i++)
        y->at[o] += w[o * inputs + i] * x->at[i];
    }
}

static void
activate (Map *x, StActivation activation)
{
  for (size_t i = 0; i < x->channels * x->side * x->side; i++)
    {
      double a = x->at[i];
      x->at[i] = activation == ST_ACTIVATION_TANH ? tanh (a)
                 : a > 0.0                        ? a
                 : activation == ST_ACTIVATION_ELU ? expm1 (a)
                                                   : 0.0;
    }
}

static void
layer (const Net *net, const Row *row, const char *name, const Map *x, size_t channels, Map *y)
{
  const double *w = tensor (net, name, ".weight"), *b = tensor (net, name, ".bias");

  if (row->form == 't')
    transposed (x, w, b, channels, y);
  else
    convolve (x, w, b, row, channels, y);
}

/* z = m + e^(v/2) epsilon, epsilon with its channels innermost; adds to *kl. */
static void
sample (Map *z, const Map *variance, const float *epsilon, double *kl)
{
  size_t cells = z->side * z->side;

  for (size_t i = 0; i < cells * z->channels; i++)
    {
      double m = z->at[i], v = variance->at[i];
      *kl -= 0.5 * (1.0 + v - m * m - exp (v));
      z->at[i] += exp (0.5 * v) * (double) epsilon[i % cells * z->channels + i / cells];
    }
}

/* From the image to the latent tensor, or a sample of it. */
static void
encode (const Net *net, Map *x, const float *epsilon, Map *z, double *kl)
{
  const Row *rows = ENCODERS[net->spec->encoder];
  bool samples = st_kind_samples (net->spec->kind);
  bool vector = st_kind_has_dimension (net->spec->kind);
  Map next, variance;

  for (int i = 0; rows[i].form != '\0'; i++, *x = next)
    {
      g_autofree char *name = g_strdup_printf ("encoder.%d", i);
      size_t channels = rows[i].channels == LATENT ? net->spec->channels : rows[i].channels;
      if (rows[i].channels == LATENT && samples && !vector)
        {
          layer (net, &rows[i], "mean", x, channels, z);
          layer (net, &rows[i], "log_variance", x, channels, &variance);
          sample (z, &variance, epsilon, kl);
          return;
        }
      layer (net, &rows[i], name, x, channels, &next);
      activate (&next, ST_ACTIVATION_RELU);
    }
  *z = *x;
  if (!vector)
    return;
  dense (net, "mean", x, net->spec->dimension, 1, z);
  if (samples)
    {
      dense (net, "log_variance", x, net->spec->dimension, 1, &variance);
      sample (z, &variance, epsilon, kl);
    }
  dense (net, "expand", z, x->channels, x->side, &next);
  activate (&next, ST_ACTIVATION_RELU);
  *z = next;
}

static void
decode (const Net *net, Map *z, Map *logits)
{
  const Row *rows = DECODERS[net->spec->encoder];

  for (int i = 0; rows[i].form != '\0'; i++)
    {
      g_autofree char *name = g_strdup_printf ("decoder.%d", i);
      bool last = rows[i].channels == IMAGE;
      layer (net, &rows[i], name, z, last ? net->spec->image.channels : rows[i].channels, logits);
      if (!last)
        activate (logits, ST_ACTIVATION_RELU);
      *z = *logits;
    }
}

static void
run_mlp (const Net *net, Map *x, const float *epsilon, Map *logits, double *kl)
{
  const StSpec *spec = net->spec;
  Map next, variance;
  int hidden = 0;

  for (; hidden < ST_HIDDEN_MAX && spec->hidden[hidden] > 0; hidden++, *x = next)
    {
      g_autofree char *name = g_strdup_printf ("encoder.%d", hidden);
      dense (net, name, x, spec->hidden[hidden], 1, &next);
      activate (&next, spec->activation);
    }
  dense (net, "mean", x, spec->dimension, 1, &next);
  if (st_kind_samples (spec->kind))
    {
      dense (net, "log_variance", x, spec->dimension, 1, &variance);
      sample (&next, &variance, epsilon, kl);
    }
  for (int i = 0; i <= hidden; i++)
    {
      g_autofree char *name = g_strdup_printf ("decoder.%d", i);
      *x = next;
      dense (net, name, x, i == hidden ? st_shape_size (spec->image) : spec->hidden[hidden - 1 - i],
             1, &next);
      if (i < hidden)
        activate (&next, spec->activation);
    }
  *logits = next;
}

static double
reconstruction (const Net *net, const Map *logits, const float *target, StLossKind loss)
{
  size_t pixels = st_shape_size (net->spec->image);
  double entropy = 0.0, squares = 0.0;

  for (size_t i = 0; i < pixels; i++)
    {
      double s = 1.0 / (1.0 + exp (-logits->at[i])), t = (double) target[i];
      entropy -= t * log (s) + (1.0 - t) * log (1.0 - s);
      squares += (s - t) * (s - t);
    }
  if (loss != ST_LOSS_GAUSSIAN)
    return loss == ST_LOSS_BCE ? entropy : squares;
  double log_sigma = *tensor (net, "decoder.log_sigma", "");
  return squares / (2.0 * exp (2.0 * log_sigma)) + (double) pixels * log_sigma;
}

static double
loss_in_double (const StGradientTask *task, const Net *net, StLoss *loss)
{
  size_t pixels = st_shape_size (net->spec->image);
  size_t code = st_shape_size (st_spec_code (net->spec));

  *loss = (StLoss) { 0 };
  for (size_t i = 0; i < task->n; i++)
    {
      const float *epsilon = task->epsilon == NULL ? NULL : task->epsilon + i * code;
      Map x = { .channels = net->spec->image.channels, .side = SIDE }, z, logits;
      for (size_t j = 0; j < pixels; j++)
        x.at[j] = (double) task->input[i * pixels + j];
      if (st_kind_unfolds (net->spec->kind))
        {
          encode (net, &x, epsilon, &z, &loss->kl);
          decode (net, &z, &logits);
        }
      else
        run_mlp (net, &x, epsilon, &logits, &loss->kl);
      loss->reconstruction += reconstruction (net, &logits, task->target + i * pixels, task->loss);
    }
  return loss->reconstruction + task->beta * loss->kl;
}

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
      side[s] = loss_in_double (task, &(Net) { spec, p }, &unused);
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
  loss_in_double (&task, &(Net) { spec, p }, &loss);
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
  g_test_add_func ("/gradient/kept-sigma", test_kept_sigma);
  return g_test_run ();
}
