/* Against independent programs: a trained k4 autoencoder's latent tensors and pictures
 * (tests/reference/golden_to_facts.py), and ten losses of training by NumPy and by PyTorch
 * (tests/reference/training_losses.py and training_losses_torch.py). */
#include <st-gradient.h>

#include <glib.h>
#include <string.h>

static double
largest_difference (const float *a, const float *b, size_t n)
{
  double largest = 0.0;
  for (size_t i = 0; i < n; i++)
    largest = MAX (largest, ABS ((double) a[i] - (double) b[i]));
  return largest;
}

static void
test_facts (gconstpointer data)
{
  enum { IMAGES = 3, PIXELS = 784, LATENT = 6272, EACH = PIXELS + LATENT + PIXELS };
  const StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_K4);
  size_t parameters = st_spec_parameters (&spec), length;
  g_autofree char *path = g_build_filename (ST_FILES, data, NULL), *bytes = NULL;
  float latent[LATENT], picture[PIXELS];
  StWorkspace *workspace;
  StModel *model;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, (parameters + IMAGES * EACH) * sizeof (float));
  g_autofree float *facts = g_memdup2 (bytes, length);
  for (size_t i = 0; i < length / sizeof *facts; i++)
    {
      guint32 word;
      memcpy (&word, &facts[i], sizeof word);
      word = GUINT32_FROM_LE (word);
      memcpy (&facts[i], &word, sizeof word);
    }
  g_assert_true (st_ok (st_model_new (&spec, facts, &model)));
  g_assert_true (st_ok (st_workspace_new (&spec, 1, &workspace)));
  for (size_t i = 0; i < IMAGES; i++)
    {
      const float *image = facts + parameters + i * EACH, *expected = image + PIXELS;
      st_model_encode (model, workspace, 1, image, latent, NULL);
      g_assert_cmpfloat (largest_difference (latent, expected, LATENT), <, 1e-5);
      st_model_decode (model, workspace, 1, latent, picture);
      g_assert_cmpfloat (largest_difference (picture, expected + LATENT, PIXELS), <, 1e-5);
    }
  st_workspace_free (workspace);
  st_model_unref (model);
}

typedef struct Golden {
  const char *name;
  StKind kind;
  StEncoder encoder;
  StLossKind loss;
  double losses[10];
  StActivation activation;
  uint32_t colours;       /* 0: 1 */
  double beta, bound;     /* 0: 0.2, and 0.3, of the weights as drawn */
} Golden;

static const Golden GOLDENS[] = {
  { "cae-s2-bce", ST_KIND_CAE, ST_ENCODER_S2, ST_LOSS_BCE, .losses =
    { 44.731495, 44.2698857, 43.9484698, 43.7268208, 43.5530156, 43.4031205, 43.2768048,
      43.1546028, 43.0147372, 42.8559861 } },
  { "cae-k4-mse", ST_KIND_CAE, ST_ENCODER_K4, ST_LOSS_MSE, .losses =
    { 5.82356693, 5.39949278, 5.172442, 5.02564333, 4.86719182, 4.71459589, 4.58743882,
      4.46584407, 4.34121403, 4.2159349 } },
  { "vae-s2-bce", ST_KIND_VAE, ST_ENCODER_S2, ST_LOSS_BCE, .losses =
    { 48.0346346, 45.7094015, 44.3567332, 43.4759135, 42.8399441, 42.3032281, 41.8036923,
      41.3253678, 40.8796073, 40.4599834 } },
  { "vae-k4-mse", ST_KIND_VAE, ST_ENCODER_K4, ST_LOSS_MSE, .losses =
    { 7.86076625, 6.43316941, 5.78717473, 5.39695748, 5.09360275, 4.82792198, 4.59150541,
      4.37483749, 4.17520928, 3.97722728 } },
  { "cae-s3-bce", ST_KIND_CAE, ST_ENCODER_S3, ST_LOSS_BCE,
    .bound = 0.1,
    .losses = {
      44.3293912, 44.2668603, 44.1773844, 44.049271, 43.9669498, 43.7800725, 43.5822033,
      43.3581069, 43.3105178, 43.1365558 } },
  { "vae-s5-bce", ST_KIND_VAE, ST_ENCODER_S5, ST_LOSS_BCE,
    .bound = 0.1,
    .losses = {
      44.2889433, 43.9437175, 43.3790737, 42.4597931, 41.124604, 39.6506392, 38.2587283,
      36.7733095, 35.8751823, 35.0298591 } },
  { "cae-s5-mse-colour", ST_KIND_CAE, ST_ENCODER_S5, ST_LOSS_MSE,
    .colours = 3, .bound = 0.1,
    .losses = {
      16.4844825, 16.368471, 16.2018961, 17.012617, 16.0124606, 16.2141378, 16.2577689,
      16.2530275, 16.2216688, 16.1687653 } },
  { "vae-dense-s2-bce", ST_KIND_VAE_DENSE, ST_ENCODER_S2, ST_LOSS_BCE,
    .losses = {
      44.7552635, 44.4387671, 44.2203465, 44.0223532, 43.8381043, 43.6552393, 43.4799165,
      43.3134628, 43.1549917, 42.9909898 } },
  { "ae-dense-s3-mse-colour", ST_KIND_AE_DENSE, ST_ENCODER_S3, ST_LOSS_MSE,
    .colours = 3, .bound = 0.1,
    .losses = {
      15.5656103, 15.5005071, 15.4330711, 15.3407095, 15.2266849, 15.1107072, 15.0118696,
      14.9255176, 14.8220111, 14.6788065 } },
  { "vae-mlp-relu-gaussian", ST_KIND_VAE_MLP, ST_ENCODER_S2, ST_LOSS_GAUSSIAN,
    .beta = 1.0,
    .losses = {
      1.94741698, 1.26984799, 0.648243216, 0.0295236382, -0.596383365, -1.22399978, -1.84806436,
      -2.46952898, -3.09353609, -3.72178873 } },
  { "vae-mlp-tanh-gaussian-colour", ST_KIND_VAE_MLP, ST_ENCODER_S2, ST_LOSS_GAUSSIAN,
    .activation = ST_ACTIVATION_TANH, .colours = 3, .beta = 1.0,
    .losses = {
      -38.3861246, -40.462757, -42.4251666, -44.350407, -46.2530339, -48.1957338, -50.1931953,
      -52.2272877, -54.2838117, -56.3562146 } },
  { "ae-mlp-elu-bce", ST_KIND_AE_MLP, ST_ENCODER_S2, ST_LOSS_BCE,
    .activation = ST_ACTIVATION_ELU, .beta = 1.0,
    .losses = {
      44.6065799, 44.3683028, 44.1611587, 43.9624244, 43.7540996, 43.5194412, 43.2544638,
      42.9688394, 42.6765965, 42.405336 } },
};

