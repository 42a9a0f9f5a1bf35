#include <st-rng.h>

#include <math.h>

static const double TWO_PI = 6.28318530717958647692528676655900577;

void
st_random_block (StRandomKey key, uint32_t block, uint32_t out[4])
{
  uint32_t c0 = block, c1 = key.image, c2 = key.stream, c3 = key.epoch;
  uint32_t k0 = (uint32_t) key.seed, k1 = (uint32_t) (key.seed >> 32);

  for (int round = 0; round < 10; round++)
    {
      uint64_t p0 = (uint64_t) 0xD2511F53u * c0;
      uint64_t p1 = (uint64_t) 0xCD9E8D57u * c2;
      c0 = (uint32_t) (p1 >> 32) ^ c1 ^ k0;
      c1 = (uint32_t) p1;
      c2 = (uint32_t) (p0 >> 32) ^ c3 ^ k1;
      c3 = (uint32_t) p0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

static double
to_uniform (uint32_t word)
{
  return ((double) word + 0.5) * 0x1p-32;
}

void
st_random_uniform (StRandomKey key, size_t n, double *out)
{
  uint32_t words[4];
  for (size_t i = 0; i < n; i++)
    {
      if (i % 4 == 0)
        st_random_block (key, (uint32_t) (i / 4), words);
      out[i] = to_uniform (words[i % 4]);
    }
}

void
st_random_normal (StRandomKey key, size_t n, double *out)
{
  uint32_t words[4];
  for (size_t i = 0; i < n; i += 2)
    {
      if (i % 4 == 0)
        st_random_block (key, (uint32_t) (i / 4), words);
      double radius = sqrt (-2.0 * log (to_uniform (words[i % 4])));
      double angle = TWO_PI * to_uniform (words[i % 4 + 1]);
      out[i] = radius * cos (angle);
      if (i + 1 < n)
        out[i + 1] = radius * sin (angle);
    }
}
