#include <st-kernel.h>

#include <cblas.h>
#include <math.h>
#include <string.h>

static const char *const NAMES[ST_KERNELS] = {
  [ST_KERNEL_PROJECTION] = "projection",
  [ST_KERNEL_FROBENIUS] = "frobenius",
  [ST_KERNEL_LOG_EUCLIDEAN] = "log-euclidean",
};

const char *
st_kernel_name (StKernel kernel)
{
  return NAMES[kernel];
}

bool
st_kernel_from_name (const char *name, StKernel *kernel)
{
  for (int i = 0; i < ST_KERNELS; i++)
    if (strcmp (name, NAMES[i]) == 0)
      {
        *kernel = (StKernel) i;
        return true;
      }
  return false;
}

static size_t
triangle (size_t side)
{
  return side * (side + 1) / 2;
}

size_t
st_kernel_features (StKernel kernel, StShape shape)
{
  (void) kernel;
  return triangle (shape.height) + triangle (shape.width) + triangle (shape.channels);
}

/* In column-major terms features are length x n matrices, and out is the transposed block. */
void
st_gram_block (size_t length, uint32_t rows, const double *a, uint32_t columns, const double *b,
               double *out, size_t stride)
{
  if (rows == 0 || columns == 0)
    return;
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, (blasint) columns, (blasint) rows,
               (blasint) length, 1.0, b, (blasint) length, a, (blasint) length, 0.0, out,
               (blasint) stride);
}

void
st_gram_lower_rows (size_t length, const double *a, uint32_t first, uint32_t count, double *out,
                    size_t stride)
{
  if (count == 0)
    return;
  const double *rows = a + first * length;
  double *block = out + first * stride;
  st_gram_block (length, count, rows, first, a, block, stride);
  cblas_dsyrk (CblasColMajor, CblasUpper, CblasTrans, (blasint) count, (blasint) length, 1.0, rows,
               (blasint) length, 0.0, block + first, (blasint) stride);
}

void
st_gram_mirror (uint32_t n, double *gram, size_t stride)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      gram[j * stride + i] = gram[i * stride + j];
}

double
st_kernel_distance (size_t length, const double *x, const double *y)
{
  double sum = 0.0;
  for (size_t i = 0; i < length; i++)
    sum += (x[i] - y[i]) * (x[i] - y[i]);
  return sqrt (sum);
}

/* Quickselect (Hoare): moves the k-th smallest to values[k], no larger one before it. */
static double
select_smallest (double *values, size_t n, size_t k)
{
  size_t low = 0, high = n - 1;
  while (low < high)
    {
      double pivot = values[low + (high - low) / 2];
      size_t i = low, j = high;
      while (i <= j)
        {
          while (values[i] < pivot)
            i++;
          while (values[j] > pivot)
            j--;
          if (i > j)
            break;
          double swapped = values[i];
          values[i++] = values[j];
          values[j] = swapped;
          if (j == 0)
            break;
          j--;
        }
      if (k <= j)
        high = j;
      else if (k >= i)
        low = i;
      else
        break;
    }
  return values[k];
}

double
st_median (double *values, size_t n)
{
  if (n == 0)
    return 0.0;
  double upper = select_smallest (values, n, n / 2);
  if (n % 2 == 1)
    return upper;
  double lower = values[0];
  for (size_t i = 1; i < n / 2; i++)
    lower = values[i] > lower ? values[i] : lower;
  return lower + (upper - lower) / 2;
}

double
st_gram_median_distance (uint32_t n, const double *gram, double *scratch)
{
  size_t pairs = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      {
        double sum = gram[i * n + i] + gram[j * n + j];
        double square = sum - 2 * gram[i * n + j];
        scratch[pairs++] = square > 1e-14 * sum ? sqrt (square) : 0.0;
      }
  return st_median (scratch, pairs);
}
