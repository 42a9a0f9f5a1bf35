#include <st-neighbours.h>

#include <st-alloc.h>

#include <math.h>
#include <stddef.h>

/* nearest[k], in order, of n distances; that of the point itself is infinite. */
static void
find_nearest (size_t n, const double *distances, uint32_t k, uint32_t *nearest)
{
  uint32_t found = 0;
  for (uint32_t j = 0; j < n; j++)
    {
      if (found == k && !(distances[j] < distances[nearest[k - 1]]))
        continue;
      uint32_t place = found < k ? found++ : k - 1;
      for (; place > 0 && distances[j] < distances[nearest[place - 1]]; place--)
        nearest[place] = nearest[place - 1];
      nearest[place] = j;
    }
}

/* How many are nearer than j, and 1. */
static uint32_t
rank_of (size_t n, const double *distances, uint32_t j)
{
  uint32_t rank = 1;
  for (size_t i = 0; i < j; i++)
    rank += distances[i] <= distances[j];
  for (size_t i = j + 1u; i < n; i++)
    rank += distances[i] < distances[j];
  return rank;
}

/* How far beyond the k-th place the k nearest of `chosen` are in `ranked`. */
static double
excess (size_t n, const double *chosen, const double *ranked, uint32_t k)
{
  uint32_t nearest[ST_NEIGHBOURS];
  double sum = 0.0;
  find_nearest (n, chosen, k, nearest);
  for (uint32_t i = 0; i < k; i++)
    {
      uint32_t rank = rank_of (n, ranked, nearest[i]);
      sum += rank > k ? rank - k : 0;
    }
  return sum;
}

/* Row i of both, the map's distances squared. */
static StStatus
take_rows (size_t n, size_t i, const double *distances, const double *points, double *truth,
           double *map)
{
  for (size_t j = 0; j < n; j++)
    {
      double x = points[2 * i] - points[2 * j], y = points[2 * i + 1] - points[2 * j + 1];
      truth[j] = distances[i * n + j];
      map[j] = x * x + y * y;
      if (!isfinite (truth[j]))
        return st_failure (ST_NON_FINITE, (int64_t) i, (int64_t) j);
      if (!isfinite (map[j]))
        return st_failure (ST_NON_FINITE, (int64_t) i, (int64_t) (n + j));
    }
  truth[i] = map[i] = HUGE_VAL;
  return st_success ();
}

StStatus
st_neighbours (uint32_t n, const double *distances, const double *points, StNeighbours *result)
{
  *result = (StNeighbours) { .k = n < 2 * ST_NEIGHBOURS + 1 ? (n - (n > 0)) / 2 : ST_NEIGHBOURS };
  if (result->k == 0)
    return st_success ();
  double *truth = st_alloc (n, sizeof (double)), *map = st_alloc (n, sizeof (double));
  double intruders = 0.0, missing = 0.0, k = result->k;
  StStatus status = st_success ();
  if (truth == NULL || map == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (n * sizeof (double)), 0);

  for (size_t i = 0; i < n && st_ok (status); i++)
    {
      status = take_rows (n, i, distances, points, truth, map);
      if (!st_ok (status))
        break;
      intruders += excess (n, map, truth, result->k);
      missing += excess (n, truth, map, result->k);
    }
  if (st_ok (status))
    {
      double weight = 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0));
      result->known = true;
      result->trustworthiness = 1.0 - weight * intruders;
      result->continuity = 1.0 - weight * missing;
    }
  st_free (truth);
  st_free (map);
  return status;
}
