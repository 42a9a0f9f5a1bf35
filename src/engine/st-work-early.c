/* Angles for a moving hand, before the exact ones: of few images where a kernel's points are dear,
 * of all where they are not, and without intervals, which cost as much as the angles.
 *
 * One core takes, of 256 points of 7x7x128, 17 ms for those of `frobenius`, encoding included, and
 * 24 to 34 for others; 11 for a Gram matrix (twice that of `bonnabel-sepulchre`, three times that
 * for the two of gaussian:K), 5 for the angles, 16 for intervals.  Of 64 all together take 8.
 *
 * What they are compared with, the clean images of the sample, is made while nothing is asked, and
 * not while weights keep coming: until then there are no early angles.
 *
 * A hand that moves with every frame of the screen leaves no time for them at all, and its angles
 * would stand still.  So one query in a few is patient: it is not abandoned before it has those of
 * the sample, some 4 ms a column on two cores; and they stay, with their level, until there are
 * others. */
#include <st-work.h>

#include <st-sample.h>

enum {
  FEW = ST_EARLY_IMAGES,
  CHEAP = 256,             /* images of which a cheap kernel's angles are not dear */
  STEP = 32,
  PATIENCE = 4,            /* queries that may be abandoned before one is not */
};

static bool
is_cheap (const StWork *work)
{
  return work->query.kernel == ST_KERNEL_FROBENIUS
         && st_images_count (work->query.images) <= CHEAP;
}

static bool
wants_early (const StWork *work, uint32_t i)
{
  return st_ok (work->columns[i].status) && st_work_wants_angles (work, i)
         && st_images_count (work->query.images) > FEW;
}

/* Of a sample: what is asked of a column about it. */
static StQuery
sample_query (const StWork *work, uint32_t i)
{
  StQuery query = st_work_query (work, i, work->query.level, false);
  query.images = work->sample;
  query.only_angles = query.quick = true;
  return query;
}

static bool
fits (const StWork *work, const StHilbert *hilbert, const StQuery *query)
{
  const StLiveQuery *asked = &work->query;
  return hilbert != NULL
         && st_hilbert_fits (hilbert, query, asked->kernel, asked->tolerance, asked->subspace);
}

/* ---- the sample and its clean points ---- */

static StStatus
renew_sample (StWork *work)
{
  if (work->sample != NULL && st_images_same (work->sampled, work->query.images))
    return st_success ();
  st_work_forget_sample (work);
  StStatus status = st_sample_images (work->query.images, FEW, &work->sample);
  if (st_ok (status))
    work->sampled = st_images_ref (work->query.images);
  return status;
}

void
st_work_forget_sample (StWork *work)
{
  st_images_unref (work->sample);
  st_images_unref (work->sampled);
  work->sample = work->sampled = NULL;
}

StWorkIdle
st_work_prepare_early (StWork *work)
{
  if (work->restless)
    return ST_WORK_RESTED;
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      if (!wants_early (work, i) || column->no_sample)
        continue;
      StStatus status = renew_sample (work);
      StQuery query = sample_query (work, i);
      if (st_ok (status) && fits (work, column->sample, &query))
        continue;
      st_hilbert_unref (column->sample);
      column->sample = NULL;
      if (st_ok (status))
        status = st_hilbert_new (&query, work->query.kernel, work->query.tolerance,
                                 work->query.subspace, work->pool, work->cancel, &column->sample);
      if (status.code == ST_CANCELLED)
        return ST_WORK_RESTED;
      column->no_sample = !st_ok (status);   /* then a hand waits for the exact angles */
      column->no_sample_weights = query.weights;
      return ST_WORK_KEPT;
    }
  return ST_WORK_RESTED;
}

/* ---- angles ---- */

bool
st_work_is_patient (const StWork *work)
{
  return work->hurried >= PATIENCE;
}

