#include <st-replicates.h>

#include <st-alloc.h>

#include <string.h>

/* Bases of so many vectors are made at once, or of one group where it has more. */
enum { GROUPS = ST_JACKKNIFE_GROUPS, VECTORS = 64 };

struct StReplicates {
  StSubspace *subspaces[GROUPS];
  double *bases;             /* [GROUPS][k][length]; NULL of gaussian:K */
};

/* What one worker needs. */
typedef struct Bench {
  StJackknife *jackknife;
  double *scratch;           /* [k][length or count, the larger]; of those that are compared */
} Bench;

/* The ten, shared out in three steps: subspaces; bases, some of them at once, since all come from
 * the same features, which are many; angles to the clean ones. */
typedef struct Fitting {
  const StSpan *span;
  const double *gram, *between;
  const StReplicates *clean;   /* to compare with, or NULL */
  StSubspace *const *subspaces;
  double *vectors;             /* [together][k][count] */
  double *bases;               /* [together][k][length] */
  uint32_t first, together;    /* groups whose bases are at hand */
  StAngles angles[GROUPS];
  StStatus status[GROUPS];
  StCancel *cancel;
  uint32_t threads;
  Bench *benches;              /* [threads] */
} Fitting;

static StStatus
bench_init (Bench *bench, const StSpan *span, bool compares, StCancel *cancel)
{
  size_t longest = span->length > span->count ? span->length : span->count;
  if (compares)
    bench->scratch = st_alloc (span->k, longest * sizeof (double));
  if (compares && bench->scratch == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) (longest * span->k * sizeof (double)), 0);
  StStatus status = st_jackknife_new (span->count, span->k, &bench->jackknife);
  if (st_ok (status))
    st_jackknife_set_cancel (bench->jackknife, cancel);
  return status;
}

static void
fit_group (void *context, uint32_t group, uint32_t worker)
{
  Fitting *fitting = context;
  const StSpan *span = fitting->span;
  fitting->status[group] = st_failure (ST_CANCELLED, 0, 0);
  if (!st_cancel_asked (fitting->cancel))
    fitting->status[group]
      = st_jackknife_fit (fitting->benches[worker].jackknife, span->count, fitting->gram, span->k,
                          true, group, fitting->subspaces[group]);
}

static void
finish_group (void *context, uint32_t task, uint32_t worker)
{
  Fitting *fitting = context;
  const StSpan *span = fitting->span;
  const StReplicates *clean = fitting->clean;
  const size_t size = span->k * span->length;
  const uint32_t group = fitting->first + task;
  const StSubspace *subspace = fitting->subspaces[group];
  double *scratch = fitting->benches[worker].scratch;
  if (st_cancel_asked (fitting->cancel))
    {
      fitting->status[group] = st_failure (ST_CANCELLED, 0, 0);
      return;
    }
  if (!span->gaussian)
    st_subspace_orthonormalise (subspace->k, span->length, fitting->bases + task * size);
  if (clean != NULL && span->gaussian)
    fitting->status[group] = st_angles_of_grams (clean->subspaces[group], subspace,
                                                 fitting->between, span->k, scratch,
                                                 &fitting->angles[group]);
  else if (clean != NULL)
    fitting->status[group] = st_angles_of_bases (clean->subspaces[group],
                                                 clean->bases + group * size, subspace,
                                                 fitting->bases + task * size, span->length,
                                                 span->k, scratch, &fitting->angles[group]);
}

static StStatus
first_failure (const Fitting *fitting)
{
  for (uint32_t group = 0; group < GROUPS; group++)
    if (!st_ok (fitting->status[group]))
      return fitting->status[group];
  return st_success ();
}

/* From `first` on as many as are together.  Vectors that a subspace has fewer of stay 0. */
static StStatus
make_bases (Fitting *fitting, uint32_t groups, StPool *pool)
{
  const StSpan *span = fitting->span;
  const size_t size = (size_t) span->k * span->count;
  memset (fitting->vectors, 0, groups * size * sizeof (double));
  for (uint32_t i = 0; i < groups; i++)
    {
      const StSubspace *subspace = fitting->subspaces[fitting->first + i];
      memcpy (fitting->vectors + i * size, subspace->vectors,
              (size_t) subspace->k * span->count * sizeof (double));
    }
  return st_span_combine (span, groups * span->k, fitting->vectors, fitting->bases, pool,
                          fitting->cancel);
}

