#include <st-trainer.h>

#include <st-alloc.h>

#include <math.h>
#include <string.h>

enum { RANGE = 8192 };  /* parameters that one task adds up */

static const double NOISE_MAX = 0.5;

/* What one worker needs for a chunk. */
typedef struct Bench {
  StWorkspace *workspace;
  float *target, *noisy;   /* [chunk] images; noisy only where the kind denoises */
  float *epsilon;          /* [chunk] codes, only where it samples */
} Bench;

struct StTrainer {
  StTrainOptions options;
  StDataset *dataset;
  StPool *pool;
  uint32_t *indices, *order;   /* [count] given, and as permuted for this epoch */
  uint32_t count, chunk, chunks; /* images; of a chunk; chunks of a batch */
  Bench *benches;              /* [threads] */
  StModel *model;
  size_t parameters_count;
  float *parameters;           /* the model's own */
  float *first, *second;
  float *gradients;            /* [chunks][parameters_count]; their sum goes to the first */
  StLoss *losses;              /* [chunks] */
  bool *finite;                /* [ranges] */
  uint64_t step;
  uint32_t epoch, batch, batches;
  StLoss epoch_loss;           /* sums over the images of the epoch so far */
  double epoch_penalty;        /* beta times the KL term, as beta was */
};

static StStatus
check_images (const StTrainOptions *options, StDataset *dataset, const uint32_t *indices,
              uint32_t count)
{
  StShape shape = st_dataset_shape (dataset);
  uint32_t there = st_dataset_count (dataset);

  if (!st_shape_equal (shape, options->spec.image))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                       (int64_t) st_shape_size (options->spec.image));
  if (count < options->batch)
    return st_failure (ST_SHAPE, count, options->batch);
  for (uint32_t i = 0; i < count; i++)
    if (indices[i] >= there)
      return st_failure (ST_RANGE, 0, (int64_t) there - 1);
  return st_success ();
}

static StStatus
bench_new (const StSpec *spec, uint32_t chunk, Bench *bench)
{
  size_t images = chunk * st_shape_size (spec->image);
  size_t codes = chunk * st_shape_size (st_spec_code (spec));

  bench->target = st_alloc (images, sizeof (float));
  bench->noisy = st_alloc (st_kind_denoises (spec->kind) ? images : 0, sizeof (float));
  bench->epsilon = st_alloc (st_kind_samples (spec->kind) ? codes : 0, sizeof (float));
  if (bench->target == NULL || bench->noisy == NULL || bench->epsilon == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (images * sizeof (float)), 0);
  return st_workspace_new (spec, chunk, &bench->workspace);
}

static size_t
ranges_of (const StTrainer *trainer)
{
  return (trainer->parameters_count + RANGE - 1) / RANGE;
}

