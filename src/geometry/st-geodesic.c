/* The energy of a path is a sum of squares, of the chords f(z[k+1]) - f(z[k]), so that its
 * Hessian is, up to the map's own curvature, J^T J of neighbours: a band around the diagonal, as
 * wide as two points have numbers. */
#include <st-geodesic.h>

#include <st-alloc.h>

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { INNER = ST_PATH_SEGMENTS - 1, NODES = 3 };

/* Damping in units of the Hessian's mean diagonal: at first, at least, at most; how it changes
 * with a step that was good or bad. */
static const double DAMPING = 1e-4, LEAST = 1e-10, MOST = 1e8, BETTER = 0.2, WORSE = 5.0;
/* A share of the energy that is not worth a step; and one that a kink may hide. */
static const double SMALL = 1e-9, HIDDEN = 1e-4;

typedef struct Finding {
  const StPathSpace *space;
  double *points, *trial;    /* [ST_PATH_POINTS][d] */
  double *images, *tried;    /* [ST_PATH_POINTS][m] */
  double *columns;           /* [ST_PATH_POINTS][d][m] */
  double *band;              /* lower band of the Hessian, column-major, 2 d rows */
  double *factor;            /* the same damped, to be factored */
  double *gradient, *step;   /* [INNER][d] */
  double energy, damping, scale;   /* scale: of the Hessian's diagonal */
} Finding;

static double
dot (size_t n, const double *a, const double *b)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

void
st_path_straight (uint32_t d, const double *a, const double *b, double *points)
{
  for (uint32_t k = 0; k < ST_PATH_POINTS; k++)
    for (uint32_t i = 0; i < d; i++)
      {
        double share = (double) k / ST_PATH_SEGMENTS;
        points[k * d + i] = (1.0 - share) * a[i] + share * b[i];
      }
}

/* ---- length ---- */

/* |J dz| at the nodes of one segment. */
static double
add_segment (const StPathSpace *space, const double *from, const double *to,
             const double *columns, double *product)
{
  static const double weights[NODES] = { 5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0 };
  double length = 0.0;

  for (uint32_t node = 0; node < NODES; node++)
    {
      memset (product, 0, space->m * sizeof *product);
      for (uint32_t i = 0; i < space->d; i++)
        {
          const double *column = columns + (node * space->d + i) * space->m;
          for (size_t l = 0; l < space->m; l++)
            product[l] += (to[i] - from[i]) * column[l];
        }
      length += weights[node] * sqrt (dot (space->m, product, product));
    }
  return length;
}

static void
set_nodes (uint32_t d, const double *from, const double *to, double *nodes)
{
  const double away = 0.5 * sqrt (0.6), shares[NODES] = { 0.5 - away, 0.5, 0.5 + away };
  for (uint32_t node = 0; node < NODES; node++)
    for (uint32_t i = 0; i < d; i++)
      nodes[node * d + i] = from[i] + shares[node] * (to[i] - from[i]);
}

StStatus
st_path_length (const StPathSpace *space, const double *points, double *length)
{
  /* A few segments at once, so that a map may share its points out. */
  enum { TOGETHER = 8 };
  uint32_t d = space->d;
  double *nodes = st_alloc (TOGETHER * NODES * d, sizeof (double));
  double *columns = st_alloc (TOGETHER * NODES * d, space->m * sizeof (double));
  double *product = st_alloc (space->m, sizeof (double));
  StStatus status = st_success ();
  double sum = 0.0;

  if (nodes == NULL || columns == NULL || product == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (TOGETHER * NODES * d * space->m), 0);
  for (uint32_t k = 0; k < ST_PATH_SEGMENTS && st_ok (status); k += TOGETHER)
    {
      for (uint32_t i = 0; i < TOGETHER; i++)
        set_nodes (d, points + (k + i) * d, points + (k + i + 1) * d, nodes + i * NODES * d);
      status = space->map (space->context, TOGETHER * NODES, nodes, NULL, columns);
      for (uint32_t i = 0; i < TOGETHER && st_ok (status); i++)
        sum += add_segment (space, points + (k + i) * d, points + (k + i + 1) * d,
                            columns + i * NODES * d * space->m, product);
    }
  *length = sum;
  st_free (nodes);
  st_free (columns);
  st_free (product);
  return status;
}

