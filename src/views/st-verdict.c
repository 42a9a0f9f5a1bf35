#include <st-verdict.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

/* What the columns' levels say together. */
typedef struct Evidence
{
  const StSummary *clean, *now;
  gboolean whole;              /* the sweep is complete and none of it stale */
  gboolean constant;           /* one and the same triple wherever it was measured */
  StTriple triple;
  guint most;                  /* strata at any level */
  gboolean several;            /* it was measured at other levels than the present one, too */
} Evidence;

static gboolean
triples_equal (StTriple a, StTriple b)
{
  return a.r[0] == b.r[0] && a.r[1] == b.r[1] && a.r[2] == b.r[2];
}

static void
add_level (Evidence *evidence, const StSummary *summary)
{
  if (summary == NULL)
    return;
  if (evidence->most == 0)
    {
      evidence->triple = summary->first;
      evidence->constant = TRUE;
    }
  evidence->most = MAX (evidence->most, summary->strata);
  if (summary->strata > 1 || !triples_equal (summary->first, evidence->triple))
    evidence->constant = FALSE;
}

static Evidence
collect (const StFrame *frame, guint column, double tolerance, StSummaries *summaries)
{
  Evidence evidence = { .whole = frame->query.levels > 0 };
  evidence.now = st_summaries_get (summaries, frame->now[column], tolerance);
  add_level (&evidence, evidence.now);
  for (guint j = 0; j < frame->query.levels; j++)
    {
      const StResult *result = frame->sweep[column][j];
      if (result == NULL || result->weights != frame->query.weights[column])
        {
          evidence.whole = FALSE;
          continue;
        }
      const StSummary *summary = st_summaries_get (summaries, result, tolerance);
      add_level (&evidence, summary);
      evidence.several = evidence.several || frame->query.grid[j] != frame->query.level;
      if (frame->query.grid[j] == 0)
        evidence.clean = summary;
    }
  if (evidence.now != NULL && frame->query.level == 0)
    evidence.clean = evidence.now;
  return evidence;
}

static char *
strata_words (guint strata, StNumbers numbers)
{
  char *number = st_number_count (numbers, strata);
  char *words = g_strdup_printf (ngettext ("%s stratum", "%s strata", strata), number);
  g_free (number);
  return words;
}

static char *
one_stratum (const Evidence *evidence)
{
  const guint16 *r = evidence->triple.r;
  if (evidence->whole)
    return g_strdup_printf (_("One stratum (%u,%u,%u) at every level"), r[0], r[1], r[2]);
  return g_strdup_printf (_("One stratum (%u,%u,%u) at every level so far"), r[0], r[1], r[2]);
}

/* With clean images and those of another level at hand. */
static char *
compared (const Evidence *evidence, const char *level, StNumbers numbers)
{
  char *clean = strata_words (evidence->clean->strata, numbers);
  char *now = st_number_count (numbers, evidence->now->strata);
  char *words;
  if (evidence->clean->strata == 1 && evidence->now->strata == 1
      && !triples_equal (evidence->clean->first, evidence->now->first))
    words = g_strdup_printf (_("One stratum when clean, another at %s"), level);
  else if (evidence->clean->strata > 1)
    words = g_strdup_printf (_("Stratified: %s when clean, %s at %s"), clean, now, level);
  else
    words = g_strdup_printf (_("%s when clean, %s at %s"), clean, now, level);
  g_free (clean);
  g_free (now);
  return words;
}

/* With one level at hand, the present one. */
static char *
alone (const Evidence *evidence, const char *level, StNumbers numbers)
{
  char *now = strata_words (evidence->now->strata, numbers);
  char *words;
  if (evidence->clean != evidence->now)
    words = g_strdup_printf (_("%s at %s"), now, level);
  else if (evidence->now->strata > 1)
    words = g_strdup_printf (_("Stratified: %s when clean"), now);
  else
    words = g_strdup_printf (_("%s when clean"), now);
  g_free (now);
  return words;
}

