/* Reduction by Householder reflectors, a panel of columns at a time (Dongarra, Sorensen and
 * Hammarling, "Block reduction of matrices to condensed forms", 1989): within a panel each column
 * needs one product of the matrix, as it was at the panel's beginning, with a vector; behind it
 * A -= V W^T + W V^T.  Eigenvalues by the QL method without square roots (Pal, Walker and Kahan;
 * Parlett, "The Symmetric Eigenvalue Problem", section 8.15).  LAPACK does the same, and cannot be
 * stopped. */
#include <st-tridiagonal.h>

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { PANEL = ST_TRIDIAGONAL_PANEL, BLOCK = 64, SWEEPS_MAX = 60 };

/* One panel: columns first .. first + width - 1. */
typedef struct Panel {
  size_t n, first, width;
  double *a;      /* [n][n] */
  double *w;      /* [width][n] */
} Panel;

static void
multiply (CBLAS_TRANSPOSE transpose, size_t rows, size_t columns, double alpha, const double *a,
          size_t n, const double *x, size_t step, double beta, double *y)
{
  if (columns > 0)
    cblas_dgemv (CblasColMajor, transpose, (blasint) rows, (blasint) columns, alpha, a,
                 (blasint) n, x, (blasint) step, beta, y, 1);
}

/* Column c of the panel as the reflectors before it leave it. */
static void
update_column (const Panel *p, size_t c)
{
  const size_t column = p->first + c, rows = p->n - column;
  double *a = p->a + column, *w = p->w + column;
  double *out = a + column * p->n;
  multiply (CblasNoTrans, rows, c, -1.0, a + p->first * p->n, p->n, w, p->n, 1.0, out);
  multiply (CblasNoTrans, rows, c, -1.0, w, p->n, a + p->first * p->n, p->n, 1.0, out);
}

/* x[n] becomes v with v_0 = 1, where (I - tau v v^T) x = off e_0; returns tau. */
static double
reflect (size_t n, double *x, double *off)
{
  const double norm = n > 1 ? cblas_dnrm2 ((blasint) n - 1, x + 1, 1) : 0.0, alpha = x[0];
  x[0] = 1.0;
  if (!(norm > 1e-290))
    {
      for (size_t i = 1; i < n; i++)
        x[i] = 0.0;
      *off = alpha;
      return 0.0;
    }
  *off = -copysign (hypot (alpha, norm), alpha);
  cblas_dscal ((blasint) n - 1, 1.0 / (alpha - *off), x + 1, 1);
  return (*off - alpha) / *off;
}

/* w = tau (A v - tau/2 (v^T A v) v), A as it would be behind the reflectors before this one. */
static void
fill_w (const Panel *p, size_t c, double tau)
{
  const size_t below = p->first + c + 1, rows = p->n - below;
  const double *v = p->a + (below - 1) * p->n + below, *vs = p->a + p->first * p->n + below;
  const double *ws = p->w + below;
  double *w = p->w + c * p->n + below, part[PANEL];
  cblas_dsymv (CblasColMajor, CblasLower, (blasint) rows, tau, p->a + below * p->n + below,
               (blasint) p->n, v, 1, 0.0, w, 1);
  multiply (CblasTrans, rows, c, 1.0, ws, p->n, v, 1, 0.0, part);
  multiply (CblasNoTrans, rows, c, -tau, vs, p->n, part, 1, 1.0, w);
  multiply (CblasTrans, rows, c, 1.0, vs, p->n, v, 1, 0.0, part);
  multiply (CblasNoTrans, rows, c, -tau, ws, p->n, part, 1, 1.0, w);
  const double half = -0.5 * tau * cblas_ddot ((blasint) rows, w, 1, v, 1);
  cblas_daxpy ((blasint) rows, half, v, 1, w, 1);
}

/* Columns from..from + width - 1 of what is behind the panel. */
static void
update_block (const Panel *p, size_t from, size_t width)
{
  const blasint n = (blasint) p->n, side = (blasint) width, inner = (blasint) p->width;
  const double *v = p->a + p->first * p->n + from, *w = p->w + from;
  double *a = p->a + from * p->n + from;
  cblas_dsyr2k (CblasColMajor, CblasLower, CblasNoTrans, side, inner, -1.0, v, n, w, n, 1.0, a, n);
  const blasint rows = (blasint) (p->n - from - width);
  if (rows == 0)
    return;
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasTrans, rows, side, inner, -1.0, v + width, n, w, n,
               1.0, a + width, n);
  cblas_dgemm (CblasColMajor, CblasNoTrans, CblasTrans, rows, side, inner, -1.0, w + width, n, v, n,
               1.0, a + width, n);
}

