/* What arXiv 2412.04755 claims of the strata of CAE, DAE and VAE. */
#include <st-claim-checks.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <math.h>

/* The share of the images from which on it is said of them without a condition. */
#define MOST 0.5

/* Ranks over images. */
static char *
range_words (const StSummary *summary, guint s)
{
  if (summary->low[s] == summary->high[s])
    return g_strdup_printf ("%u", summary->low[s]);
  return g_strdup_printf (_("%u to %u"), summary->low[s], summary->high[s]);
}

void
st_claim_check_stratified (const StReport *report, StKind kind, StClaim *claim)
{
  const int column = st_claim_column (report, kind, ST_LATENT_MEAN);
  const StSummary *clean = st_claim_clean_summary (report, column);
  if (clean == NULL)
    return;
  g_autofree char *strata = st_claim_strata (clean->strata);
  g_autofree char *images = st_number_count (ST_NUMBERS_C, clean->done);
  st_claim_number (claim, "strata_clean", clean->strata);
  st_claim_number (claim, "s3_min", clean->low[2]);
  st_claim_number (claim, "s3_median", clean->median[2]);
  st_claim_number (claim, "s3_max", clean->high[2]);
  g_autofree char *s1 = range_words (clean, 0), *s2 = range_words (clean, 1);
  g_autofree char *s3 = range_words (clean, 2);
  char *measured = g_strdup_printf (_("%s among %s clean images; S1 %s, S2 %s, S3 %s"), strata,
                                    images, s1, s2, s3);
  st_claim_decide (claim, clean->strata > 1 ? ST_FINDING_HOLDS : ST_FINDING_FAILS, NULL, measured);
}

void
st_claim_check_moves (const StReport *report, StKind kind, StClaim *claim)
{
  const int column = st_claim_column (report, kind, ST_LATENT_MEAN);
  const StSummary *clean = st_claim_clean_summary (report, column);
  if (clean == NULL || !(report->frame->query.level > 0))
    return;
  const StResult *now = report->frame->now[column];
  const StSummary *shown = st_report_summary (report, (guint) column, now);
  if (shown == NULL)
    return;
  const double moved = 1 - st_claim_share_equal (report, st_claim_clean (report, column), now);
  g_autofree char *share = st_claim_percent (moved);
  g_autofree char *level = st_number_level (ST_NUMBERS_C, now->level);
  g_autofree char *before = st_claim_strata (clean->strata);
  g_autofree char *after = st_claim_strata (shown->strata);
  st_claim_number (claim, "share_moved", moved);
  st_claim_number (claim, "strata_clean", clean->strata);
  st_claim_number (claim, "strata_shown", shown->strata);
  st_claim_number (claim, "level", now->level);
  char *measured = g_strdup_printf (_("%s of the images have other ranks at %s than when clean; "
                                      "%s when clean, %s there"), share, level, before, after);
  st_claim_decide_by_share (claim, moved, MOST, measured);
}

/* Distinct triples over all images and all levels of a column. */
static guint
strata_of_all_levels (const StReport *report, guint column, StTriple *first)
{
  const StFrame *frame = report->frame;
  GArray *all = g_array_new (FALSE, FALSE, sizeof (StTriple));
  for (guint j = 0; j < frame->query.levels; j++)
    {
      const StResult *result = frame->sweep[column][j];
      g_autofree StTriple *triples = st_claim_triples (report, result);
      g_array_append_vals (all, triples, result->done);
    }
  g_autofree StStratum *strata = g_new (StStratum, MAX (all->len, 1));
  const guint n = st_strata_count ((const StTriple *) (gpointer) all->data, all->len, strata);
  if (n > 0)
    *first = strata[0].ranks;
  g_array_unref (all);
  return n;
}

static char *
constancy_words (const char *latent, guint strata, StTriple first)
{
  g_autofree char *count = st_claim_strata (strata);
  if (strata == 1)
    return g_strdup_printf (_("%s: %s at all levels, (%u,%u,%u)"), latent, count, first.r[0],
                            first.r[1], first.r[2]);
  return g_strdup_printf (_("%s: %s over all levels"), latent, count);
}

