#include <st-latent-path.h>

#include <st-alloc.h>
#include <st-jacobian.h>
#include <st-pullback.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { CHUNK = 5, STRIDE = ST_PATH_SEGMENTS / (ST_PATH_FRAMES - 1) };

/* The public part comes first, so that a StLatentPath * is a Counted *. */
typedef struct Counted {
  StLatentPath path;
  atomic_uint references;
} Counted;

/* A decoder as a map (st-geodesic.h), shared out to a pool. */
typedef struct Decoder {
  StPool *pool;
  StJacobian **jacobians;    /* [threads] */
  uint32_t d;
  size_t pixels;
  /* Of the call under way. */
  uint32_t n, k;
  const double *z, *v;
  double *images, *products;
} Decoder;

void
st_path_query_copy (const StPathQuery *from, StPathQuery *to)
{
  *to = *from;
  st_model_ref (to->model);
  st_images_ref (to->images);
  if (to->reference != NULL)
    st_reference_ref (to->reference);
}

void
st_path_query_clear (StPathQuery *query)
{
  st_model_unref (query->model);
  st_images_unref (query->images);
  st_reference_unref (query->reference);
  *query = (StPathQuery) { 0 };
}

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
  st_path_query_clear (&path->query);
  for (uint32_t i = 0; i < ST_PATHS; i++)
    {
      st_free (path->points[i]);
      st_free (path->places[i]);
      st_free (path->frames[i]);
    }
  st_free (path);
}

/* ---- the decoder ---- */

static void
decode_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  const Decoder *decoder = context;
  uint32_t first = chunk * CHUNK, left = decoder->n - first, k = decoder->k;
  double *images = decoder->images, *products = decoder->products;

  st_jacobian_push (decoder->jacobians[worker], left < CHUNK ? left : CHUNK,
                    decoder->z + (size_t) first * decoder->d, k,
                    decoder->v != NULL ? decoder->v + (size_t) first * k * decoder->d : NULL,
                    images != NULL ? images + first * decoder->pixels : NULL,
                    products != NULL ? products + first * k * decoder->pixels : NULL);
}

static StStatus
decode (void *context, uint32_t n, const double *z, uint32_t k, const double *v, double *images,
        double *products)
{
  Decoder *decoder = context;
  decoder->n = n;
  decoder->k = k;
  decoder->z = z;
  decoder->v = v;
  decoder->images = images;
  decoder->products = products;
  st_pool_run (decoder->pool, (n + CHUNK - 1) / CHUNK, decode_chunk, decoder);
  return st_success ();
}

static void
decoder_clear (Decoder *decoder)
{
  for (uint32_t i = 0; decoder->jacobians != NULL && i < st_pool_threads (decoder->pool); i++)
    st_jacobian_free (decoder->jacobians[i]);
  st_free (decoder->jacobians);
}

static StStatus
decoder_init (Decoder *decoder, StModel *model, StPool *pool)
{
  const StSpec *spec = st_model_spec (model);
  uint32_t threads = st_pool_threads (pool);
  StStatus status = st_success ();

  *decoder = (Decoder) { .pool = pool, .d = spec->dimension,
                         .pixels = st_shape_size (spec->image) };
  decoder->jacobians = st_alloc (threads, sizeof *decoder->jacobians);
  if (decoder->jacobians == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (threads * sizeof *decoder->jacobians), 0);
  for (uint32_t i = 0; i < threads && st_ok (status); i++)
    status = st_jacobian_new (model, &decoder->jacobians[i]);
  return status;
}

/* ---- paths ---- */

/* The latent means of both ends, z[2][d]. */
static StStatus
encode_ends (const StPathQuery *query, uint32_t d, double *z)
{
  const StSpec *spec = st_model_spec (query->model);
  float *shown = st_alloc (st_shape_size (spec->image), sizeof *shown);
  float *code = st_alloc (d, sizeof *code);
  StWorkspace *workspace = NULL;
  StStatus status = st_workspace_new (spec, 1, &workspace);

  if (st_ok (status) && (shown == NULL || code == NULL))
    status = st_failure (ST_NO_MEMORY, (int64_t) (d * sizeof *code), 0);
  for (uint32_t k = 0; k < 2 && st_ok (status); k++)
    {
      st_images_perturbed (query->images, query->ends[k], query->level, shown);
      st_model_code (query->model, workspace, 1, shown, code);
      for (uint32_t i = 0; i < d && st_ok (status); i++)
        {
          z[k * d + i] = (double) code[i];
          if (!isfinite (code[i]))
            status = st_failure (ST_NON_FINITE, st_images_index (query->images, query->ends[k]),
                                 i);
        }
    }
  st_workspace_free (workspace);
  st_free (shown);
  st_free (code);
  return status;
}

