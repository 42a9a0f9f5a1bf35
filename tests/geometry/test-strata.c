#include <st-strata.h>

#include <glib.h>

static void
test_order (void)
{
  const StTriple triples[] = { { { 7, 7, 48 } }, { { 7, 6, 40 } }, { { 7, 7, 47 } },
                               { { 7, 7, 48 } }, { { 6, 7, 48 } }, { { 7, 6, 40 } },
                               { { 7, 7, 48 } }, { { 300, 1, 2 } } };
  const StStratum expected[] = { { { { 7, 7, 48 } }, 3 },
                                 { { { 7, 6, 40 } }, 2 },
                                 { { { 6, 7, 48 } }, 1 },
                                 { { { 7, 7, 47 } }, 1 },
                                 { { { 300, 1, 2 } }, 1 } };
  StStratum strata[G_N_ELEMENTS (triples)];
  g_assert_cmpuint (st_strata_count (triples, G_N_ELEMENTS (triples), strata), ==, 5);
  for (int i = 0; i < 5; i++)
    {
      g_assert_cmpuint (strata[i].count, ==, expected[i].count);
      for (int j = 0; j < 3; j++)
        g_assert_cmpuint (strata[i].ranks.r[j], ==, expected[i].ranks.r[j]);
    }
}

static void
test_few (void)
{
  const StTriple triple = { { 1, 2, 3 } };
  StStratum stratum;
  g_assert_cmpuint (st_strata_count (NULL, 0, NULL), ==, 0);
  g_assert_cmpuint (st_strata_count (&triple, 1, &stratum), ==, 1);
  g_assert_cmpuint (stratum.count, ==, 1);
  g_assert_cmpuint (stratum.ranks.r[2], ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/strata/order", test_order);
  g_test_add_func ("/strata/few", test_few);
  return g_test_run ();
}
