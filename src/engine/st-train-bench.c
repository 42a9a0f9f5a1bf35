#include <st-train-bench.h>

#include <st-alloc.h>

#include <string.h>

static const double NOISE_MAX = 0.5;

StStatus
st_bench_init (const StSpec *spec, uint32_t chunk, StBench *bench)
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

void
st_bench_clear (StBench *bench)
{
  st_workspace_free (bench->workspace);
  st_free (bench->target);
  st_free (bench->noisy);
  st_free (bench->epsilon);
}

void
st_train_noise (uint64_t seed, uint32_t epoch, uint32_t index, size_t n, const float *clean,
                float *noisy)
{
  double u;

  st_random_uniform (st_train_key (seed, epoch, index, ST_STREAM_NOISE_LEVEL), 1, &u);
  st_random_normal_single (st_train_key (seed, epoch, index, ST_STREAM_GAUSSIAN), n, noisy);
  float sigma = (float) (NOISE_MAX * u);
  for (size_t i = 0; i < n; i++)
    {
      float x = clean[i] + sigma * noisy[i];
      noisy[i] = x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x;
    }
}

void
st_bench_lay (StBench *bench, const StTrainOptions *options, StDataset *dataset, uint32_t epoch,
              const uint32_t *indices, uint32_t n)
{
  const StSpec *spec = &options->spec;
  bool denoises = st_kind_denoises (spec->kind), samples = st_kind_samples (spec->kind);
  size_t image = st_shape_size (spec->image), code = st_shape_size (st_spec_code (spec));

  for (uint32_t i = 0; i < n; i++)
    {
      float *target = bench->target + i * image;
      st_dataset_image (dataset, indices[i], target);
      if (denoises)
        st_train_noise (options->seed, epoch, indices[i], image, target,
                        bench->noisy + i * image);
      if (samples)
        st_random_normal_single (
          st_train_key (options->seed, epoch, indices[i], ST_STREAM_LATENT), code,
          bench->epsilon + i * code);
    }
  bench->task = (StGradientTask) {
    .loss = options->loss, .beta = options->beta, .n = n,
    .input = denoises ? bench->noisy : bench->target, .target = bench->target,
    .epsilon = samples ? bench->epsilon : NULL, .keep_sigma = options->sigma > 0.0,
  };
}

/* Fisher and Yates' shuffle of the images as given. */
void
st_train_shuffle (uint64_t seed, uint32_t epoch, uint32_t count, const uint32_t *indices,
                  uint32_t *order)
{
  StRandomKey key = st_train_key (seed, epoch, 0, ST_STREAM_ORDER);
  uint32_t words[4];

  memcpy (order, indices, count * sizeof *order);
  for (uint32_t i = count - 1, drawn = 0; i > 0; i--, drawn++)
    {
      if (drawn % 4 == 0)
        st_random_block (key, drawn / 4, words);
      uint32_t j = (uint32_t) ((uint64_t) words[drawn % 4] * (i + 1u) >> 32);
      uint32_t swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
}
