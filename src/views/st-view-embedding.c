#include <st-view-embedding.h>

#include <math.h>
#include <st-names.h>
#include <st-words.h>

/* ---- what there is ---- */

StEmbeddingMethod
st_view_method (const StView *view)
{
  return view->request->embeddings != NULL ? view->request->embeddings->method
                                           : ST_EMBEDDING_PCA;
}

gboolean
st_view_is_live (const StView *view, guint column)
{
  const StReference *axes = column < st_view_columns (view) ? view->frame->references[column]
                                                            : NULL;
  return st_view_method (view) == ST_EMBEDDING_PCA
         || (st_view_method (view) == ST_EMBEDDING_RAW && axes != NULL && axes->pca == NULL);
}

static gboolean
judges_what_is_shown (const StView *view, const StEmbedding *embedding)
{
  const StResult *now = st_view_now (view);
  return now != NULL && now->done == now->count && embedding->query.of.level == now->level
         && embedding->query.of.weights == now->weights;
}

const StEmbedding *
st_view_embedding (const StView *view, guint column)
{
  if (view->request->embeddings == NULL || column >= st_view_columns (view))
    return NULL;
  const StEmbedding *embedding = view->request->embeddings->of[column];
  if (embedding == NULL || embedding->query.method != st_view_method (view)
      || (st_view_is_live (view, column) && !judges_what_is_shown (view, embedding)))
    return NULL;
  return embedding;
}

static const StEmbedding *
own_embedding (const StView *view)
{
  return st_view_embedding (view, view->request->column);
}

static gboolean
is_of_level (const StView *view, const StEmbedding *embedding)
{
  return embedding->query.of.level == view->frame->query.level;
}

static gboolean
is_of_weights (const StView *view, const StEmbedding *embedding)
{
  return embedding->query.of.weights == view->frame->query.weights[view->request->column];
}

/* Whether the tolerance of the ranks would change it, and has changed. */
static gboolean
is_of_tolerance (const StView *view, const StEmbedding *embedding)
{
  const StEmbeddingQuery *query = &embedding->query;
  gboolean knows = query->metric >= ST_METRIC_AFFINE_INVARIANT;
  if (query->method == ST_EMBEDDING_KERNEL_PCA || query->metric == ST_METRIC_KERNEL)
    knows = st_kernel_knows_ranks (query->kernel);
  return !knows || query->tolerance == view->request->tolerance;
}

gboolean
st_view_embedding_is_stale (const StView *view)
{
  const StEmbedding *embedding = own_embedding (view);
  return embedding != NULL && st_view_method (view) == ST_EMBEDDING_TSNE
         && !(is_of_level (view, embedding) && is_of_weights (view, embedding)
              && is_of_tolerance (view, embedding));
}

/* ---- names ---- */

/* "Frobenius distance", "Projection kernel" */
static char *
name_distance (const StEmbeddingQuery *query)
{
  if (query->method == ST_EMBEDDING_KERNEL_PCA || query->metric == ST_METRIC_KERNEL)
    return g_strdup_printf (_("%s kernel"), st_name_kernel (query->kernel));
  return g_strdup_printf (_("%s distance"), st_name_metric (query->metric));
}

/* " of S1 and S2", where a geometric distance is not made of all three. */
static const char *
name_factors (const StEmbedding *embedding)
{
  const gboolean partial = embedding->factors[0] && !embedding->factors[2];
  return partial ? _(" of S1 and S2") : "";
}

char *
st_view_embedding_prefix (const StView *view)
{
  const StEmbedding *embedding = own_embedding (view);
  if (embedding == NULL || st_view_is_live (view, view->request->column))
    return g_strdup ("");
  const StEmbeddingQuery *query = &embedding->query;
  const char *of = query->method == ST_EMBEDDING_KERNEL_PCA || query->metric == ST_METRIC_KERNEL
                     ? st_kernel_name (query->kernel) : st_embedding_metric_name (query->metric);
  char *prefix = g_strdup_printf ("%s_%s_", st_embedding_method_name (query->method), of);
  return g_strcanon (prefix, "abcdefghijklmnopqrstuvwxyz0123456789", '_');
}

