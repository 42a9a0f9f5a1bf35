#include <st-train-bench.h>
#include <st-train-isometry.h>

#include <st-alloc.h>

#include <math.h>
#include <string.h>

enum { RANGE = 8192 };  /* parameters that one task adds up */

struct StTrainer {
  StTrainOptions options;
  StDataset *dataset;
  StPool *pool;
  uint32_t *indices, *order;   /* [count] given, and as permuted for this epoch */
  uint32_t count, chunk, chunks; /* images; of a chunk; chunks of a batch */
  /* One for each thread; or, of kinds with an isometry term that can keep their codes, one for
   * each chunk: the codes of all must be there before the rest of any is computed. */
  StBench *benches;
  uint32_t benches_count;
  bool by_chunk;
  StTrainIsometry *isometry;   /* or NULL */
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
  double epoch_isometry;
  double epoch_penalty;        /* beta times the KL term, as beta was, and lambda times the other */
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

static size_t
ranges_of (const StTrainer *trainer)
{
  return (trainer->parameters_count + RANGE - 1) / RANGE;
}

static StBench *
bench_of (const StTrainer *trainer, uint32_t chunk, uint32_t worker)
{
  return &trainer->benches[trainer->by_chunk ? chunk : worker];
}

/* The term that the options have; NULL where that is none. */
static StStatus
make_isometry (const StTrainer *trainer, const StTrainOptions *options, StTrainIsometry **isometry)
{
  uint32_t n = trainer->benches_count;
  *isometry = NULL;
  if (options->lambda == 0.0)
    return st_success ();
  StWorkspace **workspaces = st_alloc (n, sizeof *workspaces);
  if (workspaces == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (n * sizeof *workspaces), 0);
  for (uint32_t i = 0; i < n; i++)
    workspaces[i] = trainer->benches[i].workspace;
  StStatus status = st_train_isometry_new (options, trainer->chunk, workspaces, n,
                                           trainer->by_chunk, trainer->pool, isometry);
  st_free (workspaces);
  return status;
}

static StStatus
allocate (StTrainer *trainer)
{
  size_t n = trainer->parameters_count, gradients = n * trainer->chunks;
  StStatus status = st_success ();

  trainer->indices = st_alloc (trainer->count, sizeof *trainer->indices);
  trainer->order = st_alloc (trainer->count, sizeof *trainer->order);
  trainer->benches_count = trainer->by_chunk ? trainer->chunks : st_pool_threads (trainer->pool);
  trainer->benches = st_alloc (trainer->benches_count, sizeof *trainer->benches);
  trainer->first = st_alloc (n, sizeof (float));
  trainer->second = st_alloc (n, sizeof (float));
  trainer->gradients = st_alloc (gradients, sizeof (float));
  trainer->losses = st_alloc (trainer->chunks, sizeof *trainer->losses);
  trainer->finite = st_alloc (ranges_of (trainer), sizeof *trainer->finite);
  if (trainer->indices == NULL || trainer->order == NULL || trainer->benches == NULL
      || trainer->first == NULL || trainer->second == NULL
      || trainer->gradients == NULL || trainer->losses == NULL || trainer->finite == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (gradients * sizeof (float)), 0);
  for (uint32_t i = 0; i < trainer->benches_count && st_ok (status); i++)
    status = st_bench_init (&trainer->options.spec, trainer->chunk, &trainer->benches[i]);
  return st_ok (status) ? make_isometry (trainer, &trainer->options, &trainer->isometry) : status;
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
    .by_chunk = st_kind_has_isometry (options->spec.kind)
                && st_gradient_keeps_codes (options->spec.kind),
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
  for (uint32_t i = 0; trainer->benches != NULL && i < trainer->benches_count; i++)
    st_bench_clear (&trainer->benches[i]);
  st_train_isometry_free (trainer->isometry);
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

/* The images of the batch at hand. */
static const uint32_t *
batch_indices (const StTrainer *trainer)
{
  return trainer->order + (size_t) trainer->batch * trainer->options.batch;
}

static void
lay_task (const StTrainer *trainer, uint32_t chunk, StBench *bench)
{
  const StTrainOptions *options = &trainer->options;
  uint32_t first = chunk * trainer->chunk, left = options->batch - first;

  st_bench_lay (bench, options, trainer->dataset, trainer->epoch, batch_indices (trainer) + first,
                left < trainer->chunk ? left : trainer->chunk);
  bench->task.model = trainer->model;
  bench->task.begin = trainer->isometry == NULL;
}

static void
run_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  StTrainer *trainer = context;
  StBench *bench = bench_of (trainer, chunk, worker);
  float *gradient = trainer->gradients + chunk * trainer->parameters_count;

  if (trainer->isometry != NULL && trainer->by_chunk)
    bench->task.encoded = true;
  else
    lay_task (trainer, chunk, bench);
  if (trainer->isometry != NULL)
    bench->task.code_gradient = st_train_isometry_code_gradient (trainer->isometry, chunk);
  trainer->losses[chunk] = (StLoss) { 0 };
  st_model_gradient (&bench->task, bench->workspace, gradient, &trainer->losses[chunk]);
}

static void
encode_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  StTrainer *trainer = context;
  StBench *bench = bench_of (trainer, chunk, worker);