/* A claim about a model that samples, decided for its mean and for its sample: which of them
 * it is true of. */
static void
decide_by_latent (StClaim *claim, gboolean mean, gboolean sample, char *measured)
{
  if (mean == sample)
    st_claim_decide (claim, mean ? ST_FINDING_HOLDS : ST_FINDING_FAILS, NULL, measured);
  else
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup (sample ? _("only if the latent is sampled")
                                      : _("only if the latent is the mean")), measured);
}

/* The same claim of the map behind a dense layer, where the report has one, by its mean. */
static void
decide_with_dense (const StReport *report, StClaim *claim, gboolean mean, gboolean sample,
                   const char *measured)
{
  const int dense = st_claim_column (report, ST_KIND_VAE_DENSE, ST_LATENT_MEAN);
  StTriple first = { 0 };
  if (dense < 0)
    {
      decide_by_latent (claim, mean, sample, g_strdup (measured));
      return;
    }
  const guint strata = strata_of_all_levels (report, (guint) dense, &first);
  g_autofree char *words = constancy_words (_("mean behind a dense layer"), strata, first);
  char *all = g_strdup_printf ("%s; %s", measured, words);
  st_claim_number (claim, "strata_dense", strata);
  if (!mean && sample && strata == 1)
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup (_("only if the latent is sampled, or lies behind a dense layer")),
                     all);
  else
    decide_by_latent (claim, mean, sample, all);
}

void
st_claim_check_smooth (const StReport *report, StKind kind, StClaim *claim)
{
  const int mean = st_claim_column (report, kind, ST_LATENT_MEAN);
  const int sample = st_claim_column (report, kind, ST_LATENT_SAMPLE);
  StTriple first_mean = { 0 }, first_sample = { 0 };
  if (mean < 0 || sample < 0)
    return;
  const guint of_mean = strata_of_all_levels (report, (guint) mean, &first_mean);
  const guint of_sample = strata_of_all_levels (report, (guint) sample, &first_sample);
  g_autofree char *one = constancy_words (_("mean"), of_mean, first_mean);
  g_autofree char *two = constancy_words (_("sample"), of_sample, first_sample);
  g_autofree char *measured = g_strdup_printf ("%s; %s", one, two);
  st_claim_number (claim, "strata_mean", of_mean);
  st_claim_number (claim, "strata_sample", of_sample);
  decide_with_dense (report, claim, of_mean == 1, of_sample == 1, measured);
}

/* The share of clean images whose S1 and S2 both have full rank. */
static double
share_definite (const StReport *report, int column)
{
  const StResult *clean = st_claim_clean (report, column);
  g_autofree StTriple *triples = st_claim_triples (report, clean);
  guint definite = 0;
  for (guint i = 0; i < clean->done; i++)
    definite += triples[i].r[0] == clean->lengths[0] && triples[i].r[1] == clean->lengths[1];
  return clean->done > 0 ? (double) definite / clean->done : 0;
}

void
st_claim_check_definite (const StReport *report, StKind kind, StClaim *claim)
{
  const int mean = st_claim_column (report, kind, ST_LATENT_MEAN);
  const int sample = st_claim_column (report, kind, ST_LATENT_SAMPLE);
  if (mean < 0 || sample < 0)
    return;
  const double of_mean = share_definite (report, mean);
  const double of_sample = share_definite (report, sample);
  g_autofree char *one = st_claim_percent (of_mean), *two = st_claim_percent (of_sample);
  st_claim_number (claim, "share_mean", of_mean);
  st_claim_number (claim, "share_sample", of_sample);
  decide_by_latent (claim, of_mean >= 1, of_sample >= 1,
                    g_strdup_printf (_("both have full rank in %s of the clean images by the mean, "
                                       "in %s by the sample"), one, two));
}

/* ---- angles ---- */

/* The mean angle between clean and distorted images at the level shown, beside that between
 * clean and other clean images: below it, the subspace is said to stay. */
