#include <st-batch-eigen.h>

#include <st-alloc.h>

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { LARGEST_SIDE = ST_BATCH_EIGEN_SIDE_MAX };
/* Powers of two between which the squares of what is computed neither vanish nor overflow once
 * the largest entry has been scaled to about 1. */
enum { LARGEST_EXPONENT = 900 };

struct StBatchEigen {
  const StLanes *lanes;
  uint32_t side;
  StLaneMatrices matrices;
  double *copy;           /* side x side, for LAPACK */
  double *work;           /* LAPACK's */
  lapack_int *integers;
  lapack_int work_length, integers_length;
  uint32_t *order;        /* [side] */
  double *sorted;         /* [side] */
};

static bool
allocate (StBatchEigen *batch, bool vectors)
{
  StLaneMatrices *matrices = &batch->matrices;
  size_t side = batch->side, lanes = batch->lanes->lanes;
  size_t wide = side <= LARGEST_SIDE ? side : LARGEST_SIDE;
  batch->work_length = (lapack_int) (1 + 6 * side + 2 * side * side);
  batch->integers_length = (lapack_int) (3 + 5 * side);
  matrices->a = st_alloc (wide * wide * lanes, sizeof (double));
  if (vectors)
    matrices->q = st_alloc (wide * wide * lanes, sizeof (double));
  matrices->diagonal = st_alloc (wide * lanes, sizeof (double));
  matrices->off = st_alloc (wide * lanes, sizeof (double));
  matrices->tau = st_alloc (wide * lanes, sizeof (double));
  matrices->spare = st_alloc (3 * wide * lanes, sizeof (double));
  matrices->largest = st_alloc (lanes, sizeof (double));
  matrices->scale = st_alloc (lanes, sizeof (double));
  batch->copy = st_alloc (side * side, sizeof (double));
  batch->work = st_alloc ((size_t) batch->work_length, sizeof (double));
  batch->integers = st_alloc ((size_t) batch->integers_length, sizeof (lapack_int));
  batch->order = st_alloc (side, sizeof (uint32_t));
  batch->sorted = st_alloc (side, sizeof (double));
  return matrices->a != NULL && (matrices->q != NULL || !vectors) && matrices->diagonal != NULL
         && matrices->off != NULL && matrices->tau != NULL && matrices->spare != NULL
         && matrices->largest != NULL && matrices->scale != NULL && batch->copy != NULL
         && batch->work != NULL && batch->integers != NULL && batch->order != NULL
         && batch->sorted != NULL;
}

StStatus
st_batch_eigen_new_with (const StLanes *lanes, uint32_t n, bool vectors, StBatchEigen **result)
{
  StBatchEigen *batch = st_alloc (1, sizeof *batch);
  if (batch == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *batch, 0);
  batch->lanes = lanes;
  batch->side = n > 0 ? n : 1;
  if (!allocate (batch, vectors))
    {
      st_batch_eigen_free (batch);
      return st_failure (ST_NO_MEMORY, (int64_t) ((size_t) n * n * sizeof (double)), 0);
    }
  *result = batch;
  return st_success ();
}

StStatus
st_batch_eigen_new (uint32_t n, bool vectors, StBatchEigen **batch)
{
  return st_batch_eigen_new_with (st_lanes (), n, vectors, batch);
}

void
st_batch_eigen_free (StBatchEigen *batch)
{
  if (batch == NULL)
    return;
  st_free (batch->matrices.a);
  st_free (batch->matrices.q);
  st_free (batch->matrices.diagonal);
  st_free (batch->matrices.off);
  st_free (batch->matrices.tau);
  st_free (batch->matrices.spare);
  st_free (batch->matrices.largest);
  st_free (batch->matrices.scale);
  st_free (batch->copy);
  st_free (batch->work);
  st_free (batch->integers);
  st_free (batch->order);
  st_free (batch->sorted);
  st_free (batch);
}

uint32_t
st_batch_eigen_width (const StBatchEigen *batch)
{
  return (uint32_t) batch->lanes->lanes;
}

static StStatus
not_finite (size_t n, const double *matrix, uint32_t number)
{
  size_t at = 0;
  while (at / n > at % n || isfinite (matrix[at]))
    at++;
  return st_failure (ST_NON_FINITE, number, (int64_t) at);
}

/* Scales that bring each lane's largest entry to between 1/2 and 1, in `left` the lanes for
 * which there is none: they become 0. */
