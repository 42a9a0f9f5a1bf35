/* Made-up frames with numbers like real ones, for tests and for looking at figures. */
#pragma once

#include <st-figure.h>

typedef struct Synthetic
{
  guint images, columns, levels;
  double level;
  guint done;              /* images measured at the present level; 0: all */
  guint computed;          /* levels computed, from the first on; 0: all */
  guint stale;             /* of them, the last so many are of older weights */
  gboolean flat;           /* one stratum, (7,7,48), everywhere */
  StKind kind;             /* of the models */
} Synthetic;

StFrame *synthetic_frame (const Synthetic *synthetic);
/* A result with ranks s1, s2, s3 in its first image, and one less of S3 in each further of
 * `strata` groups. */
StResult *synthetic_result (guint images, guint s1, guint s2, guint s3, guint strata, double psnr,
                            double level);
/* Angles as they might be at a level, of the weights and the query of its frame. */
StHilbertResult synthetic_angles (const StFrame *frame, guint column, double level,
                                  guint64 weights);
