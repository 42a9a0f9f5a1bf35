/* Every set of loops that runs here, on matrices of all kinds, against LAPACK one by one. */
#include <st-batch-eigen.h>
#include <st-rng.h>

#include <glib.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { SIDE_MAX = 170 };

typedef enum Kind {
  ZERO, ONES, IDENTITY, NEARLY_IDENTITY, DIAGONAL, INDEFINITE, COVARIANCE, HALF_RANK, RANK_ONE,
  REPEATED, GRADED_DOWN, GRADED_UP, SPLIT, NEARLY_SPLIT, WILKINSON, SMALL_NUMBERS, LARGE_NUMBERS,
  TOO_SMALL, TOO_LARGE, KINDS
} Kind;

static const StLanes *
level (gconstpointer data)
{
  return st_lanes_nth (GPOINTER_TO_UINT (data));
}

/* X X^T of x[m][n] with some of the rows repeated. */
static void
fill_gram (uint32_t n, uint32_t distinct, uint32_t seed, double *a)
{
  uint32_t m = 2 * n;
  g_autofree double *x = g_new (double, (size_t) n * m);
  st_random_normal ((StRandomKey) { .seed = seed, .image = n }, (size_t) n * m, x);
  for (uint32_t j = 0; j < n; j++)
    for (uint32_t i = 0; i < n; i++)
      {
        double sum = 0.0;
        for (uint32_t l = 0; l < m; l++)
          sum += x[(size_t) (i % distinct) * m + l] * x[(size_t) (j % distinct) * m + l];
        a[(size_t) j * n + i] = sum / m;
      }
}

static void
scale_sides (uint32_t n, double step, double *a)
{
  for (uint32_t j = 0; j < n; j++)
    for (uint32_t i = 0; i < n; i++)
      a[(size_t) j * n + i] *= pow (10.0, step * (i + j) / n);
}

static void
fill_tridiagonal (uint32_t n, double beside, double *a)
{
  memset (a, 0, (size_t) n * n * sizeof *a);
  for (uint32_t i = 0; i < n; i++)
    {
      a[(size_t) i * n + i] = fabs (i - 0.5 * (n - 1));
      if (i + 1 < n)
        a[(size_t) i * n + i + 1] = a[(size_t) (i + 1) * n + i] = beside;
    }
}

static void
fill (Kind kind, uint32_t n, uint32_t seed, double *a)
{
  size_t size = (size_t) n * n;
  switch (kind)
    {
    case ZERO:
      memset (a, 0, size * sizeof *a);
      break;
    case ONES:
      for (size_t i = 0; i < size; i++)
        a[i] = 1.0;
      break;
    case IDENTITY:
    case DIAGONAL:
      for (size_t i = 0; i < size; i++)
        a[i] = i % (n + 1) != 0 ? 0.0 : kind == IDENTITY ? 3.0 : sin ((double) i);
      break;
    case NEARLY_IDENTITY:
      for (size_t i = 0; i < size; i++)
        a[i] = (i % (n + 1) == 0) + 1e-16 * sin ((double) (i / n * (i % n) + seed));
      break;
    case INDEFINITE:
      st_random_normal ((StRandomKey) { .seed = seed, .image = n }, size, a);
      for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < j; i++)
          a[(size_t) j * n + i] = a[(size_t) i * n + j];
      break;
    case HALF_RANK:
      fill_gram (n, (n + 1) / 2, seed, a);
      break;
    case RANK_ONE:
      fill_gram (n, 1, seed, a);
      break;
    case REPEATED:
      for (size_t i = 0; i < size; i++)
        a[i] = i / n % 3 == i % n % 3 ? 1.0 + (i % (n + 1) == 0) : 0.0;
      break;
    case GRADED_DOWN:
    case GRADED_UP:
      fill_gram (n, n, seed, a);
      scale_sides (n, kind == GRADED_UP ? 8.0 : -8.0, a);
      break;
    case SPLIT:
    case NEARLY_SPLIT:
      fill_tridiagonal (n, kind == SPLIT ? 1e-200 : 1e-14, a);
      break;
    case WILKINSON:
      fill_tridiagonal (n, 1.0, a);
      break;
    case COVARIANCE:
    case SMALL_NUMBERS:
    case LARGE_NUMBERS:
    case TOO_SMALL:
    case TOO_LARGE:
    case KINDS:
      fill_gram (n, n, seed, a);
      for (size_t i = 0; i < size; i++)
        a[i] = ldexp (a[i], kind == SMALL_NUMBERS ? -500 : kind == LARGE_NUMBERS ? 500
                            : kind == TOO_SMALL ? -950 : kind == TOO_LARGE ? 950 : 0);
      break;
    }
}

