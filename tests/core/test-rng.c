#include <st-rng.h>

#include <glib.h>
#include <math.h>

static void
check_block (StRandomKey key, uint32_t block, const uint32_t expected[4])
{
  uint32_t words[4];
  st_random_block (key, block, words);
  for (int i = 0; i < 4; i++)
    g_assert_cmphex (words[i], ==, expected[i]);
}

/* The known answers that come with the authors' Random123, and the design's own. */
static void
test_known_answers (void)
{
  check_block ((StRandomKey) { 0 }, 0,
               (uint32_t[]) { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 });
  check_block ((StRandomKey) { UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX }, UINT32_MAX,
               (uint32_t[]) { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd });
  check_block ((StRandomKey) { 0x299f31d0a4093822, 0x85a308d3, 0x13198a2e, 0x03707344 },
               0x243f6a88,
               (uint32_t[]) { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 });
  check_block ((StRandomKey) { 7, 3, ST_STREAM_GAUSSIAN, ST_EPOCH_SHOWN }, 0,
               (uint32_t[]) { 0x5cf74a47, 0x4246a0b9, 0x5c73f19f, 0x1d0bd799 });
}

/* Numbers from tests/reference/geometry_perturbations.py. */
static void
test_values (void)
{
  static const double UNIFORMS[] = { 0.3631483482895419, 0.25889019516762346, 0.36114416259806603,
                                     0.11346194741781801, 0.9584302293369547, 0.7454312891932204 };
  static const double NORMALS[] = { -0.07946446749654555, 1.421116852641008, 1.0796442958028292,
                                    0.9334475403133201, -0.008363946870510253,
                                    -0.29128519651016666 };
  StRandomKey key = { 7, 3, ST_STREAM_GAUSSIAN, ST_EPOCH_SHOWN };
  double values[1001];
  st_random_uniform (key, 6, values);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat (values[i], ==, UNIFORMS[i]);
  st_random_normal (key, 6, values);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (values[i], NORMALS[i], 1e-14);

  /* An odd count, a seed of more than 32 bits. */
  key = (StRandomKey) { ((uint64_t) 5 << 32) + 9, 60000, 3, ST_EPOCH_SHOWN };
  st_random_normal (key, 1001, values);
  g_assert_cmpfloat_with_epsilon (values[1000], 0.23812635784516017, 1e-14);
}

static void
test_prefix (void)
{
  StRandomKey key = { 1, 2, 3, 4 };
  double many[64], few[64];
  for (size_t n = 0; n < 12; n++)
    {
      for (size_t i = 0; i < 64; i++)
        few[i] = -99.0;
      st_random_normal (key, 64, many);
      st_random_normal (key, n, few);
      for (size_t i = 0; i < 64; i++)
        g_assert_cmpfloat (few[i], ==, i < n ? many[i] : -99.0);
    }
}

/* Mean, variance and fourth moment of 2^18 normals, within five standard errors. */
static void
test_moments (void)
{
  enum { N = 1 << 18 };
  double *values = g_new (double, N), sum[5] = { 0 };
  st_random_normal ((StRandomKey) { .seed = 11 }, N, values);
  for (int i = 0; i < N; i++)
    for (int power = 1; power <= 4; power++)
      sum[power] += pow (values[i], power) / N;
  g_assert_cmpfloat_with_epsilon (sum[1], 0.0, 5 * sqrt (1.0 / N));
  g_assert_cmpfloat_with_epsilon (sum[2], 1.0, 5 * sqrt (2.0 / N));
  g_assert_cmpfloat_with_epsilon (sum[3], 0.0, 5 * sqrt (15.0 / N));
  g_assert_cmpfloat_with_epsilon (sum[4], 3.0, 5 * sqrt (96.0 / N));

  st_random_uniform ((StRandomKey) { .seed = 11 }, N, values);
  for (int i = 0; i < N; i++)
    g_assert_true (values[i] > 0.0 && values[i] < 1.0);
  g_free (values);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rng/known-answers", test_known_answers);
  g_test_add_func ("/rng/values", test_values);
  g_test_add_func ("/rng/prefix", test_prefix);
  g_test_add_func ("/rng/moments", test_moments);
  return g_test_run ();
}
