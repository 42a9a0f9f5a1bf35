/* The same geometry as `measure`, for anybody's tensors. */
#include "st-arguments.h"
#include "st-cli.h"
#include "st-commands.h"
#include "st-geometry-print.h"

#include <string.h>

typedef struct Geometry {
  StCommon common;
  const char *reference, *layout_name, *kernel_name, *centre_name, *distance_name;
  guint64 subspace;
  StLayout layout;
  StGeometryFound found;
} Geometry;

static gboolean
parse (Geometry *g, const StCommand *command, int argc, char **argv, GPtrArray *operands, int *exit)
{
  const StOption options[] = {
    { "reference", ST_OPTION_TEXT, &g->reference, "OTHER.npy", "angles to these tensors", 0, 0 },
    { "layout", ST_OPTION_TEXT, &g->layout_name, "nchw|nhwc", "order of the axes (nchw)", 0, 0 },
    { "rank-tolerance", ST_OPTION_REAL, &g->found.query.tolerance, "T",
      "a rank counts eigenvalues above T times the largest (1e-8)", 0, 1 },
    { "kernel", ST_OPTION_TEXT, &g->kernel_name, "K", ST_KERNEL_HELP, 0, 0 },
    { "distance", ST_OPTION_TEXT, &g->distance_name, "D",
      "of each tensor to the reference's: " ST_DISTANCE_HELP, 0, 0 },
    { "subspace", ST_OPTION_WHOLE, &g->subspace, "K", "how many angles (5)", 1, ST_SUBSPACE_MAX },
    { "centre", ST_OPTION_TEXT, &g->centre_name, "yes|no",
      "centre the points before angles and dimensions (yes)", 0, 0 },
    { "matrices", ST_OPTION_FLAG, &g->found.matrices, NULL, "give the Gram matrices too", 0, 0 },
    ST_COMMON_OPTIONS (&g->common),
  };
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 1, 1, operands, exit);
}

static char *
interpret (Geometry *g)
{
  StPointsQuery *query = &g->found.query;
  char *problem = NULL;
  if (g->layout_name != NULL && strcmp (g->layout_name, "nhwc") == 0)
    g->layout = ST_LAYOUT_NHWC;
  else if (g->layout_name != NULL && strcmp (g->layout_name, "nchw") != 0)
    return g_strdup_printf ("--layout is “nchw” or “nhwc”, not “%s”", g->layout_name);
  query->centre = g->centre_name == NULL || strcmp (g->centre_name, "yes") == 0;
  if (!query->centre && strcmp (g->centre_name, "no") != 0)
    return g_strdup_printf ("--centre is “yes” or “no”, not “%s”", g->centre_name);
  if (g->kernel_name != NULL)
    problem = st_argument_kernel (g->kernel_name, &query->kernel);
  g->found.distance_asked = g->distance_name != NULL;
  if (problem == NULL && g->distance_name != NULL)
    problem = st_argument_distance (g->distance_name, &g->found.distance);
  if (problem == NULL && g->distance_name != NULL && g->reference == NULL)
    problem = g_strdup ("--distance needs --reference: the tensors to which distances are asked "
                        "for");
  query->subspace = (guint) g->subspace;
  return problem;
}

/* Everything about one file of tensors; the exit status. */
static int
open_points (const Geometry *g, const char *path, const StTensorPoints *clean, StPool *pool,
             StTensorPoints *points)
{
  memset (points, 0, sizeof *points);
  int exit = st_cli_open_any_tensors (path, g->layout, &points->tensors);
  if (exit != ST_EXIT_DONE)
    return exit;
  StStatus status = st_success ();
  if (clean != NULL && (clean->tensors.vectors != points->tensors.vectors
                        || !st_shape_equal (clean->tensors.shape, points->tensors.shape)))
    status = st_failure (ST_SHAPE, (int64_t) st_shape_size (points->tensors.shape),
                         (int64_t) st_shape_size (clean->tensors.shape));
  if (st_ok (status))
    status = st_tensor_points_measure (points, &g->found.query, clean, pool);
  if (st_ok (status))
    return ST_EXIT_DONE;
  st_tensor_points_clear (points);
  return st_cli_fail (status, path);
}