typedef struct Turn { double angle, first, floor; StInterval interval; } Turn;

static gboolean
turn_of (const StReport *report, int column, Turn *turn)
{
  if (column < 0 || !(report->frame->query.level > 0))
    return FALSE;
  const StResult *now = report->frame->now[column], *first = report->frame->sweep[column][1];
  turn->angle = st_report_angle (now);
  turn->first = st_report_angle (first);
  turn->floor = now->hilbert.floor;
  turn->interval = now->hilbert.intervals.mean;
  return isfinite (turn->angle) && isfinite (turn->first) && isfinite (turn->floor);
}

/* "68.3° (95 % interval 65.9° to 70.7°)" */
static char *
angle_words (double angle, StInterval interval)
{
  g_autofree char *mean = st_number_degrees (ST_NUMBERS_C, angle, 1);
  if (!isfinite (interval.low))
    return g_steal_pointer (&mean);
  g_autofree char *low = st_number_degrees (ST_NUMBERS_C, interval.low, 1);
  g_autofree char *high = st_number_degrees (ST_NUMBERS_C, interval.high, 1);
  return g_strdup_printf (_("%s (95 %% interval %s to %s)"), mean, low, high);
}

static char *
turn_words (const StReport *report, const Turn *turn)
{
  g_autofree char *angle = angle_words (turn->angle, turn->interval);
  g_autofree char *first = st_number_degrees (ST_NUMBERS_C, turn->first, 1);
  g_autofree char *floor_angle = st_number_degrees (ST_NUMBERS_C, turn->floor, 1);
  g_autofree char *level = st_number_level (ST_NUMBERS_C, report->frame->query.level);
  g_autofree char *least = st_number_level (ST_NUMBERS_C, report->frame->query.grid[1]);
  return g_strdup_printf (_("mean angle to the clean images %s at %s, %s at %s; to other clean "
                            "images %s"), first, least, angle, level, floor_angle);
}

void
st_claim_check_turns (const StReport *report, StKind kind, StClaim *claim)
{
  Turn turn;
  if (!turn_of (report, st_claim_column (report, kind, ST_LATENT_MEAN), &turn))
    return;
  st_claim_number (claim, "angle_mean_deg", turn.angle);
  st_claim_number (claim, "angle_first_deg", turn.first);
  st_claim_number (claim, "angle_floor_deg", turn.floor);
  char *measured = turn_words (report, &turn);
  if (turn.angle > turn.first && turn.angle > turn.floor)
    st_claim_decide (claim, ST_FINDING_HOLDS, NULL, measured);
  else if (turn.angle > turn.first)
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup (_("only less far than other clean images")), measured);
  else
    st_claim_decide (claim, ST_FINDING_FAILS, NULL, measured);
}

void
st_claim_check_stays (const StReport *report, StKind kind, StClaim *claim)
{
  Turn mean, sample;
  if (!turn_of (report, st_claim_column (report, kind, ST_LATENT_MEAN), &mean)
      || !turn_of (report, st_claim_column (report, kind, ST_LATENT_SAMPLE), &sample))
    return;
  st_claim_number (claim, "angle_mean_deg", mean.angle);
  st_claim_number (claim, "angle_floor_deg", mean.floor);
  st_claim_number (claim, "angle_mean_sample_deg", sample.angle);
  st_claim_number (claim, "angle_floor_sample_deg", sample.floor);
  g_autofree char *one = turn_words (report, &mean), *two = turn_words (report, &sample);
  char *measured = g_strdup_printf (_("by the mean: %s; by a sample: %s"), one, two);
  const gboolean mean_stays = mean.angle <= mean.floor, sample_stays = sample.angle <= sample.floor;
  /* Samples share their draw between levels: without that they would lie as far apart as those
   * of other images. */
  if (sample_stays && !mean_stays)
    st_claim_decide (claim, ST_FINDING_CONDITIONAL,
                     g_strdup (_("only if the latent is sampled, by the same draw at all levels")),
                     measured);
  else
    decide_by_latent (claim, mean_stays, sample_stays, measured);
}
