/* The same geometry as `measure`, for anybody's tensors. */
#include "st-arguments.h"
#include "st-array-output.h"
#include "st-commands.h"
#include "st-measure-print.h"

#include <st-alloc.h>
#include <st-point.h>
#include <st-spectrum.h>
#include <st-subspace.h>
#include <stdio.h>
#include <string.h>

typedef struct Geometry {
  StCommon common;
  const char *reference, *layout_name, *kernel_name, *centre_name;
  double tolerance;
  guint64 subspace;
  gboolean matrices;
  StLayout layout;
  StKernel kernel;
  gboolean centre;
} Geometry;

/* Points of the manifold: one set of tensors, measured. */
typedef struct Points {
  StTensors tensors;
  guint lengths[3], values_length;
  gsize features_length;
  double *values;          /* [count][values_length] eigenvalues */
  double *features;        /* [count][features_length] */
  double *gram;            /* [count][count] */
  StSubspace *subspace;
  double *basis;           /* [k][features_length] */
} Points;

typedef struct Measuring {
  const Geometry *geometry;
  Points *points;
  StPointWork **works;     /* one for each of the pool's threads */
  StStatus *statuses;      /* [count] */
} Measuring;

static gboolean
parse (Geometry *g, const StCommand *command, int argc, char **argv, GPtrArray *operands, int *exit)
{
  const StOption options[] = {
    { "reference", ST_OPTION_TEXT, &g->reference, "OTHER.npy", "angles to these tensors", 0, 0 },
    { "layout", ST_OPTION_TEXT, &g->layout_name, "nchw|nhwc", "order of the axes (nchw)", 0, 0 },
    { "rank-tolerance", ST_OPTION_REAL, &g->tolerance, "T",
      "a rank counts eigenvalues above T times the largest (1e-8)", 0, 1 },
    { "kernel", ST_OPTION_TEXT, &g->kernel_name, "K",
      "projection (the default), frobenius or log-euclidean", 0, 0 },
    { "subspace", ST_OPTION_WHOLE, &g->subspace, "K", "how many angles (5)", 1, ST_SUBSPACE_MAX },
    { "centre", ST_OPTION_TEXT, &g->centre_name, "yes|no",
      "centre the points before angles and dimensions (yes)", 0, 0 },
    { "matrices", ST_OPTION_FLAG, &g->matrices, NULL, "give the Gram matrices too", 0, 0 },
    ST_COMMON_OPTIONS (&g->common),
  };
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 1, 1, operands, exit);
}

static char *
interpret (Geometry *g)
{
  if (g->layout_name != NULL && strcmp (g->layout_name, "nhwc") == 0)
    g->layout = ST_LAYOUT_NHWC;
  else if (g->layout_name != NULL && strcmp (g->layout_name, "nchw") != 0)
    return g_strdup_printf ("--layout is “nchw” or “nhwc”, not “%s”", g->layout_name);
  g->centre = g->centre_name == NULL || strcmp (g->centre_name, "yes") == 0;
  if (!g->centre && strcmp (g->centre_name, "no") != 0)
    return g_strdup_printf ("--centre is “yes” or “no”, not “%s”", g->centre_name);
  return g->kernel_name != NULL ? st_argument_kernel (g->kernel_name, &g->kernel) : NULL;
}

static void
points_clear (Points *points)
{
  st_tensors_clear (&points->tensors);
  st_free (points->values);
  st_free (points->features);
  st_free (points->gram);
  st_free (points->basis);
  st_subspace_free (points->subspace);
  memset (points, 0, sizeof *points);
}

