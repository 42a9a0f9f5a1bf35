/* Datasets by name or from a file. */
#pragma once

#include <glib.h>
#include <st-dataset.h>

typedef enum StSplit { ST_SPLIT_TRAIN, ST_SPLIT_TEST } StSplit;

/* `fashion-mnist` (Debian's package dataset-fashion-mnist, datasets/fashion-mnist/ *.gz
 * under the XDG data directories), `builtin` (1,000 of its test images, shipped), or a
 * path to IDX, IDX.gz or NPY.  IDX images get their labels from the file beside them
 * whose name has "labels-idx1" for "images-idx3".  The split means something for
 * `fashion-mnist` only.
 * *path gets the file that the status is about, for messages; free with g_free(). */
StStatus st_dataset_load (const char *name, StSplit split, StDataset **dataset, char **path);

/* Whether `fashion-mnist` can be opened here. */
gboolean st_dataset_has_fashion_mnist (void);
/* Whether a dataset of this name has a training and a test part. */
gboolean st_dataset_has_splits (const char *name);

/* A dataset's images from the bytes of a file, packed or not; without labels. */
StStatus st_dataset_parse (GBytes *bytes, StDataset **dataset);

/* IDX of bytes: three dimensions, and one.  Arrays from st_alloc(). */
StStatus st_idx_parse_images (GBytes *bytes, uint32_t *count, StShape *shape, uint8_t **pixels);
StStatus st_idx_parse_labels (GBytes *bytes, uint32_t *count, uint8_t **labels);
/* Whether the bytes begin as an IDX file does. */
gboolean st_idx_recognise (GBytes *bytes);
