/* The clean images of a model as points of a kernel's Hilbert space: what the perturbed ones
 * of any level are compared with (arXiv 2412.04755).
 *
 * The angles between the subspaces of clean and of perturbed images mean nothing by
 * themselves, so the floor stands beside them: the mean angle between these images
 * and as many other ones, both clean.
 *
 * Features of many points take much memory, 66 KB each of 7x7x128, and are wanted again only for
 * distances and for gaussian:K: above some number they are given up and made anew chunk by chunk
 * in each comparison, which takes a tenth of its time. */
#pragma once

#include <st-cancel.h>
#include <st-kernel.h>
#include <st-pool.h>
#include <st-query.h>
#include <st-result.h>

/* So many images at the most take part. */
enum { ST_ANGLES_MAX = 1000 };

/* Immutable and reference-counted. */
struct StHilbert {
  uint64_t weights;       /* the query's number for the weights that were used */
  StKernel kernel;
  double tolerance;       /* of the ranks, which the kernel may depend on */
  uint32_t subspace;      /* angles asked for */
  uint32_t count;         /* images that take part */
  double sigma;           /* of gaussian:K, the median of d_K between clean points, 0 where the
                             kernel is not defined; NaN of the others */
  double *mean;           /* of the clean points' features under gaussian:K, which all features
                             are taken from there; else NULL */
  struct StSpan *points;  /* the clean ones; perhaps without their features */
  struct StReplicates *replicates;   /* the same without each group of images; or NULL */
  uint32_t numerical, energy95, energy99;   /* dimensions of the clean ones */
  double distance;        /* the median between two clean points */
  double floor;           /* degrees; NaN without other images */
  StModel *model;
  StImages *images;
  StLatent latent;
  uint64_t seed;
};

/* From query's model, images, latent and seed; if it is quick, angles to it have no intervals.
 * ST_RANGE for a subspace of more than
 * ST_SUBSPACE_MAX, ST_SHAPE (also for a model whose latent is a d-vector: it has no unfoldings),
 * ST_NON_FINITE, ST_CANCELLED, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_hilbert_new (const StQuery *query, StKernel kernel, double tolerance,
                         uint32_t subspace, StPool *pool, StCancel *cancel, StHilbert **hilbert);
StHilbert *st_hilbert_ref (StHilbert *hilbert);
void st_hilbert_unref (StHilbert *hilbert);
/* Whether the query's points are so few that st_hilbert_new() keeps their features. */
bool st_hilbert_holds_features (const StQuery *query, StKernel kernel);
/* Gives the features up, few as they may be, before anybody else has a reference. */
void st_hilbert_forget_features (StHilbert *hilbert);

/* Whether there are angles, dimensions and distances at all: not under a gaussian:K whose sigma
 * is 0. */
bool st_hilbert_is_defined (const StHilbert *hilbert);

/* Whether it is what st_hilbert_new() would give. */
bool st_hilbert_fits (const StHilbert *hilbert, const StQuery *query, StKernel kernel,
                      double tolerance, uint32_t subspace);
/* The same of a result's numbers, of whatever weights. */
bool st_hilbert_result_fits (const StHilbertResult *result, StKernel kernel, double tolerance,
                             uint32_t subspace);