void
st_work_count_hurry (StWork *work)
{
  bool angled = true;   /* the last column too, which is abandoned most often */
  for (uint32_t i = 0; i < work->query.columns && angled; i++)
    {
      const StWorkColumn *column = &work->columns[i];
      /* Patience does not bring them where there is no sample. */
      angled = !wants_early (work, i) || column->no_sample
               || st_work_has_angles (work, i, column->now)
               || (column->early.known && column->early_level == work->query.level);
    }
  work->hurried = angled ? 0 : work->hurried + 1;
}

static StStatus
measure (StWork *work, StMeasure **measure, const StQuery *query, StCancel *cancel,
         StResult **result)
{
  StStatus status = st_success ();
  if (*measure == NULL)
    status = st_measure_new (work->pool, measure);
  if (st_ok (status))
    status = st_measure_begin (*measure, query);
  while (st_ok (status) && !st_measure_finished (*measure))
    status = st_measure_step (*measure, STEP, cancel);
  if (st_ok (status))
    status = st_measure_take (*measure, result);
  return status;
}

/* All else of the level comes with them. */
static StStatus
measure_all (StWork *work, uint32_t i)
{
  StWorkColumn *column = &work->columns[i];
  StQuery query = st_work_query (work, i, work->query.level, true);
  StResult *result;
  query.reference = column->reference;
  query.hilbert = column->hilbert;
  query.quick = true;
  StStatus status = measure (work, &work->angles, &query, work->cancel, &result);
  if (!st_ok (status))
    return status;
  column->early = result->hilbert;
  column->early_level = work->query.level;
  /* Nobody else has it yet. */
  result->hilbert = (StHilbertResult) { 0 };
  st_work_take (work, i, result);
  return status;
}

static StStatus
measure_sample (StWork *work, uint32_t i)
{
  StQuery query = sample_query (work, i);
  StResult *result;
  query.hilbert = work->columns[i].sample;
  StStatus status = measure (work, &work->early, &query,
                             st_work_is_patient (work) ? NULL : work->cancel, &result);
  if (!st_ok (status))
    return status;
  work->columns[i].early = result->hilbert;
  work->columns[i].early_level = work->query.level;
  st_result_unref (result);
  return status;
}

/* Whether it is time for them, cheap or not, and all is there that they need. */
static bool
is_ready (const StWork *work, uint32_t i, bool all)
{
  const StWorkColumn *column = &work->columns[i];
  const bool now = column->early.known && column->early_level == work->query.level;
  const bool some = now && column->early.count < st_images_count (work->query.images);
  if (!wants_early (work, i) || (all ? now && !some : now)
      || st_work_has_angles (work, i, column->now))
    return false;
  if (is_cheap (work) ? !all && !st_work_is_patient (work) : all)
    return false;
  if (all)
    {
      StQuery query = st_work_query (work, i, work->query.level, false);
      return fits (work, column->hilbert, &query);
    }
  if (work->sample == NULL || !st_images_same (work->sampled, work->query.images))
    return false;
  StQuery query = sample_query (work, i);
  return fits (work, column->sample, &query);
}

bool
st_work_leaps (const StWork *work)
{
  bool all = is_cheap (work) && work->hurried == 0;
  for (uint32_t i = 0; i < work->query.columns && all; i++)
    all = !wants_early (work, i) || is_ready (work, i, true)
          || st_work_has_angles (work, i, work->columns[i].now);
  return all;
}

bool
st_work_find_early (StWork *work, bool all)
{
  /* Of another perturbation, say, with the same clean points. */
  if (!all && work->sample != NULL && work->query.images != NULL
      && st_images_count (work->query.images) > FEW && !st_ok (renew_sample (work)))
    return true;
  for (uint32_t i = 0; i < work->query.columns; i++)
    if (is_ready (work, i, all))
      {
        StStatus status = all ? measure_all (work, i) : measure_sample (work, i);
        if (status.code == ST_CANCELLED)
          return false;
      }
  return true;
}

void
st_work_show_early (const StWork *work, uint32_t i, StFrame *frame)
{
  const StWorkColumn *column = &work->columns[i];
  if (column->early.known && st_ok (column->status)
      && !st_work_has_angles (work, i, column->now))
    {
      frame->early[i] = column->early;
      frame->early_level[i] = column->early_level;
    }
}
