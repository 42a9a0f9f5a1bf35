#include <st-summaries.h>

struct StSummaries { GHashTable *entries; /* a set of StSummary */ };

static guint
summary_hash (gconstpointer data)
{
  const StSummary *summary = data;
  return g_direct_hash (summary->result) ^ g_double_hash (&summary->tolerance);
}

static gboolean
summary_equal (gconstpointer a, gconstpointer b)
{
  const StSummary *one = a;
  return st_summary_is_of (b, one->result, one->tolerance);
}

StSummaries *
st_summaries_new (void)
{
  StSummaries *summaries = g_new (StSummaries, 1);
  summaries->entries = g_hash_table_new_full (summary_hash, summary_equal,
                                              (GDestroyNotify) st_summary_unref, NULL);
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

const StSummary *
st_summaries_get (StSummaries *summaries, const StResult *result, double tolerance)
{
  if (result == NULL || result->done == 0)
    return NULL;
  const StSummary key = { .result = (StResult *) result, .tolerance = tolerance };
  StSummary *summary = g_hash_table_lookup (summaries->entries, &key);
  if (summary == NULL && st_ok (st_summary_new ((StResult *) result, 0, tolerance, &summary)))
    g_hash_table_add (summaries->entries, summary);
  return summary;
}

static void
add (StSummaries *summaries, StSummary *summary)
{
  if (summary != NULL)
    g_hash_table_add (summaries->entries, st_summary_ref (summary));
}

void
st_summaries_follow (StSummaries *summaries, const StFrame *frame)
{
  g_hash_table_remove_all (summaries->entries);
  for (guint c = 0; frame != NULL && c < frame->query.columns; c++)
    {
      add (summaries, frame->now_summary[c]);
      for (guint level = 0; level < frame->query.levels; level++)
        add (summaries, frame->sweep_summary[c][level]);
    }
}