static void
find_scales (StLaneMatrices *matrices, size_t count, uint32_t *left)
{
  *left = 0;
  for (size_t lane = 0; lane < count; lane++)
    {
      int exponent = 0;
      bool zero = !(matrices->largest[lane] > 0.0);
      frexp (matrices->largest[lane], &exponent);
      if (exponent < -LARGEST_EXPONENT || exponent > LARGEST_EXPONENT)
        *left |= 1u << lane;
      matrices->scale[lane] = zero ? 1.0 : *left >> lane & 1 ? 0.0 : ldexp (1.0, -exponent);
    }
}

/* order[n] of numbers that lie `step` apart, so that they descend. */
static void
sort (size_t n, const double *numbers, size_t step, uint32_t *order)
{
  for (uint32_t i = 0; i < n; i++)
    {
      uint32_t place = i;
      for (; place > 0 && numbers[order[place - 1] * step] < numbers[i * step]; place--)
        order[place] = order[place - 1];
      order[place] = i;
    }
}

/* Entry i of the vector is entry i * step of the column. */
static void
take_vector (size_t n, const double *column, size_t step, double *vector)
{
  size_t most = 0;
  for (size_t i = 0; i < n; i++)
    if (fabs (column[i * step]) > fabs (column[most * step]))
      most = i;
  double sign = column[most * step] < 0.0 ? -1.0 : 1.0;
  /* Lanes that wait for others are turned by 0 now and then: no -0. */
  for (size_t i = 0; i < n; i++)
    vector[i] = sign * column[i * step] + 0.0;
}

/* Values and vectors, in order; numbers of one matrix lie `step` apart. */
static void
take (StBatchEigen *batch, size_t n, const double *numbers, double scale, const double *columns,
      size_t step, double *values, double *vectors)
{
  sort (n, numbers, step, batch->order);
  for (size_t j = 0; j < n; j++)
    values[j] = numbers[batch->order[j] * step] / scale + 0.0;
  for (size_t j = 0; vectors != NULL && j < n; j++)
    take_vector (n, columns + batch->order[j] * n * step, step, vectors + j * n);
}

static StStatus
solve_alone (StBatchEigen *batch, size_t n, const double *matrix, double *values, double *vectors)
{
  lapack_int side = (lapack_int) n;
  memcpy (batch->copy, matrix, n * n * sizeof (double));
  lapack_int info = LAPACKE_dsyevd_work (LAPACK_COL_MAJOR, vectors != NULL ? 'V' : 'N', 'L', side,
                                         batch->copy, side, batch->sorted, batch->work,
                                         batch->work_length, batch->integers,
                                         batch->integers_length);
  if (info != 0)
    return st_failure (ST_NO_CONVERGENCE, info, 0);
  take (batch, n, batch->sorted, 1.0, batch->copy, 1, values, vectors);
  return st_success ();
}

/* As many matrices as there are lanes, or fewer; the first has this number. */
static StStatus
solve_together (StBatchEigen *batch, uint32_t n, uint32_t number, uint32_t count,
                const double *matrices, double *values, double *vectors)
{
  const StLanes *lanes = batch->lanes;
  StLaneMatrices *beside = &batch->matrices;
  size_t size = (size_t) n * n;
  uint32_t left;
  StStatus status = st_success ();

  beside->n = n;
  lanes->load (beside, count, matrices);
  for (uint32_t i = 0; i < count; i++)
    if (!isfinite (beside->largest[i]))
      return not_finite (n, matrices + i * size, number + i);
  find_scales (beside, count, &left);
  lanes->reduce (beside);
  left |= vectors != NULL ? lanes->vectors (beside) : lanes->values (beside);

  for (uint32_t i = 0; i < count && st_ok (status); i++)
    {
      double *own = values + (size_t) i * n, *axes = vectors != NULL ? vectors + i * size : NULL;
      if (left >> i & 1)
        status = solve_alone (batch, n, matrices + i * size, own, axes);
      else
        take (batch, n, beside->diagonal + i, beside->scale[i],
              axes != NULL ? beside->q + i : NULL, lanes->lanes, own, axes);
    }
  return status;
}

StStatus
st_batch_eigen_solve (StBatchEigen *batch, uint32_t n, uint32_t count, const double *matrices,
                      double *values, double *vectors)
{
  size_t size = (size_t) n * n;
  uint32_t width = n <= LARGEST_SIDE ? st_batch_eigen_width (batch) : 1;
  StStatus status = st_success ();

  for (uint32_t i = 0; i < count && n > 0 && st_ok (status); i += width)
    {
      uint32_t some = count - i < width ? count - i : width;
      const double *first = matrices + i * size;
      double *own = values + (size_t) i * n, *axes = vectors != NULL ? vectors + i * size : NULL;
      if (n <= LARGEST_SIDE)
        status = solve_together (batch, n, i, some, first, own, axes);
      else
        status = solve_alone (batch, n, first, own, axes);
    }
  return status;
}