  lay_task (trainer, chunk, bench);
  st_gradient_codes (&bench->task, bench->workspace,
                     st_train_isometry_codes (trainer->isometry, chunk));
}

/* The term of the batch at hand, or 0; the chunks' gradients begin with its. */
static double
run_isometry (StTrainer *trainer)
{
  if (trainer->isometry == NULL)
    return 0.0;
  st_pool_run (trainer->pool, trainer->chunks, encode_chunk, trainer);
  return st_train_isometry_run (trainer->isometry, trainer->model, trainer->epoch, trainer->batch,
                                batch_indices (trainer), trainer->gradients,
                                trainer->parameters_count);
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
      st_train_shuffle (trainer->options.seed, trainer->epoch, trainer->count, trainer->indices,
                        trainer->order);
      trainer->epoch_loss = (StLoss) { 0 };
      trainer->epoch_isometry = trainer->epoch_penalty = 0.0;
    }

  double isometry = run_isometry (trainer);
  st_pool_run (trainer->pool, trainer->chunks, run_chunk, trainer);
  st_pool_run (trainer->pool, ranges, add_range, trainer);
  StLoss loss = batch_loss (trainer);
  if (!isfinite (loss.reconstruction) || !isfinite (loss.kl) || !isfinite (isometry)
      || !gradient_is_finite (trainer))
    return st_failure (ST_DIVERGED, (int64_t) trainer->epoch + 1, (int64_t) trainer->batch + 1);

  trainer->step++;
  st_pool_run (trainer->pool, ranges, step_range, trainer);
  pack (trainer);
  trainer->epoch_loss.reconstruction += loss.reconstruction;
  trainer->epoch_loss.kl += loss.kl;
  isometry *= trainer->options.batch;
  trainer->epoch_isometry += isometry;
  trainer->epoch_penalty += trainer->options.beta * loss.kl + trainer->options.lambda * isometry;
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
      progress.isometry = trainer->epoch_isometry / images;
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
      state->isometry = trainer->epoch_isometry;
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
  trainer->epoch_isometry = state->isometry;
  trainer->epoch_penalty = state->penalty;
  if (state->batch > 0)
    st_train_shuffle (trainer->options.seed, trainer->epoch, trainer->count, trainer->indices,
                      trainer->order);
  return st_success ();
}

/* ---- what hands change ---- */

static StStatus
take_options (StTrainer *trainer, const StTrainOptions *options)
{
  StStatus status = st_train_options_check (options);
  if (st_ok (status))
    trainer->options = *options;
  return status;
}

StStatus
st_trainer_set_learning_rate (StTrainer *trainer, double learning_rate)
{
  StTrainOptions options = trainer->options;
  options.learning_rate = learning_rate;
  return take_options (trainer, &options);
}

StStatus
st_trainer_set_beta (StTrainer *trainer, double beta)
{
  StTrainOptions options = trainer->options;
  options.beta = beta;
  return take_options (trainer, &options);
}

StStatus
st_trainer_set_isometry (StTrainer *trainer, StIsometry isometry, double lambda)
{
  StTrainIsometry *term;
  StTrainOptions options = trainer->options;
  options.isometry = isometry;
  options.lambda = lambda;
  StStatus status = st_train_options_check (&options);
  if (st_ok (status))
    status = make_isometry (trainer, &options, &term);
  if (!st_ok (status))
    return status;
  st_train_isometry_free (trainer->isometry);
  trainer->isometry = term;
  return take_options (trainer, &options);
}
