#include <st-traversal.h>

#include <st-alloc.h>
#include <st-codes.h>
#include <st-decoder-map.h>
#include <st-plane.h>

#include <stdatomic.h>

enum { SIDE = ST_TRAVERSAL_SIDE };

/* The public part comes first, so that a StTraversal * is a Counted *. */
typedef struct Counted {
  StTraversal traversal;
  atomic_uint references;
} Counted;

StTraversal *
st_traversal_ref (StTraversal *traversal)
{
  atomic_fetch_add (&((Counted *) traversal)->references, 1);
  return traversal;
}

void
st_traversal_unref (StTraversal *traversal)
{
  if (traversal == NULL || atomic_fetch_sub (&((Counted *) traversal)->references, 1) != 1)
    return;
  st_pullback_query_clear (&traversal->query);
  st_free (traversal->pictures);
  st_free (traversal->codes);
  st_free (traversal->places);
  st_free (traversal);
}

double
st_traversal_at (const StTraversal *traversal, uint32_t axis, uint32_t picture)
{
  double share = (double) picture / (SIDE - 1);
  return (1.0 - share) * traversal->low[axis] + share * traversal->high[axis];
}

/* codes[count][d] of the first images. */
static StStatus
encode (const StTraversal *traversal, double level, StPool *pool, StCancel *cancel, float *codes)
{
  return st_codes_encode (traversal->query.model, traversal->query.images, traversal->count, NULL,
                          level, pool, cancel, codes);
}

static StStatus
find_plane (const StTraversal *traversal, StPool *pool, StCancel *cancel, float *codes,
            StPlane **plane)
{
  const StPullbackQuery *query = &traversal->query;
  if (query->reference != NULL && st_pullback_has_plane (query->model))
    return st_plane_new (query->reference, traversal->dimension, plane);
  StStatus status = encode (traversal, 0.0, pool, cancel, codes);
  return st_ok (status) ? st_plane_fit (traversal->count, traversal->dimension, codes, plane)
                        : status;
}

/* Row by row, so that it can be given up between two. */
static StStatus
draw (StTraversal *traversal, const StPlane *plane, StPool *pool, StCancel *cancel)
{
  size_t pixels = st_shape_size (traversal->image);
  StDecoderMap *decoder = NULL;
  double *row = st_alloc (SIDE * pixels, sizeof *row);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (SIDE * pixels * sizeof *row), 0);

  if (row != NULL)
    status = st_decoder_map_new (traversal->query.model, pool, &decoder);
  for (uint32_t y = 0; y < SIDE && st_ok (status); y++)
    {
      double *z = traversal->codes + (size_t) y * SIDE * plane->d;
      for (uint32_t x = 0; x < SIDE; x++)
        st_plane_point (plane, st_traversal_at (traversal, 0, x), st_traversal_at (traversal, 1, y),
                        z + x * plane->d);
      st_decoder_map_images (decoder, SIDE, z, row);
      for (size_t i = 0; i < SIDE * pixels; i++)
        traversal->pictures[y * SIDE * pixels + i] = (float) row[i];
      if (st_cancel_asked (cancel))
        status = st_failure (ST_CANCELLED, 0, 0);
    }
  st_decoder_map_free (decoder);
  st_free (row);
  return status;
}

static StStatus
place_images (StTraversal *traversal, const StPlane *plane, const float *codes)
{
  uint32_t d = plane->d;
  double *z = st_alloc (d, sizeof *z);

  if (z == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (d * sizeof *z), 0);
  for (uint32_t i = 0; i < traversal->count; i++)
    {
      for (uint32_t k = 0; k < d; k++)
        z[k] = (double) codes[(size_t) i * d + k];
      st_plane_place (plane, z, traversal->places + 2 * i);
    }
  st_free (z);
  return st_success ();
}

static StStatus
make (StTraversal *traversal, StPool *pool, StCancel *cancel)
{
  size_t pixels = st_shape_size (traversal->image);
  StPlane *plane = NULL;
  float *codes = st_alloc (traversal->count, traversal->dimension * sizeof *codes);

  traversal->pictures = st_alloc (SIDE * SIDE * pixels, sizeof (float));
  traversal->codes = st_alloc (SIDE * SIDE * traversal->dimension, sizeof (double));
  traversal->places = st_alloc (traversal->count, 2 * sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (SIDE * SIDE * pixels * sizeof (float)), 0);
  if (codes != NULL && traversal->pictures != NULL && traversal->codes != NULL
      && traversal->places != NULL)
    status = find_plane (traversal, pool, cancel, codes, &plane);
  for (uint32_t k = 0; k < 2 && st_ok (status); k++)
    {
      traversal->low[k] = plane->low[k];
      traversal->high[k] = plane->high[k];
    }
  if (st_ok (status))
    status = encode (traversal, traversal->query.level, pool, cancel, codes);
  if (st_ok (status))
    status = place_images (traversal, plane, codes);
  if (st_ok (status))
    status = draw (traversal, plane, pool, cancel);
  st_plane_free (plane);
  st_free (codes);
  return status;
}

StStatus
st_traversal_make (const StPullbackQuery *query, StPool *pool, StCancel *cancel,
                   StTraversal **result)
{
  const StSpec *spec = st_model_spec (query->model);
  uint32_t count = st_images_count (query->images);

  if (!st_kind_has_dimension (spec->kind) || spec->dimension < 2)
    return st_failure (ST_RANGE, spec->dimension, 0);
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  atomic_init (&counted->references, 1);
  StTraversal *traversal = &counted->traversal;
  traversal->dimension = spec->dimension;
  traversal->image = spec->image;
  traversal->count = count < ST_PULLBACK_IMAGES_MAX ? count : ST_PULLBACK_IMAGES_MAX;
  st_pullback_query_copy (query, &traversal->query);
  StStatus status = make (traversal, pool, cancel);
  if (st_ok (status))
    *result = traversal;
  else
    st_traversal_unref (traversal);
  return status;
}
