#include <st-embedding.h>

#include <st-alloc.h>
#include <st-embedding-points.h>

#include <stdatomic.h>
#include <string.h>

/* The public part comes first, so that a StEmbedding * is a Counted *. */
typedef struct Counted {
  StEmbedding embedding;
  atomic_uint references;
} Counted;

/* ---- names ---- */

static const char *const methods[ST_EMBEDDING_METHODS] = {
  [ST_EMBEDDING_PCA] = "pca",
  [ST_EMBEDDING_RAW] = "raw",
  [ST_EMBEDDING_KERNEL_PCA] = "kernel-pca",
  [ST_EMBEDDING_TSNE] = "tsne",
};

const char *
st_embedding_method_name (StEmbeddingMethod method)
{
  return methods[method];
}

bool
st_embedding_method_from_name (const char *name, StEmbeddingMethod *method)
{
  for (int i = 0; i < ST_EMBEDDING_METHODS; i++)
    if (strcmp (name, methods[i]) == 0)
      {
        *method = (StEmbeddingMethod) i;
        return true;
      }
  return false;
}

const char *
st_embedding_metric_name (StEmbeddingMetric metric)
{
  if (metric == ST_METRIC_KERNEL)
    return "kernel";
  if (metric == ST_METRIC_EUCLIDEAN)
    return "euclidean";
  return st_distance_name ((StDistance) (metric - ST_METRIC_FROBENIUS));
}

bool
st_embedding_metric_from_name (const char *name, StEmbeddingMetric *metric)
{
  for (int i = 0; i < ST_METRICS; i++)
    if (strcmp (name, st_embedding_metric_name ((StEmbeddingMetric) i)) == 0)
      {
        *metric = (StEmbeddingMetric) i;
        return true;
      }
  return false;
}

/* ---- questions ---- */

void
st_embedding_query_copy (const StEmbeddingQuery *from, StEmbeddingQuery *to)
{
  *to = *from;
  st_model_ref (to->of.model);
  st_images_ref (to->of.images);
  if (to->of.reference != NULL)
    st_reference_ref (to->of.reference);
}

void
st_embedding_query_clear (StEmbeddingQuery *query)
{
  st_model_unref (query->of.model);
  st_images_unref (query->of.images);
  st_reference_unref (query->of.reference);
  *query = (StEmbeddingQuery) { 0 };
}

bool
st_embedding_query_suits (const StEmbeddingQuery *query)
{
  const StSpec *spec = st_model_spec (query->of.model);
  bool unfolds = st_kind_unfolds (spec->kind);
  switch (query->method)
    {
    case ST_EMBEDDING_PCA: return query->of.reference != NULL;
    case ST_EMBEDDING_RAW:
      return query->of.reference != NULL && !unfolds && st_shape_size (st_spec_latent (spec)) == 2;
    case ST_EMBEDDING_KERNEL_PCA: return unfolds;
    case ST_EMBEDDING_TSNE: return unfolds || query->metric == ST_METRIC_EUCLIDEAN;
    case ST_EMBEDDING_METHODS: break;
    }
  return false;
}

/* ---- life ---- */

StStatus
st_embedding_new (const StEmbeddingQuery *query, uint32_t count, bool placed,
                  StEmbedding **result)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *counted, 0);
  StEmbedding *embedding = &counted->embedding;
  counted->references = 1;
  st_embedding_query_copy (query, &embedding->query);
  embedding->count = count;
  if (placed)
    {
      embedding->clean = st_alloc (count, 2 * sizeof (double));
      embedding->now = st_alloc (count, 2 * sizeof (double));
    }
  if (placed && (embedding->clean == NULL || embedding->now == NULL))
    {
      st_embedding_unref (embedding);
      return st_failure (ST_NO_MEMORY, (int64_t) (2 * count * sizeof (double)), 0);
    }
  *result = embedding;
  return st_success ();
}

StEmbedding *
st_embedding_ref (StEmbedding *embedding)
{
  atomic_fetch_add (&((Counted *) embedding)->references, 1);
  return embedding;
}

void
st_embedding_unref (StEmbedding *embedding)
{
  if (embedding == NULL || atomic_fetch_sub (&((Counted *) embedding)->references, 1) != 1)
    return;
  st_embedding_query_clear (&embedding->query);
  st_free (embedding->clean);
  st_free (embedding->now);
  st_free (embedding);
}

void
st_embedding_keep_clear (StEmbeddingKeep *keep)
{
  st_embedding_axes_free (keep->axes);
  st_embedding_query_clear (&keep->query);
  *keep = (StEmbeddingKeep) { 0 };
}
