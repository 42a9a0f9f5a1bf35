#include <st-span.h>

#include <st-alloc.h>
#include <st-kernel.h>

enum { ROWS = 16 };   /* of a Gram matrix in one task */

StStatus
st_span_new (uint32_t count, size_t length, uint32_t k, StSpan **result)
{
  StSpan *span = st_alloc (1, sizeof *span);
  if (span == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *span, 0);
  span->count = count;
  span->length = length;
  span->k = k < count ? k : count;
  span->features = st_alloc (count, length * sizeof (double));
  span->basis = st_alloc (span->k, length * sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (count * length * sizeof (double)), 0);
  if (span->features != NULL && span->basis != NULL)
    status = st_subspace_new (count, span->k, &span->subspace);
  if (st_ok (status))
    *result = span;
  else
    st_span_free (span);
  return status;
}

void
st_span_free (StSpan *span)
{
  if (span == NULL)
    return;
  st_subspace_free (span->subspace);
  st_free (span->features);
  st_free (span->basis);
  st_free (span);
}

StStatus
st_span_work_new (uint32_t count, size_t length, uint32_t k, StSpanWork **result)
{
  StSpanWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  k = k < count ? k : count;
  work->gram = st_alloc (count, count * sizeof (double));
  work->basis = st_alloc (k, length * sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (count * sizeof (double)) * count, 0);
  if (work->gram != NULL && work->basis != NULL)
    status = st_subspace_work_new (count, k, &work->subspace);
  if (st_ok (status))
    *result = work;
  else
    st_span_work_free (work);
  return status;
}

void
st_span_work_free (StSpanWork *work)
{
  if (work == NULL)
    return;
  st_subspace_work_free (work->subspace);
  st_free (work->gram);
  st_free (work->basis);
  st_free (work);
}

typedef struct Rows {
  const StSpan *span;
  double *gram;
  StCancel *cancel;
} Rows;

static void
fill_rows (void *context, uint32_t task, uint32_t worker)
{
  const Rows *rows = context;
  const StSpan *span = rows->span;
  uint32_t first = task * ROWS, left = span->count - first, n = left < ROWS ? left : ROWS;
  if (!st_cancel_asked (rows->cancel))
    st_gram_lower_rows (span->length, span->features, first, n, rows->gram, span->count);
}

StStatus
st_span_fit (StSpan *span, StSpanWork *work, StPool *pool, StCancel *cancel)
{
  Rows rows = { .span = span, .gram = work->gram, .cancel = cancel };
  st_pool_run (pool, (span->count + ROWS - 1) / ROWS, fill_rows, &rows);
  if (st_cancel_asked (cancel))
    return st_failure (ST_CANCELLED, 0, 0);
  st_gram_mirror (span->count, work->gram, span->count);
  StStatus status = st_subspace_fit (span->subspace, span->k, work->gram, true, work->subspace);
  if (st_ok (status))
    st_subspace_basis (span->subspace, span->features, span->length, span->basis);
  return status;
}

StStatus
st_span_angles (const StSpan *a, const StSpan *b, StSpanWork *work, StAngles *angles)
{
  return st_angles_of_bases (a->subspace, a->basis, b->subspace, b->basis, a->length, a->k,
                             work->basis, angles);
}
