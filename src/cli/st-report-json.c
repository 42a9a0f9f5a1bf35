#include "st-report-json.h"

#include "st-cli.h"
#include "st-measure-print.h"

#include <math.h>
#include <st-perturb.h>

enum { VERSION = 1 };

static json_t *
ranks_json (const StSummary *summary, guint s)
{
  return json_pack ("{s:i, s:i, s:i}", "min", (int) summary->low[s], "median",
                    (int) summary->median[s], "max", (int) summary->high[s]);
}

static json_t *
add_angles (json_t *level, const StHilbertResult *hilbert)
{
  st_json_set_angles (level, hilbert->known ? &hilbert->angles : NULL, &hilbert->intervals,
                      hilbert->gap);
  json_object_set_new (level, "angle_floor_deg", st_json_number (hilbert->known ? hilbert->floor
                                                                                : NAN));
  json_object_set_new (level, "distance_ratio",
                       st_json_number (hilbert->known ? hilbert->distance_ratio : NAN));
  return level;
}

static json_t *
level_json (const StReport *report, guint column, const StResult *result)
{
  const StSummary *summary = st_report_summary (report, column, result);
  json_t *level = json_pack ("{s:f, s:i, s:i, s:o}", "level", result->level, "images",
                             (int) result->done, "strata", (int) summary->strata, "psnr_db",
                             st_json_number (summary->psnr));
  static const char *const names[3] = { "s1", "s2", "s3" };
  for (guint s = 0; s < 3; s++)
    json_object_set_new (level, names[s], ranks_json (summary, s));
  return add_angles (level, &result->hilbert);
}

static json_t *
model_json (const StReport *report, guint c)
{
  const StReportColumn *column = &report->columns[c];
  const StFrame *frame = report->frame;
  json_t *levels = json_array ();
  for (guint j = 0; j < frame->query.levels; j++)
    json_array_append_new (levels, level_json (report, c, frame->sweep[c][j]));
  return json_pack ("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "title", column->title, "file",
                    column->file, "kind", st_kind_name (column->kind), "encoder",
                    st_encoder_name (column->encoder), "latent",
                    column->latent == ST_LATENT_MEAN ? "mean" : "sample", "shown",
                    level_json (report, c, frame->now[c]), "levels", levels);
}

static json_t *
claim_json (const StClaim *claim)
{
  json_t *numbers = json_object ();
  for (guint i = 0; i < claim->numbers->len; i++)
    {
      const StClaimNumber *number = &g_array_index (claim->numbers, StClaimNumber, i);
      json_object_set_new (numbers, number->name, st_json_number (number->value));
    }
  return json_pack ("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id", claim->id, "source",
                    st_claim_source_id (claim->source), "claim", claim->claim, "measured",
                    claim->measured, "finding", st_finding_id (claim->finding), "verdict",
                    claim->verdict, "numbers", numbers);
}

json_t *
st_report_json (const StReport *report, const GPtrArray *claims)
{
  const StLiveQuery *query = &report->frame->query;
  json_t *models = json_array (), *told = json_array (), *figures = json_array ();
  for (guint c = 0; c < query->columns; c++)
    json_array_append_new (models, model_json (report, c));
  for (guint i = 0; i < claims->len; i++)
    json_array_append_new (told, claim_json (claims->pdata[i]));
  for (guint i = 0; i < report->figures->len; i++)
    json_array_append_new (figures, json_string (g_array_index (report->figures, StReportFigure,
                                                                i).stem));
  return json_pack ("{s:i, s:s, s:i, s:s, s:f, s:I, s:f, s:s, s:o, s:o, s:o}", "version", VERSION,
                    "dataset", report->dataset, "images",
                    (int) st_images_count (query->images), "perturbation",
                    st_perturb_name (st_images_kind (query->images)), "level", query->level,
                    "seed", (json_int_t) query->seed, "rank_tolerance", report->tolerance,
                    "kernel", st_kernel_name (query->kernel), "models", models, "claims", told,
                    "figures", figures);
}
