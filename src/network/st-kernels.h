/* The loops that take the time, compiled once for each level of the processor
 * (meson.build: x86-64-v4 with AVX-512, x86-64-v3 with AVX2 and FMA, and what the
 * compiler does by default) and chosen when the program runs.
 *
 * One machine always takes the same set, so results repeat bit for bit there;
 * two levels differ in rounding. */
#pragma once

#include <st-layers.h>
#include <st-rng.h>

/* C = A B, C += A B, or C = activation (A B + bias).
 *
 * Every number of C is summed over k in ascending order from zero, by one chain
 * of multiply-adds, wherever in C it stands and however the work is cut: equal
 * rows of A give bit-equal rows of C. */
typedef struct StProduct {
  size_t m, n, k;
  const float *a;       /* A[i][l] = a[i * a_row + l * a_step] */
  size_t a_row, a_step;
  const float *b;       /* B[l][j] = b[j / w * b_panel + l * b_step + j % w], w below */
  size_t b_panel, b_step;  /* b_step == w: B is packed, zeros fill up its last panel */
  float *c;             /* C[i][j] = c[i * c_row + j] */
  size_t c_row;
  const float *bias;    /* [n], or NULL */
  const float *mask;    /* laid out as C: C becomes 0 where it is not positive; or NULL */
  bool relu, add;
} StProduct;

enum { ST_VECTOR = 16, ST_PANEL_MAX = 64 };

/* Columns of B are cut into panels of equal width, at most 64: a panel stays in the
 * nearest cache, and equal ones leave no narrow rest (144 is 3 x 48, not 2 x 64 + 16). */
static inline size_t
st_panel_width (size_t n)
{
  size_t vectors = (n + ST_VECTOR - 1) / ST_VECTOR;
  size_t panels = (vectors * ST_VECTOR + ST_PANEL_MAX - 1) / ST_PANEL_MAX;
  return (vectors + panels - 1) / panels * ST_VECTOR;
}

static inline uint32_t
st_panels (size_t n)
{
  size_t width = st_panel_width (n);
  return (uint32_t) ((n + width - 1) / width);
}

/* Floats of B[k][n] packed panel by panel. */
static inline size_t
st_packed_size (size_t k, size_t n)
{
  return st_panels (n) * st_panel_width (n) * k;
}

/* A layer in double, ST_GATHER_LANES numbers at once: out[o] = values bias[o] + the sum over
 * inputs i and taps t of weight[o weight_out + i weight_in + tap.weight] in[i in_step + tap.cell],
 * where in, out and values are arrays of such lanes, on a cache line each. */
enum { ST_GATHER_LANES = 16 };
typedef struct StTap { size_t cell, weight; } StTap;
typedef struct StGather {
  size_t outputs, inputs, taps;
  const StTap *tap;
  const float *weight, *bias;
  size_t weight_out, weight_in;
  const double *values;   /* [ST_GATHER_LANES] how often each lane has the bias */
  const double *in;
  size_t in_step;
  double *out;
  size_t out_step;
} StGather;

/* What a layer's numbers a become: y = curve (a).  Slopes and bends are told from y. */
typedef enum StCurve { ST_CURVE_RELU, ST_CURVE_ELU, ST_CURVE_TANH, ST_CURVE_SIGMOID } StCurve;

typedef struct StKernels {
  const char *name;

  void (*product) (const StProduct *product);

  /* patches[images][rows][columns][ky][kx][channel], grid->patch apart, of
   * image[images][height][width][channel]; outside the image there are zeros. */
  void (*unfold) (const StGrid *grid, size_t images, const float *image, float *patches);
  /* Its adjoint: adds patches up where they were taken from, then bias[channels] if
   * there is one and a ReLU if asked for; mask as in StProduct. */
  void (*fold) (const StGrid *grid, size_t images, const float *patches, const float *bias,
                bool relu, const float *mask, float *image);

  /* out[columns][rows] from in[rows][columns], rows in_step and out_step apart. */
  void (*transpose) (size_t rows, size_t columns, const float *in, size_t in_step, float *out,
                     size_t out_step);

  /* With s the curve's slope and b its bend (second derivative) at each of n numbers:
   * out = s x;
   * sum += s x;
   * out = s x and bent = b p x;
   * sum += b u x, then u = s x. */
  void (*slope) (StCurve curve, size_t n, const float *y, const float *x, float *out);
  void (*add_slope) (StCurve curve, size_t n, const float *y, const float *x, float *sum);
  void (*slope_and_bend) (StCurve curve, size_t n, const float *y, const float *p, const float *x,
                          float *out, float *bent);
  void (*bend_back) (StCurve curve, size_t n, const float *y, const float *x, float *u,
                     float *sum);
  /* The sum of a b, of n numbers. */
  double (*dot) (size_t n, const float *a, const float *b);

  void (*gather) (const StGather *gather);

  /* sums[columns] += the column sums of x[rows][columns]. */
  void (*column_sums) (size_t rows, size_t columns, const float *x, float *sums);
  void (*sigmoid) (size_t n, const float *x, float *out);
  /* In place, x or what the activation makes of it; and delta times the derivative there, by
   * y, what it has made. */
  void (*activate) (StActivation activation, size_t n, float *x);
  void (*activate_back) (StActivation activation, size_t n, const float *y, float *delta);
  /* Sums over n pixels of a loss of sigmoid (logit) against a target, and its
   * derivative by the logits. */
  double (*cross_entropy) (size_t n, const float *logit, const float *target, float *delta);
  double (*squared_error) (size_t n, const float *logit, const float *target, float *delta);

  /* heads[cells][2 C]: means, then log-variances.  z = mean + exp (log_variance / 2) epsilon. */
  void (*sample) (size_t cells, size_t channels, const float *heads, const float *epsilon,
                  float *z);
  /* delta[cells][2 C] from dz; returns KL (not times beta). */
  double (*sample_gradient) (size_t cells, size_t channels, const float *heads,
                             const float *epsilon, const float *dz, float beta, float *delta);

  /* sum[n] += the rows x[rows][n], `step` apart, one after the other, then times scale; whether
   * all that is finite. */
  bool (*sum_rows) (size_t n, size_t rows, size_t step, const float *x, float scale, float *sum);
  void (*adam) (size_t n, float rate, float correction, const float *gradient, float *first,
                float *second, float *parameters);
  /* st_random_normal() in single precision. */
  void (*normals) (StRandomKey key, size_t n, float *out);
} StKernels;

/* The best set that this processor can run. */
const StKernels *st_kernels (void);
/* All of them that it can, the best first; NULL behind the last. */
const StKernels *st_kernels_nth (uint32_t i);
