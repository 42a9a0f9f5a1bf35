#include <st-summary.h>

#include <stdlib.h>
#include <string.h>

typedef struct Entry
{
  StResult *result;        /* a reference */
  double tolerance;
  StSummary summary;
} Entry;

struct StSummaries { GHashTable *entries; /* a set of Entry */ };

static guint
entry_hash (gconstpointer data)
{
  const Entry *entry = data;
  return g_direct_hash (entry->result) ^ g_double_hash (&entry->tolerance);
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  const Entry *one = a, *two = b;
  return one->result == two->result && one->tolerance == two->tolerance;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  st_result_unref (entry->result);
  g_free (entry->summary.images[0]);
  g_free (entry);
}

StSummaries *
st_summaries_new (void)
{
  StSummaries *summaries = g_new (StSummaries, 1);
  summaries->entries = g_hash_table_new_full (entry_hash, entry_equal, entry_free, NULL);
  return summaries;
}

void
st_summaries_free (StSummaries *summaries)
{
  if (summaries == NULL)
    return;
  g_hash_table_unref (summaries->entries);
  g_free (summaries);
}

/* The least rank that at least `share` of the images do not exceed. */
static guint
percentile (const guint *images, guint side, guint n, double share)
{
  double needed = share * n;
  guint seen = 0;
  for (guint r = 0; r <= side; r++)
    {
      seen += images[r];
      if (seen > 0 && seen >= needed)
        return r;
    }
  return side;
}

static void
count_ranks (const StResult *result, double tolerance, StSummary *summary)
{
  const guint n = result->done;
  const StShape shape = result->latent;
  /* Centring takes one dimension, so S3 cannot have h w; nor do more rows than that. */
  summary->sides[0] = result->lengths[0];
  summary->sides[1] = result->lengths[1];
  summary->sides[2] = MIN (result->lengths[2], shape.height * shape.width - 1);
  gsize length = 0;
  for (int i = 0; i < 3; i++)
    length += (gsize) MAX (summary->sides[i], result->lengths[i]) + 1;
  summary->images[0] = g_new0 (guint, length);
  for (int i = 1; i < 3; i++)
    summary->images[i] = summary->images[i - 1]
                         + MAX (summary->sides[i - 1], result->lengths[i - 1]) + 1;

  StTriple *triples = g_new (StTriple, n);
  StStratum *strata = g_new (StStratum, n);
  st_result_ranks (result, tolerance, triples);
  for (guint i = 0; i < n; i++)
    for (int s = 0; s < 3; s++)
      summary->images[s][MIN (triples[i].r[s], summary->sides[s])]++;
  summary->strata = st_strata_count (triples, n, strata);
  summary->first = strata[0].ranks;
  g_free (triples);
  g_free (strata);

  for (int s = 0; s < 3; s++)
    {
      const guint *images = summary->images[s];
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
count_psnr (const StResult *result, StSummary *summary)
{
  const guint n = result->done;
  double *sorted = g_memdup2 (result->psnr, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare_doubles);
  summary->psnr = st_result_psnr (result);
  summary->psnr_low = sorted[(n - 1) / 10];
  summary->psnr_high = sorted[n - 1 - (n - 1) / 10];
  g_free (sorted);
}

const StSummary *
st_summaries_get (StSummaries *summaries, const StResult *result, double tolerance)
{
  if (result == NULL || result->done == 0)
    return NULL;
  const Entry key = { .result = (StResult *) result, .tolerance = tolerance };
  Entry *entry = g_hash_table_lookup (summaries->entries, &key);
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->result = st_result_ref ((StResult *) result);
      entry->tolerance = tolerance;
      entry->summary.done = result->done;
      entry->summary.count = result->count;
      entry->summary.zero_images = result->zero_images;
      count_ranks (result, tolerance, &entry->summary);
      count_psnr (result, &entry->summary);
      g_hash_table_add (summaries->entries, entry);
    }
  return &entry->summary;
}

static gboolean
frame_has (const StFrame *frame, const StResult *result)
{
  for (guint c = 0; c < frame->query.columns; c++)
    {
      if (frame->now[c] == result)
        return TRUE;
      for (guint j = 0; j < frame->query.levels; j++)
        if (frame->sweep[c][j] == result)
          return TRUE;
    }
  return FALSE;
}

void
st_summaries_trim (StSummaries *summaries, const StFrame *frame, double tolerance)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, summaries->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const Entry *entry = key;
      if (frame == NULL || entry->tolerance != tolerance || !frame_has (frame, entry->result))
        g_hash_table_iter_remove (&iter);
    }
}
