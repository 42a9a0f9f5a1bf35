/* Everything is measured and drawn in memory first; only then are files written, all together,
 * so a report that is stopped or finds no room leaves the folder as it was. */
#include "st-arguments.h"
#include "st-cli.h"
#include "st-commands.h"
#include "st-report-files.h"
#include "st-report-isometry.h"
#include "st-report-json.h"
#include "st-report-measure.h"

#include <st-export.h>
#include <st-grid.h>
#include <st-places.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Dots per inch, of print; angles between subspaces of so many dimensions. */
enum { DPI = 300, SUBSPACE = 5 };

typedef struct Report {
  StCommon common;
  StSelection selection;
  GPtrArray *models;        /* paths */
  GPtrArray *pair;          /* of those among which the isometry term is looked for */
  const char *noise, *output;
  StPerturbKind kind;
  double level;             /* that figures of one level show */
  StReport report;
  StFileSet *files;
} Report;

static gboolean
parse (Report *self, const StCommand *command, int argc, char **argv, int *exit)
{
  const StOption options[] = {
    { "o", ST_OPTION_TEXT, &self->output, "DIR", "the folder to write into", 0, 0 },
    { "model", ST_OPTION_TEXTS, &self->models, "M",
      "a model; may be given again (those that are shipped)", 0, 0 },
    { "dataset", ST_OPTION_TEXT, &self->selection.dataset, "D",
      "fashion-mnist, builtin, or a file (fashion-mnist if it is installed)", 0, 0 },
    { "count", ST_OPTION_WHOLE, &self->selection.count, "N", "how many images (200)", 1, 0x1p31 },
    { "noise", ST_OPTION_TEXT, &self->noise, "KIND[:LEVEL]",
      "the perturbation, and the level that figures of one level show (salt-pepper)", 0, 0 },
    ST_COMMON_OPTIONS (&self->common),
  };
  g_autoptr (GPtrArray) operands = g_ptr_array_new ();
  return st_cli_parse (command, options, G_N_ELEMENTS (options), argc, argv, 0, 0, operands, exit);
}

/* "KIND", shown where its effect is large but not yet all there is, or "KIND:LEVEL". */
static char *
read_noise (Report *self)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (double));
  const char *text = self->noise != NULL ? self->noise : "salt-pepper";
  if (strchr (text, ':') == NULL && st_perturb_from_name (text, &self->kind))
    {
      self->level = st_perturb_square_root_scale (self->kind) ? 0.05 : 0.25;
      return NULL;
    }
  char *problem = st_argument_noise (text, &self->kind, levels);
  if (problem != NULL)
    return problem;
  if (levels->len != 1)
    return g_strdup ("--noise takes just one level here: that which figures of one level show");
  self->level = g_array_index (levels, double, 0);
  return NULL;
}

