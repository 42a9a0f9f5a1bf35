/* Distinct receptive-field patches of an image: what bounds the rank of S3
 * before any network has been trained (design: equal patches give equal latent
 * cells). */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef struct StField {
  uint32_t size;     /* side of the square that one cell sees */
  uint32_t padding;  /* how far the first cell's square begins outside */
  uint32_t stride;   /* pixels between neighbouring cells */
} StField;

/* The number D of distinct patches among the rows x columns cells.  Pixels are
 * compared as float32 bits after adding +0.0; pixels outside the image are told
 * from black ones if tell_padding.  cells[rows * columns], or NULL, gets the
 * number of each cell's patch, from 0 in order of appearance.
 * ST_NO_MEMORY is the only failure. */
StStatus st_patches_distinct (const float *image, StShape shape, StField field, uint32_t rows,
                              uint32_t columns, bool tell_padding, uint32_t *cells,
                              uint32_t *distinct);
/* The same over several images of one shape, whose patches get numbers together:
 * cells[images * rows * columns], and how many distinct ones all of them have. */
StStatus st_patches_number (const float *const *images, uint32_t count, StShape shape,
                            StField field, uint32_t rows, uint32_t columns, bool tell_padding,
                            uint32_t *cells, uint32_t *distinct);
