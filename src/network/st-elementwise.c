/* Losses, sampling, Adam: loops without branches that the compiler vectorises. */
#include <st-variant.h>
#include <st-approximate.h>

#include <math.h>

/* Sums in sixteen lanes, added up in a fixed order: fast, and close to exact. */
enum { LANES = 16 };

static double
lane_total (const double lanes[LANES])
{
  double total = 0.0;
  for (size_t i = 0; i < LANES; i++)
    total += lanes[i];
  return total;
}

static void
add_lanes (size_t n, const float x[LANES], double lanes[LANES])
{
  for (size_t i = 0; i < n; i++)
    lanes[i] += (double) x[i];
}

void
ST_LEVEL (column_sums) (size_t rows, size_t columns, const float *x, float *sums)
{
  float wide[ST_PANEL_MAX] = { 0 };
  size_t together = 1, n = rows * columns, i = 0;

  /* Few columns: several rows are taken as one. */
  while (columns * together * 2 <= ST_PANEL_MAX)
    together *= 2;
  size_t width = columns * together;
  if (together > 1)
    {
      for (; i + width <= n; i += width)
        for (size_t j = 0; j < width; j++)
          wide[j] += x[i + j];
      for (size_t j = 0; j < width; j++)
        sums[j % columns] += wide[j];
    }
  for (; i < n; i += columns)
    for (size_t j = 0; j < columns; j++)
      sums[j] += x[i + j];
}

void
ST_LEVEL (sigmoid) (size_t n, const float *x, float *out)
{
  for (size_t i = 0; i < n; i++)
    out[i] = st_sigmoid (x[i]);
}

/* Near 0, where a difference from 1 would lose the digits of x, by the power series. */
static inline float
tanh_of (float x)
{
  float e = st_exp (-2.0f * fabsf (x)), large = (1.0f - e) / (1.0f + e), q = x * x;
  float small = x + x * q * (q * (2.0f / 15.0f) - 1.0f / 3.0f);
  return q < 0.0025f ? small : x < 0.0f ? -large : large;
}

static inline float
elu_of (float x)
{
  float small = x + x * x * (x * (1.0f / 6.0f) + 0.5f);
  float large = st_exp (x < 0.0f ? x : 0.0f) - 1.0f;
  return x > 0.0f ? x : x > -0.03f ? small : large;
}

void
ST_LEVEL (activate) (StActivation activation, size_t n, float *x)
{
  if (activation == ST_ACTIVATION_TANH)
    for (size_t i = 0; i < n; i++)
      x[i] = tanh_of (x[i]);
  else if (activation == ST_ACTIVATION_ELU)
    for (size_t i = 0; i < n; i++)
      x[i] = elu_of (x[i]);
  else
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] < 0.0f ? 0.0f : x[i];
}

void
ST_LEVEL (activate_back) (StActivation activation, size_t n, const float *y, float *delta)
{
  if (activation == ST_ACTIVATION_TANH)
    for (size_t i = 0; i < n; i++)
      delta[i] *= 1.0f - y[i] * y[i];
  else if (activation == ST_ACTIVATION_ELU)
    for (size_t i = 0; i < n; i++)
      delta[i] *= y[i] > 0.0f ? 1.0f : 1.0f + y[i];
  else
    for (size_t i = 0; i < n; i++)
      delta[i] = y[i] > 0.0f ? delta[i] : 0.0f;
}

/* -t ln s - (1 - t) ln (1 - s), s = sigmoid (x), is max (x, 0) - x t + ln (1 + e^-|x|). */
static inline float
cross_entropy_of (float x, float t, float *delta)
{
  float e = st_exp (-fabsf (x)), whole = 1.0f + e;
  float tail = st_log (whole) + (e - (whole - 1.0f)) / whole;
  *delta = (x < 0.0f ? e : 1.0f) / whole - t;
  return (x < 0.0f ? 0.0f : x) - x * t + tail;
}

static inline float
squared_error_of (float x, float t, float *delta)
{
  float y = st_sigmoid (x), error = y - t;
  *delta = 2.0f * error * y * (1.0f - y);
  return error * error;
}

double
ST_LEVEL (cross_entropy) (size_t n, const float *logit, const float *target, float *delta)
{
  double lanes[LANES] = { 0 };
  float loss[LANES];

  for (size_t i = 0, m; i < n; i += m)
    {
      m = n - i < LANES ? n - i : LANES;
      for (size_t j = 0; j < m; j++)
        loss[j] = cross_entropy_of (logit[i + j], target[i + j], &delta[i + j]);
      add_lanes (m, loss, lanes);
    }
  return lane_total (lanes);
}

double
ST_LEVEL (squared_error) (size_t n, const float *logit, const float *target, float *delta)
{
  double lanes[LANES] = { 0 };
  float loss[LANES];

  for (size_t i = 0, m; i < n; i += m)
    {
      m = n - i < LANES ? n - i : LANES;
      for (size_t j = 0; j < m; j++)
        loss[j] = squared_error_of (logit[i + j], target[i + j], &delta[i + j]);
      add_lanes (m, loss, lanes);
    }
  return lane_total (lanes);
}

