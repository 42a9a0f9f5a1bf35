#include "st-measure-print.h"

#include "st-cli.h"

#include <math.h>
#include <st-summaries.h>
#include <stdio.h>

/* Below this a ratio is rounding. */
static const double SMALLEST_RATIO = 1e-16;
static const char *const factors[3] = { "s1", "s2", "s3" };

json_t *
st_json_ranks (const StTriple *triples, guint count)
{
  json_t *ranks = json_object ();
  for (guint i = 0; i < 3; i++)
    {
      json_t *array = json_array ();
      for (guint n = 0; n < count; n++)
        json_array_append_new (array, json_integer (triples[n].r[i]));
      json_object_set_new (ranks, factors[i], array);
    }
  return ranks;
}

json_t *
st_json_strata (const StTriple *triples, guint count)
{
  g_autofree StStratum *strata = g_new (StStratum, count);
  guint distinct = st_strata_count (triples, count, strata);
  json_t *array = json_array ();
  for (guint i = 0; i < distinct; i++)
    json_array_append_new (array, json_pack ("{s:[i,i,i], s:i}", "ranks", strata[i].ranks.r[0],
                                             strata[i].ranks.r[1], strata[i].ranks.r[2],
                                             "count", (int) strata[i].count));
  return array;
}

static json_t *
dimension_json (guint numerical, guint energy95, guint energy99)
{
  return json_pack ("{s:i, s:i, s:i}", "numerical", (int) numerical, "energy95", (int) energy95,
                    "energy99", (int) energy99);
}

json_t *
st_json_dimension (const StSubspace *subspace)
{
  return dimension_json (subspace->numerical, subspace->energy95, subspace->energy99);
}

/* Over images, the geometric mean of lambda_j / lambda_1; an image whose S_i is zero has no
 * such ratio and is left out. */
static json_t *
spectrum_of (const StResult *result, guint factor)
{
  guint length = result->lengths[factor], images = 0;
  g_autofree double *sums = g_new0 (double, length);
  for (guint n = 0; n < result->done; n++)
    {
      const double *values = st_result_eigenvalues (result, n, factor);
      if (values[0] <= 0.0)
        continue;
      images++;
      for (guint j = 0; j < length; j++)
        sums[j] += log (fmax (values[j] / values[0], SMALLEST_RATIO));
    }
  if (images == 0)
    return json_null ();
  for (guint j = 0; j < length; j++)
    sums[j] = fmax (exp (sums[j] / images), SMALLEST_RATIO);
  return st_json_numbers (sums, length);
}

static json_t *
oracle_json (const StResult *result)
{
  if (result->oracle == NULL)
    return json_null ();
  json_t *array = json_array ();
  for (guint n = 0; n < result->done; n++)
    json_array_append_new (array, json_integer (result->oracle[n]));
  return array;
}

/* [low, high], or null where there is none. */
static json_t *
interval_json (StInterval interval)
{
  return isfinite (interval.low) ? json_pack ("[f,f]", interval.low, interval.high)
                                 : json_null ();
}

static json_t *
intervals_json (const StAngleIntervals *intervals)
{
  json_t *array = json_array ();
  for (guint i = 0; i < intervals->count; i++)
    json_array_append_new (array, interval_json (intervals->degrees[i]));
  return array;
}

void
st_json_set_angles (json_t *object, const StAngles *angles, const StAngleIntervals *intervals,
                    double gap)
{
  gboolean known = angles != NULL && angles->count > 0;
  json_object_set_new (object, "angles_deg",
                       known ? st_json_numbers (angles->degrees, angles->count) : json_null ());
  json_object_set_new (object, "angle_mean_deg", st_json_number (known ? angles->mean : NAN));
  json_object_set_new (object, "angle_largest_deg",
                       st_json_number (known ? angles->largest : NAN));
  json_object_set_new (object, "angle_chordal", st_json_number (known ? angles->chordal : NAN));
  json_object_set_new (object, "angle_geodesic_rad",
                       st_json_number (known ? angles->geodesic : NAN));
  json_object_set_new (object, "angle_precision_rad",
                       st_json_number (known ? angles->precision : NAN));
  json_object_set_new (object, "angle_mean_interval_deg",
                       known ? interval_json (intervals->mean) : json_null ());
  json_object_set_new (object, "angle_intervals_deg",
                       known && isfinite (intervals->mean.low) ? intervals_json (intervals)
                                                               : json_null ());
  json_object_set_new (object, "gap", st_json_number (known ? gap : NAN));
}

