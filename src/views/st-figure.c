#include <st-level.h>

#include <math.h>
#include <st-images.h>
#include <string.h>

struct StFigureState
{
  gatomicrefcount references;
  StFigure *inner;             /* of a captioned figure */
  GByteArray *key;             /* what base depends on */
  GByteArray *overlay_key;     /* what overlay depends on besides */
  GPtrArray *seen;
  StFrame *frame;              /* that overlay is of, kept so that its address stays its own */
};

/* A captioned figure's margin, and its head: name, dataset, definition, gap. */
enum { MARGIN = 20, NAME = 32, LINE = 15, GAP = 14, NARROWER = 8 };
#define NARROWEST 0.75

static const StViewClass *const classes[ST_FIGURES] = {
  [ST_FIGURE_RECONSTRUCTIONS] = &st_view_reconstructions,
  [ST_FIGURE_DIFFERENCE] = &st_view_difference,
  [ST_FIGURE_CELLS] = &st_view_cells,
  [ST_FIGURE_SCATTER] = &st_view_scatter,
  [ST_FIGURE_SPECTRUM] = &st_view_spectrum,
  [ST_FIGURE_RIBBONS] = &st_view_ribbons,
  [ST_FIGURE_STRATA] = &st_view_strata,
  [ST_FIGURE_ANGLES] = &st_view_angles,
  [ST_FIGURE_PSNR] = &st_view_psnr,
  [ST_FIGURE_ISOMETRY] = &st_view_isometry,
  [ST_FIGURE_PATHS] = &st_view_paths,
};

const char *
st_figure_id (StFigureKind kind)
{
  return classes[kind]->id;
}

gboolean
st_figure_from_id (const char *id, StFigureKind *kind)
{
  for (guint i = 0; i < ST_FIGURES; i++)
    if (strcmp (classes[i]->id, id) == 0)
      {
        *kind = (StFigureKind) i;
        return TRUE;
      }
  return FALSE;
}

void
st_figure_axes (StFigureKind kind, StAxis axes[2])
{
  axes[0] = classes[kind]->axes[0];
  axes[1] = classes[kind]->axes[1];
}

const char *
st_figure_name (StFigureKind kind)
{
  return _(classes[kind]->name);
}

const char *
st_figure_definition (StFigureKind kind)
{
  return _(classes[kind]->definition);
}

char *
st_figure_label (StFigureKind kind, const char *model_title)
{
  if (model_title == NULL || *model_title == '\0')
    return g_strdup (st_figure_name (kind));
  return g_strdup_printf ("%s, %s", st_figure_name (kind), model_title);
}

static void
release_result (gpointer result)
{
  st_result_unref (result);
}

static StFigure *
figure_new (void)
{
  StFigure *figure = g_new0 (StFigure, 1);
  figure->hits = g_array_new (FALSE, FALSE, sizeof (StFigureHit));
  figure->state = g_new0 (struct StFigureState, 1);
  g_atomic_ref_count_init (&figure->state->references);
  figure->state->key = g_byte_array_new ();
  figure->state->overlay_key = g_byte_array_new ();
  figure->state->seen = g_ptr_array_new_with_free_func (release_result);
  return figure;
}

StFigure *
st_figure_ref (StFigure *figure)
{
  g_atomic_ref_count_inc (&figure->state->references);
  return figure;
}

void
st_figure_unref (StFigure *figure)
{
  if (figure == NULL || !g_atomic_ref_count_dec (&figure->state->references))
    return;
  st_scene_unref (figure->base);
  st_scene_unref (figure->overlay);
  st_scene_unref (figure->marks);
  st_figure_unref (figure->state->inner);
  g_array_unref (figure->hits);
  g_byte_array_unref (figure->state->key);
  g_byte_array_unref (figure->state->overlay_key);
  st_frame_unref (figure->state->frame);
  g_ptr_array_unref (figure->state->seen);
  g_free (figure->state);
  g_free (figure);
}

static void
view_init (StView *view, const StFigureRequest *request, StSummaries *summaries)
{
  *view = (StView) { .request = request, .style = request->style, .summaries = summaries };
  view->class = classes[request->kind];
  view->frame = request->frame;
  view->colour = st_style_model (request->style, request->model_index);
}

