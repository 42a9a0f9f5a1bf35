#include "st-distance-print.h"

#include "st-cli.h"

#include <math.h>
#include <stdio.h>

static const char *const factors[3] = { "s1", "s2", "s3" };

void
st_distance_weights (StDistance distance, StShape shape, double weights[3])
{
  guint64 cells = (guint64) shape.height * shape.width;
  weights[0] = weights[1] = weights[2] = 1.0;
  if (distance == ST_DISTANCE_AFFINE_INVARIANT && shape.channels + 1 > cells)
    weights[2] = 0.0;
}

static const char *
reason (StUndefined why)
{
  switch (why)
    {
    case ST_UNDEFINED_RANK: return "singular";
    case ST_UNDEFINED_RANKS: return "different ranks";
    case ST_UNDEFINED_ANGLE: return "orthogonal directions";
    case ST_DEFINED: break;
    }
  return "";
}

static guint
count_reason (guint count, const StDistances *distances, guint factor, StUndefined why)
{
  guint found = 0;
  for (guint i = 0; i < count; i++)
    found += distances[i].why[factor] == why;
  return found;
}

/* Of the products that are defined; NaN if none is.  *defined: how many those are. */
static double
median_product (guint count, const StDistances *distances, guint *defined)
{
  g_autofree double *values = g_new (double, MAX (count, 1));
  *defined = 0;
  for (guint i = 0; i < count; i++)
    if (isfinite (distances[i].product))
      values[(*defined)++] = distances[i].product;
  return *defined > 0 ? st_median (values, *defined) : NAN;
}

static json_t *
undefined_json (guint count, const StDistances *distances)
{
  json_t *array = json_array ();
  for (guint f = 0; f < 3; f++)
    for (StUndefined why = ST_UNDEFINED_RANK; why <= ST_UNDEFINED_ANGLE; why++)
      {
        guint found = count_reason (count, distances, f, why);
        if (found > 0)
          json_array_append_new (array, json_pack ("{s:s, s:s, s:i}", "factor", factors[f],
                                                   "reason", reason (why), "count", (int) found));
      }
  return array;
}

json_t *
st_distances_json (StDistance distance, guint count, const StDistances *distances)
{
  guint defined;
  double median = median_product (count, distances, &defined);
  json_t *object = json_pack ("{s:s}", "name", st_distance_name (distance));
  json_t *used = json_array (), *product = json_array (), *each[3];
  for (guint f = 0; f < 3; f++)
    {
      each[f] = json_array ();
      if (count > 0 && distances[0].used[f])
        json_array_append_new (used, json_string (factors[f]));
    }
  for (guint i = 0; i < count; i++)
    {
      json_array_append_new (product, st_json_number (distances[i].product));
      for (guint f = 0; f < 3; f++)
        json_array_append_new (each[f], st_json_number (distances[i].factors[f]));
    }
  json_object_set_new (object, "factors", used);
  json_object_set_new (object, "median", st_json_number (median));
  json_object_set_new (object, "product", product);
  for (guint f = 0; f < 3; f++)
    json_object_set_new (object, factors[f], each[f]);
  json_object_set_new (object, "undefined_pairs", json_integer (count - defined));
  json_object_set_new (object, "undefined", undefined_json (count, distances));
  return object;
}

void
st_distances_print (StDistance distance, guint count, const StDistances *distances)
{
  guint defined;
  double median = median_product (count, distances, &defined);
  printf ("    %s distance", st_distance_name (distance));
  for (guint f = 0, told = 0; f < 3 && count > 0 && !distances[0].used[2]; f++)
    if (distances[0].used[f])
      printf ("%s S%u", told++ == 0 ? " of" : " and", f + 1);
  if (defined > 0)
    printf (": median %.4g", median);
  printf ("%s of %u pairs %s", defined > 0 ? "" : ": none", defined > 0 ? defined : count,
          defined > 0 ? "where it is defined" : "is defined");
  for (guint f = 0; f < 3; f++)
    for (StUndefined why = ST_UNDEFINED_RANK; why <= ST_UNDEFINED_ANGLE; why++)
      {
        guint found = count_reason (count, distances, f, why);
        if (found > 0)
          printf ("; S%u: %s in %u", f + 1, reason (why), found);
      }
  printf ("\n");
}
