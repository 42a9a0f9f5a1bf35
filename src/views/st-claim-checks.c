/* What the checks of claims share: how they find numbers, and how they say what those come
 * to. */
#include <st-claim-checks.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

void
st_claim_number (StClaim *claim, const char *name, double value)
{
  const StClaimNumber number = { name, value };
  g_array_append_val (claim->numbers, number);
}

static const char *
usual_verdict (StClaimSource source, StFinding finding)
{
  switch (finding)
    {
    case ST_FINDING_HOLDS:
      return source == ST_CLAIM_OWN ? _("holds") : _("reproduced");
    case ST_FINDING_FAILS:
      return source == ST_CLAIM_OWN ? _("does not hold") : _("not reproduced");
    case ST_FINDING_CONDITIONAL:
    case ST_FINDING_UNKNOWN:
    default:
      return _("not measured yet");
    }
}

void
st_claim_decide (StClaim *claim, StFinding finding, char *verdict, char *measured)
{
  g_free (claim->verdict);
  g_free (claim->measured);
  claim->finding = finding;
  claim->verdict = verdict != NULL ? verdict : g_strdup (usual_verdict (claim->source, finding));
  claim->measured = measured;
}

char *
st_claim_percent (double share)
{
  return st_number_percent (ST_NUMBERS_C, share);
}

void
st_claim_decide_by_share (StClaim *claim, double share, double enough, char *measured)
{
  g_autofree char *text = st_claim_percent (share);
  if (share >= enough)
    st_claim_decide (claim, ST_FINDING_HOLDS, NULL, measured);
  else if (share > 0)
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup_printf (_("only for %s of the images"), text), measured);
  else
    st_claim_decide (claim, ST_FINDING_FAILS, NULL, measured);
}

char *
st_claim_strata (guint strata)
{
  g_autofree char *number = st_number_count (ST_NUMBERS_C, strata);
  return g_strdup_printf (ngettext ("%s stratum", "%s strata", strata), number);
}

int
st_claim_column (const StReport *report, StKind kind, StLatent latent)
{
  for (guint c = 0; c < report->frame->query.columns; c++)
    if (report->columns[c].kind == kind && report->columns[c].latent == latent)
      return (int) c;
  return -1;
}

const StResult *
st_claim_clean (const StReport *report, int column)
{
  return report->frame->sweep[column][0];
}

const StSummary *
st_claim_clean_summary (const StReport *report, int column)
{
  if (column < 0)
    return NULL;
  return st_report_summary (report, (guint) column, st_claim_clean (report, column));
}

StTriple *
st_claim_triples (const StReport *report, const StResult *result)
{
  StTriple *triples = g_new (StTriple, MAX (result->done, 1));
  st_result_ranks (result, report->tolerance, triples);
  return triples;
}

static gboolean
triples_equal (StTriple a, StTriple b)
{
  return a.r[0] == b.r[0] && a.r[1] == b.r[1] && a.r[2] == b.r[2];
}

double
st_claim_share_equal (const StReport *report, const StResult *a, const StResult *b)
{
  const guint n = MIN (a->done, b->done);
  g_autofree StTriple *one = st_claim_triples (report, a), *two = st_claim_triples (report, b);
  guint equal = 0;
  for (guint i = 0; i < n; i++)
    equal += triples_equal (one[i], two[i]);
  return n > 0 ? (double) equal / n : 0;
}
