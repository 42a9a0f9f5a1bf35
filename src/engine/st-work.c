/* The pass over the present level, and what is kept from query to query. */
#include <st-work.h>

#include <string.h>

enum { STEP = 32 };   /* images measured between two looks at the time */

/* ---- queries ---- */

static bool
same_context (const StLiveQuery *a, const StLiveQuery *b)
{
  return a->images == b->images && a->seed == b->seed
         && a->levels == b->levels && memcmp (a->grid, b->grid, sizeof a->grid) == 0;
}

/* Of angles. */
static bool
same_measure (const StLiveQuery *a, const StLiveQuery *b)
{
  return a->kernel == b->kernel && a->tolerance == b->tolerance && a->subspace == b->subspace;
}

bool
st_live_query_same_but_weights (const StLiveQuery *a, const StLiveQuery *b)
{
  return same_context (a, b) && a->level == b->level && a->visible == b->visible
         && same_measure (a, b) && a->columns == b->columns
         && memcmp (a->ids, b->ids, sizeof a->ids) == 0
         && memcmp (a->latents, b->latents, sizeof a->latents) == 0;
}

StQuery
st_work_query (const StWork *work, uint32_t i, double level, bool pictures)
{
  return (StQuery) {
    .model = work->query.models[i], .weights = work->query.weights[i],
    .images = work->query.images, .level = level, .latent = work->query.latents[i],
    .seed = work->query.seed, .pictures = pictures,
  };
}

bool
st_work_is_fresh (const StWork *work, uint32_t i, const StResult *result)
{
  return result != NULL && result->weights == work->query.weights[i];
}

bool
st_work_wants_angles (const StWork *work, uint32_t i)
{
  return work->query.subspace > 0
         && st_kind_unfolds (st_model_spec (work->query.models[i])->kind);
}

bool
st_work_has_angles (const StWork *work, uint32_t i, const StResult *result)
{
  const StLiveQuery *query = &work->query;
  return !st_work_wants_angles (work, i)
         || (st_work_is_fresh (work, i, result) && result->hilbert.weights == query->weights[i]
             && st_hilbert_result_fits (&result->hilbert, query->kernel, query->tolerance,
                                        query->subspace));
}

/* Whether a column has the axes that belong to its weights and images. */
static bool
has_reference (const StWork *work, uint32_t i)
{
  StQuery query = st_work_query (work, i, work->query.level, true);
  const StReference *reference = work->columns[i].reference;
  return reference != NULL && st_reference_fits (reference, &query);
}

/* ---- what is kept for later ---- */

void
st_work_shelve (StWork *work, uint32_t i, StResult *result)
{
  /* Results of more images would leave no room for others. */
  if (work->shelf == NULL || work->restless || result->count > ST_SWEEP_IMAGES_MAX)
    return;
  StReference *reference = result->pictures != NULL ? work->columns[i].reference : NULL;
  st_shelf_put (work->shelf, work->columns[i].context, work->query.ids[i], result, reference);
}

void
st_work_settle (StWork *work)
{
  if (!work->restless)
    return;
  work->restless = false;
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      if (column->now != NULL && has_reference (work, i))
        st_work_shelve (work, i, column->now);
      for (uint32_t level = 0; level < work->query.levels; level++)
        if (st_work_is_fresh (work, i, column->sweep[level]))
          st_work_shelve (work, i, column->sweep[level]);
    }
}

static StResult *
find (StWork *work, uint32_t i, double level, StReference *reference)
{
  const StLiveQuery *query = &work->query;
  StShelfWish wish = { .column = query->ids[i], .weights = query->weights[i], .level = level,
                       .reference = reference, .kernel = query->kernel,
                       .tolerance = query->tolerance, .subspace = query->subspace };
  return st_shelf_find (work->shelf, work->columns[i].context, &wish);
}

bool
st_work_has_shelved (StWork *work, uint32_t i, double level)
{
  StResult *found = find (work, i, level, work->columns[i].reference);
  bool has = found != NULL && st_work_has_angles (work, i, found);
  st_result_unref (found);
  return has;
}

/* Puts what the shelf has into a place whose result is missing, stale, or without the angles
 * that are wanted, unless that is no better. */
static bool
restock_place (StWork *work, uint32_t i, double level, StReference *reference, StResult **place)
{
  bool fresh = st_work_is_fresh (work, i, *place);
  if (fresh && st_work_has_angles (work, i, *place))
    return false;
  StResult *found = find (work, i, level, reference);
  if (found == NULL || (fresh && !st_work_has_angles (work, i, found)))
    {
      st_result_unref (found);
      return false;
    }
  st_result_unref (*place);
  *place = found;
  return true;
}

static void
restock (StWork *work)
{
  const StLiveQuery *query = &work->query;
  for (uint32_t i = 0; i < query->columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      if (column->context == 0)
        column->context = st_shelf_context (work->shelf, query->images, query->latents[i],
                                            query->seed);
      if (has_reference (work, i))
        restock_place (work, i, query->level, column->reference, &column->now);
      for (uint32_t level = 0; level < query->levels; level++)
        if (restock_place (work, i, query->grid[level], NULL, &column->sweep[level]))
          column->swept[level] = work->turn;
    }
}

