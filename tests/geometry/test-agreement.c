/* Correlations and the best scale: against SciPy's (agreement-facts.h), and where they are known. */
#include <st-agreement.h>

#include <agreement-facts.h>
#include <glib.h>
#include <math.h>

static StAgreement
agree (guint n, const double *x, const double *y)
{
  StAgreement agreement;
  g_assert_true (st_ok (st_agreement (n, x, y, &agreement)));
  return agreement;
}

static void
test_facts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (AGREEMENT_FACTS); i++)
    {
      const StAgreement own = agree (G_N_ELEMENTS (AGREEMENT_FACTS[i].x), AGREEMENT_FACTS[i].x,
                                     AGREEMENT_FACTS[i].y);
      g_assert_cmpfloat_with_epsilon (own.pearson, AGREEMENT_FACTS[i].pearson, 1e-12);
      g_assert_cmpfloat_with_epsilon (own.spearman, AGREEMENT_FACTS[i].spearman, 1e-12);
      g_assert_cmpfloat_with_epsilon (own.scale, AGREEMENT_FACTS[i].scale, 1e-12);
      g_assert_cmpfloat_with_epsilon (own.residual, AGREEMENT_FACTS[i].residual, 1e-7);
    }
}

/* A factor leaves nothing; a rising curve keeps ranks, and a falling one turns them round. */
static void
test_known (void)
{
  enum { N = 9 };
  double x[N], factor[N], curve[N], falling[N];
  for (guint i = 0; i < N; i++)
    {
      x[i] = 1 + i * 0.37;
      factor[i] = 2.5 * x[i];
      curve[i] = exp (3 * x[i]);
      falling[i] = 10 - x[i];
    }
  StAgreement own = agree (N, x, factor);
  g_assert_cmpfloat_with_epsilon (own.pearson, 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (own.spearman, 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (own.scale, 2.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (own.residual, 0, 1e-12);
  own = agree (N, x, curve);
  g_assert_cmpfloat_with_epsilon (own.spearman, 1, 1e-12);
  g_assert_cmpfloat (own.pearson, <, 0.9);
  g_assert_cmpfloat (own.residual, >, 0.1);
  own = agree (N, x, falling);
  g_assert_cmpfloat_with_epsilon (own.pearson, -1, 1e-12);
  g_assert_cmpfloat_with_epsilon (own.spearman, -1, 1e-12);
}

/* What is not defined is said so. */
static void
test_undefined (void)
{
  const double x[] = { 1, 2, 3 }, same[] = { 0.1, 0.1, 0.1 }, none[] = { 0, 0, 0 };
  StAgreement own = agree (2, x, x);
  g_assert_true (isnan (own.pearson) && isnan (own.spearman));
  g_assert_cmpfloat (own.scale, ==, 1);
  own = agree (3, x, same);
  g_assert_true (isnan (own.pearson) && isnan (own.spearman));
  g_assert_false (isnan (own.scale));
  own = agree (3, none, x);
  g_assert_true (isnan (own.scale) && isnan (own.residual));
  own = agree (3, x, none);
  g_assert_cmpfloat (own.scale, ==, 0);
  g_assert_true (isnan (own.residual));
  own = agree (0, x, x);
  g_assert_true (isnan (own.pearson) && isnan (own.scale));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agreement/facts", test_facts);
  g_test_add_func ("/agreement/known", test_known);
  g_test_add_func ("/agreement/undefined", test_undefined);
  return g_test_run ();
}
