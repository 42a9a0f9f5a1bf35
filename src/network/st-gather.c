/* Sums over inputs and taps of 16 lanes in double, for a few outputs at a time, so that their
 * sums stay in registers. */
#include <st-variant.h>

/* Twice as many as elsewhere where there are twice as many registers. */
enum { TOGETHER = ST_LANES == 16 ? 8 : ST_LANES / 4 };

typedef double StWide
  __attribute__ ((vector_size (8 * ST_GATHER_LANES), aligned (64), may_alias));

static inline __attribute__ ((always_inline)) StWide *
wide (double *lanes)
{
  return (void *) lanes;   /* on a cache line each */
}

static inline __attribute__ ((always_inline)) StWide
load (const double *lanes)
{
  return *(const StWide *) (const void *) lanes;
}

static inline __attribute__ ((always_inline)) void
gather_outputs (const StGather *g, size_t output, const size_t outputs)
{
  const float *weight = g->weight + output * g->weight_out;
  StWide sum[TOGETHER], bias = load (g->values);

  for (size_t o = 0; o < outputs; o++)
    sum[o] = bias * (double) g->bias[output + o];
  for (size_t i = 0; i < g->inputs; i++, weight += g->weight_in)
    for (size_t t = 0; t < g->taps; t++)
      {
        StWide x = load (g->in + (i * g->in_step + g->tap[t].cell) * ST_GATHER_LANES);
        for (size_t o = 0; o < outputs; o++)
          sum[o] += x * (double) weight[o * g->weight_out + g->tap[t].weight];
      }
  for (size_t o = 0; o < outputs; o++)
    *wide (g->out + (output + o) * g->out_step * ST_GATHER_LANES) = sum[o];
}

void
ST_LEVEL (gather) (const StGather *gather)
{
  size_t output = 0;

  for (; output + TOGETHER <= gather->outputs; output += TOGETHER)
    gather_outputs (gather, output, TOGETHER);
  for (; output < gather->outputs; output++)
    gather_outputs (gather, output, 1);
}
