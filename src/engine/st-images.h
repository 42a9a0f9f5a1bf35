/* The images that are looked at: some of a dataset's, with their clean pixels and
 * the draws of one perturbation, so that any level of it is one pass over pixels. */
#pragma once

#include <st-dataset.h>
#include <st-perturb.h>

/* Immutable and reference-counted. */
typedef struct StImages StImages;

/* Images indices[count] of the dataset (a reference is taken), and the draws of
 * (kind, seed) for each; noise belongs to an image's index in its file, so a
 * selection changes nothing.  ST_RANGE if an index is not in the dataset. */
StStatus st_images_new (StDataset *dataset, const uint32_t *indices, uint32_t count,
                        StPerturbKind kind, uint64_t seed, StImages **images);
StImages *st_images_ref (StImages *images);
void st_images_unref (StImages *images);

uint32_t st_images_count (const StImages *images);
StShape st_images_shape (const StImages *images);
StPerturbKind st_images_kind (const StImages *images);
uint64_t st_images_seed (const StImages *images);
StDataset *st_images_dataset (const StImages *images);
/* Index of the i-th image in its file, and its label or ST_NO_LABEL. */
uint32_t st_images_index (const StImages *images, uint32_t i);
int st_images_label (const StImages *images, uint32_t i);
/* Clean pixels of the i-th image; borrowed. */
const float *st_images_clean (const StImages *images, uint32_t i);
/* The i-th image at a level, into out[size of the shape]. */
void st_images_perturbed (const StImages *images, uint32_t i, double level, float *out);
