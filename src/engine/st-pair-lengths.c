#include <st-pair-lengths.h>

#include <st-alloc.h>
#include <st-codes.h>
#include <st-decoder-map.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

/* Straight lines for one geodesic, and still much faster. */
enum { CHEAPER = 8 };

/* The public part comes first, so that a StPairLengths * is a Counted *. */
typedef struct Counted {
  StPairLengths lengths;
  atomic_uint references;
} Counted;

typedef struct Bench {
  StDecoderMap *decoder;     /* of one thread */
  double *points;            /* [ST_PATH_POINTS][d] */
} Bench;

typedef struct Making {
  StPairLengths *lengths;
  bool geodesics;            /* else straight lines */
  uint32_t first, n;
  double *ends;              /* [n][2][d] */
  StCancel *cancel;
  Bench *benches;            /* [threads] */
  StStatus *status;          /* [n] */
} Making;

uint32_t
st_pair_lengths_count (uint32_t images)
{
  return images / 2 < ST_PAIR_LENGTHS_MAX ? images / 2 : ST_PAIR_LENGTHS_MAX;
}

StPairLengths *
st_pair_lengths_ref (StPairLengths *lengths)
{
  atomic_fetch_add (&((Counted *) lengths)->references, 1);
  return lengths;
}

void
st_pair_lengths_unref (StPairLengths *lengths)
{
  if (lengths == NULL || atomic_fetch_sub (&((Counted *) lengths)->references, 1) != 1)
    return;
  st_pullback_query_clear (&lengths->query);
  st_free (lengths->latent);
  st_free (lengths->straight);
  st_free (lengths->geodesic);
  st_free (lengths->converged);
  st_free (lengths);
}

static double
distance (uint32_t d, const double *a, const double *b)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < d; i++)
    sum += (b[i] - a[i]) * (b[i] - a[i]);
  return sqrt (sum);
}

static void
measure_pair (void *context, uint32_t task, uint32_t worker)
{
  const Making *m = context;
  const Bench *bench = &m->benches[worker];
  const StPathSpace space = st_decoder_map_space (bench->decoder);
  StPairLengths *lengths = m->lengths;
  uint32_t d = lengths->dimension, pair = m->first + task;
  const double *a = m->ends + (size_t) 2 * task * d, *b = a + d;
  double *geodesic = &lengths->geodesic[pair];
  StGeodesicEnd end = { .converged = false };
  StStatus status = st_cancel_asked (m->cancel) ? st_failure (ST_CANCELLED, 0, 0) : st_success ();

  if (!m->geodesics)
    {
      lengths->latent[pair] = distance (d, a, b);
      st_path_straight (d, a, b, bench->points);
      if (st_ok (status))
        status = st_path_length (&space, bench->points, &lengths->straight[pair]);
    }
  else
    {
      if (st_ok (status))
        status = st_geodesic_find (&space, a, b, ST_GEODESIC_STEPS, m->cancel, bench->points, &end);
      if (st_ok (status))
        status = st_path_length (&space, bench->points, geodesic);
      *geodesic = fmin (*geodesic, lengths->straight[pair]);   /* as for a path that is drawn */
      lengths->converged[pair] = end.converged;
    }
  m->status[task] = status;
}

/* The latent means of both ends of pairs first .. first + n - 1. */
static StStatus
encode_ends (Making *m, StPool *pool)
{
  const StPairLengths *lengths = m->lengths;
  const StPullbackQuery *query = &lengths->query;
  size_t numbers = (size_t) 2 * m->n * lengths->dimension;
  uint32_t *which = st_alloc (2 * m->n, sizeof *which);
  float *codes = st_alloc (numbers, sizeof *codes);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (numbers * sizeof *codes), 0);

  for (uint32_t i = 0; which != NULL && i < m->n; i++)
    {
      which[2 * i] = m->first + i;
      which[2 * i + 1] = lengths->pairs + m->first + i;
    }
  if (which != NULL && codes != NULL)
    status = st_codes_encode (query->model, query->images, 2 * m->n, which, query->level, pool,
                              m->cancel, codes);
  for (size_t i = 0; i < numbers && st_ok (status); i++)
    m->ends[i] = (double) codes[i];
  st_free (which);
  st_free (codes);
  return status;
}

