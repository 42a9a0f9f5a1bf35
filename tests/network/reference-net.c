#include "reference-net.h"

#include <glib.h>
#include <math.h>
#include <string.h>

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

/* From a d-vector to the latent tensor. */
static void
expand (const Net *net, Map *z, size_t channels, size_t side)
{
  Map next;
  dense (net, "expand", z, channels, side, &next);
  activate (&next, ST_ACTIVATION_RELU);
  *z = next;
}

/* From what is before a d-vector to it, or a sample of it. */
static void
vector_heads (const Net *net, const Map *x, const float *epsilon, Map *z, double *kl)
{
  Map variance;

  dense (net, "mean", x, net->spec->dimension, 1, z);
  if (st_kind_samples (net->spec->kind))
    {
      dense (net, "log_variance", x, net->spec->dimension, 1, &variance);
      sample (z, &variance, epsilon, kl);
    }
}

/* From the image to the latent tensor or the d-vector before it, or a sample of that. */
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
  if (vector)
    vector_heads (net, x, epsilon, z, kl);
  else
    *z = *x;
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
decode_mlp (const Net *net, const Map *z, Map *logits)
{
  const StSpec *spec = net->spec;
  int hidden = 0;
  Map x;

  while (hidden < ST_HIDDEN_MAX && spec->hidden[hidden] > 0)
    hidden++;
  *logits = *z;
  for (int i = 0; i <= hidden; i++)
    {
      g_autofree char *name = g_strdup_printf ("decoder.%d", i);
      x = *logits;
      dense (net, name, &x,
             i == hidden ? st_shape_size (spec->image) : spec->hidden[hidden - 1 - i], 1, logits);
      if (i < hidden)
        activate (logits, spec->activation);
    }
}

static void
encode_mlp (const Net *net, Map *x, const float *epsilon, Map *z, double *kl)
{
  const StSpec *spec = net->spec;
  Map next;
  int hidden = 0;

  for (; hidden < ST_HIDDEN_MAX && spec->hidden[hidden] > 0; hidden++, *x = next)
    {
      g_autofree char *name = g_strdup_printf ("encoder.%d", hidden);
      dense (net, name, x, spec->hidden[hidden], 1, &next);
      activate (&next, spec->activation);
    }
  vector_heads (net, x, epsilon, z, kl);
}

/* Of image i of a task. */
static void
encode_image (const StGradientTask *task, const Net *net, size_t i, Map *z, double *kl)
{
  size_t pixels = st_shape_size (net->spec->image);
  size_t code = st_shape_size (st_spec_code (net->spec));
  const float *epsilon = task->epsilon == NULL ? NULL : task->epsilon + i * code;
  Map x = { .channels = net->spec->image.channels, .side = net->spec->image.height };

  for (size_t j = 0; j < pixels; j++)
    x.at[j] = (double) task->input[i * pixels + j];
  if (st_kind_unfolds (net->spec->kind))
    encode (net, &x, epsilon, z, kl);
  else
    encode_mlp (net, &x, epsilon, z, kl);
}

/* Of what encode_image() gives. */
static void
decode_code (const Net *net, Map *z, Map *logits)
{
  if (!st_kind_unfolds (net->spec->kind))
    {
      decode_mlp (net, z, logits);
      return;
    }
  if (st_kind_has_dimension (net->spec->kind))
    expand (net, z, net->spec->channels, net->spec->image.height / 4);
  decode (net, z, logits);
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

double
reference_loss (const StGradientTask *task, const Net *net, StLoss *loss)
{
  size_t pixels = st_shape_size (net->spec->image);

  *loss = (StLoss) { 0 };
  for (size_t i = 0; i < task->n; i++)
    {
      Map z, logits;
      encode_image (task, net, i, &z, &loss->kl);
      decode_code (net, &z, &logits);
      loss->reconstruction += reconstruction (net, &logits, task->target + i * pixels, task->loss);
    }
  return loss->reconstruction + task->beta * loss->kl;
}

void
reference_code (const StGradientTask *task, const Net *net, size_t i, double *code)
{
  double kl = 0.0;
  Map z;

  encode_image (task, net, i, &z, &kl);
  memcpy (code, z.at, net->spec->dimension * sizeof *code);
}

void
reference_decode (const Net *net, const double *z, double *image)
{
  Map code = { .channels = net->spec->dimension, .side = 1 }, logits;

  memcpy (code.at, z, code.channels * sizeof *z);
  decode_code (net, &code, &logits);
  for (size_t i = 0; i < st_shape_size (net->spec->image); i++)
    image[i] = 1.0 / (1.0 + exp (-logits.at[i]));
}
