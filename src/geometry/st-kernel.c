#include <st-kernel.h>

#include <cblas.h>
#include <math.h>
#include <string.h>

static const char *const NAMES[ST_KERNELS_ALL] = {
  [ST_KERNEL_PROJECTION] = "projection",
  [ST_KERNEL_FROBENIUS] = "frobenius",
  [ST_KERNEL_LOG_EUCLIDEAN] = "log-euclidean",
  [ST_KERNEL_BONNABEL_SEPULCHRE] = "bonnabel-sepulchre",
  [ST_KERNEL_GAUSSIAN_PROJECTION] = "gaussian:projection",
  [ST_KERNEL_GAUSSIAN_FROBENIUS] = "gaussian:frobenius",
  [ST_KERNEL_GAUSSIAN_LOG_EUCLIDEAN] = "gaussian:log-euclidean",
  [ST_KERNEL_GAUSSIAN_BONNABEL_SEPULCHRE] = "gaussian:bonnabel-sepulchre",
};

const char *
st_kernel_name (StKernel kernel)
{
  return NAMES[kernel];
}

static bool
find_name (const char *name, int count, StKernel *kernel)
{
  for (int i = 0; i < count; i++)
    if (strcmp (name, NAMES[i]) == 0)
      {
        *kernel = (StKernel) i;
        return true;
      }
  return false;
}

bool
st_kernel_from_name (const char *name, StKernel *kernel)
{
  return find_name (name, ST_KERNELS, kernel);
}

bool
st_kernel_from_any_name (const char *name, StKernel *kernel)
{
  return find_name (name, ST_KERNELS_ALL, kernel);
}

StKernel
st_kernel_base (StKernel kernel)
{
  return st_kernel_is_gaussian (kernel) ? (StKernel) (kernel - ST_KERNELS) : kernel;
}

bool
st_kernel_knows_ranks (StKernel kernel)
{
  kernel = st_kernel_base (kernel);
  return kernel == ST_KERNEL_PROJECTION || kernel == ST_KERNEL_BONNABEL_SEPULCHRE;
}

size_t
st_kernel_factor (StKernel kernel, size_t side)
{
  size_t matrices = st_kernel_base (kernel) == ST_KERNEL_BONNABEL_SEPULCHRE ? 2 : 1;
  return matrices * side * (side + 1) / 2;
}

size_t
st_kernel_features (StKernel kernel, StShape shape)
{
  return st_kernel_factor (kernel, shape.height) + st_kernel_factor (kernel, shape.width)
         + st_kernel_factor (kernel, shape.channels);
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

/* d_K^2 from K(x, x), K(y, y) and K(x, y); what is within rounding of 0 is 0. */
static double
square_distance (double xx, double yy, double xy)
{
  double square = xx + yy - 2 * xy;
  return square > 1e-14 * (xx + yy) ? square : 0.0;
}

double
st_gram_median_distance (uint32_t n, const double *gram, double *scratch)
{
  size_t pairs = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      scratch[pairs++]
        = sqrt (square_distance (gram[i * n + i], gram[j * n + j], gram[i * n + j]));
  return st_median (scratch, pairs);
}

void
st_gram_gaussian (uint32_t rows, const double *squares_a, uint32_t columns,
                  const double *squares_b, double sigma, double *gram, size_t stride)
{
  double rate = -0.5 / (sigma * sigma);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      {
        double *k = gram + i * stride + j;
        /* Unlike a distance, which is a root, this can do with rounding. */
        *k = exp (rate * fmax (0.0, squares_a[i] + squares_b[j] - 2 * *k));
      }
}

void
st_features_mean (size_t length, uint32_t n, const double *features, double *mean)
{
  memset (mean, 0, length * sizeof *mean);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < length; j++)
      mean[j] += features[i * length + j];
  for (size_t j = 0; j < length; j++)
    mean[j] /= n;
}

void
st_features_subtract (size_t length, uint32_t n, const double *mean, double *features)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < length; j++)
      features[i * length + j] -= mean[j];
}

double
st_gaussian_distance (double distance, double sigma)
{
  double ratio = distance / sigma;
  return sqrt (-2.0 * expm1 (-0.5 * ratio * ratio));
}