/* Everything of a request that any base may depend on, apart from results. */
static void
key_request (StView *view)
{
  const StFigureRequest *r = view->request;
  const double sizes[] = { r->width, r->height, r->gutter, r->stale_epoch };
  const gint64 flags[] = { r->kind, r->numbers, r->title, r->level_axis, r->model_index,
                           r->column, r->own_ticks, r->overlaid != NULL };
  st_view_key (view, &r->style, sizeof r->style);
  st_view_key (view, sizes, sizeof sizes);
  st_view_key (view, flags, sizeof flags);
  const guint64 serial = r->mask != NULL ? r->serial : 0;
  st_view_key (view, r->spans, sizeof r->spans);
  st_view_key (view, &serial, sizeof serial);
}

/* What any overlay may depend on besides. */
static void
key_overlay (StView *view, const StViewClass *class)
{
  const StFigureRequest *r = view->request;
  const gint64 image = class->follows == ST_VIEW_FOLLOWS_MARKED ? st_view_marked_image (view)
                       : class->follows == ST_VIEW_FOLLOWS_HIGHLIGHTED ? r->highlighted : -1;
  const gint64 flags[] = { r->sample, r->first_in_group, r->level_cursor, r->still, image };
  st_view_key_overlay (view, &r->frame, sizeof r->frame);
  st_view_key_overlay (view, &r->tolerance, sizeof r->tolerance);
  st_view_key_overlay (view, flags, sizeof flags);
}

static gboolean
equal_keys (const GByteArray *a, const GByteArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len) == 0;
}

static gboolean
base_holds (const StFigure *figure, const StFigure *previous)
{
  return previous != NULL && previous->base != NULL && previous->state->inner == NULL
         && equal_keys (figure->state->key, previous->state->key);
}

static gboolean
overlay_holds (const StFigure *figure, const StFigure *previous)
{
  return base_holds (figure, previous)
         && equal_keys (figure->state->overlay_key, previous->state->overlay_key);
}

/* The name sits nine above the body, as do the values at its right. */
static void
draw_title (StView *view, const char *title)
{
  if (!view->request->title)
    return;
  const StTextStyle style = { .size = 12, .weight = 600, .colour = view->style->text };
  const double y = view->body.y - 9;
  const double width = st_text_width (title, style.size, style.weight);
  const StRect knock = { view->body.x - 3, y - 12, width + 6, 16 };
  g_array_append_val (view->knocks, knock);
  if (view->base != NULL)
    st_scene_text (view->base, view->body.x, y, title, &style);
}

static StRect
body_of (const StFigureRequest *request, const StViewClass *class)
{
  const double top = class->level_group ? ST_VIEW_GROUP_TITLE : ST_VIEW_TITLE;
  double bottom = class->foot ? ST_VIEW_FOOT : 0;
  if (class->level_group && request->level_axis)
    bottom = ST_VIEW_LEVEL_FOOT;
  return (StRect) { request->gutter, top, MAX (request->width - request->gutter, 1),
                    MAX (request->height - top - bottom, 1) };
}

/* Who draws: the kind's own class, or the one that says why there is nothing to draw. */
static const StViewClass *
drawer_of (const StView *view)
{
  const StFigureKind kind = view->request->kind;
  const guint column = view->request->column;
  if (view->request->overlaid != NULL && view->frame != NULL && view->class->curve != NULL)
    return &st_view_overlaid;
  if (kind == ST_FIGURE_RECONSTRUCTIONS || kind == ST_FIGURE_DIFFERENCE
      || kind == ST_FIGURE_SCATTER || kind == ST_FIGURE_PSNR
      || kind == ST_FIGURE_ISOMETRY || kind == ST_FIGURE_PATHS || view->frame == NULL
      || column >= view->frame->query.columns
      || view->frame->query.models[column] == NULL
      || st_kind_unfolds (st_model_spec (view->frame->query.models[column])->kind))
    return classes[kind];
  return &st_view_vector;
}

