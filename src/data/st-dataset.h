/* A dataset in memory: images, and labels if it has any.
 *
 * Immutable and reference-counted, so any thread may read one.  Pixels are
 * kept as they came, bytes or floats, row-major with the channel outermost;
 * a byte u stands for (float) u / 255.0f. */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef struct StDataset StDataset;

enum { ST_NO_LABEL = -1 };

/* Takes pixels (count * size of the shape) and labels (count, or NULL), both
 * from st_alloc(), in success and in failure. */
StStatus st_dataset_new_bytes (uint32_t count, StShape shape, uint8_t *pixels, uint8_t *labels,
                               StDataset **dataset);
/* The same for floats; one that is not finite is an ST_NON_FINITE. */
StStatus st_dataset_new_floats (uint32_t count, StShape shape, float *pixels, uint8_t *labels,
                                StDataset **dataset);
StDataset *st_dataset_ref (StDataset *dataset);
void st_dataset_unref (StDataset *dataset);

uint32_t st_dataset_count (const StDataset *dataset);
StShape st_dataset_shape (const StDataset *dataset);
/* Pixels of image `index`, borrowed: the dataset's own where it has floats, else made in room[size of
 * the shape]. */
const float *st_dataset_pixels (const StDataset *dataset, uint32_t index, float *room);
/* Image `index` into out[size of the shape]. */
void st_dataset_image (const StDataset *dataset, uint32_t index, float *out);
/* 0 to 255, or ST_NO_LABEL. */
int st_dataset_label (const StDataset *dataset, uint32_t index);
/* One more than the largest label; 0 without labels. */
uint32_t st_dataset_classes (const StDataset *dataset);
/* Whether both are the same images with the same labels, if perhaps read twice; that compares
 * their bytes. */
bool st_dataset_same (const StDataset *a, const StDataset *b);
