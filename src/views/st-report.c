/* Markdown, in the C locale's numbers.  Whatever a user named is escaped; whatever is said was
 * counted. */
#include <st-claims.h>

#include <st-config.h>
#include <st-names.h>
#include <st-verdict.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Rows of the tables in words: every level up to the first, then every so manyth.  All of
 * them are in the files with numbers. */
enum { ROWS_IN_FULL = 4, ROW_STEP = 4 };

static void
figure_clear (gpointer data)
{
  g_free (((StReportFigure *) data)->stem);
}

void
st_report_init (StReport *report)
{
  *report = (StReport) { .tolerance = 1e-8 };
  report->summaries = st_summaries_new ();
  report->figures = g_array_new (FALSE, FALSE, sizeof (StReportFigure));
  g_array_set_clear_func (report->figures, figure_clear);
}

void
st_report_clear (StReport *report)
{
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      g_free (report->columns[i].title);
      g_free (report->columns[i].file);
      st_result_unref (report->columns[i].untrained);
      st_pullback_unref (report->pullbacks.of[i]);
      st_traversal_unref (report->pullbacks.traversals[i]);
      st_pair_lengths_unref (report->pullbacks.lengths[i]);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_free (report->isometry.files[i]);
      st_isometry_result_unref (report->isometry.results[i]);
    }
  g_free (report->isometry.classes);
  st_summaries_free (report->summaries);
  st_frame_unref (report->frame);
  g_array_unref (report->figures);
  g_free (report->dataset);
  memset (report, 0, sizeof *report);
}

const StSummary *
st_report_summary (const StReport *report, guint column, const StResult *result)
{
  if (column >= report->frame->query.columns)
    return NULL;
  return st_summaries_get (report->summaries, result, report->tolerance);
}

double
st_report_angle (const StResult *result)
{
  const StHilbertResult *hilbert = &result->hilbert;
  return hilbert->known && hilbert->angles.count > 0 ? hilbert->angles.mean : NAN;
}

static char *
perturbation_at_level (const StReport *report)
{
  const StLiveQuery *query = &report->frame->query;
  g_autofree char *level = st_number_level (ST_NUMBERS_C, query->level);
  return g_strdup_printf ("%s %s", st_name_perturbation (st_images_kind (query->images)), level);
}

char *
st_report_line (const StReport *report)
{
  const StLiveQuery *query = &report->frame->query;
  g_autofree char *images = st_name_images (report->dataset, st_images_count (query->images),
                                            ST_NUMBERS_C);
  g_autofree char *shown = perturbation_at_level (report);
  g_autofree char *tolerance = st_number_tick (ST_NUMBERS_C, report->tolerance);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, query->seed);
  /* Translators: images, perturbation with its level, two numbers. */
  return g_strdup_printf (_("%s · %s · seed %s · tolerance %s"), images, shown, seed, tolerance);
}

char *
st_report_column_line (const StReport *report, guint column)
{
  char *line = st_report_line (report);
  if (report->columns[column].latent == ST_LATENT_MEAN)
    return line;
  char *longer = g_strconcat (
    line, "\n", _("Latents are one sample for each image, the same at all levels."), NULL);
  g_free (line);
  return longer;
}

char *
st_report_stem (const StReport *report, StFigureKind kind, guint column)
{
  GString *stem = g_string_new (st_figure_id (kind));
  gboolean dash = TRUE;
  for (const char *c = report->columns[column].title; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      {
        if (dash)
          g_string_append_c (stem, '-');
        g_string_append_c (stem, g_ascii_tolower (*c));
        dash = FALSE;
      }
    else
      dash = TRUE;
  return g_string_free (stem, FALSE);
}

StFigureRequest
st_report_request (const StReport *report, StFigureKind kind, guint column, const char *line)
{
  StFigureRequest request = {
    .kind = kind, .frame = report->frame, .stale_epoch = NAN, .column = column,
    .tolerance = report->tolerance, .summaries = report->summaries, .style = st_style (FALSE),
    .numbers = ST_NUMBERS_C, .pullbacks = &report->pullbacks, .level_cursor = TRUE,
    .highlighted = -1, .caption = TRUE,
    .model_title = report->columns[column].title, .model_index = report->columns[column].place,
    .sample = report->columns[column].latent == ST_LATENT_SAMPLE, .dataset_line = line };
  st_figure_natural_size (kind, &request.width, &request.height);
  return request;
}

/* ---- Markdown ---- */

/* A name as plain text inside a line or a table's cell. */
static void
append_escaped (GString *out, const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (strchr ("\\`*_{}[]<>|#", *c) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, g_ascii_iscntrl (*c) ? ' ' : *c);
    }
}