/* ---- the geodesic ---- */

static StStatus
allocate (Finding *f)
{
  size_t d = f->space->d, m = f->space->m, n = INNER * d;

  f->trial = st_alloc (ST_PATH_POINTS * d, sizeof (double));
  f->images = st_alloc (ST_PATH_POINTS * m, sizeof (double));
  f->tried = st_alloc (ST_PATH_POINTS * m, sizeof (double));
  f->columns = st_alloc (ST_PATH_POINTS * d, m * sizeof (double));
  f->band = st_alloc (2 * d * n, sizeof (double));
  f->factor = st_alloc (2 * d * n, sizeof (double));
  f->gradient = st_alloc (n, sizeof (double));
  f->step = st_alloc (n, sizeof (double));
  if (f->trial == NULL || f->images == NULL || f->tried == NULL || f->columns == NULL
      || f->band == NULL || f->factor == NULL || f->gradient == NULL || f->step == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (ST_PATH_POINTS * d * m * sizeof (double)), 0);
  return st_success ();
}

static void
clear (Finding *f)
{
  st_free (f->trial);
  st_free (f->images);
  st_free (f->tried);
  st_free (f->columns);
  st_free (f->band);
  st_free (f->factor);
  st_free (f->gradient);
  st_free (f->step);
}

/* ST_PATH_SEGMENTS sum |f[k+1] - f[k]|^2 */
static double
energy_of (size_t m, const double *images)
{
  double sum = 0.0;
  for (size_t i = 0; i < ST_PATH_SEGMENTS * m; i++)
    sum += (images[m + i] - images[i]) * (images[m + i] - images[i]);
  return ST_PATH_SEGMENTS * sum;
}

/* What an inner point's chords pull at it with: 2 f[k] - f[k-1] - f[k+1], along J's columns. */
static void
set_gradient (Finding *f, uint32_t point)
{
  uint32_t d = f->space->d;
  size_t m = f->space->m;
  const double *here = f->images + point * m, *columns = f->columns + point * d * m;

  for (uint32_t i = 0; i < d; i++)
    {
      double sum = 0.0;
      for (size_t l = 0; l < m; l++)
        sum += columns[i * m + l] * (2.0 * here[l] - here[l - m] - here[l + m]);
      f->gradient[(point - 1) * d + i] = sum;
    }
}

/* The block of a point and one of itself or its next. */
static void
set_block (Finding *f, uint32_t point, uint32_t other, double factor)
{
  size_t d = f->space->d, m = f->space->m, rows = 2 * d;
  const double *left = f->columns + point * d * m, *right = f->columns + other * d * m;

  for (size_t j = 0; j < d; j++)
    for (size_t i = point == other ? j : 0; i < d; i++)
      {
        size_t column = (point - 1) * d + j, row = (other - 1) * d + i;
        f->band[column * rows + row - column] = factor * dot (m, right + i * m, left + j * m);
      }
}

static StStatus
linearise (Finding *f)
{
  size_t d = f->space->d, n = INNER * d;
  StStatus status = f->space->map (f->space->context, ST_PATH_POINTS, f->points, NULL,
                                   f->columns);
  if (!st_ok (status))
    return status;
  memset (f->band, 0, 2 * d * n * sizeof *f->band);
  for (uint32_t k = 1; k <= INNER; k++)
    {
      set_gradient (f, k);
      set_block (f, k, k, 2.0);
      if (k < INNER)
        set_block (f, k, k + 1, -1.0);
    }
  f->scale = 0.0;
  for (size_t i = 0; i < n; i++)
    f->scale += f->band[i * 2 * d] / (double) n;
  for (size_t i = 0; i < n; i++)
    if (!isfinite (f->gradient[i]))
      return st_failure (ST_NON_FINITE, (int64_t) (i / d + 1), 0);
  return st_success ();
}