static gboolean
any_unfolds (const StView *view)
{
  for (guint c = 0; c < view->frame->query.columns; c++)
    {
      const StModel *model = view->frame->query.models[c];
      if (model != NULL && st_kind_unfolds (st_model_spec (model)->kind))
        return TRUE;
    }
  return FALSE;
}

/* In the first column, words that stand in for a figure stand beside the tick labels of all
 * columns, so the figure's own axis is laid out. */
static gboolean
borrow_axis (StView *view, const StViewClass *class)
{
  if (class->ticks == NULL || !(view->request->gutter > 0) || !any_unfolds (view))
    return FALSE;
  StView own = *view;
  own.figure = figure_new ();   /* nothing of it can be pointed at */
  class->layout (&own);
  view->y = own.y;
  st_figure_unref (own.figure);
  return TRUE;
}

static StFigure *
figure_plain (const StFigureRequest *request, StFigure *previous, StSummaries *summaries)
{
  const StViewClass *class = classes[request->kind];
  StFigure *figure = figure_new ();
  StView view;
  view_init (&view, request, summaries);
  view.figure = figure;
  view.key = figure->state->key;
  view.overlay_key = figure->state->overlay_key;
  view.seen = figure->state->seen;
  view.knocks = g_array_new (FALSE, FALSE, sizeof (StRect));
  view.body = body_of (request, class);
  figure->plot = view.body;

  key_request (&view);
  const StViewClass *drawer = drawer_of (&view);
  drawer->layout (&view);
  const gboolean borrowed = drawer == &st_view_vector && borrow_axis (&view, class);
  if (base_holds (figure, previous))
    figure->base = st_scene_ref (previous->base);
  else
    view.base = st_scene_builder_new (request->width, request->height);
  draw_title (&view, _(drawer == &st_view_overlaid ? class->curve->title : class->title));
  if (view.base != NULL)
    {
      drawer->base (&view);
      if (borrowed)
        class->ticks (&view);
      figure->base = st_scene_builder_end (view.base);
      view.base = NULL;
    }
  key_overlay (&view, drawer);
  figure->state->frame = request->frame != NULL ? st_frame_ref ((StFrame *) request->frame) : NULL;
  if (overlay_holds (figure, previous))
    figure->overlay = st_scene_ref (previous->overlay);
  else
    {
      view.overlay = st_scene_builder_new (request->width, request->height);
      drawer->overlay (&view);
      figure->overlay = st_scene_builder_end (view.overlay);
      view.overlay = NULL;
    }
  view.marks = st_scene_builder_new (request->width, request->height);
  if (drawer->marks != NULL)
    drawer->marks (&view);
  if (drawer->read != NULL && request->reads && request->frame != NULL)
    drawer->read (&view);
  figure->marks = st_scene_builder_end (view.marks);
  g_array_unref (view.knocks);
  return figure;
}

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

/* Stands alone: the plain figure, with all its words, on paper under a head. */
static StFigure *
figure_captioned (const StFigureRequest *request, StSummaries *summaries)
{
  StFigureRequest plain = *request;
  plain.caption = FALSE;
  plain.title = plain.level_axis = plain.first_in_group = plain.still = TRUE;
  plain.gutter = ST_FIGURE_GUTTER;
  plain.width = MAX (request->width - 2 * MARGIN, 1);

  StFigure *figure = figure_new ();
  StSceneBuilder *base = st_scene_builder_new (request->width, request->height);
  StSceneBuilder *overlay = st_scene_builder_new (request->width, request->height);
  StSceneBuilder *marks = st_scene_builder_new (request->width, request->height);
  char *label = st_figure_label (request->kind, request->model_title);
  const double top = draw_head (base, request, label);
  g_free (label);
  plain.height = MAX (request->height - top - MARGIN, 1);
  const StFigure *inner = figure->state->inner = figure_plain (&plain, NULL, summaries);
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

void
st_figure_natural_size (StFigureKind kind, double *width, double *height)
{
  *width = 560;
  *height = 380;
  if (kind == ST_FIGURE_RECONSTRUCTIONS || kind == ST_FIGURE_DIFFERENCE)
    *height = 300;
  else if (kind == ST_FIGURE_PATHS)
    *height = 320;
  else if (kind == ST_FIGURE_SCATTER)
    *height = 600;
  else if (kind == ST_FIGURE_CELLS || kind == ST_FIGURE_RIBBONS)
    *height = 460;
}

StFigure *
st_figure_new (const StFigureRequest *request, StFigure *previous)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  StSummaries *summaries = own != NULL ? own : request->summaries;
  StFigure *figure = request->caption ? figure_captioned (request, summaries)
                                      : figure_plain (request, previous, summaries);
  st_summaries_free (own);
  return figure;
}

