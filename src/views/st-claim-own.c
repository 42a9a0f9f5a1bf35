/* What this program says of where strata come from: distinct patches, not training. */
#include <st-claim-checks.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <math.h>

/* The share of the images from which on it is said of them without a condition. */
#define NEARLY_ALL 0.9

static gboolean
has_oracle (const StReport *report, guint column)
{
  return report->frame->sweep[column][0]->oracle != NULL;
}

/* Images of one result whose rank of S3 equals the prediction, and those where it is above. */
static void
compare_oracle (const StReport *report, const StResult *result, guint *equal, guint *above)
{
  g_autofree StTriple *triples = st_claim_triples (report, result);
  for (guint i = 0; i < result->done; i++)
    {
      *equal += triples[i].r[2] == result->oracle[i];
      *above += triples[i].r[2] > result->oracle[i];
    }
}

void
st_claim_check_bound (const StReport *report, StKind kind, StClaim *claim)
{
  guint equal = 0, above = 0, all = 0;
  for (guint c = 0; c < report->frame->query.columns; c++)
    for (guint j = 0; has_oracle (report, c) && j < report->frame->query.levels; j++)
      {
        compare_oracle (report, report->frame->sweep[c][j], &equal, &above);
        all += report->frame->sweep[c][j]->done;
      }
  if (all == 0)
    return;
  g_autofree char *some = st_number_count (ST_NUMBERS_C, above);
  g_autofree char *of = st_number_count (ST_NUMBERS_C, all);
  st_claim_number (claim, "tensors", all);
  st_claim_number (claim, "above", above);
  char *measured = g_strdup_printf (_("%s of %s latent tensors, of all models and levels, have a "
                                      "larger rank"), some, of);
  st_claim_decide (claim, above == 0 ? ST_FINDING_HOLDS : ST_FINDING_FAILS, NULL, measured);
}

void
st_claim_check_patches (const StReport *report, StKind kind, StClaim *claim)
{
  guint clean = 0, clean_all = 0, shown = 0, shown_all = 0, above = 0;
  for (guint c = 0; c < report->frame->query.columns; c++)
    if (has_oracle (report, c))
      {
        compare_oracle (report, report->frame->sweep[c][0], &clean, &above);
        compare_oracle (report, report->frame->now[c], &shown, &above);
        clean_all += report->frame->sweep[c][0]->done;
        shown_all += report->frame->now[c]->done;
      }
  if (clean_all == 0 || shown_all == 0)
    return;
  const double of_clean = (double) clean / clean_all, of_shown = (double) shown / shown_all;
  g_autofree char *one = st_claim_percent (of_clean), *two = st_claim_percent (of_shown);
  g_autofree char *level = st_number_level (ST_NUMBERS_C, report->frame->query.level);
  st_claim_number (claim, "share_clean", of_clean);
  st_claim_number (claim, "share_shown", of_shown);
  char *measured = g_strdup_printf (_("equal in %s of clean images, in %s at %s"), one, two, level);
  st_claim_decide_by_share (claim, MIN (of_clean, of_shown), NEARLY_ALL, measured);
}

void
st_claim_check_untrained (const StReport *report, StKind kind, StClaim *claim)
{
  double least = INFINITY;
  GString *words = g_string_new (NULL);
  for (guint c = 0; c < report->frame->query.columns; c++)
    {
      const StReportColumn *column = &report->columns[c];
      const StSummary *trained = st_claim_clean_summary (report, (int) c);
      const StSummary *before = st_report_summary (report, c, column->untrained);
      if (before == NULL || trained == NULL)
        continue;
      const StResult *clean = st_claim_clean (report, (int) c);
      const double share = st_claim_share_equal (report, clean, column->untrained);
      g_autofree char *text = st_claim_percent (share);
      least = MIN (least, share);
      g_string_append_printf (words, _("%s%s: same ranks in %s of clean images, strata %u before "
                                       "training and %u after"),
                              words->len > 0 ? "; " : "", column->title, text, before->strata,
                              trained->strata);
    }
  if (isfinite (least))
    {
      st_claim_number (claim, "share_least", least);
      st_claim_decide_by_share (claim, least, NEARLY_ALL, g_string_free (words, FALSE));
    }
  else
    g_string_free (words, TRUE);
}

/* The level of the grid from which on the second column's PSNR is never below the first's; NaN
 * if it is at the last. */
static double
better_from (const StReport *report, guint first, guint second)
{
  double from = NAN;
  for (guint j = report->frame->query.levels; j-- > 0;)
    {
      if (st_result_psnr (report->frame->sweep[second][j])
          < st_result_psnr (report->frame->sweep[first][j]))
        break;
      from = report->frame->query.grid[j];
    }
  return from;
}

void
st_claim_check_denoises (const StReport *report, StKind kind, StClaim *claim)
{
  const int plain = st_claim_column (report, ST_KIND_CAE, ST_LATENT_MEAN);
  const int denoising = st_claim_column (report, ST_KIND_DAE, ST_LATENT_MEAN);
  if (plain < 0 || denoising < 0 || !(report->frame->query.level > 0))
    return;
  const double cae = st_result_psnr (report->frame->now[plain]);
  const double dae = st_result_psnr (report->frame->now[denoising]);
  const double from = better_from (report, (guint) plain, (guint) denoising);
  g_autofree char *one = st_number_psnr (ST_NUMBERS_C, dae);
  g_autofree char *two = st_number_psnr (ST_NUMBERS_C, cae);
  g_autofree char *level = st_number_level (ST_NUMBERS_C, report->frame->query.level);
  g_autofree char *first = st_number_level (ST_NUMBERS_C, from);
  char *measured = g_strdup_printf (_("%s where the CAE has %s, at %s"), one, two, level);
  st_claim_number (claim, "dae_psnr_db", dae);
  st_claim_number (claim, "cae_psnr_db", cae);
  st_claim_number (claim, "from_level", from);
  /* Without noise there is nothing to undo: the first level counts for nothing. */
  if (from <= report->frame->query.grid[1])
    st_claim_decide (claim, ST_FINDING_HOLDS, NULL, measured);
  else if (isfinite (from))
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup_printf (_("only from level %s on"), first), measured);
  else
    st_claim_decide (claim, ST_FINDING_FAILS, NULL, measured);
}