static char *
words_of (const Evidence *evidence, double level, StNumbers numbers)
{
  if (evidence->now == NULL)
    return g_strdup (_("Measuring"));
  if (evidence->now->sides[2] == 0)
    return g_strdup (_("Latent vectors: no ranks to count"));
  if (evidence->constant && (evidence->several || evidence->whole))
    return one_stratum (evidence);
  /* Hedged while images are missing: more of them can only show more strata. */
  char *number = st_number_level (numbers, level);
  const gboolean partial = evidence->now->done < evidence->now->count;
  char *in_words = partial ? g_strdup_printf (_("%s so far"), number) : g_strdup (number);
  char *words = evidence->clean != NULL && evidence->clean != evidence->now
                  ? compared (evidence, in_words, numbers)
                  : alone (evidence, in_words, numbers);
  g_free (number);
  g_free (in_words);
  return words;
}

/* Where not all images are counted the words are of those that are; takes them. */
static char *
of_the_first (const StSummary *now, char *words, StNumbers numbers)
{
  if (now == NULL || now->count >= now->result->count)
    return words;
  char *count = st_number_count (numbers, now->count);
  char *hedged = g_strdup_printf (_("%s (first %s)"), words, count);
  g_free (count);
  g_free (words);
  return hedged;
}

char *
st_verdict (const StFrame *frame, guint column, double tolerance, StSummaries *summaries,
            StNumbers numbers)
{
  if (frame == NULL || column >= frame->query.columns)
    return g_strdup (_("Measuring"));
  StSummaries *own = summaries == NULL ? st_summaries_new () : NULL;
  const Evidence evidence = collect (frame, column, tolerance, own != NULL ? own : summaries);
  char *words = of_the_first (evidence.now, words_of (&evidence, frame->query.level, numbers),
                              numbers);
  st_summaries_free (own);
  return words;
}

char *
st_verdict_tolerance (double tolerance)
{
  /* An eigenvalue is a square: rounding of float32 activations, 6e-8 of them, shows below. */
  if (!(tolerance < 1e-10))
    return NULL;
  return g_strdup (_("Below 1e−10 ranks count rounding, not geometry"));
}

char *
st_verdict_patches (StKind kind, StLatent latent)
{
  if (!st_kind_unfolds (kind))
    return g_strdup (_("a latent vector has no cells"));
  if (!st_kind_has_oracle (kind))
    return g_strdup (_("behind a dense layer each cell sees the whole image"));
  if (latent == ST_LATENT_SAMPLE && st_kind_samples (kind))
    return g_strdup (_("a sample adds its own noise to each cell"));
  return NULL;
}

char *
st_verdict_progress (const StFrame *frame, StNumbers numbers)
{
  if (frame == NULL || frame->query.columns == 0)
    return g_strdup (_("Ready"));
  guint done = G_MAXUINT, count = 0;
  for (guint c = 0; c < frame->query.columns; c++)
    {
      const StResult *now = frame->now[c];
      if (!st_ok (frame->status[c]))
        continue;
      done = MIN (done, now == NULL ? 0 : now->done);
      count = MAX (count, now == NULL ? 0 : now->count);
    }
  if (count == 0)
    return g_strdup (frame->complete ? _("Ready") : _("Measuring"));
  char *some = st_number_count (numbers, done), *all = st_number_count (numbers, count);
  char *words;
  if (!frame->complete)
    words = g_strdup_printf (_("Measuring, %s of %s images"), some, all);
  else if (frame->query.levels > 0 && !frame->sweep_complete)
    words = g_strdup_printf (_("Computing levels, %u of %u"), frame->sweep_done,
                             frame->query.levels);
  else
    words = g_strdup_printf (_("Ready, %s of %s images"), some, all);
  g_free (some);
  g_free (all);
  return words;
}
