/* What Lee, Yoon, Son and Park (ICLR 2022) claim of the isometry term: of two nets of one shape,
 * one trained without it and one with it. */
#include <st-claim-checks.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <math.h>

/* The most that the term may add to the mean squared error to be called cheap, and the most that a
 * straight path may be longer than the geodesic to be called close to it. */
#define LITTLE 0.05

enum { WITHOUT, WITH };

/* "…; plain.safetensors and isometric.safetensors on 200 images of classes 0,1" */
static char *
on_images (const StReportIsometry *pair, const char *words)
{
  g_autofree char *count = st_number_count (ST_NUMBERS_C, pair->results[WITH]->count);
  return g_strdup_printf (_("%s; %s and %s on %s images of classes %s"), words,
                          pair->files[WITHOUT], pair->files[WITH], count, pair->classes);
}

void
st_claim_check_condition (const StReport *report, StKind kind, StClaim *claim)
{
  const StReportIsometry *pair = &report->isometry;
  if (pair->classes == NULL)
    return;
  const double without = pair->results[WITHOUT]->measures.mean_condition;
  const double with = pair->results[WITH]->measures.mean_condition;
  if (!isfinite (without) || !isfinite (with))
    return;
  g_autofree char *one = st_number_fixed (ST_NUMBERS_C, without, 2);
  g_autofree char *two = st_number_fixed (ST_NUMBERS_C, with, 2);
  g_autofree char *words = g_strdup_printf (_("mean cond(G) %s without the term, %s with it"),
                                            one, two);
  st_claim_number (claim, "mean_condition_without", without);
  st_claim_number (claim, "mean_condition_with", with);
  st_claim_decide (claim, with < without ? ST_FINDING_HOLDS : ST_FINDING_FAILS, NULL,
                   on_images (pair, words));
}

void
st_claim_check_cost (const StReport *report, StKind kind, StClaim *claim)
{
  const StReportIsometry *pair = &report->isometry;
  if (pair->classes == NULL)
    return;
  const double without = pair->results[WITHOUT]->mse, with = pair->results[WITH]->mse;
  const double more = with / without - 1;
  g_autofree char *one = st_number_fixed (ST_NUMBERS_C, without, 4);
  g_autofree char *two = st_number_fixed (ST_NUMBERS_C, with, 4);
  g_autofree char *words = g_strdup_printf (_("mean squared error of a pixel %s without the term, "
                                              "%s with it"), one, two);
  st_claim_number (claim, "mse_without", without);
  st_claim_number (claim, "mse_with", with);
  g_autofree char *cost = st_number_percent (ST_NUMBERS_C, more);
  st_claim_decide (claim, more <= LITTLE ? ST_FINDING_HOLDS : ST_FINDING_FAILS,
                   more <= LITTLE ? NULL : g_strdup_printf (_("not reproduced: %s more"), cost),
                   on_images (pair, words));
}

static char *
excess_words (const StReportIsometry *pair, guint i)
{
  g_autofree char *excess = st_number_fixed (ST_NUMBERS_C, 100 * pair->excess[i], 1);
  /* Translators: per cent, and of how many of the geodesics that were looked for. */
  return g_strdup_printf (_("%s %% (%u of %u found)"), excess, pair->converged[i], pair->paths);
}

void
st_claim_check_straight (const StReport *report, StKind kind, StClaim *claim)
{
  const StReportIsometry *pair = &report->isometry;
  if (pair->classes == NULL || !isfinite (pair->excess[WITHOUT]) || !isfinite (pair->excess[WITH]))
    return;
  g_autofree char *one = excess_words (pair, WITHOUT), *two = excess_words (pair, WITH);
  g_autofree char *words = g_strdup_printf (
    _("straight paths are longer than geodesics by a mean of %s without the term, of %s with it"),
    one, two);
  st_claim_number (claim, "excess_without", pair->excess[WITHOUT]);
  st_claim_number (claim, "excess_with", pair->excess[WITH]);
  const gboolean close = pair->excess[WITH] <= LITTLE;
  const gboolean closer = pair->excess[WITH] < pair->excess[WITHOUT];
  if (close && closer)
    st_claim_decide (claim, ST_FINDING_HOLDS, NULL, on_images (pair, words));
  else if (close || closer)
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup (close ? _("they are, but without the term no less")
                                     : _("only closer than without the term")),
                     on_images (pair, words));
  else
    st_claim_decide (claim, ST_FINDING_FAILS, NULL, on_images (pair, words));
}
