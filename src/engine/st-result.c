#include <st-result.h>

#include <st-alloc.h>
#include <st-spectrum.h>

#include <stdatomic.h>
#include <string.h>

/* The public part comes first, so that a StResult * is a Counted *. */
typedef struct Counted {
  StResult result;
  atomic_uint references;
  uint32_t stride;  /* eigenvalues of one image */
  uint32_t room;    /* images that there is room for */
  StResult *owner;  /* of the arrays, if that is another one */
} Counted;

static Counted *
counted (const StResult *result)
{
  union { const StResult *in; Counted *out; } cast = { .in = result };
  return cast.out;
}

static StStatus
new_result (uint32_t count, uint32_t room, StShape image, uint32_t eigenvalues, bool pictures,
            bool oracle, StResult **out)
{
  Counted *owner = st_alloc (1, sizeof *owner);
  if (owner == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *owner, 0);
  owner->references = 1;
  owner->stride = eigenvalues;
  owner->room = room;

  StResult *result = &owner->result;
  result->count = count;
  result->image = image;
  result->psnr = st_alloc (room, sizeof *result->psnr);
  result->eigenvalues = st_alloc (room, eigenvalues * sizeof *result->eigenvalues);
  if (pictures)
    result->pictures = st_alloc (room, st_shape_size (image));
  if (oracle)
    result->oracle = st_alloc (room, sizeof *result->oracle);
  if (result->psnr == NULL || result->eigenvalues == NULL
      || (pictures && result->pictures == NULL) || (oracle && result->oracle == NULL))
    {
      st_result_unref (result);
      return st_failure (ST_NO_MEMORY, 0, 0);
    }
  *out = result;
  return st_success ();
}

StStatus
st_result_new (uint32_t count, StShape image, uint32_t eigenvalues, bool pictures, bool oracle,
               StResult **out)
{
  return new_result (count, count, image, eigenvalues, pictures, oracle, out);
}

StStatus
st_result_copy (const StResult *from, StResult **out)
{
  uint32_t stride = counted (from)->stride;
  StResult *copy;
  StStatus status = new_result (from->count, from->done, from->image, stride,
                                from->pictures != NULL, from->oracle != NULL, &copy);
  if (!st_ok (status))
    return status;
  if (from->embedding != NULL)
    {
      copy->embedding = st_alloc (from->done, 2 * sizeof *copy->embedding);
      if (copy->embedding == NULL)
        {
          st_result_unref (copy);
          return st_failure (ST_NO_MEMORY, 0, 0);
        }
      memcpy (copy->embedding, from->embedding, from->done * 2 * sizeof *from->embedding);
    }

  copy->weights = from->weights;
  copy->level = from->level;
  copy->done = from->done;
  copy->latent = from->latent;
  memcpy (copy->lengths, from->lengths, sizeof copy->lengths);
  copy->hilbert = from->hilbert;
  copy->zero_images = from->zero_images;
  memcpy (copy->psnr, from->psnr, from->done * sizeof *from->psnr);
  memcpy (copy->eigenvalues, from->eigenvalues,
          (size_t) from->done * stride * sizeof *from->eigenvalues);
  if (from->pictures != NULL)
    memcpy (copy->pictures, from->pictures, from->done * st_shape_size (from->image));
  if (from->oracle != NULL)
    memcpy (copy->oracle, from->oracle, from->done * sizeof *from->oracle);
  *out = copy;
  return st_success ();
}

StResult *
st_result_ref (StResult *result)
{
  atomic_fetch_add (&counted (result)->references, 1);
  return result;
}

void
st_result_unref (StResult *result)
{
  if (result == NULL || atomic_fetch_sub (&counted (result)->references, 1) != 1)
    return;
  if (counted (result)->owner == NULL)
    {
      st_free (result->embedding);
      st_free (result->oracle);
      st_free (result->pictures);
      st_free (result->eigenvalues);
      st_free (result->psnr);
    }
  st_result_unref (counted (result)->owner);
  st_free (result);
}

StStatus
st_result_with_angles (StResult *result, const StHilbertResult *hilbert, StResult **with)
{
  Counted *copy = st_alloc (1, sizeof *copy);
  if (copy == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *copy, 0);
  StResult *owner = counted (result)->owner != NULL ? counted (result)->owner : result;
  *copy = (Counted) { .result = *result, .references = 1, .stride = counted (result)->stride,
                      .room = counted (result)->room, .owner = st_result_ref (owner) };
  copy->result.hilbert = *hilbert;
  *with = &copy->result;
  return st_success ();
}

size_t
st_result_bytes (const StResult *result)
{
  size_t image = (1 + counted (result)->stride) * sizeof (double);
  if (result->pictures != NULL)
    image += st_shape_size (result->image);
  if (result->oracle != NULL)
    image += sizeof *result->oracle;
  if (result->embedding != NULL)
    image += 2 * sizeof *result->embedding;
  return sizeof (Counted) + counted (result)->room * image;
}

const double *
st_result_eigenvalues (const StResult *result, uint32_t image, uint32_t i)
{
  const double *values = result->eigenvalues + (size_t) image * counted (result)->stride;
  for (uint32_t before = 0; before < i; before++)
    values += result->lengths[before];
  return values;
}

StTriple
st_result_triple (const StResult *result, uint32_t image, double tolerance)
{
  StTriple triple;
  for (uint32_t i = 0; i < 3; i++)
    triple.r[i] = (uint16_t) st_rank (st_result_eigenvalues (result, image, i),
                                      result->lengths[i], tolerance);
  return triple;
}

void
st_result_ranks (const StResult *result, double tolerance, StTriple *triples)
{
  for (uint32_t image = 0; image < result->done; image++)
    triples[image] = st_result_triple (result, image, tolerance);
}

double
st_result_psnr (const StResult *result)
{
  double sum = 0;
  for (uint32_t i = 0; i < result->done; i++)
    sum += result->psnr[i];
  return result->done > 0 ? sum / result->done : 0;
}
