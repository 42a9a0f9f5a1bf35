/* Draws all figures of made-up frames as the window lays them out, to be looked at:
 * show-figure [dark] [partial] [stale] [early] [narrow] [flat] [dense] [zoom] [image=3]
 * [figure=angles [overlaid]] [level=0.1] FILE.{png,svg,pdf} */
#include "synthetic.h"

#include <st-export.h>
#include <st-verdict.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Page
{
  StSceneBuilder *builder;
  StFigureRequest request;
  StFrame *frame;
  double column, x;
  gboolean zoom;
} Page;

static void
place (Page *page, StFigureKind kind, double x, double y, double width, double height,
       gboolean axis)
{
  StFigureRequest *r = &page->request;
  const gboolean gutter = r->column == 0 && kind != ST_FIGURE_SCATTER;
  r->kind = kind;
  r->gutter = gutter ? ST_FIGURE_GUTTER : 0;
  r->title = r->column == 0;
  r->width = width + r->gutter;
  r->height = height;
  r->level_axis = axis;
  r->first_in_group = kind == ST_FIGURE_STRATA;
  memset (r->spans, 0, sizeof r->spans);
  StFigure *figure = st_figure_new (r, NULL);
  for (guint i = 0; i < 2 && page->zoom; i++)
    {
      const StScale *whole = &figure->axes[i].whole;
      const double length = whole->to - whole->from;
      r->spans[i] = (StSpan) { st_scale_value (whole, whole->from + 0.4 * length),
                               st_scale_value (whole, whole->from + 0.65 * length) };
    }
  r->own_ticks = page->zoom && !gutter;
  st_figure_unref (figure);
  figure = st_figure_new (r, NULL);
  st_scene_add (page->builder, figure->base, x - r->gutter, y);
  st_scene_add (page->builder, figure->overlay, x - r->gutter, y);
  st_scene_add (page->builder, figure->marks, x - r->gutter, y);
  char *words = st_figure_description (r);
  char *label = st_figure_label (kind, r->model_title);
  g_print ("%s: %s\n", label, words);
  g_free (words);
  g_free (label);
  st_figure_unref (figure);
}

static void
draw_column (Page *page, guint c)
{
  static const char *const titles[] = { "CAE", "DAE", "VAE, mean" };
  const StStyle *style = page->request.style;
  const double x = page->x + c * (page->column + 16), width = page->column;
  page->request.column = page->request.model_index = c;
  page->request.model_title = titles[c];
  const StMarkerStyle marker = st_style_model_marker (style, c, 6);
  const StTextStyle name = { 15, 600, ST_ALIGN_LEFT, style->text, 0 };
  const StTextStyle words = { 13, 400, ST_ALIGN_LEFT, style->text, width };
  char *verdict = st_verdict (page->frame, c, page->request.tolerance, NULL, ST_NUMBERS_C);
  st_scene_marker (page->builder, x + 6, 22, &marker);
  st_scene_text (page->builder, x + 20, 27, titles[c], &name);
  st_scene_text (page->builder, x, 48, verdict, &words);
  st_scene_rect (page->builder, (StRect) { x, 58, width, 2 }, 0, st_style_model (style, c));
  g_print ("%s: %s\n", titles[c], verdict);
  g_free (verdict);

  place (page, ST_FIGURE_RECONSTRUCTIONS, x, 64, width, 180, FALSE);
  const double spectrum = round (width * 0.4);
  place (page, ST_FIGURE_SPECTRUM, x, 252, spectrum, 240, FALSE);
  place (page, ST_FIGURE_SCATTER, x + spectrum + 16, 252, width - spectrum - 16, 240, FALSE);
  place (page, ST_FIGURE_STRATA, x, 500, width, 118, FALSE);
  place (page, ST_FIGURE_ANGLES, x, 618, width, 74, FALSE);
  place (page, ST_FIGURE_PSNR, x, 692, width, 86, TRUE);
  place (page, ST_FIGURE_CELLS, x, 790, width, 234, FALSE);
  place (page, ST_FIGURE_RIBBONS, x, 1032, width, 240, FALSE);
}

