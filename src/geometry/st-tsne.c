/* Rows are independent of each other: each writes its own sums, and what is needed of all rows
 * is added up in their order afterwards. */
#include <st-tsne.h>

#include <st-alloc.h>
#include <st-lanes.h>
#include <st-rng.h>

#include <math.h>

/* Rows of one task of the pool. */
enum { CHUNK = 32 };
/* Gradients fall as 1 / n, so the rate grows as n (Belkina et al., Nature Communications 2019). */
static const double EXAGGERATION = 12.0, RATE = 1.0 / 12.0, START = 1e-4, FAR_AWAY = 1e100;

struct StTsne {
  uint32_t n, iterations;
  size_t stride;              /* n, up to whole registers */
  double *p;                  /* [n][stride] */
  double *x, *y;              /* [stride] */
  double *velocity, *gains;   /* [n][2] */
  StTsneSums *sums;           /* [n] */
  double *parts;              /* [n], of the divergence */
};

/* What the tasks of one run share. */
typedef struct Rows {
  StTsne *tsne;
  const double *distances;
  double unit;                /* the largest distance */
  StCancel *cancel;
  void (*function) (const struct Rows *rows, uint32_t i);
} Rows;

static void
rows_task (void *context, uint32_t task, uint32_t worker)
{
  const Rows *rows = context;
  uint32_t end = rows->tsne->n < (task + 1) * CHUNK ? rows->tsne->n : (task + 1) * CHUNK;
  for (uint32_t i = task * CHUNK; i < end && !st_cancel_asked (rows->cancel); i++)
    rows->function (rows, i);
}

static void
run (Rows *rows, StPool *pool, void (*function) (const Rows *rows, uint32_t i))
{
  uint32_t tasks = (rows->tsne->n + CHUNK - 1) / CHUNK;
  rows->function = function;
  if (pool != NULL)
    st_pool_run (pool, tasks, rows_task, rows);
  else
    for (uint32_t task = 0; task < tasks; task++)
      rows_task (rows, task, 0);
}

/* ---- affinities ---- */

double
st_tsne_perplexity (uint32_t n)
{
  double third = n > 0 ? (n - 1) / 3.0 : 0.0;
  return third < 30.0 ? third : 30.0;
}

/* Of the weights exp (-beta squares[j]), j != self: their sum, their entropy, and its derivative
 * by ln beta. */
static double
entropy (size_t n, size_t self, const double *squares, double beta, double *sum, double *slope)
{
  double total = 0.0, first = 0.0, second = 0.0;
  for (size_t j = 0; j < n; j++)
    {
      double x = beta * squares[j], weight = j == self ? 0.0 : exp (-x);
      total += weight;
      first += weight * x;
      second += weight * x * x;
    }
  first /= total;
  *sum = total;
  *slope = first * first - second / total;
  return log (total) + first;
}

/* The beta that gives the weights the perplexity, and their sum: ln beta by bisection, with
 * Newton's step instead of the middle where that stays inside.  Where as many neighbours as the
 * perplexity, or more, are equally near, no beta is large enough; the last one leaves them only. */
static double
fit_width (size_t n, size_t self, const double *squares, double *sum)
{
  const double wanted = log (st_tsne_perplexity ((uint32_t) n)), enough = 1e-11, last = 50.0;
  double low = -HUGE_VAL, high = HUGE_VAL, at = 0.0, slope;

  for (int step = 0; step < 100; step++)
    {
      double excess = entropy (n, self, squares, exp (at), sum, &slope) - wanted;
      if (fabs (excess) <= enough || (excess > 0.0 && at >= last))
        break;
      if (excess > 0.0)
        low = at;
      else
        high = at;
      double newton = at - excess / slope;
      if (newton > low && newton < high && fabs (newton - at) < 4.0)
        at = newton;
      else if (isinf (high))
        at = low + 4.0;
      else
        at = isinf (low) ? high - 4.0 : 0.5 * (low + high);
    }
  return exp (at);
}

/* p_{j|i}.  Squares are taken from the nearest on, which changes no p and leaves no sum without
 * a weight, and in units of their mean. */