/* ---- columns ---- */

static void
forget_sweep (StWorkColumn *column)
{
  for (uint32_t level = 0; level < ST_LEVELS_MAX; level++)
    {
      st_result_unref (column->sweep[level]);
      column->sweep[level] = NULL;
      column->swept[level] = 0;
      st_summary_unref (column->sweep_summary[level]);
      column->sweep_summary[level] = NULL;
    }
}

static void
forget_now (StWorkColumn *column)
{
  if (column->now != NULL && column->now->hilbert.known)
    column->stale = column->now->hilbert;
  st_result_unref (column->now);
  column->now = NULL;
}

static void
clear_column (StWorkColumn *column)
{
  forget_sweep (column);
  forget_now (column);
  st_reference_unref (column->reference);
  st_hilbert_unref (column->hilbert);
  st_hilbert_unref (column->sample);
  st_summary_unref (column->now_summary);
  st_measure_free (column->measure);
  *column = (StWorkColumn) { 0 };
}

void
st_work_clear (StWork *work)
{
  for (uint32_t i = 0; i < ST_COLUMNS_MAX; i++)
    clear_column (&work->columns[i]);
  st_measure_free (work->angles);
  st_measure_free (work->early);
  work->angles = work->early = NULL;
  st_work_forget_sample (work);
  st_live_query_clear (&work->query);
}

/* Columns follow their ids to their new places; those that are gone are dropped. */
static void
move_columns (StWork *work, const StLiveQuery *next)
{
  StWorkColumn old[ST_COLUMNS_MAX];
  memcpy (old, work->columns, sizeof old);
  memset (work->columns, 0, sizeof work->columns);

  for (uint32_t i = 0; i < next->columns; i++)
    for (uint32_t j = 0; j < work->query.columns; j++)
      if (work->query.ids[j] == next->ids[i] && old[j].measure != NULL)
        {
          work->columns[i] = old[j];
          old[j] = (StWorkColumn) { 0 };
        }
  for (uint32_t j = 0; j < ST_COLUMNS_MAX; j++)
    clear_column (&old[j]);
}

static bool
early_serves (const StHilbertResult *early, const StLiveQuery *next, uint32_t i)
{
  return early->weights == next->weights[i]
         && st_hilbert_result_fits (early, next->kernel, next->tolerance, next->subspace);
}

void
st_work_adopt (StWork *work, StLiveQuery *next)
{
  bool keep_sweep = same_context (&work->query, next);
  bool same_level = keep_sweep && work->query.level == next->level;
  bool same_angles = same_measure (&work->query, next);
  work->restless = work->answered && st_live_query_same_but_weights (&work->query, next);
  move_columns (work, next);
  for (uint32_t i = 0; i < next->columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      bool same_latent = column->latent == next->latents[i];
      bool keep = same_level && same_latent && column->now != NULL
                  && column->now->weights == next->weights[i]
                  && column->now->done == column->now->count;
      if (!keep_sweep || !same_latent)
        {
          forget_sweep (column);
          column->context = 0;
        }
      if (!keep)
        forget_now (column);
      if (!same_level || !same_latent)
        column->stale = (StHilbertResult) { 0 };
      if (column->hilbert != NULL
          && (next->images == NULL
              || !st_images_same_clean (column->hilbert->images, next->images)))
        {
          st_hilbert_unref (column->hilbert);
          column->hilbert = NULL;
        }
      if (!keep_sweep || !same_latent || !early_serves (&column->early, next, i))
        column->early = (StHilbertResult) { 0 };
      column->no_sample = column->no_sample && keep_sweep && same_latent && same_angles
                          && column->no_sample_weights == next->weights[i];
      column->latent = next->latents[i];
      column->status = st_success ();
      if (column->measure == NULL)
        column->status = st_measure_new (work->pool, &column->measure);
    }
  st_live_query_clear (&work->query);
  work->query = *next;
  work->turn++;
  work->near = 0;
  work->answered = false;
  if (work->shelf != NULL && next->images != NULL)
    restock (work);
}

/* ---- the present level ---- */

/* Axes of a little older weights serve until there are new ones: while a model trains and a
 * hand moves, points stay on the screen. */
static bool
reference_serves (const StReference *reference, StQuery query)
{
  if (reference == NULL)
    return false;
  query.weights = reference->weights;
  return st_reference_fits (reference, &query)
         && reference->length
              == st_shape_size (st_spec_latent (st_model_spec (query.model)));
}

static void
begin_column (StWork *work, uint32_t i)
{
  StWorkColumn *column = &work->columns[i];
  StQuery query = st_work_query (work, i, work->query.level, true);
  if (reference_serves (column->reference, query))
    query.reference = column->reference;
  forget_now (column);
  column->status = st_measure_begin (column->measure, &query);
}

void
st_work_begin (StWork *work)
{
  for (uint32_t i = 0; i < work->query.columns; i++)
    if (st_ok (work->columns[i].status) && work->columns[i].now == NULL)
      begin_column (work, i);
}

