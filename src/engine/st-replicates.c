#include <st-replicates.h>

#include <st-alloc.h>

enum { GROUPS = ST_JACKKNIFE_GROUPS };

struct StReplicates {
  StSubspace *subspaces[GROUPS];
  double *bases;             /* [GROUPS][k][length]; NULL of gaussian:K */
};

/* What one worker needs. */
typedef struct Bench {
  StJackknife *jackknife;
  StSubspace *subspace;
  double *basis, *scratch;   /* [k][length or count, the larger] */
} Bench;

/* The ten, shared out: clean ones are kept, others compared with those. */
typedef struct Fitting {
  const StSpan *span;
  const double *gram, *between;
  StReplicates *kept;
  const StReplicates *clean;
  StAngles angles[GROUPS];
  StStatus status[GROUPS];
  StCancel *cancel;
  uint32_t threads;
  Bench *benches;            /* [threads] */
} Fitting;

static StStatus
bench_init (Bench *bench, const StSpan *span)
{
  size_t longest = span->length > span->count ? span->length : span->count;
  bench->basis = st_alloc (span->k, longest * sizeof (double));
  bench->scratch = st_alloc (span->k, longest * sizeof (double));
  StStatus status = st_failure (ST_NO_MEMORY, (int64_t) (longest * span->k * sizeof (double)), 0);
  if (bench->basis != NULL && bench->scratch != NULL)
    status = st_subspace_new (span->count, span->k, &bench->subspace);
  if (st_ok (status))
    status = st_jackknife_new (span->count, span->k, &bench->jackknife);
  return status;
}

static void
bench_clear (Bench *bench)
{
  st_jackknife_free (bench->jackknife);
  st_subspace_free (bench->subspace);
  st_free (bench->basis);
  st_free (bench->scratch);
}

static StStatus
keep (const Fitting *fitting, Bench *bench, uint32_t group)
{
  const StSpan *span = fitting->span;
  StSubspace *subspace = fitting->kept->subspaces[group];
  StStatus status = st_jackknife_fit (bench->jackknife, span->count, fitting->gram, span->k, true,
                                      group, subspace);
  if (st_ok (status) && fitting->kept->bases != NULL)
    st_subspace_basis (subspace, span->features, span->length,
                       fitting->kept->bases + group * span->k * span->length);
  return status;
}

static StStatus
compare (Fitting *fitting, Bench *bench, uint32_t group)
{
  const StSpan *span = fitting->span;
  const StSubspace *clean = fitting->clean->subspaces[group];
  StStatus status = st_jackknife_fit (bench->jackknife, span->count, fitting->gram, span->k, true,
                                      group, bench->subspace);
  if (!st_ok (status))
    return status;
  if (span->gaussian)
    return st_angles_of_grams (clean, bench->subspace, fitting->between, span->k, bench->scratch,
                               &fitting->angles[group]);
  st_subspace_basis (bench->subspace, span->features, span->length, bench->basis);
  return st_angles_of_bases (clean, fitting->clean->bases + group * span->k * span->length,
                             bench->subspace, bench->basis, span->length, span->k, bench->scratch,
                             &fitting->angles[group]);
}

static void
fit_group (void *context, uint32_t task, uint32_t worker)
{
  Fitting *fitting = context;
  Bench *bench = &fitting->benches[worker];
  if (st_cancel_asked (fitting->cancel))
    fitting->status[task] = st_failure (ST_CANCELLED, 0, 0);
  else if (fitting->kept != NULL)
    fitting->status[task] = keep (fitting, bench, task);
  else
    fitting->status[task] = compare (fitting, bench, task);
}

static StStatus
fit_all (Fitting *fitting, StPool *pool)
{
  StStatus status = st_success ();
  fitting->threads = st_pool_threads (pool);
  fitting->benches = st_alloc (fitting->threads, sizeof *fitting->benches);
  if (fitting->benches == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (uint32_t i = 0; i < fitting->threads && st_ok (status); i++)
    status = bench_init (&fitting->benches[i], fitting->span);
  if (st_ok (status))
    st_pool_run (pool, GROUPS, fit_group, fitting);
  for (uint32_t group = 0; group < GROUPS && st_ok (status); group++)
    status = fitting->status[group];
  for (uint32_t i = 0; i < fitting->threads; i++)
    bench_clear (&fitting->benches[i]);
  st_free (fitting->benches);
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
  for (uint32_t group = 0; group < GROUPS && st_ok (status); group++)
    status = st_subspace_new (span->count, span->k, &replicates->subspaces[group]);
  Fitting fitting = { .span = span, .gram = gram, .kept = replicates, .cancel = cancel };
  if (st_ok (status))
    status = fit_all (&fitting, pool);
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
  Fitting fitting = { .span = span, .gram = gram, .between = between, .clean = clean,
                      .cancel = cancel };
  StStatus status = st_success ();
  if (clean != NULL && angles->count > 0)
    status = fit_all (&fitting, pool);
  if (st_ok (status))
    st_jackknife_summary (clean != NULL ? span->count : 0, angles, fitting.angles, intervals);
  return status;
}
