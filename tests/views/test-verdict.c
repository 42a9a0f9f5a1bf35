/* Verdicts against a table: what was measured, and the sentence it must give. */
#include "synthetic.h"

#include <st-verdict.h>

/* strata: 0 where a level was not measured; levels are 0, 0.05, 0.20. */
typedef struct Case
{
  const char *name, *wanted;
  guint strata[3], now;      /* now: position of the present level */
  guint s3;                  /* the largest rank at every level */
  guint done;                /* of 200 images at the present level; 0: all */
  gboolean stale;            /* the clean level is of older weights */
} Case;

static const Case cases[] = {
  { "stratified", "Stratified: 26 strata when clean, 3 at 0.20", { 26, 13, 3 }, 2, 48, 0, FALSE },
  { "at zero", "Stratified: 26 strata when clean", { 26, 13, 3 }, 0, 48, 0, FALSE },
  { "partial", "Stratified: 26 strata when clean, 3 at 0.20 so far", { 26, 13, 3 }, 2, 48, 64,
    FALSE },
  { "constant", "One stratum (7,7,48) at every level", { 1, 1, 1 }, 2, 48, 0, FALSE },
  { "constant so far", "One stratum (7,7,48) at every level so far", { 1, 0, 1 }, 2, 48, 0, FALSE },
  /* One level alone says nothing of the others. */
  { "one alone", "1 stratum at 0.05", { 0, 1, 0 }, 1, 48, 0, FALSE },
  { "one alone so far", "1 stratum at 0.20 so far", { 0, 0, 1 }, 2, 48, 7, FALSE },
  { "clean alone", "1 stratum when clean", { 1, 0, 0 }, 0, 48, 0, FALSE },
  { "one when clean", "1 stratum when clean, 5 at 0.05", { 1, 5, 1 }, 1, 48, 0, FALSE },
  { "one at last", "Stratified: 26 strata when clean, 1 at 0.20", { 26, 13, 1 }, 2, 48, 0, FALSE },
  { "clean unknown", "13 strata at 0.05", { 0, 13, 0 }, 1, 48, 0, FALSE },
  { "clean stale", "13 strata at 0.05", { 26, 13, 3 }, 1, 48, 0, TRUE },
  { "same number", "One stratum when clean, another at 0.20", { 1, 1, 1 }, 2, 40, 0, FALSE },
};

static StFrame *
frame_of (const Case *c)
{
  static const double levels[] = { 0, 0.05, 0.2 };
  StLiveQuery query = { .level = levels[c->now], .levels = 3 };
  for (guint j = 0; j < 3; j++)
    query.grid[j] = levels[j];
  StFrame *frame = st_frame_new (1, &query);
  frame->query.columns = 1;
  frame->sweep_complete = c->strata[0] && c->strata[1] && c->strata[2];
  for (guint j = 0; j < 3; j++)
    {
      /* Other than 48 stands for a rank that grows with the level. */
      const guint s3 = c->s3 == 48 ? 48 : c->s3 + j;
      if (c->strata[j] > 0)
        frame->sweep[0][j] = synthetic_result (200, 7, 7, s3, c->strata[j], 20, levels[j]);
      if (j == 0 && c->stale)
        frame->sweep[0][j]->weights = 1;
      if (j == c->now)
        frame->now[0] = synthetic_result (200, 7, 7, s3, c->strata[j], 20, levels[j]);
    }
  if (c->done > 0)
    frame->now[0]->done = c->done;
  return frame;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  StFrame *frame = frame_of (c);
  char *words = st_verdict (frame, 0, 1e-8, NULL, ST_NUMBERS_C);
  g_assert_cmpstr (words, ==, c->wanted);
  g_free (words);
  st_frame_unref (frame);
}

static void
test_nothing (void)
{
  StLiveQuery query = { .level = 0 };
  StFrame *frame = st_frame_new (1, &query);
  frame->query.columns = 1;
  char *words = st_verdict (frame, 0, 1e-8, NULL, ST_NUMBERS_C);
  g_assert_cmpstr (words, ==, "Measuring");
  g_free (words);
  words = st_verdict (NULL, 0, 1e-8, NULL, ST_NUMBERS_C);
  g_assert_cmpstr (words, ==, "Measuring");
  g_free (words);
  st_frame_unref (frame);
}

/* The same spectra, judged at another tolerance. */
static void
test_tolerance_matters (void)
{
  StFrame *frame = frame_of (&cases[0]);
  char *words = st_verdict (frame, 0, 0.5, NULL, ST_NUMBERS_C);
  g_assert_true (g_str_has_prefix (words, "One stratum ("));
  g_free (words);
  st_frame_unref (frame);

  g_assert_null (st_verdict_tolerance (1e-8));
  g_assert_null (st_verdict_tolerance (1e-10));
  words = st_verdict_tolerance (1e-11);
  g_assert_nonnull (words);
  g_free (words);
}

static void
test_progress (void)
{
  const Synthetic whole = { .images = 20, .columns = 2, .levels = 5, .level = 0.1 };
  const Synthetic levels = { .images = 20, .columns = 2, .levels = 5, .level = 0.1, .computed = 3 };
  const Synthetic images = { .images = 20, .columns = 2, .levels = 5, .level = 0.1, .done = 7 };
  const struct { Synthetic frame; const char *wanted; } expected[] = {
    { whole, "Ready, 20 of 20 images" },
    { levels, "Computing levels, 3 of 5" },
    { images, "Measuring, 7 of 20 images" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      StFrame *frame = synthetic_frame (&expected[i].frame);
      char *words = st_verdict_progress (frame, ST_NUMBERS_C);
      g_assert_cmpstr (words, ==, expected[i].wanted);
      g_free (words);
      st_frame_unref (frame);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *path = g_strdup_printf ("/views/verdict/%s", cases[i].name);
      g_test_add_data_func (path, &cases[i], test_case);
      g_free (path);
    }
  g_test_add_func ("/views/verdict/nothing", test_nothing);
  g_test_add_func ("/views/verdict/tolerance", test_tolerance_matters);
  g_test_add_func ("/views/verdict/progress", test_progress);
  return g_test_run ();
}
