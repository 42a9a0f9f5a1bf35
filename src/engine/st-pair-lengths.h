/* How far a model's decoder keeps distances as they are: of pairs of images the distance between
 * their latent means, and the length of what the decoder makes of the straight line and of the
 * geodesic between them (st-latent-path.h).
 *
 * With N pairs, image i is one with image N + i: half of the images and the other half, up to
 * ST_PAIR_LENGTHS_MAX.  Made a few at a time, straight lines, which are cheap, before geodesics. */
#pragma once

#include <st-agreement.h>
#include <st-pullback.h>

enum { ST_PAIR_LENGTHS_MAX = 100 };

/* Immutable and reference-counted. */
typedef struct StPairLengths {
  StPullbackQuery query;     /* with references */
  uint32_t dimension;
  uint32_t pairs;
  uint32_t measured;         /* the first so many: latent distances and straight lines */
  uint32_t done;             /* the first so many: geodesics too */
  uint32_t unconverged;      /* of these, geodesics that did not converge */
  double *latent, *straight, *geodesic;   /* [pairs] */
  bool *converged;           /* [pairs] */
  StAgreement by_straight, by_geodesic;   /* of both with the latent distances */
} StPairLengths;

/* Pairs of so many images. */
uint32_t st_pair_lengths_count (uint32_t images);

/* `most` further geodesics than `from` has, which is of the same query, or NULL; or, until there are
 * those of all pairs, several times as many straight lines.  On all of the pool's threads, and
 * whatever their number the same.  ST_RANGE for a kind without a d-vector, ST_SHAPE,
 * ST_NON_FINITE, ST_NO_MEMORY, ST_CANCELLED. */
StStatus st_pair_lengths_make (const StPullbackQuery *query, const StPairLengths *from,
                               uint32_t most, StPool *pool, StCancel *cancel,
                               StPairLengths **lengths);
StPairLengths *st_pair_lengths_ref (StPairLengths *lengths);
void st_pair_lengths_unref (StPairLengths *lengths);