/* The step downhill, as far as damping lets it; false where the Hessian is not positive. */
static bool
solve (Finding *f)
{
  size_t d = f->space->d, n = INNER * d, rows = 2 * d;

  memcpy (f->factor, f->band, rows * n * sizeof *f->band);
  for (size_t i = 0; i < n; i++)
    {
      f->factor[i * rows] += f->damping * f->scale;
      f->step[i] = -f->gradient[i];
    }
  return LAPACKE_dpbsv_work (LAPACK_COL_MAJOR, 'L', (lapack_int) n, (lapack_int) (rows - 1), 1,
                             f->factor, (lapack_int) rows, f->step, (lapack_int) n) == 0;
}

/* What the energy would be after the step, whose images are kept. */
static StStatus
try_step (Finding *f, double *energy)
{
  size_t d = f->space->d;

  memcpy (f->trial, f->points, ST_PATH_POINTS * d * sizeof *f->trial);
  for (size_t i = 0; i < INNER * d; i++)
    f->trial[d + i] += f->step[i];
  StStatus status = f->space->map (f->space->context, ST_PATH_POINTS, f->trial, f->tried, NULL);
  *energy = st_ok (status) ? energy_of (f->space->m, f->tried) : 0.0;
  return status;
}

static void
take_step (Finding *f, double energy)
{
  double *images = f->images;
  memcpy (f->points, f->trial, ST_PATH_POINTS * f->space->d * sizeof *f->points);
  f->images = f->tried;
  f->tried = images;
  f->energy = energy;
  f->damping = fmax (f->damping * BETTER, LEAST);
}

/* One step that lowers the energy, with as much damping as that takes.  gain: by how much; where
 * there is none, 0, and *promised is what the least damped one promised. */
static StStatus
descend (Finding *f, double *gain, double *promised)
{
  StStatus status = linearise (f);
  bool first = true;

  *gain = *promised = 0.0;
  for (; st_ok (status) && f->damping <= MOST; f->damping *= WORSE)
    {
      double energy;
      if (!solve (f))
        continue;
      if (first)
        *promised = -ST_PATH_SEGMENTS * dot (INNER * f->space->d, f->gradient, f->step);
      first = false;
      status = try_step (f, &energy);
      if (!st_ok (status) || !(energy < f->energy))
        continue;
      *gain = f->energy - energy;
      take_step (f, energy);
      break;
    }
  return status;
}

static StStatus
run (Finding *f, uint32_t most, StCancel *cancel, StGeodesicEnd *end)
{
  StStatus status = f->space->map (f->space->context, ST_PATH_POINTS, f->points, f->images, NULL);
  f->energy = st_ok (status) ? energy_of (f->space->m, f->images) : 0.0;
  f->damping = DAMPING;
  if (st_ok (status) && !isfinite (f->energy))
    status = st_failure (ST_NON_FINITE, 0, 0);
  end->converged = st_ok (status) && f->energy == 0.0;
  for (end->steps = 0; st_ok (status) && !end->converged && end->steps < most; end->steps++)
    {
      double gain, promised;
      if (st_cancel_asked (cancel))
        return st_failure (ST_CANCELLED, 0, 0);
      status = descend (f, &gain, &promised);
      end->converged = st_ok (status)
                       && (gain > 0.0 ? gain <= SMALL * f->energy
                                      : promised <= HIDDEN * f->energy);
      if (!(gain > 0.0))
        break;
    }
  end->energy = f->energy;
  return status;
}

StStatus
st_geodesic_find (const StPathSpace *space, const double *a, const double *b, uint32_t most,
                  StCancel *cancel, double *points, StGeodesicEnd *end)
{
  Finding f = { .space = space, .points = points };

  *end = (StGeodesicEnd) { .converged = false };
  st_path_straight (space->d, a, b, points);
  StStatus status = allocate (&f);
  if (st_ok (status))
    status = run (&f, most, cancel, end);
  clear (&f);
  return status;
}