/* bases[GROUPS][k][length], where they are kept; else NULL. */
static StStatus
finish_all (Fitting *fitting, double *bases, StPool *pool)
{
  const StSpan *span = fitting->span;
  StStatus status = st_success ();
  double *some = bases;
  fitting->together = span->gaussian || span->k * GROUPS <= VECTORS ? GROUPS
                      : span->k < VECTORS ? VECTORS / span->k : 1;
  if (!span->gaussian)
    {
      fitting->vectors = st_alloc (fitting->together, span->k * span->count * sizeof (double));
      if (bases == NULL)
        some = st_alloc (fitting->together, span->k * span->length * sizeof (double));
      if (fitting->vectors == NULL || some == NULL)
        status = st_failure (ST_NO_MEMORY,
                             (int64_t) (fitting->together * span->k * span->length), 0);
    }
  for (uint32_t groups; st_ok (status) && fitting->first < GROUPS; fitting->first += groups)
    {
      const uint32_t left = GROUPS - fitting->first;
      groups = left < fitting->together ? left : fitting->together;
      fitting->bases = bases != NULL ? bases + fitting->first * span->k * span->length : some;
      if (!span->gaussian)
        status = make_bases (fitting, groups, pool);
      if (st_ok (status))
        st_pool_run (pool, groups, finish_group, fitting);
      if (st_ok (status))
        status = first_failure (fitting);
    }
  st_free (fitting->vectors);
  if (bases == NULL)
    st_free (some);
  return status;
}

static StStatus
fit_all (Fitting *fitting, double *bases, StPool *pool)
{
  StStatus status = st_success ();
  fitting->threads = st_pool_threads (pool);
  fitting->benches = st_alloc (fitting->threads, sizeof *fitting->benches);
  if (fitting->benches == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (uint32_t i = 0; i < fitting->threads && st_ok (status); i++)
    status = bench_init (&fitting->benches[i], fitting->span, fitting->clean != NULL,
                         fitting->cancel);
  if (st_ok (status))
    {
      st_pool_run (pool, GROUPS, fit_group, fitting);
      status = first_failure (fitting);
    }
  if (st_ok (status) && (fitting->clean != NULL || !fitting->span->gaussian))
    status = finish_all (fitting, bases, pool);
  for (uint32_t i = 0; i < fitting->threads; i++)
    {
      st_jackknife_free (fitting->benches[i].jackknife);
      st_free (fitting->benches[i].scratch);
    }
  st_free (fitting->benches);
  return status;
}

static StStatus
new_subspaces (const StSpan *span, StSubspace *subspaces[GROUPS])
{
  StStatus status = st_success ();
  for (uint32_t group = 0; group < GROUPS && st_ok (status); group++)
    status = st_subspace_new (span->count, span->k, &subspaces[group]);
  return status;
}

StStatus
st_replicates_new (const StSpan *span, const double *gram, StPool *pool, StCancel *cancel,
                   StReplicates **result)
{
  *result = NULL;
  if (span->count < GROUPS)
    return st_success ();
  StReplicates *replicates = st_alloc (1, sizeof *replicates);
  if (replicates == NULL)
    return st_failure (ST_NO_MEMORY, sizeof *replicates, 0);
  StStatus status = st_success ();
  if (!span->gaussian)
    replicates->bases = st_alloc (GROUPS, span->k * span->length * sizeof (double));
  if (!span->gaussian && replicates->bases == NULL)
    status = st_failure (ST_NO_MEMORY, (int64_t) (GROUPS * span->k * span->length), 0);
  if (st_ok (status))
    status = new_subspaces (span, replicates->subspaces);
  Fitting fitting = { .span = span, .gram = gram, .subspaces = replicates->subspaces,
                      .cancel = cancel };
  if (st_ok (status))
    status = fit_all (&fitting, replicates->bases, pool);
  if (st_ok (status))
    *result = replicates;
  else
    st_replicates_free (replicates);
  return status;
}

void
st_replicates_free (StReplicates *replicates)
{
  if (replicates == NULL)
    return;
  for (uint32_t group = 0; group < GROUPS; group++)
    st_subspace_free (replicates->subspaces[group]);
  st_free (replicates->bases);
  st_free (replicates);
}

StStatus
st_replicates_compare (const StReplicates *clean, const StSpan *span, const double *gram,
                       const double *between, const StAngles *angles, StPool *pool,
                       StCancel *cancel, StAngleIntervals *intervals)
{
  StSubspace *subspaces[GROUPS] = { NULL };
  Fitting fitting = { .span = span, .gram = gram, .between = between, .clean = clean,
                      .subspaces = subspaces, .cancel = cancel };
  StStatus status = st_success ();
  if (clean != NULL && angles->count > 0)
    {
      status = new_subspaces (span, subspaces);
      if (st_ok (status))
        status = fit_all (&fitting, NULL, pool);
    }
  if (st_ok (status))
    st_jackknife_summary (clean != NULL ? span->count : 0, angles, fitting.angles, intervals);
  for (uint32_t group = 0; group < GROUPS; group++)
    st_subspace_free (subspaces[group]);
  return status;
}