static StStatus
update_behind (const Panel *p, StCancel *cancel)
{
  for (size_t from = p->first + p->width; from < p->n; from += BLOCK)
    {
      if (st_cancel_asked (cancel))
        return st_failure (ST_CANCELLED, 0, 0);
      update_block (p, from, p->n - from < BLOCK ? p->n - from : BLOCK);
    }
  return st_success ();
}

StStatus
st_tridiagonalise (uint32_t n, double *matrix, double *diagonal, double *off, double *tau,
                   double *work, StCancel *cancel)
{
  Panel p = { .n = n, .a = matrix, .w = work };
  for (; p.first < n; p.first += p.width)
    {
      p.width = n - p.first < PANEL ? n - p.first : PANEL;
      for (size_t c = 0, column = p.first; c < p.width; c++, column++)
        {
          if (st_cancel_asked (cancel))
            return st_failure (ST_CANCELLED, 0, 0);
          update_column (&p, c);
          diagonal[column] = matrix[column * n + column];
          if (column + 1 == n)
            break;
          tau[column] = reflect (n - column - 1, matrix + column * n + column + 1, off + column);
          fill_w (&p, c, tau[column]);
        }
      StStatus status = update_behind (&p, cancel);
      if (!st_ok (status))
        return status;
    }
  for (size_t column = 0; column + 1 < n; column++)
    matrix[column * n + column + 1] = off[column];
  return st_success ();
}

/* ---- eigenvalues ---- */

/* Wilkinson's shift at the head of a block. */
static double
find_shift (double head, double next, double square)
{
  const double root = sqrt (square), ratio = (next - head) / (2.0 * root);
  return head - root / (ratio + copysign (hypot (ratio, 1.0), ratio));
}

/* Rows first..last, whose squares below the diagonal are not 0. */
static void
sweep (double *diagonal, double *squares, size_t first, size_t last)
{
  const double sigma = find_shift (diagonal[first], diagonal[first + 1], squares[first]);
  double gamma = diagonal[last] - sigma, p = gamma * gamma, c = 1.0, s = 0.0;
  for (size_t i = last; i-- > first;)
    {
      const double b = squares[i], r = p + b, before = c, old = gamma, alpha = diagonal[i];
      if (i + 1 < last)
        squares[i + 1] = s * r;
      c = p / r;
      s = b / r;
      gamma = c * (alpha - sigma) - s * old;
      diagonal[i + 1] = old + (alpha - gamma);
      p = c != 0.0 ? gamma * gamma / c : before * b;
    }
  squares[first] = s * p;
  diagonal[first] = sigma + gamma;
}

/* The end of the unreduced block that begins there. */
static size_t
find_end (const double *diagonal, double *squares, size_t first, size_t n, double bound)
{
  for (size_t i = first; i + 1 < n; i++)
    if (squares[i] <= bound
        || squares[i] <= 0.25 * DBL_EPSILON * DBL_EPSILON * fabs (diagonal[i] * diagonal[i + 1]))
      {
        squares[i] = 0.0;
        return i;
      }
  return n - 1;
}

/* Eigenvalues come off the head: it is soonest done where entries are small. */
static void
turn_round (size_t n, double *values)
{
  for (size_t i = 0, j = n; i + 1 < j; i++)
    {
      const double value = values[i];
      values[i] = values[--j];
      values[j] = value;
    }
}

static int
descending (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x < y) - (x > y);
}

StStatus
st_tridiagonal_values (uint32_t n, double *diagonal, double *off, StCancel *cancel)
{
  double norm = 0.0;
  for (size_t i = 0; i < n; i++)
    norm = fmax (norm, fmax (fabs (diagonal[i]), i + 1 < n ? fabs (off[i]) : 0.0));
  /* Entries become about 1, so that squares are neither too large nor too small. */
  const double scale = norm > 0.0 ? norm : 1.0, bound = 0x1p-112;
  for (size_t i = 0; i < n; i++)
    {
      diagonal[i] /= scale;
      if (i + 1 < n)
        off[i] = off[i] / scale * (off[i] / scale);
    }
  if (n > 1 && fabs (diagonal[0]) > fabs (diagonal[n - 1]))
    {
      turn_round (n, diagonal);
      turn_round (n - 1, off);
    }
  for (size_t first = 0; first < n; first++)
    for (int sweeps = 0;; sweeps++)
      {
        const size_t last = find_end (diagonal, off, first, n, bound);
        if (last == first)
          break;
        if (st_cancel_asked (cancel))
          return st_failure (ST_CANCELLED, 0, 0);
        if (sweeps == SWEEPS_MAX)
          return st_failure (ST_NO_CONVERGENCE, (int64_t) first, 0);
        sweep (diagonal, off, first, last);
      }
  for (size_t i = 0; i < n; i++)
    diagonal[i] *= scale;
  qsort (diagonal, n, sizeof *diagonal, descending);
  return st_success ();
}
