/* Names of the functions that are compiled once for each processor level. */
#pragma once

#include <st-kernels.h>
#include <st-processor.h>

/* A register of floats, wherever they lie. */
#if defined __AVX512F__
#define ST_LANES 16
#elif defined __AVX__
#define ST_LANES 8
#else
#define ST_LANES 4
#endif
typedef float StVector __attribute__ ((vector_size (4 * ST_LANES)));
typedef float StVectorAnywhere
  __attribute__ ((vector_size (4 * ST_LANES), aligned (4), may_alias));
typedef int32_t StVectorMask __attribute__ ((vector_size (4 * ST_LANES)));

static inline __attribute__ ((always_inline)) StVector
st_vector_load (const float *from)
{
  return *(const StVectorAnywhere *) from;
}

static inline __attribute__ ((always_inline)) void
st_vector_store (float *to, StVector value)
{
  *(StVectorAnywhere *) to = value;
}

/* Keeps NaN, so that a diverged net is seen to be one. */
static inline __attribute__ ((always_inline)) StVector
st_vector_relu (StVector x)
{
  return (StVector) ((StVectorMask) x & ~(x < 0.0f));
}

static inline __attribute__ ((always_inline)) StVector
st_vector_where_positive (StVector x, StVector mask)
{
  return (StVector) ((StVectorMask) x & (mask > 0.0f));
}

void ST_LEVEL (product) (const StProduct *product);
void ST_LEVEL (unfold) (const StGrid *grid, size_t images, const float *image, float *patches);
void ST_LEVEL (fold) (const StGrid *grid, size_t images, const float *patches, const float *bias,
                      bool relu, const float *mask, float *image);
void ST_LEVEL (transpose) (size_t rows, size_t columns, const float *in, size_t in_step,
                           float *out, size_t out_step);
void ST_LEVEL (slope) (StCurve curve, size_t n, const float *y, const float *x, float *out);
void ST_LEVEL (add_slope) (StCurve curve, size_t n, const float *y, const float *x, float *sum);
void ST_LEVEL (slope_and_bend) (StCurve curve, size_t n, const float *y, const float *p,
                                const float *x, float *out, float *bent);
void ST_LEVEL (bend_back) (StCurve curve, size_t n, const float *y, const float *x, float *u,
                           float *sum);
double ST_LEVEL (dot) (size_t n, const float *a, const float *b);
void ST_LEVEL (gather) (const StGather *gather);
void ST_LEVEL (column_sums) (size_t rows, size_t columns, const float *x, float *sums);
void ST_LEVEL (sigmoid) (size_t n, const float *x, float *out);
void ST_LEVEL (activate) (StActivation activation, size_t n, float *x);
void ST_LEVEL (activate_back) (StActivation activation, size_t n, const float *y, float *delta);
double ST_LEVEL (cross_entropy) (size_t n, const float *logit, const float *target, float *delta);
double ST_LEVEL (squared_error) (size_t n, const float *logit, const float *target, float *delta);
void ST_LEVEL (sample) (size_t cells, size_t channels, const float *heads, const float *epsilon,
                        float *z);
double ST_LEVEL (sample_gradient) (size_t cells, size_t channels, const float *heads,
                                   const float *epsilon, const float *dz, float beta,
                                   float *delta);
bool ST_LEVEL (sum_rows) (size_t n, size_t rows, size_t step, const float *x, float scale,
                          float *sum);
void ST_LEVEL (adam) (size_t n, float rate, float correction, const float *gradient,
                      float *first, float *second, float *parameters);
void ST_LEVEL (normals) (StRandomKey key, size_t n, float *out);
extern const StKernels ST_LEVEL (kernels);