void
st_json_set_kernel (json_t *object, StKernel kernel, double sigma)
{
  json_object_set_new (object, "kernel", json_string (st_kernel_name (kernel)));
  json_object_set_new (object, "sigma", st_json_number (sigma > 0.0 ? sigma : NAN));
}

static void
set_angles (json_t *level, const StHilbertResult *hilbert)
{
  gboolean defined = hilbert->known && hilbert->defined;
  if (hilbert->known)
    st_json_set_kernel (level, hilbert->kernel, hilbert->sigma);
  else
    {
      json_object_set_new (level, "kernel", json_null ());
      json_object_set_new (level, "sigma", json_null ());
    }
  st_json_set_angles (level, defined ? &hilbert->angles : NULL, &hilbert->intervals,
                      hilbert->gap);
  json_object_set_new (level, "angle_floor_deg", st_json_number (defined ? hilbert->floor : NAN));
  json_object_set_new (level, "dimension",
                       defined ? dimension_json (hilbert->numerical, hilbert->energy95,
                                                 hilbert->energy99)
                               : json_null ());
  json_object_set_new (level, "distance_ratio",
                       st_json_number (defined ? hilbert->distance_ratio : NAN));
}

json_t *
st_measure_json (const StResult *result, double tolerance)
{
  g_autofree StTriple *triples = g_new (StTriple, result->done);
  json_t *level = json_object ();
  json_t *spectrum = json_object ();

  st_result_ranks (result, tolerance, triples);
  for (guint i = 0; i < 3; i++)
    json_object_set_new (spectrum, factors[i], spectrum_of (result, i));
  json_object_set_new (level, "level", json_real (result->level));
  json_object_set_new (level, "psnr_db", st_json_number (st_result_psnr (result)));
  gboolean unfolds = result->lengths[0] > 0;   /* a vector does not */
  json_object_set_new (level, "ranks",
                       unfolds ? st_json_ranks (triples, result->done) : json_null ());
  json_object_set_new (level, "strata",
                       unfolds ? st_json_strata (triples, result->done) : json_null ());
  json_object_set_new (level, "spectrum", unfolds ? json_incref (spectrum) : json_null ());
  json_decref (spectrum);
  set_angles (level, &result->hilbert);
  json_object_set_new (level, "oracle_s3", oracle_json (result));
  return level;
}

void
st_print_interval (StInterval interval)
{
  if (isfinite (interval.low))
    printf (" [%.2f, %.2f]", interval.low, interval.high);
}

static void
print_angles (const StHilbertResult *hilbert)
{
  if (hilbert->known && hilbert->angles.count > 0)
    {
      printf ("  %.2f°", hilbert->angles.mean);
      st_print_interval (hilbert->intervals.mean);
    }
  else
    printf ("  none");
  if (hilbert->known && isfinite (hilbert->floor))
    printf (" (%.2f°)", hilbert->floor);
  printf ("\n");
}

void
st_print_kernel (StKernel kernel, double sigma)
{
  printf ("kernel %s", st_kernel_name (kernel));
  if (sigma > 0.0)
    printf (", sigma %.4g", sigma);
  else if (sigma == 0.0)
    printf (", which is not defined: sigma is 0");
}

void
st_measure_print_head (const char *path, const char *kind, const StHilbertResult *hilbert)
{
  printf ("%s: %s", path, kind);
  if (hilbert->known)
    {
      printf (", ");
      st_print_kernel (hilbert->kernel, hilbert->sigma);
    }
  printf ("\n  %8s  %8s  %6s  %-12s  %-12s  %-13s  %s\n", "level", "PSNR/dB", "strata",
          "S1 (median)", "S2 (median)", "S3 (median)", "angle [95 %] (other clean images)");
}

void
st_measure_print_line (const StResult *result, double tolerance)
{
  g_autoptr (StSummaries) summaries = st_summaries_new ();
  const StSummary *summary = st_summaries_get (summaries, result, tolerance);

  if (result->lengths[0] == 0)
    {
      printf ("  %8g  %8.2f  none: a vector of %u numbers has no unfoldings\n", result->level,
              summary->psnr, result->latent.channels);
      return;
    }
  printf ("  %8g  %8.2f  %6u", result->level, summary->psnr, summary->strata);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u to %u (%u)", summary->low[i], summary->high[i],
                                               summary->median[i]);
      printf ("  %-*s", i < 2 ? 12 : 13, text);
    }
  print_angles (&result->hilbert);
}
