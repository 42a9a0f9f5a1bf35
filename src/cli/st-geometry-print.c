#include "st-geometry-print.h"

#include "st-cli.h"
#include "st-distance-print.h"
#include "st-measure-print.h"

#include <st-alloc.h>
#include <stdio.h>

static const char NO_UNFOLDINGS[] = "vectors have no unfoldings: ranks, spectra, strata, "
                                    "dimensions, angles and distances are not defined";

/* Why there are no angles, or not even subspaces; NULL where there are. */
static const char *
why_undefined (const StGeometryFound *found)
{
  const StTensorPoints *a = found->a, *b = found->b;
  if (a->tensors.vectors)
    return NO_UNFOLDINGS;
  if (a->tensors.count > 1 && !st_tensor_points_are_defined (a))
    return "sigma is 0: half of the pairs of points coincide, or more";
  if (a->subspace->numerical == 0)
    return a->tensors.count == 1 ? "one tensor spans no subspace"
                                 : "the points coincide under this kernel";
  if (b != NULL && b->subspace->numerical == 0)
    return b->tensors.count == 1 ? "the reference's one tensor spans no subspace"
                                 : "the reference's points coincide under this kernel";
  return NULL;
}

static json_t *
eigenvalues_json (const StTensorPoints *points)
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
own_gram_json (const StTensorPoints *a)
{
  return st_tensor_points_are_defined (a) ? matrix_json (a->tensors.count, a->tensors.count,
                                                         a->gram)
                                          : json_null ();
}

static json_t *
between_json (const StTensorPoints *a, const StTensorPoints *b)
{
  double *gram = NULL;
  if (st_tensor_points_are_defined (a))
    gram = st_tensor_points_between (a, b);
  json_t *json = gram != NULL ? matrix_json (a->tensors.count, b->tensors.count, gram)
                              : json_null ();
  st_free (gram);
  return json;
}

/* Keys of what vectors have not. */
static void
set_unfolded (json_t *document, const StGeometryFound *found)
{
  const StTensorPoints *a = found->a;
  guint n = a->tensors.count;
  g_autofree StTriple *triples = g_new (StTriple, n);
  if (a->tensors.vectors)
    {
      json_object_set_new (document, "ranks", json_null ());
      json_object_set_new (document, "eigenvalues", json_null ());
      json_object_set_new (document, "strata", json_null ());
      return;
    }
  st_tensor_points_ranks (a, &found->query, triples);
  json_object_set_new (document, "ranks", st_json_ranks (triples, n));
  json_object_set_new (document, "eigenvalues", eigenvalues_json (a));
  json_object_set_new (document, "strata", st_json_strata (triples, n));
}

json_t *
st_geometry_json (const StGeometryFound *found)
{
  const StTensorPoints *a = found->a;
  const StTensors *tensors = &a->tensors;
  StShape shape = tensors->shape;
  gboolean defined = st_tensor_points_are_defined (a);
  json_t *document = json_pack ("{s:i}", "count", (int) tensors->count);

  json_object_set_new (document, "shape",
                       tensors->vectors ? json_pack ("[i]", shape.channels)
                                        : json_pack ("[i,i,i]", shape.height, shape.width,
                                                     shape.channels));
  set_unfolded (document, found);
  json_object_set_new (document, "dimension",
                       defined ? st_json_dimension (a->subspace) : json_null ());
  st_json_set_kernel (document, found->query.kernel, a->sigma);
  if (found->b != NULL)
    st_json_set_angles (document, defined ? &found->angles.angles : NULL,
                        &found->angles.intervals, found->angles.gap);
  if (found->distance_asked)
    json_object_set_new (document, "distance",
                         found->distances != NULL
                           ? st_distances_json (found->distance, tensors->count, found->distances)
                           : json_null ());
  if (found->matrices)
    json_object_set_new (document, "gram_aa", own_gram_json (a));
  if (found->matrices && found->b != NULL)
    json_object_set_new (document, "gram_ab", between_json (a, found->b));
  const char *why = why_undefined (found);
  if (why != NULL)
    json_object_set_new (document, "undefined", json_string (why));
  return document;
}

static void
print_strata (const StGeometryFound *found)
{
  const StTensorPoints *a = found->a;
  guint n = a->tensors.count;
  g_autofree StTriple *triples = g_new (StTriple, n);
  g_autofree StStratum *strata = g_new (StStratum, n);
  st_tensor_points_ranks (a, &found->query, triples);
  guint distinct = st_strata_count (triples, n, strata);

  printf ("%s: %u %s of %u x %u x %u, %u %s\n", found->path, n, n == 1 ? "tensor" : "tensors",
          a->tensors.shape.height, a->tensors.shape.width, a->tensors.shape.channels, distinct,
          distinct == 1 ? "stratum" : "strata");
  for (guint i = 0; i < distinct; i++)
    printf ("  ranks (%u, %u, %u): %u\n", strata[i].ranks.r[0], strata[i].ranks.r[1],
            strata[i].ranks.r[2], strata[i].count);
}

static void
print_angles (const StGeometryFound *found)
{
  const StAngles *angles = &found->angles.angles;
  printf ("  angles to %s:", found->reference);
  for (guint i = 0; i < angles->count; i++)
    printf (" %.4g°", angles->degrees[i]);
  if (angles->count == 0)
    {
      const char *why = why_undefined (found);
      printf (" none are defined%s%s\n", why != NULL ? ": " : "", why != NULL ? why : "");
      return;
    }
  printf ("\n  mean %.4g°", angles->mean);
  st_print_interval (found->angles.intervals.mean);
  printf (", largest %.4g°, chordal %.4g, geodesic %.4g rad, gap %.4g, to %.1g rad\n",
          angles->largest, angles->chordal, angles->geodesic, found->angles.gap,
          angles->precision);
}

void
st_geometry_print (const StGeometryFound *found)
{
  const StTensorPoints *a = found->a;
  if (a->tensors.vectors)
    {
      printf ("%s: %u vectors of %u; %s\n", found->path, a->tensors.count,
              a->tensors.shape.channels, NO_UNFOLDINGS);
      return;
    }
  print_strata (found);
  printf ("  ");
  st_print_kernel (found->query.kernel, a->sigma);
  if (st_tensor_points_are_defined (a))
    printf (": dimension %u, 95 %% of the energy in %u, 99 %% in %u", a->subspace->numerical,
            a->subspace->energy95, a->subspace->energy99);
  printf ("\n");
  if (found->b != NULL)
    print_angles (found);
  if (found->distances != NULL)
    st_distances_print (found->distance, a->tensors.count, found->distances);
}
