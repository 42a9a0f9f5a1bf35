#include <st-images.h>

#include <st-alloc.h>

#include <stdatomic.h>
#include <string.h>

/* Of 64 x 64 in colour: pixels and draws of larger images are all held. */
enum { PIXELS_MAX = 64 * 64 * 3 };

struct StImages {
  atomic_uint references;
  StDataset *dataset;
  StShape shape;
  StPerturbKind kind;
  uint64_t seed;
  uint32_t count;
  uint32_t *indices;  /* [count] */
  uint32_t *others;   /* [count], or NULL */
  float *clean;       /* [count][pixels] of large images; else NULL */
  size_t draws;       /* of one image */
  double *drawn;      /* [held][draws] */
  uint32_t held;
};

StStatus
st_images_new (StDataset *dataset, const uint32_t *indices, const uint32_t *others,
               uint32_t count, StPerturbKind kind, uint64_t seed, StImages **result)
{
  for (uint32_t i = 0; i < count; i++)
    if (indices[i] >= st_dataset_count (dataset)
        || (others != NULL && others[i] >= st_dataset_count (dataset)))
      return st_failure (ST_RANGE, 0, (int64_t) st_dataset_count (dataset) - 1);

  StImages *images = st_alloc (1, sizeof *images);
  if (images == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *images, 0);
  images->references = 1;
  images->dataset = st_dataset_ref (dataset);
  images->shape = st_dataset_shape (dataset);
  images->kind = kind;
  images->seed = seed;
  images->count = count;

  size_t pixels = st_shape_size (images->shape);
  images->draws = st_perturb_draws (kind, images->shape);
  images->indices = st_alloc (count, sizeof *images->indices);
  images->held = count;
  bool large = pixels > PIXELS_MAX;
  if (count > ST_IMAGES_DRAWN && !large)
    images->held = ST_IMAGES_DRAWN;
  if (large)
    images->clean = st_alloc (count, pixels * sizeof *images->clean);
  images->drawn = st_alloc (images->held, images->draws * sizeof *images->drawn);
  if (others != NULL)
    images->others = st_alloc (count, sizeof *images->others);
  if (images->indices == NULL || images->drawn == NULL || (large && images->clean == NULL)
      || (others != NULL && images->others == NULL))
    {
      st_images_unref (images);
      return st_failure (ST_NO_MEMORY, 0, 0);
    }

  for (uint32_t i = 0; i < count; i++)
    {
      images->indices[i] = indices[i];
      if (large)
        st_dataset_image (dataset, indices[i], images->clean + i * pixels);
      if (i < images->held)
        st_perturb_draw (kind, seed, indices[i], images->shape,
                         images->drawn + i * images->draws);
    }
  if (others != NULL)
    memcpy (images->others, others, count * sizeof *others);
  *result = images;
  return st_success ();
}

StImages *
st_images_ref (StImages *images)
{
  atomic_fetch_add (&images->references, 1);
  return images;
}

void
st_images_unref (StImages *images)
{
  if (images == NULL || atomic_fetch_sub (&images->references, 1) != 1)
    return;
  st_dataset_unref (images->dataset);
  st_free (images->drawn);
  st_free (images->clean);
  st_free (images->others);
  st_free (images->indices);
  st_free (images);
}

uint32_t
st_images_count (const StImages *images)
{
  return images->count;
}

StShape
st_images_shape (const StImages *images)
{
  return images->shape;
}

StPerturbKind
st_images_kind (const StImages *images)
{
  return images->kind;
}

uint64_t
st_images_seed (const StImages *images)
{
  return images->seed;
}

StDataset *
st_images_dataset (const StImages *images)
{
  return images->dataset;
}

uint32_t
st_images_index (const StImages *images, uint32_t i)
{
  return images->indices[i];
}

int
st_images_label (const StImages *images, uint32_t i)
{
  return st_dataset_label (images->dataset, images->indices[i]);
}

const float *
st_images_clean (const StImages *images, uint32_t i, float *room)
{
  if (images->clean != NULL)
    return images->clean + i * st_shape_size (images->shape);
  return st_dataset_pixels (images->dataset, images->indices[i], room);
}

void
st_images_perturbed (const StImages *images, uint32_t i, double level, float *out)
{
  double drawn[PIXELS_MAX];
  float room[PIXELS_MAX];
  const float *clean = st_images_clean (images, i, room);
  const double *draws = images->drawn + i * images->draws;
  if (level > 0.0 && i >= images->held)
    {
      st_perturb_draw (images->kind, images->seed, images->indices[i], images->shape, drawn);
      draws = drawn;
    }
  st_perturb_apply (images->kind, level, images->shape, clean, draws, out);
}

bool
st_images_have_others (const StImages *images)
{
  return images->others != NULL;
}

uint32_t
st_images_other_index (const StImages *images, uint32_t i)
{
  return images->others[i];
}

void
st_images_other (const StImages *images, uint32_t i, float *out)
{
  st_dataset_image (images->dataset, images->others[i], out);
}

static bool
same_indices (const uint32_t *a, const uint32_t *b, uint32_t count)
{
  if (a == NULL || b == NULL)
    return a == b;
  return memcmp (a, b, count * sizeof *a) == 0;
}

static bool
same_choice (const StImages *a, const StImages *b)
{
  return a->count == b->count && same_indices (a->indices, b->indices, a->count)
         && same_indices (a->others, b->others, a->count);
}

bool
st_images_same_clean (const StImages *a, const StImages *b)
{
  return a == b || (a->dataset == b->dataset && same_choice (a, b));
}

bool
st_images_same (const StImages *a, const StImages *b)
{
  return a == b
         || (a->kind == b->kind && a->seed == b->seed && same_choice (a, b)
             && st_dataset_same (a->dataset, b->dataset));
}
