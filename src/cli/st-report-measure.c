#include "st-report-measure.h"

#include <st-hilbert.h>
#include <st-names.h>
#include <st-reference.h>
#include <st-untrained.h>

/* How often a kind has been added, as the window numbers its columns. */
static guint
models_of_kind (const StReport *report, guint columns, StKind kind)
{
  guint n = 0;
  for (guint c = 0; c < columns; c++)
    n += report->columns[c].kind == kind && report->columns[c].latent == ST_LATENT_MEAN;
  return n;
}

/* A kind's own colour, or the next one behind all kinds': as in the window. */
static guint
free_place (const StReport *report, guint columns, StKind kind)
{
  guint place = ST_KINDS;
  if (models_of_kind (report, columns, kind) == 0)
    return kind;
  for (guint c = 0; c < columns; c++)
    place = MAX (place, report->columns[c].place + 1);
  return place;
}

char *
st_report_add_model (StReport *report, StLiveQuery *query, const char *path, StModelFile *file)
{
  const StSpec *spec = st_model_spec (file->model);
  const guint wanted = st_kind_samples (spec->kind) ? 2 : 1;
  const guint number = models_of_kind (report, query->columns, spec->kind) + 1;
  const guint place = free_place (report, query->columns, spec->kind);
  if (query->columns + wanted > ST_COLUMNS_MAX)
    return g_strdup_printf ("a report has at most %d columns, and a model that samples needs two; "
                            "name fewer models", ST_COLUMNS_MAX);
  for (guint i = 0; i < wanted; i++)
    {
      const StLatent latent = i == 0 ? ST_LATENT_MEAN : ST_LATENT_SAMPLE;
      const guint c = query->columns++;
      report->columns[c] = (StReportColumn) {
        .title = st_name_model (spec->kind, latent, number),
        .file = g_filename_display_basename (path), .kind = spec->kind, .encoder = spec->encoder,
        .latent = latent, .place = place };
      query->ids[c] = query->weights[c] = c + 1;
      query->models[c] = st_model_ref (file->model);
    }
  return NULL;
}

/* What its perturbed images are compared with: clean ones, in the Hilbert space and on the
 * scatter's axes. */
static StStatus
fit_clean (StReport *report, StQuery *query, StPool *pool, guint c)
{
  StFrame *frame = report->frame;
  StStatus status = st_success ();
  if (st_kind_unfolds (st_model_spec (query->model)->kind))
    status = st_hilbert_new (query, frame->query.kernel, frame->query.tolerance,
                                    frame->query.subspace, pool, &st_cli_cancel, &query->hilbert);
  if (st_ok (status))
    status = st_reference_new (query, NULL, pool, &st_cli_cancel, &frame->references[c]);
  return status;
}

static StStatus
measure_levels (StReport *report, const StCommon *common, StQuery *query, StPool *pool, guint c)
{
  StFrame *frame = report->frame;
  StStatus status = st_success ();
  for (guint j = 0; j < frame->query.levels && st_ok (status); j++)
    {
      g_autofree char *text = g_strdup_printf ("Measuring %s: level %u of %u",
                                               report->columns[c].title, j + 1,
                                               frame->query.levels);
      st_cli_progress (common, text);
      query->level = frame->query.grid[j];
      status = st_measure_all (query, pool, &st_cli_cancel, &frame->sweep[c][j]);
    }
  query->level = frame->query.level;
  query->pictures = TRUE;
  query->reference = frame->references[c];
  if (st_ok (status))
    status = st_measure_all (query, pool, &st_cli_cancel, &frame->now[c]);
  return status;
}

static int
measure_column (StReport *report, const StCommon *common, StPool *pool, guint c)
{
  const StLiveQuery *asked = &report->frame->query;
  StQuery query = { .model = asked->models[c], .weights = asked->weights[c],
                    .images = asked->images, .latent = report->columns[c].latent,
                    .seed = asked->seed, .oracle = TRUE };
  StStatus status = fit_clean (report, &query, pool, c);
  if (st_ok (status))
    status = measure_levels (report, common, &query, pool, c);
  st_hilbert_unref (query.hilbert);
  st_cli_progress (common, NULL);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail (status, report->columns[c].file);
}

/* Geodesics of vectors of many numbers take minutes. */
static StStatus
measure_vectors (StReport *report, const StPullbackQuery *query, StPool *pool, guint c)
{
  StFigurePullbacks *made = &report->pullbacks;
  StStatus status = st_pullback_make (query, pool, &st_cli_cancel, &made->of[c]);
  if (st_ok (status))
    status = st_traversal_make (query, pool, &st_cli_cancel, &made->traversals[c]);
  while (st_ok (status) && st_pullback_has_plane (query->model)
         && (made->lengths[c] == NULL || made->lengths[c]->done < made->lengths[c]->pairs))
    {
      StPairLengths *more = NULL;
      status = st_pair_lengths_make (query, made->lengths[c], ST_PAIR_LENGTHS_MAX, pool,
                                     &st_cli_cancel, &more);
      if (!st_ok (status))
        break;
      st_pair_lengths_unref (made->lengths[c]);
      made->lengths[c] = more;
    }
  return status;
}

/* Once for each model: G is taken at latent means. */
static int
measure_pullback (StReport *report, const StCommon *common, StPool *pool, guint c)
{
  const StLiveQuery *asked = &report->frame->query;
  const StReportColumn *column = &report->columns[c];
  StPullbackQuery query = { .column = asked->ids[c], .model = asked->models[c],
                            .weights = asked->weights[c], .images = asked->images,
                            .level = asked->level, .reference = report->frame->references[c] };
  if (column->latent != ST_LATENT_MEAN || !st_kind_has_dimension (column->kind))
    return ST_EXIT_DONE;
  g_autofree char *text = g_strdup_printf ("Measuring %s: isometry", column->title);
  st_cli_progress (common, text);
  StStatus status = measure_vectors (report, &query, pool, c);
  st_cli_progress (common, NULL);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail (status, column->file);
}

/* Once for each model, by the latent that the oracle speaks of. */
static int
measure_untrained (StReport *report, StPool *pool, guint c)
{
  const StFrame *frame = report->frame;
  StReportColumn *column = &report->columns[c];
  StModel *model;
  if (column->latent != ST_LATENT_MEAN)
    return ST_EXIT_DONE;
  StStatus status = st_untrained_new (st_model_spec (frame->query.models[c]), frame->query.seed,
                                      &model);
  if (!st_ok (status))
    return st_cli_fail (status, column->file);
  StQuery query = { .model = model, .images = frame->query.images };
  status = st_measure_all (&query, pool, &st_cli_cancel, &column->untrained);
  st_model_unref (model);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail (status, column->file);
}

int
st_report_measure (StReport *report, const StCommon *common, const StLiveQuery *query,
                   StPool *pool)
{
  int exit = ST_EXIT_DONE;
  report->frame = st_frame_new (1, query);
  if (report->frame == NULL)
    return st_cli_fail (st_failure (ST_NO_MEMORY, 0, 0), NULL);
  for (guint c = 0; c < query->columns && exit == ST_EXIT_DONE; c++)
    {
      exit = measure_column (report, common, pool, c);
      if (exit == ST_EXIT_DONE)
        exit = measure_pullback (report, common, pool, c);
      if (exit == ST_EXIT_DONE)
        exit = measure_untrained (report, pool, c);
    }
  report->frame->complete = report->frame->sweep_complete = exit == ST_EXIT_DONE;
  report->frame->sweep_done = report->frame->angles_done = query->levels;
  report->frame->angles_complete = exit == ST_EXIT_DONE;
  return exit;
}
