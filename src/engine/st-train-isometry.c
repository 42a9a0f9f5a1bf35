#include <st-train-isometry.h>

#include <st-train-bench.h>

#include <st-alloc.h>

#include <string.h>

/* How far beyond the segment between two codes. */
static const double BEYOND = 0.2;

struct StTrainIsometry {
  StTrainOptions options;
  StPool *pool;
  uint32_t chunk, chunks;
  StIsometryPass **passes;     /* [chunks] */
  StWorkspace **workspaces;    /* [chunks] or [threads], borrowed */
  bool by_chunk;
  StIsometrySums *sums;        /* [chunks] */
  float *codes, *mixed, *probes, *mixed_gradient, *code_gradient;   /* [batch][d] */
  float *alpha;                /* [batch] */
  uint32_t *other;             /* [batch] */
  /* Of the batch at hand. */
  const StModel *model;
  StIsometrySums sum;
  float *gradients;
  size_t step;
};

static StStatus
allocate (StTrainIsometry *isometry, StWorkspace *const *workspaces, uint32_t n)
{
  const StTrainOptions *options = &isometry->options;
  size_t numbers = (size_t) options->batch * options->spec.dimension;
  float **arrays[] = { &isometry->codes, &isometry->mixed, &isometry->probes,
                       &isometry->mixed_gradient, &isometry->code_gradient };
  bool there = true;

  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
    {
      *arrays[i] = st_alloc (numbers, sizeof (float));
      there = there && *arrays[i] != NULL;
    }
  isometry->alpha = st_alloc (options->batch, sizeof (float));
  isometry->other = st_alloc (options->batch, sizeof *isometry->other);
  isometry->sums = st_alloc (isometry->chunks, sizeof *isometry->sums);
  isometry->passes = st_alloc (isometry->chunks, sizeof *isometry->passes);
  isometry->workspaces = st_alloc (n, sizeof *isometry->workspaces);
  if (!there || isometry->alpha == NULL || isometry->other == NULL || isometry->sums == NULL
      || isometry->passes == NULL || isometry->workspaces == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (numbers * sizeof (float)), 0);
  memcpy (isometry->workspaces, workspaces, n * sizeof *workspaces);
  return st_success ();
}

StStatus
st_train_isometry_new (const StTrainOptions *options, uint32_t chunk,
                       StWorkspace *const *workspaces, uint32_t n, bool by_chunk, StPool *pool,
                       StTrainIsometry **result)
{
  StTrainIsometry *isometry = st_alloc (1, sizeof *isometry);
  if (isometry == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *isometry, 0);

  *isometry = (StTrainIsometry) {
    .options = *options, .pool = pool, .chunk = chunk,
    .chunks = (options->batch + chunk - 1) / chunk, .by_chunk = by_chunk,
  };
  StStatus status = allocate (isometry, workspaces, n);
  for (uint32_t i = 0; i < isometry->chunks && st_ok (status); i++)
    status = st_isometry_pass_new (&options->spec, options->isometry, chunk, &isometry->passes[i]);
  if (st_ok (status))
    *result = isometry;
  else
    st_train_isometry_free (isometry);
  return status;
}

void
st_train_isometry_free (StTrainIsometry *isometry)
{
  if (isometry == NULL)
    return;
  for (uint32_t i = 0; isometry->passes != NULL && i < isometry->chunks; i++)
    st_isometry_pass_free (isometry->passes[i]);
  st_free (isometry->passes);
  st_free (isometry->workspaces);
  st_free (isometry->sums);
  st_free (isometry->codes);
  st_free (isometry->mixed);
  st_free (isometry->probes);
  st_free (isometry->mixed_gradient);
  st_free (isometry->code_gradient);
  st_free (isometry->alpha);
  st_free (isometry->other);
  st_free (isometry);
}

static size_t
place_of (const StTrainIsometry *isometry, uint32_t chunk)
{
  return (size_t) chunk * isometry->chunk * isometry->options.spec.dimension;
}

float *
st_train_isometry_codes (StTrainIsometry *isometry, uint32_t chunk)
{
  return isometry->codes + place_of (isometry, chunk);
}

const float *
st_train_isometry_code_gradient (const StTrainIsometry *isometry, uint32_t chunk)
{
  return isometry->code_gradient + place_of (isometry, chunk);
}

