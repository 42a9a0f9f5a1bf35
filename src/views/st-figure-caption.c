/* A figure that stands alone: on paper, under a head that says whose it is and how it is
 * defined. */
#include <st-figure-private.h>

/* A captioned figure's margin, and its head: name, dataset, definition, gap. */
enum { MARGIN = 20, NAME = 32, LINE = 15, GAP = 14, NARROWER = 8 };
#define NARROWEST 0.75

GPtrArray *
st_view_break_lines (const char *text, const StTextStyle *style, double width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  char **words = g_strsplit (text, " ", -1);
  GString *line = g_string_new (NULL);
  for (char **word = words; *word != NULL; word++)
    {
      char *longer = line->len == 0 ? g_strdup (*word) : g_strconcat (line->str, " ", *word, NULL);
      if (line->len > 0 && st_text_width (longer, style->size, style->weight) > width)
        {
          g_ptr_array_add (lines, g_strdup (line->str));
          g_string_assign (line, *word);
        }
      else
        g_string_assign (line, longer);
      g_free (longer);
    }
  g_ptr_array_add (lines, g_string_free (line, FALSE));
  g_strfreev (words);
  return lines;
}

/* A paragraph from `y` on in as few lines as fit, a little narrower where that spares the last
 * one to be a word alone.
 * Returns the baseline after it. */
static double
draw_paragraph (StSceneBuilder *builder, double y, const char *text, const StTextStyle *style)
{
  GPtrArray *lines = st_view_break_lines (text, style, style->width);
  for (double width = style->width - NARROWER; width > NARROWEST * style->width; width -= NARROWER)
    {
      GPtrArray *narrower = st_view_break_lines (text, style, width);
      const gboolean fits = narrower->len == lines->len;
      g_ptr_array_unref (fits ? lines : narrower);
      if (!fits)
        break;
      lines = narrower;
    }
  for (guint i = 0; i < lines->len; i++, y += LINE)
    st_scene_text (builder, MARGIN, y, lines->pdata[i], style);
  g_ptr_array_unref (lines);
  return y;
}

/* Returns where the figure below it begins. */
static double
draw_head (StSceneBuilder *builder, const StFigureRequest *request, const char *label)
{
  const StStyle *style = request->style;
  const double room = request->width - 2 * MARGIN;
  const StTextStyle name = { 15, 600, ST_ALIGN_LEFT, style->text, room - 20 };
  const StTextStyle line = { 11, 400, ST_ALIGN_LEFT, style->dim, room };
  const StMarkerStyle marker = st_style_model_marker (style, request->model_index, 5);
  const StRect paper = { 0, 0, request->width, request->height };
  double y = MARGIN + NAME;
  st_scene_rect (builder, paper, 0, style->paper);
  const gboolean alone = request->overlaid == NULL;
  if (alone)
    st_scene_marker (builder, MARGIN + 5, MARGIN + 8, &marker);
  st_scene_text (builder, MARGIN + (alone ? 19 : 0), MARGIN + 13, label, &name);
  char **paragraphs = g_strsplit (request->dataset_line != NULL ? request->dataset_line : "", "\n",
                                  -1);
  for (char **text = paragraphs; *text != NULL; text++)
    y = draw_paragraph (builder, y, *text, &line);
  g_strfreev (paragraphs);
  char *definition = st_figure_define (request);
  y = draw_paragraph (builder, y, definition, &line) + GAP - LINE;
  g_free (definition);
  return y;
}

/* What the axis below a captioned figure shows. */
static void
draw_axis_name (StSceneBuilder *builder, const StFigureRequest *request, const StFigure *figure)
{
  const StTextStyle style = { 11, 400, ST_ALIGN_RIGHT, request->style->dim, 0 };
  const gboolean root = figure->level.kind == ST_SCALE_SQUARE_ROOT;
  st_scene_text (builder, figure->plot.x + figure->plot.width,
                 figure->plot.y + figure->plot.height + 30,
                 root ? _("distortion level (square-root scale)") : _("distortion level"), &style);
}

static void
move_places (StFigure *figure, const StFigure *inner, double dx, double dy)
{
  figure->plot = inner->plot;
  figure->plot.x += dx;
  figure->plot.y += dy;
  figure->has_level = inner->has_level;
  figure->has_tolerance = inner->has_tolerance;
  figure->level = inner->level;
  figure->level.from += dx;
  figure->level.to += dx;
  figure->tolerance = inner->tolerance;
  figure->tolerance.from += dy;
  figure->tolerance.to += dy;
  for (guint i = 0; i < 2; i++)
    {
      const double by = i == 0 ? dx : dy;
      StFigureAxis *axis = &figure->axes[i];
      StScale *const scales[] = { &axis->shown, &axis->whole, &axis->reach };
      *axis = inner->axes[i];
      for (guint k = 0; k < G_N_ELEMENTS (scales); k++)
        {
          scales[k]->from += by;
          scales[k]->to += by;
        }
    }
  for (guint i = 0; i < inner->hits->len; i++)
    {
      StFigureHit hit = g_array_index (inner->hits, StFigureHit, i);
      hit.rect.x += dx;
      hit.rect.y += dy;
      g_array_append_val (figure->hits, hit);
    }
}

StFigure *
st_figure_captioned (const StFigureRequest *request, StSummaries *summaries)
{
  StFigureRequest plain = *request;
  plain.caption = FALSE;
  plain.title = plain.level_axis = plain.first_in_group = plain.still = TRUE;
  plain.gutter = ST_FIGURE_GUTTER;
  plain.width = MAX (request->width - 2 * MARGIN, 1);

  StFigure *figure = st_figure_alloc ();
  StSceneBuilder *base = st_scene_builder_new (request->width, request->height);
  StSceneBuilder *overlay = st_scene_builder_new (request->width, request->height);
  StSceneBuilder *marks = st_scene_builder_new (request->width, request->height);
  char *label = st_figure_label (request->kind, request->model_title);
  const double top = draw_head (base, request, label);
  g_free (label);
  plain.height = MAX (request->height - top - MARGIN, 1);
  const StFigure *inner = figure->state->inner = st_figure_plain (&plain, NULL, summaries);
  st_scene_add (base, inner->base, MARGIN, top);
  st_scene_add (overlay, inner->overlay, MARGIN, top);
  st_scene_add (marks, inner->marks, MARGIN, top);
  move_places (figure, inner, MARGIN, top);
  if (figure->has_level)
    draw_axis_name (base, request, figure);
  figure->base = st_scene_builder_end (base);
  figure->overlay = st_scene_builder_end (overlay);
  figure->marks = st_scene_builder_end (marks);
  return figure;
}