/* ---- why there is nothing ---- */

static gboolean
unfolds (const StView *view)
{
  const StModel *model = view->frame->query.models[view->request->column];
  return model == NULL || st_kind_unfolds (st_model_spec (model)->kind);
}

/* "image 17" as it is spoken of, and which of its two points. */
static char *
name_point (const StView *view, const StEmbedding *embedding, guint point)
{
  const guint image = st_images_index (embedding->query.of.images, point % embedding->count);
  if (point < embedding->count)
    return g_strdup_printf (_("image %u, clean"), image);
  char *level = st_number_level (view->request->numbers, embedding->query.of.level);
  char *name = g_strdup_printf (_("image %u at level %s"), image, level);
  g_free (level);
  return name;
}

/* What the first factor without a distance lacks. */
static char *
name_cause (const StEmbedding *embedding)
{
  const StDistances *why = &embedding->pair.why;
  guint s = 0;
  while (s < 2 && !(why->used[s] && why->why[s] != ST_DEFINED))
    s++;
  const guint a = embedding->ranks[0][s], b = embedding->ranks[1][s];
  switch (why->why[s])
    {
    case ST_UNDEFINED_RANK:
      return g_strdup_printf (_("S%u has no full rank there (%u and %u)"), s + 1, a, b);
    case ST_UNDEFINED_RANKS:
      return g_strdup_printf (_("their ranks of S%u differ (%u and %u)"), s + 1, a, b);
    case ST_UNDEFINED_ANGLE:
      return g_strdup_printf (_("their subspaces of S%u have a right angle"), s + 1);
    case ST_DEFINED: break;
    }
  return g_strdup ("");
}

static char *
say_undefined (const StView *view, const StEmbedding *embedding)
{
  char *distance = name_distance (&embedding->query);
  if (!embedding->pair.found)
    {
      char *words = g_strdup_printf (_("%s: half of all clean images coincide, so that its "
                                       "Gaussian has no width. Nothing is drawn."), distance);
      g_free (distance);
      return words;
    }
  char *a = name_point (view, embedding, embedding->pair.a);
  char *b = name_point (view, embedding, embedding->pair.b);
  char *cause = name_cause (embedding);
  char *words = g_strdup_printf (_("The %s is not defined between %s, and %s: %s. Nothing is "
                                   "drawn."), distance, a, b, cause);
  g_free (distance);
  g_free (cause);
  g_free (a);
  g_free (b);
  return words;
}

/* Of a model whose latent does not suit what is chosen; NULL where it does. */
static char *
say_unsuited (const StView *view)
{
  const StModel *model = view->frame->query.models[view->request->column];
  const StReference *axes = view->frame->references[view->request->column];
  const StEmbeddingMethod method = st_view_method (view);
  if (method == ST_EMBEDDING_RAW && axes != NULL && axes->pca != NULL)
    {
      char *length = st_number_count (view->request->numbers, axes->length);
      char *words = g_strdup_printf (_("Raw axes are those of a latent of two numbers; this one "
                                       "has %s."), length);
      g_free (length);
      return words;
    }
  if (model == NULL || unfolds (view) || method == ST_EMBEDDING_PCA || method == ST_EMBEDDING_RAW)
    return NULL;
  if (method == ST_EMBEDDING_KERNEL_PCA)
    return g_strdup (_("A vector has no unfoldings, and no point in a kernel's Hilbert space."));
  return view->request->embeddings->metric != ST_METRIC_EUCLIDEAN
           ? g_strdup (_("A vector has no unfoldings: of distances, only the Euclidean one is "
                         "defined."))
           : NULL;
}

