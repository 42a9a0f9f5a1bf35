/* Private to the engine: points of the Hilbert space and the subspace that they span.
 *
 * Under a kernel gaussian:K the features are those of K, and there are Gram matrices alone: a
 * span has no basis then, and every block is turned by the sigma of the clean points. */
#pragma once

#include <st-cancel.h>
#include <st-kernel.h>
#include <st-pool.h>
#include <st-subspace.h>

typedef struct StSpan {
  uint32_t count, k;
  size_t length;
  bool gaussian;
  double *features;      /* [count][length], for the owner to fill in, and to give up */
  double *squares;       /* [count] K(x, x), of gaussian:K only */
  StSubspace *subspace;
  double *basis;         /* [k][length] of the subspace, as far as its own k goes; or NULL */
} StSpan;

/* k is cut to count. */
StStatus st_span_new (StKernel kernel, uint32_t count, size_t length, uint32_t k, StSpan **span);
void st_span_free (StSpan *span);
/* Gives up the features, which take nearly all of its memory, once it is fitted. */
void st_span_forget_features (StSpan *span);

/* Scratch for spans of one size. */
typedef struct StSpanWork {
  double *gram;          /* [count][count], of the span that was fitted last */
  double *between;       /* [count][count], of those whose angles were asked for; or NULL */
  double *scratch;       /* [k][length or count, the larger] */
} StSpanWork;

StStatus st_span_work_new (const StSpan *span, StSpanWork **work);
void st_span_work_free (StSpanWork *work);

/* The Gram matrix of K.  It is cut into the same tiles whatever the number of threads, and so are
 * its bits.  ST_CANCELLED. */
StStatus st_span_gram (StSpan *span, StSpanWork *work, StPool *pool, StCancel *cancel);
/* Subspace and basis from that matrix, which for gaussian:K is turned by sigma, above 0, and
 * remains so.  ST_CANCELLED, ST_NO_MEMORY, ST_NO_CONVERGENCE. */
StStatus st_span_fit (StSpan *span, double sigma, StSpanWork *work, StPool *pool,
                      StCancel *cancel);
/* rows[k][length] = vectors[k][count] features, of as many subspaces as one likes.
 * ST_CANCELLED. */
StStatus st_span_combine (const StSpan *span, uint32_t k, const double *vectors, double *rows,
                          StPool *pool, StCancel *cancel);

/* Of gaussian:K, n rows of work->between from `first` on: points of a, which need not have its
 * features, by those of b.  Different rows may be filled on different threads. */
void st_span_fill_between (const StSpan *a, uint32_t first, uint32_t n, const double *features,
                           const StSpan *b, double sigma, StSpanWork *work);
/* Principal angles between two fitted spans of the same kernel, length and k, and for gaussian:K
 * all of work->between.  ST_NO_CONVERGENCE. */
StStatus st_span_angles (const StSpan *a, const StSpan *b, StSpanWork *work, StAngles *angles);
