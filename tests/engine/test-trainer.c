#include <st-trainer.h>

#include <st-alloc.h>

#include <glib.h>
#include <math.h>
#include <string.h>

enum { IMAGES = 50, SIDE = 12, PIXELS = SIDE * SIDE };

static StDataset *
make_dataset (void)
{
  uint8_t *pixels = st_alloc (IMAGES, PIXELS);
  StDataset *dataset;

  /* Bright squares, so that there is something to learn. */
  for (size_t i = 0; i < IMAGES; i++)
    for (size_t y = 0; y < SIDE; y++)
      for (size_t x = 0; x < SIDE; x++)
        pixels[i * PIXELS + y * SIDE + x] = (y + i) % 7 < 3 && x > i % 5 ? 230 : 5;
  g_assert_true (st_ok (st_dataset_new_bytes (IMAGES, (StShape) { SIDE, SIDE, 1 }, pixels, NULL,
                                              &dataset)));
  return dataset;
}

static StTrainOptions
small (StKind kind)
{
  StTrainOptions options = st_train_options_default (kind, ST_ENCODER_S2);

  options.spec.image = (StShape) { SIDE, SIDE, 1 };
  options.spec.channels = 20;
  options.epochs = 3;
  options.batch = 20;  /* chunks of 8, 8 and 4; ten images are left over */
  return options;
}

static StStatus
try_trainer (const StTrainOptions *options, StDataset *dataset, uint32_t count, StPool *pool,
             StTrainer **trainer)
{
  uint32_t indices[IMAGES];
  for (uint32_t i = 0; i < IMAGES; i++)
    indices[i] = i;
  return st_trainer_new (options, dataset, indices, count, pool, trainer);
}

static StTrainer *
make_trainer (const StTrainOptions *options, StDataset *dataset, StPool *pool)
{
  StTrainer *trainer;
  g_assert_true (st_ok (try_trainer (options, dataset, IMAGES, pool, &trainer)));
  return trainer;
}

/* The weights after all epochs; free with g_free(). */
static float *
train (const StTrainOptions *options, uint32_t threads, StTrainProgress *last)
{
  StDataset *dataset = make_dataset ();
  StModel *model;
  StPool *pool;

  g_assert_true (st_ok (st_pool_new (threads, &pool)));
  StTrainer *trainer = make_trainer (options, dataset, pool);
  while (!st_trainer_finished (trainer))
    g_assert_true (st_ok (st_trainer_step (trainer)));
  *last = st_trainer_progress (trainer);
  g_assert_true (st_ok (st_trainer_snapshot (trainer, &model)));
  size_t bytes = st_spec_parameters (&options->spec) * sizeof (float);
  float *weights = g_memdup2 (st_model_parameters (model), bytes);
  st_model_unref (model);
  st_trainer_free (trainer);
  st_pool_free (pool);
  st_dataset_unref (dataset);
  return weights;
}

/* A kind, or, from ST_KINDS on, one whose decoder convolves, with each isometry term. */
static StTrainOptions
options_of (gconstpointer data)
{
  int which = GPOINTER_TO_INT (data);
  if (which < ST_KINDS)
    return small ((StKind) which);
  StTrainOptions options = small (which % 2 == 0 ? ST_KIND_VAE_DENSE : ST_KIND_AE_DENSE);
  options.lambda = 3.0;
  options.isometry = (StIsometry) (which - ST_KINDS);
  options.spec.dimension = 3;
  return options;
}

static void
test_threads (gconstpointer data)
{
  StTrainOptions options = options_of (data);
  size_t bytes = st_spec_parameters (&options.spec) * sizeof (float);
  StTrainProgress progress, other;
  g_autofree float *weights = train (&options, 1, &progress);

  for (uint32_t threads = 2; threads <= 3; threads++)
    {
      g_autofree float *same = train (&options, threads, &other);
      g_assert_cmpmem (weights, bytes, same, bytes);
      g_assert_cmpfloat (progress.loss, ==, other.loss);
      g_assert_cmpfloat (progress.kl, ==, other.kl);
      g_assert_cmpfloat (progress.isometry, ==, other.isometry);
    }
  options.seed = 1;
  g_autofree float *different = train (&options, 1, &other);
  g_assert_cmpint (memcmp (weights, different, bytes), !=, 0);
}