char *
st_view_embedding_missing (const StView *view)
{
  const guint column = view->request->column;
  if (column >= st_view_columns (view))
    return NULL;
  char *unsuited = say_unsuited (view);
  if (unsuited != NULL || st_view_is_live (view, column))
    return unsuited;
  const StEmbedding *embedding = own_embedding (view);
  if (embedding == NULL)
    return g_strdup (_("Computing…"));
  if (embedding->clean != NULL)
    return NULL;
  switch (embedding->state)
    {
    case ST_EMBEDDING_UNDEFINED: return say_undefined (view, embedding);
    case ST_EMBEDDING_FAILED: return st_words_status (embedding->status, NULL, NULL);
    case ST_EMBEDDING_STOPPED: return g_strdup (_("Stopped before there was anything to draw."));
    case ST_EMBEDDING_RUNNING:
    case ST_EMBEDDING_DONE: break;
    }
  char *share = st_number_percent (view->request->numbers, embedding->distances);
  char *words = g_strdup_printf (_("Computing distances, %s"), share);
  g_free (share);
  return words;
}

/* ---- numbers ---- */

char *
st_view_embedding_trust (const StView *view, gboolean whole_words)
{
  const StEmbedding *embedding = own_embedding (view);
  if (view->request->embeddings == NULL)
    return NULL;
  const char *format = whole_words ? _("trustworthiness %s, continuity %s") : _("T %s, C %s");
  if (embedding == NULL || embedding->state == ST_EMBEDDING_RUNNING)
    return g_strdup_printf (format, "…", "…");
  const StNeighbours *n = &embedding->neighbours;
  char *t = st_number_fixed (view->request->numbers, n->known ? n->trustworthiness : NAN, 3);
  char *c = st_number_fixed (view->request->numbers, n->known ? n->continuity : NAN, 3);
  char *words = g_strdup_printf (format, t, c);
  g_free (t);
  g_free (c);
  return words;
}

static char *
name_perplexity (const StView *view, double perplexity)
{
  const gboolean whole = perplexity == rint (perplexity);
  return st_number_fixed (view->request->numbers, perplexity, whole ? 0 : 1);
}

static char *
tsne_facts (const StView *view, const StEmbedding *embedding, guint brevity)
{
  char *perplexity = name_perplexity (view, embedding->perplexity);
  char *divergence = st_number_fixed (view->request->numbers, embedding->divergence, 3);
  char *words;
  if (brevity == 0)
    words = g_strdup_printf (_("t-SNE, perplexity %s, KL %s"), perplexity, divergence);
  else if (brevity == 1)
    words = g_strdup_printf (_("perplexity %s, KL %s"), perplexity, divergence);
  else
    words = g_strdup_printf (_("KL %s"), divergence);
  g_free (perplexity);
  g_free (divergence);
  return words;
}

static char *
axes_facts (const StView *view, guint brevity)
{
  const guint column = view->request->column;
  const gboolean live = st_view_is_live (view, column);
  const StEmbedding *embedding = own_embedding (view);
  const StReference *axes = view->frame->references[column];
  const double *shares = live ? axes->shares : embedding->shares;
  char *first = st_number_percent (view->request->numbers, shares[0]);
  char *second = st_number_percent (view->request->numbers, shares[1]);
  char *words;
  if (brevity > 1)
    words = g_strdup_printf (_("axes %s, %s"), first, second);
  else if (live && axes->pca == NULL)
    words = g_strdup_printf (_("z1 %s, z2 %s"), first, second);
  else if (live || brevity > 0)
    words = g_strdup_printf (_("PC1 %s, PC2 %s"), first, second);
  else
    {
      char *kernel = name_distance (&embedding->query);
      words = g_strdup_printf (_("%s, PC1 %s, PC2 %s"), kernel, first, second);
      g_free (kernel);
    }
  g_free (first);
  g_free (second);
  return words;
}

char *
st_view_embedding_facts (const StView *view, guint brevity)
{
  if (st_view_method (view) == ST_EMBEDDING_TSNE)
    return tsne_facts (view, own_embedding (view), brevity);
  return axes_facts (view, brevity);
}

