/* The energy of a path is a sum of squares, of the chords f(z[k+1]) - f(z[k]), so that its
 * Hessian is, up to the map's own curvature, J^T J of neighbours: a band around the diagonal, as
 * wide as two points have numbers. */
#include <st-geodesic.h>

#include <st-alloc.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { COARSEST = 8, MOST_INNER = ST_PATH_SEGMENTS - 1, NODES = 3 };

/* Damping in units of the Hessian's mean diagonal: at first, at least, at most; how it changes
 * with a step that was good or bad. */
static const double DAMPING = 1e-4, LEAST = 1e-10, MOST = 1e8, BETTER = 0.2, WORSE = 5.0;
/* A share of the energy that is not worth a step, of all segments and of fewer; and one that a
 * kink may hide. */
static const double SMALL = 1e-6, SMALL_COARSE = 1e-4, HIDDEN = 1e-4;

/* Points are those between segments: segments + 1 of them. */
typedef struct Finding {
  const StPathSpace *space;
  StGeodesicEnd *end;
  double *points, *trial;    /* [ST_PATH_POINTS][d] */
  double *images, *tried;    /* [ST_PATH_POINTS][m] */
  double *columns;           /* [ST_PATH_POINTS][d][m] */
  double *band;              /* lower band of the Hessian, column-major, 2 d rows */
  double *factor;            /* the same damped, to be factored */
  double *gradient, *step;   /* [inner][d] */
  double *block, *pull;      /* [d][d], [m] */
  double scale;              /* of the Hessian's diagonal */
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

/* Nodes of a segment, and its difference at each. */
static void
set_nodes (uint32_t d, const double *from, const double *to, double *nodes, double *steps)
{
  const double away = 0.5 * sqrt (0.6), shares[NODES] = { 0.5 - away, 0.5, 0.5 + away };
  for (uint32_t node = 0; node < NODES; node++)
    for (uint32_t i = 0; i < d; i++)
      {
        steps[node * d + i] = to[i] - from[i];
        nodes[node * d + i] = from[i] + shares[node] * (to[i] - from[i]);
      }
}

StStatus
st_path_length (const StPathSpace *space, const double *points, double *length)
{
  /* A few segments at once, so that a map may share its points out. */
  enum { TOGETHER = 16 };
  static const double weights[NODES] = { 5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0 };
  uint32_t d = space->d;
  size_t m = space->m;
  double *nodes = st_alloc (2 * TOGETHER * NODES * d, sizeof (double));
  double *products = st_alloc (TOGETHER * NODES, m * sizeof (double));
  double *steps = nodes == NULL ? NULL : nodes + TOGETHER * NODES * d, sum = 0.0;
  StStatus status = st_success ();

  if (nodes == NULL || products == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (TOGETHER * NODES * m * sizeof (double)), 0);
  for (uint32_t k = 0; k < ST_PATH_SEGMENTS && st_ok (status); k += TOGETHER)
    {
      for (uint32_t i = 0; i < TOGETHER; i++)
        set_nodes (d, points + (k + i) * d, points + (k + i + 1) * d, nodes + i * NODES * d,
                   steps + i * NODES * d);
      status = space->map (space->context, TOGETHER * NODES, nodes, 1, steps, NULL, products);
      for (uint32_t i = 0; i < TOGETHER * NODES && st_ok (status); i++)
        sum += weights[i % NODES] * sqrt (dot (m, products + i * m, products + i * m));
    }
  *length = sum;
  st_free (nodes);
  st_free (products);
  return status;
}

/* ---- the geodesic ---- */

static StStatus
allocate (Finding *f)
{
  size_t d = f->space->d, m = f->space->m, n = MOST_INNER * d;

  f->points = st_alloc (ST_PATH_POINTS * d, sizeof (double));
  f->trial = st_alloc (ST_PATH_POINTS * d, sizeof (double));
  f->images = st_alloc (ST_PATH_POINTS * m, sizeof (double));
  f->tried = st_alloc (ST_PATH_POINTS * m, sizeof (double));
  f->columns = st_alloc (ST_PATH_POINTS * d, m * sizeof (double));
  f->band = st_alloc (2 * d * n, sizeof (double));
  f->factor = st_alloc (2 * d * n, sizeof (double));
  f->gradient = st_alloc (n, sizeof (double));
  f->step = st_alloc (n, sizeof (double));
  f->block = st_alloc (d * d, sizeof (double));
  f->pull = st_alloc (m, sizeof (double));
  if (f->points == NULL || f->block == NULL || f->pull == NULL || f->trial == NULL
      || f->images == NULL || f->tried == NULL || f->columns == NULL || f->band == NULL || f->factor == NULL || f->gradient == NULL || f->step == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (ST_PATH_POINTS * d * m * sizeof (double)), 0);
  return st_success ();
}

static void
clear (Finding *f)
{
  st_free (f->points);
  st_free (f->block);
  st_free (f->pull);
  st_free (f->trial);
  st_free (f->images);
  st_free (f->tried);
  st_free (f->columns);
  st_free (f->band);
  st_free (f->factor);
  st_free (f->gradient);
  st_free (f->step);
}

/* segments sum |f[k+1] - f[k]|^2 */
static double
energy_of (const Finding *f, const double *images)
{
  size_t m = f->space->m;
  double sum = 0.0;
  for (size_t i = 0; i < f->end->segments * m; i++)
    sum += (images[m + i] - images[i]) * (images[m + i] - images[i]);
  return f->end->segments * sum;
}

/* What an inner point's chords pull at it with: 2 f[k] - f[k-1] - f[k+1], along J's columns. */
static void
set_gradient (Finding *f, uint32_t point)
{
  size_t d = f->space->d, m = f->space->m;
  const double *here = f->images + point * m;

  for (size_t l = 0; l < m; l++)
    f->pull[l] = 2.0 * here[l] - here[l - m] - here[l + m];
  cblas_dgemv (CblasRowMajor, CblasNoTrans, (blasint) d, (blasint) m, 1.0,
               f->columns + point * d * m, (blasint) m, f->pull, 1, 0.0,
               f->gradient + (point - 1) * d, 1);
}

/* The block of a point and one of itself or its next. */
static void
set_block (Finding *f, uint32_t point, uint32_t other, double factor)
{
  size_t d = f->space->d, m = f->space->m, rows = 2 * d;
  const double *left = f->columns + point * d * m, *right = f->columns + other * d * m;

  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (blasint) d, (blasint) d, (blasint) m,
               factor, right, (blasint) m, left, (blasint) m, 0.0, f->block, (blasint) d);
  for (size_t j = 0; j < d; j++)
    for (size_t i = point == other ? j : 0; i < d; i++)
      {
        size_t column = (point - 1) * d + j, row = (other - 1) * d + i;
        f->band[column * rows + row - column] = f->block[i * d + j];
      }
}