static void
save (const StScene *scene, const char *path)
{
  StExportFormat format;
  GError *error = NULL;
  if (!st_export_format_from_name (path, &format))
    g_error ("%s: unknown ending", path);
  GBytes *bytes = st_export (scene, format, 192, &error);
  if (bytes == NULL
      || !g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                               (gssize) g_bytes_get_size (bytes), &error))
    g_error ("%s", error->message);
  g_bytes_unref (bytes);
}

static gboolean
has (int argc, char **argv, const char *word)
{
  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], word) == 0)
      return TRUE;
  return FALSE;
}

static const char *
value_of (int argc, char **argv, const char *prefix, const char *otherwise)
{
  for (int i = 1; i < argc; i++)
    if (g_str_has_prefix (argv[i], prefix))
      return argv[i] + strlen (prefix);
  return otherwise;
}

int
main (int argc, char **argv)
{
  const Synthetic synthetic = {
    .images = 200, .columns = 3, .levels = 41,
    .level = g_ascii_strtod (value_of (argc, argv, "level=", "0.1"), NULL),
    .done = has (argc, argv, "partial") ? 64 : 0,
    .computed = has (argc, argv, "partial") ? 33 : 0,
    .stale = has (argc, argv, "stale") ? 30 : 0,
    .flat = has (argc, argv, "flat"),
    .kind = has (argc, argv, "dense") ? ST_KIND_AE_DENSE : ST_KIND_CAE,
  };
  StFrame *frame = synthetic_frame (&synthetic);
  for (guint c = 0; c < 3 && has (argc, argv, "early"); c++)
    {
      frame->early[c] = synthetic_angles (frame, c, synthetic.level, 2);
      frame->early[c].count = 64;
      frame->early_level[c] = c == 1 ? 0.08 : synthetic.level;
      frame->early[c].angles.mean += 5;
      frame->early[c].floor += 8;
      frame->now[c]->hilbert.known = FALSE;
    }
  Page page = { .frame = frame, .zoom = has (argc, argv, "zoom") };
  page.column = has (argc, argv, "narrow") ? 300 : 357;
  page.x = ST_FIGURE_GUTTER;
  page.request = (StFigureRequest) {
    .frame = frame, .stale_epoch = 2.6,
    .tolerance = g_ascii_strtod (value_of (argc, argv, "tol=", "1e-8"), NULL),
    .style = st_style (has (argc, argv, "dark")), .numbers = ST_NUMBERS_C,
    .level_cursor = TRUE,
    .highlighted = atoi (value_of (argc, argv, "image=", "-1")), .summaries = st_summaries_new () };
  const char *kind = value_of (argc, argv, "figure=", NULL);
  if (kind != NULL)
    {
      page.request.caption = TRUE;
      page.request.width = 560;
      page.request.height = 380;
      page.request.model_title = "CAE";
      page.request.dataset_line = "Made-up shapes, 200 images, salt and pepper, seed 0, "
                                  "tolerance 1e−8";
      g_assert_true (st_figure_from_id (kind, &page.request.kind));
      st_figure_natural_size (page.request.kind, &page.request.width, &page.request.height);
      static const StFigureModel models[] = { { "CAE", 0 }, { "DAE", 1 }, { "VAE, mean", 2 } };
      if (has (argc, argv, "overlaid"))
        {
          page.request.overlaid = models;
          page.request.width = 1080;
          page.request.height = 660;
          page.request.gutter = ST_FIGURE_GUTTER;
          page.request.level_axis = page.request.first_in_group = TRUE;
          page.request.model_title = "all models";
        }
      StFigure *figure = st_figure_new (&page.request, NULL);
      StScene *scene = st_figure_scene (figure, &page.request);
      save (scene, argv[argc - 1]);
      return 0;
    }
  const double width = page.x + 3 * page.column + 32 + 20, height = 1280;
  page.builder = st_scene_builder_new (width, height);
  st_scene_rect (page.builder, (StRect) { 0, 0, width, height }, 0, page.request.style->paper);
  for (guint c = 0; c < 3; c++)
    draw_column (&page, c);
  char *progress = st_verdict_progress (frame, ST_NUMBERS_C);
  g_print ("%s\n", progress);
  StScene *scene = st_scene_builder_end (page.builder);
  save (scene, argv[argc - 1]);
  st_scene_unref (scene);
  st_frame_unref (frame);
  return 0;
}
