/* Private to views: an image, clean and as it is shown, and which cells of the latent see equal
 * patches of it. */
#pragma once

#include <st-view.h>

/* What is known of the image, clean or now. */
typedef struct StCellsPicture
{
  double level;
  float *pixels;
  const StResult *result;      /* that measured its rank, or NULL */
  const guint *cells;          /* [h w] number of each cell's patch; NULL where none is predicted */
  guint *seen;                 /* [patches] by how many cells */
  guint distinct, bound;
} StCellsPicture;

typedef struct StCells
{
  guint image;
  const StModel *model;        /* or NULL */
  StShape latent;
  char *reason;                /* why patches predict nothing, or NULL */
  guint *cells, patches;       /* of both pictures */
  StCellsPicture pictures[2];
} StCells;

/* Of the marked image, else the first; FALSE, and nothing to clear, where there are no images. */
gboolean st_cells_init (const StView *view, StCells *pair);
void st_cells_clear (StCells *pair);
/* The rank of S3 that was measured of picture k, which must have a result. */
guint st_cells_rank (const StView *view, const StCells *pair, guint k);