/* ---- notes ---- */

static void
note_state (const StView *view, const StEmbedding *embedding, GString *out)
{
  char *at = st_number_count (view->request->numbers, embedding->iteration);
  char *all = st_number_count (view->request->numbers, ST_TSNE_ITERATIONS);
  if (embedding->state == ST_EMBEDDING_RUNNING)
    g_string_append_printf (out, _("iteration %s of %s\n"), at, all);
  else if (embedding->state == ST_EMBEDDING_STOPPED)
    g_string_append_printf (out, _("stopped at iteration %s\n"), at);
  g_free (at);
  g_free (all);
}

static void
note_level (const StView *view, const StEmbedding *embedding, GString *out)
{
  char *distance = name_distance (&embedding->query);
  char *own = st_number_level (view->request->numbers, embedding->query.of.level);
  char *now = st_number_level (view->request->numbers, view->frame->query.level);
  if (st_view_method (view) == ST_EMBEDDING_TSNE)
    g_string_append_printf (out, "%s%s\n", distance, name_factors (embedding));
  if (!is_of_level (view, embedding))
    g_string_append_printf (out, _("of level %s, now %s\n"), own, now);
  else if (st_view_method (view) == ST_EMBEDDING_TSNE || view->request->still)
    g_string_append_printf (out, _("of level %s\n"), own);
  g_free (distance);
  g_free (own);
  g_free (now);
}

static void
note_rest (const StView *view, const StEmbedding *embedding, GString *out)
{
  const guint count = st_images_count (embedding->query.of.images);
  if (!is_of_weights (view, embedding))
    g_string_append (out, _("of older weights\n"));
  if (!is_of_tolerance (view, embedding))
    {
      char *tolerance = st_number_power (view->request->numbers, embedding->query.tolerance);
      g_string_append_printf (out, _("of tolerance %s\n"), tolerance);
      g_free (tolerance);
    }
  if (embedding->count >= count)
    return;
  char *part = st_number_count (view->request->numbers, embedding->count);
  char *all = st_number_count (view->request->numbers, count);
  g_string_append_printf (out, _("the first %s of %s images\n"), part, all);
  g_free (part);
  g_free (all);
}