static double *
many (uint32_t count, uint32_t n)
{
  double *matrices = g_new (double, (size_t) count * n * n);
  for (uint32_t i = 0; i < count; i++)
    fill ((Kind) (i % KINDS), n, i, matrices + (size_t) i * n * n);
  return matrices;
}

static void
solve (const StLanes *lanes, uint32_t n, uint32_t count, const double *matrices, double *values,
       double *vectors)
{
  StBatchEigen *batch = NULL;
  g_assert_cmpint (st_batch_eigen_new_with (lanes, n, vectors != NULL, &batch).code, ==, ST_OK);
  g_assert_cmpint (st_batch_eigen_solve (batch, n, count, matrices, values, vectors).code, ==,
                   ST_OK);
  st_batch_eigen_free (batch);
}

/* Returns the largest magnitude of LAPACK's values. */
static double
check_values (uint32_t n, const double *matrix, const double *values)
{
  g_autofree double *copy = g_memdup2 (matrix, (size_t) n * n * sizeof *matrix);
  double expected[SIDE_MAX];
  lapack_int side = (lapack_int) n;
  g_assert_cmpint (LAPACKE_dsyevd (LAPACK_COL_MAJOR, 'N', 'L', side, copy, side, expected), ==, 0);
  double largest = MAX (fabs (expected[0]), fabs (expected[n - 1]));
  for (uint32_t i = 0; i < n; i++)
    {
      g_assert_cmpfloat (fabs (values[i] - expected[n - 1 - i]), <=, 3e-16 * (n + 10) * largest);
      g_assert_true (i == 0 || values[i] <= values[i - 1]);
    }
  return largest;
}

/* A v = lambda v, V^T V = I, the component of largest magnitude positive. */
static void
check_vectors (uint32_t n, const double *a, const double *values, const double *vectors,
               double largest)
{
  for (uint32_t v = 0; v < n; v++)
    {
      const double *vector = vectors + (size_t) v * n;
      double most = 0.0;
      for (uint32_t i = 0; i < n; i++)
        {
          double product = 0.0;
          for (uint32_t j = 0; j < n; j++)
            product += a[(size_t) MIN (i, j) * n + MAX (i, j)] * vector[j];
          g_assert_cmpfloat (fabs (product - values[v] * vector[i]), <=, 2e-15 * n * largest);
          most = fabs (vector[i]) > fabs (most) ? vector[i] : most;
        }
      g_assert_cmpfloat (most, >, 0.0);
      for (uint32_t other = 0; other <= v; other++)
        {
          double product = 0.0;
          for (uint32_t i = 0; i < n; i++)
            product += vector[i] * vectors[(size_t) other * n + i];
          g_assert_cmpfloat_with_epsilon (product, other == v ? 1.0 : 0.0, 3e-14);
        }
    }
}

static void
test_lapack (gconstpointer data)
{
  static const uint32_t SIDES[] = { 1, 2, 3, 4, 7, 8, 13, 31, 49, 80, SIDE_MAX };
  for (size_t s = 0; s < G_N_ELEMENTS (SIDES); s++)
    {
      uint32_t n = SIDES[s], count = n > 50 ? KINDS : 2 * KINDS + 3;
      size_t size = (size_t) n * n;
      g_autofree double *matrices = many (count, n), *vectors = g_new (double, count * size);
      g_autofree double *values = g_new (double, count * n);
      solve (level (data), n, count, matrices, values, NULL);
      for (uint32_t i = 0; i < count; i++)
        check_values (n, matrices + i * size, values + i * n);
      solve (level (data), n, count, matrices, values, vectors);
      for (uint32_t i = 0; i < count; i++)
        {
          double largest = check_values (n, matrices + i * size, values + i * n);
          check_vectors (n, matrices + i * size, values + i * n, vectors + i * size, largest);
        }
    }
}