static StStatus
points_allocate (const Geometry *g, Points *points)
{
  guint n = points->tensors.count, k = (guint) MIN (g->subspace, n);
  st_spectrum_lengths (points->tensors.shape, points->lengths);
  points->values_length = points->lengths[0] + points->lengths[1] + points->lengths[2];
  points->features_length = st_kernel_features (g->kernel, points->tensors.shape);
  points->values = st_alloc (n, points->values_length * sizeof (double));
  points->features = st_alloc (n, points->features_length * sizeof (double));
  points->gram = st_alloc (n, n * sizeof (double));
  points->basis = st_alloc (k, points->features_length * sizeof (double));
  if (points->values == NULL || points->features == NULL || points->gram == NULL
      || points->basis == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  return st_subspace_new (n, k, &points->subspace);
}

static void
measure_point (void *context, uint32_t task, uint32_t worker)
{
  Measuring *m = context;
  Points *points = m->points;
  bool zero[3];
  if (st_cancel_asked (&st_cli_cancel))
    {
      m->statuses[task] = st_failure (ST_CANCELLED, 0, 0);
      return;
    }
  m->statuses[task]
    = st_point (points->tensors.data + task * st_shape_size (points->tensors.shape),
                m->geometry->kernel, m->geometry->tolerance, m->works[worker],
                points->values + task * (gsize) points->values_length, zero,
                points->features + task * points->features_length);
}

static void
measure_rows (void *context, uint32_t task, uint32_t worker)
{
  Points *points = ((Measuring *) context)->points;
  guint n = points->tensors.count;
  st_gram_lower_rows (points->features_length, points->features, task, 1, points->gram, n);
}

static StStatus
measure_points (const Geometry *g, StPool *pool, Points *points)
{
  guint n = points->tensors.count, threads = st_pool_threads (pool);
  Measuring m = { .geometry = g, .points = points, .works = g_new0 (StPointWork *, threads),
                  .statuses = g_new0 (StStatus, n) };
  StStatus status = st_success ();

  for (guint i = 0; i < threads && st_ok (status); i++)
    status = st_point_work_new (points->tensors.shape, &m.works[i]);
  if (st_ok (status))
    st_pool_run (pool, n, measure_point, &m);
  for (guint i = 0; i < n && st_ok (status); i++)
    status = m.statuses[i];
  if (st_ok (status))
    st_pool_run (pool, n, measure_rows, &m);
  for (guint i = 0; i < threads; i++)
    st_point_work_free (m.works[i]);
  g_free (m.works);
  g_free (m.statuses);
  if (st_ok (status))
    st_gram_mirror (n, points->gram, n);
  return status;
}

static StStatus
fit (const Geometry *g, Points *points)
{
  guint n = points->tensors.count, k = (guint) MIN (g->subspace, n);
  StSubspaceWork *work;
  StStatus status = st_subspace_work_new (n, k, &work);
  if (!st_ok (status))
    return status;
  status = st_subspace_fit (points->subspace, k, points->gram, g->centre, work);
  if (st_ok (status))
    st_subspace_basis (points->subspace, points->features, points->features_length, points->basis);
  st_subspace_work_free (work);
  return status;
}

/* Everything about one file of tensors; the exit status. */
static int
open_points (const Geometry *g, const char *path, StPool *pool, Points *points)
{
  memset (points, 0, sizeof *points);
  int exit = st_cli_open_tensors (&g->common, path, g->layout, &points->tensors);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = points_allocate (g, points);
  if (st_ok (status))
    status = measure_points (g, pool, points);
  if (st_ok (status))
    status = fit (g, points);
  if (st_ok (status))
    return ST_EXIT_DONE;
  points_clear (points);
  return st_cli_fail (status, path);
}

static StStatus
find_angles (const Geometry *g, const Points *a, const Points *b, StAngles *angles)
{
  guint k = MIN (a->subspace->k, b->subspace->k);
  double *scratch = st_alloc (MAX (k, 1), a->features_length * sizeof *scratch);
  memset (angles, 0, sizeof *angles);
  if (scratch == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  StStatus status = st_angles_of_bases (a->subspace, a->basis, b->subspace, b->basis,
                                        a->features_length, k, scratch, angles);
  st_free (scratch);
  return status;
}

static void
count_ranks (const Geometry *g, const Points *points, StTriple *triples)
{
  for (guint n = 0; n < points->tensors.count; n++)
    {
      const double *values = points->values + n * (gsize) points->values_length;
      for (guint i = 0; i < 3; values += points->lengths[i++])
        triples[n].r[i] = (uint16_t) st_rank (values, points->lengths[i], g->tolerance);
    }
}

static json_t *
eigenvalues_json (const Points *points)
{
  static const char *const factors[3] = { "s1", "s2", "s3" };
  json_t *object = json_object ();
  gsize at = 0;
  for (guint i = 0; i < 3; at += points->lengths[i++])
    {
      json_t *images = json_array ();
      for (guint n = 0; n < points->tensors.count; n++)
        json_array_append_new (
          images, st_json_numbers (points->values + n * (gsize) points->values_length + at,
                                   points->lengths[i]));
      json_object_set_new (object, factors[i], images);
    }
  return object;
}

static json_t *
matrix_json (guint rows, guint columns, const double *matrix)
{
  json_t *array = json_array ();
  for (guint i = 0; i < rows; i++)
    json_array_append_new (array, st_json_numbers (matrix + i * (gsize) columns, columns));
  return array;
}

static json_t *
gram_between_json (const Points *a, const Points *b)
{
  guint rows = a->tensors.count, columns = b->tensors.count;
  double *gram = st_alloc (rows, columns * sizeof *gram);
  if (gram == NULL)
    return json_null ();
  st_gram_block (a->features_length, rows, a->features, columns, b->features, gram, columns);
  json_t *json = matrix_json (rows, columns, gram);
  st_free (gram);
  return json;
}

static json_t *
describe (const Geometry *g, const Points *a, const Points *b, const StAngles *angles)
{
  guint n = a->tensors.count;
  StShape shape = a->tensors.shape;
  g_autofree StTriple *triples = g_new (StTriple, n);
  json_t *document = json_object ();

  count_ranks (g, a, triples);
  json_object_set_new (document, "count", json_integer (n));
  json_object_set_new (document, "shape",
                       json_pack ("[i,i,i]", shape.height, shape.width, shape.channels));
  json_object_set_new (document, "ranks", st_json_ranks (triples, n));
  json_object_set_new (document, "eigenvalues", eigenvalues_json (a));
  json_object_set_new (document, "strata", st_json_strata (triples, n));
  json_object_set_new (document, "dimension", st_json_dimension (a->subspace));
  if (b != NULL)
    json_object_set_new (document, "angles_deg",
                         angles->count > 0 ? st_json_numbers (angles->degrees, angles->count)
                                           : json_null ());
  if (g->matrices)
    json_object_set_new (document, "gram_aa", matrix_json (n, n, a->gram));
  if (g->matrices && b != NULL)
    json_object_set_new (document, "gram_ab", gram_between_json (a, b));
  return document;
}

static int
print_text (const Geometry *g, const char *path, const Points *a, const Points *b,
            const StAngles *angles)
{
  guint n = a->tensors.count;
  g_autofree StTriple *triples = g_new (StTriple, n);
  g_autofree StStratum *strata = g_new (StStratum, n);
  count_ranks (g, a, triples);
  guint distinct = st_strata_count (triples, n, strata);

  printf ("%s: %u tensors of %u x %u x %u, %u %s\n", path, n, a->tensors.shape.height,
          a->tensors.shape.width, a->tensors.shape.channels, distinct,
          distinct == 1 ? "stratum" : "strata");
  for (guint i = 0; i < distinct; i++)
    printf ("  ranks (%u, %u, %u): %u\n", strata[i].ranks.r[0], strata[i].ranks.r[1],
            strata[i].ranks.r[2], strata[i].count);
  printf ("  dimension %u, 95 %% of the energy in %u, 99 %% in %u\n", a->subspace->numerical,
          a->subspace->energy95, a->subspace->energy99);
  if (b != NULL)
    {
      printf ("  angles to %s:", g->reference);
      for (guint i = 0; i < angles->count; i++)
        printf (" %.4g°", angles->degrees[i]);
      printf ("%s\n", angles->count == 0 ? " none are defined" : "");
    }
  return st_cli_finish_output ();
}

/* b: NULL without a reference. */
static int
finish (const Geometry *g, const char *path, const Points *a, const Points *b)
{
  StAngles angles = { 0 };
  if (b != NULL && !st_shape_equal (a->tensors.shape, b->tensors.shape))
    return st_cli_fail (st_failure (ST_SHAPE, (int64_t) st_shape_size (b->tensors.shape),
                                    (int64_t) st_shape_size (a->tensors.shape)), g->reference);
  StStatus status = b != NULL ? find_angles (g, a, b, &angles) : st_success ();
  if (!st_ok (status))
    return st_cli_fail (status, path);
  return g->common.json ? st_cli_print_json (describe (g, a, b, &angles))
                        : print_text (g, path, a, b, &angles);
}

int
st_command_geometry (const StCommand *command, int argc, char **argv)
{
  Geometry g = { .tolerance = 1e-8, .subspace = 5 };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  Points a, b;
  StPool *pool;
  int exit;

  if (!parse (&g, command, argc, argv, operands, &exit))
    return exit;
  char *problem = interpret (&g);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  exit = st_cli_open_pool (&g.common, &pool);
  if (exit != ST_EXIT_DONE)
    return exit;

  const char *path = operands->pdata[0];
  exit = open_points (&g, path, pool, &a);
  if (exit == ST_EXIT_DONE)
    {
      if (g.reference != NULL)
        exit = open_points (&g, g.reference, pool, &b);
      if (exit == ST_EXIT_DONE)
        {
          exit = finish (&g, path, &a, g.reference != NULL ? &b : NULL);
          if (g.reference != NULL)
            points_clear (&b);
        }
      points_clear (&a);
    }
  st_pool_free (pool);
  return exit;
}
