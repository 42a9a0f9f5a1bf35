/* exp, log, sin and cos in single precision, to about 1e-7, by their power series on
 * a small interval: without branches and calls, so that loops over them vectorise. */
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float
st_float_of (uint32_t bits)
{
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static inline uint32_t
st_bits_of (float value)
{
  uint32_t bits;
  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* e^x = 2^n e^r, |r| <= ln 2 / 2.  Infinite above 88.4, not below 1e-38, NaN for NaN. */
static inline float
st_exp (float x)
{
  const float shift = 0x1.8p23f;  /* adding it rounds to a whole number, in the low bits */

  x = x > 89.0f ? 89.0f : x;
  x = x < -87.0f ? -87.0f : x;
  float shifted = x * 1.44269504f + shift;
  float n = shifted - shift;
  /* ln 2 in two parts, the first of few bits, so that n times it is exact. */
  float r = (x - n * 0x1.62ep-1f) - n * 0x1.0bfbe8p-15f;
  float series = 1.0f / 5040.0f;
  series = series * r + 1.0f / 720.0f;
  series = series * r + 1.0f / 120.0f;
  series = series * r + 1.0f / 24.0f;
  series = series * r + 1.0f / 6.0f;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  series = series * r + 1.0f;
  return series * st_float_of ((st_bits_of (shifted) + 127u) << 23);
}

static inline float
st_sigmoid (float x)
{
  float e = st_exp (-fabsf (x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/* ln x = n ln 2 + 2 atanh s, s = (m - 1) / (m + 1), sqrt 1/2 <= m < sqrt 2, for normal x > 0. */
static inline float
st_log (float x)
{
  const uint32_t root_half = 0x3f3504f3u;

  uint32_t lifted = st_bits_of (x) - root_half;
  float m = st_float_of ((lifted & 0x007fffffu) + root_half);
  float n = (float) ((int32_t) lifted >> 23);
  float s = (m - 1.0f) / (m + 1.0f), q = s * s;
  float series = 2.0f / 9.0f;
  series = series * q + 2.0f / 7.0f;
  series = series * q + 2.0f / 5.0f;
  series = series * q + 2.0f / 3.0f;
  return n * 0.693147181f + (s * q * series + 2.0f * s);
}

/* sin and cos of 2 pi (word + 1/2) 2^-32: the nearest quarter turn is taken off as a whole
 * number, |r| <= pi/4 is left. */
static inline void
st_turn (uint32_t word, float *sine, float *cosine)
{
  uint32_t quarter = (word + 0x20000000u) >> 30;
  int32_t rest = (int32_t) (word - (quarter << 30));
  float r = ((float) rest + 0.5f) * 1.46291808e-9f, q = r * r;
  float s = 1.0f / 362880.0f, c = -1.0f / 3628800.0f;

  s = s * q - 1.0f / 5040.0f;
  s = s * q + 1.0f / 120.0f;
  s = s * q - 1.0f / 6.0f;
  s = s * q * r + r;
  c = c * q + 1.0f / 40320.0f;
  c = c * q - 1.0f / 720.0f;
  c = c * q + 1.0f / 24.0f;
  c = c * q - 0.5f;
  c = c * q + 1.0f;
  float a = quarter & 1u ? c : s, b = quarter & 1u ? s : c;
  *sine = quarter & 2u ? -a : a;
  *cosine = (quarter + 1u) & 2u ? -b : b;
}

/* Box and Muller's two normals from two words. */
static inline void
st_normal_pair (uint32_t first, uint32_t second, float *one, float *other)
{
  float sine, cosine;
  float radius = sqrtf (-2.0f * st_log (((float) first + 0.5f) * 0x1p-32f));

  st_turn (second, &sine, &cosine);
  *one = radius * cosine;
  *other = radius * sine;
}