/* Bit for bit the same alone, in any company, at any place. */
static void
test_company (gconstpointer data)
{
  enum { COUNT = 2 * KINDS + 1 };
  static const uint32_t SIDES[] = { 1, 2, 7, 20, 49 };
  for (size_t s = 0; s < G_N_ELEMENTS (SIDES); s++)
    for (int with_vectors = 0; with_vectors < 2; with_vectors++)
      {
        uint32_t n = SIDES[s];
        size_t size = (size_t) n * n;
        g_autofree double *matrices = many (COUNT, n), *moved = g_new (double, COUNT * size);
        g_autofree double *values = g_new (double, COUNT * n);
        g_autofree double *others = g_new (double, COUNT * n);
        g_autofree double *vectors = g_new (double, COUNT * size);
        g_autofree double *other_vectors = g_new (double, COUNT * size);
        double alone[49], alone_vectors[49 * 49];

        solve (level (data), n, COUNT, matrices, values, with_vectors ? vectors : NULL);
        for (uint32_t step = 2; step < COUNT; step += 5)
          {
            if (COUNT % step == 0)
              continue;
            for (uint32_t i = 0; i < COUNT; i++)
              memcpy (moved + i * size, matrices + i * step % COUNT * size,
                      size * sizeof (double));
            solve (level (data), n, COUNT, moved, others, with_vectors ? other_vectors : NULL);
            for (uint32_t i = 0; i < COUNT; i++)
              {
                uint32_t from = i * step % COUNT;
                g_assert_cmpmem (others + i * n, n * sizeof (double), values + from * n,
                                 n * sizeof (double));
                if (with_vectors)
                  g_assert_cmpmem (other_vectors + i * size, size * sizeof (double),
                                   vectors + from * size, size * sizeof (double));
              }
          }
        for (uint32_t i = 0; i < COUNT; i++)
          {
            solve (level (data), n, 1, matrices + i * size, alone,
                   with_vectors ? alone_vectors : NULL);
            g_assert_cmpmem (alone, n * sizeof (double), values + i * n, n * sizeof (double));
            if (with_vectors)
              g_assert_cmpmem (alone_vectors, size * sizeof (double), vectors + i * size,
                               size * sizeof (double));
          }
      }
}

/* Scratch for larger matrices serves smaller ones; the upper triangle is not read. */
static void
test_lower (gconstpointer data)
{
  enum { SIDE = 7, COUNT = 20 };
  g_autofree double *matrices = many (COUNT, SIDE);
  double values[COUNT * SIDE], others[COUNT * SIDE], vectors[COUNT * SIDE * SIDE];
  StBatchEigen *batch = NULL;
  solve (level (data), SIDE, COUNT, matrices, values, NULL);
  for (size_t i = 0; i < COUNT * SIDE * SIDE; i++)
    if (i / SIDE % SIDE > i % SIDE)
      matrices[i] = NAN;
  g_assert_cmpint (st_batch_eigen_new_with (level (data), 30, true, &batch).code, ==, ST_OK);
  g_assert_cmpint (st_batch_eigen_solve (batch, SIDE, COUNT, matrices, others, NULL).code, ==,
                   ST_OK);
  g_assert_cmpmem (others, sizeof others, values, sizeof values);
  g_assert_cmpint (st_batch_eigen_solve (batch, SIDE, COUNT, matrices, others, vectors).code, ==,
                   ST_OK);
  for (uint32_t i = 0; i < COUNT; i++)
    check_vectors (SIDE, matrices + i * SIDE * SIDE, others + i * SIDE,
                   vectors + i * SIDE * SIDE, MAX (fabs (others[i * SIDE]),
                                                   fabs (others[i * SIDE + SIDE - 1])));
  g_assert_cmpint (st_batch_eigen_solve (batch, 0, 3, NULL, NULL, NULL).code, ==, ST_OK);
  g_assert_cmpint (st_batch_eigen_solve (batch, 5, 0, NULL, NULL, NULL).code, ==, ST_OK);
  st_batch_eigen_free (batch);
}