static void
test_progress (void)
{
  StTrainOptions options = small (ST_KIND_VAE);
  StDataset *dataset = make_dataset ();
  StTrainProgress progress;
  double first = 0.0;
  StPool *pool;

  options.epochs = 20;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  StTrainer *trainer = make_trainer (&options, dataset, pool);
  progress = st_trainer_progress (trainer);
  g_assert_cmpuint (progress.epoch, ==, 0);
  g_assert_cmpuint (progress.batch, ==, 0);
  for (uint32_t step = 1; step <= 40; step++)
    {
      g_assert_false (st_trainer_finished (trainer));
      g_assert_true (st_ok (st_trainer_step (trainer)));
      progress = st_trainer_progress (trainer);
      g_assert_cmpuint (progress.batches, ==, 2);
      g_assert_cmpuint (progress.epoch, ==, step / 2);
      g_assert_cmpuint (progress.batch, ==, step % 2 == 1 ? 1 : 2);
      g_assert_cmpfloat_with_epsilon (progress.loss, progress.reconstruction + 0.2 * progress.kl,
                                      1e-9);
      if (step == 2)
        first = progress.loss;
    }
  g_assert_true (st_trainer_finished (trainer));
  g_assert_cmpfloat (progress.loss, <, 0.8 * first);
  g_assert_true (st_ok (st_trainer_step (trainer)));
  g_assert_cmpuint (st_trainer_progress (trainer).batch, ==, 2);
  st_trainer_free (trainer);
  st_pool_free (pool);
  st_dataset_unref (dataset);
}

/* A denoising model's first batch is the fresh net's loss on st_train_noise()'s images
 * against clean ones. */
static void
test_first_loss (void)
{
  StTrainOptions options = small (ST_KIND_DAE);
  StDataset *dataset = make_dataset ();
  size_t n = st_spec_parameters (&options.spec);
  g_autofree float *parameters = g_new (float, n), *gradient = g_new0 (float, n);
  g_autofree float *clean = g_new (float, IMAGES * PIXELS), *noisy = g_new (float, IMAGES * PIXELS);
  StWorkspace *workspace;
  StLoss loss = { 0 };
  StModel *model;
  StPool *pool;

  options.batch = IMAGES;
  options.seed = 5;
  g_assert_true (st_ok (st_pool_new (2, &pool)));
  StTrainer *trainer = make_trainer (&options, dataset, pool);
  g_assert_true (st_ok (st_trainer_step (trainer)));
  StTrainProgress progress = st_trainer_progress (trainer);

  st_model_initialise (&options.spec, 5, parameters);
  g_assert_true (st_ok (st_model_new (&options.spec, parameters, &model)));
  g_assert_true (st_ok (st_workspace_new (&options.spec, IMAGES, &workspace)));
  for (uint32_t i = 0; i < IMAGES; i++)
    {
      st_dataset_image (dataset, i, clean + i * PIXELS);
      st_train_noise (5, 0, i, PIXELS, clean + i * PIXELS, noisy + i * PIXELS);
    }
  StGradientTask task = { .model = model, .loss = ST_LOSS_BCE, .beta = 0.2, .n = IMAGES,
                          .input = noisy, .target = clean };
  st_model_gradient (&task, workspace, gradient, &loss);
  g_assert_cmpfloat_with_epsilon (progress.reconstruction, loss.reconstruction / IMAGES, 1e-5);
  st_workspace_free (workspace);
  st_model_unref (model);
  st_trainer_free (trainer);
  st_pool_free (pool);
  st_dataset_unref (dataset);
}

static void
test_noise (void)
{
  enum { N = 784, TIMES = 400 };
  float clean[N], noisy[N];
  double normals[N], u, sum = 0.0, squares = 0.0;

  for (size_t i = 0; i < N; i++)
    clean[i] = (float) (i % 256) / 255.0f;
  for (uint32_t index = 0; index < TIMES; index++)
    {
      uint32_t epoch = index % 3;
      st_train_noise (11, epoch, index, N, clean, noisy);
      st_random_uniform ((StRandomKey) { 11, index, ST_STREAM_NOISE_LEVEL, 2 + epoch }, 1, &u);
      st_random_normal ((StRandomKey) { 11, index, ST_STREAM_GAUSSIAN, 2 + epoch }, N, normals);
      for (size_t i = 0; i < N; i++)
        {
          double x = (double) clean[i] + 0.5 * u * normals[i];
          g_assert_cmpfloat_with_epsilon ((double) noisy[i], CLAMP (x, 0.0, 1.0), 3e-6);
        }
      sum += u;
      squares += u * u;
    }
  /* Uniform in (0, 1): mean 1/2, mean square 1/3, to five standard errors. */
  g_assert_cmpfloat_with_epsilon (sum / TIMES, 0.5, 5.0 * sqrt (1.0 / 12.0 / TIMES));
  g_assert_cmpfloat_with_epsilon (squares / TIMES, 1.0 / 3.0, 5.0 * sqrt (4.0 / 45.0 / TIMES));
}

