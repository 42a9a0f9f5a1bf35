#include <st-tradeoff-mean.h>

#include <math.h>
#include <string.h>

static const char *const names[ST_DISTORTIONS] = {
  [ST_DISTORTION_CONDITION] = "condition", [ST_DISTORTION_SCALED] = "scaled",
  [ST_DISTORTION_ANGLES] = "angles", [ST_DISTORTION_AREAS] = "areas",
  [ST_DISTORTION_DISTANCES] = "distances",
};

const char *
st_distortion_name (StDistortion distortion)
{
  return names[distortion];
}

bool
st_distortion_from_name (const char *name, StDistortion *distortion)
{
  for (int i = 0; i < ST_DISTORTIONS; i++)
    if (strcmp (names[i], name) == 0)
      {
        *distortion = (StDistortion) i;
        return true;
      }
  return false;
}

double
st_distortion_of (StDistortion distortion, const StIsometryMeasures *measures, uint32_t d)
{
  switch (distortion)
    {
    case ST_DISTORTION_CONDITION:
      return measures->singular_points > 0 ? (double) INFINITY : measures->mean_condition;
    case ST_DISTORTION_SCALED: return measures->relaxed - 1.0 / d;
    case ST_DISTORTION_ANGLES: return measures->conformal;
    case ST_DISTORTION_AREAS: return measures->log_volume_variance;
    case ST_DISTORTION_DISTANCES: return measures->strict;
    case ST_DISTORTIONS: break;
    }
  return NAN;
}

/* A value that is not defined leaves the mean undefined. */
static void
add (double value, uint32_t before, double *mean, double *low, double *high)
{
  *mean = before == 0 ? value : (*mean * before + value) / (before + 1);
  *low = before == 0 || value < *low ? value : *low;
  *high = before == 0 || value > *high ? value : *high;
}

static void
add_run (const StTradeoffRun *run, double value, StTradeoffMean *mean)
{
  add (run->mse, mean->seeds, &mean->mse, &mean->low_mse, &mean->high_mse);
  add (value, mean->seeds, &mean->value, &mean->low, &mean->high);
  mean->seeds++;
}

StTradeoffMean
st_tradeoff_mean (const StTradeoffResult *result, uint32_t point, StDistortion distortion)
{
  const uint32_t d = result->options.spec.dimension;
  const StTradeoffRun *begun = NULL;
  StTradeoffMean mean = { .mse = NAN, .low_mse = NAN, .high_mse = NAN,
                          .value = NAN, .low = NAN, .high = NAN };
  for (uint32_t seed = 0; seed < result->seeds; seed++)
    {
      const StTradeoffRun *run = &result->run[result->of[seed][point]];
      mean.failed += run->state == ST_TRADEOFF_FAILED;
      if (run->state == ST_TRADEOFF_DONE)
        add_run (run, st_distortion_of (distortion, &run->measures, d), &mean);
      else if (run->state == ST_TRADEOFF_TRAINING && run->measured > 0)
        begun = run;
    }
  if (mean.seeds > 0 || begun == NULL)
    return mean;
  add_run (begun, st_distortion_of (distortion, &begun->measures, d), &mean);
  mean.epochs = begun->measured;
  return mean;
}
