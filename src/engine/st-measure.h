/* One model, one perturbation level, one immutable result: the one function that
 * the live worker, sweeps and the command line all call. */
#pragma once

#include <st-cancel.h>
#include <st-dataset.h>
#include <st-model.h>
#include <st-perturb.h>
#include <st-pool.h>
#include <st-spectrum.h>
#include <st-strata.h>

typedef enum StLatent { ST_LATENT_MEAN, ST_LATENT_SAMPLE } StLatent;

/* The images that are looked at, immutable and shared: `indices` into a dataset,
 * their clean pixels, and the draws of one perturbation kind and seed. */
typedef struct StImages StImages;

/* Takes a reference on the dataset, copies indices[count]. */
StStatus st_images_new (StDataset *dataset, const uint32_t *indices, uint32_t count,
                        StPerturbKind kind, uint64_t seed, StPool *pool, StImages **images);
StImages *st_images_ref (StImages *images);
void st_images_unref (StImages *images);
uint32_t st_images_count (const StImages *images);
StShape st_images_shape (const StImages *images);
StPerturbKind st_images_kind (const StImages *images);
uint32_t st_images_index (const StImages *images, uint32_t i);
int st_images_label (const StImages *images, uint32_t i);
/* Clean pixels of the i-th image; borrowed. */
const float *st_images_clean (const StImages *images, uint32_t i);
/* The i-th image at a level, into out[size of the shape]. */
void st_images_perturbed (const StImages *images, uint32_t i, double level, float *out);

typedef struct StQuery {
  StModel *model;
  StImages *images;
  double level;
  StLatent latent;
  uint64_t seed;           /* of the latent sample */
  bool pictures;           /* keep the rebuilt images */
  bool oracle;             /* count distinct patches too */
} StQuery;

/* What was measured.  Reference-counted; arrays are indexed by image, in the
 * order of the StImages, and only entries [0, done) are filled.  Ranks are not
 * here: they depend on a tolerance that a hand drags, and are counted from the
 * eigenvalues by st_result_ranks(). */
typedef struct StResult {
  double level;
  uint32_t count, done;
  StShape latent;
  uint32_t lengths[3];     /* eigenvalues of S1, S2, S3 */
  double *psnr;            /* [count] dB, rebuilt against clean */
  double *eigenvalues;     /* [count][lengths[0] + lengths[1] + lengths[2]], descending */
  uint8_t *pictures;       /* [count][size of the image], rebuilt, 0 to 255; or NULL */
  uint32_t *oracle;        /* [count] predicted rank of S3; or NULL where there is none */
  uint32_t zero_images;    /* images where some S_i counts as zero */
} StResult;

StResult *st_result_ref (StResult *result);
void st_result_unref (StResult *result);
/* Rank triples of the first `done` images at a tolerance. */
void st_result_ranks (const StResult *result, double tolerance, StTriple *triples);

/* A measurement that goes forward in steps, so that its part can be shown and it can
 * be abandoned between steps. */
typedef struct StMeasure StMeasure;

StStatus st_measure_new (const StQuery *query, StPool *pool, StMeasure **measure);
void st_measure_free (StMeasure *measure);
/* Measures up to `images` further images. */
StStatus st_measure_step (StMeasure *measure, uint32_t images, StCancel *cancel);
bool st_measure_finished (const StMeasure *measure);
/* A copy of what there is now; the caller owns the reference. */
StStatus st_measure_snapshot (const StMeasure *measure, StResult **result);

/* All of it at once, blocking. */
StStatus st_measure (const StQuery *query, StPool *pool, StCancel *cancel, StResult **result);
