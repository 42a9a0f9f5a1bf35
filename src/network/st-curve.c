/* Tangents through activations, and the way back, where the second derivative comes in. */
#include <st-variant.h>

static inline __attribute__ ((always_inline)) float
slope_of (const StCurve curve, float y)
{
  switch (curve)
    {
    case ST_CURVE_ELU: return y > 0.0f ? 1.0f : 1.0f + y;
    case ST_CURVE_TANH: return 1.0f - y * y;
    case ST_CURVE_SIGMOID: return y * (1.0f - y);
    case ST_CURVE_RELU: break;
    }
  return y > 0.0f ? 1.0f : 0.0f;
}

static inline __attribute__ ((always_inline)) float
bend_of (const StCurve curve, float y)
{
  switch (curve)
    {
    case ST_CURVE_ELU: return y > 0.0f ? 0.0f : 1.0f + y;
    case ST_CURVE_TANH: return -2.0f * y * (1.0f - y * y);
    case ST_CURVE_SIGMOID: return y * (1.0f - y) * (1.0f - 2.0f * y);
    case ST_CURVE_RELU: break;
    }
  return 0.0f;
}

static inline __attribute__ ((always_inline)) void
slope (const StCurve curve, size_t n, const float *y, const float *x, float *out)
{
  for (size_t i = 0; i < n; i++)
    out[i] = slope_of (curve, y[i]) * x[i];
}

static inline __attribute__ ((always_inline)) void
add_slope (const StCurve curve, size_t n, const float *y, const float *x, float *sum)
{
  for (size_t i = 0; i < n; i++)
    sum[i] += slope_of (curve, y[i]) * x[i];
}

static inline __attribute__ ((always_inline)) void
slope_and_bend (const StCurve curve, size_t n, const float *y, const float *p, const float *x,
                float *out, float *bent)
{
  for (size_t i = 0; i < n; i++)
    {
      out[i] = slope_of (curve, y[i]) * x[i];
      bent[i] = bend_of (curve, y[i]) * p[i] * x[i];
    }
}

static inline __attribute__ ((always_inline)) void
bend_back (const StCurve curve, size_t n, const float *y, const float *x, float *u, float *sum)
{
  for (size_t i = 0; i < n; i++)
    {
      sum[i] += bend_of (curve, y[i]) * u[i] * x[i];
      u[i] = slope_of (curve, y[i]) * x[i];
    }
}

/* A loop of its own for each curve. */
#define FOR_EACH_CURVE(call)                                                        \
  switch (curve)                                                                    \
    {                                                                               \
    case ST_CURVE_RELU: call (ST_CURVE_RELU); break;                                \
    case ST_CURVE_ELU: call (ST_CURVE_ELU); break;                                  \
    case ST_CURVE_TANH: call (ST_CURVE_TANH); break;                                \
    case ST_CURVE_SIGMOID: call (ST_CURVE_SIGMOID); break;                          \
    }

void
ST_LEVEL (slope) (StCurve curve, size_t n, const float *y, const float *x, float *out)
{
#define CALL(which) slope (which, n, y, x, out)
  FOR_EACH_CURVE (CALL)
#undef CALL
}

void
ST_LEVEL (add_slope) (StCurve curve, size_t n, const float *y, const float *x, float *sum)
{
#define CALL(which) add_slope (which, n, y, x, sum)
  FOR_EACH_CURVE (CALL)
#undef CALL
}

void
ST_LEVEL (slope_and_bend) (StCurve curve, size_t n, const float *y, const float *p,
                           const float *x, float *out, float *bent)
{
#define CALL(which) slope_and_bend (which, n, y, p, x, out, bent)
  FOR_EACH_CURVE (CALL)
#undef CALL
}

void
ST_LEVEL (bend_back) (StCurve curve, size_t n, const float *y, const float *x, float *u,
                      float *sum)
{
#define CALL(which) bend_back (which, n, y, x, u, sum)
  FOR_EACH_CURVE (CALL)
#undef CALL
}

/* In sixteen lanes of floats, which are few enough numbers each, added up in double. */
double
ST_LEVEL (dot) (size_t n, const float *a, const float *b)
{
  enum { LANES = 16, TURN = 64 * LANES };
  double total = 0.0;

  for (size_t from = 0; from < n; from += TURN)
    {
      size_t end = n - from < TURN ? n : from + TURN, i = from;
      float lanes[LANES] = { 0 };
      for (; i + LANES <= end; i += LANES)
        for (size_t j = 0; j < LANES; j++)
          lanes[j] += a[i + j] * b[i + j];
      for (; i < end; i++)
        lanes[i % LANES] += a[i] * b[i];
      for (size_t j = 0; j < LANES; j++)
        total += (double) lanes[j];
    }
  return total;
}