char *
st_view_embedding_notes (const StView *view)
{
  GString *out = g_string_new (NULL);
  const StEmbedding *embedding = own_embedding (view);
  const StResult *now = st_view_now (view);
  if (st_view_is_live (view, view->request->column))
    {
      if (now != NULL && now->done < now->count)
        g_string_append_printf (out, _("%u of %u\n"), now->done, now->count);
      if (embedding != NULL && embedding->count < st_images_count (embedding->query.of.images))
        g_string_append_printf (out, _("T and C of the first %u\n"), embedding->count);
    }
  else if (embedding != NULL && embedding->clean != NULL)
    {
      note_level (view, embedding, out);
      note_state (view, embedding, out);
      note_rest (view, embedding, out);
    }
  if (out->len > 0)
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

/* ---- definitions ---- */

static const char *
define_method (const StView *view)
{
  switch (st_view_method (view))
    {
    case ST_EMBEDDING_KERNEL_PCA:
      return _("Points of the kernel's Hilbert space on the two first principal axes of the clean "
               "ones (kernel PCA; the kernel is the one chosen for the angles): ring clean, point "
               "now; σ of the first axis. A level moves points and never the axes.");
    case ST_EMBEDDING_TSNE:
      return _("t-SNE (van der Maaten and Hinton 2008), exact, of the distance named: clean images "
               "(rings) and images of the level named (points) in one map, of which only "
               "neighbourhoods mean anything. Perplexity is the number of neighbours that count, "
               "KL the divergence in nats that 1,000 iterations have made small. A map is of its "
               "level and weights: another one has to be asked for.");
    case ST_EMBEDDING_RAW:
      return _("Latents of two numbers on their own axes: ring clean, point now; σ of the first "
               "axis.");
    case ST_EMBEDDING_PCA:
    case ST_EMBEDDING_METHODS: break;
    }
  return _(st_view_scatter.definition);
}

static const char *
define_distance (const StView *view)
{
  switch (view->request->embeddings->metric)
    {
    case ST_METRIC_KERNEL: return _("The distance is |x − y| in the Hilbert space of the kernel.");
    case ST_METRIC_EUCLIDEAN: return _("The distance is that of the latents themselves.");
    case ST_METRIC_FROBENIUS: return _("The distance is √Σ|S/tr S − S'/tr S'|² over S1, S2, S3.");
    case ST_METRIC_LOG_EUCLIDEAN:
      return _("The distance is √Σ|log(S/tr S + ε/d) − log(S'/tr S' + ε/d)|² over S1, S2, S3, "
               "ε = 0.001.");
    case ST_METRIC_AFFINE_INVARIANT:
      return _("The distance is √Σ|log(S^−½ S' S^−½)|², of factors that can be of full rank; it is "
               "not defined where one is not.");
    case ST_METRIC_BONNABEL_SEPULCHRE:
      return _("The distance (Bonnabel and Sepulchre 2009) is √Σ(|θ|² + |log(Q^−½ P Q^−½)|²), θ "
               "the angles between eigenspaces; it is not defined between strata.");
    case ST_METRIC_YE_LIM:
      return _("The distance (Ye and Lim 2016) is √Σ(|θ|² + |r − r'|π²/4), θ the angles between "
               "eigenspaces of ranks r and r'.");
    case ST_METRICS: break;
    }
  return "";
}

char *
st_view_embedding_define (const StView *view)
{
  const gboolean tsne = st_view_method (view) == ST_EMBEDDING_TSNE;
  if (view->request->embeddings == NULL)
    return g_strdup (_(st_view_scatter.definition));
  return g_strdup_printf (
    "%s%s%s %s", define_method (view), tsne ? " " : "", tsne ? define_distance (view) : "",
    _("Trustworthiness T is 1 where the 5 nearest points in the picture are near in truth, by the "
      "distance that it is made from, continuity C where the 5 nearest in truth have stayed near; "
      "both are lower the farther others are (Venna and Kaski 2001), and are of the points now."));
}

/* ---- descriptions ---- */

static void
describe_tsne (const StView *view, GString *out)
{
  const StEmbedding *embedding = own_embedding (view);
  char *facts = tsne_facts (view, embedding, 0);
  char *notes = st_view_embedding_notes (view);
  char **lines = g_strsplit (notes, "\n", -1);
  char *joined = g_strjoinv (", ", lines);
  g_string_append_printf (out, ", %s, %s", facts, joined);
  if (embedding->state == ST_EMBEDDING_DONE)
    {
      char *all = st_number_count (view->request->numbers, embedding->iteration);
      g_string_append_printf (out, _(", %s iterations"), all);
      g_free (all);
    }
  g_free (joined);
  g_strfreev (lines);
  g_free (facts);
  g_free (notes);
}

void
st_view_embedding_describe (const StView *view, GString *out)
{
  const StEmbedding *embedding = own_embedding (view);
  const StEmbeddingMethod method = st_view_method (view);
  if (embedding == NULL)
    return;
  if (method == ST_EMBEDDING_TSNE)
    describe_tsne (view, out);
  else if (method == ST_EMBEDDING_KERNEL_PCA)
    {
      char *kernel = name_distance (&embedding->query);
      g_string_append_printf (out, _(", kernel PCA, %s"), kernel);
      g_free (kernel);
      if (!is_of_level (view, embedding))
        g_string_append (out, _(", of the level before"));
    }
  if (embedding->neighbours.known)
    {
      char *trust = st_view_embedding_trust (view, TRUE);
      g_string_append_printf (out, ", %s", trust);
      g_free (trust);
    }
}
