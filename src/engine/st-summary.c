#include <st-summary.h>

#include <st-alloc.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The public part comes first, so that a StSummary * is a Counted *. */
typedef struct Counted {
  StSummary summary;
  atomic_uint references;
} Counted;

static uint32_t
larger (uint32_t a, uint32_t b)
{
  return a > b ? a : b;
}

/* The least rank that at least `share` of the images do not exceed. */
static uint32_t
percentile (const uint32_t *images, uint32_t side, uint32_t n, double share)
{
  double needed = share * n;
  uint32_t seen = 0;
  for (uint32_t r = 0; r <= side; r++)
    {
      seen += images[r];
      if (seen > 0 && seen >= needed)
        return r;
    }
  return side;
}

/* Centring takes one dimension, so S3 cannot have h w; nor do more rows than that. */
static bool
make_histograms (const StResult *result, StSummary *summary)
{
  uint32_t cells = result->latent.height * result->latent.width;
  size_t length = 0;
  for (int i = 0; i < 3; i++)
    summary->sides[i] = result->lengths[i];
  if (summary->sides[2] > cells - 1)
    summary->sides[2] = cells - 1;
  for (int i = 0; i < 3; i++)
    length += (size_t) larger (summary->sides[i], result->lengths[i]) + 1;
  summary->images[0] = st_alloc (length, sizeof *summary->images[0]);
  if (summary->images[0] == NULL)
    return false;
  for (int i = 1; i < 3; i++)
    summary->images[i] = summary->images[i - 1]
                         + larger (summary->sides[i - 1], result->lengths[i - 1]) + 1;
  return true;
}

static void
count_ranks (const StTriple *triples, StStratum *strata, StSummary *summary)
{
  uint32_t n = summary->done;
  for (uint32_t i = 0; i < n; i++)
    for (int s = 0; s < 3; s++)
      {
        uint32_t rank = triples[i].r[s], most = summary->sides[s];
        summary->images[s][rank < most ? rank : most]++;
      }
  summary->strata = st_strata_count (triples, n, strata);
  summary->first = strata[0].ranks;
  for (int s = 0; s < 3; s++)
    {
      const uint32_t *images = summary->images[s];
      summary->low[s] = percentile (images, summary->sides[s], n, 0);
      summary->tenth[s] = percentile (images, summary->sides[s], n, 0.1);
      summary->median[s] = percentile (images, summary->sides[s], n, 0.5);
      summary->high[s] = percentile (images, summary->sides[s], n, 1);
    }
}

static int
compare_doubles (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
count_psnr (const StResult *result, double *sorted, StSummary *summary)
{
  uint32_t n = summary->done;
  double sum = 0;
  for (uint32_t i = 0; i < n; i++)
    sum += result->psnr[i];
  memcpy (sorted, result->psnr, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare_doubles);
  summary->psnr = sum / n;
  summary->psnr_low = sorted[(n - 1) / 10];
  summary->psnr_high = sorted[n - 1 - (n - 1) / 10];
}

StStatus
st_summary_new (StResult *result, uint32_t most, double tolerance, StSummary **out)
{
  uint32_t n = most > 0 && most < result->done ? most : result->done;
  Counted *counted = st_alloc (1, sizeof *counted);
  StTriple *triples = st_alloc (n, sizeof *triples);
  StStratum *strata = st_alloc (n, sizeof *strata);
  double *sorted = st_alloc (n, sizeof *sorted);
  StStatus status = st_failure (ST_NO_MEMORY, 0, 0);
  if (counted == NULL || triples == NULL || strata == NULL || sorted == NULL
      || !make_histograms (result, &counted->summary))
    {
      st_free (counted);
      goto done;
    }

  StSummary *summary = &counted->summary;
  counted->references = 1;
  summary->result = st_result_ref (result);
  summary->tolerance = tolerance;
  summary->done = n;
  summary->count = most > 0 && most < result->count ? most : result->count;
  summary->zero_images = result->zero_images;
  for (uint32_t i = 0; i < n; i++)
    triples[i] = st_result_triple (result, i, tolerance);
  count_ranks (triples, strata, summary);
  count_psnr (result, sorted, summary);
  *out = summary;
  status = st_success ();

done:
  st_free (triples);
  st_free (strata);
  st_free (sorted);
  return status;
}

StSummary *
st_summary_ref (StSummary *summary)
{
  atomic_fetch_add (&((Counted *) summary)->references, 1);
  return summary;
}

void
st_summary_unref (StSummary *summary)
{
  if (summary == NULL || atomic_fetch_sub (&((Counted *) summary)->references, 1) != 1)
    return;
  st_result_unref (summary->result);
  st_free (summary->images[0]);
  st_free (summary);
}

bool
st_summary_is_of (const StSummary *summary, const StResult *result, double tolerance)
{
  return summary != NULL && summary->result == result && summary->tolerance == tolerance;
}