StScene *
st_figure_scene (const StFigure *figure, const StFigureRequest *request)
{
  StSceneBuilder *builder = st_scene_builder_new (st_scene_width (figure->base),
                                                  st_scene_height (figure->base));
  char *label = st_figure_label (request->kind, request->model_title);
  char *description = st_figure_description (request);
  st_scene_set_words (builder, label, description);
  st_scene_add (builder, figure->base, 0, 0);
  st_scene_add (builder, figure->overlay, 0, 0);
  st_scene_add (builder, figure->marks, 0, 0);
  g_free (label);
  g_free (description);
  return st_scene_builder_end (builder);
}

gint64
st_figure_image_at (const StFigure *figure, double x, double y)
{
  gint64 found = -1;
  double nearest = INFINITY;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      const StRect *r = &hit->rect;
      const double dx = x - (r->x + r->width / 2), dy = y - (r->y + r->height / 2);
      if (fabs (dx) > r->width / 2 || fabs (dy) > r->height / 2 || hypot (dx, dy) >= nearest)
        continue;
      nearest = hypot (dx, dy);
      found = hit->image;
    }
  return found;
}

gint64
st_figure_image_beside (const StFigure *figure, gint64 image, int dx, int dy)
{
  StPoint from = { figure->plot.x + figure->plot.width / 2,
                   figure->plot.y + figure->plot.height / 2 };
  gboolean has_place = FALSE;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      if (hit->image != image)
        continue;
      from = (StPoint) { hit->rect.x + hit->rect.width / 2, hit->rect.y + hit->rect.height / 2 };
      has_place = TRUE;
    }
  gint64 found = -1;
  double nearest = INFINITY;
  for (guint i = 0; i < figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (figure->hits, StFigureHit, i);
      const double x = hit->rect.x + hit->rect.width / 2 - from.x;
      const double y = hit->rect.y + hit->rect.height / 2 - from.y;
      const double along = x * dx + y * dy, across = fabs (x * dy) + fabs (y * dx);
      /* Within a quarter of the compass, and rather straight on than near by. */
      const double distance = hypot (along, 2 * across);
      if (hit->image == image || (has_place && (!(along > 0) || across > along))
          || !(distance < nearest))
        continue;
      nearest = distance;
      found = hit->image;
    }
  return found;
}

gboolean
st_figure_can_overlay (StFigureKind kind)
{
  return classes[kind]->curve != NULL;
}

gboolean
st_figure_can_read (StFigureKind kind)
{
  return classes[kind]->read != NULL;
}

/* ---- selecting ---- */

gboolean
st_figure_can_brush (StFigureKind kind)
{
  return !classes[kind]->whole;
}

static void
brush_hits (const StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  for (guint i = 0; i < view->figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (view->figure->hits, StFigureHit, i);
      if (hit->image < n
          && st_view_inside (polygon, corners, hit->rect.x + hit->rect.width / 2,
                             hit->rect.y + hit->rect.height / 2))
        mask[hit->image] = 1;
    }
}

/* A view that is laid out, of a figure that nobody sees. */
static void
lay_out (StView *view, const StFigureRequest *request)
{
  view_init (view, request, request->summaries);
  view->figure = figure_new ();
  view->key = view->figure->state->key;
  view->overlay_key = view->figure->state->overlay_key;
  view->seen = view->figure->state->seen;
  view->body = body_of (request, classes[request->kind]);
  view->figure->plot = view->body;
  drawer_of (view)->layout (view);
}

