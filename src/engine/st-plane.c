#include <st-plane.h>

#include <st-alloc.h>

#include <math.h>

static double
dot (uint32_t n, const double *a, const double *b)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static StStatus
allocate (uint32_t d, StPlane **result)
{
  StPlane *plane = st_alloc (1, sizeof *plane);
  if (plane == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *plane, 0);
  plane->d = d;
  plane->origin = st_alloc (d, sizeof *plane->origin);
  plane->axes = st_alloc (2 * d, sizeof *plane->axes);
  if (plane->origin == NULL || plane->axes == NULL)
    {
      st_plane_free (plane);
      return st_failure (ST_NO_MEMORY, (int64_t) (2 * d * sizeof (double)), 0);
    }
  *result = plane;
  return st_success ();
}

void
st_plane_free (StPlane *plane)
{
  if (plane == NULL)
    return;
  st_free (plane->origin);
  st_free (plane->axes);
  st_free (plane);
}

static void
stretch (StPlane *plane, bool first, const double place[2])
{
  for (uint32_t k = 0; k < 2; k++)
    {
      plane->low[k] = first ? place[k] : fmin (plane->low[k], place[k]);
      plane->high[k] = first ? place[k] : fmax (plane->high[k], place[k]);
    }
}

/* The first two coordinates are axes of their own where pca is NULL. */
static void
set_axes (StPlane *plane, const StPca *pca, const double *origin, double unit)
{
  for (uint32_t i = 0; i < plane->d; i++)
    {
      plane->origin[i] = pca != NULL ? pca->mean[i] : origin[i];
      for (uint32_t k = 0; k < 2; k++)
        plane->axes[k * plane->d + i]
          = unit * (pca != NULL ? pca->axes[k * plane->d + i] : i == k ? 1.0 : 0.0);
    }
}

StStatus
st_plane_new (const StReference *reference, uint32_t d, StPlane **result)
{
  StStatus status = allocate (d, result);
  if (!st_ok (status))
    return status;
  set_axes (*result, reference->pca, reference->origin, reference->unit);
  for (uint32_t i = 0; i < reference->count; i++)
    stretch (*result, i == 0, reference->clean + 2 * i);
  return status;
}

/* Coordinates of codes on axes of length one. */
static double
find_unit (uint32_t n, uint32_t d, const float *codes, const StPca *pca, double *places)
{
  for (uint32_t i = 0; i < n; i++)
    st_pca_project_floats (pca, codes + (size_t) i * d, places + 2 * i);
  double unit = st_pca_deviation (n, 2, places);
  return unit > 0.0 ? unit : 1.0;
}

StStatus
st_plane_fit (uint32_t n, uint32_t d, const float *codes, StPlane **result)
{
  StPlane *plane = NULL;
  StPca *pca = NULL;
  double *places = st_alloc (n, 2 * sizeof *places);
  StStatus status = allocate (d, &plane);

  if (st_ok (status) && places == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (n * 2 * sizeof *places), 0);
  if (st_ok (status))
    status = st_pca_fit_floats (n, d, codes, 2, &pca);
  if (st_ok (status))
    {
      double unit = find_unit (n, d, codes, pca, places);
      set_axes (plane, pca, NULL, unit);
      for (uint32_t i = 0; i < n; i++)
        stretch (plane, i == 0, (double[]) { places[2 * i] / unit, places[2 * i + 1] / unit });
      *result = plane;
    }
  else
    st_plane_free (plane);
  st_pca_free (pca);
  st_free (places);
  return status;
}

void
st_plane_point (const StPlane *plane, double x, double y, double *z)
{
  for (uint32_t i = 0; i < plane->d; i++)
    z[i] = plane->origin[i] + x * plane->axes[i] + y * plane->axes[plane->d + i];
}

void
st_plane_place (const StPlane *plane, const double *z, double place[2])
{
  for (uint32_t k = 0; k < 2; k++)
    {
      const double *axis = plane->axes + k * plane->d;
      double squared = dot (plane->d, axis, axis);
      double along = dot (plane->d, axis, z) - dot (plane->d, axis, plane->origin);
      place[k] = squared > 0.0 ? along / squared : 0.0;
    }
}
