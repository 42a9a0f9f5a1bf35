#include <st-span.h>

#include <st-alloc.h>

/* A Gram matrix is made in square tiles, one task each: large ones pack their points less often
 * than they are used, small ones give every thread something to do.  Bases are made in slabs of
 * so many numbers of every point, which are then read once for all vectors. */
enum { LARGE = 64, SMALL = 32, MANY = 192, SLAB = 512 };

StStatus
st_span_new (StKernel kernel, uint32_t count, size_t length, uint32_t k, StSpan **result)
{
  StSpan *span = st_alloc (1, sizeof *span);
  if (span == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *span, 0);
  span->count = count;
  span->length = length;
  span->k = k < count ? k : count;
  span->gaussian = st_kernel_is_gaussian (kernel);
  span->features = st_alloc (count, length * sizeof (double));
  if (span->gaussian)
    span->squares = st_alloc (count, sizeof (double));
  else
    span->basis = st_alloc (span->k, length * sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (count * length * sizeof (double)), 0);
  if (span->features != NULL && (span->squares != NULL || span->basis != NULL))
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
  st_free (span->squares);
  st_free (span->basis);
  st_free (span);
}

void
st_span_forget_features (StSpan *span)
{
  st_free (span->features);
  span->features = NULL;
}

StStatus
st_span_work_new (const StSpan *span, StSpanWork **result)
{
  uint32_t count = span->count;
  size_t longest = span->length > count ? span->length : count;
  StSpanWork *work = st_alloc (1, sizeof *work);
  if (work == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *work, 0);
  work->gram = st_alloc (count, count * sizeof (double));
  if (span->gaussian)
    work->between = st_alloc (count, count * sizeof (double));
  work->scratch = st_alloc (span->k, longest * sizeof (double));
  if (work->gram == NULL || (work->between == NULL && span->gaussian) || work->scratch == NULL)
    {
      st_span_work_free (work);
      return st_failure (ST_NO_MEMORY, (int64_t) (count * sizeof (double)) * count, 0);
    }
  *result = work;
  return st_success ();
}

void
st_span_work_free (StSpanWork *work)
{
  if (work == NULL)
    return;
  st_free (work->gram);
  st_free (work->between);
  st_free (work->scratch);
  st_free (work);
}

typedef struct Tiles {
  const StSpan *span;
  uint32_t side;
  double *gram;
  StCancel *cancel;
} Tiles;

/* Tiles of the lower triangle, row by row. */
static void
fill_tile (void *context, uint32_t task, uint32_t worker)
{
  const Tiles *tiles = context;
  const size_t length = tiles->span->length, count = tiles->span->count;
  uint32_t row = 0, column = task;
  if (st_cancel_asked (tiles->cancel))
    return;
  while (column > row)
    column -= ++row;
  const uint32_t first = row * tiles->side, from = column * tiles->side;
  const uint32_t left = tiles->span->count - first, n = left < tiles->side ? left : tiles->side;
  const double *features = tiles->span->features;
  double *tile = tiles->gram + first * count + from;
  if (row == column)
    st_gram_lower_rows (length, features + first * length, 0, n, tile, count);
  else
    st_gram_block (length, n, features + first * length, tiles->side, features + from * length,
                   tile, count);
}

StStatus
st_span_gram (StSpan *span, StSpanWork *work, StPool *pool, StCancel *cancel)
{
  Tiles tiles = { .span = span, .side = span->count < MANY ? SMALL : LARGE, .gram = work->gram,
                  .cancel = cancel };
  const uint32_t rows = (span->count + tiles.side - 1) / tiles.side;
  st_pool_run (pool, rows * (rows + 1) / 2, fill_tile, &tiles);
  if (st_cancel_asked (cancel))
    return st_failure (ST_CANCELLED, 0, 0);
  st_gram_mirror (span->count, work->gram, span->count);
  return st_success ();
}

typedef struct Slabs {
  const StSpan *span;
  uint32_t k;
  const double *vectors;
  double *rows;
  StCancel *cancel;
} Slabs;

static void
combine_slab (void *context, uint32_t task, uint32_t worker)
{
  const Slabs *slabs = context;
  const StSpan *span = slabs->span;
  const size_t first = (size_t) task * SLAB, left = span->length - first;
  if (!st_cancel_asked (slabs->cancel))
    st_subspace_combine (span->count, span->features, span->length, first,
                         left < SLAB ? left : SLAB, slabs->k, slabs->vectors, slabs->rows);
}

StStatus
st_span_combine (const StSpan *span, uint32_t k, const double *vectors, double *rows,
                 StPool *pool, StCancel *cancel)
{
  Slabs slabs = { span, k, vectors, rows, cancel };
  st_pool_run (pool, (uint32_t) ((span->length + SLAB - 1) / SLAB), combine_slab, &slabs);
  return st_cancel_asked (cancel) ? st_failure (ST_CANCELLED, 0, 0) : st_success ();
}

static StStatus
find_basis (StSpan *span, StPool *pool, StCancel *cancel)
{
  const StSubspace *subspace = span->subspace;
  StStatus status = st_span_combine (span, subspace->k, subspace->vectors, span->basis, pool,
                                     cancel);
  if (st_ok (status))
    st_subspace_orthonormalise (subspace->k, span->length, span->basis);
  return status;
}

StStatus
st_span_fit (StSpan *span, double sigma, StSpanWork *work, StPool *pool, StCancel *cancel)
{
  size_t n = span->count;
  for (size_t i = 0; span->gaussian && i < n; i++)
    span->squares[i] = work->gram[i * n + i];
  if (span->gaussian)
    st_gram_gaussian (span->count, span->squares, span->count, span->squares, sigma, work->gram, n);
  /* As large as the matrix, and soon wanted ten times over (st-replicates.h): not kept. */
  StSubspaceWork *scratch;
  StStatus status = st_subspace_work_new (span->count, span->k, &scratch);
  if (!st_ok (status))
    return status;
  st_subspace_work_set_cancel (scratch, cancel);
  status = st_subspace_fit (span->subspace, span->k, work->gram, true, scratch);
  st_subspace_work_free (scratch);
  if (st_ok (status) && !span->gaussian)
    status = find_basis (span, pool, cancel);
  return status;
}

void
st_span_fill_between (const StSpan *a, uint32_t first, uint32_t n, const double *features,
                      const StSpan *b, double sigma, StSpanWork *work)
{
  double *block = work->between + (size_t) first * b->count;
  st_gram_block (a->length, n, features, b->count, b->features, block, b->count);
  st_gram_gaussian (n, a->squares + first, b->count, b->squares, sigma, block, b->count);
}

StStatus
st_span_angles (const StSpan *a, const StSpan *b, StSpanWork *work, StAngles *angles)
{
  if (a->gaussian)
    return st_angles_of_grams (a->subspace, b->subspace, work->between, a->k, work->scratch,
                               angles);
  return st_angles_of_bases (a->subspace, a->basis, b->subspace, b->basis, a->length, a->k,
                             work->scratch, angles);
}
