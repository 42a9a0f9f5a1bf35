#include <st-agreement.h>

#include <st-alloc.h>

#include <math.h>
#include <stdlib.h>

enum { FEWEST = 3 };

/* Deviations from the mean that are rounding alone: what is the same everywhere. */
static const double NOTHING = 1e-14;

typedef struct Item {
  double value;
  uint32_t place;
} Item;

static double
mean_of (uint32_t n, const double *x)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < n; i++)
    sum += x[i] / n;
  return sum;
}

static double
correlate (uint32_t n, const double *x, const double *y)
{
  double mean_x = mean_of (n, x), mean_y = mean_of (n, y), xx = 0.0, yy = 0.0, xy = 0.0;

  if (n < FEWEST)
    return NAN;
  for (uint32_t i = 0; i < n; i++)
    {
      double a = x[i] - mean_x, b = y[i] - mean_y;
      xx += a * a;
      yy += b * b;
      xy += a * b;
    }
  if (!(sqrt (xx / n) > NOTHING * fabs (mean_x)) || !(sqrt (yy / n) > NOTHING * fabs (mean_y)))
    return NAN;
  return xy / sqrt (xx) / sqrt (yy);
}

static int
compare (const void *a, const void *b)
{
  double x = ((const Item *) a)->value, y = ((const Item *) b)->value;
  return (x > y) - (x < y);
}

static void
rank (uint32_t n, const double *x, Item *items, double *ranks)
{
  for (uint32_t i = 0; i < n; i++)
    items[i] = (Item) { x[i], i };
  qsort (items, n, sizeof *items, compare);
  for (uint32_t from = 0, to; from < n; from = to)
    {
      for (to = from + 1; to < n && items[to].value == items[from].value; to++)
        continue;
      for (uint32_t i = from; i < to; i++)
        ranks[items[i].place] = 0.5 * (from + to - 1);
    }
}

static void
find_scale (uint32_t n, const double *x, const double *y, StAgreement *agreement)
{
  double xx = 0.0, xy = 0.0, yy = 0.0, left = 0.0;

  for (uint32_t i = 0; i < n; i++)
    {
      xx += x[i] * x[i];
      xy += x[i] * y[i];
      yy += y[i] * y[i];
    }
  agreement->scale = xx > 0.0 ? xy / xx : (double) NAN;
  for (uint32_t i = 0; i < n; i++)
    {
      double error = y[i] - agreement->scale * x[i];
      left += error * error;
    }
  agreement->residual = yy > 0.0 ? sqrt (left / yy) : (double) NAN;
}

StStatus
st_agreement (uint32_t n, const double *x, const double *y, StAgreement *agreement)
{
  Item *items = st_alloc (n, sizeof *items);
  double *ranks = st_alloc (n, 2 * sizeof *ranks);
  StStatus status = st_success ();

  if (items == NULL || ranks == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (n * 2 * sizeof *ranks), 0);
  if (st_ok (status))
    {
      rank (n, x, items, ranks);
      rank (n, y, items, ranks + n);
      agreement->pearson = correlate (n, x, y);
      agreement->spearman = correlate (n, ranks, ranks + n);
      find_scale (n, x, y, agreement);
    }
  st_free (items);
  st_free (ranks);
  return status;
}
