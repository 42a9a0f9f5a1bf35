/* A systematic sample of the images in the order of their classes. */
#include <st-sample.h>

#include <st-alloc.h>

enum { CLASSES = 257 };   /* those of a byte, and none */

static uint32_t
class_of (const StImages *images, uint32_t i)
{
  return (uint32_t) (st_images_label (images, i) - ST_NO_LABEL);
}

/* order[count]: places of images, by class and then as they are. */
static void
order_by_class (const StImages *images, uint32_t count, uint32_t *order)
{
  uint32_t first[CLASSES + 1] = { 0 };
  for (uint32_t i = 0; i < count; i++)
    first[class_of (images, i) + 1]++;
  for (uint32_t c = 0; c < CLASSES; c++)
    first[c + 1] += first[c];
  for (uint32_t i = 0; i < count; i++)
    order[first[class_of (images, i)]++] = i;
}

static void
choose (const StImages *images, uint32_t n, uint32_t count, uint32_t *order, bool *chosen)
{
  order_by_class (images, count, order);
  for (uint64_t i = 0; i < n; i++)
    chosen[order[(2 * i + 1) * count / (2 * n)]] = true;
}

static StStatus
gather (const StImages *images, uint32_t n, const bool *chosen, uint32_t *indices,
        uint32_t *others, StImages **sample)
{
  const bool has_others = st_images_have_others (images);
  for (uint32_t i = 0, at = 0; at < n; i++)
    if (chosen[i])
      {
        indices[at] = st_images_index (images, i);
        others[at++] = has_others ? st_images_other_index (images, i) : 0;
      }
  return st_images_new (st_images_dataset (images), indices, has_others ? others : NULL, n,
                        st_images_kind (images), st_images_seed (images), sample);
}

StStatus
st_sample_images (const StImages *images, uint32_t n, StImages **sample)
{
  const uint32_t count = st_images_count (images);
  if (n == 0 || n > count)
    return st_failure (ST_RANGE, 1, count);
  uint32_t *order = st_alloc (count, sizeof *order);
  uint32_t *indices = st_alloc (n, sizeof *indices), *others = st_alloc (n, sizeof *others);
  bool *chosen = st_alloc (count, sizeof *chosen);
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (count * sizeof *order), 0);
  if (order != NULL && indices != NULL && others != NULL && chosen != NULL)
    {
      choose (images, n, count, order, chosen);
      status = gather (images, n, chosen, indices, others, sample);
    }
  st_free (order);
  st_free (indices);
  st_free (others);
  st_free (chosen);
  return status;
}