static void
affinities_row (const Rows *rows, uint32_t i)
{
  size_t n = rows->tsne->n;
  const double *distances = rows->distances + i * n;
  double *p = rows->tsne->p + i * rows->tsne->stride;
  double least = HUGE_VAL, mean = 0.0, beta = 0.0, sum = (double) (n - 1);

  for (size_t j = 0; j < n; j++)
    {
      double distance = rows->unit > 0.0 ? distances[j] / rows->unit : 0.0;
      p[j] = distance * distance;
      if (j != i)
        least = p[j] < least ? p[j] : least;
    }
  for (size_t j = 0; j < n; j++)
    {
      p[j] = j == i ? 0.0 : p[j] - least;
      mean += p[j] / (double) n;
    }
  for (size_t j = 0; j < n && mean > 0.0; j++)
    p[j] /= mean;
  if (mean > 0.0)
    beta = fit_width (n, i, p, &sum);
  for (size_t j = 0; j < n; j++)
    p[j] = j == i ? 0.0 : exp (-beta * p[j]) / sum;
}

/* P = (p + p^T) / 2n. */
static void
symmetrise (StTsne *tsne)
{
  for (size_t i = 0; i < tsne->n; i++)
    for (size_t j = 0; j < i; j++)
      {
        double *lower = tsne->p + i * tsne->stride + j, *upper = tsne->p + j * tsne->stride + i;
        *lower = *upper = (*lower + *upper) / (2.0 * tsne->n);
      }
}

/* ---- the start ---- */

static StStatus
find_unit (uint32_t n, const double *distances, double *unit)
{
  *unit = 0.0;
  for (size_t i = 0; i < (size_t) n * n; i++)
    {
      if (!isfinite (distances[i]))
        return st_failure (ST_NON_FINITE, (int64_t) (i / n), (int64_t) (i % n));
      *unit = fabs (distances[i]) > *unit ? fabs (distances[i]) : *unit;
    }
  return st_success ();
}

static StStatus
allocate (StTsne *tsne)
{
  size_t n = tsne->n, stride = tsne->stride;
  tsne->p = st_alloc (n * stride, sizeof (double));
  tsne->x = st_alloc (stride, sizeof (double));
  tsne->y = st_alloc (stride, sizeof (double));
  tsne->velocity = st_alloc (2 * n, sizeof (double));
  tsne->gains = st_alloc (2 * n, sizeof (double));
  tsne->sums = st_alloc (n, sizeof *tsne->sums);
  tsne->parts = st_alloc (n, sizeof (double));
  if (tsne->p == NULL || tsne->x == NULL || tsne->y == NULL || tsne->velocity == NULL
      || tsne->gains == NULL || tsne->sums == NULL || tsne->parts == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (n * stride * sizeof (double)), 0);
  return st_success ();
}

static void
place (StTsne *tsne, uint64_t seed)
{
  StRandomKey key = { .seed = seed, .stream = ST_STREAM_EMBEDDING, .epoch = ST_EPOCH_SHOWN };
  double *drawn = tsne->velocity;  /* not yet needed */
  st_random_normal (key, 2 * (size_t) tsne->n, drawn);
  for (size_t i = 0; i < tsne->stride; i++)
    {
      tsne->x[i] = i < tsne->n ? START * drawn[2 * i] : FAR_AWAY;
      tsne->y[i] = i < tsne->n ? START * drawn[2 * i + 1] : FAR_AWAY;
    }
  for (size_t i = 0; i < 2 * (size_t) tsne->n; i++)
    {
      tsne->velocity[i] = 0.0;
      tsne->gains[i] = 1.0;
    }
}

StStatus
st_tsne_new (uint32_t n, const double *distances, uint64_t seed, StPool *pool, StCancel *cancel,
             StTsne **result)
{
  if (n < 1 || n > ST_TSNE_MAX)
    return st_failure (ST_RANGE, 1, ST_TSNE_MAX);
  StTsne *tsne = st_alloc (1, sizeof *tsne);
  if (tsne == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *tsne, 0);
  tsne->n = n;
  tsne->stride = (n + ST_LANES_MAX - 1) / ST_LANES_MAX * ST_LANES_MAX;

  Rows rows = { .tsne = tsne, .distances = distances, .cancel = cancel };
  StStatus status = find_unit (n, distances, &rows.unit);
  if (st_ok (status))
    status = allocate (tsne);
  if (st_ok (status) && n > 1)
    run (&rows, pool, affinities_row);
  if (st_ok (status) && st_cancel_asked (cancel))
    status = st_failure (ST_CANCELLED, 0, 0);
  if (!st_ok (status))
    {
      st_tsne_free (tsne);
      return status;
    }
  symmetrise (tsne);
  place (tsne, seed);
  *result = tsne;
  return status;
}

