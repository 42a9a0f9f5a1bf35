/* Against independent programs: a trained k4 autoencoder's latent tensors and pictures
 * (tests/reference/golden_to_facts.py), and ten losses of training
 * (tests/reference/training_losses.py). */
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
} Golden;

static const Golden GOLDENS[] = {
  { "cae-s2-bce", ST_KIND_CAE, ST_ENCODER_S2, ST_LOSS_BCE,
    { 44.731495, 44.2698857, 43.9484698, 43.7268208, 43.5530156, 43.4031205, 43.2768048,
      43.1546028, 43.0147372, 42.8559861 } },
  { "cae-k4-mse", ST_KIND_CAE, ST_ENCODER_K4, ST_LOSS_MSE,
    { 5.82356693, 5.39949278, 5.172442, 5.02564333, 4.86719182, 4.71459589, 4.58743882,
      4.46584407, 4.34121403, 4.2159349 } },
  { "vae-s2-bce", ST_KIND_VAE, ST_ENCODER_S2, ST_LOSS_BCE,
    { 48.0346346, 45.7094015, 44.3567332, 43.4759135, 42.8399441, 42.3032281, 41.8036923,
      41.3253678, 40.8796073, 40.4599834 } },
  { "vae-k4-mse", ST_KIND_VAE, ST_ENCODER_K4, ST_LOSS_MSE,
    { 7.86076625, 6.43316941, 5.78717473, 5.39695748, 5.09360275, 4.82792198, 4.59150541,
      4.37483749, 4.17520928, 3.97722728 } },
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
  enum { IMAGES = 6, PIXELS = 64, LATENT = 16 };
  const Golden *golden = data;
  const StSpec spec = { .kind = golden->kind, .encoder = golden->encoder, .image = { 8, 8, 1 },
                        .channels = 4 };
  size_t n = st_spec_parameters (&spec);
  g_autofree float *parameters = g_new (float, n), *gradient = g_new (float, n);
  g_autofree float *first = g_new0 (float, n), *second = g_new0 (float, n);
  float images[IMAGES * PIXELS], epsilon[IMAGES * LATENT];
  guint32 state = 1;
  StWorkspace *workspace;
  StModel *model;

  draw (&state, parameters, n, -0.3, 0.3);
  draw (&state, images, G_N_ELEMENTS (images), 0.0, 1.0);
  draw (&state, epsilon, G_N_ELEMENTS (epsilon), -2.0, 2.0);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  g_assert_true (st_ok (st_workspace_new (&spec, IMAGES, &workspace)));
  StGradientTask task = {
    .model = model, .loss = golden->loss, .beta = 0.2, .n = IMAGES, .input = images,
    .target = images, .epsilon = st_kind_samples (golden->kind) ? epsilon : NULL };
  for (guint t = 0; t < G_N_ELEMENTS (golden->losses); t++)
    {
      StLoss loss = { 0 };
      memset (gradient, 0, n * sizeof *gradient);
      st_model_gradient (&task, workspace, gradient, &loss);
      g_assert_cmpfloat_with_epsilon ((loss.reconstruction + 0.2 * loss.kl) / IMAGES,
                                      golden->losses[t], 1e-5 * golden->losses[t]);
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