void
st_figure_brush (const StFigureRequest *request, const StPoint *polygon, gsize corners,
                 guint8 *mask, guint n)
{
  StView view;
  memset (mask, 0, n);
  if (request->frame == NULL || corners < 3 || !st_figure_can_brush (request->kind))
    return;
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  StFigureRequest plain = *request;
  plain.summaries = own != NULL ? own : request->summaries;
  lay_out (&view, &plain);
  const StViewClass *drawer = drawer_of (&view);
  if (drawer->brush != NULL)
    drawer->brush (&view, polygon, corners, mask, n);
  else
    brush_hits (&view, polygon, corners, mask, n);
  st_figure_unref (view.figure);
  st_summaries_free (own);
}

gboolean
st_figure_same_class (const StFigureRequest *request, guint image, guint8 *mask, guint n)
{
  const StImages *images = request->frame != NULL ? request->frame->query.images : NULL;
  if (images == NULL || image >= st_images_count (images) || st_images_label (images, image) < 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    mask[i] = i < st_images_count (images)
              && st_images_label (images, i) == st_images_label (images, image);
  return TRUE;
}

gboolean
st_figure_same_stratum (const StFigureRequest *request, guint image, guint8 *mask, guint n)
{
  StView view;
  view_init (&view, request, NULL);
  const StResult *now = st_view_now (&view);
  if (now == NULL || now->lengths[2] == 0 || image >= now->done)
    return FALSE;
  const StTriple wanted = st_view_triple (&view, now, image);
  for (guint i = 0; i < n; i++)
    {
      const StTriple own = i < now->done ? st_view_triple (&view, now, i) : (StTriple) { 0 };
      mask[i] = i < now->done && memcmp (&own, &wanted, sizeof own) == 0;
    }
  return TRUE;
}

static void
describe_selection (const StView *view, GString *out)
{
  guint selected = 0;
  for (guint i = 0; st_view_selects (view) && i < view->request->n_mask; i++)
    selected += view->request->mask[i];
  if (selected > 0)
    g_string_append_printf (out, ngettext (", %u image selected", ", %u images selected", selected),
                            selected);
}

char *
st_figure_description (const StFigureRequest *request)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  GString *out = g_string_new (NULL);
  StView view;
  view_init (&view, request, own != NULL ? own : request->summaries);
  if (view.frame == NULL)
    g_string_append (out, _("nothing measured yet"));
  else
    {
      char *level = st_number_level (request->numbers, view.frame->query.level);
      g_string_append_printf (out, _("level %s"), level);
      g_free (level);
      drawer_of (&view)->describe (&view, out);
      const StResult *now = st_view_now (&view);
      if (now != NULL && now->done < now->count)
        g_string_append_printf (out, _(", %u of %u images"), now->done, now->count);
      if (st_view_is_zoomed (&view, 0) || st_view_is_zoomed (&view, 1))
        g_string_append (out, _(", a part of the axes is shown"));
      describe_selection (&view, out);
    }
  st_summaries_free (own);
  return g_string_free (out, FALSE);
}

char *
st_figure_define (const StFigureRequest *request)
{
  const StViewClass *class = classes[request->kind];
  StView view;
  view_init (&view, request, NULL);
  if (request->overlaid != NULL && class->curve != NULL)
    return g_strdup (_(class->curve->definition));
  return class->define != NULL ? class->define (&view) : g_strdup (_(class->definition));
}

char *
st_figure_facts (const StFigureRequest *request)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  GString *out = g_string_new (NULL);
  StView view;
  view_init (&view, request, own != NULL ? own : request->summaries);
  if (view.frame != NULL && drawer_of (&view)->facts != NULL)
    drawer_of (&view)->facts (&view, out);
  st_summaries_free (own);
  return g_string_free (out, FALSE);
}

StTable *
st_figure_table (const StFigureRequest *request)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  StView view;
  view_init (&view, request, own != NULL ? own : request->summaries);
  StTable *table = drawer_of (&view)->table (&view);
  st_summaries_free (own);
  return table;
}