typedef struct Run {
  StDataset *dataset;
  StPool *pool;
  StTrainer *trainer;
} Run;

static void
run_init (Run *run, const StTrainOptions *options)
{
  run->dataset = make_dataset ();
  g_assert_true (st_ok (st_pool_new (1, &run->pool)));
  run->trainer = make_trainer (options, run->dataset, run->pool);
}

static void
run_steps (Run *run, uint32_t steps)
{
  for (uint32_t i = 0; i < steps; i++)
    g_assert_true (st_ok (st_trainer_step (run->trainer)));
}

static void
run_clear (Run *run)
{
  st_trainer_free (run->trainer);
  st_pool_free (run->pool);
  st_dataset_unref (run->dataset);
}

static void
assert_same_weights (const Run *a, const Run *b, const StSpec *spec)
{
  size_t bytes = st_spec_parameters (spec) * sizeof (float);
  StTrainProgress p = st_trainer_progress (a->trainer), q = st_trainer_progress (b->trainer);
  StModel *one, *two;

  g_assert_true (st_ok (st_trainer_snapshot (a->trainer, &one)));
  g_assert_true (st_ok (st_trainer_snapshot (b->trainer, &two)));
  g_assert_cmpmem (st_model_parameters (one), bytes, st_model_parameters (two), bytes);
  g_assert_cmpfloat (p.loss, ==, q.loss);
  g_assert_cmpfloat (p.reconstruction, ==, q.reconstruction);
  g_assert_cmpfloat (p.kl, ==, q.kl);
  g_assert_cmpfloat (p.isometry, ==, q.isometry);
  g_assert_cmpuint (p.epoch, ==, q.epoch);
  g_assert_cmpuint (p.batch, ==, q.batch);
  st_model_unref (one);
  st_model_unref (two);
}

/* Stopped at any batch and gone on with elsewhere: the same bits as never stopped. */
static void
test_resume (gconstpointer data)
{
  StTrainOptions options = options_of (data);
  StTrainState state;
  StModel *model;
  Run whole, first, second;

  run_init (&whole, &options);
  run_steps (&whole, 5);
  for (uint32_t stop = 0; stop <= 4; stop++)
    {
      run_init (&first, &options);
      run_init (&second, &options);
      run_steps (&first, stop);
      g_assert_true (st_ok (st_trainer_snapshot (first.trainer, &model)));
      g_assert_true (st_ok (st_trainer_state (first.trainer, &state)));
      run_steps (&second, 1);   /* where it was before does not matter */
      g_assert_true (st_ok (st_trainer_resume (second.trainer, model, &state)));
      run_steps (&second, 5 - stop);
      assert_same_weights (&whole, &second, &options.spec);
      st_train_state_clear (&state);
      st_model_unref (model);
      run_clear (&first);
      run_clear (&second);
    }
  run_clear (&whole);
}

static void
test_resume_refused (void)
{
  StTrainOptions options = small (ST_KIND_CAE), other = small (ST_KIND_VAE);
  StTrainState state;
  StModel *model, *foreign;
  Run run, fresh, elsewhere;

  run_init (&run, &options);
  run_init (&fresh, &options);
  run_init (&elsewhere, &other);
  g_assert_true (st_ok (st_trainer_state (run.trainer, &state)));
  g_assert_true (st_ok (st_trainer_snapshot (run.trainer, &model)));
  g_assert_true (st_ok (st_trainer_snapshot (elsewhere.trainer, &foreign)));
  g_assert_cmpint (st_trainer_resume (run.trainer, foreign, &state).code, ==, ST_SHAPE);
  g_assert_cmpint (st_trainer_resume (elsewhere.trainer, model, &state).code, ==, ST_SHAPE);
  state.epoch = options.epochs + 1;
  g_assert_cmpint (st_trainer_resume (run.trainer, model, &state).code, ==, ST_RANGE);
  state.epoch = options.epochs;
  state.batch = 1;
  g_assert_cmpint (st_trainer_resume (run.trainer, model, &state).code, ==, ST_RANGE);
  state.epoch = 0;
  state.batch = 2;   /* an epoch's number: counted as the next epoch's 0 */
  g_assert_cmpint (st_trainer_resume (run.trainer, model, &state).code, ==, ST_RANGE);
  run_steps (&run, 3);
  run_steps (&fresh, 3);
  assert_same_weights (&run, &fresh, &options.spec);
  st_train_state_clear (&state);
  st_model_unref (model);
  st_model_unref (foreign);
  run_clear (&run);
  run_clear (&fresh);
  run_clear (&elsewhere);
}

