#include <st-spectral.h>

#include <st-alloc.h>
#include <st-spectrum.h>

#include <string.h>

static const char *const NAMES[ST_DISTANCES] = {
  [ST_DISTANCE_FROBENIUS] = "frobenius",
  [ST_DISTANCE_LOG_EUCLIDEAN] = "log-euclidean",
  [ST_DISTANCE_AFFINE_INVARIANT] = "affine-invariant",
  [ST_DISTANCE_BONNABEL_SEPULCHRE] = "bonnabel-sepulchre",
  [ST_DISTANCE_YE_LIM] = "ye-lim",
};

const char *
st_distance_name (StDistance distance)
{
  return NAMES[distance];
}

bool
st_distance_from_name (const char *name, StDistance *distance)
{
  for (int i = 0; i < ST_DISTANCES; i++)
    if (strcmp (name, NAMES[i]) == 0)
      {
        *distance = (StDistance) i;
        return true;
      }
  return false;
}

static bool
has_features (StDistance distance)
{
  return distance == ST_DISTANCE_FROBENIUS || distance == ST_DISTANCE_LOG_EUCLIDEAN;
}

static StKernel
kernel_of (StDistance distance)
{
  return distance == ST_DISTANCE_FROBENIUS ? ST_KERNEL_FROBENIUS : ST_KERNEL_LOG_EUCLIDEAN;
}

StStatus
st_spectral_new (StDistance distance, StShape shape, StSpectral **result)
{
  if (st_shape_size (shape) == 0)
    return st_failure (ST_SHAPE, 0, 1);
  StSpectral *spectral = st_alloc (1, sizeof *spectral);
  if (spectral == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *spectral, 0);
  spectral->distance = distance;
  spectral->shape = shape;
  spectral->sides[0] = shape.height;
  spectral->sides[1] = shape.width;
  spectral->sides[2] = shape.channels;
  st_spectrum_lengths (shape, spectral->lengths);

  size_t values = 0, vectors = 0;
  for (int i = 0; i < 3; i++)
    {
      values += spectral->lengths[i];
      vectors += (size_t) spectral->lengths[i] * spectral->sides[i];
    }
  if (has_features (distance))
    vectors = st_kernel_features (kernel_of (distance), shape);
  spectral->memory = st_alloc (values + vectors, sizeof (double));
  if (spectral->memory == NULL)
    {
      st_free (spectral);
      return st_failure (ST_NO_MEMORY, (int64_t) ((values + vectors) * sizeof (double)), 0);
    }

  double *basis = spectral->memory + values, *value = spectral->memory;
  if (has_features (distance))
    spectral->features = basis;
  for (int i = 0; i < 3; i++)
    {
      spectral->values[i] = value;
      value += spectral->lengths[i];
      if (spectral->features != NULL)
        continue;
      spectral->bases[i] = basis;
      basis += (size_t) spectral->lengths[i] * spectral->sides[i];
    }
  *result = spectral;
  return st_success ();
}

void
st_spectral_free (StSpectral *spectral)
{
  if (spectral == NULL)
    return;
  st_free (spectral->memory);
  st_free (spectral);
}

static void
count_ranks (StSpectral *spectral, double tolerance)
{
  for (int i = 0; i < 3; i++)
    spectral->ranks[i] = st_rank (spectral->values[i], spectral->lengths[i], tolerance);
}

StStatus
st_spectral_set (StSpectral *spectral, const float *latent, double tolerance, StPointWork *work)
{
  if (spectral->features == NULL)
    return st_point_bases (latent, tolerance, work, spectral->values[0], spectral->zero,
                           spectral->ranks, spectral->bases);
  StStatus status = st_point (latent, kernel_of (spectral->distance), tolerance, work,
                              spectral->values[0], spectral->zero, spectral->features);
  if (st_ok (status))
    count_ranks (spectral, tolerance);
  return status;
}

StStatus
st_spectral_set_doubles (StSpectral *spectral, const double *latent, double tolerance,
                         StPointWork *work)
{
  if (spectral->features == NULL)
    return st_point_bases_of_doubles (latent, tolerance, work, spectral->values[0],
                                      spectral->zero, spectral->ranks, spectral->bases);
  StStatus status = st_point_of_doubles (latent, kernel_of (spectral->distance), tolerance, work,
                                         spectral->values[0], spectral->zero,
                                         spectral->features);
  if (st_ok (status))
    count_ranks (spectral, tolerance);
  return status;
}
