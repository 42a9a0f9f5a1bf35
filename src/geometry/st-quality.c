#include <st-quality.h>

#include <math.h>

double
st_psnr (const float *clean, const float *rebuilt, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      double difference = (double) clean[i] - (double) rebuilt[i];
      sum += difference * difference;
    }
  /* Written so that a NaN stays one. */
  double mse = sum / (double) n;
  return -10.0 * log10 (mse < 1e-10 ? 1e-10 : mse);
}
