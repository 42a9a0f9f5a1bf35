#include <st-embedding-gram.h>

#include <st-alloc.h>

#include <math.h>
#include <stdatomic.h>

enum {
  ROWS = 16,        /* of a Gram matrix in one task */
  TOLD = 32,        /* rows of distances between two tellings */
};

/* ---- Gram matrices ---- */

typedef struct Gram {
  uint32_t n;
  size_t length;
  const double *features;
  double *gram;
  StCancel *cancel;
} Gram;

static void
fill_rows (void *context, uint32_t task, uint32_t worker)
{
  const Gram *rows = context;
  uint32_t first = task * ROWS, left = rows->n - first, n = left < ROWS ? left : ROWS;
  if (!st_cancel_asked (rows->cancel))
    st_gram_lower_rows (rows->length, rows->features, first, n, rows->gram, rows->n);
}

StStatus
st_embedding_gram (uint32_t n, size_t length, const double *features, StPool *pool,
                   StCancel *cancel, double *gram)
{
  Gram rows = { n, length, features, gram, cancel };
  st_pool_run (pool, (n + ROWS - 1) / ROWS, fill_rows, &rows);
  if (st_cancel_asked (cancel))
    return st_failure (ST_CANCELLED, 0, 0);
  st_gram_mirror (n, gram, n);
  return st_success ();
}

void
st_embedding_gaussian (uint32_t n, double sigma, double *gram, double *squares)
{
  for (size_t i = 0; i < n; i++)
    squares[i] = gram[i * n + i];
  st_gram_gaussian (n, squares, n, squares, sigma, gram, n);
}

void
st_embedding_gram_distances (uint32_t n, double *gram)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      {
        double sum = gram[i * n + i] + gram[j * n + j];
        double square = sum - 2.0 * gram[i * n + j];
        gram[i * n + j] = gram[j * n + i] = square > 1e-14 * sum ? sqrt (square) : 0.0;
      }
  for (size_t i = 0; i < n; i++)
    gram[i * n + i] = 0.0;
}

/* ---- distances of pairs ---- */

typedef struct Pairs {
  uint32_t n, first;           /* row of the task 0 */
  StSpectral *const *points;
  const double *weights;
  double *distances;
  StDistanceWork **work;       /* [threads] */
  StCancel *cancel;
  StStatus status[TOLD];
  StEmbeddingPair pair[TOLD];
  atomic_uint bad;             /* the lowest row that ended in failure, or n */
} Pairs;

static void
give_up_behind (Pairs *pairs, uint32_t row)
{
  uint32_t bad = atomic_load (&pairs->bad);
  while (row < bad && !atomic_compare_exchange_weak (&pairs->bad, &bad, row))
    ;
}

/* As far as the diagonal.  Rows behind one that failed need not be finished; those before it
 * are, so that the first pair is the same however many threads there are. */
static void
distances_row (void *context, uint32_t task, uint32_t worker)
{
  Pairs *pairs = context;
  uint32_t row = pairs->first + task;
  StDistances found;
  for (uint32_t j = 0; j < row && st_ok (pairs->status[task]); j++)
    {
      if (st_cancel_asked (pairs->cancel))
        pairs->status[task] = st_failure (ST_CANCELLED, 0, 0);
      if (st_cancel_asked (pairs->cancel) || atomic_load (&pairs->bad) < row)
        return;
      pairs->status[task] = st_distance (pairs->points[row], pairs->points[j], pairs->weights,
                                         pairs->work[worker], &found);
      if (st_ok (pairs->status[task]) && isnan (found.product))
        {
          pairs->pair[task] = (StEmbeddingPair) { true, row, j, found };
          give_up_behind (pairs, row);
          return;
        }
      pairs->distances[(size_t) row * pairs->n + j] = found.product;
    }
  if (!st_ok (pairs->status[task]))
    give_up_behind (pairs, row);
}

static StStatus
run_rows (Pairs *pairs, StPool *pool, StEmbeddingPair *pair)
{
  uint32_t left = pairs->n - pairs->first, rows = left < TOLD ? left : TOLD;
  for (uint32_t task = 0; task < rows; task++)
    {
      pairs->status[task] = st_success ();
      pairs->pair[task] = (StEmbeddingPair) { 0 };
    }
  st_pool_run (pool, rows, distances_row, pairs);
  if (st_cancel_asked (pairs->cancel))
    return st_failure (ST_CANCELLED, 0, 0);
  for (uint32_t task = 0; task < rows; task++)
    if (!st_ok (pairs->status[task]) || pairs->pair[task].found)
      {
        *pair = pairs->pair[task];
        return pairs->status[task];
      }
  pairs->first += rows;
  return st_success ();
}

static StStatus
make_work (StShape shape, uint32_t threads, StDistanceWork ***result)
{
  StDistanceWork **work = st_alloc (threads, sizeof *work);
  StStatus status = work != NULL ? st_success ()
                                 : st_failure (ST_NO_MEMORY, (int64_t) sizeof *work, 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = st_distance_work_new (shape, &work[i]);
  *result = work;
  return status;
}

static void
mirror (uint32_t n, double *distances)
{
  for (size_t i = 0; i < n; i++)
    {
      for (size_t j = 0; j < i; j++)
        distances[j * n + i] = distances[i * n + j];
      distances[i * n + i] = 0.0;
    }
}

StStatus
st_embedding_distances (uint32_t n, StSpectral *const *points, const double *weights, StPool *pool,
                        StCancel *cancel, StEmbeddingTell tell, void *context, double *distances,
                        StEmbeddingPair *pair)
{
  Pairs pairs = { .n = n, .points = points, .weights = weights, .distances = distances,
                  .cancel = cancel, .bad = n };
  *pair = (StEmbeddingPair) { 0 };
  StStatus status = make_work (points[0]->shape, st_pool_threads (pool), &pairs.work);
  while (st_ok (status) && !pair->found && pairs.first < n)
    {
      status = run_rows (&pairs, pool, pair);
      double done = (double) pairs.first / n;
      if (tell != NULL)
        tell (context, done * done);
    }
  if (st_ok (status) && !pair->found)
    mirror (n, distances);
  for (uint32_t i = 0; pairs.work != NULL && i < st_pool_threads (pool); i++)
    st_distance_work_free (pairs.work[i]);
  st_free (pairs.work);
  return status;
}