static StStatus
renew_reference (StWork *work, uint32_t i)
{
  StWorkColumn *column = &work->columns[i];
  StQuery query = st_work_query (work, i, work->query.level, true);
  const StReference *previous = column->reference != NULL ? column->reference
                                                          : work->columns[0].reference;
  StReference *reference;
  StStatus status = st_reference_new (&query, previous, work->pool, work->cancel, &reference);
  if (!st_ok (status))
    return status;
  st_reference_unref (column->reference);
  column->reference = reference;
  return status;
}

bool
st_work_refer (StWork *work)
{
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      if (!st_ok (column->status) || has_reference (work, i))
        continue;
      StStatus status = renew_reference (work, i);
      if (status.code == ST_CANCELLED)
        return false;
      column->status = status;
      if (st_ok (status))
        begin_column (work, i);
    }
  return true;
}

void
st_work_take (StWork *work, uint32_t i, StResult *result)
{
  StWorkColumn *column = &work->columns[i];
  forget_now (column);
  column->now = result;
  /* Nobody else has it yet. */
  if (!result->hilbert.known)
    result->hilbert = column->stale;
  if (result->done == result->count && has_reference (work, i))
    st_work_shelve (work, i, result);
}

static void
take_now (StWork *work, uint32_t i)
{
  StWorkColumn *column = &work->columns[i];
  StResult *result;
  column->status = st_measure_take (column->measure, &result);
  if (st_ok (column->status))
    st_work_take (work, i, result);
  else
    forget_now (column);
}

bool
st_work_advance (StWork *work, uint32_t images)
{
  uint32_t count = st_images_count (work->query.images);
  uint32_t goal = images < count ? images : count;

  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      uint32_t done = column->now != NULL ? column->now->done : 0;
      if (!st_ok (column->status) || (column->now != NULL && done >= goal))
        continue;
      while (st_ok (column->status) && done < goal)
        {
          uint32_t step = goal - done < STEP ? goal - done : STEP;
          column->status = st_measure_step (column->measure, step, work->cancel);
          done += step;
        }
      if (column->status.code == ST_CANCELLED)
        {
          column->status = st_success ();
          return false;
        }
      if (st_ok (column->status))
        take_now (work, i);
    }
  return true;
}

bool
st_work_is_complete (const StWork *work)
{
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      const StWorkColumn *column = &work->columns[i];
      if (st_ok (column->status)
          && (column->now == NULL || column->now->done < column->now->count
              || !has_reference (work, i)))
        return false;
    }
  return true;
}

/* ---- frames ---- */

static void
count_levels (const StWork *work, StFrame *frame)
{
  for (uint32_t level = 0; level < work->query.levels; level++)
    {
      bool swept = true, angled = true;
      for (uint32_t i = 0; i < work->query.columns; i++)
        {
          const StResult *result = work->columns[i].sweep[level];
          if (!st_ok (work->columns[i].status))
            continue;
          swept = swept && st_work_is_fresh (work, i, result);
          angled = angled && st_work_has_angles (work, i, result);
        }
      frame->sweep_done += swept;
      frame->angles_done += angled;
    }
}

/* Counted once for a result and a tolerance, here, so that whoever draws need not.  Without
 * memory there is none. */
static StSummary *
summarise (StResult *result, double tolerance, StSummary **known)
{
  if (result == NULL || result->done == 0)
    return NULL;
  if (!st_summary_is_of (*known, result, tolerance))
    {
      st_summary_unref (*known);
      *known = NULL;
      if (!st_ok (st_summary_new (result, ST_SWEEP_IMAGES_MAX, tolerance, known)))
        return NULL;
    }
  return st_summary_ref (*known);
}

static void
show_results (StWorkColumn *column, uint32_t i, StFrame *frame)
{
  const double tolerance = frame->query.tolerance;
  if (column->now != NULL)
    frame->now[i] = st_result_ref (column->now);
  frame->now_summary[i] = summarise (column->now, tolerance, &column->now_summary);
  for (uint32_t level = 0; level < frame->query.levels; level++)
    {
      if (column->sweep[level] != NULL)
        frame->sweep[i][level] = st_result_ref (column->sweep[level]);
      frame->sweep_summary[i][level] = summarise (column->sweep[level], tolerance,
                                                  &column->sweep_summary[level]);
    }
}

void
st_work_show (StWork *work, StFrame *frame)
{
  frame->angles_complete = true;
  for (uint32_t i = 0; i < work->query.columns; i++)
    {
      StWorkColumn *column = &work->columns[i];
      frame->status[i] = column->status;
      if (column->reference != NULL
          && reference_serves (column->reference, st_work_query (work, i, 0.0, false)))
        frame->references[i] = st_reference_ref (column->reference);
      show_results (column, i, frame);
      st_work_show_early (work, i, frame);
      frame->angles_complete = frame->angles_complete
                               && (!st_ok (column->status)
                                   || st_work_has_angles (work, i, column->now));
    }
  count_levels (work, frame);
  frame->sweep_complete = frame->sweep_done == work->query.levels;
}