static void
test_not_finite (gconstpointer data)
{
  enum { SIDE = 5, COUNT = 11 };
  static const double BAD[] = { NAN, INFINITY, -INFINITY };
  for (int bad = 0; bad < 3; bad++)
    for (uint32_t at = 0; at < COUNT * SIDE * SIDE; at++)
      {
        g_autofree double *matrices = many (COUNT, SIDE);
        double values[COUNT * SIDE];
        bool read = at / SIDE % SIDE <= at % SIDE;
        StBatchEigen *batch = NULL;
        matrices[at] = BAD[bad];
        g_assert_cmpint (st_batch_eigen_new_with (level (data), SIDE, false, &batch).code, ==,
                         ST_OK);
        StStatus status = st_batch_eigen_solve (batch, SIDE, COUNT, matrices, values, NULL);
        g_assert_cmpint (status.code, ==, read ? ST_NON_FINITE : ST_OK);
        if (read)
          {
            g_assert_cmpint (status.a, ==, at / (SIDE * SIDE));
            g_assert_cmpint (status.b, ==, at % (SIDE * SIDE));
          }
        st_batch_eigen_free (batch);
      }
}

static double
plain_outer (const double *x, uint32_t m, uint32_t i, uint32_t j)
{
  double sum = 0.0;
  for (uint32_t k = 0; k < m; k++)
    sum += x[i * m + k] * x[j * m + k];
  return sum;
}

static void
test_outer (gconstpointer data)
{
  for (uint32_t rows = 1; rows < 18; rows++)
    for (uint32_t m = 1; m < 40; m += 3)
      {
        double x[17 * 40], s[17 * 17];
        st_random_normal ((StRandomKey) { .seed = rows, .image = m }, rows * m, x);
        level (data)->outer (rows, m, x, 0.5, s);
        for (uint32_t j = 0; j < rows; j++)
          for (uint32_t i = j; i < rows; i++)
            g_assert_cmpfloat_with_epsilon (s[j * rows + i], 0.5 * plain_outer (x, m, i, j),
                                            1e-14 * m);
      }
}

static void
test_sums (gconstpointer data)
{
  for (uint32_t rows = 1; rows < 6; rows++)
    for (uint32_t columns = 1; columns < 40; columns++)
      {
        double drawn[5 * 40], by_row[5], by_column[40], largest = 0.0;
        float x[5 * 40];
        st_random_normal ((StRandomKey) { .seed = rows, .image = columns }, rows * columns, drawn);
        for (uint32_t i = 0; i < rows * columns; i++)
          {
            x[i] = (float) drawn[i];
            largest = MAX (largest, fabs ((double) x[i]));
          }
        g_assert_cmpfloat ((double) level (data)->sums (rows, columns, x, by_row, by_column), ==,
                           largest);
        for (uint32_t i = 0; i < rows * columns; i++)
          {
            by_row[i / columns] -= (double) x[i];
            by_column[i % columns] -= (double) x[i];
          }
        for (uint32_t i = 0; i < rows * columns; i++)
          {
            g_assert_cmpfloat_with_epsilon (by_row[i / columns], 0.0, 1e-14);
            g_assert_cmpfloat_with_epsilon (by_column[i % columns], 0.0, 1e-14);
          }
        for (uint32_t i = 0; i < rows * columns; i++)
          {
            float kept = x[i];
            x[i] = i % 2 ? NAN : -INFINITY;
            g_assert_false (isfinite (level (data)->sums (rows, columns, x, by_row, by_column)));
            x[i] = kept;
          }
      }
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; GTestDataFunc function; } TESTS[] = {
    { "lapack", test_lapack }, { "company", test_company }, { "lower", test_lower },
    { "not-finite", test_not_finite }, { "outer", test_outer }, { "sums", test_sums },
  };
  g_test_init (&argc, &argv, NULL);
  for (uint32_t i = 0; st_lanes_nth (i) != NULL; i++)
    for (size_t t = 0; t < G_N_ELEMENTS (TESTS); t++)
      {
        g_autofree char *path = g_strdup_printf ("/batch-eigen/%s/%s", st_lanes_nth (i)->name,
                                                 TESTS[t].name);
        g_test_add_data_func (path, GUINT_TO_POINTER (i), TESTS[t].function);
      }
  return g_test_run ();
}