static StStatus
run (Making *m, StPool *pool)
{
  uint32_t threads = st_pool_threads (pool), d = m->lengths->dimension;
  StStatus status = st_success ();

  m->ends = st_alloc ((size_t) 2 * m->n * d, sizeof *m->ends);
  m->benches = st_alloc (threads, sizeof *m->benches);
  m->status = st_alloc (m->n, sizeof *m->status);
  if (m->ends == NULL || m->benches == NULL || m->status == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (2 * m->n * d * sizeof (double)), 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    {
      m->benches[i].points = st_alloc (ST_PATH_POINTS * d, sizeof (double));
      status = m->benches[i].points == NULL
                 ? st_failure (ST_NO_MEMORY, (int64_t) (ST_PATH_POINTS * d * sizeof (double)), 0)
                 : st_decoder_map_new (m->lengths->query.model, NULL, &m->benches[i].decoder);
    }
  if (st_ok (status))
    status = encode_ends (m, pool);
  if (st_ok (status))
    st_pool_run (pool, m->n, measure_pair, m);
  for (uint32_t i = 0; i < m->n && st_ok (status); i++)
    status = m->status[i];
  for (uint32_t i = 0; m->benches != NULL && i < threads; i++)
    {
      st_decoder_map_free (m->benches[i].decoder);
      st_free (m->benches[i].points);
    }
  st_free (m->ends);
  st_free (m->benches);
  st_free (m->status);
  return status;
}

static StStatus
allocate (StPairLengths *lengths)
{
  lengths->latent = st_alloc (lengths->pairs, sizeof (double));
  lengths->straight = st_alloc (lengths->pairs, sizeof (double));
  lengths->geodesic = st_alloc (lengths->pairs, sizeof (double));
  lengths->converged = st_alloc (lengths->pairs, sizeof (bool));
  if (lengths->latent == NULL || lengths->straight == NULL || lengths->geodesic == NULL
      || lengths->converged == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (lengths->pairs * sizeof (double)), 0);
  return st_success ();
}

static void
go_on (StPairLengths *lengths, const StPairLengths *from)
{
  size_t size = from->measured * sizeof (double);
  lengths->measured = from->measured;
  lengths->done = from->done;
  memcpy (lengths->latent, from->latent, size);
  memcpy (lengths->straight, from->straight, size);
  memcpy (lengths->geodesic, from->geodesic, from->done * sizeof (double));
  memcpy (lengths->converged, from->converged, from->done * sizeof (bool));
}

static StStatus
finish (StPairLengths *lengths)
{
  for (uint32_t i = 0; i < lengths->done; i++)
    lengths->unconverged += !lengths->converged[i];
  StStatus status = st_agreement (lengths->measured, lengths->latent, lengths->straight,
                                  &lengths->by_straight);
  return st_ok (status) ? st_agreement (lengths->done, lengths->latent, lengths->geodesic,
                                        &lengths->by_geodesic)
                        : status;
}

StStatus
st_pair_lengths_make (const StPullbackQuery *query, const StPairLengths *from, uint32_t most,
                      StPool *pool, StCancel *cancel, StPairLengths **result)
{
  const StSpec *spec = st_model_spec (query->model);
  if (!st_kind_has_dimension (spec->kind))
    return st_failure (ST_RANGE, 0, 0);
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  atomic_init (&counted->references, 1);
  StPairLengths *lengths = &counted->lengths;
  Making m = { .lengths = lengths, .cancel = cancel };
  lengths->dimension = spec->dimension;
  lengths->pairs = st_pair_lengths_count (st_images_count (query->images));
  st_pullback_query_copy (query, &lengths->query);

  StStatus status = allocate (lengths);
  if (st_ok (status) && from != NULL)
    go_on (lengths, from);
  m.geodesics = lengths->measured == lengths->pairs;
  m.first = m.geodesics ? lengths->done : lengths->measured;
  most = m.geodesics ? most : CHEAPER * most;
  m.n = lengths->pairs - m.first < most ? lengths->pairs - m.first : most;
  if (st_ok (status) && m.n > 0)
    status = run (&m, pool);
  *(m.geodesics ? &lengths->done : &lengths->measured) = m.first + m.n;
  if (st_ok (status))
    status = finish (lengths);
  if (st_ok (status))
    *result = lengths;
  else
    st_pair_lengths_unref (lengths);
  return status;
}
