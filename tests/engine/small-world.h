/* A dataset and a model that are small enough to be measured thousands of times. */
#pragma once

#include <glib.h>
#include <st-alloc.h>
#include <st-blas.h>
#include <st-measure.h>
#include <st-rng.h>

enum { SMALL_SIDE = 8, SMALL_CHANNELS = 4, SMALL_COUNT = 40 };

static inline StDataset *
small_dataset (void)
{
  gsize n = SMALL_COUNT * SMALL_SIDE * SMALL_SIDE;
  uint8_t *pixels = st_alloc (n, 1);
  /* Left half black, right half noise: some patches are equal, most are not. */
  for (gsize i = 0; i < n; i++)
    {
      uint32_t words[4];
      st_random_block ((StRandomKey) { 11, (uint32_t) i, 99, 1 }, 0, words);
      pixels[i] = i % SMALL_SIDE < SMALL_SIDE / 2 ? 0 : (uint8_t) words[0];
    }
  StDataset *dataset;
  g_assert_true (st_ok (st_dataset_new_bytes (
    SMALL_COUNT, (StShape) { SMALL_SIDE, SMALL_SIDE, 1 }, pixels, NULL, &dataset)));
  return dataset;
}

static inline StImages *
small_images (uint32_t count, StPerturbKind kind, uint64_t seed)
{
  uint32_t indices[SMALL_COUNT];
  for (uint32_t i = 0; i < SMALL_COUNT; i++)
    indices[i] = i;
  StDataset *dataset = small_dataset ();
  StImages *images;
  uint32_t *others = 2 * count <= SMALL_COUNT ? indices + count : NULL;
  g_assert_true (st_ok (st_images_new (dataset, indices, others, count, kind, seed, &images)));
  st_dataset_unref (dataset);
  return images;
}

static inline StModel *
small_model (StKind kind, uint64_t seed)
{
  StSpec spec = { .kind = kind, .encoder = ST_ENCODER_S2,
                  .image = { SMALL_SIDE, SMALL_SIDE, 1 }, .channels = SMALL_CHANNELS };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model;
  st_model_initialise (&spec, seed, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  return model;
}