static int
find_distances (Geometry *g, StPool *pool)
{
  const StTensors *a = &g->found.a->tensors, *b = &g->found.b->tensors;
  if (a->vectors)
    return ST_EXIT_DONE;
  if (a->count != b->count)
    {
      g_autofree char *text = g_strdup_printf (
        "--distance compares the tensors of both files one by one, and %s holds %u, %s %u",
        g->found.path, a->count, g->reference, b->count);
      st_cli_wrong (text);
      return ST_EXIT_FAILED;
    }
  g->found.distances = g_new (StDistances, a->count);
  StStatus status = st_tensor_distances (a, b, g->found.distance, g->found.query.tolerance, pool,
                                         g->found.distances);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail (status, g->found.path);
}

/* A covariance that counts as zero has eigenvalues that are exactly 0. */
static void
remark (const Geometry *g, const char *path, const StTensorPoints *points)
{
  guint zero = 0, count = points->tensors.count;
  if (points->tensors.vectors)
    return;
  for (guint n = 0; n < count; n++)
    {
      const double *values = points->values + n * (gsize) points->values_length;
      gboolean any = FALSE;
      for (guint i = 0; i < 3; values += points->lengths[i++])
        any = any || values[0] == 0.0;
      zero += any;
    }
  if (zero > 0)
    st_cli_note (&g->common, "%s: %u of %u tensors have a covariance of zero, and rank 0 there",
                 path, zero, count);
}

static int
give (Geometry *g, StPool *pool)
{
  StGeometryFound *found = &g->found;
  StStatus status = st_success ();
  int exit = ST_EXIT_DONE;
  if (found->b != NULL)
    status = st_tensor_points_angles (found->a, found->b, &found->query, &found->angles);
  if (!st_ok (status))
    return st_cli_fail (status, found->path);
  if (found->distance_asked)
    exit = find_distances (g, pool);
  if (exit == ST_EXIT_DONE && g->common.json)
    exit = st_cli_print_json (st_geometry_json (found));
  else if (exit == ST_EXIT_DONE)
    {
      st_geometry_print (found);
      exit = st_cli_finish_output ();
    }
  g_free (found->distances);
  if (exit == ST_EXIT_DONE)   /* what fails says why, and nothing else */
    {
      remark (g, found->path, found->a);
      if (found->b != NULL && strcmp (g->reference, found->path) != 0)
        remark (g, g->reference, found->b);
    }
  return exit;
}

static int
run (Geometry *g, StPool *pool)
{
  StTensorPoints a, b;
  int exit = open_points (g, g->found.path, NULL, pool, &a);
  if (exit != ST_EXIT_DONE)
    return exit;
  g->found.a = &a;
  if (a.tensors.doubles == NULL && !a.tensors.vectors)
    st_cli_warn_of_tolerance (&g->common, g->found.query.tolerance);
  if (g->reference != NULL)
    exit = open_points (g, g->reference, &a, pool, &b);
  if (exit == ST_EXIT_DONE)
    {
      g->found.b = g->reference != NULL ? &b : NULL;
      exit = give (g, pool);
      if (g->reference != NULL)
        st_tensor_points_clear (&b);
    }
  st_tensor_points_clear (&a);
  return exit;
}

int
st_command_geometry (const StCommand *command, int argc, char **argv)
{
  Geometry g = { .found.query.tolerance = 1e-8, .subspace = 5 };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  StPool *pool;
  int exit;

  if (!parse (&g, command, argc, argv, operands, &exit))
    return exit;
  char *problem = interpret (&g);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  g.found.path = operands->pdata[0];
  g.found.reference = g.reference;
  exit = st_cli_open_pool (&g.common, &pool);
  if (exit != ST_EXIT_DONE)
    return exit;
  exit = run (&g, pool);
  st_pool_free (pool);
  return exit;
}