/* What is set while it runs is as if it had been so before, from the next batch on. */
static void
test_settings (void)
{
  StTrainOptions options = small (ST_KIND_VAE), other = options;
  StTrainState state;
  StModel *model;
  Run run, same;

  other.learning_rate = 0.02;
  other.beta = 3.0;
  run_init (&run, &options);
  run_init (&same, &other);
  run_steps (&run, 3);
  g_assert_true (st_ok (st_trainer_snapshot (run.trainer, &model)));
  g_assert_true (st_ok (st_trainer_state (run.trainer, &state)));
  g_assert_true (st_ok (st_trainer_resume (same.trainer, model, &state)));
  g_assert_true (st_ok (st_trainer_set_learning_rate (run.trainer, 0.02)));
  g_assert_true (st_ok (st_trainer_set_beta (run.trainer, 3.0)));
  run_steps (&run, 2);
  run_steps (&same, 2);
  assert_same_weights (&run, &same, &options.spec);

  g_assert_cmpint (st_trainer_set_learning_rate (run.trainer, -1.0).code, ==, ST_RANGE);
  g_assert_cmpint (st_trainer_set_learning_rate (run.trainer, INFINITY).code, ==, ST_RANGE);
  g_assert_cmpint (st_trainer_set_beta (run.trainer, NAN).code, ==, ST_RANGE);
  run_steps (&run, 1);
  run_steps (&same, 1);
  assert_same_weights (&run, &same, &options.spec);
  st_train_state_clear (&state);
  st_model_unref (model);
  run_clear (&run);
  run_clear (&same);
}

/* Another isometry term, or none, from the next batch on. */
static void
test_isometry_settings (void)
{
  static const struct { StIsometry isometry; double lambda; } turns[] = {
    { ST_ISOMETRY_SCALED, 0 }, { ST_ISOMETRY_STRICT, 0.5 }, { ST_ISOMETRY_CONFORMAL, 2 },
    { ST_ISOMETRY_CONFORMAL, 3 }, { ST_ISOMETRY_SCALED, 10 } };
  StTrainOptions options = small (ST_KIND_IRVAE);
  Run run;
  options.epochs = 10;
  run_init (&run, &options);
  run_steps (&run, 2);
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      StTrainOptions other = options;
      StTrainState state;
      StModel *model;
      Run same;
      other.isometry = turns[i].isometry;
      other.lambda = turns[i].lambda;
      run_init (&same, &other);
      g_assert_true (st_ok (st_trainer_snapshot (run.trainer, &model)));
      g_assert_true (st_ok (st_trainer_state (run.trainer, &state)));
      g_assert_true (st_ok (st_trainer_resume (same.trainer, model, &state)));
      g_assert_true (st_ok (st_trainer_set_isometry (run.trainer, turns[i].isometry,
                                                     turns[i].lambda)));
      run_steps (&run, 1);
      run_steps (&same, 1);
      assert_same_weights (&run, &same, &options.spec);
      st_train_state_clear (&state);
      st_model_unref (model);
      run_clear (&same);
    }
  g_assert_cmpint (st_trainer_set_isometry (run.trainer, ST_ISOMETRY_SCALED, -1).code, ==,
                   ST_RANGE);
  g_assert_cmpint (st_trainer_set_isometry (run.trainer, ST_ISOMETRIES, 1).code, ==, ST_RANGE);
  run_clear (&run);

  options = small (ST_KIND_CAE);
  run_init (&run, &options);
  g_assert_cmpint (st_trainer_set_isometry (run.trainer, ST_ISOMETRY_SCALED, 1).code, ==,
                   ST_RANGE);
  run_clear (&run);
}