/* Sattolo's shuffle, which leaves nothing where it was: each is mixed with another. */
static void
draw_partners (StTrainIsometry *isometry, uint32_t epoch, uint32_t batch)
{
  StRandomKey key = st_train_key (isometry->options.seed, epoch, batch, ST_STREAM_PARTNER);
  uint32_t words[4], n = isometry->options.batch, *other = isometry->other;

  for (uint32_t i = 0; i < n; i++)
    other[i] = i;
  for (uint32_t i = n - 1, drawn = 0; i > 0; i--, drawn++)
    {
      if (drawn % 4 == 0)
        st_random_block (key, drawn / 4, words);
      uint32_t j = (uint32_t) ((uint64_t) words[drawn % 4] * i >> 32);
      uint32_t swapped = other[i];
      other[i] = other[j];
      other[j] = swapped;
    }
}

static void
draw (StTrainIsometry *isometry, uint32_t epoch, uint32_t batch, const uint32_t *indices)
{
  uint32_t d = isometry->options.spec.dimension;
  uint64_t seed = isometry->options.seed;

  draw_partners (isometry, epoch, batch);
  for (size_t i = 0; i < isometry->options.batch; i++)
    {
      double u;
      st_random_uniform (st_train_key (seed, epoch, indices[i], ST_STREAM_MIX), 1, &u);
      isometry->alpha[i] = (float) ((1.0 + 2.0 * BEYOND) * u - BEYOND);
      if (st_isometry_has_probes (isometry->options.isometry))
        st_random_normal_single (st_train_key (seed, epoch, indices[i], ST_STREAM_PROBE), d,
                                 isometry->probes + i * d);
    }
}

static StWorkspace *
workspace_of (const StTrainIsometry *isometry, uint32_t chunk, uint32_t worker)
{
  return isometry->workspaces[isometry->by_chunk ? chunk : worker];
}

static void
forward_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  StTrainIsometry *isometry = context;
  bool probes = st_isometry_has_probes (isometry->options.isometry);
  size_t place = place_of (isometry, chunk);
  uint32_t left = isometry->options.batch - chunk * isometry->chunk;

  isometry->sums[chunk] = st_isometry_pass_forward (
    isometry->passes[chunk], isometry->model, workspace_of (isometry, chunk, worker),
    left < isometry->chunk ? left : isometry->chunk, isometry->mixed + place,
    probes ? isometry->probes + place : NULL);
}

static void
back_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  StTrainIsometry *isometry = context;
  const StTrainOptions *options = &isometry->options;
  float *gradient = isometry->gradients + chunk * isometry->step;

  memset (gradient, 0, st_spec_parameters (&options->spec) * sizeof *gradient);
  /* What is summed over a batch becomes its mean later; the term is one already. */
  st_isometry_pass_back (isometry->passes[chunk], isometry->model,
                         workspace_of (isometry, chunk, worker), &isometry->sum, options->batch,
                         options->lambda * options->batch, gradient, isometry->mixed_gradient + place_of (isometry, chunk));
}

double
st_train_isometry_run (StTrainIsometry *isometry, const StModel *model, uint32_t epoch,
                       uint32_t batch, const uint32_t *indices, float *gradients, size_t step)
{
  uint32_t n = isometry->options.batch, d = isometry->options.spec.dimension;

  isometry->model = model;
  isometry->gradients = gradients;
  isometry->step = step;
  draw (isometry, epoch, batch, indices);
  st_isometry_mix (n, d, isometry->codes, isometry->other, isometry->alpha, isometry->mixed);
  st_pool_run (isometry->pool, isometry->chunks, forward_chunk, isometry);
  isometry->sum = (StIsometrySums) { 0 };
  for (uint32_t i = 0; i < isometry->chunks; i++)
    {
      isometry->sum.squares += isometry->sums[i].squares;
      isometry->sum.terms += isometry->sums[i].terms;
    }
  st_pool_run (isometry->pool, isometry->chunks, back_chunk, isometry);
  memset (isometry->code_gradient, 0, (size_t) n * d * sizeof (float));
  st_isometry_mix_back (n, d, isometry->mixed_gradient, isometry->other, isometry->alpha,
                        isometry->code_gradient);
  return st_isometry_value (isometry->options.isometry, &isometry->sum, n);
}