void
ST_LEVEL (sample) (size_t cells, size_t channels, const float *heads, const float *epsilon,
                   float *z)
{
  for (; cells > 0; cells--, heads += 2 * channels, epsilon += channels, z += channels)
    for (size_t c = 0; c < channels; c++)
      z[c] = heads[c] + st_exp (0.5f * heads[channels + c]) * epsilon[c];
}

/* KL = -1/2 sum (1 + v - m^2 - e^v); its derivatives are m and (e^v - 1) / 2, and those of
 * z by m and v are 1 and e^(v/2) epsilon / 2. */
static inline float
divergence_of (float m, float v, float epsilon, float dz, float beta, float *dm, float *dv)
{
  float deviation = st_exp (0.5f * v), variance = deviation * deviation;
  *dm = dz + beta * m;
  *dv = 0.5f * (dz * deviation * epsilon + beta * (variance - 1.0f));
  return 0.5f * (m * m + variance - 1.0f - v);
}

double
ST_LEVEL (sample_gradient) (size_t cells, size_t channels, const float *heads,
                            const float *epsilon, const float *dz, float beta, float *delta)
{
  double lanes[LANES] = { 0 };
  float kl[LANES];

  for (; cells > 0; cells--)
    {
      for (size_t c = 0, m; c < channels; c += m)
        {
          m = channels - c < LANES ? channels - c : LANES;
          for (size_t j = c; j < c + m; j++)
            kl[j - c] = divergence_of (heads[j], heads[channels + j], epsilon[j], dz[j], beta,
                                       &delta[j], &delta[channels + j]);
          add_lanes (m, kl, lanes);
        }
      heads += 2 * channels;
      delta += 2 * channels;
      epsilon += channels;
      dz += channels;
    }
  return lane_total (lanes);
}

bool
ST_LEVEL (sum_rows) (size_t n, size_t rows, size_t step, const float *x, float scale, float *sum)
{
  const StVectorMask magnitude = (StVectorMask) { 0 } + 0x7fffffff;
  StVector large = { 0 };
  float total = 0.0f;
  size_t i = 0;

  for (; i + ST_LANES <= n; i += ST_LANES)
    {
      StVector all = st_vector_load (sum + i);
      for (size_t row = 0; row < rows; row++)
        all += st_vector_load (x + row * step + i);
      all *= scale;
      large += (StVector) ((StVectorMask) all & magnitude);
      st_vector_store (sum + i, all);
    }
  for (; i < n; i++)
    {
      for (size_t row = 0; row < rows; row++)
        sum[i] += x[row * step + i];
      sum[i] *= scale;
      total += fabsf (sum[i]);
    }
  for (size_t j = 0; j < ST_LANES; j++)
    total += large[j];
  return isfinite (total);
}

/* rate is the learning rate over 1 - 0.9^t, correction 1 / (1 - 0.999^t). */
void
ST_LEVEL (adam) (size_t n, float rate, float correction, const float *gradient,
                 float *restrict first, float *restrict second, float *restrict parameters)
{
  for (size_t i = 0; i < n; i++)
    {
      float g = gradient[i];
      first[i] = 0.9f * first[i] + 0.1f * g;
      second[i] = 0.999f * second[i] + 0.001f * g * g;
      parameters[i] -= rate * first[i] / (sqrtf (second[i] * correction) + 1e-8f);
    }
}

enum { BLOCKS = 64, NUMBERS = 4 * BLOCKS };

/* Many blocks of Philox side by side, words[number in a block][block]. */
static void
random_blocks (StRandomKey key, uint32_t from, uint32_t words[4][BLOCKS])
{
  uint32_t k0 = (uint32_t) key.seed, k1 = (uint32_t) (key.seed >> 32);

  for (uint32_t i = 0; i < BLOCKS; i++)
    {
      words[0][i] = from + i;
      words[1][i] = key.image;
      words[2][i] = key.stream;
      words[3][i] = key.epoch;
    }
  for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
    for (size_t i = 0; i < BLOCKS; i++)
      {
        uint64_t p0 = (uint64_t) 0xD2511F53u * words[0][i];
        uint64_t p1 = (uint64_t) 0xCD9E8D57u * words[2][i];
        words[0][i] = (uint32_t) (p1 >> 32) ^ words[1][i] ^ k0;
        words[1][i] = (uint32_t) p1;
        words[2][i] = (uint32_t) (p0 >> 32) ^ words[3][i] ^ k1;
        words[3][i] = (uint32_t) p0;
      }
}

static void
normal_blocks (StRandomKey key, uint32_t from, float out[NUMBERS])
{
  uint32_t words[4][BLOCKS];

  random_blocks (key, from, words);
  for (size_t i = 0; i < BLOCKS; i++)
    {
      st_normal_pair (words[0][i], words[1][i], &out[4 * i], &out[4 * i + 1]);
      st_normal_pair (words[2][i], words[3][i], &out[4 * i + 2], &out[4 * i + 3]);
    }
}

void
ST_LEVEL (normals) (StRandomKey key, size_t n, float *out)
{
  float last[NUMBERS];
  size_t i = 0;

  for (; i + NUMBERS <= n; i += NUMBERS)
    normal_blocks (key, (uint32_t) (i / 4), out + i);
  if (i == n)
    return;
  normal_blocks (key, (uint32_t) (i / 4), last);
  for (size_t j = 0; i + j < n; j++)
    out[i + j] = last[j];
}