static void
append_setting (GString *out, const StReport *report)
{
  const StLiveQuery *query = &report->frame->query;
  g_autofree char *line = st_report_line (report);
  g_autofree char *level = st_number_level (ST_NUMBERS_C, query->level);
  g_string_append (out, _("# Strata of latent spaces\n\n"));
  append_escaped (out, line);
  g_string_append (out, ".\n\n");
  g_string_append_printf (
    out, _("Each model was shown the same images with the same noise at %u levels from 0 to 1. "
           "Figures of one level are at %s. The latent tensor of an image, unfolded along its "
           "three modes, gives three covariance matrices S1, S2, S3; images whose ranks agree "
           "share a stratum. PSNR compares what a model rebuilt with the clean image.\n\n"),
    query->levels, level);
}

static void
append_models (GString *out, const StReport *report)
{
  for (guint c = 0; c < report->frame->query.columns; c++)
    {
      const StReportColumn *column = &report->columns[c];
      g_autofree char *verdict = st_verdict (report->frame, c, report->tolerance,
                                             report->summaries, ST_NUMBERS_C);
      g_string_append_printf (out, "- **%s** (", column->title);
      append_escaped (out, column->file);
      g_string_append_printf (out, _(", encoder %s): %s.\n"), st_encoder_name (column->encoder),
                              verdict);
    }
  g_string_append_c (out, '\n');
}

static void
append_claims_of (GString *out, const GPtrArray *claims, StClaimSource source)
{
  g_string_append_printf (out, "### %s\n\n", st_claim_source_name (source));
  g_string_append_printf (out, "| %s | %s | %s |\n|---|---|---|\n", _("claim"), _("measured here"),
                          _("verdict"));
  for (guint i = 0; i < claims->len; i++)
    {
      const StClaim *claim = claims->pdata[i];
      if (claim->source == source)
        g_string_append_printf (out, "| %s | %s | **%s** |\n", claim->claim, claim->measured,
                                claim->verdict);
    }
  g_string_append_c (out, '\n');
}

static void
append_claims (GString *out, const GPtrArray *claims, const char *heading)
{
  g_string_append_printf (out, "%s%s\n\n", heading, _("Claims"));
  g_string_append (out, _("Verdicts are computed from the numbers beside them, which are those of "
                          "this report's models and images.\n\n"));
  for (guint source = 0; source < ST_CLAIM_SOURCES; source++)
    append_claims_of (out, claims, (StClaimSource) source);
}

static void
append_ranks (GString *out, const StSummary *summary, guint s)
{
  if (summary->low[s] == summary->high[s])
    g_string_append_printf (out, " %u |", summary->low[s]);
  else
    g_string_append_printf (out, " %u–%u–%u |", summary->low[s], summary->median[s],
                            summary->high[s]);
}

/* "56.1° (52.1–60.1)" */
static char *
angle_with_interval (const StResult *result)
{
  const StInterval interval = result->hilbert.intervals.mean;
  const double angle = st_report_angle (result);
  g_autofree char *mean = st_number_degrees (ST_NUMBERS_C, angle, 1);
  if (!isfinite (angle) || !isfinite (interval.low))
    return g_steal_pointer (&mean);
  g_autofree char *low = st_number_fixed (ST_NUMBERS_C, interval.low, 1);
  g_autofree char *high = st_number_fixed (ST_NUMBERS_C, interval.high, 1);
  return g_strdup_printf ("%s (%s–%s)", mean, low, high);
}