static void
draw (guint32 *state, float *x, size_t n, double low, double high)
{
  for (size_t i = 0; i < n; i++)
    {
      *state = *state * 1664525u + 1013904223u;
      x[i] = (float) (low + (high - low) * (double) *state / 4294967296.0);
    }
}

static void
test_losses (gconstpointer data)
{
  enum { IMAGES = 6, PIXELS_MAX = 3 * 64, CODE_MAX = 16 };
  const Golden *golden = data;
  const double beta = golden->beta > 0.0 ? golden->beta : 0.2;
  const double bound = golden->bound > 0.0 ? golden->bound : 0.3;
  const uint32_t colours = golden->colours > 0 ? golden->colours : 1;
  const StSpec spec = { .kind = golden->kind, .encoder = golden->encoder,
                        .image = { 8, 8, colours }, .channels = 4, .dimension = 3,
                        .activation = golden->activation, .hidden = { 9, 17 } };
  size_t n = st_spec_parameters (&spec);
  g_autofree float *parameters = g_new (float, n), *gradient = g_new (float, n);
  g_autofree float *first = g_new0 (float, n), *second = g_new0 (float, n);
  float images[IMAGES * PIXELS_MAX], epsilon[IMAGES * CODE_MAX];
  guint32 state = 1;
  StWorkspace *workspace;
  StModel *model;

  draw (&state, parameters, n, -bound, bound);
  draw (&state, images, IMAGES * 64 * colours, 0.0, 1.0);
  draw (&state, epsilon, IMAGES * st_shape_size (st_spec_code (&spec)), -2.0, 2.0);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  g_assert_true (st_ok (st_workspace_new (&spec, IMAGES, &workspace)));
  StGradientTask task = {
    .model = model, .loss = golden->loss, .beta = beta, .n = IMAGES, .input = images,
    .target = images, .epsilon = st_kind_samples (golden->kind) ? epsilon : NULL };
  for (guint t = 0; t < G_N_ELEMENTS (golden->losses); t++)
    {
      StLoss loss = { 0 };
      memset (gradient, 0, n * sizeof *gradient);
      st_model_gradient (&task, workspace, gradient, &loss);
      g_assert_cmpfloat_with_epsilon ((loss.reconstruction + beta * loss.kl) / IMAGES,
                                      golden->losses[t],
                                      1e-5 * MAX (1.0, ABS (golden->losses[t])));
      for (size_t i = 0; i < n; i++)
        gradient[i] /= IMAGES;
      st_adam_step (n, t + 1, 0.01, gradient, first, second, parameters);
      st_model_replace (model, parameters);
    }
  st_workspace_free (workspace);
  st_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/golden/mnist", "golden-mnist-k4.bin", test_facts);
  g_test_add_data_func ("/golden/fashion", "golden-fashion-k4.bin", test_facts);
  for (size_t i = 0; i < G_N_ELEMENTS (GOLDENS); i++)
    {
      g_autofree char *path = g_strdup_printf ("/golden/losses/%s", GOLDENS[i].name);
      g_test_add_data_func (path, &GOLDENS[i], test_losses);
    }
  return g_test_run ();
}