/* Numbers that a step changes. */
static size_t
unknowns (const Finding *f)
{
  return (f->end->segments - 1) * (size_t) f->space->d;
}

static StStatus
linearise (Finding *f)
{
  uint32_t segments = f->end->segments;
  size_t d = f->space->d, n = unknowns (f);
  StStatus status = f->space->map (f->space->context, segments + 1, f->points, (uint32_t) d, NULL,
                                   NULL, f->columns);
  if (!st_ok (status))
    return status;
  memset (f->band, 0, 2 * d * n * sizeof *f->band);
  for (uint32_t k = 1; k < segments; k++)
    {
      set_gradient (f, k);
      set_block (f, k, k, 2.0);
      if (k + 1 < segments)
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
  size_t n = unknowns (f), rows = 2 * f->space->d;

  memcpy (f->factor, f->band, rows * n * sizeof *f->band);
  for (size_t i = 0; i < n; i++)
    {
      f->factor[i * rows] += f->end->damping * f->scale;
      f->step[i] = -f->gradient[i];
    }
  return LAPACKE_dpbsv_work (LAPACK_COL_MAJOR, 'L', (lapack_int) n, (lapack_int) (rows - 1), 1,
                             f->factor, (lapack_int) rows, f->step, (lapack_int) n) == 0;
}

/* What the energy would be after the step, whose images are kept. */
static StStatus
try_step (Finding *f, double *energy)
{
  uint32_t points = f->end->segments + 1;
  size_t d = f->space->d;

  memcpy (f->trial, f->points, points * d * sizeof *f->trial);
  for (size_t i = 0; i < unknowns (f); i++)
    f->trial[d + i] += f->step[i];
  StStatus status = f->space->map (f->space->context, points, f->trial, 0, NULL, f->tried, NULL);
  *energy = st_ok (status) ? energy_of (f, f->tried) : 0.0;
  return status;
}

static void
swap (double **a, double **b)
{
  double *kept = *a;
  *a = *b;
  *b = kept;
}

static void
take_step (Finding *f, double energy)
{
  swap (&f->points, &f->trial);
  swap (&f->images, &f->tried);
  f->end->energy = energy;
  f->end->damping = fmax (f->end->damping * BETTER, LEAST);
}

/* One step that lowers the energy, with as much damping as that takes.  gain: by how much; where
 * there is none, 0, and *promised is what the least damped one promised. */
static StStatus
descend (Finding *f, double *gain, double *promised)
{
  StGeodesicEnd *end = f->end;
  StStatus status = linearise (f);
  bool first = true;

  *gain = *promised = 0.0;
  for (; st_ok (status) && end->damping <= MOST; end->damping *= WORSE)
    {
      double energy;
      if (!solve (f))
        continue;
      if (first)
        *promised = -(double) end->segments * dot (unknowns (f), f->gradient, f->step);
      first = false;
      status = try_step (f, &energy);
      if (!st_ok (status) || !(energy < end->energy))
        continue;
      *gain = end->energy - energy;
      take_step (f, energy);
      break;
    }
  return status;
}

/* The images of the points there are, and their energy. */
static StStatus
look (Finding *f)
{
  StStatus status = f->space->map (f->space->context, f->end->segments + 1, f->points, 0, NULL,
                                   f->images, NULL);
  if (!st_ok (status))
    return status;
  f->end->energy = energy_of (f, f->images);
  return isfinite (f->end->energy) ? status : st_failure (ST_NON_FINITE, 0, 0);
}

/* Halves each segment. */
static StStatus
refine (Finding *f)
{
  size_t d = f->space->d;

  for (uint32_t k = 0; k <= 2 * f->end->segments; k++)
    for (size_t i = 0; i < d; i++)
      {
        const double *from = f->points + (k / 2) * d + i, *to = f->points + ((k + 1) / 2) * d + i;
        f->trial[k * d + i] = k % 2 == 0 ? *from : 0.5 * (*from + *to);
      }
  swap (&f->points, &f->trial);
  f->end->segments *= 2;
  f->end->damping = DAMPING;
  return look (f);
}

/* Takes every so manieth of all points, or puts them back, with what lies between on straight
 * lines. */
static void
take_points (Finding *f, const double *points)
{
  size_t d = f->space->d, every = ST_PATH_SEGMENTS / f->end->segments;
  for (uint32_t k = 0; k <= f->end->segments; k++)
    memcpy (f->points + k * d, points + k * every * d, d * sizeof *points);
}

static void
give_points (const Finding *f, double *points)
{
  size_t d = f->space->d, every = ST_PATH_SEGMENTS / f->end->segments;
  for (uint32_t k = 0; k < ST_PATH_POINTS; k++)
    for (size_t i = 0; i < d; i++)
      {
        double share = (double) (k % every) / (double) every;
        const double *from = f->points + (k / every) * d + i;
        points[k * d + i] = share > 0.0 ? *from + share * (from[d] - *from) : *from;
      }
}

static StStatus
run (Finding *f, uint32_t most, StCancel *cancel)
{
  StGeodesicEnd *end = f->end;
  StStatus status = look (f);

  if (st_ok (status) && end->energy == 0.0)
    end->converged = end->ended = true;
  for (uint32_t i = 0; st_ok (status) && !end->ended && i < most; i++)
    {
      double gain, promised;
      if (st_cancel_asked (cancel))
        return st_failure (ST_CANCELLED, 0, 0);
      status = descend (f, &gain, &promised);
      end->steps++;
      bool fine = end->segments == ST_PATH_SEGMENTS;
      bool rests = !(gain > (fine ? SMALL : SMALL_COARSE) * end->energy);
      if (st_ok (status) && rests && !fine)
        status = refine (f);
      else if (rests)
        {
          end->converged = gain > 0.0 || promised <= HIDDEN * end->energy;
          end->ended = true;
        }
      end->ended = end->ended || end->steps >= ST_GEODESIC_STEPS;
    }
  return status;
}

StStatus
st_geodesic_find (const StPathSpace *space, const double *a, const double *b, uint32_t most,
                  StCancel *cancel, double *points, StGeodesicEnd *end)
{
  Finding f = { .space = space, .end = end };

  if (end->segments == 0)
    {
      st_path_straight (space->d, a, b, points);
      end->segments = COARSEST;
      end->damping = DAMPING;
    }
  StStatus status = allocate (&f);
  if (st_ok (status))
    {
      take_points (&f, points);
      status = run (&f, most, cancel);
    }
  if (st_ok (status))
    give_points (&f, points);
  clear (&f);
  return status;
}
