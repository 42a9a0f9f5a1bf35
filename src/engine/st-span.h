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
  double *features;      /* [count][length], for the owner to fill in */
  double *squares;       /* [count] K(x, x), of gaussian:K only */
  StSubspace *subspace;
  double *basis;         /* [k][length] of the subspace, as far as its own k goes; or NULL */
} StSpan;

/* k is cut to count. */
StStatus st_span_new (StKernel kernel, uint32_t count, size_t length, uint32_t k, StSpan **span);
void st_span_free (StSpan *span);

/* Scratch for spans of one size. */
typedef struct StSpanWork {
  double *gram;          /* [count][count], of the span that was fitted last */
  double *between;       /* [count][count], of those whose angles were asked for; or NULL */
  double *scratch;       /* [k][length or count, the larger] */
  StSubspaceWork *subspace;
} StSpanWork;

StStatus st_span_work_new (const StSpan *span, StSpanWork **work);
void st_span_work_free (StSpanWork *work);

/* The Gram matrix of K.  It is cut into the same rows whatever the number of threads, and so are
 * its bits.  ST_CANCELLED. */
StStatus st_span_gram (StSpan *span, StSpanWork *work, StPool *pool, StCancel *cancel);
/* Subspace and basis from that matrix, which for gaussian:K is turned by sigma, above 0, and
 * remains so.  ST_NO_CONVERGENCE. */
StStatus st_span_fit (StSpan *span, double sigma, StSpanWork *work);

/* Principal angles between two spans of the same kernel, length and k.  ST_CANCELLED,
 * ST_NO_CONVERGENCE. */
StStatus st_span_angles (const StSpan *a, const StSpan *b, double sigma, StSpanWork *work,
                         StPool *pool, StCancel *cancel, StAngles *angles);