static StStatus
allocate (StTrainer *trainer)
{
  uint32_t threads = st_pool_threads (trainer->pool);
  size_t n = trainer->parameters_count, gradients = n * trainer->chunks;
  StStatus status = st_success ();

  trainer->indices = st_alloc (trainer->count, sizeof *trainer->indices);
  trainer->order = st_alloc (trainer->count, sizeof *trainer->order);
  trainer->benches = st_alloc (threads, sizeof *trainer->benches);
  trainer->first = st_alloc (n, sizeof (float));
  trainer->second = st_alloc (n, sizeof (float));
  trainer->gradients = st_alloc (gradients, sizeof (float));
  trainer->losses = st_alloc (trainer->chunks, sizeof *trainer->losses);
  trainer->finite = st_alloc (ranges_of (trainer), sizeof *trainer->finite);
  if (trainer->indices == NULL || trainer->order == NULL || trainer->benches == NULL
      || trainer->first == NULL || trainer->second == NULL
      || trainer->gradients == NULL || trainer->losses == NULL || trainer->finite == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (gradients * sizeof (float)), 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = bench_new (&trainer->options.spec, trainer->chunk, &trainer->benches[i]);
  return status;
}

static void
set_sigma (StTrainer *trainer)
{
  if (trainer->options.sigma > 0.0)
    trainer->parameters[st_spec_log_sigma (&trainer->options.spec)]
      = (float) log (trainer->options.sigma);
}

StStatus
st_trainer_new (const StTrainOptions *options, StDataset *dataset, const uint32_t *indices,
                uint32_t count, StPool *pool, StTrainer **result)
{
  StStatus status = st_train_options_check (options);
  if (st_ok (status))
    status = check_images (options, dataset, indices, count);
  if (!st_ok (status))
    return status;
  StTrainer *trainer = st_alloc (1, sizeof *trainer);
  if (trainer == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *trainer, 0);

  uint32_t chunk = st_gradient_chunk (options->spec.kind);
  *trainer = (StTrainer) {
    .options = *options, .dataset = st_dataset_ref (dataset), .pool = pool, .count = count,
    .chunk = chunk, .chunks = (options->batch + chunk - 1) / chunk,
    .batches = count / options->batch,
    .parameters_count = st_spec_parameters (&options->spec),
  };
  status = allocate (trainer);
  if (st_ok (status))
    {
      memcpy (trainer->indices, indices, count * sizeof *indices);
      st_model_initialise (&options->spec, options->seed, trainer->gradients);
      status = st_model_new (&options->spec, trainer->gradients, &trainer->model);
    }
  if (!st_ok (status))
    {
      st_trainer_free (trainer);
      return status;
    }
  trainer->parameters = st_model_change (trainer->model);
  set_sigma (trainer);
  *result = trainer;
  return st_success ();
}

void
st_trainer_free (StTrainer *trainer)
{
  if (trainer == NULL)
    return;
  for (uint32_t i = 0; trainer->benches != NULL && i < st_pool_threads (trainer->pool); i++)
    {
      st_workspace_free (trainer->benches[i].workspace);
      st_free (trainer->benches[i].target);
      st_free (trainer->benches[i].noisy);
      st_free (trainer->benches[i].epsilon);
    }
  st_dataset_unref (trainer->dataset);
  st_model_unref (trainer->model);
  st_free (trainer->indices);
  st_free (trainer->order);
  st_free (trainer->benches);
  st_free (trainer->first);
  st_free (trainer->second);
  st_free (trainer->gradients);
  st_free (trainer->losses);
  st_free (trainer->finite);
  st_free (trainer);
}

static StRandomKey
key_of (uint64_t seed, uint32_t epoch, uint32_t index, StStream stream)
{
  return (StRandomKey) { seed, index, stream, ST_EPOCH_TRAINING + epoch };
}

/* Fisher and Yates' shuffle of the images as given. */
static void
shuffle (StTrainer *trainer)
{
  StRandomKey key = key_of (trainer->options.seed, trainer->epoch, 0, ST_STREAM_ORDER);
  uint32_t words[4], *order = trainer->order;

  memcpy (order, trainer->indices, trainer->count * sizeof *order);
  for (uint32_t i = trainer->count - 1, drawn = 0; i > 0; i--, drawn++)
    {
      if (drawn % 4 == 0)
        st_random_block (key, drawn / 4, words);
      uint32_t j = (uint32_t) ((uint64_t) words[drawn % 4] * (i + 1u) >> 32);
      uint32_t swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
}

void
st_train_noise (uint64_t seed, uint32_t epoch, uint32_t index, size_t n, const float *clean,
                float *noisy)
{
  double u;

  st_random_uniform (key_of (seed, epoch, index, ST_STREAM_NOISE_LEVEL), 1, &u);
  st_random_normal_single (key_of (seed, epoch, index, ST_STREAM_GAUSSIAN), n, noisy);
  float sigma = (float) (NOISE_MAX * u);
  for (size_t i = 0; i < n; i++)
    {
      float x = clean[i] + sigma * noisy[i];
      noisy[i] = x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x;
    }
}

static void
lay_bench (const StTrainer *trainer, const uint32_t *indices, uint32_t n, Bench *bench)
{
  const StSpec *spec = &trainer->options.spec;
  uint64_t seed = trainer->options.seed;
  size_t image = st_shape_size (spec->image);
  size_t code = st_shape_size (st_spec_code (spec));

  for (uint32_t i = 0; i < n; i++)
    {
      float *target = bench->target + i * image;
      st_dataset_image (trainer->dataset, indices[i], target);
      if (st_kind_denoises (spec->kind))
        st_train_noise (seed, trainer->epoch, indices[i], image, target,
                        bench->noisy + i * image);
      if (st_kind_samples (spec->kind))
        st_random_normal_single (key_of (seed, trainer->epoch, indices[i], ST_STREAM_LATENT),
                                 code, bench->epsilon + i * code);
    }
}

static void
run_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  StTrainer *trainer = context;
  const StTrainOptions *options = &trainer->options;
  Bench *bench = &trainer->benches[worker];
  float *gradient = trainer->gradients + chunk * trainer->parameters_count;
  uint32_t first = chunk * trainer->chunk, left = options->batch - first;
  uint32_t n = left < trainer->chunk ? left : trainer->chunk;
  const uint32_t *indices = trainer->order + (size_t) trainer->batch * options->batch
                            + first;

  lay_bench (trainer, indices, n, bench);
  trainer->losses[chunk] = (StLoss) { 0 };
  StGradientTask task = {
    .model = trainer->model, .loss = options->loss, .beta = options->beta, .n = n,
    .input = st_kind_denoises (options->spec.kind) ? bench->noisy : bench->target,
    .target = bench->target,
    .epsilon = st_kind_samples (options->spec.kind) ? bench->epsilon : NULL,
    .keep_sigma = options->sigma > 0.0, .begin = true,
  };
  st_model_gradient (&task, bench->workspace, gradient, &trainer->losses[chunk]);
}

static size_t
range_length (const StTrainer *trainer, uint32_t range)
{
  size_t left = trainer->parameters_count - (size_t) range * RANGE;
  return left < RANGE ? left : RANGE;
}

/* The batch's mean gradient of a range of parameters, in the first chunk's buffer. */
static void
add_range (void *context, uint32_t range, uint32_t worker)
{
  StTrainer *trainer = context;
  float *sum = trainer->gradients + (size_t) range * RANGE;

  trainer->finite[range] = st_gradient_sum (
    range_length (trainer, range), trainer->chunks - 1, trainer->parameters_count,
    sum + trainer->parameters_count, 1.0f / (float) trainer->options.batch, sum);
}

static void
step_range (void *context, uint32_t range, uint32_t worker)
{
  StTrainer *trainer = context;
  size_t from = (size_t) range * RANGE;

  st_adam_step (range_length (trainer, range), trainer->step, trainer->options.learning_rate,
                trainer->gradients + from, trainer->first + from, trainer->second + from,
                trainer->parameters + from);
}

static void
pack_task (void *context, uint32_t packing, uint32_t worker)
{
  st_model_pack (((StTrainer *) context)->model, packing);
}

/* A few small convolutions are not worth waking anybody for. */
static void
pack (StTrainer *trainer)
{
  uint32_t packings = st_model_packings (trainer->model);
  if (packings == 1)
    st_model_pack (trainer->model, 0);
  else
    st_pool_run (trainer->pool, packings, pack_task, trainer);
}

static StLoss
batch_loss (const StTrainer *trainer)
{
  StLoss sum = { 0 };
  for (uint32_t i = 0; i < trainer->chunks; i++)
    {
      sum.reconstruction += trainer->losses[i].reconstruction;
      sum.kl += trainer->losses[i].kl;
    }
  return sum;
}

static bool
gradient_is_finite (const StTrainer *trainer)
{
  for (size_t i = 0; i < ranges_of (trainer); i++)
    if (!trainer->finite[i])
      return false;
  return true;
}

StStatus
st_trainer_step (StTrainer *trainer)
{
  uint32_t ranges = (uint32_t) ranges_of (trainer);

  if (st_trainer_finished (trainer))
    return st_success ();
  if (trainer->batch == trainer->batches)
    trainer->batch = 0;
  if (trainer->batch == 0)
    {
      shuffle (trainer);
      trainer->epoch_loss = (StLoss) { 0 };
      trainer->epoch_penalty = 0.0;
    }

  st_pool_run (trainer->pool, trainer->chunks, run_chunk, trainer);
  st_pool_run (trainer->pool, ranges, add_range, trainer);
  StLoss loss = batch_loss (trainer);
  if (!isfinite (loss.reconstruction) || !isfinite (loss.kl) || !gradient_is_finite (trainer))
    return st_failure (ST_DIVERGED, trainer->epoch, trainer->batch);

  trainer->step++;
  st_pool_run (trainer->pool, ranges, step_range, trainer);
  pack (trainer);
  trainer->epoch_loss.reconstruction += loss.reconstruction;
  trainer->epoch_loss.kl += loss.kl;
  trainer->epoch_penalty += trainer->options.beta * loss.kl;
  if (++trainer->batch == trainer->batches)
    trainer->epoch++;
  return st_success ();
}

bool
st_trainer_finished (const StTrainer *trainer)
{
  return trainer->epoch == trainer->options.epochs;
}

StTrainProgress
st_trainer_progress (const StTrainer *trainer)
{
  double images = (double) trainer->batch * trainer->options.batch;
  StTrainProgress progress = {
    .epoch = trainer->epoch, .batch = trainer->batch, .batches = trainer->batches,
  };

  if (images > 0.0)
    {
      progress.reconstruction = trainer->epoch_loss.reconstruction / images;
      progress.kl = trainer->epoch_loss.kl / images;
      progress.loss = progress.reconstruction + trainer->epoch_penalty / images;
    }
  return progress;
}

StStatus
st_trainer_snapshot (const StTrainer *trainer, StModel **model)
{
  return st_model_new (&trainer->options.spec, trainer->parameters, model);
}

/* ---- stopping and going on ---- */

StStatus
st_trainer_state (const StTrainer *trainer, StTrainState *state)
{
  size_t n = trainer->parameters_count;
  StStatus status = st_train_state_init (state, n);
  if (!st_ok (status))
    return status;

  state->step = trainer->step;
  state->epoch = trainer->epoch;
  if (trainer->batch < trainer->batches)
    {
      state->batch = trainer->batch;
      state->reconstruction = trainer->epoch_loss.reconstruction;
      state->kl = trainer->epoch_loss.kl;
      state->penalty = trainer->epoch_penalty;
    }
  memcpy (state->first, trainer->first, n * sizeof (float));
  memcpy (state->second, trainer->second, n * sizeof (float));
  return st_success ();
}

static bool
state_fits (const StTrainer *trainer, const StTrainState *state)
{
  uint32_t epochs = trainer->options.epochs;
  return state->batch == 0 ? state->epoch <= epochs
                           : state->epoch < epochs && state->batch < trainer->batches;
}

StStatus
st_trainer_resume (StTrainer *trainer, const StModel *model, const StTrainState *state)
{
  size_t n = trainer->parameters_count;

  if (!st_spec_equal (st_model_spec (model), &trainer->options.spec) || state->count != n)
    return st_failure (ST_SHAPE, (int64_t) state->count, (int64_t) n);
  if (!state_fits (trainer, state))
    return st_failure (ST_RANGE, 0, trainer->options.epochs);

  st_model_replace (trainer->model, st_model_parameters (model));
  memcpy (trainer->first, state->first, n * sizeof (float));
  memcpy (trainer->second, state->second, n * sizeof (float));
  set_sigma (trainer);
  trainer->step = state->step;
  trainer->epoch = state->epoch;
  trainer->batch = state->batch;
  trainer->epoch_loss = (StLoss) { state->reconstruction, state->kl };
  trainer->epoch_penalty = state->penalty;
  if (state->batch > 0)
    shuffle (trainer);
  return st_success ();
}

StStatus
st_trainer_set_learning_rate (StTrainer *trainer, double learning_rate)
{
  StTrainOptions options = trainer->options;
  options.learning_rate = learning_rate;
  StStatus status = st_train_options_check (&options);
  if (st_ok (status))
    trainer->options = options;
  return status;
}

StStatus
st_trainer_set_beta (StTrainer *trainer, double beta)
{
  StTrainOptions options = trainer->options;
  options.beta = beta;
  StStatus status = st_train_options_check (&options);
  if (st_ok (status))
    trainer->options = options;
  return status;
}
