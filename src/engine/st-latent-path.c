#include <st-latent-path.h>

#include <st-alloc.h>
#include <st-codes.h>
#include <st-decoder-map.h>
#include <st-plane.h>

#include <stdatomic.h>
#include <string.h>

enum { STRIDE = ST_PATH_SEGMENTS / (ST_PATH_FRAMES - 1) };

/* The public part comes first, so that a StLatentPath * is a Counted *. */
typedef struct Counted {
  StLatentPath path;
  atomic_uint references;
} Counted;

StLatentPath *
st_latent_path_ref (StLatentPath *path)
{
  atomic_fetch_add (&((Counted *) path)->references, 1);
  return path;
}

void
st_latent_path_unref (StLatentPath *path)
{
  if (path == NULL || atomic_fetch_sub (&((Counted *) path)->references, 1) != 1)
    return;
  st_pullback_query_clear (&path->query);
  for (uint32_t i = 0; i < ST_PATHS; i++)
    {
      st_free (path->points[i]);
      st_free (path->places[i]);
      st_free (path->frames[i]);
    }
  st_free (path);
}

/* The latent means of both ends, z[2][d]. */
static StStatus
encode_ends (const StLatentPath *path, StPool *pool, StCancel *cancel, double *z)
{
  const StPullbackQuery *query = &path->query;
  uint32_t d = path->dimension;
  float *codes = st_alloc (2 * d, sizeof *codes);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (2 * d * sizeof *codes), 0);

  if (codes != NULL)
    status = st_codes_encode (query->model, query->images, 2, path->ends, query->level, pool,
                              cancel, codes);
  for (uint32_t i = 0; i < 2 * d && st_ok (status); i++)
    z[i] = (double) codes[i];
  st_free (codes);
  return status;
}

static StStatus
allocate (StLatentPath *path)
{
  size_t pixels = st_shape_size (path->image);

  for (uint32_t i = 0; i < ST_PATHS; i++)
    {
      path->points[i] = st_alloc (ST_PATH_POINTS * path->dimension, sizeof (double));
      path->frames[i] = st_alloc (ST_PATH_FRAMES * pixels, sizeof (float));
      if (path->points[i] == NULL || path->frames[i] == NULL)
        return st_failure (ST_NO_MEMORY, (int64_t) (ST_PATH_FRAMES * pixels * sizeof (float)), 0);
    }
  return st_success ();
}

/* Coordinates of points in the scatter's plane. */
static StStatus
place_points (StLatentPath *path)
{
  const StReference *reference = path->query.reference;
  uint32_t d = path->dimension;
  StPlane *plane = NULL;

  if (reference == NULL || !st_pullback_has_plane (path->query.model))
    return st_success ();
  StStatus status = st_plane_new (reference, d, &plane);
  for (uint32_t i = 0; i < ST_PATHS && st_ok (status); i++)
    {
      path->places[i] = st_alloc (ST_PATH_POINTS, 2 * sizeof (double));
      if (path->places[i] == NULL)
        status = st_failure (ST_NO_MEMORY, ST_PATH_POINTS * 2 * sizeof (double), 0);
      for (uint32_t k = 0; k < ST_PATH_POINTS && st_ok (status); k++)
        st_plane_place (plane, path->points[i] + k * d, path->places[i] + 2 * k);
    }
  st_plane_free (plane);
  return status;
}

static StStatus
draw_frames (StLatentPath *path, StDecoderMap *decoder)
{
  uint32_t d = path->dimension;
  size_t numbers = ST_PATH_FRAMES * st_shape_size (path->image);
  double *z = st_alloc (ST_PATH_FRAMES * d, sizeof *z);
  double *images = st_alloc (numbers, sizeof *images);
  StStatus status = st_success ();

  if (z == NULL || images == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (numbers * sizeof *images), 0);
  for (uint32_t i = 0; i < ST_PATHS && st_ok (status); i++)
    {
      for (uint32_t k = 0; k < ST_PATH_FRAMES; k++)
        memcpy (z + k * d, path->points[i] + (size_t) k * STRIDE * d, d * sizeof *z);
      st_decoder_map_images (decoder, ST_PATH_FRAMES, z, images);
      for (size_t l = 0; l < numbers; l++)
        path->frames[i][l] = (float) images[l];
    }
  st_free (z);
  st_free (images);
  return status;
}

/* Where chords step over kinks, the least energy may be a little longer than a straight line. */
static void
prefer_straight (StLatentPath *path)
{
  if (!(path->lengths[ST_PATH_GEODESIC] > path->lengths[ST_PATH_STRAIGHT]))
    return;
  memcpy (path->points[ST_PATH_GEODESIC], path->points[ST_PATH_STRAIGHT],
          ST_PATH_POINTS * path->dimension * sizeof (double));
  path->lengths[ST_PATH_GEODESIC] = path->lengths[ST_PATH_STRAIGHT];
}

static StStatus
find_paths (StLatentPath *path, StDecoderMap *decoder, uint32_t most, StPool *pool,
            StCancel *cancel)
{
  const StPathSpace space = st_decoder_map_space (decoder);
  uint32_t d = path->dimension;
  double *ends = st_alloc (2 * d, sizeof *ends);

  if (ends == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (2 * d * sizeof *ends), 0);
  StStatus status = encode_ends (path, pool, cancel, ends);
  if (st_ok (status))
    {
      st_path_straight (d, ends, ends + d, path->points[ST_PATH_STRAIGHT]);
      status = st_geodesic_find (&space, ends, ends + d, most, cancel,
                                 path->points[ST_PATH_GEODESIC], &path->end);
    }
  for (uint32_t i = 0; i < ST_PATHS && st_ok (status); i++)
    if (!(path->lengths[i] > 0.0))
      status = st_path_length (&space, path->points[i], &path->lengths[i]);
  if (st_ok (status) && path->end.ended)
    prefer_straight (path);
  st_free (ends);
  return status;
}

/* Where another one has come to. */
static void
go_on (StLatentPath *path, const StLatentPath *from)
{
  path->end = from->end;
  path->lengths[ST_PATH_STRAIGHT] = from->lengths[ST_PATH_STRAIGHT];
  memcpy (path->points[ST_PATH_GEODESIC], from->points[ST_PATH_GEODESIC],
          ST_PATH_POINTS * path->dimension * sizeof (double));
}

StStatus
st_latent_path_make (const StPullbackQuery *query, const uint32_t ends[2],
                     const StLatentPath *from, uint32_t most, StPool *pool, StCancel *cancel,
                     StLatentPath **result)
{
  const StSpec *spec = st_model_spec (query->model);
  StDecoderMap *decoder = NULL;

  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  atomic_init (&counted->references, 1);
  StLatentPath *path = &counted->path;
  path->dimension = spec->dimension;
  path->image = spec->image;
  path->ends[0] = ends[0];
  path->ends[1] = ends[1];
  st_pullback_query_copy (query, &path->query);
  StStatus status = st_decoder_map_new (query->model, pool, &decoder);
  if (st_ok (status))
    status = allocate (path);
  if (st_ok (status) && from != NULL)
    go_on (path, from);
  if (st_ok (status))
    status = find_paths (path, decoder, most, pool, cancel);
  if (st_ok (status))
    status = draw_frames (path, decoder);
  if (st_ok (status))
    status = place_points (path);
  st_decoder_map_free (decoder);
  if (st_ok (status))
    *result = path;
  else
    st_latent_path_unref (path);
  return status;
}
