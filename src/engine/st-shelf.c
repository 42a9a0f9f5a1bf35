/* Chains of entries by a hash of context, column, weights and level, and a clock that counts
 * uses.  There are a few thousand entries at the most, so that whoever goes is found by
 * looking at all of them. */
#include <st-shelf.h>

#include <st-alloc.h>
#include <st-hilbert.h>

#include <string.h>

enum { BUCKETS = 1024, CONTEXTS = 32 };

typedef struct Entry {
  struct Entry *next;
  uint64_t context, column, used;
  size_t bytes;
  StResult *result;
  StReference *reference;
} Entry;

typedef struct Context {
  uint64_t number, used;   /* number 0: nobody's */
  StImages *images;
  StLatent latent;
  uint64_t seed;
} Context;

struct StShelf {
  size_t most, bytes;
  uint64_t clock, contexts_begun;
  Context contexts[CONTEXTS];
  Entry *buckets[BUCKETS];
};

StShelf *
st_shelf_new (size_t bytes)
{
  StShelf *shelf = st_alloc (1, sizeof *shelf);
  if (shelf != NULL)
    shelf->most = bytes;
  return shelf;
}

/* ---- entries ---- */

static uint64_t
mix (uint64_t hash, uint64_t value)
{
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 29;
}

static Entry **
bucket_of (StShelf *shelf, uint64_t context, uint64_t column, uint64_t weights, double level)
{
  uint64_t bits;
  memcpy (&bits, &level, sizeof bits);
  return &shelf->buckets[mix (mix (mix (mix (0, context), column), weights), bits) % BUCKETS];
}

static void
drop (StShelf *shelf, Entry **link)
{
  Entry *entry = *link;
  *link = entry->next;
  shelf->bytes -= entry->bytes;
  st_result_unref (entry->result);
  st_reference_unref (entry->reference);
  st_free (entry);
}

static void
drop_context (StShelf *shelf, Context *context)
{
  for (size_t i = 0; i < BUCKETS; i++)
    for (Entry **link = &shelf->buckets[i]; *link != NULL;)
      if ((*link)->context == context->number)
        drop (shelf, link);
      else
        link = &(*link)->next;
  st_images_unref (context->images);
  *context = (Context) { 0 };
}

static void
drop_oldest (StShelf *shelf)
{
  Entry **oldest = NULL;
  for (size_t i = 0; i < BUCKETS; i++)
    for (Entry **link = &shelf->buckets[i]; *link != NULL; link = &(*link)->next)
      if (oldest == NULL || (*link)->used < (*oldest)->used)
        oldest = link;
  drop (shelf, oldest);
}

void
st_shelf_free (StShelf *shelf)
{
  if (shelf == NULL)
    return;
  for (size_t i = 0; i < BUCKETS; i++)
    while (shelf->buckets[i] != NULL)
      drop (shelf, &shelf->buckets[i]);
  for (size_t i = 0; i < CONTEXTS; i++)
    st_images_unref (shelf->contexts[i].images);
  st_free (shelf);
}

/* ---- contexts ---- */

static bool
is_context (const Context *context, const StImages *images, StLatent latent, uint64_t seed)
{
  return context->number != 0 && context->latent == latent
         && (latent == ST_LATENT_MEAN || context->seed == seed)
         && st_images_same (context->images, images);
}

uint64_t
st_shelf_context (StShelf *shelf, StImages *images, StLatent latent, uint64_t seed)
{
  Context *place = &shelf->contexts[0];
  for (size_t i = 0; i < CONTEXTS; i++)
    {
      Context *context = &shelf->contexts[i];
      if (is_context (context, images, latent, seed))
        {
          context->used = ++shelf->clock;
          return context->number;
        }
      if (context->used < place->used)
        place = context;
    }
  if (place->number != 0)
    drop_context (shelf, place);
  *place = (Context) { .number = ++shelf->contexts_begun, .used = ++shelf->clock,
                       .images = st_images_ref (images), .latent = latent, .seed = seed };
  return place->number;
}

/* ---- putting and finding ---- */

/* Angles of older weights are shown, but not kept. */
static bool
has_own_angles (const StResult *result)
{
  return result->hilbert.known && result->hilbert.weights == result->weights;
}

static bool
has_angles_of (const StResult *result, StKernel kernel, double tolerance, uint32_t subspace)
{
  return has_own_angles (result)
         && st_hilbert_result_fits (&result->hilbert, kernel, tolerance, subspace);
}

static bool
is_at (const Entry *entry, uint64_t context, uint64_t column, uint64_t weights, double level)
{
  return entry->context == context && entry->column == column
         && entry->result->weights == weights && entry->result->level == level;
}

/* Whether whatever is asked of the old entry the new one can answer too. */
static bool
answers_all (const Entry *new, const Entry *old)
{
  const StResult *a = new->result, *b = old->result;
  return is_at (old, new->context, new->column, a->weights, a->level)
         && (b->pictures == NULL
             || (a->pictures != NULL && new->reference == old->reference))
         && (!has_own_angles (b)
             || has_angles_of (a, b->hilbert.kernel, b->hilbert.tolerance, b->hilbert.subspace));
}

void
st_shelf_put (StShelf *shelf, uint64_t context, uint64_t column, StResult *result,
              StReference *reference)
{
  Entry *entry = st_alloc (1, sizeof *entry);
  if (entry == NULL)
    return;   /* it will be measured again */
  *entry = (Entry) { .context = context, .column = column, .used = ++shelf->clock,
                     .bytes = st_result_bytes (result), .result = st_result_ref (result),
                     .reference = reference != NULL ? st_reference_ref (reference) : NULL };
  Entry **bucket = bucket_of (shelf, context, column, result->weights, result->level);
  for (Entry **link = bucket; *link != NULL;)
    if (answers_all (entry, *link))
      drop (shelf, link);
    else
      link = &(*link)->next;
  entry->next = *bucket;
  *bucket = entry;
  shelf->bytes += entry->bytes;
  while (shelf->bytes > shelf->most)
    drop_oldest (shelf);
}

/* 0: no answer; else the more the better. */
static int
rate (const Entry *entry, const StShelfWish *wish)
{
  const StResult *result = entry->result;
  if (wish->reference != NULL
      && (result->pictures == NULL || entry->reference != wish->reference))
    return 0;
  return has_angles_of (result, wish->kernel, wish->tolerance, wish->subspace) ? 2 : 1;
}

StResult *
st_shelf_find (StShelf *shelf, uint64_t context, const StShelfWish *wish)
{
  Entry *best = NULL;
  int most = 0;
  Entry *entry = *bucket_of (shelf, context, wish->column, wish->weights, wish->level);
  for (; entry != NULL; entry = entry->next)
    if (is_at (entry, context, wish->column, wish->weights, wish->level)
        && rate (entry, wish) > most)
      {
        best = entry;
        most = rate (entry, wish);
      }
  if (best == NULL)
    return NULL;
  best->used = ++shelf->clock;
  return st_result_ref (best->result);
}

size_t
st_shelf_bytes (const StShelf *shelf)
{
  return shelf->bytes;
}
