/* Symmetric matrices to tridiagonal ones by Householder's reflectors, one matrix in each lane.
 *
 * Column k of A becomes (d_k, e_k, 0, ...) by H_k = I - tau u u^T, and what is left of A becomes
 * A - u w^T - w u^T with w = tau A u - tau^2/2 (u^T A u) u.  The update of one step and the
 * product A u of the next one are done in one pass over A, which is what takes the time.
 *
 * The diagonal is written from its end.  Reflectors that start at the first column gather a
 * covariance's large eigenvalues there, and the iterations that follow work from the first
 * place on: they like the small ones first. */
#include <st-lanes-variant.h>

/* Of entries not above 1: what is smaller than the root of this is no part of them. */
static const double NOTHING = 0x1p-400;

void
ST_LEVEL (lanes_load) (StLaneMatrices *batch, size_t count, const double *matrices)
{
  size_t n = batch->n;
  StDoubles *a = st_doubles_array (batch->a);
  StDoublesMask most = { 0 };

  for (size_t j = 0; j < n; j++)
    for (size_t i = j; i < n; i++)
      {
        StDoubles entry = { 0 };
        for (size_t lane = 0; lane < count; lane++)
          entry[lane] = matrices[(lane * n + j) * n + i];
        a[j * n + i] = entry;
        /* Bits without the sign order as magnitudes do, infinities and NaN on top. */
        StDoublesMask bits = (StDoublesMask) st_doubles_magnitude (entry);
        StDoublesMask more = bits > most;
        most = (more & bits) | (~more & most);
      }
  *st_doubles_array (batch->largest) = (StDoubles) most;
}

/* Four sums side by side: one alone waits for each addition. */
ST_INLINE StDoubles
dot (size_t n, const StDoubles *x, const StDoubles *y)
{
  StDoubles sum[4] = { 0 };
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++)
      sum[j] += x[i + j] * y[i + j];
  for (; i < n; i++)
    sum[0] += x[i] * y[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* u in place of x[n], u_0 = 1, so that (I - tau u u^T) x = (e, 0, ...). */
ST_INLINE void
reflector (size_t n, StDoubles *x, StDoubles *tau, StDoubles *e)
{
  StDoubles first = x[0], below = dot (n - 1, x + 1, x + 1);
  StDoublesMask flat = below <= NOTHING;
  StDoubles end = -st_doubles_with_sign (st_doubles_sqrt (first * first + below), first);
  StDoubles factor = st_doubles_select (flat, (StDoubles) { 0 }, 1.0 / (first - end));

  *tau = st_doubles_select (flat, (StDoubles) { 0 }, (end - first) / end);
  *e = st_doubles_select (flat, first, end);
  x[0] = st_doubles_of (1.0);
  for (size_t i = 1; i < n; i++)
    x[i] *= factor;
}

/* One pass over the trailing matrix, of which `left` columns start at a: a -= u w^T + w u^T, and
 * product = a next.  Two columns at a time. */
ST_INLINE void
update_and_multiply (size_t n, size_t left, StDoubles *restrict a, const StDoubles *restrict u,
                     const StDoubles *restrict w, const StDoubles *restrict next,
                     StDoubles *restrict product)
{
  size_t j = 0;
  for (size_t i = 0; i < left; i++)
    product[i] = (StDoubles) { 0 };
  for (; j + 2 <= left; j += 2)
    {
      StDoubles *one = a + j * n, *two = one + n;
      StDoubles u1 = u[j], u2 = u[j + 1], w1 = w[j], w2 = w[j + 1];
      StDoubles next1 = next[j], next2 = next[j + 1];
      StDoubles a11 = one[j] - u1 * w1 - w1 * u1, a22 = two[j + 1] - u2 * w2 - w2 * u2;
      StDoubles a21 = one[j + 1] - u2 * w1 - w2 * u1;
      StDoubles sum1 = product[j] + a11 * next1 + a21 * next2;
      StDoubles sum2 = product[j + 1] + a21 * next1 + a22 * next2;
      one[j] = a11;
      one[j + 1] = a21;
      two[j + 1] = a22;
      for (size_t i = j + 2; i < left; i++)
        {
          StDoubles ui = u[i], wi = w[i];
          StDoubles ai1 = one[i] - ui * w1 - wi * u1, ai2 = two[i] - ui * w2 - wi * u2;
          one[i] = ai1;
          two[i] = ai2;
          product[i] += ai1 * next1 + ai2 * next2;
          sum1 += ai1 * next[i];
          sum2 += ai2 * next[i];
        }
      product[j] = sum1;
      product[j + 1] = sum2;
    }
  if (j < left)
    {
      StDoubles last = a[j * n + j] - u[j] * w[j] - w[j] * u[j];
      a[j * n + j] = last;
      product[j] += last * next[j];
    }
}

/* w = tau p - tau^2/2 (u^T p) u in place of p = A u. */
ST_INLINE void
finish_product (size_t n, const StDoubles *u, StDoubles tau, StDoubles *p)
{
  StDoubles factor = -0.5 * tau * tau * dot (n, u, p);
  for (size_t i = 0; i < n; i++)
    p[i] = tau * p[i] + factor * u[i];
}

void
ST_LEVEL (lanes_reduce) (StLaneMatrices *batch)
{
  size_t n = batch->n;
  StDoubles *a = st_doubles_array (batch->a), *tau = st_doubles_array (batch->tau);
  StDoubles *diagonal = st_doubles_array (batch->diagonal), *off = st_doubles_array (batch->off);
  StDoubles *zeros = st_doubles_array (batch->spare), *w = zeros + n, *product = w + n;
  StDoubles scale = *st_doubles_array (batch->scale);
  const StDoubles *u = zeros;  /* of the step before; u[i] and w[i] belong to row i */

  for (size_t j = 0; j < n; j++)
    for (size_t i = j; i < n; i++)
      a[j * n + i] *= scale;
  for (size_t i = 0; i < n; i++)
    zeros[i] = w[i] = (StDoubles) { 0 };
  off[n - 1] = (StDoubles) { 0 };

  for (size_t k = 0; k < n; k++)
    {
      StDoubles *column = a + k * n, uk = u[k], wk = w[k];
      for (size_t i = k; i < n; i++)
        column[i] -= u[i] * wk + w[i] * uk;
      diagonal[n - 1 - k] = column[k];
      if (k + 1 == n)
        break;

      size_t next = k + 1, left = n - next;
      reflector (left, column + next, &tau[k], &off[left - 1]);
      update_and_multiply (n, left, a + next * n + next, u + next, w + next, column + next,
                           product + next);
      finish_product (left, column + next, tau[k], product + next);
      u = column;
      StDoubles *swapped = w;
      w = product;
      product = swapped;
    }
}
