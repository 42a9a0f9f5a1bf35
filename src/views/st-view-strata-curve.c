/* The number of strata against the level, which models that share axes have in place of ranks. */
#include <st-level.h>

#include <math.h>

/* How many strata there are. */
static void
count_strata (const StView *view, StLevelSeries *series)
{
  for (guint j = 0; j < series->n; j++)
    {
      const StSummary *summary
        = st_view_summary (view, st_view_sweep (view, view->request->column, j));
      if (summary != NULL)
        series->value[j] = summary->strata;
    }
}

/* And of the selected images alone. */
static void
count_selected (const StView *view, StLevelSeries *series)
{
  for (guint j = 0; j < series->n; j++)
    {
      const StResult *result = st_view_sweep (view, view->request->column, j);
      guint images = 0;
      if (result == NULL || result->lengths[2] == 0)
        continue;
      StTriple *triples = g_new (StTriple, result->done);
      StStratum *strata = g_new (StStratum, result->done);
      for (guint i = 0; i < result->done; i++)
        if (st_view_is_selected (view, i))
          triples[images++] = st_view_triple (view, result, i);
      if (images > 0)
        series->value[j] = st_strata_count (triples, images, strata);
      g_free (strata);
      g_free (triples);
    }
}

/* Of all images, or of none. */
static double
present (const StView *view)
{
  const StSummary *summary = st_view_summary (view, st_view_now (view));
  return summary != NULL && summary->done == summary->count ? summary->strata : NAN;
}

const StViewCurve st_view_strata_curve = {
  .title = N_("Number of strata"),
  .definition = N_("How many rank triples (S1, S2, S3) the images' latent tensors have, against "
                   "the level."),
  .from_zero = TRUE, .unfolds = TRUE, .own_axis = TRUE, .series = count_strata,
  .selected = count_selected, .now = present,
  .say = st_number_tick, .tick = st_number_tick,
};