static StStatus
allocate (StLatentPath *path)
{
  size_t pixels = st_shape_size (path->image);

  for (uint32_t i = 0; i < ST_PATHS; i++)
    {
      path->points[i] = st_alloc (ST_PATH_POINTS * path->dimension, sizeof (double));
      path->places[i] = st_alloc (ST_PATH_POINTS, 2 * sizeof (double));
      path->frames[i] = st_alloc (ST_PATH_FRAMES * pixels, sizeof (float));
      if (path->points[i] == NULL || path->places[i] == NULL || path->frames[i] == NULL)
        return st_failure (ST_NO_MEMORY, (int64_t) (ST_PATH_FRAMES * pixels * sizeof (float)), 0);
    }
  return st_success ();
}

/* Coordinates of points in the scatter's plane. */
static void
place (const StReference *reference, uint32_t d, const double *points, double *places)
{
  for (uint32_t k = 0; k < ST_PATH_POINTS; k++)
    {
      if (reference->pca != NULL)
        st_pca_project (reference->pca, points + k * d, places + 2 * k);
      for (uint32_t i = 0; i < 2; i++)
        if (reference->pca != NULL)
          places[2 * k + i] /= reference->unit;
        else
          places[2 * k + i] = (points[k * d + i] - reference->origin[i]) / reference->unit;
    }
}

static StStatus
draw_frames (StLatentPath *path, Decoder *decoder)
{
  uint32_t d = path->dimension;
  double *z = st_alloc (ST_PATH_FRAMES * d, sizeof *z);
  double *images = st_alloc (ST_PATH_FRAMES * decoder->pixels, sizeof *images);
  StStatus status = st_success ();

  if (z == NULL || images == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (ST_PATH_FRAMES * decoder->pixels), 0);
  for (uint32_t i = 0; i < ST_PATHS && st_ok (status); i++)
    {
      for (uint32_t k = 0; k < ST_PATH_FRAMES; k++)
        memcpy (z + k * d, path->points[i] + (size_t) k * STRIDE * d, d * sizeof *z);
      decode (decoder, ST_PATH_FRAMES, z, 0, NULL, images, NULL);
      for (size_t l = 0; l < ST_PATH_FRAMES * decoder->pixels; l++)
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
find_paths (StLatentPath *path, Decoder *decoder, StCancel *cancel)
{
  const StPathSpace space = { path->dimension, decoder->pixels, decode, decoder };
  uint32_t d = path->dimension;
  double *ends = st_alloc (2 * d, sizeof *ends);

  if (ends == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (2 * d * sizeof *ends), 0);
  StStatus status = encode_ends (&path->query, d, ends);
  if (st_ok (status))
    {
      st_path_straight (d, ends, ends + d, path->points[ST_PATH_STRAIGHT]);
      status = st_geodesic_find (&space, ends, ends + d, ST_GEODESIC_STEPS, cancel,
                                 path->points[ST_PATH_GEODESIC], &path->end);
    }
  for (uint32_t i = 0; i < ST_PATHS && st_ok (status); i++)
    status = st_path_length (&space, path->points[i], &path->lengths[i]);
  if (st_ok (status))
    prefer_straight (path);
  st_free (ends);
  return status;
}

static StStatus
make (StLatentPath *path, StPool *pool, StCancel *cancel)
{
  const StReference *reference = path->query.reference;
  Decoder decoder;
  StStatus status = decoder_init (&decoder, path->query.model, pool);

  if (st_ok (status))
    status = allocate (path);
  if (st_ok (status))
    status = find_paths (path, &decoder, cancel);
  if (st_ok (status))
    status = draw_frames (path, &decoder);
  decoder_clear (&decoder);
  const bool plane = reference != NULL && st_pullback_has_plane (path->query.model);
  for (uint32_t i = 0; i < ST_PATHS && st_ok (status); i++)
    if (plane)
      place (reference, path->dimension, path->points[i], path->places[i]);
    else
      {
        st_free (path->places[i]);
        path->places[i] = NULL;
      }
  return status;
}

StStatus
st_latent_path_make (const StPathQuery *query, StPool *pool, StCancel *cancel,
                     StLatentPath **result)
{
  const StSpec *spec = st_model_spec (query->model);
  StShape shape = st_images_shape (query->images);
  uint32_t count = st_images_count (query->images);

  if (!st_kind_has_dimension (spec->kind) || query->ends[0] >= count || query->ends[1] >= count)
    return st_failure (ST_RANGE, 0, count);
  if (!st_shape_equal (spec->image, shape))
    return st_failure (ST_SHAPE, (int64_t) st_shape_size (shape),
                       (int64_t) st_shape_size (spec->image));
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  atomic_init (&counted->references, 1);
  StLatentPath *path = &counted->path;
  path->dimension = spec->dimension;
  path->image = spec->image;
  st_path_query_copy (query, &path->query);
  StStatus status = make (path, pool, cancel);
  if (st_ok (status))
    *result = path;
  else
    st_latent_path_unref (path);
  return status;
}
