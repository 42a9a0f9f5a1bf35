/* Private to the engine: points of the Hilbert space and the subspace that they span. */
#pragma once

#include <st-cancel.h>
#include <st-pool.h>
#include <st-subspace.h>

typedef struct StSpan {
  uint32_t count, k;
  size_t length;
  double *features;      /* [count][length], for the owner to fill in */
  StSubspace *subspace;
  double *basis;         /* [k][length] of the subspace, as far as its own k goes */
} StSpan;

/* k is cut to count. */
StStatus st_span_new (uint32_t count, size_t length, uint32_t k, StSpan **span);
void st_span_free (StSpan *span);

/* Scratch for fits of spans of one size. */
typedef struct StSpanWork {
  double *gram;          /* [count][count], of the span that was fitted last */
  double *basis;         /* [k][length] */
  StSubspaceWork *subspace;
} StSpanWork;

StStatus st_span_work_new (uint32_t count, size_t length, uint32_t k, StSpanWork **work);
void st_span_work_free (StSpanWork *work);

/* Gram matrix, subspace and basis from the features.  The Gram matrix is cut into the same
 * rows whatever the number of threads, and so are its bits.  ST_CANCELLED, ST_NO_CONVERGENCE. */
StStatus st_span_fit (StSpan *span, StSpanWork *work, StPool *pool, StCancel *cancel);

/* Principal angles between two spans of the same length and k. */
StStatus st_span_angles (const StSpan *a, const StSpan *b, StSpanWork *work, StAngles *angles);
