#include <st-strata.h>

#include <stdlib.h>

static int
compare_ranks (const void *a, const void *b)
{
  const StStratum *one = a, *two = b;
  for (int i = 0; i < 3; i++)
    if (one->ranks.r[i] != two->ranks.r[i])
      return one->ranks.r[i] < two->ranks.r[i] ? -1 : 1;
  return 0;
}

static int
compare_counts (const void *a, const void *b)
{
  const StStratum *one = a, *two = b;
  if (one->count != two->count)
    return one->count > two->count ? -1 : 1;
  return compare_ranks (a, b);
}

uint32_t
st_strata_count (const StTriple *triples, uint32_t n, StStratum *out)
{
  if (n == 0)
    return 0;
  for (uint32_t i = 0; i < n; i++)
    out[i] = (StStratum) { triples[i], 1 };
  qsort (out, n, sizeof *out, compare_ranks);

  uint32_t last = 0;
  for (uint32_t i = 1; i < n; i++)
    if (compare_ranks (&out[last], &out[i]) == 0)
      out[last].count++;
    else
      out[++last] = out[i];
  qsort (out, last + 1, sizeof *out, compare_counts);
  return last + 1;
}