static void
append_level (GString *out, const StReport *report, guint column, guint j)
{
  const StSummary *summary
    = st_report_summary (report, column, report->frame->sweep[column][j]);
  if (summary == NULL)
    return;
  g_autofree char *level = st_number_level (ST_NUMBERS_C, report->frame->query.grid[j]);
  g_autofree char *psnr = st_number_fixed (ST_NUMBERS_C, summary->psnr, 1);
  g_autofree char *angle = angle_with_interval (report->frame->sweep[column][j]);
  g_string_append_printf (out, "| %s | %u |", level, summary->strata);
  for (guint s = 0; s < 3; s++)
    append_ranks (out, summary, s);
  g_string_append_printf (out, " %s | %s |\n", psnr, angle);
}

static void
append_numbers (GString *out, const StReport *report)
{
  const StLiveQuery *query = &report->frame->query;
  g_string_append_printf (out, "## %s\n\n", _("Numbers"));
  g_string_append_printf (
    out, _("Ranks are the least, the median and the largest over the images, or one number where "
           "all agree. The angle is that between the subspaces which clean and distorted "
           "images span in the Hilbert space of the kernel “%s”, with its 95 %% interval over "
           "images (jackknife, ten groups). All %u levels are in the CSV files and in "
           "report.json.\n\n"),
    st_name_kernel (query->kernel), query->levels);
  for (guint c = 0; c < query->columns; c++)
    {
      g_string_append_printf (out, "### %s\n\n", report->columns[c].title);
      g_string_append_printf (out, "| %s | %s | S1 | S2 | S3 | %s | %s |\n"
                                   "|--:|--:|:-:|:-:|:-:|--:|--:|\n",
                              _("level"), _("strata"), _("PSNR, dB"), _("mean angle"));
      for (guint j = 0; j < query->levels; j++)
        if (j < ROWS_IN_FULL || j % ROW_STEP == 0 || j + 1 == query->levels)
          append_level (out, report, c, j);
      g_string_append_c (out, '\n');
    }
}

static void
append_figures (GString *out, const StReport *report)
{
  g_string_append_printf (out, "## %s\n\n", _("Figures"));
  g_string_append (out, _("Each is there as SVG and PNG, and its numbers as CSV.\n\n"));
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      gboolean first = TRUE;
      for (guint i = 0; i < report->figures->len; i++)
        {
          const StReportFigure *figure = &g_array_index (report->figures, StReportFigure, i);
          if (figure->kind != kind)
            continue;
          if (first)
            g_string_append_printf (out, "### %s\n\n", st_figure_name (figure->kind));
          first = FALSE;
          g_autofree char *label = st_figure_label (figure->kind,
                                                    report->columns[figure->column].title);
          g_string_append_printf (out, "![%s](%s.svg)\n", label, figure->stem);
        }
      if (!first)
        g_string_append_c (out, '\n');
    }
}

/* One line end, not two, at the end; frees the string. */
static char *
take_text (GString *out)
{
  while (g_str_has_suffix (out->str, "\n\n"))
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

char *
st_report_claims_markdown (const StReport *report, const GPtrArray *claims)
{
  GString *out = g_string_new (NULL), *setting = g_string_new (NULL);
  g_autofree char *line = st_report_line (report);
  append_claims (out, claims, "# ");
  append_escaped (setting, line);
  g_string_append_printf (setting, "; %s.", st_name_kernel (report->frame->query.kernel));
  /* Translators: images, perturbation, seed, tolerance and the kernel of angles. */
  g_string_append_printf (out, _("Measured on: %s\n"), setting->str);
  g_string_free (setting, TRUE);
  return take_text (out);
}

char *
st_report_markdown (const StReport *report, const GPtrArray *claims)
{
  GString *out = g_string_new (NULL);
  append_setting (out, report);
  append_models (out, report);
  append_claims (out, claims, "## ");
  append_numbers (out, report);
  append_figures (out, report);
  return take_text (out);
}