static float
log_sigma_after (const StTrainOptions *options, uint32_t steps)
{
  StModel *model;
  Run run;

  run_init (&run, options);
  run_steps (&run, steps);
  g_assert_true (st_ok (st_trainer_snapshot (run.trainer, &model)));
  float log_sigma = st_model_parameters (model)[st_spec_log_sigma (&options->spec)];
  st_model_unref (model);
  run_clear (&run);
  return log_sigma;
}

/* Learned, sigma falls from 1 towards the error that is left; given, it stays. */
static void
test_sigma (void)
{
  StTrainOptions options = small (ST_KIND_AE_MLP);

  options.spec.hidden[0] = 16;
  options.loss = ST_LOSS_GAUSSIAN;
  options.epochs = 100;
  g_assert_cmpfloat (log_sigma_after (&options, 0), ==, 0.0f);
  g_assert_cmpfloat (log_sigma_after (&options, 100), <, -0.05f);
  options.sigma = 0.5;
  g_assert_cmpfloat (log_sigma_after (&options, 0), ==, (float) log (0.5));
  g_assert_cmpfloat (log_sigma_after (&options, 10), ==, (float) log (0.5));
}

static StTrainOptions
small_isometry (StKind kind, StIsometry isometry)
{
  StTrainOptions options = small (kind);

  options.spec.hidden[0] = options.spec.hidden[1] = 24;
  options.spec.activation = ST_ACTIVATION_ELU;
  options.isometry = isometry;
  return options;
}

/* Without the term it is the net that it comes from. */
static void
test_no_isometry (void)
{
  StTrainOptions options = small (ST_KIND_IRVAE), plain = small (ST_KIND_VAE_MLP);
  size_t bytes = st_spec_parameters (&options.spec) * sizeof (float);
  StTrainProgress progress, other;

  g_assert_cmpfloat (options.lambda, >, 0.0);
  g_assert_cmpfloat (plain.lambda, ==, 0.0);
  options.lambda = 0.0;
  g_autofree float *weights = train (&options, 2, &progress);
  g_autofree float *same = train (&plain, 2, &other);
  g_assert_cmpmem (weights, bytes, same, bytes);
  g_assert_cmpfloat (progress.isometry, ==, 0.0);
}

/* It is part of the loss, and gets smaller than without it: of each of the three. */
static void
test_isometry (gconstpointer data)
{
  StIsometry isometry = (StIsometry) GPOINTER_TO_INT (data);
  StTrainOptions options = small_isometry (ST_KIND_IRVAE, isometry);
  double last[2];

  options.epochs = 60;
  for (int i = 0; i < 2; i++)
    {
      StTrainProgress progress;
      options.lambda = i == 0 ? 1e-6 : 300.0;
      g_free (train (&options, 2, &progress));
      g_assert_cmpfloat_with_epsilon (
        progress.loss,
        progress.reconstruction + progress.kl + options.lambda * progress.isometry, 1e-9);
      last[i] = progress.isometry;
    }
  g_test_message ("without %g, with %g", last[0], last[1]);
  g_assert_cmpfloat (last[1], <, 0.8 * last[0]);
  if (isometry == ST_ISOMETRY_CONFORMAL)
    g_assert_cmpfloat (last[1], >=, 0.0);
}

/* The cycle through a batch that its number draws. */
static void
draw_partners (uint64_t seed, uint32_t n, uint32_t *other)
{
  uint32_t words[4];

  for (uint32_t i = 0; i < n; i++)
    other[i] = i;
  for (uint32_t i = n - 1, drawn = 0; i > 0; i--, drawn++)
    {
      st_random_block ((StRandomKey) { seed, 0, ST_STREAM_PARTNER, 2 }, drawn / 4, words);
      uint32_t j = (uint32_t) ((uint64_t) words[drawn % 4] * i >> 32), swapped = other[i];
      other[i] = other[j];
      other[j] = swapped;
    }
  for (uint32_t i = 0; i < n; i++)
    g_assert_cmpuint (other[i], !=, i);
}