/* Those that are shipped, where none is named; their paths are kept in `shipped` and `pair`. */
static int
find_models (Report *self, GPtrArray *shipped, GPtrArray *pair)
{
  static const char *const names[] = { "cae.safetensors", "dae.safetensors", "vae.safetensors",
                                       "vae-dense.safetensors" };
  static const char *const compared[] = { "vae-mlp.safetensors", "irvae.safetensors" };
  g_autofree char *folder = self->models->len == 0 ? st_places_data () : NULL;
  self->pair = self->models;
  if (self->models->len > 0)
    return ST_EXIT_DONE;
  if (folder == NULL)
    return st_cli_fail (st_failure (ST_FILE_MISSING, 0, 0), names[0]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (shipped, g_build_filename (folder, "models", names[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (compared); i++)
    g_ptr_array_add (pair, g_build_filename (folder, "models", compared[i], NULL));
  self->models = shipped;
  self->pair = pair;
  return ST_EXIT_DONE;
}

static void
choose_dataset (Report *self)
{
  if (self->selection.dataset != NULL)
    return;
  const gboolean installed = st_dataset_has_fashion_mnist ();
  self->selection.dataset = installed ? "fashion-mnist" : "builtin";
  if (!installed)
    st_cli_note (&self->common, "fashion-mnist is not installed, so the built-in images are used");
}

/* ---- the images and models, measured ---- */

static int
open_images (Report *self, StLiveQuery *query)
{
  StChosen chosen;
  int exit = st_cli_choose (&self->common, &self->selection, ST_SPLIT_TEST, &chosen);
  if (exit != ST_EXIT_DONE)
    return exit;
  self->report.dataset = g_filename_display_basename (self->selection.dataset);
  StStatus status = st_images_new (chosen.dataset, chosen.indices, chosen.others, chosen.count,
                                   self->kind, self->common.seed, &query->images);
  st_chosen_clear (&chosen);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail (status, self->selection.dataset);
}

static int
open_models (Report *self, StLiveQuery *query)
{
  for (guint i = 0; i < self->models->len; i++)
    {
      StModelFile file;
      int exit = st_cli_open_model (self->models->pdata[i], &file);
      if (exit != ST_EXIT_DONE)
        return exit;
      char *problem = st_report_add_model (&self->report, query, self->models->pdata[i], &file);
      st_model_file_clear (&file);
      if (problem != NULL)
        return st_cli_take_wrong (problem);
    }
  return ST_EXIT_DONE;
}

static int
measure (Report *self)
{
  StLiveQuery query = { .seed = self->common.seed, .level = self->level,
                        .levels = ST_GRID_LEVELS, .kernel = ST_KERNEL_PROJECTION,
                        .tolerance = self->report.tolerance, .subspace = SUBSPACE };
  StPool *pool;
  st_grid_fill (self->kind, query.levels, query.grid);
  int exit = open_models (self, &query);
  if (exit == ST_EXIT_DONE)
    exit = open_images (self, &query);
  if (exit == ST_EXIT_DONE)
    exit = st_cli_open_pool (&self->common, &pool);
  if (exit == ST_EXIT_DONE)
    {
      exit = st_report_measure (&self->report, &self->common, &query, pool);
      if (exit == ST_EXIT_DONE)
        exit = st_report_measure_isometry (&self->report, &self->common, &self->selection,
                                           self->pair, pool);
      st_pool_free (pool);
    }
  st_live_query_clear (&query);
  return exit;
}

/* ---- figures and tables, in memory ---- */

static void
add_file (Report *self, const char *stem, const char *ending, GBytes *bytes)
{
  g_autofree char *name = g_strconcat (stem, ending, NULL);
  st_file_set_add (self->files, name, bytes);
}

static int
draw_formats (Report *self, const char *stem, const StScene *scene)
{
  static const struct { const char *ending; StExportFormat format; } formats[] = {
    { ".svg", ST_EXPORT_SVG }, { ".png", ST_EXPORT_PNG } };
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = st_export (scene, formats[i].format, DPI, &error);
      if (bytes == NULL)
        return st_cli_fail_save (st_failure (ST_NO_MEMORY, 0, 0), stem);
      add_file (self, stem, formats[i].ending, bytes);
    }
  return ST_EXIT_DONE;
}

/* A figure whose table has no row has nothing to show, and is left out. */
static int
draw_figure (Report *self, StFigureKind kind, guint column)
{
  g_autofree char *line = st_report_column_line (&self->report, column);
  const StFigureRequest request = st_report_request (&self->report, kind, column, line);
  g_autoptr (StTable) table = st_figure_table (&request);
  if (table == NULL || st_table_rows (table) == 0)
    return ST_EXIT_DONE;
  StReportFigure drawn = { kind, column, st_report_stem (&self->report, kind, column) };
  g_array_append_val (self->report.figures, drawn);

  g_autoptr (GBytes) csv = st_table_csv (table);
  g_autoptr (StFigure) figure = st_figure_new (&request, NULL);
  StScene *scene = st_figure_scene (figure, &request);
  add_file (self, drawn.stem, ".csv", csv);
  int exit = draw_formats (self, drawn.stem, scene);
  st_scene_unref (scene);
  return exit;
}

static int
draw_figures (Report *self)
{
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    for (guint c = 0; c < self->report.frame->query.columns; c++)
      {
        g_autofree char *text = g_strdup_printf ("Drawing %s, %s",
                                                 st_figure_name ((StFigureKind) kind),
                                                 self->report.columns[c].title);
        st_cli_progress (&self->common, text);
        int exit = draw_figure (self, (StFigureKind) kind, c);
        st_cli_progress (&self->common, NULL);
        if (exit == ST_EXIT_DONE && st_cancel_asked (&st_cli_cancel))
          exit = st_cli_fail_save (st_failure (ST_CANCELLED, 0, 0), self->output);
        if (exit != ST_EXIT_DONE)
          return exit;
      }
  return ST_EXIT_DONE;
}

static int
write_tables (Report *self, const GPtrArray *claims, json_t *document)
{
  char *markdown = st_report_markdown (&self->report, claims);
  char *alone = st_report_claims_markdown (&self->report, claims);
  g_autoptr (GBytes) words = g_bytes_new_take (markdown, strlen (markdown));
  g_autoptr (GBytes) claim_words = g_bytes_new_take (alone, strlen (alone));
  char *text = json_dumps (document, JSON_INDENT (1) | JSON_REAL_PRECISION (17));
  if (text == NULL)
    return st_cli_fail (st_failure (ST_NO_MEMORY, 0, 0), NULL);
  g_autofree char *ended = g_strconcat (text, "\n", NULL);
  g_autoptr (GBytes) numbers = g_bytes_new (ended, strlen (ended));
  free (text);
  add_file (self, "report", ".md", words);
  add_file (self, "claims", ".md", claim_words);
  add_file (self, "report", ".json", numbers);
  return ST_EXIT_DONE;
}

static int
save (Report *self)
{
  g_autofree char *failed = NULL;
  StStatus status = st_file_set_save (self->files, &failed);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail_save (status, failed);
}

/* ---- what is said on standard output ---- */

static int
print (const Report *self, const GPtrArray *claims, json_t *document)
{
  if (self->common.json)
    return st_cli_print_json (json_incref (document));
  if (self->common.quiet)
    return ST_EXIT_DONE;
  for (guint i = 0; i < claims->len; i++)
    {
      const StClaim *claim = claims->pdata[i];
      printf ("%s\n  %s: %s\n", claim->claim, claim->verdict, claim->measured);
    }
  g_autofree char *folder = g_filename_display_name (self->output);
  printf ("%u files in %s; begin with report.md\n", st_file_set_count (self->files), folder);
  return st_cli_finish_output ();
}

static int
run (Report *self)
{
  int exit = measure (self);
  if (exit == ST_EXIT_DONE)
    exit = draw_figures (self);
  if (exit != ST_EXIT_DONE)
    return exit;
  g_autoptr (GPtrArray) claims = st_claims_new (&self->report);
  json_t *document = st_report_json (&self->report, claims);
  exit = write_tables (self, claims, document);
  if (exit == ST_EXIT_DONE)
    exit = save (self);
  if (exit == ST_EXIT_DONE)
    exit = print (self, claims, document);
  json_decref (document);
  return exit;
}

int
st_command_report (const StCommand *command, int argc, char **argv)
{
  Report self = { .selection = ST_SELECTION_INIT };
  g_autoptr (GPtrArray) models = g_ptr_array_new ();
  g_autoptr (GPtrArray) shipped = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) pair = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *failed = NULL;
  int exit;

  self.models = models;
  if (!parse (&self, command, argc, argv, &exit))
    return exit;
  char *problem = self.output == NULL ? g_strdup ("-o is missing: the folder to write into")
                                      : read_noise (&self);
  if (problem != NULL)
    return st_cli_take_wrong (problem);
  exit = find_models (&self, shipped, pair);
  if (exit != ST_EXIT_DONE)
    return exit;
  choose_dataset (&self);
  StStatus status = st_file_set_new (self.output, &self.files, &failed);
  if (!st_ok (status))
    return st_cli_fail_save (status, failed);
  st_report_init (&self.report);
  exit = run (&self);
  st_report_clear (&self.report);
  st_file_set_free (self.files);
  return exit;
}
