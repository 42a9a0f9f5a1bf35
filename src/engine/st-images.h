/* The images that are looked at: some of a dataset's, with the draws of one perturbation, so that
 * any level of it is one pass over pixels; and, to compare them with, as many other ones, clean.
 * Pixels stay in the dataset as they came, mostly bytes, a quarter of what floats take. */
#pragma once

#include <st-dataset.h>
#include <st-perturb.h>

enum { ST_IMAGES_DRAWN = 1000 };

/* Immutable and reference-counted. */
typedef struct StImages StImages;

/* Images indices[count] of the dataset (a reference is taken), and the draws of
 * (kind, seed) for each; noise belongs to an image's index in its file, so a
 * selection changes nothing.  others[count]: the other clean images, or NULL.
 * ST_RANGE if an index is not in the dataset. */
StStatus st_images_new (StDataset *dataset, const uint32_t *indices, const uint32_t *others,
                        uint32_t count, StPerturbKind kind, uint64_t seed, StImages **images);
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
/* Clean pixels of the i-th image: borrowed, or made in room[size of the shape]. */
const float *st_images_clean (const StImages *images, uint32_t i, float *room);
/* The i-th image at a level, into out[size of the shape].  Draws of the first ST_IMAGES_DRAWN are
 * held, those of others drawn again each time. */
void st_images_perturbed (const StImages *images, uint32_t i, double level, float *out);

/* Whether there are other images; the index of the i-th in its file, and its clean pixels. */
bool st_images_have_others (const StImages *images);
uint32_t st_images_other_index (const StImages *images, uint32_t i);
void st_images_other (const StImages *images, uint32_t i, float *out);
/* Whether both are the same images of the same dataset, and the same others, whatever
 * perturbs them. */
bool st_images_same_clean (const StImages *a, const StImages *b);
/* And whether the same perturbation is drawn for them; also of a dataset that was read twice. */
bool st_images_same (const StImages *a, const StImages *b);
