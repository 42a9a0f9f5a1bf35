/* The centred unfoldings of a latent tensor, shared by what stands on them.
 *
 * For T of h x w x C, X1 is h x (w C), X2 is w x (h C), X3 is C x (h w); each
 * row's mean is subtracted: its sum divided by the number of columns m, never
 * times 1/m, so that a constant row becomes exactly 0.  (The sum of up to 2^29
 * equal floats is exact in double, in any order; doubles are summed in long double, where
 * that has more digits.) */
#pragma once

#include <st-shape.h>
#include <st-status.h>

typedef struct StUnfolding {
  StShape shape;
  double largest;    /* max |T| */
  const float *floats;    /* the tensor at hand, borrowed: one of the two */
  const double *doubles;
  double *cells;     /* h w: sums over the channels of each cell */
  double *channels;  /* C: means over the cells of each channel */
  double *matrix;    /* h w C: the unfolding at hand, centred */
} StUnfolding;

/* ST_SHAPE if a side is 0. */
StStatus st_unfolding_init (StUnfolding *unfolding, StShape shape);
void st_unfolding_clear (StUnfolding *unfolding);

/* Checks and sums latent[h][w][C], which the others then read; to be called before them.
 * ST_NON_FINITE (b: index).  Doubles should be 0 or from 1e-100 to 1e100 in magnitude, so that
 * squares of them exist. */
StStatus st_unfolding_begin (StUnfolding *unfolding, const float *latent);
StStatus st_unfolding_begin_doubles (StUnfolding *unfolding, const double *latent);

/* The lower triangle of S1 (axis 0) or S2 (axis 1), column-major, s[d * d]. */
void st_unfolding_covariance (StUnfolding *unfolding, int axis, double *s);
/* matrix = X3, column-major C x (h w). */
void st_unfolding_channels (StUnfolding *unfolding);
/* The lower triangle of S3, C x C, or of the h w x h w Gram matrix that has its nonzero
 * spectrum, from X3 in matrix. */
void st_unfolding_outer (const StUnfolding *unfolding, double *s3);
void st_unfolding_gram (const StUnfolding *unfolding, double *gram);

/* 1 / (m - 1); with one column a covariance is 0, as its centred unfolding is. */
static inline double
st_unfolding_weight (size_t m)
{
  return m > 1 ? 1.0 / (double) (m - 1) : 1.0;
}
