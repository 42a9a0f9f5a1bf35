/* Tiles of SIDE by SIDE on and below the diagonal, each summed over pieces of the vectors: two
 * pieces in double and the tile stay in a core's cache. */
#include <st-float-gram.h>

#include <st-alloc.h>
#include <st-kernel.h>

#include <string.h>

enum { SIDE = 64, PIECE = 512 };

typedef struct Bench {
  double *a, *b;   /* [SIDE][PIECE] */
  double *part;    /* [SIDE][SIDE], of one piece */
} Bench;

typedef struct Tiles {
  uint32_t n;
  size_t length;
  const float *rows;
  const double *mean;
  double *gram;
  StCancel *cancel;
  Bench *benches;  /* [threads] */
} Tiles;

static void
take_piece (const Tiles *tiles, uint32_t first, uint32_t n, size_t from, size_t length, double *out)
{
  for (uint32_t i = 0; i < n; i++)
    {
      const float *row = tiles->rows + (first + i) * tiles->length + from;
      for (size_t j = 0; j < length; j++)
        out[i * length + j] = (double) row[j] - tiles->mean[from + j];
    }
}

/* Rows of tiles: 0; 1, 2; 3, 4, 5; ... */
static void
place_tile (uint32_t task, uint32_t *row, uint32_t *column)
{
  *row = 0;
  while (task > *row)
    task -= ++*row;
  *column = task;
}

static uint32_t
size_of (const Tiles *tiles, uint32_t first)
{
  return tiles->n - first < SIDE ? tiles->n - first : SIDE;
}

static void
fill_tile (void *context, uint32_t task, uint32_t worker)
{
  const Tiles *tiles = context;
  const Bench *bench = &tiles->benches[worker];
  uint32_t row, column;
  place_tile (task, &row, &column);
  const uint32_t top = row * SIDE, left = column * SIDE;
  const uint32_t rows = size_of (tiles, top), columns = size_of (tiles, left);
  double *tile = tiles->gram + (size_t) top * tiles->n + left;
  for (uint32_t i = 0; i < rows; i++)
    memset (tile + (size_t) i * tiles->n, 0, columns * sizeof *tile);
  for (size_t from = 0; from < tiles->length && !st_cancel_asked (tiles->cancel); from += PIECE)
    {
      const size_t end = tiles->length - from, length = end < PIECE ? end : PIECE;
      take_piece (tiles, top, rows, from, length, bench->a);
      if (row != column)
        take_piece (tiles, left, columns, from, length, bench->b);
      st_gram_block (length, rows, bench->a, columns, row != column ? bench->b : bench->a,
                     bench->part, SIDE);
      for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < columns; j++)
          tile[(size_t) i * tiles->n + j] += bench->part[i * SIDE + j];
    }
}

static StStatus
bench_init (Bench *bench)
{
  bench->a = st_alloc (SIDE * PIECE, sizeof *bench->a);
  bench->b = st_alloc (SIDE * PIECE, sizeof *bench->b);
  bench->part = st_alloc (SIDE * SIDE, sizeof *bench->part);
  return bench->a != NULL && bench->b != NULL && bench->part != NULL
           ? st_success () : st_failure (ST_NO_MEMORY, 0, 0);
}

static void
bench_clear (Bench *bench)
{
  st_free (bench->a);
  st_free (bench->b);
  st_free (bench->part);
}

StStatus
st_float_gram (uint32_t n, size_t length, const float *rows, const double *mean, StPool *pool,
               StCancel *cancel, double *gram)
{
  const uint32_t threads = st_pool_threads (pool), side = (n + SIDE - 1) / SIDE;
  Tiles tiles = { .n = n, .length = length, .rows = rows, .mean = mean, .gram = gram,
                  .cancel = cancel, .benches = st_alloc (threads, sizeof (Bench)) };
  if (tiles.benches == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  StStatus status = st_success ();
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = bench_init (&tiles.benches[i]);
  if (st_ok (status))
    {
      st_pool_run (pool, side * (side + 1) / 2, fill_tile, &tiles);
      if (st_cancel_asked (cancel))
        status = st_failure (ST_CANCELLED, 0, 0);
      else
        st_gram_mirror (n, gram, n);
    }
  for (uint32_t i = 0; i < threads; i++)
    bench_clear (&tiles.benches[i]);
  st_free (tiles.benches);
  return status;
}
