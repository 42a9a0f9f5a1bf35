/* What was measured of one model at one level. */
#pragma once

#include <st-jackknife.h>
#include <st-kernel.h>
#include <st-shape.h>
#include <st-status.h>
#include <st-strata.h>
#include <st-subspace.h>

/* The perturbed images of one level in a kernel's Hilbert space, compared with the clean
 * ones.  Measured from whole sets of images: unlike arrays it is there, or not. */
typedef struct StHilbertResult {
  bool known;
  uint64_t weights;        /* that were measured: older than the result's own where stale */
  StKernel kernel;
  double tolerance;        /* of the ranks */
  uint32_t subspace;       /* angles asked for */
  uint32_t count;          /* images that took part */
  double sigma;            /* of gaussian:K: its width; NaN of other kernels */
  bool defined;            /* the kernel is: not gaussian:K where sigma is 0 */
  StAngles angles;         /* count 0: none are defined */
  StAngleIntervals intervals;   /* 95 % over images, by the jackknife; NaN: not known */
  double gap;              /* st_subspace_gap() behind the last angle, the smaller of both sets' */
  double floor;            /* degrees, the mean angle to other clean images; NaN: not known */
  uint32_t numerical, energy95, energy99;   /* dimensions of this level's own points */
  double distance_ratio;   /* median to its clean image over median between clean ones; or NaN */
} StHilbertResult;

/* Immutable once published, reference-counted.  Arrays are indexed by image, in the
 * order of the StImages, and only entries [0, done) are filled.  Ranks are not
 * here: they depend on a tolerance that a hand drags, and are counted from the
 * eigenvalues by st_result_ranks(). */
typedef struct StResult {
  uint64_t weights;        /* the query's number for the weights that were measured */
  double level;
  uint32_t count, done;
  StShape image, latent;
  uint32_t lengths[3];     /* eigenvalues of S1, S2, S3: none of a d-vector */
  double *psnr;            /* [count] dB, rebuilt against clean */
  double *eigenvalues;     /* [count][sum of lengths], descending in each of the three */
  uint8_t *pictures;       /* [count][size of the image], rebuilt, 0 to 255; or NULL */
  uint32_t *oracle;        /* [count] predicted rank of S3; or NULL where there is none */
  double *embedding;       /* [count][2] on the axes of the query's StReference; or NULL */
  StHilbertResult hilbert;
  uint32_t zero_images;    /* images where some S_i counts as the zero matrix */
} StResult;

/* An empty result (done = 0) with its arrays but for the embedding, which the caller may add
 * from st_alloc(); lengths, level and weights are the caller's to fill in.  eigenvalues: how
 * many an image has. */
StStatus st_result_new (uint32_t count, StShape image, uint32_t eigenvalues, bool pictures,
                        bool oracle, StResult **result);
/* A copy of its own, as far as done goes: nothing can be added to it. */
StStatus st_result_copy (const StResult *result, StResult **copy);
/* The same numbers with other angles, and no copy of them. */
StStatus st_result_with_angles (StResult *result, const StHilbertResult *hilbert, StResult **with);
StResult *st_result_ref (StResult *result);
void st_result_unref (StResult *result);
/* What its arrays take. */
size_t st_result_bytes (const StResult *result);

/* The eigenvalues of S1, S2 or S3 (i = 0, 1, 2) of an image: lengths[i] of them. */
const double *st_result_eigenvalues (const StResult *result, uint32_t image, uint32_t i);
/* Rank triple of an image at a tolerance. */
StTriple st_result_triple (const StResult *result, uint32_t image, double tolerance);
/* Those of the first `done` images at a tolerance. */
void st_result_ranks (const StResult *result, double tolerance, StTriple *triples);
/* Mean PSNR of the first `done` images in dB; 0 if done is 0. */
double st_result_psnr (const StResult *result);