/* The order of an epoch's images, as many as there are in the first batch. */
static void
draw_order (uint64_t seed, uint32_t n, uint32_t *order)
{
  uint32_t words[4];

  for (uint32_t i = 0; i < n; i++)
    order[i] = i;
  for (uint32_t i = n - 1, drawn = 0; i > 0; i--, drawn++)
    {
      st_random_block ((StRandomKey) { seed, 0, ST_STREAM_ORDER, 2 }, drawn / 4, words);
      uint32_t j = (uint32_t) ((uint64_t) words[drawn % 4] * (i + 1) >> 32), swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
}

/* The first batch's term is that of the fresh net, its chunks taken as one. */
static void
test_first_isometry (gconstpointer data)
{
  StTrainOptions options = small_isometry (ST_KIND_IRAE, (StIsometry) GPOINTER_TO_INT (data));
  size_t n = st_spec_parameters (&options.spec);
  g_autofree float *parameters = g_new (float, n), *images = g_new (float, IMAGES * PIXELS);
  float z[IMAGES * 2], mixed[IMAGES * 2], alpha[IMAGES], probes[IMAGES * 2];
  uint32_t order[IMAGES], other[IMAGES];
  StIsometryPass *pass;
  StWorkspace *workspace;
  StModel *model;
  Run run;

  options.batch = IMAGES;
  options.seed = 9;
  run_init (&run, &options);
  run_steps (&run, 1);
  st_model_initialise (&options.spec, 9, parameters);
  g_assert_true (st_ok (st_model_new (&options.spec, parameters, &model)));
  g_assert_true (st_ok (st_workspace_new (&options.spec, IMAGES, &workspace)));
  g_assert_true (st_ok (st_isometry_pass_new (&options.spec, options.isometry, IMAGES, &pass)));
  draw_order (9, IMAGES, order);
  draw_partners (9, IMAGES, other);
  for (uint32_t i = 0; i < IMAGES; i++)
    {
      double u, v[2];
      st_dataset_image (run.dataset, order[i], images + i * PIXELS);
      st_random_uniform ((StRandomKey) { 9, order[i], ST_STREAM_MIX, 2 }, 1, &u);
      st_random_normal ((StRandomKey) { 9, order[i], ST_STREAM_PROBE, 2 }, 2, v);
      alpha[i] = (float) (1.4 * u - 0.2);
      probes[2 * i] = (float) v[0];
      probes[2 * i + 1] = (float) v[1];
    }
  st_model_code (model, workspace, IMAGES, images, z);
  st_isometry_mix (IMAGES, 2, z, other, alpha, mixed);
  StIsometrySums sums = st_isometry_pass_forward (
    pass, model, workspace, IMAGES, mixed,
    st_isometry_has_probes (options.isometry) ? probes : NULL);
  double expected = st_isometry_value (options.isometry, &sums, IMAGES);
  g_assert_cmpfloat_with_epsilon (st_trainer_progress (run.trainer).isometry, expected,
                                  1e-4 * expected);
  st_isometry_pass_free (pass);
  st_workspace_free (workspace);
  st_model_unref (model);
  run_clear (&run);
}

/* Steps far too large: the last weights whose loss was finite stay. */
static void
test_diverged (void)
{
  StTrainOptions options = small (ST_KIND_VAE);
  size_t bytes = st_spec_parameters (&options.spec) * sizeof (float);
  StDataset *dataset = make_dataset ();
  StModel *before = NULL, *after;
  StStatus status;
  StPool *pool;

  options.learning_rate = 1e4;
  options.epochs = 100;
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  StTrainer *trainer = make_trainer (&options, dataset, pool);
  do
    {
      st_model_unref (before);
      g_assert_true (st_ok (st_trainer_snapshot (trainer, &before)));
      status = st_trainer_step (trainer);
    }
  while (st_ok (status) && !st_trainer_finished (trainer));
  g_assert_cmpint (status.code, ==, ST_DIVERGED);
  g_assert_cmpint (status.a, ==, st_trainer_progress (trainer).epoch + 1);
  g_assert_true (st_ok (st_trainer_snapshot (trainer, &after)));
  g_assert_cmpmem (st_model_parameters (before), bytes, st_model_parameters (after), bytes);
  for (size_t i = 0; i < bytes / sizeof (float); i++)
    g_assert_true (isfinite (st_model_parameters (after)[i]));
  g_assert_true (isfinite (st_trainer_progress (trainer).loss));
  st_model_unref (before);
  st_model_unref (after);
  st_trainer_free (trainer);
  st_pool_free (pool);
  st_dataset_unref (dataset);
}

static void
test_refused (void)
{
  StTrainOptions good = small (ST_KIND_CAE), bad;
  StDataset *dataset = make_dataset ();
  StTrainer *trainer = NULL;
  StPool *pool;

  g_assert_true (st_ok (st_pool_new (1, &pool)));
#define REFUSED(change, wanted, count)                                                     \
  bad = good;                                                                              \
  change;                                                                                  \
  g_assert_cmpint (try_trainer (&bad, dataset, (count), pool, &trainer).code, ==, wanted); \
  g_assert_null (trainer)
  REFUSED (bad.epochs = 0, ST_RANGE, IMAGES);
  REFUSED (bad.batch = 0, ST_RANGE, IMAGES);
  REFUSED (bad.batch = 100000, ST_RANGE, IMAGES);
  REFUSED (bad.learning_rate = 0.0, ST_RANGE, IMAGES);
  REFUSED (bad.learning_rate = NAN, ST_RANGE, IMAGES);
  REFUSED (bad.beta = -1.0, ST_RANGE, IMAGES);
  REFUSED (bad.spec.channels = 0, ST_RANGE, IMAGES);
  REFUSED (bad.loss = ST_LOSS_GAUSSIAN, ST_RANGE, IMAGES);
  REFUSED (bad.loss = ST_LOSSES, ST_RANGE, IMAGES);
  REFUSED (bad.sigma = 0.5, ST_RANGE, IMAGES);
  REFUSED (bad.lambda = 1.0, ST_RANGE, IMAGES);
  REFUSED (bad.spec.image.width = 16, ST_SHAPE, IMAGES);
  REFUSED ((void) 0, ST_SHAPE, 19);
  good = small (ST_KIND_VAE_DENSE);   /* 32 dimensions */
  REFUSED (bad.lambda = -1.0, ST_RANGE, IMAGES);
  REFUSED (bad.lambda = NAN, ST_RANGE, IMAGES);
  REFUSED (bad.isometry = ST_ISOMETRIES, ST_RANGE, IMAGES);
  REFUSED ((bad.lambda = 1.0, bad.isometry = ST_ISOMETRY_CONFORMAL), ST_RANGE, IMAGES);
  REFUSED ((bad.lambda = 1.0, bad.spec.dimension = 1), ST_RANGE, IMAGES);
  good = small (ST_KIND_VAE_MLP);
  REFUSED (bad.lambda = 1.0, ST_RANGE, IMAGES);
  good = small (ST_KIND_IRAE);
  REFUSED (bad.spec.dimension = 1, ST_RANGE, IMAGES);
  good = small (ST_KIND_CAE);
#undef REFUSED
  const uint32_t outside[20] = { [19] = IMAGES };
  g_assert_cmpint (st_trainer_new (&good, dataset, outside, 20, pool, &trainer).code, ==, ST_RANGE);
  st_pool_free (pool);
  st_dataset_unref (dataset);
}

static void
add (const char *test, const char *name, int which, void (*function) (gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/trainer/%s/%s", test, name);
  g_test_add_data_func (path, GINT_TO_POINTER (which), function);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int kind = 0; kind < ST_KINDS; kind++)
    {
      add ("threads", st_kind_name ((StKind) kind), kind, test_threads);
      add ("resume", st_kind_name ((StKind) kind), kind, test_resume);
    }
  for (StIsometry isometry = 0; isometry < ST_ISOMETRIES; isometry++)
    {
      const char *name = st_isometry_name (isometry);
      add ("threads", name, ST_KINDS + (int) isometry, test_threads);
      add ("resume", name, ST_KINDS + (int) isometry, test_resume);
      add ("isometry", name, (int) isometry, test_isometry);
      add ("first-isometry", name, (int) isometry, test_first_isometry);
    }
  g_test_add_func ("/trainer/no-isometry", test_no_isometry);
  g_test_add_func ("/trainer/progress", test_progress);
  g_test_add_func ("/trainer/first-loss", test_first_loss);
  g_test_add_func ("/trainer/noise", test_noise);
  g_test_add_func ("/trainer/resume-refused", test_resume_refused);
  g_test_add_func ("/trainer/settings", test_settings);
  g_test_add_func ("/trainer/isometry-settings", test_isometry_settings);
  g_test_add_func ("/trainer/sigma", test_sigma);
  g_test_add_func ("/trainer/diverged", test_diverged);
  g_test_add_func ("/trainer/refused", test_refused);
  return g_test_run ();
}
