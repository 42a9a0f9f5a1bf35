#include <st-decoder-map.h>

#include <st-alloc.h>

enum { CHUNK = 5 };

struct StDecoderMap {
  StPool *pool;              /* or NULL */
  uint32_t threads, d;
  size_t pixels;
  StJacobian **jacobians;    /* [threads] */
  /* Of the call under way. */
  uint32_t n, k;
  const double *z, *v;
  double *images, *products;
};

static void
push_chunk (void *context, uint32_t chunk, uint32_t worker)
{
  const StDecoderMap *map = context;
  uint32_t first = chunk * CHUNK, left = map->n - first, k = map->k;

  st_jacobian_push (map->jacobians[worker], left < CHUNK ? left : CHUNK,
                    map->z + (size_t) first * map->d, k,
                    map->v != NULL ? map->v + (size_t) first * k * map->d : NULL,
                    map->images != NULL ? map->images + first * map->pixels : NULL,
                    map->products != NULL ? map->products + first * k * map->pixels : NULL);
}

static StStatus
push (void *context, uint32_t n, const double *z, uint32_t k, const double *v, double *images,
      double *products)
{
  StDecoderMap *map = context;

  if (map->pool == NULL)
    {
      st_jacobian_push (map->jacobians[0], n, z, k, v, images, products);
      return st_success ();
    }
  map->n = n;
  map->k = k;
  map->z = z;
  map->v = v;
  map->images = images;
  map->products = products;
  st_pool_run (map->pool, (n + CHUNK - 1) / CHUNK, push_chunk, map);
  return st_success ();
}

StStatus
st_decoder_map_new (StModel *model, StPool *pool, StDecoderMap **result)
{
  const StSpec *spec = st_model_spec (model);
  StDecoderMap *map = st_alloc (1, sizeof *map);

  if (map == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *map, 0);
  *map = (StDecoderMap) { .pool = pool, .threads = pool != NULL ? st_pool_threads (pool) : 1,
                          .d = spec->dimension, .pixels = st_shape_size (spec->image) };
  map->jacobians = st_alloc (map->threads, sizeof *map->jacobians);
  StStatus status = st_success ();
  if (map->jacobians == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (map->threads * sizeof *map->jacobians), 0);
  for (uint32_t i = 0; i < map->threads && st_ok (status); i++)
    status = st_jacobian_new (model, &map->jacobians[i]);
  if (st_ok (status))
    *result = map;
  else
    st_decoder_map_free (map);
  return status;
}

void
st_decoder_map_free (StDecoderMap *map)
{
  if (map == NULL)
    return;
  for (uint32_t i = 0; map->jacobians != NULL && i < map->threads; i++)
    st_jacobian_free (map->jacobians[i]);
  st_free (map->jacobians);
  st_free (map);
}

StPathSpace
st_decoder_map_space (StDecoderMap *map)
{
  return (StPathSpace) { map->d, map->pixels, push, map };
}

void
st_decoder_map_images (StDecoderMap *map, uint32_t n, const double *z, double *images)
{
  push (map, n, z, 0, NULL, images, NULL);
}