void
st_tsne_free (StTsne *tsne)
{
  if (tsne == NULL)
    return;
  st_free (tsne->p);
  st_free (tsne->x);
  st_free (tsne->y);
  st_free (tsne->velocity);
  st_free (tsne->gains);
  st_free (tsne->sums);
  st_free (tsne->parts);
  st_free (tsne);
}

/* ---- descent ---- */

static void
forces_row (const Rows *rows, uint32_t i)
{
  const StTsne *tsne = rows->tsne;
  StTsneRow row = { tsne->stride, i, tsne->p + i * tsne->stride, tsne->x, tsne->y };
  st_lanes ()->tsne_row (&row, &tsne->sums[i]);
}

/* What makes Q sum to 1. */
static double
normal (const StTsne *tsne)
{
  double sum = 0.0;
  for (size_t i = 0; i < tsne->n; i++)
    sum += tsne->sums[i].normal;
  return sum;
}

/* One coordinate by its gradient, with a gain of its own (Jacobs 1988). */
static void
move (double gradient, double rate, double momentum, double *velocity, double *gain, double *at)
{
  *gain = (gradient > 0.0) != (*velocity > 0.0) ? *gain + 0.2 : *gain * 0.8;
  *gain = *gain < 0.01 ? 0.01 : *gain;
  *velocity = momentum * *velocity - rate * *gain * gradient;
  *at += *velocity;
}

static void
centre (size_t n, double *x)
{
  double mean = 0.0;
  for (size_t i = 0; i < n; i++)
    mean += x[i];
  mean /= (double) n;
  for (size_t i = 0; i < n; i++)
    x[i] -= mean;
}

/* dKL/dy_i = 4 sum_j (p_ij - q_ij) num_ij (y_i - y_j), q_ij = num_ij / normal. */
static void
descend (StTsne *tsne)
{
  bool early = tsne->iterations < ST_TSNE_EXAGGERATED;
  double pull = 4.0 * (early ? EXAGGERATION : 1.0), push = 4.0 / normal (tsne);
  double momentum = early ? 0.5 : 0.8, rate = RATE * tsne->n;

  for (size_t i = 0; i < tsne->n; i++)
    {
      const StTsneSums *sums = &tsne->sums[i];
      move (pull * sums->pull_x - push * sums->push_x, rate, momentum, &tsne->velocity[2 * i],
            &tsne->gains[2 * i], &tsne->x[i]);
      move (pull * sums->pull_y - push * sums->push_y, rate, momentum, &tsne->velocity[2 * i + 1],
            &tsne->gains[2 * i + 1], &tsne->y[i]);
    }
  centre (tsne->n, tsne->x);
  centre (tsne->n, tsne->y);
}

StStatus
st_tsne_step (StTsne *tsne, uint32_t iterations, StPool *pool, StCancel *cancel)
{
  Rows rows = { .tsne = tsne };
  for (; iterations > 0 && tsne->iterations < ST_TSNE_ITERATIONS; iterations--)
    {
      if (st_cancel_asked (cancel))
        return st_failure (ST_CANCELLED, 0, 0);
      if (tsne->n > 1)
        {
          run (&rows, pool, forces_row);
          descend (tsne);
        }
      tsne->iterations++;
    }
  return st_success ();
}

uint32_t
st_tsne_iterations (const StTsne *tsne)
{
  return tsne->iterations;
}

void
st_tsne_points (const StTsne *tsne, double *points)
{
  for (size_t i = 0; i < tsne->n; i++)
    {
      points[2 * i] = tsne->x[i];
      points[2 * i + 1] = tsne->y[i];
    }
}

/* ---- divergence ---- */

/* sum_j p (ln p - ln num). */
static void
divergence_row (const Rows *rows, uint32_t i)
{
  const StTsne *tsne = rows->tsne;
  const double *p = tsne->p + i * tsne->stride;
  double sum = 0.0;
  for (size_t j = 0; j < tsne->n; j++)
    {
      double x = tsne->x[i] - tsne->x[j], y = tsne->y[i] - tsne->y[j];
      if (p[j] > 0.0)
        sum += p[j] * log (p[j] * (1.0 + (x * x + y * y)));
    }
  tsne->parts[i] = sum;
}

double
st_tsne_divergence (StTsne *tsne, StPool *pool)
{
  Rows rows = { .tsne = tsne };
  double sum = 0.0;
  if (tsne->n < 2)
    return 0.0;
  run (&rows, pool, forces_row);
  run (&rows, pool, divergence_row);
  for (size_t i = 0; i < tsne->n; i++)
    sum += tsne->parts[i];
  return sum + log (normal (tsne));
}
