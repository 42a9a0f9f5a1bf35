/* A report: what several models showed over all levels, in words for a file.
 *
 * It says nothing that is not computed from its results, and holds no date and no time, so
 * the same input gives the same text. */
#pragma once

#include <st-figure.h>
#include <st-isometry-measure.h>

/* One column of a report's frame: a model, and which of its latents was measured. */
typedef struct StReportColumn
{
  char *title;            /* "VAE, mean" */
  char *file;             /* name of the model's file, without its folder */
  StKind kind;
  StEncoder encoder;
  StLatent latent;
  guint place;            /* of the model's colour */
  StResult *untrained;    /* the same network before training, clean images; or NULL */
} StReportColumn;

/* A figure that was drawn, by the name of its files without their endings. */
typedef struct StReportFigure
{
  StFigureKind kind;
  guint column;
  char *stem;
} StReportFigure;

/* Two nets of the same shape, one trained without and one with the isometry term, on images of
 * the classes that both were trained on. */
typedef struct StReportIsometry
{
  char *files[2], *classes;         /* names, without folders; "0,1".  NULL: no such pair */
  StIsometryResult *results[2];
  guint paths;                      /* between pairs of images, tried in each */
  guint converged[2];
  double excess[2];                 /* how much longer than its geodesic the straight path is, by
                                       the mean over those that converged; NaN without one */
} StReportIsometry;

typedef struct StReport
{
  char *dataset;          /* as the user named it, without its folder */
  StFrame *frame;         /* whole: each column at the frame's level and at all of its grid */
  StReportColumn columns[ST_COLUMNS_MAX];
  StFigurePullbacks pullbacks;   /* of the columns of means that have a vector */
  StReportIsometry isometry;
  double tolerance;
  StSummaries *summaries;
  GArray *figures;        /* StReportFigure */
} StReport;

/* Nothing in it yet but an empty list of figures, and its summaries. */
void st_report_init (StReport *report);
void st_report_clear (StReport *report);

/* What one level of one column comes to; NULL if it is not measured. */
const StSummary *st_report_summary (const StReport *report, guint column, const StResult *result);
/* The mean Hilbert angle of a result to the clean images, in degrees; NaN where there is none. */
double st_report_angle (const StResult *result);
/* "Fashion-MNIST test, 200 images · Salt and pepper 0.05 · seed 0 · tolerance 1e−8"; caller
 * frees. */
char *st_report_line (const StReport *report);
/* The same for a figure of a column: of samples it says that they are. */
char *st_report_column_line (const StReport *report, guint column);
/* "strata-vae-mean": what a figure's files are called; caller frees. */
char *st_report_stem (const StReport *report, StFigureKind kind, guint column);
/* The request for a figure of the report that stands alone; line is its
 * column's. */
StFigureRequest st_report_request (const StReport *report, StFigureKind kind, guint column,
                                   const char *line);
/* The whole report in Markdown, claims the result of st_claims_new(); caller frees. */
char *st_report_markdown (const StReport *report, const GPtrArray *claims);
/* Its claims alone, with what they were measured on; caller frees. */
char *st_report_claims_markdown (const StReport *report, const GPtrArray *claims);
